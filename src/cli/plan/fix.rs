//! `signpost plan --fix-text`: writes characters of the default alphabet for those that make a text dear, where the words
//! stay the same. The words as they were stay beside it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::folder::{self, Folder};
use super::super::print::Out;
use crate::case::cost::Cost;
use crate::case::file::CaseFile;
use crate::case::mend::mended;
use crate::case::plan::several;
use crate::record::fold::State;

/// A text that will be cheaper.
struct Fix {
    name: String,
    path: PathBuf,
    old: String,
    new: String,
    parts: (usize, usize),
}

/// Mends every text that becomes cheaper by it; all of them or none.
pub(super) fn run(folder: &Folder, state: &State, out: &Out) -> Result<Exit, CommandError> {
    refuse_approved(state)?;
    let file = folder.case_file()?;
    let names: BTreeSet<&str> = file.languages()?.into_values().chain([file.message.file.as_str()]).collect();
    let fixes = names.into_iter().map(|name| Fix::of(folder, &file, name)).collect::<Result<Vec<_>, _>>()?;
    let fixes: Vec<Fix> = fixes.into_iter().flatten().collect();
    fixes.iter().try_for_each(Fix::refuse_second)?;
    for fix in &fixes {
        fix.write()?;
        let (name, (before, now)) = (&fix.name, fix.parts);
        out.say(format!("Wrote {name}: {}, {before} before. As it was: {name}{BEFORE}", several(now, "part")));
        out.json(&serde_json::json!({"type": "fixed", "file": name, "parts": now, "parts_before": before}));
    }
    if fixes.is_empty() {
        out.say("No text would be cheaper with the same words: nothing is changed.");
    }
    out.say("Next: signpost plan --texts");
    out.json(&serde_json::json!({"type": "summary", "files": fixes.len()}));
    Ok(Exit::Done)
}

const BEFORE: &str = ".before";

fn refuse_approved(state: &State) -> Result<(), CommandError> {
    let Some((_, approval)) = &state.approval else { return Ok(()) };
    let message = format!("{} approved these very words: with others the approval would be void", approval.by);
    let help = "send them as they are; or change the file by hand, and have the plan approved again";
    Err(CommandError::rule("approved", message, help))
}

impl Fix {
    /// Nothing, if it would be no cheaper.
    fn of(folder: &Folder, file: &CaseFile, name: &str) -> Result<Option<Self>, CommandError> {
        let path = folder.at(name);
        let old = folder::text(&path)?;
        let message = folder::parse(file, name, &old)?;
        let Some(cheaper) = Cost::of(&message).mended else { return Ok(None) };
        let new = mended(&old);
        folder::parse(file, name, &new)?;
        Ok(Some(Self { name: name.to_owned(), path, old, new, parts: (message.count().parts, cheaper.parts) }))
    }

    fn before(&self) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(BEFORE);
        path.into()
    }

    fn refuse_second(&self) -> Result<(), CommandError> {
        let before = self.before();
        if !before.exists() {
            return Ok(());
        }
        let message = format!("{} is there already: it would be lost", before.display());
        Err(CommandError::usage("file-exists", message, "put it elsewhere, then say it again"))
    }

    fn write(&self) -> Result<(), CommandError> {
        folder::write(&self.before(), &self.old)?;
        folder::write(&self.path, &self.new)
    }
}
