//! The page for a support worker: who wrote, what they need, and what became of it.
//!
//! **The minimum, and why.** A support worker is to reach people who asked for help, and to leave in peace those who asked
//! for that. For this they need the replies, the number and the name they came from, what the people had been sent, who
//! asked not to be texted, what colleagues did already, and until when the line was listened to. They do not need, and
//! do not get: who else was texted (to have stood in that phone is nobody's business), on what grounds the line was
//! seized, what lay on the SIM, devices, identities, digests, octets, faults, or who looked at the record. Words of the
//! network and of the device come from no person and are left out; calls and voicemail notices stay. The page says so.

use minijinja::{Value, context};

use super::court::{heading, words_of};
use super::door::render;
use super::facts::Facts;
use super::mask::Mask;
use super::said::Showing;
use super::threads::{Thread, came_whole, is_from_a_person, threads};
use super::words::{Times, count};
use super::{Audience, PageError};
use crate::case::terms::Terms;
use crate::case::texts::Texts;
use crate::record::Record;
use crate::record::fold::{Received, Taken, Urgency};

/// The page.
pub fn page(record: &Record, terms: &Terms, texts: &Texts) -> Result<String, PageError> {
    let (facts, times, mask) = (Facts::of(record)?, Times::of(terms.hours.zone()), Mask::Nothing);
    let state = record.state();
    let showing = Showing { state, facts: &facts, times: &times, mask: &mask };
    let shown = |received: &&Received| is_from_a_person(received) && !came_whole(received, state);
    let mut threads = threads(state.replies.iter().filter(shown));
    threads.sort_by_key(waits_since);
    let bin = |(id, title, urgency, taken): (&str, &str, Urgency, Taken)| {
        let belongs = |thread: &&Thread| thread.urgency() == urgency && thread.taken(state) == taken;
        let threads: Vec<Value> = threads.iter().filter(belongs).map(|thread| showing.thread(thread)).collect();
        context! { id, title, people => count(threads.len(), "person"), threads }
    };
    let context = context! {
        ..heading(state, &facts, &times, Audience::Support),
        ..context! {
            reference => &terms.authority.reference,
            sender => &terms.sender,
            bins => BINS.into_iter().map(bin).collect::<Vec<_>>(),
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

/// Urgent before others, those that nobody has taken before those that somebody has.
const BINS: [(&str, &str, Urgency, Taken); 4] = [
    ("urgent", "Urgent, nobody has taken it yet", Urgency::Urgent, Taken::No),
    ("open", "Nobody has taken it yet", Urgency::Plain, Taken::No),
    ("urgent-taken", "Urgent, taken", Urgency::Urgent, Taken::Yes),
    ("taken", "Taken", Urgency::Plain, Taken::Yes),
];

/// Whoever has waited longest first: since the first urgent reply, or the first.
fn waits_since(thread: &Thread) -> u64 {
    thread.urgent().next().or(thread.replies.first().copied()).map_or(0, |received| received.seq)
}

/// Those who wrote and are not to be texted again.
fn stopped(threads: &[Thread], showing: &Showing) -> Vec<Value> {
    let barred =
        threads.iter().filter(|thread| !thread.key.is_empty() && showing.state.barred_by(&thread.key).is_some());
    barred.map(|thread| showing.thread(thread)).collect()
}
