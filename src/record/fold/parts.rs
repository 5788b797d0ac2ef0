//! Where each part of each text stands, and what that makes of a person's text.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::State;
use crate::case::PartId;
use crate::case::approval::Approval;
use crate::record::body::Settled;
use crate::record::entry::EntryView;
use crate::record::token::{Ending, Reference, Refusal, Verdict};
use crate::record::traffic::{Intended, Judged, ReportClass, Reported};

/// One part of one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Where it stands.
    pub state: PartState,
    /// Attempts so far.
    pub attempts: u32,
    /// The last attempt's intent.
    pub intent: Option<u64>,
    /// When the last attempt began.
    pub began: Option<Timestamp>,
    /// When the last outcome or report came.
    pub changed: Option<Timestamp>,
    /// The entry of the last outcome or report.
    pub changed_in: u64,
    /// `+CMGS:` of the last attempt.
    pub reference: Option<Reference>,
}

/// Where a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartState {
    /// Not tried.
    Planned,
    /// Handed over or not: it may have been sent.
    Unknown,
    /// The network took it.
    Accepted,
    /// Surely not sent.
    Refused(Refusal),
    /// Barred before anything was written.
    Withdrawn,
    /// A status report said so.
    Reported(ReportClass),
    /// A person said so.
    Settled(Settled),
}

/// What became of a person's text, all parts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Summary {
    /// Nothing was tried yet, or not all of it.
    Waiting,
    /// A part may or may not have been sent.
    NotKnown,
    /// A part was refused.
    NotSent,
    /// Held back: opted out or stopped before all of it was sent.
    HeldBack,
    /// The network took all of it.
    Taken,
    /// All of it was delivered.
    Delivered,
    /// The network gave a part up.
    Failed,
}

impl Summary {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Waiting, Self::NotKnown, Self::NotSent, Self::HeldBack, Self::Taken, Self::Delivered, Self::Failed];
}

impl State {
    /// The test text is anew with each approval; everyone else keeps what they have.
    pub(super) fn approved(&mut self, seq: u64, approval: &Approval) {
        self.parts.retain(|part, _| part.person != 0);
        self.owed.retain(|part, _| part.person != 0);
        self.people.approve(seq, approval);
        let all = || approval.people.iter().chain(&approval.test);
        self.parts.reserve(all().map(|pinned| usize::from(pinned.parts.count())).sum());
        for pinned in all() {
            for part in 1..=pinned.parts.count() {
                self.parts.add(PartId { person: pinned.person, part }, Part::planned());
            }
        }
        self.approval = Some((seq, approval.clone()));
    }

    pub(super) fn intended(&mut self, view: &EntryView, intended: &Intended) {
        self.parts.add(intended.part, Part::planned());
        let Some(part) = self.parts.get_mut(&intended.part) else { return };
        part.state = PartState::Unknown;
        part.attempts = intended.attempt;
        part.intent = Some(view.seq);
        part.began = Some(view.at);
        part.reference = None;
        self.owed.insert(intended.part, view.at);
    }

    pub(super) fn judged(&mut self, view: &EntryView, judged: &Judged) {
        let Some(part) = self.parts.get_mut(&judged.part).filter(|part| part.intent == Some(judged.intent)) else {
            return;
        };
        match judged.ending {
            Ending::Silence | Ending::Gone => {}
            Ending::Final(_) | Ending::Unfinished | Ending::Reboot | Ending::Called(_) => {
                self.owed.remove(&judged.part);
            }
        }
        part.reference.clone_from(&judged.reference);
        // What a person settled is never due again: only that the network took it is more than they said.
        if matches!(part.state, PartState::Settled(_)) && !matches!(judged.judged, Verdict::Accepted { .. }) {
            return;
        }
        part.changed = Some(view.at);
        part.changed_in = view.seq;
        part.state = match &judged.judged {
            Verdict::Accepted { .. } => PartState::Accepted,
            Verdict::Refused { refusal, .. } => PartState::Refused(*refusal),
            Verdict::Withdrawn { .. } => PartState::Withdrawn,
            Verdict::Unknown { .. } => PartState::Unknown,
        };
        match part.state {
            PartState::Refused(Refusal::Final) => self.refused_in_a_row += 1,
            _ => self.refused_in_a_row = 0,
        }
    }

    /// A report that matched. *Delivered* stays; *pending* changes nothing but that it was accepted.
    pub(super) fn reported(&mut self, view: &EntryView, report: &Reported) {
        self.loose.remove(&report.capture);
        let Some(part) = report.part.and_then(|part| self.parts.get_mut(&part)) else { return };
        if part.state == PartState::Reported(ReportClass::Delivered) {
            return;
        }
        part.changed = Some(view.at);
        part.changed_in = view.seq;
        part.state = match report.class {
            ReportClass::Pending => PartState::Accepted,
            class => PartState::Reported(class),
        };
    }

    /// People, the test phone aside, of whom a part was tried.
    pub fn tried(&self) -> BTreeSet<u32> {
        self.parts.iter().filter(|(id, part)| id.person != 0 && part.attempts > 0).map(|(id, _)| id.person).collect()
    }

    /// Whether a part of that person's was tried.
    pub fn was_tried(&self, person: u32) -> bool {
        self.parts_of(person).any(|(_, part)| part.attempts > 0)
    }

    /// Whether the test text, if there is one, was taken by the network: it waits for no reply, but without it
    /// nobody else is texted.
    pub fn test_is_taken(&self) -> bool {
        let taken =
            |state| matches!(state, PartState::Accepted | PartState::Reported(_) | PartState::Settled(Settled::Sent));
        self.parts_of(0).all(|(_, part)| taken(part.state))
    }

    /// What became of one person's text.
    pub fn summary(&self, person: u32) -> Summary {
        let states: Vec<PartState> = self.parts_of(person).map(|(_, part)| part.state).collect();
        let any = |test: fn(&PartState) -> bool| states.iter().any(test);
        let all = |test: fn(&PartState) -> bool| !states.is_empty() && states.iter().all(test);
        let gave_up = |state: &PartState| {
            use ReportClass::{Expired, Failed, FailedTemporary};
            matches!(state, PartState::Reported(Failed | FailedTemporary | Expired))
        };
        if any(|state| *state == PartState::Unknown) {
            Summary::NotKnown
        } else if any(gave_up) {
            Summary::Failed
        } else if any(|state| matches!(state, PartState::Refused(_) | PartState::Settled(Settled::NotSent))) {
            Summary::NotSent
        } else if all(|state| *state == PartState::Reported(ReportClass::Delivered)) {
            Summary::Delivered
        } else if any(|state| *state == PartState::Withdrawn) {
            Summary::HeldBack
        } else if any(|state| *state == PartState::Planned) {
            let barred = self.people.get(person).is_some_and(|person| self.barred(&person.to).is_some());
            if barred { Summary::HeldBack } else { Summary::Waiting }
        } else {
            Summary::Taken
        }
    }

    /// One person's parts.
    pub fn parts_of(&self, person: u32) -> impl Iterator<Item = (&PartId, &Part)> {
        self.parts.range(PartId { person, part: 0 }..=PartId { person, part: u8::MAX })
    }

    /// How many people of the approved plan stand where, the test phone aside.
    pub fn counts(&self) -> BTreeMap<Summary, usize> {
        let mut counts = BTreeMap::new();
        for (person, _) in self.people.iter().filter(|(person, _)| *person != 0) {
            *counts.entry(self.summary(person)).or_default() += 1;
        }
        counts
    }

    /// Whose answer the device may still owe, of those that were asked for since then.
    pub fn owed_since(&self, since: Timestamp) -> impl Iterator<Item = PartId> {
        self.owed.iter().filter(move |(_, began)| **began > since).map(|(id, _)| *id)
    }

    /// Parts that nobody knows about.
    pub fn unknown(&self) -> Vec<PartId> {
        self.parts.iter().filter(|(_, part)| part.state == PartState::Unknown).map(|(id, _)| *id).collect()
    }
}

impl Part {
    pub(super) fn planned() -> Self {
        Self {
            state: PartState::Planned,
            attempts: 0,
            intent: None,
            began: None,
            changed: None,
            changed_in: 0,
            reference: None,
        }
    }
}
