//! Address fields (23.040 clause 9.1.2.5) and the SMSC before a TPDU (27.005 clause 3.1).

use nom::Parser;
use nom::bytes::complete::take;
use nom::error::context;

use super::gsm7;
use super::parse::{Parsed, Reason, fail, one};
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

/// An address, kept as its octets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The length octet: useful semi-octets.
    digits: u8,
    /// Extension bit, type of number, numbering plan.
    kind: u8,
    value: Vec<u8>,
}

/// A number is not what an address can hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an address holds 1 to 20 digits, or up to 11 letters of the GSM alphabet")]
pub struct AddressError;

const INTERNATIONAL: u8 = 0x91;
const ALPHANUMERIC: u8 = 0xd0;
/// 9.1.2.5: at most 20 semi-octets; some centres write 22 for eleven letters.
const LONGEST: u8 = 24;
/// Semi-octets 10-15 (9.1.2.3).
const SPECIAL: [char; 5] = ['*', '#', 'a', 'b', 'c'];

impl Address {
    /// An international number; digits without the plus sign.
    pub fn international(digits: &str) -> Result<Self, AddressError> {
        Self::of(INTERNATIONAL, digits)
    }

    /// A number of no known type, such as a short code.
    pub fn plain(digits: &str) -> Result<Self, AddressError> {
        Self::of(0x81, digits)
    }

    fn of(kind: u8, digits: &str) -> Result<Self, AddressError> {
        let nibbles: Vec<u8> = digits.chars().map(nibble).collect::<Option<_>>().ok_or(AddressError)?;
        if nibbles.is_empty() || nibbles.len() > 20 {
            return Err(AddressError);
        }
        let value = nibbles
            .chunks(2)
            .map(|pair| pair.iter().rev().fold(if pair.len() == 1 { 0x0f } else { 0 }, |octet, n| octet << 4 | n));
        Ok(Self { digits: nibbles.len() as u8, kind, value: value.collect() })
    }

    /// Letters, such as a firm's name.
    pub fn alphanumeric(name: &str) -> Result<Self, AddressError> {
        let septets = gsm7::septets(name).ok_or(AddressError)?;
        if septets.is_empty() || septets.len() > 11 {
            return Err(AddressError);
        }
        let semi_octets = (septets.len() * 7).div_ceil(4) as u8;
        Ok(Self { digits: semi_octets, kind: ALPHANUMERIC, value: gsm7::pack(&septets, 0) })
    }

    /// Type of number.
    pub fn ton(&self) -> Ton {
        const TYPES: [Ton; 8] = [
            Ton::Unknown,
            Ton::International,
            Ton::National,
            Ton::Network,
            Ton::Subscriber,
            Ton::Alphanumeric,
            Ton::Abbreviated,
            Ton::Reserved,
        ];
        TYPES.get(usize::from(self.kind >> 4 & 0x07)).copied().unwrap_or(Ton::Reserved)
    }

    /// Numbering plan: 1 is E.164.
    pub fn npi(&self) -> u8 {
        self.kind & 0x0f
    }

    /// `+447700900123` if international, the bare digits else; `None` for letters.
    pub fn number(&self) -> Option<String> {
        let plus = match self.ton() {
            Ton::Alphanumeric => return None,
            Ton::International => "+",
            _ => "",
        };
        let digits = self.value.iter().flat_map(|octet| [octet & 0x0f, octet >> 4]).take(usize::from(self.digits));
        Some(digits.filter_map(symbol).fold(plus.to_owned(), |mut number, digit| {
            number.push(digit);
            number
        }))
    }

    /// Number or letters.
    pub fn shown(&self) -> Untrusted {
        self.number()
            .map_or_else(|| gsm7::text(&gsm7::unpack(&self.value, usize::from(self.digits) * 4 / 7, 0)), Untrusted::new)
    }

    /// TP-DA, TP-OA or TP-RA: length in semi-octets, type, value.
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (input, digits) = context("length", one).parse(input)?;
        if digits > LONGEST {
            return fail(input, Reason::Length);
        }
        let (input, kind) = context("type", one).parse(input)?;
        let (input, value) = context("value", take(usize::from(digits).div_ceil(2))).parse(input)?;
        Ok((input, Self { digits, kind, value: value.to_vec() }))
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        to.extend([self.digits, self.kind]);
        to.extend(&self.value);
    }

    /// The SMSC: length in octets, the type included; 0 means "none here".
    pub(super) fn parse_smsc(input: &[u8]) -> Parsed<'_, Option<Self>> {
        let (input, length) = context("length", one).parse(input)?;
        if length == 0 {
            return Ok((input, None));
        }
        if length > 12 {
            return fail(input, Reason::Length);
        }
        let (input, kind) = context("type", one).parse(input)?;
        let (input, value) = context("value", take(usize::from(length) - 1)).parse(input)?;
        let filled = value.last().is_some_and(|octet| octet >> 4 == 0x0f);
        let digits = (value.len() * 2) as u8 - u8::from(filled);
        Ok((input, Some(Self { digits, kind, value: value.to_vec() })))
    }

    pub(super) fn write_smsc(&self, to: &mut Vec<u8>) {
        to.extend([self.value.len() as u8 + 1, self.kind]);
        to.extend(&self.value);
    }
}

fn nibble(symbol: char) -> Option<u8> {
    let special = SPECIAL.iter().position(|s| *s == symbol.to_ascii_lowercase()).map(|at| at as u8 + 10);
    symbol.to_digit(10).map(|digit| digit as u8).or(special)
}

/// 15 is filler.
fn symbol(nibble: u8) -> Option<char> {
    match nibble {
        0..=9 => char::from_digit(u32::from(nibble), 10),
        _ => SPECIAL.get(usize::from(nibble) - 10).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_there_and_back() {
        for (address, shown) in [
            (Address::international("447700900123").unwrap(), "+447700900123"),
            (Address::plain("60777").unwrap(), "60777"),
            (Address::plain("*#21#").unwrap(), "*#21#"),
            (Address::alphanumeric("EE-Info").unwrap(), "EE-Info"),
        ] {
            let mut octets = Vec::new();
            address.write(&mut octets);
            let (rest, back) = Address::parse(&octets).unwrap();
            assert!(rest.is_empty());
            assert_eq!(back, address);
            assert_eq!(back.shown().for_terminal(), shown);
        }
        assert!(Address::international("0770O").is_err());
        assert!(Address::plain("123456789012345678901").is_err());
    }
}
