//! The two pictures, as shapes for `templates/pictures.html` to draw: a strip of time for each kind of event, and one bar
//! of all people. Every number in them stands in a table beneath, made of the same rows. Horizontal places are in per
//! cent, so that the pictures fit a telephone and a sheet of paper. Kinds are told apart by strip, pattern and word.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::facts::Facts;
use super::words::{self, Times, grouped, length};
use crate::case::hours::{Hours, Open};
use crate::record::fold::{State, Summary};

/// From left to right, in per cent of the whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mark {
    /// Where it begins.
    pub x: String,
    /// How wide it is.
    pub width: String,
    /// How high, in per cent.
    pub height: String,
    /// Where its top is, in per cent.
    pub y: String,
}

impl Mark {
    fn new(from: f64, to: f64, height: f64) -> Self {
        let percent = |value: f64| format!("{value:.3}%");
        let (from, to) = (from.clamp(0.0, 100.0), to.clamp(0.0, 100.0));
        Self {
            x: percent(from),
            width: percent((to - from).max(0.3)),
            height: percent(height),
            y: percent(100.0 - height),
        }
    }
}

/// One kind of event over time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Strip {
    /// For the style.
    pub kind: &'static str,
    /// What it shows.
    pub name: &'static str,
    /// How many, or how long.
    pub total: String,
    /// Its marks.
    pub marks: Vec<Mark>,
}

/// A piece of time, for the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// When it begins.
    pub from: String,
    /// Texts, replies, urgent ones, STOP; nothing where there are none.
    pub counts: [String; 4],
    /// How long nobody listened.
    pub unheard: String,
}

/// When what happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timeline {
    /// The strips, from top to bottom.
    pub strips: Vec<Strip>,
    /// The left end, the middle and the right end.
    pub ticks: [String; 3],
    /// How long a row is.
    pub each: String,
    /// Rows in which anything happened.
    pub rows: Vec<Row>,
}

/// Rows are as short as they can be with no more than so many of them.
const MOST_ROWS: i64 = 48;

/// Lengths of a row in seconds.
const ROWS: [i64; 10] = [60, 300, 900, 1_800, 3_600, 10_800, 21_600, 86_400, 604_800, 2_419_200];

/// A time from one moment to another.
type Stretch = (Timestamp, Timestamp);

/// The timeline, if anything happened.
pub fn timeline(state: &State, facts: &Facts, hours: &Hours, times: &Times) -> Option<Timeline> {
    let sent: Vec<Timestamp> = facts
        .tries_at_people()
        .flat_map(|(_, tries)| tries)
        .filter(|one| !one.is_surely_unsent())
        .map(|one| one.at)
        .collect();
    let replies = |wanted: fn(&crate::record::traffic::Reply) -> bool| {
        state.replies.iter().filter(|received| wanted(&received.reply)).map(|received| received.at).collect::<Vec<_>>()
    };
    let all =
        [sent, replies(|_| true), replies(|reply| !reply.urgent.is_empty()), replies(|reply| reply.stop.is_some())];
    let unheard = unheard(facts);
    let moments = || all.iter().flatten().copied().chain(unheard.iter().flat_map(|(from, to)| [*from, *to]));
    let axis = Axis::over(moments().min()?, moments().max()?);
    let names = [("sent", "Texts handed over"), ("replies", "Replies"), ("urgent", "Urgent replies"), ("stop", "STOP")];
    let counted = names.iter().zip(&all).map(|((kind, name), moments)| axis.counted(kind, name, moments));
    let gaps = axis.stretches("unheard", "Nobody listened", &unheard);
    let closed = axis.stretches("closed", "Hours closed", &axis.closed(hours));
    Some(Timeline {
        strips: counted.chain([gaps, closed]).collect(),
        ticks: axis.ticks(times),
        each: length(axis.step.unsigned_abs()),
        rows: axis.rows(&all, &unheard, times),
    })
}

/// When nobody listened.
fn unheard(facts: &Facts) -> Vec<Stretch> {
    let gap = |began: &super::facts::Kept<crate::record::body::Listening>| {
        let gap = began.what.gap_s.filter(|gap| *gap > 0)?;
        let from = began.at.checked_sub(SignedDuration::from_secs(i64::try_from(gap).ok()?)).ok()?;
        Some((from, began.at))
    };
    facts.listening.iter().filter_map(gap).collect()
}

/// Where moments stand: seconds, from the beginning of the first row to the end of the last.
struct Axis {
    from: i64,
    step: i64,
    rows: i64,
}

impl Axis {
    fn over(first: Timestamp, last: Timestamp) -> Self {
        let span = last.as_second() - first.as_second();
        let step = ROWS.into_iter().find(|step| span / step < MOST_ROWS - 1).unwrap_or(span / (MOST_ROWS - 1) + 1);
        let from = first.as_second().div_euclid(step) * step;
        Self { from, step, rows: (last.as_second() - from) / step + 1 }
    }

    fn percent(&self, second: i64) -> f64 {
        (second - self.from) as f64 * 100.0 / (self.rows * self.step) as f64
    }

    fn per_row(&self, moments: &[Timestamp]) -> Vec<usize> {
        let mut counts = vec![0; usize::try_from(self.rows).unwrap_or_default()];
        for moment in moments {
            let row = usize::try_from((moment.as_second() - self.from) / self.step).ok();
            if let Some(count) = row.and_then(|row| counts.get_mut(row)) {
                *count += 1;
            }
        }
        counts
    }

    fn counted(&self, kind: &'static str, name: &'static str, moments: &[Timestamp]) -> Strip {
        let counts = self.per_row(moments);
        let most = counts.iter().copied().max().unwrap_or(1).max(1) as f64;
        let width = 100.0 / self.rows as f64;
        let mark = |(row, count): (usize, &usize)| {
            let from = row as f64 * width;
            // A single one among thousands is seen too.
            Mark::new(from + 0.05 * width, from + 0.95 * width, (*count as f64 * 100.0 / most).max(12.0))
        };
        let marks = counts.iter().enumerate().filter(|(_, count)| **count > 0).map(mark).collect();
        Strip { kind, name, total: grouped(moments.len()), marks }
    }

    fn stretches(&self, kind: &'static str, name: &'static str, stretches: &[Stretch]) -> Strip {
        let mark =
            |(from, to): &Stretch| Mark::new(self.percent(from.as_second()), self.percent(to.as_second()), 100.0);
        let seconds: i64 = stretches.iter().map(|(from, to)| to.as_second() - from.as_second()).sum();
        let total = if seconds == 0 { "at no time".to_owned() } else { length(seconds.unsigned_abs()) };
        Strip { kind, name, total, marks: stretches.iter().map(mark).collect() }
    }

    /// Looked at a few times in each row.
    fn closed(&self, hours: &Hours) -> Vec<Stretch> {
        const LOOKS: i64 = 12;
        let moment = |second| Timestamp::from_second(second).unwrap_or_default();
        let end = self.from + self.rows * self.step;
        let step = (self.step / LOOKS).max(1);
        let mut closed: Vec<Stretch> = Vec::new();
        let mut at = self.from;
        while at < end {
            match hours.at(moment(at)) {
                Open::Now => at += step,
                Open::At(opens) => {
                    let until = opens.as_second().clamp(at + 1, end);
                    closed.push((moment(at), moment(until)));
                    at = until;
                }
            }
        }
        closed
    }

    fn ticks(&self, times: &Times) -> [String; 3] {
        let whole = self.rows * self.step;
        [0, whole / 2, whole].map(|second| times.short(Timestamp::from_second(self.from + second).unwrap_or_default()))
    }

    fn rows(&self, all: &[Vec<Timestamp>; 4], unheard: &[Stretch], times: &Times) -> Vec<Row> {
        let counts = all.each_ref().map(|moments| self.per_row(moments));
        let row = |row: i64| {
            let from = self.from + row * self.step;
            let at = usize::try_from(row).unwrap_or_default();
            let until = from + self.step;
            let within = |(begin, end): &Stretch| (end.as_second().min(until) - begin.as_second().max(from)).max(0);
            let gap: i64 = unheard.iter().map(within).sum();
            let said = |count: usize| if count > 0 { grouped(count) } else { String::new() };
            let counts = counts.each_ref().map(|counts| said(counts.get(at).copied().unwrap_or_default()));
            let unheard = if gap > 0 { length(gap.unsigned_abs()) } else { String::new() };
            Row { from: times.short(Timestamp::from_second(from).unwrap_or_default()), counts, unheard }
        };
        let is_full = |row: &Row| row.counts.iter().chain([&row.unheard]).any(|said| !said.is_empty());
        (0..self.rows).map(row).filter(is_full).collect()
    }
}

/// A piece of the bar, and the row of its table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Piece {
    /// For the style.
    pub kind: &'static str,
    /// What became of these people's texts.
    pub words: &'static str,
    /// How many.
    pub people: String,
    /// Of a hundred.
    pub share: String,
    /// Where it lies.
    pub mark: Mark,
}

/// Everyone of the plan, by what became of their text: the best first.
pub fn bar(state: &State) -> Vec<Piece> {
    use Summary::{Delivered, Failed, HeldBack, NotKnown, NotSent, Taken, Waiting};
    let counts = state.counts();
    let all = counts.values().sum::<usize>().max(1) as f64;
    let mut from = 0.0;
    let mut pieces = Vec::new();
    for summary in [Delivered, Taken, Waiting, HeldBack, NotSent, Failed, NotKnown] {
        let Some(count) = counts.get(&summary).copied().filter(|count| *count > 0) else { continue };
        let share = count as f64 * 100.0 / all;
        let mark = Mark::new(from, from + share, 100.0);
        let people = grouped(count);
        let kind = crate::record::tables::summary(summary);
        pieces.push(Piece { kind, words: words::summary(summary), people, share: format!("{share:.1} %"), mark });
        from += share;
    }
    pieces
}
