//! TP-DCS (23.038 clause 4).

use nom::Parser;
use nom::combinator::map;

use super::parse::{Parsed, one};

/// The data coding scheme, kept as its octet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dcs(pub u8);

/// Which characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// A GSM 7-bit alphabet.
    Gsm7,
    /// Octets.
    Data8,
    /// UCS-2, big-endian.
    Ucs2,
}

/// Whether the text is compressed (23.042); such text is kept and shown as octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// It is not.
    None,
    /// It is.
    Compressed,
}

/// The groups of clause 4, by bits 7-4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// 00xx: general.
    General,
    /// 01xx: to be deleted once read, else as general.
    AutomaticDeletion,
    /// 1000 to 1011: read as the default alphabet.
    Reserved,
    /// 1100: a message waits; the text may be discarded.
    WaitingDiscard,
    /// 1101: a message waits; the text is kept, in the default alphabet.
    WaitingStore,
    /// 1110: the same in UCS-2.
    WaitingStoreUcs2,
    /// 1111: data coding and class.
    DataAndClass,
}

impl Group {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Group::General => "general data coding",
            Group::AutomaticDeletion => "marked for automatic deletion",
            Group::Reserved => "reserved coding group",
            Group::WaitingDiscard => "message waiting, discard",
            Group::WaitingStore => "message waiting, store",
            Group::WaitingStoreUcs2 => "message waiting, store, UCS-2",
            Group::DataAndClass => "data coding and message class",
        }
    }
}

impl Dcs {
    /// Plain GSM 7-bit text, no class.
    pub const GSM7: Self = Self(0x00);
    /// Octets, no class.
    pub const DATA8: Self = Self(0x04);
    /// UCS-2 text, no class.
    pub const UCS2: Self = Self(0x08);

    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        map(one, Self).parse(input)
    }

    /// Its group.
    pub fn group(self) -> Group {
        match self.0 >> 4 {
            0x0..=0x3 => Group::General,
            0x4..=0x7 => Group::AutomaticDeletion,
            0xc => Group::WaitingDiscard,
            0xd => Group::WaitingStore,
            0xe => Group::WaitingStoreUcs2,
            0xf => Group::DataAndClass,
            _ => Group::Reserved,
        }
    }

    /// Its alphabet. Reserved codings are read as GSM 7-bit, as clause 4 demands.
    pub fn alphabet(self) -> Alphabet {
        match self.group() {
            Group::General | Group::AutomaticDeletion => match self.0 >> 2 & 0x03 {
                1 => Alphabet::Data8,
                2 => Alphabet::Ucs2,
                _ => Alphabet::Gsm7,
            },
            Group::WaitingStoreUcs2 => Alphabet::Ucs2,
            Group::DataAndClass if self.0 & 0x04 != 0 => Alphabet::Data8,
            _ => Alphabet::Gsm7,
        }
    }

    /// Message class 0-3, if it has one: class 0 is shown at once, 2 is for the SIM.
    pub fn class(self) -> Option<u8> {
        let coded = match self.group() {
            Group::General | Group::AutomaticDeletion => self.0 & 0x10 != 0,
            group => group == Group::DataAndClass,
        };
        coded.then_some(self.0 & 0x03)
    }

    /// Whether it is compressed.
    pub fn compression(self) -> Compression {
        match self.group() {
            Group::General | Group::AutomaticDeletion if self.0 & 0x20 != 0 => Compression::Compressed,
            _ => Compression::None,
        }
    }

    /// Whether TP-UDL counts septets; else it counts octets (23.040 clause 9.2.3.16).
    pub fn unit(self) -> Unit {
        match (self.alphabet(), self.compression()) {
            (Alphabet::Gsm7, Compression::None) => Unit::Septets,
            _ => Unit::Octets,
        }
    }

    /// Whether the octets are characters of UTF-16.
    pub fn is_utf16(self) -> bool {
        self.alphabet() == Alphabet::Ucs2 && self.compression() == Compression::None
    }

    /// The message waiting indication.
    pub fn waiting(self) -> Option<Waiting> {
        let stored = match self.group() {
            Group::WaitingDiscard => Stored::No,
            Group::WaitingStore | Group::WaitingStoreUcs2 => Stored::Yes,
            _ => return None,
        };
        let sense = if self.0 & 0x08 != 0 { Sense::Active } else { Sense::Inactive };
        Some(Waiting { code: self.0 & 0x03, sense, stored })
    }
}

/// What TP-UDL counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Septets.
    Septets,
    /// Octets.
    Octets,
}

/// A message waiting indication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// What waits, 0 to 3.
    pub code: u8,
    /// Whether the sign is to be shown.
    pub sense: Sense,
    /// Whether the text is to be kept.
    pub stored: Stored,
}

impl Waiting {
    /// What waits.
    pub fn kind(self) -> &'static str {
        waiting_kind(self.code)
    }
}

/// What a code of two bits says to wait (23.038 clause 4, 23.040 clause 9.2.3.24.2).
pub(super) fn waiting_kind(code: u8) -> &'static str {
    match code & 0x03 {
        0 => "voicemail",
        1 => "fax",
        2 => "e-mail",
        _ => "other",
    }
}

/// Whether an indication is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// Shown.
    Active,
    /// Taken away.
    Inactive,
}

/// Whether the text of an indication is to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is.
    Yes,
    /// It may be thrown away.
    No,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups() {
        let table = [
            (0x00, Alphabet::Gsm7, None),
            (0x04, Alphabet::Data8, None),
            (0x08, Alphabet::Ucs2, None),
            (0x0c, Alphabet::Gsm7, None),
            (0x10, Alphabet::Gsm7, Some(0)),
            (0x1a, Alphabet::Ucs2, Some(2)),
            (0x48, Alphabet::Ucs2, None),
            (0x53, Alphabet::Gsm7, Some(3)),
            (0x80, Alphabet::Gsm7, None),
            (0x88, Alphabet::Gsm7, None),
            (0xc8, Alphabet::Gsm7, None),
            (0xe0, Alphabet::Ucs2, None),
            (0xf1, Alphabet::Gsm7, Some(1)),
            (0xf5, Alphabet::Data8, Some(1)),
        ];
        for (octet, alphabet, class) in table {
            assert_eq!((Dcs(octet).alphabet(), Dcs(octet).class()), (alphabet, class), "{octet:02x}");
        }
        let waiting = |dcs: u8| Dcs(dcs).waiting().map(|w| (w.kind(), w.sense, w.stored));
        assert_eq!(waiting(0xc8), Some(("voicemail", Sense::Active, Stored::No)));
        assert_eq!(waiting(0xd1), Some(("fax", Sense::Inactive, Stored::Yes)));
        assert_eq!(waiting(0xb0), None);
        assert_eq!(Dcs(0x20).compression(), Compression::Compressed);
        assert_eq!(Dcs(0xf0).compression(), Compression::None);
    }
}
