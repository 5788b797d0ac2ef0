//! Mails as mail programs write them: which approve, and which do not.

use proptest::prelude::*;

use super::*;

const CODE: &str = "7KQ4-M2XD-9TRB-5HWA";

fn plan() -> Code {
    CODE.parse().unwrap()
}

fn mail(kind: &str, encoding: &str, body: &str) -> String {
    format!(
        "From: DI A. Example <a.example@police.example>\r\nTo: PC Y <y@police.example>\r\nSubject: Re: plan\r\n\
         MIME-Version: 1.0\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}"
    )
}

fn text(body: &str) -> String {
    mail("text/plain; charset=utf-8", "8bit", body)
}

fn html(body: &str) -> String {
    mail("text/html; charset=utf-8", "8bit", &format!("<html><body>{body}</body></html>"))
}

fn says(octets: &str) -> Result<Answer, AnswerProblem> {
    read(octets.as_bytes(), &plan())
}

fn besides(octets: &str) -> Vec<String> {
    says(octets)
        .unwrap_or_else(|error| panic!("{error}\n{octets}"))
        .besides
        .iter()
        .map(Untrusted::for_terminal)
        .collect()
}

#[test]
fn a_mail_that_begins_with_the_line_approves_in_any_encoding() {
    let mails = [
        text(&format!("APPROVED {CODE}\r\n\r\nA.")),
        text(&format!("Dear all,\r\n\r\nAPPROVED {CODE}\r\n\r\nA.")),
        text(&format!("\r\n\r\n  APPROVED  {}\r\n\r\n> Plan code {CODE}\r\n", CODE.replace('-', " "))),
        mail("text/plain", "base64", "RGVhciBhbGwsDQoNCkFQUFJPVkVEIDdLUTQtTTJYRC05VFJCLTVIV0ENCg0KQS4="),
        mail("text/plain", "quoted-printable", "Hello=2C\r\n\r\nAPPROVED 7KQ4-M2XD-=\r\n9TRB-5HWA\r\n"),
        html(&format!("<p>Hi PC Y,</p><p><b>APPROVED&nbsp;{CODE}</b></p><p>A.</p>")),
        html(&format!("<div class=WordSection1><p class=MsoNormal>APPROVED {CODE}<o:p></o:p></p></div>")),
        mail(
            "multipart/alternative; boundary=b",
            "8bit",
            &format!(
                "--b\r\nContent-Type: text/plain\r\n\r\nAPPROVED {CODE}\r\n--b\r\nContent-Type: text/html\r\n\r\n\
                 <p>APPROVED {CODE}</p>\r\n--b--\r\n"
            ),
        ),
    ];
    for mail in mails {
        let answer = says(&mail).unwrap_or_else(|error| panic!("{error}\n{mail}"));
        assert_eq!(answer.from.unwrap().for_terminal(), "DI A. Example <a.example@police.example>");
        assert_eq!(answer.name.unwrap().for_terminal(), "DI A. Example");
    }
}

#[test]
fn plain_text_approves_and_names_nobody() {
    let none = Answer { from: None, name: None, besides: Vec::new() };
    let line = format!("\n  APPROVED {CODE} \n");
    assert_eq!(says(&line), Ok(none.clone()));
    assert_eq!(says(&format!("\u{feff}{line}")), Ok(none.clone()), "as Notepad saves it");
    let utf_16: Vec<u8> = format!("\u{feff}{line}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&utf_16, &plan()), Ok(none));
    assert_eq!(read(&[0xff, 0xfe, 0], &plan()), Err(AnswerProblem::NotText));
    assert_eq!(read(&[COMPOUND, &[0; 600]].concat(), &plan()), Err(AnswerProblem::Msg));
}

#[test]
fn what_it_says_besides_is_told() {
    let conditions = text(&format!("APPROVED {CODE}\n\nbut only if the first 50 are taken out.\n> Plan code\n"));
    assert_eq!(besides(&conditions), ["but only if the first 50 are taken out."]);
    assert_eq!(besides(&text(&format!("Dear Y,\nAPPROVED {CODE}\nA."))), ["Dear Y,", "A."]);
}

/// Each is what a mail program makes of a refusal, where the mail that it answers had the line.
fn refusals() -> Vec<String> {
    let line = format!("APPROVED {CODE}");
    let outlook = "<div style=\"border:none;border-top:solid #E1E1E1 1.0pt\"><p class=MsoNormal><b>From:</b> PC Y<br>\
                   <b>Sent:</b> 26 November 2026 09:00<br><b>To:</b> DI A. Example<br><b>Subject:</b> plan</p></div>";
    vec![
        html(&format!("<p class=MsoNormal>No, I do not agree.</p>{outlook}<p class=MsoNormal>{line}</p>")),
        text(&format!("No.\n\nFrom: PC Y <y@police.example>\nSent: 26 November 2026 09:00\nTo: DI A.\n\n{line}\n")),
        html(&format!(
            "<div>No.</div><hr style=\"width:98%\"><div id=\"divRplyFwdMsg\"><b>From:</b> Y</div><div>{line}</div>"
        )),
        html(&format!("<div>No.</div><div class=\"yahoo_quoted\"><div>On Tue, Y wrote:</div><div>{line}</div></div>")),
        text(&format!("I say no.\n\n---------- Forwarded message ---------\nFrom: B <b@x>\n\n{line}\n")),
        text(&format!("Nein.\n\n-----Urspr\u{fc}ngliche Nachricht-----\nVon: PC Y\n\n{line}\n")),
        text(&format!("No.\n\n-----Original Message-----\nFrom: B\n\n{line}\n")),
        html(&format!("<p>I withdraw this:</p><p><s>{line}</s></p>")),
        html(&format!("<p><s>{line}</s></p>")),
        html(&format!("<p>No.</p><p style=\"display:none\">{line}</p>")),
        html(&format!("<p>No.</p><img alt=\"{line}\" src=x>")),
        html(&format!("<p>No:</p><blockquote><ul><li>{line}</li></ul></blockquote>")),
        html(&format!("<blockquote><p>{line}</p></blockquote>")),
        html(&format!("<table><tr><td>this</td><td>{line}</td></tr></table>")),
        html(&format!("<p>{} it is hereby no {line}</p>", "This goes further than the authority allows.".repeat(5))),
        text(&format!(
            "Having read it I regret that the plan can not be\n{line}\nfor the reasons that we discussed.\n"
        )),
        text(&format!("Having read it with care, which I did,\n{line}\nis what I cannot write.\n")),
        mail("text/plain; format=flowed", "8bit", &format!("I regret that this can not be \n{line}\n")),
        text(&format!("Do you want me to write\n{line}\n? I have not decided.\n")),
        text(&format!("No.\n> Please answer with\n> this line, which was wrapped by my mail program:\n{line}\n")),
        text(&format!("> {line}\n\nI do not agree.\n")),
        text(&format!("CAUTION: this mail came from outside.\n________________________________\n{line}\n")),
        text(&format!("approved {CODE}\n")),
        text(&format!("APPROVED{CODE}\n")),
        text(&format!("NOT {line}\n")),
        text(&format!("{line} was what B. wrote; I say no\n")),
        text(&format!("Plan code  {CODE}\nAPPROVED\n")),
        text(&format!("\u{410}PPROVED {CODE}\n")),
        mail(
            "multipart/mixed; boundary=b",
            "8bit",
            &format!(
                "--b\nContent-Type: text/plain\n\nI do not agree, see the old mail.\n--b\nContent-Type: text/plain\n\
                 Content-Disposition: inline; filename=old.txt\n\n{line}\n--b--\n"
            ),
        ),
        mail(
            "multipart/report; report-type=delivery-status; boundary=b",
            "8bit",
            &format!(
                "--b\nContent-Type: text/plain\n\nYour mail could not be delivered.\n--b\n\
                 Content-Type: text/rfc822-headers\n\n{line}\n--b--\n"
            ),
        ),
        format!("From: a@b\n\n<p>no</p>\n{line}\n"),
    ]
}

#[test]
fn a_refusal_in_the_way_of_any_mail_program_approves_nothing() {
    for mail in refusals() {
        assert!(matches!(says(&mail), Err(AnswerProblem::NoLine { .. })), "{:?}\n{mail}", says(&mail));
    }
}

#[test]
fn what_was_not_sent_or_was_sent_to_oneself_approves_nothing() {
    let good = text(&format!("APPROVED {CODE}\n"));
    let draft = good.replace("MIME-Version", "X-Unsent: 1\r\nMIME-Version");
    assert_eq!(says(&draft), Err(AnswerProblem::Draft));
    let own = good.replace("DI A. Example <a.example@police.example>", "PC Y <Y@police.example>");
    assert!(matches!(says(&own), Err(AnswerProblem::ToSelf(_))), "{:?}", says(&own));
    let with_copy = own.replace("To: PC Y <y@police.example>", "To: y@police.example, z@police.example");
    assert!(says(&with_copy).is_ok());
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
    fn what_stands_below_the_line_takes_nothing_away_and_what_stands_above_it_does(words in "[a-zA-Z.:<>|=-][ -~\n]{0,120}") {
        let (below, above) = (format!("APPROVED {CODE}\n{words}"), format!("{words}\nAPPROVED {CODE}\n"));
        let approves = says(&text(&below)).is_ok();
        prop_assert!(approves, "{}", below);
        prop_assume!(!is_greeting(words.lines().next().unwrap_or_default().trim()));
        let refused = says(&text(&above)).is_err();
        prop_assert!(refused, "{}", above);
    }
}
