//! STOP words and urgent words in replies.
//!
//! The rule: a word or phrase of the list counts wherever it stands as whole words in the text, letter
//! case, punctuation and invisible characters ignored ([`Untrusted::for_match`]). That is generous on
//! purpose: "don't stop believing" opts out. A false opt-out costs a text not sent; a missed one breaks
//! law 5. Part of a word never counts: "stopped" is not "stop".

use std::fmt;

use crate::text::Untrusted;

/// A list of words and phrases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WordList(Vec<String>);

impl WordList {
    /// From the words as `case.toml` has them; what holds no letter or digit is left out.
    pub fn new(words: &[String]) -> Self {
        let folded = words.iter().map(|word| Untrusted::from(word.as_str()).for_match());
        Self(folded.filter(|word| !word.is_empty()).collect())
    }

    /// Every word or phrase of the list that the text holds.
    pub fn found_in(&self, text: &Untrusted) -> Vec<String> {
        let text = format!(" {} ", text.for_match());
        self.0.iter().filter(|word| text.contains(&format!(" {word} "))).cloned().collect()
    }

    /// The words and phrases, in lower case.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for WordList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_anywhere() {
        let list = WordList::new(&["stop".into(), "Remove me".into(), "!!".into()]);
        for (text, found) in [
            ("STOP pls", 1),
            ("S\u{200b}top", 1),
            ("please, remove  me!", 1),
            ("Stop. Remove me", 2),
            ("he stopped", 0),
            ("remove it from me", 0),
            ("", 0),
        ] {
            assert_eq!(list.found_in(&text.into()).len(), found, "{text}");
        }
    }
}
