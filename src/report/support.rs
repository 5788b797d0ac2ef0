//! The page for a support worker: who wrote, what they need, and what became of it.
//!
//! **The minimum, and why.** A support worker is to reach people who asked for help, and to leave in peace those who asked
//! for that. For this they need the replies, the number and the name they came from, what the people had been sent, who
//! asked not to be texted, what colleagues did already, and until when the line was listened to. They do not need, and
//! do not get: who else was texted (to have stood in that phone is nobody's business), on what grounds the line was
//! seized, what lay on the SIM, devices, identities, digests, octets, faults, or who looked at the record. Words of the
//! network and of the device come from no person and are left out; calls and voicemail notices stay. The page says so.

use std::cmp::Reverse;

use minijinja::{Value, context};

use super::court::heading;
use super::door::render;
use super::facts::Facts;
use super::mask::Mask;
use super::said::Showing;
use super::threads::{Thread, came_whole, is_from_a_person, threads};
use super::words::{Times, count};
use super::{Audience, PageError};
use crate::case::terms::Terms;
use crate::case::texts::{Text, Texts};
use crate::record::Record;
use crate::record::fold::{Received, State};

/// The page.
pub fn page(record: &Record, terms: &Terms, texts: &Texts) -> Result<String, PageError> {
    let (facts, times, mask) = (Facts::of(record)?, Times::of(terms.hours.zone()), Mask::Nothing);
    let state = record.state();
    let showing = Showing { state, facts: &facts, times: &times, mask: &mask };
    let shown = |received: &&Received| is_from_a_person(received) && !came_whole(received, state);
    let mut threads = threads(state.replies.iter().filter(shown));
    threads.sort_by_key(|thread| order(thread, state));
    let bins = [
        ("urgent", "Urgent, nobody has taken it yet", true, false),
        ("open", "Nobody has taken it yet", false, false),
        ("urgent-taken", "Urgent, taken", true, true),
        ("taken", "Taken", false, true),
    ];
    let bin = |(id, title, is_urgent, is_taken): (&str, &str, bool, bool)| {
        let belongs =
            |thread: &&Thread| (thread.urgent().count() > 0) == is_urgent && thread.is_taken(state) == is_taken;
        let threads: Vec<Value> = threads.iter().filter(belongs).map(|thread| showing.thread(thread)).collect();
        context! { id, title, people => count(threads.len(), "person"), threads }
    };
    let context = context! {
        ..heading(state, &facts, &times, Audience::Support),
        ..context! {
            reference => &terms.authority.reference,
            sender => &terms.sender,
            bins => bins.into_iter().map(bin).collect::<Vec<_>>(),
            count => count(threads.iter().map(|thread| thread.replies.len()).sum(), "reply"),
            people => count(threads.len(), "number"),
            stopped => stopped(&threads, &showing),
            loose => showing.loose(&record.loose_parts()?),
            texts => texts.iter().map(|(_, text)| words_of(text)).collect::<Vec<_>>(),
            heard => state.heard.last.map(|last| times.full(last)),
        },
    };
    Ok(render("support", mask, context)?)
}

/// Urgent before others, those that nobody has taken before those that somebody has, and of these who waits longest.
fn order(thread: &Thread, state: &State) -> (bool, Reverse<bool>, u64) {
    let is_urgent = thread.urgent().count() > 0;
    let first = thread.urgent().next().or(thread.replies.first().copied()).map_or(0, |received| received.seq);
    (thread.is_taken(state), Reverse(is_urgent), first)
}

/// Those who wrote and are not to be texted again.
fn stopped(threads: &[Thread], showing: &Showing) -> Vec<Value> {
    let barred =
        threads.iter().filter(|thread| !thread.key.is_empty() && showing.state.barred_by(&thread.key).is_some());
    barred.map(|thread| showing.thread(thread)).collect()
}

fn words_of(text: &Text) -> Value {
    let languages: Vec<&str> = text.languages.iter().map(crate::case::language::Language::as_str).collect();
    context! { languages => languages.join(", "), words => text.message.text() }
}
