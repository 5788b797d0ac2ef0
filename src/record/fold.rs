//! The state of a case: a pure fold over the entries. There is no other truth.
//!
//! **An intent without an outcome folds to *not known***, so that a dropped token, a panic, a kill and
//! a power cut all end in the same safe state.

mod parts;
mod people;
pub mod roster;
mod sorted;
mod tally;
mod telling;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;

use super::body::{Census, Device, Ends, Forbids, Hold, Image, Opened, Place, Resolves, Round, Sheet};
use super::entry::{Entry, EntryView};
use super::keeping::Seal;
use super::token::{Captured, Way};
use super::traffic::{Reading, Reply};
use crate::case::PartId;
use crate::case::approval::Approval;
use crate::case::plan::History;
use crate::ids::{Msisdn, Sha256};
use crate::text::Untrusted;

pub use parts::{Part, PartState, Summary};
pub use people::People;
pub use roster::Roster;
pub use sorted::SortedMap;
pub use tally::Tally;
pub use telling::{About, Heard, Listens, Offsets, Taken, Urgency, Waiting};

/// Everything that the entries say.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The first entry.
    pub opened: Option<Opened>,
    /// The last plan that was put before the approver, and its entry.
    pub sheet: Option<(u64, Sheet)>,
    /// The last approval and its entry.
    pub approval: Option<(u64, Approval)>,
    /// People of all approvals, by their number in the plan.
    pub people: People,
    /// Parts of all approvals.
    pub parts: SortedMap<PartId, Part>,
    /// Opt-outs: the last nine digits, and the entry.
    pub opt_outs: BTreeMap<String, u64>,
    /// What persons decided about who may be texted.
    pub roster: Roster,
    /// Captures that are not decoded yet.
    pub undecoded: BTreeMap<u64, Captured>,
    /// Where captures lie that were not freed: slot and digest, so that none is kept twice.
    pub slots: BTreeMap<(Shelf, u32), (Sha256, u64)>,
    /// Replies, in order.
    pub replies: Vec<Received>,
    /// What persons did about replies, by the reply's entry.
    pub marks: BTreeMap<u64, Vec<Marked>>,
    /// Parts of long replies: all captures that no reply has taken up.
    pub loose: BTreeSet<u64>,
    /// Those of them that a reply told of in part.
    pub told_in_part: BTreeSet<u64>,
    /// What lay in each storage when the case first looked.
    pub first_census: BTreeMap<Shelf, Census>,
    /// Files of the SIM, by their identifiers: the first copy from before and the last from after.
    pub images: BTreeMap<String, Copies>,
    /// What drove the line last.
    pub device: Option<Device>,
    /// Slots of the exhibit that are not read before a person decides.
    pub held_back: BTreeSet<(Shelf, u32)>,
    /// The entry of the decision that texts of the exhibit may be marked as read.
    pub may_mark: Option<u64>,
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
    /// Who is at work.
    pub shift: Option<Shift>,
    /// Final refusals one after the other, up to now.
    pub refused_in_a_row: u32,
    /// The first entry that could bar a part and whose body is erased or cannot be read: what it said
    /// is not known, so nothing is sent any more.
    pub unreadable: Option<u64>,
    /// Who is to be told of what, and how often it was tried.
    pub alerts: BTreeMap<u64, Waiting>,
    /// When the line was last listened to.
    pub heard: Heard,
    /// Seconds by which the computer's clock was ahead of the device's, and by which a person said that it may be.
    pub clock: Offsets,
    /// Faults by code: when last.
    pub faults: BTreeMap<String, Timestamp>,
    /// Captures by what came: a TPDU that comes again is shown once.
    pub captured: BTreeMap<Sha256, u64>,
    /// Parts whose answer the device may still owe, with the beginning of their last attempt: the session was
    /// killed, or the device said nothing.
    pub owed: BTreeMap<PartId, Timestamp>,
    /// Counts that every part asks for.
    pub tally: Tally,
    /// Entries.
    pub entries: u64,
}

/// Who is at work on the line: whoever began the last session, or took it over since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// The name.
    pub by: String,
    /// Since when.
    pub since: Timestamp,
}

impl From<&EntryView> for Shift {
    fn from(view: &EntryView) -> Self {
        Self { by: view.who.clone(), since: view.at }
    }
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

/// What a person did about a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// In their words.
    pub mark: String,
}

impl State {
    /// Adds one entry.
    pub fn apply(&mut self, view: &EntryView) {
        self.entries = view.seq;
        let readable = !matches!(view.entry, None | Some(Entry::Unknown { .. }));
        if !readable && BARS.contains(&view.kind.as_str()) {
            self.unreadable.get_or_insert(view.seq);
        }
        if view.kind == "closing" {
            self.closed = Some(view.seq);
        }
        let Some(entry) = &view.entry else { return };
        self.listened(view, entry);
        self.await_telling(view, entry);
        self.counting(entry, |state| state.take_in(view, entry));
    }

    fn take_in(&mut self, view: &EntryView, entry: &Entry) {
        match entry {
            Entry::Opened(opened) => self.opened = Some(opened.clone()),
            Entry::SessionStarted(started) => {
                self.session = view.seq;
                self.shift = Some(Shift::from(view));
                self.resumes(view.seq);
                let lifted = started.after_stop.unwrap_or_default();
                self.stop = self.stop.filter(|stop| stop.entry > lifted);
            }
            Entry::Handover(_) => self.shift = Some(Shift::from(view)),
            Entry::Sheet(sheet) => self.sheet = Some((view.seq, sheet.clone())),
            Entry::Approval(approval) => self.approved(view.seq, approval),
            Entry::Remains(remains) => self.approved(remains.of, &remains.approval),
            Entry::Intent(intent) => self.intended(view, intent),
            Entry::Outcome(judged) => self.judged(view, judged),
            Entry::StatusReport(report) => self.reported(view, report),
            Entry::Resolved(resolved) => self.resolved(view, &resolved.resolves),
            Entry::OptOut(opt_out) => self.opted_out(&opt_out.number, view.seq),
            Entry::Excluded(_) | Entry::Included(_) | Entry::Contacts(_) => self.roster.take_in(view.seq, entry),
            other => self.arrived(view, other),
        }
    }

    fn arrived(&mut self, view: &EntryView, entry: &Entry) {
        match entry {
            Entry::Capture(captured) => {
                if let Way::Stored { storage, index } = &captured.way {
                    let digest = Sha256::of(captured.pdu.as_bytes());
                    let slot = (self.shelf(storage), *index);
                    self.held_back.remove(&slot);
                    self.slots.insert(slot, (digest, view.seq));
                }
                self.undecoded.insert(view.seq, captured.clone());
                if !captured.pdu.is_empty() {
                    self.captured.entry(Sha256::of(captured.pdu.as_bytes())).or_insert(view.seq);
                }
                self.loose.insert(view.seq);
            }
            Entry::Decoded(decoded) => {
                self.undecoded.remove(&decoded.capture);
                if matches!(decoded.reading, Reading::Error(_)) || decoded.repeats.is_some() {
                    self.loose.remove(&decoded.capture);
                }
            }
            Entry::Freed(freed) => drop(self.slots.remove(&(self.shelf(&freed.storage), freed.index))),
            Entry::Reply(reply) => {
                self.taken_up(reply);
                reply.captures.iter().for_each(|capture| drop(self.undecoded.remove(capture)));
                self.replies.push(Received { seq: view.seq, at: view.at, reply: reply.clone() });
            }
            Entry::Mark(mark) => {
                let marked = Marked { by: view.who.clone(), at: view.at, mark: mark.mark.clone() };
                self.marks.entry(mark.reply).or_default().push(marked);
            }
            Entry::Census(census) => {
                self.first_census.entry(self.shelf(&census.storage)).or_insert_with(|| census.clone());
            }
            Entry::Image(image) => {
                self.roster.take_in(view.seq, entry);
                let copies = self.images.entry(image.file.clone()).or_default();
                match image.round {
                    // The first that could be read: a card that was busy refuses, and is copied again.
                    Round::Before if copies.before.as_ref().is_some_and(|first| !first.records.is_empty()) => {}
                    Round::Before => copies.before = Some(image.clone()),
                    Round::After => copies.after = Some(image.clone()),
                }
            }
            Entry::Device(device) => self.device = Some(device.clone()),
            Entry::Hold(hold) => {
                let shelf = |place: &Place| (self.shelf(&place.storage), place.index);
                self.held_back.extend(hold.slot.as_ref().map(shelf));
                self.holds.insert(hold.code.clone(), hold.clone());
            }
            Entry::Stop(stop) => {
                let before = self.stop.and_then(|before| before.all);
                let all = if stop.ends == Ends::All { Some(view.seq) } else { before };
                self.stop = Some(Standing { entry: view.seq, all });
            }
            Entry::Clock(checked) => self.clock.measured = checked.ahead_s,
            Entry::Seal(seal) => self.seals.push((view.seq, seal.clone())),
            _ => {}
        }
    }

    /// Parts that are told of wait on for the whole; when that comes, it is told of in their place.
    fn taken_up(&mut self, reply: &Reply) {
        if !reply.missing.is_empty() {
            self.told_in_part.extend(&reply.captures);
            return;
        }
        let (loose, captures) = (&mut self.loose, &reply.captures);
        let was_told = captures.iter().filter(|capture| self.told_in_part.remove(capture)).count() > 0;
        loose.retain(|capture| !captures.contains(capture));
        if was_told {
            let parts = self.replies.iter().filter(|old| old.reply.is_part_of(reply));
            let parts: Vec<u64> = parts.map(|old| old.seq).collect();
            parts.iter().for_each(|seq| drop(self.alerts.remove(seq)));
        }
    }

    fn resolved(&mut self, view: &EntryView, resolves: &Resolves) {
        match resolves {
            Resolves::Hold { code } => {
                self.holds.remove(code);
                match code.as_str() {
                    RUN_PAUSED => self.resumes(view.seq),
                    READING_FLIPS_UNREAD => self.may_mark = Some(view.seq),
                    CLOCK_DIFFERS => self.clock.accepted = self.clock.measured,
                    _ => {}
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

    fn opted_out(&mut self, number: &Untrusted, seq: u64) {
        self.opt_outs.entry(last_nine(number)).or_insert(seq);
    }

    /// What stopped the run before is for a person to have looked at.
    fn resumes(&mut self, seq: u64) {
        self.resumed = seq;
        self.refused_in_a_row = 0;
    }

    /// Whether the SIM was copied before: at least one of its files could be read.
    pub fn has_copy(&self) -> bool {
        let read = |copies: &Copies| copies.before.as_ref().is_some_and(|image| !image.records.is_empty());
        self.images.values().any(read)
    }

    /// A storage of the card or of the device that was there last.
    pub fn shelf(&self, storage: &str) -> Shelf {
        let device = self.device.as_ref();
        let owner =
            if storage == "SM" { device.and_then(|d| d.iccid.clone()) } else { device.and_then(|d| d.imei.clone()) };
        Shelf { owner: owner.unwrap_or_default(), storage: storage.to_owned() }
    }

    /// The hold that forbids texting, if one stands.
    pub fn held(&self) -> Option<&Hold> {
        self.holds.values().find(|hold| hold.forbids == Forbids::Sending)
    }

    /// The entry by which a number is not to be texted: it opted out, or a person excluded it.
    pub fn barred(&self, number: &Msisdn) -> Option<u64> {
        self.barred_by(number.last_nine())
    }

    /// As [`Self::barred`], by the last nine digits.
    pub fn barred_by(&self, last_nine: &str) -> Option<u64> {
        let excluded = self.roster.excluded(last_nine).map(|(seq, _)| seq);
        self.opt_outs.get(last_nine).copied().into_iter().chain(excluded).min()
    }

    /// Whom a number belongs to, by its last nine digits.
    pub fn person_of(&self, number: &Untrusted) -> Option<u32> {
        let wanted = last_nine(number);
        let found = self.people.with_number(&wanted).next().filter(|_| wanted.len() == 9);
        found.map(|(person, _)| person)
    }

    /// Who may be missing from the lists although they were approved: they were tried, or opted out.
    pub fn excused(&self) -> BTreeSet<Msisdn> {
        let tried = self.tried();
        let people = self.people.iter().filter(|(person, _)| *person != 0);
        let excused = people.filter(|(person, pinned)| tried.contains(person) || self.barred(&pinned.to).is_some());
        excused.map(|(_, pinned)| pinned.to.clone()).collect()
    }

    /// What the next plan needs to know.
    pub fn history(&self) -> History {
        let tried = self.tried();
        let people = || self.people.iter().filter(|(id, _)| *id != 0);
        History {
            numbers: people().map(|(id, person)| (person.to.clone(), id)).collect(),
            tried: people().filter(|(id, _)| tried.contains(id)).map(|(_, person)| person.to.clone()).collect(),
            barred: people().filter(|(_, p)| self.barred(&p.to).is_some()).map(|(_, p)| p.to.clone()).collect(),
        }
    }
}

/// A file of the SIM, copied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copies {
    /// At the first contact.
    pub before: Option<Image>,
    /// At the end.
    pub after: Option<Image>,
}

/// A storage, and whose it is: another modem has another `ME`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shelf {
    /// The card's ICCID for `SM`, else the device's IMEI; empty where it was not told.
    pub owner: Untrusted,
    /// `SM`, `ME`, …
    pub storage: String,
}

/// A stop that no session went on after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its entry.
    pub entry: u64,
    /// The last that ends listening too, if one stands.
    pub all: Option<u64>,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a stop stands (entry {})", self.entry)
    }
}

/// The hold of a computer whose clock and the network's differ.
pub const CLOCK_DIFFERS: &str = "clock-differs";

/// The hold of a text of the exhibit that cannot be read without being marked as read.
pub const READING_FLIPS_UNREAD: &str = "reading-flips-unread";

/// The fault of a device that vanished.
pub const DEVICE_GONE: &str = "device-gone";

/// The hold of a run that paused.
pub const RUN_PAUSED: &str = "run-paused";

/// Kinds that can bar a part.
const BARS: &[&str] = &["intent", "outcome", "opt-out", "excluded", "stop", "hold", "status-report", "resolved"];

/// The last nine digits of a number as the network writes it; letters as they are.
pub fn last_nine(number: &Untrusted) -> String {
    let text = number.for_record();
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    let tail = digits.get(digits.len().saturating_sub(9)..).unwrap_or_default();
    if text.chars().any(char::is_alphabetic) { number.for_match() } else { tail.iter().collect() }
}
