//! The user data header (23.040 clause 9.2.3.24): information elements, kept in order as octets, with a
//! typed view of concatenation.

use super::parse::{Parsed, Reason, fail, one};
use nom::Parser;
use nom::bytes::complete::take;
use nom::error::context;
use nom::multi::many0;

/// One information element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its identifier.
    pub id: u8,
    /// Its data.
    pub data: Vec<u8>,
}

/// The header: elements, and whatever octets at its end make none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Udh {
    /// In order.
    pub elements: Vec<Element>,
    /// Left over: too few octets for an element.
    pub rest: Vec<u8>,
}

/// Which part of which long text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Concat {
    /// The same in all parts.
    pub reference: u16,
    /// How many parts, from 1.
    pub total: u8,
    /// Which one, from 1.
    pub index: u8,
    /// How wide the reference is: parts of different width do not belong together.
    pub width: Width,
}

/// How wide a concatenation reference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Width {
    /// Element 00.
    Bits8,
    /// Element 08.
    Bits16,
}

impl Udh {
    /// A header for one part of a long text with an 8-bit reference.
    pub fn concat(reference: u8, total: u8, index: u8) -> Self {
        Self { elements: vec![Element { id: 0x00, data: vec![reference, total, index] }], rest: Vec::new() }
    }

    /// The last concatenation element that makes sense (9.2.3.24: of several, the last counts; part 0
    /// or a part beyond the total is to be ignored).
    pub fn concatenation(&self) -> Option<Concat> {
        self.elements.iter().rev().find_map(|element| match (element.id, element.data.as_slice()) {
            (0x00, [reference, total, index]) => concat(u16::from(*reference), *total, *index, Width::Bits8),
            (0x08, [high, low, total, index]) => {
                concat(u16::from_be_bytes([*high, *low]), *total, *index, Width::Bits16)
            }
            _ => None,
        })
    }

    /// Whether a national language table is asked for (elements 24 and 25). This version shows such
    /// text in the default alphabet.
    pub fn language_tables(&self) -> impl Iterator<Item = u8> {
        self.elements.iter().filter(|element| matches!(element.id, 0x24 | 0x25)).flat_map(|e| e.data.iter().copied())
    }

    /// All octets, the length octet first.
    pub fn octets(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for element in &self.elements {
            body.extend([element.id, element.data.len() as u8]);
            body.extend(&element.data);
        }
        body.extend(&self.rest);
        let mut octets = vec![body.len() as u8];
        octets.extend(body);
        octets
    }

    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (input, length) = context("length", one).parse(input)?;
        if usize::from(length) > input.len() {
            return fail(input, Reason::TooShort);
        }
        let (after, header) = take(length)(input)?;
        let (rest, elements) = many0(element).parse(header)?;
        Ok((after, Self { elements, rest: rest.to_vec() }))
    }
}

fn concat(reference: u16, total: u8, index: u8, width: Width) -> Option<Concat> {
    (index >= 1 && index <= total).then_some(Concat { reference, total, index, width })
}

fn element(input: &[u8]) -> Parsed<'_, Element> {
    let (input, id) = one(input)?;
    let (input, length) = one(input)?;
    let (input, data) = take(length)(input)?;
    Ok((input, Element { id, data: data.to_vec() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concatenation_that_makes_no_sense_is_ignored() {
        let mut udh = Udh::concat(7, 3, 2);
        assert_eq!(udh.concatenation().map(|c| (c.reference, c.total, c.index)), Some((7, 3, 2)));
        for (total, index) in [(3, 0), (3, 4), (0, 0)] {
            udh.elements = vec![Element { id: 0, data: vec![7, total, index] }];
            assert_eq!(udh.concatenation(), None);
        }
    }

    #[test]
    fn octets_that_make_no_element_are_kept() {
        let (rest, udh) = Udh::parse(&[4, 0x0b, 0x01, 0x02, 0xff, 0x41]).unwrap();
        assert_eq!((rest, udh.rest.as_slice()), (&[0x41][..], &[0xff][..]));
        assert_eq!(udh.octets(), [4, 0x0b, 0x01, 0x02, 0xff]);
    }
}
