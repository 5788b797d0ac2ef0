//! Whether a person has typed how many people are to be texted. At a terminal they are asked when the test text has
//! been taken, so that they have it before them; the loop goes on listening meanwhile and only looks here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Shared between whoever asks and the loop.
#[derive(Debug, Clone)]
pub struct Confirmation(Arc<AtomicU8>);

/// What is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// The number was right.
    Yes,
    /// Nobody was asked yet.
    NotYet,
    /// The person has not answered yet.
    Asked,
    /// The number was wrong, or there was none.
    No,
}

const YES: u8 = 0;
const NOT_YET: u8 = 1;
const ASKED: u8 = 2;
const NO: u8 = 3;

impl Confirmation {
    /// Given already: by a flag, or before the run.
    pub fn given() -> Self {
        Self(Arc::new(AtomicU8::new(YES)))
    }

    /// To be asked for when the test text has been taken.
    pub fn awaited() -> Self {
        Self(Arc::new(AtomicU8::new(NOT_YET)))
    }

    /// How it stands.
    pub fn get(&self) -> Confirmed {
        match self.0.load(Ordering::Acquire) {
            YES => Confirmed::Yes,
            NOT_YET => Confirmed::NotYet,
            ASKED => Confirmed::Asked,
            _ => Confirmed::No,
        }
    }

    /// The person was asked, or has answered.
    pub fn answer(&self, confirmed: Confirmed) {
        let value = match confirmed {
            Confirmed::Yes => YES,
            Confirmed::NotYet => NOT_YET,
            Confirmed::Asked => ASKED,
            Confirmed::No => NO,
        };
        self.0.store(value, Ordering::Release);
    }
}
