//! Who is to be told of what, and when the line was listened to.

use jiff::Timestamp;

use super::{DEVICE_GONE, State};
use crate::record::entry::{Entry, EntryView};
use crate::record::traffic::{Alert, Alerted};

/// When the line was listened to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Heard {
    /// Whether a session listens, by what the record says.
    pub now: Listens,
    /// The last sign of it.
    pub last: Option<Timestamp>,
}

/// Whether a session listens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Listens {
    /// It does.
    Yes,
    /// It does not, or was killed.
    #[default]
    No,
}

/// Clock offsets in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Offsets {
    /// As last measured.
    pub measured: Option<i64>,
    /// As a person has accepted it.
    pub accepted: Option<i64>,
}

/// Something that a person is to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What.
    pub about: About,
    /// Since when.
    pub since: Timestamp,
    /// Tries so far.
    pub tries: u32,
    /// The last try.
    pub last: Option<Timestamp>,
    /// Whether the program took it.
    pub taken: Taken,
}

/// What somebody is told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A reply, with urgent words or none.
    Reply(Urgency),
    /// A fault: its code, and what happened.
    Fault(String, String),
}

/// Whether urgent words were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// They were.
    Urgent,
    /// They were not.
    Plain,
}

/// Whether the program took an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It did.
    Yes,
    /// It did not yet.
    No,
}

impl State {
    /// A session is known to have listened as long as octets passed; without its end it was killed.
    pub(super) fn listened(&mut self, view: &EntryView, entry: &Entry) {
        match entry {
            Entry::Listening(_) => self.heard = Heard { now: Listens::Yes, last: Some(view.at) },
            Entry::Wire(_) | Entry::Capture(_) if self.heard.now == Listens::Yes => self.heard.last = Some(view.at),
            Entry::SessionStarted(_) => self.heard.now = Listens::No,
            Entry::SessionEnded(_) if self.heard.now == Listens::Yes => {
                self.heard = Heard { now: Listens::No, last: Some(view.at) };
            }
            Entry::Fault(fault) if fault.code == DEVICE_GONE => self.heard.now = Listens::No,
            _ => {}
        }
    }

    /// Every reply and every fault waits until somebody took it.
    pub(super) fn await_telling(&mut self, view: &EntryView, entry: &Entry) {
        let about = match entry {
            Entry::Reply(reply) if reply.urgent.is_empty() => About::Reply(Urgency::Plain),
            Entry::Reply(_) => About::Reply(Urgency::Urgent),
            Entry::Fault(fault) => {
                self.faults.insert(fault.code.clone(), view.at);
                About::Fault(fault.code.clone(), fault.what.clone())
            }
            Entry::Hold(hold) => About::Fault(hold.code.clone(), hold.why.clone()),
            Entry::Alert(alert) => return self.tried_to_tell(view, alert),
            Entry::Mark(mark) => return drop(self.alerts.remove(&mark.reply)),
            _ => return,
        };
        let waiting = Waiting { about, since: view.at, tries: 0, last: None, taken: Taken::No };
        self.alerts.insert(view.seq, waiting);
    }

    /// What the program took is done; an urgent reply waits on for a person who says that it is theirs.
    pub(super) fn tried_to_tell(&mut self, view: &EntryView, alert: &Alert) {
        let Some(waiting) = self.alerts.get_mut(&alert.about) else { return };
        waiting.tries = alert.attempt;
        waiting.last = Some(view.at);
        match alert.outcome {
            Alerted::Taken { .. } if waiting.about == About::Reply(Urgency::Urgent) => waiting.taken = Taken::Yes,
            Alerted::Taken { .. } | Alerted::GivenUp => drop(self.alerts.remove(&alert.about)),
            Alerted::Failed { .. } => {}
        }
    }
}
