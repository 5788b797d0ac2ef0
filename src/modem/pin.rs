//! The PIN of the card (law 8): in which state it is, how many tries are left, and the one that is made. A PIN is tried
//! only if the device says that more than one try is left; a PUK never.

use std::ops::ControlFlow;
use std::time::Duration;

use super::{Modem, ModemError};
use crate::at::answer::{Answer, Final, strip};
use crate::at::command::Command;
use crate::at::family::Counts;
use crate::at::secret::Secret;
use crate::at::value::Values;
use crate::text::Untrusted;

/// What the card wants before it works (27.007 clause 8.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PinState {
    /// Nothing.
    Ready,
    /// Its PIN.
    Pin,
    /// Its PUK: the PIN was wrong too often.
    Puk,
    /// There is none.
    NoSim,
    /// It is not ready yet.
    Busy,
    /// Something else, such as the lock of the device to an operator. In the device's words.
    Other(Untrusted),
}

/// `1 try`, `3 tries`.
pub fn tries(number: u32) -> String {
    format!("{number} {}", if number == 1 { "try" } else { "tries" })
}

/// As people are told.
pub fn tries_left(left: Option<u32>) -> String {
    match left {
        Some(number) => format!("{} {} left", tries(number), if number == 1 { "is" } else { "are" }),
        None => "how many tries are left is not known".to_owned(),
    }
}

/// Why a PIN is not tried, or did not help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// The device does not say how many tries are left.
    #[error("the device does not say how many tries of the PIN are left; signpost tries none then")]
    TriesNotKnown,
    /// One more wrong PIN would block the card.
    #[error("the PIN has {} left; signpost tries it only if it has more than one", tries(*.0))]
    TooFew(u32),
    /// It was wrong.
    #[error("the card did not take the PIN: {answer}; {}", tries_left(*left))]
    Wrong {
        /// In plain words.
        answer: String,
        /// Tries, if they are known.
        left: Option<u32>,
    },
    /// The device.
    #[error(transparent)]
    Modem(#[from] ModemError),
}

/// A PIN has three tries (51.011 clause 8.9); a greater number counts something else, or nothing.
const MOST_TRIES: u32 = 3;

/// A card that is not ready is asked again so often.
pub(super) const ASK_EVERY: Duration = Duration::from_secs(1);

impl Modem {
    /// What the card wants.
    pub async fn pin_state(&mut self) -> Result<PinState, ModemError> {
        let doing = "asking for the PIN";
        let answer = self.pump.ask(&Command::PinState).await.map_err(|why| ModemError::Broken { doing, why })?;
        Ok(state(&answer))
    }

    /// Waits until the card says what it wants; `waiting` is told of each second that is left.
    pub async fn wait_for_card(
        &mut self,
        limit: Duration,
        mut waiting: impl FnMut(Duration) -> ControlFlow<()>,
    ) -> Result<PinState, ModemError> {
        let until = self.clock.monotonic() + limit;
        loop {
            let state = self.pin_state().await?;
            let now = self.clock.monotonic();
            if state != PinState::Busy || now >= until {
                return Ok(state);
            }
            self.wait_on(until - now, &mut waiting).await?;
        }
    }

    /// Waits until the storages can be asked for (`+CMS ERROR: 314`, the card is busy, until then).
    pub async fn wait_for_store(
        &mut self,
        limit: Duration,
        mut waiting: impl FnMut(Duration) -> ControlFlow<()>,
    ) -> Result<(), ModemError> {
        let until = self.clock.monotonic() + limit;
        loop {
            let doing = "asking how full the storages are";
            let answer = self.pump.ask(&Command::Storages).await.map_err(|why| ModemError::Broken { doing, why })?;
            let now = self.clock.monotonic();
            if !answer.end.is_busy() || now >= until {
                return Ok(());
            }
            self.wait_on(until - now, &mut waiting).await?;
        }
    }

    /// A little more waiting, unless nobody wants it any more.
    pub(super) async fn wait_on(
        &mut self,
        left: Duration,
        waiting: &mut impl FnMut(Duration) -> ControlFlow<()>,
    ) -> Result<(), ModemError> {
        if waiting(left).is_break() {
            return Err(ModemError::Interrupted);
        }
        self.rest(ASK_EVERY).await;
        Ok(())
    }

    /// Lets time pass with an ear to the device.
    pub async fn rest(&mut self, time: Duration) {
        let until = self.clock.monotonic() + time;
        while self.clock.monotonic() < until && !self.pump.is_gone() {
            self.pump.step(until).await;
        }
    }

    /// Tries of the PIN that are left, where the device tells. Asked in the family's way, then in the standard's.
    pub async fn pin_tries(&mut self) -> Option<u32> {
        for counter in self.dialect.pin_counters.clone() {
            if counter.counts() == Counts::WhileAsked && self.pin_state().await.ok()? != PinState::Pin {
                continue;
            }
            let answer = self.pump.ask(&Command::PinTries(counter)).await.ok()?;
            let tries =
                of_the_first_pin(&answer, counter.prefix()).and_then(|values| values.number(counter.position()));
            if let Some(tries) = tries.filter(|tries| *tries <= MOST_TRIES) {
                return Some(tries);
            }
        }
        None
    }

    /// Tries a PIN, once. Says how many tries are left.
    pub async fn enter_pin(&mut self, pin: Secret) -> Result<(), PinError> {
        match self.pin_tries().await {
            None => return Err(PinError::TriesNotKnown),
            Some(tries) if tries <= 1 => return Err(PinError::TooFew(tries)),
            Some(_) => {}
        }
        let doing = "entering the PIN";
        let asked = self.pump.ask(&Command::EnterPin(pin)).await;
        let answer = asked.map_err(|why| ModemError::Broken { doing, why })?;
        if answer.end == Final::Ok {
            return Ok(());
        }
        Err(PinError::Wrong { answer: answer.end.explain(), left: self.pin_tries().await })
    }
}

/// A device may count each lock in a line of its own (27.007 clause 8.65); one that names none counts what was asked for.
fn of_the_first_pin(answer: &Answer, prefix: &str) -> Option<Values> {
    let lines = answer.lines.iter().filter_map(|line| strip(line.for_record(), prefix)).map(Values::parse);
    let lines: Vec<Values> = lines.collect();
    let names_it = |values: &&Values| values.text(0).is_some_and(|name| matches!(name.for_record(), "SIM PIN" | "SC"));
    let (first, named) = (lines.first()?, lines.iter().find(names_it));
    (lines.len() == 1 || named.is_some()).then(|| named.unwrap_or(first).clone())
}

/// `+CPIN: READY`, or an error of the card (27.007 clause 9.2).
fn state(answer: &Answer) -> PinState {
    match (answer.after("+CPIN").map(|text| text.trim_matches('"')), &answer.end) {
        (Some("READY"), _) => PinState::Ready,
        (Some("SIM PIN"), _) | (None, Final::Cme(11)) => PinState::Pin,
        (Some("SIM PUK"), _) | (None, Final::Cme(12)) => PinState::Puk,
        (Some("NOT INSERTED"), _) | (None, Final::Cme(10)) => PinState::NoSim,
        (Some("NOT READY"), _) | (None, Final::Cme(14)) => PinState::Busy,
        (Some(other), _) => PinState::Other(other.into()),
        (None, end) => PinState::Other(end.explain().into()),
    }
}
