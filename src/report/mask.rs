//! Whose number it is, is not for everybody: the page for disclosure shows `person 17` in its place, the same each time.
//!
//! Numbers that the record knows are found wherever they stand and however they are written: with other prefixes, with
//! anything that is neither letter nor digit between the digits, in the digits of other scripts. In what people wrote,
//! whatever else looks like a phone number (seven digits or more) goes too. No digit of a number stays: with the last
//! two and a name, who has the contacts would know whose it is. What cannot be found so (digits written as words, first
//! names within a text) must be looked for by a person, and the page says that.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::record::fold::{State, last_nine};
use crate::text::Untrusted;

/// What is masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mask {
    /// Nothing.
    Nothing,
    /// Numbers and names.
    People(Known),
}

/// Everybody whom the record knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// By the last nine digits of a number, or by a sender's letters.
    labels: BTreeMap<String, String>,
    /// Names of two words or more, in small letters, by their first word, the longest first; and whose they are.
    names: BTreeMap<String, Vec<(Vec<String>, String)>>,
}

/// As few digits may be a phone number.
const FEWEST: usize = 7;

/// So many characters may stand between two digits of one number.
const BETWEEN: usize = 3;

impl Known {
    /// People of the plan by their number in it; others in the order in which the record met them.
    pub fn of(state: &State, others: impl IntoIterator<Item = String>) -> Self {
        let mut known = Self::default();
        for (id, person) in state.people.iter() {
            let label = if id == 0 { "the team's test phone".to_owned() } else { format!("person {id}") };
            known.add_name(person.name.as_ref(), &label);
            known.labels.entry(person.to.last_nine().to_owned()).or_insert(label);
        }
        let senders = state.replies.iter().filter_map(|received| received.reply.from.as_ref()).map(last_nine);
        let mut met = 0;
        for key in senders.chain(state.opt_outs.keys().cloned()).chain(others).filter(|key| !key.is_empty()) {
            known.labels.entry(key).or_insert_with(|| {
                met += 1;
                format!("other number {met}")
            });
        }
        known
    }

    fn add_name(&mut self, name: Option<&Untrusted>, label: &str) {
        let name = name.map(Untrusted::for_match).unwrap_or_default();
        let words: Vec<String> = name.split_whitespace().map(str::to_owned).collect();
        let [first, _, ..] = words.as_slice() else { return };
        let alike = self.names.entry(first.clone()).or_default();
        // So that no part of a longer name is taken for a shorter one.
        let place = alike.partition_point(|(other, _)| other.len() >= words.len());
        alike.insert(place, (words, label.to_owned()));
    }

    /// The label of the name that stands at the beginning of these words, and how many of them it has.
    fn name_at(&self, words: &[Word]) -> Option<(&str, usize)> {
        let alike = self.names.get(&words.first()?.letters)?;
        let stands = |name: &[String]| {
            words.get(..name.len()).is_some_and(|here| here.iter().map(|word| &word.letters).eq(name))
        };
        alike.iter().find(|(name, _)| stands(name)).map(|(name, label)| (label.as_str(), name.len()))
    }

    fn label(&self, digits: &str) -> Option<String> {
        let whole = self.labels.get(digits).map(|label| vec![label.as_str()]);
        let windows = || (9..=digits.len()).filter_map(|end| digits.get(end - 9..end));
        let found =
            whole.unwrap_or_else(|| windows().filter_map(|nine| self.labels.get(nine)).map(String::as_str).collect());
        (!found.is_empty()).then(|| found.join(" and "))
    }
}

impl Mask {
    /// Masks the numbers that the record knows.
    pub fn known<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self {
            Self::Nothing => Cow::Borrowed(text),
            Self::People(known) => over(text, |digits| known.label(digits)),
        }
    }

    /// Masks all that looks like a number, and whole names.
    pub fn all<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let Self::People(known) = self else { return Cow::Borrowed(text) };
        let unknown = |digits: &str| (digits.len() >= FEWEST).then(|| "[a number]".to_owned());
        let text = over(text, |digits| known.label(digits).or_else(|| unknown(digits)));
        Cow::Owned(without_names(&without_tails(&text), known))
    }

    /// Who sent something.
    pub fn sender(&self, from: &Untrusted) -> String {
        match self {
            Self::Nothing => from.for_record().to_owned(),
            Self::People(known) => {
                known.labels.get(&last_nine(from)).cloned().unwrap_or_else(|| "[a number]".to_owned())
            }
        }
    }

    /// A name out of the lists.
    pub fn name(&self, name: Option<&Untrusted>) -> String {
        match self {
            Self::Nothing => name.map(|name| name.for_record().to_owned()).unwrap_or_default(),
            Self::People(_) => String::new(),
        }
    }

    /// Octets, in which a number may stand in any form.
    pub fn octets(&self, digits: &str) -> String {
        match self {
            Self::Nothing => digits.to_owned(),
            Self::People(_) => "[left out: octets may hold numbers]".to_owned(),
        }
    }
}

/// Puts labels over runs of digits.
fn over<'a>(text: &'a str, label: impl Fn(&str) -> Option<String>) -> Cow<'a, str> {
    let mut shown = String::new();
    let mut kept = 0;
    for run in runs(text) {
        if let Some(label) = label(&run.digits) {
            shown.push_str(text.get(kept..run.from).unwrap_or_default());
            shown.push_str(&label);
            kept = run.to;
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(text.get(kept..).unwrap_or_default());
    Cow::Owned(shown)
}

/// Digits that may be one number, and where they stand.
struct Run {
    from: usize,
    to: usize,
    digits: String,
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut between = BETWEEN + 1;
    let mut plus = None;
    for (at, c) in text.char_indices() {
        match digit(c) {
            Some(digit) if between <= BETWEEN => {
                if let Some(run) = runs.last_mut() {
                    run.digits.push(digit);
                    run.to = at + c.len_utf8();
                }
                between = 0;
            }
            Some(digit) => {
                runs.push(Run { from: plus.unwrap_or(at), to: at + c.len_utf8(), digits: digit.into() });
                between = 0;
            }
            None if c.is_alphanumeric() => between = BETWEEN + 1,
            None => between += 1,
        }
        plus = (c == '+').then_some(at);
    }
    runs
}

/// The first digit of each script in which people may write a number.
const NOUGHTS: [char; 10] =
    ['0', '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{e50}', '\u{ff10}'];

fn digit(c: char) -> Option<char> {
    let value = NOUGHTS.iter().find_map(|nought| (c as u32).checked_sub(*nought as u32).filter(|value| *value < 10));
    value.and_then(|value| char::from_digit(value, 10))
}

/// `...0131`, as screens that others see have it, is four digits too many.
fn without_tails(text: &str) -> String {
    let mut pieces = text.split("...");
    let mut shown = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        shown.push_str("...");
        shown.push_str(piece.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    shown
}

/// Names of several words, wherever these stand one after the other.
fn without_names(text: &str, known: &Known) -> String {
    let words = words(text);
    let mut shown = String::new();
    let (mut kept, mut at) = (0, 0);
    while let Some(here) = words.get(at..).filter(|here| !here.is_empty()) {
        let found = known.name_at(here);
        let count = found.map_or(1, |(_, count)| count);
        if let (Some((label, _)), Some(first), Some(last)) = (found, here.first(), here.get(count - 1)) {
            shown.push_str(text.get(kept..first.from).unwrap_or_default());
            shown.push_str(label);
            kept = last.to;
        }
        at += count;
    }
    shown.push_str(text.get(kept..).unwrap_or_default());
    shown
}

/// A word with its place, in small letters.
struct Word {
    from: usize,
    to: usize,
    letters: String,
}

fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let to = at + c.len_utf8();
        match (c.is_alphanumeric(), words.last_mut()) {
            (true, Some(word)) if open => {
                word.to = to;
                word.letters.extend(c.to_lowercase());
            }
            (true, _) => words.push(Word { from: at, to, letters: c.to_lowercase().collect() }),
            _ => {}
        }
        open = c.is_alphanumeric();
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mask() -> Mask {
        let label = |key: &str, label: &str| (key.to_owned(), label.to_owned());
        let labels =
            [label("700900131", "person 17"), label("700900132", "person 18"), label("60777", "other number 1")];
        let mut known = Known { labels: labels.into(), ..Known::default() };
        for (name, label) in [("Dave Smith", "person 18"), ("Dave van Smith", "person 17"), ("Mum", "person 3")] {
            known.add_name(Some(&name.into()), label);
        }
        Mask::People(known)
    }

    #[test]
    fn known_numbers_go_however_they_are_written() {
        for written in [
            "+447700900131",
            "07700900131",
            "07700 900131",
            "+44 (0)7700-900131",
            "0 7 7 0 0 9 0 0 1 3 1",
            "07700\u{200b}900131",
            "07700\n900.131",
            "٠٧٧٠٠٩٠٠١٣١",
            "０７７００９００１３１",
            "700900131",
        ] {
            assert_eq!(mask().all(&format!("call {written}, now")), "call person 17, now", "{written}");
            assert_eq!(mask().known(&format!("call {written}, now")), "call person 17, now", "{written}");
        }
        assert_eq!(mask().all("07700900131 07700900132"), "person 17 and person 18");
        assert_eq!(mask().all("from 60777"), "from other number 1");
    }

    #[test]
    fn what_looks_like_a_number_goes_from_what_people_wrote_only() {
        assert_eq!(mask().all("ring my mum 0115 496 0999 please"), "ring my mum [a number] please");
        assert_eq!(mask().all("at 10:30 in room 12"), "at 10:30 in room 12");
        assert_eq!(
            mask().known("1 Dec 2026 10:00:05; 8944100000000000012"),
            "1 Dec 2026 10:00:05; 8944100000000000012"
        );
        assert_eq!(mask().all("...0131 would get other parts"), "... would get other parts");
    }

    #[test]
    fn whole_names_go_and_words_that_are_like_them_stay() {
        assert_eq!(mask().all("is DAVE  Smith there, dave?"), "is person 18 there, dave?");
        assert_eq!(mask().all("Dave van Smith"), "person 17");
        assert_eq!(mask().all("davesmith"), "davesmith");
    }

    #[test]
    fn nothing_is_masked_where_nothing_is_to_be() {
        assert_eq!(Mask::Nothing.all("07700900131 Dave Smith"), "07700900131 Dave Smith");
    }

    proptest! {
        /// Whatever stands between the digits and around them.
        #[test]
        fn no_known_number_is_left(before in "\\PC{0,20}", after in "\\PC{0,20}", between in "[ .()/-]{0,3}") {
            let written = "07700900131".chars().map(String::from).collect::<Vec<_>>().join(&between);
            let shown = mask().all(&format!("{before} {written} {after}")).into_owned();
            let digits: String = shown.chars().filter_map(digit).collect();
            prop_assert!(!digits.contains("700900131"), "{}", shown);
        }
    }
}
