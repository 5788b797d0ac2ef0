//! A folder for files that are read once, by this program or another that it calls, and by nobody else: gone when its owner is.

use std::fs::DirBuilder;
use std::path::PathBuf;

use super::error::CommandError;
use super::folder;
use crate::hex;
use crate::record::pen::random;

/// The folder.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes one, for this user only.
    pub fn new() -> Result<Self, CommandError> {
        let path = std::env::temp_dir().join(format!("signpost-{}", hex::encode(&random::<8>())));
        private().create(&path).map_err(|error| CommandError::file(&path, &error))?;
        Ok(Self(path))
    }

    /// A file in it.
    pub fn file(&self, name: &str, octets: &[u8]) -> Result<PathBuf, CommandError> {
        let path = self.0.join(name);
        folder::write(&path, octets).map(|()| path)
    }
}

#[cfg(unix)]
fn private() -> DirBuilder {
    let mut builder = DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// The folder in which it is made is this user's own there.
#[cfg(not(unix))]
fn private() -> DirBuilder {
    DirBuilder::new()
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _left_behind = std::fs::remove_dir_all(&self.0);
    }
}
