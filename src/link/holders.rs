//! Who else holds a tty: read from /proc. Linux; elsewhere nobody is seen.
//!
//! An exclusive open does not keep root's processes out (TIOCEXCL does not bind them), and
//! ModemManager runs as root: it would read the SIM's texts before us. So it is looked for by name.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::text::Untrusted;

/// A process that has a device open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
    /// Its name, as /proc tells it.
    pub name: Untrusted,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {})", self.name.for_terminal(), self.pid)
    }
}

/// The other processes that have `device` open, as far as this user may see.
pub fn of(device: &Path) -> Vec<Holder> {
    let device = device.canonicalize().unwrap_or_else(|_| device.to_owned());
    processes().filter(|pid| *pid != std::process::id() && has_open(*pid, &device)).map(holder).collect()
}

/// ModemManager, if it runs.
pub fn modem_manager() -> Option<Holder> {
    processes().map(holder).find(|holder| holder.name.for_record() == "ModemManager")
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn has_open(pid: u32, device: &Path) -> bool {
    let entries = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    entries.filter_map(|entry| std::fs::read_link(entry.path()).ok()).any(|target: PathBuf| target == device)
}

fn holder(pid: u32) -> Holder {
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    Holder { pid, name: name.trim_end().into() }
}
