//! The card: its elementary files, as far as a reader may read them by `+CRSM` (51.011 clause 10, 31.102 clause 4).

use serde::{Deserialize, Serialize};

use super::config::Flag;
use super::persona::CardKind;
use super::store::{Slot, Store};
use crate::hex;

/// A card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sim {
    pub(super) iccid: String,
    pub(super) imsi: String,
    pub(super) texts: Store,
    /// EF_SMSS: the last TP-MR, and the flag "memory exceeded". Changes with every text sent.
    pub(super) last_mr: u8,
    /// EF_LOCI: changes with every registration.
    pub(super) loci: [u8; 11],
    /// Its PIN, if it wants one.
    #[serde(default)]
    pub(super) lock: Option<Lock>,
    /// Whether it is there.
    #[serde(default = "there")]
    pub(super) presence: Flag,
    /// In EF_SMSP; nothing if it knows none.
    #[serde(default)]
    pub(super) service_centre: String,
}

fn there() -> Flag {
    Flag::On
}

/// A PIN and the tries that are left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lock {
    pub(super) pin: String,
    pub(super) tries: u8,
}

/// Tries after a right PIN.
const TRIES: u8 = 3;

impl Lock {
    /// A wrong PIN costs a try, a right one gives them back (51.011 clause 8.9).
    pub(super) fn opens(&mut self, pin: &str) -> Flag {
        if self.tries > 0 && self.pin == pin {
            self.tries = TRIES;
            return Flag::On;
        }
        self.tries = self.tries.saturating_sub(1);
        Flag::Off
    }
}

const EF_ICCID: u32 = 0x2fe2;
const EF_IMSI: u32 = 0x6f07;
const EF_SMS: u32 = 0x6f3c;
const EF_SMSS: u32 = 0x6f43;
const EF_LOCI: u32 = 0x6f7e;
const EF_SPN: u32 = 0x6f46;
const EF_AD: u32 = 0x6fad;
const EF_FPLMN: u32 = 0x6f7b;
const EF_ADN: u32 = 0x6f3a;
const EF_SMSP: u32 = 0x6f42;
const EF_MSISDN: u32 = 0x6f40;
const SMS_RECORD: usize = 176;

/// SW1, SW2 and data.
pub(super) type Response = (u8, u8, String);

/// `+CRSM=<command>,<file>,<P1>,<P2>,<P3>,<data>,<path>`.
pub(super) struct Asked {
    pub(super) command: u32,
    pub(super) file: u32,
    pub(super) p1: u32,
    pub(super) p3: u32,
    pub(super) path: Option<String>,
}

/// Status words of a SIM (51.011 clause 9.4) and of a USIM (ETSI TS 102 221 clause 10.2.1).
impl CardKind {
    fn not_found(self) -> Response {
        if self == CardKind::Sim { (0x94, 0x04, String::new()) } else { (0x6a, 0x82, String::new()) }
    }

    fn out_of_range(self) -> Response {
        if self == CardKind::Sim { (0x94, 0x02, String::new()) } else { (0x6a, 0x83, String::new()) }
    }

    fn other_length(self, length: usize) -> Response {
        (if self == CardKind::Sim { 0x67 } else { 0x6c }, length as u8, String::new())
    }

    /// Whether a file is found: its own number lies under the master file, all else within the USIM.
    fn finds(self, asked: &Asked) -> Flag {
        let path = asked.path.as_deref().map(|path| path.strip_prefix("3F00").unwrap_or(path));
        let lies = if asked.file == EF_ICCID { "" } else { "7FFF" };
        match (self, path) {
            (CardKind::Sim | CardKind::Usim, None) => Flag::On,
            (CardKind::UsimByPath, None) if lies.is_empty() => Flag::On,
            (CardKind::Usim | CardKind::UsimByPath, Some(path)) if path == lies => Flag::On,
            _ => Flag::Off,
        }
    }
}

impl Sim {
    pub(super) fn new(iccid: &str, imsi: &str, slots: usize) -> Self {
        let loci = [0xff, 0xff, 0xff, 0xff, 0x00, 0xf1, 0x10, 0x00, 0x01, 0xff, 0x01];
        Self {
            iccid: iccid.into(),
            imsi: imsi.into(),
            texts: Store::of(slots),
            last_mr: 0,
            loci,
            lock: None,
            presence: Flag::On,
            service_centre: "+447700900000".into(),
        }
    }

    /// The network gave it a place: TMSI and location area change.
    pub(super) fn registered(&mut self, turn: u8) {
        self.loci = [0x12, 0x34, 0x56, turn, 0x00, 0xf1, 0x10, 0x00, 0x02, 0xff, 0x00];
    }

    /// What the card says.
    pub(super) fn crsm(&mut self, card: CardKind, asked: &Asked) -> Response {
        let Asked { command, file, p1, p3, .. } = *asked;
        match command {
            242 => (0x90, 0, String::new()),
            176 | 178 | 192 if card.finds(asked) == Flag::Off => card.not_found(),
            192 => self.layout(file).map_or(card.not_found(), |layout| layout.described(card, file, p3)),
            176 => self.binary(file).map_or(card.not_found(), |octets| cut(card, &octets, p3)),
            178 if file == EF_SMS => self.record(card, p1),
            178 => linear(file)
                .and_then(|records| records.into_iter().nth(p1.checked_sub(1)? as usize))
                .map_or(card.not_found(), |record| (0x90, 0, hex::encode(&record))),
            _ => (0x6e, 0, String::new()),
        }
    }

    fn layout(&self, file: u32) -> Option<Layout> {
        if file == EF_SMS {
            return Some(Layout { size: SMS_RECORD * self.texts.total(), record: SMS_RECORD });
        }
        let records = linear(file).map(|records| {
            let record = records.first().map(Vec::len).unwrap_or_default();
            Layout { size: record * records.len(), record }
        });
        records.or_else(|| Some(Layout { size: self.binary(file)?.len(), record: 0 }))
    }

    fn binary(&self, file: u32) -> Option<Vec<u8>> {
        match file {
            EF_ICCID => Some(swapped(&self.iccid, 10)),
            EF_IMSI => Some([vec![8], imsi(&self.imsi)].concat()),
            EF_SMSS => Some(vec![self.last_mr, 0xff]),
            EF_LOCI => Some(self.loci.to_vec()),
            EF_AD => Some(vec![0x00, 0x00, 0x00, 0x02]),
            EF_FPLMN => Some(vec![0xff; 12]),
            EF_SPN => Some([&[0x01][..], b"Testnet", &[0xff; 9]].concat()),
            _ => None,
        }
    }

    /// Status, then SMSC and TPDU, filled up with FF.
    fn record(&mut self, card: CardKind, number: u32) -> Response {
        if number == 0 || number as usize > self.texts.total() {
            return card.out_of_range();
        }
        let mut octets = match self.texts.get_mut(number) {
            None => {
                [vec![0], self.texts.remains(number).and_then(|digits| hex::decode(digits).ok()).unwrap_or_default()]
                    .concat()
            }
            Some(Slot { status, hex: digits }) => {
                let status = if *status == 0 { 3 } else { 1 };
                [vec![status], hex::decode(digits).unwrap_or_default()].concat()
            }
        };
        octets.resize(SMS_RECORD, 0xff);
        (0x90, 0, hex::encode(&octets))
    }
}

/// How a file is built.
struct Layout {
    size: usize,
    /// Octets of a record; none if it has no records.
    record: usize,
}

impl Layout {
    fn described(&self, card: CardKind, file: u32, asked: u32) -> Response {
        let octets = if card == CardKind::Sim { self.response(file) } else { self.template(file) };
        match card {
            CardKind::UsimByPath if asked as usize != octets.len() => card.other_length(octets.len()),
            _ => (0x90, 0, hex::encode(octets.get(..asked as usize).unwrap_or(&octets))),
        }
    }

    /// Of GET RESPONSE (51.011 clause 9.2.1).
    fn response(&self, file: u32) -> Vec<u8> {
        let [_, _, high, low] = file.to_be_bytes();
        let [size_high, size_low] = (self.size as u16).to_be_bytes();
        let structure = u8::from(self.record > 0);
        vec![0, 0, size_high, size_low, high, low, 4, 0, 0x11, 0xff, 0xff, 1, 2, structure, self.record as u8]
    }

    /// Of SELECT (ETSI TS 102 221 clause 11.1.1.3): descriptor, identifier, life cycle, who may, size, short name.
    fn template(&self, file: u32) -> Vec<u8> {
        let [_, _, high, low] = file.to_be_bytes();
        let [size_high, size_low] = (self.size as u16).to_be_bytes();
        let descriptor = match self.record {
            0 => vec![0x82, 2, 0x41, 0x21],
            record => vec![0x82, 5, 0x42, 0x21, 0, record as u8, (self.size / record) as u8],
        };
        let rest = [0x8a, 1, 5, 0x8b, 3, 0x6f, 6, 4, 0x80, 2, size_high, size_low, 0x88, 0];
        let inside = [descriptor, vec![0x83, 2, high, low], rest.to_vec()].concat();
        [vec![0x62, inside.len() as u8], inside].concat()
    }
}

/// Files of records that nothing changes: contacts, and the settings for texts.
fn linear(file: u32) -> Option<Vec<Vec<u8>>> {
    let filled = |text: &[u8], length: usize| {
        let mut octets = text.to_vec();
        octets.resize(length, 0xff);
        octets
    };
    match file {
        EF_ADN => Some((0..10).map(|n| filled(if n == 0 { b"Mum" } else { &[] }, 28)).collect()),
        EF_MSISDN => Some(vec![own_number(), filled(&[], 28)]),
        EF_SMSP => Some(vec![filled(&[], 28)]),
        _ => None,
    }
}

/// +44 7700 900999: a name of 14 octets, the length, an international number, its digits, two octets of 51.011 clause
/// 10.5.1 that say that there is no more.
fn own_number() -> Vec<u8> {
    let number = [&[0x07, 0x91][..], &swapped("447700900999", 10), &[0xff, 0xff]].concat();
    [vec![0xff; 14], number].concat()
}

fn cut(card: CardKind, octets: &[u8], length: u32) -> Response {
    let wanted = if length == 0 { octets.len() } else { length as usize };
    octets.get(..wanted).map_or(card.other_length(octets.len()), |part| (0x90, 0, hex::encode(part)))
}

fn swapped(digits: &str, length: usize) -> Vec<u8> {
    let nibbles: Vec<u8> =
        digits.bytes().map(|digit| digit & 0x0f).chain(std::iter::repeat(0x0f)).take(length * 2).collect();
    nibbles.chunks(2).map(|pair| pair.iter().rev().fold(0, |octet, nibble| octet << 4 | nibble)).collect()
}

/// Parity and type in the first nibble (51.011 clause 10.3.2).
fn imsi(digits: &str) -> Vec<u8> {
    let odd = if digits.len() % 2 == 1 { '9' } else { '1' };
    swapped(&format!("{odd}{digits}"), 8)
}
