//! SMS-SUBMIT (23.040 clause 9.2.2.2).

use nom::Parser;
use nom::combinator::map;
use nom::error::context;

use super::address::Address;
use super::dcs::Dcs;
use super::deliver::{UDHI, first, udhi};
use super::parse::{Error, Parsed, one, seven, whole};
use super::stamp::Stamp;
use super::user_data::UserData;
use super::validity::Validity;

/// A text to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submit {
    /// The first octet's flags, TP-UDHI and TP-VPF aside: TP-MTI, TP-RD, TP-SRR, TP-RP.
    pub flags: u8,
    /// TP-MR; 0: the modem numbers it.
    pub reference: u8,
    /// TP-DA.
    pub destination: Address,
    /// TP-PID.
    pub pid: u8,
    /// TP-DCS.
    pub dcs: Dcs,
    /// TP-VP.
    pub validity: Option<Validity>,
    /// TP-UD.
    pub user_data: UserData,
}

const SUBMIT: u8 = 0x01;
/// TP-SRR.
const REPORT: u8 = 0x20;
const VPF: u8 = 0x18;

impl Submit {
    /// Our own kind: a report is asked for, duplicates are not rejected (a modem that numbers all
    /// texts alike would have later ones rejected), no reply path, no class.
    pub fn text(destination: Address, dcs: Dcs, user_data: UserData, validity: Validity) -> Self {
        Self { flags: SUBMIT | REPORT, reference: 0, destination, pid: 0, dcs, validity: Some(validity), user_data }
    }

    /// Whether a status report is asked for.
    pub fn wants_report(&self) -> Wants {
        if self.flags & REPORT != 0 { Wants::Report } else { Wants::Nothing }
    }

    pub(super) fn decode(octets: &[u8]) -> Result<Self, Error> {
        whole("SMS-SUBMIT", parse, octets)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let format = match self.validity {
            None => 0x00,
            Some(Validity::Enhanced(_)) => 0x08,
            Some(Validity::Relative(_)) => 0x10,
            Some(Validity::Absolute(_)) => 0x18,
        };
        let mut octets = vec![first(self.flags & !VPF | format, &self.user_data), self.reference];
        self.destination.write(&mut octets);
        octets.extend([self.pid, self.dcs.0]);
        match self.validity {
            None => {}
            Some(Validity::Relative(octet)) => octets.push(octet),
            Some(Validity::Absolute(stamp)) => octets.extend(stamp.octets()),
            Some(Validity::Enhanced(raw)) => octets.extend(raw),
        }
        self.user_data.write(&mut octets);
        octets
    }
}

/// What the sender wants back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// A status report.
    Report,
    /// Nothing.
    Nothing,
}

fn parse(input: &[u8]) -> Parsed<'_, Submit> {
    let (input, first) = one(input)?;
    let (input, reference) = context("TP-MR", one).parse(input)?;
    let (input, destination) = context("TP-DA", Address::parse).parse(input)?;
    let (input, pid) = context("TP-PID", one).parse(input)?;
    let (input, dcs) = context("TP-DCS", map(one, Dcs)).parse(input)?;
    let (input, validity) = context("TP-VP", validity(first)).parse(input)?;
    let (input, user_data) = UserData::parse(dcs, udhi(first)).parse(input)?;
    let flags = first & !(UDHI | VPF);
    Ok((input, Submit { flags, reference, destination, pid, dcs, validity, user_data }))
}

/// By TP-VPF (9.2.3.3).
fn validity(first: u8) -> impl FnMut(&[u8]) -> Parsed<'_, Option<Validity>> {
    move |input| match first & VPF {
        0x00 => Ok((input, None)),
        0x10 => map(one, |octet| Some(Validity::Relative(octet))).parse(input),
        0x18 => map(seven, |raw| Some(Validity::Absolute(Stamp::from_octets(raw)))).parse(input),
        _ => map(seven, |raw| Some(Validity::Enhanced(raw))).parse(input),
    }
}
