//! Floor 1: TPDUs of 3GPP TS 23.040 and alphabets of 23.038. Pure: no I/O, no clock.
//!
//! | file | what |
//! |---|---|
//! | [`frame`] | SMSC and TPDU, as `+CMGR`, `+CMT` and `+CMGS` carry them |
//! | [`deliver`] · [`submit`] · [`status`] · [`command`] · [`reports`] | the TPDUs |
//! | [`first`] · [`address`] · [`stamp`] · [`validity`] · [`dcs`] · [`parameters`] | fields |
//! | [`user_data`] · [`udh`] · [`element`] | TP-UD, its header, what the header says |
//! | [`alphabet`] · [`gsm7`] · [`septets`] · [`ucs2`] | characters |
//! | [`split`] · [`join`] | one text to parts and back |
//! | [`reader`] · [`parse`] | how octets are read, and the error with field path and octet |
//! | [`reading`] · [`model`] · [`compose`] | to JSON and back |
//! | [`dump`] · [`meanings`] | a TPDU octet by octet, for people |
//! | [`fuzzing`] | what must hold of any octets |
//!
//! # Every field
//!
//! Decoded and encoded by the file named; proved there, by `tests/vectors.rs` (V: vectors composed by others),
//! by `tests.rs` (P: there and back from fields and JSON, R: any octets) and by `tests/tshark.rs` (T: against
//! Wireshark's dissector).
//!
//! | field | 23.040 | file | proved |
//! |---|---|---|---|
//! | TP-MTI, reserved value | 9.2.3.1 | this one | V P R T |
//! | TP-MMS, TP-LP, TP-RP, TP-UDHI, TP-SRI, TP-SRR, TP-SRQ, TP-RD | 9.2.3.2, .17, .23, .4, .5, .26, .25, .28 | [`first`] | V P R T |
//! | TP-VPF, TP-VP | 9.2.3.3, .12 | [`validity`] | V P R T |
//! | TP-OA, TP-DA, TP-RA | 9.1.2.5, 9.2.3.7, .8, .14 | [`address`] | V P R T |
//! | SMSC | 24.011 8.2.5 | [`address`] | V P R |
//! | TP-PID | 9.2.3.9 | [`meanings`] | V P R T |
//! | TP-DCS | 9.2.3.10, 23.038 4 | [`dcs`] | V P R T |
//! | TP-SCTS, TP-DT | 9.2.3.11, .13 | [`stamp`] | V P R T |
//! | TP-ST | 9.2.3.15 | [`status`] | V P R T |
//! | TP-MR, TP-MN | 9.2.3.6, .18 | [`reader`] | V P R T |
//! | TP-CT, TP-CDL, TP-CD | 9.2.3.19, .20, .21 | [`command`] | V P R T |
//! | TP-FCS | 9.2.3.22 | [`reports`], [`meanings`] | V P R T |
//! | TP-PI and its extension | 9.2.3.27 | [`parameters`] | V P R T |
//! | TP-UDL, TP-UD | 9.2.3.16, .24 | [`user_data`] | V P R T |
//! | header, its elements | 9.2.3.24, .24.1 to .16 | [`udh`], [`element`] | V P R T |
//! | concatenation | 9.2.3.24.1 | [`split`], [`join`] | V, their own |
//! | default alphabet, extension, 13 languages | 23.038 6.2.1, A | [`gsm7`] | V, every cell of the table |
//! | UCS-2, surrogate pairs | 23.038 6.2.3 | [`ucs2`] | V P T |
//! | compressed text | 23.042 | [`user_data`]: kept as octets | V P R T |
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
//! What is decoded from outside is [`crate::text::Untrusted`]. Bits that mean nothing are kept beside the fields,
//! so that a decoded TPDU encodes to the very octets that it came from; encoding works from the fields.

pub mod address;
pub mod alphabet;
pub mod command;
pub mod compose;
pub mod dcs;
pub mod deliver;
pub mod dump;
pub mod element;
pub mod first;
pub mod frame;
pub mod fuzzing;
pub mod gsm7;
pub mod join;
pub mod meanings;
pub mod model;
pub mod parameters;
pub mod parse;
pub mod reader;
pub mod reading;
pub mod reports;
pub mod septets;
pub mod split;
pub mod stamp;
pub mod status;
pub mod submit;
mod tables;
pub mod ucs2;
pub mod udh;
pub mod user_data;
pub mod validity;

#[cfg(test)]
mod tests;

pub use address::Address;
pub use command::Command;
pub use deliver::Deliver;
pub use frame::Frame;
pub use parse::Error;
pub use reports::{DeliverReport, Rp, SubmitReport};
pub use status::StatusReport;
pub use submit::Submit;

use first::{Flags, MTI};
use reader::{Name, Nobody, Reader, Value, Watch};

/// Which way a TPDU goes, and in what; its type cannot be told without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the service centre to the mobile, within RP-DATA or RP-ACK.
    Mt,
    /// From the mobile to the service centre, within RP-DATA or RP-ACK.
    Mo,
    /// To the mobile, within RP-ERROR: an SMS-SUBMIT-REPORT has TP-FCS.
    MtError,
    /// From the mobile, within RP-ERROR: an SMS-DELIVER-REPORT has TP-FCS.
    MoError,
}

impl Direction {
    fn rp(self) -> Rp {
        match self {
            Direction::Mt | Direction::Mo => Rp::Ack,
            Direction::MtError | Direction::MoError => Rp::Error,
        }
    }
}

/// The type of a TPDU (23.040 clause 9.2.2), from TP-MTI and the direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// SMS-DELIVER.
    Deliver,
    /// SMS-DELIVER-REPORT.
    DeliverReport,
    /// SMS-SUBMIT.
    Submit,
    /// SMS-SUBMIT-REPORT.
    SubmitReport,
    /// SMS-STATUS-REPORT.
    StatusReport,
    /// SMS-COMMAND.
    Command,
    /// The reserved TP-MTI, towards the mobile: read as SMS-DELIVER (9.2.3.1).
    ReservedMt,
    /// The reserved TP-MTI, from the mobile: nothing says how to read it.
    ReservedMo,
}

impl Kind {
    fn of(mti: u8, direction: Direction) -> Self {
        let towards_mobile = matches!(direction, Direction::Mt | Direction::MtError);
        match (mti & MTI, towards_mobile) {
            (0, true) => Kind::Deliver,
            (0, false) => Kind::DeliverReport,
            (1, true) => Kind::SubmitReport,
            (1, false) => Kind::Submit,
            (2, true) => Kind::StatusReport,
            (2, false) => Kind::Command,
            (_, true) => Kind::ReservedMt,
            (_, false) => Kind::ReservedMo,
        }
    }

    /// TP-MTI.
    pub fn mti(self) -> u8 {
        match self {
            Kind::Deliver | Kind::DeliverReport => 0,
            Kind::Submit | Kind::SubmitReport => 1,
            Kind::StatusReport | Kind::Command => 2,
            Kind::ReservedMt | Kind::ReservedMo => 3,
        }
    }

    /// Its name in the standard.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Deliver => "SMS-DELIVER",
            Kind::DeliverReport => "SMS-DELIVER-REPORT",
            Kind::Submit => "SMS-SUBMIT",
            Kind::SubmitReport => "SMS-SUBMIT-REPORT",
            Kind::StatusReport => "SMS-STATUS-REPORT",
            Kind::Command => "SMS-COMMAND",
            Kind::ReservedMt | Kind::ReservedMo => "reserved type",
        }
    }
}

/// A TPDU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tpdu {
    /// SMS-DELIVER.
    Deliver(Deliver),
    /// SMS-DELIVER-REPORT.
    DeliverReport(DeliverReport),
    /// SMS-SUBMIT.
    Submit(Submit),
    /// SMS-SUBMIT-REPORT.
    SubmitReport(SubmitReport),
    /// SMS-STATUS-REPORT.
    StatusReport(StatusReport),
    /// SMS-COMMAND.
    Command(Command),
    /// The reserved TP-MTI, towards the mobile.
    ReservedMt(Deliver),
    /// The reserved TP-MTI, from the mobile: flags, and octets that nothing says how to read.
    ReservedMo(Flags, Vec<u8>),
}

impl Tpdu {
    /// Decodes the octets behind the SMSC. Reads all of them or fails.
    #[inline]
    pub fn decode(octets: &[u8], direction: Direction) -> Result<Self, Error> {
        Self::read(octets, 0, direction, &mut Nobody)
    }

    /// The same, and shows each field as it is read.
    pub fn decode_watched(octets: &[u8], direction: Direction, watch: &mut impl Watch) -> Result<Self, Error> {
        Self::read(octets, 0, direction, watch)
    }

    #[inline]
    fn read<W: Watch>(octets: &[u8], base: usize, direction: Direction, watch: &mut W) -> Result<Self, Error> {
        let mut reader = Reader::new(octets, base, watch);
        let kind = octets.first().map(|first| Kind::of(*first, direction)).unwrap_or(Kind::Deliver);
        if !octets.is_empty() {
            reader.is(kind.name());
        }
        let first = |input| parse::one(input).map(|(rest, octet)| (rest, Flags::of(octet)));
        let flags = reader.field(Name::First, first, |flags| Value::First(*flags, kind))?;
        let tpdu = match kind {
            Kind::Deliver => Tpdu::Deliver(Deliver::read(flags, &mut reader)?),
            Kind::DeliverReport => Tpdu::DeliverReport(DeliverReport::read(flags, direction.rp(), &mut reader)?),
            Kind::Submit => Tpdu::Submit(Submit::read(flags, &mut reader)?),
            Kind::SubmitReport => Tpdu::SubmitReport(SubmitReport::read(flags, direction.rp(), &mut reader)?),
            Kind::StatusReport => Tpdu::StatusReport(StatusReport::read(flags, &mut reader)?),
            Kind::Command => Tpdu::Command(Command::read(flags, &mut reader)?),
            Kind::ReservedMt => Tpdu::ReservedMt(Deliver::read(flags, &mut reader)?),
            Kind::ReservedMo => Tpdu::ReservedMo(flags, reader.remainder().to_vec()),
        };
        reader.end()?;
        Ok(tpdu)
    }

    /// The octets behind the SMSC.
    pub fn encode(&self) -> Vec<u8> {
        let mut octets = Vec::with_capacity(176);
        self.write(&mut octets);
        octets
    }

    fn write(&self, to: &mut Vec<u8>) {
        match self {
            Tpdu::Deliver(tpdu) => tpdu.write(Kind::Deliver, to),
            Tpdu::DeliverReport(tpdu) => tpdu.write(to),
            Tpdu::Submit(tpdu) => tpdu.write(to),
            Tpdu::SubmitReport(tpdu) => tpdu.write(to),
            Tpdu::StatusReport(tpdu) => tpdu.write(to),
            Tpdu::Command(tpdu) => tpdu.write(to),
            Tpdu::ReservedMt(tpdu) => tpdu.write(Kind::ReservedMt, to),
            Tpdu::ReservedMo(flags, octets) => {
                to.push(flags.octet(Kind::ReservedMo.mti(), None));
                to.extend_from_slice(octets);
            }
        }
    }

    /// Its type.
    pub fn kind(&self) -> Kind {
        match self {
            Tpdu::Deliver(_) => Kind::Deliver,
            Tpdu::DeliverReport(_) => Kind::DeliverReport,
            Tpdu::Submit(_) => Kind::Submit,
            Tpdu::SubmitReport(_) => Kind::SubmitReport,
            Tpdu::StatusReport(_) => Kind::StatusReport,
            Tpdu::Command(_) => Kind::Command,
            Tpdu::ReservedMt(_) => Kind::ReservedMt,
            Tpdu::ReservedMo(..) => Kind::ReservedMo,
        }
    }
}
