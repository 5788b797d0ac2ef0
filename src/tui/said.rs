//! What happened, entry by entry in one line each: who it is about, of what kind it is, and the words. Whether a person's own
//! words are among them is told apart, so that they can be hidden. Called by [`super::picture`].

use jiff::Timestamp;

use super::words::{self, Full};
use crate::case::PartId;
use crate::ids::Msisdn;
use crate::record::entry::{Entry, EntryView};
use crate::record::token::Verdict;
use crate::record::traffic::{ReportClass, Reported};
use crate::report::history;
use crate::text::Untrusted;

/// One line of what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// The number that it is about.
    pub about: Option<Whom>,
    /// Of what kind it is; empty where the words say it.
    pub kind: String,
    /// In plain words, fit for a terminal.
    pub words: String,
    /// How much it matters.
    pub weight: Weight,
    /// Whether a person's own words stand in it, which may be hidden.
    pub spoken: Spoken,
}

/// Whether a person's own words stand in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoken {
    /// They do.
    Yes,
    /// They do not.
    No,
}

/// Whom a line is about: shown masked or whole, as the screen is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// A person of the plan.
    Planned(Msisdn),
    /// A number as the network or a person wrote it.
    Written(Untrusted),
    /// Your own phone.
    TestPhone,
}

impl Whom {
    /// On a screen.
    pub fn shown(&self, full: Full) -> String {
        match self {
            Self::Planned(to) => words::number(to, full),
            Self::Written(number) => words::sender(Some(number), full),
            Self::TestPhone => "your phone".to_owned(),
        }
    }
}

/// How much something matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It happened.
    Plain,
    /// A person should know.
    Heavy,
}

impl Said {
    /// The line about an entry, if it has one; `to` finds the number of a person of the plan.
    pub fn of(view: &EntryView, entry: &Entry, to: &dyn Fn(u32) -> Option<Msisdn>) -> Option<Self> {
        let plain = |about, kind: &str, words: &str| Some(line(view, about, kind, words));
        match entry {
            Entry::OptOut(out) => plain(written(out.number.for_record()), "is not to be texted again", &out.why),
            Entry::Excluded(out) => plain(written(&out.number), "excluded", &out.why),
            Entry::Included(back) => plain(written(&back.number), "included", &back.why),
            Entry::Outcome(judged) => Some(outcome(view, judged.part, &judged.judged, to)),
            Entry::StatusReport(Reported { part: Some(_), class: ReportClass::Delivered, .. }) => None,
            Entry::StatusReport(Reported { part, class, .. }) => {
                plain(part.and_then(|part| whom(part, to)), "delivery report", words::class(*class))
            }
            _ => history::event(view, entry).map(|event| line(view, None, event.kind, &event.what)),
        }
        .map(|said| Self { weight: said.weight.max(weight(entry)), spoken: spoken(entry), ..said })
    }

    /// Something that the program says beside the record.
    pub fn aside(at: Timestamp, words: &str) -> Self {
        let words = Untrusted::from(words).for_terminal();
        let (kind, weight, spoken) = (String::new(), Weight::Heavy, Spoken::No);
        Self { seq: 0, at, about: None, kind, words, weight, spoken }
    }

    /// All of it, after whom it is about.
    pub fn whole(&self) -> String {
        if self.kind.is_empty() { self.words.clone() } else { format!("{}: {}", self.kind, self.words) }
    }
}

/// Entries whose words a person wrote, or somebody who replied.
fn spoken(entry: &Entry) -> Spoken {
    match entry {
        Entry::Note(_) | Entry::Stop(_) | Entry::Resolved(_) => Spoken::Yes,
        Entry::Handover(_) | Entry::OptOut(_) | Entry::Excluded(_) | Entry::Included(_) => Spoken::Yes,
        _ => Spoken::No,
    }
}

fn weight(entry: &Entry) -> Weight {
    match entry {
        Entry::Fault(_) | Entry::Hold(_) | Entry::Stop(_) | Entry::Refused(_) => Weight::Heavy,
        _ => Weight::Plain,
    }
}

fn outcome(view: &EntryView, part: PartId, verdict: &Verdict, to: &dyn Fn(u32) -> Option<Msisdn>) -> Said {
    let which = if part.person == 0 { "test text".to_owned() } else { format!("part {}", part.part) };
    let weight = if matches!(verdict, Verdict::Accepted { .. }) { Weight::Plain } else { Weight::Heavy };
    Said { weight, ..line(view, whom(part, to), &which, &words::verdict(verdict)) }
}

fn whom(part: PartId, to: &dyn Fn(u32) -> Option<Msisdn>) -> Option<Whom> {
    if part.person == 0 { Some(Whom::TestPhone) } else { to(part.person).map(Whom::Planned) }
}

fn written(number: &str) -> Option<Whom> {
    Some(Whom::Written(number.into()))
}

fn line(view: &EntryView, about: Option<Whom>, kind: &str, words: &str) -> Said {
    let words = Untrusted::from(words).for_terminal();
    let (weight, spoken) = (Weight::Plain, Spoken::No);
    Said { seq: view.seq, at: view.at, about, kind: kind.to_owned(), words, weight, spoken }
}
