//! What a run looks like: one line an event for people, one object for scripts; from a thread of its
//! own, so that printing never holds the loop.

use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;

use jiff::tz::TimeZone;

use super::print::Out;
use crate::case::hours::Hours;
use crate::record::body::Ends;
use crate::record::tables;
use crate::record::token::{Refusal, Verdict};
use crate::record::traffic::{Reply, ReplyForm, ReportClass};
use crate::session::confirmation::{Confirmation, Confirmed};
use crate::session::event::Event;
use crate::text::Untrusted;

/// Prints until the run is over.
pub fn start(events: Receiver<Event>, out: Out, hours: Hours, full: Full, asks: Asks) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for event in events {
            if event == Event::Confirm {
                asks.clone().begin();
            }
            out.json(&json(&event));
            let Some(line) = words(&event, &hours, full) else { continue };
            let clock = jiff::Timestamp::now().to_zoned_datetime(TimeZone::system()).strftime("%H:%M:%S").to_string();
            out.progress(format!("{clock} {line}"));
        }
    })
}

/// Asks a person how many are to be texted.
#[derive(Clone)]
pub struct Asks {
    /// Where.
    pub out: Out,
    /// The right answer.
    pub people: usize,
    /// Who waits for it.
    pub confirmation: Confirmation,
}

impl Asks {
    /// In a thread of its own, which nobody waits for: the run may end while the person thinks.
    fn begin(self) {
        std::thread::spawn(move || {
            let question = format!(
                "Your phone should have the test text by now. If it reads as it should,\n\
                 type the number of people to start ({}): ",
                self.people
            );
            let typed = self.out.ask(&question).ok().and_then(|typed| typed.parse().ok());
            self.confirmation.answer(if typed == Some(self.people) { Confirmed::Yes } else { Confirmed::No });
        });
    }
}

/// Whether whole numbers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// They are.
    Yes,
    /// The last four digits.
    No,
}

/// In one line. A plain delivery is not worth one: `status` counts them.
fn words(event: &Event, hours: &Hours, full: Full) -> Option<String> {
    Some(match event {
        Event::Report { part: Some(_), class: ReportClass::Delivered } => return None,
        Event::Part { part, to, verdict, done: (done, all), ends } => {
            let to = if full == Full::Yes { to.to_string() } else { to.masked() };
            let who = if part.person == 0 { "your phone".to_owned() } else { format!("{to} part {}", part.part) };
            let ends = ends.map(|ends| format!(", ends about {}", hours.shown(ends))).unwrap_or_default();
            format!("{who}: {}   [{done} of {all} people{ends}]", verdict_words(verdict))
        }
        Event::Held { to, why, .. } => format!("{}: held back, {why}", to.masked()),
        Event::Report { part: Some(part), class } => format!("report for {part}: {}", class_words(*class)),
        Event::Report { part: None, .. } => "a delivery report that fits no text".into(),
        Event::Reply { reply, .. } => reply_words(reply, full),
        Event::Waiting { missing, total, other_totals } => {
            let missing: Vec<String> = missing.iter().map(u8::to_string).collect();
            let confused = if other_totals.is_empty() { "" } else { "; the sender also gave another total" };
            format!("part of a long reply; part {} of {total} missing{confused}", missing.join(", "))
        }
        Event::OptOut { number } => format!("...{} opted out: nothing more goes there", tail(number)),
        Event::Closed { until } => format!("the hours are closed until {}", hours.shown(*until)),
        Event::Stopped { why, ends: Ends::Sending } => format!("STOPPED: {why}; no new text goes, listening goes on"),
        Event::Stopped { why, ends: Ends::All } => format!("STOPPED: {why}; everything ends"),
        Event::Paused { why } => {
            format!("PAUSED: {}; a person must look", Untrusted::from(why.as_str()).for_terminal())
        }
        Event::Remark(words) => format!("! {}", Untrusted::from(words.as_str()).for_terminal()),
        Event::Alert { about, how } => {
            format!("alert for entry {about}: {}", Untrusted::from(how.as_str()).for_terminal())
        }
        Event::Confirm => return None,
        Event::AllSent => "all parts that may go have gone; listening".into(),
    })
}

/// One reply in one line: what matters first.
pub fn reply_words(reply: &Reply, full: Full) -> String {
    let mark = match (reply.urgent.is_empty(), &reply.stop) {
        (false, _) => "!! URGENT",
        (true, Some(_)) => "STOP     ",
        (true, None) => "reply    ",
    };
    let from = reply.from.as_ref().map_or_else(|| "number withheld".into(), |from| from.for_terminal());
    let from = if full == Full::Yes { from } else { format!("...{}", tail(&from)) };
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
fn doubts(reply: &Reply) -> String {
    if reply.doubts.is_empty() { String::new() } else { format!(" (doubtful: {})", reply.doubts.join("; ")) }
}

fn tail(text: &str) -> String {
    let count = text.chars().count();
    text.chars().skip(count.saturating_sub(4)).collect()
}

fn verdict_words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Accepted { .. } => "taken by the network".into(),
        Verdict::Refused { refusal: Refusal::BeforeTransmission, why } => format!("not sent yet ({why})"),
        Verdict::Refused { why, .. } => format!("not sent ({why})"),
        Verdict::Withdrawn { why } => format!("withdrawn ({why})"),
        Verdict::Unknown { why } => format!("NOT KNOWN ({why})"),
    }
}

fn class_words(class: ReportClass) -> String {
    serde_json::to_value(class).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn json(event: &Event) -> serde_json::Value {
    use serde_json::json;
    match event {
        Event::Part { part, to, verdict, done: (done, all), ends } => {
            json!({"type": "part", "part": part, "to": to, "outcome": verdict, "done": done, "people": all, "ends": ends})
        }
        Event::Held { part, to, why } => json!({"type": "held", "part": part, "to": to, "why": why}),
        Event::Report { part, class } => json!({"type": "report", "part": part, "class": class}),
        Event::Reply { seq, reply } => reply_json(*seq, reply),
        Event::Waiting { missing, total, other_totals } => {
            json!({"type": "waiting", "missing": missing, "total": total, "other_totals": other_totals})
        }
        Event::Stopped { why, ends } => json!({"type": "stopped", "why": why, "ends": ends}),
        Event::OptOut { number } => json!({"type": "opt-out", "number": number}),
        Event::Closed { until } => json!({"type": "closed", "until": until}),
        Event::Paused { why } => json!({"type": "paused", "why": why}),
        Event::Remark(words) => json!({"type": "remark", "text": words}),
        Event::Alert { about, how } => json!({"type": "alert", "about": about, "how": how}),
        Event::Confirm => json!({"type": "confirm"}),
        Event::AllSent => json!({"type": "all-sent"}),
    }
}

/// A reply for scripts.
pub fn reply_json(seq: u64, reply: &Reply) -> serde_json::Value {
    serde_json::json!({
        "type": "reply", "entry": seq, "from": reply.from.as_ref().map(|from| from.for_json()),
        "person": reply.person, "form": tables::form(reply.form), "text": reply.text.for_json(),
        "urgent": reply.urgent, "stop": reply.stop, "stamp": reply.stamp, "doubts": reply.doubts,
    })
}
