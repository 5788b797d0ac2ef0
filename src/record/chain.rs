//! The chain: what is hashed, and how. Shared by the writer and the verifier; nothing else is.
//!
//! Both hashes can be made again with `printf`, `xxd` and `sha256sum`; `FORMAT.md` shows how.

use std::io;

use sha2::{Digest, Sha256 as Hasher};

use crate::ids::Sha256;

/// What stands in place of a hash before the first entry.
pub const GENESIS: Sha256 = Sha256([0; 32]);

/// The header of an entry: everything that is never erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The entry's number, from 1.
    pub seq: u64,
    /// UTC, RFC 3339, nine digits of a second: `2026-12-01T10:47:12.000000000Z`.
    pub at: String,
    /// Nanoseconds of the monotonic clock.
    pub mono: u64,
    /// The start from which `mono` counts.
    pub boot: String,
    /// The kind.
    pub kind: String,
    /// Who was at work.
    pub who: String,
}

/// Where a record ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last entry's number; 0 before the first.
    pub seq: u64,
    /// Its hash.
    pub hash: Sha256,
}

impl Head {
    /// Of a record without entries.
    pub const EMPTY: Self = Self { seq: 0, hash: GENESIS };
}

impl Header {
    /// SHA-256 of nine lines that name the hash before, the header and the body's digest. No field
    /// holds a control character ([`is_plain`]), so that the lines can be read in one way only.
    pub fn hash(&self, previous: &Sha256, body: &Sha256) -> Sha256 {
        let Self { seq, at, mono, boot, kind, who } = self;
        let lines = format!(
            "signpost entry 1\nprevious {previous}\nseq {seq}\nat {at}\nmono {mono}\nboot {boot}\nkind {kind}\nwho {who}\nbody {body}\n"
        );
        Sha256::of(lines.as_bytes())
    }

    /// Whether every text in it is plain.
    pub fn is_plain(&self) -> bool {
        [&self.at, &self.boot, &self.kind, &self.who].into_iter().all(|text| is_plain(text))
    }
}

/// Whether a text may stand in a header: not empty, no control character (so no line break).
pub fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(char::is_control)
}

/// SHA-256 of the salt, then the body as stored.
pub fn body_hash(salt: &[u8; 32], body: &[u8]) -> Sha256 {
    Sha256(Hasher::new().chain_update(salt).chain_update(body).finalize().into())
}

/// As [`body_hash`], of a body that is read piece by piece.
pub fn body_hash_of(salt: &[u8; 32], mut body: impl io::Read) -> io::Result<Sha256> {
    let mut hasher = Hasher::new().chain_update(salt);
    io::copy(&mut body, &mut hasher)?;
    Ok(Sha256(hasher.finalize().into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header() -> impl Strategy<Value = Header> {
        let text = "[^\\p{Cc}]{1,12}";
        (1..u64::MAX, text, any::<u64>(), text, text, text).prop_map(|(seq, at, mono, boot, kind, who)| Header {
            seq,
            at,
            mono,
            boot,
            kind,
            who,
        })
    }

    #[test]
    fn the_layout_cannot_change() {
        let header = Header {
            seq: 1,
            at: "2026-12-01T10:00:00.000000000Z".into(),
            mono: 5,
            boot: "b".into(),
            kind: "opened".into(),
            who: "PC Y".into(),
        };
        let body = body_hash(&[7; 32], b"{}");
        assert_eq!(body.to_string(), "605dcbfd3c387c45b6db7e7b1fb961bdd75d762260c4879b3c3b4f15edacad42");
        assert_eq!(
            header.hash(&GENESIS, &body).to_string(),
            "6ff41f5811cb0e8a92cf564fcee76b55f3904d092ec14a946cf101828a01d658"
        );
    }

    proptest! {
        #[test]
        fn two_headers_never_hash_alike(a in header(), b in header(), body in any::<[u8; 32]>()) {
            prop_assert!(a.is_plain());
            let hash = |h: &Header| h.hash(&GENESIS, &Sha256(body));
            prop_assert_eq!(a == b, hash(&a) == hash(&b));
        }

        #[test]
        fn every_octet_of_salt_and_body_counts(salt in any::<[u8; 32]>(), body in proptest::collection::vec(any::<u8>(), 1..80), at in any::<prop::sample::Index>(), flip in 1u8..) {
            let whole = body_hash(&salt, &body);
            prop_assert_eq!(body_hash_of(&salt, body.as_slice()).unwrap(), whole);
            let mut changed = [salt.as_slice(), &body].concat();
            let index = at.index(changed.len());
            changed[index] ^= flip;
            let (salt, body) = changed.split_at(32);
            prop_assert_ne!(whole, body_hash(salt.try_into().unwrap(), body));
        }
    }

    #[test]
    fn a_line_break_has_no_place_in_a_header() {
        for wrong in ["", "PC Y\nbody", "a\r", "a\u{85}b", "\0"] {
            assert!(!is_plain(wrong), "{wrong:?}");
        }
    }
}
