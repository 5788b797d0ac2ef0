//! `signpost resolve`: a person settles a part that is NOT KNOWN, or lifts a hold, with a reason. signpost itself
//! never does either.

use super::args::{Common, Resolve};
use super::error::CommandError;
use super::exit::Exit;
use super::folder::Folder;
use super::print::Out;
use super::status;
use crate::case::PartId;
use crate::record::body::{Resolved, Resolves, Settled};
use crate::record::entry::Entry;
use crate::record::fold::{PartState, State};
use crate::record::{Record, lock};

/// Resolves.
pub fn run(common: &Common, args: &Resolve, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let by = folder.operator()?;
    let mut record = folder.look()?;
    let resolves = match args.what.parse::<PartId>() {
        Ok(part) => {
            on_its_way(&folder, &record, part)?;
            part_of(record.state(), part, args)?
        }
        Err(_) => hold_of(record.state(), &args.what, args)?,
    };
    let entry = record.append(Entry::Resolved(Resolved { resolves, by, why: args.why.clone() }))?;
    came_first(record.state(), &args.what)?;
    let summary = status::Summary::of(&record.glance()?);
    out.say(format!("Resolved {} (entry {entry}).", args.what));
    summary.lines().iter().for_each(|line| out.say(line));
    let left = record.state().unknown().len();
    if left > 0 {
        out.say(format!("NOT KNOWN  {left} more; signpost status names them"));
    }
    out.json(&serde_json::json!({"type": "summary", "entry": entry, "not_known": left}));
    Ok(Exit::Done)
}

/// Between the look and the entry its outcome may have come, which then counts.
fn came_first(state: &State, what: &str) -> Result<(), CommandError> {
    let part = what.parse::<PartId>().ok().and_then(|part| state.parts.get(&part));
    match part.map(|part| part.state) {
        None | Some(PartState::Settled(_)) => Ok(()),
        Some(_) => Err(CommandError::rule("came-first", "its outcome came just before: that counts", WHICH_PARTS)),
    }
}

const WHICH_PARTS: &str = "signpost status names the parts that are NOT KNOWN";

/// While the device has it, nobody can know: its outcome is awaited.
fn on_its_way(folder: &Folder, record: &Record, part: PartId) -> Result<(), CommandError> {
    if record.glance()?.in_hand == Some(part) && lock::is_worked(folder.path()) {
        let help = "wait for its outcome, a few minutes at most; signpost status shows it";
        return Err(CommandError::rule("on-its-way", format!("part {part} is with the device now"), help));
    }
    Ok(())
}

fn part_of(state: &State, part: PartId, args: &Resolve) -> Result<Resolves, CommandError> {
    let how = match (args.sent, args.not_sent) {
        (true, _) => Settled::Sent,
        (_, true) => Settled::NotSent,
        _ => {
            let help = "give --sent or --not-sent, as you know it";
            return Err(CommandError::usage("how", format!("it is not told what became of part {part}"), help));
        }
    };
    match state.parts.get(&part).map(|part| part.state) {
        Some(PartState::Unknown) => Ok(Resolves::Part { part, how }),
        Some(_) => Err(CommandError::rule("not-unknown", format!("what became of part {part} is known"), WHICH_PARTS)),
        None => Err(CommandError::usage("part", format!("the approved plan has no part {part}"), WHICH_PARTS)),
    }
}

fn hold_of(state: &State, code: &str, args: &Resolve) -> Result<Resolves, CommandError> {
    if args.sent || args.not_sent {
        let help = "--sent and --not-sent go with a part, such as 17.2";
        return Err(CommandError::usage("how", format!("{code} is not a part"), help));
    }
    if state.holds.contains_key(code) {
        return Ok(Resolves::Hold { code: code.to_owned() });
    }
    let standing: Vec<&str> = state.holds.keys().map(String::as_str).collect();
    let help = if standing.is_empty() {
        "no hold stands; a part is written as two numbers with a dot between, such as 17.2".to_owned()
    } else {
        format!("these holds stand: {}", standing.join(", "))
    };
    Err(CommandError::usage("hold", format!("no hold {code} stands"), help))
}
