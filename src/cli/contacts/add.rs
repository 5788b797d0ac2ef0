//! `signpost contacts add`: copies a list as received into the case, with what it is and which columns hold the numbers.

use std::path::{Path, PathBuf};

use super::super::args::{Add, Common};
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::folder::{self, TOMBSTONE};
use super::super::lists::looks_like_leave_out;
use super::super::print::Out;
use super::sim;
use crate::case::contacts::{self, Choice, List, Rules};
use crate::ids::Sha256;
use crate::record::body::{Contacts, Nature};
use crate::record::entry::Entry;
use crate::text::Untrusted;

/// A list as received, read before anything is made of it, so that a broken one changes nothing.
pub struct Received {
    /// Its name.
    pub name: String,
    /// Its octets.
    pub octets: Vec<u8>,
    /// What the record says of it.
    pub entry: Entry,
    list: List,
}

impl Received {
    /// Reads it.
    pub fn read(path: &Path, choices: &[Choice], nature: Nature) -> Result<Self, CommandError> {
        let octets = folder::octets(path)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if looks_like_leave_out(&name) {
            let message = format!("{} is no list of contacts", Untrusted::from(name).for_terminal());
            let help = "signpost contacts leave-out FILE takes a list of numbers that must not be texted";
            return Err(CommandError::usage("leave-out", message, help));
        }
        if folder::is_tombstone(path) {
            let message = format!("a name that ends in {TOMBSTONE} says that something was erased");
            return Err(CommandError::usage("file-name", message, "give the list another name"));
        }
        Self::of(&name, octets, choices, nature)
    }

    /// A list of these octets.
    pub(super) fn of(name: &str, octets: Vec<u8>, choices: &[Choice], nature: Nature) -> Result<Self, CommandError> {
        let name = Untrusted::from(name).for_terminal();
        let list = contacts::read(&name, &octets, choices)?;
        let sorted = contacts::sort(list.rows.clone(), &Rules::plain(folder::realm(nature)));
        let entry = Entry::Contacts(Contacts {
            file: name.as_str().into(),
            sha256: Sha256::of(&octets),
            rows: sorted.rows() as u32,
            people: sorted.people.len() as u32,
            left_out: sorted.left_out.len() as u32,
            chosen: choices.iter().map(Choice::to_string).collect(),
        });
        Ok(Self { name, octets, entry, list })
    }

    /// Copies it. What is there stays: the record has the digest of that.
    pub fn copy(&self, folder: &Path) -> Result<(), CommandError> {
        let path = folder.join("contacts").join(&self.name);
        if !path.exists() {
            return folder::write(&path, &self.octets);
        }
        if folder::octets(&path)? == self.octets {
            return Ok(());
        }
        let message = format!("{} is there, with other content", path.display());
        Err(CommandError::rule(
            "contacts-differ",
            message,
            "give the new file another name; what is there stays as received",
        ))
    }
}

/// Adds them.
pub fn run(common: &Common, args: &Add, out: &Out) -> Result<Exit, CommandError> {
    let (folder, mut record) = super::begin(common)?;
    let nature = folder::nature(record.state());
    let choices = args.chosen.choices();
    let read = |path: &PathBuf| Received::read(path, &choices, nature);
    let mut lists = args.files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    if !args.sim.is_empty() {
        lists.push(sim::list(record.state(), &args.sim)?);
    }
    let count = lists.len();
    for received in lists {
        received.copy(folder.path())?;
        super::list::say_list(&received.name, &received.list, out);
        let entry = record.append(received.entry)?;
        out.json(&serde_json::json!({"type": "added", "file": received.name, "entry": entry}));
    }
    let approved = if record.state().approval.is_some() { " Whoever is new needs a new approval." } else { "" };
    out.say(format!("Added.{approved} Next: signpost contacts"));
    out.json(&serde_json::json!({"type": "summary", "files": count}));
    Ok(Exit::Done)
}
