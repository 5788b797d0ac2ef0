//! No octets whatever make the decoders panic, and what decodes encodes to the same octets.

use proptest::prelude::*;

use super::{Direction, Frame, Tpdu};

fn vectors() -> Vec<Vec<u8>> {
    let lines = include_str!("../../tests/vectors/pdu_vectors.jsonl").lines();
    let hex =
        |line: &str| line.split("\"pdu_hex\": \"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    lines.filter_map(hex).filter_map(|digits| crate::hex::decode(&digits).ok()).collect()
}

fn both_ways(octets: &[u8]) -> Result<(), TestCaseError> {
    for direction in [Direction::Mt, Direction::Mo] {
        if let Ok(tpdu) = Tpdu::decode(octets, direction) {
            prop_assert_eq!(tpdu.encode(), octets);
        }
        if let Ok(frame) = Frame::decode(octets, direction) {
            let _ = super::tree::fields(&frame);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_octets(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
        both_ways(&octets)?;
    }

    #[test]
    fn mutated_vectors(which in 0usize..239, at in any::<prop::sample::Index>(), octet: u8, cut in any::<prop::sample::Index>()) {
        let vectors = vectors();
        let mut octets = vectors.get(which).cloned().unwrap_or_default();
        let place = at.index(octets.len().max(1));
        if let Some(old) = octets.get_mut(place) {
            *old = octet;
        }
        both_ways(&octets)?;
        octets.truncate(cut.index(octets.len() + 1));
        both_ways(&octets)?;
    }
}
