//! `signpost handover`: another person is at work from here on. The session that works the line goes on under their name.

use super::args::Common;
use super::args::after::Handover;
use super::error::CommandError;
use super::exit::Exit;
use super::folder::Folder;
use super::print::Out;
use crate::case::clearance::{Refusal, same_name};
use crate::record::entry::Entry;
use crate::record::keeping;
use crate::text::Untrusted;

/// The one who is named with `--operator` takes over.
pub fn run(common: &Common, args: &Handover, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let (by, entry) = (folder.operator()?, handed(&folder, args.words.as_deref().unwrap_or_default())?);
    out.say(format!("{} is at work from now on (entry {entry}).", Untrusted::from(by.as_str()).for_terminal()));
    out.json(&serde_json::json!({"type": "summary", "by": by, "entry": entry}));
    Ok(Exit::Done)
}

/// The person who is named takes over: the entry.
pub fn handed(folder: &Folder, words: &str) -> Result<u64, CommandError> {
    let by = folder.operator()?;
    let mut record = folder.look()?;
    let state = record.state();
    if state.closed.is_some() {
        return Err(CommandError::rule("closed", "the case is closed", "nobody works a closed case"));
    }
    if state.approval.as_ref().is_some_and(|(_, approval)| same_name(&by, &approval.by)) {
        return Err(CommandError::refused(&[Refusal::SamePerson(by)]));
    }
    let from = state.shift.as_ref().map(|shift| shift.by.clone()).unwrap_or_default();
    if same_name(&by, &from) {
        let message = format!("{} is at work already", Untrusted::from(by.as_str()).for_terminal());
        return Err(CommandError::usage("operator", message, "give the name of whoever takes over with --operator"));
    }
    Ok(record.append(Entry::Handover(keeping::Handover { from, words: words.trim().to_owned() }))?)
}
