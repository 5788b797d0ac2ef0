//! Floor 1: TPDUs of 3GPP TS 23.040 and alphabets of 23.038. Pure: no I/O, no clock.
//!
//! | file | what |
//! |---|---|
//! | [`frame`] | SMSC and TPDU, as `+CMGR`, `+CMT` and `+CMGS` carry them |
//! | [`submit`] · [`deliver`] · [`status`] | the three TPDUs that matter first |
//! | [`address`] · [`stamp`] · [`validity`] · [`dcs`] | fields |
//! | [`user_data`] · [`udh`] | TP-UD with its header |
//! | [`alphabet`] · [`gsm7`] · [`ucs2`] | characters |
//! | [`split`] · [`join`] | one text to parts and back |
//! | [`tree`] | a decoded frame, field by field, for people |
//! | [`parse`] | the nom error with field path and octet |
//!
//! The smallest worked example:
//!
//! ```
//! use signpost::hex;
//! use signpost::pdu::{Direction, Tpdu};
//!
//! let octets = hex::decode("040C914477000910320000422092329585400454741904").unwrap();
//! let Tpdu::Deliver(text) = Tpdu::decode(&octets, Direction::Mt).unwrap() else { panic!() };
//! assert_eq!(text.originator.number().as_deref(), Some("+447700900123"));
//! assert_eq!(text.user_data.text(text.dcs).unwrap().for_record(), "The ");
//! ```
//!
//! What is decoded from outside is [`crate::text::Untrusted`]; octets are kept, so that a decoded TPDU
//! encodes to what it came from. Left to the codec issue: SMS-COMMAND, the reports, national language
//! tables, compressed text.

pub mod address;
pub mod alphabet;
pub mod dcs;
pub mod deliver;
pub mod frame;
pub mod gsm7;
pub mod join;
pub mod parse;
pub mod split;
pub mod stamp;
pub mod status;
pub mod submit;
pub mod tree;
pub mod ucs2;
pub mod udh;
pub mod user_data;
pub mod validity;

#[cfg(test)]
mod tests;

pub use address::Address;
pub use deliver::Deliver;
pub use frame::Frame;
pub use parse::Error;
pub use status::StatusReport;
pub use submit::Submit;

/// Which way a TPDU goes; its type cannot be told without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the service centre to the mobile.
    Mt,
    /// From the mobile to the service centre.
    Mo,
}

/// A TPDU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tpdu {
    /// SMS-SUBMIT.
    Submit(Submit),
    /// SMS-DELIVER.
    Deliver(Deliver),
    /// SMS-STATUS-REPORT.
    StatusReport(StatusReport),
}

impl Tpdu {
    /// Decodes the octets behind the SMSC. Reads all of them or fails.
    pub fn decode(octets: &[u8], direction: Direction) -> Result<Self, Error> {
        let kind = octets.first().copied().unwrap_or_default() & 0x03;
        match (kind, direction) {
            // 9.2.3.1: a reserved type is read as SMS-DELIVER.
            (0 | 3, Direction::Mt) => Deliver::decode(octets).map(Tpdu::Deliver),
            (2, Direction::Mt) => StatusReport::decode(octets).map(Tpdu::StatusReport),
            (1, Direction::Mo) => Submit::decode(octets).map(Tpdu::Submit),
            (1, Direction::Mt) => Err(Error::unsupported("SMS-SUBMIT-REPORT")),
            (0, Direction::Mo) => Err(Error::unsupported("SMS-DELIVER-REPORT")),
            (2, Direction::Mo) => Err(Error::unsupported("SMS-COMMAND")),
            _ => Err(Error::unsupported("a reserved type")),
        }
    }

    /// The octets behind the SMSC.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Tpdu::Submit(tpdu) => tpdu.encode(),
            Tpdu::Deliver(tpdu) => tpdu.encode(),
            Tpdu::StatusReport(tpdu) => tpdu.encode(),
        }
    }

    /// Its name in the standard.
    pub fn name(&self) -> &'static str {
        match self {
            Tpdu::Submit(_) => "SMS-SUBMIT",
            Tpdu::Deliver(_) => "SMS-DELIVER",
            Tpdu::StatusReport(_) => "SMS-STATUS-REPORT",
        }
    }
}
