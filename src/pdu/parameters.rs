//! TP-PI and what it announces (23.040 clause 9.2.3.27): TP-PID, TP-DCS and TP-UDL with TP-UD, each if
//! its bit is set. SMS-STATUS-REPORT and both reports end with them.

use smallvec::SmallVec;

use super::dcs::Dcs;
use super::first::Flags;
use super::parse::{Error, Parsed, one};
use super::reader::{Name, Reader, Value, Watch};
use super::user_data::UserData;

const PID: u8 = 0x01;
const DCS: u8 = 0x02;
const UDL: u8 = 0x04;
const RESERVED: u8 = 0x78;
const EXTENSION: u8 = 0x80;

/// The bits of TP-PI that announce nothing known: reserved ones, and octets behind the first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pi {
    reserved: u8,
    more: SmallVec<[u8; 2]>,
}

/// What TP-PI announces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters {
    /// What of TP-PI is not told by the fields below.
    pub pi: Pi,
    /// TP-PID.
    pub pid: Option<u8>,
    /// TP-DCS. Without it text is in the default alphabet.
    pub dcs: Option<Dcs>,
    /// TP-UD.
    pub user_data: Option<UserData>,
    /// Octets behind all that, such as fields of a later release, which come last (9.2.3.27).
    pub later: Vec<u8>,
}

/// TP-PI as read.
pub(super) struct Announced {
    first: u8,
    pi: Pi,
}

impl Pi {
    /// Bits 3 to 6 of the first octet, and the octets behind it; the extension bits follow from how many
    /// there are.
    pub fn new(reserved: u8, more: &[u8]) -> Self {
        let last = more.len().saturating_sub(1);
        let bit = |(at, octet): (usize, &u8)| if at < last { octet | EXTENSION } else { octet & !EXTENSION };
        Self { reserved: reserved & RESERVED, more: more.iter().enumerate().map(bit).collect() }
    }

    /// The octets behind the first.
    pub fn more(&self) -> &[u8] {
        &self.more
    }
}

impl Announced {
    pub(super) fn read<W: Watch>(reader: &mut Reader<'_, '_, W>) -> Result<Self, Error> {
        let octets = reader.field(Name::Pi, parse, |octets| Value::Octets(octets))?;
        let (first, more) = octets.split_first().map_or((0, &[][..]), |(first, more)| (*first, more));
        Ok(Self { first, pi: Pi::new(first, more) })
    }

    /// The fields themselves.
    pub(super) fn fields<W: Watch>(self, flags: Flags, reader: &mut Reader<'_, '_, W>) -> Result<Parameters, Error> {
        let has = |bit| self.first & bit != 0;
        let pid = if has(PID) { Some(reader.octet(Name::Pid)?) } else { None };
        let dcs = if has(DCS) { Some(reader.dcs()?) } else { None };
        let user_data = if has(UDL) { Some(reader.user_data(dcs.unwrap_or(Dcs::GSM7), flags)?) } else { None };
        Ok(Parameters { pi: self.pi, pid, dcs, user_data, later: reader.remainder().to_vec() })
    }
}

impl Parameters {
    /// TP-PI's first octet.
    pub fn announces(&self) -> u8 {
        let bit = |there: bool, bit| if there { bit } else { 0 };
        self.pi.reserved
            | bit(self.pid.is_some(), PID)
            | bit(self.dcs.is_some(), DCS)
            | bit(self.user_data.is_some(), UDL)
            | bit(!self.pi.more.is_empty(), EXTENSION)
    }

    pub(super) fn write_pi(&self, to: &mut Vec<u8>) {
        to.push(self.announces());
        to.extend_from_slice(&self.pi.more);
    }

    pub(super) fn write_fields(&self, to: &mut Vec<u8>) {
        to.extend(self.pid);
        to.extend(self.dcs.map(|dcs| dcs.0));
        if let Some(user_data) = &self.user_data {
            user_data.write(to);
        }
        to.extend_from_slice(&self.later);
    }
}

/// One octet, and one more for each that has the extension bit.
fn parse(input: &[u8]) -> Parsed<'_, &[u8]> {
    let (mut rest, mut octet) = one(input)?;
    while octet & EXTENSION != 0 {
        (rest, octet) = one(rest)?;
    }
    Ok((rest, input.get(..input.len() - rest.len()).unwrap_or_default()))
}
