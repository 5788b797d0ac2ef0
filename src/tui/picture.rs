//! What there is to show, folded out of the record entry by entry: only what a screen needs, so that a record of days
//! stays small in memory. Whatever is text from outside is made fit for a terminal here or where it is drawn.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::said::Said;
use crate::case::tempo::Tempo;
use crate::ids::Msisdn;
use crate::record::body::{ALL_SENT, ASKS, Census, Device, ENDING, Forbids, NOT_SENDING, Nature, Resolves};
use crate::record::entry::{Entry, EntryView};
use crate::record::fold::{DEVICE_GONE, Marked, Received, Shift};
use crate::record::glance::Glance;
use crate::record::keeping::Seal;
use crate::record::token::{Captured, Way};
use crate::record::traffic::{Alert, Alerted};
use crate::text::Untrusted;

/// As many of the last events are kept.
const KEPT: usize = 100;

/// What there is to show.
#[derive(Debug, Default)]
pub struct Picture {
    /// How the case is called, and whether it is for training.
    pub case: Option<(String, Nature)>,
    /// The session that works the line, or did last.
    pub work: Option<Work>,
    /// Who is at work.
    pub shift: Option<Shift>,
    /// The SIM's number, masked or not as it comes; the network's name.
    pub device: Device,
    /// The class of the signal.
    pub signal: Option<String>,
    /// Storages.
    pub stores: BTreeMap<String, Store>,
    /// What came in.
    pub replies: Vec<Received>,
    /// What persons did about it, the first of them first.
    pub marks: BTreeMap<u64, Vec<Marked>>,
    /// Replies that were a part of a longer one, which took their place.
    grown: BTreeMap<u64, u64>,
    /// Whether somebody was told of it, in words.
    pub told: BTreeMap<u64, String>,
    /// What is wrong now, by its code.
    pub troubles: BTreeMap<String, Trouble>,
    /// What a person must decide, by its code: what it forbids meanwhile, and why.
    pub holds: BTreeMap<String, (Forbids, String)>,
    /// How far the session has come with sending.
    pub sending: Sending,
    /// What the device needs for a part.
    pub tempo: Tempo,
    /// The stop that stands: its entry, and why.
    pub stop: Option<(u64, String)>,
    /// The last seal, and when it was made.
    pub seal: Option<(Timestamp, Seal)>,
    /// Times when nobody listened.
    pub gaps: Vec<Gap>,
    /// What happened last, the newest at the end.
    pub events: VecDeque<Said>,
    /// When the last entry was made, and its number.
    pub last: Option<(Timestamp, u64)>,
    /// Whether the case is closed.
    pub closed: Option<u64>,
    /// Counts.
    pub counts: Option<Counts>,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// `send`, `capture`, …
    pub verb: String,
    /// The computer.
    pub host: String,
    /// Its start.
    pub boot: String,
    /// The process.
    pub pid: u32,
    /// Why it ended, once it has.
    pub ended: Option<String>,
}

/// How far a session has come with sending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sending {
    /// Texts go when they may.
    #[default]
    Goes,
    /// A person is asked how many people are to be texted.
    Asks,
    /// All that may go have gone.
    Done,
    /// It is over, and why.
    Over(String),
    /// A person ended the run; the text on its way is waited for.
    Ending,
}

/// What is counted afresh each time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// As `status` has it.
    pub glance: Glance,
    /// Parts still to go.
    pub planned: usize,
    /// Who approved.
    pub approver: Option<String>,
}

/// How full a storage is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Store {
    /// Slots in use, kept up with since they were counted last.
    pub used: u32,
    /// Slots in all.
    pub total: u32,
    /// Those that are known to be in use: not all, where they could not be listed.
    slots: BTreeSet<u32>,
}

impl Store {
    fn of(census: &Census) -> Self {
        Self { used: census.used, total: census.total, slots: census.slots.iter().copied().collect() }
    }

    fn takes(&mut self, slot: u32) {
        if self.slots.insert(slot) {
            self.used = self.used.saturating_add(1).min(self.total);
        }
    }

    fn frees(&mut self, slot: u32) {
        self.slots.remove(&slot);
        self.used = self.used.saturating_sub(1);
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Since when.
    pub since: Timestamp,
    /// In plain words.
    pub words: String,
}

/// A time when nobody listened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// When somebody listened again.
    pub until: Timestamp,
    /// Its length in seconds.
    pub seconds: u64,
}

/// What ends a trouble besides the end of the session. Whatever is not named here stands until then.
const ENDED_BY: &[(&str, &str)] = &[
    ("line-lost", "line-back"),
    ("store-full", "storage"),
    ("store-filling-up", "storage"),
    ("disk-low", "disk"),
    ("authority-ends-24h", "authority-ends-1h"),
    (DEVICE_GONE, "listening"),
];

/// Faults that tell of an end or of one moment: no trouble stands behind them. A clock that was set and is wrong is a hold.
const MOMENTS: [&str; 4] = ["line-back", "device-back", "capture-ended", "clock-set"];

impl Picture {
    /// Takes one entry in; `to` finds the number of a person of the plan.
    pub fn take_in(&mut self, view: EntryView, to: &dyn Fn(u32) -> Option<Msisdn>) {
        self.last = Some((view.at, view.seq));
        if view.kind == "closing" {
            self.closed = Some(view.seq);
        }
        let Some(entry) = &view.entry else { return };
        Said::of(&view, entry, to).into_iter().for_each(|said| self.happened(said));
        match entry {
            Entry::Opened(opened) => self.case = Some((opened.case.clone(), opened.nature)),
            Entry::SessionStarted(started) => {
                self.shift = Some(Shift::from(&view));
                self.work = Some(Work {
                    verb: started.verb.clone(),
                    host: started.host.clone(),
                    boot: view.boot.clone(),
                    pid: started.pid,
                    ended: None,
                });
                self.troubles.clear();
                (self.signal, self.sending) = (None, Sending::Goes);
                self.tempo = Tempo::default();
                let lifted = started.after_stop.unwrap_or_default();
                self.stop = self.stop.take().filter(|(entry, _)| *entry > lifted);
            }
            Entry::SessionEnded(ended) => {
                if let Some(work) = &mut self.work {
                    work.ended = Some(ended.why.clone());
                }
            }
            Entry::Outcome(judged) => {
                // Whoever was asked for the number has given it.
                if judged.part.person != 0 && self.sending != Sending::Ending {
                    self.sending = Sending::Goes;
                }
                let took = judged.since_submit_ms.and_then(|ms| i64::try_from(ms).ok());
                took.into_iter().for_each(|ms| self.tempo.took(SignedDuration::from_millis(ms)));
            }
            Entry::Handover(_) => self.shift = Some(Shift::from(&view)),
            Entry::Device(device) => self.device = Device { more: serde_json::Value::Null, ..device.clone() },
            Entry::Census(census) => drop(self.stores.insert(census.storage.clone(), Store::of(census))),
            Entry::Stop(stop) => self.stop = Some((view.seq, stop.why.clone())),
            Entry::Seal(seal) => self.seal = Some((view.at, seal.clone())),
            Entry::Hold(hold) => drop(self.holds.insert(hold.code.clone(), (hold.forbids, hold.why.clone()))),
            Entry::Resolved(resolved) => {
                if let Resolves::Hold { code } = &resolved.resolves {
                    self.holds.remove(code);
                }
            }
            other => self.arrived(&view, other),
        }
    }

    fn arrived(&mut self, view: &EntryView, entry: &Entry) {
        match entry {
            Entry::Capture(captured) => self.stored(captured),
            Entry::Freed(freed) => {
                if let Some(store) = self.stores.get_mut(&freed.storage) {
                    store.frees(freed.index);
                }
            }
            Entry::Reply(reply) => self.replied(Received { seq: view.seq, at: view.at, reply: reply.clone() }),
            Entry::Mark(mark) => {
                let marked = Marked { by: view.who.clone(), at: view.at, mark: mark.mark.clone() };
                self.marks.entry(self.grown_into(mark.reply)).or_default().push(marked);
            }
            Entry::Alert(alert) => drop(self.told.insert(alert.about, alert_words(alert))),
            Entry::Fault(fault) => self.fault(view, &fault.code, &fault.what),
            Entry::Notice(notice) => {
                self.ends(&notice.code);
                match notice.code.as_str() {
                    ASKS => self.sending = Sending::Asks,
                    ALL_SENT => self.sending = Sending::Done,
                    ENDING => self.sending = Sending::Ending,
                    NOT_SENDING => self.sending = Sending::Over(notice.what.clone()),
                    _ => {}
                }
                if let Some(class) = notice.what.strip_prefix("signal: ") {
                    self.signal = Some(class.to_owned());
                }
            }
            Entry::Listening(listening) => {
                self.ends("listening");
                let gap = listening.gap_s.filter(|seconds| *seconds > 0);
                self.gaps.extend(gap.map(|seconds| Gap { until: view.at, seconds }));
            }
            _ => {}
        }
    }

    /// A long text that was told in part is one reply once it is whole: as old as its first part. Who took the part has not
    /// seen the rest: what they did is told, and the whole waits for somebody again.
    fn replied(&mut self, mut received: Received) {
        if received.reply.missing.is_empty() {
            let parts = self.replies.extract_if(.., |old| old.reply.is_part_of(&received.reply));
            for part in parts.collect::<Vec<_>>() {
                received.at = received.at.min(part.at);
                self.grown.insert(part.seq, received.seq);
            }
        }
        self.replies.push(received);
    }

    /// The reply that is there in its place: itself, or the longer one of which it was a part.
    pub fn grown_into(&self, seq: u64) -> u64 {
        self.grown.get(&seq).map_or(seq, |whole| self.grown_into(*whole))
    }

    fn stored(&mut self, captured: &Captured) {
        if let Way::Stored { storage, index } = &captured.way
            && let Some(store) = self.stores.get_mut(storage)
        {
            store.takes(*index);
        }
    }

    fn fault(&mut self, view: &EntryView, code: &str, what: &str) {
        self.ends(code);
        if !MOMENTS.contains(&code) {
            let words = Untrusted::from(what).for_terminal();
            self.troubles.insert(code.to_owned(), Trouble { since: view.at, words });
        }
    }

    fn ends(&mut self, code: &str) {
        let ended = ENDED_BY.iter().filter(|(_, end)| *end == code);
        ended.for_each(|(trouble, _)| drop(self.troubles.remove(*trouble)));
    }

    /// Something that the program says beside the record.
    pub fn aside(&mut self, at: Timestamp, words: &str) {
        self.happened(Said::aside(at, words));
    }

    fn happened(&mut self, said: Said) {
        self.events.push_back(said);
        if self.events.len() > KEPT {
            self.events.pop_front();
        }
    }

    /// Urgent replies that no named person has taken, the oldest first.
    pub fn untaken(&self) -> impl Iterator<Item = &Received> {
        self.replies.iter().filter(|received| self.is_untaken(received))
    }

    /// Whether it is urgent and nobody has taken it.
    pub fn is_untaken(&self, received: &Received) -> bool {
        !received.reply.urgent.is_empty() && !self.marks.contains_key(&received.seq)
    }

    /// As they are shown: untaken urgent ones first, then the newest.
    pub fn in_order(&self) -> Vec<&Received> {
        let others = self.replies.iter().rev().filter(|received| !self.is_untaken(received));
        self.untaken().chain(others).collect()
    }
}

fn alert_words(alert: &Alert) -> String {
    match &alert.outcome {
        Alerted::Taken { by: Some(by) } => format!("told {}", Untrusted::from(by.as_str()).for_terminal()),
        Alerted::Taken { by: None } => "alert delivered".to_owned(),
        Alerted::Failed { .. } => format!("ALERT FAILED {} times", alert.attempt),
        Alerted::GivenUp => "NOBODY TOOK THE ALERT".to_owned(),
    }
}
