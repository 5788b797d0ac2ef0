//! Where a case stands, at a glance: from the projections and a handful of entries, so that a record of a million
//! entries is not folded for it. Read-only; used by `signpost status` and after a run.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::body::{Forbids, Hold, Opened};
use super::entry::Entry;
use super::fold::{Roster, Standing, State, Summary, roster};
use super::keeping::Seal;
use super::opening::connect;
use super::pen::read;
use super::{Record, RecordError, tables};
use crate::case::PartId;
use crate::ids::Sha256;

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// The first entry.
    pub opened: Option<Opened>,
    /// Entries.
    pub entries: u64,
    /// How many people stand where, the test phone aside.
    pub people: BTreeMap<Summary, usize>,
    /// Parts that nobody knows about.
    pub unknown: Vec<PartId>,
    /// The one of them, if any, that the last session handed over and had no outcome of yet: on its way, as long as that
    /// session lives ([`Glance::while_worked`]).
    pub in_hand: Option<PartId>,
    /// Replies in all, and those with urgent words.
    pub replies: (usize, usize),
    /// Numbers that opted out.
    pub opted_out: usize,
    /// The last device's entry.
    pub device: Option<u64>,
    /// The last approval's entry.
    pub approval: Option<u64>,
    /// The last seal.
    pub seal: Option<Seal>,
    /// The closing entry.
    pub closed: Option<u64>,
}

impl Glance {
    /// At the record in a file.
    pub fn at(path: &Path) -> Result<Self, RecordError> {
        Self::through(&connect(path)?)
    }

    /// As it is while the session lives that wrote the last entries: what it has just handed over is on its way, and
    /// counts as still to go.
    pub fn while_worked(mut self) -> Self {
        let Some(part) = self.in_hand else { return self };
        self.unknown.retain(|unknown| *unknown != part);
        let is_known = self.unknown.iter().all(|unknown| unknown.person != part.person);
        if let Some(count) = self.people.get_mut(&Summary::NotKnown).filter(|_| part.person != 0 && is_known) {
            *count = count.saturating_sub(1);
            *self.people.entry(Summary::Waiting).or_default() += 1;
        }
        self
    }

    pub(super) fn through(connection: &Connection) -> Result<Self, RecordError> {
        let count = |sql: &str| -> Result<usize, RecordError> {
            let count: i64 = connection.query_row(sql, [], |row| row.get(0))?;
            Ok(usize::try_from(count).unwrap_or_default())
        };
        let last = |kind| last(connection, kind);
        let seal = last("seal")?.map(|seq| entry(connection, seq)).transpose()?.flatten();
        let opened = entry(connection, 1)?;
        Ok(Self {
            opened: opened.and_then(|entry| if let Entry::Opened(opened) = entry { Some(opened) } else { None }),
            entries: count("SELECT coalesce(max(seq), 0) FROM entry")? as u64,
            people: people(connection)?,
            unknown: unknown(connection)?,
            in_hand: in_hand(connection)?,
            replies: (count("SELECT count(*) FROM reply")?, count("SELECT count(*) FROM reply WHERE urgent = 1")?),
            opted_out: count("SELECT count(*) FROM opt_out")?,
            device: last("device")?,
            approval: last("approval")?,
            seal: seal.and_then(|entry| if let Entry::Seal(seal) = entry { Some(seal) } else { None }),
            closed: last("closing")?,
        })
    }
}

impl Roster {
    /// Of the record in a file, without folding the rest of it.
    pub fn at(path: &Path) -> Result<Self, RecordError> {
        let connection = connect(path)?;
        let mut statement = connection.prepare("SELECT seq FROM entry WHERE kind IN (?1, ?2, ?3, ?4) ORDER BY seq")?;
        let seqs = statement.query_map(roster::KINDS, |row| row.get::<_, i64>(0))?;
        let mut roster = Self::default();
        for seq in seqs {
            let seq = seq? as u64;
            if let Some(entry) = entry(&connection, seq)? {
                roster.take_in(seq, &entry);
            }
        }
        Ok(roster)
    }
}

/// What stands until a person decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InTheWay {
    /// The stop that no session went on after.
    pub stop: Option<Standing>,
    /// Holds that no person lifted, by their codes; not each is in the way of sending.
    pub holds: Vec<Hold>,
}

impl InTheWay {
    /// Of the record in a file, by the entries alone that say so.
    pub fn at(path: &Path) -> Result<Self, RecordError> {
        let connection = connect(path)?;
        let mut statement = connection.prepare("SELECT DISTINCT seq FROM standing ORDER BY seq")?;
        let seqs = statement.query_map([], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
        let mut state = State::default();
        for seq in seqs {
            let seq = seq as u64;
            read(&connection, seq, seq)?.iter().for_each(|(view, _)| state.apply(view));
        }
        Ok(Self { stop: state.stop, holds: state.holds.into_values().collect() })
    }

    /// The first hold that forbids sending.
    pub fn held(&self) -> Option<&Hold> {
        self.holds.iter().find(|hold| hold.forbids == Forbids::Sending)
    }
}

impl Record {
    /// As [`origin`].
    pub fn origin(&self) -> Result<Sha256, RecordError> {
        origin_through(self.connection())
    }

    /// Where the case stands.
    pub fn glance(&self) -> Result<Glance, RecordError> {
        Glance::through(self.connection())
    }
}

/// What a case is known by: the hash of its first entry, which has a salt of its own.
pub fn origin(path: &Path) -> Result<Sha256, RecordError> {
    origin_through(&connect(path)?)
}

fn origin_through(connection: &Connection) -> Result<Sha256, RecordError> {
    let first = read(connection, 1, 1)?.into_iter().next();
    first.map(|(_, hash)| hash).ok_or(RecordError::Broken(1))
}

fn last(connection: &Connection, kind: &str) -> Result<Option<u64>, RecordError> {
    let sql = "SELECT seq FROM last WHERE kind = ?1";
    let seq: Option<i64> = connection.query_row(sql, [kind], |row| row.get(0)).optional()?;
    Ok(seq.map(|seq| seq as u64))
}

pub(super) fn entry(connection: &Connection, seq: u64) -> Result<Option<Entry>, RecordError> {
    Ok(read(connection, seq, seq)?.into_iter().next().and_then(|(view, _)| view.entry))
}

fn people(connection: &Connection) -> Result<BTreeMap<Summary, usize>, RecordError> {
    let mut statement = connection.prepare("SELECT state, count(*) FROM message WHERE person <> 0 GROUP BY state")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
    let mut people = BTreeMap::new();
    for row in rows {
        let (word, count) = row?;
        if let Some(summary) = Summary::ALL.into_iter().find(|summary| tables::summary(*summary) == word) {
            people.insert(summary, usize::try_from(count).unwrap_or_default());
        }
    }
    Ok(people)
}

/// The last part that is not known, if neither its outcome nor another session came behind its intent.
fn in_hand(connection: &Connection) -> Result<Option<PartId>, RecordError> {
    let sql = "SELECT person, part FROM part WHERE state = 'unknown' AND NOT EXISTS (SELECT 1 FROM entry WHERE seq > intent \
               AND kind IN ('outcome', 'session-started', 'session-ended')) ORDER BY intent DESC LIMIT 1";
    let found = connection.query_row(sql, [], |row| Ok(PartId { person: row.get(0)?, part: row.get(1)? }));
    found.optional().map_err(RecordError::from)
}

fn unknown(connection: &Connection) -> Result<Vec<PartId>, RecordError> {
    let mut statement =
        connection.prepare("SELECT person, part FROM part WHERE state = 'unknown' ORDER BY person, part")?;
    let rows = statement.query_map([], |row| Ok(PartId { person: row.get(0)?, part: row.get(1)? }))?;
    rows.collect::<Result<_, _>>().map_err(RecordError::from)
}
