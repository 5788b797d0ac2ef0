//! Who the device and its card are, through the whole driver: a device that answers from a table.

use std::ops::ControlFlow;
use std::sync::Arc;

use jiff::Timestamp;
use signpost::clock::{Clock, TestClock};
use signpost::link::tap::TapLog;
use signpost::modem::Modem;
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
            modem.identify().await.unwrap()
        };
        tokio::select! {
            identity = asking => identity,
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
