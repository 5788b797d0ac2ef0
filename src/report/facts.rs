//! One reading of the record, for everything that a page says: what the fold keeps only the last of, a court wants to see
//! all of. Octets of the wire are passed over. Called by [`super::page`].

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::history::{self, Event};
use crate::case::PartId;
use crate::case::approval::Approval;
use crate::clock::ClockStep;
use crate::ids::Msisdn;
use crate::record::body::{ClockChecked, Device, Listening, Resolved, SessionStarted, Setting};
use crate::record::chain::Header;
use crate::record::entry::{Entry, EntryView};
use crate::record::keeping::{Access, Closing, Erasure};
use crate::record::token::Verdict;
use crate::record::traffic::{Alert, Judged, Reading, Reported};
use crate::record::verify::Clocks;
use crate::record::{Record, RecordError};

/// Something with its entry.
#[derive(Debug, Clone)]
pub struct Kept<T> {
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who was at work.
    pub who: String,
    /// What it says.
    pub what: T,
}

/// A verb at work on the line.
#[derive(Debug, Clone)]
pub struct Session {
    /// How it began.
    pub began: Kept<SessionStarted>,
    /// How it ended; nothing if it was killed, or works still.
    pub ended: Option<Kept<String>>,
}

/// One part handed to the device, once.
#[derive(Debug, Clone)]
pub struct Try {
    /// The intent's entry.
    pub intent: u64,
    /// When.
    pub at: Timestamp,
    /// To whom.
    pub to: Msisdn,
    /// The exact TPDU.
    pub tpdu: Vec<u8>,
    /// On whose word.
    pub authority: String,
    /// By which plan.
    pub plan_code: String,
    /// What became of it, with its entry; nothing: not known.
    pub outcome: Option<Kept<Judged>>,
}

impl Try {
    /// Whether it is proved that nothing left: refused, or called off before the first octet.
    pub fn is_surely_unsent(&self) -> bool {
        let verdict = self.outcome.as_ref().map(|outcome| &outcome.what.judged);
        matches!(verdict, Some(Verdict::Refused { .. } | Verdict::Withdrawn { .. }))
    }

    /// Whether nothing is proved.
    pub fn is_not_known(&self) -> bool {
        self.outcome.as_ref().is_none_or(|outcome| matches!(outcome.what.judged, Verdict::Unknown { .. }))
    }
}

/// Everything, in order.
#[derive(Default)]
pub struct Facts {
    /// Verbs that worked on the line.
    pub sessions: Vec<Session>,
    /// What drove the line, whenever it was told.
    pub devices: Vec<Kept<Device>>,
    /// Approvals; of an erased one what remains of it, by the approval's own entry.
    pub approvals: BTreeMap<u64, Approval>,
    /// Every part that was handed over, and how often; the test phone's too.
    pub tries: BTreeMap<PartId, Vec<Try>>,
    /// Delivery reports that were matched.
    pub reports: BTreeMap<PartId, Vec<Kept<Reported>>>,
    /// What persons decided.
    pub resolved: Vec<Kept<Resolved>>,
    /// The device's settings.
    pub settings: Vec<Kept<Setting>>,
    /// When listening began.
    pub listening: Vec<Kept<Listening>>,
    /// The clocks compared.
    pub clocks: Vec<Kept<ClockChecked>>,
    /// Captures: when they arrived.
    pub captures: BTreeMap<u64, Timestamp>,
    /// Captures that could not be decoded, and why.
    pub unreadable: Vec<Kept<(u64, String)>>,
    /// Captures whose very octets had come before.
    pub repeats: Vec<u64>,
    /// Slots that were freed.
    pub freed: Vec<u64>,
    /// Who was told, by what of.
    pub alerts: BTreeMap<u64, Vec<Kept<Alert>>>,
    /// Erasures.
    pub erasures: Vec<Kept<Erasure>>,
    /// Who looked.
    pub looks: Vec<Kept<Access>>,
    /// How it was closed.
    pub closing: Option<Kept<Closing>>,
    /// Faults, by their codes.
    pub faults: BTreeMap<String, Vec<u64>>,
    /// Entries whose bodies are erased, by kind.
    pub erased: BTreeMap<String, Vec<u64>>,
    /// Entries that this version cannot read.
    pub strange: Vec<u64>,
    /// What happened, in plain words.
    pub events: Vec<Event>,
    /// Entries before which the computer's clock was set.
    pub steps: Vec<Kept<ClockStep>>,
    /// The last entry.
    pub last: Option<(u64, Timestamp)>,
    clocks_before: Clocks,
}

impl Facts {
    /// Reads a record.
    pub fn of(record: &Record) -> Result<Self, RecordError> {
        let mut facts = Self::default();
        record.each_entry(&mut |view| facts.take(view))?;
        Ok(facts)
    }

    /// Entries of a kind whose bodies are erased.
    pub fn erased(&self, kinds: &[&str]) -> Vec<u64> {
        kinds.iter().filter_map(|kind| self.erased.get(*kind)).flatten().copied().collect()
    }

    /// Where faults of these codes stand.
    pub fn faults(&self, codes: &[&str]) -> Vec<u64> {
        codes.iter().filter_map(|code| self.faults.get(*code)).flatten().copied().collect()
    }

    /// Tries at everybody but the test phone.
    pub fn tries_at_people(&self) -> impl Iterator<Item = (&PartId, &Vec<Try>)> {
        self.tries.iter().filter(|(part, _)| part.person != 0)
    }

    /// The approval that stood before an entry.
    pub fn approval_before(&self, seq: u64) -> Option<&Approval> {
        self.approvals.range(..seq).next_back().map(|(_, approval)| approval)
    }

    fn take(&mut self, view: &EntryView) {
        self.last = Some((view.seq, view.at));
        self.take_clocks(view);
        let Some(entry) = &view.entry else {
            self.erased.entry(view.kind.clone()).or_default().push(view.seq);
            return;
        };
        self.events.extend(history::event(view, entry));
        match entry {
            Entry::SessionStarted(_) | Entry::SessionEnded(_) | Entry::Device(_) | Entry::Setting(_) => {
                self.take_work(view, entry);
            }
            Entry::Intent(_) | Entry::Outcome(_) | Entry::StatusReport(_) | Entry::Approval(_) | Entry::Remains(_) => {
                self.take_sending(view, entry);
            }
            Entry::Capture(_) | Entry::Decoded(_) | Entry::Freed(_) | Entry::Alert(_) => self.take_arrival(view, entry),
            Entry::Listening(listening) => self.listening.push(kept(view, listening)),
            Entry::Clock(clock) => self.clocks.push(kept(view, clock)),
            Entry::Resolved(resolved) => self.resolved.push(kept(view, resolved)),
            Entry::Erasure(erasure) => self.erasures.push(kept(view, erasure)),
            Entry::Access(access) => self.looks.push(kept(view, access)),
            Entry::Closing(closing) => self.closing = Some(kept(view, closing)),
            Entry::Fault(fault) => self.faults.entry(fault.code.clone()).or_default().push(view.seq),
            Entry::Unknown { .. } => self.strange.push(view.seq),
            _ => {}
        }
    }

    /// As `verify` compares them.
    fn take_clocks(&mut self, view: &EntryView) {
        let (boot, kind, who) = (view.boot.clone(), view.kind.clone(), view.who.clone());
        let header = Header { seq: view.seq, at: view.at.to_string(), mono: view.mono, boot, kind, who };
        let step = self.clocks_before.step(&header, view.at);
        self.steps.extend(step.map(|step| kept(view, &step)));
    }

    fn take_work(&mut self, view: &EntryView, entry: &Entry) {
        match entry {
            Entry::SessionStarted(started) => {
                self.sessions.push(Session { began: kept(view, started), ended: None });
            }
            Entry::SessionEnded(ended) => {
                let open = self.sessions.last_mut().filter(|session| session.ended.is_none());
                if let Some(session) = open {
                    session.ended = Some(kept(view, &ended.why));
                }
            }
            Entry::Device(device) => self.devices.push(kept(view, device)),
            Entry::Setting(setting) => self.settings.push(kept(view, setting)),
            _ => {}
        }
    }

    fn take_sending(&mut self, view: &EntryView, entry: &Entry) {
        match entry {
            Entry::Approval(approval) => drop(self.approvals.insert(view.seq, approval.clone())),
            Entry::Remains(remains) => drop(self.approvals.insert(remains.of, remains.approval.clone())),
            Entry::Intent(intent) => self.tries.entry(intent.part).or_default().push(Try {
                intent: view.seq,
                at: view.at,
                to: intent.to.clone(),
                tpdu: intent.tpdu.clone(),
                authority: intent.authority.clone(),
                plan_code: intent.plan_code.clone(),
                outcome: None,
            }),
            Entry::Outcome(judged) => {
                let tries = self.tries.get_mut(&judged.part).into_iter().flatten();
                if let Some(tried) = tries.into_iter().find(|tried| tried.intent == judged.intent) {
                    tried.outcome = Some(kept(view, judged));
                }
            }
            Entry::StatusReport(report) => {
                if let Some(part) = report.part {
                    self.reports.entry(part).or_default().push(kept(view, report));
                }
            }
            _ => {}
        }
    }

    fn take_arrival(&mut self, view: &EntryView, entry: &Entry) {
        match entry {
            Entry::Capture(_) => drop(self.captures.insert(view.seq, view.at)),
            Entry::Decoded(decoded) => {
                if let Reading::Error(error) = &decoded.reading {
                    self.unreadable.push(kept(view, &(decoded.capture, error.clone())));
                }
                self.repeats.extend(decoded.repeats.map(|_| view.seq));
            }
            Entry::Freed(_) => self.freed.push(view.seq),
            Entry::Alert(alert) => self.alerts.entry(alert.about).or_default().push(kept(view, alert)),
            _ => {}
        }
    }
}

fn kept<T: Clone>(view: &EntryView, what: &T) -> Kept<T> {
    Kept { seq: view.seq, at: view.at, who: view.who.clone(), what: what.clone() }
}
