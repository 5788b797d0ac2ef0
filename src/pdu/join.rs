//! Parts of long texts, put together again: out of order, days apart, repeated, in conflict, or never
//! whole. Nothing expires, and nothing waits for anything else.
//!
//! Parts belong together by sender, width and value of the reference, and total (23.040 clause
//! 9.2.3.24.1). Where a sender uses a reference again, two parts may claim one place: then those whose
//! TP-SCTS lie nearest to each other belong together, so that halves of two texts are never swapped.
//! The answer to a part may therefore correct an earlier one; it says so ([`Doubt::Instead`]).

use std::collections::{BTreeMap, BTreeSet};

use super::Deliver;
use super::dcs::{Alphabet, Compression};
use super::element::{Concat, Width};
use super::ucs2;
use crate::text::Untrusted;

/// One part, under the caller's own number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The caller's number; rises as parts arrive.
    pub id: u64,
    /// Its place.
    pub concat: Concat,
    /// TP-SCTS in seconds since 1970, if it is a time.
    pub sent: Option<i64>,
    /// What it carries.
    pub words: Words,
}

/// What a part carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// GSM 7-bit text.
    Text(Untrusted),
    /// UTF-16, as octets: a surrogate pair may be cut at the border of two parts.
    Utf16(Vec<u8>),
    /// Octets that are no text.
    Octets(Vec<u8>),
}

impl Piece {
    /// The part that a text is, if it is one.
    pub fn of(id: u64, deliver: &Deliver) -> Option<Self> {
        let concat = deliver.user_data.concat()?;
        let sent = deliver.timestamp.timestamp().map(|at| at.as_second());
        let words = match (deliver.dcs.alphabet(), deliver.dcs.compression()) {
            (Alphabet::Ucs2, Compression::None) => Words::Utf16(deliver.user_data.octets()),
            _ => match deliver.user_data.text(deliver.dcs) {
                Some(text) => Words::Text(text),
                None => Words::Octets(deliver.user_data.octets()),
            },
        };
        Some(Self { id, concat, sent, words })
    }
}

/// A whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The parts' numbers, in order of the text.
    pub ids: Vec<u64>,
    /// What it says: text, or octets if no part is text.
    pub words: Words,
    /// Why a person should look at the parts.
    pub doubts: Vec<Doubt>,
}

/// Why parts may not belong together as they were put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// The service centre took them so many seconds apart.
    FarApart(i64),
    /// Other parts claim the same place with other words: a reference that was used again.
    Reused(Vec<u64>),
    /// An earlier answer put some of these parts into that text, which this one corrects.
    Instead(Vec<u64>),
}

impl Doubt {
    /// In words.
    pub fn words(&self) -> String {
        let list = |ids: &[u64]| ids.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Doubt::FarApart(seconds) => format!("its parts were sent {seconds} seconds apart"),
            Doubt::Reused(ids) => format!("other parts came under the same reference: entries {}", list(ids)),
            Doubt::Instead(ids) => {
                format!("corrects an earlier reading, which joined the parts of entries {}", list(ids))
            }
        }
    }
}

/// What became of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Its text is whole.
    Complete,
    /// Others are missing.
    Waiting {
        /// The places that are still empty.
        missing: Vec<u8>,
        /// Parts in all.
        total: u8,
        /// Other totals that the sender gave under this reference: one of them is wrong, or the reference
        /// was used again.
        other_totals: Vec<u8>,
    },
    /// The network or the sender repeated it.
    Repeated {
        /// The part that it repeats.
        of: u64,
    },
}

/// The answer to a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// What became of it.
    pub place: Place,
    /// Texts that are whole now and were not before.
    pub whole: Vec<Whole>,
}

/// 23.040 9.2.3.24.1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    from: String,
    width: Width,
    reference: u16,
    total: u8,
}

/// What came under one key.
#[derive(Debug, Default)]
struct Pieces {
    /// In order of arrival.
    all: Vec<Piece>,
    /// Texts that were answered, by their parts' numbers.
    told: Vec<Vec<u64>>,
}

/// All parts so far.
#[derive(Debug, Default)]
pub struct Joiner {
    keys: BTreeMap<Key, Pieces>,
}

/// A sender's handset that misses an acknowledgement repeats a part within this many seconds.
const SENDER_REPEATS: u64 = 600;
/// Parts of one text are rarely taken further apart than this.
const FAR_APART: u64 = 3600;
/// So many whole texts are remembered under one key, to know their parts if they are repeated.
const REMEMBERED: usize = 8;

impl Joiner {
    /// With no parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a part.
    pub fn push(&mut self, from: &str, piece: Piece) -> Joined {
        let Concat { reference, total, width, .. } = piece.concat;
        let key = Key { from: from.to_owned(), width, reference, total };
        let other_totals = self.other_totals(&key);
        let pieces = self.keys.entry(key).or_default();
        if let Some(of) = pieces.repeated(&piece) {
            return Joined { place: Place::Repeated { of }, whole: Vec::new() };
        }
        let id = piece.id;
        pieces.all.push(piece);
        let groups = pieces.groups();
        let whole = pieces.newly_whole(&groups);
        let mine = groups.iter().find(|group| group.iter().any(|piece| piece.id == id));
        let here: BTreeSet<u8> = mine.into_iter().flatten().map(|piece| piece.concat.sequence).collect();
        let missing: Vec<u8> = (1..=total).filter(|sequence| !here.contains(sequence)).collect();
        let place = if missing.is_empty() { Place::Complete } else { Place::Waiting { missing, total, other_totals } };
        pieces.told.extend(whole.iter().map(|whole| whole.ids.clone()));
        pieces.forget();
        Joined { place, whole }
    }

    /// Totals under which parts of the same sender and reference wait.
    fn other_totals(&self, key: &Key) -> Vec<u8> {
        let lowest = Key { total: 0, ..key.clone() };
        let highest = Key { total: u8::MAX, ..key.clone() };
        let others = self.keys.range(lowest..=highest).filter(|(other, _)| other.total != key.total);
        others.filter(|(_, pieces)| pieces.has_waiting()).map(|(other, _)| other.total).collect()
    }
}

impl Pieces {
    /// The part that this one repeats: the same words at the same place, and the same TP-SCTS (the network
    /// repeats) or one soon after in a text that is not whole yet (the sender does).
    fn repeated(&self, piece: &Piece) -> Option<u64> {
        let same = |old: &&Piece| old.concat.sequence == piece.concat.sequence && old.words == piece.words;
        let again =
            |old: &&Piece| old.sent == piece.sent || apart(old, piece) <= SENDER_REPEATS && !self.is_told(old.id);
        self.all.iter().filter(same).find(again).map(|old| old.id)
    }

    fn is_told(&self, id: u64) -> bool {
        self.told.iter().any(|ids| ids.contains(&id))
    }

    fn has_waiting(&self) -> bool {
        self.all.iter().any(|piece| !self.is_told(piece.id))
    }

    /// The parts, text by text: nearest first, no place twice.
    fn groups(&self) -> Vec<Vec<&Piece>> {
        let places: BTreeSet<u8> = self.all.iter().map(|piece| piece.concat.sequence).collect();
        if places.len() == self.all.len() {
            return vec![self.all.iter().collect()];
        }
        let mut groups: Vec<Vec<&Piece>> = self.all.iter().map(|piece| vec![piece]).collect();
        let mut of: BTreeMap<u64, usize> = (0..).zip(&self.all).map(|(at, piece)| (piece.id, at)).collect();
        for (one, other) in self.nearest_first() {
            let (Some(&into), Some(&from)) = (of.get(&one), of.get(&other)) else { continue };
            if into == from || !disjoint(&groups, into, from) {
                continue;
            }
            let moved = groups.get_mut(from).map(std::mem::take).unwrap_or_default();
            of.extend(moved.iter().map(|piece| (piece.id, into)));
            if let Some(group) = groups.get_mut(into) {
                group.extend(moved);
            }
        }
        groups.retain(|group| !group.is_empty());
        groups
    }

    /// Pairs of parts at different places, by how far apart they were sent, then arrived.
    fn nearest_first(&self) -> Vec<(u64, u64)> {
        let mut pairs = Vec::new();
        for (at, one) in self.all.iter().enumerate() {
            let others = self.all.iter().enumerate().skip(at + 1);
            for (later, other) in others.filter(|(_, other)| other.concat.sequence != one.concat.sequence) {
                pairs.push((apart(one, other), later - at, at, one.id, other.id));
            }
        }
        pairs.sort_unstable();
        pairs.into_iter().map(|(.., one, other)| (one, other)).collect()
    }

    fn newly_whole(&self, groups: &[Vec<&Piece>]) -> Vec<Whole> {
        let whole = groups.iter().filter(|group| group.iter().any(|p| group.len() == usize::from(p.concat.total)));
        let mut whole: Vec<Vec<&Piece>> = whole.cloned().collect();
        whole.iter_mut().for_each(|group| group.sort_by_key(|piece| piece.concat.sequence));
        let ids = |group: &Vec<&Piece>| group.iter().map(|piece| piece.id).collect::<Vec<_>>();
        whole.retain(|group| !self.told.contains(&ids(group)));
        let text = |group: Vec<&Piece>| Whole { ids: ids(&group), words: words(&group), doubts: self.doubts(&group) };
        whole.into_iter().map(text).collect()
    }

    fn doubts(&self, group: &[&Piece]) -> Vec<Doubt> {
        let is_in = |id: &u64| group.iter().any(|piece| piece.id == *id);
        let times = || group.iter().filter_map(|piece| piece.sent);
        let spread = times().max().zip(times().min()).map(|(last, first)| last.saturating_sub(first));
        let far = spread.filter(|spread| spread.unsigned_abs() > FAR_APART).map(Doubt::FarApart);
        let others = self.all.iter().filter(|piece| !is_in(&piece.id) && !self.is_told(piece.id));
        let waiting: Vec<u64> = others.map(|piece| piece.id).collect();
        let reused = Some(waiting).filter(|ids| !ids.is_empty()).map(Doubt::Reused);
        let instead = self.told.iter().filter(|ids| ids.iter().any(is_in)).cloned().map(Doubt::Instead);
        far.into_iter().chain(reused).chain(instead).collect()
    }

    /// Forgets the oldest whole texts; what waits is never forgotten.
    fn forget(&mut self) {
        while self.told.len() > REMEMBERED {
            let oldest = self.told.remove(0);
            let told = &self.told;
            let needed = |id: &u64| !oldest.contains(id) || told.iter().any(|ids| ids.contains(id));
            self.all.retain(|piece| needed(&piece.id));
        }
    }
}

/// Seconds between two parts; without a time they are as far apart as can be.
fn apart(one: &Piece, other: &Piece) -> u64 {
    one.sent.zip(other.sent).map_or(u64::MAX, |(one, other)| one.abs_diff(other))
}

fn disjoint(groups: &[Vec<&Piece>], one: usize, other: usize) -> bool {
    let (Some(one), Some(other)) = (groups.get(one), groups.get(other)) else { return false };
    let there = |piece: &&Piece| other.iter().any(|o| o.concat.sequence == piece.concat.sequence);
    !one.iter().any(there)
}

/// The words of parts in order. UTF-16 is joined before it is read.
fn words(group: &[&Piece]) -> Words {
    if group.iter().all(|piece| matches!(piece.words, Words::Octets(_))) {
        return Words::Octets(group.iter().flat_map(|piece| octets(&piece.words)).copied().collect());
    }
    let mut text = String::new();
    let mut units: Vec<u8> = Vec::new();
    for piece in group {
        if let Words::Utf16(octets) = &piece.words {
            units.extend(octets);
            continue;
        }
        text.push_str(ucs2::text(&std::mem::take(&mut units)).for_record());
        match &piece.words {
            Words::Text(words) => text.push_str(words.for_record()),
            words => text.push_str(&crate::hex::encode(octets(words))),
        }
    }
    text.push_str(ucs2::text(&units).for_record());
    Words::Text(text.into())
}

fn octets(words: &Words) -> &[u8] {
    match words {
        Words::Text(_) => &[],
        Words::Utf16(octets) | Words::Octets(octets) => octets,
    }
}

#[cfg(test)]
mod tests;
