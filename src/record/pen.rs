//! Writing and reading rows of `entry`: the chain grows here and nowhere else, within one transaction.

use std::io::{BufReader, Read, Seek};

use jiff::Timestamp;
use rusqlite::{Connection, MAIN_DB, Row, Transaction, params};

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
            .execute(params![
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

/// The kind whose bodies are megabytes, since they name thousands of people: they are read piece by piece.
const LONG: &str = "approval";

/// Takes the entries behind `head` into the state, one by one, and says where the record ends. Each must follow from
/// the one before it: nothing is sent from a record that was changed.
pub(super) fn follow(connection: &Connection, head: Head, state: &mut State) -> Result<Head, RecordError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, at, mono, boot, kind, who, iif(long, NULL, body), hash, salt, body_hash, long FROM
         (SELECT *, kind = ?2 AND salt IS NOT NULL AND body IS NOT NULL AS long FROM entry WHERE seq > ?1) ORDER BY seq",
    )?;
    let mut rows = statement.query(params![head.seq as i64, LONG])?;
    let mut head = head;
    while let Some(row) = rows.next()? {
        let (mut view, hash) = view(row)?;
        let (salt, stored): (Option<[u8; 32]>, [u8; 32]) = (row.get(8)?, row.get(9)?);
        let stored = Sha256(stored);
        let digest = match (salt, row.get_ref(6)?.as_blob_or_null().map_err(rusqlite::Error::from)?) {
            (Some(salt), _) if row.get(10)? => {
                let (entry, digest) = long(connection, view.seq, &salt)?;
                view.entry = Some(entry);
                Some(digest)
            }
            (Some(salt), Some(body)) => Some(chain::body_hash(&salt, body)),
            (None, None) => Some(stored),
            _ => None,
        };
        if view.seq != head.seq + 1 || digest != Some(stored) || header(row)?.hash(&head.hash, &stored) != hash {
            return Err(RecordError::Broken(head.seq + 1));
        }
        state.apply(&view);
        head = Head { seq: view.seq, hash };
    }
    Ok(head)
}

/// A long body and its digest.
fn long(connection: &Connection, seq: u64, salt: &[u8; 32]) -> Result<(Entry, Sha256), RecordError> {
    let io = |error| RecordError::Io { path: connection.path().unwrap_or_default().into(), error };
    let mut body = connection.blob_open(MAIN_DB, "entry", "body", seq as i64, true)?;
    let digest = chain::body_hash_of(salt, &mut body).map_err(io)?;
    body.rewind().map_err(io)?;
    if let Ok(approval) = serde_json::from_reader(BufReader::new(&mut body)) {
        return Ok((Entry::Approval(approval), digest));
    }
    let mut whole = Vec::new();
    body.rewind().and_then(|()| body.read_to_end(&mut whole)).map_err(io)?;
    Ok((Entry::read(LONG, &whole), digest))
}

fn header(row: &Row<'_>) -> rusqlite::Result<Header> {
    Ok(Header {
        seq: row.get::<_, i64>(0)? as u64,
        at: row.get(1)?,
        mono: row.get::<_, i64>(2)? as u64,
        boot: row.get(3)?,
        kind: row.get(4)?,
        who: row.get(5)?,
    })
}

/// Entries from one to another, both included, with their hashes as stored.
pub(super) fn read(connection: &Connection, first: u64, last: u64) -> Result<Vec<(EntryView, Sha256)>, RecordError> {
    let sql = format!("SELECT {COLUMNS} FROM entry WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq");
    let mut statement = connection.prepare_cached(&sql)?;
    let last = i64::try_from(last).unwrap_or(i64::MAX);
    let rows = statement.query_map([first as i64, last], view)?;
    rows.collect::<Result<_, _>>().map_err(RecordError::from)
}

/// The columns of [`view`], in their order.
pub(super) const COLUMNS: &str = "seq, at, mono, boot, kind, who, body, hash";

/// A row as an entry, with its hash as stored.
pub(super) fn view(row: &Row<'_>) -> rusqlite::Result<(EntryView, Sha256)> {
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
    format!("{}.{}", kernel_boot(), crate::hex::encode(&random::<4>()).to_lowercase())
}

/// The kernel's start, where it tells.
pub fn kernel_boot() -> String {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_else(|_| "unknown".into());
    kernel.trim().to_owned()
}

/// Octets from the system.
pub fn random<const N: usize>() -> [u8; N] {
    use ssh_key::rand_core::{OsRng, RngCore};
    let mut octets = [0; N];
    OsRng.fill_bytes(&mut octets);
    octets
}
