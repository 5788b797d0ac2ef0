//! What a text costs, character by character: which of them force another alphabet or count twice, where they stand, what
//! that comes to in parts, and what would keep the words and cost less.

use super::mend::{self, Plain};
use super::message::Message;
use crate::pdu::alphabet::{self, Coding, Count};

/// The cost of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// As it is.
    pub count: Count,
    /// Its parts, if none of its characters cost extra.
    pub plain_parts: usize,
    /// Characters that cost extra, in the order in which they come.
    pub dear: Vec<Dear>,
    /// With what [`mend`] does, if that makes it cheaper.
    pub mended: Option<Count>,
}

/// A character that costs extra.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dear {
    /// The character.
    pub character: char,
    /// Every place where it stands: line and column, from 1.
    pub places: Vec<(usize, usize)>,
    /// What says the same for less.
    pub plain: Option<&'static Plain>,
}

impl Cost {
    /// Of these words.
    pub fn of(message: &Message) -> Self {
        let (text, count) = (message.text(), message.count());
        let dear: Vec<Dear> = count.costly.iter().map(|character| Dear::of(*character, text)).collect();
        let plain: String = text.chars().map(|c| if count.costly.contains(&c) { 'x' } else { c }).collect();
        let mended = alphabet::count(&mend::mended(text), message.national());
        let cheaper = (mended.parts, mended.coding != Coding::Gsm7) < (count.parts, count.coding != Coding::Gsm7);
        Self {
            plain_parts: alphabet::count(&plain, message.national()).parts,
            mended: Some(mended).filter(|_| cheaper),
            dear,
            count,
        }
    }

    /// Parts that the dear characters add.
    pub fn extra(&self) -> usize {
        self.count.parts.saturating_sub(self.plain_parts)
    }

    /// What the dear characters do.
    pub fn words(&self) -> &'static str {
        match self.count.coding {
            Coding::Gsm7 => "counted twice",
            Coding::National(_) => "it needs a national table, so that parts are shorter",
            Coding::Ucs2 => "it needs UCS-2: 67 characters a part, not 153",
        }
    }
}

impl Dear {
    fn of(character: char, text: &str) -> Self {
        let in_line = |(row, line): (usize, &str)| {
            let columns: Vec<usize> =
                line.chars().enumerate().filter(|(_, c)| *c == character).map(|(at, _)| at).collect();
            columns.into_iter().map(move |column| (row + 1, column + 1))
        };
        let places = text.split('\n').enumerate().flat_map(in_line).collect();
        Self { character, places, plain: mend::of(character) }
    }

    /// Its number and, of those that can be mended, its name.
    pub fn name(&self) -> String {
        let number = format!("U+{:04X}", u32::from(self.character));
        self.plain.map_or(number.clone(), |plain| format!("{number} {}", plain.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdu::alphabet::National;

    fn cost(text: &str) -> Cost {
        Cost::of(&Message::parse(text, "", National::Forbidden).unwrap())
    }

    #[test]
    fn each_dear_character_has_its_places() {
        let cost = cost("It’s\nhere, it’s 5€ – ’");
        let found: Vec<_> =
            cost.dear.iter().map(|dear| (dear.character, dear.name(), dear.places.as_slice())).collect();
        assert_eq!(
            found,
            [
                ('’', "U+2019 RIGHT SINGLE QUOTATION MARK".to_owned(), [(1, 3), (2, 9), (2, 17)].as_slice()),
                ('–', "U+2013 EN DASH".to_owned(), [(2, 15)].as_slice()),
            ],
        );
        assert_eq!(self::cost("żółw").dear[0].name(), "U+017C");
    }

    #[test]
    fn what_cannot_be_mended_is_not_promised() {
        let long = |text: &str| format!("{text}{}", "a".repeat(160));
        assert_eq!(cost(&long("€")).mended, None, "no other character says that");
        assert_eq!((cost(&format!("€{}", "a".repeat(159))).extra(), cost(&long("")).extra()), (1, 0));
        let (both, quote) = (cost(&long("ż’")), cost(&long("’")));
        assert_eq!((both.mended, both.count.parts), (None, 3), "the letter keeps it dear");
        assert_eq!((quote.mended.as_ref().unwrap().parts, quote.extra()), (2, 1));
        assert_eq!(cost("’").mended.unwrap().coding, Coding::Gsm7, "no part less, but every phone shows it");
    }
}
