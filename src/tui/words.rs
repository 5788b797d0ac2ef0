//! Replies, outcomes and reports in one line each, numbers masked or whole. Called by the screen, and by `cli` for lines.

use crate::ids::Msisdn;
use crate::record::token::{Refusal, Verdict};
use crate::record::traffic::{Reply, ReplyForm, ReportClass};
use crate::text::Untrusted;

/// Whether whole numbers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// They are.
    Yes,
    /// The last four digits.
    No,
}

/// A number of the plan.
pub fn number(to: &Msisdn, full: Full) -> String {
    if full == Full::Yes { to.to_string() } else { to.masked() }
}

/// A number as the network gave it.
pub fn sender(from: Option<&Untrusted>, full: Full) -> String {
    match (from.map(Untrusted::for_terminal), full) {
        (None, _) => "number withheld".to_owned(),
        (Some(from), Full::Yes) => from,
        (Some(from), Full::No) => format!("...{}", tail(&from)),
    }
}

/// The last four characters.
pub fn tail(text: &str) -> String {
    let count = text.chars().count();
    text.chars().skip(count.saturating_sub(4)).collect()
}

/// One reply in one line: what matters first.
pub fn reply(reply: &Reply, full: Full) -> String {
    let mark = match (reply.urgent.is_empty(), &reply.stop) {
        (false, _) => "!! URGENT",
        (true, Some(_)) => "STOP     ",
        (true, None) => "reply    ",
    };
    let from = sender(reply.from.as_ref(), full);
    let known = if reply.person.is_some() { "" } else { " (not in the plan)" };
    match reply.form {
        ReplyForm::Call => format!("call      {from}{known}: not answered"),
        ReplyForm::Voicemail => format!("voicemail {from}{known}"),
        ReplyForm::Ussd => format!("network   {from}: {}", reply.text.for_terminal()),
        ReplyForm::Binary => format!("data      {from}{known}: {}", reply.text.for_terminal()),
        ReplyForm::Text => format!("{mark} {from}{known}: \"{}\"{}", reply.text.for_terminal(), doubts(reply)),
    }
}

/// Why a person should look at the parts of a long reply.
pub fn doubts(reply: &Reply) -> String {
    let doubts = Untrusted::from(reply.doubts.join("; ")).for_terminal();
    if doubts.is_empty() { String::new() } else { format!(" (doubtful: {doubts})") }
}

/// What an attempt proved.
pub fn verdict(verdict: &Verdict) -> String {
    let because = |why: &str| Untrusted::from(why).for_terminal();
    match verdict {
        Verdict::Accepted { .. } => "taken by the network".into(),
        Verdict::Refused { refusal: Refusal::BeforeTransmission, why } => format!("not sent yet ({})", because(why)),
        Verdict::Refused { why, .. } => format!("not sent ({})", because(why)),
        Verdict::Withdrawn { why } => format!("withdrawn ({})", because(why)),
        Verdict::Unknown { why } => format!("NOT KNOWN ({})", because(why)),
    }
}

/// What a delivery report says.
pub fn class(class: ReportClass) -> &'static str {
    match class {
        ReportClass::Delivered => "delivered",
        ReportClass::Forwarded => "forwarded",
        ReportClass::Replaced => "replaced",
        ReportClass::Pending => "pending",
        ReportClass::Failed => "failed",
        ReportClass::FailedTemporary => "failed-temporary",
        ReportClass::Expired => "expired",
    }
}
