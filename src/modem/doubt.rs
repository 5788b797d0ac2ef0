//! The card said something of itself. After a quiet time the device is set up again; soon after that its card is only
//! looked at: some devices say so all the time (`^SCKS`), and to set them up each time would be all that is ever done.
//! What lies on the card of such a device is read all the same.

use std::time::Duration;

use super::Modem;
use super::submit::Kept;
use crate::at::urc::Slot;
use crate::ids::{Iccid, Imsi};

/// Within this time of a set-up or of a look, a look is enough.
const LATELY: Duration = Duration::from_secs(60);
/// It is looked at no more often than this.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// After so many looks with nothing changed the record says so, once.
const LOOKS: u32 = 3;

/// Whether the card is surely the one that was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Card {
    /// It is.
    Known,
    /// It says so all the time, and was the same at the last look: a text is handed over right behind the next one.
    Repeating,
    /// It said something of itself since. Nothing is handed over, and nothing of it read or freed.
    Doubted,
}

impl Card {
    /// Whether that slot may be read and freed: what lies in the device's own store is there whatever the card.
    pub(super) fn lets_read(self, slot: &Slot) -> bool {
        self != Card::Doubted || slot.storage.name() != "SM"
    }
}

/// What is known of the card, and since when it is in doubt.
#[derive(Default)]
pub(super) struct Doubt {
    line: Option<(Iccid, Imsi)>,
    /// When the device was last set up, or its card found to be the same.
    settled: Option<Duration>,
    /// When a look at it last ended: where each command takes seconds, something else must have its turn between two.
    looked: Option<Duration>,
    /// When it is looked at next.
    due: Option<Duration>,
    /// Looks one after the other, with nothing changed.
    looks: u32,
}

impl Doubt {
    pub(super) fn due(&self) -> Option<Duration> {
        self.due
    }

    pub(super) fn card(&self) -> Card {
        match self.due {
            None => Card::Known,
            Some(_) if self.looks >= LOOKS => Card::Repeating,
            Some(_) => Card::Doubted,
        }
    }

    pub(super) fn known(&mut self, line: Option<(Iccid, Imsi)>) {
        self.line = line;
    }

    /// The device was set up again, and said who it is.
    pub(super) fn is_settled(&mut self, now: Duration) {
        self.settled = Some(now);
        self.due = None;
    }

    fn was_lately_settled(&self, now: Duration) -> bool {
        self.settled.is_some_and(|settled| now < settled + LATELY)
    }

    fn begin(&mut self, now: Duration) {
        let due = self.looked.map_or(now, |looked| now.max(looked + LOOK_EVERY));
        self.due.get_or_insert(due);
    }
}

impl Modem {
    /// The card said something of itself.
    pub(super) fn doubt_card(&mut self) {
        let now = self.clock.monotonic();
        if self.watch.doubt.was_lately_settled(now) {
            self.watch.doubt.begin(now);
        } else {
            self.watch.doubt.looks = 0;
            self.start_over();
        }
    }

    /// If that is due, or a text waits for it: whether card and settings are as they were; if not, the device is set up again.
    pub(super) async fn look_at_card(&mut self) -> bool {
        let now = self.clock.monotonic();
        let wanted = self.intent.is_some() && self.watch.card() == Card::Repeating;
        if self.watch.doubt.due.is_none_or(|due| now < due && !wanted) {
            return false;
        }
        let kept = self.is_set_up().await != Kept::Lost;
        let (iccid, imsi) = self.card().await;
        let line = iccid.zip(imsi);
        // What it said during the look was said of the card that answered.
        self.sort_urcs();
        self.watch.doubt.due = None;
        self.watch.doubt.looked = Some(self.clock.monotonic());
        if kept && line.is_some() && line == self.watch.doubt.line {
            self.nothing_changed();
        } else {
            self.start_over();
        }
        true
    }

    fn nothing_changed(&mut self) {
        let doubt = &mut self.watch.doubt;
        doubt.settled = doubt.looked;
        doubt.looks += 1;
        if doubt.looks == LOOKS {
            self.remark(
                "the device says again and again that its SIM changed, which it did not; it is set up no more for that, \
                 and its SIM looked at every 10 s"
                    .into(),
            );
        }
    }
}
