//! Address fields (23.040 clause 9.1.2.5) and the SMSC before a TPDU (27.005 clause 3.1).

use nom::Parser;
use nom::bytes::complete::take;
use nom::error::context;
use smallvec::SmallVec;

use super::gsm7::Tables;
use super::parse::{Parsed, Reason, fail, one};
use super::septets::Septets;
use crate::text::Untrusted;

/// Type of number (bits 6-4 of the type octet).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ton {
    /// Unknown.
    Unknown,
    /// International: digits behind a `+`.
    International,
    /// National.
    National,
    /// Network specific.
    Network,
    /// Subscriber.
    Subscriber,
    /// Letters in the GSM 7-bit alphabet.
    Alphanumeric,
    /// Abbreviated.
    Abbreviated,
    /// Reserved.
    Reserved,
}

impl Ton {
    const ALL: [Ton; 8] = [
        Ton::Unknown,
        Ton::International,
        Ton::National,
        Ton::Network,
        Ton::Subscriber,
        Ton::Alphanumeric,
        Ton::Abbreviated,
        Ton::Reserved,
    ];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Ton::Unknown => "unknown",
            Ton::International => "international",
            Ton::National => "national",
            Ton::Network => "network specific",
            Ton::Subscriber => "subscriber",
            Ton::Alphanumeric => "alphanumeric",
            Ton::Abbreviated => "abbreviated",
            Ton::Reserved => "reserved",
        }
    }
}

/// Room for twenty digits without the heap.
type Semi = SmallVec<[u8; 12]>;

/// An address: type of number, numbering plan, and semi-octets, those beyond the useful ones included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Useful semi-octets.
    digits: u8,
    /// Extension bit, type of number, numbering plan.
    kind: u8,
    value: Semi,
}

/// A number is not what an address can hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an address holds 1 to 20 digits, or up to 11 septets of the GSM alphabet")]
pub struct AddressError;

const INTERNATIONAL: u8 = 0x91;
const ALPHANUMERIC: u8 = 0xd0;
/// 9.1.2.5: so many semi-octets at the most. Decoding takes more; writing does not.
const LONGEST: usize = 20;
/// 24.011 clause 8.2.5.1: type and ten octets. What is longer is no SMSC, but a TPDU without one.
const LONGEST_SMSC: u8 = 11;
/// Semi-octets 10-14 (9.1.2.3). 15 is the filler behind an odd number of digits; where it stands
/// between digits it is shown as `f`.
const SPECIAL: [char; 6] = ['*', '#', 'a', 'b', 'c', 'f'];
const FILLER: u8 = 0x0f;

impl Address {
    /// An international number; digits without the plus sign.
    pub fn international(digits: &str) -> Result<Self, AddressError> {
        Self::of(INTERNATIONAL, digits)
    }

    /// A number of no known type, such as a short code.
    pub fn plain(digits: &str) -> Result<Self, AddressError> {
        Self::of(0x81, digits)
    }

    /// Digits (with `*#abc`) or, of an alphanumeric type, letters, under a type octet: 1 to 20 digits, 1
    /// to 11 septets.
    pub fn of(kind: u8, shown: &str) -> Result<Self, AddressError> {
        if shown.contains(['f', 'F']) && ton(kind) != Ton::Alphanumeric {
            return Err(AddressError);
        }
        match Self::any(kind, shown)? {
            address if (1..=LONGEST).contains(&usize::from(address.digits)) => Ok(address),
            _ => Err(AddressError),
        }
    }

    /// As [`Self::of`], of any length that the length octet can tell.
    pub(super) fn any(kind: u8, shown: &str) -> Result<Self, AddressError> {
        if ton(kind) == Ton::Alphanumeric {
            let codes = Tables::DEFAULT.codes(shown).ok_or(AddressError)?;
            let digits = u8::try_from((codes.len() * 7).div_ceil(4)).map_err(|_| AddressError)?;
            let mut value = Vec::new();
            Septets::new(codes).pack(0, &mut value);
            return Ok(Self { digits, kind, value: value.into() });
        }
        let nibbles: Vec<u8> = shown.chars().map(nibble).collect::<Option<_>>().ok_or(AddressError)?;
        let digits = u8::try_from(nibbles.len()).map_err(|_| AddressError)?;
        let octet = |pair: &[u8]| pair.first().unwrap_or(&0) | pair.get(1).unwrap_or(&FILLER) << 4;
        Ok(Self { digits, kind, value: nibbles.chunks(2).map(octet).collect() })
    }

    /// Letters, such as a firm's name.
    pub fn alphanumeric(name: &str) -> Result<Self, AddressError> {
        Self::of(ALPHANUMERIC, name)
    }

    /// The type octet: extension bit, type of number, numbering plan.
    pub fn kind(&self) -> u8 {
        self.kind
    }

    /// Useful semi-octets.
    pub fn semi_octets(&self) -> u8 {
        self.digits
    }

    /// Type of number.
    pub fn ton(&self) -> Ton {
        ton(self.kind)
    }

    /// Numbering plan: 1 is E.164.
    pub fn npi(&self) -> u8 {
        self.kind & 0x0f
    }

    /// The octets behind the type.
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// `+447700900123` if international, the bare digits else; `None` for letters.
    pub fn number(&self) -> Option<String> {
        let plus = match self.ton() {
            Ton::Alphanumeric => return None,
            Ton::International => "+",
            _ => "",
        };
        let semi_octets = self.value.iter().flat_map(|octet| [octet & 0x0f, octet >> 4]).take(usize::from(self.digits));
        let mut number = String::with_capacity(usize::from(self.digits) + 1);
        number.push_str(plus);
        number.extend(semi_octets.filter_map(symbol));
        number.truncate(number.trim_end_matches('f').len());
        Some(number)
    }

    /// Number or letters.
    pub fn shown(&self) -> Untrusted {
        self.number().map_or_else(|| self.letters(), Untrusted::new)
    }

    fn letters(&self) -> Untrusted {
        let count = usize::from(self.digits) * 4 / 7;
        Tables::DEFAULT.text(Septets::unpack(&self.value, count, 0).codes())
    }

    /// TP-DA, TP-OA or TP-RA: length in semi-octets, type, value. Any length that the octet can tell.
    #[inline(always)]
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (input, digits) = context("length", one).parse(input)?;
        let (input, kind) = context("type", one).parse(input)?;
        let (input, value) = context("value", take(usize::from(digits).div_ceil(2))).parse(input)?;
        Ok((input, Self { digits, kind, value: SmallVec::from_slice(value) }))
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        to.extend([self.digits, self.kind]);
        to.extend_from_slice(&self.value);
    }

    /// The SMSC: length in octets, the type included; 0 means "none here".
    pub(super) fn parse_smsc(input: &[u8]) -> Parsed<'_, Option<Self>> {
        let (input, length) = context("length", one).parse(input)?;
        if length == 0 {
            return Ok((input, None));
        }
        if length > LONGEST_SMSC {
            return fail(input, Reason::Length);
        }
        let (input, kind) = context("type", one).parse(input)?;
        let (input, value) = context("value", take(usize::from(length) - 1)).parse(input)?;
        let filled = value.last().is_some_and(|octet| octet >> 4 == FILLER);
        let digits = (value.len() * 2) as u8 - u8::from(filled);
        Ok((input, Some(Self { digits, kind, value: SmallVec::from_slice(value) })))
    }

    /// If it is no longer than an SMSC can be.
    pub(super) fn into_smsc(self) -> Result<Self, AddressError> {
        if self.value.len() < usize::from(LONGEST_SMSC) { Ok(self) } else { Err(AddressError) }
    }

    pub(super) fn write_smsc(&self, to: &mut Vec<u8>) {
        to.extend([self.value.len() as u8 + 1, self.kind]);
        to.extend_from_slice(&self.value);
    }

    /// Whether writing what is shown gives these very octets.
    pub(super) fn is_plain(&self) -> Plain {
        let shown = self.shown();
        let digits = shown.for_record().strip_prefix('+').filter(|_| self.ton() == Ton::International);
        match Self::any(self.kind, digits.unwrap_or(shown.for_record())) {
            Ok(again) if again == *self => Plain::Yes,
            _ => Plain::No,
        }
    }

    /// From what the octets hold, for what [`Self::is_plain`] says no to.
    pub(super) fn raw(digits: u8, kind: u8, value: &[u8]) -> Result<Self, AddressError> {
        if value.len() == usize::from(digits).div_ceil(2) {
            Ok(Self { digits, kind, value: SmallVec::from_slice(value) })
        } else {
            Err(AddressError)
        }
    }
}

/// Whether a field's octets follow from what is shown of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    /// They do.
    Yes,
    /// They do not: bits that mean nothing are set.
    No,
}

fn ton(kind: u8) -> Ton {
    Ton::ALL.get(usize::from(kind >> 4 & 0x07)).copied().unwrap_or(Ton::Reserved)
}

fn nibble(symbol: char) -> Option<u8> {
    let special = SPECIAL.iter().position(|s| *s == symbol.to_ascii_lowercase()).map(|at| at as u8 + 10);
    symbol.to_digit(10).map(|digit| digit as u8).or(special)
}

fn symbol(nibble: u8) -> Option<char> {
    match nibble {
        0..=9 => char::from_digit(u32::from(nibble), 10),
        _ => SPECIAL.get(usize::from(nibble) - 10).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(address: &Address) -> Address {
        let mut octets = Vec::new();
        address.write(&mut octets);
        let (rest, back) = Address::parse(&octets).unwrap();
        assert!(rest.is_empty());
        back
    }

    #[test]
    fn numbers_there_and_back() {
        for (address, shown) in [
            (Address::international("447700900123").unwrap(), "+447700900123"),
            (Address::plain("60777").unwrap(), "60777"),
            (Address::plain("*#21#").unwrap(), "*#21#"),
            (Address::alphanumeric("EE-Info").unwrap(), "EE-Info"),
            (Address::alphanumeric("elevenchars").unwrap(), "elevenchars"),
        ] {
            assert_eq!(back(&address), address);
            assert_eq!(address.shown().for_terminal(), shown);
            assert_eq!(address.is_plain(), Plain::Yes);
        }
        assert!(Address::international("0770O").is_err());
        assert!(Address::plain("123456789012345678901").is_err());
        assert!(Address::plain("").is_err());
        assert!(Address::plain("44f").is_err());
        assert!(Address::alphanumeric("twelve chars").is_err());
    }

    #[test]
    fn odd_ones_are_kept_and_shown() {
        let parse = |octets: &'static [u8]| Address::parse(octets).unwrap().1;
        assert_eq!(parse(&[0x04, 0x81, 0xf1, 0x32]).number().as_deref(), Some("1f23"));
        assert_eq!(parse(&[0x04, 0x81, 0x21, 0xf3]).number().as_deref(), Some("123"));
        assert_eq!(parse(&[0x03, 0x81, 0x21, 0x03]).is_plain(), Plain::No);
        assert_eq!(parse(&[0x00, 0x91]).number().as_deref(), Some("+"));
        let long = [&[40u8, 0x91][..], &[0x21; 20]].concat();
        let (_, long) = Address::parse(&long).unwrap();
        assert_eq!(long.number().map(|number| number.len()), Some(41));
    }
}
