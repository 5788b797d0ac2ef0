//! Does a record hold? For anyone, any time; opens a copy and writes nothing. Shares only `entry`,
//! `chain` and the fold with the writer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

use super::chain::{self, GENESIS, Header};
use super::entry::{Entry, EntryView, may_follow_closing};
use super::fold::State;
use super::keeping::{Erasure, Seal};
use super::store::{APPLICATION_ID, SCHEMA};
use super::{RecordError, seal, tables};
use crate::case::code::Code;
use crate::ids::Sha256;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// Everything that is wrong, in order.
    pub problems: Vec<Problem>,
    /// Entries.
    pub entries: u64,
    /// The last seal: the entry it seals, and its code.
    pub last_seal: Option<(u64, String)>,
    /// The closing entry.
    pub closed: Option<u64>,
    /// Entries whose body was erased under authority.
    pub erased: u64,
    /// On which authority, by their entries.
    pub erasures: Vec<(u64, Erasure)>,
    /// Where the code that was asked for stands.
    pub head_at: Option<u64>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The entry; 0 for the file as a whole.
    pub seq: u64,
    /// In plain words.
    pub what: String,
}

/// One row as stored, nothing trusted.
struct Row {
    header: Header,
    salt: Option<Vec<u8>>,
    body: Option<Vec<u8>>,
    body_hash: Vec<u8>,
    hash: Vec<u8>,
}

/// Verifies a record, or the record of a case folder. `wanted` is a code kept elsewhere.
pub fn verify(path: &Path, wanted: Option<&Code>) -> Result<Findings, RecordError> {
    let path = if path.is_dir() { path.join("record.db") } else { path.to_owned() };
    if !path.exists() {
        return Err(RecordError::Missing(path));
    }
    let copy = Copy::of(&path)?;
    let connection = Connection::open_with_flags(copy.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mut check = Check::default();
    check.file(&connection).map_err(|error| foreign(error, &path))?;
    check.chain(&connection)?;
    check.seals(wanted);
    check.projections(&connection)?;
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
struct Copy(PathBuf);

impl Copy {
    fn of(path: &Path) -> Result<Self, RecordError> {
        let name = format!("signpost-verify-{}-{}", std::process::id(), crate::hex::encode(&super::pen::random::<4>()));
        let folder = std::env::temp_dir().join(name);
        let io = |error| RecordError::Io { path: folder.clone(), error };
        std::fs::create_dir(&folder).map_err(io)?;
        let copy = Self(folder.clone());
        std::fs::copy(path, copy.path()).map_err(io)?;
        let wal = PathBuf::from(format!("{}-wal", path.display()));
        if wal.exists() {
            std::fs::copy(&wal, folder.join("record.db-wal")).map_err(io)?;
        }
        Ok(copy)
    }

    fn path(&self) -> PathBuf {
        self.0.join("record.db")
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
    entries: Vec<EntryView>,
    hashes: BTreeMap<u64, Sha256>,
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
            self.wrong(
                0,
                format!("{} does not belong in the file", crate::text::Untrusted::from(name.as_str()).for_log()),
            );
        }
        Ok(())
    }

    /// Every link, and every body.
    fn chain(&mut self, connection: &Connection) -> Result<(), RecordError> {
        let rows = rows(connection)?;
        let mut previous = GENESIS;
        for (index, row) in rows.iter().enumerate() {
            let seq = index as u64 + 1;
            if row.header.seq != seq {
                self.wrong(row.header.seq, format!("entry {seq} is missing"));
                return Ok(());
            }
            self.link(row, &previous);
            previous = digest(&row.hash).unwrap_or(GENESIS);
            self.hashes.insert(seq, previous);
            self.findings.entries = seq;
            self.read(row);
        }
        self.structure();
        Ok(())
    }

    fn link(&mut self, row: &Row, previous: &Sha256) {
        let seq = row.header.seq;
        let (Some(body_hash), Some(hash)) = (digest(&row.body_hash), digest(&row.hash)) else {
            self.wrong(seq, "a hash is not 32 octets");
            return;
        };
        if !row.header.is_plain() {
            self.wrong(seq, "the header holds control characters, or a text is empty or not UTF-8");
        }
        if i64::try_from(row.header.mono).is_err() {
            self.wrong(seq, "mono is negative");
        }
        if row.header.hash(previous, &body_hash) != hash {
            self.wrong(seq, "the header or the entry before it was changed: the hash does not fit");
        }
        match (&row.salt, &row.body) {
            (Some(salt), Some(body)) => {
                let fits =
                    <[u8; 32]>::try_from(salt.as_slice()).is_ok_and(|salt| chain::body_hash(&salt, body) == body_hash);
                if !fits {
                    self.wrong(seq, "the body or its salt was changed: the digest does not fit");
                }
            }
            (None, None) => self.findings.erased += 1,
            _ => self.wrong(seq, "only one of salt and body was erased"),
        }
    }

    fn read(&mut self, row: &Row) {
        let header = &row.header;
        let at = header.at.parse();
        if at.is_err() {
            self.wrong(header.seq, "the time cannot be read");
        }
        self.entries.push(EntryView {
            seq: header.seq,
            at: at.unwrap_or(jiff::Timestamp::UNIX_EPOCH),
            mono: header.mono,
            boot: header.boot.clone(),
            kind: header.kind.clone(),
            who: header.who.clone(),
            entry: row.body.as_ref().map(|body| Entry::read(&header.kind, body)),
        });
    }

    /// What must hold between entries.
    fn structure(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        if entries.first().is_none_or(|first| first.kind != "opened") {
            self.wrong(1, "the first entry does not say what the record is");
        }
        let mut intents = BTreeSet::new();
        let mut erased = BTreeSet::new();
        for view in &entries {
            self.after_closing(view);
            match &view.entry {
                Some(Entry::Unknown { kind, .. }) if Entry::KINDS.contains(&kind.as_str()) => {
                    self.wrong(view.seq, "the body is not of its kind");
                }
                Some(Entry::Intent(_)) => drop(intents.insert(view.seq)),
                Some(Entry::Outcome(judged)) if !intents.remove(&judged.intent) => {
                    self.wrong(view.seq, format!("it settles entry {}, which is no open intent", judged.intent));
                }
                Some(Entry::Erasure(erasure)) => {
                    erased.extend(erasure.seqs.iter().copied().filter(|seq| *seq < view.seq));
                    self.findings.erasures.push((view.seq, erasure.clone()));
                }
                None if view.kind == "intent" => drop(intents.insert(view.seq)),
                _ => {}
            }
        }
        for view in entries.iter().filter(|view| view.entry.is_none() && !erased.contains(&view.seq)) {
            self.wrong(view.seq, "the body is gone, and no later erasure names it");
        }
        self.entries = entries;
    }

    fn after_closing(&mut self, view: &EntryView) {
        match self.findings.closed {
            Some(closed) if !may_follow_closing(&view.kind) => {
                self.wrong(view.seq, format!("an entry of this kind cannot follow the closing entry {closed}"));
            }
            None if view.kind == "closing" => self.findings.closed = Some(view.seq),
            _ => {}
        }
    }

    fn seals(&mut self, wanted: Option<&Code>) {
        let seals = self.entries.iter().filter_map(|view| match &view.entry {
            Some(Entry::Seal(seal)) => Some((view.seq, seal.clone())),
            _ => None,
        });
        let seals: Vec<(u64, Seal)> = seals.collect();
        for (seq, found) in seals {
            if found.upto + 1 != seq || self.hashes.get(&found.upto) != Some(&found.head) {
                self.wrong(seq, "the seal is not over the entry before it");
            }
            if found.code != Code::of(&found.head).as_str() {
                self.wrong(seq, "the seal's code is not that of its head");
            }
            if seal::holds(&found).is_err() {
                self.wrong(seq, "the seal's signature does not hold");
            }
            self.findings.last_seal = Some((found.upto, found.code));
        }
        if let Some(wanted) = wanted {
            self.findings.head_at = self.hashes.iter().find(|(_, hash)| Code::of(hash) == *wanted).map(|(seq, _)| *seq);
            if self.findings.head_at.is_none() {
                self.wrong(0, format!("no entry has the code {wanted}: this is not the record that it was taken from, or not all of it"));
            }
        }
    }

    /// The tables, made again from the entries alone.
    fn projections(&mut self, connection: &Connection) -> Result<(), RecordError> {
        let clean = Connection::open_in_memory()?;
        clean.execute_batch(SCHEMA)?;
        let mut state = State::default();
        for view in &self.entries {
            state.apply(view);
            tables::write(&clean, &state, view)?;
        }
        let complete = self.findings.erased == 0;
        let there = schema(connection)?;
        // One that is missing has been named already.
        for table in tables::TABLES.iter().filter(|table| there.contains_key(&format!("table {table}"))) {
            if complete && contents(connection, table)? != contents(&clean, table)? {
                self.wrong(0, format!("the table {table} is not what the entries say"));
            }
        }
        Ok(())
    }
}

fn digest(octets: &[u8]) -> Option<Sha256> {
    octets.try_into().ok().map(Sha256)
}

fn schema(connection: &Connection) -> Result<BTreeMap<String, String>, RecordError> {
    let mut statement =
        connection.prepare("SELECT CAST(type || ' ' || name AS TEXT), coalesce(sql, '') FROM sqlite_schema")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect::<Result<_, _>>().map_err(RecordError::from)
}

fn rows(connection: &Connection) -> Result<Vec<Row>, RecordError> {
    let mut statement = connection
        .prepare("SELECT seq, at, mono, boot, kind, who, salt, body, body_hash, hash FROM entry ORDER BY seq")?;
    let rows = statement.query_map([], |row| {
        Ok(Row {
            header: Header {
                seq: row.get::<_, i64>(0)? as u64,
                at: text(row, 1)?,
                mono: row.get::<_, i64>(2)? as u64,
                boot: text(row, 3)?,
                kind: text(row, 4)?,
                who: text(row, 5)?,
            },
            salt: row.get(6)?,
            body: row.get(7)?,
            body_hash: row.get(8)?,
            hash: row.get(9)?,
        })
    })?;
    rows.collect::<Result<_, _>>().map_err(RecordError::from)
}

/// A text as stored. One that is no UTF-8 becomes a control character, which no header may hold.
fn text(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<String> {
    let octets = row.get_ref(column)?.as_bytes()?;
    Ok(std::str::from_utf8(octets).unwrap_or("\0").to_owned())
}

fn contents(connection: &Connection, table: &str) -> Result<Vec<Vec<Value>>, RecordError> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2"))?;
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect())?;
    rows.collect::<Result<_, _>>().map_err(RecordError::from)
}
