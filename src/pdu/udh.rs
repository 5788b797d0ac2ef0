//! The user data header (23.040 clause 9.2.3.24): information elements in order. What one element says
//! is in [`super::element`]; which of several counts is here.

use nom::Parser;
use nom::bytes::complete::take;
use nom::error::context;
use smallvec::SmallVec;

use super::element::{Concat, Information, Ports};
use super::gsm7::{Language, Tables};
use super::parse::{Parsed, Reason, fail, one};

/// Data of an element; those of the common ones need no heap.
pub type Data = SmallVec<[u8; 6]>;

/// One information element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    id: u8,
    data: Data,
}

impl Element {
    /// An identifier and up to 137 octets: more do not fit into a header.
    pub fn new(id: u8, data: &[u8]) -> Result<Self, HeaderTooLong> {
        if data.len() > LONGEST - 2 { Err(HeaderTooLong) } else { Ok(Self { id, data: SmallVec::from_slice(data) }) }
    }

    /// Of any length that its length octet can tell.
    pub(super) fn any(id: u8, data: &[u8]) -> Result<Self, HeaderTooLong> {
        if data.len() > usize::from(u8::MAX) {
            Err(HeaderTooLong)
        } else {
            Ok(Self { id, data: SmallVec::from_slice(data) })
        }
    }

    /// Its identifier.
    pub fn id(&self) -> u8 {
        self.id
    }

    /// Its data.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// What it says.
    pub fn information(&self) -> Information {
        Information::of(self.id, &self.data)
    }
}

/// More than 139 octets of elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the elements do not fit into a user data header of 140 octets")]
pub struct HeaderTooLong;

/// Octets of elements, the length octet aside.
const LONGEST: usize = 139;

/// The header: elements, and whatever octets at its end make none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Udh {
    elements: SmallVec<[Element; 2]>,
    rest: Data,
}

/// Whether a header may be acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Soundness {
    /// Its elements fill it.
    Sound,
    /// 9.2.3.24: with too few or too many octets in the last element, the whole header is ignored.
    Broken,
}

impl Udh {
    /// A header of these elements.
    pub fn new(elements: impl IntoIterator<Item = Element>) -> Result<Self, HeaderTooLong> {
        let udh = Self { elements: elements.into_iter().collect(), rest: Data::new() };
        if udh.size() > LONGEST + 1 { Err(HeaderTooLong) } else { Ok(udh) }
    }

    /// Of any length that its length octet can tell, with octets at its end that make no element.
    pub(super) fn any(elements: impl IntoIterator<Item = Element>, rest: &[u8]) -> Result<Self, HeaderTooLong> {
        let udh = Self { elements: elements.into_iter().collect(), rest: SmallVec::from_slice(rest) };
        if udh.size() > usize::from(u8::MAX) + 1 { Err(HeaderTooLong) } else { Ok(udh) }
    }

    /// A header for one part of a long text with an 8-bit reference.
    pub fn concat(reference: u8, total: u8, sequence: u8) -> Self {
        let element = Element { id: 0x00, data: SmallVec::from_slice(&[reference, total, sequence]) };
        Self { elements: SmallVec::from_iter([element]), rest: Data::new() }
    }

    /// With one element more.
    pub fn and(mut self, element: Element) -> Result<Self, HeaderTooLong> {
        self.elements.push(element);
        if self.size() > LONGEST + 1 { Err(HeaderTooLong) } else { Ok(self) }
    }

    /// In order.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// Left over: too few octets for an element.
    pub fn rest(&self) -> &[u8] {
        &self.rest
    }

    /// Whether it may be acted on.
    pub fn soundness(&self) -> Soundness {
        if self.rest.is_empty() { Soundness::Sound } else { Soundness::Broken }
    }

    /// The last of a kind that is well formed (9.2.3.24: of several that must not repeat, and of two
    /// that exclude each other, the last counts); nothing of a broken header.
    fn last<T>(&self, pick: impl Fn(Information) -> Option<T>) -> Option<T> {
        let elements = if self.soundness() == Soundness::Sound { self.elements.as_slice() } else { &[] };
        elements.iter().rev().find_map(|element| pick(element.information()))
    }

    /// Which part of a long text this is. Part 0, or a part beyond the total, is ignored (9.2.3.24.1).
    pub fn concatenation(&self) -> Option<Concat> {
        self.last(|information| match information {
            Information::Concat(concat) => Some(concat),
            _ => None,
        })
    }

    /// The ports of an application.
    pub fn ports(&self) -> Option<Ports> {
        self.last(|information| match information {
            Information::Ports(ports) => Some(ports),
            _ => None,
        })
    }

    /// The language whose table all text is in.
    pub fn locking(&self) -> Option<Language> {
        self.last(|information| match information {
            Information::Locking(language) => Some(language),
            _ => None,
        })
    }

    /// The language whose table the character behind an escape is in.
    pub fn single(&self) -> Option<Language> {
        self.last(|information| match information {
            Information::Single(language) => Some(language),
            _ => None,
        })
    }

    /// The tables that GSM 7-bit text is in.
    pub fn tables(&self) -> Tables {
        match (self.locking(), self.single()) {
            (None, None) => Tables::DEFAULT,
            (locking, single) => Tables::of(locking, single),
        }
    }

    /// Octets, the length octet included.
    pub fn size(&self) -> usize {
        1 + self.rest.len() + self.elements.iter().map(|element| 2 + element.data.len()).sum::<usize>()
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        to.push(octet(self.size() - 1));
        for element in &self.elements {
            to.extend([element.id, octet(element.data.len())]);
            to.extend_from_slice(&element.data);
        }
        to.extend_from_slice(&self.rest);
    }

    #[inline(always)]
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (input, length) = context("TP-UDHL", one).parse(input)?;
        if usize::from(length) > input.len() {
            return fail(input, Reason::TooShort);
        }
        let (after, mut header) = take(length)(input)?;
        let mut elements = SmallVec::new();
        while let Ok((rest, element)) = element(header) {
            elements.push(element);
            header = rest;
        }
        Ok((after, Self { elements, rest: SmallVec::from_slice(header) }))
    }
}

/// A length that the constructors bound.
fn octet(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

fn element(input: &[u8]) -> Parsed<'_, Element> {
    let (input, id) = one(input)?;
    let (input, length) = one(input)?;
    let (input, data) = take(length)(input)?;
    Ok((input, Element { id, data: SmallVec::from_slice(data) }))
}

#[cfg(test)]
mod tests {
    use super::super::element::Width;
    use super::*;

    fn udh(elements: &[(u8, &[u8])]) -> Udh {
        Udh::new(elements.iter().map(|(id, data)| Element::new(*id, data).unwrap())).unwrap()
    }

    #[test]
    fn concatenation_that_makes_no_sense_is_ignored() {
        let concat = Udh::concat(7, 3, 2).concatenation();
        assert_eq!(concat.map(|c| (c.reference, c.total, c.sequence)), Some((7, 3, 2)));
        for (total, sequence) in [(3, 0), (3, 4), (0, 0)] {
            assert_eq!(Udh::concat(7, total, sequence).concatenation(), None);
        }
        assert_eq!(udh(&[(0, &[7, 3])]).concatenation(), None);
    }

    #[test]
    fn the_last_of_what_repeats_or_excludes_counts() {
        let both = udh(&[(0x00, &[1, 2, 1]), (0x08, &[1, 0, 2, 2])]);
        assert_eq!(both.concatenation().map(|c| (c.width, c.reference)), Some((Width::Bits16, 256)));
        let both = udh(&[(0x05, &[0x0b, 0x84, 0, 0]), (0x04, &[240, 241])]);
        assert_eq!(both.ports().map(|p| (p.destination, p.source)), Some((240, 241)));
        let twice = udh(&[(0x24, &[1]), (0x24, &[3])]);
        assert_eq!(twice.single(), Some(Language(3)));
        let last_is_nonsense = udh(&[(0x00, &[1, 2, 1]), (0x00, &[1, 2, 3])]);
        assert_eq!(last_is_nonsense.concatenation().map(|c| c.sequence), Some(1));
    }

    #[test]
    fn octets_that_make_no_element_are_kept_and_break_the_header() {
        let (rest, udh) = Udh::parse(&[6, 0x00, 0x03, 1, 2, 1, 0xff, 0x41]).unwrap();
        assert_eq!((rest, udh.rest()), (&[0x41][..], &[0xff][..]));
        assert_eq!((udh.soundness(), udh.concatenation()), (Soundness::Broken, None));
        let mut octets = Vec::new();
        udh.write(&mut octets);
        assert_eq!(octets, [6, 0x00, 0x03, 1, 2, 1, 0xff]);
    }

    #[test]
    fn what_no_header_can_hold_is_refused() {
        assert!(Element::new(0x70, &[0; 137]).is_ok());
        assert_eq!(Element::new(0x70, &[0; 138]), Err(HeaderTooLong));
        let full = Udh::new([Element::new(0x70, &[0; 137]).unwrap()]).unwrap();
        assert_eq!(full.and(Element::new(0x70, &[]).unwrap()), Err(HeaderTooLong));
    }
}
