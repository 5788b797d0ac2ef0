//! Floor 0: time as a value that is handed in, never asked for in passing.
//!
//! Two times matter: the wall clock (what the record and the authority's limits speak of) and the
//! monotonic clock (how long something took). [`TestClock`] derives both from tokio's clock, so that
//! under a paused runtime quiet hours pass in no time; a wall clock that stood still would leave
//! them closed for ever.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// By so much the wall clock may leave the monotonic one: a clock that NTP keeps is slewed by less than half a
/// millisecond a second, and stepped only if it was wrong.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(2);

/// The wall clock left the monotonic one: somebody set it, or the computer slept. Seconds; negative if it was put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockStep(i64);

impl ClockStep {
    /// Between two moments of one process, each by both clocks.
    pub fn between(before: (Timestamp, Duration), after: (Timestamp, Duration)) -> Option<Self> {
        let passed = after.1.as_nanos() as i128 - before.1.as_nanos() as i128;
        Self::of(after.0.duration_since(before.0) - SignedDuration::from_nanos_i128(passed))
    }

    /// Between two moments of different processes: only a step back can be told from time that passed.
    pub fn back(before: Timestamp, after: Timestamp) -> Option<Self> {
        Self::of(after.duration_since(before).min(SignedDuration::ZERO))
    }

    fn of(by: SignedDuration) -> Option<Self> {
        (by.abs() > TOLERANCE).then(|| Self(by.as_secs()))
    }

    /// Seconds; negative if it was put back.
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// In plain words.
    pub fn words(self) -> String {
        match self.0 {
            back @ ..0 => format!("the computer's clock was put back by {} s", back.unsigned_abs()),
            on => format!("the computer's clock was put forward by {on} s, or the computer slept"),
        }
    }
}

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

    fn moment(wall: i64, mono: u64) -> (Timestamp, Duration) {
        (Timestamp::from_second(1_800_000_000 + wall).unwrap(), Duration::from_secs(mono))
    }

    #[test]
    fn a_clock_that_was_set_shows_beside_one_that_cannot_be() {
        let step = |before, after| ClockStep::between(before, after).map(ClockStep::seconds);
        assert_eq!(step(moment(0, 0), moment(10, 10)), None);
        assert_eq!(step(moment(0, 0), moment(7_202, 7_200)), None);
        assert_eq!(step(moment(0, 5), moment(-3_590, 15)), Some(-3_600));
        assert_eq!(step(moment(0, 5), moment(3_610, 15)), Some(3_600));
        assert_eq!(step(moment(0, 9), moment(0, 0)), Some(9), "a monotonic clock that was forged");
    }

    #[tokio::test(start_paused = true)]
    async fn a_night_passes_in_no_time() {
        let evening: Timestamp = "2026-12-01T20:00:00Z".parse().unwrap();
        let clock = TestClock::starting_at(evening);
        tokio::time::sleep(Duration::from_secs(13 * 3600)).await;
        assert_eq!(clock.now().to_string(), "2026-12-02T09:00:00Z");
        assert_eq!(clock.monotonic(), Duration::from_secs(13 * 3600));
    }
}
