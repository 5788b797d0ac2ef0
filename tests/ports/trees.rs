//! Each transcribed tree gives the ports, roles and verdict that its source or the notes call for.

use signpost::link::ports::choice::{self, NoChoice};
use signpost::link::ports::function;
use signpost::link::ports::{self, Device, Role};
use signpost::link::root::Root;

use crate::tree;

/// What a tree must give.
struct Expected {
    tree: &'static str,
    ids: &'static str,
    /// Every tty and what it is for, the one to use first.
    ports: &'static [(&'static str, Role)],
    verdict: &'static str,
    /// What its interfaces show besides.
    shows: &'static str,
    /// Words that the next step must have.
    next: &'static str,
}

use Role::{At, Closed, Diagnostics, Modem, Positions, Sound, Unknown};

const EXPECTED: [Expected; 17] = [
    Expected {
        tree: "quectel-ec25-adb",
        ids: "2c7c:0125",
        // The source: "0 DM, 1 GNSS, 2 AT, 3 PPP and AT, 5 ADB".
        ports: &[
            ("ttyUSB2", At),
            ("ttyUSB3", Modem),
            ("ttyUSB1", Positions),
            ("ttyUSB0", Diagnostics),
            ("ttyUSB4", Closed),
        ],
        verdict: "modem",
        shows: "adb",
        next: "signpost check --port",
    },
    Expected {
        tree: "quectel-ec25-af-ecm",
        ids: "2c7c:0125",
        // The source: option "has bound to the CDC ECM data interface" of number 5.
        ports: &[
            ("ttyUSB2", At),
            ("ttyUSB3", Modem),
            ("ttyUSB1", Positions),
            ("ttyUSB0", Diagnostics),
            ("ttyUSB4", Closed),
        ],
        verdict: "modem",
        shows: "network",
        next: "signpost check --port",
    },
    Expected {
        tree: "quectel-uc20-no-driver",
        ids: "05c6:9003",
        // The source: "USB serial driver not loaded for the first four USB interfaces".
        ports: &[],
        verdict: "no-driver",
        shows: "",
        next: "sudo modprobe option; if no tty comes: echo 05c6 9003 ff",
    },
    Expected {
        tree: "simcom-sim7600g-h",
        ids: "1e0e:9001",
        // The source sends AT commands to ttyUSB6.
        ports: &[
            ("ttyUSB6", At),
            ("ttyUSB7", Modem),
            ("ttyUSB5", Positions),
            ("ttyUSB4", Diagnostics),
            ("ttyUSB8", Sound),
        ],
        verdict: "modem",
        shows: "",
        next: "ttyUSB6",
    },
    Expected {
        tree: "sierra-em7565",
        ids: "1199:9091",
        ports: &[("ttyUSB2", At), ("ttyUSB1", Positions), ("ttyUSB0", Diagnostics)],
        verdict: "modem",
        shows: "network",
        next: "ttyUSB2",
    },
    Expected {
        tree: "huawei-e3372-ncm",
        ids: "12d1:1506",
        // The source: "PC UI Interface (AT Command port)", Sub=03 Prot=12, although number 1.
        ports: &[("ttyUSB0", At)],
        verdict: "modem",
        shows: "storage",
        next: "ttyUSB0",
    },
    Expected {
        tree: "huawei-hilink-14db",
        ids: "12d1:14db",
        ports: &[],
        verdict: "no-at-port",
        shows: "network",
        next: "use another modem",
    },
    Expected {
        tree: "huawei-e3531-hilink-14dc",
        ids: "12d1:14dc",
        // The source: "it never showed up as a ppp interface", an Ethernet card only.
        ports: &[],
        verdict: "no-at-port",
        shows: "",
        next: "use another modem",
    },
    Expected {
        tree: "huawei-e3372h-153-before-switch",
        ids: "12d1:14fe",
        ports: &[],
        verdict: "switch",
        shows: "storage",
        next: "sudo usb_modeswitch -v 0x12d1 -p 0x14fe -J",
    },
    Expected {
        tree: "samsung-s5-mini-mtp-acm",
        ids: "04e8:6860",
        ports: &[("ttyACM0", At)],
        verdict: "handset-unproved",
        shows: "files (MTP or PTP), serial",
        next: "reference handset",
    },
    Expected {
        tree: "lg-v20-mtp",
        ids: "1004:62ce",
        ports: &[],
        verdict: "handset-move-the-sim",
        shows: "files (MTP or PTP)",
        next: "move the SIM to a USB modem",
    },
    Expected {
        tree: "google-pixel-6-mtp",
        ids: "18d1:4ee1",
        ports: &[],
        verdict: "handset-move-the-sim",
        shows: "files (MTP or PTP)",
        next: "move the SIM to a USB modem",
    },
    Expected {
        tree: "google-pixel-3-xl-adb",
        ids: "18d1:4ee7",
        ports: &[],
        verdict: "handset-move-the-sim",
        shows: "adb",
        next: "move the SIM to a USB modem",
    },
    Expected {
        tree: "xiaomi-mtp-adb",
        ids: "2717:ff48",
        ports: &[],
        verdict: "handset-move-the-sim",
        shows: "files (MTP or PTP), adb",
        next: "move the SIM to a USB modem",
    },
    Expected {
        tree: "apple-iphone",
        ids: "05ac:12a8",
        ports: &[],
        verdict: "handset-move-the-sim",
        shows: "files (MTP or PTP)",
        next: "de-register iMessage",
    },
    Expected {
        tree: "ch340-bridge",
        ids: "1a86:7523",
        ports: &[("ttyUSB0", Unknown)],
        verdict: "serial-line",
        shows: "",
        next: "signpost ports --probe",
    },
    Expected {
        tree: "cp2102-bridge",
        ids: "10c4:ea60",
        ports: &[("ttyUSB5", Unknown)],
        verdict: "serial-line",
        shows: "",
        next: "signpost ports --probe",
    },
];

/// The only device of a tree.
fn device(name: &str) -> Device {
    let folder = tree::of(name);
    let mut devices = ports::look(&Root::below(folder.path()));
    assert_eq!(devices.len(), 1, "{name}: {devices:?}");
    devices.remove(0)
}

fn shows(device: &Device) -> String {
    let mut functions: Vec<_> = device.interfaces.iter().filter_map(function::of).collect();
    functions.sort();
    functions.dedup();
    functions.iter().map(|function| function.words()).collect::<Vec<_>>().join(", ")
}

#[test]
fn every_tree_gives_its_ports_its_roles_and_its_verdict() {
    for expected in &EXPECTED {
        let device = device(expected.tree);
        let name = expected.tree;
        assert_eq!(device.ids.unwrap().to_string(), expected.ids, "{name}");
        let found: Vec<_> =
            device.ports.iter().map(|port| (port.path.file_name().unwrap().to_str().unwrap(), port.role)).collect();
        assert_eq!(found, expected.ports, "{name}");
        assert_eq!(device.verdict().code(), expected.verdict, "{name}: {}", device.means());
        assert_eq!(shows(&device), expected.shows, "{name}");
        assert!(device.next().contains(expected.next), "{name}: {}", device.next());
    }
}

#[test]
fn every_tree_is_asserted_and_names_a_published_source() {
    let asserted: Vec<&str> = EXPECTED.iter().map(|expected| expected.tree).collect();
    for name in tree::names() {
        assert!(asserted.contains(&name.as_str()), "{name} is asserted nowhere");
        let text = tree::text(&name);
        let source = text.lines().find_map(|line| line.strip_prefix("# source: ")).unwrap();
        assert!(
            source.contains("http")
                || source.contains("github.com")
                || source.contains("Linux commit")
                || source.contains("OpenWrt wiki"),
            "{name}: {source}"
        );
        assert!(text.lines().any(|line| line.starts_with("# not in the source: ")), "{name}");
    }
    let without_a_tty =
        EXPECTED.iter().filter(|expected| expected.verdict.starts_with("handset") && expected.ports.is_empty());
    assert!(without_a_tty.count() >= 5);
}

#[test]
fn the_stable_name_is_that_of_udev() {
    // systemd's path_id and 60-serial.rules: pci-…-usb-0:PORTS:CONFIG.INTERFACE-portN; ACM has no port number.
    let at = |name: &str| device(name).ports.first().unwrap().by_path.clone();
    assert_eq!(at("quectel-ec25-adb"), "pci-0000:00:1d.7-usb-0:2:1.2-port0");
    assert_eq!(at("samsung-s5-mini-mtp-acm"), "pci-0000:00:1a.7-usb-0:2:1.1");
    assert_eq!(at("cp2102-bridge"), "platform-unsaid-usb-0:1.2.3.4:1.0-port0");
}

#[test]
fn a_link_of_udev_is_the_stable_name_where_there_is_one() {
    let folder = tree::of("quectel-ec25-adb");
    let links = folder.path().join("dev/serial/by-path");
    std::fs::create_dir_all(&links).unwrap();
    std::fs::write(folder.path().join("dev/ttyUSB2"), "").unwrap();
    std::os::unix::fs::symlink("../../ttyUSB2", links.join("pci-x-port0")).unwrap();
    let devices = ports::look(&Root::below(folder.path()));
    let at = devices.first().unwrap().at().unwrap();
    assert_eq!(at.by_path, links.join("pci-x-port0").display().to_string());
    let (_, found) = ports::owner(&devices, &links.join("pci-x-port0")).unwrap();
    assert_eq!(found, at, "a port is known under its stable name too");
}

/// Several trees in one.
fn together(names: &[&str]) -> Vec<Device> {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        tree::unpack(name, folder.path());
    }
    let devices = ports::look(&Root::below(folder.path()));
    assert_eq!(devices.len(), names.len());
    devices
}

#[test]
fn auto_takes_the_only_modem_and_never_a_handset_or_a_serial_line() {
    let devices = together(&["sierra-em7565", "samsung-s5-mini-mtp-acm", "cp2102-bridge", "google-pixel-6-mtp"]);
    let port = choice::only(&devices).unwrap();
    assert!(port.path.ends_with("dev/ttyUSB2"), "{port:?}");
}

#[test]
fn auto_explains_why_it_takes_none() {
    assert_eq!(choice::only(&[]).unwrap_err(), NoChoice::Nothing);
    assert!(NoChoice::Nothing.help().contains("only charges"));
    let why = |names: &[&str]| {
        let devices = together(names);
        let why = choice::only(&devices).unwrap_err();
        (why.to_string(), why.help())
    };
    let (what, help) = why(&["huawei-e3372h-153-before-switch"]);
    assert!(
        what.contains("shows a disc only") && help.contains("usb_modeswitch -v 0x12d1 -p 0x14fe -J"),
        "{what} {help}"
    );
    let (what, help) = why(&["google-pixel-3-xl-adb"]);
    assert!(what.contains("the SIM must move") && help.contains("move the SIM"), "{what} {help}");
    let (what, help) = why(&["huawei-hilink-14db", "cp2102-bridge"]);
    assert!(what.contains("no AT port") && help.contains("signpost ports"), "{what} {help}");
    let (what, help) = why(&["sierra-em7565", "simcom-sim7600g-h"]);
    assert!(what.contains("ttyUSB2") && what.contains("ttyUSB6") && help.contains("--port"), "{what} {help}");
}

/// A tree of one device with these ids, and one interface of this class and driver on a tty or none.
fn made(ids: (u16, u16), class: [&str; 3], tty: Option<&str>) -> Vec<Device> {
    let folder = tempfile::tempdir().unwrap();
    let usb = folder.path().join("sys/devices/x/usb1/1-1");
    let interface = usb.join("1-1:1.0");
    std::fs::create_dir_all(&interface).unwrap();
    let write = |path: std::path::PathBuf, text: &str| std::fs::write(path, text).unwrap();
    write(usb.join("idVendor"), &format!("{:04x}\n", ids.0));
    write(usb.join("idProduct"), &format!("{:04x}\n", ids.1));
    for (file, value) in ["bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol"].into_iter().zip(class) {
        write(interface.join(file), value);
    }
    write(interface.join("bInterfaceNumber"), "00");
    let bus = folder.path().join("sys/bus/usb/devices");
    std::fs::create_dir_all(&bus).unwrap();
    std::os::unix::fs::symlink(&usb, bus.join("1-1")).unwrap();
    if let Some(tty) = tty {
        let node = folder.path().join("sys/class/tty").join(tty);
        std::fs::create_dir_all(&node).unwrap();
        std::os::unix::fs::symlink(&interface, node.join("device")).unwrap();
    }
    ports::look(&Root::below(folder.path()))
}

fn verdict(ids: (u16, u16), class: [&str; 3], tty: Option<&str>) -> Option<&'static str> {
    made(ids, class, tty).first().map(|device| device.verdict().code())
}

#[test]
fn what_a_device_shows_tells_a_handset_from_a_modem_and_from_other_things() {
    const MTP: [&str; 3] = ["06", "01", "01"];
    const ADB: [&str; 3] = ["ff", "42", "01"];
    const VENDOR: [&str; 3] = ["ff", "ff", "ff"];
    const KEYS: [&str; 3] = ["03", "01", "01"];
    for (ids, class, tty, expected) in [
        // Makers of both: what it shows decides.
        ((0x12d1, 0x107e), MTP, None, Some("handset-move-the-sim")),
        ((0x19d2, 0xffb0), ADB, None, Some("handset-move-the-sim")),
        ((0x12d1, 0x9999), ["ff", "02", "02"], Some("ttyUSB0"), Some("modem")),
        // A maker of modems alone: adb inside a module makes it no handset.
        ((0x2c7c, 0x0fff), ADB, Some("ttyUSB0"), Some("ask")),
        // Only handsets come from these: charging, too.
        ((0x22b8, 0x2e76), VENDOR, None, Some("handset-move-the-sim")),
        ((0x05ac, 0x12ab), VENDOR, None, Some("handset-move-the-sim")),
        ((0x0fce, 0xe0a1), ["02", "02", "01"], Some("ttyACM0"), Some("handset-reported")),
        // A maker that nobody knows.
        ((0xdead, 0xbeef), MTP, None, Some("handset-move-the-sim")),
        ((0xdead, 0xbeef), VENDOR, Some("ttyUSB0"), Some("ask")),
        // Flash and boot modes.
        ((0x04e8, 0x685d), VENDOR, None, Some("leave-alone")),
        ((0x05c6, 0x9008), VENDOR, Some("ttyUSB0"), Some("leave-alone")),
        ((0x0e8d, 0x2000), ["02", "02", "01"], Some("ttyACM0"), Some("leave-alone")),
        // A feature phone in the state from which data sticks are switched: an exhibit is not switched.
        ((0x0e8d, 0x0002), ["08", "06", "50"], None, Some("handset-move-the-sim")),
        // Of no concern: a keyboard, a disc of a maker of handsets.
        ((0x05ac, 0x024f), KEYS, None, None),
        ((0x04e8, 0x61f5), ["08", "06", "50"], None, None),
    ] {
        assert_eq!(verdict(ids, class, tty), expected, "{ids:04x?} {class:?} {tty:?}");
    }
}

#[test]
fn ports_of_flash_and_boot_modes_are_never_opened() {
    for ids in [(0x05c6, 0x9008), (0x0e8d, 0x2000)] {
        let devices = made(ids, ["ff", "ff", "ff"], Some("ttyUSB0"));
        assert_eq!(devices[0].ports[0].role, Closed);
    }
}

#[test]
fn option_s_own_driver_says_what_its_ports_are_for() {
    for (kind, role) in [("Control", At), ("GPS", Positions), ("Diagnostic", Diagnostics), ("PCSC", Closed)] {
        let folder = tempfile::tempdir().unwrap();
        tree::unpack("cp2102-bridge", folder.path());
        let usb = folder.path().join("sys/bus/usb/devices/1-1.2.3.4");
        std::fs::write(usb.join("idVendor"), "0af0").unwrap();
        std::fs::write(usb.join("idProduct"), "7601").unwrap();
        std::fs::write(folder.path().join("sys/class/tty/ttyUSB5/hsotype"), kind).unwrap();
        let devices = ports::look(&Root::below(folder.path()));
        assert_eq!(devices[0].ports[0].role, role, "{kind}");
    }
}

/// A computer with serial lines of its own, one of which the kernel only could have.
fn with_lines() -> Vec<Device> {
    let folder = tempfile::tempdir().unwrap();
    for (name, kind) in [("ttyS0", "4"), ("ttyS1", "0"), ("ttyAMA0", "")] {
        let node = folder.path().join("sys/class/tty").join(name);
        let hardware = folder.path().join("sys/devices/platform").join(name);
        std::fs::create_dir_all(&node).unwrap();
        std::fs::create_dir_all(&hardware).unwrap();
        std::os::unix::fs::symlink(hardware, node.join("device")).unwrap();
        if !kind.is_empty() {
            std::fs::write(node.join("type"), kind).unwrap();
        }
    }
    std::fs::create_dir_all(folder.path().join("sys/class/tty/tty0")).unwrap();
    ports::look(&Root::below(folder.path()))
}

#[test]
fn auto_names_the_serial_lines_that_it_does_not_take() {
    let why = choice::only(&with_lines()).unwrap_err();
    let (what, help) = (why.to_string(), why.help());
    assert!(
        what.starts_with("no modem is plugged in") && what.contains("dev/ttyAMA0, ") && what.contains("dev/ttyS0"),
        "{what}"
    );
    assert!(!what.contains("ttyS1") && help.contains("--port ") && help.contains("dev/ttyAMA0"), "{help}");
}

#[test]
fn a_serial_port_of_the_board_is_shown_if_there_is_one() {
    let devices = with_lines();
    let names: Vec<String> = devices.iter().map(Device::name).collect();
    assert_eq!(names, ["ttyAMA0 of this computer", "ttyS0 of this computer"]);
    assert!(devices.iter().all(|device| device.ids.is_none() && device.verdict().code() == "serial-line"));
}

#[test]
fn hostile_strings_of_a_device_reach_no_terminal() {
    let folder = tree::of("sierra-em7565");
    let usb = folder.path().join("sys/bus/usb/devices/2-3");
    std::fs::write(usb.join("idVendor"), "dead").unwrap();
    std::fs::write(usb.join("product"), "\u{1b}]0;owned\u{7}\u{202e}EC25").unwrap();
    std::fs::write(usb.join("manufacturer"), b"\xff\xfe\x1b[2J").unwrap();
    let devices = ports::look(&Root::below(folder.path()));
    let name = devices[0].name();
    assert!(!name.contains(['\u{1b}', '\u{7}', '\u{202e}']) && name.contains("EC25"), "{name}");
}

#[test]
fn no_tree_is_no_device() {
    assert!(ports::look(&Root::below("/nonexistent")).is_empty());
}
