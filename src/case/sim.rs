//! The files of a SIM that are copied (51.011 clause 10, 31.102 clause 4), and which of them a card or a device changes by
//! itself on the air, so that a copy from before and one from after can be compared.

/// An elementary file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// Its identifier.
    pub id: u16,
    /// Its name in the standard.
    pub name: &'static str,
    /// What it holds, in plain words.
    pub holds: &'static str,
    /// Whether it changes without anybody wanting it.
    pub changes: Changes,
}

/// Whether a file changes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changes {
    /// It does not.
    Never,
    /// It does: why.
    ByItself(&'static str),
    /// It is where texts are received.
    Receives,
}

const fn file(id: u16, name: &'static str, holds: &'static str, changes: Changes) -> File {
    File { id, name, holds, changes }
}

use Changes::{ByItself, Never, Receives};

/// EF_SMS.
pub const TEXTS: u16 = 0x6f3c;
/// EF_ADN.
pub const CONTACTS: u16 = 0x6f3a;
/// EF_LND.
pub const DIALLED: u16 = 0x6f44;

/// EF_MSISDN.
pub const OWN_NUMBERS: u16 = 0x6f40;

/// Copied in this order: what says whose it is first, then texts, then the rest. Keys are not copied.
pub const FILES: [File; 15] = [
    file(0x2fe2, "EF_ICCID", "the card's number", Never),
    file(0x6f07, "EF_IMSI", "the subscriber", Never),
    file(TEXTS, "EF_SMS", "texts", Receives),
    file(0x6f42, "EF_SMSP", "settings for texts, the service centre", Never),
    file(
        0x6f43,
        "EF_SMSS",
        "the last text's reference, and whether memory is full",
        ByItself("changes with every text sent"),
    ),
    file(0x6f47, "EF_SMSR", "delivery reports", ByItself("some devices keep delivery reports there")),
    file(CONTACTS, "EF_ADN", "contacts", Never),
    file(OWN_NUMBERS, "EF_MSISDN", "own numbers; no evidence of the number", Never),
    file(DIALLED, "EF_LND", "numbers dialled last", Never),
    file(0x6f46, "EF_SPN", "the network's name", Never),
    file(0x6f05, "EF_LP", "languages", Never),
    file(0x6fad, "EF_AD", "administrative data", Never),
    file(0x6f7b, "EF_FPLMN", "networks that refused the card", ByItself("changes when a network refuses the card")),
    file(0x6f7e, "EF_LOCI", "where the card was last registered", ByItself("changes with every registration")),
    file(
        0x6fe3,
        "EF_EPSLOCI",
        "where the card was last registered on LTE",
        ByItself("changes with every registration"),
    ),
];

/// By its identifier.
pub fn by_id(id: u16) -> Option<&'static File> {
    FILES.iter().find(|file| file.id == id)
}

/// The number in a record of EF_ADN (51.011 clause 10.5.1), EF_LND (10.5.6) or EF_MSISDN (10.5.5): the last 14 octets are its length,
/// type, up to ten octets of digits, and two more.
pub fn dialling_number(record: &[u8]) -> Option<String> {
    let tail = record.get(record.len().checked_sub(14)?..)?;
    let (length, kind) = (usize::from(*tail.first()?), *tail.get(1)?);
    let octets = tail.get(2..1 + length.min(11)).filter(|octets| !octets.is_empty())?;
    let nibbles = octets.iter().flat_map(|octet| [octet & 0xf, octet >> 4]);
    let digits: String = nibbles.map_while(|nibble| char::from_digit(nibble.into(), 10)).collect();
    // Type of number 1: international (bits 7 to 5).
    let plus = if kind & 0x70 == 0x10 { "+" } else { "" };
    (!digits.is_empty()).then(|| format!("{plus}{digits}"))
}
