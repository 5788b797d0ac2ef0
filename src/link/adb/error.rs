//! Why a node of a handset cannot be reached, and what to do next.

use std::io;
use std::net::SocketAddr;

use super::{Node, Seen, State};
use crate::text::Untrusted;

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdbError {
    /// No server runs.
    #[error("no adb server runs at {0}")]
    NoServer(SocketAddr),
    /// adb is told to use a server of another computer, or something that is no TCP port.
    #[error("adb is told to use {}, which is no port of this computer", .0.for_terminal())]
    Elsewhere(Untrusted),
    /// No answer in time.
    #[error("the adb server, or the handset behind it, does not answer")]
    Silent,
    /// The connection ended early, or what answers is something else.
    #[error("the adb server broke off: {0}")]
    Broken(String),
    /// The server refuses, in its own words.
    #[error("the adb server refuses: {}", .0.for_terminal())]
    Said(Untrusted),
    /// No such handset.
    #[error("the adb server sees no handset {serial}; it sees {there}")]
    NoHandset {
        /// The one that was named.
        serial: String,
        /// Those that are there.
        there: String,
    },
    /// The handset has not accepted this computer.
    #[error("the handset {} has not accepted this computer's adb key", .0.for_terminal())]
    Unauthorised(Untrusted),
    /// The handset is there and cannot be talked to.
    #[error("the handset {} is not ready: adb calls it {}", serial.for_terminal(), state.for_terminal())]
    NotReady {
        /// Which.
        serial: Untrusted,
        /// In adb's words.
        state: Untrusted,
    },
    /// The adb server may not open the USB device.
    #[error("the adb server may not open the USB device of the handset {}", .0.for_terminal())]
    NoAccess(Untrusted),
    /// The handset has no such node.
    #[error("the handset {} has no {}", .0.serial(), .0.path())]
    NoNode(Node),
    /// The node is there, and adbd was not let in.
    #[error("the handset {} does not let adb open {}", .0.serial(), .0.path())]
    Denied(Node),
    /// The node was not opened, and the handset does not say why.
    #[error("the handset {} did not open {}, and does not say why", .0.serial(), .0.path())]
    Closed(Node),
}

impl AdbError {
    /// What to do next.
    pub fn help(&self) -> String {
        match self {
            Self::NoServer(_) => "adb start-server; on Debian, adb is in the package adb".into(),
            Self::Elsewhere(_) => "unset ADB_SERVER_SOCKET and ANDROID_ADB_SERVER_ADDRESS, or name a port of this \
                                   computer, such as tcp:localhost:5037"
                .into(),
            Self::Silent | Self::Broken(_) => {
                "adb kill-server, then adb start-server; if that does not help, unplug the handset and plug it in"
                    .into()
            }
            Self::Said(_) => "adb devices -l shows what the server sees".into(),
            Self::NoHandset { .. } => "plug it in with USB debugging on; adb devices -l shows the serial".into(),
            Self::Unauthorised(_) => "unlock the handset and accept the key on its screen; note it, because the key \
                                      stays on the handset"
                .into(),
            Self::NotReady { .. } => "start Android on it, unplug it, plug it in, and look with adb devices -l".into(),
            Self::NoAccess(_) => "sudo adduser $USER plugdev and the package android-sdk-platform-tools-common (udev \
                                  rules); log in again, then adb kill-server"
                .into(),
            Self::NoNode(node) => format!(
                "adb -s {} shell ls /dev shows what is there; hw-notes/adb.md names nodes by chip maker",
                node.serial()
            ),
            Self::Denied(node) | Self::Closed(node) => format!(
                "adbd itself must run as root: adb -s {} root; nothing else on the handset may hold the node; \
                 hw-notes/adb.md says what else there is",
                node.serial()
            ),
        }
    }

    /// What answers does not speak the protocol.
    pub(super) fn foreign() -> Self {
        Self::Broken("what answers speaks another protocol".into())
    }

    pub(super) fn no_handset(node: &Node, seen: &[Seen]) -> Self {
        let there: Vec<String> = seen.iter().map(|seen| seen.serial.for_terminal()).collect();
        let there = if there.is_empty() { "none".into() } else { there.join(", ") };
        Self::NoHandset { serial: node.serial().into(), there }
    }

    /// A handset that is there and cannot be talked to; nothing if it can.
    pub(super) fn of_state(seen: &Seen) -> Option<Self> {
        let serial = seen.serial.clone();
        match &seen.state {
            State::Ready => None,
            State::Unauthorised => Some(Self::Unauthorised(serial)),
            State::NoAccess => Some(Self::NoAccess(serial)),
            State::Offline | State::Other(_) => Some(Self::NotReady { serial, state: seen.state.words() }),
        }
    }
}

impl From<io::Error> for AdbError {
    fn from(error: io::Error) -> Self {
        Self::Broken(error.to_string())
    }
}
