//! What arrives: durable and raw before anything else (law 2), then decoded, joined, matched; and only
//! then is its slot freed, if the approved case says so.

use super::event::Event;
use super::{Session, SessionError};
use crate::case::terms::Slots;
use crate::hex;
use crate::pdu::join::Joined;
use crate::pdu::{Deliver, Direction, Frame, Tpdu, tree};
use crate::record::entry::Entry;
use crate::record::token::{Captured, Durable, Way};
use crate::record::traffic::{Decoded, Freed, Reading, ReplyForm};
use crate::text::Untrusted;

impl Session {
    /// Takes one arrival in.
    pub(super) fn take_in(&mut self, captured: Captured) -> Result<(), SessionError> {
        self.last_activity = self.clock.monotonic();
        let durable = self.record().capture(captured)?;
        self.read_capture(durable.seq(), durable.what())?;
        self.may_be_freed(durable);
        Ok(())
    }

    /// What an earlier run captured and did not get to read, and long replies that are not whole.
    pub(super) fn recover(&mut self) -> Result<(), SessionError> {
        let (undecoded, loose, slots) = {
            let record = self.record();
            let state = record.state();
            let undecoded: Vec<(u64, Captured)> = state.undecoded.iter().map(|(seq, c)| (*seq, c.clone())).collect();
            let loose: Vec<u64> =
                state.loose.iter().copied().filter(|seq| !state.undecoded.contains_key(seq)).collect();
            let slots: Vec<u64> = state.slots.values().map(|(_, seq)| *seq).collect();
            (undecoded, loose, slots)
        };
        for seq in loose {
            let proof = self.record().proof_of(seq)?;
            if let Some(Ok(Tpdu::Deliver(deliver))) = proof.map(|proof| frame(proof.what()).map(|frame| frame.tpdu)) {
                let _whole_only_with_a_new_part = self.join(seq, &deliver);
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
        if captured.way == Way::Call {
            let from = captured.header.split('"').nth(1).map(Untrusted::from);
            return self.reply(vec![seq], from, ReplyForm::Call, Untrusted::default(), None, Vec::new());
        }
        match frame(captured) {
            Err(why) => {
                let decoded = Decoded { capture: seq, reading: Reading::Error(why.clone()) };
                self.record().append(Entry::Decoded(decoded))?;
                self.view.tell(Event::Remark(format!("entry {seq} arrived and is kept, but cannot be read: {why}")));
                Ok(())
            }
            Ok(frame) => {
                let fields = serde_json::to_value(tree::model(&frame)).unwrap_or_default();
                let decoded = Entry::Decoded(Decoded { capture: seq, reading: Reading::Tpdu(fields) });
                match &frame.tpdu {
                    Tpdu::Deliver(deliver) => self.text(seq, deliver, decoded),
                    Tpdu::StatusReport(report) => self.reported(seq, report, decoded),
                    Tpdu::Submit(_) => self.keep(decoded),
                }
            }
        }
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
        let text = text.unwrap_or_else(|| hex::encode(deliver.user_data.body()).into());
        match self.join(seq, deliver) {
            None => self.reply(vec![seq], from, form, text, stamp, vec![decoded]),
            Some(Joined::Whole { ids, text }) => self.reply(ids, from, form, text, stamp, vec![decoded]),
            Some(Joined::Waiting { have, total }) => {
                self.keep_part(&from, &text, decoded)?;
                self.view.tell(Event::Waiting { have, total });
                Ok(())
            }
            Some(Joined::Conflict) => self.keep_part(&from, &text, decoded),
            Some(Joined::Repeated) => self.keep(decoded),
        }
    }

    /// A part of a text that is not whole: an opt-out counts from the first part that says so.
    fn keep_part(&mut self, from: &Option<Untrusted>, text: &Untrusted, decoded: Entry) -> Result<(), SessionError> {
        let stop = self.opt_out_of(from, text);
        self.record().append_all([Some(decoded), stop].into_iter().flatten().collect())?;
        self.after_opt_out();
        Ok(())
    }

    fn keep(&self, entry: Entry) -> Result<(), SessionError> {
        self.record().append(entry)?;
        Ok(())
    }

    fn join(&mut self, seq: u64, deliver: &Deliver) -> Option<Joined> {
        let concat = deliver.user_data.concat()?;
        let text = deliver.user_data.text(deliver.dcs)?;
        let from = deliver.originator.shown();
        Some(self.joiner.push(from.for_record(), concat, text, seq))
    }

    /// A slot may be freed once its text is durable, if the approved case says so.
    fn may_be_freed(&mut self, durable: Durable<Captured>) {
        if self.terms.slots == Slots::Freed && matches!(durable.what().way, Way::Stored { .. }) {
            self.to_free.push_back(durable);
        }
    }

    /// Frees one slot, with the proof in hand.
    pub(super) async fn free_one(&mut self) -> Result<(), SessionError> {
        let Some(durable) = self.to_free.pop_front() else { return Ok(()) };
        let Way::Stored { storage, index } = durable.what().way.clone() else { return Ok(()) };
        match self.modem.free(&durable).await {
            Ok(()) => self.keep(Entry::Freed(Freed { capture: durable.seq(), storage, index })),
            Err(error) => {
                log::warn!("{error}");
                Ok(())
            }
        }
    }
}

fn frame(captured: &Captured) -> Result<Frame, String> {
    let octets = hex::decode(captured.pdu.trim()).map_err(|error| error.to_string())?;
    Frame::decode(&octets, Direction::Mt).map_err(|error| error.to_string())
}
