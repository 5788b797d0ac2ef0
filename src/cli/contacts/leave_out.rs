//! `signpost contacts leave-out`: numbers that must not be texted. A list of informants is no file to lie about in a case
//! folder: with `--keyed` it is kept as HMACs under the station's key, with the reasons, and only this station can use it.

use std::collections::BTreeMap;

use super::super::args::{Common, LeaveOut as Args};
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::folder::{self, Folder, KEYED, LEAVE_OUT};
use super::super::print::Out;
use crate::case::contacts::{self, LeaveOut};
use crate::ids::Sha256;
use crate::record::body::Contacts;
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
            "put both lists together, move the old one away, and say it again",
        ));
    }
    folder::write(&path, &kept)?;
    let rows = list.len() as u32;
    let sha256 = Sha256::of(&kept);
    let entry = Contacts { file: file.into(), sha256, rows, people: 0, left_out: rows, chosen: Vec::new() };
    let entry = record.append(Entry::Contacts(entry))?;
    out.say(format!("{rows} numbers are left out from now on ({}, entry {entry}).", path.display()));
    out.json(&serde_json::json!({"type": "summary", "numbers": rows, "file": path, "entry": entry}));
    Ok(Exit::Done)
}

/// One line a number: what stands for it, and the reason. In order of what stands for it, so that the order tells nothing.
fn keyed(folder: &Folder, list: &LeaveOut, nature: crate::record::body::Nature) -> Result<String, CommandError> {
    let mut suppression = folder.suppression(nature)?;
    let mut lines = BTreeMap::new();
    for (number, reason) in list {
        lines.insert(suppression.keyed(number.last_nine())?, reason.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    Ok(lines.into_iter().map(|(digest, reason)| format!("{digest} {reason}\n")).collect())
}
