//! What lay there before the case: which slots are the exhibit's, and a person's decision where one of them cannot be
//! read without being marked as read (law 3).

use super::event::Event;
use super::{Session, SessionError};
use crate::at::command::Storage;
use crate::at::urc::Slot;
use crate::modem::slots::{Known, Old};
use crate::record::body::{Forbids, Hold, Place};
use crate::record::entry::Entry;
use crate::record::fold::{READING_FLIPS_UNREAD, Shelf, State};

/// What lay there when the case first looked, where texts lie that are in the record, and what is held back. Everything
/// else in a storage arrived in this case and is a reply that must be read.
pub(super) fn known_slots(state: &State) -> Known {
    let here = |shelf: &Shelf| Some(Storage::parse(&shelf.storage)?).filter(|_| *shelf == state.shelf(&shelf.storage));
    let old = state.first_census.iter().filter_map(|(shelf, census)| {
        Some(Old { storage: here(shelf)?, used: census.used, slots: census.slots.clone() })
    });
    let slot = |(shelf, index): &(Shelf, u32)| Some(Slot { storage: here(shelf)?, index: *index });
    Known {
        old: old.collect(),
        ours: state.slots.keys().filter_map(slot).collect(),
        held: state.held_back.iter().filter_map(slot).collect(),
    }
}

impl Session {
    /// Says so before it is read, and waits for a person.
    pub(super) fn hold_reading(&self, slot: &Slot, why: String) -> Result<(), SessionError> {
        let place = Place { storage: slot.storage.name().to_owned(), index: slot.index };
        let words = format!("{why}: signpost resolve {READING_FLIPS_UNREAD} --why \"…\"");
        let (code, forbids) = (READING_FLIPS_UNREAD.to_owned(), Forbids::Reading);
        self.record().append(Entry::Hold(Hold { code, why: words.clone(), forbids, slot: Some(place) }))?;
        self.view.tell(Event::Remark(words));
        Ok(())
    }

    /// If a person decided that what is held back may be read, it is; the decision stands in the record.
    pub(super) fn obey_decision(&mut self) {
        let decided = self.record().state().may_mark.is_some();
        if decided {
            self.modem.may_mark();
        }
    }
}
