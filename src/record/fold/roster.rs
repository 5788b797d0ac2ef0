//! What persons decided about who may be texted, apart from opt-outs: exclusions, inclusions, and which columns of a
//! contacts file hold the numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::last_nine;
use crate::case::sim::dialling_number;
use crate::hex;
use crate::ids::Sha256;
use crate::record::body::Lifts;
use crate::record::entry::Entry;

/// Decisions, each the last about its number or file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    /// By the last nine digits: since which entry, and why.
    excluded: BTreeMap<String, (u64, String)>,
    /// By the last nine digits.
    included: BTreeMap<String, Said>,
    /// By the name of the file.
    lists: BTreeMap<String, Received>,
    /// The last nine digits of the numbers that the SIM has for its own.
    own: BTreeSet<String>,
}

/// What persons said of a number that was out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Said {
    /// The last entry.
    seq: u64,
    lifts: BTreeSet<Lifts>,
}

/// A file of `contacts/`, as it was received last.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Received {
    sha256: Sha256,
    chosen: Vec<String>,
}

/// Own numbers (51.011 clause 10.5.5).
const EF_MSISDN: &str = "6F40";

/// What an inclusion lifted before it said what.
const ALL: [Lifts; 3] = [Lifts::Excluded, Lifts::LostNought, Lifts::OtherCase];

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
                let said = self.included.entry(number).or_default();
                said.seq = seq;
                said.lifts.extend(included.lifts.clone().unwrap_or_else(|| ALL.into()));
            }
            Entry::Contacts(list) => {
                let received = Received { sha256: list.sha256, chosen: list.chosen.clone() };
                self.lists.insert(list.file.for_record().to_owned(), received);
            }
            Entry::Image(image) if image.file == EF_MSISDN => {
                let records = image.records.iter().filter_map(|record| hex::decode(record).ok());
                let numbers = records.filter_map(|record| dialling_number(&record));
                self.own.extend(numbers.map(|number| last_nine(&number.into())));
            }
            _ => {}
        }
    }

    /// Whether the SIM says what the line's own number is.
    pub fn knows_own(&self) -> bool {
        !self.own.is_empty()
    }

    /// Whether it is the line's own number.
    pub fn is_own(&self, last_nine: &str) -> bool {
        self.own.contains(last_nine)
    }

    /// Since which entry a number is excluded, and why.
    pub fn excluded(&self, last_nine: &str) -> Option<(u64, &str)> {
        self.excluded.get(last_nine).map(|(seq, why)| (*seq, why.as_str()))
    }

    /// Whether a person lifted this reason for a number to be out.
    pub fn lifted(&self, last_nine: &str, reason: Lifts) -> bool {
        self.included.get(last_nine).is_some_and(|said| said.lifts.contains(&reason))
    }

    /// The entry of the last inclusion: whoever was passed over before may be due again.
    pub fn last_inclusion(&self) -> u64 {
        self.included.values().map(|said| said.seq).max().unwrap_or_default()
    }

    /// The columns that were chosen in a file.
    pub fn chosen(&self, file: &str) -> &[String] {
        self.lists.get(file).map(|list| list.chosen.as_slice()).unwrap_or_default()
    }

    /// The digest of a file of `contacts/`, as it was received last.
    pub fn received(&self, file: &str) -> Option<&Sha256> {
        self.lists.get(file).map(|list| &list.sha256)
    }

    /// The names of the files that were received.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.lists.keys().map(String::as_str)
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
        assert!(!roster.is_own("700900012") && !roster.knows_own(), "a contact");
        roster.take_in(2, &image("6F40", record));
        roster.take_in(3, &image("6F40", &"FF".repeat(20)));
        assert!(roster.is_own("700900012") && roster.own.len() == 1 && roster.knows_own(), "{roster:?}");
    }

    #[test]
    fn the_last_word_about_a_number_counts() {
        let (number, why) = (String::from("+447700900001"), String::from("x"));
        let out = Entry::Excluded(Excluded { number: number.clone(), why: why.clone() });
        let back = Entry::Included(Included { number, why, lifts: None });
        let mut roster = Roster::default();
        let mut seen = Vec::new();
        for (seq, entry) in (1..).zip([&out, &out, &back, &out, &back]) {
            roster.take_in(seq, entry);
            seen.push((roster.excluded("700900001").map(|(seq, _)| seq), roster.lifted("700900001", Lifts::OtherCase)));
        }
        assert_eq!(seen, [(Some(1), false), (Some(1), false), (None, true), (Some(4), true), (None, true)]);
        assert_eq!(roster.last_inclusion(), 5);
    }

    #[test]
    fn one_reason_lifted_lifts_no_other() {
        let lifts = |reason| Some([reason].into());
        let said = |reason| Included { number: "+447700900001".into(), why: "x".into(), lifts: lifts(reason) };
        let mut roster = Roster::default();
        let lifted = |roster: &Roster| ALL.map(|reason| roster.lifted("700900001", reason));
        roster.take_in(1, &Entry::Included(said(Lifts::LostNought)));
        assert_eq!(lifted(&roster), [false, true, false]);
        roster.take_in(2, &Entry::Included(said(Lifts::OtherCase)));
        assert_eq!(lifted(&roster), [false, true, true]);
    }
}
