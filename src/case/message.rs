//! The words that are sent: exact, and overt.

use crate::ids::Sha256;
use crate::pdu::alphabet::{self, Count, National};

/// Exact words that name who speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    text: String,
    national: National,
}

/// Why words cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageProblem {
    /// Nothing.
    #[error("the message is empty")]
    Empty,
    /// Law 5.
    #[error("the message does not say who sends it: \"{0}\" ([message] sender) is not in its words")]
    NoSender(String),
    /// Control characters other than a line break.
    #[error("line {line}, column {column}: a control character (U+{code:04X}) that no handset shows")]
    Control {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// Which.
        code: u32,
    },
    /// More than ten parts.
    #[error("the message would need {0} parts; ten are the most")]
    TooLong(usize),
}

/// More would be neither read nor paid for in good conscience.
const MOST_PARTS: usize = 10;

impl Message {
    /// Takes the words as the file has them; a line break of Windows is one character, and one final line break is dropped.
    pub fn parse(text: &str, sender: &str, national: National) -> Result<Self, MessageProblem> {
        let text = text.replace("\r\n", "\n");
        let text = text.strip_suffix('\n').unwrap_or(&text);
        if text.trim().is_empty() {
            return Err(MessageProblem::Empty);
        }
        text.split('\n').zip(1..).try_for_each(|(line, number)| no_control(line, number))?;
        if !sender.trim().is_empty() && !text.contains(sender.trim()) {
            return Err(MessageProblem::NoSender(sender.trim().to_owned()));
        }
        let parts = alphabet::count(text, national).parts;
        if parts > MOST_PARTS {
            Err(MessageProblem::TooLong(parts))
        } else {
            Ok(Self { text: text.to_owned(), national })
        }
    }

    /// The words.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether national language tables may carry them.
    pub fn national(&self) -> National {
        self.national
    }

    /// Characters, alphabet, parts.
    pub fn count(&self) -> Count {
        alphabet::count(&self.text, self.national)
    }

    /// Of the words' UTF-8.
    pub fn sha256(&self) -> Sha256 {
        Sha256::of(self.text.as_bytes())
    }
}

fn no_control(text: &str, line: usize) -> Result<(), MessageProblem> {
    match text.chars().zip(1..).find(|(c, _)| c.is_control()) {
        Some((c, column)) => Err(MessageProblem::Control { line, column, code: u32::from(c) }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_cannot_be_sent() {
        assert_eq!(Message::parse(" \n", "x", National::Forbidden), Err(MessageProblem::Empty));
        assert_eq!(
            Message::parse("Hello", "Police", National::Forbidden),
            Err(MessageProblem::NoSender("Police".into()))
        );
        assert_eq!(
            Message::parse("Police\r\nabc\u{7}", "Police", National::Forbidden),
            Err(MessageProblem::Control { line: 2, column: 4, code: 7 })
        );
        assert!(Message::parse("Police\rhere", "Police", National::Forbidden).is_err(), "of no system of today");
        assert!(matches!(
            Message::parse(&"Police ".repeat(500), "Police", National::Forbidden),
            Err(MessageProblem::TooLong(_))
        ));
    }

    #[test]
    fn one_final_line_break_is_dropped() {
        assert_eq!(Message::parse("Police\nhere\r\n", "Police", National::Forbidden).unwrap().text(), "Police\nhere");
        let windows = Message::parse("Police\r\nhere\r\n", "Police", National::Forbidden).unwrap();
        assert_eq!((windows.text(), windows.count().characters), ("Police\nhere", 11));
        assert_eq!(Message::parse("Police\n\n", "Police", National::Forbidden).unwrap().text(), "Police\n");
    }
}
