//! Everyone of the plan and what became of their text; and what was not known, and how it was resolved. Called by
//! [`super::court`].

use minijinja::{Value, context};

use super::facts::{Facts, Kept, Try};
use super::mask::Mask;
use super::words::{self, Entries, Times};
use crate::case::PartId;
use crate::record::body::{Resolved, Resolves, Settled};
use crate::record::fold::{PartState, State};
use crate::record::token::{AcceptedHow, Verdict};
use crate::record::traffic::MatchedBy;

/// Everyone, the test phone first.
pub fn everyone(state: &State, facts: &Facts, times: &Times, mask: &Mask) -> Vec<Value> {
    let one = |(id, person): (u32, &crate::case::pinned::Pinned)| {
        let tries = || state.parts_of(id).filter_map(|(part, _)| facts.tries.get(part)).flatten();
        let began = tries().map(|one| one.at).min();
        let entries = tries().flat_map(|one| [Some(one.intent), one.outcome.as_ref().map(|outcome| outcome.seq)]);
        let reported =
            state.parts_of(id).filter_map(|(part, _)| facts.reports.get(part)).flatten().map(|report| report.seq);
        context! {
            id => if id == 0 { "test".to_owned() } else { id.to_string() },
            number => person.to.as_str(),
            name => mask.name(person.name.as_ref()),
            parts => parts(state, id),
            attempts => tries().count(),
            at => began.map(|at| times.full(at)).unwrap_or_default(),
            state => words::summary(state.summary(id)),
            is_open => state.parts_of(id).any(|(_, part)| part.state == PartState::Unknown),
            barred => state.barred(&person.to),
            entries => Entries::of(entries.flatten().chain(reported)),
        }
    };
    state.people.iter().map(one).collect()
}

/// `delivered, delivered` is `2 delivered`.
fn parts(state: &State, id: u32) -> String {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for (_, part) in state.parts_of(id) {
        let word = words::part(part.state);
        match counted.last_mut() {
            Some((last, count)) if *last == word => *count += 1,
            _ => counted.push((word, 1)),
        }
    }
    counted.iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join("; ")
}

/// Every part of which it was not known at some time whether it had left, and what settled it.
pub fn not_known(state: &State, facts: &Facts, times: &Times, mask: &Mask) -> Vec<Value> {
    let unknown = facts.tries.iter().flat_map(|(part, tries)| tries.iter().map(move |one| (*part, one)));
    let unknown = unknown.filter(|(_, one)| one.is_not_known());
    let row = |(part, one): (PartId, &Try)| {
        let why = match one.outcome.as_ref().map(|outcome| &outcome.what.judged) {
            Some(Verdict::Unknown { why }) => why.clone(),
            _ => "the program was stopped before it had an answer".to_owned(),
        };
        let (settled, entry) = settled(part, one, facts).unwrap_or_else(|| {
            let stands = state.parts.get(&part).is_some_and(|part| part.state == PartState::Unknown);
            (if stands { "NOT KNOWN still; never sent again" } else { "see the person's row" }.to_owned(), None)
        });
        context! {
            part => part.to_string(), number => one.to.as_str(),
            name => mask.name(state.people.get(part.person).and_then(|person| person.name.as_ref())),
            at => times.full(one.at), why, settled, entry,
            entries => Entries::of([one.intent].into_iter().chain(one.outcome.as_ref().map(|outcome| outcome.seq))),
        }
    };
    unknown.map(row).collect()
}

/// What settled it, and the entry.
fn settled(part: PartId, one: &Try, facts: &Facts) -> Option<(String, Option<u64>)> {
    let reports = facts.reports.get(&part).map(Vec::as_slice).unwrap_or_default();
    let report = reports.iter().find(|report| report.seq > one.intent && report.what.matched != MatchedBy::Nothing);
    let decided =
        facts.resolved.iter().filter(|decided| decided.seq > one.intent).find_map(|decided| decision(part, decided));
    let report = report.map(|report| (report.seq, format!("a delivery report says: {}", report.what.meaning)));
    let first = [report, decided].into_iter().flatten().min_by_key(|(seq, _)| *seq)?;
    Some((first.1, Some(first.0)))
}

fn decision(part: PartId, decided: &Kept<Resolved>) -> Option<(u64, String)> {
    let Resolves::Part { part: of, how } = decided.what.resolves else { return None };
    let word = if how == Settled::Sent { "sent" } else { "not sent" };
    let Resolved { by, why, .. } = &decided.what;
    (of == part).then(|| (decided.seq, format!("{by} decided that it was {word}: {why}")))
}

/// Parts that the network took although the device's answer was not whole: accepted with a remark.
pub fn remarks(facts: &Facts) -> Vec<u64> {
    let accepted = facts.tries.values().flatten().filter_map(|one| one.outcome.as_ref());
    let with_remark = accepted.filter(|outcome| {
        matches!(outcome.what.judged, Verdict::Accepted { how: AcceptedHow::NoOk | AcceptedHow::Late, .. })
    });
    with_remark.map(|outcome| outcome.seq).collect()
}
