//! Which part is next: the test text first, then each person's parts in order. The other parts of a text
//! follow an unknown one, not a final refusal and not an opt-out.

use jiff::Timestamp;

use crate::case::PartId;
use crate::case::approval::Approval;
use crate::record::fold::{PartState, State};
use crate::record::rules::{self, Due};

/// What is to be done about sending now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// This part.
    Part(PartId),
    /// Nothing before that.
    At(Timestamp),
    /// Nothing more in this run.
    Nothing,
    /// The test text failed: the rest waits for a person.
    TestFailed,
}

/// How far the run has come: people before this place have nothing more to get, so that each look does not
/// begin with the first of thousands.
#[derive(Debug, Default)]
pub(super) struct Place {
    done: usize,
    /// Of which approval, in a run that goes on since which entry, and with which last inclusion.
    of: (u64, u64, u64),
}

/// What one person still gets.
enum Person {
    Part(PartId),
    At(Timestamp),
    Nothing,
}

impl Place {
    /// The next part.
    pub(super) fn next(&mut self, state: &State, now: Timestamp) -> Next {
        let Some((entry, approval)) = &state.approval else { return Next::Nothing };
        let of = (*entry, state.resumed, state.roster.last_inclusion());
        if self.of != of {
            *self = Self { done: 0, of };
        }
        match test(state, approval, now) {
            Some(next) => next,
            None => self.next_person(state, approval, now),
        }
    }

    fn next_person(&mut self, state: &State, approval: &Approval, now: Timestamp) -> Next {
        let mut soonest: Option<Timestamp> = None;
        for (place, pinned) in approval.people.iter().enumerate().skip(self.done) {
            let barred = state.barred(&pinned.to).is_some();
            match if barred { Person::Nothing } else { person(state, pinned.person, now) } {
                Person::Part(part) => return Next::Part(part),
                Person::At(moment) => soonest = Some(soonest.map_or(moment, |soonest| soonest.min(moment))),
                Person::Nothing if place == self.done => self.done += 1,
                Person::Nothing => {}
            }
        }
        soonest.map_or(Next::Nothing, Next::At)
    }
}

/// The test text, unless it was taken or there is none.
fn test(state: &State, approval: &Approval, now: Timestamp) -> Option<Next> {
    let pinned = approval.test.as_ref()?;
    let next = if state.barred(&pinned.to).is_some() { Person::Nothing } else { person(state, pinned.person, now) };
    match next {
        Person::Part(part) => Some(Next::Part(part)),
        _ if state.test_is_taken() => None,
        Person::At(moment) => Some(Next::At(moment)),
        Person::Nothing => Some(Next::TestFailed),
    }
}

fn person(state: &State, person: u32, now: Timestamp) -> Person {
    for (id, part) in state.parts_of(person) {
        match rules::due(part, state.resumed, now) {
            Due::Now => return Person::Part(*id),
            Due::At(moment) => return Person::At(moment),
            Due::Never if matches!(part.state, PartState::Refused(_)) => return Person::Nothing,
            Due::Never => {}
        }
    }
    Person::Nothing
}
