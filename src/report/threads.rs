//! Replies by who wrote them. Called by the pages for court and for support, which order them each in its own way.

use std::collections::BTreeMap;

use crate::record::fold::{Received, State, Taken, Urgency, last_nine};
use crate::record::traffic::ReplyForm;
use crate::text::Untrusted;

/// What one number sent, in order.
#[derive(Debug, Clone)]
pub struct Thread<'a> {
    /// The last nine digits, or letters; empty where the number was withheld.
    pub key: String,
    /// As the network gave it last; nothing where it was withheld.
    pub from: Option<&'a Untrusted>,
    /// Who of the plan that is.
    pub person: Option<u32>,
    /// At least one.
    pub replies: Vec<&'a Received>,
}

impl Thread<'_> {
    /// Urgent replies of it.
    pub fn urgent(&self) -> impl Iterator<Item = &Received> {
        self.replies.iter().copied().filter(|received| !received.reply.urgent.is_empty())
    }

    /// Whether one of them is urgent.
    pub fn urgency(&self) -> Urgency {
        if self.urgent().next().is_some() { Urgency::Urgent } else { Urgency::Plain }
    }

    /// Whether a person has said of every reply (every urgent one, if there are some) what became of it.
    pub fn taken(&self, state: &State) -> Taken {
        let counts = |received: &Received| self.urgency() == Urgency::Plain || !received.reply.urgent.is_empty();
        let is_marked = |received: &Received| state.marks.contains_key(&received.seq);
        let mut counting = self.replies.iter().filter(|received| counts(received));
        if counting.all(|received| is_marked(received)) { Taken::Yes } else { Taken::No }
    }
}

/// Whether a part of a long text that is told of is still without the others.
pub fn is_incomplete(received: &Received, state: &State) -> bool {
    let waits = |capture: &u64| state.told_in_part.contains(capture);
    !received.reply.missing.is_empty() && received.reply.captures.iter().any(waits)
}

/// In the order in which they began.
pub fn threads<'a>(replies: impl IntoIterator<Item = &'a Received>) -> Vec<Thread<'a>> {
    let mut order: Vec<Thread<'_>> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for received in replies {
        let from = received.reply.from.as_ref();
        let key = from.map(last_nine).unwrap_or_default();
        let place = *places.entry(key.clone()).or_insert(order.len());
        match order.get_mut(place) {
            Some(thread) => {
                thread.replies.push(received);
                thread.from = from.or(thread.from);
                thread.person = received.reply.person.or(thread.person);
            }
            None => order.push(Thread { key, from, person: received.reply.person, replies: vec![received] }),
        }
    }
    order
}

/// Whether it was told of in part and came whole later.
pub fn came_whole(received: &Received, state: &State) -> bool {
    !received.reply.missing.is_empty() && !is_incomplete(received, state)
}

/// Whether a person sent it: words of the network are none.
pub fn is_from_a_person(received: &Received) -> bool {
    received.reply.form != ReplyForm::Ussd
}
