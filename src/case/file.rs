//! `case.toml`: read strictly, so that what is pinned is what was read. Unknown keys, wrong types and
//! broken TOML are errors that name line and column.
//!
//! [`CaseFile`] is what stands there; [`CaseFile::terms`] is what it means, and exists only when
//! everything that must be filled in is.

use serde::{Deserialize, Serialize};

use super::number::{Country, CountryError};
use super::terms::{Missing, Terms};

/// What `signpost new` writes.
pub const TEMPLATE: &str = include_str!("template.toml");

/// The file as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// On whose word.
    pub authority: AuthorityKeys,
    /// Which SIM.
    pub line: LineKeys,
    /// Which words.
    #[serde(default)]
    pub message: MessageKeys,
    /// Who takes part.
    pub people: PeopleKeys,
    /// How many, how fast, when.
    pub limits: LimitKeys,
    /// What replies lead to.
    #[serde(default)]
    pub replies: ReplyKeys,
    /// What happens to it all.
    pub after: AfterKeys,
}

/// `[authority]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the template says what each key means")]
pub struct AuthorityKeys {
    pub reference: String,
    pub granted_by: String,
    pub purpose: String,
    pub listen_from: String,
    pub send_from: String,
    pub send_until: String,
    pub listen_until: String,
}

/// `[line]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the template says what each key means")]
pub struct LineKeys {
    pub exhibit: String,
    pub sim_number: String,
}

/// `[message]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the template says what each key means")]
pub struct MessageKeys {
    pub file: String,
    pub sender: String,
    pub national_tables: bool,
}

/// `[people]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the template says what each key means")]
pub struct PeopleKeys {
    pub approver: String,
    pub test_phone: String,
}

/// `[limits]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the template says what each key means")]
pub struct LimitKeys {
    pub at_most: u32,
    pub pace: u32,
    pub jitter: u32,
    pub hours: String,
    pub timezone: String,
    pub countries: Vec<String>,
    pub days_since_other_case: u32,
}

/// `[replies]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the template says what each key means")]
pub struct ReplyKeys {
    pub stop_words: Vec<String>,
    pub urgent_words: Vec<String>,
    pub alert: Vec<String>,
    pub free_captured: bool,
}

/// `[after]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the template says what each key means")]
pub struct AfterKeys {
    pub review_on: String,
}

impl Default for MessageKeys {
    fn default() -> Self {
        Self { file: "message.txt".into(), sender: String::new(), national_tables: false }
    }
}

impl Default for LimitKeys {
    fn default() -> Self {
        Self {
            at_most: 0,
            pace: 2,
            jitter: 10,
            hours: "09:00-20:00".into(),
            timezone: "Europe/London".into(),
            countries: Vec::new(),
            days_since_other_case: 90,
        }
    }
}

/// Why the file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaseFileError {
    /// Broken, or with a key that is unknown or of the wrong type.
    #[error("case.toml, line {line}, column {column}: {why}")]
    At {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// The reader's words.
        why: String,
    },
    /// `--set` of a key that is none.
    #[error("case.toml has no key {0}; write one such as authority.reference")]
    NoKey(String),
}

impl CaseFile {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, CaseFileError> {
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            CaseFileError::At { line, column, why: error.message().to_owned() }
        })
    }

    /// Whose numbers may be texted besides those of the United Kingdom.
    pub fn countries(&self) -> Result<Vec<Country>, CountryError> {
        self.limits.countries.iter().map(|code| code.parse()).collect()
    }

    /// What it means; or everything that is missing or wrong, at once.
    pub fn terms(&self) -> Result<Terms, Vec<Missing>> {
        Terms::read(self)
    }
}

/// Sets one key in the text of a case file, comments kept. A value for a text needs no quotes.
pub fn set(text: &str, key: &str, value: &str) -> Result<String, CaseFileError> {
    let no_key = || CaseFileError::NoKey(key.to_owned());
    let (section, name) = key.split_once('.').ok_or_else(no_key)?;
    let mut current = "";
    let mut found = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if let Some(head) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            current = head;
        }
        let is_key = current == section && trimmed.split('=').next().is_some_and(|left| left.trim() == name);
        found |= is_key;
        lines.push(if is_key { with_value(line, value) } else { line.to_owned() });
    }
    if !found {
        return Err(no_key());
    }
    let edited = lines.join("\n") + "\n";
    CaseFile::parse(&edited)?;
    Ok(edited)
}

/// Replaces the value between `=` and the comment. What stood there tells whether it is a text.
fn with_value(line: &str, value: &str) -> String {
    let (left, right) = line.split_once('=').unwrap_or((line, ""));
    let comment = comment_of(right);
    let is_text = right.trim_start().starts_with(['"', '\'']);
    let value = if is_text { quoted(value) } else { value.to_owned() };
    let spaces = if comment.is_empty() { "" } else { "   " };
    format!("{left}= {value}{spaces}{comment}")
}

/// A basic string (TOML 1.0): always one line, so that the key can be set again.
fn quoted(value: &str) -> String {
    let mut text = String::from('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            c if c.is_control() => text.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => text.push(c),
        }
    }
    text + "\""
}

/// The `#` comment behind a value; a `#` inside quotes is none, and an escaped quote ends nothing.
fn comment_of(right: &str) -> &str {
    let mut open = None;
    let mut escaped = false;
    for (at, c) in right.char_indices() {
        match (open, c) {
            _ if escaped => escaped = false,
            (Some('"'), '\\') => escaped = true,
            (Some(quote), c) if quote == c => open = None,
            (None, '"' | '\'') => open = Some(c),
            (None, '#') => return right.get(at..).unwrap_or_default(),
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_template_reads_and_says_what_is_missing() {
        let missing = CaseFile::parse(TEMPLATE).unwrap().terms().unwrap_err();
        let marked = TEMPLATE.lines().filter(|line| line.contains("# (!)")).count();
        assert_eq!(missing.len(), marked, "{missing:?}");
    }

    #[test]
    fn errors_name_the_place() {
        let text = TEMPLATE.replace("pace     = 2", "pase     = 2");
        let Err(CaseFileError::At { line, column, why }) = CaseFile::parse(&text) else { panic!() };
        let stands_at = text.lines().position(|line| line.starts_with("pase")).unwrap() + 1;
        assert_eq!((line, column), (stands_at, 1), "{why}");
        let wrong = TEMPLATE.replace("at_most  = 0", "at_most  = \"many\"");
        assert!(matches!(CaseFile::parse(&wrong), Err(CaseFileError::At { line, .. }) if line + 1 == stands_at));
    }

    #[test]
    fn set_keeps_comments_and_refuses_unknown_keys() {
        let text = set(TEMPLATE, "authority.reference", "17/24 \"x\" # y").unwrap();
        assert!(text.contains("# (!) policy log"));
        assert_eq!(CaseFile::parse(&text).unwrap().authority.reference, "17/24 \"x\" # y");
        let text = set(&text, "limits.at_most", "118").unwrap();
        assert_eq!(CaseFile::parse(&text).unwrap().limits.at_most, 118);
        assert!(set(TEMPLATE, "limits.at_most", "many").is_err());
        assert!(matches!(set(TEMPLATE, "limits.most", "1"), Err(CaseFileError::NoKey(_))));
        assert!(set(TEMPLATE, "replies.alert", "[\"./tell\", \"x\"]").is_ok());
    }

    proptest! {
        #[test]
        fn any_text_can_be_set_and_read_back(value in any::<String>()) {
            let text = set(TEMPLATE, "authority.purpose", &value).unwrap();
            prop_assert_eq!(CaseFile::parse(&text).unwrap().authority.purpose, value);
            let again = set(&text, "authority.purpose", "").unwrap();
            prop_assert_eq!(CaseFile::parse(&again), CaseFile::parse(TEMPLATE));
            prop_assert!(again.contains("# (!) one sentence; a court will read it"));
        }
    }
}
