//! One text into the user data of its parts. An escape pair and a surrogate pair are never cut; what
//! people see as one character (a grapheme cluster) is not, unless keeping it whole would cost a part.

use std::ops::Range;

use smallvec::SmallVec;
use unicode_segmentation::UnicodeSegmentation;

use super::alphabet::{Coding, National, choose};
use super::dcs::Dcs;
use super::septets::{Codes, Septets};
use super::ucs2;
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
    let coding = choose(text, national);
    let pieces = cut(text, coding);
    let total = u8::try_from(pieces.len()).map_err(|_| SplitError)?;
    let header = |sequence| match total {
        1 => Ok(coding.header()),
        _ => coding.elements().try_fold(Udh::concat(reference, total, sequence), Udh::and).map(Some),
    };
    let part = |(sequence, piece): (u8, Range<usize>)| {
        let body = body(text.get(piece).unwrap_or_default(), coding);
        UserData::new(header(sequence).map_err(|_| SplitError)?, body).map_err(|_| SplitError)
    };
    let parts = (1..=total).zip(pieces).map(part).collect::<Result<_, _>>()?;
    Ok(Split { dcs: coding.dcs(), parts })
}

/// How many parts a text takes.
pub fn parts(text: &str, coding: Coding) -> usize {
    cut(text, coding).len()
}

/// How many octets of user data it takes in one part, its header included: to compare codings.
pub(super) fn octets(text: &str, coding: Coding) -> usize {
    let units = text.chars().filter_map(|c| coding.size(c)).sum::<usize>();
    let head = coding.header().map(|udh| udh.size()).unwrap_or_default();
    if coding == Coding::Ucs2 { head + units } else { head + (units * 7).div_ceil(8) }
}

fn body(piece: &str, coding: Coding) -> Body {
    match coding.tables() {
        Some(tables) => {
            let mut codes = Codes::new();
            piece.chars().filter_map(|c| tables.code(c)).for_each(|code| code.push_to(&mut codes));
            Body::Septets(Septets::of(codes))
        }
        None => {
            let mut octets = SmallVec::new();
            octets.extend(ucs2::octets(piece));
            Body::Octets(octets)
        }
    }
}

/// Septets or octets behind a header of so many octets.
fn room(coding: Coding, head: usize) -> usize {
    match coding {
        Coding::Ucs2 => LONGEST - head,
        _ => 160 - (head * 8).div_ceil(7),
    }
}

/// Where the parts of a text lie in it.
fn cut(text: &str, coding: Coding) -> Vec<Range<usize>> {
    let size = |c: char| coding.size(c).unwrap_or_default();
    let alone = coding.header().map(|udh| udh.size()).unwrap_or_default();
    if text.chars().map(size).sum::<usize>() <= room(coding, alone) {
        return std::iter::once(0..text.len()).collect();
    }
    let room = room(coding, alone.max(1) + Udh::concat(0, 1, 1).size() - 1);
    let by_characters = fill(text.char_indices().map(|(at, c)| (at, size(c))), text.len(), room);
    if text.is_ascii() && !text.contains('\r') {
        return by_characters;
    }
    let clusters = text.grapheme_indices(true).flat_map(|(at, cluster)| {
        let whole: usize = cluster.chars().map(size).sum();
        // What is longer than a part must be cut somewhere.
        let pieces: SmallVec<[(usize, usize); 1]> = match whole > room {
            true => cluster.char_indices().map(|(within, c)| (at + within, size(c))).collect(),
            false => SmallVec::from_buf([(at, whole)]),
        };
        pieces
    });
    let by_clusters = fill(clusters, text.len(), room);
    if by_clusters.len() > by_characters.len() { by_characters } else { by_clusters }
}

/// Fills parts with whole pieces: where each begins, and how much room it takes.
fn fill(pieces: impl Iterator<Item = (usize, usize)>, end: usize, room: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut from, mut used) = (0, 0);
    for (at, size) in pieces {
        if used + size > room {
            parts.push(from..at);
            (from, used) = (at, 0);
        }
        used += size;
    }
    parts.push(from..end);
    parts
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
