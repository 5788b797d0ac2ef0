//! A map for thousands of small values that are seldom added and often looked up: one block of memory in order of
//! the keys. A tree of the standard library needs nearly twice as much when it is filled in order.

use std::ops::RangeInclusive;

/// A map in order of its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortedMap<K, V>(Vec<(K, V)>);

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    fn place(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.cmp(key))
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.place(key).ok().and_then(|place| self.0.get(place)).map(|(_, value)| value)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.place(key).ok().and_then(|place| self.0.get_mut(place)).map(|(_, value)| value)
    }

    /// Whether there is such a key.
    pub fn contains_key(&self, key: &K) -> bool {
        self.place(key).is_ok()
    }

    /// Makes room for so many more, and no more: room to grow would never be used.
    pub fn reserve(&mut self, more: usize) {
        self.0.reserve_exact(more);
    }

    /// Puts a value in, in the place of what was there.
    pub fn insert(&mut self, key: K, value: V) {
        match self.place(&key) {
            Ok(place) => self.0.splice(place..=place, [(key, value)]).for_each(drop),
            Err(place) => self.0.insert(place, (key, value)),
        }
    }

    /// Puts a value in, unless there is one.
    pub fn add(&mut self, key: K, value: V) {
        if let Err(place) = self.place(&key) {
            self.0.insert(place, (key, value));
        }
    }

    /// Keeps only what fits.
    pub fn retain(&mut self, mut fits: impl FnMut(&K, &V) -> bool) {
        self.0.retain(|(key, value)| fits(key, value));
    }

    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(pair)
    }

    /// In order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    /// Those from one key to another, both included, in order.
    pub fn range(&self, keys: RangeInclusive<K>) -> impl Iterator<Item = (&K, &V)> {
        let from = self.0.partition_point(|(key, _)| key < keys.start());
        let behind = self.0.partition_point(|(key, _)| key <= keys.end());
        self.0.get(from..behind).unwrap_or_default().iter().map(pair)
    }
}

fn pair<K, V>((key, value): &(K, V)) -> (&K, &V) {
    (key, value)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_a_tree_holds(steps in vec((0u8..3, 0u8..20, any::<u8>()), 0..60), from in 0u8..20, to in 0u8..20) {
            let (mut map, mut tree) = (SortedMap::default(), BTreeMap::new());
            for (step, key, value) in steps {
                match step {
                    0 => drop((map.insert(key, value), tree.insert(key, value))),
                    1 => {
                        map.retain(|other, _| *other != key);
                        tree.retain(|other, _| *other != key);
                    }
                    _ => {
                        map.add(key, value);
                        tree.entry(key).or_insert(value);
                    }
                }
            }
            prop_assert!(map.iter().eq(&tree));
            prop_assert!(map.keys().eq(tree.keys()));
            prop_assert!((0..20).all(|key| map.get(&key) == tree.get(&key)));
            if from <= to {
                prop_assert!(map.range(from..=to).eq(tree.range(from..=to)));
            }
        }
    }
}
