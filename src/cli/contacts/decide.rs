//! `signpost contacts exclude` and `include`: a person decides, with a reason. An exclusion counts from its entry on, also
//! in a run that is under way: the rules look at it in the transaction that would write the next intent.

use std::collections::BTreeSet;

use super::super::args::{Common, Exclude, Include};
use super::super::bars::Bars;
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::folder::{self, Folder};
use super::super::print::Out;
use crate::case::contacts::{Sorted, Why};
use crate::case::number::{self, NumberProblem};
use crate::ids::Msisdn;
use crate::record::body::{Excluded, Included, Lifts, Nature};
use crate::record::entry::Entry;
use crate::record::fold::State;

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
    let found = Found::of(&folder, record.state())?;
    let included = match &args.number {
        Some(text) => vec![found.may_be_included(text)?],
        None => found.lost_noughts(out),
    };
    if included.is_empty() {
        return Err(CommandError::usage("nobody", "no number has lost its nought", "signpost contacts shows everyone"));
    }
    let entry = |(to, lifts): &(Msisdn, BTreeSet<Lifts>)| {
        Entry::Included(Included { number: to.to_string(), why: args.why.clone(), lifts: Some(lifts.clone()) })
    };
    let entries = record.append_all(included.iter().map(entry).collect())?;
    for ((to, lifts), entry) in included.iter().zip(&entries) {
        let reasons: Vec<&str> = lifts.iter().map(|reason| reason.words()).collect();
        out.say(format!("{to} is included (entry {entry}), although {}.", reasons.join(", and ")));
    }
    out.say("Next: signpost plan. Whoever is new needs a new approval.");
    let numbers: Vec<&Msisdn> = included.iter().map(|(to, _)| to).collect();
    out.json(&serde_json::json!({"type": "summary", "entries": entries, "numbers": numbers}));
    Ok(Exit::Done)
}

/// As a list may have it: without its nought too, and of any country, whatever the case says of that now.
fn number_of(text: &str, nature: Nature, words: fn(&NumberProblem) -> String) -> Result<Msisdn, CommandError> {
    let realm = folder::realm(nature);
    let read = number::with_nought(text, realm).map_or_else(|| number::read_of_any(text, realm), Ok);
    read.map_err(|problem| CommandError::usage("number", words(&problem), "give a mobile number, such as 07700 900123"))
}

/// Who is in and who is out, before a person decides.
struct Found<'a> {
    state: &'a State,
    sorted: Sorted,
    bars: Bars,
}

impl<'a> Found<'a> {
    fn of(folder: &Folder, state: &'a State) -> Result<Self, CommandError> {
        let (sorted, bars) = folder.sorted(&folder.case_file()?, folder::nature(state), &state.roster)?;
        Ok(Self { state, sorted, bars })
    }

    /// Numbers that are out for nothing else; the others are named, and stay out.
    fn lost_noughts(&self, out: &Out) -> Vec<(Msisdn, BTreeSet<Lifts>)> {
        let proposed = self.sorted.left_out.iter().filter_map(|left| match &left.why {
            Why::LostNought { proposed } => Some(proposed.clone()),
            _ => None,
        });
        let (free, barred): (BTreeSet<Msisdn>, BTreeSet<Msisdn>) = proposed.partition(|to| self.why(to).is_none());
        for (to, why) in barred.iter().filter_map(|to| Some((to, self.why(to)?))) {
            out.say(format!("{to} stays out: {}", why.words()));
            out.json(&serde_json::json!({"type": "stays-out", "number": to, "why": why.code(), "words": why.words()}));
        }
        free.into_iter().map(|to| (to, [Lifts::LostNought].into())).collect()
    }

    fn why(&self, to: &Msisdn) -> Option<Why> {
        let opted_out = self.state.opt_outs.contains_key(to.last_nine()).then_some(Why::OptedOut);
        opted_out.or_else(|| self.bars.why(&self.state.roster, to))
    }

    /// A person can take back what a person decided, and say what a number was: every such reason at once, each by name.
    /// What a number's owner decided, and who must never be texted, is not theirs.
    fn may_be_included(&self, text: &str) -> Result<(Msisdn, BTreeSet<Lifts>), CommandError> {
        let refuse = |code, message: String| {
            Err(CommandError::rule(code, message, "signpost contacts shows who is out and why; this reason stands"))
        };
        let to =
            match number_of(text, folder::nature(self.state), |problem| format!("it cannot be included: {problem}")) {
                Ok(to) => to,
                Err(error) => return Err(CommandError { exit: Exit::Refused, ..error }),
            };
        match self.why(&to) {
            Some(Why::OptedOut) => {
                return refuse("opted-out", format!("{to} opted out, and only they could take that back"));
            }
            Some(Why::Listed { .. }) => {
                return refuse("leave-out-list", format!("{to} is on the list of those who must not be texted"));
            }
            Some(Why::OwnNumber) => return refuse("own-number", format!("{to} is the line's own number")),
            _ => {}
        }
        let lifts = self.lifts(&to);
        if lifts.is_empty() {
            let message = format!("{to} is not left out for a reason that a person can lift");
            return Err(CommandError::usage(
                "not-left-out",
                message,
                "signpost contacts shows who is in, and who is out and why",
            ));
        }
        Ok((to, lifts))
    }

    fn lifts(&self, to: &Msisdn) -> BTreeSet<Lifts> {
        let roster = &self.state.roster;
        let lost =
            self.sorted.left_out.iter().any(|left| matches!(&left.why, Why::LostNought { proposed } if proposed == to));
        let reasons = [
            (Lifts::LostNought, lost),
            (Lifts::Excluded, roster.excluded(to.last_nine()).is_some()),
            (Lifts::OtherCase, self.bars.elsewhere(roster, to).is_some()),
        ];
        reasons.into_iter().filter(|(_, stands)| *stands).map(|(reason, _)| reason).collect()
    }
}
