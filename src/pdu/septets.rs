//! Septets and their packing (23.038 clause 6.1.2.1): eight septets in seven octets, the first in the low
//! bits; behind a header, fill bits bring the first septet to a septet boundary (23.040 clause 9.2.3.24).

use smallvec::{SmallVec, smallvec};

/// Room for 160 septets without the heap.
pub type Codes = SmallVec<[u8; 160]>;

/// Packed septets: the codes, and the bits around them, which mean nothing and are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Septets {
    codes: Codes,
    fill: u8,
    spare: u8,
}

impl Septets {
    /// Codes 0 to 127 (higher bits are dropped), no bit set around them.
    pub fn new(codes: impl IntoIterator<Item = u8>) -> Self {
        Self { codes: codes.into_iter().map(|code| code & 0x7f).collect(), fill: 0, spare: 0 }
    }

    /// Of codes that are known to be septets.
    pub(super) fn of(codes: &[u8]) -> Self {
        Self { codes: SmallVec::from_slice(codes), fill: 0, spare: 0 }
    }

    /// The codes.
    pub fn codes(&self) -> &[u8] {
        &self.codes
    }

    /// The bits before the first septet and behind the last, as they came; 0 and 0 by the standard.
    pub fn idle_bits(&self) -> (u8, u8) {
        (self.fill, self.spare)
    }

    /// With those bits, as far as there is room for them.
    #[must_use]
    pub fn with_idle_bits(self, (fill, spare): (u8, u8)) -> Self {
        Self { fill, spare, ..self }
    }

    /// Octets that they take behind `fill` bits.
    pub(super) fn size(&self, fill: u8) -> usize {
        size(self.codes.len(), fill)
    }

    /// Takes `count` septets out of as many octets as they need, behind `fill` bits (0-6).
    pub(super) fn unpack(octets: &[u8], count: usize, fill: u8) -> Self {
        let mut codes: Codes = smallvec![0; count];
        let (eights, rest) = codes.as_chunks_mut::<8>();
        let mut at = 0;
        for eight in eights {
            *eight = open(word(octets, at) >> fill).to_le_bytes();
            at += 7;
        }
        let last = open(word(octets, at) >> fill).to_le_bytes();
        rest.iter_mut().zip(last).for_each(|(code, septet)| *code = septet);
        let first = octets.first().copied().unwrap_or_default() & ((1 << fill) - 1);
        let used = (usize::from(fill) + count * 7) % 8;
        let spare = if used == 0 { 0 } else { octets.last().copied().unwrap_or_default() >> used };
        Self { codes, fill: first, spare }
    }

    /// Packs them behind `fill` bits.
    pub(super) fn pack(&self, fill: u8, to: &mut Vec<u8>) {
        let start = to.len();
        let end = start + self.size(fill);
        to.reserve(end - start + 8);
        let mut carried = u64::from(self.fill) & ((1 << fill) - 1);
        let (eights, rest) = self.codes.as_chunks::<8>();
        let mut last = [0; 8];
        last.iter_mut().zip(rest).for_each(|(to, code)| *to = *code);
        for eight in eights.iter().chain([&last]) {
            let [seven @ .., eighth] = (close(u64::from_le_bytes(*eight)) << fill | carried).to_le_bytes();
            to.extend_from_slice(&seven);
            carried = u64::from(eighth);
        }
        to.push(carried as u8);
        to.truncate(end);
        let used = (usize::from(fill) + self.codes.len() * 7) % 8;
        if let Some(last) = to.last_mut().filter(|_| used != 0 && end > start) {
            *last |= self.spare << used;
        }
    }
}

/// Octets that so many septets take behind so many bits.
pub(super) fn size(septets: usize, fill: u8) -> usize {
    (usize::from(fill) + septets * 7).div_ceil(8)
}

/// Eight septets, one an octet, into 56 bits: pairs, then pairs of pairs, move together.
#[inline]
fn close(mut bits: u64) -> u64 {
    bits = bits & 0x007f_007f_007f_007f | (bits & 0x7f00_7f00_7f00_7f00) >> 1;
    bits = bits & 0x0000_3fff_0000_3fff | (bits & 0x3fff_0000_3fff_0000) >> 2;
    bits & 0x0000_0000_0fff_ffff | (bits & 0x0fff_ffff_0000_0000) >> 4
}

/// The reverse, of the low 56 bits.
#[inline]
fn open(mut bits: u64) -> u64 {
    bits = bits & 0x0000_0000_0fff_ffff | (bits & 0x00ff_ffff_f000_0000) << 4;
    bits = bits & 0x0000_3fff_0000_3fff | (bits & 0x0fff_c000_0fff_c000) << 2;
    bits & 0x007f_007f_007f_007f | (bits & 0x3f80_3f80_3f80_3f80) << 1
}

/// Eight octets from `at`, zeros behind the end.
#[inline]
fn word(octets: &[u8], at: usize) -> u64 {
    match octets.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        Some(eight) => u64::from_le_bytes(*eight),
        None => octets.iter().skip(at).rev().fold(0, |word, octet| word << 8 | u64::from(*octet)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packed(septets: &Septets, fill: u8) -> Vec<u8> {
        let mut octets = Vec::new();
        septets.pack(fill, &mut octets);
        octets
    }

    #[test]
    fn hello() {
        let septets = Septets::new(*b"hellohello");
        assert_eq!(packed(&septets, 0), [0xe8, 0x32, 0x9b, 0xfd, 0x46, 0x97, 0xd9, 0xec, 0x37]);
    }

    proptest! {
        #[test]
        fn unpacking_loses_no_bit(octets in proptest::collection::vec(any::<u8>(), 0..230), fill in 0u8..7) {
            let bits = octets.len() * 8;
            prop_assume!(bits >= usize::from(fill));
            let count = (bits - usize::from(fill)) / 7;
            let septets = Septets::unpack(&octets, count, fill);
            prop_assert_eq!(septets.codes().len(), count);
            let back = packed(&septets, fill);
            prop_assert_eq!(&back, &octets.get(..back.len()).unwrap());
        }

        #[test]
        fn packing_is_lossless(codes in proptest::collection::vec(0u8..128, 0..260), fill in 0u8..7) {
            let septets = Septets::new(codes.clone());
            let back = Septets::unpack(&packed(&septets, fill), codes.len(), fill);
            prop_assert_eq!(back.codes(), &codes[..]);
            prop_assert_eq!(back.idle_bits(), (0, 0));
        }
    }
}
