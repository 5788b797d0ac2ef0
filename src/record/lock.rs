//! The line is exclusive: an flock on `line.lock`, with the holder's name in it. A power cut frees it.
//!
//! A station works four lines at most. For each it has a file to lock, which says who works it: a computer
//! that works five SIMs comes near what the law calls a SIM farm, and nobody minds five lines.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

/// How many lines one station works at a time.
pub const LINES: usize = 4;

/// A line that is looked at seems to be taken for less than this.
const A_LOOK: Duration = Duration::from_millis(20);
const LOOKS: u32 = 5;

/// Held while this value lives.
#[derive(Debug)]
pub struct LineLock {
    _file: File,
}

/// Why the line cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody has it.
    #[error("the line is in use: {0}")]
    Held(String),
    /// The station works as many lines as it may.
    #[error("this station works {LINES} lines already:\n       {}", .0.join("\n       "))]
    Full(Vec<String>),
    /// The file system.
    #[error("the lock of the line: {0}")]
    Io(#[from] std::io::Error),
}

impl LineLock {
    /// Takes the line for this process; `since` is for the next one who finds it taken. Who is at work by then, the record says.
    pub fn acquire(folder: &Path, who: &str, since: &str) -> Result<Self, LockError> {
        let file = take(&folder.join("line.lock"), &holder(who, since))?;
        Ok(Self { _file: file })
    }
}

/// Whether a process works the line of this case: it is not asked who.
pub fn is_worked(folder: &Path) -> bool {
    let file = File::open(folder.join("line.lock"));
    file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// One of the station's lines, held while this value lives.
#[derive(Debug)]
pub struct StationLine {
    _file: File,
}

impl StationLine {
    /// Takes a free one for the case in `folder`.
    pub fn acquire(station: &Path, folder: &Path, who: &str, since: &str) -> Result<Self, LockError> {
        std::fs::create_dir_all(station)?;
        let shown = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let words = format!("{}: {}", shown.display(), holder(who, since));
        let mut taken = Vec::new();
        for number in 1..=LINES {
            match take(&station.join(format!("line-{number}.lock")), &words) {
                Ok(file) => return Ok(Self { _file: file }),
                Err(LockError::Held(by)) => taken.push(by),
                Err(error) => return Err(error),
            }
        }
        Err(LockError::Full(taken))
    }
}

fn holder(who: &str, since: &str) -> String {
    format!("started by {who} (process {}) at {since}", std::process::id())
}

/// Locks a file and writes into it who has it.
fn take(path: &Path, words: &str) -> Result<File, LockError> {
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    match locked(&file) {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.read_to_string(&mut holder)?;
            return Err(LockError::Held(crate::text::Untrusted::from(holder.trim()).for_terminal()));
        }
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{words}")?;
    file.sync_all()?;
    Ok(file)
}

/// Whoever only looks ([`is_worked`]) has it for a moment, and is waited for.
fn locked(file: &File) -> Result<(), TryLockError> {
    for _ in 0..LOOKS {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(A_LOOK),
            other => return other,
        }
    }
    file.try_lock()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_who_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let first = LineLock::acquire(folder.path(), "PC Y", "10:00").unwrap();
        let error = LineLock::acquire(folder.path(), "PC Z", "10:05").unwrap_err().to_string();
        assert!(error.contains("started by PC Y") && error.contains("at 10:00"), "{error}");
        assert!(is_worked(folder.path()));
        drop(first);
        assert!(!is_worked(folder.path()));
        assert!(LineLock::acquire(folder.path(), "PC Z", "10:06").is_ok());
    }

    /// DESIGN section 5: at most four lines on one station.
    #[test]
    fn a_station_has_four_lines_and_names_who_works_them() {
        let (station, case) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let take = |who: &str| StationLine::acquire(station.path(), case.path(), who, "10:00");
        let mut seats: Vec<StationLine> =
            ["PC A", "PC B", "PC C", "PC D"].into_iter().map(|who| take(who).unwrap()).collect();
        let error = take("PC E").unwrap_err();
        let LockError::Full(taken) = &error else { panic!("{error}") };
        assert_eq!(taken.len(), 4, "five SIMs at one station come near a SIM farm");
        for who in ["PC A", "PC B", "PC C", "PC D"] {
            assert!(taken.iter().any(|words| words.contains(who)), "{who}: {error}");
        }
        seats.remove(1);
        let fifth = take("PC E").unwrap();
        assert!(take("PC F").unwrap_err().to_string().contains("PC E"), "the freed one is taken, by its new holder");
        drop(fifth);
    }
}
