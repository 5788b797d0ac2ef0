//! What is plugged in, which tty of it takes AT commands, and what to do with it. Opens no port.
//!
//! | file | what |
//! |---|---|
//! | [`sysfs`] | what /sys says, as it says it |
//! | [`table`] | `hw-notes/ports.tsv`: the use of each interface of a product |
//! | [`handsets`] | `hw-notes/handsets.tsv`: what a seized handset can do over USB |
//! | [`function`] | what interfaces that are no tty are for |
//! | [`verdict`] | what a device is good for, and the next step |
//! | [`choice`] | the only port that `--port auto` can mean |
//!
//! Linux; elsewhere the list is empty. `cli` shows it, and opens what it allows.

pub mod choice;
pub mod function;
pub mod handsets;
pub mod sysfs;
pub mod table;
pub mod verdict;

use std::path::{Path, PathBuf};

use super::root::{self, Root};
use crate::text::Untrusted;
use function::Function;
use handsets::{Handset, Shows};
use sysfs::{Class, Ids, Interface, Place, Raw, Tty};
use table::{Kind, Market, Named, Row};

/// A device that could have to do with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Where it is plugged in.
    pub place: Place,
    /// Nothing for a port of the board.
    pub ids: Option<Ids>,
    /// Its maker, as it says.
    pub maker: Untrusted,
    /// Its name, as it says.
    pub product: Untrusted,
    /// Its serial number, as it says.
    pub serial: Untrusted,
    /// What it shows on USB.
    pub interfaces: Vec<Interface>,
    /// Its ttys, AT ports first.
    pub ports: Vec<Port>,
    /// What the table knows of it.
    pub row: Option<&'static Row>,
    /// What is known of such handsets, if it is one.
    pub handset: Option<&'static Handset>,
}

/// One tty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// `/dev/ttyUSB2`.
    pub path: PathBuf,
    /// The number of its USB interface.
    pub interface: Option<u8>,
    /// What it is for.
    pub role: Role,
    /// The name that stays the same while it is plugged in there: udev's link, else made from /sys.
    pub by_path: String,
}

/// What a tty is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// AT commands: the one to use.
    At,
    /// AT commands, a second one.
    AtSecond,
    /// AT commands until a data call; better not.
    Modem,
    /// No table knows it.
    Unknown,
    /// Positions (NMEA).
    Positions,
    /// Diagnostics, in binary.
    Diagnostics,
    /// Sound.
    Sound,
    /// Must not be opened, for another reason.
    Closed,
}

/// Whether a port may be opened and written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    /// It may take AT commands.
    Perhaps,
    /// It takes none, and opening it may do harm.
    Never,
}

impl Role {
    /// In plain words.
    pub fn words(self) -> &'static str {
        match self {
            Role::At => "AT port",
            Role::AtSecond => "second AT port",
            Role::Modem => "modem port",
            Role::Unknown => "unknown use",
            Role::Positions => "positions (GPS)",
            Role::Diagnostics => "diagnostics",
            Role::Sound => "sound",
            Role::Closed => "not for AT",
        }
    }

    /// Whether AT commands may be tried there.
    pub fn speaks(self) -> Speaks {
        match self {
            Role::At | Role::AtSecond | Role::Modem | Role::Unknown => Speaks::Perhaps,
            Role::Positions | Role::Diagnostics | Role::Sound | Role::Closed => Speaks::Never,
        }
    }
}

/// Every device that could have to do with a line: with a tty, in a table, or a handset.
pub fn look(root: &Root) -> Vec<Device> {
    let concerns = |device: &Device| !device.ports.is_empty() || device.row.is_some() || device.handset.is_some();
    sysfs::devices(root).into_iter().map(|raw| device(root, raw)).filter(concerns).collect()
}

/// The device and the port behind a node, under whatever name it was given.
pub fn owner<'a>(devices: &'a [Device], node: &Path) -> Option<(&'a Device, &'a Port)> {
    let real = node.canonicalize().ok();
    let same = |path: &Path| path == node || real.is_some() && path.canonicalize().ok() == real;
    devices.iter().find_map(|device| Some((device, device.ports.iter().find(|port| same(&port.path))?)))
}

fn device(root: &Root, raw: Raw) -> Device {
    let row = raw.ids.and_then(table::find);
    let shows = if raw.ttys.is_empty() { Shows::NoTty } else { Shows::Tty };
    let handset = raw.ids.filter(|ids| is_handset(*ids, &raw, row)).map(|ids| handsets::find(ids, shows));
    // A row that names the maker alone may be that of its modems.
    let row = row.filter(|row| handset.is_none() || row.market == Market::Handset);
    let links = root::entries(&root.at("dev/serial/by-path"));
    let ttys = raw.ttys.iter().enumerate();
    let mut ports: Vec<Port> = ttys.map(|(nth, tty)| port(root, &links, role(row, raw.ids, tty, nth), tty)).collect();
    ports.sort_by_key(|port| port.role);
    Device {
        place: raw.place,
        ids: raw.ids,
        maker: raw.maker,
        product: raw.product,
        serial: raw.serial,
        interfaces: raw.interfaces,
        ports,
        row,
        handset,
    }
}

/// A row of the product decides; else what it shows; else what its vendor makes.
fn is_handset(ids: Ids, raw: &Raw, row: Option<&Row>) -> bool {
    let shown: Vec<Function> = raw.interfaces.iter().filter_map(function::of).collect();
    match row {
        Some(row) if row.is_of() == Named::Product || row.market == Market::Handset => row.market == Market::Handset,
        _ if shown.iter().any(|function| function.is_of_handsets()) => !handsets::makes_modems_alone(ids.vendor),
        Some(_) => false,
        None => handsets::makes_handsets(ids) && !shown.contains(&Function::Another),
    }
}

/// What the interface says of itself goes before its number (`hw-notes/ports.tsv`, Huawei).
fn role(row: Option<&Row>, ids: Option<Ids>, tty: &Tty, nth: usize) -> Role {
    if tty.class == Class(0xff, 0x42, 0x01) {
        return Role::Closed; // adb, taken by a driver that takes everything
    }
    hso(&tty.hso)
        .or_else(|| table::by_class(ids?, tty.class))
        .or_else(|| row?.role(tty.number, nth))
        .unwrap_or_else(|| unnamed(row, tty))
}

/// A tty that no key names. Data of a network card (CDC) is no serial line, whatever driver took it.
fn unnamed(row: Option<&Row>, tty: &Tty) -> Role {
    match row.map(|row| row.kind) {
        Some(Kind::Leave | Kind::NoAt | Kind::Switch(_)) => Role::Closed,
        Some(Kind::Ttys) if tty.class.0 == 0x0a => Role::Closed,
        _ => Role::Unknown,
    }
}

/// `hsotype`, as Option's driver tells it.
fn hso(kind: &str) -> Option<Role> {
    Some(match kind {
        "" => return None,
        "Control" => Role::At,
        "Application" | "Application2" => Role::AtSecond,
        "Modem" => Role::Modem,
        "GPS" | "GPS Control" => Role::Positions,
        "Diagnostic" | "Diagnostic2" => Role::Diagnostics,
        _ => Role::Closed,
    })
}

fn port(root: &Root, links: &[PathBuf], role: Role, tty: &Tty) -> Port {
    let path = root.node(&tty.name);
    let node = path.canonicalize().ok();
    let link = links.iter().find(|link| node.is_some() && link.canonicalize().ok() == node);
    Port {
        by_path: link.map_or_else(|| tty.place.clone(), |link| link.display().to_string()),
        path,
        interface: tty.number,
        role,
    }
}

#[cfg(test)]
impl Device {
    /// A modem with this serial number and these ports, for tests of those who use the list.
    pub(crate) fn made_up(serial: &str, ports: &[(&str, Role)]) -> Self {
        let port = |(name, role): &(&str, Role)| Port {
            path: Path::new("/dev").join(name),
            interface: None,
            role: *role,
            by_path: String::new(),
        };
        Self {
            place: Place::Usb("1-2".into()),
            ids: Some(Ids { vendor: 0x2c7c, product: 0x0125 }),
            maker: "Quectel".into(),
            product: "EC25".into(),
            serial: serial.into(),
            interfaces: Vec::new(),
            ports: ports.iter().map(port).collect(),
            row: None,
            handset: None,
        }
    }
}
