//! `signpost contacts leave-out`: numbers that must not be texted. A list of informants is no file to lie about in a case
//! folder: with `--keyed` it is kept as HMACs under the station's key, with the reasons, and only this station can use it.

use super::super::args::{Common, LeaveOut as Args};
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::folder::{self, Folder};
use super::super::lists::{self, KEYED, LEAVE_OUT};
use super::super::print::Out;
use crate::case::contacts::{self, Keyed, LeaveOut};
use crate::ids::Sha256;
use crate::record::Record;
use crate::record::body::{Contacts, Nature};
use crate::record::entry::Entry;

/// Takes a list over.
pub fn run(common: &Common, args: &Args, out: &Out) -> Result<Exit, CommandError> {
    let (folder, mut record) = super::begin(common)?;
    let octets = folder::octets(&args.file)?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let nature = folder::nature(record.state());
    let list = contacts::read_leave_out(&name, &octets, folder::realm(nature))?;
    let file = if args.keyed { KEYED } else { LEAVE_OUT };
    let kept = if args.keyed { keyed(&folder, &list, nature)?.into_bytes() } else { octets };
    let path = folder.at("contacts").join(file);
    if path.exists() && folder::octets(&path)? != kept {
        let message = format!("{} is there, with other content", path.display());
        return Err(CommandError::rule(
            "contacts-differ",
            message,
            "put both lists together, move the old one out of contacts/, and say it again",
        ));
    }
    folder::write(&path, &kept)?;
    let rows = list.len();
    let entry = record.append(entry(file, &kept, rows))?;
    out.say(format!("{rows} numbers are left out from now on ({}, entry {entry}).", path.display()));
    out.json(&serde_json::json!({"type": "summary", "numbers": rows, "file": path, "entry": entry}));
    Ok(Exit::Done)
}

fn keyed(folder: &Folder, list: &LeaveOut, nature: Nature) -> Result<String, CommandError> {
    let mut station = folder.suppression(nature)?;
    let mut keyed = Keyed::under(station.keyed("")?);
    for (number, reason) in list {
        keyed.insert(station.keyed(number.last_nine())?, reason);
    }
    Ok(keyed.text())
}

/// Whoever keeps the list may change it by hand. It counts as it stands, and a plan is approved and sent only when the record
/// has it so.
pub fn take_in_as_it_stands(folder: &Folder, record: &mut Record, out: &Out) -> Result<(), CommandError> {
    let Some(octets) = lists::changed_leave_out(folder, &record.state().roster)? else { return Ok(()) };
    let nature = folder::nature(record.state());
    let numbers = contacts::read_leave_out(LEAVE_OUT, &octets, folder::realm(nature))?.len();
    let entry = record.append(entry(LEAVE_OUT, &octets, numbers))?;
    out.progress(format!("{LEAVE_OUT} is taken in as it stands now: {numbers} numbers (entry {entry})"));
    Ok(())
}

fn entry(file: &str, octets: &[u8], numbers: usize) -> Entry {
    let (rows, sha256) = (u32::try_from(numbers).unwrap_or(u32::MAX), Sha256::of(octets));
    Entry::Contacts(Contacts { file: file.into(), sha256, rows, people: 0, left_out: rows, chosen: Vec::new() })
}
