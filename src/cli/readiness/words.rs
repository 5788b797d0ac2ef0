//! What the numbers of the readiness card mean, as tables.

use crate::link::power::{Power, Sleep, Supply, Suspends};
use crate::modem::details::{Arrival, Capabilities, PduMode, Reports};

/// `<AcT>` (27.007 clause 7.3).
const TECHNOLOGIES: [&str; 14] = [
    "2G (GSM)",
    "2G (GSM Compact)",
    "3G (UMTS)",
    "2G (EDGE)",
    "3G (HSDPA)",
    "3G (HSUPA)",
    "3G (HSPA)",
    "4G (LTE)",
    "2G (EC-GSM-IoT)",
    "4G (NB-IoT)",
    "4G on a 5G core",
    "5G (NR)",
    "5G (NG-RAN)",
    "4G with 5G (EN-DC)",
];

/// The access technology in words.
pub fn technology(act: Option<u32>) -> &'static str {
    let named = act.and_then(|act| TECHNOLOGIES.get(usize::try_from(act).ok()?));
    named.copied().unwrap_or("access technology not told")
}

/// A domain in which a line can be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// `+CREG`: what texts go over, or for LTE what stands in for it.
    Circuit,
    /// `+CGREG` and `+CEREG`: data.
    Data,
}

/// `<stat>` (27.007 clauses 7.2, 10.1.20, 10.1.22): of `+CREG`, then of a data domain.
const STATS: [(&str, &str); 11] = [
    ("off: no texts", "off"),
    ("at home: texts go and come", "at home; texts only where the network carries them so"),
    ("searching: no texts until a network is found", "searching"),
    ("DENIED: the network refuses this SIM; no texts", "DENIED: the network refuses data"),
    ("not known", "not known"),
    ("roaming: texts go and come, by another network", "roaming; texts only where the network carries them so"),
    ("at home, SMS only: texts go and come, calls do not", "at home, SMS only: texts go and come"),
    ("roaming, SMS only: texts go and come, calls do not", "roaming, SMS only: texts go and come"),
    ("emergency calls only: no texts", "emergency calls only"),
    ("at home, CSFB not preferred: texts go and come, calls may not", "at home, CSFB not preferred"),
    ("roaming, CSFB not preferred: texts go and come, calls may not", "roaming, CSFB not preferred"),
];

/// What a registration means for texts.
pub fn registration(domain: Domain, stat: Option<u32>) -> &'static str {
    let Some(stat) = stat else { return "not told" };
    let meaning = usize::try_from(stat).ok().and_then(|stat| STATS.get(stat));
    match (meaning, domain) {
        (Some((circuit, _)), Domain::Circuit) => circuit,
        (Some((_, data)), Domain::Data) => data,
        (None, _) => "a state that no table knows",
    }
}

/// `<rssi>` of `+CSQ` in dBm (27.007 clause 8.5).
pub fn dbm(rssi: Option<u32>) -> Option<i64> {
    rssi.filter(|rssi| *rssi <= 31).map(|rssi| 2 * i64::from(rssi) - 113)
}

/// The signal, with its class; 0 and 31 have no end below and above.
pub fn signal(rssi: Option<u32>) -> String {
    let class = rssi.map_or("not told", crate::modem::watch::class);
    match (dbm(rssi), rssi) {
        (Some(dbm), Some(0)) => format!("signal {class} ({dbm} dBm or less)"),
        (Some(dbm), Some(31)) => format!("signal {class} ({dbm} dBm or more)"),
        (Some(dbm), _) => format!("signal {class} ({dbm} dBm)"),
        (None, _) => format!("signal {class}"),
    }
}

/// How replies will arrive.
pub fn arrival(arrival: Arrival) -> &'static str {
    match arrival {
        Arrival::Announced => "the device stores them and announces each",
        Arrival::Acknowledged => "the device passes them on; each is acknowledged when it is safe",
        Arrival::Blindly => "the device passes them on, and acknowledges them itself",
        Arrival::AskedFor => "the device stores them in silence; they are asked for every 30 s",
    }
}

/// What was negotiated, in the standard's names.
pub fn capabilities(found: &Capabilities) -> String {
    let list = |values: &[u8]| match values {
        [] => "not told".to_owned(),
        values => values.iter().map(u8::to_string).collect::<Vec<_>>().join(","),
    };
    let cnma = if found.arrival == Arrival::Acknowledged { "by signpost" } else { "not needed" };
    let reports = match found.reports {
        Reports::Kept => "kept by the device",
        Reports::PassedOn => "passed on",
        Reports::None => "NOT passed on",
    };
    let mode = match found.pdu_mode {
        PduMode::Proved => "proved",
        PduMode::NotTold => "not told",
        PduMode::Lost => "LOST",
    };
    let link = found.link.map_or_else(|| "not told".to_owned(), |link| link.to_string());
    let (cnmi, csms, cpms) = (list(&found.indications), list(&found.service), found.storages.join(","));
    format!(
        "CNMI {cnmi}; CSMS {csms}; CPMS {cpms}; CMMS {link}; CNMA {cnma}; PDU mode {mode}; delivery reports {reports}"
    )
}

/// What the computer lives on, and whether it may sleep.
pub fn supply(power: &Power) -> String {
    let battery = power.battery.map_or_else(String::new, |percent| format!(", battery {percent} %"));
    let supply = match power.supply {
        Supply::Mains => "mains",
        Supply::Battery => "BATTERY",
        Supply::NotTold => "mains (this computer tells of no battery)",
    };
    let sleep = match power.sleep {
        Sleep::Blocked => "sleep blocked",
        Sleep::Possible => "this computer MAY FALL ASLEEP",
        Sleep::NotAsked => "sleep not blocked in training",
    };
    format!("{supply}{battery}; {sleep}")
}

/// What USB may do to the device.
pub fn usb(power: &Power) -> String {
    let Some(usb) = &power.usb else { return "the port is not on USB".into() };
    let delay = usb.delay_ms.map_or_else(String::new, |delay| format!(" after {delay} ms"));
    match usb.suspends() {
        Suspends::Never => "USB power control: the device is not put to sleep".into(),
        Suspends::WhenIdle => format!("USB power control: an idle device MAY BE PUT TO SLEEP{delay}"),
        Suspends::NotTold => "USB power control: not told".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::power::{Control, UsbPower};

    #[test]
    fn technologies_and_registrations() {
        for (act, words) in [(0, "2G (GSM)"), (3, "2G (EDGE)"), (6, "3G (HSPA)"), (7, "4G (LTE)"), (11, "5G (NR)")] {
            assert_eq!(technology(Some(act)), words);
        }
        assert_eq!(
            (technology(None), technology(Some(99))),
            ("access technology not told", "access technology not told")
        );
        for (stat, word) in
            [(1, "at home:"), (5, "roaming:"), (6, "SMS only"), (9, "CSFB not preferred"), (3, "DENIED")]
        {
            assert!(registration(Domain::Circuit, Some(stat)).contains(word), "{stat}");
        }
        assert_eq!(registration(Domain::Data, Some(2)), "searching");
        assert_eq!(registration(Domain::Data, Some(u32::MAX)), "a state that no table knows");
        assert_eq!(registration(Domain::Data, None), "not told");
    }

    #[test]
    fn the_signal_is_open_at_both_ends() {
        assert_eq!(signal(Some(0)), "signal none (-113 dBm or less)");
        assert_eq!(signal(Some(20)), "signal good (-73 dBm)");
        assert_eq!(signal(Some(31)), "signal good (-51 dBm or more)");
        assert_eq!(signal(Some(99)), "signal not known");
        assert_eq!((dbm(Some(31)), dbm(Some(32))), (Some(-51), None));
    }

    #[test]
    fn power_in_words() {
        let of = |control: Control| Some(UsbPower { place: "1-2".into(), control, delay_ms: Some(2000) });
        let power =
            Power { usb: of(Control::Auto), supply: Supply::Battery, battery: Some(40), sleep: Sleep::Possible };
        assert_eq!(supply(&power), "BATTERY, battery 40 %; this computer MAY FALL ASLEEP");
        assert_eq!(usb(&power), "USB power control: an idle device MAY BE PUT TO SLEEP after 2000 ms");
        let power = Power { usb: of(Control::On), supply: Supply::Mains, battery: None, sleep: Sleep::Blocked };
        assert_eq!(supply(&power), "mains; sleep blocked");
        assert_eq!(usb(&power), "USB power control: the device is not put to sleep");
    }
}
