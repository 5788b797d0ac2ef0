//! One text into the user data of its parts. An escape pair and a surrogate pair are never cut; what
//! people see as one character (a grapheme cluster) is not, unless keeping it whole would cost a part.

use std::ops::Range;

use smallvec::SmallVec;
use unicode_segmentation::UnicodeSegmentation;

use super::alphabet::{Coding, National, encode};
use super::dcs::Dcs;
use super::gsm7::ESCAPE;
use super::septets::Septets;
use super::udh::Udh;
use super::user_data::{Body, LONGEST, UserData};

/// A text that cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text needs more than 255 parts")]
pub struct SplitError;

/// A text in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The coding scheme of all of them.
    pub dcs: Dcs,
    /// The parts, in order.
    pub parts: Vec<UserData>,
}

/// Splits a text, with an 8-bit concatenation reference if it needs more than one part.
pub fn split(text: &str, reference: u8, national: National) -> Result<Split, SplitError> {
    let (coding, units) = encode(text, national);
    let pieces = cut(text, &units, coding);
    let total = u8::try_from(pieces.len()).map_err(|_| SplitError)?;
    let header = |sequence| match total {
        1 => Ok(coding.header()),
        _ => coding.elements().try_fold(Udh::concat(reference, total, sequence), Udh::and).map(Some),
    };
    let part = |(sequence, piece): (u8, Range<usize>)| {
        let units = units.get(piece).unwrap_or_default();
        let body = if coding == Coding::Ucs2 {
            Body::Octets(SmallVec::from_slice(units))
        } else {
            Body::Septets(Septets::of(units))
        };
        UserData::new(header(sequence).map_err(|_| SplitError)?, body).map_err(|_| SplitError)
    };
    let mut parts = Vec::with_capacity(pieces.len());
    for numbered in (1..=total).zip(pieces) {
        parts.push(part(numbered)?);
    }
    Ok(Split { dcs: coding.dcs(), parts })
}

/// How many parts a text takes whose septets or octets are these.
pub(super) fn parts(text: &str, units: &[u8], coding: Coding) -> usize {
    cut(text, units, coding).len()
}

/// Septets or octets behind a header of so many octets.
fn room(coding: Coding, head: usize) -> usize {
    match coding {
        Coding::Ucs2 => LONGEST - head,
        _ => 160 - (head * 8).div_ceil(7),
    }
}

/// Where the parts of a text lie in its units.
fn cut(text: &str, units: &[u8], coding: Coding) -> Vec<Range<usize>> {
    let alone = coding.header().map(|udh| udh.size()).unwrap_or_default();
    if units.len() <= room(coding, alone) {
        return std::iter::once(0..units.len()).collect();
    }
    let room = room(coding, alone.max(1) + Udh::concat(0, 1, 1).size() - 1);
    let by_characters = by_characters(units, room, coding);
    let is_plain = text.is_ascii() && !text.as_bytes().contains(&b'\r');
    if is_plain || text.chars().all(stands_alone) {
        return by_characters;
    }
    at_clusters(units, room, coding, by_characters.len(), &borders(text, coding))
}

/// Characters that never join others into one cluster: a cheap answer for most texts.
fn stands_alone(c: char) -> bool {
    matches!(c, '\n' | ' '..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{2010}'..='\u{2027}' | '\u{20a0}'..='\u{20cf}')
        || matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// Full parts.
fn by_characters(units: &[u8], room: usize, coding: Coding) -> Vec<Range<usize>> {
    let mut parts = Vec::with_capacity(units.len() / room + 2);
    let mut from = 0;
    while units.len() - from > room {
        let end = full(units, from, room, coding);
        parts.push(from..end);
        from = end;
    }
    parts.push(from..units.len());
    parts
}

/// Where a full part ends: an escape pair or a surrogate pair at its end goes to the next.
fn full(units: &[u8], from: usize, room: usize, coding: Coding) -> usize {
    let end = from + room;
    match (coding, units.get(from..end).unwrap_or_default()) {
        (Coding::Ucs2, [.., high, _]) if (0xd8..0xdc).contains(high) => end - 2,
        (Coding::Gsm7 | Coding::National(_), [.., ESCAPE]) => end - 1,
        _ => end,
    }
}

/// At most so many parts that end between clusters, each where what follows still fits into those that are left.
fn at_clusters(units: &[u8], room: usize, coding: Coding, most: usize, borders: &[usize]) -> Vec<Range<usize>> {
    let mut left = most;
    let mut parts = Vec::with_capacity(most);
    let mut from = 0;
    while units.len() - from > room {
        let end = full(units, from, room, coding);
        left = left.saturating_sub(1);
        let fits = |border: &&usize| {
            let rest = units.get(**border..).unwrap_or_default();
            **border > from && by_characters(rest, room, coding).len() <= left
        };
        let upto = borders.partition_point(|border| *border <= end);
        let border = borders.get(..upto).and_then(<[usize]>::last).filter(fits);
        let end = border.copied().unwrap_or(end);
        parts.push(from..end);
        from = end;
    }
    parts.push(from..units.len());
    parts
}

/// Where clusters end in the units of a text.
fn borders(text: &str, coding: Coding) -> Vec<usize> {
    let size = |cluster: &str| cluster.chars().filter_map(|c| coding.size(c)).sum::<usize>();
    let mut end = 0;
    let ends = text.graphemes(true).map(|cluster| {
        end += size(cluster);
        end
    });
    ends.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(text: &str, national: National) -> Vec<String> {
        let split = split(text, 5, national).unwrap();
        split.parts.iter().map(|part| part.text(split.dcs).unwrap().for_record().to_owned()).collect()
    }

    fn lengths(text: &str) -> Vec<usize> {
        texts(text, National::Forbidden).iter().map(|part| part.chars().count()).collect()
    }

    #[test]
    fn pairs_are_not_cut() {
        assert_eq!(lengths(&format!("{}€{}", "a".repeat(152), "b".repeat(20))), [152, 21]);
        let emoji = "a".to_owned() + &"😀".repeat(40);
        assert!(texts(&emoji, National::Forbidden).iter().all(|part| !part.contains('\u{fffd}')));
    }

    #[test]
    fn clusters_are_not_cut_where_there_is_room() {
        let family = "👩‍👩‍👧";
        let text = format!("{}{family}{}", "a".repeat(64), "b".repeat(20));
        assert_eq!(texts(&text, National::Forbidden), ["a".repeat(64), format!("{family}{}", "b".repeat(20))]);
        // Whole clusters would need a third part: then they are cut.
        let full = format!("{}{family}{}", "a".repeat(64), "b".repeat(62));
        assert_eq!(texts(&full, National::Forbidden).len(), 2);
        let endless = format!("e{}", "\u{301}".repeat(200));
        assert_eq!(lengths(&endless), [67, 67, 67]);
        // One border costs a part, the other does not: only the first is given up.
        let both = format!("{}e\u{301}{}{family}{}", "a".repeat(66), "b".repeat(62), "c".repeat(62));
        let parts = texts(&both, National::Forbidden);
        assert_eq!((parts.len(), parts.iter().any(|part| part.contains("e\u{301}"))), (3, true), "{parts:?}");
        let line_break = format!("{}\r\n{}", "a".repeat(152), "b".repeat(20));
        assert_eq!(lengths(&line_break), [152, 22]);
    }

    #[test]
    fn too_long_is_refused() {
        assert_eq!(split(&"’".repeat(67 * 255 + 1), 0, National::Forbidden), Err(SplitError));
        assert!(split(&"’".repeat(67 * 255), 0, National::Forbidden).is_ok());
    }

    #[test]
    fn national_parts_name_their_table_each() {
        let text = "şeker ğ ".repeat(40);
        let split = split(&text, 7, National::Allowed).unwrap();
        assert_eq!(split.parts.len(), 3);
        assert!(split.parts.iter().all(|part| part.header().unwrap().locking().is_some() && part.concat().is_some()));
        assert_eq!(texts(&text, National::Allowed).concat(), text);
    }

    proptest! {
        #[test]
        fn parts_hold_the_text(text in "[a-z€{’ş😀é\u{301}\r\n ]{0,700}", reference: u8, allowed: bool) {
            let national = if allowed { National::Allowed } else { National::Forbidden };
            let split = split(&text, reference, national).unwrap();
            let joined: String =
                split.parts.iter().map(|part| part.text(split.dcs).unwrap().for_record().to_owned()).collect();
            prop_assert_eq!(joined, text);
            for (at, part) in split.parts.iter().enumerate() {
                prop_assert!(part.size() <= 140);
                if split.parts.len() > 1 {
                    let concat = part.concat().unwrap();
                    let numbers = (concat.reference, usize::from(concat.total), usize::from(concat.sequence));
                    prop_assert_eq!(numbers, (u16::from(reference), split.parts.len(), at + 1));
                }
            }
        }
    }
}
