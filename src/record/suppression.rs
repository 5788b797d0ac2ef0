//! Who opted out on this station, in whatever case: a list that outlives a case, so it holds no numbers but
//! HMAC-SHA-256 of their last nine digits under a key that is kept apart, for this user only. Whoever has both
//! files can try all numbers; the list alone tells nothing.
//!
//! Written by a session at the moment of an opt-out; read when a plan is made and when a run begins.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::pen::random;
use super::small;
use crate::hex;

const KEY: &str = "list_key";
const LIST: &str = "opted-out";

/// Why the list cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SuppressionError {
    /// The file system.
    #[error("{path}: {error}")]
    Io {
        /// Where.
        path: PathBuf,
        /// What.
        error: std::io::Error,
    },
    /// A file holds something else.
    #[error("{path}, line {line}: 64 hexadecimal digits are expected; nothing is sent before the file is mended")]
    Foreign {
        /// Where.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
}

/// The list of a station.
pub struct Suppression {
    path: PathBuf,
    key: Vec<u8>,
    digests: BTreeSet<Vec<u8>>,
}

impl Suppression {
    /// Reads the list of the station in a folder, or begins one.
    pub fn load_or_create(station: &Path) -> Result<Self, SuppressionError> {
        let (key_path, path) = (station.join(KEY), station.join(LIST));
        std::fs::create_dir_all(station).map_err(|error| io(station, error))?;
        if !small::is_there(&key_path) {
            let line = format!("{}\n", hex::encode(&random::<32>()));
            small::write(&key_path, line.as_bytes()).map_err(|error| io(&key_path, error))?;
        }
        let key = lines(&key_path)?.into_iter().next();
        let key = key.ok_or(SuppressionError::Foreign { path: key_path, line: 1 })?;
        let digests = if path.exists() { lines(&path)?.into_iter().collect() } else { BTreeSet::new() };
        Ok(Self { path, key, digests })
    }

    /// Whether a number with these last nine digits opted out in any case of the station.
    pub fn holds(&self, last_nine: &str) -> bool {
        self.digests.contains(&self.digest(last_nine))
    }

    /// Adds a number; durable when this returns. Numbers of fewer than nine digits are no mobile numbers and
    /// are not kept.
    pub fn add(&mut self, last_nine: &str) -> Result<(), SuppressionError> {
        if last_nine.len() != 9 || self.holds(last_nine) {
            return Ok(());
        }
        let digest = self.digest(last_nine);
        let mut file = small::private(&self.path).map_err(|error| io(&self.path, error))?;
        let line = format!("{}\n", hex::encode(&digest));
        file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| io(&self.path, error))?;
        self.digests.insert(digest);
        Ok(())
    }

    fn digest(&self, last_nine: &str) -> Vec<u8> {
        // A key of any length is a key to HMAC (RFC 2104).
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return Vec::new() };
        mac.update(last_nine.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}

fn lines(path: &Path) -> Result<Vec<Vec<u8>>, SuppressionError> {
    let text = std::fs::read_to_string(path).map_err(|error| io(path, error))?;
    let read = |(line, text): (usize, &str)| {
        let octets = hex::decode(text.trim()).ok().filter(|octets| octets.len() == 32);
        octets.ok_or_else(|| SuppressionError::Foreign { path: path.to_owned(), line })
    };
    (1..).zip(text.lines()).map(read).collect()
}

fn io(path: &Path, error: std::io::Error) -> SuppressionError {
    SuppressionError::Io { path: path.to_owned(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_held_by_every_later_case_and_stands_nowhere() {
        let station = tempfile::tempdir().unwrap();
        let mut list = Suppression::load_or_create(station.path()).unwrap();
        assert!(!list.holds("700900123"));
        list.add("700900123").unwrap();
        list.add("700900123").unwrap();
        list.add("12345").unwrap();
        let later = Suppression::load_or_create(station.path()).unwrap();
        assert!(later.holds("700900123") && !later.holds("700900124") && !later.holds("12345"));
        let text = std::fs::read_to_string(station.path().join(LIST)).unwrap();
        assert_eq!(text.lines().count(), 1);
        assert!(!text.contains("700900123"));
        let other = tempfile::tempdir().unwrap();
        std::fs::write(other.path().join(LIST), &text).unwrap();
        assert!(!Suppression::load_or_create(other.path()).unwrap().holds("700900123"), "another station's key");
    }

    #[test]
    fn a_damaged_list_is_an_error_and_no_empty_list() {
        let station = tempfile::tempdir().unwrap();
        Suppression::load_or_create(station.path()).unwrap().add("700900123").unwrap();
        std::fs::write(station.path().join(LIST), "no digest\n").unwrap();
        assert!(matches!(Suppression::load_or_create(station.path()), Err(SuppressionError::Foreign { line: 1, .. })));
    }

    #[cfg(unix)]
    #[test]
    fn both_files_are_for_this_user_only() {
        use std::os::unix::fs::PermissionsExt;
        let station = tempfile::tempdir().unwrap();
        Suppression::load_or_create(station.path()).unwrap().add("700900123").unwrap();
        for name in [KEY, LIST] {
            let mode = std::fs::metadata(station.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}
