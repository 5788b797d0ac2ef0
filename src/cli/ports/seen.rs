//! What an adb server sees, beside what /sys shows.

use serde_json::{Value, json};

use crate::link::adb::{self, Seen};
use crate::link::ports::Device;
use crate::link::ports::sysfs::Place;

/// Asks the server of this computer, if one runs.
pub(super) async fn list() -> Vec<Seen> {
    let seen = async { adb::devices(adb::server()?).await };
    seen.await.unwrap_or_else(|why| {
        log::debug!("no list from an adb server: {why}");
        Vec::new()
    })
}

/// Whether it is this device: plugged in at the same place, else with the same serial number.
pub(super) fn is(seen: &Seen, device: &Device) -> bool {
    match (&seen.usb, &device.place) {
        (Some(usb), Place::Usb(place)) => usb == place,
        (None, Place::Usb(_)) => !device.serial.is_empty() && seen.serial == device.serial,
        (_, Place::Board(_)) => false,
    }
}

/// Its state in adb's words.
pub(super) fn state(seen: &Seen) -> String {
    seen.state.words().for_terminal()
}

/// For scripts.
pub(super) fn json(seen: &Seen) -> Value {
    json!({"serial": seen.serial.for_json(), "state": seen.state.words().for_json(), "model": seen.model.for_json(), "usb": seen.usb})
}
