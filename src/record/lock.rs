//! The line is exclusive: an flock on `line.lock`, with the holder's name in it. A power cut frees it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

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
    /// The file system.
    #[error("line.lock: {0}")]
    Io(#[from] std::io::Error),
}

impl LineLock {
    /// Takes the line for this process; `since` is for the next one who finds it taken.
    pub fn acquire(folder: &Path, who: &str, since: &str) -> Result<Self, LockError> {
        let path = folder.join("line.lock");
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
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
        writeln!(file, "{who} (process {}) since {since}", std::process::id())?;
        file.sync_all()?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_who_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let first = LineLock::acquire(folder.path(), "PC Y", "10:00").unwrap();
        let error = LineLock::acquire(folder.path(), "PC Z", "10:05").unwrap_err().to_string();
        assert!(error.contains("PC Y") && error.contains("since 10:00"), "{error}");
        drop(first);
        assert!(LineLock::acquire(folder.path(), "PC Z", "10:06").is_ok());
    }
}
