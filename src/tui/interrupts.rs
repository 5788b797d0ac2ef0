//! What counts as a person's wish to end, and how often it was uttered: the first ends sending, the second everything. One
//! rule for the keys of a screen and for signals.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Within this time a second Ctrl-C is the first, held down.
const HELD: Duration = Duration::from_secs(1);

/// Interrupts, counted.
#[derive(Debug, Clone, Default)]
pub struct Interrupts {
    count: Arc<AtomicU8>,
    first: Arc<OnceLock<Instant>>,
}

/// Who asks for the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A person, by Ctrl-C.
    Person,
    /// The computer: a service is stopped, a terminal is closed. Shells say it twice, and nobody means NOT KNOWN by it.
    Computer,
}

impl Interrupts {
    /// Counts one, if it says more than those before. How many there are by then, if it does.
    pub fn hear(&self, by: By, now: Instant) -> Option<u8> {
        let first = *self.first.get_or_init(|| now);
        let counts = match by {
            By::Person => self.count() == 0 || now.saturating_duration_since(first) >= HELD,
            By::Computer => self.count() == 0,
        };
        counts.then(|| self.count.fetch_add(1, Ordering::Relaxed).saturating_add(1))
    }

    /// How many.
    pub fn count(&self) -> u8 {
        self.count.load(Ordering::Relaxed)
    }

    /// The same count, for whoever only reads it.
    pub fn counter(&self) -> Arc<AtomicU8> {
        self.count.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(all: &[(By, u64)]) -> u8 {
        let (interrupts, start) = (Interrupts::default(), Instant::now());
        for (by, millis) in all {
            interrupts.hear(*by, start + Duration::from_millis(*millis));
        }
        interrupts.count()
    }

    #[test]
    fn a_key_that_is_held_down_counts_once_and_a_second_one_counts() {
        assert_eq!(heard(&[(By::Person, 0), (By::Person, 40), (By::Person, 999)]), 1);
        assert_eq!(heard(&[(By::Person, 0), (By::Person, 40), (By::Person, 1_000)]), 2);
        assert_eq!(heard(&[(By::Computer, 0), (By::Person, 1_000)]), 2, "a person may still insist");
    }

    #[test]
    fn a_terminal_that_is_closed_counts_once_however_often_a_shell_says_it() {
        assert_eq!(heard(&[(By::Computer, 0), (By::Computer, 0), (By::Computer, 5_000)]), 1);
        assert_eq!(heard(&[(By::Person, 0), (By::Computer, 5_000)]), 1, "the person did not ask for NOT KNOWN");
    }
}
