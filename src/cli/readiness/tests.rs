//! Each risk is told when its cause is there, and only then.

use std::time::Duration;

use super::outlook::Sends;
use super::*;
use crate::case::edit::set;
use crate::case::file::{CaseFile, TEMPLATE};
use crate::link::power::{Control, Sleep, Supply, UsbPower};
use crate::modem::details::{Arrival, Capabilities, PduMode, Reports};

/// All that the card speaks of.
struct Bench {
    terms: Terms,
    line: LineIdentity,
    identity: Identity,
    readiness: Readiness,
    setup: Setup,
    details: Details,
    power: Power,
    alert: Option<Tested>,
    copied: Option<OnAir>,
    lock: Lock,
    ahead: Option<i64>,
}

/// Nothing is at risk.
fn good() -> Bench {
    let keys = [
        ("authority.reference", "17/24"),
        ("authority.granted_by", "DCI B. Example"),
        ("authority.purpose", "A test"),
        ("authority.listen_from", "2026-12-01 08:00"),
        ("authority.send_from", "2026-12-01 09:00"),
        ("authority.send_until", "2026-12-04 20:00"),
        ("authority.listen_until", "2026-12-15 12:00"),
        ("line.exhibit", "ABC/1"),
        ("line.sim_number", "8944100000000000012"),
        ("message.sender", "Nottinghamshire Police"),
        ("people.approver", "DI A. Example"),
        ("limits.at_most", "100"),
        ("after.review_on", "2027-06-01"),
    ];
    let text = keys.iter().fold(TEMPLATE.to_owned(), |text, (key, value)| set(&text, key, value).unwrap());
    let capabilities = Capabilities {
        arrival: Arrival::Announced,
        reports: Reports::Kept,
        indications: vec![2, 1, 0, 2, 0],
        service: vec![0, 1, 1, 1],
        storages: vec!["ME".into(); 3],
        link: Some(0),
        pdu_mode: PduMode::Proved,
    };
    let usb = UsbPower { place: "1-2".into(), control: Control::On, delay_ms: Some(2000) };
    Bench {
        terms: CaseFile::parse(&text).unwrap().terms().unwrap(),
        line: LineIdentity { iccid: "8944100000000000012".parse().unwrap(), imsi: "001010123456789".parse().unwrap() },
        identity: Identity::default(),
        readiness: Readiness {
            pin: "READY".into(),
            registration: Some(1),
            signal: Some(20),
            service_centre: "+447700900000".into(),
            ..Readiness::default()
        },
        setup: Setup::default(),
        details: Details { imeisv: None, own_numbers: Vec::new(), packet_registration: Some(1), capabilities },
        power: Power { usb: Some(usb), supply: Supply::Mains, battery: Some(81), sleep: Sleep::Blocked },
        alert: Some(Tested { program: "./tell".into(), took: Duration::from_millis(400), outcome: Ok(()) }),
        copied: Some(OnAir::NotYet),
        lock: Lock::NotSeen,
        ahead: Some(1),
    }
}

impl Bench {
    fn card(&self) -> Card<'_> {
        Card {
            terms: &self.terms,
            line: &self.line,
            identity: &self.identity,
            readiness: &self.readiness,
            setup: &self.setup,
            details: &self.details,
            power: &self.power,
            alert: self.alert.as_ref(),
            copied: self.copied,
            tries: Some(3),
            lock: self.lock,
            ahead: self.ahead,
        }
    }
}

/// What makes it differ from a line at which nothing is at risk.
type Cause = fn(&mut Bench);

const CAUSES: [(&str, Cause); 16] = [
    ("name a program in [replies] alert", |bench| bench.alert = None),
    ("mend the alert program", |bench| bench.alert.as_mut().unwrap().outcome = Err("it ended with 1".into())),
    ("lives on its battery", |bench| bench.power.supply = Supply::Battery),
    ("let it charge", |bench| bench.power.battery = Some(49)),
    ("may fall asleep", |bench| bench.power.sleep = Sleep::Possible),
    ("1-2/power/control", |bench| bench.power.usb.as_mut().unwrap().control = Control::Auto),
    ("the clocks differ", |bench| bench.ahead = Some(61)),
    ("the clocks differ", |bench| bench.ahead = Some(-61)),
    ("stored on the SIM", |bench| bench.details.capabilities.storages = vec!["SM".into(); 3]),
    ("while this computer fails is lost", |bench| bench.details.capabilities.arrival = Arrival::Blindly),
    ("no delivery reports", |bench| bench.details.capabilities.reports = Reports::None),
    ("signal is weak", |bench| bench.readiness.signal = Some(9)),
    ("signal is weak", |bench| bench.readiness.signal = Some(0)),
    ("--pin-fd 3", |bench| bench.lock = Lock::Pin),
    ("could be on the air before", |bench| bench.copied = Some(OnAir::Already)),
    // The worse of two that speak of the same: plugged in, it charges too.
    ("lives on its battery", |bench| {
        bench.power.supply = Supply::Battery;
        bench.power.battery = Some(10);
    }),
];

#[test]
fn each_risk_is_told_when_its_cause_is_there_and_alone() {
    assert_eq!(good().card().risks(), [""; 0]);
    for (words, cause) in CAUSES {
        let mut bench = good();
        cause(&mut bench);
        let risks = bench.card().risks();
        assert!(risks.len() == 1 && risks[0].contains(words), "{words}: {risks:?}");
    }
}

/// Near a limit, or of another kind: nothing is told.
#[test]
fn what_is_no_cause_is_not_told() {
    let harmless: [Cause; 12] = [
        |bench| bench.power.supply = Supply::NotTold,
        |bench| bench.power.battery = Some(50),
        |bench| bench.power.battery = None,
        |bench| bench.power.sleep = Sleep::NotAsked,
        |bench| bench.power.usb = None,
        |bench| bench.power.usb.as_mut().unwrap().control = Control::NotTold,
        |bench| bench.power.usb = Some(UsbPower { place: "1-2".into(), control: Control::Auto, delay_ms: Some(-1) }),
        |bench| bench.ahead = Some(-60),
        |bench| bench.ahead = None,
        |bench| bench.details.capabilities.arrival = Arrival::AskedFor,
        |bench| bench.readiness.signal = Some(99),
        |bench| bench.copied = None,
    ];
    for (number, change) in harmless.into_iter().enumerate() {
        let mut bench = good();
        change(&mut bench);
        assert_eq!(bench.card().risks(), [""; 0], "{number}");
    }
}

#[test]
fn whether_a_text_can_leave() {
    let causes: [(Sends, Cause); 4] = [
        (Sends::Yes, |_| {}),
        (Sends::NoNetwork, |bench| bench.readiness.registration = Some(2)),
        (Sends::NoCentre, |bench| bench.readiness.service_centre = "".into()),
        (Sends::NotInPduMode, |bench| bench.details.capabilities.pdu_mode = PduMode::Lost),
    ];
    for (sends, cause) in causes {
        let mut bench = good();
        cause(&mut bench);
        assert_eq!(bench.card().sends(), sends);
    }
}

#[test]
fn a_pin_that_this_case_saw_is_not_forgotten() {
    assert_eq!(good().card().pin(), "not asked for now; 3 tries left");
    assert_eq!(Bench { lock: Lock::Pin, ..good() }.card().pin(), "entered; 3 tries left");
}
