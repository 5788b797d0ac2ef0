//! What came in: is any reply missing?

use super::{Answer, Draft, Ground, Standing, erased};
use crate::record::fold::DEVICE_GONE;
use crate::report::threads::is_incomplete;
use crate::report::words::{count, length};

const LIMITS: &[&str] = &[
    "What never reached the device: texts that the network or a filter of it dropped, that ran out while the line was off, or \
     that the network gave to another device with the same number.",
    "Replies by other means: iMessage, RCS chats, picture messages (MMS) and apps do not come through this device.",
    "What was said: calls are not answered, and what a mailbox holds is not fetched.",
];

/// Faults after which something may be missing.
const STORE: [&str; 1] = ["store-full"];
const NETWORK: [&str; 1] = ["line-lost"];

/// Is any reply missing?
pub fn missing(ground: &Ground) -> Answer {
    let mut draft = Draft::new();
    kept(&mut draft, ground);
    parts(&mut draft, ground);
    unread(&mut draft, ground);
    unheard(&mut draft, ground);
    erased(&mut draft, ground, &["capture", "decoded", "reply"]);
    let since = ground.facts.listening.first().map(|first| ground.times.full(first.at));
    let short = match (draft.standing, since) {
        (Standing::Against, _) => "Yes: parts of long texts did not come. What came of them is shown.".to_owned(),
        (_, None) => "The line was not listened to in this case.".to_owned(),
        (Standing::InPart, _) => {
            "None is known to be missing, but it cannot be ruled out for the reasons below.".to_owned()
        }
        (_, Some(since)) => {
            format!("None is known to be missing: the line was listened to without a break from {since} until the end.")
        }
    };
    draft.answer("missing", "Is any reply missing?", short, LIMITS)
}

fn kept(draft: &mut Draft, ground: &Ground) {
    let (state, facts) = (ground.state, ground.facts);
    draft.show(
        format!(
            "{} arrived and {} kept raw before anything else was done with it: {}, {}, and delivery reports.",
            count(facts.captures.len(), "thing"),
            if facts.captures.len() == 1 { "was" } else { "each was" },
            count(state.replies.len(), "reply"),
            match facts.repeats.len() {
                0 => "none that the network brought twice".to_owned(),
                repeats =>
                    format!("{} that the network brought twice (kept twice, shown once)", super::grouped(repeats)),
            },
        ),
        [],
    );
    if !facts.freed.is_empty() {
        let words = format!(
            "{} freed in the device's store, each after its text was safe in the record.",
            count(facts.freed.len(), "slot")
        );
        draft.show(words, facts.freed.iter().copied());
    }
}

/// Parts that somebody sent and that did not come.
fn parts(draft: &mut Draft, ground: &Ground) {
    let told = ground.state.replies.iter().filter(|received| is_incomplete(received, ground.state));
    draft.leave(Standing::Against, told.map(|received| received.seq).collect(), |number| {
        format!("{} shown without some of its parts, which did not come.", count(number, "reply"))
    });
    let is_part = |place: &str| place.starts_with("part ");
    let (parts, strange): (Vec<_>, Vec<_>) = ground.loose.iter().partition(|part| is_part(&part.place));
    draft.leave(Standing::Against, parts.iter().map(|part| part.capture).collect(), |number| {
        format!("{} of long texts came without the others: under \"Parts without the rest\".", count(number, "part"))
    });
    draft.leave(Standing::InPart, strange.iter().map(|part| part.capture).collect(), |number| {
        format!(
            "{} came that could not be read as a reply of anybody: under \"Parts without the rest\".",
            count(number, "text")
        )
    });
}

fn unread(draft: &mut Draft, ground: &Ground) {
    let (state, facts) = (ground.state, ground.facts);
    draft.leave(Standing::InPart, facts.unreadable.iter().map(|one| one.what.0).collect(), |number| {
        format!("{} kept raw but could not be decoded.", count(number, "capture"))
    });
    draft.leave(Standing::InPart, state.undecoded.keys().copied().collect(), |number| {
        format!("{} kept raw and not decoded yet: a session ended at that moment.", count(number, "capture"))
    });
    if !state.held_back.is_empty() {
        let words = format!(
            "{} that lay there before this case could not be read without marking it as read, and was left unread.",
            count(state.held_back.len(), "text")
        );
        draft.note(Standing::InPart, words, []);
    }
}

/// Times when nothing could be heard.
fn unheard(draft: &mut Draft, ground: &Ground) {
    let facts = ground.facts;
    let gaps =
        || facts.listening.iter().filter_map(|began| Some((began.seq, began.what.gap_s.filter(|gap| *gap > 0)?)));
    let (total, longest) = gaps().fold((0, 0), |(total, longest), (_, gap)| (total + gap, gap.max(longest)));
    draft.leave(Standing::InPart, gaps().map(|(seq, _)| seq).collect(), |number| {
        format!(
            "Nobody listened {}: {} in all, {} at the longest. What arrived meanwhile waited in the device or with the network, \
             which may drop what waits too long.",
            count(number, "time"),
            length(total),
            length(longest)
        )
    });
    tail(draft, ground);
    draft.leave(Standing::InPart, facts.faults(&STORE), |number| {
        format!("The device said {} that it could store no more texts.", count(number, "time"))
    });
    draft.leave(Standing::InPart, facts.faults(&NETWORK), |number| {
        format!("The line was without a network for more than a minute {}.", count(number, "time"))
    });
    draft.leave(Standing::InPart, facts.faults(&[DEVICE_GONE]), |number| {
        format!("The device was gone {}.", count(number, "time"))
    });
    let slept = facts.steps.iter().filter(|step| step.what.seconds() > 0).map(|step| step.seq);
    draft.leave(Standing::InPart, slept.collect(), |number| {
        format!("The computer may have slept {}: its clock went on without it.", count(number, "time"))
    });
    let killed = facts.sessions.iter().filter(|session| session.ended.is_none()).map(|session| session.began.seq);
    draft.leave(Standing::InPart, killed.collect(), |number| {
        format!("{} did not end in order, or is at work still.", count(number, "session"))
    });
}

/// Between the last that was heard and the end of the authority to listen.
fn tail(draft: &mut Draft, ground: &Ground) {
    let (Some(last), until) = (ground.state.heard.last, ground.terms.authority.listen.until) else { return };
    let end = ground.facts.last.map_or(until, |(_, at)| at.min(until));
    let seconds = end.duration_since(last).as_secs();
    let words = |seconds| {
        format!(
            "Listening ended at {}. Whatever came in the {} from then until {} is not in this record.",
            ground.times.full(last),
            length(seconds),
            if end == until { "the authority to listen ended" } else { "this page was made" }
        )
    };
    // Nobody can listen up to the very moment at which the page is made.
    match u64::try_from(seconds) {
        Ok(seconds @ 1..=60) => draft.show(words(seconds), []),
        Ok(seconds @ 61..) => draft.note(Standing::InPart, words(seconds), []),
        _ => {}
    }
}
