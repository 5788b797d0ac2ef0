//! `case.toml`: read strictly, so that what is pinned is what was read. Unknown keys, wrong types and
//! broken TOML are errors that name line and column.
//!
//! [`CaseFile`] is what stands there; [`CaseFile::terms`] is what it means, and exists only when
//! everything that must be filled in is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::language::{Language, LanguageError};
use super::number::{Country, CountryError};
use super::terms::{Missing, Terms};

/// What `signpost new` writes.
pub const TEMPLATE: &str = include_str!("template.toml");

/// What an editor needs to know of it (JSON Schema 2020-12); the template names the place.
pub const SCHEMA: &str = include_str!("../../schemas/case.schema.json");

/// The file as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the template says what each key means")]
pub struct LineKeys {
    pub exhibit: String,
    pub sim_number: String,
}

/// `[message]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the template says what each key means")]
pub struct MessageKeys {
    pub file: String,
    pub sender: String,
    pub languages: BTreeMap<String, String>,
    pub emergency: Vec<String>,
    pub unread_words: Vec<String>,
    pub national_tables: bool,
}

/// `[people]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the template says what each key means")]
pub struct PeopleKeys {
    pub approver: String,
    pub test_phone: String,
}

/// `[limits]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the template says what each key means")]
pub struct AfterKeys {
    pub review_on: String,
}

impl Default for MessageKeys {
    fn default() -> Self {
        Self {
            file: "message.txt".into(),
            sender: String::new(),
            languages: BTreeMap::new(),
            emergency: ["999", "112"].map(str::to_owned).to_vec(),
            unread_words: Vec::new(),
            national_tables: false,
        }
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

    /// Which file has the words of which language.
    pub fn languages(&self) -> Result<BTreeMap<Language, &str>, LanguageError> {
        let mut languages = BTreeMap::new();
        for (name, file) in &self.message.languages {
            let language = Language::read(name).ok_or_else(|| LanguageError::NoName(name.clone()))?;
            if languages.insert(language.clone(), file.as_str()).is_some() {
                return Err(LanguageError::Twice(language));
            }
        }
        Ok(languages)
    }

    /// What it means; or everything that is missing or wrong, at once.
    pub fn terms(&self) -> Result<Terms, Vec<Missing>> {
        Terms::read(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
