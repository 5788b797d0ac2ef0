//! Devices that start, are not ready, are out of step, or are no modems.

use std::time::Duration;

use signpost::at::answer::Final;
use signpost::at::command::Command;
use signpost::at::dialog::{Broken, Event, Heard};
use signpost::at::rig::Rig;
use signpost::at::token::LONGEST_LINE;
use signpost::at::urc::Urc;

use super::answers::{answer, values};

const MS: Duration = Duration::from_millis(1);

pub fn noise_of_a_start() {
    let mut rig = Rig::opened();
    rig.octets(b"\0\0\xff\xff\xfe\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPI");
    rig.octets(b"N: READY\r\n\r\nCall Ready\r\n\r\nSMS Ready\r\n*ATREADY: 1\r\n^SYSSTART\r\n+QIND: SMS DONE\r\n");
    let boots = rig.urcs().iter().filter(|urc| **urc == Urc::Boot).count();
    assert_eq!((boots, rig.urcs().len()), (4, 8), "RDY, +CFUN, *ATREADY, ^SYSSTART among {:?}", rig.urcs());
    rig.recover();
    assert!(rig.events().contains(&Event::InStep));
}

pub fn ports_that_take_no_commands() {
    let frame = [0x7e, 0x4b, 0x0d, 0x3e, 0x00, 0x7e];
    let spewing: [&[u8]; 4] =
        [&frame, b"$GPGGA,120000.00,,,,,0,,,,,,,,*66\r\n", b"NETWORK SERVICE CHANGE\r\n", b"\xff\xff\xfe OK \xfe\r\n"];
    for said in spewing {
        let mut rig = Rig::opened();
        for _ in 0..700 {
            rig.octets(said);
            rig.wait(100 * MS);
        }
        assert!(!rig.events().contains(&Event::InStep), "{said:?} is no modem");
        assert!(rig.events().contains(&Event::Gone), "{said:?}: given up after a minute");
        let wrote = rig.took();
        assert_eq!(wrote.replace("\u{1b}\r", "").replace("AT\r", ""), "", "{said:?}: only ESC CR and AT were written");
        rig.finish();
    }
}

pub fn an_ok_that_is_old() {
    let mut rig = Rig::in_step();
    rig.ask(&Command::Signal);
    rig.wait(Duration::from_secs(11));
    assert_eq!(rig.answer(), Some(&Err(Broken::Timeout)));
    rig.wait(500 * MS);
    assert!(rig.took().ends_with("AT\r"));
    rig.hear("\r\nOK\r\n");
    rig.wait(50 * MS);
    rig.hear("\r\n+CSQ: 20,99\r\n\r\nOK\r\n");
    rig.wait(200 * MS);
    assert!(!rig.events().contains(&Event::InStep), "one OK was that of the command given up on");
    rig.recover();
    assert!(rig.events().contains(&Event::InStep));
}

pub fn the_sim_is_not_ready() {
    assert_eq!(answer(&Command::Storages, "\r\n+CMS ERROR: 314\r\n").end, Final::Cms(314));
    assert_eq!(answer(&Command::PinState, "\r\n+CME ERROR: 14\r\n").end, Final::Cme(14));
    let centre = values(&Command::ServiceCentre, "+CSCA", "+CSCA: \"\",129");
    assert_eq!((centre.text(0), centre.number(1)), (Some("".into()), Some(129)), "told, and empty");
}

pub fn a_line_without_end() {
    let mut rig = Rig::in_step();
    rig.ask(&Command::Signal);
    for _ in 0..100 {
        rig.octets(&[b'x'; LONGEST_LINE / 10]);
    }
    rig.hear("OK\r\n");
    assert_eq!(rig.answer(), None, "the end of an endless line is no final code");
    rig.hear("\r\n+CSQ: 20,99\r\n\r\nOK\r\n");
    assert_eq!(rig.answer_lines(), ["+CSQ: 20,99"]);
    let junk = |event: &Event| matches!(event, Event::Heard(Heard::Junk, octets) if octets.len() <= 2 * LONGEST_LINE);
    assert!(rig.events().iter().filter(|event| junk(event)).count() >= 9, "told in pieces that fit into memory");
}
