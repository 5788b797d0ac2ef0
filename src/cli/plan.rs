//! `signpost plan`: who, what, when, on whose word. Changes nothing, unless it is to mend the words.

mod fix;
mod what;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::approve;
use super::args::{Common, Plan as PlanArgs};
use super::columns::labelled;
use super::contacts::list::written;
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Files, Folder};
use super::print::Out;
use super::rehearsal::{Rehearsal, rehearse};
use crate::case::approval::{Approval, Draft, Now};
use crate::case::clearance::{Refusal, before_the_run};
use crate::case::contacts::Sorted;
use crate::case::hours::Forecast;
use crate::case::pinned::Seed;
use crate::case::plan::Plan;
use crate::case::terms::Terms;
use crate::case::texts::{Listed, Spoken, Texts};
use crate::record::fold::State;
use what::What;

/// What a network is guessed to need for a text, before any was sent.
pub const GUESSED: SignedDuration = SignedDuration::from_secs(2);

const NOT_REHEARSED: &str = "not rehearsed: the SIM was not looked at yet (signpost check)";

const NO_OWN_NUMBER: &str = "the SIM does not say what the line's own number is: if it stands in a list, it would be texted. \
                             If you know it: signpost contacts exclude";

/// Shows the plan.
pub fn run(common: &Common, args: &PlanArgs, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let record = folder.look()?;
    if args.fix_text {
        return fix::run(&folder, record.state(), out);
    }
    let found = Found::of(&folder, record.state(), out)?;
    found.say(out);
    if args.texts {
        found.what.say_words(out);
    }
    if args.left_out {
        found.say_left_out(common, out);
    }
    let next = if found.approved.is_some() { "signpost send" } else { "signpost approve --sheet" };
    say(out, "Next:", next);
    out.json(&found.json());
    Ok(Exit::Done)
}

/// Everything that a plan shows.
struct Found<'a> {
    terms: Terms,
    texts: Texts,
    sorted: Sorted,
    plan: Plan,
    what: What,
    spoken: Spoken,
    forecast: Forecast,
    approved: Option<&'a Approval>,
    problems: Vec<Refusal>,
    rehearsed: Option<Rehearsal>,
    own_number: OwnNumber,
}

/// Whether the SIM says what the line's own number is.
#[derive(PartialEq)]
enum OwnNumber {
    Known,
    NotKnown,
}

impl OwnNumber {
    /// Before the SIM was looked at, nobody misses it.
    fn of(state: &State) -> Self {
        let looked_at = approve::checked_line(state).is_ok();
        if looked_at && !state.roster.knows_own() { Self::NotKnown } else { Self::Known }
    }
}

impl<'a> Found<'a> {
    fn of(folder: &Folder, state: &'a State, out: &Out) -> Result<Self, CommandError> {
        let (files, sorted, plan) = folder.plan(state)?;
        let (now, pinned) = (folder::clock().now(), files.now()?);
        let approved = state.approval.as_ref().map(|(_, approval)| approval);
        let listed = Listed::of(&sorted, &files.texts);
        let differences = approved.map(|approval| approval.differs(&listed, &pinned, &state.excused()));
        let rehearsed = rehearsed(state, &plan, &pinned, &files.terms, now, out)?;
        let Files { terms, texts, .. } = files;
        Ok(Self {
            what: What::of(&texts, &plan, &terms),
            spoken: Spoken::of(&sorted, &texts),
            forecast: forecast(&terms, &plan, &texts, now),
            problems: before_the_run(
                now,
                &terms,
                approved,
                differences.unwrap_or_default(),
                "",
                &state.history().tried,
            ),
            rehearsed,
            own_number: OwnNumber::of(state),
            approved,
            terms,
            texts,
            sorted,
            plan,
        })
    }

    fn say(&self, out: &Out) {
        let (terms, hours) = (&self.terms, &self.terms.hours);
        say(out, "WHO", &self.who());
        self.what.say(out);
        what::say_languages(&self.spoken, out);
        if self.own_number == OwnNumber::NotKnown {
            say(out, "MIND", NO_OWN_NUMBER);
        }
        say(out, "WHEN", &format!("{} to {}", hours.shown(self.forecast.begins), hours.shown(self.forecast.ends)));
        let status = self.approved.map_or_else(|| "NOT APPROVED".to_owned(), |a| format!("approved by {}", a.by));
        say(out, "WHOSE", &format!("{}, log {}: {status}", terms.authority.granted_by, terms.authority.reference));
        self.problems.iter().for_each(|problem| say(out, "!", &problem.to_string()));
        let tried = self.rehearsed.as_ref().map_or_else(|| NOT_REHEARSED.to_owned(), Rehearsal::words);
        say(out, "TRIED", &tried);
    }

    fn who(&self) -> String {
        let reasons: Vec<String> =
            self.sorted.reasons().iter().map(|(code, count)| format!("{count} {code}")).collect();
        let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
        let (rows, people, left_out) = (self.sorted.rows(), self.plan.people.len(), self.sorted.left_out.len());
        format!("{rows} rows: {people} people; {left_out} left out{reasons}")
    }

    fn say_left_out(&self, common: &Common, out: &Out) {
        for left in &self.sorted.left_out {
            let number = written(common, &left.row.number);
            let words = format!("{number} ({}): {}", left.row.from, left.why.words());
            say(out, "out", &words);
        }
    }

    fn json(&self) -> serde_json::Value {
        let count = self.texts.main().message.count();
        let languages: BTreeMap<&str, usize> =
            self.spoken.without_text.iter().map(|(language, people)| (language.as_str(), *people)).collect();
        let problem = |problem: &Refusal| json!({"code": problem.code(), "text": problem.to_string()});
        json!({
            "type": "summary", "rows": self.sorted.rows(), "people": self.plan.people.len(),
            "left_out": self.sorted.left_out.len(), "characters": count.characters, "parts_each": count.parts,
            "parts": self.plan.parts(&self.texts), "texts": self.what.json(), "languages_without_text": languages,
            "people_of_several_languages": self.spoken.several, "begins": self.forecast.begins,
            "ends": self.forecast.ends, "rehearsed": self.rehearsed.as_ref().map(Rehearsal::json),
            "own_number_known": self.own_number == OwnNumber::Known,
            "approved": self.approved.map(|approval| &approval.plan_code),
            "problems": self.problems.iter().map(problem).collect::<Vec<_>>(),
        })
    }
}

fn forecast(terms: &Terms, plan: &Plan, texts: &Texts, now: Timestamp) -> Forecast {
    terms.hours.forecast(now.max(terms.authority.send.from), plan.parts(texts), terms.each(GUESSED))
}

/// Nothing before the SIM was looked at.
fn rehearsed(
    state: &State,
    plan: &Plan,
    files: &Now,
    terms: &Terms,
    now: Timestamp,
    out: &Out,
) -> Result<Option<Rehearsal>, CommandError> {
    let Ok(line) = approve::checked_line(state) else { return Ok(None) };
    rehearse(&Draft::pin(plan, files, line, &Seed([0; 32])), terms, now, out).map(Some)
}

fn say(out: &Out, label: &str, words: &str) {
    labelled(label, words).into_iter().for_each(|line| out.say(line));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Record;
    use crate::record::body::{Device, Image, Nature, Round};
    use crate::record::entry::Entry;

    #[test]
    fn a_line_whose_number_nobody_knows_is_minded_once_the_sim_was_looked_at() {
        let mut record = Record::in_memory(Nature::Training, "x", folder::clock()).unwrap();
        assert!(OwnNumber::of(record.state()) == OwnNumber::Known, "not looked at yet");
        let (iccid, imsi) = (Some("8944100000000000012".into()), Some("001010123456789".into()));
        record.append(Entry::Device(Device { iccid, imsi, ..Device::default() })).unwrap();
        assert!(OwnNumber::of(record.state()) == OwnNumber::NotKnown);
        let (name, status) = ("EF_MSISDN".into(), "9000".into());
        let records = vec!["4F776EFFFFFF0791447700090021FFFFFFFFFFFF".into()];
        record
            .append(Entry::Image(Image { round: Round::Before, file: "6F40".into(), name, status, records }))
            .unwrap();
        assert!(OwnNumber::of(record.state()) == OwnNumber::Known);
    }
}
