//! A dialogue with a hand on its clock, for tests and for `fuzz/`: it is the device, the link and the time.
//! A witness looks on at every step and panics when the dialogue breaks what it promises
//! (`witness`), so that each test holds all of it, whatever else it asks.

mod witness;

use std::time::Duration;

use super::answer::Answer;
use super::command::{Command, Submit};
use super::dialog::{Broken, Busy, Dialog, Event, Refused, Submitted, Timing};
use super::urc::Urc;
use witness::Witness;

const QUIET: Timing =
    Timing { quiet: Duration::ZERO, prompt: Duration::from_secs(10), silence: Duration::from_secs(300) };

/// Longer than anything may take: the silence after a text, then the way back into step.
const LONG_ENOUGH: Duration = Duration::from_secs(400);

/// A dialogue and all round it.
pub struct Rig {
    dialog: Dialog,
    now: Duration,
    wrote: Vec<u8>,
    events: Vec<Event>,
    /// What was in the outbox after the last step.
    unwritten: usize,
    witness: Witness,
}

impl Rig {
    /// Just opened.
    pub fn opened() -> Self {
        Self {
            dialog: Dialog::opened(QUIET, Duration::ZERO),
            now: Duration::ZERO,
            wrote: Vec::new(),
            events: Vec::new(),
            unwritten: 0,
            witness: Witness::default(),
        }
    }

    /// In step, with nothing pending.
    pub fn in_step() -> Self {
        let mut rig = Self::opened();
        rig.wait(Duration::from_millis(450));
        assert_eq!(rig.took(), "\u{1b}\rAT\r");
        rig.hear("\r\nOK\r\n");
        rig.wait(Duration::from_millis(150));
        assert!(rig.events.contains(&Event::InStep));
        rig.forget();
        rig
    }

    /// In step, PDU mode proved.
    pub fn proved() -> Self {
        let mut rig = Self::in_step();
        rig.ask(&Command::MessageFormat);
        rig.hear("\r\n+CMGF: 0\r\n\r\nOK\r\n");
        rig.forget();
        rig
    }

    /// With the two octets 01 00 handed over and the prompt awaited.
    pub fn submitting() -> Self {
        let mut rig = Self::proved();
        assert_eq!(rig.submit(Submit::new(vec![1, 0])), Ok(()));
        rig.flush();
        assert_eq!(rig.took(), "AT+CMGS=2\r");
        rig
    }

    /// With Ctrl-Z written.
    pub fn submitted() -> Self {
        let mut rig = Self::submitting();
        rig.hear("\r\n> ");
        assert_eq!(rig.took(), "000100\u{1a}");
        rig
    }

    /// Starts a command and writes it; it must be possible.
    pub fn ask(&mut self, command: &Command) {
        assert_eq!(self.start(command), Ok(()));
        self.flush();
    }

    /// Starts a command.
    pub fn start(&mut self, command: &Command) -> Result<(), Busy> {
        let started = self.dialog.start(self.now, command);
        self.listen();
        if started.is_ok() {
            self.witness.started(command);
        }
        self.look();
        started
    }

    /// Hands over a text.
    pub fn submit(&mut self, submit: Submit) -> Result<(), Busy> {
        let taken = self.dialog.submit(self.now, submit.clone());
        self.listen();
        if taken.is_ok() {
            self.witness.handed_over(self.now, submit);
        }
        self.look();
        taken
    }

    /// Calls the text off.
    pub fn call_off(&mut self, why: &str) -> Result<(), Refused> {
        let called = self.dialog.call_off(self.now, why);
        if called.is_ok() {
            self.witness.called_off();
        }
        self.look();
        called
    }

    /// Whether a command may be started.
    pub fn must_be_idle(&self) -> Result<(), Busy> {
        self.dialog.must_be_idle()
    }

    /// The device says something, and what it makes the dialogue write is written.
    pub fn hear(&mut self, text: &str) {
        self.octets(text.as_bytes());
        self.flush();
    }

    /// The device says something.
    pub fn octets(&mut self, octets: &[u8]) {
        self.witness.said(octets);
        self.dialog.bytes(self.now, octets);
        self.look();
    }

    /// The link takes so many octets.
    pub fn write(&mut self, count: usize) {
        let octets: Vec<u8> = self.dialog.outbox().iter().take(count).copied().collect();
        self.witness.written(&octets);
        self.dialog.written(self.now, octets.len());
        self.wrote.extend(octets);
        self.look();
    }

    /// The link takes all octets.
    pub fn flush(&mut self) {
        self.write(self.dialog.outbox().len());
    }

    /// Lets time pass, waking the dialogue whenever it asked to be, and writing what it has to write.
    pub fn wait(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(wake) = self.dialog.wake().filter(|wake| *wake <= end) {
            self.tick(wake);
            self.flush();
        }
        self.tick(end);
        self.flush();
    }

    /// Lets time pass while nothing is written and nobody wakes the dialogue.
    pub fn stall(&mut self, time: Duration) {
        self.now += time;
    }

    fn tick(&mut self, now: Duration) {
        self.now = self.now.max(now);
        self.dialog.tick(self.now);
        assert!(self.dialog.wake().is_none_or(|wake| wake > self.now), "waking it again leads nowhere");
        self.look();
    }

    /// The link ends.
    pub fn gone(&mut self) {
        self.dialog.gone();
        self.look();
        self.witness.ended();
    }

    /// Answers every `AT` until the dialogue is in step or lost.
    pub fn recover(&mut self) {
        for _ in 0..100 {
            self.wait(Duration::from_millis(100));
            if self.took().ends_with("AT\r") {
                self.hear("\r\nOK\r\n");
            }
            if self.events.iter().any(|event| matches!(event, Event::InStep | Event::Gone)) {
                return;
            }
        }
    }

    /// Lets everything come to its end; then the link ends too.
    pub fn finish(&mut self) {
        self.wait(LONG_ENOUGH);
        assert!(self.witness.owes_nothing(), "what was begun has no end");
        self.gone();
    }

    /// What was written since this was asked last.
    pub fn took(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.wrote)).into_owned()
    }

    /// Forgets what was told and written so far.
    pub fn forget(&mut self) {
        self.events.clear();
        self.wrote.clear();
    }

    /// What was told since [`Rig::forget`].
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The end of the text.
    pub fn end(&self) -> Option<&Submitted> {
        self.events.iter().find_map(|event| if let Event::Submitted(end) = event { Some(end) } else { None })
    }

    /// The answer to the command, or why it has none.
    pub fn answer(&self) -> Option<&Result<Answer, Broken>> {
        self.events.iter().find_map(|event| if let Event::Done(done) = event { Some(done) } else { None })
    }

    /// The information lines of the answer.
    pub fn answer_lines(&self) -> Vec<String> {
        let answer = self.answer().and_then(|done| done.as_ref().ok());
        answer.map(|a| a.lines.iter().map(|line| line.for_record().to_owned()).collect()).unwrap_or_default()
    }

    /// What was said unasked.
    pub fn urcs(&self) -> Vec<Urc> {
        self.events
            .iter()
            .filter_map(|event| if let Event::Urc(urc) = event { Some(urc.clone()) } else { None })
            .collect()
    }

    /// What is told while something is started, is told of what was before.
    fn listen(&mut self) {
        while let Some(event) = self.dialog.event() {
            assert!(event != Event::InStep || self.unwritten == 0, "in step before its own AT was written");
            self.witness.told(self.now, &event);
            self.events.push(event);
        }
    }

    fn look(&mut self) {
        self.listen();
        self.unwritten = self.dialog.outbox().len();
        let idle = self.dialog.must_be_idle().is_ok();
        assert!(!idle || self.witness.owes_nothing(), "idle, though something has no end");
    }
}
