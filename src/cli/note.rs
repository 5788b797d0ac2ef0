//! `signpost note`: a person's words into the record, with a file if there is one. Also into a closed case, which is then
//! sealed again behind it.

use super::args::Common;
use super::args::after::Note;
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::print::Out;
use crate::record::entry::Entry;
use crate::record::keeping::{Attached, Note as Noted};
use crate::text::Untrusted;

/// The record is copied, verified and handed on whole.
const MOST: usize = 1 << 20;

/// Notes.
pub fn run(common: &Common, args: &Note, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let by = folder.operator()?;
    let file = args.file.as_deref().map(attached).transpose()?;
    let entry = noted(&folder, &args.text, file)?;
    out.say(format!("Noted by {} (entry {entry}).", Untrusted::from(by).for_terminal()));
    out.json(&serde_json::json!({"type": "summary", "entry": entry}));
    Ok(Exit::Done)
}

/// A named person's words, in the record: their entry.
pub fn noted(folder: &Folder, text: &str, file: Option<Attached>) -> Result<u64, CommandError> {
    folder.operator()?;
    if text.trim().is_empty() {
        return Err(CommandError::usage("text", "the note is empty", "signpost note \"bag seal B123456, opened\""));
    }
    folder.add(&mut folder.look()?, Entry::Note(Noted { text: text.to_owned(), file }))
}

fn attached(path: &std::path::Path) -> Result<Attached, CommandError> {
    let octets = folder::octets(path)?;
    if octets.len() > MOST {
        let message = format!("{} has {} octets; {MOST} are the most", path.display(), octets.len());
        return Err(CommandError::usage("file", message, "note its SHA-256 and where it is kept"));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Attached { name: name.into(), octets })
}
