//! What lies in `contacts/`, held against what the record says was taken in. A list that somebody laid there or changed by
//! hand is not read: who is in must be what was received, and a list of numbers to be left out must not become contacts by
//! another name. The leave-out list is its keeper's to change: it is read as it stands, but it may not go.

use std::path::{Path, PathBuf};

use super::error::CommandError;
use super::folder::{self, Folder};
use crate::case::contacts::{self, Keyed, LeaveOut};
use crate::ids::Sha256;
use crate::record::body::Nature;
use crate::record::fold::Roster;
use crate::record::suppression::Suppression;
use crate::text::Untrusted;

/// Numbers that must not be texted, in `contacts/`.
pub const LEAVE_OUT: &str = "leave-out.csv";

/// The same without the numbers, under the station's key.
pub const KEYED: &str = "leave-out.keyed";

/// Whether a file of this name could be thought to be a list of numbers to be left out.
pub fn looks_like_leave_out(name: &str) -> bool {
    let letters: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    letters.starts_with("leaveout")
}

/// Every list that was received and is there, in order of name.
pub fn received(folder: &Folder, roster: &Roster) -> Result<Vec<(String, Vec<u8>)>, CommandError> {
    let place = folder.at("contacts");
    let broken = |error: std::io::Error| CommandError::file(&place, &error);
    let entries = std::fs::read_dir(&place).map_err(broken)?;
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<PathBuf>, _>>();
    let paths = paths.as_mut().map_err(|error| CommandError::file(&place, error))?;
    paths.retain(|path| !path.is_dir() && !folder::is_tombstone(path));
    paths.sort();
    let lists = paths.iter().map(|path| as_received(path, roster));
    lists.filter_map(Result::transpose).collect()
}

/// Nothing, if it is no list of contacts.
fn as_received(path: &Path, roster: &Roster) -> Result<Option<(String, Vec<u8>)>, CommandError> {
    let name = name(path);
    if name == LEAVE_OUT || name == KEYED {
        return Ok(None);
    }
    match roster.received(&name) {
        // What programs hide there (.DS_Store, .~lock.c.csv#) is nobody's list.
        None if name.starts_with('.') => Ok(None),
        None => Err(not_added(&name)),
        Some(sha256) => match folder::octets(path)? {
            octets if Sha256::of(&octets) == *sha256 => Ok(Some((name, octets))),
            _ => Err(changed(&name)),
        },
    }
}

fn not_added(name: &str) -> CommandError {
    let message = format!("contacts/{name} was not taken in by signpost, so nobody knows what it is for");
    let help = if looks_like_leave_out(name) {
        "move it out of contacts/, then: signpost contacts leave-out FILE, if its numbers are to be left out"
    } else {
        "move it out of contacts/, then: signpost contacts add FILE, if its people are to be texted, or contacts leave-out FILE"
    };
    CommandError::rule("contacts-not-added", message, help)
}

fn changed(name: &str) -> CommandError {
    let message = format!("contacts/{name} is not as it was received");
    let help = "take it from a copy; or move it out of contacts/, and take the changed list in under another name: signpost \
                contacts add FILE";
    CommandError::rule("contacts-changed", message, help)
}

/// Numbers that must not be texted, as their file has them now.
pub fn leave_out(folder: &Folder, roster: &Roster, nature: Nature) -> Result<LeaveOut, CommandError> {
    match there(folder, roster, LEAVE_OUT)? {
        Some(octets) => Ok(contacts::read_leave_out(LEAVE_OUT, &octets, folder::realm(nature))?),
        None => Ok(LeaveOut::new()),
    }
}

/// The leave-out list, if it is not as the record has it.
pub fn changed_leave_out(folder: &Folder, roster: &Roster) -> Result<Option<Vec<u8>>, CommandError> {
    let octets = there(folder, roster, LEAVE_OUT)?;
    Ok(octets.filter(|octets| roster.received(LEAVE_OUT) != Some(&Sha256::of(octets))))
}

/// The list that holds no numbers. Nobody can change it by hand and know what they do.
pub fn keyed(folder: &Folder, roster: &Roster, station: &Suppression) -> Result<Option<Keyed>, CommandError> {
    let Some(octets) = there(folder, roster, KEYED)? else { return Ok(None) };
    match roster.received(KEYED) {
        None => return Err(not_added(KEYED)),
        Some(sha256) if *sha256 != Sha256::of(&octets) => {
            let help = "take it from a copy; or move it away, and take the list in again: signpost contacts leave-out FILE --keyed";
            let message = format!("contacts/{KEYED} is not as it was taken in");
            return Err(CommandError::rule("contacts-changed", message, help));
        }
        Some(_) => {}
    }
    let list = Keyed::read(KEYED, &String::from_utf8_lossy(&octets))?;
    if list.is_under(&station.sought("")?) {
        return Ok(Some(list));
    }
    let message = format!("contacts/{KEYED} was made under the key of another station: here it would leave nobody out");
    let help = "work at the station that made it; or move it away, and take the list in here: signpost contacts leave-out FILE \
                --keyed";
    Err(CommandError::failed("station-list", message, help))
}

/// Its octets; nothing if there never was such a list. One that is gone is no empty one.
fn there(folder: &Folder, roster: &Roster, name: &str) -> Result<Option<Vec<u8>>, CommandError> {
    let path = folder.at("contacts").join(name);
    match std::fs::symlink_metadata(&path) {
        Ok(_) => folder::octets(&path).map(Some),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(CommandError::file(&path, &error)),
        Err(_) if roster.received(name).is_none() => Ok(None),
        Err(_) => {
            let message = format!("contacts/{name} is gone: whoever stood in it would be texted");
            let help = "put it back from a copy, or take the list in again: signpost contacts leave-out FILE";
            Err(CommandError::rule("leave-out-gone", message, help))
        }
    }
}

fn name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Untrusted::from(name).for_terminal()
}
