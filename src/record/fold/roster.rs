//! What persons decided about who may be texted, apart from opt-outs: exclusions, inclusions, and which columns of a
//! contacts file hold the numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::last_nine;
use crate::case::sim::dialling_number;
use crate::hex;
use crate::record::entry::Entry;

/// Decisions, each the last about its number or file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    /// By the last nine digits: since which entry, and why.
    excluded: BTreeMap<String, (u64, String)>,
    /// By the last nine digits: the entry.
    included: BTreeMap<String, u64>,
    /// By the name of the file.
    chosen: BTreeMap<String, Vec<String>>,
    /// The last nine digits of the numbers that the SIM has for its own.
    own: BTreeSet<String>,
}

/// Own numbers (51.011 clause 10.5.5).
const EF_MSISDN: &str = "6F40";

/// Kinds that it is made of.
pub const KINDS: [&str; 4] = ["contacts", "excluded", "included", "image"];

impl Roster {
    /// Takes an entry in. What is said again about a number that is out already changes nothing; that a number is the right
    /// one stays said, also if nothing is to be sent to it.
    pub fn take_in(&mut self, seq: u64, entry: &Entry) {
        match entry {
            Entry::Excluded(excluded) => {
                let number = last_nine(&excluded.number.as_str().into());
                self.excluded.entry(number).or_insert_with(|| (seq, excluded.why.clone()));
            }
            Entry::Included(included) => {
                let number = last_nine(&included.number.as_str().into());
                self.excluded.remove(&number);
                self.included.insert(number, seq);
            }
            Entry::Contacts(list) => {
                self.chosen.insert(list.file.for_record().to_owned(), list.chosen.clone());
            }
            Entry::Image(image) if image.file == EF_MSISDN => {
                let records = image.records.iter().filter_map(|record| hex::decode(record).ok());
                let numbers = records.filter_map(|record| dialling_number(&record));
                self.own.extend(numbers.map(|number| last_nine(&number.into())));
            }
            _ => {}
        }
    }

    /// Whether it is the line's own number.
    pub fn is_own(&self, last_nine: &str) -> bool {
        self.own.contains(last_nine)
    }

    /// Since which entry a number is excluded, and why.
    pub fn excluded(&self, last_nine: &str) -> Option<(u64, &str)> {
        self.excluded.get(last_nine).map(|(seq, why)| (*seq, why.as_str()))
    }

    /// Whether a person said that a number is to be texted.
    pub fn includes(&self, last_nine: &str) -> bool {
        self.included.contains_key(last_nine)
    }

    /// The entry of the last inclusion: whoever was passed over before may be due again.
    pub fn last_inclusion(&self) -> u64 {
        self.included.values().max().copied().unwrap_or_default()
    }

    /// The columns that were chosen in a file.
    pub fn chosen(&self, file: &str) -> &[String] {
        self.chosen.get(file).map(Vec::as_slice).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::body::{Excluded, Image, Included, Round};

    #[test]
    fn the_line_does_not_text_itself() {
        let image = |file: &str, record: &str| {
            let (name, status) = ("EF_MSISDN".into(), "9000".into());
            Entry::Image(Image { round: Round::Before, file: file.into(), name, status, records: vec![record.into()] })
        };
        let record = "4F776EFFFFFF0791447700090021FFFFFFFFFFFF";
        let mut roster = Roster::default();
        roster.take_in(1, &image("6F3A", record));
        assert!(!roster.is_own("700900012"), "a contact");
        roster.take_in(2, &image("6F40", record));
        roster.take_in(3, &image("6F40", &"FF".repeat(20)));
        assert!(roster.is_own("700900012") && roster.own.len() == 1, "{roster:?}");
    }

    #[test]
    fn the_last_word_about_a_number_counts() {
        let (number, why) = (String::from("+447700900001"), String::from("x"));
        let out = Entry::Excluded(Excluded { number: number.clone(), why: why.clone() });
        let back = Entry::Included(Included { number, why });
        let mut roster = Roster::default();
        let mut seen = Vec::new();
        for (seq, entry) in (1..).zip([&out, &out, &back, &out, &back]) {
            roster.take_in(seq, entry);
            seen.push((roster.excluded("700900001").map(|(seq, _)| seq), roster.includes("700900001")));
        }
        assert_eq!(seen, [(Some(1), false), (Some(1), false), (None, true), (Some(4), true), (None, true)]);
        assert_eq!(roster.last_inclusion(), 5);
    }
}
