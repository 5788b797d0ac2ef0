//! The only port that `--port auto` can mean, or why there is none.

use super::verdict::Verdict;
use super::{Device, Port};

/// Why no port can be chosen. Each names the next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoChoice {
    /// Nothing is plugged in.
    #[error("no modem is plugged in")]
    Nothing,
    /// Nothing is plugged in, and the computer has serial lines of its own: which.
    #[error("no modem is plugged in; this computer has serial lines of its own, and what is behind them cannot be seen: {}", .0.join(", "))]
    Lines(Vec<String>),
    /// Several would do: their ports.
    #[error("more than one modem is plugged in: {}", .0.join(", "))]
    Several(Vec<String>),
    /// What is there will not do as it is.
    #[error("no device with a known AT port is plugged in; there is {}", words(.0))]
    Unfit(Vec<Unfit>),
}

/// A device that will not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// What it is.
    pub what: String,
    /// What to do with it.
    pub next: String,
}

fn words(devices: &[Unfit]) -> String {
    devices.iter().map(|device| device.what.as_str()).collect::<Vec<_>>().join("; ")
}

impl NoChoice {
    /// What to do.
    pub fn help(&self) -> String {
        match self {
            NoChoice::Nothing => {
                "plug it in, wait 15 seconds: signpost ports. A handset that only charges does not show at all"
                    .to_owned()
            }
            NoChoice::Lines(lines) => {
                let first = lines.first().map_or("/dev/ttyS0", String::as_str);
                format!(
                    "if the modem is behind one of them, name it, as in --port {first}; else plug it in, wait 15 seconds: signpost ports"
                )
            }
            NoChoice::Several(_) => "name the one with this SIM, as in --port /dev/ttyUSB2".to_owned(),
            NoChoice::Unfit(devices) => match devices.as_slice() {
                [only] => only.next.clone(),
                _ => "signpost ports says what each can do and what to do next".to_owned(),
            },
        }
    }
}

/// The AT port of the only modem. A handset is never chosen: it is an exhibit, and a person names its port. Nor
/// is a serial line, where anything may be at the other end.
pub fn only(devices: &[Device]) -> Result<&Port, NoChoice> {
    let modems: Vec<&Port> = devices.iter().filter_map(modem).collect();
    match modems.as_slice() {
        [only] => Ok(only),
        [] => Err(none_of(devices)),
        several => Err(NoChoice::Several(several.iter().map(path).collect())),
    }
}

fn path(port: &&Port) -> String {
    port.path.display().to_string()
}

/// Nearly every computer has a serial port of its own, which says nothing where something is plugged in.
fn none_of(devices: &[Device]) -> NoChoice {
    let plugged = devices.iter().filter(|device| device.ids.is_some());
    let unfit = |device: &Device| Unfit { what: format!("{}, {}", device.name(), device.means()), next: device.next() };
    let unfit: Vec<Unfit> = plugged.map(unfit).collect();
    let lines: Vec<String> = devices.iter().flat_map(|device| &device.ports).map(|port| path(&port)).collect();
    match (unfit.is_empty(), lines.is_empty()) {
        (false, _) => NoChoice::Unfit(unfit),
        (true, false) => NoChoice::Lines(lines),
        (true, true) => NoChoice::Nothing,
    }
}

fn modem(device: &Device) -> Option<&Port> {
    match device.verdict() {
        Verdict::Modem(port) => Some(port),
        _ => None,
    }
}
