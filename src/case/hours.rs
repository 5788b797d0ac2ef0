//! The hours in which texts may go, in the line's own time zone, summer time included.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// From one time of day to a later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    from: u16,
    until: u16,
    zone: TimeZone,
}

/// Whether texts may go now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// They may.
    Now,
    /// They may not before this moment.
    At(Timestamp),
}

/// Hours are written as "09:00-20:00", the first before the second; "00:00-24:00" is all day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Not two times of day.
    #[error("hours are written as \"09:00-20:00\", the first before the second")]
    Form,
    /// No such time zone.
    #[error("there is no time zone {0}; write one such as \"Europe/London\"")]
    Zone(String),
}

impl Hours {
    /// Reads both keys.
    pub fn parse(hours: &str, zone: &str) -> Result<Self, HoursError> {
        let zone = TimeZone::get(zone).map_err(|_| HoursError::Zone(zone.to_owned()))?;
        let (from, until) = hours.split_once('-').ok_or(HoursError::Form)?;
        let (from, until) = (minutes(from)?, minutes(until)?);
        if from < until && until <= 24 * 60 { Ok(Self { from, until, zone }) } else { Err(HoursError::Form) }
    }

    /// All day and night, in the same zone: for rehearsals.
    pub fn always(&self) -> Self {
        Self { from: 0, until: 24 * 60, zone: self.zone.clone() }
    }

    /// Never open: stands in where hours cannot be read.
    pub(super) fn never() -> Self {
        Self { from: 0, until: 0, zone: TimeZone::UTC }
    }

    /// The time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Whether texts may go at `now`.
    pub fn at(&self, now: Timestamp) -> Open {
        let local = now.to_zoned_datetime(self.zone.clone());
        let minute = local.hour() as u16 * 60 + local.minute() as u16;
        if (self.from..self.until).contains(&minute) {
            return Open::Now;
        }
        let today = self.opening(local.date()).into_iter().chain(self.second_opening(local.date()));
        let today = today.filter(|opens| *opens > now).min();
        let tomorrow = || local.date().tomorrow().ok().and_then(|date| self.opening(date));
        Open::At(today.or_else(tomorrow).unwrap_or(Timestamp::MAX))
    }

    fn opening(&self, date: Date) -> Option<Timestamp> {
        let time = Time::new((self.from / 60) as i8, (self.from % 60) as i8, 0, 0).ok()?;
        let opens = date.to_datetime(time).to_zoned_datetime(self.zone.clone()).ok()?;
        Some(opens.timestamp())
    }

    /// Where the clocks go back over the opening time, it comes twice.
    fn second_opening(&self, date: Date) -> Option<Timestamp> {
        let time = Time::new((self.from / 60) as i8, (self.from % 60) as i8, 0, 0).ok()?;
        let opens = self.zone.to_ambiguous_zoned_datetime(date.to_datetime(time)).later().ok()?;
        Some(opens.timestamp())
    }

    /// A moment as people of the line's zone write it: `Tue 1 Dec 10:00`.
    pub fn shown(&self, moment: Timestamp) -> String {
        moment.to_zoned_datetime(self.zone.clone()).strftime("%a %-d %b %H:%M").to_string()
    }

    /// When `parts` parts, one `each`, would begin and end.
    pub fn forecast(&self, begin: Timestamp, parts: usize, each: SignedDuration) -> Forecast {
        let each = i64::try_from(each.as_millis()).unwrap_or(i64::MAX).max(1);
        let begins = self.next_open(begin);
        let (mut at, mut left) = (begins, i64::try_from(parts).unwrap_or(i64::MAX) - 1);
        while left > 0 && at < Timestamp::MAX {
            let open = i64::try_from(self.closing(at).duration_since(at).as_millis()).unwrap_or(i64::MAX);
            // Steps that stay before the closing; one more goes to the next opening.
            let fit = ((open - 1).max(0) / each).min(left);
            let steps = if fit == left { fit } else { fit + 1 };
            let time = SignedDuration::from_millis(each.saturating_mul(steps));
            at = self.next_open(at.saturating_add(time).unwrap_or(Timestamp::MAX));
            left -= steps;
        }
        Forecast { begins, ends: at }
    }

    /// The next closing after an open moment.
    fn closing(&self, moment: Timestamp) -> Timestamp {
        let local = moment.to_zoned_datetime(self.zone.clone());
        let date = if self.until == 24 * 60 { local.date().tomorrow() } else { Ok(local.date()) };
        let time = Time::new((self.until / 60 % 24) as i8, (self.until % 60) as i8, 0, 0);
        let closes = date.and_then(|date| time.map(|time| date.to_datetime(time)));
        let closes = closes.and_then(|closes| closes.to_zoned_datetime(self.zone.clone()));
        closes.map_or(Timestamp::MAX, |closes| closes.timestamp()).max(moment)
    }

    fn next_open(&self, moment: Timestamp) -> Timestamp {
        match self.at(moment) {
            Open::Now => moment,
            Open::At(opens) => opens,
        }
    }
}

/// A moment as people write it in this time zone, such as `2026-12-01 09:00`. One that the clocks skip or repeat is none:
/// nothing may hang on which of two hours was meant.
pub fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let local = DateTime::strptime("%Y-%m-%d %H:%M", text.trim()).ok()?;
    let moment = zone.to_ambiguous_zoned_datetime(local).unambiguous().ok()?;
    Some(moment.timestamp())
}

/// When a run would begin and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// The first part.
    pub begins: Timestamp,
    /// The last part.
    pub ends: Timestamp,
}

fn minutes(text: &str) -> Result<u16, HoursError> {
    let (hour, minute) = text.trim().split_once(':').ok_or(HoursError::Form)?;
    let read = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() == 2).ok_or(HoursError::Form);
    let (hour, minute) = (read(hour)?, read(minute)?);
    if minute < 60 && hour <= 24 { Ok(hour * 60 + minute) } else { Err(HoursError::Form) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn open_and_closed_also_when_the_clocks_change() {
        let hours = Hours::parse("09:00-20:00", "Europe/London").unwrap();
        assert_eq!(hours.at(at("2026-12-01T09:00:00Z")), Open::Now);
        assert_eq!(hours.at(at("2026-12-01T19:59:59Z")), Open::Now);
        assert_eq!(hours.at(at("2026-12-01T20:00:00Z")), Open::At(at("2026-12-02T09:00:00Z")));
        assert_eq!(hours.at(at("2026-12-01T08:59:59Z")), Open::At(at("2026-12-01T09:00:00Z")));
        assert_eq!(hours.at(at("2026-10-24T20:00:00Z")), Open::At(at("2026-10-25T09:00:00Z")), "summer time ends");
        assert_eq!(hours.at(at("2027-03-27T20:00:00Z")), Open::At(at("2027-03-28T08:00:00Z")), "summer time begins");
        let early = Hours::parse("01:30-24:00", "Europe/London").unwrap();
        assert_eq!(
            early.at(at("2027-03-28T00:59:59Z")),
            Open::At(at("2027-03-28T01:30:00Z")),
            "an hour that is not there"
        );
        assert_eq!(
            early.at(at("2026-10-25T01:10:00Z")),
            Open::At(at("2026-10-25T01:30:00Z")),
            "an hour that comes twice"
        );
    }

    #[test]
    fn all_day_is_never_closed() {
        let hours = Hours::parse("00:00-24:00", "Europe/London").unwrap();
        assert_eq!(hours.at(at("2026-12-01T23:59:59Z")), Open::Now);
    }

    #[test]
    fn a_moment_is_one_that_the_clocks_show_once() {
        let london = TimeZone::get("Europe/London").unwrap();
        assert_eq!(moment(" 2026-07-01 09:00 ", &london), Some(at("2026-07-01T08:00:00Z")));
        for text in ["2027-03-28 01:30", "2026-10-25 01:30", "2026-12-01", "09:00", "yesterday", ""] {
            assert_eq!(moment(text, &london), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_hours() {
        for text in ["", "9-20", "20:00-09:00", "09:00-25:00", "09:60-10:00", "09:00"] {
            assert_eq!(Hours::parse(text, "UTC"), Err(HoursError::Form), "{text}");
        }
        assert!(matches!(Hours::parse("09:00-20:00", "Europe/Nottingham"), Err(HoursError::Zone(_))));
    }

    #[test]
    fn a_forecast_waits_through_the_night() {
        let hours = Hours::parse("09:00-20:00", "UTC").unwrap();
        let half = SignedDuration::from_secs(30);
        let forecast = |parts| hours.forecast(at("2026-12-01T19:59:00Z"), parts, half).ends;
        assert_eq!(forecast(1), at("2026-12-01T19:59:00Z"));
        assert_eq!(forecast(2), at("2026-12-01T19:59:30Z"));
        assert_eq!(forecast(3), at("2026-12-02T09:00:00Z"));
        assert_eq!(forecast(4), at("2026-12-02T09:00:30Z"));
        // As a walk from part to part gives it, over days.
        let mut walked = at("2026-12-01T19:59:00Z");
        (1..5_000).for_each(|_| walked = hours.next_open(walked + half));
        assert_eq!(forecast(5_000), walked);
        let all_day = Hours::parse("00:00-24:00", "UTC").unwrap();
        let ends = all_day.forecast(at("2026-12-01T23:59:00Z"), 11, half).ends;
        assert_eq!(ends, at("2026-12-02T00:04:00Z"));
    }
}
