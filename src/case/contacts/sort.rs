//! Rows into people and left out.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};

use super::{Place, Row};
use crate::case::language::Language;
use crate::case::number::{self, Country, NumberProblem, Realm};
use crate::ids::Msisdn;
use crate::text::Untrusted;

/// Someone to be texted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The number.
    pub to: Msisdn,
    /// The first row that has it.
    pub row: Box<Row>,
    /// How many rows have it.
    pub rows: u32,
    /// When it was last seen, of all rows that say so.
    pub last_seen: Option<DateTime>,
    /// Whether its rows agree about the language.
    pub speaks: Speaks,
}

/// How many languages the rows of a person name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    /// One, or none.
    One,
    /// More: the first that has a text counts, else the first.
    Several,
}

/// A row that leads to no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The row.
    pub row: Box<Row>,
    /// Why.
    pub why: Why,
}

/// Why a row is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The number stands in an earlier row.
    RepeatOf {
        /// The earlier row.
        first: Place,
    },
    /// It is no mobile number that may be texted.
    Number(NumberProblem),
    /// The nought at its beginning is lost, and nobody has said yet that it is the number proposed.
    LostNought {
        /// The number, if it is one.
        proposed: Msisdn,
    },
    /// `leave-out.csv` names it.
    Listed {
        /// The reason that stands there.
        reason: String,
    },
    /// They opted out on this station, in this case or another.
    OptedOut,
    /// Another case of this station texted it not long ago.
    OtherCase {
        /// When.
        on: Date,
    },
    /// It is the line's own.
    OwnNumber,
    /// A person excluded it.
    Excluded {
        /// The person's reason.
        why: String,
    },
}

impl Why {
    /// A stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Why::RepeatOf { .. } => "repeat",
            Why::Number(problem) => problem.code(),
            Why::LostNought { .. } => NumberProblem::LostNought.code(),
            Why::Listed { .. } => "leave-out-list",
            Why::OptedOut => "opted-out",
            Why::OtherCase { .. } => "other-case",
            Why::OwnNumber => "own-number",
            Why::Excluded { .. } => "excluded",
        }
    }

    /// In plain words.
    pub fn words(&self) -> String {
        match self {
            Why::RepeatOf { first } => format!("it repeats {first}"),
            Why::Number(problem) => problem.to_string(),
            Why::LostNought { proposed } => {
                let shown = proposed.as_str().replacen("+44", "0", 1);
                format!("{}; if it is {shown}, a person must say so", NumberProblem::LostNought)
            }
            Why::OptedOut => "they opted out on this station, in this case or another".to_owned(),
            Why::OtherCase { on } => format!("another case of this station texted it on {}", on.strftime("%-d %b %Y")),
            Why::OwnNumber => "it is the line's own number, as the SIM has it".to_owned(),
            Why::Excluded { why } => format!("excluded: {}", Untrusted::from(why.as_str()).for_terminal()),
            Why::Listed { reason } if reason.is_empty() => "the leave-out list names it".to_owned(),
            Why::Listed { reason } => format!("leave-out list: {}", Untrusted::from(reason.as_str()).for_terminal()),
        }
    }
}

/// Every row, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sorted {
    /// To be texted, in order of the lists.
    pub people: Vec<Recipient>,
    /// Left out.
    pub left_out: Vec<LeftOut>,
}

/// What rows are held against.
pub struct Rules<'a> {
    /// Why a number must not be texted, whatever the lists say.
    pub out: &'a dyn Fn(&Msisdn) -> Option<Why>,
    /// Which numbers count.
    pub realm: Realm,
    /// Whose numbers count besides those of the United Kingdom.
    pub countries: &'a [Country],
    /// Languages that have a text.
    pub languages: &'a [Language],
    /// Whether a person said that a number which lost its nought is this one.
    pub said_yes: &'a dyn Fn(&Msisdn) -> bool,
}

impl<'a> Rules<'a> {
    /// Nobody said anything.
    pub fn plain(realm: Realm) -> Self {
        Self { out: &|_| None, realm, countries: &[], languages: &[], said_yes: &|_| false }
    }

    /// The number that a text is, or why it leads to no text.
    fn read(&self, text: &str) -> Result<Msisdn, Why> {
        match number::read_of(text, self.realm, self.countries) {
            Ok(number) => Ok(number),
            Err(problem) => match number::with_nought(text, self.realm) {
                Some(proposed) if (self.said_yes)(&proposed) => Ok(proposed),
                Some(proposed) => Err(Why::LostNought { proposed }),
                None => Err(Why::Number(problem)),
            },
        }
    }
}

impl LeftOut {
    /// Whether the row is one of this number.
    pub fn is(&self, number: &Msisdn) -> bool {
        let text = self.row.number.for_record();
        let read = number::with_nought(text, Realm::Training).map_or_else(|| number::read(text, Realm::Training), Ok);
        read.is_ok_and(|read| read == *number)
    }
}

/// Where a number was first found.
enum First {
    /// Among the people.
    In(usize),
    /// It is out.
    Out(Place),
}

/// Sorts rows into people and left out.
pub fn sort(rows: Vec<Box<Row>>, rules: &Rules) -> Sorted {
    let mut sorted = Sorted::default();
    let mut seen: BTreeMap<Msisdn, First> = BTreeMap::new();
    for row in rows {
        let why = match rules.read(row.number.for_record()) {
            Err(why) => why,
            Ok(to) => match seen.get(&to) {
                Some(First::In(person)) => sorted.again(*person, &row, rules),
                Some(First::Out(first)) => Why::RepeatOf { first: first.clone() },
                None => match (rules.out)(&to) {
                    Some(why) => {
                        seen.insert(to, First::Out(row.from.clone()));
                        why
                    }
                    None => {
                        seen.insert(to.clone(), First::In(sorted.people.len()));
                        let last_seen = row.seen;
                        sorted.people.push(Recipient { to, row, rows: 1, last_seen, speaks: Speaks::One });
                        continue;
                    }
                },
            },
        };
        sorted.left_out.push(LeftOut { row, why });
    }
    sorted
}

impl Recipient {
    /// Another row names this language.
    fn speaks_also(&mut self, other: Option<&Language>, with_text: &[Language]) {
        let Some(other) = other else { return };
        let has_text = |language: &Language| with_text.contains(language);
        let first = self.row.language.get_or_insert_with(|| other.clone());
        if first != other {
            self.speaks = Speaks::Several;
            if !has_text(first) && has_text(other) {
                *first = other.clone();
            }
        }
    }
}

impl Sorted {
    /// One more row of somebody.
    fn again(&mut self, place: usize, row: &Row, rules: &Rules) -> Why {
        let Some(person) = self.people.get_mut(place) else { return Why::RepeatOf { first: row.from.clone() } };
        person.rows = person.rows.saturating_add(1);
        person.last_seen = person.last_seen.max(row.seen);
        if person.row.name.is_none() {
            person.row.name.clone_from(&row.name);
        }
        person.speaks_also(row.language.as_ref(), rules.languages);
        Why::RepeatOf { first: person.row.from.clone() }
    }

    /// All rows there were.
    pub fn rows(&self) -> usize {
        self.people.len() + self.left_out.len()
    }

    /// How many were left out for which reason, most first.
    pub fn reasons(&self) -> Vec<(&'static str, usize)> {
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        self.left_out.iter().for_each(|left| *counts.entry(left.why.code()).or_default() += 1);
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(code, count)| (std::cmp::Reverse(*count), *code));
        counts
    }
}
