//! Which sheets and columns a person chose: `SHEET!HEAD`, `HEAD` or `SHEET!`. The record keeps it as it is written here.

use std::fmt;
use std::str::FromStr;

use crate::text::Untrusted;

/// One choice. Names are compared without case and signs, as heads are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The sheet; nothing: any.
    sheet: Option<String>,
    /// The head of a column of numbers; nothing: found by itself.
    head: Option<String>,
}

/// A choice names something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a column is written as HEAD or SHEET!HEAD")]
pub struct ChoiceError;

impl Choice {
    /// Of a sheet, all columns that are found in it by themselves.
    pub fn of_sheet(sheet: &str) -> Self {
        Self { sheet: Some(sheet.to_owned()), head: None }
    }

    /// Whether it lets a sheet be read.
    pub(super) fn takes(&self, sheet: Option<&Untrusted>) -> bool {
        match (&self.sheet, sheet) {
            (None, _) => true,
            (Some(wanted), Some(sheet)) => same(wanted, &sheet.for_match()),
            (Some(_), None) => false,
        }
    }

    /// Whether it names this very sheet.
    pub(super) fn is_of(&self, sheet: &Untrusted) -> bool {
        self.sheet.is_some() && self.takes(Some(sheet))
    }

    /// Whether it leaves the columns to be found.
    pub(super) fn is_of_sheet(&self) -> bool {
        self.head.is_none()
    }

    /// Whether it names a column.
    pub(super) fn names(&self, head: &str) -> bool {
        self.head.as_deref().is_some_and(|wanted| same(wanted, head))
    }
}

fn same(wanted: &str, found: &str) -> bool {
    Untrusted::from(wanted).for_match() == found
}

impl FromStr for Choice {
    type Err = ChoiceError;

    fn from_str(text: &str) -> Result<Self, ChoiceError> {
        let (sheet, head) = text.rsplit_once('!').map_or((None, text), |(sheet, head)| (Some(sheet), head));
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let choice = Self { sheet: sheet.and_then(some), head: some(head) };
        if choice.sheet.is_none() && choice.head.is_none() { Err(ChoiceError) } else { Ok(choice) }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = self.head.as_deref().unwrap_or_default();
        match &self.sheet {
            Some(sheet) => write!(f, "{sheet}!{head}"),
            None => f.write_str(head),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read_back() {
        for text in ["Phone", "Calls!Party", "Calls!", "Wow! yes!Tel"] {
            assert_eq!(text.parse::<Choice>().unwrap().to_string(), text);
        }
        assert_eq!(Choice::of_sheet("Calls").to_string(), "Calls!");
        assert!("".parse::<Choice>().is_err() && "!".parse::<Choice>().is_err());
    }
}
