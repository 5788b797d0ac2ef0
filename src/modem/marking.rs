//! A text that lay there before the case is not read where reading marks it as read, before a person has decided (law 3).
//! `inbox` asks before it reads a slot.

use super::inbox::named;
use super::{Event, Modem, Trouble};
use crate::at::command::Marks;
use crate::at::urc::Slot;

/// Whether the exhibit's texts may be read by a command that marks them as read (law 3).
#[derive(Default, PartialEq)]
pub(super) enum Marking {
    /// Not before a person decided.
    #[default]
    Forbidden,
    /// A person decided, and it is in the record.
    Decided,
}

impl Modem {
    /// Whether reading it would change the exhibit, and nobody decided that it may.
    pub(super) fn would_mark(&self, slot: &Slot) -> bool {
        self.inbox.slots.is_old(slot)
            && self.dialect.read.marks() == Marks::Yes
            && self.inbox.marking == Marking::Forbidden
    }

    /// Law 3: said before it is read, and read only when a person has decided.
    pub(super) fn hold_back(&mut self, slot: Slot) {
        let words = format!(
            "the device announced a text in {}, where one lay before the case; it may be a reply. This family knows no \
             way to read it without marking it as read, so it is not read before a person decides",
            named(&slot)
        );
        if self.inbox.slots.hold_back(&slot) {
            self.events.push_back(Event::WouldMark(slot, words));
        }
    }

    /// A person decided that what was held back may be read, and marked by that; it is in the record.
    pub fn may_mark(&mut self) {
        self.inbox.marking = Marking::Decided;
        self.inbox.slots.read_what_is_held();
    }

    /// It is new, since it was announced: whoever freed the slot, it was not signpost.
    pub(super) fn tell_if_old(&mut self, slot: &Slot) {
        if self.inbox.slots.is_old(slot) {
            let slot = named(slot);
            self.trouble(
                Trouble::InTheExhibit,
                format!(
                    "the device announced a text in {slot}, where one lay before the case; it was read as a reply, and \
                     is not freed. Compare it with the image of the exhibit"
                ),
            );
        }
    }
}
