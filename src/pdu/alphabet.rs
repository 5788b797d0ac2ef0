//! Which alphabet a text needs, how long it is in it, and which characters make it dear.

use super::dcs::Dcs;
use super::gsm7::{Language, Tables};
use super::split;
use super::ucs2;
use super::udh::{Element, Udh};

/// Whether the case lets national language tables be used: a receiver whose handset lacks the table sees
/// other characters, so it is off unless somebody says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum National {
    /// Never.
    #[default]
    Forbidden,
    /// Where they make a text cheaper.
    Allowed,
}

/// Which alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// The GSM 7-bit default alphabet: 160 septets in one part, 153 in each of several.
    Gsm7,
    /// GSM 7-bit in tables of a language, which the header names.
    National(Shift),
    /// UCS-2: 70 units in one part, 67 in each of several.
    Ucs2,
}

/// Which tables of a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// Behind an escape.
    pub single: Option<Language>,
    /// For all text.
    pub locking: Option<Language>,
}

impl Shift {
    /// The tables.
    pub fn tables(self) -> Tables {
        Tables::of(self.locking, self.single)
    }

    /// All that one language offers, the cheapest header first.
    fn all() -> impl Iterator<Item = Self> {
        Language::all().flat_map(|language| {
            let single = language.single().map(|_| language);
            let locking = language.locking().map(|_| language);
            let choices = [(single, None), (None, locking), (single, locking)];
            let real = choices.into_iter().filter(|choice| *choice != (None, None));
            real.map(|(single, locking)| Self { single, locking })
        })
    }
}

impl Coding {
    /// The coding scheme that says so.
    pub fn dcs(self) -> Dcs {
        match self {
            Coding::Gsm7 | Coding::National(_) => Dcs::GSM7,
            Coding::Ucs2 => Dcs::UCS2,
        }
    }

    /// The tables of a 7-bit coding.
    pub fn tables(self) -> Option<Tables> {
        match self {
            Coding::Gsm7 => Some(Tables::DEFAULT),
            Coding::National(shift) => Some(shift.tables()),
            Coding::Ucs2 => None,
        }
    }

    /// The elements that name its tables.
    pub(super) fn elements(self) -> impl Iterator<Item = Element> {
        let (single, locking) = match self {
            Coding::National(shift) => (shift.single, shift.locking),
            _ => (None, None),
        };
        let element = |id, language: Option<Language>| language.and_then(|l| Element::new(id, &[l.0]).ok());
        [element(0x24, single), element(0x25, locking)].into_iter().flatten()
    }

    /// Its header in a text of one part.
    pub(super) fn header(self) -> Option<Udh> {
        Udh::new(self.elements()).ok().filter(|udh| !udh.elements().is_empty())
    }

    /// The septets or octets of a text; nothing if a character has none.
    pub(super) fn units(self, text: &str) -> Option<Vec<u8>> {
        match self.tables() {
            Some(tables) => tables.codes(text),
            None => Some(ucs2::octets(text)),
        }
    }

    /// Septets, or octets of UCS-2, of one character; nothing if it has none.
    pub(super) fn size(self, character: char) -> Option<usize> {
        match self.tables() {
            Some(tables) => tables.code(character).map(|code| code.size()),
            None => Some(character.len_utf16() * 2),
        }
    }
}

/// How long a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The alphabet it needs.
    pub coding: Coding,
    /// Characters as people count them (Unicode scalar values).
    pub characters: usize,
    /// Septets or UCS-2 units.
    pub units: usize,
    /// How many parts.
    pub parts: usize,
    /// Characters that cost extra: that force another alphabet than the default one, or else take two
    /// septets. In order, each once.
    pub costly: Vec<char>,
}

/// Counts a text.
pub fn count(text: &str, national: National) -> Count {
    let (coding, units) = encode(text, national);
    let parts = split::parts(text, &units, coding);
    let units = if coding == Coding::Ucs2 { units.len() / 2 } else { units.len() };
    Count { coding, characters: text.chars().count(), units, parts, costly: costly(text, coding) }
}

/// The cheapest form that carries the text unchanged, and its septets or octets in it: the default alphabet
/// if it can; else, if allowed, the tables of a language that take the fewest parts, unless UCS-2 takes
/// fewer still.
pub fn encode(text: &str, national: National) -> (Coding, Vec<u8>) {
    if let Some(codes) = Tables::DEFAULT.codes(text) {
        return (Coding::Gsm7, codes);
    }
    let last = (Coding::Ucs2, ucs2::octets(text));
    if national == National::Forbidden {
        return last;
    }
    let able = Shift::all().map(Coding::National).filter_map(|coding| Some((coding, coding.units(text)?)));
    // Of equals the first counts: a table before UCS-2, the smaller identifier before the greater.
    able.chain([last]).min_by_key(|(coding, units)| cost(text, units, *coding)).unwrap_or((Coding::Ucs2, Vec::new()))
}

/// Parts first, then octets.
fn cost(text: &str, units: &[u8], coding: Coding) -> (usize, usize) {
    let head = coding.header().map(|udh| udh.size()).unwrap_or_default();
    let body = if coding == Coding::Ucs2 { units.len() } else { (units.len() * 7).div_ceil(8) };
    (split::parts(text, units, coding), head + body)
}

fn costly(text: &str, coding: Coding) -> Vec<char> {
    let dear = |c: &char| match (coding, Tables::DEFAULT.code(*c)) {
        (Coding::Gsm7, Some(code)) => code.size() > 1,
        (_, code) => code.is_none(),
    };
    let mut seen = Vec::new();
    for c in text.chars().filter(dear) {
        if !seen.contains(&c) {
            seen.push(c);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_at_the_edges() {
        for (text, coding, parts) in [
            ("", Coding::Gsm7, 1),
            (&"a".repeat(160), Coding::Gsm7, 1),
            (&"a".repeat(161), Coding::Gsm7, 2),
            (&"a".repeat(306), Coding::Gsm7, 2),
            (&"a".repeat(307), Coding::Gsm7, 3),
            (&"€".repeat(80), Coding::Gsm7, 1),
            (&"é’".repeat(35), Coding::Ucs2, 1),
            (&"’".repeat(71), Coding::Ucs2, 2),
            (&"😀".repeat(35), Coding::Ucs2, 1),
        ] {
            let count = count(text, National::Forbidden);
            assert_eq!((count.coding, count.parts), (coding, parts), "{} characters", count.characters);
        }
        assert_eq!(count("it’s 5€", National::Forbidden).costly, ['’']);
        assert_eq!(count("5€ {a}", National::Forbidden).costly, ['€', '{', '}']);
    }

    #[test]
    fn a_national_table_only_where_it_is_allowed_and_cheaper() {
        let turkish = "şeker ğ ".repeat(18);
        let choose = |text, national| encode(text, national).0;
        assert_eq!(choose(&turkish, National::Forbidden), Coding::Ucs2);
        let count = count(&turkish, National::Allowed);
        let Coding::National(shift) = count.coding else { panic!("{:?}", count.coding) };
        assert_eq!((shift.locking, count.parts), (Some(Language(1)), 1));
        assert_eq!(count.costly, ['ş', 'ğ']);
        // The locking table lacks this "è": then the letter behind an escape is the cheaper way.
        let Coding::National(shift) = choose("caffè İ", National::Allowed) else { panic!() };
        assert_eq!((shift.single, shift.locking), (Some(Language(1)), None));
        assert_eq!(choose("日本", National::Allowed), Coding::Ucs2);
        assert_eq!(choose("plain", National::Allowed), Coding::Gsm7);
    }
}
