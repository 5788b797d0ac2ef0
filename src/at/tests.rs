//! The dialogue under attack: every answer octet by octet, cut at every point, with a URC in every
//! gap between lines; every way in which handing over a text can end.

use std::time::Duration;

use proptest::prelude::*;

use super::answer::Final;
use super::command::{Command, ReadForm, Submit};
use super::dialog::{Broken, Busy, Disturbed, Event, Heard, Progress, SubmitEnd};
use super::fuzzing;
use super::rig::Rig;
use super::urc::Urc;

const MS: Duration = Duration::from_millis(1);

/// (command, its whole answer with echo, the information lines)
fn answers() -> Vec<(Command, &'static str, Vec<&'static str>)> {
    vec![
        (Command::Attention, "AT\r\r\nOK\r\n", vec![]),
        (Command::Signal, "AT+CSQ\r\r\n+CSQ: 20,99\r\n\r\nOK\r\n", vec!["+CSQ: 20,99"]),
        (Command::Signal, "\r\r\n+CSQ:20,99  \r\r\nOK\r\n", vec!["+CSQ:20,99"]),
        (Command::Imei, "\r\n350000000000006\r\n\r\nOK\r\n", vec!["350000000000006"]),
        (Command::PinState, "\r\n+CPIN: READY\r\n\r\nOK\r\n", vec!["+CPIN: READY"]),
        (
            Command::Read { index: 3, form: ReadForm::Plain },
            "\r\n+CMGR: 0,,24\r\n07914477581006500406\r\n\r\nOK\r\n",
            vec!["+CMGR: 0,,24", "07914477581006500406"],
        ),
        (Command::Storages, "\r\n+CPMS: \"ME\",1,23,\"ME\",1,23\r\n\r\nOK\r\n", vec!["+CPMS: \"ME\",1,23,\"ME\",1,23"]),
    ]
}

#[test]
fn it_begins_out_of_step_and_leaves_a_stuck_prompt() {
    let mut rig = Rig::opened();
    assert_eq!(rig.start(&Command::Attention), Err(Busy::NotIdle));
    rig.hear("\r\n+CMTI: \"ME\",1\r\n");
    rig.wait(299 * MS);
    assert_eq!(rig.took(), "", "it listens first");
    rig.wait(200 * MS);
    assert_eq!(rig.took(), "\u{1b}\rAT\r");
    rig.hear("\r\n> ");
    assert_eq!(rig.took(), "\u{1b}\r", "a prompt while out of step is left again");
    rig.recover();
    assert!(rig.events().contains(&Event::InStep));
    assert_eq!(rig.urcs().len(), 1, "what was said before is heard");
}

#[test]
fn a_late_ok_is_not_taken_for_the_answer_to_our_own_at() {
    let mut rig = Rig::in_step();
    rig.ask(&Command::Attention);
    rig.wait(Duration::from_secs(11));
    assert!(rig.events().contains(&Event::Done(Err(Broken::Timeout))));
    rig.wait(500 * MS);
    rig.hear("\r\nOK\r\n");
    rig.hear("\r\nOK\r\n");
    rig.wait(50 * MS);
    assert!(!rig.events().contains(&Event::InStep), "two OKs: one of them is old");
    rig.recover();
    assert!(rig.events().contains(&Event::InStep));
}

#[test]
fn a_device_that_never_answers_is_gone_after_a_minute() {
    let mut rig = Rig::opened();
    rig.wait(Duration::from_secs(61));
    assert_eq!(rig.events().last(), Some(&Event::Gone));
}

#[test]
fn every_answer_octet_by_octet_and_cut_anywhere() {
    for (command, answer, lines) in answers() {
        for cut in 0..=answer.len() {
            let mut rig = Rig::in_step();
            rig.ask(&command);
            let (first, second) = answer.as_bytes().split_at(cut);
            rig.octets(first);
            rig.octets(second);
            assert_eq!(rig.answer_lines(), lines, "{answer:?} cut at {cut}");
        }
        let mut rig = Rig::in_step();
        rig.ask(&command);
        answer.bytes().for_each(|octet| rig.octets(&[octet]));
        assert_eq!(rig.answer_lines(), lines, "{answer:?} octet by octet");
    }
}

#[test]
fn a_urc_in_every_gap_is_heard_and_harms_nothing() {
    let urcs =
        ["+CMTI: \"SM\",3\r\n", "+CREG: 1\r\n", "+CMT: ,24\r\n0791447758100650AA\r\n", "RING\r\n", "^RSSI:17\r\n"];
    for (command, answer, lines) in answers() {
        let gaps: Vec<usize> =
            answer.match_indices('\n').map(|(at, _)| at + 1).chain([0]).filter(|at| *at < answer.len()).collect();
        for (urc, gap) in urcs.iter().flat_map(|u| gaps.iter().map(move |g| (u, *g))) {
            let mut rig = Rig::in_step();
            rig.ask(&command);
            let (before, after) = answer.split_at(gap);
            rig.hear(&format!("{before}{urc}{after}"));
            assert_eq!(rig.answer_lines(), lines, "{urc:?} in {answer:?} at {gap}");
            assert_eq!(rig.urcs().len(), 1, "{urc:?} in {answer:?} at {gap}");
        }
    }
}

#[test]
fn registration_news_is_told_from_the_answer() {
    let mut rig = Rig::in_step();
    rig.ask(&Command::Registration(super::command::Domain::Circuit));
    rig.hear("+CREG: 2\r\n+CREG: 5,\"00A1\",\"1B2C\"\r\n+CREG: 0,1\r\nOK\r\n");
    assert_eq!(rig.answer_lines(), ["+CREG: 0,1"]);
    assert_eq!(rig.urcs(), [Urc::Registration(2), Urc::Registration(5)]);
}

#[test]
fn no_text_before_pdu_mode_is_proved_and_the_proof_grows_old() {
    let mut rig = Rig::in_step();
    let submit = || Submit::new(vec![1]);
    assert_eq!(rig.submit(submit()), Err(Busy::Unproved));
    rig.ask(&Command::MessageFormat);
    rig.hear("\r\n+CMGF: 1\r\n\r\nOK\r\n");
    assert_eq!(rig.submit(submit()), Err(Busy::Unproved), "text mode");
    for spoil in ["\r\nRDY\r\n", "\r\n+CPIN: READY\r\n"] {
        let mut rig = Rig::proved();
        rig.hear(spoil);
        rig.recover();
        assert_eq!(rig.submit(submit()), Err(Busy::Unproved), "{spoil:?}");
    }
    let mut rig = Rig::proved();
    rig.wait(Duration::from_secs(31));
    assert_eq!(rig.submit(submit()), Err(Busy::Unproved), "31 s of silence");
}

#[test]
fn a_text_goes_out() {
    let mut rig = Rig::submitted();
    rig.wait(Duration::from_secs(2));
    rig.hear("\r\n+CMGS: 7\r\n\r\nOK\r\n");
    let end = rig.end().unwrap();
    assert_eq!((end.progress, &end.end), (Progress::SubmitWritten, &SubmitEnd::Final(Final::Ok)));
    assert_eq!((end.reference, end.since_submit), (Some(7), Some(Duration::from_secs(2))));
    assert!(rig.submit(Submit::new(vec![2])).is_ok(), "the proof still holds");
}

#[test]
fn echo_of_the_pdu_in_every_form_is_echo() {
    for echo in ["000100\u{1a}\r\n", "000100^Z\r\n", "000100\r\n"] {
        let mut rig = Rig::submitted();
        rig.hear(&format!("{echo}\r\n+CMGS: 7,\"0001\"\r\nOK\r\n"));
        assert_eq!(rig.end().unwrap().ack.as_deref(), Some("0001"), "{echo:?}");
        assert!(rig.events().iter().any(|e| matches!(e, Event::Heard(Heard::Echo, _))), "{echo:?}");
    }
}

#[test]
fn every_end_of_a_handover() {
    type Case = (&'static str, fn(&mut Rig), Progress, SubmitEnd, Option<u32>);
    let table: &[Case] = &[
        (
            "error in place of the prompt",
            |r| r.hear("\r\n+CMS ERROR: 304\r\n"),
            Progress::CommandWritten,
            SubmitEnd::Final(Final::Cms(304)),
            None,
        ),
        ("no prompt", |r| r.wait(Duration::from_secs(11)), Progress::CommandWritten, SubmitEnd::Silence, None),
        (
            "refused by the network",
            |r| {
                r.hear("\r\n> ");
                r.hear("\r\n+CMS ERROR: 38\r\n")
            },
            Progress::SubmitWritten,
            SubmitEnd::Final(Final::Cms(38)),
            None,
        ),
        (
            "silence",
            |r| {
                r.hear("> ");
                r.wait(Duration::from_secs(301))
            },
            Progress::SubmitWritten,
            SubmitEnd::Silence,
            None,
        ),
        (
            "late reference",
            |r| {
                r.hear("> ");
                r.wait(Duration::from_secs(301));
                r.hear("\r\n+CMGS: 9\r\n\r\nOK\r\n")
            },
            Progress::SubmitWritten,
            SubmitEnd::Silence,
            Some(9),
        ),
        (
            "no OK",
            |r| {
                r.hear("> ");
                r.hear("+CMGS: 9\r\n");
                r.wait(Duration::from_secs(6))
            },
            Progress::SubmitWritten,
            SubmitEnd::Unfinished,
            Some(9),
        ),
        (
            "OK alone",
            |r| {
                r.hear("> ");
                r.hear("\r\nOK\r\n")
            },
            Progress::SubmitWritten,
            SubmitEnd::Final(Final::Ok),
            None,
        ),
        (
            "reboot",
            |r| {
                r.hear("> ");
                r.hear("\r\nRDY\r\n")
            },
            Progress::SubmitWritten,
            SubmitEnd::Reboot,
            None,
        ),
        (
            "reboot before the prompt",
            |r| r.hear("\r\n^SYSSTART\r\n"),
            Progress::CommandWritten,
            SubmitEnd::Reboot,
            None,
        ),
        (
            "gone",
            |r| {
                r.hear("> ");
                r.gone()
            },
            Progress::SubmitWritten,
            SubmitEnd::Gone,
            None,
        ),
        ("gone before the prompt", |r| r.gone(), Progress::CommandWritten, SubmitEnd::Gone, None),
    ];
    for (name, act, progress, end, reference) in table {
        let mut rig = Rig::submitting();
        act(&mut rig);
        rig.recover();
        let got = rig.end().unwrap_or_else(|| panic!("{name}: no end"));
        assert_eq!((&got.progress, &got.end, &got.reference), (progress, end, reference), "{name}");
    }
}

#[test]
fn part_of_the_pdu_written_is_told() {
    let mut rig = Rig::submitting();
    rig.octets(b"\r\n> ");
    rig.write(3);
    rig.gone();
    assert_eq!(rig.end().unwrap().progress, Progress::PduPartly);
}

#[test]
fn esc_is_never_written_after_ctrl_z() {
    let mut rig = Rig::submitted();
    rig.wait(Duration::from_secs(303));
    assert!(!rig.took().contains('\u{1b}'));
}

#[test]
fn an_answer_that_comes_with_the_prompt_is_not_the_answer_to_the_text() {
    let mut rig = Rig::submitting();
    rig.hear("\r\n> \r\n+CMS ERROR: 38\r\n");
    rig.recover();
    assert_eq!(rig.end().unwrap().progress, Progress::PromptSeen, "not one octet of the PDU was written");
}

#[test]
fn a_registration_between_disturbs_the_proof() {
    let mut rig = Rig::submitted();
    rig.hear("\r\n+CREG: 2\r\n+CMS ERROR: 38\r\n");
    assert_eq!(rig.end().unwrap().disturbed, Disturbed::Yes);
}

#[test]
fn a_text_is_called_off_until_its_first_octet() {
    let mut rig = Rig::proved();
    rig.submit(Submit::new(vec![1])).unwrap();
    rig.call_off("STOP").unwrap();
    rig.flush();
    assert_eq!(rig.took(), "", "nothing was written");
    assert_eq!(rig.end().unwrap().progress, Progress::NothingWritten);

    let mut rig = Rig::submitting();
    rig.call_off("STOP").unwrap();
    rig.hear("\r\n> ");
    assert_eq!(rig.took(), "\u{1b}\r", "the prompt is left");
    rig.recover();
    assert_eq!(rig.end().unwrap().end, SubmitEnd::CalledOff("STOP".into()));

    let mut rig = Rig::submitted();
    assert!(rig.call_off("STOP").is_err(), "too late");
}

#[test]
fn a_missed_call_does_not_end_a_handover() {
    let mut rig = Rig::submitted();
    rig.hear("\r\nRING\r\n\r\n+CLIP: \"+447700900456\",145\r\n\r\nNO CARRIER\r\n");
    assert_eq!(rig.end(), None);
    rig.hear("\r\n+CMGS: 1\r\n\r\nOK\r\n");
    assert_eq!(rig.end().unwrap().reference, Some(1));
}

#[test]
fn a_push_keeps_its_pdu_whatever_comes_between() {
    let mut rig = Rig::in_step();
    rig.hear("+CMT: ,9\r\n^RSSI:3\r\n07914477581006500011223344556677\r\n08\r\n");
    rig.hear("+CDS: ,26\r\n+CDS: ,26\r\n00064B0C91447700\r\n");
    assert_eq!(rig.urcs().len(), 3, "a report that is short may go on");
    rig.wait(501 * MS);
    let texts: Vec<String> = rig.urcs().iter().map(|u| format!("{u:?}")).collect();
    assert_eq!(texts.len(), 4, "{texts:?}");
    assert!(texts[1].contains("0791447758100650001122334455667708"), "broken in two: {texts:?}");
    assert!(texts[2].contains("pdu: \"\""), "a header without its PDU is still told: {texts:?}");
    assert!(texts[3].contains("00064B0C91447700"), "{texts:?}");
}

#[test]
fn a_piece_of_a_pdu_ends_where_anything_else_begins() {
    let pieces = |after: &str| {
        let mut rig = Rig::in_step();
        rig.ask(&Command::Imei);
        rig.hear("+CMT: ,60\r\n0791447758100650\r\n");
        rig.hear(after);
        (format!("{:?}", rig.urcs()), rig.answer_lines())
    };
    let (urcs, lines) = pieces("350000000000006\r\nOK\r\n");
    assert!(urcs.contains("pdu: \"0791447758100650\""), "{urcs}");
    assert_eq!(lines, ["350000000000006"], "an answer goes before a further piece");
    assert!(pieces("RING\r\n").0.contains("pdu: \"0791447758100650\""));
}

#[test]
fn a_push_that_was_slept_through_keeps_its_pdu() {
    let mut rig = Rig::in_step();
    rig.octets(b"+CMT: ,24\r\n");
    rig.stall(Duration::from_secs(3600));
    rig.octets(b"0791447758100650\r\n");
    rig.wait(501 * MS);
    assert!(format!("{:?}", rig.urcs()).contains("0791447758100650"));
}

#[test]
fn what_comes_before_our_command_is_written_is_not_its_answer() {
    for early in ["\r\nOK\r\n", "\r\nERROR\r\n", "+CSQ: 9,99\r\nOK\r\n"] {
        let mut rig = Rig::in_step();
        rig.start(&Command::Signal).unwrap();
        rig.write(3);
        rig.octets(early.as_bytes());
        assert_eq!(rig.answer(), None, "{early:?}");
        rig.hear("\r\n+CSQ: 20,99\r\n\r\nOK\r\n");
        assert_eq!(rig.answer_lines(), Vec::<String>::new(), "still not written");
        rig.hear("\r\n+CSQ: 20,99\r\n\r\nOK\r\n");
        assert_eq!(rig.answer_lines(), ["+CSQ: 20,99"], "{early:?}");
    }
}

#[test]
fn a_reference_is_never_that_of_a_text_whose_ctrl_z_was_not_written() {
    let mut rig = Rig::submitting();
    rig.hear("\r\n+CMGS: 7\r\n");
    rig.call_off("STOP").unwrap();
    rig.hear("\r\n> \r\n+CMGS: 7\r\n");
    rig.recover();
    assert_eq!(rig.end().unwrap().reference, None);
}

proptest! {
    #[test]
    fn any_play_keeps_every_promise(octets in proptest::collection::vec(any::<u8>(), 0..120)) {
        fuzzing::dialogue(&octets);
    }

    #[test]
    fn any_octets_are_answers(octets in proptest::collection::vec(
        prop_oneof![any::<u8>(), Just(b'\r'), Just(b'\n'), Just(b'>'), b' '..b'~', Just(b','), Just(b'"')], 0..200))
    {
        fuzzing::answers(&octets);
    }

    #[test]
    fn any_line_is_an_answer(line in "[+^]?[A-Z]{0,5}[: ]{0,2}[ -~]{0,60}[\r\n]{1,3}") {
        fuzzing::answers(line.as_bytes());
    }
}
