//! Does a record hold? For anyone, any time; opens a copy and writes nothing. Shares only `entry`,
//! `chain` and the fold with the writer.
//!
//! | part | what it asks |
//! |---|---|
//! | here | is the file as this format makes it? |
//! | `links` | does every entry follow from the one before it, and when was the clock set? |
//! | `meaning` | do the entries make sense together, do the seals hold, are the tables what the entries say? |
//! | `papers` | which papers of the approval does the record name? |
//!
//! Both read row by row: a record of gigabytes needs no more memory than its longest entry and the people in it.

mod links;
mod meaning;
mod papers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use super::RecordError;
use super::keeping::Erasure;
use super::opening::{APPLICATION_ID, beside};
use super::store::SCHEMA;
use crate::case::code::Code;
use crate::ids::Sha256;
use crate::text::Untrusted;
pub use links::{ClockSet, Clocks};
pub use papers::Paper;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// Everything that is wrong, in order.
    pub problems: Vec<Problem>,
    /// Entries.
    pub entries: u64,
    /// The last seal: the entry it seals, and its code.
    pub last_seal: Option<(u64, String)>,
    /// The key of the last seal, in OpenSSH's one-line form.
    pub sealed_by: Option<String>,
    /// The closing entry.
    pub closed: Option<u64>,
    /// Entries whose body was erased under authority.
    pub erased: u64,
    /// On which authority, by their entries.
    pub erasures: Vec<(u64, Erasure)>,
    /// Papers of the approval, as their entries name them.
    pub papers: Vec<Paper>,
    /// The last entry and its hash.
    pub head: Option<(u64, Sha256)>,
    /// Where the code that was asked for stands.
    pub head_at: Option<u64>,
    /// Where the computer's clock was set, or the computer slept. No fault of the record; a person weighs it.
    pub clocks: Vec<ClockSet>,
    /// How long the two parts took.
    pub took: Took,
}

/// How long it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Took {
    /// Every digest and every link.
    pub chain: Duration,
    /// What the entries mean, the seals, and the tables made again.
    pub meaning: Duration,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The entry; 0 for the file as a whole.
    pub seq: u64,
    /// In plain words.
    pub what: String,
}

/// Verifies a record, or the record of a case folder. `wanted` is a code kept elsewhere.
pub fn verify(path: &Path, wanted: Option<&Code>) -> Result<Findings, RecordError> {
    let path = if path.is_dir() { path.join("record.db") } else { path.to_owned() };
    if !path.exists() {
        return Err(RecordError::Missing(path));
    }
    let copy = Copy::of(&path)?;
    let connection = copy.open()?;
    let mut check = Check::default();
    check.file(&connection).map_err(|error| foreign(error, &path))?;
    let began = Instant::now();
    check.chain(&connection)?;
    check.findings.head = check.hashes.last().map(|hash| (check.findings.entries, *hash));
    check.head(wanted);
    let chained = Instant::now();
    check.meaning(&connection)?;
    check.findings.took = Took { chain: chained - began, meaning: chained.elapsed() };
    Ok(check.findings)
}

fn foreign(error: RecordError, path: &Path) -> RecordError {
    match error {
        RecordError::Sqlite(rusqlite::Error::SqliteFailure(failure, _))
            if failure.code == rusqlite::ErrorCode::NotADatabase =>
        {
            RecordError::Foreign(path.to_owned())
        }
        other => other,
    }
}

/// A copy of the set in a folder of its own: SQLite must write to open a WAL, and this must not.
pub(super) struct Copy(PathBuf);

impl Copy {
    pub(super) fn of(path: &Path) -> Result<Self, RecordError> {
        let name = format!("signpost-verify-{}-{}", std::process::id(), crate::hex::encode(&super::pen::random::<4>()));
        let folder = std::env::temp_dir().join(name);
        let io = |error| RecordError::Io { path: folder.clone(), error };
        std::fs::create_dir(&folder).map_err(io)?;
        let copy = Self(folder.clone());
        std::fs::copy(path, copy.path()).map_err(io)?;
        let wal = beside(path, "-wal");
        if wal.exists() {
            std::fs::copy(&wal, folder.join("record.db-wal")).map_err(io)?;
        }
        Ok(copy)
    }

    fn path(&self) -> PathBuf {
        self.0.join("record.db")
    }

    pub(super) fn open(&self) -> Result<Connection, RecordError> {
        Ok(Connection::open_with_flags(self.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)?)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _left_behind = std::fs::remove_dir_all(&self.0);
    }
}

/// What is known while checking.
#[derive(Default)]
struct Check {
    findings: Findings,
    /// Of each entry from the first on, as stored.
    hashes: Vec<Sha256>,
}

impl Check {
    fn wrong(&mut self, seq: u64, what: impl Into<String>) {
        self.findings.problems.push(Problem { seq, what: what.into() });
    }

    /// The file's mark, tables and triggers.
    fn file(&mut self, connection: &Connection) -> Result<(), RecordError> {
        let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
        if id != APPLICATION_ID {
            self.wrong(0, "the file does not bear signpost's mark");
        }
        let format: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if format != super::FORMAT {
            self.wrong(0, format!("the file is of format {format}, and this version reads {}", super::FORMAT));
        }
        let clean = Connection::open_in_memory()?;
        clean.execute_batch(SCHEMA)?;
        let (found, expected) = (schema(connection)?, schema(&clean)?);
        for (name, sql) in &expected {
            match found.get(name) {
                None => self.wrong(0, format!("{name} is missing from the file")),
                Some(other) if other != sql => self.wrong(0, format!("{name} is not as this version makes it")),
                Some(_) => {}
            }
        }
        for name in found.keys().filter(|name| !expected.contains_key(*name)) {
            self.wrong(0, format!("{} does not belong in the file", Untrusted::from(name.as_str()).for_log()));
        }
        Ok(())
    }

    /// A code that was kept elsewhere must be that of an entry.
    fn head(&mut self, wanted: Option<&Code>) {
        let Some(wanted) = wanted else { return };
        let place = self.hashes.iter().position(|hash| Code::of(hash) == *wanted);
        self.findings.head_at = place.map(|place| place as u64 + 1);
        if place.is_none() {
            self.wrong(
                0,
                format!(
                    "no entry has the code {wanted}: this is not the record that it was taken from, or not all of it"
                ),
            );
        }
    }
}

fn schema(connection: &Connection) -> Result<BTreeMap<String, String>, RecordError> {
    let mut statement =
        connection.prepare("SELECT CAST(type || ' ' || name AS TEXT), coalesce(sql, '') FROM sqlite_schema")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect::<Result<_, _>>().map_err(RecordError::from)
}
