//! The card: its elementary files, as far as a reader may read them by `+CRSM` (51.011 clause 10).

use serde::{Deserialize, Serialize};

use super::config::Flag;
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

const NOT_FOUND: Response = (148, 4, String::new());
const OUT_OF_RANGE: Response = (148, 2, String::new());

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

    /// `+CRSM=<command>,<file>,<P1>,<P2>,<P3>`.
    pub(super) fn crsm(&mut self, command: u32, file: u32, p1: u32, p3: u32) -> Response {
        match (command, file) {
            (242, _) => (144, 0, String::new()),
            (192, EF_SMS) => describe(file, SMS_RECORD * self.texts.total(), 1, SMS_RECORD as u8),
            (192, _) if linear(file).is_some() => {
                let records = linear(file).unwrap_or_default();
                let length = records.first().map(Vec::len).unwrap_or_default();
                describe(file, length * records.len(), 1, length as u8)
            }
            (192, _) => self.binary(file).map_or(NOT_FOUND, |octets| describe(file, octets.len(), 0, 0)),
            (176, _) => self.binary(file).map_or(NOT_FOUND, |octets| cut(&octets, p3)),
            (178, EF_SMS) => self.record(p1),
            (178, _) => linear(file)
                .and_then(|records| records.into_iter().nth(p1.checked_sub(1)? as usize))
                .map_or(NOT_FOUND, |record| (144, 0, hex::encode(&record))),
            _ => (110, 0, String::new()),
        }
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
    fn record(&mut self, number: u32) -> Response {
        if number == 0 || number as usize > self.texts.total() {
            return OUT_OF_RANGE;
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
        (144, 0, hex::encode(&octets))
    }
}

/// A response to GET RESPONSE for an elementary file (51.011 clause 9.2.1).
fn describe(file: u32, size: usize, structure: u8, record: u8) -> Response {
    let [_, _, high, low] = file.to_be_bytes();
    let [size_high, size_low] = (size as u16).to_be_bytes();
    let octets = [0, 0, size_high, size_low, high, low, 4, 0, 0x11, 0xff, 0xff, 1, 2, structure, record];
    (144, 0, hex::encode(&octets))
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

fn cut(octets: &[u8], length: u32) -> Response {
    let wanted = if length == 0 { octets.len() } else { length as usize };
    octets.get(..wanted).map_or((103, octets.len() as u8, String::new()), |part| (144, 0, hex::encode(part)))
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
