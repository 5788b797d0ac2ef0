//! What arrives: durable and raw before anything else (law 2), then decoded, joined, matched; and only
//! then is its slot freed, if the approved case says so.

use std::collections::BTreeSet;
use std::time::Duration;

use super::event::Event;
use super::reply::Said;
use super::{Session, SessionError};
use crate::at::value::Values;
use crate::case::terms::Slots;
use crate::hex;
use crate::ids::Sha256;
use crate::modem::inbox::{Acknowledging, Freeing};
use crate::pdu::join::{Doubt, Joined, Piece, Place, Whole, Words};
use crate::pdu::model::{Model, TypeName};
use crate::pdu::reading::Reading as Read;
use crate::pdu::{Deliver, Direction, Frame, Tpdu};
use crate::record::entry::Entry;
use crate::record::fold::Shelf;
use crate::record::token::{Captured, Durable, Way};
use crate::record::traffic::{Acknowledged, Decoded, Freed, Reading, ReplyForm};
use crate::text::Untrusted;

impl Session {
    /// Takes one arrival in, which came at that monotonic moment.
    pub(super) fn take_in(&mut self, captured: Captured, arrived: Duration) -> Result<(), SessionError> {
        if self.is_in_the_record(&captured) {
            return Ok(());
        }
        self.last_activity = self.clock.monotonic();
        let durable = self.record().capture(captured)?;
        self.read_capture(durable.seq(), durable.what())?;
        match durable.what().way {
            Way::Pushed => self.to_acknowledge.push_back((durable, arrived)),
            _ => self.may_be_freed(durable),
        }
        Ok(())
    }

    /// Whether it is what was taken out of that very slot before, and not freed since: read again because the
    /// device had started anew.
    fn is_in_the_record(&self, captured: &Captured) -> bool {
        let Way::Stored { storage, index } = &captured.way else { return false };
        let record = self.record();
        let state = record.state();
        let there = state.slots.get(&(state.shelf(storage), *index));
        there.is_some_and(|(digest, _)| *digest == Sha256::of(captured.pdu.as_bytes()))
    }

    /// What an earlier run captured and did not get to read; and every part of a long reply so far, whole or
    /// not, so that one that comes now or is repeated finds its place.
    pub(super) fn recover(&mut self) -> Result<(), SessionError> {
        let (undecoded, parts, slots) = {
            let record = self.record();
            let state = record.state();
            let undecoded: Vec<(u64, Captured)> = state.undecoded.iter().map(|(seq, c)| (*seq, c.clone())).collect();
            let joined = state.replies.iter().map(|received| &received.reply.captures).filter(|ids| ids.len() > 1);
            let parts: BTreeSet<u64> = joined.flatten().chain(&state.loose).copied().collect();
            let parts: Vec<u64> = parts.into_iter().filter(|seq| !state.undecoded.contains_key(seq)).collect();
            let here = |(shelf, _): &(Shelf, u32)| *shelf == state.shelf(&shelf.storage);
            let slots: Vec<u64> = state.slots.iter().filter(|(slot, _)| here(slot)).map(|(_, (_, seq))| *seq).collect();
            (undecoded, parts, slots)
        };
        for seq in parts {
            let proof = self.record().proof_of(seq)?;
            let read = proof.map(|proof| read(proof.what()));
            if let Some(Ok(Frame { tpdu: Tpdu::Deliver(deliver) | Tpdu::ReservedMt(deliver), .. })) =
                read.and_then(Result::ok).map(|read| read.frame)
            {
                let _answered_by_the_earlier_run = self.join(seq, &deliver);
                self.waited_before(seq);
            }
        }
        for (seq, captured) in undecoded {
            self.read_capture(seq, &captured)?;
        }
        for seq in slots {
            let proof = self.record().proof_of(seq)?;
            if let Some(durable) = proof {
                self.may_be_freed(durable);
            }
        }
        Ok(())
    }

    fn read_capture(&mut self, seq: u64, captured: &Captured) -> Result<(), SessionError> {
        match captured.way {
            Way::Call => return self.called(seq, captured),
            Way::Ussd => return self.said_by_the_network(seq, captured),
            Way::Stored { .. } | Way::Pushed => {}
        }
        let read = match read(captured) {
            Ok(read) => read,
            Err(why) => return self.unreadable(seq, why, &Model::default()),
        };
        let tpdu = match read.frame {
            Err(why) => return self.unreadable(seq, why.to_string(), &read.model),
            Ok(frame) => frame.tpdu,
        };
        let fields = serde_json::to_value(read.model).unwrap_or_default();
        let repeats = match &tpdu {
            // Parts of long texts are compared where they are joined.
            Tpdu::Deliver(deliver) | Tpdu::ReservedMt(deliver) if Piece::of(seq, deliver).is_some() => None,
            Tpdu::Deliver(_) | Tpdu::ReservedMt(_) | Tpdu::StatusReport(_) => self.repeats(seq, captured),
            _ => None,
        };
        let decoded = Entry::Decoded(Decoded { capture: seq, reading: Reading::Tpdu(fields), repeats });
        match &tpdu {
            _ if repeats.is_some() => self.keep(decoded),
            // 23.040 9.2.3.1: the reserved type is read as a text.
            Tpdu::Deliver(deliver) | Tpdu::ReservedMt(deliver) => self.text(seq, deliver, decoded),
            Tpdu::StatusReport(report) => self.reported(seq, report, decoded),
            _ => self.keep(decoded),
        }
    }

    /// The capture of the very same octets, time stamp and all: the network delivered it twice. It is kept, shown
    /// once, and says nothing new: a report that comes twice must not be taken for that of another part.
    fn repeats(&self, seq: u64, captured: &Captured) -> Option<u64> {
        let first = self.record().state().captured.get(&Sha256::of(captured.pdu.as_bytes())).copied();
        first.filter(|first| *first < seq)
    }

    fn called(&mut self, seq: u64, captured: &Captured) -> Result<(), SessionError> {
        let from = captured.header.split('"').nth(1).map(Untrusted::from);
        self.reply(Said { from, ..Said::of(seq, ReplyForm::Call) }, Vec::new())
    }

    /// `+CUSD: <m>[,<str>,<dcs>]` (27.007 clause 7.15); the whole line where it has no words.
    fn said_by_the_network(&mut self, seq: u64, captured: &Captured) -> Result<(), SessionError> {
        let values = captured.header.split_once(':').map(|(_, values)| Values::parse(values)).unwrap_or_default();
        let text = values.text(1).unwrap_or_else(|| captured.header.as_str().into());
        self.reply(Said { text, ..Said::of(seq, ReplyForm::Ussd) }, Vec::new())
    }

    /// Somebody may have written it: a person is told all the same, with what can be read of it.
    fn unreadable(&mut self, seq: u64, why: String, model: &Model) -> Result<(), SessionError> {
        let decoded = Decoded { capture: seq, reading: Reading::Error(why.clone()), repeats: None };
        if model.kind == Some(TypeName::StatusReport) {
            self.keep(Entry::Decoded(decoded))?;
            return self.notice("remark", &format!("a delivery report (entry {seq}) cannot be read: {why}"), None);
        }
        let form = if model.text.is_some() { ReplyForm::Text } else { ReplyForm::Binary };
        let text = model.text.clone().or_else(|| model.data.clone()).unwrap_or_default().into();
        let from = model.address.as_ref().map(|address| address.number.as_str().into());
        let doubts = vec![format!("it cannot be read in full: {why}")];
        self.reply(Said { from, text, doubts, ..Said::of(seq, form) }, vec![Entry::Decoded(decoded)])
    }

    fn text(&mut self, seq: u64, deliver: &Deliver, decoded: Entry) -> Result<(), SessionError> {
        let from = Some(deliver.originator.shown());
        let stamp = Some(deliver.timestamp.to_string());
        let text = deliver.user_data.text(deliver.dcs);
        let form = match &text {
            _ if deliver.dcs.waiting().is_some() => ReplyForm::Voicemail,
            Some(_) => ReplyForm::Text,
            None => ReplyForm::Binary,
        };
        let text = text.unwrap_or_else(|| hex::encode(&deliver.user_data.octets()).into());
        let Some(joined) = self.join(seq, deliver) else {
            let said = Said { from, text, stamp, ..Said::of(seq, form) };
            return self.reply(said, vec![decoded]);
        };
        let mut before = vec![decoded];
        match joined.place {
            Place::Waiting { missing, total, other_totals } => {
                self.keep_part(seq, &from, &text, before.pop())?;
                self.view.tell(Event::Waiting { missing, total, other_totals });
            }
            Place::Repeated { .. } => self.record().append_all(std::mem::take(&mut before)).map(drop)?,
            Place::Complete => {}
        }
        for whole in joined.whole {
            self.untold.retain(|id, _| !whole.ids.contains(id));
            self.reply(said(whole, &from, &stamp, form), std::mem::take(&mut before))?;
        }
        Ok(())
    }

    /// A part of a text that is not whole: an opt-out counts from the first part that says so.
    fn keep_part(
        &mut self,
        seq: u64,
        from: &Option<Untrusted>,
        text: &Untrusted,
        decoded: Option<Entry>,
    ) -> Result<(), SessionError> {
        self.waits_for_the_rest(seq, text);
        let stop = self.opt_out_of(from, text);
        let barred = stop.is_some();
        self.record().append_all([decoded, stop].into_iter().flatten().collect())?;
        self.after_opt_out();
        if barred { self.suppress(from) } else { Ok(()) }
    }

    pub(super) fn keep(&self, entry: Entry) -> Result<(), SessionError> {
        self.record().append(entry)?;
        Ok(())
    }

    fn join(&mut self, seq: u64, deliver: &Deliver) -> Option<Joined> {
        let piece = Piece::of(seq, deliver)?;
        Some(self.joiner.push(deliver.originator.shown().for_record(), piece))
    }

    /// A slot may be freed once its text is durable, if the approved case says so.
    fn may_be_freed(&mut self, durable: Durable<Captured>) {
        if self.terms.slots == Slots::Freed && matches!(durable.what().way, Way::Stored { .. }) {
            self.to_free.push_back(durable);
        }
    }

    /// Tells the network that a pushed text is safe, with the proof in hand.
    pub(super) async fn acknowledge_one(&mut self) -> Result<(), SessionError> {
        let Some((durable, arrived)) = self.to_acknowledge.pop_front() else { return Ok(()) };
        match self.modem.acknowledge(&durable, arrived).await {
            Ok(Acknowledging::Done) => self.keep(Entry::Acknowledged(Acknowledged { capture: durable.seq() })),
            Ok(Acknowledging::NotNeeded) => Ok(()),
            Ok(Acknowledging::TooLate) => {
                let words = format!(
                    "entry {} could not be acknowledged in time; the network will bring it again",
                    durable.seq()
                );
                self.notice("remark", &words, None)
            }
            Err(error) => self.notice("remark", &error.to_string(), None),
        }
    }

    /// Frees one slot, with the proof in hand.
    pub(super) async fn free_one(&mut self) -> Result<(), SessionError> {
        let Some(durable) = self.to_free.pop_front() else { return Ok(()) };
        let Way::Stored { storage, index } = durable.what().way.clone() else { return Ok(()) };
        match self.modem.free(&durable).await {
            Ok(Freeing::Freed) => self.keep(Entry::Freed(Freed { capture: durable.seq(), storage, index })),
            Ok(Freeing::Nothing) => Ok(()),
            Ok(Freeing::Later) => {
                self.to_free.push_front(durable);
                Ok(())
            }
            Err(error) => {
                log::warn!("{error}");
                Ok(())
            }
        }
    }
}

/// A long text that is whole now.
fn said(whole: Whole, from: &Option<Untrusted>, stamp: &Option<String>, form: ReplyForm) -> Said {
    let (form, text) = match whole.words {
        Words::Text(text) => (form, text),
        Words::Utf16(octets) | Words::Octets(octets) => (ReplyForm::Binary, hex::encode(&octets).into()),
    };
    let doubts = whole.doubts.iter().map(Doubt::words).collect();
    Said { captures: whole.ids, from: from.clone(), form, text, stamp: stamp.clone(), doubts, missing: Vec::new() }
}

/// The fields of a capture, as far as they can be read.
fn read(captured: &Captured) -> Result<Read, String> {
    let octets = hex::decode(captured.pdu.trim()).map_err(|error| error.to_string())?;
    Ok(Read::of_frame(&octets, Direction::Mt))
}
