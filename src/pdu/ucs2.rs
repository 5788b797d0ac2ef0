//! UCS-2 as it is used: UTF-16, big-endian, with surrogate pairs.

use crate::text::Untrusted;

/// The text of octets. An unpaired surrogate or an odd last octet shows as U+FFFD; the octets
/// themselves are kept elsewhere.
pub fn text(octets: &[u8]) -> Untrusted {
    let (pairs, odd) = octets.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len() * 3 + 3);
    let mut units = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).peekable();
    while let Some(unit) = units.next() {
        let low = match unit {
            0xd800..=0xdbff => units.next_if(|low| (0xdc00..=0xdfff).contains(low)),
            _ => None,
        };
        let scalar = match low {
            Some(low) => 0x1_0000 + (u32::from(unit - 0xd800) << 10) + u32::from(low - 0xdc00),
            None => u32::from(unit),
        };
        text.push(char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    if !odd.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    text.into()
}

/// Octets of a text: two or four a character.
pub fn octets(text: &str) -> Vec<u8> {
    let mut pairs = Vec::with_capacity(text.len());
    pairs.extend(text.encode_utf16().map(u16::to_be_bytes));
    pairs.into_flattened()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn emoji_and_broken_pairs() {
        assert_eq!(octets("😀"), [0xd8, 0x3d, 0xde, 0x00]);
        assert_eq!(text(&[0xd8, 0x3d, 0x00, 0x41, 0x00]).for_record(), "\u{fffd}A\u{fffd}");
        assert_eq!(text(&[]).for_record(), "");
    }

    proptest! {
        #[test]
        fn every_text_there_and_back(written: String) {
            let octets = octets(&written);
            prop_assert_eq!(text(&octets).for_record().to_owned(), written);
        }
    }
}
