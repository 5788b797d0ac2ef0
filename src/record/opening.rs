//! The file of a record is opened: to write, or where its place cannot be written, to read.
//!
//! SQLite keeps an open record in two files more (`-wal`, `-shm`), and wants to make them also to read. Where it cannot (a
//! medium that is write-protected, a folder of somebody else's) the file is read as it stands, if nothing waits in a `-wal`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags};

use super::RecordError;
use super::journal::Journal;

/// `signp` in SQLite's header.
pub const APPLICATION_ID: i32 = 0x7369_676e;

/// Others may write for so long.
const PATIENCE: Duration = Duration::from_secs(10);

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
    let connection = match bears_the_mark(&connection, path) {
        Err(error) if wants_to_write(&error) => as_it_stands(path)?,
        result => result.map(|()| connection)?,
    };
    connection.busy_timeout(PATIENCE)?;
    Ok(connection)
}

fn bears_the_mark(connection: &Connection, path: &Path) -> Result<(), RecordError> {
    match connection.pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0)) {
        Ok(APPLICATION_ID) => Ok(()),
        Err(error) if error.sqlite_error_code() != Some(ErrorCode::NotADatabase) => Err(error.into()),
        _ => Err(RecordError::Foreign(path.to_owned())),
    }
}

/// SQLite says so in one way or the other, by why the folder cannot be written.
fn wants_to_write(error: &RecordError) -> bool {
    match error {
        RecordError::ReadOnly => true,
        RecordError::Sqlite(error) => error.sqlite_error_code() == Some(ErrorCode::CannotOpen),
        _ => false,
    }
}

/// What waits beside it is part of it: then this is not what it says.
fn as_it_stands(path: &Path) -> Result<Connection, RecordError> {
    let waits = |end| std::fs::metadata(beside(path, end)).is_ok_and(|file| file.len() > 0);
    if waits("-wal") || waits("-journal") {
        return Err(RecordError::Waiting(path.to_owned()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(format!("file:{}?immutable=1", escaped(path)), flags)?;
    bears_the_mark(&connection, path).map(|()| connection)
}

/// A file that SQLite has beside the record.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// A path in a URI, octet for octet.
fn escaped(path: &Path) -> String {
    let plain = |octet: &u8| octet.is_ascii_alphanumeric() || b"/-_.".contains(octet);
    let octets = path.as_os_str().as_encoded_bytes().iter();
    octets.map(|octet| if plain(octet) { char::from(*octet).to_string() } else { format!("%{octet:02X}") }).collect()
}

/// As a record that is worked on wants it; one that is closed or can only be read stays one file without a journal beside it.
pub(super) fn prepare(connection: &Connection) -> Result<(), RecordError> {
    if is_closed(connection)? || connection.is_readonly(MAIN_DB)? { Ok(()) } else { settle(connection) }
}

fn is_closed(connection: &Connection) -> Result<bool, RecordError> {
    Ok(connection.query_row("SELECT EXISTS (SELECT 1 FROM entry WHERE kind = 'closing')", [], |row| row.get(0))?)
}

/// Pages of the file that are kept, in KiB if negative. The record grows at its end: what is behind is seldom read again.
const CACHE: i32 = -512;

/// Write-ahead log, and every commit on the disk.
pub(super) fn settle(connection: &Connection) -> Result<(), RecordError> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    Journal::keep(connection)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_path_holds_stays_one_path() {
        assert_eq!(escaped(Path::new("/a b/100%?x=1#y/ü.db")), "/a%20b/100%25%3Fx%3D1%23y/%C3%BC.db");
        assert_eq!(escaped(Path::new("case/record.db")), "case/record.db");
    }
}
