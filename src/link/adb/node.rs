//! `SERIAL:/dev/smd7`: which handset, and which node of it.

use std::fmt;
use std::str::FromStr;

use super::loopback;
use crate::link::AddressError;

/// An AT node of a handset that an adb server sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    serial: String,
    path: String,
}

/// How AT nodes are called below `/dev` (`hw-notes/android.md` section 3). adbd, as root, opens whatever it is
/// told for writing, a disk too, so that nothing else can be named.
const NAMES: [&str; 9] = ["smd", "at_mdm", "radio/atci", "ttyC", "ttyMT", "ttyUSB", "pts/", "umts_router", "umts_atc"];

impl Node {
    /// How adb calls the handset.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// The node, `/dev/smd7`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the handset is at the other end of a network: `adb connect` calls it HOST:PORT, wireless
    /// debugging `adb-…._adb-tls-connect._tcp`.
    pub fn is_remote(&self) -> bool {
        match self.serial.rsplit_once(':') {
            Some((host, port)) if port.parse::<u16>().is_ok() => loopback(host).is_none(),
            _ => self.serial.contains("._adb"),
        }
    }
}

impl FromStr for Node {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (serial, name) = text.split_once(":/dev/").ok_or(AddressError::Form)?;
        if serial.is_empty() || !serial.chars().all(is_in_serial) {
            return Err(AddressError::Form);
        }
        if !is_at_node(name) {
            return Err(AddressError::Node);
        }
        Ok(Self { serial: serial.to_owned(), path: format!("/dev/{name}") })
    }
}

/// What serials and addresses are made of, and nothing that a shell would read: advice names the serial in commands.
fn is_in_serial(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._:-[]".contains(c)
}

/// One of the names, with a number behind it or nothing.
fn is_at_node(name: &str) -> bool {
    let mut numbers = NAMES.iter().filter_map(|known| name.strip_prefix(known));
    numbers.any(|number| number.len() <= 3 && number.chars().all(|c| c.is_ascii_digit()))
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.serial, self.path)
    }
}
