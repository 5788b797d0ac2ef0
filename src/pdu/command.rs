//! SMS-COMMAND (23.040 clause 9.2.2.4): what a mobile asks of the service centre about an earlier text.

use smallvec::SmallVec;

use super::Kind;
use super::address::Address;
use super::first::Flags;
use super::parse::Error;
use super::reader::{Name, Reader, Value, Watch};
use nom::bytes::complete::take;

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// TP-SRR; TP-UDHI, if TP-CD begins with a header.
    pub flags: Flags,
    /// TP-MR.
    pub reference: u8,
    /// TP-PID.
    pub pid: u8,
    /// TP-CT.
    pub kind: u8,
    /// TP-MN: TP-MR of the text it is about.
    pub number: u8,
    /// TP-DA.
    pub destination: Address,
    /// TP-CD.
    pub data: CommandData,
}

/// TP-CD: up to 255 octets, as TP-CDL can tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommandData(SmallVec<[u8; 16]>);

/// More than 255 octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("command data are 255 octets at the most")]
pub struct CommandTooLong;

impl CommandData {
    /// Takes octets.
    pub fn new(octets: &[u8]) -> Result<Self, CommandTooLong> {
        if octets.len() > usize::from(u8::MAX) { Err(CommandTooLong) } else { Ok(Self(SmallVec::from_slice(octets))) }
    }

    /// The octets.
    pub fn octets(&self) -> &[u8] {
        &self.0
    }
}

/// TP-CT in words (9.2.3.19).
pub fn command_name(kind: u8) -> &'static str {
    match kind {
        0x00 => "enquiry about a text",
        0x01 => "cancel the status report",
        0x02 => "delete a text",
        0x03 => "ask for a status report",
        0xe0..=0xff => "specific to the service centre",
        _ => "reserved",
    }
}

impl Command {
    pub(super) fn read<W: Watch>(flags: Flags, reader: &mut Reader<'_, '_, W>) -> Result<Self, Error> {
        let reference = reader.octet(Name::Mr)?;
        let pid = reader.octet(Name::Pid)?;
        let kind = reader.octet(Name::Ct)?;
        let number = reader.octet(Name::Mn)?;
        let destination = reader.address(Name::Da)?;
        let length = reader.octet(Name::Cdl)?;
        let data = |input| {
            take(length)(input).map(|(rest, octets): (_, &[u8])| (rest, CommandData(SmallVec::from_slice(octets))))
        };
        let data = reader.field(Name::Cd, data, |data| Value::Octets(data.octets()))?;
        Ok(Self { flags, reference, pid, kind, number, destination, data })
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        to.push(self.flags.octet(Kind::Command.mti(), None));
        to.extend([self.reference, self.pid, self.kind, self.number]);
        self.destination.write(to);
        to.push(self.data.0.len() as u8);
        to.extend_from_slice(&self.data.0);
    }
}
