//! What does not work for a while: a card that is not ready, slots that cannot be read, a device that hangs, that speaks
//! into the void, that starts anew without a word or in the middle of an answer.

use std::time::Duration;

use super::config::Flag;
use super::handset::Handset;

/// A device that starts anew is silent for so long; no public report tells of one that needs less.
const STARTS_WITHIN: Duration = Duration::from_secs(5);

/// What does not work, until when.
#[derive(Debug, Default)]
pub(super) struct Ailing {
    /// The card is not ready: whatever needs it is refused.
    pub(super) card: Duration,
    /// No slot can be read.
    pub(super) reading: Duration,
    /// What is typed is lost.
    hung: Duration,
    /// What is said is lost: nothing, or it goes to a port that nobody has open.
    mute: Duration,
    /// The next answer is cut off in its middle.
    brown_out: Flag,
}

impl Handset {
    /// Whether what is typed is lost.
    pub(super) fn is_hung(&self) -> bool {
        self.now < self.ailing.hung
    }

    /// Neither reads nor speaks.
    pub(super) fn hang(&mut self, time: Duration) {
        self.ailing.hung = self.now.saturating_add(time);
        self.mute(time);
    }

    /// Does what it is told, and nobody hears of it.
    pub(super) fn mute(&mut self, time: Duration) {
        self.ailing.mute = self.now.saturating_add(time);
    }

    /// Starts anew and does not say so: everything that was set is lost.
    pub(super) fn reboot_silently(&mut self) {
        self.forget();
        self.hang(STARTS_WITHIN);
    }

    /// Starts anew in the middle of the next answer.
    pub(super) fn brown_out_soon(&mut self) {
        self.ailing.brown_out = Flag::On;
    }

    /// Half of that answer, if its time has come.
    pub(super) fn brown_out(&mut self, answer: &str) -> bool {
        if std::mem::replace(&mut self.ailing.brown_out, Flag::Off) == Flag::Off {
            return false;
        }
        self.reboot();
        let half: Vec<u8> = answer.bytes().take(answer.len() / 2).collect();
        self.out.splice(0..0, half);
        true
    }

    /// Octets for the client, if it can hear any.
    pub(super) fn put(&mut self, octets: &[u8]) {
        if self.now >= self.ailing.mute {
            self.out.extend_from_slice(octets);
        }
    }
}
