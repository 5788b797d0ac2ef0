//! When a number was last seen: the dates that phones, extraction tools and spreadsheets write. In the United Kingdom
//! the day comes first; a date that only makes sense with the month first is not read.

use jiff::civil::{Date, DateTime};

/// Forms of a date, each with what may follow it.
const DATES: [&str; 8] =
    ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%Y/%m/%d", "%d/%m/%y"];
const TIMES: [&str; 5] = ["%H:%M:%S", "%H:%M", "%H:%M:%S%.f", "%I:%M:%S %p", "%I:%M %p"];

/// Reads a date with or without a time. A zone behind it, such as `(UTC+0)` or `Z`, is dropped: a person is told the
/// clock of the report.
pub(super) fn read(text: &str) -> Option<DateTime> {
    let text = text.split('(').next().unwrap_or_default().trim();
    let text = text.trim_end_matches('Z').trim_end_matches("UTC").trim_end().trim_end_matches("+00:00");
    let text = text.replace(['T', ','], " ");
    let whole = text.split_whitespace().collect::<Vec<_>>().join(" ");
    DATES.iter().find_map(|date| {
        let day = Date::strptime(date, &whole).ok().map(|day| day.at(0, 0, 0, 0));
        let moment =
            day.or_else(|| TIMES.iter().find_map(|time| DateTime::strptime(format!("{date} {time}"), &whole).ok()));
        // "01/11/26" is no day of the year 26.
        moment.filter(|moment| moment.year() > 1950)
    })
}

/// Reads the number that a spreadsheet keeps for a date: days since 30 December 1899.
pub(super) fn of_serial(days: f64) -> Option<DateTime> {
    // 1954 to 2119: anything else in such a column is no date.
    let seconds = (20_000.0..80_000.0).contains(&days).then(|| (days * 86_400.0).round())?;
    // In this range the cast is exact.
    let span = jiff::SignedDuration::from_secs(seconds as i64);
    jiff::civil::date(1899, 12, 30).at(0, 0, 0, 0).checked_add(span).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_they_are_written() {
        let table = [
            ("2026-11-01", "2026-11-01T00:00:00"),
            ("2026-11-01T10:20:30Z", "2026-11-01T10:20:30"),
            ("2026-11-01 10:20:30.5", "2026-11-01T10:20:30.5"),
            ("01/11/2026", "2026-11-01T00:00:00"),
            ("25/11/2026 10:20", "2026-11-25T10:20:00"),
            ("01/11/2026 10:20:30(UTC+0)", "2026-11-01T10:20:30"),
            ("1 Nov 2026 9:05", "2026-11-01T09:05:00"),
            ("01.11.2026, 09:05:00", "2026-11-01T09:05:00"),
            ("01/11/26", "2026-11-01T00:00:00"),
        ];
        for (text, expected) in table {
            assert_eq!(read(text).map(|moment| moment.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "11/25/2026", "yesterday", "07700900123", "2026"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn serials_of_a_spreadsheet() {
        assert_eq!(of_serial(45_943.5).map(|moment| moment.to_string()).as_deref(), Some("2025-10-13T12:00:00"));
        assert_eq!(of_serial(7_700_900_123.0), None);
        assert_eq!(of_serial(f64::NAN), None);
    }
}
