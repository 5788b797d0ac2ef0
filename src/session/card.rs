//! The card before anything else: it may take its time, want its PIN, or not be there. Whoever is at the bench is told
//! what is waited for, and asked for the PIN; what was done is in the record, the PIN is not (law 8).

use std::time::Duration;

use zeroize::Zeroizing;

use super::{Session, SessionError};
use crate::at::secret::{Secret, SecretError};
use crate::modem::ModemError;
use crate::modem::identify::Identity;
use crate::modem::pin::{PinError, PinState, tries_left};
use crate::record::entry::{Entry, EntryView};

/// Whoever is at the bench.
pub trait Bench {
    /// The PIN; `tries` are left. `None` if nobody gives one.
    fn pin(&self, tries: Option<u32>) -> Option<Zeroizing<String>>;
    /// What is waited for, and for how long at most.
    fn waits(&self, what: &str, left: Duration);
}

/// Why the card cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// It wants its PIN, and nobody gave it.
    #[error("the SIM asks for its PIN; {}", tries_left(*.0))]
    PinNeeded(Option<u32>),
    /// What was given is no PIN; it was not tried.
    #[error("{0}; what was given was not tried")]
    NotAPin(#[from] SecretError),
    /// The PIN did not help.
    #[error(transparent)]
    Pin(#[from] PinError),
    /// It wants its PUK.
    #[error("the SIM is blocked: its PIN was wrong too often, and it asks for its PUK")]
    Puk,
    /// There is none.
    #[error("there is no SIM in the device")]
    Absent,
    /// It does not become ready.
    #[error("the SIM is not ready after {} s", LIMIT.as_secs())]
    NotReady,
    /// A lock that is none of the card's own.
    #[error("the device says of its SIM: {0}")]
    Other(String),
}

/// Whether the card wants its PIN after each start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// It was asked for in this case.
    Pin,
    /// Never in this case: the card has none, or the device was unlocked before.
    NotSeen,
}

/// Of what is done about the PIN the record has notices with this code.
const PIN: &str = "pin";

/// A card is waited for so long: 5 to 20 s are usual (`hw-notes/quirks.md` section 5).
const LIMIT: Duration = Duration::from_secs(60);

/// A PIN that was taken shows after so long at the latest.
const TAKES_PIN: Duration = Duration::from_secs(10);
const SECOND: Duration = Duration::from_secs(1);

impl Session {
    /// Waits for the card and enters its PIN.
    pub(super) async fn open_card(&mut self) -> Result<(), SessionError> {
        match self.card_state().await? {
            PinState::Pin => self.enter_pin().await?,
            other => return Ok(usable(other)?),
        }
        Ok(usable(self.state_behind_pin().await?)?)
    }

    /// Some devices say for seconds that they want the PIN that they took (`hw-notes/quirks.md` section 5).
    async fn state_behind_pin(&mut self) -> Result<PinState, SessionError> {
        let until = self.clock.monotonic() + TAKES_PIN;
        loop {
            let state = self.card_state().await?;
            if state != PinState::Pin || self.clock.monotonic() >= until {
                return Ok(state);
            }
            self.may_go_on()?;
            self.modem.rest(SECOND).await;
        }
    }

    async fn card_state(&mut self) -> Result<PinState, ModemError> {
        let waiting = self.waiting("the SIM to be ready".into());
        self.modem.wait_for_card(LIMIT, waiting).await
    }

    async fn enter_pin(&mut self) -> Result<(), SessionError> {
        let tries = self.modem.pin_tries().await;
        if let Some(few) = tries.filter(|tries| *tries <= 1) {
            return Err(CardError::Pin(PinError::TooFew(few)).into());
        }
        if tries.is_none() {
            return Err(CardError::Pin(PinError::TriesNotKnown).into());
        }
        // Nobody is asked in the middle of a run: the question would hold up the loop.
        let asked = self.away.is_none().then(|| self.bench.pin(tries)).flatten();
        let Some(mut digits) = asked else { return Err(CardError::PinNeeded(tries).into()) };
        let pin = Secret::pin(std::mem::take(&mut *digits)).map_err(CardError::from)?;
        let entered = self.modem.enter_pin(pin).await;
        let before = tries.map_or_else(|| "not known".to_owned(), |tries| tries.to_string());
        let words = match &entered {
            Ok(()) => format!("a person gave the PIN of the SIM, and it was taken; tries left before: {before}"),
            Err(error) => format!("the PIN of the SIM: {error}; tries left before: {before}"),
        };
        self.notice(PIN, &words, None)?;
        Ok(entered.map_err(CardError::from)?)
    }

    /// Who the device and the card are. A card that could be opened may still need a moment for its numbers.
    pub(super) async fn identify(&mut self, card: &Result<(), SessionError>) -> Result<Identity, ModemError> {
        let limit = card.as_ref().map_or(Duration::ZERO, |()| LIMIT);
        let waiting = self.waiting("the SIM to tell its numbers".into());
        self.modem.identify_within(limit, waiting).await
    }

    /// Whether the card wants its PIN, by all that this case saw.
    pub(super) fn lock(&self) -> Result<Lock, SessionError> {
        let of_pin = |view: &EntryView| matches!(&view.entry, Some(Entry::Notice(notice)) if notice.code == PIN);
        Ok(if self.record().entries()?.iter().any(of_pin) { Lock::Pin } else { Lock::NotSeen })
    }

    /// Waits until the storages can be asked for: some cards need longer for their texts than for themselves.
    pub(super) async fn wait_for_store(&mut self) -> Result<(), SessionError> {
        let waiting = self.waiting("the texts on the SIM to be ready".into());
        Ok(self.modem.wait_for_store(LIMIT, waiting).await?)
    }
}

fn usable(state: PinState) -> Result<(), CardError> {
    match state {
        PinState::Ready => Ok(()),
        PinState::Pin => Err(CardError::PinNeeded(None)),
        PinState::Puk => Err(CardError::Puk),
        PinState::NoSim => Err(CardError::Absent),
        PinState::Busy => Err(CardError::NotReady),
        PinState::Other(words) => Err(CardError::Other(words.for_terminal())),
    }
}
