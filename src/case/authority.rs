//! On whose word the line is used, and when: going on the air and sending have a window each.

use jiff::Timestamp;

/// Who allowed what, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Policy log or authority number.
    pub reference: String,
    /// Rank and name.
    pub granted_by: String,
    /// One sentence.
    pub purpose: String,
    /// On the air, replies are kept.
    pub listen: Window,
    /// Texts may go.
    pub send: Window,
}

/// From a moment to a later one, the last excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment after.
    pub until: Timestamp,
}

/// Where a moment stands to a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Before it; it begins then.
    NotYet(Timestamp),
    /// In it.
    Live,
    /// After it; it ended then.
    Expired(Timestamp),
}

impl Window {
    /// Where `now` stands.
    pub fn at(&self, now: Timestamp) -> Standing {
        if now < self.from {
            Standing::NotYet(self.from)
        } else if now < self.until {
            Standing::Live
        } else {
            Standing::Expired(self.until)
        }
    }
}
