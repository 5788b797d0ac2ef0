//! One reply as the pages show it: what came, when, and what became of it. Called by [`super::court`] and
//! [`super::support`].

use minijinja::{Value, context};

use super::door::inside;
use super::facts::Facts;
use super::mask::Mask;
use super::threads::{Thread, came_whole, is_incomplete};
use super::words::{self, Entries, Times, count};
use crate::record::fold::{Received, State};
use crate::record::loose::LoosePart;
use crate::record::traffic::{Alerted, ReplyForm};

/// What replies are shown by.
#[derive(Clone, Copy)]
pub struct Showing<'a> {
    /// The fold.
    pub state: &'a State,
    /// The reading.
    pub facts: &'a Facts,
    /// How moments are written.
    pub times: &'a Times,
    /// Whose numbers may be seen.
    pub mask: &'a Mask,
}

impl Showing<'_> {
    /// A thread with all its replies.
    pub fn thread(&self, thread: &Thread) -> Value {
        let person = thread.person.and_then(|id| self.state.people.get(id));
        context! {
            number => thread.from.map_or_else(|| "Number withheld".to_owned(), |from| self.mask.sender(from)),
            name => self.mask.name(person.and_then(|person| person.name.as_ref())),
            person => thread.person.map(|id| id.to_string()).unwrap_or_default(),
            is_planned => thread.person.is_some(),
            opted_out => !thread.key.is_empty() && self.state.barred_by(&thread.key).is_some(),
            is_withheld => thread.from.is_none(),
            urgent => thread.urgent().count(),
            replies => thread.replies.iter().map(|received| self.reply(received)).collect::<Vec<_>>(),
        }
    }

    fn reply(&self, received: &Received) -> Value {
        let reply = &received.reply;
        let is_text = reply.form == ReplyForm::Text;
        let text = match (reply.form, self.mask) {
            (ReplyForm::Binary, Mask::People(_)) => Value::from(self.mask.octets(reply.text.for_record())),
            _ => inside(&reply.text),
        };
        context! {
            seq => received.seq,
            at => self.times.full(received.at),
            stamp => reply.stamp.clone().unwrap_or_default(),
            form => if is_text { "" } else { words::form(reply.form) },
            text,
            urgent => reply.urgent.join(", "),
            stop => reply.stop.clone().unwrap_or_default(),
            doubts => reply.doubts.join("; "),
            missing => self.missing(received),
            captures => Entries::of(reply.captures.iter().copied()),
            became => self.became(received),
        }
    }

    fn missing(&self, received: &Received) -> String {
        let parts: Vec<String> = received.reply.missing.iter().map(u8::to_string).collect();
        let which = parts.join(", ");
        match (is_incomplete(received, self.state), came_whole(received, self.state)) {
            (true, _) => format!("part {which} did not come"),
            (_, true) => format!("part {which} had not come yet; the whole stands below"),
            _ => String::new(),
        }
    }

    /// Who was told, and what persons did: in order.
    fn became(&self, received: &Received) -> Vec<Value> {
        let alerts = self.facts.alerts.get(&received.seq).map(Vec::as_slice).unwrap_or_default();
        let told = alerts.iter().filter_map(|alert| {
            let words = match &alert.what.outcome {
                Alerted::Taken { by } => {
                    format!("passed on, taken by {}", by.as_deref().unwrap_or("the alert program"))
                }
                Alerted::GivenUp => "nobody took the alert: not told any more".to_owned(),
                Alerted::Failed { .. } => return None,
            };
            Some(context! { at => self.times.full(alert.at), words, entry => alert.seq })
        });
        let failed = alerts.iter().filter(|alert| matches!(alert.what.outcome, Alerted::Failed { .. })).count();
        let failed = alerts.last().filter(|_| failed > 0).map(|last| {
            let words = format!("{} to tell somebody failed", count(failed, "attempt"));
            context! { at => self.times.full(last.at), words, entry => last.seq }
        });
        let marks = self.state.marks.get(&received.seq).map(Vec::as_slice).unwrap_or_default();
        let marks = marks.iter().map(|marked| {
            let words = format!("{}, by {}", marked.mark, marked.by);
            context! { at => self.times.full(marked.at), words, entry => 0 }
        });
        failed.into_iter().chain(told).chain(marks).collect()
    }

    /// Parts of long texts whose other parts did not come.
    pub fn loose(&self, parts: &[LoosePart]) -> Vec<Value> {
        let part = |part: &LoosePart| {
            context! {
                seq => part.capture, at => self.times.full(part.at), number => self.mask.sender(&part.from),
                text => inside(&part.text), place => &part.place,
            }
        };
        parts.iter().map(part).collect()
    }
}
