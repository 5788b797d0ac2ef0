//! Floor 0: time as a value that is handed in, never asked for in passing.
//!
//! Two times matter: the wall clock (what the record and the authority's limits speak of) and the
//! monotonic clock (how long something took). [`TestClock`] derives both from tokio's clock, so that
//! under a paused runtime quiet hours pass in no time; a wall clock that stood still would leave
//! them closed for ever.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

/// Where a floor gets its time from.
pub trait Clock: Send + Sync {
    /// The wall clock, UTC.
    fn now(&self) -> Timestamp;
    /// Time since an arbitrary fixed moment of this process; never goes back.
    fn monotonic(&self) -> Duration;
}

/// The computer's clocks.
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// Starts the monotonic count now.
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

/// A wall clock that shows `epoch` when made and then follows tokio's clock, paused or not.
pub struct TestClock {
    epoch: Timestamp,
    start: Instant,
}

impl TestClock {
    /// Starts at `epoch`. Make it inside the runtime whose clock it should follow.
    pub fn starting_at(epoch: Timestamp) -> Self {
        Self { epoch, start: Instant::now() }
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.epoch
            .saturating_add(jiff::SignedDuration::try_from(self.monotonic()).unwrap_or_default())
            .unwrap_or(self.epoch)
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_night_passes_in_no_time() {
        let evening: Timestamp = "2026-12-01T20:00:00Z".parse().unwrap();
        let clock = TestClock::starting_at(evening);
        tokio::time::sleep(Duration::from_secs(13 * 3600)).await;
        assert_eq!(clock.now().to_string(), "2026-12-02T09:00:00Z");
        assert_eq!(clock.monotonic(), Duration::from_secs(13 * 3600));
    }
}
