//! Replies by who wrote them. Called by the pages for court and for support, which order them each in its own way.

use std::collections::BTreeMap;

use crate::record::fold::{Received, State, last_nine};
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

    /// Whether a person has said of every reply (every urgent one, if there are some) what became of it.
    pub fn is_taken(&self, state: &State) -> bool {
        let is_marked = |received: &Received| state.marks.contains_key(&received.seq);
        let urgent = self.urgent().count() > 0;
        self.replies.iter().filter(|received| !urgent || !received.reply.urgent.is_empty()).all(|one| is_marked(one))
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
