//! `--watch`: what comes and goes, a line each, until Ctrl-C.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::print::Out;
use crate::link::ports::{self, Device, Port};
use crate::link::root::Root;

/// The kernel needs a second or two for the ttys of a device; a person notices no less.
const EVERY: Duration = Duration::from_millis(500);

/// Looks again and again.
pub(super) async fn run(root: &Root, out: &Out) -> Result<Exit, CommandError> {
    let mut things = Things::new();
    let mut ticks = tokio::time::interval(EVERY);
    out.progress("Watching; Ctrl-C ends it");
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = tokio::signal::ctrl_c() => {
                out.json(&json!({"type": "summary", "there": things.len()}));
                return Ok(Exit::Done);
            }
        }
        let now = of(&ports::look(root));
        changes(&things, &now).iter().for_each(|change| change.tell(out));
        things = now;
    }
}

/// What can come and go, by where it is: a device, or a port of it.
type Things = BTreeMap<String, Thing>;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Thing {
    words: String,
    json: Value,
}

fn of(devices: &[Device]) -> Things {
    devices
        .iter()
        .flat_map(|device| device.ports.iter().map(|port| self::port(device, port)).chain([self::device(device)]))
        .collect()
}

fn device(device: &Device) -> (String, Thing) {
    let ids = device.ids.map(|ids| format!(" ({ids})")).unwrap_or_default();
    let thing = Thing {
        words: format!("{}{ids} at {}: {}", device.name(), device.place, device.means()),
        json: json!({
            "what": "device", "name": device.name(), "place": device.place.to_string(),
            "ids": device.ids.map(|ids| ids.to_string()), "verdict": device.verdict().code(), "next": device.next()}),
    };
    (format!("{}", device.place), thing)
}

fn port(device: &Device, port: &Port) -> (String, Thing) {
    let thing = Thing {
        words: format!("{}  {} of {}", port.path.display(), port.role.words(), device.name()),
        json: json!({
            "what": "port", "path": port.path, "role": port.role.words(), "place": device.place.to_string(),
            "interface": port.interface, "by_path": port.by_path}),
    };
    (format!("{} {}", device.place, port.path.display()), thing)
}

#[derive(Debug, PartialEq, Eq)]
enum Change<'a> {
    Came(&'a Thing),
    Became(&'a Thing),
    Went(&'a Thing),
}

/// What went, then what came or is otherwise than before.
fn changes<'a>(before: &'a Things, now: &'a Things) -> Vec<Change<'a>> {
    let went = before.iter().filter(|(place, _)| !now.contains_key(*place)).map(|(_, thing)| Change::Went(thing));
    let came = now.iter().filter_map(|(place, thing)| match before.get(place) {
        None => Some(Change::Came(thing)),
        Some(old) if old != thing => Some(Change::Became(thing)),
        Some(_) => None,
    });
    went.chain(came).collect()
}

impl Change<'_> {
    fn tell(&self, out: &Out) {
        let (sign, code, thing) = match self {
            Change::Came(thing) => ('+', "came", thing),
            Change::Became(thing) => ('=', "became", thing),
            Change::Went(thing) => ('-', "went", thing),
        };
        let now = Timestamp::now();
        let clock = now.to_zoned_datetime(TimeZone::system()).strftime("%H:%M:%S").to_string();
        out.say(format!("{clock} {sign} {}", thing.words));
        let mut json = thing.json.clone();
        if let Some(object) = json.as_object_mut() {
            object.insert("type".into(), code.into());
            object.insert("at".into(), now.to_string().into());
        }
        out.json(&json);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn things(list: &[(&str, &str)]) -> Things {
        let thing = |words: &str| Thing { words: words.into(), json: Value::Null };
        list.iter().map(|(place, words)| ((*place).to_owned(), thing(words))).collect()
    }

    #[test]
    fn what_came_what_went_and_what_became_another_thing() {
        let before = things(&[("usb 1-2", "a disc"), ("usb 1-3", "a modem"), ("usb 1-4", "stays")]);
        let now = things(&[("usb 1-2", "a modem"), ("usb 1-4", "stays"), ("usb 1-5", "new")]);
        let told: Vec<String> = changes(&before, &now)
            .iter()
            .map(|change| match change {
                Change::Came(thing) => format!("+ {}", thing.words),
                Change::Became(thing) => format!("= {}", thing.words),
                Change::Went(thing) => format!("- {}", thing.words),
            })
            .collect();
        assert_eq!(told, ["- a modem", "= a modem", "+ new"]);
        assert!(changes(&now, &now).is_empty());
    }
}
