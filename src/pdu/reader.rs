//! How a TPDU is read: one field after the other, each by its nom parser, each shown to a [`Watch`] with
//! the octets that it stands in. Decoding has nobody watching; [`super::model`] and [`super::dump`] watch,
//! so that what people see of a damaged TPDU is what was read before the damage.

use std::ops::Range;

use super::address::Address;
use super::dcs::Dcs;
use super::first::Flags;
use super::parse::{self, Error, Parsed, Reason};
use super::stamp::Stamp;
use super::status::Status;
use super::user_data::UserData;
use super::validity::Validity;

/// The fields of the six TPDUs, as the standard abbreviates them (23.040 clause 9.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the standard's own names")]
pub enum Name {
    Smsc,
    First,
    Mr,
    Oa,
    Da,
    Ra,
    Pid,
    Dcs,
    Scts,
    Dt,
    St,
    Vp,
    Fcs,
    Pi,
    Ct,
    Mn,
    Cdl,
    Cd,
    Udl,
    Ud,
    Unknown,
}

impl Name {
    /// `TP-MR` and the like.
    pub fn term(self) -> &'static str {
        match self {
            Name::Smsc => "SMSC",
            Name::First => "first octet",
            Name::Mr => "TP-MR",
            Name::Oa => "TP-OA",
            Name::Da => "TP-DA",
            Name::Ra => "TP-RA",
            Name::Pid => "TP-PID",
            Name::Dcs => "TP-DCS",
            Name::Scts => "TP-SCTS",
            Name::Dt => "TP-DT",
            Name::St => "TP-ST",
            Name::Vp => "TP-VP",
            Name::Fcs => "TP-FCS",
            Name::Pi => "TP-PI",
            Name::Ct => "TP-CT",
            Name::Mn => "TP-MN",
            Name::Cdl => "TP-CDL",
            Name::Cd => "TP-CD",
            Name::Udl => "TP-UDL",
            Name::Ud => "TP-UD",
            Name::Unknown => "unknown",
        }
    }
}

/// What was read.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// The first octet.
    First(Flags, super::Kind),
    /// A number of one octet.
    Octet(u8),
    /// Octets that this version has no type for.
    Octets(&'a [u8]),
    /// An address.
    Address(&'a Address),
    /// A moment.
    Stamp(&'a Stamp),
    /// A validity period.
    Validity(Validity),
    /// The coding scheme.
    Dcs(Dcs),
    /// A status.
    Status(Status),
    /// User data, the coding scheme that they are in, and TP-UDL: of user data that end too soon, what is there.
    UserData(&'a UserData, Dcs, u8),
}

/// Sees every field as it is read. `at`: its octets, counted from the first of the input.
pub trait Watch {
    /// One field.
    fn see(&mut self, name: Name, at: Range<usize>, value: Value<'_>);
}

/// Nobody watches.
pub struct Nobody;

impl Watch for Nobody {
    #[inline(always)]
    fn see(&mut self, _: Name, _: Range<usize>, _: Value<'_>) {}
}

/// The octets, and how far they are read.
pub(super) struct Reader<'a, 'w, W> {
    kind: &'static str,
    base: usize,
    total: usize,
    rest: &'a [u8],
    watch: &'w mut W,
}

impl<'a, 'w, W: Watch> Reader<'a, 'w, W> {
    /// Begins behind `base` octets that others read.
    pub(super) fn new(octets: &'a [u8], base: usize, watch: &'w mut W) -> Self {
        Self { kind: "TPDU", base, total: octets.len(), rest: octets, watch }
    }

    /// From here on errors name this type.
    pub(super) fn is(&mut self, kind: &'static str) {
        self.kind = kind;
    }

    /// Whether all is read.
    pub(super) fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn place(&self) -> usize {
        self.base + self.total - self.rest.len()
    }

    /// Reads one field.
    #[inline(always)]
    pub(super) fn field<T>(
        &mut self,
        name: Name,
        mut parser: impl FnMut(&'a [u8]) -> Parsed<'a, T>,
        value: impl for<'v> FnOnce(&'v T) -> Value<'v>,
    ) -> Result<T, Error> {
        let from = self.place();
        match parser(self.rest) {
            Ok((rest, read)) => {
                self.rest = rest;
                self.watch.see(name, from..self.place(), value(&read));
                Ok(read)
            }
            Err(error) => Err(parse::error(&[self.kind, name.term()], self.base + self.total, error)),
        }
    }

    /// One octet that is a number.
    pub(super) fn octet(&mut self, name: Name) -> Result<u8, Error> {
        self.field(name, parse::one, |octet| Value::Octet(*octet))
    }

    /// Seven octets that are a moment.
    pub(super) fn stamp(&mut self, name: Name) -> Result<Stamp, Error> {
        self.field(name, Stamp::parse, |stamp| Value::Stamp(stamp))
    }

    /// An address.
    pub(super) fn address(&mut self, name: Name) -> Result<Address, Error> {
        self.field(name, Address::parse, |address| Value::Address(address))
    }

    /// TP-DCS.
    pub(super) fn dcs(&mut self) -> Result<Dcs, Error> {
        self.field(Name::Dcs, Dcs::parse, |dcs| Value::Dcs(*dcs))
    }

    /// TP-UDL and TP-UD. Where the octets end too soon, those that are there are shown.
    #[inline(always)]
    pub(super) fn user_data(&mut self, dcs: Dcs, flags: Flags) -> Result<UserData, Error> {
        let (from, rest) = (self.place(), self.rest);
        let length = rest.first().copied().unwrap_or_default();
        let parse = |input| UserData::parse(dcs, flags.udhi(), input);
        let read = self.field(Name::Ud, parse, |data| Value::UserData(data, dcs, length));
        if read.is_err() && !rest.is_empty() {
            match UserData::salvage(dcs, flags.udhi(), rest) {
                Some(data) => {
                    self.watch.see(Name::Ud, from..from + rest.len(), Value::UserData(&data, dcs, length));
                }
                None => self.watch.see(Name::Udl, from..from + 1, Value::Octet(length)),
            }
        }
        read
    }

    /// All that is left.
    pub(super) fn remainder(&mut self) -> &'a [u8] {
        let (from, octets) = (self.place(), std::mem::take(&mut self.rest));
        if !octets.is_empty() {
            self.watch.see(Name::Unknown, from..from + octets.len(), Value::Octets(octets));
        }
        octets
    }

    /// Nothing may be left.
    pub(super) fn end(&self) -> Result<(), Error> {
        if self.at_end() { Ok(()) } else { Err(Error::at(vec![self.kind], self.place(), Reason::TooLong)) }
    }
}
