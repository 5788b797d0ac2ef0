//! Who opted out on this station, in whatever case: a list that outlives a case, so it holds no numbers but
//! HMAC-SHA-256 of their last nine digits under a key that is kept apart, for this user only. Whoever has both
//! files can try all numbers; the list alone tells nothing.
//!
//! Written by a session at the moment of an opt-out; read when a plan is made and when a run begins.

use std::collections::BTreeSet;
use std::fs::File;
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
    /// There is a list, but not the key that it was made with.
    #[error(
        "{0} is missing: without it the station does not know any more who opted out; nothing is sent before it is back"
    )]
    KeyLost(PathBuf),
}

/// The list of a station.
pub struct Suppression {
    /// None in a rehearsal: nothing is kept.
    pub(super) station: Option<PathBuf>,
    /// Made with the first number.
    pub(super) key: Option<Vec<u8>>,
    digests: BTreeSet<Vec<u8>>,
}

impl Suppression {
    /// A list in a rehearsal, where nobody opts out: nothing is kept.
    pub fn none() -> Self {
        Self { station: None, key: None, digests: BTreeSet::new() }
    }

    /// Reads the list of the station in a folder; where there is none, it is empty. Writes nothing.
    pub fn load(station: &Path) -> Result<Self, SuppressionError> {
        let (key_path, path) = (station.join(KEY), station.join(LIST));
        let key = read_key(&key_path)?;
        let digests = if there(&path)? { lines(&path)?.0 } else { Vec::new() };
        let texted = there(&station.join(super::texted::LIST))?;
        if key.is_none() && (texted || !digests.is_empty()) {
            return Err(SuppressionError::KeyLost(key_path));
        }
        Ok(Self { station: Some(station.to_owned()), key, digests: digests.into_iter().collect() })
    }

    /// Whether a number with these last nine digits opted out in any case of the station.
    pub fn holds(&self, last_nine: &str) -> bool {
        self.key.as_ref().is_some_and(|key| self.digests.contains(&digest(key, last_nine)))
    }

    /// Adds a number; durable when this returns. Numbers of fewer than nine digits are no mobile numbers and
    /// are not kept.
    pub fn add(&mut self, last_nine: &str) -> Result<(), SuppressionError> {
        if last_nine.len() != 9 || self.holds(last_nine) {
            return Ok(());
        }
        let Some(station) = self.made()? else { return Ok(()) };
        let path = station.join(LIST);
        let file = small::private(&path).map_err(|error| io(&path, error))?;
        // Other lines of the station write it too; the lock ends with the file.
        file.lock().map_err(|error| io(&path, error))?;
        let digest = digest(self.key(&station)?, last_nine);
        let (digests, whole) = lines(&path)?;
        self.digests.extend(digests);
        let line = format!("{}\n", hex::encode(&digest));
        write_behind(file, whole, &line).map_err(|error| io(&path, error))?;
        self.digests.insert(digest);
        Ok(())
    }

    /// What stands for a number in a list of a case that is to hold no numbers; the key is made if there is none.
    pub fn keyed(&mut self, last_nine: &str) -> Result<String, SuppressionError> {
        match self.made()? {
            Some(station) => Ok(hex::encode(&digest(&self.locked_key(&station)?, last_nine))),
            None => self.sought(last_nine),
        }
    }

    /// As [`Self::keyed`], to look a number up; a list without its key is an error.
    pub fn sought(&self, last_nine: &str) -> Result<String, SuppressionError> {
        let key = self.key.as_ref().ok_or_else(|| self.key_lost())?;
        Ok(hex::encode(&digest(key, last_nine)))
    }

    /// The folder, if anything is kept at all.
    pub(super) fn made(&self) -> Result<Option<PathBuf>, SuppressionError> {
        let Some(station) = &self.station else { return Ok(None) };
        std::fs::create_dir_all(station).map_err(|error| io(station, error))?;
        Ok(Some(station.clone()))
    }

    /// The key, for the other list of the station.
    pub(super) fn locked_key(&mut self, station: &Path) -> Result<Vec<u8>, SuppressionError> {
        let path = station.join(LIST);
        let file = small::private(&path).map_err(|error| io(&path, error))?;
        file.lock().map_err(|error| io(&path, error))?;
        self.key(station).map(<[u8]>::to_vec)
    }

    pub(super) fn key_lost(&self) -> SuppressionError {
        SuppressionError::KeyLost(self.station.as_deref().unwrap_or(Path::new("")).join(KEY))
    }

    /// Made with the first number of the station, whichever line brings it; called under the list's lock.
    fn key(&mut self, station: &Path) -> Result<&[u8], SuppressionError> {
        if self.key.is_none() {
            let path = station.join(KEY);
            if !there(&path)? {
                let line = format!("{}\n", hex::encode(&random::<32>()));
                small::write(&path, line.as_bytes()).map_err(|error| io(&path, error))?;
            }
            self.key = read_key(&path)?;
        }
        Ok(self.key.as_deref().unwrap_or_default())
    }
}

pub(super) fn there(path: &Path) -> Result<bool, SuppressionError> {
    small::is_there(path).map_err(|error| io(path, error))
}

/// `None` where there is none.
fn read_key(path: &Path) -> Result<Option<Vec<u8>>, SuppressionError> {
    if !there(path)? {
        return Ok(None);
    }
    let (lines, _) = lines(path)?;
    let key = lines.into_iter().next();
    key.map(Some).ok_or_else(|| SuppressionError::Foreign { path: path.to_owned(), line: 1 })
}

/// Behind the last whole line: a line that the power went away from is written over. It was never said to be durable,
/// and the record of its case has it.
fn write_behind(mut file: File, whole: u64, line: &str) -> std::io::Result<()> {
    file.set_len(whole)?;
    file.write_all(line.as_bytes())?;
    file.sync_all()
}

pub(super) fn digest(key: &[u8], last_nine: &str) -> Vec<u8> {
    // A key of any length is a key to HMAC (RFC 2104).
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(last_nine.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// What the whole lines say, and where they end.
fn lines(path: &Path) -> Result<(Vec<Vec<u8>>, u64), SuppressionError> {
    let text = std::fs::read_to_string(path).map_err(|error| io(path, error))?;
    let whole = text.rfind('\n').map_or("", |end| text.get(..=end).unwrap_or_default());
    let read = |(line, text): (usize, &str)| {
        let octets = hex::decode(text.trim()).ok().filter(|octets| octets.len() == 32);
        octets.ok_or_else(|| SuppressionError::Foreign { path: path.to_owned(), line })
    };
    let digests = (1..).zip(whole.lines()).map(read).collect::<Result<_, _>>()?;
    Ok((digests, whole.len() as u64))
}

pub(super) fn io(path: &Path, error: std::io::Error) -> SuppressionError {
    SuppressionError::Io { path: path.to_owned(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_held_by_every_later_case_and_stands_nowhere() {
        let station = tempfile::tempdir().unwrap();
        let mut list = Suppression::load(station.path()).unwrap();
        assert!(!list.holds("700900123"));
        list.add("700900123").unwrap();
        list.add("700900123").unwrap();
        list.add("12345").unwrap();
        let later = Suppression::load(station.path()).unwrap();
        assert!(later.holds("700900123") && !later.holds("700900124") && !later.holds("12345"));
        let text = std::fs::read_to_string(station.path().join(LIST)).unwrap();
        assert_eq!(text.lines().count(), 1);
        assert!(!text.contains("700900123"));
        let other = tempfile::tempdir().unwrap();
        Suppression::load(other.path()).unwrap().add("700900200").unwrap();
        std::fs::write(other.path().join(LIST), &text).unwrap();
        assert!(!Suppression::load(other.path()).unwrap().holds("700900123"), "another station's key");
    }

    #[test]
    fn two_lines_of_a_station_write_one_list() {
        let station = tempfile::tempdir().unwrap();
        let [mut one, mut other] = [(), ()].map(|()| Suppression::load(station.path()).unwrap());
        one.add("700900123").unwrap();
        other.add("700900124").unwrap();
        one.add("700900125").unwrap();
        let later = Suppression::load(station.path()).unwrap();
        assert!(["700900123", "700900124", "700900125"].iter().all(|number| later.holds(number)));
    }

    #[test]
    fn looking_writes_nothing() {
        let station = tempfile::tempdir().unwrap();
        Suppression::load(&station.path().join("station")).unwrap();
        assert_eq!(std::fs::read_dir(station.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_line_that_the_power_went_away_from_is_written_over() {
        let station = tempfile::tempdir().unwrap();
        Suppression::load(station.path()).unwrap().add("700900123").unwrap();
        let path = station.path().join(LIST);
        let whole = std::fs::read_to_string(&path).unwrap();
        for end in 0..64 {
            std::fs::write(&path, format!("{whole}{}", &whole[..end])).unwrap();
            let mut list = Suppression::load(station.path()).unwrap();
            assert!(list.holds("700900123"));
            list.add("700900124").unwrap();
            let later = Suppression::load(station.path()).unwrap();
            assert!(later.holds("700900123") && later.holds("700900124"), "{end}");
        }
    }

    #[test]
    fn a_list_without_its_key_is_an_error_and_no_new_list() {
        let station = tempfile::tempdir().unwrap();
        Suppression::load(station.path()).unwrap().add("700900123").unwrap();
        std::fs::remove_file(station.path().join(KEY)).unwrap();
        assert!(matches!(Suppression::load(station.path()), Err(SuppressionError::KeyLost(_))));
    }

    #[test]
    fn a_damaged_list_is_an_error_and_no_empty_list() {
        let station = tempfile::tempdir().unwrap();
        Suppression::load(station.path()).unwrap().add("700900123").unwrap();
        std::fs::write(station.path().join(LIST), "no digest\n").unwrap();
        assert!(matches!(Suppression::load(station.path()), Err(SuppressionError::Foreign { line: 1, .. })));
    }

    /// A folder in the place of each file cannot be read as one, whoever asks; a station under a file cannot be looked at.
    #[test]
    fn a_list_that_cannot_be_looked_at_is_no_empty_one() {
        for name in [KEY, LIST] {
            let station = tempfile::tempdir().unwrap();
            Suppression::load(station.path()).unwrap().add("700900123").unwrap();
            std::fs::remove_file(station.path().join(name)).unwrap();
            std::fs::create_dir(station.path().join(name)).unwrap();
            assert!(matches!(Suppression::load(station.path()), Err(SuppressionError::Io { .. })), "{name}");
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(matches!(Suppression::load(&file.path().join("station")), Err(SuppressionError::Io { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn both_files_are_for_this_user_only() {
        use std::os::unix::fs::PermissionsExt;
        let station = tempfile::tempdir().unwrap();
        Suppression::load(station.path()).unwrap().add("700900123").unwrap();
        for name in [KEY, LIST] {
            let mode = std::fs::metadata(station.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}
