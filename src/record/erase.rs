//! Erasing under authority: bodies and salts go, and are gone from the file; headers, digests and hashes stay, so the chain
//! still holds. The erasure is an entry of its own. Called by `cli::erase`.

use std::collections::BTreeSet;

use rusqlite::{Connection, Transaction};

use super::entry::Entry;
use super::fold::State;
use super::keeping::{Erasure, Gone, Remains};
use super::pen::read;
use super::seal::{SealError, Sealed, StationKey, in_use};
use super::store::Within;
use super::tables;
use super::traces::{Forms, Traces};
use super::{Record, RecordError};

/// What is to go, and on whose word.
pub struct Erasing<'a> {
    /// Whose traces.
    pub forms: &'a Forms,
    /// Where they stand.
    pub traces: Traces,
    /// Files that go with them.
    pub files: Vec<Gone>,
    /// On whose authority.
    pub authority: String,
    /// Why.
    pub why: String,
}

impl Record {
    /// Erases in one commit with its entry and a seal; then no octet of what went is left in the file. What an approval
    /// says of other people is written again.
    pub fn erase(mut self, erasing: Erasing, key: &StationKey) -> Result<Sealed, SealError> {
        let connection = self.connection();
        connection.pragma_update(None, "secure_delete", "ON").map_err(RecordError::from)?;
        let mut entries = self.remains(&erasing)?;
        let Erasing { traces, files, authority, why, .. } = erasing;
        let seqs: Vec<u64> = traces.seqs.iter().copied().collect();
        entries.push(Entry::Erasure(Erasure { seqs, authority, why, files }));
        let sealed = self.sealed(entries, Within::Erase(&traces.seqs), key)?;
        self.compact()?;
        Ok(sealed)
    }

    fn remains(&self, erasing: &Erasing) -> Result<Vec<Entry>, RecordError> {
        let mut all = Vec::new();
        for seq in &erasing.traces.approvals {
            let (of, approval) = match self.entry(*seq)?.and_then(|view| view.entry) {
                Some(Entry::Approval(approval)) => (*seq, approval),
                Some(Entry::Remains(remains)) => (remains.of, remains.approval),
                _ => continue,
            };
            all.push(Entry::Remains(Remains::of(of, &approval, erasing.forms)));
        }
        Ok(all)
    }

    /// Also pages that hold nothing any more go, and the log beside the file. Said again if another process had the record
    /// open the first time.
    fn compact(self) -> Result<(), RecordError> {
        let connection = self.connection();
        let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        connection.execute_batch("VACUUM").map_err(in_use)?;
        let again: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy > 0 || again > 0 { Err(RecordError::InUse) } else { Ok(()) }
    }
}

/// Within the transaction of the erasure's entry.
pub(super) fn wipe(transaction: &Transaction, seqs: &BTreeSet<u64>) -> Result<(), RecordError> {
    let mut statement =
        transaction.prepare("UPDATE entry SET salt = NULL, body = NULL WHERE seq = ?1 AND body IS NOT NULL")?;
    for seq in seqs {
        statement.execute([*seq as i64])?;
    }
    project_again(transaction)
}

/// The tables say what the entries still say.
fn project_again(connection: &Connection) -> Result<(), RecordError> {
    for table in tables::TABLES {
        connection.execute(&format!("DELETE FROM {table}"), [])?;
    }
    let mut state = State::default();
    let last: i64 = connection.query_row("SELECT coalesce(max(seq), 0) FROM entry", [], |row| row.get(0))?;
    for seq in 1..=last as u64 {
        for (view, _) in read(connection, seq, seq)? {
            state.apply(&view);
            tables::write(connection, &state, &view)?;
        }
    }
    Ok(())
}
