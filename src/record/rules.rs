//! Law 1 inside the record: may this part be intended, given everything that was recorded up to this
//! very moment, also by other processes? Asked within the transaction that would write the intent.

use jiff::{SignedDuration, Timestamp};

use super::fold::{Part, PartState, State};
use super::token::Refusal;
use crate::case::clearance::Clearance;

/// Why an intent is not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Barred {
    /// A stable word.
    pub code: &'static str,
    /// In plain words.
    pub why: String,
}

/// Tries of a part that was refused before transmission.
pub const TRIES: u32 = 3;

/// Before a part that the network refused for now is tried again.
pub const RETRY_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// Three final refusals in a row pause the run.
pub const REFUSALS_IN_A_ROW: u32 = 3;

/// Whether the part may be intended now.
pub fn may_intend(state: &State, clearance: &Clearance) -> Result<(), Barred> {
    let barred = |code, why: String| Err(Barred { code, why });
    if state.closed.is_some() {
        return barred("closed", "the case is closed".into());
    }
    if let Some(entry) = state.unreadable {
        return barred(
            "unreadable",
            format!("entry {entry} could forbid this, and what it says is erased or cannot be read"),
        );
    }
    if let Some(stop) = state.stop {
        return barred("stopped", stop.to_string());
    }
    if let Some(hold) = state.held() {
        return barred("held", hold.why.clone());
    }
    if let Some((entry, _)) = state.roster.excluded(clearance.to().last_nine()) {
        return barred("excluded", format!("a person excluded this number (entry {entry})"));
    }
    if let Some(entry) = state.barred(clearance.to()) {
        return barred("opted-out", format!("this number opted out (entry {entry})"));
    }
    let approved = state.approval.as_ref().is_some_and(|(_, approval)| approval.plan_code == clearance.plan_code());
    if !approved {
        return barred("not-approved", "the plan in the record is another one".into());
    }
    let tried = state.tally.tried;
    let part = clearance.part();
    if part.person != 0 && !state.was_tried(part.person) && tried as u64 >= u64::from(clearance.at_most()) {
        return barred("limit-reached", format!("{tried} people were tried already"));
    }
    if part.person != 0 && !state.test_is_taken() {
        return barred("test-not-taken", "the test text to your phone was not taken by the network".into());
    }
    match state.parts.get(&part) {
        None => barred("not-in-plan", "the part is not in the approved plan".into()),
        Some(found) => match due(found, state.resumed, clearance.at()) {
            Due::Now => Ok(()),
            Due::At(_) => barred("too-soon", "the part was refused less than a minute ago".into()),
            Due::Never => barred("settled", "the part was handed over before".into()),
        },
    }
}

/// When a part may be handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Now.
    Now,
    /// Not before.
    At(Timestamp),
    /// Not by signpost: it was sent, or may have been, or was refused for good.
    Never,
}

/// When a part may be handed over (again), in a run that goes on since that entry.
pub fn due(part: &Part, resumed: u64, now: Timestamp) -> Due {
    match part.state {
        PartState::Planned | PartState::Withdrawn => Due::Now,
        PartState::Refused(Refusal::BeforeTransmission) if part.attempts < TRIES => Due::Now,
        // After the run paused, a person let it go on.
        PartState::Refused(Refusal::Stop) if part.changed_in < resumed => Due::Now,
        PartState::Refused(Refusal::Retry) if part.attempts < 2 => {
            let again = part.changed.and_then(|at| at.checked_add(RETRY_AFTER).ok()).unwrap_or(Timestamp::MAX);
            if now >= again { Due::Now } else { Due::At(again) }
        }
        _ => Due::Never,
    }
}
