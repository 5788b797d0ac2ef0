//! Who would be texted with what.

use std::collections::{BTreeMap, BTreeSet};

use super::contacts::Sorted;
use super::terms::Terms;
use super::texts::{Texts, Which};
use crate::ids::Msisdn;
use crate::text::Untrusted;

/// The service centre keeps trying this long (CLI.md section 4), and nothing goes later than this
/// before listening ends: a text must not be answered into silence.
pub const VALIDITY_HOURS: u8 = 24;

/// What the record knows of earlier approvals of this case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Which person's number in the plan a phone number has had; it keeps it for good.
    pub numbers: BTreeMap<Msisdn, u32>,
    /// Numbers that were tried under an earlier approval; they are skipped.
    pub tried: BTreeSet<Msisdn>,
    /// Numbers that opted out.
    pub barred: BTreeSet<Msisdn>,
}

/// One person who would be texted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// From 1; 0 is the test phone.
    pub person: u32,
    /// The number.
    pub to: Msisdn,
    /// The name in the list.
    pub name: Option<Untrusted>,
    /// What they get.
    pub text: Which,
}

/// Everyone who would be texted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// In order.
    pub people: Vec<Planned>,
    /// The test phone; it gets the main text.
    pub test: Option<Planned>,
}

/// So many, in words.
pub fn people(count: usize) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}

/// So many of what has a plural in s.
pub fn several(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

impl Plan {
    /// Makes the plan: everyone in the lists who was neither tried before nor opted out.
    pub fn make(terms: &Terms, texts: &Texts, sorted: &Sorted, history: &History) -> Self {
        let mut next = history.numbers.values().max().copied().unwrap_or(0);
        let mut people = Vec::new();
        for recipient in &sorted.people {
            if history.tried.contains(&recipient.to) || history.barred.contains(&recipient.to) {
                continue;
            }
            let person = history.numbers.get(&recipient.to).copied().unwrap_or_else(|| {
                next += 1;
                next
            });
            let (to, name) = (recipient.to.clone(), recipient.row.name.clone());
            people.push(Planned { person, to, name, text: texts.of(recipient.row.language.as_ref()) });
        }
        let test = terms.test_phone.clone().map(|to| Planned { person: 0, to, name: None, text: Which::MAIN });
        Self { people, test }
    }

    /// How many parts in all, the test text aside.
    pub fn parts(&self, texts: &Texts) -> usize {
        texts.iter().map(|(which, text)| self.people_of(which) * usize::from(text.parts.count())).sum()
    }

    /// How many people get a text.
    pub fn people_of(&self, which: Which) -> usize {
        self.people.iter().filter(|person| person.text == which).count()
    }
}
