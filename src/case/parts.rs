//! The SMS-SUBMITs of one text. From one recipient to the next they differ in TP-DA alone (23.040 clause 9.2.2.2), so
//! what thousands have in common is kept once. Made by `texts`, kept by `pinned`.

use std::sync::Arc;

use super::message::Message;
use super::plan::VALIDITY_HOURS;
use crate::ids::Msisdn;
use crate::pdu::split::{Split, split};
use crate::pdu::validity::Validity;
use crate::pdu::{Address, Submit, Tpdu};

/// So many texts are looked through for one that is alike.
const MOST_KNOWN: usize = 100;

/// Every part of a text, whomever it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts(Arc<[Shape]>);

/// One part.
#[derive(Debug, PartialEq, Eq)]
enum Shape {
    /// The first octet and TP-MR, TP-DA, and what follows it.
    Addressed { before: [u8; 2], behind: Box<[u8]> },
    /// It is not addressed to its recipient: all of it. This version makes no such part.
    Whole(Box<[u8]>),
}

/// A text has no TPDUs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the text cannot be put into TPDUs")]
pub struct PartsError;

impl Parts {
    /// The parts of a message.
    pub fn of_message(message: &Message) -> Result<Self, PartsError> {
        // Whose number stands in them while they are made does not matter: what is kept is the rest.
        let anyone = Msisdn::parse("+447700900000").map_err(|_| PartsError)?;
        let tpdus = tpdus(&anyone, message).ok_or(PartsError)?;
        Ok(Self::of(&anyone, tpdus))
    }

    /// These TPDUs for that recipient.
    pub fn of(to: &Msisdn, tpdus: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let address = address(to);
        Self(tpdus.into_iter().map(|tpdu| Shape::of(tpdu, &address)).collect())
    }

    /// The same, in the place where it is already, if it is among those.
    pub fn shared_with(self, known: &mut Vec<Self>) -> Self {
        if let Some(same) = known.iter().find(|known| **known == self) {
            return same.clone();
        }
        // A plan whose texts are all different is none of ours: it must not take a search through all of them each time.
        if known.len() < MOST_KNOWN {
            known.push(self.clone());
        }
        self
    }

    /// How many; they are numbered up to 255.
    pub fn count(&self) -> u8 {
        u8::try_from(self.0.len()).unwrap_or(u8::MAX)
    }

    /// The TPDUs for that recipient, in order.
    pub fn tpdus(&self, to: &Msisdn) -> impl Iterator<Item = Vec<u8>> {
        let address = address(to);
        self.0.iter().map(move |shape| shape.tpdu(&address))
    }
}

impl Shape {
    fn of(tpdu: Vec<u8>, address: &[u8]) -> Self {
        let split = tpdu.split_first_chunk().and_then(|(before, rest)| Some((before, rest.strip_prefix(address)?)));
        match split {
            Some((before, behind)) => Self::Addressed { before: *before, behind: behind.into() },
            None => Self::Whole(tpdu.into()),
        }
    }

    fn tpdu(&self, address: &[u8]) -> Vec<u8> {
        match self {
            Self::Addressed { before, behind } => [before, address, behind].concat(),
            Self::Whole(octets) => octets.to_vec(),
        }
    }
}

/// TP-DA: length in semi-octets, type, value (23.040 clause 9.1.2.5).
fn address(to: &Msisdn) -> Vec<u8> {
    let octets = |address: Address| [&[address.semi_octets(), address.kind()], address.value()].concat();
    // Seven to fifteen digits always make one.
    Address::international(to.digits()).map(octets).unwrap_or_default()
}

/// The concatenation reference is a counter per recipient; in one case nobody gets a second text, so
/// it is always the first.
fn tpdus(to: &Msisdn, message: &Message) -> Option<Vec<Vec<u8>>> {
    const FIRST: u8 = 1;
    let destination = Address::international(to.digits()).ok()?;
    let Split { dcs, parts } = split(message.text(), FIRST, message.national()).ok()?;
    let validity = Validity::hours(VALIDITY_HOURS);
    let submit = |data| Tpdu::Submit(Submit::text(destination.clone(), dcs, data, validity)).encode();
    Some(parts.into_iter().map(submit).collect())
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::pdu::alphabet::National;

    fn number() -> impl Strategy<Value = Msisdn> {
        "\\+[0-9]{7,15}".prop_map(|text| Msisdn::parse(&text).unwrap())
    }

    proptest! {
        #[test]
        fn every_octet_comes_back(to in number(), tpdus in vec(vec(any::<u8>(), 0..40), 0..4)) {
            let parts = Parts::of(&to, tpdus.clone());
            prop_assert_eq!(parts.tpdus(&to).collect::<Vec<_>>(), tpdus);
        }

        #[test]
        fn for_everyone_they_are_what_would_be_made_for_them(to in number(), words in ".{1,200}") {
            let message = Message::parse(&format!("Police: {words}"), "Police", National::Allowed);
            let Ok(message) = message else { return Ok(()) };
            let parts = Parts::of_message(&message).unwrap();
            let theirs = tpdus(&to, &message).unwrap();
            prop_assert_eq!(parts.tpdus(&to).collect::<Vec<_>>(), theirs.clone());
            prop_assert_eq!(Parts::of(&to, theirs), parts);
        }
    }

    #[test]
    fn what_is_alike_is_kept_once() {
        let [one, two] = ["+447700900001", "+447700900002"].map(|text| Msisdn::parse(text).unwrap());
        let first = Parts::of(&one, [[&[0x31, 0], address(&one).as_slice(), &[7; 90]].concat()]);
        let second = Parts::of(&two, [[&[0x31, 0], address(&two).as_slice(), &[7; 90]].concat()]);
        let other = Parts::of(&two, [[&[0x31, 0], address(&one).as_slice(), &[7; 90]].concat()]);
        let mut known = Vec::new();
        let first = first.shared_with(&mut known);
        assert_ne!(other, first, "addressed to somebody else");
        assert!(!Arc::ptr_eq(&other.shared_with(&mut known).0, &first.0));
        assert!(Arc::ptr_eq(&second.shared_with(&mut known).0, &first.0), "also with another between them");
    }
}
