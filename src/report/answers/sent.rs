//! What went out: was anyone texted twice, who was texted and what exactly, on whose authority.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Answer, Draft, Ground, Standing, erased, of};
use crate::case::PartId;
use crate::case::approval::{Approval, Strength, Whole};
use crate::case::authority;
use crate::case::hours::Open;
use crate::ids::Msisdn;
use crate::record::fold::Summary;
use crate::report::facts::Try;
use crate::report::words::count;

const TWICE: &[&str] = &[
    "A modem may repeat a text by itself when the network does not answer; such repeats carry the same reference and the \
     mark \"repeated\" (TP-RD), and the network should drop them. Neither can be seen from here.",
    "Whether the network delivered one text more than once to the same phone.",
    "Texts sent from this line by another program or person, before, after or outside this case.",
];

/// Was anyone texted twice?
pub fn twice(ground: &Ground) -> Answer {
    let mut draft = Draft::new();
    let tries: Vec<(&PartId, &Vec<Try>)> = ground.facts.tries_at_people().collect();
    let again: Vec<&Try> = tries.iter().flat_map(|(_, tries)| tries.iter().skip(1)).collect();
    let handed: usize = tries.iter().map(|(_, tries)| tries.len()).sum();
    let judged = tries.iter().flat_map(|(_, tries)| tries.iter()).filter(|one| one.outcome.is_some()).count();
    let entries = tries.iter().flat_map(|(_, tries)| tries.iter()).flat_map(entries_of);
    draft.show(
        format!(
            "{} handed to the device in {}. Each attempt was announced in an entry of its own (an intent), safe on disk before its \
             first octet left; {} have an outcome. The table of everyone names the entries of each.",
            were(tries.len(), "part"),
            count(handed, "attempt"),
            of(judged, handed),
        ),
        entries,
    );
    let unproved = unproved(&tries);
    if !again.is_empty() {
        let proofs = tries
            .iter()
            .flat_map(|(_, tries)| tries.iter().take(tries.len() - 1))
            .filter_map(|one| one.outcome.as_ref());
        let proved = again.len().saturating_sub(unproved.len());
        let words = format!(
            "{} handed over again after it was proved that the attempt before had not left: the entries of that proof, and of \
             the new attempts.",
            were(proved, "part")
        );
        draft.show(words, proofs.map(|outcome| outcome.seq).chain(again.iter().map(|one| one.intent)));
    }
    let count_of = unproved.len();
    draft.leave(Standing::Against, unproved.into_iter().flatten().collect(), |_| {
        format!(
            "{} handed over again although it was not proved that the attempt before had not left.",
            were(count_of, "part")
        )
    });
    two_texts(&mut draft, ground);
    not_known(&mut draft, &tries);
    erased(&mut draft, ground, &["intent", "outcome"]);
    let unknown = tries.iter().filter(|(_, tries)| tries.last().is_some_and(Try::is_not_known)).count();
    let short = match (draft.standing, tries.len(), unknown) {
        (Standing::Against, ..) => "It cannot be ruled out: see below.".to_owned(),
        (_, 0, _) => "No: no text was handed to the device.".to_owned(),
        (_, _, 0) => {
            "No. No part was handed to the device a second time unless it was proved that it had not left.".to_owned()
        }
        (_, _, unknown) => format!(
            "No. Whether {} had left was not known at once; {} handed over again.",
            count(unknown, "part"),
            if unknown == 1 { "it was not" } else { "none of them was" }
        ),
    };
    draft.answer("twice", "Was anyone texted twice?", short, TWICE)
}

/// The intent and its outcome.
fn entries_of(one: &Try) -> impl Iterator<Item = u64> {
    [one.intent].into_iter().chain(one.outcome.as_ref().map(|outcome| outcome.seq))
}

/// Attempts that followed one of which it is not proved that it did not leave: both entries.
fn unproved(tries: &[(&PartId, &Vec<Try>)]) -> Vec<[u64; 2]> {
    let pairs = tries.iter().flat_map(|(_, tries)| tries.iter().zip(tries.iter().skip(1)));
    let is_proved = |before: &Try, after: &Try| {
        before.is_surely_unsent() && before.outcome.as_ref().is_some_and(|outcome| outcome.seq < after.intent)
    };
    pairs
        .filter(|(before, after)| !is_proved(before, after))
        .map(|(before, after)| [before.intent, after.intent])
        .collect()
}

/// One number under two numbers of the plan, or in two forms.
fn two_texts(draft: &mut Draft, ground: &Ground) {
    let mut sent: BTreeMap<&str, BTreeMap<u32, u64>> = BTreeMap::new();
    for (part, tries) in ground.facts.tries_at_people() {
        for one in tries.iter().filter(|one| !one.is_surely_unsent()) {
            sent.entry(one.to.last_nine()).or_default().entry(part.person).or_insert(one.intent);
        }
    }
    let twice = sent.values().filter(|people| people.len() > 1).flat_map(|people| people.values().copied());
    draft.leave(Standing::Against, twice.collect(), |number| {
        format!("{} went to numbers that end in the same nine digits.", count(number, "text"))
    });
}

fn not_known(draft: &mut Draft, tries: &[(&PartId, &Vec<Try>)]) {
    let last = tries.iter().filter_map(|(_, tries)| tries.last()).filter(|one| one.is_not_known());
    let entries: Vec<u64> = last.map(|one| one.intent).collect();
    if !entries.is_empty() {
        let words = format!(
            "Of {} the device did not say whether it had left. Such a part counts as sent: it is never handed over again. How \
             each was resolved stands under \"Not known\".",
            count(entries.len(), "part")
        );
        draft.show(words, entries);
    }
}

const TEXTED: &[&str] = &[
    "Who holds the phone behind a number, and who read the text. A delivery report says that a phone received it, not that it \
     was read.",
];

/// Who was texted, and what exactly?
pub fn texted(ground: &Ground) -> Answer {
    let mut draft = Draft::new();
    let counts = ground.state.counts();
    let people: usize = counts.values().sum();
    let reached: BTreeSet<u32> = ground
        .facts
        .tries_at_people()
        .filter(|(_, tries)| tries.iter().any(|one| !one.is_surely_unsent()))
        .map(|(part, _)| part.person)
        .collect();
    let delivered = counts.get(&Summary::Delivered).copied().unwrap_or_default();
    let all = || ground.facts.tries_at_people().flat_map(|(part, tries)| tries.iter().map(move |one| (part, one)));
    let (same, other): (Vec<_>, Vec<_>) = all().partition(|(part, one)| is_as_approved(ground, **part, one));
    draft.show(
        format!(
            "{} TPDUs handed over are octet for octet what was approved for that person, and went to the number that was approved.",
            of(same.len(), same.len() + other.len()),
        ),
        ground.facts.approvals.keys().copied(),
    );
    draft.leave(Standing::Against, other.iter().map(|(_, one)| one.intent).collect(), |number| {
        format!("{} handed over that is not what was approved for that person.", were(number, "TPDU"))
    });
    words_are_pinned(&mut draft, ground);
    erased(&mut draft, ground, &["intent", "approval"]);
    let short = if reached.is_empty() {
        "Nobody was texted.".to_owned()
    } else {
        format!(
            "{} approved people were texted; of {} a report says that all of it was delivered. The words are quoted below, and the \
             table of everyone names each person.",
            of(reached.len(), people),
            super::grouped(delivered)
        )
    };
    draft.answer("texted", "Who was texted, and what exactly?", short, TEXTED)
}

/// Against the last approval before it. An approval that is erased for this person says nothing.
fn is_as_approved(ground: &Ground, part: PartId, one: &Try) -> bool {
    let approval = ground.facts.approval_before(one.intent);
    let pinned = approval.and_then(|approval| approval.tpdu(part.person, part.part));
    pinned.is_some_and(|(to, tpdu)| *to == one.to && tpdu == one.tpdu)
}

/// The words that the page quotes come from the case's files: they must be those that were pinned.
fn words_are_pinned(draft: &mut Draft, ground: &Ground) {
    let Some((seq, approval)) = &ground.state.approval else { return };
    let differ = ground.texts.iter().filter(|(_, text)| {
        let sha256 = text.message.sha256().to_string();
        !approval.pins.iter().any(|(key, value)| key.starts_with("message.") && *value == sha256)
    });
    match differ.count() {
        0 => draft.show("The words quoted below have the SHA-256 that the approval pins.".to_owned(), [*seq]),
        _ => draft.note(
            Standing::InPart,
            "The words in the case's files are not those that were approved: what is quoted below is not what was sent.".to_owned(),
            [*seq],
        ),
    }
}

const AUTHORITY: &[&str] = &[
    "That the authority itself was rightly given: this page only says what the case's own file says of it.",
    "That the computer's clock was right, but for the comparisons with the network's time below.",
];

/// On whose authority?
pub fn authority(ground: &Ground) -> Answer {
    let mut draft = Draft::new();
    let all: Vec<&Try> = ground.facts.tries.values().flatten().collect();
    let Some((seq, approval)) = &ground.state.approval else {
        draft.leave(Standing::Against, all.iter().map(|one| one.intent).collect(), |number| {
            format!("{} handed over without an approval.", count(number, "attempt"))
        });
        erased(&mut draft, ground, &["approval"]);
        let short = if all.is_empty() {
            "Nothing was approved, and nobody was texted."
        } else {
            "No approval stands in the record."
        };
        return draft.answer("authority", "On whose authority?", short.to_owned(), AUTHORITY);
    };
    approved_by(&mut draft, *seq, approval);
    within(&mut draft, ground, &all);
    erased(&mut draft, ground, &["approval"]);
    let short = format!(
        "Authority {}, granted by {}. Plan {} was approved by {}: {}.",
        ground.terms.authority.reference,
        ground.terms.authority.granted_by,
        approval.plan_code,
        approval.by,
        approval.strength.words()
    );
    draft.answer("authority", "On whose authority?", short, AUTHORITY)
}

fn approved_by(draft: &mut Draft, seq: u64, approval: &Approval) {
    let people = count(approval.people.len(), "person");
    match approval.is_whole() {
        Whole::Yes => draft.show(
            format!(
                "The approval pins every text octet by octet for {people}, the SIM, the dates, the hours and the limits; its \
                 code fits all of that."
            ),
            [seq],
        ),
        Whole::No => draft.note(
            Standing::InPart,
            "The code of the plan does not fit what the approval says: people were erased from it, or it was changed.".to_owned(),
            [seq],
        ),
    }
    if approval.strength != Strength::SshSignature {
        let words = format!("It rests on {}. Whoever signed or wrote it must be asked.", approval.strength.words());
        draft.note(Standing::InPart, words, [seq]);
    }
}

/// Every attempt names the authority and the plan, and keeps the limits.
fn within(draft: &mut Draft, ground: &Ground, all: &[&Try]) {
    let authority = &ground.terms.authority;
    let named = |one: &&&Try| {
        let approval = ground.facts.approval_before(one.intent);
        approval.is_some_and(|approval| approval.plan_code == one.plan_code) && one.authority == authority.reference
    };
    let open =
        |at: Timestamp| authority.send.at(at) == authority::Standing::Live && ground.terms.hours.at(at) == Open::Now;
    let unnamed: Vec<u64> = all.iter().filter(|one| !named(one)).map(|one| one.intent).collect();
    let outside: Vec<u64> = all.iter().filter(|one| !open(one.at)).map(|one| one.intent).collect();
    let times = || all.iter().map(|one| one.at);
    if let (Some(first), Some(last), true) = (times().min(), times().max(), unnamed.is_empty() && outside.is_empty()) {
        let words = format!(
            "All {} name this authority and the plan approved at the time, and were made within its dates and the case's hours: \
             the first at {}, the last at {}.",
            count(all.len(), "attempt"),
            ground.times.full(first),
            ground.times.full(last)
        );
        draft.show(words, []);
    }
    draft.leave(Standing::Against, unnamed, |number| {
        format!("{} named another authority or plan.", count(number, "attempt"))
    });
    draft.leave(Standing::Against, outside, |number| {
        format!("{} made outside the dates or hours of the case's file as it is now.", were(number, "attempt"))
    });
    draft.leave(Standing::InPart, ground.facts.steps.iter().map(|step| step.seq).collect(), |number| {
        format!(
            "The computer's clock was set, or the computer slept, {}: see the table of clocks.",
            count(number, "time")
        )
    });
    at_most(draft, ground);
}

fn at_most(draft: &mut Draft, ground: &Ground) {
    let people: BTreeMap<&Msisdn, u64> = ground
        .facts
        .tries_at_people()
        .filter_map(|(_, tries)| tries.first().map(|one| (&one.to, one.intent)))
        .collect();
    let most = usize::try_from(ground.terms.at_most).unwrap_or(usize::MAX);
    if people.len() > most {
        let words = format!("{} tried; at most {most} were allowed.", were(people.len(), "person"));
        draft.note(Standing::Against, words, people.into_values());
    } else {
        draft.show(format!("{} tried; at most {most} were allowed.", were(people.len(), "person")), []);
    }
}

/// `1 part was`, `2 parts were`.
fn were(number: usize, what: &str) -> String {
    format!("{} {}", count(number, what), if number == 1 { "was" } else { "were" })
}
