//! Time stamps (23.040 clause 9.2.3.11): seven octets, kept as they came.

use std::fmt;

/// TP-SCTS or TP-DT. Read as fields; what the fields mean as a moment is for a calendar to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp([u8; 7]);

impl Stamp {
    /// Takes the octets as they came.
    pub fn from_octets(octets: [u8; 7]) -> Self {
        Self(octets)
    }

    /// From fields: year of the century, month, day, hour, minute, second, and the zone in quarters
    /// of an hour east of UTC (-79 to 79).
    pub fn from_fields([year, month, day, hour, minute, second]: [u8; 6], zone: i8) -> Self {
        let quarters = bcd(zone.unsigned_abs() % 80);
        let sign = if zone < 0 { 0x08 } else { 0 };
        Self([bcd(year), bcd(month), bcd(day), bcd(hour), bcd(minute), bcd(second), quarters | sign])
    }

    /// The seven octets.
    pub fn octets(&self) -> &[u8; 7] {
        &self.0
    }

    /// Year of the century, month, day, hour, minute, second; `None` where a digit is none.
    pub fn fields(&self) -> Option<[u8; 6]> {
        let [fields @ .., _] = self.0;
        let mut read = [0; 6];
        for (to, from) in read.iter_mut().zip(fields) {
            *to = unbcd(from)?;
        }
        Some(read)
    }

    /// Quarters of an hour east of UTC; the sign is bit 3 of the first semi-octet.
    pub fn zone_quarters(&self) -> Option<i8> {
        let [.., zone] = self.0;
        let quarters = i8::try_from(unbcd(zone & !0x08)?).ok()?;
        Some(if zone & 0x08 != 0 { -quarters } else { quarters })
    }
}

impl fmt::Display for Stamp {
    /// `2024-02-29T23:59:58+01:00`; years 00-69 are 2000-2069. Broken stamps as hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some([year, month, day, hour, minute, second]), Some(zone)) = (self.fields(), self.zone_quarters()) else {
            return f.write_str(&crate::hex::encode(&self.0));
        };
        let century = if year < 70 { 2000 } else { 1900 };
        let sign = if zone < 0 { '-' } else { '+' };
        let (hours, minutes) = (zone.unsigned_abs() / 4, zone.unsigned_abs() % 4 * 15);
        write!(f, "{}-{month:02}-{day:02}T", century + u16::from(year))?;
        write!(f, "{hour:02}:{minute:02}:{second:02}{sign}{hours:02}:{minutes:02}")
    }
}

/// Semi-octets are swapped: 23 is 0x32.
fn bcd(value: u8) -> u8 {
    ((value % 10) << 4) | (value / 10 % 10)
}

fn unbcd(octet: u8) -> Option<u8> {
    let (low, high) = (octet & 0x0f, octet >> 4);
    (low < 10 && high < 10).then_some(low * 10 + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_of_the_vectors() {
        let stamp = Stamp::from_octets([0x42, 0x20, 0x92, 0x32, 0x95, 0x85, 0x40]);
        assert_eq!(stamp.to_string(), "2024-02-29T23:59:58+01:00");
        assert_eq!(Stamp::from_fields([24, 2, 29, 23, 59, 58], 4), stamp);
        let west = Stamp::from_fields([24, 2, 29, 23, 59, 58], -19);
        assert_eq!((west.zone_quarters(), west.to_string().as_str()), (Some(-19), "2024-02-29T23:59:58-04:45"));
        assert_eq!(Stamp::from_octets([0xff; 7]).to_string(), "FFFFFFFFFFFFFF");
    }
}
