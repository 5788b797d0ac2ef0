//! What only the readiness card shows, asked once and recorded with what the computer says of its power.

use serde_json::{Value, json};

use super::begin::{Found, device};
use super::{Session, SessionError};
use crate::link::power::{Control, Power, Sleep, Supply, UsbPower};
use crate::modem::details::{Arrival, Capabilities, Details, PduMode, Reports};
use crate::modem::identify::Readiness;
use crate::record::body::Device;
use crate::record::entry::Entry;

impl Session {
    /// How the link is called.
    pub fn port(&self) -> &str {
        &self.port
    }

    /// Asks after set-up. The record has it as `more` of a `device` entry.
    pub async fn details(
        &mut self,
        found: &Found,
        readiness: &Readiness,
        power: &Power,
    ) -> Result<Details, SessionError> {
        let details = self.modem.details().await;
        self.record().alive()?;
        let details = details?;
        let more = more(readiness, &details, power);
        let entry = Device { more, ..device(&self.port, &found.identity, readiness) };
        self.record().append(Entry::Device(entry))?;
        Ok(details)
    }
}

/// As the record has it, and as scripts are told it.
pub fn more(readiness: &Readiness, details: &Details, power: &Power) -> Value {
    json!({
        "imeisv": details.imeisv,
        "own_numbers_not_evidence": details.own_numbers.iter().map(|number| number.for_json()).collect::<Vec<_>>(),
        "access_technology": readiness.technology,
        "registration": {
            "creg": readiness.registration, "cgreg": details.packet_registration, "cereg": readiness.lte_registration,
        },
        "capabilities": capabilities(&details.capabilities),
        "power": {
            "usb": power.usb.as_ref().map(usb),
            "supply": match power.supply {
                Supply::Mains => Some("mains"),
                Supply::Battery => Some("battery"),
                Supply::NotTold => None,
            },
            "battery_percent": power.battery,
            "sleep": match power.sleep {
                Sleep::Blocked => "blocked",
                Sleep::Possible => "possible",
                Sleep::NotAsked => "not-asked",
            },
        },
    })
}

fn capabilities(found: &Capabilities) -> Value {
    json!({
        "arrival": match found.arrival {
            Arrival::Announced => "announced",
            Arrival::Acknowledged => "pushed-acknowledged",
            Arrival::Blindly => "pushed-blindly",
            Arrival::AskedFor => "asked-for",
        },
        "reports": match found.reports {
            Reports::Kept => Some("kept"),
            Reports::PassedOn => Some("passed-on"),
            Reports::None => None,
        },
        "cnmi": found.indications, "csms": found.service, "cpms": found.storages, "cmms": found.link,
        "pdu_mode": match found.pdu_mode {
            PduMode::Proved => "proved",
            PduMode::NotTold => "not-told",
            PduMode::Lost => "lost",
        },
    })
}

fn usb(power: &UsbPower) -> Value {
    let control = match power.control {
        Control::On => Some("on"),
        Control::Auto => Some("auto"),
        Control::NotTold => None,
    };
    json!({ "place": power.place, "control": control, "autosuspend_delay_ms": power.delay_ms })
}
