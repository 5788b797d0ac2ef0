//! The verdict of the readiness card in words: can it send, how will replies arrive, what is at risk, and what to do
//! about it.

use super::{Card, words};
use crate::link::power::{Sleep, Supply, Suspends};
use crate::modem::details::{Arrival, PduMode, Reports};
use crate::modem::identify::{Readiness, Registered};
use crate::session::card::Lock;
use crate::session::image::OnAir;

/// A battery below this is spoken of, in percent.
const LOW: u8 = 50;

/// Law 4: by more seconds clocks must not differ.
const CLOCKS: u64 = 60;

/// Whether a text can leave now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sends {
    /// It can.
    Yes,
    /// The line is on no network.
    NoNetwork,
    /// The SIM knows no service centre.
    NoCentre,
    /// The device is not in PDU mode.
    NotInPduMode,
}

impl Sends {
    /// In plain words.
    pub fn words(self) -> &'static str {
        match self {
            Sends::Yes => "yes: on a network, with a service centre",
            Sends::NoNetwork => "NO: the line is not on a network",
            Sends::NoCentre => "NO: the SIM knows no service centre",
            Sends::NotInPduMode => "NO: the device is not in PDU mode",
        }
    }
}

impl Card<'_> {
    /// Whether a text can leave.
    pub fn sends(&self) -> Sends {
        match self.readiness {
            Readiness { .. } if self.readiness.is_registered() == Registered::No => Sends::NoNetwork,
            Readiness { service_centre, .. } if service_centre.is_empty() => Sends::NoCentre,
            _ if self.details.capabilities.pdu_mode == PduMode::Lost => Sends::NotInPduMode,
            _ => Sends::Yes,
        }
    }

    /// How replies will arrive.
    pub fn replies(&self) -> &'static str {
        words::arrival(self.details.capabilities.arrival)
    }

    /// Each with what to do about it.
    pub fn risks(&self) -> Vec<String> {
        let risks = self.people().into_iter().chain(self.computer()).chain(self.device());
        risks.collect()
    }

    fn people(&self) -> Option<String> {
        match self.alert.map(|tested| &tested.outcome) {
            None => Some("nobody is told of replies: name a program in [replies] alert of case.toml".into()),
            Some(Err(_)) => Some("nobody is told of replies: mend the alert program, then signpost check".into()),
            Some(Ok(())) => None,
        }
    }

    fn computer(&self) -> Vec<String> {
        let power = self.power;
        let low = power.battery.filter(|percent| *percent < LOW);
        let mut risks = Vec::new();
        if power.supply == Supply::Battery {
            risks.push("this computer lives on its battery: plug it in".to_owned());
        } else if low.is_some() {
            risks.push("the battery would not last long without mains: let it charge".to_owned());
        }
        if power.sleep == Sleep::Possible {
            risks.push("this computer may fall asleep: switch sleep off, leave the lid open".to_owned());
        }
        if let Some(usb) = power.usb.as_ref().filter(|usb| usb.suspends() == Suspends::WhenIdle) {
            let file = format!("/sys/bus/usb/devices/{}/power/control", usb.place);
            risks.push(format!("USB may put the device to sleep: echo on | sudo tee {file}"));
        }
        if self.ahead.is_some_and(|ahead| ahead.unsigned_abs() > CLOCKS) {
            risks.push("the clocks differ: set the computer's, then signpost resolve clock-differs".to_owned());
        }
        risks
    }

    fn device(&self) -> Vec<String> {
        let found = &self.details.capabilities;
        let mut risks = Vec::new();
        if found.storages.last().is_some_and(|storage| storage == "SM") {
            risks.push("replies are stored on the SIM, which changes the exhibit: take a modem with its own store");
        }
        if found.arrival == Arrival::Blindly {
            risks.push("a reply that comes while this computer fails is lost: keep it on mains and awake");
        }
        if found.reports == Reports::None {
            risks.push("no delivery reports: a text that is NOT KNOWN stays so until a person settles it");
        }
        if matches!(self.readiness.signal, Some(0..=9)) {
            risks.push("the signal is weak: move the antenna");
        }
        if self.lock == Lock::Pin {
            risks.push(
                "the SIM has a PIN: after a loss of power nobody listens until it is entered again. Settle who is called \
                 for that, at night too, or let whatever starts signpost again give it: --pin-fd 3 3< FILE",
            );
        }
        if self.copied == Some(OnAir::Already) {
            risks.push("the line could be on the air before the SIM was copied: note that");
        }
        risks.into_iter().map(str::to_owned).collect()
    }
}
