//! The GSM 7-bit default alphabet with its extension table (23.038 clause 6.2.1), and packing
//! (clause 6.1.2).

use crate::text::Untrusted;

/// The default alphabet, by code. 0x1b is the escape to the extension table.
const DEFAULT: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1b}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// The extension table.
const EXTENSION: [(u8, char); 10] = [
    (0x0a, '\u{0c}'),
    (0x14, '^'),
    (0x28, '{'),
    (0x29, '}'),
    (0x2f, '\\'),
    (0x3c, '['),
    (0x3d, '~'),
    (0x3e, ']'),
    (0x40, '|'),
    (0x65, '€'),
];

const ESCAPE: u8 = 0x1b;

/// Septets of one character: one, or two behind an escape; nothing if the alphabet lacks it.
pub fn encode(character: char) -> Option<Vec<u8>> {
    if character != '\u{1b}'
        && let Some(code) = DEFAULT.chars().position(|c| c == character)
    {
        return Some(vec![code as u8]);
    }
    EXTENSION.iter().find(|(_, c)| *c == character).map(|(code, _)| vec![ESCAPE, *code])
}

/// Septets of a text; nothing if the alphabet lacks a character.
pub fn septets(text: &str) -> Option<Vec<u8>> {
    text.chars().map(encode).collect::<Option<Vec<_>>>().map(|each| each.concat())
}

/// The text of septets. An escape before a code that the extension table lacks shows the default
/// table's character, as clause 6.2.1.1 demands; a second escape or one at the end, a space.
pub fn text(septets: &[u8]) -> Untrusted {
    let mut text = String::with_capacity(septets.len());
    let mut codes = septets.iter().copied();
    while let Some(code) = codes.next() {
        text.push(if code == ESCAPE { codes.next().map_or(' ', extended) } else { plain(code) });
    }
    text.into()
}

fn extended(code: u8) -> char {
    EXTENSION.iter().find(|(c, _)| *c == code).map_or_else(|| plain(code), |(_, character)| *character)
}

fn plain(code: u8) -> char {
    match DEFAULT.chars().nth(usize::from(code & 0x7f)) {
        Some('\u{1b}') | None => ' ',
        Some(character) => character,
    }
}

/// Packs septets behind `fill` zero bits (0-6), which bring them to a septet boundary after a header.
pub fn pack(septets: &[u8], fill: u8) -> Vec<u8> {
    let bits = usize::from(fill) + septets.len() * 7;
    let mut octets = vec![0u8; bits.div_ceil(8)];
    for (index, septet) in septets.iter().enumerate() {
        let at = usize::from(fill) + index * 7;
        let shifted = u16::from(septet & 0x7f) << (at % 8);
        let [low, high] = shifted.to_le_bytes();
        if let Some(octet) = octets.get_mut(at / 8) {
            *octet |= low;
        }
        if let Some(octet) = octets.get_mut(at / 8 + 1) {
            *octet |= high;
        }
    }
    octets
}

/// Takes `count` septets out, behind `fill` bits; fewer if the octets end.
pub fn unpack(octets: &[u8], count: usize, fill: u8) -> Vec<u8> {
    let bit = |at: usize| octets.get(at / 8).map(|octet| octet >> (at % 8) & 1);
    let septet = |index: usize| {
        let start = usize::from(fill) + index * 7;
        (0..7).try_fold(0u8, |septet, offset| Some(septet | bit(start + offset)? << offset))
    };
    (0..count).map_while(septet).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_is_that_of_the_standard() {
        for line in include_str!("../../tests/vectors/gsm0338.tsv").lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [table, _, _, code, unicode, ..] = fields.as_slice() else { continue };
            if code.is_empty() || *table != "default" && *table != "extension" {
                continue;
            }
            let (Ok(code), Ok(unicode)) = (u8::from_str_radix(code, 16), u32::from_str_radix(unicode, 16)) else {
                continue;
            };
            let expected = char::from_u32(unicode).unwrap();
            let septets = if *table == "default" { vec![code] } else { vec![ESCAPE, code] };
            if expected != '\u{1b}' && expected != '\u{a0}' {
                assert_eq!(text(&septets).for_record(), expected.to_string(), "{line}");
            }
        }
        assert_eq!(DEFAULT.chars().count(), 128);
    }

    #[test]
    fn hello() {
        assert_eq!(pack(&septets("hellohello").unwrap(), 0), [0xe8, 0x32, 0x9b, 0xfd, 0x46, 0x97, 0xd9, 0xec, 0x37]);
    }

    proptest! {
        #[test]
        fn packing_is_lossless(septets in proptest::collection::vec(0u8..128, 0..170), fill in 0u8..7) {
            prop_assert_eq!(unpack(&pack(&septets, fill), septets.len(), fill), septets);
        }

        #[test]
        fn any_octets_are_some_text(octets in proptest::collection::vec(any::<u8>(), 0..160), fill in 0u8..7) {
            let septets = unpack(&octets, 200, fill);
            prop_assert!(septets.len() <= 200);
            let _ = text(&septets);
        }
    }
}
