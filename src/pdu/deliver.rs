//! SMS-DELIVER (23.040 clause 9.2.2.1).

use nom::Parser;
use nom::combinator::map;
use nom::error::context;

use super::address::Address;
use super::dcs::Dcs;
use super::parse::{Error, Parsed, one, seven, whole};
use super::stamp::Stamp;
use super::user_data::{Udhi, UserData};

/// A text that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deliver {
    /// The first octet's flags, TP-UDHI aside, as they came: TP-MTI, TP-MMS, TP-LP, TP-SRI, TP-RP.
    pub flags: u8,
    /// TP-OA.
    pub originator: Address,
    /// TP-PID.
    pub pid: u8,
    /// TP-DCS.
    pub dcs: Dcs,
    /// TP-SCTS.
    pub timestamp: Stamp,
    /// TP-UD.
    pub user_data: UserData,
}

/// TP-UDHI.
pub(super) const UDHI: u8 = 0x40;
/// TP-MMS: 0 says that more messages wait.
const NO_MORE: u8 = 0x04;

impl Deliver {
    /// A plain text: no more waiting, no report, no reply path.
    pub fn plain(originator: Address, dcs: Dcs, timestamp: Stamp, user_data: UserData) -> Self {
        Self { flags: NO_MORE, originator, pid: 0, dcs, timestamp, user_data }
    }

    pub(super) fn decode(octets: &[u8]) -> Result<Self, Error> {
        whole("SMS-DELIVER", parse, octets)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut octets = vec![first(self.flags, &self.user_data)];
        self.originator.write(&mut octets);
        octets.extend([self.pid, self.dcs.0]);
        octets.extend(self.timestamp.octets());
        self.user_data.write(&mut octets);
        octets
    }
}

fn parse(input: &[u8]) -> Parsed<'_, Deliver> {
    let (input, first) = one(input)?;
    let (input, originator) = context("TP-OA", Address::parse).parse(input)?;
    let (input, pid) = context("TP-PID", one).parse(input)?;
    let (input, dcs) = context("TP-DCS", map(one, Dcs)).parse(input)?;
    let (input, timestamp) = context("TP-SCTS", map(seven, Stamp::from_octets)).parse(input)?;
    let (input, user_data) = UserData::parse(dcs, udhi(first)).parse(input)?;
    Ok((input, Deliver { flags: first & !UDHI, originator, pid, dcs, timestamp, user_data }))
}

/// TP-UDHI of a first octet.
pub(super) fn udhi(first: u8) -> Udhi {
    if first & UDHI != 0 { Udhi::Header } else { Udhi::Plain }
}

/// The first octet: flags, and TP-UDHI as the user data demand.
pub(super) fn first(flags: u8, user_data: &UserData) -> u8 {
    match user_data.udhi() {
        Udhi::Header => flags | UDHI,
        Udhi::Plain => flags & !UDHI,
    }
}
