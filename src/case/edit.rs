//! `case.toml` as a text that a person reads: keys are set with comments kept, and it is known where a key stands and
//! what its comment asks for. One key to a line, as the template has them.

use super::file::{CaseFile, CaseFileError};

/// A line of the file.
struct Line<'a> {
    /// From 1.
    number: usize,
    text: &'a str,
    /// `section.name`, if it sets a key.
    key: Option<String>,
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut section = "";
    (1..).zip(text.lines()).map(move |(number, text)| {
        let trimmed = text.trim();
        if let Some(head) = trimmed.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            section = head;
        }
        let name = trimmed.split_once('=').map(|(name, _)| name.trim()).filter(|name| !name.starts_with('#'));
        Line { number, text, key: name.map(|name| format!("{section}.{name}")) }
    })
}

/// Sets one key in the text of a case file, comments kept. A value for a text needs no quotes.
pub fn set(text: &str, key: &str, value: &str) -> Result<String, CaseFileError> {
    let is_it = |line: &Line| line.key.as_deref() == Some(key);
    if !lines(text).any(|line| is_it(&line)) {
        return Err(CaseFileError::NoKey(key.to_owned()));
    }
    let edited: String = lines(text)
        .map(|line| if is_it(&line) { with_value(line.text, value) } else { line.text.to_owned() } + "\n")
        .collect();
    CaseFile::parse(&edited)?;
    Ok(edited)
}

/// Line and column of a key's value, from 1.
pub fn place(text: &str, key: &str) -> Option<(usize, usize)> {
    let line = lines(text).find(|line| line.key.as_deref() == Some(key))?;
    let (left, right) = line.text.split_once('=')?;
    let spaces = right.chars().take_while(|c| c.is_whitespace()).count();
    Some((line.number, left.chars().count() + 1 + spaces + 1))
}

/// What must be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// `authority.reference`.
    pub key: String,
    /// What the comment says of it.
    pub words: String,
}

/// Every key that is marked `(!)`, in order.
pub fn questions(text: &str) -> Vec<Question> {
    let question = |line: Line| {
        let (_, words) = line.text.split_once("# (!) ")?;
        Some(Question { key: line.key?, words: words.trim().to_owned() })
    };
    lines(text).filter_map(question).collect()
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
    use proptest::prelude::*;

    use super::*;
    use crate::case::file::TEMPLATE;

    #[test]
    fn set_keeps_comments_and_refuses_unknown_keys() {
        let text = set(TEMPLATE, "authority.reference", "17/24 \"x\" # y").unwrap();
        assert!(text.contains("# (!) policy log"));
        assert_eq!(CaseFile::parse(&text).unwrap().authority.reference, "17/24 \"x\" # y");
        let text = set(&text, "limits.at_most", "118").unwrap();
        assert_eq!(CaseFile::parse(&text).unwrap().limits.at_most, 118);
        assert!(set(TEMPLATE, "limits.at_most", "many").is_err());
        assert!(matches!(set(TEMPLATE, "limits.most", "1"), Err(CaseFileError::NoKey(_))));
        assert!(matches!(set(TEMPLATE, "reference", "1"), Err(CaseFileError::NoKey(_))));
        assert!(set(TEMPLATE, "replies.alert", "[\"./tell\", \"x\"]").is_ok());
        let text = set(TEMPLATE, "message.languages", "{ pl = \"pl.txt\" }").unwrap();
        assert_eq!(CaseFile::parse(&text).unwrap().message.languages["pl"], "pl.txt");
    }

    #[test]
    fn every_key_that_must_be_filled_in_has_a_question_and_a_place() {
        let missing = CaseFile::parse(TEMPLATE).unwrap().terms().unwrap_err();
        let mut asked: Vec<String> = questions(TEMPLATE).into_iter().map(|question| question.key).collect();
        let mut wanted: Vec<&str> = missing.iter().map(|missing| missing.key).collect();
        asked.sort();
        wanted.sort_unstable();
        assert_eq!(asked, wanted);
        for key in wanted {
            let (line, column) = place(TEMPLATE, key).unwrap();
            let stands: String = TEMPLATE.lines().nth(line - 1).unwrap().chars().skip(column - 1).collect();
            assert!(stands.starts_with("\"\"") || stands.starts_with('0'), "{key}: {stands}");
        }
        assert_eq!(place(TEMPLATE, "limits.most"), None);
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
