//! The GSM 7-bit alphabets (23.038 clauses 6.2.1 and A): the default one with its extension, and the
//! locking and single shift tables of thirteen languages. How septets are packed is in
//! [`super::septets`].

use super::tables::{self, LANGUAGES, Table};
use crate::text::Untrusted;

/// The escape to the shift table.
pub(super) const ESCAPE: u8 = 0x1b;

/// A national language identifier (23.038 clause 6.2.1.2.4): 1 Turkish to 13 Urdu; others are reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Language(pub u8);

impl Language {
    /// All that the standard names.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=LANGUAGES.len() as u8).map(Self)
    }

    /// Its English name.
    pub fn name(self) -> Option<&'static str> {
        self.row().map(|row| row.0)
    }

    /// Its table for all text, if it has one.
    pub fn locking(self) -> Option<Locking> {
        self.row().and_then(|row| row.1).map(Locking)
    }

    /// Its table for the character behind an escape, if it has one.
    pub fn single(self) -> Option<Single> {
        self.row().and_then(|row| row.2).map(Single)
    }

    fn row(self) -> Option<&'static (&'static str, Option<&'static Table>, Option<&'static Table>)> {
        LANGUAGES.get(usize::from(self.0).checked_sub(1)?)
    }
}

/// A locking shift table.
#[derive(Debug, Clone, Copy)]
pub struct Locking(&'static Table);

/// A single shift table.
#[derive(Debug, Clone, Copy)]
pub struct Single(&'static Table);

/// The two tables that a text is in; where none of a language is, the default alphabet and its extension.
#[derive(Debug, Clone, Copy)]
pub struct Tables {
    main: Option<&'static Table>,
    shift: Option<&'static Table>,
}

/// One character in septets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// One septet.
    Main(u8),
    /// Two: an escape before this one.
    Shifted(u8),
}

impl Code {
    /// Septets.
    pub fn size(self) -> usize {
        match self {
            Code::Main(_) => 1,
            Code::Shifted(_) => 2,
        }
    }
}

impl Tables {
    /// The default alphabet with its extension.
    pub const DEFAULT: Self = Self { main: None, shift: None };

    /// Those that a header asks for; a language that has no such table, or is reserved, changes nothing.
    pub fn of(locking: Option<Language>, single: Option<Language>) -> Self {
        Self {
            main: locking.and_then(Language::locking).map(|table| table.0),
            shift: single.and_then(Language::single).map(|table| table.0),
        }
    }

    fn main(self) -> &'static Table {
        self.main.unwrap_or(&tables::DEFAULT)
    }

    fn shift(self) -> &'static Table {
        self.shift.unwrap_or(&tables::EXTENSION)
    }

    /// The septets of one character, the shortest; nothing if the tables lack it.
    #[inline]
    pub fn code(self, character: char) -> Option<Code> {
        if self.main.is_none()
            && let Some(code) = DEFAULT_CODES.get(character as usize).filter(|code| **code != NONE)
        {
            return Some(Code::Main(*code));
        }
        self.rare(character)
    }

    fn rare(self, character: char) -> Option<Code> {
        let found = |table: &Table| table.iter().position(|c| *c == character && *c != '\0').map(|at| at as u8);
        let main = self.main.and_then(found).map(Code::Main);
        // A space in a shift table stands for "reserved" there: it is never the way to write a space.
        main.or_else(|| found(self.shift()).filter(|_| character != ' ').map(Code::Shifted))
    }

    /// The septets of a text; nothing if the tables lack a character.
    pub fn codes(self, text: &str) -> Option<Vec<u8>> {
        if self.main.is_none() && text.is_ascii() {
            // Texts of ASCII, which most are, go over at once.
            let codes: Vec<u8> = text.bytes().map(default_code).collect();
            if !codes.contains(&NONE) {
                return Some(codes);
            }
        }
        let mut codes = Vec::with_capacity(text.len() + 8);
        for character in text.chars() {
            match self.code(character)? {
                Code::Main(code) => codes.push(code),
                Code::Shifted(code) => codes.extend_from_slice(&[ESCAPE, code]),
            }
        }
        Some(codes)
    }

    /// The text of septets. An escape before a code that the shift table lacks shows the main table's
    /// character, as clause 6.2.1.1 demands; a second escape or one at the end, a space.
    pub fn text(self, codes: &[u8]) -> Untrusted {
        let mut octets = Vec::with_capacity(self.room(codes));
        if self.main.is_none() {
            octets.extend(codes.iter().map(|code| ascii(*code)));
        }
        let mut text = match String::from_utf8(octets) {
            Ok(text) if text.len() == codes.len() => return text.into(),
            Ok(text) => text,
            Err(error) => emptied(error.into_bytes()),
        };
        let mut rest = codes;
        while !rest.is_empty() {
            rest = self.one(rest, &mut text);
        }
        text.into()
    }

    /// One character; what is left.
    fn one<'a>(self, codes: &'a [u8], text: &mut String) -> &'a [u8] {
        match codes {
            [] => codes,
            [ESCAPE] => {
                text.push(' ');
                &[]
            }
            [ESCAPE, code, rest @ ..] => {
                text.push(self.shifted(*code));
                rest
            }
            [code, rest @ ..] => {
                text.push(self.plain(*code));
                rest
            }
        }
    }

    /// Octets of UTF-8 that the text may take: two a septet in the default alphabet, three in others.
    fn room(self, codes: &[u8]) -> usize {
        codes.len() * if self.main.is_some() || self.shift.is_some() { 3 } else { 2 }
    }

    #[inline]
    fn plain(self, code: u8) -> char {
        match self.main().get(usize::from(code)) {
            Some('\0') | None => ' ',
            Some(character) => *character,
        }
    }

    fn shifted(self, code: u8) -> char {
        match self.shift().get(usize::from(code)) {
            Some('\0') | None => self.plain(code),
            Some(character) => *character,
        }
    }
}

/// The same room for another text.
fn emptied(mut octets: Vec<u8>) -> String {
    octets.clear();
    String::from_utf8(octets).unwrap_or_default()
}

/// The code of a character below 0x100 of the default alphabet, or [`NONE`].
#[inline]
fn default_code(character: u8) -> u8 {
    DEFAULT_CODES.get(usize::from(character)).copied().unwrap_or(NONE)
}

/// The character of a code of the default alphabet if it is ASCII, or [`NONE`].
#[inline]
fn ascii(code: u8) -> u8 {
    CODE_TO_ASCII.get(usize::from(code)).copied().unwrap_or(NONE)
}

static CODE_TO_ASCII: [u8; 256] = code_to_ascii();

const fn code_to_ascii() -> [u8; 256] {
    let mut characters = [NONE; 256];
    let mut code = 0;
    while code < 128 {
        let character = tables::DEFAULT[code];
        if character.is_ascii() && code as u8 != ESCAPE {
            characters[code] = character as u8;
        }
        code += 1;
    }
    characters
}

/// Not in the default alphabet. It is no octet of UTF-8 either, so what has one is no text.
const NONE: u8 = 0xff;

/// Codes of the default alphabet by character, for those below 0x400: all that it has.
static DEFAULT_CODES: [u8; 0x400] = default_codes();

const fn default_codes() -> [u8; 0x400] {
    let mut codes = [NONE; 0x400];
    let mut code = 0;
    while code < 128 {
        let character = tables::DEFAULT[code] as usize;
        if code as u8 != ESCAPE && character < codes.len() {
            codes[character] = code as u8;
        }
        code += 1;
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every cell of the shared file, in its table: this holds `tables.rs` against it.
    #[test]
    fn the_tables_are_those_of_the_standard() {
        let mut cells = 0;
        for line in include_str!("../../tests/vectors/gsm0338.tsv").lines().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            let [table, language, name, code, unicode, _, note] = fields.as_slice() else { panic!("{line}") };
            let language = Language(language.parse().unwrap());
            let code = u8::from_str_radix(code, 16).unwrap();
            let expected = u32::from_str_radix(unicode, 16).ok().and_then(char::from_u32).unwrap_or(' ');
            let (tables, codes) = match *table {
                "default" => (Tables::DEFAULT, vec![code]),
                "extension" => (Tables::DEFAULT, vec![ESCAPE, code]),
                "locking" => (Tables::of(Some(language), None), vec![code]),
                _ => (Tables::of(None, Some(language)), vec![ESCAPE, code]),
            };
            let shown = if codes == [ESCAPE] { " ".into() } else { tables.text(&codes) };
            assert_eq!(shown.for_record(), expected.to_string(), "{line} {note}");
            assert!(*name == "default" || language.name() == Some(name), "{line}");
            cells += 1;
        }
        assert_eq!(cells, 2565);
    }

    #[test]
    fn escapes_that_mean_nothing() {
        let text = |codes: &[u8]| Tables::DEFAULT.text(codes).for_record().to_owned();
        assert_eq!(text(&[0x41, ESCAPE, 0x41, ESCAPE]), "AA ");
        assert_eq!(text(&[ESCAPE, ESCAPE, 0x41]), " A");
        assert_eq!(text(&[0xff]), " ");
    }

    #[test]
    fn reserved_languages_change_nothing() {
        for language in [0, 2, 14, 0x55, 255].map(Language) {
            assert_eq!(Tables::of(Some(language), None).text(&[0x7d, 0x00]).for_record(), "ñ@", "{language:?}");
        }
    }

    proptest! {
        #[test]
        fn what_can_be_written_reads_the_same(text in ".{0,80}", locking in 0u8..15, single in 0u8..15) {
            let tables = Tables::of(Some(Language(locking)), Some(Language(single)));
            if let Some(codes) = tables.codes(&text) {
                prop_assert_eq!(tables.text(&codes).for_record().to_owned(), text);
            }
        }

        #[test]
        fn every_character_of_a_table_can_be_written(locking in 0u8..15, single in 0u8..15, code in 0u8..128) {
            let tables = Tables::of(Some(Language(locking)), Some(Language(single)));
            for codes in [vec![code], vec![ESCAPE, code]] {
                let text = tables.text(&codes);
                let back = tables.codes(text.for_record());
                // A table without a space of its own (none is known) could not write one.
                prop_assert_eq!(back.map(|back| tables.text(&back)), Some(text));
            }
        }
    }
}
