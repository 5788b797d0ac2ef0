//! Final result codes, and what a command gave back.

use super::codes;
use crate::text::Untrusted;

/// What ends a command (27.007 clause 9, 27.005 clause 3.2.5, V.250 clause 5.7.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Final {
    /// `OK`.
    Ok,
    /// `ERROR`.
    Error,
    /// `+CMS ERROR: <n>`, or its words.
    Cms(u16),
    /// `+CME ERROR: <n>`, or its words.
    Cme(u16),
    /// Another way of ending, or an error in words that no table knows.
    Other(Untrusted),
}

impl Final {
    /// Reads a whole line; `None` if it ends nothing. Substrings never count: a text that says
    /// "OK" is no final code.
    pub fn read(words: &str) -> Option<Self> {
        match words {
            "OK" => Some(Final::Ok),
            "ERROR" => Some(Final::Error),
            _ => coded(words).or_else(|| in_words(words)),
        }
    }

    /// Whether the card is busy, and will not be in a while (27.005 clause 3.2.5, 27.007 clause 9.2.1).
    pub fn is_busy(&self) -> bool {
        matches!(self, Final::Cms(314) | Final::Cme(14))
    }

    /// In plain words.
    pub fn explain(&self) -> String {
        match self {
            Final::Ok => "OK".to_owned(),
            Final::Error => "ERROR, without a reason".to_owned(),
            Final::Cms(code) => format!("+CMS ERROR {code}: {}", codes::cms_name(*code)),
            Final::Cme(code) => format!("+CME ERROR {code}: {}", codes::cme_name(*code)),
            Final::Other(words) => words.for_log(),
        }
    }
}

/// Numeric and verbose errors; `ERROR: 302` is how some handsets say a `+CMS ERROR`.
fn coded(words: &str) -> Option<Final> {
    let (name, reason) = words.split_once(':')?;
    let reason = reason.trim();
    let number = reason.parse::<u16>().ok();
    match name.trim_end() {
        "+CMS ERROR" | "ERROR" => {
            Some(number.or_else(|| codes::cms_by_name(reason)).map_or_else(|| other(words), Final::Cms))
        }
        "+CME ERROR" => Some(number.or_else(|| codes::cme_by_name(reason)).map_or_else(|| other(words), Final::Cme)),
        _ => None,
    }
}

fn in_words(words: &str) -> Option<Final> {
    const ENDINGS: [&str; 7] = [
        "NO CARRIER",
        "BUSY",
        "NO ANSWER",
        "NO DIALTONE",
        "COMMAND NOT SUPPORT",
        "TOO MANY PARAMETERS",
        "COMMAND NOT SUPPORTED",
    ];
    ENDINGS.contains(&words).then(|| other(words))
}

fn other(words: &str) -> Final {
    Final::Other(words.into())
}

/// What a command gave back: its information lines, then its final code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Information lines, without their ends.
    pub lines: Vec<Untrusted>,
    /// How it ended.
    pub end: Final,
}

impl Answer {
    /// What stands behind `prefix` and the colon in the first line that has it; for `""`, the first
    /// line whole.
    pub fn after(&self, prefix: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| strip(line.for_record(), prefix))
    }
}

/// Takes `prefix`, spaces, a colon and spaces off a line: `+CPIN :READY` happens, and one manual prints `AT^SMGR: …`
/// (Siemens A30880-A10-A001).
pub fn strip<'a>(line: &'a str, prefix: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(prefix).or_else(|| line.strip_prefix("AT")?.strip_prefix(prefix))?;
    if prefix.is_empty() {
        return Some(rest.trim());
    }
    rest.trim_start().strip_prefix(':').map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn final_codes_in_every_form() {
        assert_eq!(Final::read("OK"), Some(Final::Ok));
        assert_eq!(Final::read("+CMS ERROR: 38"), Some(Final::Cms(38)));
        assert_eq!(Final::read("+CMS ERROR:38"), Some(Final::Cms(38)));
        assert_eq!(Final::read("ERROR: 302"), Some(Final::Cms(302)));
        assert_eq!(Final::read("+CMS ERROR: operation not allowed"), Some(Final::Cms(302)));
        assert_eq!(Final::read("+CME ERROR: SIM busy"), Some(Final::Cme(14)));
        assert_eq!(Final::read("COMMAND NOT SUPPORT"), Some(Final::Other("COMMAND NOT SUPPORT".into())));
        assert!(matches!(Final::read("+CMS ERROR: something new"), Some(Final::Other(_))));
    }

    #[test]
    fn a_prefix_in_every_form() {
        for (line, rest) in [
            ("^SMGR: 0,,4", Some("0,,4")),
            ("AT^SMGR: 0,,4", Some("0,,4")),
            ("^SMGR :0", Some("0")),
            ("^SMGRS: 0", None),
        ] {
            assert_eq!(strip(line, "^SMGR"), rest, "{line}");
        }
    }

    #[test]
    fn only_whole_lines_end_a_command() {
        for line in ["OKAY", "OK then", "0", "ERRORS", "+CMGR: 0,,4", "it is OK", "+CMSERROR"] {
            assert_eq!(Final::read(line), None, "{line}");
        }
    }
}
