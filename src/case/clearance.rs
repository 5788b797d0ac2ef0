//! May this one part be sent at this one moment? All the rules, and every reason why not at once.
//!
//! Law 4 lives here. `session` asks before each part; `cli::send` asks [`before_the_run`] before the
//! device is touched. The record asks again, inside its transaction, what only it can know at that
//! moment: opt-outs and stops from other processes, and whether the part was tried.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::approval::{Approval, Difference, Whole};
use super::authority::{Standing, Window};
use super::hours::Open;
use super::plan::VALIDITY_HOURS;
use super::terms::Terms;
use super::{LineIdentity, PartId};
use crate::ids::Msisdn;
use crate::text::Untrusted;

/// Leave to send one part at one moment: every rule held. Not `Clone`; used up by `Record::intend`.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a clearance is for one moment"]
pub struct Clearance {
    part: PartId,
    to: Msisdn,
    tpdu: Vec<u8>,
    authority: String,
    plan_code: String,
    at_most: u32,
    at: Timestamp,
}

impl Clearance {
    /// Which part of whose message.
    pub fn part(&self) -> PartId {
        self.part
    }

    /// The recipient.
    pub fn to(&self) -> &Msisdn {
        &self.to
    }

    /// The SMS-SUBMIT that was approved, octet for octet.
    pub fn tpdu(&self) -> &[u8] {
        &self.tpdu
    }

    /// The authority's reference.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The code of the approved plan.
    pub fn plan_code(&self) -> &str {
        &self.plan_code
    }

    /// The most people that may be texted.
    pub fn at_most(&self) -> u32 {
        self.at_most
    }

    /// The moment it is for.
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

/// What is asked.
pub struct Ask<'a> {
    /// The wall clock.
    pub now: Timestamp,
    /// What the case file means.
    pub terms: &'a Terms,
    /// What was approved.
    pub approval: &'a Approval,
    /// The line that is there.
    pub line: &'a LineIdentity,
    /// Which part.
    pub part: PartId,
    /// People already tried in this case.
    pub people_tried: u32,
    /// Whether this person is one of them.
    pub person: Tried,
}

/// Whether a person was tried before in this case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// They were: another part of the same text does not count again.
    Before,
    /// They were not.
    NotYet,
}

/// The answer.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// It may go.
    Clear(Clearance),
    /// Not now: the hours are closed until then.
    Wait(Timestamp),
    /// It may not go.
    Refused(Vec<Refusal>),
}

/// Why something may not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Before the window.
    #[error("the authority to {what} begins only at {at}")]
    NotYet {
        /// "send" or "listen".
        what: &'static str,
        /// In the line's time zone.
        at: String,
    },
    /// After it.
    #[error("the authority to {what} ended at {at}")]
    Expired {
        /// "send" or "listen".
        what: &'static str,
        /// In the line's time zone.
        at: String,
    },
    /// Replies could come after listening ends.
    #[error("a text sent now could be answered after listening ends at {at}; texts live {VALIDITY_HOURS} hours")]
    TooCloseToEnd {
        /// In the line's time zone.
        at: String,
    },
    /// Nobody approved.
    #[error("the plan is not approved")]
    NotApproved,
    /// The approval does not fit its own code.
    #[error("the approval in the record does not fit its plan code")]
    ApprovalBroken,
    /// Something is not as it was approved.
    #[error("{}", .0.words)]
    Differs(Difference),
    /// Another SIM.
    #[error("the SIM that is there ends in {found}; the one that was approved ends in {approved}")]
    SimDiffers {
        /// Masked.
        approved: String,
        /// Masked.
        found: String,
    },
    /// Not the card whose number was typed from the exhibit.
    #[error("the SIM that is there ends in {found}; case.toml says that the card is printed with ...{printed}")]
    NotThePrintedSim {
        /// The last four digits.
        printed: String,
        /// Masked.
        found: String,
    },
    /// The operator is the approver.
    #[error("{0} approved the plan and cannot also be the one who sends")]
    SamePerson(String),
    /// As many as may be.
    #[error("{tried} people were tried; at most {at_most} may be")]
    Exhausted {
        /// Tried.
        tried: u32,
        /// The limit.
        at_most: u32,
    },
    /// More people than the limit.
    #[error("{people} people would be texted, {tried} were tried in this case before; [limits] at_most is {at_most}")]
    TooMany {
        /// Still to be texted.
        people: u32,
        /// Tried before.
        tried: u32,
        /// The limit.
        at_most: u32,
    },
    /// The part is not in the approved plan.
    #[error("part {0} is not in the approved plan")]
    NotInPlan(PartId),
}

impl Refusal {
    /// A stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NotYet { .. } => "authority-not-yet",
            Refusal::Expired { .. } => "authority-expired",
            Refusal::TooCloseToEnd { .. } => "too-close-to-end-of-listening",
            Refusal::NotApproved => "not-approved",
            Refusal::ApprovalBroken => "approval-broken",
            Refusal::Differs(difference) => difference.code,
            Refusal::SimDiffers { .. } => "sim-differs",
            Refusal::NotThePrintedSim { .. } => "sim-not-as-printed",
            Refusal::SamePerson(_) => "operator-is-approver",
            Refusal::Exhausted { .. } => "limit-reached",
            Refusal::TooMany { .. } => "limit-too-low",
            Refusal::NotInPlan(_) => "not-in-plan",
        }
    }
}

/// Asks for one part.
pub fn clear(ask: &Ask) -> Answer {
    let mut refusals = to_send(ask.now, ask.terms);
    refusals.extend(same_sim(ask.terms, Some(ask.approval), ask.line));
    if ask.person == Tried::NotYet && ask.part.person != 0 && ask.people_tried >= ask.terms.at_most {
        refusals.push(Refusal::Exhausted { tried: ask.people_tried, at_most: ask.terms.at_most });
    }
    let Some((to, tpdu)) = ask.approval.tpdu(ask.part.person, ask.part.part) else {
        refusals.push(Refusal::NotInPlan(ask.part));
        return Answer::Refused(refusals);
    };
    if !refusals.is_empty() {
        return Answer::Refused(refusals);
    }
    if let Open::At(opens) = ask.terms.hours.at(ask.now) {
        let later = to_send(opens, ask.terms);
        return if later.is_empty() { Answer::Wait(opens) } else { Answer::Refused(later) };
    }
    Answer::Clear(Clearance {
        part: ask.part,
        to: to.clone(),
        tpdu,
        authority: ask.terms.authority.reference.clone(),
        plan_code: ask.approval.plan_code.clone(),
        at_most: ask.terms.at_most,
        at: ask.now,
    })
}

/// What can be said before the device is touched.
pub fn before_the_run(
    now: Timestamp,
    terms: &Terms,
    approval: Option<&Approval>,
    differences: Vec<Difference>,
    operator: &str,
    tried: &BTreeSet<Msisdn>,
) -> Vec<Refusal> {
    let mut refusals = to_send(now, terms);
    let Some(approval) = approval else {
        refusals.push(Refusal::NotApproved);
        return refusals;
    };
    if approval.is_whole() == Whole::No {
        refusals.push(Refusal::ApprovalBroken);
    }
    if same_name(operator, &approval.by) {
        refusals.push(Refusal::SamePerson(operator.trim().to_owned()));
    }
    let untried = approval.people.iter().filter(|person| !tried.contains(&person.to)).count();
    refusals.extend(too_many(untried, tried.len(), terms.at_most));
    refusals.extend(differences.into_iter().map(Refusal::Differs));
    refusals
}

/// Whether people who are still to be texted, with those who were tried, are more than may be.
pub fn too_many(people: usize, tried: usize, at_most: u32) -> Option<Refusal> {
    let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let (people, tried) = (small(people), small(tried));
    (people > 0 && people.saturating_add(tried) > at_most).then_some(Refusal::TooMany { people, tried, at_most })
}

/// What stands before a name, or in its place, says nothing of who it is.
const RANKS: &str = "pc dc tdc ps ds tds sgt sergeant insp inspector di tdi ci dci supt superintendent dsu dsupt csupt dcs acc dcc \
                     cc cmdr commander constable detective chief pcso mr mrs ms miss dr";

/// Whether two names are one person's: case, dots and spaces aside ("DI" is "D.I."), and ranks, numbers and what stands in
/// brackets. Who writes their own name with letters that only look alike is not found out by it.
pub fn same_name(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|name| {
        let name = name.split_once('(').map_or(name, |(name, _)| name);
        Untrusted::from(name).for_match()
    });
    let [one, other] = [&one, &other].map(|name| words(name));
    ends_as(&one, &other) || ends_as(&other, &one) || {
        let [one, other] = [one, other].map(without_ranks);
        one.len() > 1 && other.len() > 1 && (ends_as(&one, &other) || ends_as(&other, &one))
    }
}

fn words(name: &str) -> Vec<&str> {
    name.split_whitespace().filter(|word| !word.contains(|c: char| c.is_ascii_digit())).collect()
}

fn without_ranks(mut words: Vec<&str>) -> Vec<&str> {
    let ranks = words.iter().take_while(|word| RANKS.split_whitespace().any(|rank| rank == **word)).count();
    words.drain(..ranks);
    words
}

/// Whether the last words of one are the other, wherever their spaces are.
fn ends_as(long: &[&str], short: &[&str]) -> bool {
    (0..long.len()).any(|from| long.get(from..).is_some_and(|words| words.concat() == short.concat()))
}

/// The line that is there against the printed number and against what was approved.
pub fn same_sim(terms: &Terms, approval: Option<&Approval>, line: &LineIdentity) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let found = line.iccid.masked();
    if !line.iccid.matches_printed(&terms.sim_number) {
        let printed = terms.sim_number.get(terms.sim_number.len().saturating_sub(4)..).unwrap_or_default().to_owned();
        refusals.push(Refusal::NotThePrintedSim { printed, found: found.clone() });
    }
    if let Some(approval) = approval.filter(|approval| approval.line != *line) {
        refusals.push(Refusal::SimDiffers { approved: approval.line.iccid.masked(), found });
    }
    refusals
}

/// Whether the line may be on the air.
pub fn to_listen(now: Timestamp, terms: &Terms) -> Vec<Refusal> {
    window("listen", terms.authority.listen, now, terms).into_iter().collect()
}

fn to_send(now: Timestamp, terms: &Terms) -> Vec<Refusal> {
    let mut refusals = to_listen(now, terms);
    refusals.extend(window("send", terms.authority.send, now, terms));
    if now >= last_answerable(terms) {
        refusals.push(Refusal::TooCloseToEnd { at: terms.hours.shown(terms.authority.listen.until) });
    }
    refusals
}

/// From when on a text could be answered after listening ends.
pub fn last_answerable(terms: &Terms) -> Timestamp {
    let end = terms.authority.listen.until;
    end.saturating_sub(SignedDuration::from_hours(i64::from(VALIDITY_HOURS))).unwrap_or(end)
}

fn window(what: &'static str, window: Window, now: Timestamp, terms: &Terms) -> Option<Refusal> {
    match window.at(now) {
        Standing::Live => None,
        Standing::NotYet(at) => Some(Refusal::NotYet { what, at: terms.hours.shown(at) }),
        Standing::Expired(at) => Some(Refusal::Expired { what, at: terms.hours.shown(at) }),
    }
}

#[cfg(test)]
impl Clearance {
    /// For the tests of floors above, which have no whole case at hand.
    pub(crate) fn for_tests(part: PartId, to: &str, tpdu: &[u8], at: Timestamp) -> Self {
        Self {
            part,
            to: Msisdn::parse(to).unwrap(),
            tpdu: tpdu.to_vec(),
            authority: "17/24".to_owned(),
            plan_code: "7KQ4-M2XD-9TRB-5HWA".to_owned(),
            at_most: 1000,
            at,
        }
    }
}
