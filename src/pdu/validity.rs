//! TP-VP (23.040 clause 9.2.3.12), in the format that TP-VPF names (9.2.3.3).

use nom::Parser;
use nom::combinator::map;

use super::first::VPF;
use super::parse::{Parsed, one, seven};
use super::stamp::Stamp;

/// How long the service centre keeps trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// One octet, relative.
    Relative(u8),
    /// Seven octets, a moment.
    Absolute(Stamp),
    /// Seven octets, enhanced.
    Enhanced(Enhanced),
}

/// The enhanced format (9.2.3.12.3), kept as its octets: what they do not use must be kept too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enhanced(pub [u8; 7]);

/// How often the service centre tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tries {
    /// Until the period ends.
    Many,
    /// Once.
    Once,
}

impl Enhanced {
    /// Seconds, if a period is given in a form that the standard names.
    pub fn seconds(self) -> Option<u32> {
        let [indicator, first, second, third, ..] = self.0;
        let is_extended = indicator & 0x80 != 0;
        match indicator & 0x07 {
            _ if is_extended => None,
            1 => Some(relative_minutes(first) * 60),
            2 => Some(u32::from(first)),
            3 => {
                let [hours, minutes, seconds] = [first, second, third].map(semi_octets);
                Some(hours? * 3600 + minutes? * 60 + seconds?)
            }
            _ => None,
        }
    }

    /// Bit 6 of the indicator.
    pub fn tries(self) -> Tries {
        let [indicator, ..] = self.0;
        if indicator & 0x40 != 0 { Tries::Once } else { Tries::Many }
    }
}

impl Validity {
    /// Up to 24 hours, in steps of half an hour (9.2.3.12.1); longer becomes 24 hours.
    pub fn hours(hours: u8) -> Self {
        match hours {
            0..=12 => Self::Relative((hours.max(1) * 12) - 1),
            _ => Self::Relative(143 + (hours.min(24) - 12) * 2),
        }
    }

    /// Seconds from submission, where the format tells them.
    pub fn seconds(self) -> Option<u32> {
        match self {
            Validity::Relative(octet) => Some(relative_minutes(octet) * 60),
            Validity::Absolute(_) => None,
            Validity::Enhanced(enhanced) => enhanced.seconds(),
        }
    }

    /// By TP-VPF of the first octet.
    pub(super) fn parse(first: u8, input: &[u8]) -> Parsed<'_, Self> {
        match first & VPF {
            0x10 => map(one, Self::Relative).parse(input),
            0x18 => map(Stamp::parse, Self::Absolute).parse(input),
            _ => map(seven, |raw| Self::Enhanced(Enhanced(raw))).parse(input),
        }
    }

    /// TP-VPF, where it stands in the first octet.
    pub(super) fn format(validity: Option<Self>) -> u8 {
        match validity {
            None => 0x00,
            Some(Validity::Enhanced(_)) => 0x08,
            Some(Validity::Relative(_)) => 0x10,
            Some(Validity::Absolute(_)) => 0x18,
        }
    }

    pub(super) fn write(self, to: &mut Vec<u8>) {
        match self {
            Validity::Relative(octet) => to.push(octet),
            Validity::Absolute(stamp) => to.extend(stamp.octets()),
            Validity::Enhanced(Enhanced(raw)) => to.extend(raw),
        }
    }
}

fn relative_minutes(octet: u8) -> u32 {
    let octet = u32::from(octet);
    match octet {
        0..=143 => (octet + 1) * 5,
        144..=167 => 12 * 60 + (octet - 143) * 30,
        168..=196 => (octet - 166) * 24 * 60,
        _ => (octet - 192) * 7 * 24 * 60,
    }
}

fn semi_octets(octet: u8) -> Option<u32> {
    let (low, high) = (octet & 0x0f, octet >> 4);
    (low < 10 && high < 10).then_some(u32::from(low * 10 + high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_167() {
        assert_eq!(Validity::hours(24), Validity::Relative(167));
        for hours in 1..=24 {
            assert_eq!(Validity::hours(hours).seconds(), Some(u32::from(hours) * 3600), "{hours}");
        }
        assert_eq!(Validity::Relative(255).seconds(), Some(63 * 7 * 24 * 3600));
    }

    #[test]
    fn enhanced_periods() {
        let seconds = |octets| Enhanced(octets).seconds();
        assert_eq!(seconds([0x01, 0, 0, 0, 0, 0, 0]), Some(300));
        assert_eq!(seconds([0x02, 5, 0, 0, 0, 0, 0]), Some(5));
        assert_eq!(seconds([0x03, 0x21, 0x43, 0x65, 0, 0, 0]), Some(12 * 3600 + 34 * 60 + 56));
        assert_eq!(seconds([0x00, 0, 0, 0, 0, 0, 0]), None);
        assert_eq!(seconds([0x82, 5, 0, 0, 0, 0, 0]), None);
        assert_eq!(Enhanced([0x42, 5, 0, 0, 0, 0, 0]).tries(), Tries::Once);
    }
}
