//! The sheet and the list of people in `approval/`: under the code of their plan, written once and never written over. What
//! somebody approved must be there when it is asked for, and must be what they saw.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::super::error::CommandError;
use super::super::folder::{self, Folder};
use crate::case::sheet;
use crate::ids::Sha256;
use crate::record::body;

/// Where both are.
pub(super) struct Papers {
    pub sheet: PathBuf,
    pub list: PathBuf,
}

/// Whether the sheet of a plan is there.
#[derive(PartialEq)]
pub(super) enum Stand {
    AsRecorded,
    Gone,
}

impl Papers {
    /// Of a plan.
    pub fn of(folder: &Folder, code: &str) -> Self {
        let place = folder.at("approval");
        Self { sheet: place.join(sheet::sheet_name(code)), list: place.join(sheet::list_name(code)) }
    }

    /// Writes both.
    pub fn write(&self, sheet: &str, list: &str) -> Result<(), CommandError> {
        put(&self.list, list.as_bytes())?;
        put(&self.sheet, sheet.as_bytes())
    }

    /// Whether both are as they were recorded. A list that is gone is made again: it is the same on every day.
    pub fn stand(&self, recorded: &body::Sheet, list: &str) -> Result<Stand, CommandError> {
        let Some(sheet) = read(&self.sheet)? else { return Ok(Stand::Gone) };
        if Sha256::of(&sheet) != recorded.sha256 {
            return Err(changed(&self.sheet));
        }
        put(&self.list, list.as_bytes()).map(|()| Stand::AsRecorded)
    }

    /// The octets of the sheet that somebody signed or answered.
    pub fn answered(&self, recorded: &body::Sheet, list: &str) -> Result<Vec<u8>, CommandError> {
        match self.stand(recorded, list)? {
            Stand::AsRecorded => folder::octets(&self.sheet),
            Stand::Gone => {
                let message = format!("{} is gone: nobody could see later what was approved", self.sheet.display());
                Err(CommandError::rule(
                    "sheet-gone",
                    message,
                    "put it back from a copy, or make another: approve --sheet",
                ))
            }
        }
    }
}

/// The sheet to sign: the only one, or else the one that was recorded last.
pub(super) fn to_sign(folder: &Folder) -> Result<PathBuf, CommandError> {
    let mut sheets: Vec<PathBuf> = std::fs::read_dir(folder.at("approval"))
        .map(|all| all.flatten().map(|entry| entry.path()).filter(|path| is_sheet(path)).collect())
        .unwrap_or_default();
    match (sheets.pop(), sheets.is_empty()) {
        (None, _) => Err(super::no_sheet()),
        (Some(only), true) => Ok(only),
        _ => {
            let record = folder.look()?;
            let (_, last) = record.state().sheet.as_ref().ok_or_else(super::no_sheet)?;
            Ok(Papers::of(folder, &last.plan_code).sheet)
        }
    }
}

fn is_sheet(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with("sheet-") && name.ends_with(".txt") && !folder::is_tombstone(path)
}

/// Durably; what is there stays, and must be the same.
pub(super) fn put(path: &Path, octets: &[u8]) -> Result<(), CommandError> {
    let broken = |error: std::io::Error| CommandError::file(path, &error);
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(octets).and_then(|()| file.sync_all()).map_err(broken),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            if folder::octets(path)? == octets {
                Ok(())
            } else {
                Err(changed(path))
            }
        }
        Err(error) => Err(broken(error)),
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, CommandError> {
    match std::fs::read(path) {
        Ok(octets) => Ok(Some(octets)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CommandError::file(path, &error)),
    }
}

fn changed(path: &Path) -> CommandError {
    let message = format!("{} is not as it was written", path.display());
    let help = "put it back from a copy; or move it away and make another: approve --sheet";
    CommandError::rule("sheet-changed", message, help)
}
