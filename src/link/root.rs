//! Where /sys, /dev, /proc and /etc are: of this computer, or of a copy of another one's below a folder
//! (as `lsblk --sysroot` takes it), so that devices which nobody here owns can be looked at, and tested.

use std::path::{Path, PathBuf};

/// The root of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root(PathBuf);

impl Root {
    /// This computer.
    pub fn this() -> Self {
        Self::below("/")
    }

    /// What lies below a folder.
    pub fn below(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// A path below it, such as `sys/class/tty`.
    pub fn at(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    /// The device node of a tty, such as `/dev/ttyUSB2`.
    pub fn node(&self, name: &str) -> PathBuf {
        self.0.join("dev").join(name)
    }
}

/// A small file of /sys or /proc, without the line's end; nothing if it is not there.
pub(super) fn read(path: &Path) -> String {
    let octets = std::fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&octets).trim().to_owned()
}

/// What lies in a folder, in order of name.
pub(super) fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// The last part of a path as text.
pub(super) fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
