//! One text into the user data of its parts. An escape pair and a surrogate pair are never cut.

use super::alphabet::{Coding, coding};
use super::dcs::Dcs;
use super::gsm7;
use super::udh::Udh;
use super::user_data::UserData;

/// A text that cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text needs more than 255 parts")]
pub struct SplitError;

/// What one character takes, and how much of it fits.
struct Room {
    alone: usize,
    in_parts: usize,
}

/// Splits a text, with an 8-bit concatenation reference if it needs more than one part.
pub fn split(text: &str, reference: u8) -> Result<Vec<UserData>, SplitError> {
    let coding = coding(text);
    let (room, pieces) = match coding {
        Coding::Gsm7 => (Room { alone: 160, in_parts: 153 }, text.chars().filter_map(gsm7::encode).collect::<Vec<_>>()),
        Coding::Ucs2 => {
            let octets = |c: char| super::ucs2::encode(c.encode_utf8(&mut [0; 4]));
            (Room { alone: 140, in_parts: 134 }, text.chars().map(octets).collect())
        }
    };
    let all: Vec<u8> = pieces.concat();
    if all.len() <= room.alone {
        return Ok(vec![part(coding, &all, None)?]);
    }
    let parts = fill(&pieces, room.in_parts);
    let total = u8::try_from(parts.len()).map_err(|_| SplitError)?;
    let numbered = (1..=total).zip(&parts);
    numbered.map(|(index, units)| part(coding, units, Some(Udh::concat(reference, total, index)))).collect()
}

/// The coding scheme of the parts of a text.
pub fn dcs(text: &str) -> Dcs {
    match coding(text) {
        Coding::Gsm7 => Dcs::GSM7,
        Coding::Ucs2 => Dcs::UCS2,
    }
}

/// Fills parts with whole pieces.
fn fill(pieces: &[Vec<u8>], room: usize) -> Vec<Vec<u8>> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for piece in pieces {
        match parts.last_mut() {
            Some(part) if part.len() + piece.len() <= room => part.extend(piece),
            _ => parts.push(piece.clone()),
        }
    }
    parts
}

fn part(coding: Coding, units: &[u8], header: Option<Udh>) -> Result<UserData, SplitError> {
    let data = match coding {
        Coding::Gsm7 => UserData::gsm7(units, header),
        Coding::Ucs2 => UserData::octets8(units, header),
    };
    data.map_err(|_| SplitError)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pairs_are_not_cut() {
        let text = format!("{}€{}", "a".repeat(152), "b".repeat(20));
        let parts = split(&text, 5).unwrap();
        assert_eq!(
            parts.iter().map(|p| p.text(Dcs::GSM7).unwrap().for_record().chars().count()).collect::<Vec<_>>(),
            [152, 21]
        );
        let emoji = "a".to_owned() + &"😀".repeat(40);
        let parts = split(&emoji, 5).unwrap();
        assert!(parts.iter().all(|part| !part.text(Dcs::UCS2).unwrap().for_record().contains('\u{fffd}')));
    }

    #[test]
    fn too_long_is_refused() {
        assert_eq!(split(&"’".repeat(67 * 255 + 1), 0), Err(SplitError));
    }

    proptest! {
        #[test]
        fn parts_hold_the_text(text in "[a-z€{’😀 ]{0,700}", reference: u8) {
            let parts = split(&text, reference).unwrap();
            let joined: String = parts.iter().map(|part| part.text(dcs(&text)).unwrap().for_record().to_owned()).collect();
            prop_assert_eq!(joined, text);
            for (at, part) in parts.iter().enumerate() {
                if parts.len() > 1 {
                    let concat = part.concat().unwrap();
                    prop_assert_eq!((concat.reference, usize::from(concat.total), usize::from(concat.index)), (u16::from(reference), parts.len(), at + 1));
                }
            }
        }
    }
}
