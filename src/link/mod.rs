//! Floor 2: byte streams to a handset, and what is plugged in.
//!
//! | file | what |
//! |---|---|
//! | [`serial`] | a tty: 115200 8N1, exclusive, DTR and RTS raised |
//! | [`tcp`] | a serial server |
//! | [`adb`] | an AT node of a handset, through the adb server; what that server sees |
//! | [`pty`] | the other end of a pseudo-terminal, for the emulator |
//! | [`tap`] | a wrapper that hands every octet with its time to whoever keeps the record |
//! | [`ports`] | what /sys says is plugged in, which interface takes AT, what to do with each device |
//! | [`holders`] | who else holds a tty |
//! | [`access`] | whether this user may open it |
//! | [`power`] | what the power of this computer can do to a line |
//! | [`root`] | where /sys, /dev, /proc and /etc are |
//!
//! Nothing here knows AT commands or TPDUs. What is Linux-only stays in `ports`, `holders`, `access`, `power` and `pty`;
//! what other systems have in place of it, in the files named `elsewhere` (`hw-notes/windows.md`).

pub mod access;
pub mod adb;
pub mod holders;
pub mod ports;
pub mod power;
#[cfg_attr(not(unix), path = "pty/elsewhere.rs")]
pub mod pty;
pub mod root;
pub mod serial;
pub mod tap;
pub mod tcp;

use std::net::SocketAddr;
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
    Tcp(SocketAddr),
    /// `adb:SERIAL:/dev/smd7`: an AT node of a rooted reference handset.
    Adb(adb::Node),
    /// `emulator:PROFILE`: the embedded handset.
    Emulator(String),
}

/// Why something is no port.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// None of the forms.
    #[error(
        "a port is auto, a path such as /dev/ttyUSB2, tcp://127.0.0.1:4000, adb:SERIAL:/dev/smd7 or emulator:PROFILE"
    )]
    Form,
    /// No number and port behind `tcp://`.
    #[error("after tcp:// comes a number and a port, such as 127.0.0.1:4000 or [::1]:4000")]
    Socket,
    /// No AT node that is known, so nothing is written to it.
    #[error("that is no AT node of a handset, such as /dev/smd7; hw-notes/adb.md names those that are known")]
    Node,
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        match text.split_once(':') {
            _ if text == "auto" => Ok(Address::Auto),
            Some(("tcp", rest)) => socket(rest.strip_prefix("//").ok_or(AddressError::Form)?),
            Some(("adb", node)) => node.parse().map(Address::Adb),
            Some(("emulator", profile)) => Ok(Address::Emulator(profile.to_owned())),
            _ if text == "emulator" => Ok(Address::Emulator("generic".to_owned())),
            _ if text.starts_with(['/', '.']) => Ok(Address::Serial(text.into())),
            _ => Err(AddressError::Form),
        }
    }
}

fn socket(text: &str) -> Result<Address, AddressError> {
    text.parse().map(Address::Tcp).map_err(|_| AddressError::Socket)
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Address::Auto => f.write_str("auto"),
            Address::Serial(path) => write!(f, "{}", path.display()),
            Address::Tcp(socket) => write!(f, "tcp://{socket}"),
            Address::Adb(node) => write!(f, "adb:{node}"),
            Address::Emulator(profile) => write!(f, "emulator:{profile}"),
        }
    }
}

impl Address {
    /// Whether the octets pass a network.
    fn is_remote(&self) -> bool {
        match self {
            Address::Tcp(socket) => !socket.ip().is_loopback(),
            Address::Adb(node) => node.is_remote(),
            Address::Auto | Address::Serial(_) | Address::Emulator(_) => false,
        }
    }
}

/// How far a link may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Not beyond this computer and what is plugged into it.
    ThisComputer,
    /// Over a network, because a person said so.
    Network,
}

/// Opens a link.
pub async fn open(address: &Address, reach: Reach) -> Result<BoxLink, OpenError> {
    if reach == Reach::ThisComputer && address.is_remote() {
        return Err(OpenError::Remote(address.to_string()));
    }
    Ok(match address {
        Address::Serial(path) => Box::new(serial::open(path)?),
        Address::Tcp(socket) => Box::new(tcp::open(*socket).await?),
        Address::Adb(node) => Box::new(adb::open(adb::server()?, node).await?),
        Address::Auto | Address::Emulator(_) => return Err(OpenError::Missing(address.to_string())),
    })
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
    /// It leads over a network, and nobody said that it may.
    #[error("{0} leads over a network, where others may read what the line sends and receives")]
    Remote(String),
    /// A node of a handset.
    #[error(transparent)]
    Adb(#[from] adb::AdbError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_takes_its_forms_and_nothing_else() {
        for text in [
            "auto",
            "/dev/ttyUSB2",
            "tcp://127.0.0.1:4000",
            "tcp://[::1]:4000",
            "adb:R58M12ABCDE:/dev/smd7",
            "adb:127.0.0.1:5555:/dev/radio/atci1",
            "emulator:quectel-ec25",
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        for text in ["", "COM3", "tcp:127.0.0.1", "http://x", "adb:", "adb:R58", "adb::/dev/smd7", "adb:R 8:/dev/smd7"]
        {
            assert_eq!(text.parse::<Address>(), Err(AddressError::Form), "{text}");
        }
        for text in ["tcp://nonsense", "tcp://127.0.0.1", "tcp://127.0.0.1:99999"] {
            assert_eq!(text.parse::<Address>(), Err(AddressError::Socket), "{text}");
        }
    }

    #[tokio::test]
    async fn a_link_does_not_leave_this_computer_unless_a_person_says_so() {
        for text in ["tcp://192.0.2.1:4000", "tcp://0.0.0.0:4000", "adb:192.0.2.1:5555:/dev/smd7"] {
            let refused = open(&text.parse().unwrap(), Reach::ThisComputer).await.err().unwrap();
            assert!(matches!(&refused, OpenError::Remote(port) if port == text), "{refused}");
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let near = format!("tcp://{}", listener.local_addr().unwrap());
        assert!(open(&near.parse().unwrap(), Reach::ThisComputer).await.is_ok());
    }
}
