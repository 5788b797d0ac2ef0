//! Parts of long texts, put together again: out of order, days apart, repeated, in conflict, or never
//! whole. Nothing expires, and nothing waits for anything else.
//!
//! Parts belong together by sender, width and value of the reference, and total (23.040 clause
//! 9.2.3.24.1). Where a sender uses a reference again, several parts may claim one place. Texts are sent
//! one after the other: so the claimants of each place, in the order of their TP-SCTS, go to the texts in
//! that order, each to the nearest if some are missing. TP-SCTS has a resolution of a second and a sender
//! may do as it likes: what was joined among others of about the same time is marked ([`Doubt::Reused`]).
//! The answer to a part may correct an earlier one; it says so ([`Doubt::Instead`]).

use std::collections::{BTreeMap, BTreeSet};

use super::Deliver;
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
        let words = match deliver.user_data.text(deliver.dcs) {
            _ if deliver.dcs.is_utf16() => Words::Utf16(deliver.user_data.octets()),
            Some(text) => Words::Text(text),
            None => Words::Octets(deliver.user_data.octets()),
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
    /// Other parts under this reference were sent at about the same time.
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
    /// The network repeated it.
    Repeated {
        /// The part that it repeats.
        of: u64,
    },
}

/// A text of which parts are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partial {
    /// From whom, as it was given to [`Joiner::push`].
    pub from: String,
    /// The parts' numbers, in order of the text.
    pub ids: Vec<u64>,
    /// What they say.
    pub words: Words,
    /// The places that are empty.
    pub missing: Vec<u8>,
    /// Parts in all.
    pub total: u8,
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

/// Parts of one text are rarely taken further apart than this.
const FAR_APART: u64 = 3600;
/// So many whole texts are remembered under one key, to know their parts if they are repeated.
const REMEMBERED: usize = 8;
/// So many parts are compared under one key. Of a flood beyond that the oldest stay parts for good; the
/// record has them all.
const COMPARED: usize = 1024;

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
        let missing = missing(mine.map(Vec::as_slice).unwrap_or_default(), total);
        let place = if missing.is_empty() { Place::Complete } else { Place::Waiting { missing, total, other_totals } };
        pieces.tell(&whole);
        pieces.forget();
        Joined { place, whole }
    }

    /// Every text that waits for parts, as far as it came.
    pub fn waiting(&self) -> Vec<Partial> {
        self.keys.iter().flat_map(|(key, pieces)| pieces.partial(key)).collect()
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
    /// The part that this one repeats: the same words at the same place, with the same TP-SCTS. One with
    /// another TP-SCTS, such as a sender makes who missed an acknowledgement, may be of another text.
    fn repeated(&self, piece: &Piece) -> Option<u64> {
        let same = |old: &&Piece| old.concat.sequence == piece.concat.sequence && old.words == piece.words;
        let again = |old: &&Piece| old.sent == piece.sent && (old.sent.is_some() || !self.is_told(old.id));
        self.all.iter().filter(same).find(again).map(|old| old.id)
    }

    fn is_told(&self, id: u64) -> bool {
        self.told.iter().any(|ids| ids.contains(&id))
    }

    fn has_waiting(&self) -> bool {
        self.all.iter().any(|piece| !self.is_told(piece.id))
    }

    /// The parts, text by text. The place that most parts claim tells how many texts there are.
    fn groups(&self) -> Vec<Vec<&Piece>> {
        let mut places: BTreeMap<u8, Vec<(i64, &Piece)>> = BTreeMap::new();
        let mut now = 0;
        for piece in &self.all {
            // Without a time, a part counts as sent with the one that arrived before it.
            now = piece.sent.unwrap_or(now);
            places.entry(piece.concat.sequence).or_default().push((now, piece));
        }
        places.values_mut().for_each(|claimants| claimants.sort_by_key(|(at, piece)| (*at, piece.id)));
        let most = places.values().map(Vec::len).max().unwrap_or_default();
        let Some(leader) = places.iter().find(|(_, claimants)| claimants.len() == most).map(|(place, _)| *place) else {
            return Vec::new();
        };
        let leaders = places.remove(&leader).unwrap_or_default();
        let texts: Vec<i64> = leaders.iter().map(|(at, _)| *at).collect();
        let mut groups: Vec<Vec<&Piece>> = leaders.into_iter().map(|(_, piece)| vec![piece]).collect();
        for claimants in places.into_values() {
            let times: Vec<i64> = claimants.iter().map(|(at, _)| *at).collect();
            for (text, (_, piece)) in nearest_in_order(&times, &texts).into_iter().zip(claimants) {
                if let Some(group) = groups.get_mut(text) {
                    group.push(piece);
                }
            }
        }
        groups
    }

    /// Of what was told before, that which shares a part with a new text is withdrawn.
    fn tell(&mut self, whole: &[Whole]) {
        for text in whole {
            self.told.retain(|ids| !ids.iter().any(|id| text.ids.contains(id)));
            self.told.push(text.ids.clone());
        }
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

    fn partial(&self, key: &Key) -> Vec<Partial> {
        let mut groups = self.groups();
        groups.retain(|group| group.len() < usize::from(key.total));
        groups.iter_mut().for_each(|group| group.sort_by_key(|piece| piece.concat.sequence));
        let partial = |group: Vec<&Piece>| Partial {
            from: key.from.clone(),
            ids: group.iter().map(|piece| piece.id).collect(),
            words: words(&group),
            missing: missing(&group, key.total),
            total: key.total,
        };
        groups.into_iter().map(partial).collect()
    }

    fn doubts(&self, group: &[&Piece]) -> Vec<Doubt> {
        let is_in = |id: &u64| group.iter().any(|piece| piece.id == *id);
        let times = || group.iter().filter_map(|piece| piece.sent);
        let spread = times().max().zip(times().min()).map(|(last, first)| last.saturating_sub(first));
        let far = spread.filter(|spread| spread.unsigned_abs() > FAR_APART).map(Doubt::FarApart);
        let near = |piece: &&Piece| group.iter().any(|own| apart(own, piece) <= FAR_APART);
        let others = self.all.iter().filter(|piece| !is_in(&piece.id)).filter(near);
        let others: Vec<u64> = others.map(|piece| piece.id).collect();
        let reused = Some(others).filter(|ids| !ids.is_empty()).map(Doubt::Reused);
        let instead = self.told.iter().filter(|ids| ids.iter().any(is_in)).cloned().map(Doubt::Instead);
        far.into_iter().chain(reused).chain(instead).collect()
    }

    /// Forgets the oldest whole texts; what waits is compared as long as it is no flood.
    fn forget(&mut self) {
        while self.told.len() > REMEMBERED {
            let oldest = self.told.remove(0);
            self.all.retain(|piece| !oldest.contains(&piece.id));
        }
        let flood = self.all.len().saturating_sub(COMPARED);
        self.all.drain(..flood);
    }
}

/// The places of a text that are empty.
fn missing(group: &[&Piece], total: u8) -> Vec<u8> {
    let here: BTreeSet<u8> = group.iter().map(|piece| piece.concat.sequence).collect();
    (1..=total).filter(|sequence| !here.contains(sequence)).collect()
}

/// For each time of the first list, which of the second (no shorter, both rising) is its: in order, no two
/// the same, with the least distance in all; of equals the earlier.
fn nearest_in_order(times: &[i64], texts: &[i64]) -> Vec<usize> {
    let width = texts.len() + 1;
    // cost[i * width + j]: of the first i times among the first j texts.
    let mut cost = vec![0u64; width];
    for (i, time) in times.iter().enumerate() {
        let row = i * width;
        let mut next = vec![u64::MAX; width];
        for (j, text) in texts.iter().enumerate().skip(i) {
            let [taken, left] = [cost.get(row + j), next.get(j)].map(|cost| cost.copied().unwrap_or(u64::MAX));
            let with = taken.saturating_add(time.abs_diff(*text));
            if let Some(best) = next.get_mut(j + 1) {
                *best = with.min(left);
            }
        }
        cost.extend(next);
    }
    let mut answer = vec![0; times.len()];
    let mut j = texts.len();
    for (i, place) in answer.iter_mut().enumerate().rev() {
        let row = (i + 1) * width;
        while j > i + 1 && cost.get(row + j) == cost.get(row + j - 1) {
            j -= 1;
        }
        *place = j.saturating_sub(1);
        j = j.saturating_sub(1);
    }
    answer
}

/// Seconds between two parts; without a time, they may have been sent together.
fn apart(one: &Piece, other: &Piece) -> u64 {
    one.sent.zip(other.sent).map_or(0, |(one, other)| one.abs_diff(other))
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
