//! A long text of which parts are missing is told all the same: after a while, soon if what came is urgent, and
//! before the session ends. What is told in part waits on; when it is whole it is told as a whole.

use std::time::Duration;

use super::reply::Said;
use super::{Session, SessionError};
use crate::hex;
use crate::pdu::join::{Partial, Words};
use crate::record::traffic::ReplyForm;
use crate::text::Untrusted;

/// The other parts of a text come within seconds, or after hours, or never.
const WAIT: Duration = Duration::from_secs(120);
/// With urgent words in it.
const URGENT_WAIT: Duration = Duration::from_secs(10);

/// Which of the texts that wait for parts are told.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Which {
    /// Those that have waited long enough.
    Due,
    /// All: the session ends.
    All,
}

impl Session {
    /// A part came, and others are missing.
    pub(super) fn waits_for_the_rest(&mut self, seq: u64, text: &Untrusted) {
        let urgent = !self.terms.urgent_words.found_in(text).is_empty();
        let wait = if urgent { URGENT_WAIT } else { WAIT };
        self.untold.insert(seq, self.clock.monotonic() + wait);
    }

    /// A part that an earlier session took in.
    pub(super) fn waited_before(&mut self, seq: u64) {
        let waits = {
            let record = self.record();
            record.state().loose.contains(&seq) && !record.state().told_in_part.contains(&seq)
        };
        if waits {
            self.untold.insert(seq, self.clock.monotonic() + WAIT);
        }
    }

    /// Tells texts that are not whole.
    pub(super) fn tell_partial(&mut self, which: Which) -> Result<(), SessionError> {
        let now = self.clock.monotonic();
        let is_due = |due: &Duration| which == Which::All || *due <= now;
        if !self.untold.values().any(is_due) {
            return Ok(());
        }
        for partial in self.joiner.waiting() {
            if partial.ids.iter().filter_map(|id| self.untold.get(id)).any(is_due) {
                self.untold.retain(|id, _| !partial.ids.contains(id));
                self.reply(said(partial), Vec::new())?;
            }
        }
        // What is due still belongs to no text that waits: it is whole, or a repetition.
        self.untold.retain(|_, due| !is_due(due));
        Ok(())
    }
}

fn said(partial: Partial) -> Said {
    let (form, text) = match partial.words {
        Words::Text(text) => (ReplyForm::Text, text),
        Words::Utf16(octets) | Words::Octets(octets) => (ReplyForm::Binary, hex::encode(&octets).into()),
    };
    let missing = partial.missing.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    Said {
        captures: partial.ids,
        from: Some(partial.from.into()),
        form,
        text,
        stamp: None,
        doubts: vec![format!("not whole: part {missing} of {} has not come", partial.total)],
        missing: partial.missing,
    }
}
