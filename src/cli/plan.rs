//! `signpost plan`: who, what, when, on whose word. Changes nothing.

use jiff::SignedDuration;

use super::approve;
use super::args::{Common, Plan as PlanArgs};
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::print::Out;
use super::rehearsal::{Rehearsal, rehearse};
use crate::case::approval::{Draft, Now};
use crate::case::clearance::before_the_run;
use crate::case::pinned::Seed;
use crate::pdu::alphabet::Coding;

/// What a network is guessed to need for a text, before any was sent.
pub const GUESSED: SignedDuration = SignedDuration::from_secs(2);

const NOT_REHEARSED: &str = "TRIED  not rehearsed: the SIM was not looked at yet (signpost check)";

/// Shows the plan.
pub fn run(common: &Common, args: &PlanArgs, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let record = folder.look()?;
    let state = record.state();
    let (terms, message, sorted, plan) = folder.plan(state)?;
    let count = message.count();
    let reasons: Vec<String> = sorted.reasons().iter().map(|(code, count)| format!("{count} {code}")).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
    out.say(format!(
        "WHO    {} rows: {} people; {} left out{reasons}",
        sorted.rows(),
        plan.people.len(),
        sorted.left_out.len()
    ));
    let costly: String = count.costly.iter().map(|c| format!(" {c}")).collect();
    let costly = match (count.coding, count.costly.is_empty()) {
        (_, true) => "no character costs extra".to_owned(),
        (Coding::Gsm7, false) => format!("these count twice:{costly}"),
        (Coding::National(_), false) => format!("these need a national table, so parts are shorter:{costly}"),
        (Coding::Ucs2, false) => format!("these make every part shorter:{costly}"),
    };
    out.say(format!("WHAT   {} characters, {} part(s) each; {costly}", count.characters, count.parts));
    let now = folder::clock().now();
    let file = folder.case_file()?;
    let signers = folder.signers()?;
    let files = Now { file: &file, message: &message, signers: signers.as_ref() };
    let forecast = terms.hours.forecast(now.max(terms.authority.send.from), plan.parts(), terms.each(GUESSED));
    out.say(format!("WHEN   {} to {}", terms.hours.shown(forecast.begins), terms.hours.shown(forecast.ends)));
    let approved = state.approval.as_ref().map(|(_, approval)| approval);
    let status = approved.map_or_else(|| "NOT APPROVED".to_owned(), |a| format!("approved by {}", a.by));
    out.say(format!("WHOSE  {}, log {}: {status}", terms.authority.granted_by, terms.authority.reference));
    let differences = approved.map(|approval| approval.differs(&sorted.numbers(), &files, &state.excused()));
    let problems = before_the_run(now, &terms, approved, differences.unwrap_or_default(), "");
    for problem in &problems {
        out.say(format!("!      {problem}"));
    }
    let rehearsed = match approve::checked_line(state) {
        Ok(line) => Some(rehearse(&Draft::pin(&plan, &files, line, &Seed([0; 32])), &terms, now, out)?),
        Err(_) => None,
    };
    out.say(rehearsed.as_ref().map_or_else(|| NOT_REHEARSED.to_owned(), Rehearsal::line));
    if args.texts {
        message.text().lines().for_each(|line| out.say(format!("       | {line}")));
    }
    if args.left_out {
        sorted.left_out.iter().for_each(|left| {
            out.say(format!("out    {} ({}): {}", left.row.number.for_terminal(), left.row.from, left.why.words()));
        });
    }
    let next = if approved.is_some() { "signpost send" } else { "signpost approve --sheet" };
    out.say(format!("Next:  {next}"));
    out.json(&serde_json::json!({
        "type": "summary", "rows": sorted.rows(), "people": plan.people.len(), "left_out": sorted.left_out.len(),
        "characters": count.characters, "parts_each": count.parts, "begins": forecast.begins, "ends": forecast.ends,
        "rehearsed": rehearsed.as_ref().map(Rehearsal::json),
        "approved": approved.map(|approval| &approval.plan_code),
        "problems": problems.iter().map(|p| serde_json::json!({"code": p.code(), "text": p.to_string()})).collect::<Vec<_>>(),
    }));
    Ok(Exit::Done)
}
