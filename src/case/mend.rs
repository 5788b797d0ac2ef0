//! Characters that word processors put in and that make a text dear, and what says the same in the default alphabet
//! (23.038 clause 6.2.1). No letter is changed: the words stay.

/// A character, its name in Unicode, and what takes its place.
#[derive(Debug, PartialEq, Eq)]
pub struct Plain {
    /// The character.
    pub character: char,
    /// Its name in the Unicode Character Database.
    pub name: &'static str,
    /// In the default alphabet; empty where it cannot be seen.
    pub instead: &'static str,
}

const fn plain(character: char, name: &'static str, instead: &'static str) -> Plain {
    Plain { character, name, instead }
}

const TABLE: &[Plain] = &[
    plain('\u{60}', "GRAVE ACCENT", "'"),
    plain('\u{a0}', "NO-BREAK SPACE", " "),
    plain('\u{ab}', "LEFT-POINTING DOUBLE ANGLE QUOTATION MARK", "\""),
    plain('\u{ad}', "SOFT HYPHEN", ""),
    plain('\u{b4}', "ACUTE ACCENT", "'"),
    plain('\u{bb}', "RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK", "\""),
    plain('\u{2bc}', "MODIFIER LETTER APOSTROPHE", "'"),
    plain('\u{2002}', "EN SPACE", " "),
    plain('\u{2003}', "EM SPACE", " "),
    plain('\u{2004}', "THREE-PER-EM SPACE", " "),
    plain('\u{2005}', "FOUR-PER-EM SPACE", " "),
    plain('\u{2006}', "SIX-PER-EM SPACE", " "),
    plain('\u{2007}', "FIGURE SPACE", " "),
    plain('\u{2008}', "PUNCTUATION SPACE", " "),
    plain('\u{2009}', "THIN SPACE", " "),
    plain('\u{200a}', "HAIR SPACE", " "),
    plain('\u{200b}', "ZERO WIDTH SPACE", ""),
    plain('\u{2010}', "HYPHEN", "-"),
    plain('\u{2011}', "NON-BREAKING HYPHEN", "-"),
    plain('\u{2012}', "FIGURE DASH", "-"),
    plain('\u{2013}', "EN DASH", "-"),
    plain('\u{2014}', "EM DASH", "-"),
    plain('\u{2015}', "HORIZONTAL BAR", "-"),
    plain('\u{2018}', "LEFT SINGLE QUOTATION MARK", "'"),
    plain('\u{2019}', "RIGHT SINGLE QUOTATION MARK", "'"),
    plain('\u{201a}', "SINGLE LOW-9 QUOTATION MARK", "'"),
    plain('\u{201b}', "SINGLE HIGH-REVERSED-9 QUOTATION MARK", "'"),
    plain('\u{201c}', "LEFT DOUBLE QUOTATION MARK", "\""),
    plain('\u{201d}', "RIGHT DOUBLE QUOTATION MARK", "\""),
    plain('\u{201e}', "DOUBLE LOW-9 QUOTATION MARK", "\""),
    plain('\u{201f}', "DOUBLE HIGH-REVERSED-9 QUOTATION MARK", "\""),
    plain('\u{2022}', "BULLET", "-"),
    plain('\u{2026}', "HORIZONTAL ELLIPSIS", "..."),
    plain('\u{2028}', "LINE SEPARATOR", "\n"),
    plain('\u{202f}', "NARROW NO-BREAK SPACE", " "),
    plain('\u{2032}', "PRIME", "'"),
    plain('\u{2033}', "DOUBLE PRIME", "\""),
    plain('\u{2039}', "SINGLE LEFT-POINTING ANGLE QUOTATION MARK", "'"),
    plain('\u{203a}', "SINGLE RIGHT-POINTING ANGLE QUOTATION MARK", "'"),
    plain('\u{205f}', "MEDIUM MATHEMATICAL SPACE", " "),
    plain('\u{2060}', "WORD JOINER", ""),
    plain('\u{2212}', "MINUS SIGN", "-"),
    plain('\u{3000}', "IDEOGRAPHIC SPACE", " "),
    plain('\u{fb00}', "LATIN SMALL LIGATURE FF", "ff"),
    plain('\u{fb01}', "LATIN SMALL LIGATURE FI", "fi"),
    plain('\u{fb02}', "LATIN SMALL LIGATURE FL", "fl"),
    plain('\u{fb03}', "LATIN SMALL LIGATURE FFI", "ffi"),
    plain('\u{fb04}', "LATIN SMALL LIGATURE FFL", "ffl"),
    plain('\u{feff}', "ZERO WIDTH NO-BREAK SPACE", ""),
];

/// What says the same as a character.
pub fn of(character: char) -> Option<&'static Plain> {
    TABLE.binary_search_by_key(&character, |plain| plain.character).ok().and_then(|place| TABLE.get(place))
}

/// The same words, with every character of the table replaced.
pub fn mended(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    for character in text.chars() {
        match of(character) {
            Some(plain) => mended.push_str(plain.instead),
            None => mended.push(character),
        }
    }
    mended
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pdu::alphabet::{Coding, National, count};

    #[test]
    fn the_table_is_in_order_and_its_answers_cost_nothing_extra() {
        assert!(TABLE.is_sorted_by(|one, next| one.character < next.character));
        for Plain { character, instead, name } in TABLE {
            assert_ne!(count(&character.to_string(), National::Forbidden).coding, Coding::Gsm7, "{name}");
            assert_eq!(count(instead, National::Forbidden).units, instead.len(), "{name}");
        }
    }

    #[test]
    fn the_words_stay() {
        assert_eq!(mended("“It’s – well…”\u{a0}he said"), "\"It's - well...\" he said");
        assert_eq!(mended("żółć é € 日本 😀"), "żółć é € 日本 😀", "no letter is changed");
    }

    proptest! {
        #[test]
        fn letters_and_digits_stay_and_twice_is_once(text in any::<String>()) {
            let letters = |text: &str| text.chars().filter(|c| c.is_ascii_alphanumeric()).count();
            let mended = mended(&text);
            prop_assert!(letters(&mended) >= letters(&text));
            prop_assert_eq!(super::mended(&mended), mended);
        }
    }
}
