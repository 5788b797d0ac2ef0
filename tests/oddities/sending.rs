//! The prompt, the echo and the reference of a text.

use std::time::Duration;

use signpost::at::answer::Final;
use signpost::at::command::{Command, Submit};
use signpost::at::dialog::{Event, Heard, Progress, SubmitEnd};
use signpost::at::rig::Rig;
use signpost::at::urc::Urc;

const PAYLOAD: &str = "000100\u{1a}";

/// What became of a text after this was said behind its Ctrl-Z: the end, the reference, the acknowledgement.
fn end(said: &str) -> (SubmitEnd, Option<u32>, Option<String>) {
    let mut rig = Rig::submitted();
    rig.hear(said);
    rig.recover();
    let end = rig.end().unwrap_or_else(|| panic!("{said:?}: no end")).clone();
    assert_eq!(end.progress, Progress::SubmitWritten);
    (end.end, end.reference, end.ack)
}

pub fn something_unasked_glued_to_the_prompt_or_the_end() {
    for said in ["> \r\n^RSSI:17\r\n", ">^RSSI:17\r\n", "\r\n^RSSI:17\r\n> ", "\r\n^RSSI:17\r\n\r\n>"] {
        for cut in 0..=said.len() {
            let mut rig = Rig::submitting();
            let (first, second) = said.split_at(cut);
            rig.hear(first);
            rig.hear(second);
            assert_eq!((rig.took().as_str(), rig.urcs()), (PAYLOAD, vec![Urc::Noise]), "{said:?} cut at {cut}");
        }
    }
    let said = "\r\n+CMGS: 7\r\n\r\nOK\r\n+CMTI: \"SM\",3\r\n";
    for cut in 0..=said.len() {
        let mut rig = Rig::submitted();
        let (first, second) = said.split_at(cut);
        rig.hear(first);
        rig.hear(second);
        assert_eq!(rig.end().unwrap().reference, Some(7), "cut at {cut}");
        assert!(matches!(rig.urcs().as_slice(), [Urc::Stored(slot)] if slot.index == 3), "cut at {cut}");
    }
}

pub fn the_prompt_in_other_forms() {
    for prompt in [">", "> ", "\r> ", "\r\n> ", "\r\n>", "\r\n> \r\n> ", "\r\n> \r\n", " > "] {
        let mut rig = Rig::submitting();
        rig.hear(prompt);
        assert_eq!(rig.took(), PAYLOAD, "{prompt:?}: once");
        rig.hear("\r\n+CMGS: 7\r\n\r\nOK\r\n");
        assert_eq!(rig.end().unwrap().reference, Some(7), "{prompt:?}");
        assert_eq!(rig.took(), "", "{prompt:?}: once");
    }
}

pub fn the_pdu_comes_back_as_echo() {
    for echo in ["000100\u{1a}\r\n", "000100^Z\r\n", "000100\r\n", "> 000100\u{1a}\r\n", "000100\u{1a}\r\r\n"] {
        let mut rig = Rig::submitted();
        rig.hear(&format!("{echo}\r\n+CMGS: 7\r\n\r\nOK\r\n"));
        assert_eq!(rig.end().unwrap().reference, Some(7), "{echo:?}");
        assert!(rig.events().iter().any(|event| matches!(event, Event::Heard(Heard::Echo, _))), "{echo:?}");
        assert_eq!(rig.urcs(), [], "{echo:?}");
    }
}

pub fn the_reference_in_other_forms_or_missing() {
    let ok = SubmitEnd::Final(Final::Ok);
    assert_eq!(end("+CMGS: 7\r\n\r\nOK\r\n"), (ok.clone(), Some(7), None));
    assert_eq!(end("+CMGS: 7,\"0100\"\r\nOK\r\n"), (ok.clone(), Some(7), Some("0100".into())));
    assert_eq!(end("+CMGS:\"7\"\r\nOK\r\n"), (ok.clone(), Some(7), None));
    assert_eq!(end("+CMGS: 7\r\n+CMGS: x\r\nOK\r\n"), (ok.clone(), Some(7), None), "what is known is not forgotten");
    assert_eq!(end("\r\nOK\r\n"), (ok, None, None), "OK alone proves nothing: session::outcome");
}

pub fn references_that_help_nobody() {
    for (said, number) in [("+CMGS: 0", 0), ("+CMGS: 0", 0), ("+CMGS: 300", 300), ("+CMGS: 4294967295", u32::MAX)] {
        assert_eq!(end(&format!("{said}\r\nOK\r\n")).1, Some(number), "{said}: told as it came");
    }
    assert_eq!(end("+CMGS: 4294967296\r\nOK\r\n").1, None, "no number at all");
}

pub fn esc_is_answered_by_ok_by_nothing_or_late() {
    for (at_once, later) in
        [("\r\nOK\r\n", ""), ("", ""), ("", "\r\nERROR\r\n"), ("\r\n+CMS ERROR: 500\r\n", "\r\nOK\r\n")]
    {
        let mut rig = Rig::submitting();
        rig.call_off("STOP").unwrap();
        rig.hear("\r\n> ");
        assert_eq!(rig.took(), "\u{1b}\r");
        rig.hear(at_once);
        rig.wait(Duration::from_millis(50));
        rig.hear(later);
        assert_eq!(rig.end(), None, "an answer to ESC is not the text's: {at_once:?} {later:?}");
        rig.recover();
        assert_eq!(rig.end().unwrap().end, SubmitEnd::CalledOff("STOP".into()), "{at_once:?} {later:?}");
        assert!(rig.start(&Command::Attention).is_ok() && rig.submit(Submit::new(vec![1])).is_err());
    }
}
