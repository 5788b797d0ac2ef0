//! Writing and reading rows of `entry`: the chain grows here and nowhere else, within one transaction.

use jiff::Timestamp;
use rusqlite::{Connection, Row, Transaction};

use super::RecordError;
use super::chain::{self, Head, Header};
use super::entry::{Entry, EntryView, may_follow_closing};
use super::fold::State;
use super::tables;
use crate::clock::Clock;
use crate::ids::Sha256;

/// Writes entries within one transaction.
pub(super) struct Pen<'t, 'a> {
    pub(super) transaction: Transaction<'t>,
    pub(super) head: Head,
    /// The head before anything of ours was written.
    pub(super) caught_up: Head,
    pub(super) state: &'a mut State,
    pub(super) clock: &'a dyn Clock,
    pub(super) who: &'a str,
    pub(super) boot: &'a str,
}

impl Pen<'_, '_> {
    /// Takes in what other processes wrote.
    pub(super) fn catch_up(&mut self) -> Result<(), RecordError> {
        self.head = follow(&self.transaction, self.head, self.state)?;
        self.caught_up = self.head;
        Ok(())
    }

    /// Adds one entry.
    pub(super) fn write(&mut self, entry: Entry) -> Result<u64, RecordError> {
        if self.state.closed.is_some() && !may_follow_closing(entry.kind()) {
            return Err(RecordError::Closed);
        }
        let now = self.clock.now();
        let header = Header {
            seq: self.head.seq + 1,
            at: written(now),
            mono: u64::try_from(self.clock.monotonic().as_nanos()).unwrap_or(u64::MAX >> 1),
            boot: self.boot.to_owned(),
            kind: entry.kind().to_owned(),
            who: self.who.to_owned(),
        };
        let body = entry.to_body()?;
        let salt = random::<32>();
        let body_hash = chain::body_hash(&salt, &body);
        let hash = header.hash(&self.head.hash, &body_hash);
        self.transaction
            .prepare_cached("INSERT INTO entry (seq, at, mono, boot, kind, who, salt, body, body_hash, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?
            .execute(rusqlite::params![
                header.seq as i64,
                header.at,
                header.mono as i64,
                header.boot,
                header.kind,
                header.who,
                &salt[..],
                body,
                &body_hash.octets()[..],
                &hash.octets()[..]
            ])?;
        let view = EntryView {
            seq: header.seq,
            at: now,
            mono: header.mono,
            boot: header.boot,
            kind: header.kind,
            who: header.who,
            entry: Some(entry),
        };
        self.state.apply(&view);
        tables::write(&self.transaction, self.state, &view)?;
        self.head = Head { seq: view.seq, hash };
        Ok(view.seq)
    }
}

/// Nine digits of a second, so that the text is always as long.
fn written(moment: Timestamp) -> String {
    format!("{moment:.9}")
}

/// Takes the entries behind `head` into the state, one by one, and says where the record ends. Each must follow from
/// the one before it: nothing is sent from a record that was changed.
pub(super) fn follow(connection: &Connection, head: Head, state: &mut State) -> Result<Head, RecordError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, at, mono, boot, kind, who, body, hash, salt, body_hash FROM entry WHERE seq > ?1 ORDER BY seq",
    )?;
    let mut rows = statement.query([head.seq as i64])?;
    let mut head = head;
    while let Some(row) = rows.next()? {
        let (view, hash) = view(row)?;
        if view.seq != head.seq + 1 || !holds(row, &head.hash, &hash)? {
            return Err(RecordError::Broken(head.seq + 1));
        }
        state.apply(&view);
        head = Head { seq: view.seq, hash };
    }
    Ok(head)
}

/// Whether both hashes of a row are right.
fn holds(row: &Row<'_>, previous: &Sha256, hash: &Sha256) -> Result<bool, RecordError> {
    let header = Header {
        seq: row.get::<_, i64>(0)? as u64,
        at: row.get(1)?,
        mono: row.get::<_, i64>(2)? as u64,
        boot: row.get(3)?,
        kind: row.get(4)?,
        who: row.get(5)?,
    };
    let stored: Vec<u8> = row.get(9)?;
    let Ok(stored) = stored.try_into().map(Sha256) else { return Ok(false) };
    let salt: Option<[u8; 32]> = row.get(8)?;
    let body = row.get_ref(6)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
    let same_body = match (salt, body) {
        (Some(salt), Some(body)) => chain::body_hash(&salt, body) == stored,
        (None, None) => true,
        _ => false,
    };
    Ok(same_body && header.hash(previous, &stored) == *hash)
}

/// Entries from one to another, both included, with their hashes as stored.
pub(super) fn read(connection: &Connection, first: u64, last: u64) -> Result<Vec<(EntryView, Sha256)>, RecordError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, at, mono, boot, kind, who, body, hash FROM entry WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq",
    )?;
    let last = i64::try_from(last).unwrap_or(i64::MAX);
    let rows = statement.query_map([first as i64, last], view)?;
    rows.collect::<Result<_, _>>().map_err(RecordError::from)
}

fn view(row: &Row<'_>) -> rusqlite::Result<(EntryView, Sha256)> {
    let at: String = row.get(1)?;
    let kind: String = row.get(4)?;
    let body: Option<Vec<u8>> = row.get(6)?;
    let hash: Vec<u8> = row.get(7)?;
    let view = EntryView {
        seq: row.get::<_, i64>(0)? as u64,
        at: at.parse().unwrap_or(Timestamp::UNIX_EPOCH),
        mono: row.get::<_, i64>(2)? as u64,
        boot: row.get(3)?,
        entry: body.map(|body| Entry::read(&kind, &body)),
        kind,
        who: row.get(5)?,
    };
    Ok((view, Sha256(hash.try_into().unwrap_or_default())))
}

/// The kernel's boot, and a part of our own, because our monotonic clock starts with the process.
pub(super) fn boot() -> String {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_else(|_| "unknown".into());
    format!("{}.{}", kernel.trim(), crate::hex::encode(&random::<4>()).to_lowercase())
}

/// Octets from the system.
pub fn random<const N: usize>() -> [u8; N] {
    use ssh_key::rand_core::{OsRng, RngCore};
    let mut octets = [0; N];
    OsRng.fill_bytes(&mut octets);
    octets
}
