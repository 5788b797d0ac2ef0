//! What must hold whatever failed, asked of the emulator's ground truth and of the record.

use std::collections::BTreeMap;

use signpost::emulator::truth::Happened;
use signpost::record::entry::Entry;
use signpost::record::fold::PartState;
use signpost::record::verify::verify;

use super::world::World;

/// Every invariant that does not hold, in words.
pub fn broken(world: &World) -> Vec<String> {
    let checks = [doubled, meant, known, handed_over, captured, opted_out, sound];
    checks.iter().flat_map(|check| check(world)).collect()
}

/// Law 1: the handset was never asked to send more often than there are intents.
fn handed_over(world: &World) -> Vec<String> {
    let asked = world.truth.commands().iter().filter(|line| line.starts_with("AT+CMGS=")).count();
    let intents = world.record().entries().unwrap().iter().filter(|view| view.kind == "intent").count();
    let wrong = (asked > intents).then(|| format!("{asked} hand-overs with {intents} intents"));
    wrong.into_iter().collect()
}

/// Law 1: nothing was on the air twice.
fn doubled(world: &World) -> Vec<String> {
    let twice = world.on_air().into_iter().filter(|(_, count)| *count > 1);
    twice.map(|((to, text), count)| format!("{count} times to {to}: {text}")).collect()
}

/// Law 4: nothing but the approved words was on the air, to nobody but the people of the plan: no PDU that a device in text
/// mode took for words.
fn meant(world: &World) -> Vec<String> {
    let people: Vec<String> = world.states().into_iter().map(|(to, _)| to).collect();
    let digits = |text: &str| text.len() > 20 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let wrong = world.on_air().into_keys().filter(|(to, text)| !people.contains(to) || digits(text));
    wrong.map(|(to, text)| format!("on the air and never approved: to {to}: {text}")).collect()
}

/// Law 1: what was on the air is known as taken or as not known; what is said to be taken was on the air.
fn known(world: &World) -> Vec<String> {
    let mut aired: BTreeMap<String, usize> = BTreeMap::new();
    world.on_air().into_keys().for_each(|(to, _)| *aired.entry(to).or_default() += 1);
    let mut states: BTreeMap<String, Vec<PartState>> = BTreeMap::new();
    world.states().into_iter().for_each(|(to, state)| states.entry(to).or_default().push(state));
    let taken = |state: &&PartState| matches!(state, PartState::Accepted | PartState::Reported(_));
    let maybe = |state: &&PartState| taken(state) || **state == PartState::Unknown;
    let of = |to: &String| aired.get(to).copied().unwrap_or_default();
    let wrong = states.iter().filter(|(to, states)| {
        states.iter().filter(taken).count() > of(to) || states.iter().filter(maybe).count() < of(to)
    });
    wrong.map(|(to, states)| format!("{to}: {} on the air, the record says {states:?}", of(to))).collect()
}

/// Law 2: what the network delivered is in the record, raw.
fn captured(world: &World) -> Vec<String> {
    let captured = world.captured();
    let lost = world.truth.delivered().into_iter().filter(|pdu| !captured.contains(pdu));
    lost.map(|pdu| format!("delivered and not in the record: {pdu}")).collect()
}

/// Law 5: no intent for a number behind its opt-out.
fn opted_out(world: &World) -> Vec<String> {
    let mut out = Vec::new();
    let mut wrong = Vec::new();
    for view in world.record().entries().unwrap() {
        match view.entry {
            Some(Entry::OptOut(opt_out)) => out.push(signpost::record::fold::last_nine(&opt_out.number)),
            Some(Entry::Intent(intent)) if out.iter().any(|nine| intent.to.last_nine() == nine) => {
                wrong.push(format!("entry {}: an intent for {} behind its opt-out", view.seq, intent.to));
            }
            _ => {}
        }
    }
    wrong
}

/// Law 3 and 6: what lay there was not touched, and the record verifies.
fn sound(world: &World) -> Vec<String> {
    let findings = verify(world.folder.path(), None).unwrap();
    let problems = findings.problems.iter().map(|problem| format!("the record: {problem:?}"));
    let all = world.truth.all();
    let lay: Vec<&String> = all
        .iter()
        .filter_map(|happened| if let Happened::LayThere { hex, .. } = happened { Some(hex) } else { None })
        .collect();
    assert!(lay.is_empty() || lay.len() >= 2);
    // A text of the exhibit may be marked as read only where a person decided that; it is never deleted.
    let decided = world.record().state().may_mark.is_some();
    let touched = all.iter().filter(|happened| match happened {
        Happened::Deleted { hex, .. } => lay.contains(&hex),
        Happened::Marked { hex, .. } => !decided && lay.contains(&hex),
        _ => false,
    });
    problems.chain(touched.map(|happened| format!("the exhibit was touched: {happened:?}"))).collect()
}
