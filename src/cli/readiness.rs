//! The readiness card of `check`: who is there, what was found, what will work, and what to do about the rest.

use super::print::Out;
use crate::case::LineIdentity;
use crate::case::sim_text::deleted;
use crate::case::terms::Terms;
use crate::modem::identify::{Identity, Readiness, Registered};
use crate::modem::setup::Setup;
use crate::record::body::whose;
use crate::record::fold::State;
use crate::session::image::OnAir;

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
    /// Whether the line was on the air when the SIM was copied; nothing if an earlier check copied it.
    pub copied: Option<OnAir>,
    /// Tries of the PIN that are left.
    pub tries: Option<u32>,
    /// Seconds by which the computer's clock is ahead of the device's.
    pub ahead: Option<i64>,
}

/// EF_SMS and EF_ADN.
const TEXTS: &str = "6F3C";
const CONTACTS: &str = "6F3A";

impl Card<'_> {
    /// For people.
    pub fn say(&self, state: &State, out: &Out) {
        let identity = self.identity;
        let imei = identity.imei.as_ref().map_or_else(|| "not told".into(), ToString::to_string);
        out.say(format!("SIM     {} matches exhibit {}", self.line.iccid.masked(), self.terms.exhibit));
        out.say(format!("PIN     {}", self.pin()));
        out.say(format!("Copied  {}", self.copied(state)));
        out.say(format!("Device  {} {}", identity.maker.for_terminal(), identity.model.for_terminal()));
        out.say(format!("        IMEI {imei}, firmware {}", identity.firmware.for_terminal()));
        out.say(format!("Line    {}", self.network()));
        out.say(format!("Centre  {}", self.service_centre()));
        out.say(format!("Clock   {}", self.clock()));
        for fill in &self.setup.census {
            let (used, total, storage) = (fill.used, fill.total, fill.storage.name());
            out.say(format!(
                "Found   {used} of {total} slots in use in {storage}, {}; not read, not changed",
                whose(storage)
            ));
        }
        if self.terms.alert.is_empty() {
            out.say("Alert   nobody is told of replies: [replies] alert is empty");
        }
        self.setup.remarks.iter().for_each(|remark| out.say(format!("!       {remark}")));
    }

    fn pin(&self) -> String {
        let tries = self.tries.map_or_else(|| "tries left: not told".into(), |tries| format!("{tries} tries left"));
        match self.readiness.pin.for_record() {
            "READY" => format!("not asked for now; {tries}"),
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
            Some(OnAir::NotYet) => "before the line was on the air",
            Some(OnAir::Already) => "while the line could be on the air: the device was switched on with the SIM in it",
            None => "at the first check",
        };
        match state.images.values().all(|copies| copies.before.as_ref().is_none_or(|image| image.records.is_empty())) {
            true => "nothing: the device gives no access to the SIM's files; copy it in a card reader".into(),
            false => format!("{texts} texts{deleted}, {contacts} contacts, {when}; none marked as read"),
        }
    }

    fn network(&self) -> String {
        let on = if self.readiness.is_registered() == Registered::Yes { "on the network" } else { "NOT ON A NETWORK" };
        let operator = self.readiness.operator.for_terminal();
        let domain = |name: &str, stat: Option<u32>| stat.map(|stat| format!(", {name} {}", registration(stat)));
        let circuit = domain("SMS", self.readiness.registration).unwrap_or_default();
        let lte = domain("LTE", self.readiness.lte_registration).unwrap_or_default();
        format!("{operator} {on}, {}{circuit}{lte}", signal(self.readiness.signal))
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

    /// For scripts.
    pub fn json(&self) -> serde_json::Value {
        let fill = |fill: &crate::modem::setup::Fill| serde_json::json!({"storage": fill.storage.name(), "used": fill.used, "total": fill.total});
        let (identity, readiness) = (self.identity, self.readiness);
        serde_json::json!({
            "iccid": self.line.iccid, "imsi": self.line.imsi,
            "imei": identity.imei.as_ref().map(ToString::to_string), "maker": identity.maker.for_json(),
            "model": identity.model.for_json(), "firmware": identity.firmware.for_json(),
            "registered": readiness.is_registered() == Registered::Yes,
            "registration": readiness.registration, "lte_registration": readiness.lte_registration,
            "operator": readiness.operator.for_json(), "signal_dbm": dbm(readiness.signal),
            "service_centre": readiness.service_centre.for_json(), "pin_tries": self.tries, "clock_ahead_s": self.ahead,
            "copied_off_air": self.copied.map(|copied| copied == OnAir::NotYet),
            "census": self.setup.census.iter().map(fill).collect::<Vec<_>>(), "remarks": self.setup.remarks,
        })
    }
}

/// `<stat>` in words (27.007 clause 7.2).
fn registration(stat: u32) -> &'static str {
    match stat {
        1 => "at home",
        5 => "roaming",
        6 | 7 => "for texts only",
        9 | 10 => "with circuit fallback not preferred",
        2 => "searching",
        3 => "refused by the network",
        0 => "off",
        _ => "not known",
    }
}

/// `+CSQ` (27.007 clause 8.5): 0 to 31 are -113 to -51 dBm.
fn dbm(rssi: Option<u32>) -> Option<i64> {
    rssi.filter(|rssi| *rssi <= 31).map(|rssi| 2 * i64::from(rssi) - 113)
}

fn signal(rssi: Option<u32>) -> String {
    let class = rssi.map_or("not told", crate::modem::watch::class);
    dbm(rssi).map_or_else(|| format!("signal {class}"), |dbm| format!("signal {class} ({dbm} dBm)"))
}
