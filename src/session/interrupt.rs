//! A person may interrupt the beginning too: between its pieces, and wherever something is waited for. Never in the
//! middle of a setting: what stood there before must be noted, or it could not be put back.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use super::{Session, SessionError};
use crate::modem::ModemError;
use crate::record::body::ENDING;

const WAITED_FOR: &str =
    "a person ended the run; what became of the text on its way is waited for, some minutes at most";

impl Session {
    /// An error once a person interrupted.
    pub(super) fn may_go_on(&self) -> Result<(), SessionError> {
        match heard(&self.interrupts) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ModemError::Interrupted.into()),
        }
    }

    /// That a person ended the run while a text is on its way is in the record, where every screen sees it.
    pub(super) fn say_that_it_ends(&mut self) -> Result<(), SessionError> {
        match heard(&self.interrupts) {
            ControlFlow::Break(()) if self.modem_is_busy() => self.notice_once(ENDING, WAITED_FOR),
            _ => Ok(()),
        }
    }

    /// Tells whoever is at the bench what is waited for, and hears whether they interrupt.
    pub(super) fn waiting(&self, what: String) -> impl FnMut(Duration) -> ControlFlow<()> + use<> {
        let (bench, interrupts) = (self.bench.clone(), self.interrupts.clone());
        move |left| {
            bench.waits(&what, left);
            heard(&interrupts)
        }
    }
}

fn heard(interrupts: &AtomicU8) -> ControlFlow<()> {
    if interrupts.load(Ordering::Relaxed) == 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}
