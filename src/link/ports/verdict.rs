//! What a device is good for, and the exact next step. Only words and commands: nothing is done here.

use super::handsets::{Can, Handset};
use super::sysfs::Ids;
use super::table::{Kind, Market, Row, Switch};
use super::{Device, Port, Role};

/// What a device is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// A modem whose AT port is known.
    Modem(&'a Port),
    /// It has ttys, and no table knows which takes AT.
    Ask,
    /// A USB-UART or a serial port of the board: anything may be behind it.
    Bridge,
    /// A modem that must be switched first.
    Switch(Switch, &'a Row),
    /// No AT port, ever.
    NoAt(&'a Row),
    /// A modem whose ttys are missing: no driver of the kernel has it.
    NoDriver(&'a Row),
    /// Flash or boot mode.
    Leave(&'a Row),
    /// A handset.
    Handset(&'a Handset),
}

impl Device {
    /// What it is good for as it shows itself now.
    pub fn verdict(&self) -> Verdict<'_> {
        match (self.row, self.handset) {
            (Some(row), _) if row.kind == Kind::Leave => Verdict::Leave(row),
            (_, Some(handset)) => Verdict::Handset(handset),
            (Some(row), None) => self.by_row(row),
            (None, None) if self.ids.is_none() => Verdict::Bridge,
            (None, None) => Verdict::Ask,
        }
    }

    fn by_row<'a>(&'a self, row: &'a Row) -> Verdict<'a> {
        match row.kind {
            Kind::Switch(switch) => Verdict::Switch(switch, row),
            Kind::NoAt => Verdict::NoAt(row),
            Kind::Bridge => Verdict::Bridge,
            _ if self.ports.is_empty() => Verdict::NoDriver(row),
            _ => self.at().map_or(Verdict::Ask, Verdict::Modem),
        }
    }

    /// The port that the table calls the one to use.
    pub fn at(&self) -> Option<&Port> {
        self.ports.iter().find(|port| port.role == Role::At)
    }

    /// What people call it: as the table has it, else as it says itself, else its ids.
    pub fn name(&self) -> String {
        let says = format!("{} {}", self.maker.for_terminal(), self.product.for_terminal()).trim().to_owned();
        match (self.handset, self.row) {
            (Some(handset), _) if says.is_empty() => handset.maker.to_owned(),
            (None, Some(row)) => format!("{} {}", row.maker, row.family),
            (None, None) if says.is_empty() => self.place.to_string(),
            _ => says,
        }
    }

    fn switch_command(&self, switch: Switch) -> String {
        let Ids { vendor, product } = self.ids.unwrap_or(Ids { vendor: 0, product: 0 });
        let how = match switch {
            Switch::Huawei => "-J".to_owned(),
            Switch::Eject => "-K".to_owned(),
            Switch::Message(message) => format!("-M {message}"),
            Switch::EjectThenMessage(message) => format!("-K -M {message}"),
            Switch::Firmware(file) => return format!("put {file} into /lib/firmware, then plug the device in again"),
        };
        format!("sudo usb_modeswitch -v 0x{vendor:04x} -p 0x{product:04x} {how}")
    }

    /// What the verdict means, in a sentence.
    pub fn means(&self) -> String {
        match self.verdict() {
            Verdict::Modem(_) => "a modem with a known AT port".to_owned(),
            Verdict::Ask => "no table knows which of its ports takes AT commands".to_owned(),
            Verdict::Bridge => "a serial line: what is behind it cannot be seen from here".to_owned(),
            Verdict::Switch(_, row) if row.market == Market::Avoid => {
                "it shows a disc only, and most of its kind have no AT port after switching either".to_owned()
            }
            Verdict::Switch(..) => "a modem that shows a disc only: it must be switched".to_owned(),
            Verdict::NoAt(_) => "it has no AT port and cannot do the job: it is a router of its own".to_owned(),
            Verdict::NoDriver(row) => format!("a modem without ttys: the driver {} has not taken it", row.driver),
            Verdict::Leave(row) if row.market == Market::Handset => {
                "flash or boot mode: never open a port of it".to_owned()
            }
            Verdict::Leave(_) => "not for signpost".to_owned(),
            Verdict::Handset(handset) if self.ports.is_empty() => {
                format!("a handset that shows no port: {}", handset.can.words())
            }
            Verdict::Handset(handset) => format!("a handset: {}", handset.can.words()),
        }
    }

    /// The exact next step.
    pub fn next(&self) -> String {
        match self.verdict() {
            Verdict::Modem(port) => {
                format!("put the SIM in, then signpost check --port {} in the case folder", port.path.display())
            }
            Verdict::Ask => "signpost ports --probe asks each of them who it is".to_owned(),
            Verdict::Bridge => match self.ports.first() {
                Some(port) => format!("if a modem is behind it: signpost ports --probe {}", port.path.display()),
                None => "unplug it and plug it in again".to_owned(),
            },
            Verdict::Switch(switch @ Switch::Firmware(_), _) => self.switch_command(switch),
            Verdict::Switch(switch, row) if row.market == Market::Avoid => {
                format!("use another modem; or try {}", self.switch_command(switch))
            }
            Verdict::Switch(switch, _) => format!(
                "sudo apt install usb-modeswitch, plug it in again, wait 30 s; if it stays: {}",
                self.switch_command(switch)
            ),
            Verdict::NoAt(_) => "use another modem: a Quectel EC25 or EG25 on a USB carrier".to_owned(),
            Verdict::NoDriver(row) => self.driver_command(row),
            Verdict::Leave(row) if row.market == Market::Handset => {
                "note its ids, unplug it, and let it start up by itself".to_owned()
            }
            Verdict::Leave(_) => "unplug it".to_owned(),
            Verdict::Handset(handset) => handset.next.to_owned(),
        }
    }

    /// `new_id` takes vendor, product and the class of interfaces (`hw-notes/quirks.md` section 6).
    fn driver_command(&self, row: &Row) -> String {
        let Some(Ids { vendor, product }) = self.ids else { return String::new() };
        match row.driver {
            "option" => format!(
                "sudo modprobe option; if no tty comes: echo {vendor:04x} {product:04x} ff | \
                 sudo tee /sys/bus/usb-serial/drivers/option1/new_id"
            ),
            "none" => "no driver is known to take it in this state: use another modem".to_owned(),
            driver => format!("sudo modprobe {driver}, then plug it in again"),
        }
    }
}

impl Verdict<'_> {
    /// One word for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Verdict::Modem(_) => "modem",
            Verdict::Ask => "ask",
            Verdict::Bridge => "serial-line",
            Verdict::Switch(..) => "switch",
            Verdict::NoAt(_) => "no-at-port",
            Verdict::NoDriver(_) => "no-driver",
            Verdict::Leave(_) => "leave-alone",
            Verdict::Handset(handset) => match handset.can {
                Can::Reported => "handset-reported",
                Can::Unproved => "handset-unproved",
                Can::MoveTheSim => "handset-move-the-sim",
            },
        }
    }
}

/// A udev rule that gives this product's ttys to a group.
pub fn rule_for_access(ids: Ids) -> String {
    let Ids { vendor, product } = ids;
    format!(
        "SUBSYSTEM==\"tty\", ATTRS{{idVendor}}==\"{vendor:04x}\", ATTRS{{idProduct}}==\"{product:04x}\", \
         GROUP=\"dialout\", MODE=\"0660\""
    )
}

/// A udev rule that makes ModemManager leave this product alone (its documentation, "Common udev tags").
pub fn rule_against_modem_manager(ids: Ids) -> String {
    let Ids { vendor, product } = ids;
    format!(
        "ATTRS{{idVendor}}==\"{vendor:04x}\", ATTRS{{idProduct}}==\"{product:04x}\", ENV{{ID_MM_DEVICE_IGNORE}}=\"1\""
    )
}

/// The command that puts a rule in force; the device must be plugged in again after it.
pub fn put_in_force(rule: &str) -> String {
    format!(
        "echo '{rule}' | sudo tee -a /etc/udev/rules.d/78-signpost.rules; \
         sudo udevadm control --reload; sudo udevadm trigger"
    )
}
