//! TP-UDL and TP-UD (23.040 clauses 9.2.3.16 and 9.2.3.24): header and body.

use nom::Parser;
use nom::bytes::complete::take;
use nom::error::context;
use smallvec::SmallVec;

use super::dcs::{Dcs, Unit};
use super::element::Concat;
use super::gsm7::Tables;
use super::parse::{Failure, Parsed, Reason, fail, one};
use super::septets::{self, Septets};
use super::ucs2;
use super::udh::Udh;
use crate::text::Untrusted;

/// What a TPDU carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserData {
    header: Option<Udh>,
    body: Body,
}

/// What stands behind the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// GSM 7-bit text.
    Septets(Septets),
    /// UCS-2, 8-bit data or compressed text.
    Octets(SmallVec<[u8; 140]>),
}

/// Whether TP-UDHI is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Udhi {
    /// The user data begin with a header.
    Header,
    /// They do not.
    Plain,
}

/// Characters or octets that do not fit into one TPDU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text does not fit into 140 octets")]
pub struct TooLong;

/// 140 octets are the most that a service centre carries. Decoding takes what TP-UDL can tell, if the
/// octets are there; building does not.
pub const LONGEST: usize = 140;

impl UserData {
    /// A body behind an optional header.
    pub fn new(header: Option<Udh>, body: Body) -> Result<Self, TooLong> {
        let data = Self { header, body };
        if data.size() > LONGEST { Err(TooLong) } else { Ok(data) }
    }

    /// As [`Self::new`], of any length that TP-UDL can tell.
    pub(super) fn any(header: Option<Udh>, body: Body) -> Result<Self, TooLong> {
        let data = Self { header, body };
        if data.units() > usize::from(u8::MAX) { Err(TooLong) } else { Ok(data) }
    }

    /// Septets behind an optional header.
    pub fn gsm7(codes: &[u8], header: Option<Udh>) -> Result<Self, TooLong> {
        Self::new(header, Body::Septets(Septets::new(codes.iter().copied())))
    }

    /// Octets behind an optional header: 8-bit data or UCS-2.
    pub fn octets8(body: &[u8], header: Option<Udh>) -> Result<Self, TooLong> {
        Self::new(header, Body::Octets(SmallVec::from_slice(body)))
    }

    /// TP-UDL.
    pub fn length(&self) -> u8 {
        u8::try_from(self.units()).unwrap_or(u8::MAX)
    }

    /// Septets or octets, the header included.
    fn units(&self) -> usize {
        let head = self.header_size();
        match &self.body {
            Body::Septets(septets) => (head * 8).div_ceil(7) + septets.codes().len(),
            Body::Octets(octets) => head + octets.len(),
        }
    }

    /// Octets of TP-UD.
    pub fn size(&self) -> usize {
        let head = self.header_size();
        match &self.body {
            Body::Septets(septets) => head + septets.size(fill_bits(head)),
            Body::Octets(octets) => head + octets.len(),
        }
    }

    /// The header, if there is one.
    pub fn header(&self) -> Option<&Udh> {
        self.header.as_ref()
    }

    /// What stands behind the header.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// Which part of a long text it is.
    pub fn concat(&self) -> Option<Concat> {
        self.header.as_ref().and_then(Udh::concatenation)
    }

    /// The octets behind the header; of septets, packed.
    pub fn octets(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        self.write_body(&mut octets);
        octets
    }

    /// The characters; nothing for octets and for compressed text.
    pub fn text(&self, dcs: Dcs) -> Option<Untrusted> {
        match &self.body {
            Body::Septets(septets) => Some(self.tables().text(septets.codes())),
            Body::Octets(octets) if dcs.is_utf16() => Some(ucs2::text(octets)),
            Body::Octets(_) => None,
        }
    }

    /// The tables of GSM 7-bit text.
    pub fn tables(&self) -> Tables {
        self.header.as_ref().map_or(Tables::DEFAULT, Udh::tables)
    }

    fn header_size(&self) -> usize {
        self.header.as_ref().map(Udh::size).unwrap_or_default()
    }

    /// Whether TP-UDHI is to be set.
    pub(super) fn udhi(&self) -> Udhi {
        if self.header.is_some() { Udhi::Header } else { Udhi::Plain }
    }

    #[inline(always)]
    pub(super) fn parse(dcs: Dcs, udhi: Udhi, input: &[u8]) -> Parsed<'_, Self> {
        let (input, length) = context("TP-UDL", one).parse(input)?;
        let length = usize::from(length);
        let (after, octets) = take(asked(dcs, length))(input)?;
        let (rest, header) = header(udhi, octets).map_err(|error| within_header(error, after.len()))?;
        let head = octets.len() - rest.len();
        let Some(count) = length.checked_sub(head_units(dcs, head)) else {
            return fail(input, Reason::Length);
        };
        Ok((after, Self { header, body: body(dcs, rest, head, count) }))
    }

    /// What is there of user data that end too soon, or whose header does.
    #[cold]
    pub(super) fn salvage(dcs: Dcs, udhi: Udhi, input: &[u8]) -> Option<Self> {
        let (length, octets) = input.split_first()?;
        let length = usize::from(*length);
        let octets = octets.get(..asked(dcs, length).min(octets.len())).filter(|octets| !octets.is_empty())?;
        let (rest, header) = header(udhi, octets).ok()?;
        let head = octets.len() - rest.len();
        let there = length.min(octets.len() * 8 / 7);
        Some(Self { header, body: body(dcs, rest, head, there.saturating_sub(head_units(dcs, head))) })
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        to.push(self.length());
        if let Some(header) = &self.header {
            header.write(to);
        }
        self.write_body(to);
    }

    fn write_body(&self, to: &mut Vec<u8>) {
        match &self.body {
            Body::Septets(septets) => septets.pack(fill_bits(self.header_size()), to),
            Body::Octets(octets) => to.extend_from_slice(octets),
        }
    }
}

/// Octets that a TP-UDL asks for.
fn asked(dcs: Dcs, length: usize) -> usize {
    match dcs.unit() {
        Unit::Septets => septets::size(length, 0),
        Unit::Octets => length,
    }
}

/// What TP-UDL counts of a header of so many octets, fill bits included.
fn head_units(dcs: Dcs, head: usize) -> usize {
    match dcs.unit() {
        Unit::Septets => (head * 8).div_ceil(7),
        Unit::Octets => head,
    }
}

/// The header, if TP-UDHI says that there is one, and what stands behind it.
#[inline(always)]
fn header(udhi: Udhi, octets: &[u8]) -> Parsed<'_, Option<Udh>> {
    match udhi {
        Udhi::Plain => Ok((octets, None)),
        Udhi::Header => Udh::parse(octets).map(|(rest, header)| (rest, Some(header))),
    }
}

/// What stands behind a header of so many octets; so many septets of it, if it is septets.
#[inline(always)]
fn body(dcs: Dcs, octets: &[u8], head: usize, septets: usize) -> Body {
    match dcs.unit() {
        Unit::Octets => Body::Octets(SmallVec::from_slice(octets)),
        Unit::Septets => Body::Septets(Septets::unpack(octets, septets, fill_bits(head))),
    }
}

/// An error within the header, whose input ends before that of the TPDU.
fn within_header(error: nom::Err<Failure>, behind: usize) -> nom::Err<Failure> {
    error.map(|failure| failure.within("TP-UDH", behind))
}

/// Zero bits between a header of so many octets and the first septet.
pub(super) fn fill_bits(header: usize) -> u8 {
    ((7 - (header * 8) % 7) % 7) as u8
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn codes(text: &str) -> Vec<u8> {
        Tables::DEFAULT.codes(text).unwrap().to_vec()
    }

    #[test]
    fn septets_begin_on_a_boundary_behind_the_header() {
        let data = UserData::gsm7(&codes("hello"), Some(Udh::concat(1, 2, 1))).unwrap();
        assert_eq!(data.length(), 12);
        assert_eq!(data.text(Dcs::GSM7).unwrap().for_record(), "hello");
        assert_eq!(data.concat().map(|c| c.sequence), Some(1));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(UserData::gsm7(&[0x41; 160], None).is_ok());
        assert_eq!(UserData::gsm7(&[0x41; 161], None), Err(TooLong));
        assert_eq!(UserData::gsm7(&[0x41; 154], Some(Udh::concat(1, 2, 1))), Err(TooLong));
        assert_eq!(UserData::octets8(&[0; 141], None), Err(TooLong));
    }

    #[test]
    fn a_header_longer_than_its_data_is_an_error_at_its_place() {
        let error = |octets: &'static [u8]| {
            let failed = UserData::parse(Dcs::GSM7, Udhi::Header, octets).unwrap_err();
            let error = parse::error(&[], octets.len(), failed);
            (error.octet(), error.path().to_vec(), error.reason())
        };
        assert_eq!(error(&[3, 9, 0x41, 0x41, 0x55]), (2, vec!["TP-UDH"], Reason::TooShort));
        // Five octets of header need six septets.
        assert_eq!(error(&[5, 4, 0x70, 2, 1, 1]), (1, vec![], Reason::Length));
    }
}
