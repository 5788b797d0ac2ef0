//! An approver's answer to a sheet: a mail, or plain text, with the line `APPROVED` and the plan's code. Quoted lines
//! and the mails below an answer do not count, so that who quotes an approval does not give one. Who wrote a mail
//! cannot be proved from the mail: whom it says it is from is kept beside it.
//!
//! Pure; called by `cli::approve`.

use mail_parser::{Message, MessageParser, PartType};

use super::code::Code;
use crate::text::Untrusted;

/// An answer that approves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whom a mail says that it is from; nothing of plain text.
    pub from: Option<Untrusted>,
}

/// Why it approves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerProblem {
    /// No text.
    #[error("it is neither a mail nor a text")]
    NotText,
    /// Nothing approves.
    #[error("it has no line that reads APPROVED {0}; quoted lines do not count")]
    NoLine(Code),
    /// Another plan.
    #[error("it approves plan {found}, and the plan here is {wanted}")]
    OtherPlan {
        /// In the answer.
        found: Code,
        /// Of the sheet.
        wanted: Code,
    },
}

/// A mail is wrapped no wider than this, so that a line stays one.
const WIDTH: usize = 200;

/// Where the mails below an answer begin, in the words of those programs that do not quote them.
const BELOW: [&str; 3] = ["-----original message-----", "________________________________", "begin forwarded message:"];

/// Reads an answer to the sheet of a plan.
pub fn read(octets: &[u8], plan: &Code) -> Result<Answer, AnswerProblem> {
    let mail = MessageParser::default().parse(octets).filter(is_mail);
    let text = match &mail {
        Some(mail) => bodies(mail),
        None => std::str::from_utf8(octets).map_err(|_| AnswerProblem::NotText)?.to_owned(),
    };
    let mut other = None;
    for line in own_lines(&text) {
        match approved(line) {
            Some(code) if code == *plan => return Ok(Answer { from: mail.as_ref().and_then(from) }),
            code => other = other.or(code),
        }
    }
    let wanted = plan.clone();
    Err(other.map_or(AnswerProblem::NoLine(plan.clone()), |found| AnswerProblem::OtherPlan { found, wanted }))
}

/// Any text parses as a mail; one has a sender or says what it holds.
fn is_mail(mail: &Message) -> bool {
    mail.from().is_some() || mail.header("Content-Type").is_some() || mail.header("MIME-Version").is_some()
}

/// What is shown of a mail: its plain text, or its HTML as plain text, quotations marked by `>`. What is attached is
/// somebody else's words.
fn bodies(mail: &Message) -> String {
    let shown = mail.text_body.iter().filter_map(|part| mail.parts.get(*part as usize)).map(|part| match &part.body {
        PartType::Text(text) => text.to_string(),
        PartType::Html(html) => html2text::from_read(html.as_bytes(), WIDTH).unwrap_or_default(),
        _ => String::new(),
    });
    shown.collect::<Vec<_>>().join("\n")
}

/// Lines that whoever answered wrote.
fn own_lines(text: &str) -> impl Iterator<Item = &str> {
    let begins_below = |line: &str| {
        let line = line.to_lowercase();
        BELOW.iter().any(|below| line.starts_with(below))
    };
    let lines = text.lines().map(str::trim).take_while(move |line| !begins_below(line));
    lines.filter(|line| !line.starts_with(['>', '|']))
}

/// `APPROVED 7KQ4-M2XD-9TRB-5HWA` and nothing else.
fn approved(line: &str) -> Option<Code> {
    let mut words = line.split_whitespace();
    let first = words.next().filter(|word| word.trim_matches('*').eq_ignore_ascii_case("approved"))?;
    let code: Vec<&str> = words.collect();
    // Whole lines in bold come with stars around them where HTML is made plain.
    let code = code.join(" ");
    let code = if first.starts_with('*') { code.trim_end_matches('*') } else { &code };
    code.parse().ok()
}

fn from(mail: &Message) -> Option<Untrusted> {
    let address = mail.from()?.first()?;
    let parts = [address.name().map(str::to_owned), address.address().map(|address| format!("<{address}>"))];
    let words: Vec<String> = parts.into_iter().flatten().collect();
    Some(Untrusted::from(words.join(" ")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CODE: &str = "7KQ4-M2XD-9TRB-5HWA";

    fn plan() -> Code {
        CODE.parse().unwrap()
    }

    fn mail(kind: &str, encoding: &str, body: &str) -> String {
        format!(
            "From: DI A. Example <a.example@police.example>\r\nTo: PC Y <y@police.example>\r\nSubject: Re: plan\r\n\
             MIME-Version: 1.0\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}"
        )
    }

    fn says(octets: &str) -> Result<Answer, AnswerProblem> {
        read(octets.as_bytes(), &plan())
    }

    fn no_line() -> Result<Answer, AnswerProblem> {
        Err(AnswerProblem::NoLine(plan()))
    }

    #[test]
    fn a_mail_with_the_line_in_any_encoding_approves() {
        let line = format!("Dear all,\r\n\r\nAPPROVED {CODE}\r\n\r\nA.");
        let base64 = "RGVhciBhbGwsDQoNCkFQUFJPVkVEIDdLUTQtTTJYRC05VFJCLTVIV0ENCg0KQS4=";
        let quoted = "Dear all=2C\r\n\r\nAPPROVED 7KQ4-M2XD-=\r\n9TRB-5HWA\r\n";
        let html = format!("<html><body><p>Dear all,</p><p><b>APPROVED&nbsp;{CODE}</b></p><p>A.</p></body></html>");
        let mails = [
            mail("text/plain", "8bit", &line),
            mail("text/plain", "base64", base64),
            mail("text/plain", "quoted-printable", quoted),
            mail("text/html", "8bit", &html),
            mail(
                "text/plain",
                "8bit",
                &format!("On Tuesday PC Y wrote:\r\n> Plan code {CODE}\r\n\r\napproved {CODE}\r\n"),
            ),
        ];
        for mail in mails {
            let answer = says(&mail).unwrap_or_else(|error| panic!("{error}\n{mail}"));
            assert_eq!(answer.from.unwrap().for_terminal(), "DI A. Example <a.example@police.example>");
        }
    }

    #[test]
    fn plain_text_approves_and_names_nobody() {
        assert_eq!(says(&format!("\n  APPROVED {CODE} \n")), Ok(Answer { from: None }));
        assert_eq!(says(&format!("approved {}", CODE.to_lowercase().replace('-', " "))), Ok(Answer { from: None }));
        assert_eq!(read(&[0xff, 0xfe, 0], &plan()), Err(AnswerProblem::NotText));
    }

    #[test]
    fn who_quotes_an_approval_gives_none() {
        let quoted = [
            format!("I do not agree.\r\n> APPROVED {CODE}\r\n"),
            format!("No.\r\n\r\n-----Original Message-----\r\nFrom: B\r\n\r\nAPPROVED {CODE}\r\n"),
            format!("NOT APPROVED {CODE}\r\n"),
            format!("APPROVED {CODE} was what B. wrote; I say no\r\n"),
            format!("Plan code  {CODE}\r\nAPPROVED\r\n"),
        ];
        for body in quoted {
            assert_eq!(says(&mail("text/plain", "8bit", &body)), no_line(), "{body}");
            assert_eq!(says(&body), no_line(), "{body}");
        }
        let html = format!("<p>I do not agree.</p><blockquote><p>APPROVED {CODE}</p></blockquote>");
        assert_eq!(says(&mail("text/html", "8bit", &html)), no_line());
        let attached = format!(
            "From: a@police.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nSee what B. wrote.\r\n--b\r\nContent-Type: text/plain\r\n\
             Content-Disposition: attachment; filename=b.txt\r\n\r\nAPPROVED {CODE}\r\n--b--\r\n"
        );
        assert_eq!(says(&attached), no_line());
    }

    #[test]
    fn another_plan_is_named() {
        let found = says("APPROVED ABCD-ABCD-ABCD-ABCD");
        assert!(matches!(found, Err(AnswerProblem::OtherPlan { .. })), "{found:?}");
    }

    proptest! {
        #[test]
        fn no_octets_are_too_much(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _any = read(&octets, &plan());
        }

        #[test]
        fn no_mail_without_the_line_approves(body in "[ -~\n]{0,200}", html in any::<bool>()) {
            prop_assume!(!body.to_lowercase().contains("approved"));
            let kind = if html { "text/html" } else { "text/plain" };
            prop_assert!(says(&mail(kind, "8bit", &body)).is_err());
        }
    }
}
