//! A small file that is for this user only: whole, or not there. A kill or a power cut leaves no half of a key.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
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

/// Whether there is something: a file without octets was never finished, and stood for nothing.
pub(super) fn is_there(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| found.len() > 0)
}
