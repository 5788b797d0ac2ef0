//! What one information element says (23.040 clauses 9.2.3.24.1 to .16). Their names and lengths are data:
//! `udh_ie.tsv`.

use std::sync::LazyLock;

use super::address::Address;
use super::dcs::{Stored, waiting_kind};
use super::gsm7::Language;

/// A decoded element. What has no type here, or a length that it must not have, is [`Information::Octets`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Information {
    /// 00, 08: a part of a long text.
    Concat(Concat),
    /// 01: messages wait.
    Special(Special),
    /// 04, 05: ports of an application.
    Ports(Ports),
    /// 06: for which outcomes the service centre reports; its bits.
    SmscControl(u8),
    /// 07: who made the header.
    Source(u8),
    /// 20: so many characters (or octets) of the text are an e-mail header.
    EmailHeader(u8),
    /// 21: a link within the text.
    Hyperlink(Hyperlink),
    /// 22: where to answer.
    ReplyAddress(Address),
    /// 23: voice mail.
    VoiceMail(VoiceMail),
    /// 24: the language of the single shift table.
    Single(Language),
    /// 25: the language of the locking shift table.
    Locking(Language),
    /// Anything else.
    Octets,
}

/// How wide a reference or a port number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Width {
    /// One octet.
    Bits8,
    /// Two.
    Bits16,
}

impl Width {
    /// In bits.
    pub fn bits(self) -> u8 {
        match self {
            Width::Bits8 => 8,
            Width::Bits16 => 16,
        }
    }
}

/// Which part of which long text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Concat {
    /// The same in all parts.
    pub reference: u16,
    /// How many parts, from 1.
    pub total: u8,
    /// Which one, from 1.
    pub sequence: u8,
    /// How wide the reference is: parts of different width do not belong together.
    pub width: Width,
}

/// Application ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// For which application.
    pub destination: u16,
    /// From which.
    pub source: u16,
    /// How wide the numbers are.
    pub width: Width,
}

/// Special SMS message indication (9.2.3.24.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Special {
    /// Whether the text is to be kept.
    pub stored: Stored,
    /// Profile, 0 to 3.
    pub profile: u8,
    /// What waits: basic kind 0 to 3 in the low bits, extended kind above.
    pub code: u8,
    /// How many wait.
    pub count: u8,
}

impl Special {
    /// What waits.
    pub fn kind(self) -> &'static str {
        match self.code {
            0x07 => "video",
            code => waiting_kind(code),
        }
    }
}

/// A link within the text (9.2.3.24.12): in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hyperlink {
    /// Where its title begins in the text.
    pub position: u16,
    /// How long the title is.
    pub title: u8,
    /// How long the address behind it is.
    pub address: u8,
}

/// Enhanced voice mail information (9.2.3.24.13): which of the two kinds it is; the rest stays octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoiceMail {
    /// Messages wait.
    Notification,
    /// Messages were deleted.
    DeleteConfirmation,
}

impl Information {
    pub(super) fn of(id: u8, data: &[u8]) -> Self {
        match (id, data) {
            (0x00, [reference, total, sequence]) => concat(u16::from(*reference), *total, *sequence, Width::Bits8),
            (0x08, [high, low, total, sequence]) => {
                concat(u16::from_be_bytes([*high, *low]), *total, *sequence, Width::Bits16)
            }
            (0x01, [kind, count]) => Self::Special(Special {
                stored: if kind & 0x80 != 0 { Stored::Yes } else { Stored::No },
                profile: kind >> 5 & 0x03,
                code: kind & 0x1f,
                count: *count,
            }),
            (0x04, [destination, source]) => ports(u16::from(*destination), u16::from(*source), Width::Bits8),
            (0x05, [a, b, c, d]) => ports(u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]), Width::Bits16),
            (0x06, [control]) => Self::SmscControl(*control),
            (0x07, [source]) => Self::Source(*source),
            (0x20, [length]) => Self::EmailHeader(*length),
            (0x21, [high, low, title, address]) => Self::Hyperlink(Hyperlink {
                position: u16::from_be_bytes([*high, *low]),
                title: *title,
                address: *address,
            }),
            (0x22, data) => match Address::parse(data) {
                Ok(([], address)) => Self::ReplyAddress(address),
                _ => Self::Octets,
            },
            (0x23, [first, _, ..]) => {
                Self::VoiceMail(if first & 0x01 == 0 { VoiceMail::Notification } else { VoiceMail::DeleteConfirmation })
            }
            (0x24, [language]) => Self::Single(Language(*language)),
            (0x25, [language]) => Self::Locking(Language(*language)),
            _ => Self::Octets,
        }
    }
}

fn concat(reference: u16, total: u8, sequence: u8, width: Width) -> Information {
    if (1..=total).contains(&sequence) {
        Information::Concat(Concat { reference, total, sequence, width })
    } else {
        Information::Octets
    }
}

fn ports(destination: u16, source: u16, width: Width) -> Information {
    Information::Ports(Ports { destination, source, width })
}

static NAMES: LazyLock<Vec<(u8, &'static str)>> =
    LazyLock::new(|| include_str!("udh_ie.tsv").lines().filter_map(row).collect());

fn row(line: &'static str) -> Option<(u8, &'static str)> {
    let (id, rest) = line.split_once('\t')?;
    Some((u8::from_str_radix(id, 16).ok()?, rest.split('\t').next()?))
}

/// The name of an element identifier (9.2.3.24).
pub fn name(id: u8) -> &'static str {
    match NAMES.iter().find(|(known, _)| *known == id) {
        Some((_, name)) => name,
        None => match id {
            0x70..=0x7f => "(U)SIM toolkit security header",
            0x80..=0x9f => "SME to SME specific use",
            0xc0..=0xdf => "service centre specific use",
            _ => "reserved",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_element_has_its_name() {
        let rows = include_str!("udh_ie.tsv").lines().filter(|l| !l.starts_with('#') && !l.starts_with("iei"));
        assert_eq!(NAMES.len(), rows.count());
        assert_eq!(name(0x00), "concatenated short messages, 8-bit reference");
        assert_eq!(
            (name(0x02), name(0x71), name(0xc0)),
            ("reserved", "(U)SIM toolkit security header", "service centre specific use")
        );
    }

    #[test]
    fn what_each_says() {
        let of = Information::of;
        assert_eq!(of(0x05, &[0x0b, 0x84, 0x23, 0xf0]), ports(2948, 9200, Width::Bits16));
        let Information::Special(special) = of(0x01, &[0xa1, 3]) else { panic!() };
        assert_eq!((special.stored, special.profile, special.kind(), special.count), (Stored::Yes, 1, "fax", 3));
        let link = Hyperlink { position: 3, title: 0, address: 9 };
        assert_eq!(of(0x21, &[0, 3, 0, 9]), Information::Hyperlink(link));
        let Information::ReplyAddress(address) = of(0x22, &[0x07, 0x91, 0x44, 0x77, 0x10, 0xf2]) else { panic!() };
        assert_eq!(address.shown().for_record(), "+4477012");
        assert_eq!(of(0x22, &[0x07, 0x91, 0x44]), Information::Octets);
        assert_eq!(of(0x23, &[0x01, 0x00]), Information::VoiceMail(VoiceMail::DeleteConfirmation));
        assert_eq!(of(0x20, &[5]), Information::EmailHeader(5));
        assert_eq!(of(0x24, &[1, 2]), Information::Octets);
    }
}
