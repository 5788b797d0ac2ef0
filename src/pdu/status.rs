//! SMS-STATUS-REPORT (23.040 clause 9.2.2.3) and TP-Status (9.2.3.15).

use std::sync::LazyLock;

use nom::Parser;
use nom::combinator::map;
use nom::error::context;

use super::address::Address;
use super::parse::{Error, Parsed, one, seven, whole};
use super::stamp::Stamp;

/// What became of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReport {
    /// The first octet as it came: TP-MTI, TP-MMS, TP-LP, TP-SRQ, TP-UDHI.
    pub flags: u8,
    /// TP-MR of the text.
    pub reference: u8,
    /// TP-RA.
    pub recipient: Address,
    /// TP-SCTS of the text.
    pub timestamp: Stamp,
    /// TP-DT: when this status was reached.
    pub discharge: Stamp,
    /// TP-ST.
    pub status: Status,
    /// TP-PI and what follows it, as it came.
    pub rest: Vec<u8>,
}

/// Of what the report is the result (TP-SRQ).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultOf {
    /// An SMS-SUBMIT.
    Submit,
    /// An SMS-COMMAND: none of ours.
    Command,
}

/// TP-Status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status(pub u8);

/// What a status means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusClass {
    /// The recipient's handset has it.
    Delivered,
    /// Passed on; delivery cannot be confirmed.
    Forwarded,
    /// Replaced by a later text.
    Replaced,
    /// The service centre is still trying.
    Pending,
    /// Given up: permanent.
    Failed,
    /// Given up after a temporary error.
    FailedTemporary,
    /// Its validity ended.
    Expired,
}

static MEANINGS: LazyLock<Vec<(u8, StatusClass, &'static str)>> =
    LazyLock::new(|| include_str!("tp_status.tsv").lines().filter_map(row).collect());

/// What reserved values are read as (9.2.3.15): service rejected.
const RESERVED: (StatusClass, &str) = (StatusClass::FailedTemporary, "reserved; read as service rejected");

impl Status {
    /// Its class.
    pub fn class(self) -> StatusClass {
        self.row().0
    }

    /// In the standard's words.
    pub fn meaning(self) -> &'static str {
        self.row().1
    }

    fn row(self) -> (StatusClass, &'static str) {
        MEANINGS.iter().find(|row| row.0 == self.0).map_or(RESERVED, |row| (row.1, row.2))
    }
}

impl StatusReport {
    /// A report on an SMS-SUBMIT, nothing more waiting.
    pub fn plain(reference: u8, recipient: Address, timestamp: Stamp, discharge: Stamp, status: Status) -> Self {
        Self { flags: 0x06, reference, recipient, timestamp, discharge, status, rest: Vec::new() }
    }

    /// Of what it is the result.
    pub fn result_of(&self) -> ResultOf {
        if self.flags & 0x20 != 0 { ResultOf::Command } else { ResultOf::Submit }
    }

    pub(super) fn decode(octets: &[u8]) -> Result<Self, Error> {
        whole("SMS-STATUS-REPORT", parse, octets)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut octets = vec![self.flags, self.reference];
        self.recipient.write(&mut octets);
        octets.extend(self.timestamp.octets());
        octets.extend(self.discharge.octets());
        octets.push(self.status.0);
        octets.extend(&self.rest);
        octets
    }
}

fn parse(input: &[u8]) -> Parsed<'_, StatusReport> {
    let (input, flags) = one(input)?;
    let (input, reference) = context("TP-MR", one).parse(input)?;
    let (input, recipient) = context("TP-RA", Address::parse).parse(input)?;
    let (input, timestamp) = context("TP-SCTS", map(seven, Stamp::from_octets)).parse(input)?;
    let (input, discharge) = context("TP-DT", map(seven, Stamp::from_octets)).parse(input)?;
    let (rest, status) = context("TP-ST", map(one, Status)).parse(input)?;
    let report = StatusReport { flags, reference, recipient, timestamp, discharge, status, rest: rest.to_vec() };
    Ok((&[], report))
}

fn row(line: &'static str) -> Option<(u8, StatusClass, &'static str)> {
    let fields: Vec<&str> = line.split('\t').collect();
    let class = match *fields.get(1)? {
        "delivered" => StatusClass::Delivered,
        "forwarded" => StatusClass::Forwarded,
        "replaced" => StatusClass::Replaced,
        "pending" => StatusClass::Pending,
        "failed" => StatusClass::Failed,
        "failed_temporary" => StatusClass::FailedTemporary,
        "expired" => StatusClass::Expired,
        _ => return None,
    };
    Some((u8::from_str_radix(fields.first()?, 16).ok()?, class, fields.get(2)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read() {
        let rows = include_str!("tp_status.tsv").lines().filter(|l| !l.starts_with('#') && !l.starts_with("code"));
        assert_eq!(MEANINGS.len(), rows.filter(|l| !l.trim().is_empty()).count());
        assert_eq!(Status(0x00).class(), StatusClass::Delivered);
        assert_eq!(Status(0x7f).class(), StatusClass::FailedTemporary);
    }
}
