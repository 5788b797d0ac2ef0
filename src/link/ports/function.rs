//! What interfaces that are no tty are for: files, adb, tethering.

use super::sysfs::{Class, Interface};

/// A function of a USB device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// MTP or PTP: files and pictures.
    Files,
    /// The Android debug bridge.
    Adb,
    /// Android's boot loader.
    Fastboot,
    /// Apple's own protocol.
    Apple,
    /// The handset shares its network.
    Tethering,
    /// A disc or a card.
    Storage,
    /// A modem or a serial port, by its class.
    Serial,
    /// A network card.
    Network,
    /// Something that no handset is: keyboard, printer, camera, sound, Bluetooth.
    Another,
}

impl Function {
    /// In plain words.
    pub fn words(self) -> &'static str {
        match self {
            Function::Files => "files (MTP or PTP)",
            Function::Adb => "adb",
            Function::Fastboot => "boot loader (fastboot)",
            Function::Apple => "Apple's own protocol",
            Function::Tethering => "tethering",
            Function::Storage => "storage",
            Function::Serial => "serial",
            Function::Network => "network",
            Function::Another => "something else",
        }
    }

    /// Whether only handsets (and cameras) show it.
    pub fn is_of_handsets(self) -> bool {
        matches!(self, Function::Files | Function::Adb | Function::Fastboot | Function::Apple)
    }
}

/// By the class; MTP without the class of pictures by its name.
pub fn of(interface: &Interface) -> Option<Function> {
    Some(match interface.class {
        Class(0x06, 0x01, 0x01) => Function::Files,
        Class(0xff, 0xff, 0x00) if interface.label.for_record().contains("MTP") => Function::Files,
        Class(0xff, 0x42, 0x01) => Function::Adb,
        Class(0xff, 0x42, 0x03) => Function::Fastboot,
        Class(0xff, 0xfe, 0x02) => Function::Apple,
        Class(0xe0, 0x01, 0x03) => Function::Tethering,
        Class(0x02, 0x02, _) => Function::Serial,
        Class(0x02, 0x06 | 0x0d | 0x0e, _) => Function::Network,
        Class(0x08, _, _) => Function::Storage,
        Class(0x01 | 0x03 | 0x07 | 0x0b | 0x0e | 0xe0, _, _) => Function::Another,
        _ => return None,
    })
}
