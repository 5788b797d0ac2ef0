//! What is shown of a mail: its first text, as plain lines. What is attached is somebody else's words.

use mail_parser::{Message, PartType};

use super::AnswerProblem;

/// No line of HTML is wrapped: half of a sentence must not stand on a line of its own.
const WIDTH: usize = 10_000;

/// No answer is longer; pictures beside it do not count.
const LONGEST: usize = 256 * 1024;

/// No answer has more tags: what lays HTML out takes ever longer the deeper elements stand in each other.
const MOST_TAGS: usize = 10_000;

/// The plain text, or the HTML as plain text.
pub(super) fn of(mail: &Message) -> Result<String, AnswerProblem> {
    let part = mail.text_body.first().and_then(|part| mail.parts.get(usize::try_from(*part).ok()?));
    match part.map(|part| &part.body) {
        Some(PartType::Text(text)) => short_enough(text.to_string()),
        Some(PartType::Html(html)) => plain(short_enough(html.to_string())?),
        _ => Ok(String::new()),
    }
}

/// The text, unless it is longer than any answer.
pub(super) fn short_enough(text: String) -> Result<String, AnswerProblem> {
    if text.len() > LONGEST { Err(AnswerProblem::TooMuch) } else { Ok(text) }
}

fn plain(html: String) -> Result<String, AnswerProblem> {
    if html.matches('<').count() > MOST_TAGS {
        return Err(AnswerProblem::TooMuch);
    }
    html2text::from_read(html.as_bytes(), WIDTH).map_err(|_| AnswerProblem::NotText)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_answer_is_not_laid_out() {
        assert_eq!(plain("<div>".repeat(MOST_TAGS + 1)), Err(AnswerProblem::TooMuch));
        assert_eq!(short_enough("x".repeat(LONGEST + 1)), Err(AnswerProblem::TooMuch));
        assert!(plain("<div>".repeat(MOST_TAGS)).is_ok());
    }
}
