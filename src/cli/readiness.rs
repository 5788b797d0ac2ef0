//! The readiness card of `check`: who is there, what was found, what will work, and what to do about the rest.
//!
//! | file | what |
//! |---|---|
//! | `words` | what the numbers mean, as tables |
//! | `outlook` | the verdict: can it send, how will replies arrive, what is at risk |

mod outlook;
#[cfg(test)]
mod tests;
mod words;

use super::columns::labelled;
use super::print::Out;
use crate::case::LineIdentity;
use crate::case::sim_text::deleted;
use crate::case::terms::Terms;
use crate::link::power::Power;
use crate::modem::details::Details;
use crate::modem::identify::{Identity, Readiness, Registered};
use crate::modem::pin::tries;
use crate::modem::setup::Setup;
use crate::record::body::whose;
use crate::record::fold::State;
use crate::session::alert::Tested;
use crate::session::card::Lock;
use crate::session::details::more;
use crate::session::image::OnAir;
use crate::text::Untrusted;
use outlook::Sends;
use words::Domain;

/// What the card says.
pub struct Card<'a> {
    /// The case.
    pub terms: &'a Terms,
    /// The SIM.
    pub line: &'a LineIdentity,
    /// The device.
    pub identity: &'a Identity,
    /// How ready the line is.
    pub readiness: &'a Readiness,
    /// What set-up achieved.
    pub setup: &'a Setup,
    /// What the device and its card say besides.
    pub details: &'a Details,
    /// What the computer's power can do to the line.
    pub power: &'a Power,
    /// How the test of the alert went; nothing if nobody is to be told.
    pub alert: Option<&'a Tested>,
    /// Whether the line was on the air when the SIM was copied; nothing if an earlier check copied it.
    pub copied: Option<OnAir>,
    /// Tries of the PIN that are left.
    pub tries: Option<u32>,
    /// Whether the card wants its PIN after each start.
    pub lock: Lock,
    /// Seconds by which the computer's clock is ahead of the device's.
    pub ahead: Option<i64>,
}

/// EF_SMS and EF_ADN.
const TEXTS: &str = "6F3C";
const CONTACTS: &str = "6F3A";

impl Card<'_> {
    /// For people: no line is wider than 80 columns.
    pub fn say(&self, state: &State, out: &Out) {
        let rows = [self.who(state), self.network(), self.works(), self.found(), self.verdict()].concat();
        for (label, text) in rows {
            labelled(label, &text).iter().for_each(|line| out.say(line));
        }
    }

    fn who(&self, state: &State) -> Vec<Row> {
        let identity = self.identity;
        let imei = identity.imei.as_ref().map_or_else(|| "not told".into(), ToString::to_string);
        let version = self.details.imeisv.as_ref().map_or_else(|| "not told".into(), ToString::to_string);
        vec![
            ("SIM", format!("{} matches exhibit {}", self.line.iccid.masked(), self.terms.exhibit)),
            ("", self.own_numbers()),
            ("PIN", self.pin()),
            ("Copied", self.copied(state)),
            ("Device", format!("{} {}", identity.maker.for_terminal(), identity.model.for_terminal())),
            ("", format!("IMEI {imei}, IMEISV {version}")),
            ("", format!("firmware {}", identity.firmware.for_terminal())),
        ]
    }

    /// Masked, as every number on a screen that others can see.
    fn own_numbers(&self) -> String {
        let tail = |number: &Untrusted| {
            let shown = number.for_terminal();
            let from = shown.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
            format!("...{}", shown.get(from..).unwrap_or_default())
        };
        match self.details.own_numbers.as_slice() {
            [] => "the card tells no number of its own".into(),
            numbers => {
                let numbers = numbers.iter().map(tail).collect::<Vec<_>>().join(", ");
                format!("number {numbers} as the card says; not evidence")
            }
        }
    }

    fn network(&self) -> Vec<Row> {
        let readiness = self.readiness;
        let on = if readiness.is_registered() == Registered::Yes { "on the network" } else { "NOT ON A NETWORK" };
        let technology = words::technology(readiness.technology);
        let operator = readiness.operator.for_terminal();
        vec![
            ("Line", format!("{operator} {on}, {technology}, {}", words::signal(readiness.signal))),
            ("", format!("texts (CREG): {}", words::registration(Domain::Circuit, readiness.registration))),
            ("", format!("data (CGREG): {}", words::registration(Domain::Data, self.details.packet_registration))),
            ("", format!("LTE (CEREG): {}", words::registration(Domain::Data, readiness.lte_registration))),
            ("Centre", self.service_centre()),
        ]
    }

    fn works(&self) -> Vec<Row> {
        let alert = self.alert.map_or_else(|| "NOBODY IS TOLD of replies".into(), Tested::words);
        vec![
            ("Set up", words::capabilities(&self.details.capabilities)),
            ("Power", words::supply(self.power)),
            ("", words::usb(self.power)),
            ("Clock", self.clock()),
            ("Alert", alert),
        ]
    }

    fn found(&self) -> Vec<Row> {
        let found = self.setup.census.iter().map(|fill| {
            let (used, total, storage) = (fill.used, fill.total, fill.storage.name());
            let whose = whose(storage);
            ("Found", format!("{used} of {total} slots in use in {storage}, {whose}; not read, not changed"))
        });
        found.chain(self.setup.remarks.iter().map(|remark| ("!", remark.clone()))).collect()
    }

    fn verdict(&self) -> Vec<Row> {
        let risks = match self.risks() {
            none if none.is_empty() => vec!["nothing that check can see".to_owned()],
            risks => risks,
        };
        let risks = risks.into_iter().enumerate();
        let risks = risks.map(|(nth, risk)| (if nth == 0 { "At risk" } else { "" }, risk));
        [("Sends", self.sends().words().to_owned()), ("Replies", self.replies().to_owned())]
            .into_iter()
            .chain(risks)
            .collect()
    }

    fn pin(&self) -> String {
        let tries = self.tries.map_or_else(|| "tries left: not told".into(), |left| format!("{} left", tries(left)));
        match (self.readiness.pin.for_record(), self.lock) {
            ("READY", Lock::Pin) => format!("entered; {tries}"),
            ("READY", Lock::NotSeen) => format!("not asked for now; {tries}"),
            _ => format!("{}; {tries}", self.readiness.pin.for_terminal()),
        }
    }

    fn copied(&self, state: &State) -> String {
        let in_use = |record: &&String| {
            let status = record.get(..2).and_then(|status| u8::from_str_radix(status, 16).ok());
            status.is_some_and(|status| status & 1 == 1)
        };
        let filled = |record: &&String| record.chars().any(|digit| digit != 'F');
        let records = |file: &str| {
            let image = state.images.get(file).and_then(|copies| copies.before.as_ref());
            image.map(|image| image.records.as_slice()).unwrap_or_default()
        };
        let texts = records(TEXTS).iter().filter(in_use).count();
        let deleted = deleted(records(TEXTS)).map(|numbers| format!(" and deleted ones in records {numbers}"));
        let deleted = deleted.unwrap_or_default();
        let contacts = records(CONTACTS).iter().filter(filled).count();
        let when = match self.copied {
            Some(OnAir::NotYet) => "with the radio off",
            Some(OnAir::Already) => "while the line could be on the air: the device was switched on with the SIM in it",
            None => "at the first check",
        };
        match state.images.values().all(|copies| copies.before.as_ref().is_none_or(|image| image.records.is_empty())) {
            true => "nothing: the device gives no access to the SIM's files; copy it in a card reader".into(),
            false => format!("{texts} texts{deleted}, {contacts} contacts, {when}; none marked as read"),
        }
    }

    fn service_centre(&self) -> String {
        match self.readiness.service_centre.for_record() {
            "" => "NONE: the SIM knows no service centre, and no text can be sent".into(),
            _ => self.readiness.service_centre.for_terminal(),
        }
    }

    fn clock(&self) -> String {
        match self.ahead {
            None => "the device does not tell the time".into(),
            Some(0) => "the same as the device's".into(),
            Some(ahead) if ahead > 0 => format!("{ahead} s ahead of the device's"),
            Some(ahead) => format!("{} s behind the device's", -ahead),
        }
    }

    /// For scripts; what the record has of it has the same names there.
    pub fn json(&self) -> serde_json::Value {
        let fill = |fill: &crate::modem::setup::Fill| serde_json::json!({"storage": fill.storage.name(), "used": fill.used, "total": fill.total});
        let (identity, readiness) = (self.identity, self.readiness);
        let alert = self.alert.map(|tested| {
            serde_json::json!({
                "program": tested.program, "seconds": tested.took.as_secs_f32(), "failed": tested.outcome.as_ref().err(),
            })
        });
        serde_json::json!({
            "iccid": self.line.iccid, "imsi": self.line.imsi,
            "imei": identity.imei.as_ref().map(ToString::to_string), "maker": identity.maker.for_json(),
            "model": identity.model.for_json(), "firmware": identity.firmware.for_json(),
            "registered": readiness.is_registered() == Registered::Yes,
            "registration": readiness.registration, "lte_registration": readiness.lte_registration,
            "operator": readiness.operator.for_json(), "signal_dbm": words::dbm(readiness.signal),
            "service_centre": readiness.service_centre.for_json(), "pin_tries": self.tries, "has_pin": self.lock == Lock::Pin, "clock_ahead_s": self.ahead,
            "copied_off_air": self.copied.map(|copied| copied == OnAir::NotYet),
            "census": self.setup.census.iter().map(fill).collect::<Vec<_>>(), "remarks": self.setup.remarks,
            "more": more(readiness, self.details, self.power), "alert_test": alert,
            "sends": self.sends() == Sends::Yes, "replies": self.replies(), "risks": self.risks(),
        })
    }
}

/// A label and what stands beside it.
type Row = (&'static str, String);
