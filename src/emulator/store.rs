//! A storage for texts: slots with a status, from 0 or 1 as 27.005 leaves it open; ours begin at 1.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A text in a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Slot {
    /// 0 received unread, 1 received read, 2 stored unsent, 3 stored sent.
    pub(super) status: u8,
    /// SMSC and TPDU as hexadecimal digits.
    pub(super) hex: String,
}

impl Slot {
    /// Marks it as read; what lies in it, if it was unread.
    pub(super) fn mark(&mut self) -> Option<String> {
        let before = self.status;
        self.status = before.max(1);
        (before == 0).then(|| self.hex.clone())
    }
}

/// Slots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub(super) struct Store {
    slots: Vec<Option<Slot>>,
    /// What was deleted and is not written over yet.
    #[serde(default)]
    remains: BTreeMap<u32, String>,
}

impl Store {
    pub(super) fn of(size: usize) -> Self {
        Self { slots: vec![None; size], remains: BTreeMap::new() }
    }

    pub(super) fn total(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn used(&self) -> usize {
        self.slots.iter().flatten().count()
    }

    /// Takes the first free slot; `None` if there is none.
    pub(super) fn put(&mut self, slot: Slot) -> Option<u32> {
        let free = self.slots.iter().position(Option::is_none)?;
        if let Some(place) = self.slots.get_mut(free) {
            *place = Some(slot);
        }
        self.remains.remove(&(free as u32 + 1));
        Some(free as u32 + 1)
    }

    pub(super) fn get_mut(&mut self, index: u32) -> Option<&mut Slot> {
        let place = usize::try_from(index).ok()?.checked_sub(1)?;
        self.slots.get_mut(place)?.as_mut()
    }

    pub(super) fn delete(&mut self, index: u32) -> Option<Slot> {
        let place = usize::try_from(index).ok()?.checked_sub(1)?;
        let slot = self.slots.get_mut(place)?.take()?;
        self.remains.insert(index, slot.hex.clone());
        Some(slot)
    }

    /// What was deleted from a slot and is there still, as in a card that only marks a record as free.
    pub(super) fn remains(&self, index: u32) -> Option<&str> {
        self.remains.get(&index).map(String::as_str)
    }

    /// Indexes in use.
    pub(super) fn indexes(&self) -> Vec<u32> {
        (1..).zip(&self.slots).filter(|(_, slot)| slot.is_some()).map(|(index, _)| index).collect()
    }
}

/// Octets of a TPDU behind its SMSC: what `+CMGR` and `+CMT` tell as length.
pub(super) fn tpdu_length(hex: &str) -> usize {
    let smsc = hex.get(..2).and_then(|digits| usize::from_str_radix(digits, 16).ok()).unwrap_or_default();
    (hex.len() / 2).saturating_sub(smsc + 1)
}
