//! What is plugged in, as /sys tells it, and which tty of it takes AT commands, as
//! `hw-notes/ports.tsv` tells it. Opens no port. Linux; elsewhere the list is empty.
//!
//! The root of the tree is a parameter, so that trees of devices nobody here owns can be tested.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::text::Untrusted;

/// One tty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// `/dev/ttyUSB2`.
    pub path: PathBuf,
    /// What it is for.
    pub role: Role,
    /// USB ids, `2c7c:0125`; nothing for a built-in serial port.
    pub ids: Option<(u16, u16)>,
    /// Maker and product, as the device says.
    pub product: Untrusted,
    /// The device's own serial number.
    pub serial: Untrusted,
    /// Which device of /sys it belongs to, so that ttys of one device stand together.
    pub device: PathBuf,
    /// Maker and family, as the table says.
    pub family: Option<&'static str>,
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
    /// Must not be opened: diagnostics, positions, sound.
    Other,
    /// No table knows it.
    Unknown,
}

impl Role {
    /// In plain words.
    pub fn words(self) -> &'static str {
        match self {
            Role::At => "AT port",
            Role::AtSecond => "second AT port",
            Role::Modem => "modem port",
            Role::Other => "not for AT",
            Role::Unknown => "unknown use",
        }
    }
}

/// A row of `hw-notes/ports.tsv`.
struct Row {
    vendor: u16,
    product: Option<u16>,
    family: &'static str,
    interfaces: &'static str,
}

static ROWS: LazyLock<Vec<Row>> =
    LazyLock::new(|| include_str!("../../hw-notes/ports.tsv").lines().filter_map(row).collect());

/// Every tty that could lead to a handset, AT ports first.
pub fn list() -> Vec<Port> {
    list_under(Path::new("/sys"))
}

/// As [`list`], of another tree.
pub fn list_under(sys: &Path) -> Vec<Port> {
    let entries = std::fs::read_dir(sys.join("class/tty")).into_iter().flatten().flatten();
    let mut found: Vec<Tty> = entries.filter_map(|entry| tty(&entry.path())).collect();
    found.sort_by(|a, b| (&a.device, a.interface, &a.name).cmp(&(&b.device, b.interface, &b.name)));
    let mut ports: Vec<Port> = found.iter().map(|tty| port(tty, nth(tty, &found))).collect();
    ports.sort_by(|a, b| (a.role, &a.path).cmp(&(b.role, &b.path)));
    ports
}

/// What /sys says of one tty.
struct Tty {
    name: String,
    device: PathBuf,
    interface: Option<u8>,
    class: [u8; 3],
    ids: Option<(u16, u16)>,
    product: String,
    serial: String,
}

/// A tty with hardware behind it: on USB, or a serial port that names its driver.
fn tty(entry: &Path) -> Option<Tty> {
    let name = entry.file_name()?.to_str()?.to_owned();
    let device = entry.join("device").canonicalize().ok()?;
    let interface = device.ancestors().find(|dir| dir.join("bInterfaceNumber").exists());
    let usb = device.ancestors().find(|dir| dir.join("idVendor").exists());
    if usb.is_none() && !name.starts_with("ttyAMA") && !name.starts_with("ttymxc") {
        return None;
    }
    let class = ["bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol"]
        .map(|file| interface.and_then(|dir| hex8(dir, file)).unwrap_or(0));
    let said = |file: &str| usb.map(|dir| read(dir, file)).unwrap_or_default();
    Some(Tty {
        name,
        interface: interface.and_then(|dir| hex8(dir, "bInterfaceNumber")),
        class,
        ids: usb.and_then(|dir| Some((hex16(dir, "idVendor")?, hex16(dir, "idProduct")?))),
        product: format!("{} {}", said("manufacturer"), said("product")).trim().to_owned(),
        serial: said("serial"),
        device: usb.unwrap_or(&device).to_owned(),
    })
}

/// The how-manieth tty of its device it is, from 0.
fn nth(tty: &Tty, all: &[Tty]) -> usize {
    all.iter().filter(|other| other.device == tty.device).position(|other| other.name == tty.name).unwrap_or(0)
}

fn port(tty: &Tty, nth: usize) -> Port {
    let row = tty.ids.and_then(find);
    Port {
        path: Path::new("/dev").join(&tty.name),
        role: row.map_or(Role::Unknown, |row| role(row, tty, nth)),
        ids: tty.ids,
        product: tty.product.as_str().into(),
        serial: tty.serial.as_str().into(),
        device: tty.device.clone(),
        family: row.map(|row| row.family),
    }
}

/// The row of exactly this product, else of its vendor.
fn find((vendor, product): (u16, u16)) -> Option<&'static Row> {
    let of_vendor = || ROWS.iter().filter(move |row| row.vendor == vendor);
    of_vendor().find(|row| row.product == Some(product)).or_else(|| of_vendor().find(|row| row.product.is_none()))
}

fn role(row: &Row, tty: &Tty, nth: usize) -> Role {
    let [class, subclass, protocol] = tty.class;
    let by_class = format!("{class:02x}/{subclass:02x}/{protocol:02x}");
    let by_number = tty.interface.map(|number| format!("{number:02x}"));
    let by_order = format!("t{nth}");
    row.interfaces
        .split_whitespace()
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == by_class || Some(*key) == by_number.as_deref() || *key == by_order)
        .map_or(Role::Unknown, |(_, name)| named(name))
}

fn named(role: &str) -> Role {
    match role {
        "at1" | "ctl" | "app" => Role::At,
        "at2" => Role::AtSecond,
        "ppp" => Role::Modem,
        "probe" => Role::Unknown,
        _ => Role::Other,
    }
}

fn row(line: &'static str) -> Option<Row> {
    let fields: Vec<&str> = line.split('\t').collect();
    Some(Row {
        vendor: u16::from_str_radix(fields.first()?, 16).ok()?,
        product: u16::from_str_radix(fields.get(1)?, 16).ok(),
        family: fields.get(3)?,
        interfaces: fields.get(5)?,
    })
}

fn read(dir: &Path, file: &str) -> String {
    std::fs::read_to_string(dir.join(file)).unwrap_or_default().trim().to_owned()
}

fn hex8(dir: &Path, file: &str) -> Option<u8> {
    u8::from_str_radix(&read(dir, file), 16).ok()
}

fn hex16(dir: &Path, file: &str) -> Option<u16> {
    u16::from_str_radix(&read(dir, file), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A /sys with one USB device of four interfaces, as `option` shows it.
    fn tree(vendor: &str, product: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let device = root.path().join("devices/usb1/1-1");
        fs::create_dir_all(root.path().join("class/tty")).unwrap();
        fs::create_dir_all(&device).unwrap();
        let files = [("idVendor", vendor), ("idProduct", product), ("manufacturer", "Quectel"), ("product", "EG25-G")];
        files.iter().for_each(|(file, text)| fs::write(device.join(file), format!("{text}\n")).unwrap());
        for number in 0..4 {
            let tty = device.join(format!("1-1:1.{number}/ttyUSB{number}"));
            let class = root.path().join(format!("class/tty/ttyUSB{number}"));
            fs::create_dir_all(&tty).unwrap();
            fs::write(tty.join("../bInterfaceNumber"), format!("{number:02x}\n")).unwrap();
            fs::create_dir_all(&class).unwrap();
            std::os::unix::fs::symlink(&tty, class.join("device")).unwrap();
        }
        root
    }

    #[test]
    fn the_at_port_of_an_ec25_is_its_third_interface() {
        let root = tree("2c7c", "0125");
        let ports = list_under(root.path());
        assert_eq!(ports.len(), 4);
        let first = ports.first().unwrap();
        assert_eq!((first.path.to_str(), first.role), (Some("/dev/ttyUSB2"), Role::At));
        assert_eq!(first.product.for_terminal(), "Quectel EG25-G");
        assert_eq!(ports.iter().filter(|port| port.role == Role::Other).count(), 2, "diagnostics and positions");
    }

    #[test]
    fn an_unknown_device_is_shown_as_unknown() {
        let root = tree("dead", "beef");
        assert!(list_under(root.path()).iter().all(|port| port.role == Role::Unknown));
    }

    #[test]
    fn no_tree_is_no_port() {
        assert!(list_under(Path::new("/nonexistent")).is_empty());
    }

    #[test]
    fn every_row_of_the_table_is_read() {
        let rows = include_str!("../../hw-notes/ports.tsv").lines().filter(|line| !line.starts_with('#'));
        let numbered = rows.filter(|line| !line.starts_with('*') && !line.trim().is_empty()).count();
        assert_eq!(ROWS.len(), numbered);
    }
}
