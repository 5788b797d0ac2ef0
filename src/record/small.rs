//! A small file that is for this user only: whole, or not there. A kill or a power cut leaves no half of a key.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// Writes it beside its place, syncs it, and puts it there.
pub(super) fn write(path: &Path, octets: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = private(&beside)?;
    file.write_all(octets)?;
    file.sync_all()?;
    put(&beside, path)
}

/// Puts a synced file into its place, durably.
pub(super) fn put(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::rename(from, to)?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Some systems cannot sync a folder; the file itself is synced.
    let _synced = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// What is written goes behind what stands there.
pub(super) fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Puts lines behind the last whole one; durable when this returns. Others may write the file too: the lock ends with it.
pub(super) fn append_lines(path: &Path, lines: &str) -> io::Result<()> {
    let mut file = private(path)?;
    file.lock()?;
    let mut last = [0];
    let mut reader = File::open(path)?;
    let length = reader.seek(io::SeekFrom::End(0))?;
    if length > 0 {
        reader.seek(io::SeekFrom::End(-1))?;
        reader.read_exact(&mut last)?;
    }
    if length > 0 && last != *b"\n" {
        // The power went away from the last line: it was never said to be durable.
        let octets = std::fs::read(path)?;
        let whole = octets.iter().rposition(|octet| *octet == b'\n').map_or(0, |end| end + 1);
        file.set_len(whole as u64)?;
    }
    file.write_all(lines.as_bytes())?;
    file.sync_all()
}

/// Whether there is something: a file without octets was never finished, and stood for nothing.
/// What cannot be looked at is no absence: a list that may not be read must not count as none.
pub(super) fn is_there(path: &Path) -> io::Result<bool> {
    match std::fs::metadata(path) {
        Ok(found) => Ok(found.len() > 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
