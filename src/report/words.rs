//! How the pages say things: times, lengths, counts, states, and lists of entries. Called by everything in this room.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

use crate::record::fold::{PartState, Summary};
use crate::record::tables;
use crate::record::traffic::ReplyForm;

/// Moments as people of the line's zone write them.
#[derive(Debug, Clone)]
pub struct Times(TimeZone);

impl Times {
    /// In this zone.
    pub fn of(zone: &TimeZone) -> Self {
        Self(zone.clone())
    }

    /// `1 Dec 2026 10:00:05 GMT`: the zone's own letters tell an hour that comes twice.
    pub fn full(&self, moment: Timestamp) -> String {
        self.written(moment, "%-d %b %Y %H:%M:%S %Z")
    }

    /// `1 Dec 10:00`.
    pub fn short(&self, moment: Timestamp) -> String {
        self.written(moment, "%-d %b %H:%M")
    }

    /// `Tue 1 Dec 10:00:05`.
    pub fn clock(&self, moment: Timestamp) -> String {
        self.written(moment, "%a %-d %b %H:%M:%S")
    }

    /// `10:00:05`.
    pub fn second(&self, moment: Timestamp) -> String {
        self.written(moment, "%H:%M:%S")
    }

    /// In eight letters, as seen from `now`: `10:00:05` of the same day, `Tu 10:00` of the week before it, `1 Dec`.
    pub fn seen(&self, moment: Timestamp, now: Timestamp) -> String {
        let [then, today] = [moment, now].map(|moment| moment.to_zoned_datetime(self.0.clone()).date());
        match (today - then).get_days() {
            0 => self.second(moment),
            1..=6 => {
                let day: String = self.written(moment, "%a").chars().take(2).collect();
                format!("{day} {}", self.minute(moment))
            }
            _ => format!("{:8}", self.written(moment, "%-d %b")),
        }
    }

    /// `10:00`.
    pub fn minute(&self, moment: Timestamp) -> String {
        self.written(moment, "%H:%M")
    }

    /// Such as `Europe/London`.
    pub fn zone(&self) -> String {
        self.0.iana_name().unwrap_or("the case's own zone").to_owned()
    }

    fn written(&self, moment: Timestamp, form: &str) -> String {
        moment.to_zoned_datetime(self.0.clone()).strftime(form).to_string()
    }
}

/// `3 d 4 h`, `2 h 5 min`, `40 s`: the two largest units.
pub fn length(seconds: u64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let mut left = seconds;
    let mut said = Vec::new();
    for (size, unit) in units {
        if left >= size && said.len() < 2 {
            said.push(format!("{} {unit}", left / size));
            left %= size;
        }
    }
    if said.is_empty() { "0 s".to_owned() } else { said.join(" ") }
}

/// `1 part`, `2 parts`, `1,200 parts`.
pub fn count(number: usize, what: &str) -> String {
    let plural = match what {
        "person" => "people".to_owned(),
        "reply" => "replies".to_owned(),
        "entry" => "entries".to_owned(),
        _ if what.ends_with('s') => what.to_owned(),
        _ => format!("{what}s"),
    };
    format!("{} {}", grouped(number), if number == 1 { what } else { &plural })
}

/// With a comma behind every thousand.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut said = String::with_capacity(digits.len() + 4);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

/// What became of a person's text.
pub fn summary(summary: Summary) -> &'static str {
    plain(tables::summary(summary))
}

/// Where a part stands.
pub fn part(state: PartState) -> &'static str {
    plain(tables::part_state(state))
}

/// The record's words in plain ones.
fn plain(word: &'static str) -> &'static str {
    match word {
        "not-known" | "unknown" => "NOT KNOWN",
        "held-back" | "withdrawn" => "held back",
        "taken" | "accepted" => "taken by the network",
        "planned" | "waiting" => "not yet sent",
        "not-sent" | "refused-final" | "refused-line" => "not sent",
        "refused-before-transmission" | "refused-for-now" => "refused, not sent",
        "failed" => "given up by the network",
        "expired" => "ran out before delivery",
        "forwarded" => "passed on, not confirmed",
        "replaced" => "replaced by the network",
        "settled-sent" => "sent, as a person decided",
        "settled-not-sent" => "not sent, as a person decided",
        other => other,
    }
}

/// The form of a reply.
pub fn form(form: ReplyForm) -> &'static str {
    match form {
        ReplyForm::Text => "text",
        ReplyForm::Call => "call, not answered",
        ReplyForm::Voicemail => "voicemail notice",
        ReplyForm::Binary => "data that is no text",
        ReplyForm::Ussd => "words of the network",
    }
}

/// Entries that prove something: each alone, or from one to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first.
    pub from: u64,
    /// The last.
    pub to: u64,
    /// Whether the first has a place of its own on the page.
    pub link: bool,
}

/// So many spans are named on page one; whoever wants more finds them in the tables.
const MOST_NAMED: usize = 12;

/// A list of entries, and how many more there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entries {
    /// Those that are named.
    pub spans: Vec<Span>,
    /// How many are not, in words.
    pub more: String,
}

impl Entries {
    /// Named in order, neighbours together.
    pub fn of(seqs: impl IntoIterator<Item = u64>) -> Self {
        let mut spans: Vec<Span> = Vec::new();
        for seq in seqs.into_iter().collect::<BTreeSet<u64>>() {
            match spans.last_mut() {
                Some(last) if last.to + 1 == seq => last.to = seq,
                _ => spans.push(Span { from: seq, to: seq, link: false }),
            }
        }
        let left = spans.split_off(spans.len().min(MOST_NAMED));
        let left: u64 = left.iter().map(|span| span.to - span.from + 1).sum();
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        let more = if left == 0 { String::new() } else { format!("{} more", grouped(left)) };
        Self { spans, more }
    }

    /// What several lists name, cut short sooner.
    pub fn together<'a>(lists: impl Iterator<Item = &'a Self>) -> Self {
        const MOST: usize = 4;
        let lists: Vec<&Self> = lists.collect();
        let seqs = lists.iter().flat_map(|list| &list.spans).flat_map(|span| span.from..=span.to);
        let Self { mut spans, .. } = Self::of(seqs);
        let is_cut = spans.len() > MOST || lists.iter().any(|list| !list.more.is_empty());
        spans.truncate(MOST);
        Self { spans, more: if is_cut { "others, below".to_owned() } else { String::new() } }
    }

    /// Those that have a place of their own on the page.
    pub fn link(&mut self, places: &BTreeSet<u64>) {
        self.spans.iter_mut().for_each(|span| span.link = places.contains(&span.from));
    }
}

impl From<Entries> for Value {
    fn from(entries: Entries) -> Self {
        Self::from(Serde(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_counts_read_well() {
        assert_eq!([0, 59, 60, 3_725, 90_000].map(length), ["0 s", "59 s", "1 min", "1 h 2 min", "1 d 1 h"]);
        let counted = [(1, "part"), (2, "person"), (1_234_567, "reply"), (0, "entry")];
        let said = counted.map(|(number, what)| count(number, what));
        assert_eq!(said, ["1 part", "2 people", "1,234,567 replies", "0 entries"]);
    }

    #[test]
    fn an_hour_that_comes_twice_is_told_apart() {
        let times = Times::of(&TimeZone::get("Europe/London").unwrap());
        let shown = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"].map(|text| times.full(text.parse().unwrap()));
        assert_eq!(shown, ["25 Oct 2026 01:30:00 BST", "25 Oct 2026 01:30:00 GMT"]);
    }

    #[test]
    fn neighbours_are_one_span_and_a_long_list_is_cut() {
        let span = |from, to| Span { from, to, link: false };
        assert_eq!(Entries::of([5, 3, 4, 9]), Entries { spans: vec![span(3, 5), span(9, 9)], more: String::new() });
        let long = Entries::of((0..2_000).map(|n| 2 * n));
        assert_eq!((long.spans.len(), long.more.as_str()), (12, "1,988 more"));
        let together = |lists: &[&Entries]| Entries::together(lists.iter().copied());
        let both = together(&[&Entries::of([4, 9]), &Entries::of([3, 4, 5])]);
        assert_eq!(both, Entries { spans: vec![span(3, 5), span(9, 9)], more: String::new() });
        assert_eq!(together(&[&long]).more, "others, below");
    }
}
