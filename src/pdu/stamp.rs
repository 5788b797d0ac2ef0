//! Time stamps (23.040 clause 9.2.3.11): seven octets, kept as they came, with a civil reading where
//! there is such a moment.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use nom::Parser;
use nom::combinator::map;

use super::parse::{Parsed, seven};

/// TP-SCTS, TP-DT or an absolute TP-VP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp([u8; 7]);

/// A moment that such a stamp cannot tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time stamp is RFC 3339 with its own offset, a multiple of 15 minutes below 20 hours, in 1970 to 2069")]
pub struct StampError;

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

    /// Reads `2024-02-29T23:59:58+01:00`.
    pub fn from_rfc3339(text: &str) -> Result<Self, StampError> {
        let pieces = Pieces::parse(text).map_err(|_| StampError)?;
        let seconds = pieces.to_numeric_offset().ok_or(StampError)?.seconds();
        let (date, time) = (pieces.date(), pieces.time().ok_or(StampError)?);
        let zone = i8::try_from(seconds / 900).map_err(|_| StampError)?;
        if seconds % 900 != 0 || zone.unsigned_abs() > 79 || !(1970..2070).contains(&date.year()) {
            return Err(StampError);
        }
        let year = (date.year() % 100) as u8;
        let [month, day] = [date.month(), date.day()].map(i8::unsigned_abs);
        let [hour, minute, second] = [time.hour(), time.minute(), time.second()].map(i8::unsigned_abs);
        Ok(Self::from_fields([year, month, day, hour, minute, second], zone))
    }

    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        map(seven, Self).parse(input)
    }

    /// The seven octets.
    pub fn octets(&self) -> &[u8; 7] {
        &self.0
    }

    /// The wall clock there, if there is such a time; years 00-69 are 2000-2069, others 1970-1999. A digit
    /// above 9 is not read as 0, as a handset does (9.2.3.11): in evidence no time is better than a guess.
    pub fn civil(&self) -> Option<DateTime> {
        let [fields @ .., _] = self.0;
        let mut read = [0; 6];
        for (to, from) in read.iter_mut().zip(fields) {
            *to = unbcd(from)?;
        }
        let [year, month, day, hour, minute, second] = read.map(|field| field as i8);
        let century = if year < 70 { 2000 } else { 1900 };
        DateTime::new(century + i16::from(year), month, day, hour, minute, second, 0).ok()
    }

    /// Quarters of an hour east of UTC; the sign is bit 3 of the first semi-octet.
    pub fn zone_quarters(&self) -> Option<i8> {
        let [.., zone] = self.0;
        let quarters = unbcd(zone & !0x08)? as i8;
        Some(if zone & 0x08 != 0 { -quarters } else { quarters })
    }

    /// The moment, if there is such a time.
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.offset()?.to_timestamp(self.civil()?).ok()
    }

    /// `2024-02-29T23:59:58+01:00`, if there is such a time.
    pub fn rfc3339(&self) -> Option<String> {
        Some(self.timestamp()?.display_with_offset(self.offset()?).to_string())
    }

    fn offset(&self) -> Option<Offset> {
        Offset::from_seconds(i32::from(self.zone_quarters()?) * 900).ok()
    }
}

impl fmt::Display for Stamp {
    /// `2024-02-29T23:59:58+01:00`; a time that there is not, as hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339().unwrap_or_else(|| crate::hex::encode(&self.0)))
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
    use proptest::prelude::*;

    #[test]
    fn stamps_of_the_vectors() {
        let stamp = Stamp::from_octets([0x42, 0x20, 0x92, 0x32, 0x95, 0x85, 0x40]);
        assert_eq!(stamp.to_string(), "2024-02-29T23:59:58+01:00");
        assert_eq!(Stamp::from_fields([24, 2, 29, 23, 59, 58], 4), stamp);
        let west = Stamp::from_fields([24, 2, 29, 23, 59, 58], -19);
        assert_eq!((west.zone_quarters(), west.to_string().as_str()), (Some(-19), "2024-02-29T23:59:58-04:45"));
        assert_eq!(Stamp::from_octets([0xff; 7]).to_string(), "FFFFFFFFFFFFFF");
        assert_eq!(Stamp::from_octets([0x99, 0x21, 0x13, 0, 0, 0, 0]).to_string(), "1999-12-31T00:00:00+00:00");
    }

    #[test]
    fn a_time_that_there_is_not_is_never_guessed() {
        for octets in [[0; 7], [0x52, 0x20, 0x03, 0, 0, 0, 0], [0x52, 0x10, 0x10, 0x42, 0, 0, 0]] {
            let stamp = Stamp::from_octets(octets);
            assert_eq!((stamp.timestamp(), stamp.to_string()), (None, crate::hex::encode(&octets)));
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(octets: [u8; 7]) {
            let stamp = Stamp::from_octets(octets);
            if let Some(text) = stamp.rfc3339() {
                let back = Stamp::from_rfc3339(&text).unwrap();
                prop_assert_eq!(back.timestamp(), stamp.timestamp());
                prop_assert_eq!(back.rfc3339(), Some(text));
            }
        }
    }
}
