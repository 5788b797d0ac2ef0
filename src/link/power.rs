//! What the power of this computer can do to a line: whether USB may put the device to sleep, whether a battery runs out,
//! whether the computer itself may sleep. Reads /sys; changes nothing. Linux.

use std::path::{Path, PathBuf};

use super::root::{self, Root};

/// As it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Power {
    /// Of the device behind the port; nothing if it is not on USB.
    pub usb: Option<UsbPower>,
    /// What the computer lives on.
    pub supply: Supply,
    /// How full its emptiest battery is, in percent.
    pub battery: Option<u8>,
    /// Whether the computer may fall asleep.
    pub sleep: Sleep,
}

/// Power control of a USB device (kernel: Documentation/driver-api/usb/power-management.rst).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsbPower {
    /// The kernel's name of the device, such as `1-2`.
    pub place: String,
    /// `power/control`.
    pub control: Control,
    /// `power/autosuspend_delay_ms`; below 0 never.
    pub delay_ms: Option<i64>,
}

/// Whether the kernel may suspend a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// `on`: never.
    On,
    /// `auto`: when it is idle.
    Auto,
    /// It does not tell.
    NotTold,
}

/// What the computer lives on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supply {
    /// Mains, by what a supply says of itself.
    Mains,
    /// A battery alone.
    Battery,
    /// It tells of no supply, as computers without a battery do.
    NotTold,
}

/// Whether the computer may fall asleep while a line is worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sleep {
    /// It may not: the lock is held.
    Blocked,
    /// It may: there was nobody to ask for the lock, or it was refused.
    Possible,
    /// The lock was not asked for: a training case.
    NotAsked,
}

impl UsbPower {
    /// Whether the kernel may put the device to sleep.
    pub fn suspends(&self) -> Suspends {
        let never = self.delay_ms.is_some_and(|delay| delay < 0);
        match self.control {
            Control::Auto if !never => Suspends::WhenIdle,
            Control::Auto | Control::On => Suspends::Never,
            Control::NotTold => Suspends::NotTold,
        }
    }
}

/// Whether the kernel may put a device to sleep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspends {
    /// When nothing passes.
    WhenIdle,
    /// It may not.
    Never,
    /// It does not tell.
    NotTold,
}

/// Looks; `port` is the device node, where the line has one.
pub fn look(root: &Root, port: Option<&Path>, sleep: Sleep) -> Power {
    let supplies = supplies(root);
    let battery = supplies.iter().filter(|supply| supply.is_battery()).filter_map(|supply| supply.percent).min();
    Power { usb: port.and_then(|port| usb(root, port)), supply: supply(&supplies), battery, sleep }
}

fn usb(root: &Root, port: &Path) -> Option<UsbPower> {
    let node = port.canonicalize().unwrap_or_else(|_| port.to_owned());
    let tty = root.at("sys/class/tty").join(node.file_name()?).join("device").canonicalize().ok()?;
    let device = tty.ancestors().find(|folder| folder.join("idVendor").exists())?;
    let control = match root::read(&device.join("power/control")).as_str() {
        "on" => Control::On,
        "auto" => Control::Auto,
        _ => Control::NotTold,
    };
    let delay_ms = root::read(&device.join("power/autosuspend_delay_ms")).parse().ok();
    Some(UsbPower { place: root::name(device), control, delay_ms })
}

/// One of /sys/class/power_supply (kernel: Documentation/ABI/testing/sysfs-class-power).
struct OneSupply {
    kind: String,
    online: bool,
    discharging: bool,
    percent: Option<u8>,
}

impl OneSupply {
    fn is_battery(&self) -> bool {
        self.kind == "Battery"
    }
}

/// Without those of mice and headsets, whose scope is their own device.
fn supplies(root: &Root) -> Vec<OneSupply> {
    let of_computer = |folder: &PathBuf| root::read(&folder.join("scope")) != "Device";
    let there = |folder: &PathBuf| root::read(&folder.join("present")) != "0";
    let folders = root::entries(&root.at("sys/class/power_supply")).into_iter().filter(of_computer).filter(there);
    folders
        .map(|folder| OneSupply {
            kind: root::read(&folder.join("type")),
            online: !matches!(root::read(&folder.join("online")).as_str(), "" | "0"),
            discharging: root::read(&folder.join("status")) == "Discharging",
            percent: root::read(&folder.join("capacity")).parse().ok(),
        })
        .collect()
}

fn supply(supplies: &[OneSupply]) -> Supply {
    let mains = supplies.iter().any(|supply| !supply.is_battery() && supply.online);
    let discharging = supplies.iter().any(|supply| supply.is_battery() && supply.discharging);
    let batteries = supplies.iter().any(OneSupply::is_battery);
    let others = supplies.iter().any(|supply| !supply.is_battery());
    match (mains, batteries) {
        (true, _) => Supply::Mains,
        (false, true) if discharging || others => Supply::Battery,
        (false, true) => Supply::Mains, // charging or full, from a supply that has no entry of its own
        (false, false) => Supply::NotTold,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, format!("{content}\n")).unwrap();
        }
        folder
    }

    fn seen(files: &[(&str, &str)]) -> (Supply, Option<u8>) {
        let folder = tree(files);
        let power = look(&Root::below(folder.path()), None, Sleep::NotAsked);
        (power.supply, power.battery)
    }

    const BATTERY: [(&str, &str); 2] =
        [("sys/class/power_supply/BAT0/type", "Battery"), ("sys/class/power_supply/BAT0/capacity", "81")];

    #[test]
    fn mains_and_battery() {
        let with = |more: &[(&'static str, &'static str)]| seen(&[&BATTERY[..], more].concat());
        let (ac, status) = ("sys/class/power_supply/AC/type", "sys/class/power_supply/BAT0/status");
        let online = "sys/class/power_supply/AC/online";
        assert_eq!(with(&[(ac, "Mains"), (online, "1")]), (Supply::Mains, Some(81)));
        assert_eq!(with(&[(ac, "Mains"), (online, "0")]), (Supply::Battery, Some(81)));
        assert_eq!(with(&[(ac, "USB"), (online, "1")]), (Supply::Mains, Some(81)), "a laptop that is charged by USB");
        assert_eq!(with(&[(status, "Discharging")]), (Supply::Battery, Some(81)));
        assert_eq!(with(&[(status, "Full")]), (Supply::Mains, Some(81)));
        assert_eq!(seen(&[]), (Supply::NotTold, None));
    }

    #[test]
    fn the_battery_of_a_mouse_and_an_empty_bay_do_not_count() {
        let (kind, scope) = ("sys/class/power_supply/hid-1/type", "sys/class/power_supply/hid-1/scope");
        assert_eq!(seen(&[(kind, "Battery"), (scope, "Device")]), (Supply::NotTold, None));
        let present = "sys/class/power_supply/hid-1/present";
        assert_eq!(seen(&[(kind, "Battery"), (present, "0")]), (Supply::NotTold, None));
    }

    #[test]
    fn the_power_control_of_the_device_behind_a_tty() {
        let device = "sys/devices/pci0/usb1/1-2";
        let seen = |control: &str, delay: &str| {
            let of_device = |file: &str| format!("{device}/{file}");
            let files = [
                (of_device("idVendor"), "2c7c"),
                (of_device("power/control"), control),
                (of_device("power/autosuspend_delay_ms"), delay),
                (of_device("1-2:1.2/ttyUSB2/power/control"), "auto"),
                ("sys/class/tty/ttyUSB2/dev".to_owned(), "188:2"),
            ];
            let files: Vec<(&str, &str)> = files.iter().map(|(path, content)| (path.as_str(), *content)).collect();
            let folder = tree(&files);
            let tty = folder.path().join(device).join("1-2:1.2/ttyUSB2");
            std::os::unix::fs::symlink(tty, folder.path().join("sys/class/tty/ttyUSB2/device")).unwrap();
            let power = look(&Root::below(folder.path()), Some(Path::new("/dev/ttyUSB2")), Sleep::Blocked);
            power.usb.unwrap()
        };
        assert_eq!(seen("on", "2000"), UsbPower { place: "1-2".into(), control: Control::On, delay_ms: Some(2000) });
        assert_eq!(seen("on", "2000").suspends(), Suspends::Never);
        assert_eq!(seen("auto", "2000").suspends(), Suspends::WhenIdle);
        assert_eq!(seen("auto", "-1000").suspends(), Suspends::Never);
        assert_eq!(seen("", "").suspends(), Suspends::NotTold);
        let nothing = tree(&[]);
        let power = look(&Root::below(nothing.path()), Some(Path::new("/dev/ttyS0")), Sleep::Possible);
        assert_eq!(power.usb, None, "a port of the board");
    }
}
