//! UCS-2 as it is used: UTF-16, big-endian, with surrogate pairs.

use crate::text::Untrusted;

/// The text of octets. An unpaired surrogate or an odd last octet shows as U+FFFD; the octets
/// themselves are kept elsewhere.
pub fn text(octets: &[u8]) -> Untrusted {
    let mut text = String::with_capacity(octets.len() / 2 * 3 + 3);
    let units = octets.chunks_exact(2).map(|pair| match pair {
        [high, low] => u16::from_be_bytes([*high, *low]),
        _ => 0xfffd,
    });
    text.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')));
    if octets.len() % 2 == 1 {
        text.push('\u{fffd}');
    }
    text.into()
}

/// Octets of a text: two or four a character.
pub fn octets(text: &str) -> impl Iterator<Item = u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn emoji_and_broken_pairs() {
        assert_eq!(octets("😀").collect::<Vec<_>>(), [0xd8, 0x3d, 0xde, 0x00]);
        assert_eq!(text(&[0xd8, 0x3d, 0x00, 0x41, 0x00]).for_record(), "\u{fffd}A\u{fffd}");
        assert_eq!(text(&[]).for_record(), "");
    }

    proptest! {
        #[test]
        fn every_text_there_and_back(written: String) {
            let octets: Vec<u8> = octets(&written).collect();
            prop_assert_eq!(text(&octets).for_record().to_owned(), written);
        }
    }
}
