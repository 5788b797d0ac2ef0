//! Who else holds a tty: read from /proc. Linux; elsewhere nobody is seen.
//!
//! An exclusive open does not keep root's processes out (TIOCEXCL does not bind them), and
//! ModemManager runs as root: it would read the SIM's texts before us. So it is looked for by name.

use std::fmt;
use std::path::{Path, PathBuf};

use super::root::{self, Root};
use crate::text::Untrusted;

/// A process that has a device open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
    /// Its name, as /proc tells it.
    pub name: Untrusted,
}

impl Holder {
    /// Whether it is ModemManager.
    pub fn is_modem_manager(&self) -> bool {
        self.name.for_record() == "ModemManager"
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {})", self.name.for_terminal(), self.pid)
    }
}

/// Every process that can be seen, with what it has open.
pub struct Processes {
    seen: Vec<(Holder, Vec<PathBuf>)>,
    /// Processes of other users: what they have open is hidden from this user.
    hidden: usize,
}

impl Processes {
    /// Looks at all processes once.
    pub fn look(root: &Root) -> Self {
        let mut all = Self { seen: Vec::new(), hidden: 0 };
        for folder in root::entries(&root.at("proc")) {
            let Ok(pid) = root::name(&folder).parse() else { continue };
            if pid != std::process::id() {
                all.add(pid, &folder);
            }
        }
        all
    }

    fn add(&mut self, pid: u32, folder: &Path) {
        let open = match std::fs::read_dir(folder.join("fd")) {
            Ok(entries) => entries.flatten().filter_map(|entry| std::fs::read_link(entry.path()).ok()).collect(),
            Err(_) => {
                self.hidden += 1;
                Vec::new()
            }
        };
        let name = root::read(&folder.join("comm")).into();
        self.seen.push((Holder { pid, name }, open));
    }

    /// Who has `device` open, as far as this user may see.
    pub fn holding(&self, device: &Path) -> Vec<Holder> {
        let device = device.canonicalize().unwrap_or_else(|_| device.to_owned());
        let holds = |(holder, open): &(Holder, Vec<PathBuf>)| open.contains(&device).then(|| holder.clone());
        self.seen.iter().filter_map(holds).collect()
    }

    /// ModemManager, if it runs.
    pub fn modem_manager(&self) -> Option<&Holder> {
        self.seen.iter().map(|(holder, _)| holder).find(|holder| holder.is_modem_manager())
    }

    /// How many processes do not show this user what they have open.
    pub fn hidden(&self) -> usize {
        self.hidden
    }
}

/// The other processes that have `device` open, as far as this user may see.
pub fn of(device: &Path) -> Vec<Holder> {
    Processes::look(&Root::this()).holding(device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn who_has_it_open_and_modem_manager_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let device = folder.path().join("ttyUSB2");
        fs::write(&device, "").unwrap();
        for (pid, name) in [("41", "ModemManager"), ("42", "gammu\u{1b}[2J"), ("self", "x")] {
            let process = folder.path().join("proc").join(pid);
            fs::create_dir_all(process.join("fd")).unwrap();
            fs::write(process.join("comm"), format!("{name}\n")).unwrap();
        }
        symlink(device.canonicalize().unwrap(), folder.path().join("proc/42/fd/5")).unwrap();
        fs::create_dir_all(folder.path().join("proc/43")).unwrap();
        let processes = Processes::look(&Root::below(folder.path()));
        let shown: Vec<String> = processes.holding(&device).iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["gammu\\u{1b}[2J (process 42)"]);
        assert_eq!(processes.modem_manager().map(|holder| holder.pid), Some(41));
        assert_eq!(processes.hidden(), 1, "a process whose folder fd cannot be read");
    }
}
