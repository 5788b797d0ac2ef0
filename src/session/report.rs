//! Which part a status report speaks of. TP-MR alone never decides: it wraps at 255, and some modems
//! give every text the same.

use jiff::{SignedDuration, Timestamp};

use super::event::Event;
use super::{Session, SessionError};
use crate::case::PartId;
use crate::hex;
use crate::pdu::StatusReport;
use crate::pdu::status::{ResultOf, StatusClass};
use crate::record::entry::Entry;
use crate::record::fold::{Part, PartState, State, last_nine};
use crate::record::traffic::{MatchedBy, ReportClass, Reported};

/// The service centre's clock and ours may differ by so much.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_secs(300);

impl Session {
    /// Records a status report behind its decoding, in one commit.
    pub(super) fn reported(&mut self, seq: u64, report: &StatusReport, decoded: Entry) -> Result<(), SessionError> {
        let (found, matched) = matching(self.record().state(), report);
        let reported = Reported {
            capture: seq,
            part: found.map(|(part, _)| part),
            intent: found.and_then(|(_, intent)| intent),
            status: report.status.0,
            class: class(report.status.class()),
            meaning: report.status.meaning().to_owned(),
            matched,
        };
        let event = Event::Report { part: reported.part, class: reported.class };
        self.record().append_all(vec![decoded, Entry::StatusReport(reported)])?;
        self.view.tell(event);
        Ok(())
    }
}

type Match = (Option<(PartId, Option<u64>)>, MatchedBy);

/// By reference and the very time stamp; else by reference and a time within the attempt; else, for
/// parts that are not known and have no reference, by recipient and time if exactly one fits.
fn matching(state: &State, report: &StatusReport) -> Match {
    if report.result_of() == ResultOf::Command {
        return (None, MatchedBy::Nothing);
    }
    let nine = last_nine(&report.recipient.shown());
    let at: Option<Timestamp> = report.timestamp.to_string().parse().ok();
    let of_recipient = state.people.with_number(&nine).flat_map(|(person, _)| state.parts_of(person));
    let tried: Vec<(&PartId, &Part)> = of_recipient.filter(|(_, part)| part.attempts > 0).collect();
    let open: Vec<(&PartId, &Part)> = tried.iter().copied().filter(|(_, part)| is_open(part.state)).collect();
    let same_mr =
        |part: &Part| part.reference.as_ref().is_some_and(|reference| reference.mr == u32::from(report.reference));
    let stamp = hex::encode(report.timestamp.octets());
    let exact = |part: &Part| part.reference.as_ref().and_then(|r| r.scts.as_ref()).is_some_and(|scts| *scts == stamp);
    let within = |part: &Part| at.is_some_and(|at| in_time(part, at));
    let pick = |test: &dyn Fn(&Part) -> bool| {
        let mut fits = open.iter().filter(|(_, part)| test(part));
        fits.next().filter(|_| fits.next().is_none()).map(|(id, part)| (**id, part.intent))
    };
    if let Some(found) = pick(&|part| same_mr(part) && exact(part)) {
        return (Some(found), MatchedBy::ReferenceAndStamp);
    }
    if let Some(found) = pick(&|part| same_mr(part) && within(part)) {
        return (Some(found), MatchedBy::ReferenceAndTime);
    }
    // One more report of a part that has an end already, and not the first of a part that is not known.
    if tried.iter().any(|(_, part)| same_mr(part) && within(part)) {
        return (None, MatchedBy::Nothing);
    }
    if let Some(found) = pick(&|part| is_unproved(part.state) && part.reference.is_none() && within(part)) {
        return (Some(found), MatchedBy::OnlyOneFits);
    }
    (None, MatchedBy::Nothing)
}

/// A report can still change it.
fn is_open(state: PartState) -> bool {
    match state {
        // That the network says so is more than that a person did.
        PartState::Unknown | PartState::Accepted | PartState::Settled(_) => true,
        PartState::Reported(class) => class != ReportClass::Delivered,
        _ => false,
    }
}

/// The device proved nothing of it.
fn is_unproved(state: PartState) -> bool {
    matches!(state, PartState::Unknown | PartState::Settled(_))
}

/// From the intent on; the service centre may have taken it at any time until the outcome, and for a
/// part without an outcome until the silence limit.
fn in_time(part: &Part, at: Timestamp) -> bool {
    let Some(began) = part.began else { return false };
    let ended = part.changed.filter(|_| !is_unproved(part.state)).unwrap_or(began);
    let slack = if is_unproved(part.state) { SignedDuration::from_secs(900) } else { CLOCKS_DIFFER };
    let from = began.saturating_sub(CLOCKS_DIFFER).unwrap_or(began);
    let until = ended.saturating_add(slack).unwrap_or(ended);
    (from..=until).contains(&at)
}

fn class(class: StatusClass) -> ReportClass {
    match class {
        StatusClass::Delivered => ReportClass::Delivered,
        StatusClass::Forwarded => ReportClass::Forwarded,
        StatusClass::Replaced => ReportClass::Replaced,
        StatusClass::Pending => ReportClass::Pending,
        StatusClass::Failed => ReportClass::Failed,
        StatusClass::FailedTemporary => ReportClass::FailedTemporary,
        StatusClass::Expired => ReportClass::Expired,
    }
}
