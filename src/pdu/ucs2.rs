//! UCS-2 as it is used: UTF-16, big-endian, with surrogate pairs.

use crate::text::Untrusted;

/// Two or four octets a character.
pub fn encode(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// The text of octets. An unpaired surrogate or an odd last octet shows as U+FFFD; the octets
/// themselves are kept elsewhere.
pub fn text(octets: &[u8]) -> Untrusted {
    let units = octets.chunks(2).map(|pair| match pair {
        [high, low] => u16::from_be_bytes([*high, *low]),
        _ => 0xfffd,
    });
    char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_and_broken_pairs() {
        assert_eq!(encode("😀"), [0xd8, 0x3d, 0xde, 0x00]);
        assert_eq!(text(&encode("naïve 😀")).for_record(), "naïve 😀");
        assert_eq!(text(&[0xd8, 0x3d, 0x00, 0x41, 0x00]).for_record(), "\u{fffd}A\u{fffd}");
    }
}
