//! `signpost contacts`: who is in, who is out and why; and what a person changes about it.

pub mod add;
mod decide;
pub mod leave_out;
pub mod list;
mod sim;

use super::args::{Common, Contacts, ContactsVerb};
use super::error::CommandError;
use super::exit::Exit;
use super::folder::Folder;
use super::print::Out;
use crate::record::Record;

/// Lists, or changes.
pub fn run(common: &Common, args: &Contacts, out: &Out) -> Result<Exit, CommandError> {
    match &args.verb {
        None => list::run(common, out),
        Some(ContactsVerb::Add(args)) => add::run(common, args, out),
        Some(ContactsVerb::Exclude(args)) => decide::exclude(common, args, out),
        Some(ContactsVerb::Include(args)) => decide::include(common, args, out),
        Some(ContactsVerb::LeaveOut(args)) => leave_out::run(common, args, out),
    }
}

/// A named person changes who is in, while the case is open.
fn begin(common: &Common) -> Result<(Folder, Record), CommandError> {
    let folder = Folder::of(common);
    folder.operator()?;
    let record = folder.look()?;
    match record.state().closed {
        Some(_) => Err(CommandError::rule("closed", "the case is closed", "nothing is sent in a closed case")),
        None => Ok((folder, record)),
    }
}
