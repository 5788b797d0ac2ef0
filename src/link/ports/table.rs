//! `hw-notes/ports.tsv`: which product has which use for which of its interfaces.
//!
//! Rows for people (vendor `*`) are read and never found. What a line may hold stands at the head of the
//! file; the tests here hold that no row contradicts itself or another.

use std::sync::LazyLock;

use super::Role;
use super::sysfs::{Class, Ids};

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    vendor: Option<u16>,
    product: Products,
    /// The maker.
    pub maker: &'static str,
    /// The product or family.
    pub family: &'static str,
    /// The driver of the kernel that should have it.
    pub driver: &'static str,
    /// What it is.
    pub kind: Kind,
    keys: Vec<(Key, Role)>,
    /// Who would have it.
    pub market: Market,
    /// Where the facts come from.
    pub source: &'static str,
    /// What else is known.
    pub note: &'static str,
}

/// Which products of a vendor: those whose id, shifted right, is `begins`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Products {
    begins: u32,
    shift: u32,
}

/// What a device is, as far as its ids tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It has ttys.
    Ttys,
    /// It shows another id until it is switched.
    Switch(Switch),
    /// No tty for AT, ever.
    NoAt,
    /// Flash or boot mode, or nothing that we may use.
    Leave,
    /// A USB-UART: anything may be behind it.
    Bridge,
    /// A carrier: what is seen is the module inside.
    Inner,
}

/// How usb_modeswitch switches a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// The new Huawei message.
    Huawei,
    /// Eject the disc.
    Eject,
    /// This message, in hexadecimal digits.
    Message(&'static str),
    /// Eject, then this message.
    EjectThenMessage(&'static str),
    /// The kernel does it when this file lies in /lib/firmware.
    Firmware(&'static str),
}

/// Who would have such a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Market {
    /// One would buy it today.
    Buy,
    /// Drawer stock.
    Used,
    /// It is seized, not bought.
    Handset,
    /// Often bought by mistake: it has no AT port.
    Avoid,
    /// Nothing is said.
    Unsaid,
}

/// By what an interface is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Number(u8),
    Nth(usize),
    Class(Class),
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| lines().filter_map(row).collect());

fn lines() -> impl Iterator<Item = &'static str> {
    let text = include_str!("../../../hw-notes/ports.tsv");
    text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

/// The row that names this product most exactly.
pub(super) fn find(ids: Ids) -> Option<&'static Row> {
    ROWS.iter().filter(|row| row.covers(ids)).min_by_key(|row| row.product.breadth())
}

/// What the maker's interfaces say of themselves, for all of its products.
pub(super) fn by_class(ids: Ids, class: Class) -> Option<Role> {
    let keys = ROWS.iter().filter(|row| row.covers(ids)).flat_map(|row| &row.keys);
    keys.filter(|(key, _)| *key == Key::Class(class)).map(|(_, role)| *role).next()
}

/// Whether the table has a modem of this vendor.
pub(super) fn makes_modems(vendor: u16) -> bool {
    ROWS.iter().any(|row| row.vendor == Some(vendor) && row.market != Market::Handset && row.kind != Kind::Bridge)
}

impl Row {
    fn covers(&self, ids: Ids) -> bool {
        self.vendor == Some(ids.vendor) && self.product.cover(ids.product)
    }

    /// Whether it names a product, not only a vendor.
    pub fn is_of(&self) -> Named {
        if self.product.breadth() < 16 { Named::Product } else { Named::Vendor }
    }

    /// What the tty of an interface number, the n-th of its device, is for.
    pub(super) fn role(&self, number: Option<u8>, nth: usize) -> Option<Role> {
        let matches = |key: &Key| Some(*key) == number.map(Key::Number) || *key == Key::Nth(nth);
        self.keys.iter().find(|(key, _)| matches(key)).map(|(_, role)| *role)
    }
}

/// How exactly a row names a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// By its product id.
    Product,
    /// By its vendor alone.
    Vendor,
}

fn row(line: &'static str) -> Option<Row> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [vendor, product, maker, family, driver, interfaces, market, source, note] = fields.as_slice() else {
        return None;
    };
    let (kind, keys) = layout(interfaces)?;
    Some(Row {
        vendor: self::vendor(vendor)?,
        product: Products::parse(product)?,
        maker,
        family,
        driver,
        kind,
        keys,
        market: self::market(market)?,
        source,
        note,
    })
}

impl Products {
    /// All of them.
    pub(super) const ALL: Self = Self { begins: 0, shift: 16 };

    /// `0125`, `4ee*` or `*`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_suffix('*').unwrap_or(text);
        let shift = 4 * u32::try_from(4_usize.checked_sub(digits.len())?).ok()?;
        let whole = text.ends_with('*') == (shift > 0);
        let begins = if digits.is_empty() { 0 } else { u32::from_str_radix(digits, 16).ok()? };
        whole.then_some(Self { begins, shift })
    }

    pub(super) fn cover(self, product: u16) -> bool {
        u32::from(product) >> self.shift == self.begins
    }

    /// How many bits of the id are left open: 0 for one product, 16 for a whole vendor.
    pub(super) fn breadth(self) -> u32 {
        self.shift
    }
}

/// A vendor: four digits, or `*` for none in particular.
pub(super) fn vendor(text: &str) -> Option<Option<u16>> {
    match text {
        "*" => Some(None),
        _ => u16::from_str_radix(text, 16).ok().filter(|_| text.len() == 4).map(Some),
    }
}

fn market(text: &str) -> Option<Market> {
    Some(match text {
        "BUY" => Market::Buy,
        "USED" => Market::Used,
        "HANDSET" => Market::Handset,
        "AVOID" => Market::Avoid,
        "-" => Market::Unsaid,
        _ => return None,
    })
}

fn layout(text: &'static str) -> Option<(Kind, Vec<(Key, Role)>)> {
    let kind = match (text, text.strip_prefix("switch=")) {
        (_, Some(how)) => Kind::Switch(switch(how)?),
        ("net only" | "none", _) => Kind::NoAt,
        ("ignore", _) => Kind::Leave,
        ("bridge", _) => Kind::Bridge,
        ("inner", _) => Kind::Inner,
        _ => return ttys(text).map(|keys| (Kind::Ttys, keys)),
    };
    Some((kind, Vec::new()))
}

fn ttys(text: &str) -> Option<Vec<(Key, Role)>> {
    text.split_whitespace().filter(|word| *word != "probe").map(pair).collect()
}

fn switch(how: &'static str) -> Option<Switch> {
    let message = |text: &str| text.len() == 62 && text.bytes().all(|octet| octet.is_ascii_hexdigit());
    match how.split_once(':') {
        None if how == "J" => Some(Switch::Huawei),
        None if how == "K" => Some(Switch::Eject),
        Some(("M", text)) if message(text) => Some(Switch::Message(text)),
        Some(("K+M", text)) if message(text) => Some(Switch::EjectThenMessage(text)),
        Some(("firmware", file)) => Some(Switch::Firmware(file)),
        _ => None,
    }
}

fn pair(text: &str) -> Option<(Key, Role)> {
    let (key, role) = text.split_once('=')?;
    Some((self::key(key)?, self::role(role)?))
}

fn key(text: &str) -> Option<Key> {
    match (text.strip_prefix('t'), text.split('/').collect::<Vec<_>>().as_slice()) {
        (Some(nth), _) => nth.parse().ok().map(Key::Nth),
        (None, [number]) if number.len() == 2 => u8::from_str_radix(number, 16).ok().map(Key::Number),
        (None, [class, subclass, protocol]) => {
            let octet = |text: &str| u8::from_str_radix(text, 16).ok();
            Some(Key::Class(Class(octet(class)?, octet(subclass)?, octet(protocol)?)))
        }
        _ => None,
    }
}

fn role(text: &str) -> Option<Role> {
    Some(match text {
        "at1" | "ctl" => Role::At,
        "at2" | "app" => Role::AtSecond,
        "ppp" => Role::Modem,
        "probe" => Role::Unknown,
        "gps" => Role::Positions,
        "diag" => Role::Diagnostics,
        "audio" => Role::Sound,
        "net" | "adb" | "ignore" => Role::Closed,
        _ => return None,
    })
}

/// Every vendor that has a handset in the table.
#[cfg(test)]
pub(super) fn vendors_of_handsets() -> Vec<u16> {
    ROWS.iter().filter(|row| row.market == Market::Handset).filter_map(|row| row.vendor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// The rows that can be found, with their words for messages.
    fn found() -> impl Iterator<Item = (&'static Row, String)> {
        let named = ROWS.iter().filter(|row| row.vendor.is_some());
        named.map(|row| (row, format!("{:04x?} {:x?} {} {}", row.vendor, row.product, row.maker, row.family)))
    }

    fn takes_at(role: Role) -> bool {
        matches!(role, Role::At | Role::AtSecond | Role::Modem)
    }

    #[test]
    fn every_line_is_a_row() {
        for line in lines() {
            assert!(row(line).is_some(), "{line}");
        }
        assert!(found().count() > 450);
    }

    #[test]
    fn no_two_rows_name_the_same_products() {
        let mut seen = HashSet::new();
        for (row, name) in found() {
            assert!(seen.insert((row.vendor, row.product)), "{name} comes twice");
        }
    }

    #[test]
    fn no_row_gives_an_interface_two_uses_or_a_device_two_first_ports() {
        for (row, name) in found() {
            let keys = || row.keys.iter().map(|(key, _)| *key);
            for key in keys() {
                assert_eq!(keys().filter(|other| *other == key).count(), 1, "{name}: {key:?}");
            }
            let first = row.keys.iter().filter(|(key, role)| *role == Role::At && !matches!(key, Key::Class(_)));
            assert!(first.count() <= 1, "{name}: two ports are the one to use");
        }
    }

    #[test]
    fn what_has_no_at_port_names_none_and_what_has_ttys_names_one() {
        for (row, name) in found() {
            let at = row.keys.iter().any(|(_, role)| takes_at(*role));
            let asked = row.keys.is_empty() || row.keys.iter().any(|(_, role)| *role == Role::Unknown);
            match row.kind {
                Kind::Ttys => assert!(at || asked || row.keys.iter().all(|(_, role)| *role == Role::Closed), "{name}"),
                _ => assert!(row.keys.is_empty(), "{name}"),
            }
            assert!(row.market != Market::Avoid || !at, "{name}: to be avoided, yet it has an AT port");
        }
    }

    /// A device to be bought or used is not switched into one that has no AT port.
    #[test]
    fn a_switch_leads_to_an_at_port_or_the_device_is_to_be_avoided() {
        let no_at =
            |id: &str| found().any(|(row, _)| row.kind == Kind::NoAt && Products::parse(id) == Some(row.product));
        for (row, name) in found().filter(|(row, _)| matches!(row.kind, Kind::Switch(_))) {
            let ids = row.note.split(|c: char| !c.is_ascii_hexdigit()).filter(|word| word.len() == 4);
            let targets: Vec<&str> = ids.collect();
            let dead = row.note.starts_with("->") && targets.iter().all(|id| no_at(id));
            assert_eq!(dead || row.note.contains("no AT port"), row.market == Market::Avoid, "{name}: {targets:?}");
        }
    }

    #[test]
    fn every_fact_names_its_source() {
        for (row, name) in found() {
            assert!(!row.source.trim().is_empty(), "{name}");
        }
    }

    #[test]
    fn the_most_exact_row_counts() {
        let named = |vendor, product| find(Ids { vendor, product }).map(|row| (row.family, row.is_of()));
        assert_eq!(named(0x2c7c, 0x0125), Some(("EC25/EG25", Named::Product)));
        assert_eq!(named(0x18d1, 0x4ee7), Some(("Pixel handset", Named::Product)));
        assert_eq!(named(0x18d1, 0x5000), None, "a prefix is no vendor");
        assert_eq!(named(0x12d1, 0x107e).map(|(_, named)| named), Some(Named::Vendor));
    }

    #[test]
    fn a_line_that_is_wrong_is_no_row() {
        let good = "2c7c\t0125\tQuectel\tEC25\toption\t00=diag 02=at1\tBUY\tMM\t";
        assert!(row(good).is_some());
        for (from, to) in [
            ("2c7c", "2c7"),
            ("0125", "012"),
            ("0125", "01255"),
            ("00=diag", "0=diag"),
            ("diag", "dia"),
            ("02=at1", "02"),
            ("BUY", "buy"),
            ("00=diag 02=at1", "switch=Q"),
            ("00=diag 02=at1", "switch=M:55"),
            ("\tMM", ""),
        ] {
            let line: &'static str = Box::leak(good.replace(from, to).into_boxed_str());
            assert!(row(line).is_none(), "{line}");
        }
    }
}
