//! Whether this user may open a device node, and if not, who may. Opens nothing.

#[cfg_attr(unix, path = "access/unix.rs")]
#[cfg_attr(not(unix), path = "access/elsewhere.rs")]
mod system;

use std::fmt;

pub use system::to;

/// Whether a node can be opened by this user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// For reading and writing.
    Open,
    /// Not by this user.
    Closed(Closed),
    /// There is no such node.
    NoNode,
}

/// Who owns a node that this user may not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The name of the group that owns it; its number if it has no name.
    pub group: String,
    /// Its permissions, as `chmod` takes them.
    pub mode: u32,
    /// Whether being in the group would help.
    pub remedy: Remedy,
}

/// What gives this user the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// To be made a member of the group.
    Join,
    /// The user is a member already, but this login began before that.
    LogInAgain,
    /// A udev rule: the group is root's own, or may not open it either.
    Rule,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it belongs to group {} (mode {:o})", self.group, self.mode)
    }
}

impl Closed {
    /// The exact step.
    pub fn help(&self) -> String {
        match self.remedy {
            Remedy::Join => format!("sudo usermod -aG {} $USER, then log out and in again", self.group),
            Remedy::LogInAgain => {
                format!("you are in group {}, but not yet in this login: log out and in again", self.group)
            }
            Remedy::Rule => "no group that you can join may open it: a udev rule gives it one".to_owned(),
        }
    }
}
