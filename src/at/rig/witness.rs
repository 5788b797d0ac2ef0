//! What the dialogue promises, held against what it does. It shares nothing with the dialogue but its events:
//! how far a text got it counts from the octets that were written.

use std::collections::VecDeque;
use std::time::Duration;

use crate::at::answer::{Answer, Final};
use crate::at::command::{Command, Submit};
use crate::at::dialog::{Event, Heard, Progress, SubmitEnd, Submitted};
use crate::at::urc::Urc;
use crate::at::value::Values;

const CTRL_Z: u8 = 0x1a;
const ESC: u8 = 0x1b;
const PROOF_HOLDS: Duration = Duration::from_secs(3);

/// Looks on.
#[derive(Default)]
pub(super) struct Witness {
    /// What the device said and no event told of yet.
    unheard: VecDeque<u8>,
    owed: Owed,
    /// When PDU mode was last seen.
    proof: Option<Duration>,
    tail: Vec<u8>,
}

#[derive(Default)]
enum Owed {
    #[default]
    Nothing,
    Answer,
    /// `+CMGF?`.
    Format,
    Text(Text),
}

/// A text on its way.
struct Text {
    line: Vec<u8>,
    payload: Vec<u8>,
    /// Everything that was written since it was handed over.
    written: Vec<u8>,
    prompt: Seen,
    /// A prompt after Ctrl-Z: the device waits for a text again.
    new_prompt: Seen,
    reference: Seen,
    called_off: Seen,
}

#[derive(PartialEq)]
enum Seen {
    No,
    Yes,
}

impl Text {
    fn new(submit: Submit) -> Self {
        let mut payload = submit.payload();
        payload.push(CTRL_Z);
        let line = Command::Submit(submit).line();
        Self {
            line,
            payload,
            written: Vec::new(),
            prompt: Seen::No,
            new_prompt: Seen::No,
            reference: Seen::No,
            called_off: Seen::No,
        }
    }

    /// The octets of the payload that were written behind the whole command.
    fn payload_written(&self) -> usize {
        let behind = self.written.strip_prefix(self.line.as_slice()).unwrap_or_default();
        behind.iter().zip(&self.payload).take_while(|(written, octet)| written == octet).count()
    }

    /// How far it got. Whether a prompt was seen makes no difference before the first octet of the PDU.
    fn reached(&self) -> Progress {
        match self.payload_written() {
            0 if self.written.is_empty() || self.is_way_back() => Progress::NothingWritten,
            0 => Progress::CommandWritten,
            count if count < self.payload.len() => Progress::PduPartly,
            _ => Progress::SubmitWritten,
        }
    }

    /// What is written on the way back into step; no command begins so.
    fn is_way_back(&self) -> bool {
        self.written.starts_with(&[ESC]) || self.written.starts_with(b"AT\r")
    }

    fn check_written(&self) {
        let reached = self.reached();
        if reached >= Progress::PduPartly {
            assert!(self.prompt == Seen::Yes, "the PDU was written without a prompt");
            assert!(self.called_off == Seen::No, "the PDU was written though it was called off");
        }
        let whole = usize::from(reached == Progress::SubmitWritten);
        assert_eq!(self.written.iter().filter(|octet| **octet == CTRL_Z).count(), whole, "a Ctrl-Z out of place");
        let after = self.written.iter().skip_while(|octet| **octet != CTRL_Z);
        let escapes = after.into_iter().any(|octet| *octet == ESC);
        assert!(!escapes || self.new_prompt == Seen::Yes, "ESC after Ctrl-Z");
    }

    fn check_end(&self, end: &Submitted) {
        let told = if end.progress == Progress::PromptSeen { Progress::CommandWritten } else { end.progress };
        assert_eq!(told, self.reached(), "{end:?}");
        let whole = end.progress == Progress::SubmitWritten;
        assert_eq!(end.since_submit.is_some(), whole, "{end:?}");
        assert!(end.reference.is_none() || whole && self.reference == Seen::Yes, "another text's reference: {end:?}");
        let called_off = matches!(end.end, SubmitEnd::CalledOff(_));
        assert!(!called_off || self.called_off == Seen::Yes && end.progress < Progress::PduPartly, "{end:?}");
    }
}

impl Witness {
    pub(super) fn started(&mut self, command: &Command) {
        assert!(self.owes_nothing(), "two things at once");
        self.owed = if matches!(command, Command::MessageFormat) { Owed::Format } else { Owed::Answer };
    }

    pub(super) fn handed_over(&mut self, now: Duration, submit: Submit) {
        assert!(self.owes_nothing(), "two things at once");
        let proved = self.proof.is_some_and(|proof| now.saturating_sub(proof) <= PROOF_HOLDS);
        assert!(proved, "a text is taken though PDU mode is not proved");
        self.owed = Owed::Text(Text::new(submit));
    }

    pub(super) fn called_off(&mut self) {
        let text = if let Owed::Text(text) = &mut self.owed { Some(text) } else { None };
        assert!(text.as_ref().is_some_and(|text| text.payload_written() == 0), "called off too late");
        text.into_iter().for_each(|text| text.called_off = Seen::Yes);
    }

    pub(super) fn said(&mut self, octets: &[u8]) {
        self.unheard.extend(octets);
    }

    pub(super) fn written(&mut self, octets: &[u8]) {
        let plain = |octet: &u8| (b' '..=b'~').contains(octet) || matches!(*octet, b'\r' | ESC | CTRL_Z);
        assert!(octets.iter().all(plain), "{octets:?}");
        self.tail.extend(octets);
        self.tail.drain(..self.tail.len().saturating_sub(3));
        match &mut self.owed {
            Owed::Text(text) => {
                text.written.extend(octets);
                text.check_written();
            }
            _ => assert!(!octets.contains(&CTRL_Z), "a Ctrl-Z without a text"),
        }
    }

    pub(super) fn told(&mut self, now: Duration, event: &Event) {
        match event {
            Event::Heard(kind, octets) => self.heard(*kind, octets),
            Event::Urc(Urc::Boot | Urc::Sim) => self.proof = None,
            Event::Urc(_) => {}
            Event::Done(done) => self.answered(now, done.as_ref().ok()),
            Event::Submitted(end) => self.submitted(now, end),
            Event::InStep => {
                assert!(self.owes_nothing(), "in step, though something has no end");
                assert_eq!(self.tail, b"AT\r", "in step without an AT");
                self.proof = None;
            }
            Event::Gone => assert!(self.owes_nothing(), "gone, though something has no end"),
        }
    }

    fn answered(&mut self, now: Duration, answer: Option<&Answer>) {
        let asked = std::mem::take(&mut self.owed);
        assert!(matches!(asked, Owed::Answer | Owed::Format), "an answer to nothing: {answer:?}");
        if matches!(asked, Owed::Format) || answer.is_none() {
            let mode = answer.and_then(|answer| answer.after("+CMGF")).map(Values::parse);
            self.proof = (mode.and_then(|mode| mode.number(0)) == Some(0)).then_some(now);
        }
    }

    fn submitted(&mut self, now: Duration, end: &Submitted) {
        let owed = std::mem::take(&mut self.owed);
        let text = if let Owed::Text(text) = owed { Some(text) } else { None };
        assert!(text.is_some(), "the end of no text: {end:?}");
        text.into_iter().for_each(|text| text.check_end(end));
        if end.end == SubmitEnd::Final(Final::Ok) {
            self.proof = Some(now);
        }
    }

    /// Each octet in its order, and once.
    fn heard(&mut self, kind: Heard, octets: &[u8]) {
        let said: Vec<u8> = self.unheard.drain(..octets.len().min(self.unheard.len())).collect();
        assert_eq!(said, octets, "what is told is not what was said");
        if let Owed::Text(text) = &mut self.owed {
            if kind == Heard::Prompt && text.written == text.line {
                text.prompt = Seen::Yes;
            }
            if kind == Heard::Prompt && text.reached() == Progress::SubmitWritten {
                text.new_prompt = Seen::Yes;
            }
            if text.reached() == Progress::SubmitWritten && String::from_utf8_lossy(octets).contains("+CMGS") {
                text.reference = Seen::Yes;
            }
        }
    }

    pub(super) fn owes_nothing(&self) -> bool {
        matches!(self.owed, Owed::Nothing)
    }

    /// After the end of the link.
    pub(super) fn ended(&self) {
        assert!(self.unheard.is_empty(), "octets are lost: {:?}", self.unheard);
        assert!(self.owes_nothing());
    }
}
