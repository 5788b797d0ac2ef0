//! A language, as a list of contacts and `case.toml` name it. No code list is held against it: what a person writes in
//! both places alike is one.

use std::fmt;
use std::sync::Arc;

use crate::text::Untrusted;

/// So much of a long value is shown.
const SHOWN: usize = 24;

/// The name of a language, without case and signs: letters, digits and single spaces. Thousands of people share it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Language(Arc<str>);

impl Language {
    /// What a cell or a key says; nothing if it holds no letter and no digit.
    pub fn read(text: &str) -> Option<Self> {
        let name = Untrusted::from(text).for_match();
        Some(name).filter(|name| !name.is_empty()).map(|name| Self(name.into()))
    }

    /// All of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(SHOWN) {
            Some((cut, _)) => write!(f, "{}…", self.0.get(..cut).unwrap_or_default()),
            None => f.write_str(&self.0),
        }
    }
}

/// Why `[message] languages` cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LanguageError {
    /// Nothing to compare.
    #[error("{0:?} is no name of a language: write it as the contacts have it, such as pl = \"message.pl.txt\"")]
    NoName(String),
    /// Which text?
    #[error("{0} stands there twice: capitals and signs make no difference")]
    Twice(Language),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_signs_make_no_difference() {
        let read = |text| Language::read(text).unwrap();
        assert_eq!(read(" Polish "), read("POLISH"));
        assert_eq!(read("pl-PL"), read("pl_pl"));
        assert_ne!(read("pl"), read("pl-PL"));
        assert_eq!((Language::read(""), Language::read(" - ")), (None, None));
    }

    #[test]
    fn a_long_one_is_shown_in_short() {
        assert_eq!(Language::read("polski").unwrap().to_string(), "polski");
        assert_eq!(Language::read(&"a".repeat(99)).unwrap().to_string(), format!("{}…", "a".repeat(24)));
    }
}
