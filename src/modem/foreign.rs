//! Ports that are surely no AT port: told by what comes from them unasked. `probe` asks before it writes anything;
//! the first contact of a verb asks of a port that a person named and that does not answer.

use std::time::Duration;

/// What such a port sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// Positions (NMEA 0183).
    Positions,
    /// What is no text: diagnostics, sound or noise.
    Binary,
}

impl Foreign {
    /// In plain words.
    pub fn words(self) -> &'static str {
        match self {
            Foreign::Positions => "positions (NMEA)",
            Foreign::Binary => "binary (diagnostics, sound or noise)",
        }
    }
}

/// What surely comes from no AT port, if anything.
pub(super) fn judge(heard: &[u8]) -> Option<Foreign> {
    let text = String::from_utf8_lossy(heard);
    let sentence = |line: &str| line.starts_with('$') && line.contains(',') && line.contains('*');
    if text.lines().any(sentence) {
        return Some(Foreign::Positions);
    }
    // NUL and 0xff come before the first line of some modems (hw-notes/at_oddities.md 25).
    let odd = |octet: &&u8| !matches!(octet, 0 | 0xff | b'\r' | b'\n' | b'\t' | 0x20..=0x7e);
    let odd = heard.iter().filter(odd).count();
    (odd >= 8 && odd * 8 > heard.len()).then_some(Foreign::Binary)
}

/// A modem that starts may begin with noise, and some send positions until they are told not to: only what still comes
/// after so long counts, and only from a device that has not answered by the end.
const FROM: Duration = Duration::from_secs(2);
const UNTIL: Duration = Duration::from_secs(4);

/// More is not needed to judge by.
const MOST: usize = 4096;

/// An ear at a port that has not answered yet.
pub(super) struct Ear {
    opened: Duration,
    heard: Vec<u8>,
}

impl Ear {
    /// At this monotonic moment the waiting began.
    pub(super) fn at(opened: Duration) -> Self {
        Self { opened, heard: Vec::new() }
    }

    /// What came.
    pub(super) fn hears(&mut self, now: Duration, octets: &[u8]) {
        let room = MOST.saturating_sub(self.heard.len());
        if now >= self.opened + FROM {
            self.heard.extend(octets.iter().take(room));
        }
    }

    /// When it is to be asked.
    pub(super) fn due(&self) -> Duration {
        self.opened + UNTIL
    }

    /// What the port is, if it is surely no AT port.
    pub(super) fn judgement(&self, now: Duration) -> Option<Foreign> {
        (now >= self.due()).then(|| judge(&self.heard)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NMEA: &[u8] = b"$GPGGA,092750.000,5321.6802,N,00630.3372,W,1,8,1.03,61.7,M,55.2,M,,*76\r\n";
    const NOISE: [u8; 12] = [0x7e, 0x98, 0x81, 0xd4, 0x7e, 0x98, 0x81, 0xd4, 0x7e, 0x98, 0x81, 0xd4];

    fn second(second: u64) -> Duration {
        Duration::from_secs(second)
    }

    #[test]
    fn what_still_comes_after_two_seconds_is_judged_after_four() {
        for (octets, foreign) in [(NMEA, Foreign::Positions), (&NOISE[..], Foreign::Binary)] {
            let mut ear = Ear::at(second(10));
            ear.hears(second(13), octets);
            assert_eq!(ear.judgement(second(13)), None, "it may answer yet");
            assert_eq!(ear.judgement(second(14)), Some(foreign));
        }
    }

    #[test]
    fn noise_of_a_start_and_words_are_no_proof() {
        let mut ear = Ear::at(second(0));
        ear.hears(second(1), &NOISE);
        ear.hears(second(3), b"\r\nRDY\r\n\r\n+CPIN: READY\r\n");
        assert_eq!(ear.judgement(second(5)), None);
    }
}
