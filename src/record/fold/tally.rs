//! Counts that every part asks for. A run of thousands does not count thousands for each part: around each entry only
//! the people are counted whom it speaks of.

use std::ops::{AddAssign, SubAssign};

use super::{PartState, State, last_nine};
use crate::record::body::Resolves;
use crate::record::entry::Entry;

/// Counts, the test phone aside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// People of whom a part was tried.
    pub tried: usize,
    /// People of the last approval who have a part that was not tried, and did not opt out.
    pub open: usize,
    /// Parts of theirs that were not tried.
    pub planned: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.tried += other.tried;
        self.open += other.open;
        self.planned += other.planned;
    }
}

impl SubAssign for Tally {
    fn sub_assign(&mut self, other: Self) {
        self.tried = self.tried.saturating_sub(other.tried);
        self.open = self.open.saturating_sub(other.open);
        self.planned = self.planned.saturating_sub(other.planned);
    }
}

impl State {
    /// Takes an entry in, and counts.
    pub(super) fn counting(&mut self, entry: &Entry, take_in: impl FnOnce(&mut Self)) {
        let people = self.people_of(entry);
        people.iter().for_each(|person| self.tally -= self.share(*person));
        take_in(self);
        people.iter().for_each(|person| self.tally += self.share(*person));
        if let Entry::Approval(_) = entry {
            self.count_approved();
        }
    }

    /// Whose counts an entry can change. An approval changes everybody's.
    fn people_of(&self, entry: &Entry) -> Vec<u32> {
        let with_number = |number: &str| self.people.with_number(number).map(|(person, _)| person).collect();
        match entry {
            Entry::Intent(intended) => vec![intended.part.person],
            Entry::Outcome(judged) => vec![judged.part.person],
            Entry::StatusReport(report) => report.part.iter().map(|part| part.person).collect(),
            Entry::Resolved(resolved) => match resolved.resolves {
                Resolves::Part { part, .. } => vec![part.person],
                Resolves::Hold { .. } => Vec::new(),
            },
            Entry::OptOut(opt_out) => with_number(&last_nine(&opt_out.number)),
            Entry::Excluded(excluded) => with_number(&last_nine(&excluded.number.as_str().into())),
            Entry::Included(included) => with_number(&last_nine(&included.number.as_str().into())),
            _ => Vec::new(),
        }
    }

    /// What was tried stays; who is still to be texted is another matter with each approval.
    fn count_approved(&mut self) {
        let mut tally = Tally::default();
        self.people.iter().for_each(|(person, _)| tally += self.share(person));
        self.tally = Tally { tried: self.tally.tried, ..tally };
    }

    /// What one person adds.
    fn share(&self, person: u32) -> Tally {
        if person == 0 {
            return Tally::default();
        }
        let approval = self.approval.as_ref().map(|(entry, _)| *entry);
        let approved = approval.is_some() && self.people.approved_in(person) == approval;
        let barred = self.people.get(person).is_some_and(|pinned| self.barred(&pinned.to).is_some());
        let planned = self.parts_of(person).filter(|(_, part)| part.state == PartState::Planned).count();
        let planned = if approved && !barred { planned } else { 0 };
        Tally { tried: usize::from(self.was_tried(person)), open: usize::from(planned > 0), planned }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::case::approval::{Approval, Strength};
    use crate::case::parts::Parts;
    use crate::case::pinned::Pinned;
    use crate::case::{LineIdentity, PartId};
    use crate::record::body::{Excluded, Included, Resolved, Settled};
    use crate::record::entry::EntryView;
    use crate::record::token::{Ending, FinalCode, Quiet, Reached, Refusal, Verdict};
    use crate::record::traffic::{Intended, Judged, MatchedBy, OptOut, ReportClass, Reported};

    /// The last two cannot be told apart by their last nine digits.
    const NUMBERS: [&str; 6] =
        ["+447700900000", "+447700900001", "+447700900002", "+447700900003", "+447700900004", "+999700900004"];

    #[derive(Debug, Clone)]
    enum Step {
        Approve(Vec<u32>),
        Intend(PartId, u32),
        Judge(PartId, Verdict),
        Report(PartId, ReportClass),
        Resolve(PartId),
        OptOut(usize),
        Exclude(usize),
        Include(usize),
        Erased,
    }

    fn step() -> impl Strategy<Value = Step> {
        let part = || (0u32..7, 1u8..4).prop_map(|(person, part)| PartId { person, part });
        let verdict = prop_oneof![
            Just(Verdict::Unknown { why: String::new() }),
            Just(Verdict::Withdrawn { why: String::new() }),
            Just(Verdict::Refused { refusal: Refusal::Retry, why: String::new() }),
        ];
        let class = prop_oneof![Just(ReportClass::Delivered), Just(ReportClass::Pending), Just(ReportClass::Failed)];
        prop_oneof![
            vec(0u32..6, 0..6).prop_map(Step::Approve),
            (part(), 0u32..3).prop_map(|(part, attempt)| Step::Intend(part, attempt)),
            (part(), verdict).prop_map(|(part, verdict)| Step::Judge(part, verdict)),
            (part(), class).prop_map(|(part, class)| Step::Report(part, class)),
            part().prop_map(Step::Resolve),
            (0..NUMBERS.len()).prop_map(Step::OptOut),
            (0..NUMBERS.len()).prop_map(Step::Exclude),
            (0..NUMBERS.len()).prop_map(Step::Include),
            Just(Step::Erased),
        ]
    }

    fn approval(mut people: Vec<u32>) -> Approval {
        people.sort_unstable();
        people.dedup();
        let pinned = |person: u32| {
            let to = NUMBERS[person as usize].parse().unwrap();
            let parts = Parts::of(&to, vec![vec![1]; 1 + person as usize % 3]);
            Arc::new(Pinned { person, to, name: None, parts, salt: [0; 16] })
        };
        let (test, people): (Vec<u32>, Vec<u32>) = people.into_iter().partition(|person| *person == 0);
        let line =
            LineIdentity { iccid: "8944100000000000012".parse().unwrap(), imsi: "001010123456789".parse().unwrap() };
        Approval {
            plan_code: String::new(),
            by: String::new(),
            strength: Strength::NameOnly,
            signed: None,
            line,
            pins: Default::default(),
            people: people.into_iter().map(pinned).collect(),
            test: test.into_iter().map(pinned).next(),
        }
    }

    fn entry(state: &State, step: Step) -> Option<Entry> {
        Some(match step {
            Step::Approve(people) => Entry::Approval(approval(people)),
            Step::Intend(part, attempt) => {
                let to = NUMBERS[0].parse().unwrap();
                let (authority, plan_code) = (String::new(), String::new());
                Entry::Intent(Intended { part, to, tpdu: vec![1], attempt, authority, plan_code })
            }
            Step::Judge(part, judged) => {
                let intent = state.parts.get(&part).and_then(|part| part.intent).unwrap_or(1);
                let (reached, ending) = (Reached::SubmitWritten, Ending::Final(FinalCode::Error));
                let quiet = Quiet::Undisturbed;
                Entry::Outcome(Judged {
                    intent,
                    part,
                    judged,
                    reached,
                    ending,
                    reference: None,
                    since_submit_ms: None,
                    quiet,
                })
            }
            Step::Report(part, class) => {
                let (meaning, matched) = (String::new(), MatchedBy::OnlyOneFits);
                Entry::StatusReport(Reported {
                    capture: 1,
                    part: Some(part),
                    intent: None,
                    status: 0,
                    class,
                    meaning,
                    matched,
                })
            }
            Step::Resolve(part) => {
                let resolves = Resolves::Part { part, how: Settled::NotSent };
                Entry::Resolved(Resolved { resolves, by: String::new(), why: String::new() })
            }
            Step::OptOut(who) => Entry::OptOut(OptOut { number: NUMBERS[who].into(), reply: None, why: String::new() }),
            Step::Exclude(who) => Entry::Excluded(Excluded { number: NUMBERS[who].into(), why: String::new() }),
            Step::Include(who) => {
                Entry::Included(Included { number: NUMBERS[who].into(), why: String::new(), lifts: None })
            }
            Step::Erased => return None,
        })
    }

    /// Counts everybody.
    fn counted(state: &State) -> Tally {
        let mut tally = Tally { tried: state.tried().len(), ..Tally::default() };
        for pinned in state.approval.iter().flat_map(|(_, approval)| &approval.people) {
            let planned = state.parts_of(pinned.person).filter(|(_, part)| part.state == PartState::Planned).count();
            if planned > 0 && state.barred(&pinned.to).is_none() {
                tally.open += 1;
                tally.planned += planned;
            }
        }
        tally
    }

    proptest! {
        #[test]
        fn after_any_entries_it_is_what_counting_everybody_gives(steps in vec(step(), 0..60)) {
            let mut state = State::default();
            for (seq, step) in (1..).zip(steps) {
                let entry = entry(&state, step);
                let kind = entry.as_ref().map_or("intent", |entry| entry.kind()).to_owned();
                let (at, boot, who) = (Timestamp::UNIX_EPOCH, String::new(), String::new());
                state.apply(&EntryView { seq, at, mono: 0, boot, kind, who, entry });
                prop_assert_eq!(state.tally, counted(&state));
            }
        }
    }
}
