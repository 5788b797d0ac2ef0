//! The state of a case: a pure fold over the entries. There is no other truth.
//!
//! **An intent without an outcome folds to *not known***, so that a dropped token, a panic, a kill and
//! a power cut all end in the same safe state.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;

use super::body::{Census, Device, Ends, Forbids, Hold, Opened, Resolves, Seal, Settled};
use super::entry::{Entry, EntryView};
use super::token::{Captured, Ending, Reference, Refusal, Verdict, Way};
use super::traffic::{Judged, Reading, Reply, ReportClass, Reported};
use crate::case::PartId;
use crate::case::approval::Approval;
use crate::case::plan::History;
use crate::ids::{Msisdn, Sha256};
use crate::text::Untrusted;

/// Everything that the entries say.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The first entry.
    pub opened: Option<Opened>,
    /// The last approval and its entry.
    pub approval: Option<(u64, Approval)>,
    /// People of all approvals, by their number in the plan.
    pub people: BTreeMap<u32, Person>,
    /// Parts of all approvals.
    pub parts: BTreeMap<PartId, Part>,
    /// Opt-outs: the last nine digits, and the entry.
    pub opt_outs: BTreeMap<String, u64>,
    /// Captures that are not decoded yet.
    pub undecoded: BTreeMap<u64, Captured>,
    /// Where captures lie that were not freed: slot and digest, so that none is kept twice.
    pub slots: BTreeMap<(String, u32), (Sha256, u64)>,
    /// Replies, in order.
    pub replies: Vec<Received>,
    /// Parts of long replies: all captures that no reply has taken up.
    pub loose: BTreeSet<u64>,
    /// What lay in each storage when the case first looked.
    pub first_census: BTreeMap<String, Census>,
    /// What drove the line last.
    pub device: Option<Device>,
    /// Holds that stand.
    pub holds: BTreeMap<String, Hold>,
    /// The stop that stands.
    pub stop: Option<Standing>,
    /// Since which entry the run goes on: the session's start, or the lifting of its pause.
    pub resumed: u64,
    /// Seals, in order.
    pub seals: Vec<(u64, Seal)>,
    /// The closing entry.
    pub closed: Option<u64>,
    /// The last session's first entry.
    pub session: u64,
    /// Final refusals one after the other, up to now.
    pub refused_in_a_row: u32,
    /// The first entry that could bar a part and whose body is erased or cannot be read: what it said
    /// is not known, so nothing is sent any more.
    pub unreadable: Option<u64>,
    /// Entries.
    pub entries: u64,
}

/// Someone in an approved plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The number.
    pub to: Msisdn,
    /// The name in the list.
    pub name: Option<Untrusted>,
    /// Parts of the text.
    pub parts: u8,
    /// The approval's entry.
    pub approval: u64,
}

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
    /// Whether the device may still answer the last attempt.
    pub answer: Answer,
}

/// Whether a device may still answer an attempt that signpost gave up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The session was killed, or the device said nothing: a late answer may come.
    Owed,
    /// It was given, or never will be.
    Given,
}

/// What a device may still owe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owes {
    /// Nothing.
    Nothing,
    /// The answer to that part.
    AnswerTo(PartId),
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

/// A reply with its entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The entry.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// The reply.
    pub reply: Reply,
}

impl State {
    /// Adds one entry.
    pub fn apply(&mut self, view: &EntryView) {
        self.entries = view.seq;
        let readable = !matches!(view.entry, None | Some(Entry::Unknown { .. }));
        if !readable && BARS.contains(&view.kind.as_str()) {
            self.unreadable.get_or_insert(view.seq);
        }
        let Some(entry) = &view.entry else { return };
        match entry {
            Entry::Opened(opened) => self.opened = Some(opened.clone()),
            Entry::SessionStarted(started) => {
                self.session = view.seq;
                self.resumes(view.seq);
                let lifted = started.after_stop.unwrap_or_default();
                self.stop = self.stop.filter(|stop| stop.entry > lifted);
            }
            Entry::Approval(approval) => self.approved(view.seq, approval),
            Entry::Intent(intent) => {
                let part = self.parts.entry(intent.part).or_insert_with(Part::planned);
                part.state = PartState::Unknown;
                part.attempts = intent.attempt;
                part.intent = Some(view.seq);
                part.began = Some(view.at);
                part.reference = None;
                part.answer = Answer::Owed;
            }
            Entry::Outcome(judged) => self.judged(view, judged),
            Entry::StatusReport(report) => self.reported(view, report),
            Entry::Resolved(resolved) => self.resolved(view, &resolved.resolves),
            Entry::OptOut(opt_out) => {
                self.opt_outs.entry(last_nine(&opt_out.number)).or_insert(view.seq);
            }
            Entry::Excluded(excluded) => {
                self.opt_outs.entry(last_nine(&excluded.number.as_str().into())).or_insert(view.seq);
            }
            other => self.arrived(view, other),
        }
    }

    fn arrived(&mut self, view: &EntryView, entry: &Entry) {
        match entry {
            Entry::Capture(captured) => {
                if let Way::Stored { storage, index } = &captured.way {
                    let digest = Sha256::of(captured.pdu.as_bytes());
                    self.slots.insert((storage.clone(), *index), (digest, view.seq));
                }
                self.undecoded.insert(view.seq, captured.clone());
                self.loose.insert(view.seq);
            }
            Entry::Decoded(decoded) => {
                self.undecoded.remove(&decoded.capture);
                if matches!(decoded.reading, Reading::Error(_)) {
                    self.loose.remove(&decoded.capture);
                }
            }
            Entry::Freed(freed) => drop(self.slots.remove(&(freed.storage.clone(), freed.index))),
            Entry::Reply(reply) => {
                self.loose.retain(|capture| !reply.captures.contains(capture));
                reply.captures.iter().for_each(|capture| drop(self.undecoded.remove(capture)));
                self.replies.push(Received { seq: view.seq, at: view.at, reply: reply.clone() });
            }
            Entry::Census(census) => {
                self.first_census.entry(census.storage.clone()).or_insert_with(|| census.clone());
            }
            Entry::Device(device) => self.device = Some(device.clone()),
            Entry::Hold(hold) => drop(self.holds.insert(hold.code.clone(), hold.clone())),
            Entry::Stop(stop) => {
                let before = self.stop.map_or(stop.ends, |before| before.ends);
                let ends = if before == Ends::All { before } else { stop.ends };
                self.stop = Some(Standing { entry: view.seq, ends });
            }
            Entry::Seal(seal) => self.seals.push((view.seq, seal.clone())),
            Entry::Closing(_) => self.closed = Some(view.seq),
            _ => {}
        }
    }

    /// The test text is anew with each approval; everyone else keeps what they have.
    fn approved(&mut self, seq: u64, approval: &Approval) {
        self.parts.retain(|part, _| part.person != 0);
        self.people.remove(&0);
        for pinned in approval.people.iter().chain(&approval.test) {
            let count = u8::try_from(pinned.parts.len()).unwrap_or(u8::MAX);
            let name = pinned.name.as_deref().map(Untrusted::from);
            let person = Person { to: pinned.to.clone(), name, parts: count, approval: seq };
            self.people.insert(pinned.person, person);
            for part in 1..=count {
                self.parts.entry(PartId { person: pinned.person, part }).or_insert_with(Part::planned);
            }
        }
        self.approval = Some((seq, approval.clone()));
    }

    fn judged(&mut self, view: &EntryView, judged: &Judged) {
        let Some(part) = self.parts.get_mut(&judged.part).filter(|part| part.intent == Some(judged.intent)) else {
            return;
        };
        part.changed = Some(view.at);
        part.changed_in = view.seq;
        part.reference.clone_from(&judged.reference);
        part.answer = match judged.ending {
            Ending::Silence | Ending::Gone => Answer::Owed,
            Ending::Final(_) | Ending::Unfinished | Ending::Reboot | Ending::Called(_) => Answer::Given,
        };
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
    fn reported(&mut self, view: &EntryView, report: &Reported) {
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

    fn resolved(&mut self, view: &EntryView, resolves: &Resolves) {
        match resolves {
            Resolves::Hold { code } => {
                self.holds.remove(code);
                if code == RUN_PAUSED {
                    self.resumes(view.seq);
                }
            }
            Resolves::Part { part, how } => {
                if let Some(part) = self.parts.get_mut(part).filter(|part| part.state == PartState::Unknown) {
                    part.state = PartState::Settled(*how);
                    part.changed = Some(view.at);
                    part.changed_in = view.seq;
                }
            }
        }
    }

    /// What stopped the run before is for a person to have looked at.
    fn resumes(&mut self, seq: u64) {
        self.resumed = seq;
        self.refused_in_a_row = 0;
    }

    /// The hold that forbids texting, if one stands.
    pub fn held(&self) -> Option<&Hold> {
        self.holds.values().find(|hold| hold.forbids == Forbids::Sending)
    }

    /// Whether a number opted out.
    pub fn barred(&self, number: &Msisdn) -> Option<u64> {
        self.opt_outs.get(number.last_nine()).copied()
    }

    /// Whom a number belongs to, by its last nine digits.
    pub fn person_of(&self, number: &Untrusted) -> Option<u32> {
        let wanted = last_nine(number);
        let fits = |person: &Person| wanted.len() == 9 && person.to.last_nine() == wanted;
        self.people.iter().find(|(_, person)| fits(person)).map(|(id, _)| *id)
    }

    /// People, the test phone aside, of whom a part was tried.
    pub fn tried(&self) -> BTreeSet<u32> {
        self.parts.iter().filter(|(id, part)| id.person != 0 && part.attempts > 0).map(|(id, _)| id.person).collect()
    }

    /// What the next plan needs to know.
    pub fn history(&self) -> History {
        let tried = self.tried();
        let people = || self.people.iter().filter(|(id, _)| **id != 0);
        History {
            numbers: people().map(|(id, person)| (person.to.clone(), *id)).collect(),
            tried: people().filter(|(id, _)| tried.contains(id)).map(|(_, person)| person.to.clone()).collect(),
            barred: people().filter(|(_, p)| self.barred(&p.to).is_some()).map(|(_, p)| p.to.clone()).collect(),
        }
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
            let barred = self.people.get(&person).is_some_and(|person| self.barred(&person.to).is_some());
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
        for person in self.people.keys().filter(|id| **id != 0) {
            *counts.entry(self.summary(*person)).or_default() += 1;
        }
        counts
    }

    /// Whether the device may still owe the answer to a part other than this, begun after that moment.
    pub fn owes_answer(&self, to_other_than: PartId, since: Timestamp) -> Owes {
        let owed = |part: &Part| part.answer == Answer::Owed && part.began.is_some_and(|began| began > since);
        let other = self.parts.iter().find(|(id, part)| **id != to_other_than && owed(part));
        other.map_or(Owes::Nothing, |(id, _)| Owes::AnswerTo(*id))
    }

    /// Parts that nobody knows about.
    pub fn unknown(&self) -> Vec<PartId> {
        self.parts.iter().filter(|(_, part)| part.state == PartState::Unknown).map(|(id, _)| *id).collect()
    }
}

/// A stop that no session went on after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its entry.
    pub entry: u64,
    /// What it ends; of several the most.
    pub ends: Ends,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a stop stands (entry {})", self.entry)
    }
}

/// The hold of a run that paused.
pub const RUN_PAUSED: &str = "run-paused";

/// Kinds that can bar a part.
const BARS: &[&str] = &["intent", "outcome", "opt-out", "excluded", "stop", "hold", "status-report", "resolved"];

impl Part {
    fn planned() -> Self {
        Self {
            state: PartState::Planned,
            attempts: 0,
            intent: None,
            began: None,
            changed: None,
            changed_in: 0,
            reference: None,
            answer: Answer::Given,
        }
    }
}

/// The last nine digits of a number as the network writes it; letters as they are.
pub fn last_nine(number: &Untrusted) -> String {
    let text = number.for_record();
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    let tail = digits.get(digits.len().saturating_sub(9)..).unwrap_or_default();
    if text.chars().any(char::is_alphabetic) { number.for_match() } else { tail.iter().collect() }
}
