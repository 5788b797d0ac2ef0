//! What a device needs for a part, by what it needed so far. The session keeps one by its clock, a screen one by what the
//! record says of each outcome; both ask `Terms::ends` when the last part will have gone.

use jiff::SignedDuration;

/// How long a device was busy with parts, and with how many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tempo {
    busy: SignedDuration,
    parts: i32,
}

impl Tempo {
    /// A part took so long.
    pub fn took(&mut self, time: SignedDuration) {
        self.busy = self.busy.saturating_add(time);
        self.parts = self.parts.saturating_add(1);
    }

    /// What the device needs for one, on average; zero as long as nothing is known.
    pub fn each(&self) -> SignedDuration {
        self.busy.checked_div(self.parts).unwrap_or_default()
    }
}
