//! Parts of long texts, put together again: out of order, repeated, in conflict, or never whole.

use std::collections::BTreeMap;

use super::udh::{Concat, Width};
use crate::text::Untrusted;

/// Texts that are not whole yet. Carries the caller's own numbers of the parts.
#[derive(Debug, Default)]
pub struct Joiner {
    open: BTreeMap<Key, Parts>,
    /// Texts that are whole, the last under each key: a part that the network repeats must not begin a
    /// new text, into which parts of a later one under the same reference would fall.
    whole: BTreeMap<Key, Parts>,
}

/// Parts by their place, with the caller's number.
type Parts = BTreeMap<u8, (u64, Untrusted)>;

/// Who sends it, under which reference, in how many parts. 23.040 9.2.3.24.1 joins by exactly these.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    from: String,
    reference: u16,
    wide: u8,
    total: u8,
}

/// What a part did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joined {
    /// The text is whole.
    Whole {
        /// The parts' numbers, in order of the text.
        ids: Vec<u64>,
        /// The text.
        text: Untrusted,
    },
    /// Others are missing.
    Waiting {
        /// Parts here.
        have: u8,
        /// Parts in all.
        total: u8,
    },
    /// The same part with the same text was here: the network repeated it.
    Repeated,
    /// The same part was here with another text: a new text under an old reference begins.
    Conflict,
}

impl Joiner {
    /// With nothing open.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a part.
    pub fn push(&mut self, from: &str, concat: Concat, text: Untrusted, id: u64) -> Joined {
        let wide = if concat.width == Width::Bits16 { 1 } else { 0 };
        let key = Key { from: from.to_owned(), reference: concat.reference, wide, total: concat.total };
        let repeated = |parts: &Parts| parts.get(&concat.index).is_some_and(|(_, before)| *before == text);
        if !self.open.contains_key(&key) && self.whole.get(&key).is_some_and(repeated) {
            return Joined::Repeated;
        }
        let parts = self.open.entry(key.clone()).or_default();
        if let Some((_, before)) = parts.get(&concat.index) {
            if *before == text {
                return Joined::Repeated;
            }
            *parts = BTreeMap::from([(concat.index, (id, text))]);
            return Joined::Conflict;
        }
        parts.insert(concat.index, (id, text));
        if parts.len() < usize::from(concat.total) {
            return Joined::Waiting { have: parts.len() as u8, total: concat.total };
        }
        let parts = self.open.remove(&key).unwrap_or_default();
        let ids = parts.values().map(|(id, _)| *id).collect();
        let text: String = parts.values().map(|(_, text)| text.for_record()).collect();
        self.whole.insert(key, parts);
        Joined::Whole { ids, text: text.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(index: u8) -> Concat {
        Concat { reference: 9, total: 3, index, width: Width::Bits8 }
    }

    #[test]
    fn out_of_order_repeated_and_whole() {
        let mut joiner = Joiner::new();
        assert_eq!(joiner.push("a", part(3), "c".into(), 30), Joined::Waiting { have: 1, total: 3 });
        assert_eq!(joiner.push("a", part(1), "a".into(), 10), Joined::Waiting { have: 2, total: 3 });
        assert_eq!(joiner.push("a", part(1), "a".into(), 11), Joined::Repeated);
        assert_eq!(joiner.push("b", part(2), "x".into(), 99), Joined::Waiting { have: 1, total: 3 });
        assert_eq!(
            joiner.push("a", part(2), "b".into(), 20),
            Joined::Whole { ids: vec![10, 20, 30], text: "abc".into() }
        );
    }

    #[test]
    fn a_part_repeated_after_the_text_was_whole_falls_into_no_later_text() {
        let mut joiner = Joiner::new();
        for (index, text) in [(1, "OLD1 "), (2, "OLD2 "), (3, "OLD3")] {
            joiner.push("a", part(index), text.into(), u64::from(index));
        }
        assert_eq!(joiner.push("a", part(1), "OLD1 ".into(), 9), Joined::Repeated);
        joiner.push("a", part(2), "NEW2 ".into(), 12);
        joiner.push("a", part(3), "NEW3".into(), 13);
        let whole = joiner.push("a", part(1), "NEW1 ".into(), 11);
        assert_eq!(whole, Joined::Whole { ids: vec![11, 12, 13], text: "NEW1 NEW2 NEW3".into() });
    }

    #[test]
    fn an_old_reference_with_another_text_begins_anew() {
        let mut joiner = Joiner::new();
        joiner.push("a", part(1), "old".into(), 1);
        assert_eq!(joiner.push("a", part(1), "new".into(), 2), Joined::Conflict);
        joiner.push("a", part(2), "x".into(), 3);
        assert_eq!(
            joiner.push("a", part(3), "y".into(), 4),
            Joined::Whole { ids: vec![2, 3, 4], text: "newxy".into() }
        );
    }
}
