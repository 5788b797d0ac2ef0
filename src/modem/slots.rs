//! Which slots are to be fetched, and which are known. Bookkeeping without I/O; `inbox` does the reading.
//!
//! What lay there before the case is never read (law 3), and nothing that arrived is overlooked (law 2): where a
//! device announces a text, its slot is read; where only the count of slots in use has risen, they are looked
//! through, unless the exhibit's own texts could be read that way.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use crate::at::command::Storage;
use crate::at::urc::Slot;

/// What lay in a storage when the case first looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Old {
    /// Which.
    pub storage: Storage,
    /// Slots in use.
    pub used: u32,
    /// Which, where the device could tell.
    pub slots: Vec<u32>,
}

/// What the record knows of the slots of this device and this card.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// What lay there before the case.
    pub old: Vec<Old>,
    /// Their texts are in the record.
    pub ours: Vec<Slot>,
    /// Announced though they are old, and held back until a person decides.
    pub held: Vec<Slot>,
}

impl Old {
    /// Whether every slot in use is known by its number.
    fn is_listed(&self) -> bool {
        self.slots.len() == self.used as usize
    }
}

/// Why a slot is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The device announced it, or lists it as in use.
    Named,
    /// Nobody says that something lies there, but it may.
    Searched,
}

/// What a count of slots in use asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing new can lie there.
    Nothing,
    /// The device is to be asked which slots are in use.
    List,
    /// So many texts are in no slot that may be read.
    Tell(u32),
}

/// Slots by what is known of them.
#[derive(Debug, Default)]
pub(super) struct Slots {
    waiting: VecDeque<(Slot, Why)>,
    /// Of storages that were counted when the case first looked.
    old: BTreeMap<Storage, Old>,
    /// Read since the device last said that it started, and when: they hold what was read.
    read: BTreeMap<Slot, Duration>,
    /// Their texts are in the record, and they were not freed.
    ours: BTreeSet<Slot>,
    /// Announced, though a text of the exhibit lay there, and not to be read before a person decides.
    held: BTreeSet<Slot>,
    /// Could not be read, and how often that was tried.
    failed: BTreeMap<Slot, u32>,
    /// Slots in use when it was last looked.
    used: BTreeMap<Storage, u32>,
    /// How many were in use and how many of them were not found when they were last looked for.
    searched: BTreeMap<Storage, (u32, u32)>,
    /// How many could not be accounted for when a person was last told.
    told: BTreeMap<Storage, u32>,
}

impl Slots {
    /// What lay there before the case, and what is in the record already. All but the exhibit's is read once a session
    /// and after each start of the device: nobody knows who freed a slot meanwhile, and what lies in it now.
    pub(super) fn begin(&mut self, known: Known) {
        self.look_again();
        self.old = known.old.into_iter().map(|old| (old.storage.clone(), old)).collect();
        self.ours = known.ours.into_iter().collect();
        self.held = known.held.into_iter().collect();
    }

    /// It is not to be read before a person decides. `false` if it was held back already.
    pub(super) fn hold_back(&mut self, slot: &Slot) -> bool {
        self.held.insert(slot.clone())
    }

    /// A person decided.
    pub(super) fn read_what_is_held(&mut self) {
        std::mem::take(&mut self.held).into_iter().for_each(|slot| self.wait(slot, Why::Named));
    }

    /// Nothing that was read or counted before can be trusted.
    pub(super) fn look_again(&mut self) {
        self.used.clear();
        self.read.clear();
    }

    /// The device announced it: what lies there is new, even if the slot was known.
    pub(super) fn announced(&mut self, slot: Slot) {
        self.wait(slot, Why::Named);
    }

    /// It is to be read.
    pub(super) fn wait(&mut self, slot: Slot, why: Why) {
        if !self.waiting.iter().any(|(waiting, _)| *waiting == slot) {
            self.waiting.push_back((slot, why));
        }
    }

    pub(super) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Whether one of those waits.
    pub(super) fn has_waiting_of(&self, which: impl Fn(&Slot) -> bool) -> bool {
        self.waiting.iter().any(|(slot, _)| which(slot))
    }

    /// The next of those.
    pub(super) fn next_of(&mut self, which: impl Fn(&Slot) -> bool) -> Option<(Slot, Why)> {
        let place = self.waiting.iter().position(|(slot, _)| which(slot))?;
        self.waiting.remove(place)
    }

    /// Whether it lay there before the case, by its number.
    pub(super) fn is_old(&self, slot: &Slot) -> bool {
        self.old.get(&slot.storage).is_some_and(|old| old.slots.contains(&slot.index))
    }

    /// When it was read, since the device last said that it started.
    pub(super) fn read_at(&self, slot: &Slot) -> Option<Duration> {
        self.read.get(slot).copied()
    }

    /// It was read, and what lay in it is on its way to the record.
    pub(super) fn was_read(&mut self, slot: &Slot, now: Duration) {
        self.failed.remove(slot);
        self.read.insert(slot.clone(), now);
        self.ours.insert(slot.clone());
        let found_all = self.used.get(&slot.storage).is_some_and(|used| *used <= self.known_in(&slot.storage));
        if found_all {
            self.waiting.retain(|(waiting, why)| *why == Why::Named || waiting.storage != slot.storage);
        }
    }

    /// It holds nothing.
    pub(super) fn was_empty(&mut self, slot: &Slot) {
        self.failed.remove(slot);
    }

    /// It could not be read and is tried again; says how often that was tried.
    pub(super) fn could_not_be_read(&mut self, slot: &Slot) -> u32 {
        let tries = self.failed.entry(slot.clone()).or_default();
        *tries += 1;
        *tries
    }

    /// What could not be read is waited for again.
    pub(super) fn try_again(&mut self) {
        for slot in self.failed.keys().cloned().collect::<Vec<_>>() {
            self.wait(slot, Why::Named);
        }
    }

    pub(super) fn was_freed(&mut self, slot: &Slot) {
        self.read.remove(slot);
        self.ours.remove(slot);
    }

    /// So many slots are in use.
    pub(super) fn counted(&mut self, storage: &Storage, used: u32) -> Next {
        let before = self.used.insert(storage.clone(), used);
        match self.old.get(storage) {
            Some(old) if !old.is_listed() => {
                let accounted = old.used + in_storage(self.ours.iter(), storage);
                self.tell(storage, used.saturating_sub(accounted))
            }
            _ if before.is_none() || used != self.known_in(storage) => Next::List,
            _ => Next::Nothing,
        }
    }

    /// The count is to be looked into again.
    pub(super) fn was_not_listed(&mut self, storage: &Storage) {
        self.used.remove(storage);
    }

    /// These slots are in use; those that nobody knows are new, and those that are not in use are not known any more.
    pub(super) fn listed(&mut self, storage: &Storage, slots: &[u32]) {
        self.read.retain(|slot, _| slot.storage != *storage || slots.contains(&slot.index));
        self.wait_for(storage, slots, Why::Named);
    }

    /// So many are in use, but not which: those that may be are looked through, unless one of them is the exhibit's.
    pub(super) fn not_listed(&mut self, storage: &Storage, used: u32, slots: &[u32]) -> Next {
        let left = used.saturating_sub(self.known_in(storage));
        let none_is_old = self.old.get(storage).is_none_or(|old| old.used == 0);
        if left > 0 && none_is_old {
            self.wait_for(storage, slots, Why::Searched);
            if self.searched.insert(storage.clone(), (used, left)) != Some((used, left)) {
                return Next::Nothing;
            }
        }
        self.tell(storage, left)
    }

    fn wait_for(&mut self, storage: &Storage, slots: &[u32], why: Why) {
        let slots = slots.iter().map(|index| Slot { storage: storage.clone(), index: *index });
        for slot in slots.filter(|slot| !self.is_old(slot) && !self.read.contains_key(slot)).collect::<Vec<_>>() {
            self.wait(slot, why);
        }
    }

    /// A person is told of each rise once.
    fn tell(&mut self, storage: &Storage, left: u32) -> Next {
        let before = self.told.insert(storage.clone(), left).unwrap_or_default();
        if left > before { Next::Tell(left) } else { Next::Nothing }
    }

    fn known_in(&self, storage: &Storage) -> u32 {
        let old = self.old.get(storage).map(|old| old.used).unwrap_or_default();
        old + in_storage(self.read.keys(), storage)
    }
}

fn in_storage<'a>(slots: impl Iterator<Item = &'a Slot>, storage: &Storage) -> u32 {
    slots.filter(|slot| slot.storage == *storage).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn me() -> Storage {
        Storage::parse("ME").unwrap()
    }

    fn slot(index: u32) -> Slot {
        Slot { storage: me(), index }
    }

    fn waiting(slots: &mut Slots) -> Vec<u32> {
        std::iter::from_fn(|| slots.next_of(|_| true)).map(|(slot, _)| slot.index).collect()
    }

    fn old(used: u32, slots: &[u32]) -> Vec<Old> {
        vec![Old { storage: me(), used, slots: slots.to_vec() }]
    }

    #[test]
    fn what_is_in_use_and_not_known_is_read_and_the_exhibit_is_not() {
        let mut slots = Slots::default();
        slots.begin(Known { old: old(2, &[1, 2]), ..Known::default() });
        assert_eq!(slots.counted(&me(), 2), Next::List, "one who freed a slot may have been followed by another text");
        slots.listed(&me(), &[1, 2]);
        assert!(!slots.has_waiting());
        assert_eq!(slots.counted(&me(), 2), Next::Nothing);
        assert_eq!(slots.counted(&me(), 4), Next::List);
        slots.listed(&me(), &[1, 2, 3, 9]);
        assert_eq!(waiting(&mut slots), [3, 9]);
    }

    #[test]
    fn an_exhibit_that_cannot_be_told_apart_is_left_alone_and_a_person_is_told_once() {
        let mut slots = Slots::default();
        slots.begin(Known { old: old(2, &[]), ours: vec![slot(7)], ..Known::default() });
        assert_eq!(slots.counted(&me(), 3), Next::Nothing, "two old, one ours");
        assert_eq!(slots.counted(&me(), 4), Next::Tell(1));
        assert_eq!(slots.counted(&me(), 4), Next::Nothing);
        assert_eq!(slots.counted(&me(), 5), Next::Tell(2));
        slots.announced(slot(8));
        assert_eq!(slots.next_of(|_| true), Some((slot(8), Why::Named)), "what is announced is read");
        slots.was_read(&slot(8), Duration::ZERO);
        assert_eq!(slots.counted(&me(), 5), Next::Nothing);
        assert_eq!(slots.counted(&me(), 6), Next::Tell(2));
    }

    #[test]
    fn where_nothing_is_old_all_slots_are_looked_through_until_all_are_found() {
        let mut slots = Slots::default();
        slots.begin(Known { old: old(0, &[]), ..Known::default() });
        assert_eq!(slots.counted(&me(), 1), Next::List);
        assert_eq!(slots.not_listed(&me(), 1, &[1, 2, 3, 4]), Next::Nothing);
        assert_eq!(slots.next_of(|_| true), Some((slot(1), Why::Searched)));
        slots.was_empty(&slot(1));
        slots.next_of(|_| true);
        slots.was_read(&slot(2), Duration::ZERO);
        assert!(!slots.has_waiting(), "the one text was found");
        assert_eq!(slots.not_listed(&me(), 2, &[1, 2, 3]), Next::Nothing);
        assert_eq!(waiting(&mut slots), [1, 3]);
        assert_eq!(slots.not_listed(&me(), 2, &[1, 2, 3]), Next::Tell(1), "looked for, and not found");
        assert_eq!(waiting(&mut slots), [1, 3], "but looked for again");
    }

    #[test]
    fn what_could_not_be_read_is_tried_again_until_it_was() {
        let mut slots = Slots::default();
        slots.announced(slot(3));
        slots.next_of(|_| true);
        assert_eq!(slots.could_not_be_read(&slot(3)), 1);
        slots.try_again();
        assert_eq!(slots.next_of(|_| true), Some((slot(3), Why::Named)));
        assert_eq!(slots.could_not_be_read(&slot(3)), 2);
        slots.try_again();
        slots.next_of(|_| true);
        slots.was_read(&slot(3), Duration::ZERO);
        slots.try_again();
        assert!(!slots.has_waiting());
    }
}
