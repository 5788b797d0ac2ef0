//! An approver's answer to a sheet: a mail, or plain text, that begins with the line `APPROVED` and the plan's code.
//!
//! Only the first line counts. What stands below it in a mail may be anybody's: every mail program has its own way of
//! quoting, and not one is trusted to be known. A greeting may stand above it, nothing else. Who wrote a mail cannot be
//! proved from the mail: whom it says it is from is kept beside it, and what else it says is shown to whoever takes it in.
//!
//! Pure; called by `cli::approve`.

mod body;

use mail_parser::{Addr, Address, Message, MessageParser};

use super::code::Code;
use super::contacts::encoding;
use crate::text::Untrusted;

/// An answer that approves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whom a mail says that it is from; nothing of plain text.
    pub from: Option<Untrusted>,
    /// The name in that, without the address.
    pub name: Option<Untrusted>,
    /// What else it says, line by line, quoted lines aside: a condition, or a name below it.
    pub besides: Vec<Untrusted>,
}

/// Why it approves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerProblem {
    /// No text.
    #[error("it is neither a mail nor a text")]
    NotText,
    /// What Outlook saves by itself.
    #[error("it is a mail in Outlook's own form (MSG)")]
    Msg,
    /// Too much to be an answer.
    #[error("its text is too long, or its HTML has too many parts, to be an answer")]
    TooMuch,
    /// Nobody sent it.
    #[error("it is a draft that was not sent (X-Unsent)")]
    Draft,
    /// Whoever asked answered.
    #[error("it is from the very address that it goes to, {}", .0.for_terminal())]
    ToSelf(Untrusted),
    /// Nothing approves.
    #[error("its first line is not APPROVED {wanted}; it begins: {}", first.for_terminal())]
    NoLine {
        /// Of the sheet.
        wanted: Code,
        /// How it begins.
        first: Untrusted,
    },
    /// Another plan.
    #[error("it approves plan {found}, and the plan here is {wanted}")]
    OtherPlan {
        /// In the answer.
        found: Code,
        /// Of the sheet.
        wanted: Code,
    },
}

/// How Outlook's own files begin (MS-CFB 2.2).
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// So many lines are shown of what it says besides.
const SHOWN: usize = 20;

/// Reads an answer to the sheet of a plan.
pub fn read(octets: &[u8], plan: &Code) -> Result<Answer, AnswerProblem> {
    if octets.starts_with(COMPOUND) {
        return Err(AnswerProblem::Msg);
    }
    match MessageParser::default().parse(octets).filter(is_mail) {
        Some(mail) => {
            was_sent(&mail)?;
            let besides = approving(&body::of(&mail)?, plan)?;
            let from = mail.from().and_then(Address::first);
            Ok(Answer { from: from.map(shown), name: from.and_then(Addr::name).map(Untrusted::from), besides })
        }
        None => {
            let (text, _) = encoding::decode(octets).ok_or(AnswerProblem::NotText)?;
            let besides = approving(&body::short_enough(text.into_owned())?, plan)?;
            Ok(Answer { from: None, name: None, besides })
        }
    }
}

/// What a text says besides approving this plan.
fn approving(text: &str, plan: &Code) -> Result<Vec<Untrusted>, AnswerProblem> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut besides = Vec::new();
    let mut first = lines.next().unwrap_or_default();
    if is_greeting(first) {
        besides.push(first.into());
        first = lines.next().unwrap_or_default();
    }
    let wanted = plan.clone();
    match approved(first) {
        Some(code) if code == *plan => {
            besides.extend(lines.filter(|line| !line.starts_with('>')).take(SHOWN).map(Untrusted::from));
            Ok(besides)
        }
        Some(found) => Err(AnswerProblem::OtherPlan { found, wanted }),
        None => Err(AnswerProblem::NoLine { wanted, first: first.chars().take(60).collect::<String>().into() }),
    }
}

/// `APPROVED 7KQ4-M2XD-9TRB-5HWA` and nothing else. Text in bold comes with stars around it where HTML is made plain.
fn approved(line: &str) -> Option<Code> {
    let line = line.trim_matches('*');
    let code = line.strip_prefix("APPROVED")?;
    code.starts_with(char::is_whitespace).then(|| code.split_whitespace().collect::<Vec<_>>().join(" ").parse().ok())?
}

/// `Dear all,`: a sentence that goes on below it begins otherwise.
fn is_greeting(line: &str) -> bool {
    let Some(words) = line.strip_suffix(',') else { return false };
    let words: Vec<&str> = words.split_whitespace().collect();
    let first = words.first().map(|word| word.to_lowercase());
    matches!(first.as_deref(), Some("dear" | "hi" | "hello")) && words.len() <= 5 && !words.concat().contains(',')
}

/// Any text parses as a mail; one has a sender or says what it holds.
fn is_mail(mail: &Message) -> bool {
    mail.from().is_some() || mail.header("Content-Type").is_some() || mail.header("MIME-Version").is_some()
}

fn was_sent(mail: &Message) -> Result<(), AnswerProblem> {
    if mail.header("X-Unsent").is_some() {
        return Err(AnswerProblem::Draft);
    }
    let Some(from) = mail.from().and_then(Address::first) else { return Ok(()) };
    let plain = |one: &Addr| one.address().map(str::to_lowercase);
    let to: Vec<_> = mail.to().into_iter().flat_map(Address::iter).map(plain).collect();
    let to_self = !to.is_empty() && plain(from).is_some() && to.iter().all(|one| *one == plain(from));
    if to_self { Err(AnswerProblem::ToSelf(shown(from))) } else { Ok(()) }
}

fn shown(one: &Addr) -> Untrusted {
    let parts = [one.name().map(str::to_owned), one.address().map(|address| format!("<{address}>"))];
    let words: Vec<String> = parts.into_iter().flatten().collect();
    Untrusted::from(words.join(" "))
}

#[cfg(test)]
mod tests;
