//! Where a person stands in a record: entries that name a number in any of the forms in which a number can stand there,
//! what its owner wrote, and the octets that carried either between computer and device. Called by `record::erase`.
//!
//! The same forms find a number in files ([`Forms`]). What is not found: a picture of a number, digits in words, a number
//! inside a packed file.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, BuildError};

use super::entry::{Entry, EntryView};
use super::keeping::Remains;
use super::traffic::{Dir, Reading, Wire};
use super::{Record, RecordError};
use crate::hex;

/// A text of fewer letters stands in too many entries that have nothing to do with it.
const TELLING: usize = 8;

/// Every form in which some numbers can stand.
pub struct Forms {
    written: AhoCorasick,
    octets: AhoCorasick,
}

impl Forms {
    /// Of numbers in E.164 with their plus sign, as `+447700900123`.
    pub fn of(numbers: &BTreeSet<String>) -> Result<Self, BuildError> {
        let mut written: Vec<Vec<u8>> = Vec::new();
        let mut octets: Vec<Vec<u8>> = Vec::new();
        for number in numbers {
            let digits = number.trim_start_matches('+');
            let last = digits.get(digits.len().saturating_sub(9)..).unwrap_or(digits);
            written.push(last.into());
            octets.extend([digits.to_owned(), format!("0{last}")].map(|digits| semi_octets(&digits)));
            octets.push(last.bytes().flat_map(|digit| [0, digit]).collect());
            octets.extend((0..8).map(|bit| septets(last, bit)));
            octets.push(last.into());
        }
        written.extend(octets.iter().map(|octets| hex::encode(octets).into_bytes()));
        Ok(Self { written: search(&written)?, octets: search(&octets)? })
    }

    /// Whether one of them stands in what is read as text: as digits, or as hexadecimal digits of octets.
    pub fn stand_in_text(&self, text: &[u8]) -> bool {
        let is_between = |octet: &u8| b" -().\t".contains(octet);
        self.written.is_match(text) || {
            let squeezed: Vec<u8> = text.iter().copied().filter(|octet| !is_between(octet)).collect();
            self.written.is_match(&squeezed)
        }
    }

    /// Whether one of them stands in a file of whatever kind: as text, or as octets.
    pub fn stand_in_file(&self, octets: &[u8]) -> bool {
        self.octets.is_match(octets) || self.stand_in_text(octets)
    }
}

fn search(words: &[Vec<u8>]) -> Result<AhoCorasick, BuildError> {
    AhoCorasick::builder().ascii_case_insensitive(true).build(words)
}

/// 23.040 clause 9.1.2.3: two digits an octet, the first in the lower half; an odd one is filled up with F.
fn semi_octets(digits: &str) -> Vec<u8> {
    let digit = |octet: Option<&u8>| octet.map_or(0xf, |octet| octet & 0xf);
    digits.as_bytes().chunks(2).map(|pair| digit(pair.get(1)) << 4 | digit(pair.first())).collect()
}

/// The octets that are wholly of these digits where they are packed as septets and begin at that bit of an octet
/// (23.038 clause 6.1.2.1; a digit's septet is its ASCII code).
fn septets(digits: &str, begin: usize) -> Vec<u8> {
    let bits: Vec<u8> = digits.bytes().flat_map(|digit| (0..7).map(move |bit| digit >> bit & 1)).collect();
    let whole = bits.get((8 - begin) % 8..).unwrap_or_default().chunks_exact(8);
    whole.map(|bits| bits.iter().rev().fold(0, |octet, bit| octet << 1 | bit)).collect()
}

/// What was found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Traces {
    /// Entries whose bodies are to go.
    pub seqs: BTreeSet<u64>,
    /// Those of them that approve: what they say of other people is to stay.
    pub approvals: BTreeSet<u64>,
}

/// The frame of the record: without it nothing else could be checked. Seals and erasures name nobody.
const FRAME: [&str; 3] = ["opened", "seal", "erasure"];

impl Record {
    /// Every entry that tells of these numbers.
    pub fn traces(&self, forms: &Forms) -> Result<Traces, RecordError> {
        let mut sought = Sought::default();
        self.each_entry(&mut |view| sought.take(view, forms))?;
        let words = search(&sought.words()).map_err(|error| RecordError::Search(error.to_string()))?;
        let mut wire = [Stream::default(), Stream::default()];
        let mut found = sought.found;
        self.each_entry(&mut |view| match &view.entry {
            Some(Entry::Wire(octets)) => read_wire(&mut wire, view.seq, octets, forms, &words, &mut found.seqs),
            Some(entry) => {
                let is_theirs = entry.to_body().is_ok_and(|body| words.is_match(&body));
                found.seqs.extend((is_theirs && !FRAME.contains(&view.kind.as_str())).then_some(view.seq));
            }
            None => {}
        })?;
        Ok(found)
    }

    /// Every entry that has a body, without holding them all.
    pub fn each_entry(&self, take: &mut dyn FnMut(&EntryView)) -> Result<(), RecordError> {
        const AT_ONCE: u64 = 1_000;
        let last = self.head().seq;
        for first in (1..=last).step_by(AT_ONCE as usize) {
            self.entries_between(first, first + AT_ONCE - 1)?.iter().for_each(&mut *take);
        }
        Ok(())
    }
}

/// What the first reading finds: who wrote what, and by which octets it came and went.
#[derive(Default)]
struct Sought {
    found: Traces,
    /// Hexadecimal digits of TPDUs that came or were handed over, by the entry that has them.
    frames: BTreeMap<u64, String>,
    /// Captures and intents of the person.
    theirs: BTreeSet<u64>,
    texts: BTreeSet<String>,
}

impl Sought {
    fn take(&mut self, view: &EntryView, forms: &Forms) {
        let Some(entry) = &view.entry else { return };
        match entry {
            Entry::Wire(_) => return,
            Entry::Capture(captured) => drop(self.frames.insert(view.seq, captured.pdu.clone())),
            Entry::Intent(intended) => drop(self.frames.insert(view.seq, hex::encode(&intended.tpdu))),
            _ => {}
        }
        let is_theirs =
            !FRAME.contains(&view.kind.as_str()) && entry.to_body().is_ok_and(|body| forms.stand_in_text(&body));
        if is_theirs {
            self.found.seqs.insert(view.seq);
            self.follow(view.seq, entry);
        }
    }

    fn follow(&mut self, seq: u64, entry: &Entry) {
        match entry {
            Entry::Approval(_) | Entry::Remains(_) => drop(self.found.approvals.insert(seq)),
            Entry::Capture(_) | Entry::Intent(_) => drop(self.theirs.insert(seq)),
            Entry::Reply(reply) => {
                self.theirs.extend(&reply.captures);
                self.texts.insert(reply.text.for_record().to_owned());
            }
            Entry::Decoded(decoded) => {
                self.theirs.insert(decoded.capture);
                if let Reading::Tpdu(fields) = &decoded.reading {
                    let text = fields.get("text").and_then(serde_json::Value::as_str);
                    self.texts.extend(text.map(str::to_owned));
                }
            }
            Entry::StatusReport(report) => drop(self.theirs.insert(report.capture)),
            _ => {}
        }
    }

    /// What the person wrote and what carried it, as it stands in other entries.
    fn words(&mut self) -> Vec<Vec<u8>> {
        self.found.seqs.extend(&self.theirs);
        let frames = self.theirs.iter().filter_map(|seq| self.frames.get(seq)).filter(|frame| !frame.is_empty());
        let telling = self.texts.iter().filter(|text| text.chars().count() >= TELLING);
        // As it stands within a JSON text.
        let quoted = telling.filter_map(|text| serde_json::to_string(text).ok());
        let quoted = quoted.map(|text| text.trim_matches('"').to_owned());
        frames.cloned().chain(quoted).map(String::into_bytes).filter(|words| !words.is_empty()).collect()
    }
}

/// One direction of the wire, and in which entries its last octets stand.
#[derive(Default)]
struct Stream {
    octets: Vec<u8>,
    seqs: Vec<u64>,
}

/// More than the longest line that carries a TPDU.
const LINE: usize = 2_048;

impl Stream {
    fn grow(&mut self, seq: u64, octets: &[u8]) {
        self.octets.extend(octets);
        self.seqs.resize(self.octets.len(), seq);
    }

    /// Entries in which a match begins, ends or lies.
    fn find(&self, words: &AhoCorasick, found: &mut BTreeSet<u64>) {
        for hit in words.find_overlapping_iter(&self.octets) {
            found.extend(self.seqs.get(hit.range()).unwrap_or_default());
        }
    }

    fn forget(&mut self) {
        let old = self.octets.len().saturating_sub(LINE);
        self.octets.drain(..old);
        self.seqs.drain(..old);
    }
}

/// A TPDU may stand half in one entry and half in the next.
fn read_wire(
    streams: &mut [Stream; 2],
    seq: u64,
    wire: &Wire,
    forms: &Forms,
    words: &AhoCorasick,
    found: &mut BTreeSet<u64>,
) {
    let [from, to] = streams;
    for (stream, dir) in [(from, Dir::In), (to, Dir::Out)] {
        wire.chunks.iter().filter(|chunk| chunk.dir == dir).for_each(|chunk| stream.grow(seq, &chunk.octets));
        stream.find(&forms.written, found);
        stream.find(words, found);
        stream.forget();
    }
    let whole = serde_json::to_vec(wire).unwrap_or_default();
    if forms.written.is_match(&whole) {
        found.insert(seq);
    }
}

impl Remains {
    /// What an approval says of everybody else.
    pub fn of(seq: u64, approval: &crate::case::approval::Approval, forms: &Forms) -> Self {
        let (approval, leaves) = approval.without(&|to| forms.stand_in_text(to.as_str().as_bytes()));
        Self { of: seq, approval, leaves }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::clock::SystemClock;
    use crate::record::body::Nature;
    use crate::record::token::{Captured, Way};
    use crate::record::traffic::WireChunk;

    const NUMBER: &str = "+447700900123";
    /// From that number: "hello".
    const FRAME: &str = "0791447700090000040C9144770009103200006221100160040005E8329BFD06";

    fn forms(number: &str) -> Forms {
        Forms::of(&BTreeSet::from([number.to_owned()])).unwrap()
    }

    /// Bit by bit, as 23.038 clause 6.1.2.1 draws it.
    fn pack(text: &str) -> Vec<u8> {
        let bits: Vec<u8> = text.bytes().flat_map(|letter| (0..7).map(move |bit| letter >> bit & 1)).collect();
        bits.chunks(8).map(|bits| (0..).zip(bits).fold(0, |octet, (place, bit)| octet | bit << place)).collect()
    }

    proptest! {
        /// Whatever stands before and behind it, in any alphabet, wherever its septets fall; another number is not found.
        #[test]
        fn a_number_is_found_wherever_it_stands(
            digits in "7[0-9]{9}", before in "[a-z ]{0,30}", after in "[a-z ]{0,30}", prefix in "0|\\+44",
        ) {
            let text = format!("{before}{prefix}{digits}{after}");
            let (septets, utf16) = (pack(&text), text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>());
            let (theirs, others) = (forms(&format!("+44{digits}")), forms("+447700900999"));
            for octets in [&septets, &utf16, &text.clone().into_bytes()] {
                prop_assert!(theirs.stand_in_file(octets));
                prop_assert!(theirs.stand_in_text(hex::encode(octets).as_bytes()));
                prop_assert!(theirs.stand_in_text(hex::encode(octets).to_lowercase().as_bytes()));
                prop_assert!(digits == "7700900999" || !others.stand_in_file(octets));
            }
        }
    }

    #[test]
    fn a_number_as_people_write_it_is_found() {
        for text in ["07700 900 123", "+44 (0)7700-900123", "0 7 7 0 0 9 0 0 1 2 3"] {
            assert!(forms(NUMBER).stand_in_text(text.as_bytes()), "{text}");
        }
        assert!(!forms(NUMBER).stand_in_text(b"07700 900 124"));
    }

    fn record() -> Record {
        Record::in_memory(Nature::Training, "PC Y", Arc::new(SystemClock::new())).unwrap()
    }

    fn wire(octets: &str, dir: Dir) -> Entry {
        let chunk = WireChunk { at: Timestamp::UNIX_EPOCH, mono: 0, dir, octets: octets.into() };
        Entry::Wire(Wire { chunks: vec![chunk] })
    }

    /// Cut anywhere, both entries go, also where the other direction speaks between them.
    #[test]
    fn a_text_that_lies_in_two_entries_of_the_wire_is_found_in_both() {
        let line = format!("+CMGR: 0,,23\r\n{FRAME}\r\n");
        let begin = line.find(FRAME).unwrap();
        for cut in begin + 1..begin + FRAME.len() {
            let mut record = record();
            let (one, other) = line.split_at(cut);
            let entries =
                vec![wire(one, Dir::In), wire("AT+CSQ\r", Dir::Out), wire(other, Dir::In), wire("OK", Dir::In)];
            let seqs = record.append_all(entries).unwrap();
            let way = Way::Stored { storage: "ME".into(), index: 1 };
            let captured = Captured { way, header: "+CMGR: 0,,23".into(), pdu: FRAME.into(), status: None };
            let capture = record.append(Entry::Capture(captured)).unwrap();
            let found = record.traces(&forms(NUMBER)).unwrap();
            assert_eq!(found.seqs, BTreeSet::from([seqs[0], seqs[2], capture]), "cut at {cut}");
        }
    }
}
