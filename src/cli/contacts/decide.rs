//! `signpost contacts exclude` and `include`: a person decides, with a reason. An exclusion counts from its entry on, also
//! in a run that is under way: the rules look at it in the transaction that would write the next intent.

use super::super::args::{Common, Exclude, Include};
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::folder::{self, Folder};
use super::super::print::Out;
use crate::case::contacts::{Sorted, Why};
use crate::case::number::{self, NumberProblem};
use crate::ids::Msisdn;
use crate::record::Record;
use crate::record::body::{Excluded, Included, Nature};
use crate::record::entry::Entry;

/// Excludes.
pub fn exclude(common: &Common, args: &Exclude, out: &Out) -> Result<Exit, CommandError> {
    let (_, mut record) = super::begin(common)?;
    let to = number_of(&args.number, folder::nature(record.state()), number::NumberProblem::to_string)?;
    let entry = match record.state().roster.excluded(to.last_nine()) {
        Some((entry, _)) => entry,
        None => record.append(Entry::Excluded(Excluded { number: to.to_string(), why: args.why.clone() }))?,
    };
    let tried = record.state().person_of(&to.as_str().into()).is_some_and(|person| record.state().was_tried(person));
    out.say(format!("{to} is excluded (entry {entry})."));
    out.say(if tried { "A text was handed over before; no other part follows." } else { "Nothing is sent to it." });
    out.json(&serde_json::json!({"type": "summary", "entry": entry, "number": to, "tried": tried}));
    Ok(Exit::Done)
}

/// Includes one, or all who lost the nought at the beginning.
pub fn include(common: &Common, args: &Include, out: &Out) -> Result<Exit, CommandError> {
    let (folder, mut record) = super::begin(common)?;
    let nature = folder::nature(record.state());
    let sorted = folder.sorted(nature, &record.state().roster)?;
    let numbers = match &args.number {
        Some(text) => vec![may_be_included(&folder, &record, &sorted, text)?],
        None => lost_noughts(&sorted),
    };
    if numbers.is_empty() {
        return Err(CommandError::usage("nobody", "no number has lost its nought", "signpost contacts shows everyone"));
    }
    let entry = |to: &Msisdn| Entry::Included(Included { number: to.to_string(), why: args.why.clone() });
    let entries = record.append_all(numbers.iter().map(entry).collect())?;
    numbers.iter().zip(&entries).for_each(|(to, entry)| out.say(format!("{to} is included (entry {entry}).")));
    out.say("Next: signpost plan. Whoever is new needs a new approval.");
    out.json(&serde_json::json!({"type": "summary", "entries": entries, "numbers": numbers}));
    Ok(Exit::Done)
}

fn number_of(text: &str, nature: Nature, words: fn(&NumberProblem) -> String) -> Result<Msisdn, CommandError> {
    // Whoever is of another country is excluded by the number in international form.
    let whole = Msisdn::parse(text.trim()).ok();
    let read = number::read(text, folder::realm(nature)).or_else(|problem| match problem {
        NumberProblem::Foreign => whole.ok_or(problem),
        problem => Err(problem),
    });
    read.map_err(|problem| CommandError::usage("number", words(&problem), "give a mobile number, such as 07700 900123"))
}

fn lost_noughts(sorted: &Sorted) -> Vec<Msisdn> {
    let proposed = sorted.left_out.iter().filter_map(|left| match &left.why {
        Why::LostNought { proposed } => Some(proposed.clone()),
        _ => None,
    });
    let numbers: std::collections::BTreeSet<Msisdn> = proposed.collect();
    numbers.into_iter().collect()
}

/// A person can take back what a person decided, and say what a number was. What a number's owner decided, and who must
/// never be texted, is not theirs.
fn may_be_included(folder: &Folder, record: &Record, sorted: &Sorted, text: &str) -> Result<Msisdn, CommandError> {
    let refuse = |code, message: String| {
        Err(CommandError::rule(code, message, "signpost contacts shows who is out and why; this reason stands"))
    };
    let nature = folder::nature(record.state());
    let to = match number_of(text, nature, |problem| format!("it cannot be included: {problem}")) {
        Ok(to) => to,
        Err(error) => return Err(CommandError { exit: Exit::Refused, ..error }),
    };
    let last_nine = to.last_nine();
    if record.state().opt_outs.contains_key(last_nine) || folder.suppression(nature)?.holds(last_nine) {
        return refuse("opted-out", format!("{to} opted out, and only they could take that back"));
    }
    let left = |why: fn(&Why) -> bool| sorted.left_out.iter().any(|left| left.is(&to) && why(&left.why));
    if left(|why| matches!(why, Why::Listed { .. })) {
        return refuse("leave-out-list", format!("{to} is on the list of those who must not be texted"));
    }
    if left(|why| matches!(why, Why::LostNought { .. } | Why::Excluded { .. } | Why::OtherCase { .. })) {
        return Ok(to);
    }
    if record.state().roster.excluded(last_nine).is_some() {
        return Ok(to);
    }
    let message = format!("{to} is not left out for a reason that a person can lift");
    Err(CommandError::usage("not-left-out", message, "signpost contacts shows who is in, and who is out and why"))
}
