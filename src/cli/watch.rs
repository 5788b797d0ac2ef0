//! What a run looks like: one line an event for people, one object for scripts; from a thread of its
//! own, so that printing never holds the loop.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use jiff::tz::TimeZone;

use super::args::Common;
use super::print::Out;
use super::stderr;
use crate::case::hours::Hours;
use crate::case::terms::Terms;
use crate::record::body::Ends;
use crate::record::tables;
use crate::record::traffic::{Reply, ReportClass};
use crate::session::confirmation::{Confirmation, Confirmed};
use crate::session::event::Event;
use crate::text::Untrusted;
use crate::tui::screen::AtLine;
use crate::tui::words::{self as say, Full};

/// How lines are printed.
pub struct Lines {
    out: Out,
    hours: Hours,
    full: Full,
}

impl Lines {
    /// Of a case.
    pub fn of(common: &Common, terms: &Terms, out: &Out) -> Self {
        let full = common.numbers();
        Self { out: out.clone(), hours: terms.hours.clone(), full }
    }

    /// What the session tells, and what the program says beside, until the run is over.
    pub fn print(&self, line: &AtLine, asides: &Receiver<String>) {
        if line.confirmation.get() == Confirmed::Asked {
            self.count(line).begin();
        }
        loop {
            match line.events.recv_timeout(LOOK_EVERY) {
                Ok(event) => self.event(&event, line),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return aside(asides),
            }
            aside(asides);
        }
    }

    fn count(&self, line: &AtLine) -> Count {
        Count { out: self.out.clone(), people: line.people, confirmation: line.confirmation.clone() }
    }

    fn event(&self, event: &Event, line: &AtLine) {
        if *event == Event::Confirm {
            self.count(line).begin();
        }
        self.out.json(&json(event));
        if let Some(line) = words(event, &self.hours, self.full) {
            let clock = jiff::Timestamp::now().to_zoned_datetime(TimeZone::system()).strftime("%H:%M:%S").to_string();
            self.out.view(&format!("{clock} {line}"));
        }
    }
}

/// What the program said beside.
pub fn aside(asides: &Receiver<String>) {
    asides.try_iter().for_each(|line| stderr::write(&line));
}

/// The log waits for its line so long.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Asks a person how many are to be texted.
struct Count {
    /// Where.
    out: Out,
    /// The right answer.
    people: usize,
    /// Who waits for it.
    confirmation: Confirmation,
}

impl Count {
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

/// In one line. A plain delivery is not worth one: `status` counts them.
fn words(event: &Event, hours: &Hours, full: Full) -> Option<String> {
    Some(match event {
        Event::Report { part: Some(_), class: ReportClass::Delivered } => return None,
        Event::Part { part, to, verdict, done: (done, all), ends } => {
            let to = say::number(to, full);
            let who = if part.person == 0 { "your phone".to_owned() } else { format!("{to} part {}", part.part) };
            let ends = ends.map(|ends| format!(", ends about {}", hours.shown(ends))).unwrap_or_default();
            format!("{who}: {}   [{done} of {all} people{ends}]", say::verdict(verdict))
        }
        Event::Held { to, why, .. } => format!("{}: held back, {why}", to.masked()),
        Event::Report { part: Some(part), class } => format!("report for {part}: {}", say::class(*class)),
        Event::Report { part: None, .. } => "a delivery report that fits no text".into(),
        Event::Reply { reply, .. } => say::reply(reply, full),
        Event::Waiting { missing, total, other_totals } => {
            let missing: Vec<String> = missing.iter().map(u8::to_string).collect();
            let confused = if other_totals.is_empty() { "" } else { "; the sender also gave another total" };
            format!("part of a long reply; part {} of {total} missing{confused}", missing.join(", "))
        }
        Event::OptOut { number } => format!("...{} opted out: nothing more goes there", say::tail(number)),
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
