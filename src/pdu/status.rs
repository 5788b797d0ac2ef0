//! SMS-STATUS-REPORT (23.040 clause 9.2.2.3) and TP-Status (9.2.3.15).

use std::sync::LazyLock;

use super::Kind;
use super::address::Address;
use super::first::{Flag, Flags};
use super::parameters::{Announced, Parameters};
use super::parse::{Error, one};
use super::reader::{Name, Reader, Value, Watch};
use super::reports::own;
use super::stamp::Stamp;

/// What became of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReport {
    /// TP-MMS, TP-LP, TP-SRQ.
    pub flags: Flags,
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
    /// TP-PI and what it announces, if there is a TP-PI.
    pub parameters: Option<Parameters>,
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

impl StatusClass {
    /// In one word, as `tp_status.tsv` and JSON have it.
    pub fn name(self) -> &'static str {
        match self {
            StatusClass::Delivered => "delivered",
            StatusClass::Forwarded => "forwarded",
            StatusClass::Replaced => "replaced",
            StatusClass::Pending => "pending",
            StatusClass::Failed => "failed",
            StatusClass::FailedTemporary => "failed_temporary",
            StatusClass::Expired => "expired",
        }
    }

    const ALL: [Self; 7] = [
        StatusClass::Delivered,
        StatusClass::Forwarded,
        StatusClass::Replaced,
        StatusClass::Pending,
        StatusClass::Failed,
        StatusClass::FailedTemporary,
        StatusClass::Expired,
    ];
}

static MEANINGS: LazyLock<Vec<(u8, StatusClass, &'static str)>> =
    LazyLock::new(|| include_str!("tp_status.tsv").lines().filter_map(row).collect());

impl Status {
    /// Its class.
    pub fn class(self) -> StatusClass {
        self.row().0
    }

    /// In the standard's words.
    pub fn meaning(self) -> &'static str {
        self.row().1
    }

    /// Ranges that are each service centre's own have the class of their quarter; of those, a completed
    /// one does not prove delivery. All other values are reserved, and read as service rejected.
    fn row(self) -> (StatusClass, &'static str) {
        if let Some(row) = MEANINGS.iter().find(|row| row.0 == self.0) {
            return (row.1, row.2);
        }
        match self.0 {
            0x10..=0x1f => (StatusClass::Forwarded, "completed, in this service centre's own terms"),
            0x30..=0x3f => (StatusClass::Pending, "still trying, in this service centre's own terms"),
            0x50..=0x5f => (StatusClass::Failed, "permanent error, in this service centre's own terms"),
            0x70..=0x7f => {
                (StatusClass::FailedTemporary, "temporary error, no longer trying, in this service centre's own terms")
            }
            _ => (StatusClass::FailedTemporary, "reserved; read as service rejected"),
        }
    }
}

impl StatusReport {
    /// A report on an SMS-SUBMIT, nothing more waiting.
    pub fn plain(reference: u8, recipient: Address, timestamp: Stamp, discharge: Stamp, status: Status) -> Self {
        let flags = Flags::NONE.with(Flag::MMS);
        Self { flags, reference, recipient, timestamp, discharge, status, parameters: None }
    }

    /// Of what it is the result.
    pub fn result_of(&self) -> ResultOf {
        if self.flags.has(Flag::SRQ) { ResultOf::Command } else { ResultOf::Submit }
    }

    pub(super) fn read<W: Watch>(flags: Flags, reader: &mut Reader<'_, '_, W>) -> Result<Self, Error> {
        let reference = reader.octet(Name::Mr)?;
        let recipient = reader.address(Name::Ra)?;
        let timestamp = reader.stamp(Name::Scts)?;
        let discharge = reader.stamp(Name::Dt)?;
        let status = |input| one(input).map(|(rest, octet)| (rest, Status(octet)));
        let status = reader.field(Name::St, status, |status| Value::Status(*status))?;
        let parameters = match reader.at_end() {
            true => None,
            false => Some(Announced::read(reader)?.fields(flags, reader)?),
        };
        let flags = parameters.as_ref().map_or(flags, |parameters| own(flags, parameters));
        Ok(Self { flags, reference, recipient, timestamp, discharge, status, parameters })
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        let user_data = self.parameters.as_ref().and_then(|parameters| parameters.user_data.as_ref());
        to.extend([self.flags.octet(Kind::StatusReport.mti(), user_data), self.reference]);
        self.recipient.write(to);
        to.extend_from_slice(self.timestamp.octets());
        to.extend_from_slice(self.discharge.octets());
        to.push(self.status.0);
        if let Some(parameters) = &self.parameters {
            parameters.write_pi(to);
            parameters.write_fields(to);
        }
    }
}

fn row(line: &'static str) -> Option<(u8, StatusClass, &'static str)> {
    let fields: Vec<&str> = line.split('\t').collect();
    let class = *fields.get(1)?;
    let class = StatusClass::ALL.into_iter().find(|known| known.name() == class)?;
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
        assert_eq!(Status(0x11).class(), StatusClass::Forwarded);
        assert_eq!(Status(0x3f).class(), StatusClass::Pending);
        assert_eq!(Status(0x50).class(), StatusClass::Failed);
        assert_eq!(Status(0x90).meaning(), "reserved; read as service rejected");
    }
}
