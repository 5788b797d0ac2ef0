//! Which part is next, and what its attempt leads to. Two durable commits a part: intent, outcome.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::confirmation::Confirmed;
use super::event::Event;
use super::notice::CLOCKS_DIFFER;
use super::outcome;
use super::place::Next;
use super::{Session, SessionError};
use crate::case::PartId;
use crate::case::clearance::{Answer, Ask, Refusal, Tried, clear};
use crate::modem::identify::Registered;
use crate::record::IntendError;
use crate::record::body::{ASKS, Forbids, Hold, NOT_SENDING, Notice, Paused, Refused};
use crate::record::entry::Entry;
use crate::record::fold::{RUN_PAUSED, State};
use crate::record::rules;
use crate::record::token::{Attempt, Quiet, Refusal as PartRefusal, Verdict};

/// An answer may come so long after its text: the longest silence limit of a dialect.
const OWED_FOR: SignedDuration = SignedDuration::from_secs(900);

/// Without a network nothing is handed over; it is looked at so often whether it is back.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Its terms, hours and number of people were not looked at when this run began, nor confirmed.
const ANOTHER_PLAN: &str = "another plan was approved since this run began; say signpost send again to go on with it";

/// Why sending stopped before all was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Halt {
    /// The line or the network refuses; a person must look, and the same command goes on.
    Paused(String),
    /// A rule no longer holds.
    Refused(Vec<Refusal>),
    /// A stop stands.
    Stopped(String),
}

impl Session {
    /// Begins the next part if one is due. Returns the moment before which nothing is.
    pub(super) fn send_next(&mut self) -> Result<Step, SessionError> {
        let now = self.clock.now();
        if let Some(until) = self.pace.due(self.clock.monotonic()) {
            return Ok(Step::Later(until));
        }
        if self.is_registered() == Registered::No {
            return Ok(Step::Later(self.clock.monotonic() + LOOK_AGAIN));
        }
        let next = {
            self.record().refresh()?;
            let record = self.record.borrow();
            let approval = record.state().approval.as_ref().map(|(_, approval)| &approval.plan_code);
            if approval != self.plan_code.as_ref() {
                return Ok(Step::Halt(Halt::Stopped(ANOTHER_PLAN.into())));
            }
            self.place.next(record.state(), now)
        };
        match next {
            Next::Part(part) if part.person != 0 => self.if_confirmed(part, now),
            Next::Part(part) => self.intend(part, now),
            Next::At(moment) => Ok(Step::Later(self.monotonic_at(moment))),
            Next::Nothing => Ok(Step::Done),
            Next::TestFailed => {
                let why = "the test text to your phone was not taken; the rest waits";
                self.pause(why)?;
                Ok(Step::Halt(Halt::Paused(why.into())))
            }
        }
    }

    /// The test text needs no confirmation: it is what a person confirms by.
    fn if_confirmed(&mut self, part: PartId, now: Timestamp) -> Result<Step, SessionError> {
        match self.confirmation.get() {
            Confirmed::Yes => self.intend(part, now),
            Confirmed::No => Ok(Step::Halt(Halt::Stopped("the number of people was not confirmed".into()))),
            Confirmed::Asked => Ok(Step::Later(self.clock.monotonic() + LOOK_AGAIN)),
            Confirmed::NotYet => {
                self.of_sending(ASKS, "a person is asked how many people are to be texted")?;
                self.view.tell(Event::Confirm);
                self.confirmation.answer(Confirmed::Asked);
                Ok(Step::Later(self.clock.monotonic() + LOOK_AGAIN))
            }
        }
    }

    /// Rules, then the durable intent, then the modem.
    fn intend(&mut self, part: PartId, now: Timestamp) -> Result<Step, SessionError> {
        let clearance = match self.clear_by_both_clocks(part, now)? {
            Answer::Clear(clearance) => clearance,
            Answer::Wait(until) => {
                self.view.tell(Event::Closed { until });
                return Ok(Step::Closed(until));
            }
            Answer::Refused(refusals) => return Ok(Step::Halt(Halt::Refused(refusals))),
        };
        let to = clearance.to().clone();
        let intent = self.record().intend(clearance);
        match intent {
            Ok(intent) => {
                self.in_hand = Some((part, to));
                self.pace.begins(self.clock.monotonic(), intent.seq(), &self.terms);
                if let Err(intent) = self.modem.begin(intent) {
                    // The modem is busy with another part: this one stays NOT KNOWN, which is safe.
                    log::error!("entry {} could not be handed over", intent.seq());
                }
                Ok(Step::Begun)
            }
            Err(IntendError::Barred(barred)) if matches!(barred.code, "held" | "test-not-taken") => {
                Ok(Step::Halt(Halt::Paused(barred.why)))
            }
            Err(IntendError::Barred(barred))
                if matches!(barred.code, "stopped" | "closed" | "not-approved" | "unreadable") =>
            {
                Ok(Step::Halt(Halt::Stopped(barred.why)))
            }
            Err(IntendError::Barred(barred)) => {
                self.view.tell(Event::Held { part, to, why: barred.why });
                Ok(Step::Begun)
            }
            Err(IntendError::Record(error)) => Err(error.into()),
        }
    }

    /// The rules by the computer's clock and by the device's, where both are known and differ little: a limit that
    /// has passed by one of them has passed.
    fn clear_by_both_clocks(&self, part: PartId, now: Timestamp) -> Result<Answer, SessionError> {
        let (record, line) = (self.record(), self.line()?);
        let state = record.state();
        let Some((_, approval)) = &state.approval else { return Ok(Answer::Refused(vec![Refusal::NotApproved])) };
        let tried = state.tally.tried;
        let ask = |now| {
            clear(&Ask {
                now,
                terms: &self.terms,
                approval,
                line,
                part,
                people_tried: u32::try_from(tried).unwrap_or(u32::MAX),
                person: if state.was_tried(part.person) { Tried::Before } else { Tried::NotYet },
            })
        };
        let ahead = state.clock.measured.filter(|ahead| ahead.abs() <= CLOCKS_DIFFER).unwrap_or_default();
        let theirs = now.saturating_sub(SignedDuration::from_secs(ahead)).unwrap_or(now);
        Ok(match (ask(now), ask(theirs)) {
            (ours @ Answer::Clear(_), Answer::Clear(_)) => ours,
            (Answer::Clear(_), theirs) => theirs,
            (ours, _) => ours,
        })
    }

    /// An attempt has ended: judge, settle, and see whether the run must pause.
    pub(super) fn settle(&mut self, mut attempt: Attempt) -> Result<Option<Halt>, SessionError> {
        if self.another_answer_is_owed(&attempt) {
            attempt.quiet = Quiet::Disturbed;
        }
        let part = attempt.intent.part();
        let to = attempt.intent.to().clone();
        let verdict = outcome::judge(&attempt);
        let stops = outcome::stops_the_run(&attempt.ending);
        let outcome = self.record().settle(attempt, verdict)?;
        self.in_hand = None;
        if matches!(outcome.verdict, Verdict::Accepted { .. } | Verdict::Unknown { .. }) {
            self.note_texted(part, &to)?;
        }
        self.last_activity = self.clock.monotonic();
        self.pace.ends(self.last_activity);
        let (done, ends, in_a_row) = {
            let record = self.record();
            let state = record.state();
            let ends = self.terms.ends(self.clock.now(), state.tally.planned, self.pace.tempo());
            (Self::progress(state), ends, state.refused_in_a_row)
        };
        self.view.tell(Event::Part { part, to, verdict: outcome.verdict.clone(), done, ends });
        let halt = match outcome.verdict {
            Verdict::Refused { refusal: PartRefusal::Stop, why } => Some(why),
            _ => stops,
        };
        let in_a_row =
            (in_a_row >= rules::REFUSALS_IN_A_ROW).then(|| format!("{in_a_row} people were refused in a row"));
        match halt.or(in_a_row) {
            None => Ok(None),
            Some(why) => {
                self.pause(&why)?;
                self.view.tell(Event::Paused { why: why.clone() });
                Ok(Some(Halt::Paused(why)))
            }
        }
    }

    /// A refusal may be the late answer to an earlier text, that nobody waits for any more: it proves nothing.
    fn another_answer_is_owed(&self, attempt: &Attempt) -> bool {
        let since = self.clock.now().saturating_sub(OWED_FOR).unwrap_or(Timestamp::MIN);
        self.record().state().owed_since(since).any(|part| part != attempt.intent.part())
    }

    /// Whoever looks at the record sees at once that no text goes any more, and why. A pause has its hold.
    pub(super) fn sends_no_more(&self, halt: &Halt) -> Result<(), SessionError> {
        match halt {
            Halt::Paused(_) => Ok(()),
            Halt::Stopped(why) => self.of_sending(NOT_SENDING, why),
            Halt::Refused(refusals) => {
                self.record().append(Entry::Refused(Refused::of("send", refusals)))?;
                let words: Vec<String> = refusals.iter().map(ToString::to_string).collect();
                self.of_sending(NOT_SENDING, &words.join("; "))
            }
        }
    }

    /// How far sending has come.
    pub(super) fn of_sending(&self, code: &str, words: &str) -> Result<(), SessionError> {
        self.record().append(Entry::Notice(Notice { code: code.into(), what: words.into(), said: None }))?;
        Ok(())
    }

    /// The run waits for a person, also across restarts.
    fn pause(&self, why: &str) -> Result<(), SessionError> {
        let hold = Hold { code: RUN_PAUSED.into(), why: why.into(), forbids: Forbids::Sending, slot: None };
        let paused = Paused { why: why.into(), until: None };
        self.record().append_all(vec![Entry::Paused(paused), Entry::Hold(hold)])?;
        Ok(())
    }

    /// People of the approved plan.
    pub fn people(&self) -> usize {
        self.record().state().approval.as_ref().map_or(0, |(_, approval)| approval.people.len())
    }

    /// People of whom no part is still to go, and people in all.
    fn progress(state: &State) -> (usize, usize) {
        let people = state.approval.as_ref().map_or(0, |(_, approval)| approval.people.len());
        (people.saturating_sub(state.tally.open), people)
    }

    /// The monotonic moment of a wall-clock moment.
    pub(super) fn monotonic_at(&self, moment: Timestamp) -> Duration {
        let wait = moment.duration_since(self.clock.now());
        self.clock.monotonic() + Duration::try_from(wait).unwrap_or_default()
    }
}

/// What asking for the next part led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A part is in hand, or was held: ask again.
    Begun,
    /// Ask again at that monotonic moment.
    Later(Duration),
    /// The hours are closed until then.
    Closed(Timestamp),
    /// Nothing is left.
    Done,
    /// Sending is over for this run.
    Halt(Halt),
}
