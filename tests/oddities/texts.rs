//! Texts, reports, calls and words of the network as they arrive.

use std::time::Duration;

use signpost::at::answer::Final;
use signpost::at::command::{Command, ReadForm, Storage};
use signpost::at::dialog::Broken;
use signpost::at::rig::Rig;
use signpost::at::urc::{Slot, Urc};
use signpost::at::value::Values;

use super::answers::{answer, values};

/// A whole DELIVER of 23 octets behind its SMSC.
const PDU: &str = "07914477009000F5040C91447700094065000062216212807240044F79F92C";
const LONG: Duration = Duration::from_secs(11);

/// What is told when this is said.
fn told(said: &str) -> Vec<Urc> {
    let mut rig = Rig::in_step();
    rig.hear(said);
    rig.wait(LONG);
    rig.urcs()
}

/// The header and the PDU of the one text or report that is pushed.
fn pushed(said: &str) -> (String, String) {
    match told(said).as_slice() {
        [Urc::Pushed(push) | Urc::PushedReport(push)] => {
            (push.header.for_record().to_owned(), push.pdu.for_record().to_owned())
        }
        other => panic!("{said:?}: {other:?}"),
    }
}

fn slot(storage: &str, index: u32) -> Slot {
    Slot { storage: Storage::parse(storage).unwrap(), index }
}

pub fn storages_unquoted_unlisted_and_index_0() {
    assert_eq!(told("+CMTI: ME,0\r\n"), [Urc::Stored(slot("ME", 0))]);
    assert_eq!(told("+CMTI: \"MT\",255\r\n"), [Urc::Stored(slot("MT", 255))]);
    assert_eq!(told("+CDSI:\"SR\", 8\r\n"), [Urc::StoredReport(slot("SR", 8))]);
    assert_eq!(told("+CMTI: 3\r\n"), [Urc::Noise], "no storage: the poll finds it");
}

pub fn a_pushed_text_in_other_forms() {
    let whole = PDU.to_owned();
    for header in ["+CMT: ,23", "+CMT: \"\",23", "+CMT: 23", "+CMT: \"A, B\",23", "+CMT:,\"23\""] {
        assert_eq!(pushed(&format!("{header}\r\n{PDU}\r\n")), (header.to_owned(), whole.clone()));
    }
    let (first, second) = PDU.split_at(40);
    for body in [format!("{first}\r\n{second}\r\n"), format!("{PDU}\0\r\n"), format!("^RSSI:3\r\n{PDU}\r\n")] {
        let heard: Vec<Urc> = told(&format!("+CMT: ,23\r\n{body}"));
        assert!(format!("{heard:?}").contains(PDU), "{body:?}: {heard:?}");
    }
    let lower = PDU.to_lowercase();
    assert_eq!(pushed(&format!("+CMT: ,23\r\n{lower}\r\n")).1, lower);
    let text_mode = "+CMT: \"+447700900456\",,\"26/12/01,10:00:00+00\"";
    assert_eq!(pushed(&format!("{text_mode}\r\nOK\r\n")), (text_mode.to_owned(), "OK".to_owned()), "somebody's words");
    assert_eq!(pushed("+CMT: ,23\r\n"), ("+CMT: ,23".to_owned(), String::new()), "a header alone is told");
}

pub fn a_pushed_report_in_other_forms() {
    let report = "00064B0C9144770009406562216212807240622162128072400000";
    assert_eq!(pushed(&format!("+CDS: ,26\r\n{report}\r\n")), ("+CDS: ,26".to_owned(), report.to_owned()));
    let without_smsc = &report[2..];
    assert_eq!(pushed(&format!("+CDS: 26\r\n{without_smsc}\r\n")).1, without_smsc);
    assert_eq!(pushed(&format!("+CDS: 99\r\n{report}\r\n")).1, report, "shorter than told");
    assert_eq!(pushed(&format!("+CDS: 3\r\n{report}\r\n")).1, report, "longer than told");
    let text_mode = "+CDS: 6,75,\"+447700900456\",145,\"26/12/01,10:00:00+00\",\"26/12/01,10:00:04+00\",0";
    assert_eq!(pushed(&format!("{text_mode}\r\n")), (text_mode.to_owned(), String::new()), "complete in its line");
}

/// signpost never lists: `AT+CMGL` is not in the closed set of commands. What it reads is told by slot.
pub fn lists_out_of_order_cut_short_or_in_words() {
    let slots = values(&Command::UsedSlots, "+CMGD", "+CMGD: (3,1,,2),(0-4)");
    assert_eq!(slots.numbers(0), [3, 1, 2]);
    let read = Command::Read { index: 3, form: ReadForm::Plain };
    let worded = answer(&read, &format!("+CMGR: \"REC READ\",,23\r\n{PDU}\r\n\r\nOK\r\n"));
    let header = Values::parse(worded.after("+CMGR").unwrap());
    assert_eq!((header.number(0), header.text(0), header.number(2)), (None, Some("REC READ".into()), Some(23)));
    let mut rig = Rig::in_step();
    rig.ask(&read);
    rig.hear(&format!("+CMGR: 1,,23\r\n{PDU}\r\n+CMGL: 3,1,,23\r\n"));
    rig.wait(Duration::from_secs(21));
    assert_eq!(rig.answer(), Some(&Err(Broken::Timeout)), "half an answer is none");
}

pub fn an_empty_slot() {
    let read = Command::Read { index: 3, form: ReadForm::Plain };
    let lines = |said: &str| answer(&read, said).lines.iter().map(|l| l.for_record().to_owned()).collect::<Vec<_>>();
    assert_eq!(lines("+CMGR: 0,,0\r\n\r\n\r\nOK\r\n"), ["+CMGR: 0,,0"]);
    assert_eq!(lines("\r\nOK\r\n"), [""; 0]);
    assert_eq!(answer(&read, "\r\n+CMS ERROR: 321\r\n").end, Final::Cms(321));
}

pub fn storages_with_and_without_names() {
    let set = Command::SetStorages(vec![Storage::parse("SM").unwrap()]);
    let bare = values(&set, "+CPMS", "+CPMS: 3,50,3,50,3,50");
    assert_eq!((bare.len(), bare.number(0), bare.number(5)), (6, Some(3), Some(50)));
    for line in ["+CPMS: \"SM\",3,50,\"SM\",3,50", "+CPMS: SM,3,50", "+CPMS:\"SM\", 3, 50,\"ME\",1,99,\"ME\",1,99"] {
        let named = values(&Command::Storages, "+CPMS", line);
        assert_eq!((named.text(0), named.number(1), named.number(2)), (Some("SM".into()), Some(3), Some(50)), "{line}");
    }
}

pub fn memory_full() {
    assert_eq!(told("^SMMEMFULL: \"SM\"\r\n"), [Urc::MemoryFull]);
    assert_eq!(told("^SMGO: 1\r\n"), [Urc::MemoryFull]);
    let read = Command::Read { index: 3, form: ReadForm::Plain };
    assert_eq!(answer(&read, "\r\n+CMS ERROR: 322\r\n").end, Final::Cms(322));
}

pub fn calls() {
    let caller = |number: Option<&str>| Urc::Caller(number.map(Into::into));
    let clip = "RING\r\n+CLIP: \"+447700900456\",145,\"\",0,\"\",0\r\n";
    assert_eq!(told(clip), [Urc::Ring, caller(Some("+447700900456"))]);
    assert_eq!(told("+CRING: VOICE\r\n+CLIP: \"\",128\r\n"), [Urc::Ring, caller(None)], "withheld");
    assert_eq!(told("+CLIP: ,128\r\n"), [caller(None)]);
    assert_eq!(told("+CLIP: 07700900456,129\r\n"), [caller(Some("07700900456"))], "its zero is not lost");
    assert_eq!(told("^CLCC: 1,1,4,0,0,\"+447700900456\",145\r\n"), [Urc::Noise]);
    let mut rig = Rig::submitted();
    rig.hear("\r\nRING\r\n\r\nNO CARRIER\r\n\r\n+CMGS: 7\r\n\r\nOK\r\n");
    assert_eq!(rig.end().unwrap().reference, Some(7), "the end of a call is not the end of a text");
}

pub fn words_of_the_network() {
    for said in ["+CUSD: 0,\"Top up\",15", "+CUSD: 1,\"C2303B0C\",15", "+CUSD: 0,\"0054006F0070\",72", "+CUSD: 2"] {
        assert_eq!(told(&format!("{said}\r\n")), [Urc::Ussd(said.into())]);
    }
    let whole = "+CUSD: 0,\"Your balance\nis 5.00\nOK\",15";
    for said in ["+CUSD: 0,\"Your balance\r\nis 5.00\r\nOK\",15\r\n", "+CUSD: 0,\"Your balance\nis 5.00\nOK\",15\r\n"] {
        assert_eq!(told(said), [Urc::Ussd(whole.into())]);
    }
    let open = told("+CUSD: 0,\"Your balance\r\nis 5.00\r\n");
    assert_eq!(open, [Urc::Ussd("+CUSD: 0,\"Your balance\nis 5.00".into())], "its quotes stay open");
}
