//! The answer to `host:devices-l`: a line for each handset that the adb server sees.

use crate::text::Untrusted;

/// A handset that the server sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// How adb calls it.
    pub serial: Untrusted,
    /// Whether it can be talked to.
    pub state: State,
    /// Where it is plugged in, as the kernel says: `1-2`. Nothing where it is reached otherwise.
    pub usb: Option<String>,
    /// Its model, as it says.
    pub model: Untrusted,
}

/// What the server says of a handset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Android runs, and it has accepted this computer: `device`.
    Ready,
    /// It has not accepted this computer's key: `unauthorized`, `authorizing`.
    Unauthorised,
    /// It does not answer the server: `offline`, `connecting`.
    Offline,
    /// The server may not open the USB device: `no permissions …`.
    NoAccess,
    /// Something else, such as `recovery` or `sideload`.
    Other(Untrusted),
}

impl State {
    /// In adb's words.
    pub fn words(&self) -> Untrusted {
        match self {
            State::Ready => "device".into(),
            State::Unauthorised => "unauthorized".into(),
            State::Offline => "offline".into(),
            State::NoAccess => "no permissions".into(),
            State::Other(words) => words.clone(),
        }
    }

    fn named(words: &str) -> Self {
        match words {
            "device" => State::Ready,
            "unauthorized" | "authorizing" => State::Unauthorised,
            "offline" | "connecting" => State::Offline,
            _ if words.starts_with("no permissions") => State::NoAccess,
            other => State::Other(other.into()),
        }
    }
}

/// What follows the state.
const DETAILS: [&str; 5] = ["usb:", "product:", "model:", "device:", "transport_id:"];

/// Reads the list. A line that makes no sense is passed over.
pub(super) fn read(list: &Untrusted) -> Vec<Seen> {
    list.for_record().lines().filter_map(seen).collect()
}

/// `SERIAL  state in words usb:1-2 product:x model:y device:z transport_id:1`.
fn seen(line: &str) -> Option<Seen> {
    let (serial, rest) = line.strip_prefix("(no serial number)").map(|rest| ("", rest)).or_else(|| split(line))?;
    let is_detail = |word: &&str| DETAILS.iter().any(|detail| word.starts_with(detail));
    let state: Vec<&str> = rest.split_whitespace().take_while(|word| !is_detail(word)).collect();
    let detail = |name: &str| rest.split_whitespace().find_map(|word| word.strip_prefix(name));
    Some(Seen {
        serial: serial.into(),
        state: State::named(&state.join(" ")),
        usb: detail("usb:").map(str::to_owned),
        model: detail("model:").unwrap_or_default().into(),
    })
}

fn split(line: &str) -> Option<(&str, &str)> {
    line.split_once(char::is_whitespace).filter(|(serial, _)| !serial.is_empty())
}
