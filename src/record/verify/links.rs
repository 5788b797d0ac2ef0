//! The chain: every digest, every link, and what the two clocks in the headers say of each other. Nothing that is read
//! here is trusted.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Row};

use super::Check;
use crate::clock::ClockStep;
use crate::ids::Sha256;
use crate::record::RecordError;
use crate::record::chain::{self, GENESIS, Header};

/// Between an entry and the one before it the computer's clock was set, or the computer slept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSet {
    /// The later entry.
    pub seq: u64,
    /// By how much.
    pub step: ClockStep,
}

/// The clocks of the entries so far.
#[derive(Default)]
pub struct Clocks {
    /// Of each start of a process: the last entry of it.
    boots: HashMap<String, (Timestamp, Duration)>,
    last: Option<Timestamp>,
}

impl Clocks {
    /// What the wall clock did since the last entry beside the monotonic clock; of another process it can only be seen
    /// that it went back.
    pub fn step(&mut self, header: &Header, at: Timestamp) -> Option<ClockStep> {
        let (last, now) = (self.last.replace(at), (at, Duration::from_nanos(header.mono)));
        match self.boots.insert(header.boot.clone(), now) {
            Some(before) => ClockStep::between(before, now),
            None => ClockStep::back(last?, at),
        }
    }
}

/// Salt and body as stored.
enum Body<'a> {
    Whole(&'a [u8], &'a [u8]),
    Erased,
    Half,
}

impl Check {
    /// Every link, and every body.
    pub(super) fn chain(&mut self, connection: &Connection) -> Result<(), RecordError> {
        let mut statement = connection
            .prepare("SELECT seq, at, mono, boot, kind, who, salt, body, body_hash, hash FROM entry ORDER BY seq")?;
        let mut rows = statement.query([])?;
        let (mut previous, mut clocks) = (GENESIS, Clocks::default());
        while let Some(row) = rows.next()? {
            let header = header(row)?;
            let seq = self.findings.entries + 1;
            if header.seq != seq {
                self.wrong(header.seq, format!("entry {seq} is missing"));
                return Ok(());
            }
            self.findings.entries = seq;
            previous = self.link(&header, row, &previous)?;
            self.hashes.push(previous);
            self.times(&header, &mut clocks);
        }
        Ok(())
    }

    /// Checks one entry, and says its hash as stored.
    fn link(&mut self, header: &Header, row: &Row<'_>, previous: &Sha256) -> Result<Sha256, RecordError> {
        let seq = header.seq;
        if !header.is_plain() {
            self.wrong(seq, "the header holds control characters, or a text is empty or not UTF-8");
        }
        if i64::try_from(header.mono).is_err() {
            self.wrong(seq, "mono is negative");
        }
        let (Some(body_hash), Some(hash)) = (digest(row, 8)?, digest(row, 9)?) else {
            self.wrong(seq, "a hash is not 32 octets");
            return Ok(GENESIS);
        };
        if header.hash(previous, &body_hash) != hash {
            self.wrong(seq, "the header or the entry before it was changed: the hash does not fit");
        }
        match body(row)? {
            Body::Whole(salt, body) if !fits(salt, body, &body_hash) => {
                self.wrong(seq, "the body or its salt was changed: the digest does not fit");
            }
            Body::Whole(..) => {}
            Body::Erased => self.findings.erased += 1,
            Body::Half => self.wrong(seq, "only one of salt and body was erased"),
        }
        Ok(hash)
    }

    fn times(&mut self, header: &Header, clocks: &mut Clocks) {
        let Ok(at) = header.at.parse() else { return self.wrong(header.seq, "the time cannot be read") };
        if let Some(step) = clocks.step(header, at) {
            self.findings.clocks.push(ClockSet { seq: header.seq, step });
        }
    }
}

fn fits(salt: &[u8], body: &[u8], digest: &Sha256) -> bool {
    <&[u8; 32]>::try_from(salt).is_ok_and(|salt| chain::body_hash(salt, body) == *digest)
}

fn body<'a>(row: &'a Row<'_>) -> Result<Body<'a>, RecordError> {
    let of = |column| Ok::<_, RecordError>(row.get_ref(column)?.as_bytes_or_null().map_err(rusqlite::Error::from)?);
    Ok(match (of(6)?, of(7)?) {
        (Some(salt), Some(body)) => Body::Whole(salt, body),
        (None, None) => Body::Erased,
        _ => Body::Half,
    })
}

fn digest(row: &Row<'_>, column: usize) -> Result<Option<Sha256>, RecordError> {
    let octets = row.get_ref(column)?.as_bytes().map_err(rusqlite::Error::from)?;
    Ok(octets.try_into().ok().map(Sha256))
}

/// The header of a row whose first six columns are those of an entry.
pub(super) fn header(row: &Row<'_>) -> rusqlite::Result<Header> {
    Ok(Header {
        seq: row.get::<_, i64>(0)? as u64,
        at: text(row, 1)?,
        mono: row.get::<_, i64>(2)? as u64,
        boot: text(row, 3)?,
        kind: text(row, 4)?,
        who: text(row, 5)?,
    })
}

/// A text as stored. One that is no UTF-8 becomes a control character, which no header may hold.
fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    let octets = row.get_ref(column)?.as_bytes()?;
    Ok(std::str::from_utf8(octets).unwrap_or("\0").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `boot`, seconds of the wall clock, seconds of the monotonic one.
    fn steps(entries: &[(&str, i64, u64)]) -> Vec<Option<i64>> {
        let mut clocks = Clocks::default();
        let one = |(boot, at, mono): &(&str, i64, u64)| {
            let at = Timestamp::from_second(1_800_000_000 + at).unwrap();
            let (mono, boot, kind) = (mono * 1_000_000_000, (*boot).to_owned(), "note".to_owned());
            let header = Header { seq: 1, at: at.to_string(), mono, boot, kind, who: "PC Y".into() };
            clocks.step(&header, at).map(ClockStep::seconds)
        };
        entries.iter().map(one).collect()
    }

    #[test]
    fn each_process_has_a_monotonic_clock_of_its_own() {
        assert_eq!(steps(&[("a", 0, 0), ("b", 9_999, 3), ("a", 50, 50), ("b", 10_000, 4)]), [None; 4]);
        assert_eq!(steps(&[("a", 0, 0), ("b", 50, 3), ("a", -20, 10)]), [None, None, Some(-30)]);
        assert_eq!(steps(&[("a", 0, 0), ("b", -100, 3)]), [None, Some(-100)], "a step back shows all the same");
    }
}
