//! A reply: from whom, of which person, with which urgent words, and whether it opts out. An opt-out
//! is in the same commit as the reply, and counts from that moment on.

use super::event::Event;
use super::{Session, SessionError};
use crate::record::entry::Entry;
use crate::record::fold::last_nine;
use crate::record::traffic::{OptOut, Reply, ReplyForm};
use crate::text::Untrusted;

/// What a person sent us, whole.
pub(super) struct Said {
    /// The captures that it was joined of.
    pub captures: Vec<u64>,
    /// From whom.
    pub from: Option<Untrusted>,
    /// In which form.
    pub form: ReplyForm,
    /// The words.
    pub text: Untrusted,
    /// The service centre's time stamp.
    pub stamp: Option<String>,
    /// Why a person should look at its parts.
    pub doubts: Vec<String>,
    /// Parts that have not come.
    pub missing: Vec<u8>,
}

impl Said {
    /// Of one capture, in this form; all else empty.
    pub(super) fn of(capture: u64, form: ReplyForm) -> Self {
        let text = Untrusted::default();
        Self { captures: vec![capture], from: None, form, text, stamp: None, doubts: Vec::new(), missing: Vec::new() }
    }
}

impl Session {
    /// Records a reply, and what follows from it, in one commit behind `before`.
    pub(super) fn reply(&mut self, said: Said, before: Vec<Entry>) -> Result<(), SessionError> {
        let Said { captures, from, form, text, stamp, doubts, missing } = said;
        let person = from.as_ref().and_then(|from| self.record().state().person_of(from)).filter(|person| *person != 0);
        let urgent = self.terms.urgent_words.found_in(&text);
        let stop = self.terms.stop_words.found_in(&text).into_iter().next();
        let reply = Reply {
            captures,
            from: from.clone(),
            person,
            form,
            text: text.clone(),
            urgent,
            stop,
            stamp,
            doubts,
            missing,
        };
        let opt_out = self.opt_out_of(&from, &text);
        let barred = opt_out.is_some();
        let place = before.len();
        let entries = before.into_iter().chain([Entry::Reply(reply.clone())]).chain(opt_out).collect();
        let seqs = self.record().append_all(entries)?;
        let seq = seqs.get(place).copied().unwrap_or_default();
        self.after_opt_out();
        if barred {
            self.suppress(&from)?;
            self.view.tell(Event::OptOut { number: from.as_ref().map(last_nine).unwrap_or_default() });
        }
        self.view.tell(Event::Reply { seq, reply });
        Ok(())
    }

    /// The opt-out that a text is, if it is one from a number.
    pub(super) fn opt_out_of(&self, from: &Option<Untrusted>, text: &Untrusted) -> Option<Entry> {
        let number = from.clone().filter(|from| !last_nine(from).is_empty())?;
        let word = self.terms.stop_words.found_in(text).into_iter().next()?;
        Some(Entry::OptOut(OptOut { number, reply: None, why: format!("the reply says \"{word}\"") }))
    }

    /// Whoever opted out is held back by every later case on the station. The record has it already: a station
    /// whose list cannot be written does not stop the capture, but a person must know.
    pub(super) fn suppress(&mut self, from: &Option<Untrusted>) -> Result<(), SessionError> {
        let Some(number) = from.as_ref().map(last_nine) else { return Ok(()) };
        let added = match &mut self.suppression {
            Ok(list) => list.add(&number).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match added {
            Ok(()) => Ok(()),
            Err(why) => self.fault_once("station-list", format!("the station's list of opt-outs: {why}")),
        }
    }

    /// What a session before this recorded and was killed before it told the station.
    pub(super) fn keep_suppression(&mut self) -> Result<(), SessionError> {
        let numbers: Vec<Untrusted> =
            self.record().state().opt_outs.keys().map(|number| number.as_str().into()).collect();
        numbers.into_iter().try_for_each(|number| self.suppress(&Some(number)))
    }

    /// A part in hand whose number opted out is called off, if nothing of it was written yet.
    pub(super) fn after_opt_out(&mut self) {
        let Some((_, to)) = self.in_hand.clone() else { return };
        let barred = self.record().state().barred(&to).is_some();
        if barred && self.called_off.insert(to) {
            self.modem.call_off("the recipient opted out");
        }
    }
}
