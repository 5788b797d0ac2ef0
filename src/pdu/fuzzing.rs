//! What must hold of any octets whatever: the entry functions of `fuzz/`, which the property tests of this
//! module call too. They panic where it does not hold.

use super::dump::Dump;
use super::element::{Concat, Width};
use super::join::{Joiner, Piece, Place, Words};
use super::reading::Reading;
use super::udh::Udh;
use super::{Direction, Frame, Tpdu};

/// A TPDU in one direction: what decodes encodes to the same octets, from its fields and from its JSON.
pub fn tpdu(octets: &[u8], direction: Direction) {
    let reading = Reading::of_tpdu(octets, direction);
    let dump = Dump::of_tpdu(octets, direction);
    let decoded = Tpdu::decode(octets, direction);
    assert_eq!(decoded.as_ref().err(), dump.error.as_ref());
    assert_eq!(decoded.as_ref().err(), reading.frame.as_ref().err());
    match &decoded {
        Ok(tpdu) => {
            assert_eq!(tpdu.encode(), octets, "the fields do not give the octets");
            let composed = reading.model.compose().map(|frame| frame.tpdu.encode());
            assert_eq!(composed.as_deref(), Ok(octets), "the JSON does not give the octets");
        }
        Err(error) => assert!(error.octet() <= octets.len()),
    }
    shown(&dump, octets);
}

/// The same with an SMSC before it.
pub fn frame(octets: &[u8], direction: Direction) {
    let reading = Reading::of_frame(octets, direction);
    let dump = Dump::of_frame(octets, direction);
    match Frame::decode(octets, direction) {
        Ok(frame) => {
            assert_eq!(frame.encode(), octets, "the fields do not give the octets");
            let composed = reading.model.compose().map(|frame| frame.encode());
            assert_eq!(composed.as_deref(), Ok(octets), "the JSON does not give the octets");
        }
        Err(error) => assert!(error.octet() <= octets.len()),
    }
    shown(&dump, octets);
}

/// A user data header.
pub fn header(octets: &[u8]) {
    if let Ok((rest, udh)) = Udh::parse(octets) {
        let mut again = Vec::new();
        udh.write(&mut again);
        again.extend(rest);
        assert_eq!(again, octets);
        let _ = (udh.concatenation(), udh.ports(), udh.tables());
    }
}

/// Parts in the order of the octets, four octets each: who and which reference, total and place, when, what.
pub fn reassembly(octets: &[u8]) {
    let mut joiner = Joiner::new();
    for (id, part) in (0..).zip(octets.chunks_exact(4)) {
        let [who, place, when, what] = part else { continue };
        let total = (place >> 4).max(1);
        let width = if who & 0x80 == 0 { Width::Bits8 } else { Width::Bits16 };
        let concat = Concat { reference: u16::from(who >> 2 & 1), total, sequence: (place & 0x0f) % total + 1, width };
        let sent = (*when != 0xff).then(|| i64::from(*when) * 700);
        let words = match what >> 6 {
            0 => Words::Utf16(vec![0xd8, *what]),
            1 => Words::Octets(vec![*what]),
            _ => Words::Text(char::from(*what).to_string().into()),
        };
        let joined = joiner.push(&format!("{}", who & 3), Piece { id, concat, sent, words });
        for whole in &joined.whole {
            assert_eq!(whole.ids.len(), usize::from(total), "a text has as many parts as it says");
        }
        if joined.place == Place::Complete {
            assert!(joined.whole.iter().any(|whole| whole.ids.contains(&id)), "a whole text is told");
        }
    }
}

/// Lines follow each other, and each shows octets that are there.
fn shown(dump: &Dump, octets: &[u8]) {
    let mut end = 0;
    for line in dump.lines.iter().filter(|line| line.depth == 0) {
        assert!(line.at.start >= end && line.at.end <= octets.len(), "{line:?}");
        end = line.at.end;
    }
}
