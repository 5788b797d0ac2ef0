//! The air: what is due when. The service centre stores what cannot be delivered and tries again.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What comes due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Due {
    /// The network's answer to a text: lines to say, the last one final.
    Answer(Vec<String>),
    /// An answer to a text that nobody waits for any more: the device has read other commands since.
    Stale(String),
    /// The device hands a text over once more; the service centre has it and discards this one.
    Repeated { hex: String, mr: u8 },
    /// A text or a report for the line.
    Incoming(Incoming),
    /// A ring.
    Ring { from: String, left: u8 },
    /// The pushed text was not acknowledged in time.
    Unacknowledged,
    /// The line is on the air again.
    Back,
}

/// A TPDU on its way to the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Incoming {
    /// SMSC and TPDU as hexadecimal digits.
    pub(super) hex: String,
    /// Text or report.
    pub(super) kind: Kind,
}

/// What a TPDU on its way is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    Text { from: String },
    Report { to: String, mr: u8 },
}

/// What is due, in order of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Network {
    due: Vec<(Duration, u64, Due)>,
    counter: u64,
    turns: u8,
    mr: u8,
    /// Recipients that have taken a first part, in order.
    pub(super) texted: Vec<String>,
    /// There is no network before that.
    #[serde(default)]
    pub(super) lost_until: Duration,
    /// The text that was pushed and waits for `+CNMA`.
    pub(super) pushed: Option<Incoming>,
}

impl Network {
    pub(super) fn at(&mut self, time: Duration, due: Due) {
        self.counter += 1;
        self.due.push((time, self.counter, due));
        self.due.sort_by_key(|(time, counter, _)| (*time, *counter));
    }

    pub(super) fn next(&self) -> Option<Duration> {
        self.due.first().map(|(time, ..)| *time)
    }

    pub(super) fn take_due(&mut self, now: Duration) -> Option<Due> {
        if self.next()? > now { None } else { Some(self.due.remove(0).2) }
    }

    /// The device started anew: it does not know any more of which text it owes an answer. What nobody
    /// acknowledged the network has still; it brings it again at that time.
    pub(super) fn forget_answers(&mut self, again: Duration) {
        self.due.retain(|(_, _, due)| {
            !matches!(due, Due::Answer(_) | Due::Repeated { .. } | Due::Stale(_) | Due::Unacknowledged)
        });
        if let Some(pushed) = self.pushed.take() {
            self.at(again, Due::Incoming(pushed));
        }
    }

    /// Nothing arrives before that; an answer that nobody waits for any more is dropped.
    pub(super) fn hold_until(&mut self, time: Duration) {
        self.forget_answers(time);
        self.due.iter_mut().for_each(|(at, ..)| *at = (*at).max(time));
    }

    /// As it stands for a handset whose clock starts anew now.
    fn seen_from(mut self, now: Duration) -> Self {
        self.hold_until(now);
        self.lost_until = self.lost_until.saturating_sub(now);
        self.due.iter_mut().for_each(|(at, ..)| *at = at.saturating_sub(now));
        self
    }

    /// The next TP-MR.
    pub(super) fn next_mr(&mut self) -> u8 {
        self.mr = self.mr.wrapping_add(1);
        self.mr
    }

    /// Counts registrations.
    pub(super) fn turn(&mut self) -> u8 {
        self.turns = self.turns.wrapping_add(1);
        self.turns
    }
}

impl super::handset::Lasting {
    pub(super) fn seen_from(mut self, now: Duration) -> Self {
        self.network = self.network.seen_from(now);
        self
    }
}
