//! `signpost new`: a case folder with everything that must be filled in; at a terminal it is asked for.

mod ask;

use std::io;

use super::args::{Common, New};
use super::contacts::add::Received;
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::print::{Asking, Out};
use crate::case::edit::set;
use crate::case::file::{CaseFile, SCHEMA, TEMPLATE};
use crate::record::Record;
use crate::record::body::{Nature, Opened};

/// Makes the folder.
pub fn run(common: &Common, args: &New, out: &Out) -> Result<Exit, CommandError> {
    let nature = if args.training { Nature::Training } else { Nature::Real };
    let path = &args.folder;
    refuse_full(path)?;
    let case = args.set.iter().try_fold(TEMPLATE.to_owned(), |text, pair| {
        let (key, value) = pair.split_once('=').ok_or_else(|| {
            CommandError::usage("set", format!("--set {pair}: it has no ="), "write --set authority.reference=17/24")
        })?;
        Ok::<_, CommandError>(set(&text, key.trim(), value)?)
    })?;
    let choices = args.chosen.choices();
    let read = |path: &std::path::PathBuf| Received::read(path, &choices, nature);
    let lists = args.contacts.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let message = args.message.as_deref().map(folder::text).transpose()?;
    let case = asked(case, out)?;
    make(path, &case, &lists, message.as_deref())?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| "case".into());
    let place = Folder::of(&Common { folder: path.clone(), ..common.clone() });
    let mut record = Record::create(&path.join("record.db"), Opened::new(nature, name), &place.who(), folder::clock())?;
    record.append_all(lists.into_iter().map(|list| list.entry).collect())?;
    let missing = CaseFile::parse(&case)?.terms().err().unwrap_or_default();
    let keys: Vec<&str> = missing.iter().map(|missing| missing.key).collect();
    out.say(format!("Made {}{}", path.display(), if nature == Nature::Training { " (TRAINING)" } else { "" }));
    if !keys.is_empty() {
        out.say(format!("To fill in, in {}/case.toml:\n  {}", path.display(), keys.join("\n  ")));
    }
    let step = if message.is_none() { format!("write {}/message.txt, then ", path.display()) } else { String::new() };
    out.say(format!("Next: {step}put the SIM in, cd {}, signpost check", path.display()));
    out.json(&serde_json::json!({"type": "summary", "folder": path, "missing": keys}));
    Ok(Exit::Done)
}

/// What a terminal answers is written; without one the file stays as the flags have it.
fn asked(case: String, out: &Out) -> Result<String, CommandError> {
    match out.can_ask() {
        Asking::Impossible => Ok(case),
        Asking::Possible => ask::filled_in(case, &mut Terminal(out))
            .map_err(|error| CommandError::failed("terminal", error.to_string(), "give the answers with --set")),
    }
}

struct Terminal<'a>(&'a Out);

impl ask::Person for Terminal<'_> {
    fn ask(&mut self, question: &str) -> io::Result<String> {
        self.0.ask(question)
    }

    fn tell(&mut self, words: &str) {
        self.0.progress(words);
    }
}

fn refuse_full(path: &std::path::Path) -> Result<(), CommandError> {
    let full = std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
    if full {
        let message = format!("{} is not empty", path.display());
        return Err(CommandError::usage("folder-not-empty", message, "name a folder that does not exist yet"));
    }
    Ok(())
}

fn make(path: &std::path::Path, case: &str, lists: &[Received], message: Option<&str>) -> Result<(), CommandError> {
    for folder in ["contacts", "approval", "out"] {
        let folder = path.join(folder);
        std::fs::create_dir_all(&folder).map_err(|error| CommandError::file(&folder, &error))?;
    }
    folder::write(&path.join("case.toml"), case)?;
    folder::write(&path.join("out/case.schema.json"), SCHEMA)?;
    if let Some(message) = message {
        folder::write(&path.join("message.txt"), message)?;
    }
    lists.iter().try_for_each(|list| list.copy(path))
}
