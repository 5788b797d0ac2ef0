//! Floor 2: byte streams to a handset, and what is plugged in.
//!
//! | file | what |
//! |---|---|
//! | [`serial`] | a tty: 115200 8N1, exclusive, DTR and RTS raised |
//! | [`tcp`] | a serial server on this computer |
//! | [`pty`] | the other end of a pseudo-terminal, for the emulator |
//! | [`tap`] | a wrapper that hands every octet with its time to whoever keeps the record |
//! | [`ports`] | what /sys says is plugged in, which interface takes AT, what to do with each device |
//! | [`adb`] | what an adb server sees |
//! | [`holders`] | who else holds a tty |
//! | [`access`] | whether this user may open it |
//! | [`root`] | where /sys, /dev, /proc and /etc are |
//!
//! Nothing here knows AT commands or TPDUs. What is Linux-only stays in `ports`, `holders`, `access` and `pty`.

pub mod access;
pub mod adb;
pub mod holders;
pub mod ports;
pub mod pty;
pub mod root;
pub mod serial;
pub mod tap;
pub mod tcp;

use std::path::PathBuf;
use std::str::FromStr;

use tokio::io::{AsyncRead, AsyncWrite};

/// A byte stream to a handset.
pub trait Link: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Link for T {}

/// Any link.
pub type BoxLink = Box<dyn Link>;

/// Where a handset is, as `--port` takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// The device that `check` used, or the only one there is.
    Auto,
    /// A tty.
    Serial(PathBuf),
    /// `tcp://127.0.0.1:4000`.
    Tcp(String),
    /// `emulator:PROFILE`: the embedded handset.
    Emulator(String),
}

/// `--port` takes auto, a path such as /dev/ttyUSB2, tcp://127.0.0.1:4000 or emulator:PROFILE.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a port is auto, a path such as /dev/ttyUSB2, tcp://127.0.0.1:4000 or emulator:PROFILE")]
pub struct AddressError;

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        match text.split_once(':') {
            _ if text == "auto" => Ok(Address::Auto),
            Some(("tcp", rest)) => rest.strip_prefix("//").map(|a| Address::Tcp(a.to_owned())).ok_or(AddressError),
            Some(("emulator", profile)) => Ok(Address::Emulator(profile.to_owned())),
            _ if text == "emulator" => Ok(Address::Emulator("generic".to_owned())),
            _ if text.starts_with(['/', '.']) => Ok(Address::Serial(text.into())),
            _ => Err(AddressError),
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Address::Auto => f.write_str("auto"),
            Address::Serial(path) => write!(f, "{}", path.display()),
            Address::Tcp(address) => write!(f, "tcp://{address}"),
            Address::Emulator(profile) => write!(f, "emulator:{profile}"),
        }
    }
}

/// Why a link cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such device.
    #[error("there is no device at {0}")]
    Missing(String),
    /// Somebody else has it.
    #[error("{port} is in use{by}")]
    Busy {
        /// The port.
        port: String,
        /// Who holds it, if that can be seen: ` by gammu (process 4242)`.
        by: String,
    },
    /// This user may not open it.
    #[error("you may not open {port}: {who}")]
    Forbidden {
        /// The port.
        port: String,
        /// Who may.
        who: access::Closed,
    },
    /// Anything else that the system says.
    #[error("{port} cannot be opened: {why}")]
    Other {
        /// The port.
        port: String,
        /// The system's words.
        why: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_takes_its_forms_and_nothing_else() {
        for text in ["auto", "/dev/ttyUSB2", "tcp://127.0.0.1:4000", "emulator:quectel-ec25"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        for text in ["", "COM3", "tcp:127.0.0.1", "http://x"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
