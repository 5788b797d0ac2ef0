//! The dialogue with a handset: a machine without I/O and without a clock.
//!
//! In go octets ([`Dialog::bytes`]), the time ([`Dialog::tick`]), one command at a time
//! ([`Dialog::start`], [`Dialog::submit`]) and the end of the link ([`Dialog::gone`]). Out come octets to
//! write ([`Dialog::outbox`]), events ([`Dialog::event`]) and the moment to be woken ([`Dialog::wake`]).
//! `modem::pump` is its only caller.
//!
//! What it promises: nothing is discarded, every octet is heard exactly once; a final code counts
//! only as a whole line; a prompt is looked for only where one may come; an answer that is late is
//! never taken for the next command's. It begins, and begins again after every timeout, as
//! *poisoned*: out of step until an `OK` that is surely the answer to our own `AT`
//! (`resync`). A text is handed over only after PDU mode was proved (`submit`).

mod hearing;
mod resync;
mod submit;
mod waiting;

use std::collections::VecDeque;
use std::time::Duration;

use resync::Resync;
use submit::Handover;
pub use submit::{Disturbed, Progress, Refused, SubmitEnd, Submitted};
use waiting::Waiting;

use super::answer::{Answer, Final};
use super::command::{Command, Expect, Submit};
use super::token::{Await, Tokens};
use super::urc::Urc;
use super::value::Values;
use crate::text::Untrusted;

/// How long to wait for what; a value of the dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// From a final code to the next command.
    pub quiet: Duration,
    /// For the prompt after `AT+CMGS`.
    pub prompt: Duration,
    /// For any answer after Ctrl-Z.
    pub silence: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self { quiet: Duration::from_millis(20), prompt: Duration::from_secs(10), silence: Duration::from_secs(300) }
    }
}

/// What the dialogue tells its driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Octets that came, and what they were taken for. Each octet is in exactly one of these.
    Heard(Heard, Vec<u8>),
    /// Said unasked.
    Urc(Urc),
    /// The command that was started has ended.
    Done(Result<Answer, Broken>),
    /// The text that was handed over has an end.
    Submitted(Submitted),
    /// The dialogue is in step; a command may be started.
    InStep,
    /// No way back into step was found in a minute, or the link has ended.
    Gone,
}

/// What octets were taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// A line of an answer, a final code or a line that nobody awaited.
    Line,
    /// An unsolicited line, or the PDU line behind it.
    Urc,
    /// What we wrote, sent back.
    Echo,
    /// `>`.
    Prompt,
    /// No line at all.
    Junk,
}

/// Why a command has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Nothing came in time.
    #[error("the device did not answer in time")]
    Timeout,
    /// It started anew meanwhile.
    #[error("the device started anew")]
    Reboot,
    /// The link ended.
    #[error("the device is gone")]
    Gone,
}

/// Why nothing can be started now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    /// A command is running, or the dialogue is not in step.
    #[error("the device is busy")]
    NotIdle,
    /// PDU mode was not proved since the port was opened, a reboot, a timeout or a gap of 3 s.
    #[error("PDU mode is not proved")]
    Unproved,
}

enum Phase {
    Idle { ready: Duration },
    Answer(Running),
    Submit(Handover),
    Poisoned(Resync),
    Gone,
}

/// A command that waits for its answer.
struct Running {
    expect: Expect,
    line: Vec<u8>,
    deadline: Duration,
    lines: Vec<Untrusted>,
    proves: Proves,
}

/// Whether the answer proves PDU mode.
#[derive(PartialEq)]
enum Proves {
    PduMode,
    Nothing,
}

/// The machine.
pub struct Dialog {
    timing: Timing,
    now: Duration,
    tokens: Tokens,
    outbox: Vec<u8>,
    phase: Phase,
    waiting: Option<Waiting>,
    ringing: Ringing,
    events: VecDeque<Event>,
    /// When PDU mode was last proved or used.
    pdu_mode: Option<Duration>,
}

/// `NO CARRIER` ends a call that rang, and else a command.
#[derive(PartialEq)]
enum Ringing {
    Silent,
    Ringing,
}

/// A proof of PDU mode holds this long without use: a device that starts anew meanwhile without a word needs longer
/// (5 to 20 s, `hw-notes/quirks.md` section 5).
const PROOF_HOLDS: Duration = Duration::from_secs(3);

impl Dialog {
    /// A dialogue over a link that was just opened: what the last client left behind is unknown.
    pub fn opened(timing: Timing, now: Duration) -> Self {
        Self {
            timing,
            now,
            tokens: Tokens::default(),
            outbox: Vec::new(),
            phase: Phase::Poisoned(Resync::opened(now)),
            waiting: None,
            ringing: Ringing::Silent,
            events: VecDeque::new(),
            pdu_mode: None,
        }
    }

    /// Sets the waits of another dialect, once it is known.
    pub fn set_timing(&mut self, timing: Timing) {
        self.timing = timing;
    }

    /// Takes octets from the link.
    pub fn bytes(&mut self, now: Duration, octets: &[u8]) {
        self.pass(now);
        self.tokens.push(octets);
        while let Some(token) = self.tokens.next(self.awaited()) {
            self.token(token);
        }
    }

    /// Takes the time, when there are no octets to take.
    pub fn tick(&mut self, now: Duration) {
        self.pass(now);
        self.end_waiting_overdue();
    }

    fn pass(&mut self, now: Duration) {
        self.now = self.now.max(now);
        match &self.phase {
            Phase::Answer(running) if self.now >= running.deadline => self.answer_overdue(),
            Phase::Submit(_) => self.submit_tick(),
            Phase::Poisoned(_) => self.resync_tick(),
            _ => {}
        }
    }

    /// The link has ended.
    pub fn gone(&mut self) {
        if let Some(rest) = self.tokens.rest() {
            self.token(rest);
        }
        self.end_waiting();
        self.outbox.clear();
        self.pdu_mode = None;
        match std::mem::replace(&mut self.phase, Phase::Gone) {
            Phase::Answer(_) => self.events.push_back(Event::Done(Err(Broken::Gone))),
            Phase::Submit(handover) => self.submitted(handover, SubmitEnd::Gone),
            Phase::Poisoned(Resync { handover: Some((handover, end)), .. }) => self.submitted(handover, end),
            _ => {}
        }
        self.events.push_back(Event::Gone);
    }

    /// Starts a command.
    pub fn start(&mut self, now: Duration, command: &Command) -> Result<(), Busy> {
        self.pass(now);
        self.must_be_idle()?;
        let line = command.line();
        self.outbox.extend_from_slice(&line);
        self.phase = Phase::Answer(Running {
            expect: command.expect(),
            line,
            deadline: self.now + command.patience(),
            lines: Vec::new(),
            proves: if matches!(command, Command::MessageFormat) { Proves::PduMode } else { Proves::Nothing },
        });
        Ok(())
    }

    /// Hands over one text. PDU mode must have been proved: in text mode the same prompt appears, and
    /// the hexadecimal digits would be texted to somebody.
    pub fn submit(&mut self, now: Duration, submit: Submit) -> Result<(), Busy> {
        self.pass(now);
        self.must_be_idle()?;
        let proved = self.pdu_mode.ok_or(Busy::Unproved)?;
        if self.now.saturating_sub(proved) > PROOF_HOLDS {
            return Err(Busy::Unproved);
        }
        let payload = submit.payload();
        let line = Command::Submit(submit).line();
        self.outbox.extend_from_slice(&line);
        self.phase = Phase::Submit(Handover::new(line, payload, self.now + self.timing.prompt));
        Ok(())
    }

    /// Octets to write now.
    pub fn outbox(&self) -> &[u8] {
        &self.outbox
    }

    /// The first `count` octets of the outbox have been written.
    pub fn written(&mut self, now: Duration, count: usize) {
        self.now = self.now.max(now);
        let count = count.min(self.outbox.len());
        self.outbox.drain(..count);
        if count > 0 {
            self.submit_written();
        }
    }

    /// The next event.
    pub fn event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When [`Dialog::tick`] must be called at the latest.
    pub fn wake(&self) -> Option<Duration> {
        let phase = match &self.phase {
            Phase::Idle { ready } => Some(*ready).filter(|ready| *ready > self.now),
            Phase::Answer(running) => Some(running.deadline),
            Phase::Submit(handover) => Some(handover.deadline),
            Phase::Poisoned(resync) => Some(resync.wake()),
            Phase::Gone => None,
        };
        phase.into_iter().chain(self.waits_until()).min()
    }

    /// Whether a command may be started now.
    pub fn must_be_idle(&self) -> Result<(), Busy> {
        match self.phase {
            Phase::Idle { ready } if self.now >= ready && self.outbox.is_empty() => Ok(()),
            _ => Err(Busy::NotIdle),
        }
    }

    fn awaited(&self) -> Await {
        match &self.phase {
            Phase::Poisoned(_) => Await::Prompt,
            Phase::Submit(handover) if handover.awaits_prompt() => Await::Prompt,
            _ => Await::Lines,
        }
    }

    /// A final code that comes before the command was written belongs to something older.
    fn answer_other(&mut self, words: &str) {
        if !self.outbox.is_empty() {
            return;
        }
        let Some(end) = Final::read(words) else { return };
        let idle = Phase::Idle { ready: self.now + self.timing.quiet };
        if let Phase::Answer(running) = std::mem::replace(&mut self.phase, idle) {
            let answer = Answer { lines: running.lines, end };
            if running.proves == Proves::PduMode {
                self.pdu_mode = (says_pdu_mode(&answer)).then_some(self.now);
            }
            self.events.push_back(Event::Done(Ok(answer)));
        }
    }

    fn answer_overdue(&mut self) {
        self.poison(Resync::opened(self.now));
        self.events.push_back(Event::Done(Err(Broken::Timeout)));
    }

    fn rebooted(&mut self) {
        let resync = Resync::timeout(self.now);
        match std::mem::replace(&mut self.phase, Phase::Gone) {
            Phase::Answer(_) => {
                self.poison(resync);
                self.events.push_back(Event::Done(Err(Broken::Reboot)));
            }
            Phase::Submit(handover) => self.poison(resync.holding(handover, SubmitEnd::Reboot)),
            Phase::Poisoned(old) => self.poison(resync.taking_over(old)),
            Phase::Idle { .. } => self.poison(resync),
            Phase::Gone => {}
        }
    }

    fn poison(&mut self, resync: Resync) {
        self.outbox.clear();
        self.pdu_mode = None;
        self.phase = Phase::Poisoned(resync);
    }
}

fn says_pdu_mode(answer: &Answer) -> bool {
    answer.end == Final::Ok && answer.after("+CMGF").map(Values::parse).and_then(|v| v.number(0)) == Some(0)
}
