//! The questions of page one, each answered from the record: what is shown, by which entries, and what cannot be shown and
//! why. Called by [`super::court`].
//!
//! | file | questions |
//! |---|---|
//! | [`sent`] | was anyone texted twice? who was texted, and what exactly? on whose authority? |
//! | [`arrived`] | is any reply missing? |
//! | [`exhibit`] | was the exhibit changed? |

pub mod arrived;
pub mod exhibit;
pub mod sent;

use serde::Serialize;

use super::facts::Facts;
use super::words::{Entries, Times, count, grouped};
use crate::case::terms::Terms;
use crate::case::texts::Texts;
use crate::record::fold::State;
use crate::record::loose::LoosePart;

/// Everything that an answer rests on.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// What the fold says.
    pub state: &'a State,
    /// What one reading of the record says.
    pub facts: &'a Facts,
    /// Parts of long texts that no reply has taken up.
    pub loose: &'a [LoosePart],
    /// What case.toml means.
    pub terms: &'a Terms,
    /// The words.
    pub texts: &'a Texts,
    /// How moments are written.
    pub times: &'a Times,
}

/// How far an answer carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The record shows it.
    Shown,
    /// The record shows it in part.
    InPart,
    /// The record shows the contrary.
    Against,
}

impl Standing {
    /// As it stands beside the answer.
    pub fn words(self) -> &'static str {
        match self {
            Self::Shown => "Shown by the record",
            Self::InPart => "Shown in part",
            Self::Against => "Look at this",
        }
    }
}

/// One sentence, and the entries that it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Point {
    /// In our words: nothing of what people wrote stands in it.
    pub words: String,
    /// Where to look.
    pub entries: Entries,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// For links.
    pub id: &'static str,
    /// The question.
    pub question: &'static str,
    /// How far it carries.
    pub standing: Standing,
    /// The same in words.
    pub standing_words: &'static str,
    /// In one or two sentences.
    pub short: String,
    /// What is shown.
    pub shown: Vec<Point>,
    /// What in this record speaks against it, or leaves it open.
    pub open: Vec<Point>,
    /// What no record of this kind can show.
    pub limits: &'static [&'static str],
    /// The entries of all of it, as many as are named.
    pub proof: Entries,
}

/// An answer as it grows: the worst of its points decides how far it carries.
struct Draft {
    standing: Standing,
    shown: Vec<Point>,
    open: Vec<Point>,
}

impl Draft {
    fn new() -> Self {
        Self { standing: Standing::Shown, shown: Vec::new(), open: Vec::new() }
    }

    fn show(&mut self, words: String, entries: impl IntoIterator<Item = u64>) {
        self.shown.push(Point { words, entries: Entries::of(entries) });
    }

    /// Only where there is something.
    fn leave(&mut self, standing: Standing, entries: Vec<u64>, words: impl FnOnce(usize) -> String) {
        if !entries.is_empty() {
            self.note(standing, words(entries.len()), entries);
        }
    }

    fn note(&mut self, standing: Standing, words: String, entries: impl IntoIterator<Item = u64>) {
        self.standing = self.standing.max(standing);
        self.open.push(Point { words, entries: Entries::of(entries) });
    }

    fn answer(
        self,
        id: &'static str,
        question: &'static str,
        short: String,
        limits: &'static [&'static str],
    ) -> Answer {
        let Self { standing, shown, open } = self;
        let proof = Entries::together(open.iter().chain(&shown).map(|point| &point.entries));
        Answer { id, question, standing, standing_words: standing.words(), short, shown, open, limits, proof }
    }
}

/// All of them.
pub fn answers(ground: &Ground) -> Vec<Answer> {
    vec![
        sent::twice(ground),
        arrived::missing(ground),
        exhibit::changed(ground),
        sent::texted(ground),
        sent::authority(ground),
    ]
}

fn erased(draft: &mut Draft, ground: &Ground, kinds: &[&str]) {
    let erased = ground.facts.erased(kinds);
    draft.leave(Standing::InPart, erased, |number| {
        let entries = count(number, "entry");
        format!("What {entries} said was erased under authority. Of those it is only known that they were there; they do not count here.")
    });
}

fn of(number: usize, all: usize) -> String {
    format!("{} of {}", grouped(number), grouped(all))
}
