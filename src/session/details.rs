//! What only the readiness card shows, asked behind set-up and recorded with what the computer says of its power.

use serde_json::{Value, json};

use super::begin::{Found, device};
use super::card::Lock;
use super::{Session, SessionError};
use crate::case::sim;
use crate::hex;
use crate::link::power::{Control, Power, Sleep, Supply, UsbPower};
use crate::modem::details::{Arrival, Capabilities, Details, PduMode, Reports};
use crate::modem::identify::Readiness;
use crate::modem::setup::Setup;
use crate::record::body::Device;
use crate::record::entry::Entry;
use crate::record::fold::last_nine;
use crate::text::Untrusted;

/// What `check` finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// What set-up achieved.
    pub setup: Setup,
    /// How ready the line is now.
    pub readiness: Readiness,
    /// What the device and its card say besides.
    pub details: Details,
    /// Tries of the PIN that are left, where the device tells.
    pub tries: Option<u32>,
    /// Whether the card wants its PIN after each start.
    pub lock: Lock,
}

impl Session {
    /// How the link is called.
    pub fn port(&self) -> &str {
        &self.port
    }

    /// Sets the line up and asks all that the card shows. The record has it as `more` of a `device` entry.
    pub async fn examine(&mut self, found: &Found, power: &Power) -> Result<Examined, SessionError> {
        let examined = self.through_starts(async |session: &mut Self| session.ask_all().await).await?;
        let more = more(&examined.readiness, &examined.details, power);
        let entry = Device { more, ..device(&self.port, &found.identity, &examined.readiness) };
        self.record().append(Entry::Device(entry))?;
        self.take_up(&examined.setup)?;
        Ok(examined)
    }

    async fn ask_all(&mut self) -> Result<Examined, SessionError> {
        let setup = self.set_up_once().await?;
        let readiness = self.modem.readiness().await?;
        let mut details = self.modem.details().await?;
        let copied = self.numbers_in_the_copy();
        let more = copied.into_iter().filter(|number| !says(&details.own_numbers, number)).collect::<Vec<_>>();
        details.own_numbers.extend(more);
        Ok(Examined { setup, readiness, details, tries: self.modem.pin_tries().await, lock: self.lock()? })
    }

    /// Own numbers in the copy of EF_MSISDN: many devices do not read them out. Anybody may have written them.
    fn numbers_in_the_copy(&self) -> Vec<Untrusted> {
        let record = self.record();
        let copy = record.state().images.get(&format!("{:04X}", sim::OWN_NUMBERS));
        let records = copy.and_then(|copies| copies.before.as_ref()).map(|image| image.records.as_slice());
        let octets = records.unwrap_or_default().iter().filter_map(|record| hex::decode(record).ok());
        octets.filter_map(|record| sim::dialling_number(&record)).map(Untrusted::from).collect()
    }

    /// Tries of the PIN that are left, where the device tells.
    pub async fn pin_tries(&mut self) -> Option<u32> {
        self.modem.pin_tries().await
    }
}

/// Whether one of them is that number, in whatever form.
fn says(numbers: &[Untrusted], number: &Untrusted) -> bool {
    numbers.iter().any(|known| last_nine(known) == last_nine(number))
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
