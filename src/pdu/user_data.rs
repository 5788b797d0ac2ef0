//! TP-UDL and TP-UD (23.040 clauses 9.2.3.16 and 9.2.3.24): header and body, kept as octets.

use nom::Parser;
use nom::bytes::complete::take;
use nom::error::context;

use super::dcs::{Alphabet, Compression, Dcs};
use super::parse::{Parsed, Reason, fail, one};
use super::udh::{Concat, Udh};
use super::{gsm7, ucs2};
use crate::text::Untrusted;

/// What a TPDU carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserData {
    /// TP-UDL: septets or octets, the header included.
    length: u8,
    /// TP-UD, header included, as octets.
    octets: Vec<u8>,
    header: Option<Udh>,
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

/// 140 octets.
pub const LONGEST: usize = 140;

impl UserData {
    /// Septets behind an optional header.
    pub fn gsm7(septets: &[u8], header: Option<Udh>) -> Result<Self, TooLong> {
        let head = header.as_ref().map(Udh::octets).unwrap_or_default();
        let fill = fill_bits(head.len());
        let length = (head.len() * 8).div_ceil(7) + septets.len();
        let octets = [head, gsm7::pack(septets, fill)].concat();
        if length > 160 || octets.len() > LONGEST {
            return Err(TooLong);
        }
        Ok(Self { length: length as u8, octets, header })
    }

    /// Octets behind an optional header: 8-bit data or UCS-2.
    pub fn octets8(body: &[u8], header: Option<Udh>) -> Result<Self, TooLong> {
        let octets = [header.as_ref().map(Udh::octets).unwrap_or_default(), body.to_vec()].concat();
        if octets.len() > LONGEST {
            return Err(TooLong);
        }
        Ok(Self { length: octets.len() as u8, octets, header })
    }

    /// TP-UDL.
    pub fn length(&self) -> u8 {
        self.length
    }

    /// The header, if there is one.
    pub fn header(&self) -> Option<&Udh> {
        self.header.as_ref()
    }

    /// Which part of a long text it is.
    pub fn concat(&self) -> Option<Concat> {
        self.header.as_ref().and_then(Udh::concatenation)
    }

    /// The octets behind the header.
    pub fn body(&self) -> &[u8] {
        self.octets.get(self.header_length()..).unwrap_or_default()
    }

    /// The characters; nothing for octets and for compressed text.
    pub fn text(&self, dcs: Dcs) -> Option<Untrusted> {
        if dcs.compression() == Compression::Compressed {
            return None;
        }
        match dcs.alphabet() {
            Alphabet::Gsm7 => Some(gsm7::text(&self.septets())),
            Alphabet::Ucs2 => Some(ucs2::text(self.body())),
            Alphabet::Data8 => None,
        }
    }

    fn septets(&self) -> Vec<u8> {
        let head = self.header_length();
        let count = usize::from(self.length).saturating_sub((head * 8).div_ceil(7));
        gsm7::unpack(self.body(), count, fill_bits(head))
    }

    fn header_length(&self) -> usize {
        self.header.as_ref().map(|header| header.octets().len()).unwrap_or_default()
    }

    /// Whether TP-UDHI is to be set.
    pub(super) fn udhi(&self) -> Udhi {
        if self.header.is_some() { Udhi::Header } else { Udhi::Plain }
    }

    pub(super) fn parse(dcs: Dcs, udhi: Udhi) -> impl FnMut(&[u8]) -> Parsed<'_, Self> {
        move |input| {
            let (input, length) = context("TP-UDL", one).parse(input)?;
            let size = size(dcs, length);
            if size > LONGEST {
                return fail(input, Reason::Length);
            }
            let (input, octets) = context("TP-UD", take(size)).parse(input)?;
            let header = match udhi {
                Udhi::Header => Some(context("TP-UDH", Udh::parse).parse(octets)?.1),
                Udhi::Plain => None,
            };
            Ok((input, Self { length, octets: octets.to_vec(), header }))
        }
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        to.push(self.length);
        to.extend(&self.octets);
    }
}

/// How many octets a TP-UDL means: septets for uncompressed GSM 7-bit text, octets else.
fn size(dcs: Dcs, length: u8) -> usize {
    match (dcs.alphabet(), dcs.compression()) {
        (Alphabet::Gsm7, Compression::None) => (usize::from(length) * 7).div_ceil(8),
        _ => usize::from(length),
    }
}

/// Zero bits between a header of so many octets and the first septet.
fn fill_bits(header: usize) -> u8 {
    ((7 - (header * 8) % 7) % 7) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn septets_begin_on_a_boundary_behind_the_header() {
        let septets = gsm7::septets("hello").unwrap();
        let data = UserData::gsm7(&septets, Some(Udh::concat(1, 2, 1))).unwrap();
        assert_eq!(data.length(), 12);
        assert_eq!(data.text(Dcs::GSM7).unwrap().for_record(), "hello");
        assert_eq!(data.concat().map(|c| c.index), Some(1));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(UserData::gsm7(&[0x41; 160], None).is_ok());
        assert_eq!(UserData::gsm7(&[0x41; 161], None), Err(TooLong));
        assert_eq!(UserData::gsm7(&[0x41; 154], Some(Udh::concat(1, 2, 1))), Err(TooLong));
        assert_eq!(UserData::octets8(&[0; 141], None), Err(TooLong));
    }
}
