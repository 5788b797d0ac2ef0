//! What an adb server sees, beside what /sys shows.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::link::adb::{self, Seen};
use crate::link::ports::Device;
use crate::link::ports::sysfs::Place;

/// Asks the server of this computer, if one runs.
pub(super) async fn list() -> Vec<Seen> {
    // adb's own variable for another port.
    let port = std::env::var("ANDROID_ADB_SERVER_PORT").ok().and_then(|port| port.parse().ok());
    adb::devices(SocketAddr::new(adb::SERVER.ip(), port.unwrap_or(adb::SERVER.port()))).await
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
    seen.state.for_terminal()
}

/// For scripts.
pub(super) fn json(seen: &Seen) -> Value {
    json!({"serial": seen.serial.for_json(), "state": seen.state.for_json(), "model": seen.model.for_json(), "usb": seen.usb})
}
