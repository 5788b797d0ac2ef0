//! The SQLite file of a record: how it is known, opened and set up. What is in it is [`super::store`]'s.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::RecordError;
use super::journal::Journal;

/// `signp` in SQLite's header.
pub const APPLICATION_ID: i32 = 0x7369_676e;

/// Octets that are free on the disk where this lies.
#[cfg(unix)]
pub fn room(path: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(path).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Not known here.
#[cfg(not(unix))]
pub fn room(_: &Path) -> Option<u64> {
    None
}

/// Opens the file of a record that is there, and of nothing else.
pub(super) fn connect(path: &Path) -> Result<Connection, RecordError> {
    if !path.exists() {
        return Err(RecordError::Missing(path.to_owned()));
    }
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let id = connection.pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0));
    match id {
        Ok(APPLICATION_ID) => {}
        Err(error) if error.sqlite_error_code() != Some(ErrorCode::NotADatabase) => return Err(error.into()),
        _ => return Err(RecordError::Foreign(path.to_owned())),
    }
    connection.busy_timeout(Duration::from_secs(10))?;
    Ok(connection)
}

/// Whether it has its closing entry.
pub(super) fn is_closed(connection: &Connection) -> Result<bool, RecordError> {
    Ok(connection.query_row("SELECT EXISTS (SELECT 1 FROM entry WHERE kind = 'closing')", [], |row| row.get(0))?)
}

/// As whoever writes wants it: readers are not held up, and what is committed is on the disk.
pub(super) fn settle(connection: &Connection) -> Result<(), RecordError> {
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Journal::keep(connection)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(())
}
