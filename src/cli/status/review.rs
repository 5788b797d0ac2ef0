//! The date by which somebody decides whether the case is kept or erased (`[after] review_on`). Material about people is not
//! kept because nobody thought of it.

use jiff::civil::Date;

/// It is told of so many days before.
const NEAR: i64 = 14;

/// A date that is near, or over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Review {
    on: Date,
    /// Until then; less than none when it is over.
    days: i64,
}

impl Review {
    /// If it is to be told of today.
    pub fn due(on: Date, today: Date) -> Option<Self> {
        let days = on.duration_since(today).as_hours() / 24;
        (days <= NEAR).then_some(Self { on, days })
    }

    /// On the screen.
    pub fn words(&self) -> String {
        let days = self.days.unsigned_abs();
        let unit = if days == 1 { "day" } else { "days" };
        let when = match self.days {
            0 => format!("today, {}", self.on),
            1.. => format!("in {days} {unit}, on {}", self.on),
            _ => format!("{days} {unit} ago, on {}", self.on),
        };
        let tense = if self.days < 0 { "was to be" } else { "is to be" };
        format!("REVIEW     {when}, it {tense} decided: keep or erase")
    }

    /// The next step.
    pub fn next() -> &'static str {
        "keep or erase? signpost erase; or a later review_on in case.toml, and signpost note \"kept, because …\""
    }

    /// For scripts.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({"on": self.on.to_string(), "in_days": self.days})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_of_two_weeks_before_and_from_then_on() {
        let on: Date = "2027-06-01".parse().unwrap();
        let words = |today: &str| Review::due(on, today.parse().unwrap()).map(|review| review.words());
        assert_eq!(words("2027-05-17"), None);
        for (today, expected) in [
            ("2027-05-18", "in 14 days, on 2027-06-01, it is to be decided"),
            ("2027-05-31", "in 1 day, on 2027-06-01, it is to be decided"),
            ("2027-06-01", "today, 2027-06-01, it is to be decided"),
            ("2027-06-02", "1 day ago, on 2027-06-01, it was to be decided"),
            ("2029-06-01", "731 days ago, on 2027-06-01, it was to be decided"),
        ] {
            let words = words(today).unwrap();
            assert!(words.contains(expected) && words.ends_with("keep or erase"), "{today}: {words}");
        }
    }
}
