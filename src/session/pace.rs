//! How fast parts go: the pace that was approved, a little uneven, and never faster than the device.

use std::time::Duration;

use jiff::SignedDuration;

use crate::case::tempo::Tempo;
use crate::case::terms::Terms;
use crate::ids::Sha256;

/// What was handed over when.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// No part before this.
    due: Option<Duration>,
    /// When the part in hand was handed over.
    began: Option<Duration>,
    /// What the device needs.
    tempo: Tempo,
}

impl Pace {
    /// A part is handed over; `entry` is its intent.
    pub(super) fn begins(&mut self, now: Duration, entry: u64, terms: &Terms) {
        self.began = Some(now);
        let each = Duration::from_secs(60).checked_div(terms.pace);
        self.due = each.map(|each| now + each.mul_f64(jitter(entry, terms.jitter)));
    }

    /// It has ended, however.
    pub(super) fn ends(&mut self, now: Duration) {
        if let Some(began) = self.began.take() {
            self.tempo.took(SignedDuration::try_from(now.saturating_sub(began)).unwrap_or_default());
        }
    }

    /// When the pace allows the next part, if not now.
    pub(super) fn due(&self, now: Duration) -> Option<Duration> {
        self.due.filter(|due| *due > now)
    }

    /// What the device needs for a part.
    pub(super) fn tempo(&self) -> &Tempo {
        &self.tempo
    }
}

/// A factor around 1, out of the entry's number: the same run is the same run again.
fn jitter(entry: u64, per_cent: u32) -> f64 {
    let [die, ..] = *Sha256::of(&entry.to_be_bytes()).octets();
    let most = f64::from(per_cent) / 100.0;
    1.0 - most + 2.0 * most * f64::from(die) / 255.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_stays_within_its_bounds_and_evens_out() {
        let factors: Vec<f64> = (1..=1_000).map(|entry| jitter(entry, 10)).collect();
        assert!(factors.iter().all(|factor| (0.9..=1.1).contains(factor)));
        let mean = factors.iter().sum::<f64>() / 1_000.0;
        assert!((0.99..1.01).contains(&mean), "{mean}");
        assert!(factors.iter().any(|factor| *factor < 0.92) && factors.iter().any(|factor| *factor > 1.08));
        assert!((1..100).all(|entry| jitter(entry, 0) == 1.0));
    }
}
