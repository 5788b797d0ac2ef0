//! Who the device and its card are, through the whole driver: a device that answers from a table.

use std::ops::ControlFlow;
use std::sync::Arc;

use jiff::Timestamp;
use signpost::clock::{Clock, TestClock};
use signpost::link::tap::TapLog;
use signpost::modem::Modem;
use signpost::modem::details::{Arrival, Details, PduMode};
use signpost::modem::identify::Identity;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

const IMEI: &str = "350000000000006";
const ICCID: &str = "8944100000000000012";

/// What every device takes.
const OBEYED: [&str; 3] = ["AT", "ATE0", "AT+CMEE=1"];

/// Answers what is in the table, and ERROR to all other questions.
async fn device(mut link: DuplexStream, answers: &[(&str, &str)]) {
    let mut line = Vec::new();
    while let Ok(octet) = link.read_u8().await {
        if octet != b'\r' {
            line.push(octet);
            continue;
        }
        let asked = String::from_utf8(std::mem::take(&mut line)).unwrap();
        let answer = match answers.iter().find(|(command, _)| *command == asked) {
            Some((_, answer)) => format!("\r\n{answer}\r\n\r\nOK\r\n"),
            None if asked == "\u{1b}" => String::new(),
            None if OBEYED.contains(&asked.as_str()) => "\r\nOK\r\n".to_owned(),
            None => "\r\nERROR\r\n".to_owned(),
        };
        link.write_all(answer.as_bytes()).await.unwrap();
    }
}

fn identity(answers: &[(&str, &str)]) -> Identity {
    asked(answers, async |modem| modem.identify().await.unwrap())
}

fn details(answers: &[(&str, &str)]) -> Details {
    let storages = ("AT+CPMS?", "+CPMS: \"ME\",1,23,\"ME\",1,23,\"ME\",1,23");
    asked(&[&[storages], answers].concat(), async |modem| modem.details().await.unwrap())
}

/// What a modem makes of a device with these answers.
fn asked<T>(answers: &[(&str, &str)], ask: impl AsyncFnOnce(&mut Modem) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let (ours, theirs) = tokio::io::duplex(4096);
        let clock: Arc<dyn Clock> = Arc::new(TestClock::starting_at(Timestamp::UNIX_EPOCH));
        let tap = TapLog::new(clock.clone());
        let wire = tap.clone();
        let flush = Box::new(move || {
            drop(wire.take());
            ControlFlow::Continue(())
        });
        let mut modem = Modem::new(Box::new(ours), tap, clock, flush);
        let asking = async {
            modem.come_into_step().await.unwrap();
            modem.prepare().await.unwrap();
            ask(&mut modem).await
        };
        tokio::select! {
            told = asking => told,
            () = device(theirs, answers) => panic!("the device is gone"),
        }
    })
}

pub fn imei_and_iccid_in_every_form() {
    for imei in ["350000000000006", "+CGSN: 350000000000006", "+CGSN: \"350000000000006\"", "\"350000000000006\""] {
        let told = identity(&[("AT+CGSN", imei)]).imei.unwrap_or_else(|| panic!("{imei} is not read"));
        assert_eq!(told.as_str(), IMEI, "{imei}");
    }
    assert_eq!(identity(&[("AT+CGSN", "35000000000000")]).imei.unwrap().as_str(), "35000000000000", "no check digit");
    for iccid in [
        "+CCID: 8944100000000000012",
        "8944100000000000012",
        "8944100000000000012F",
        "+CCID: \"8944100000000000012\"",
        "+CCID: \"984401000000000010F2\"",
        "+ICCID: 8944100000000000012",
        "CCID: 8944100000000000012",
    ] {
        let told = identity(&[("AT+CCID", iccid)]).iccid.unwrap_or_else(|| panic!("{iccid} is not read"));
        assert_eq!(told.as_str(), ICCID, "{iccid}");
    }
    let huawei = [("AT+CGMI", "huawei"), ("AT^ICCID?", "^ICCID: 984401000000000010F2")];
    assert_eq!(identity(&huawei).iccid.unwrap().as_str(), ICCID);
    let card = identity(&[("AT+CRSM=176,12258,0,0,10", "+CRSM: 144,0,\"984401000000000010F2\"")]);
    assert_eq!(card.iccid.unwrap().as_str(), ICCID, "from the card itself");
}

/// An `=` that is not offered may be a setting, so the IMEISV is asked for only where `AT+CGSN=?` offers it.
#[test]
fn the_imeisv_is_asked_for_only_where_it_is_offered() {
    let imeisv = ("AT+CGSN=2", "+CGSN: \"3500000000000001\"");
    for offer in ["+CGSN: (0-3)", "+CGSN: (0,1,2)", "+CGSN:(0,1,2,3)"] {
        let told = details(&[("AT+CGSN=?", offer), imeisv]).imeisv;
        assert_eq!(told.unwrap().as_str(), "3500000000000001", "{offer}");
    }
    assert_eq!(details(&[imeisv]).imeisv, None, "not offered");
    assert_eq!(details(&[("AT+CGSN=?", "+CGSN: (0,1)"), imeisv]).imeisv, None, "offered without it");
    let imei = ("AT+CGSN=2", "350000000000006");
    assert_eq!(details(&[("AT+CGSN=?", "+CGSN: (0-3)"), imei]).imeisv, None, "an IMEI is none");
}

#[test]
fn the_card_s_own_numbers_in_every_form() {
    for (line, numbers) in [
        ("+CNUM: ,\"+447700900999\",145", &["+447700900999"][..]),
        ("+CNUM: \"Own\",\"07700900999\",129,7,4", &["07700900999"]),
        ("+CNUM: \"1\",\"07700900998\",129\r\n+CNUM: \"2\",\"07700900999\",129", &["07700900998", "07700900999"]),
        ("+CNUM: \"\",\"\",129", &[]),
        ("", &[]),
    ] {
        let told = details(&[("AT+CNUM", line)]).own_numbers;
        assert_eq!(told.iter().map(|number| number.for_record()).collect::<Vec<_>>(), numbers, "{line}");
    }
}

#[test]
fn what_stands_set_is_read_back() {
    let told = details(&[
        ("AT+CNMI?", "+CNMI: 2,1,0,2,0"),
        ("AT+CSMS?", "+CSMS: 0,1,1,1"),
        ("AT+CMMS?", "+CMMS: 2"),
        ("AT+CMGF?", "+CMGF: 0"),
        ("AT+CGREG?", "+CGREG: 0,5"),
    ]);
    let found = told.capabilities;
    assert_eq!((found.indications, found.service), (vec![2, 1, 0, 2, 0], vec![0, 1, 1, 1]));
    assert_eq!((found.storages, found.link), (vec!["ME".to_owned(); 3], Some(2)));
    assert_eq!((found.pdu_mode, told.packet_registration), (PduMode::Proved, Some(5)));
    assert_eq!(found.arrival, Arrival::AskedFor, "no row was taken: nothing was set up here");
    assert_eq!(details(&[]).capabilities.pdu_mode, PduMode::NotTold);
}
