//! SMS-DELIVER-REPORT and SMS-SUBMIT-REPORT (23.040 clauses 9.2.2.1a and 9.2.2.2a): the answers within an
//! acknowledgement or an error of the relay layer. An error has TP-FCS; the octets do not tell which it is.

use super::Kind;
use super::first::{Flags, UDHI};
use super::parameters::{Announced, Parameters};
use super::parse::Error;
use super::reader::{Name, Reader, Watch};
use super::stamp::Stamp;

/// What carries a report (24.011 clause 7.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rp {
    /// RP-ACK.
    Ack,
    /// RP-ERROR.
    Error,
}

/// The mobile's answer to a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliverReport {
    /// TP-UDHI where there are no user data, and reserved bits.
    pub flags: Flags,
    /// TP-FCS, in an error.
    pub cause: Option<u8>,
    /// TP-PI and what it announces.
    pub parameters: Parameters,
}

/// The service centre's answer to a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitReport {
    /// TP-UDHI where there are no user data, and reserved bits.
    pub flags: Flags,
    /// TP-FCS, in an error.
    pub cause: Option<u8>,
    /// TP-SCTS.
    pub timestamp: Stamp,
    /// TP-PI and what it announces.
    pub parameters: Parameters,
}

impl DeliverReport {
    pub(super) fn read<W: Watch>(flags: Flags, rp: Rp, reader: &mut Reader<'_, '_, W>) -> Result<Self, Error> {
        let cause = cause(rp, reader)?;
        let parameters = Announced::read(reader)?.fields(flags, reader)?;
        Ok(Self { flags: own(flags, &parameters), cause, parameters })
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        to.push(self.flags.octet(Kind::DeliverReport.mti(), self.parameters.user_data.as_ref()));
        to.extend(self.cause);
        self.parameters.write_pi(to);
        self.parameters.write_fields(to);
    }
}

impl SubmitReport {
    pub(super) fn read<W: Watch>(flags: Flags, rp: Rp, reader: &mut Reader<'_, '_, W>) -> Result<Self, Error> {
        let cause = cause(rp, reader)?;
        let announced = Announced::read(reader)?;
        let timestamp = reader.stamp(Name::Scts)?;
        let parameters = announced.fields(flags, reader)?;
        Ok(Self { flags: own(flags, &parameters), cause, timestamp, parameters })
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        to.push(self.flags.octet(Kind::SubmitReport.mti(), self.parameters.user_data.as_ref()));
        to.extend(self.cause);
        self.parameters.write_pi(to);
        to.extend_from_slice(self.timestamp.octets());
        self.parameters.write_fields(to);
    }
}

fn cause<W: Watch>(rp: Rp, reader: &mut Reader<'_, '_, W>) -> Result<Option<u8>, Error> {
    match rp {
        Rp::Ack => Ok(None),
        Rp::Error => reader.octet(Name::Fcs).map(Some),
    }
}

/// TP-UDHI follows from the user data, if there are any.
pub(super) fn own(flags: Flags, parameters: &Parameters) -> Flags {
    if parameters.user_data.is_some() { flags.less(UDHI) } else { flags }
}
