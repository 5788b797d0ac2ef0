//! The thin part with tokio in it: octets between the dialogue and the link, and the time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::foreign::Ear;
use super::{Flush, ModemError};
use crate::at::answer::{Answer, Final};
use crate::at::command::{Command, Submit};
use crate::at::dialog::{Broken, Busy, Dialog, Event, Heard, Refused, SubmitEnd, Submitted, Timing};
use crate::at::urc::Urc;
use crate::clock::Clock;
use crate::link::tap::{Tap, TapLog};

/// The wire log is handed over at least this often.
const FLUSH_EVERY: Duration = Duration::from_millis(250);

/// A device that starts anew answers nothing for longer than that (`hw-notes/quirks.md`: 3 s and more): where no pause
/// between an answer and the next command was longer, and every command was answered, it did not start anew.
const NO_START: Duration = Duration::from_secs(1);

/// For a wake-up that nobody asked for.
const LONG: Duration = Duration::from_secs(3600);

/// Dialogue, link, time.
pub(super) struct Pump {
    link: Tap,
    tap: TapLog,
    dialog: Dialog,
    clock: Arc<dyn Clock>,
    flush: Flush,
    urcs: VecDeque<(Urc, Duration)>,
    done: Option<Result<Answer, Broken>>,
    submitted: Option<Submitted>,
    submitting: Submitting,
    life: Life,
    linked: Linked,
    echoing: Echoing,
    /// While it has not answered yet.
    ear: Option<Ear>,
    /// Since when every command was answered, without a pause.
    steady: Duration,
    /// When the last command was answered.
    answered: Duration,
}

#[derive(PartialEq)]
enum Submitting {
    No,
    Yes,
}

#[derive(PartialEq)]
enum Answered {
    Yes,
    No,
}

/// Whether the last command was sent back.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Echoing {
    No,
    Yes,
}

#[derive(PartialEq)]
enum Life {
    Alive,
    Gone,
}

/// Whether the other end of the link is there.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Linked {
    Yes,
    No,
}

impl Pump {
    pub(super) fn new(link: Tap, tap: TapLog, clock: Arc<dyn Clock>, flush: Flush) -> Self {
        let now = clock.monotonic();
        let dialog = Dialog::opened(Timing::default(), now);
        Self {
            link,
            tap,
            dialog,
            clock,
            flush,
            urcs: VecDeque::new(),
            done: None,
            submitted: None,
            submitting: Submitting::No,
            life: Life::Alive,
            linked: Linked::Yes,
            echoing: Echoing::No,
            ear: None,
            steady: now,
            answered: now,
        }
    }

    /// Whether the device cannot have started anew since then: many say nothing when they do.
    pub(super) fn is_steady_since(&self, then: Duration) -> bool {
        self.steady <= then && self.clock.monotonic().saturating_sub(self.answered) <= NO_START
    }

    /// Whether the last command was sent back: no command asks that.
    pub(super) fn echoing(&self) -> Echoing {
        self.echoing
    }

    /// A command begins: behind a pause, nothing before counts.
    fn begins(&mut self) {
        let now = self.clock.monotonic();
        self.echoing = Echoing::No;
        if now.saturating_sub(self.answered) > NO_START {
            self.steady = now;
        }
    }

    /// A command ended; without an answer, nothing before counts.
    fn ended(&mut self, answered: Answered) {
        self.answered = self.clock.monotonic();
        if answered == Answered::No {
            self.steady = self.answered;
        }
    }

    pub(super) fn set_timing(&mut self, timing: Timing) {
        self.dialog.set_timing(timing);
    }

    pub(super) fn is_gone(&self) -> bool {
        self.life == Life::Gone
    }

    /// Whether the link ended; a device that only says nothing is gone too, and still linked.
    pub(super) fn linked(&self) -> Linked {
        self.linked
    }

    pub(super) fn is_submitting(&self) -> bool {
        self.submitting == Submitting::Yes
    }

    /// What the device said unasked, and when it came.
    pub(super) fn take_urc(&mut self) -> Option<(Urc, Duration)> {
        self.urcs.pop_front()
    }

    /// Whether it said that it started anew, and nobody took that yet.
    pub(super) fn heard_a_start(&self) -> bool {
        self.urcs.iter().any(|(urc, _)| *urc == Urc::Boot)
    }

    /// Whatever it said of a start or of its card is over: it is told everything, and asked who it is, from here on.
    pub(super) fn forget_starts(&mut self) {
        self.urcs.retain(|(urc, _)| !matches!(urc, Urc::Boot | Urc::Sim));
    }

    pub(super) fn take_submitted(&mut self) -> Option<Submitted> {
        self.submitted.take()
    }

    /// Waits until the dialogue is in step, or it shows that this is no AT port.
    pub(super) async fn come_into_step(&mut self) -> Result<(), ModemError> {
        let now = self.clock.monotonic();
        let due = self.ear.insert(Ear::at(now)).due();
        while self.dialog.must_be_idle().is_err() && !self.is_gone() && self.clock.monotonic() < due {
            self.step(due).await;
        }
        let heard = self.ear.take().and_then(|ear| ear.judgement(self.clock.monotonic()));
        match heard.filter(|_| self.dialog.must_be_idle().is_err()) {
            Some(foreign) => Err(ModemError::Foreign(foreign)),
            None => self.until_idle().await.map_err(|why| ModemError::Broken { doing: "waiting for the device", why }),
        }
    }

    /// One command and its answer.
    pub(super) async fn ask(&mut self, command: &Command) -> Result<Answer, Broken> {
        self.until_idle().await?;
        let secret = matches!(command, Command::EnterPin(_));
        if secret {
            self.tap.secret_begins();
        }
        self.done = None;
        self.begins();
        let started = self.dialog.start(self.clock.monotonic(), command);
        let answer = if started.is_ok() { self.answer().await } else { Err(Broken::Timeout) };
        // One that was not answered may still come back, whenever the device has done with whatever ails it: from then on
        // digits are struck on this link. The session ends with it.
        if secret && answer.is_ok() {
            self.tap.secret_ends();
        }
        answer
    }

    /// As [`Pump::ask`], where only `OK` will do.
    pub(super) async fn must(&mut self, doing: &'static str, command: &Command) -> Result<Answer, ModemError> {
        let answer = self.ask(command).await.map_err(|why| ModemError::Broken { doing, why })?;
        match answer.end {
            Final::Ok => Ok(answer),
            other => Err(ModemError::Refused { doing, answer: other.explain() }),
        }
    }

    /// Starts handing over a text; its end comes from [`Pump::take_submitted`].
    pub(super) async fn submit(&mut self, submit: Submit) -> Result<(), Busy> {
        self.until_idle().await.map_err(|_| Busy::NotIdle)?;
        self.dialog.submit(self.clock.monotonic(), submit)?;
        self.begins();
        self.submitting = Submitting::Yes;
        Ok(())
    }

    pub(super) fn call_off(&mut self, why: &str) -> Result<(), Refused> {
        self.dialog.call_off(self.clock.monotonic(), why)?;
        self.sort();
        Ok(())
    }

    /// Moves octets until something happened or `until` has come.
    pub(super) async fn step(&mut self, until: Duration) {
        self.turn(until).await;
        self.sort();
        let now = self.clock.monotonic();
        if self.tap.oldest().is_some_and(|oldest| now.saturating_sub(oldest) >= FLUSH_EVERY) {
            self.keep_wire();
        }
    }

    /// What passed must be kept; if it cannot be, nothing more passes.
    fn keep_wire(&mut self) {
        if (self.flush)().is_break() {
            self.lost();
            self.sort();
        }
    }

    async fn until_idle(&mut self) -> Result<(), Broken> {
        while self.dialog.must_be_idle().is_err() {
            if self.is_gone() {
                return Err(Broken::Gone);
            }
            self.step(self.clock.monotonic() + LONG).await;
        }
        Ok(())
    }

    async fn answer(&mut self) -> Result<Answer, Broken> {
        loop {
            if let Some(done) = self.done.take() {
                return done;
            }
            if self.is_gone() {
                return Err(Broken::Gone);
            }
            self.step(self.clock.monotonic() + LONG).await;
        }
    }

    /// One turn: a write, a read, or a wake-up. Dropping it loses nothing: octets that were not
    /// written still lie in the dialogue, and a read that was not ready took none.
    async fn turn(&mut self, until: Duration) {
        let now = self.clock.monotonic();
        let flush = self.tap.oldest().map(|oldest| oldest + FLUSH_EVERY);
        let wake = [Some(until), self.dialog.wake(), flush].into_iter().flatten().min().unwrap_or(until);
        let mut octets = [0; 4096];
        let outbox = self.dialog.outbox().to_vec();
        let (mut read, mut write) = tokio::io::split(&mut self.link);
        tokio::select! {
            biased;
            result = read.read(&mut octets) => match result {
                Ok(count) if count > 0 => {
                    let (now, octets) = (self.clock.monotonic(), octets.get(..count).unwrap_or_default());
                    if let Some(ear) = &mut self.ear {
                        ear.hears(now, octets);
                    }
                    self.dialog.bytes(now, octets);
                }
                _ => self.lost(),
            },
            result = write.write(&outbox), if !outbox.is_empty() => match result {
                Ok(count) if count > 0 => self.dialog.written(self.clock.monotonic(), count),
                _ => self.lost(),
            },
            () = tokio::time::sleep(wake.saturating_sub(now)) => {}
        }
        self.dialog.tick(self.clock.monotonic());
    }

    /// Closes the link.
    pub(super) fn hang_up(&mut self) {
        self.link = Tap::new(Box::new(tokio::io::join(tokio::io::empty(), tokio::io::sink())), self.tap.clone());
        self.lost();
        self.sort();
    }

    fn lost(&mut self) {
        self.linked = Linked::No;
        if self.life == Life::Alive {
            self.dialog.gone();
        }
    }

    fn sort(&mut self) {
        while let Some(event) = self.dialog.event() {
            match event {
                Event::Heard(kind, octets) => {
                    log::trace!("{kind:?} {} octets", octets.len());
                    if kind == Heard::Echo {
                        self.echoing = Echoing::Yes;
                    }
                }
                Event::Urc(urc) => self.urcs.push_back((urc, self.clock.monotonic())),
                Event::Done(result) => {
                    self.ended(if result.is_ok() { Answered::Yes } else { Answered::No });
                    self.done = Some(result);
                }
                Event::Submitted(submitted) => {
                    let whole = matches!(submitted.end, SubmitEnd::Final(_));
                    self.ended(if whole { Answered::Yes } else { Answered::No });
                    self.submitted = Some(submitted);
                    self.submitting = Submitting::No;
                }
                Event::InStep => {}
                Event::Gone => self.life = Life::Gone,
            }
        }
    }
}
