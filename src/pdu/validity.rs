//! TP-VP (23.040 clause 9.2.3.12).

/// How long the service centre keeps trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// One octet, relative.
    Relative(u8),
    /// Seven octets, a moment.
    Absolute(super::stamp::Stamp),
    /// Seven octets, enhanced.
    Enhanced([u8; 7]),
}

impl Validity {
    /// Up to 24 hours, in steps of half an hour (9.2.3.12.1); longer becomes 24 hours.
    pub fn hours(hours: u8) -> Self {
        match hours {
            0..=12 => Self::Relative((hours.max(1) * 12) - 1),
            _ => Self::Relative(143 + (hours.min(24) - 12) * 2),
        }
    }

    /// Minutes, of a relative one.
    pub fn minutes(self) -> Option<u32> {
        let Validity::Relative(octet) = self else { return None };
        let octet = u32::from(octet);
        Some(match octet {
            0..=143 => (octet + 1) * 5,
            144..=167 => 12 * 60 + (octet - 143) * 30,
            168..=196 => (octet - 166) * 24 * 60,
            _ => (octet - 192) * 7 * 24 * 60,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_167() {
        assert_eq!(Validity::hours(24), Validity::Relative(167));
        for hours in 1..=24 {
            assert_eq!(Validity::hours(hours).minutes(), Some(u32::from(hours) * 60), "{hours}");
        }
        assert_eq!(Validity::Relative(255).minutes(), Some(63 * 7 * 24 * 60));
    }
}
