//! What /sys says is plugged in: USB devices with their interfaces and ttys, and serial ports of the board.
//!
//! Everything a device says of itself is untrusted. What it means is decided elsewhere.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::link::root::{self, Root};
use crate::text::Untrusted;

/// USB vendor and product, `2c7c:0125`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ids {
    /// The vendor.
    pub vendor: u16,
    /// The product.
    pub product: u16,
}

impl fmt::Display for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}:{:04x}", self.vendor, self.product)
    }
}

/// Class, subclass and protocol of an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Class(pub u8, pub u8, pub u8);

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}/{:02x}/{:02x}", self.0, self.1, self.2)
    }
}

/// One interface of a USB device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// `bInterfaceNumber`.
    pub number: Option<u8>,
    /// What it says it is for.
    pub class: Class,
    /// The driver that has it.
    pub driver: Option<String>,
    /// Its own name, such as `MTP`.
    pub label: Untrusted,
}

/// Where a device is plugged in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The kernel's name of it: bus, then the chain of ports, such as `1-2.4`.
    Usb(String),
    /// A serial port of the computer itself, such as `ttyS0`.
    Board(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Usb(name) => write!(f, "usb {name}"),
            Place::Board(name) => write!(f, "{name} of this computer"),
        }
    }
}

/// A device as /sys shows it.
pub(super) struct Raw {
    pub place: Place,
    pub ids: Option<Ids>,
    pub class: u8,
    pub maker: Untrusted,
    pub product: Untrusted,
    pub serial: Untrusted,
    pub interfaces: Vec<Interface>,
    pub ttys: Vec<Tty>,
}

/// A tty as /sys shows it.
pub(super) struct Tty {
    pub name: String,
    pub number: Option<u8>,
    pub class: Class,
    /// What the hso driver says it is for.
    pub hso: String,
    /// What udev would call it, made from its place.
    pub place: String,
}

/// Every USB device but hubs, and every serial port of the board that has hardware behind it.
pub(super) fn devices(root: &Root) -> Vec<Raw> {
    let mut ttys = ttys(root);
    let folders = root::entries(&root.at("sys/bus/usb/devices")).into_iter();
    let usb = folders.filter_map(|entry| entry.canonicalize().ok()).filter_map(|folder| {
        let device = usb(&folder, ttys.remove(&folder).unwrap_or_default())?;
        (device.class != HUB).then_some(device)
    });
    let mut devices: Vec<Raw> = usb.collect();
    devices.extend(ttys.into_values().flatten().map(board));
    devices.sort_by(|a, b| a.place.cmp(&b.place));
    devices
}

const HUB: u8 = 0x09;

fn usb(folder: &Path, mut ttys: Vec<Tty>) -> Option<Raw> {
    let ids = Ids { vendor: hex16(folder, "idVendor")?, product: hex16(folder, "idProduct")? };
    ttys.sort_by(|a, b| (a.number, a.name.len(), &a.name).cmp(&(b.number, b.name.len(), &b.name)));
    let said = |file: &str| Untrusted::from(root::read(&folder.join(file)));
    Some(Raw {
        place: Place::Usb(root::name(folder)),
        ids: Some(ids),
        class: hex8(folder, "bDeviceClass").unwrap_or_default(),
        maker: said("manufacturer"),
        product: said("product"),
        serial: said("serial"),
        interfaces: root::entries(folder).iter().filter_map(|entry| interface(entry)).collect(),
        ttys,
    })
}

fn interface(folder: &Path) -> Option<Interface> {
    let driver = std::fs::read_link(folder.join("driver")).ok().map(|link| root::name(&link));
    root::name(folder).contains(':').then(|| Interface {
        number: hex8(folder, "bInterfaceNumber"),
        class: class(folder),
        driver,
        label: root::read(&folder.join("interface")).into(),
    })
}

fn board(tty: Tty) -> Raw {
    Raw {
        place: Place::Board(tty.name.clone()),
        ids: None,
        class: 0,
        maker: Untrusted::default(),
        product: Untrusted::default(),
        serial: Untrusted::default(),
        interfaces: Vec::new(),
        ttys: vec![tty],
    }
}

/// Ttys by the folder of the device that they belong to.
fn ttys(root: &Root) -> BTreeMap<PathBuf, Vec<Tty>> {
    let mut found: BTreeMap<PathBuf, Vec<Tty>> = BTreeMap::new();
    for entry in root::entries(&root.at("sys/class/tty")) {
        if let Some((device, tty)) = tty(&entry) {
            found.entry(device).or_default().push(tty);
        }
    }
    found
}

/// A tty with hardware behind it. A UART that the kernel only could have has type 0 (PORT_UNKNOWN of
/// the kernel's serial core).
fn tty(entry: &Path) -> Option<(PathBuf, Tty)> {
    let port = entry.join("device").canonicalize().ok()?;
    if root::read(&entry.join("type")) == "0" {
        return None;
    }
    let interface = port.ancestors().find(|folder| folder.join("bInterfaceNumber").exists());
    let usb = port.ancestors().find(|folder| folder.join("idVendor").exists());
    let tty = Tty {
        name: root::name(entry),
        number: interface.and_then(|folder| hex8(folder, "bInterfaceNumber")),
        class: interface.map(class).unwrap_or_default(),
        hso: root::read(&entry.join("hsotype")),
        place: interface.map(|folder| place(folder, &root::read(&port.join("port_number")))).unwrap_or_default(),
    };
    // Ports of the board may share a parent, so each is a device of its own.
    Some((usb.map_or_else(|| entry.to_owned(), Path::to_owned), tty))
}

/// The name that udev's path_id and 60-serial.rules give:
/// `pci-0000:00:14.0-usb-0:2:1.2-port0`; behind a controller of the board `platform-….usb-usb-0:2:1.2`.
fn place(interface: &Path, port: &str) -> String {
    let is_bus =
        |folder: &&Path| root::name(folder).strip_prefix("usb").is_some_and(|rest| rest.parse::<u16>().is_ok());
    let Some(host) = interface.ancestors().find(is_bus).and_then(Path::parent).map(root::name) else {
        return String::new();
    };
    let kind = if host.split(':').count() == 3 { "pci" } else { "platform" };
    let name = root::name(interface);
    let chain = name.split_once('-').map_or("", |(_, chain)| chain);
    let port = if port.is_empty() { String::new() } else { format!("-port{port}") };
    format!("{kind}-{host}-usb-0:{chain}{port}")
}

fn class(folder: &Path) -> Class {
    let octet = |file: &str| hex8(folder, file).unwrap_or_default();
    Class(octet("bInterfaceClass"), octet("bInterfaceSubClass"), octet("bInterfaceProtocol"))
}

fn hex8(folder: &Path, file: &str) -> Option<u8> {
    u8::from_str_radix(&root::read(&folder.join(file)), 16).ok()
}

fn hex16(folder: &Path, file: &str) -> Option<u16> {
    u16::from_str_radix(&root::read(&folder.join(file)), 16).ok()
}
