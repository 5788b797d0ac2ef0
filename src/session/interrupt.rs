//! A person may interrupt the beginning too: between its pieces, and wherever something is waited for. Never in the
//! middle of a setting: what stood there before must be noted, or it could not be put back.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use super::{Session, SessionError};
use crate::modem::ModemError;

impl Session {
    /// An error once a person interrupted.
    pub(super) fn may_go_on(&self) -> Result<(), SessionError> {
        match heard(&self.interrupts) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ModemError::Interrupted.into()),
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
