//! `signpost stop`: from another terminal, no new text from here on. It is a short entry in the record; the
//! session that works the line reads it before its next part.

use super::args::{Common, Stop};
use super::error::CommandError;
use super::exit::Exit;
use super::folder::Folder;
use super::print::Out;
use crate::record::body::{Ends, Stop as Entered};
use crate::record::entry::Entry;
use crate::record::lock;

/// Stops.
pub fn run(common: &Common, args: &Stop, out: &Out) -> Result<Exit, CommandError> {
    let ends = if args.all { Ends::All } else { Ends::Sending };
    let folder = Folder::of(common);
    let entry = stopped(&folder, &args.why, ends)?;
    let then = if lock::is_worked(folder.path()) {
        "The text in flight comes to its end; no other follows."
    } else {
        "Nobody works the line now."
    };
    out.say(format!("Stopped (entry {entry}). {then}"));
    out.say(match ends {
        Ends::Sending => "What listens goes on. To send again: signpost send --after-stop",
        Ends::All => "Listening ends too: replies are not received until signpost capture.",
    });
    out.json(&serde_json::json!({"type": "summary", "entry": entry, "ends": ends}));
    Ok(Exit::Done)
}

/// A named person's stop, in the record: its entry.
pub fn stopped(folder: &Folder, why: &str, ends: Ends) -> Result<u64, CommandError> {
    folder.operator()?;
    let mut record = folder.look()?;
    if record.state().closed.is_some() {
        return Err(CommandError::rule("closed", "the case is closed", "nothing is sent in a closed case"));
    }
    Ok(record.append(Entry::Stop(Entered { why: why.to_owned(), ends }))?)
}
