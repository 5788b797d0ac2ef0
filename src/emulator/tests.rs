//! Transcripts octet for octet, in simulated time, and every fault.

use std::time::Duration;

use super::handset::{Handset, Settings};
use super::persona::Persona;
use super::trouble::{Act, Fault, Script};
use super::truth::{Happened, Truth};

const MS: Duration = Duration::from_millis(1);
/// SMS-SUBMIT to +447700900123, "hello", report wanted.
const HELLO: &str = "0031000C914477000910320000A705E8329BFD06";

struct Rig {
    handset: Handset,
    truth: Truth,
    now: Duration,
}

impl Rig {
    fn new(script: Script) -> Self {
        let truth = Truth::default();
        let wall = "2026-12-01T10:00:00Z".parse().unwrap();
        let settings = Settings { script, truth: truth.clone(), ..Settings::plain(wall) };
        let mut rig = Self { handset: Handset::new(settings), truth, now: Duration::ZERO };
        rig.say("ATE0");
        rig
    }

    fn pdu_mode(script: Script) -> Self {
        let mut rig = Self::new(script);
        rig.say("AT+CMEE=1;+CMGF=0;+CPMS=\"ME\",\"ME\",\"ME\";+CNMI=2,1,0,2,0");
        rig
    }

    fn say(&mut self, line: &str) -> String {
        self.octets(format!("{line}\r").as_bytes())
    }

    fn octets(&mut self, octets: &[u8]) -> String {
        self.handset.receive(self.now, octets);
        self.heard()
    }

    fn heard(&mut self) -> String {
        String::from_utf8(self.handset.output()).unwrap()
    }

    fn wait(&mut self, time: Duration) -> String {
        self.now += time;
        self.handset.tick(self.now);
        self.heard()
    }

    fn hello(&mut self) -> String {
        let prompt = self.say("AT+CMGS=19");
        if prompt != "\r\n> " {
            return prompt;
        }
        self.octets(format!("{HELLO}\u{1a}").as_bytes());
        self.wait(20 * MS)
    }
}

#[test]
fn transcripts() {
    let mut rig = Rig::pdu_mode(Script::default());
    for (line, answer) in [
        ("AT", "\r\nOK\r\n"),
        ("AT+CGMI", "\r\nsignpost\r\n\r\nOK\r\n"),
        ("AT+CCID", "\r\n+CCID: 8944100000000000012\r\n\r\nOK\r\n"),
        ("AT+CRSM=176,12258,0,0,10", "\r\n+CRSM: 144,0,\"984401000000000010F2\"\r\n\r\nOK\r\n"),
        ("AT+CNMI?", "\r\n+CNMI: 2,1,0,2,0\r\n\r\nOK\r\n"),
        ("AT+CNMI=3,1", "\r\n+CMS ERROR: 303\r\n"),
        ("AT+CPMS?", "\r\n+CPMS: \"ME\",0,255,\"ME\",0,255,\"ME\",0,255\r\n\r\nOK\r\n"),
        ("AT+CMGR=1", "\r\n+CMS ERROR: 321\r\n"),
        ("AT+CNMA", "\r\n+CMS ERROR: 340\r\n"),
        ("AT+NOSUCH", "\r\n+CME ERROR: 4\r\n"),
        ("ATD07700900123;", "\r\n+CME ERROR: 4\r\n"),
        ("AT+CMGW=1", "\r\n+CME ERROR: 4\r\n"),
    ] {
        assert_eq!(rig.say(line), answer, "{line}");
    }
}

#[test]
fn a_text_goes_out_and_its_report_comes_back() {
    let mut rig = Rig::pdu_mode(Script::default());
    assert_eq!(rig.hello(), "\r\n+CMGS: 1\r\n\r\nOK\r\n");
    assert_eq!(rig.wait(200 * MS), "\r\n+CDSI: \"SR\",1\r\n");
    assert_eq!(rig.truth.on_air(), [HELLO.get(2..).unwrap().replacen("3100", "3101", 1)]);
    assert_eq!(rig.say("AT+CRSM=176,28483,0,0,2"), "\r\n+CRSM: 144,0,\"01FF\"\r\n\r\nOK\r\n", "EF_SMSS changed");
}

#[test]
fn a_wrong_length_is_refused() {
    let mut rig = Rig::pdu_mode(Script::default());
    rig.say("AT+CMGS=18");
    assert_eq!(rig.octets(format!("{HELLO}\u{1a}").as_bytes()), "\r\n+CMS ERROR: 304\r\n");
    assert!(rig.truth.on_air().is_empty());
}

#[test]
fn in_text_mode_the_digits_themselves_would_be_texted() {
    let mut rig = Rig::new(Script::default());
    rig.say("AT+CMGF=1");
    rig.say("AT+CMGS=19");
    rig.octets(format!("{HELLO}\u{1a}").as_bytes());
    rig.wait(20 * MS);
    let all = rig.truth.all();
    let texted =
        all.iter().find_map(|h| if let Happened::OnAir { to, text, .. } = h { Some((to, text)) } else { None });
    assert_eq!(texted, Some((&"19".to_owned(), &HELLO.to_owned())));
}

#[test]
fn an_open_prompt_outlives_its_client_and_esc_closes_it() {
    let mut rig = Rig::pdu_mode(Script::default());
    assert_eq!(rig.say("AT+CMGS=19"), "\r\n> ");
    assert_eq!(rig.say("AT"), "\r\n> ", "taken as text");
    assert_eq!(rig.octets(b"\x1b"), "\r\nOK\r\n");
    assert_eq!(rig.say("AT"), "\r\nOK\r\n");
}

#[test]
fn every_fault_tells_the_truth_about_the_air() {
    for (fault, heard, on_air) in [
        (Fault::PromptError(304), "\r\n+CMS ERROR: 304\r\n", 0),
        (Fault::NoPrompt, "", 0),
        (Fault::Refused(38), "\r\n+CMS ERROR: 38\r\n", 0),
        (Fault::RefusedAfter(38, 40), "", 0),
        (Fault::SilenceSent, "", 1),
        (Fault::SilenceLost, "", 0),
        (Fault::ErrorButSent, "\r\nERROR\r\n", 1),
        (Fault::LateReference(400), "", 1),
        (Fault::NoOk, "\r\n+CMGS: 1\r\n", 1),
        (Fault::OkAlone, "\r\nOK\r\n", 1),
        (Fault::GoneAtPrompt, "", 0),
        (Fault::GoneSent, "", 1),
    ] {
        let mut rig = Rig::pdu_mode(Script::default().on_submit(1, fault));
        assert_eq!(rig.hello(), heard, "{fault:?}");
        assert_eq!(rig.truth.on_air().len(), on_air, "{fault:?}");
    }
    let mut rig = Rig::pdu_mode(Script::default().on_submit(1, Fault::RebootSent));
    assert!(rig.hello().is_empty());
    assert!(rig.say("AT+CMGF?").contains("+CMGF: 1"), "settings are lost");
}

#[test]
fn a_text_arrives_and_reading_marks_it() {
    let act = Act::Deliver { from: "+447700900123".into(), text: "hi".into() };
    let mut rig = Rig::pdu_mode(Script::default().at(Duration::from_secs(2), act));
    assert_eq!(rig.wait(Duration::from_secs(2)), "\r\n+CMTI: \"ME\",1\r\n");
    assert!(rig.say("AT+CMGR=1").starts_with("\r\n+CMGR: 0,,"));
    assert!(rig.say("AT+CMGR=1").starts_with("\r\n+CMGR: 1,,"));
    assert_eq!(rig.say("AT+CMGD=?"), "\r\n+CMGD: (1),(0-4)\r\n\r\nOK\r\n");
}

/// python-gsmmodem-new finds by a list what a family does not announce.
#[test]
fn a_list_reads_and_the_truth_says_so() {
    let mut rig = Rig::pdu_mode(Script::default());
    rig.handset.preload("+447700900123", "old");
    rig.say("AT+CPMS=\"SM\"");
    assert!(rig.say("AT+CMGL=4").starts_with("\r\n+CMGL: 1,0,,"));
    assert!(rig.say("AT+CMGL=1").starts_with("\r\n+CMGL: 1,1,,"));
    let reads = rig.truth.all().into_iter().filter(|happened| matches!(happened, Happened::Read { .. }));
    assert_eq!(reads.count(), 2);
}

/// 27.005 clause 3.5.4; python-gsmmodem-new deletes so.
#[test]
fn a_delete_flag_takes_what_it_names() {
    for (flag, left) in [(1, "1"), (2, "1"), (3, "1"), (4, "0")] {
        let mut rig = Rig::pdu_mode(Script::default());
        rig.handset.preload("+447700900123", "read");
        rig.handset.preload("+447700900123", "unread");
        rig.say("AT+CPMS=\"SM\"");
        rig.say("AT+CMGR=1");
        assert_eq!(rig.say(&format!("AT+CMGD=1,{flag}")), "\r\nOK\r\n");
        assert!(rig.say("AT+CPMS?").contains(&format!("+CPMS: \"SM\",{left},30")), "{flag}");
    }
    assert_eq!(Rig::pdu_mode(Script::default()).say("AT+CMGD=1,5"), "\r\n+CMS ERROR: 303\r\n");
}

/// A family without `SR` cannot name it: python-gsmmodem-new asked `zte-mf` for it in vain.
#[test]
fn a_report_goes_where_the_family_has_a_storage() {
    let wall = "2026-12-01T10:00:00Z".parse().unwrap();
    let persona = Persona::named("zte-mf").unwrap();
    let mut handset = Handset::new(Settings { persona, ..Settings::plain(wall) });
    handset.receive(Duration::ZERO, b"ATE0\rAT+CMGF=0\rAT+CNMI=1,1,0,2,0\rAT+CMGS=19\r");
    handset.receive(MS, format!("{HELLO}\u{1a}").as_bytes());
    handset.tick(Duration::from_secs(2));
    let heard = String::from_utf8(handset.output()).unwrap();
    assert!(heard.contains("+CDSI: \"SM\",1"), "{heard}");
}

#[test]
fn a_push_that_nobody_acknowledges_ends_all_pushes_and_comes_again() {
    let act = Act::Deliver { from: "+447700900123".into(), text: "hi".into() };
    let mut rig = Rig::pdu_mode(Script::default().at(Duration::from_secs(1), act));
    rig.say("AT+CSMS=1;+CNMI=1,2,0,0,0");
    assert!(rig.wait(Duration::from_secs(1)).starts_with("\r\n+CMT: ,"));
    rig.wait(Duration::from_secs(16));
    assert_eq!(rig.say("AT+CNMI?"), "\r\n+CNMI: 1,0,0,0,0\r\n\r\nOK\r\n");
    rig.wait(Duration::from_secs(21));
    assert!(rig.say("AT+CPMS?").contains("\"ME\",1,255"), "stored, unannounced");
    assert_eq!(rig.truth.delivered().len(), 2);
}

#[test]
fn what_lasts_is_there_for_the_next_process() {
    let mut rig = Rig::pdu_mode(Script::default());
    rig.handset.preload("+447700900123", "old");
    rig.hello();
    let saved = rig.handset.save().unwrap();
    let wall = "2026-12-01T10:00:00Z".parse().unwrap();
    let mut next = Handset::restore(Settings::plain(wall), &saved).unwrap();
    next.receive(Duration::ZERO, b"ATE0\rAT+CMGF=0\rAT+CPMS=\"SM\",\"SM\",\"SM\"\rAT+CNMI=2,1,0,2,0\r");
    next.tick(Duration::from_secs(1));
    let heard = String::from_utf8(next.output()).unwrap();
    assert!(heard.contains("+CPMS: 1,30") && heard.contains("+CDSI: \"SR\",1"), "{heard}");
}

#[test]
fn personas_are_named_and_refuse_what_they_do_not_offer() {
    for name in Persona::names() {
        assert_eq!(Persona::named(name).map(|persona| persona.name), Some(name));
    }
    assert_eq!(Persona::named("nokia"), None);
}

/// 27.005 clause 3.2.5: an acknowledgement that nobody waits for is 340; in service 0 the device gives its own.
#[test]
fn an_acknowledgement_too_many() {
    let deliver = Act::Deliver { from: "+447700900555".into(), text: "hi".into() };
    for (service, first) in [("1", "OK"), ("0", "+CMS ERROR: 340")] {
        let mut rig = Rig::new(Script::default().at(MS, deliver.clone()));
        rig.say(&format!("AT+CMEE=1;+CMGF=0;+CSMS={service};+CNMI=2,2,0,1,0"));
        assert!(rig.wait(2 * MS).contains("+CMT: "));
        assert!(rig.say("AT+CNMA").contains(first), "service {service}");
        assert!(rig.say("AT+CNMA").contains("+CMS ERROR: 340"), "service {service}");
    }
}
