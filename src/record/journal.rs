//! When the write-ahead log (`record.db-wal`) is folded into the file. A commit only appends to the log and syncs it;
//! to fold takes as long as dozens of commits, so it is done when nothing waits, and at full pace now and then.
//! Who closes the last connection folds what is left; after a kill the next opening reads the log.
//!
//! SQLite would fold by itself behind a commit and hide it if that fails. Here a failure ends the run: after a sync
//! that failed, one that succeeds proves nothing.

use rusqlite::Connection;

use super::RecordError;

/// At rest it is worth it after so many commits; each writes three to five pages.
const WORTH_IT: u32 = 64;

/// Without a rest it is done after so many: the log stays within some 2 MB, and is written over, which a disk does in
/// less time than to let a file grow.
const AT_THE_LATEST: u32 = 128;

/// How far the log has grown.
#[derive(Default)]
pub(super) struct Journal {
    commits: u32,
}

impl Journal {
    /// From now on nobody else folds on this connection.
    pub(super) fn keep(connection: &Connection) -> rusqlite::Result<()> {
        connection.pragma_update(None, "wal_autocheckpoint", 0)
    }

    /// A commit was made.
    pub(super) fn grew(&mut self, connection: &Connection) -> Result<(), RecordError> {
        self.commits += 1;
        self.fold_after(AT_THE_LATEST, connection)
    }

    /// Nothing waits.
    pub(super) fn rests(&mut self, connection: &Connection) -> Result<(), RecordError> {
        self.fold_after(WORTH_IT, connection)
    }

    /// What another process is reading stays in the log until the next time.
    fn fold_after(&mut self, commits: u32, connection: &Connection) -> Result<(), RecordError> {
        if self.commits < commits {
            return Ok(());
        }
        self.commits = 0;
        Ok(connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::clock::SystemClock;
    use crate::record::Record;
    use crate::record::body::{Nature, Opened};
    use crate::record::entry::Entry;
    use crate::record::keeping::Note;

    fn folder() -> tempfile::TempDir {
        // In memory where the system has such a place: thousands of commits go faster.
        tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
    }

    fn record(folder: &Path) -> Record {
        let clock = Arc::new(SystemClock::new());
        Record::create(&folder.join("record.db"), Opened::new(Nature::Training, "x"), "PC Y", clock).unwrap()
    }

    fn write(record: &mut Record, notes: u32) {
        for _ in 0..notes {
            record.append(Entry::Note(Note { text: "x".repeat(1_000), file: None })).unwrap();
        }
    }

    fn log_of(folder: &Path) -> u64 {
        std::fs::metadata(folder.join("record.db-wal")).unwrap().len()
    }

    #[test]
    fn without_a_rest_the_log_stays_bounded() {
        let folder = folder();
        let mut record = record(folder.path());
        write(&mut record, AT_THE_LATEST + 10);
        let first = log_of(folder.path());
        write(&mut record, 3 * AT_THE_LATEST);
        assert!(log_of(folder.path()) < 2 * first, "{} after {first}", log_of(folder.path()));
    }

    #[test]
    fn at_rest_the_log_stays_small() {
        let folder = folder();
        let mut record = record(folder.path());
        write(&mut record, WORTH_IT - 1);
        record.rest().unwrap();
        let before = std::fs::metadata(folder.path().join("record.db")).unwrap().len();
        write(&mut record, 2);
        assert_eq!(std::fs::metadata(folder.path().join("record.db")).unwrap().len(), before, "a commit does not fold");
        for _ in 0..20 {
            record.rest().unwrap();
            write(&mut record, WORTH_IT);
        }
        assert!(log_of(folder.path()) < 2_000_000, "{}", log_of(folder.path()));
    }

    #[test]
    fn what_a_killed_process_left_in_the_log_is_read() {
        let (folder, after) = (folder(), folder());
        let mut record = record(folder.path());
        write(&mut record, 40);
        for name in ["record.db", "record.db-wal"] {
            std::fs::copy(folder.path().join(name), after.path().join(name)).unwrap();
        }
        let open = |path: &Path| Record::open(&path.join("record.db"), "PC Y", Arc::new(SystemClock::new())).unwrap();
        assert_eq!(open(after.path()).head(), record.head());
        assert!(!after.path().join("record.db-wal").exists(), "closed in order, it is one file");
        std::fs::copy(folder.path().join("record.db"), after.path().join("record.db")).unwrap();
        assert!(open(after.path()).head().seq < record.head().seq, "it was in the log");
    }
}
