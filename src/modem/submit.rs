//! Handing over one TPDU: an `Intent` goes in, an `Attempt` comes out, whatever happens.

use super::watch::IN_TEXT_MODE;
use super::{Event, Modem};
use crate::at::answer::Final;
use crate::at::command::{Command, Submit};
use crate::at::dialog::{Busy, Disturbed, Progress, SubmitEnd, Submitted};
use crate::record::token::{Attempt, Ending, FinalCode, Intent, Quiet, Reached, Reference};

impl Modem {
    /// Takes an intent; its [`Event::Sent`] comes from [`Modem::next`]. One at a time: a second one is
    /// given back.
    pub fn begin(&mut self, intent: Intent) -> Result<(), Intent> {
        if self.intent.is_some() || self.pump.is_submitting() {
            return Err(intent);
        }
        self.intent = Some(intent);
        Ok(())
    }

    /// Calls the part in hand off, if nothing of its PDU was written yet; it then ends as
    /// `Ending::Called`. Too late is no error: the attempt then ends as it ends.
    pub fn call_off(&mut self, why: &str) {
        if self.pump.is_submitting() {
            let _too_late = self.pump.call_off(why);
        } else if let Some(intent) = self.intent.take() {
            self.events.push_back(Event::Sent(unsent(intent, Ending::Called(why.to_owned()))));
        }
    }

    /// Proves PDU mode if that is due, then starts. Always true: it was work.
    pub(super) async fn hand_over(&mut self) -> bool {
        let Some(tpdu) = self.intent.as_ref().map(|intent| intent.tpdu().to_vec()) else { return false };
        let mut started = self.pump.submit(Submit::new(tpdu.clone())).await;
        if started == Err(Busy::Unproved) {
            if self.prove_pdu_mode().await == Kept::Lost {
                self.started_silently(IN_TEXT_MODE);
                return true;
            }
            started = self.pump.submit(Submit::new(tpdu)).await;
        }
        if started.is_err()
            && let Some(intent) = self.intent.take()
        {
            let ending = if self.pump.is_gone() { Ending::Gone } else { Ending::Silence };
            self.events.push_back(Event::Sent(unsent(intent, ending)));
        }
        true
    }

    /// In text mode, which set-up had left, the device started anew without a word.
    async fn prove_pdu_mode(&mut self) -> Kept {
        match self.format().await {
            Kept::NotTold if self.accepts(&Command::PduMode).await => self.format().await,
            told => told,
        }
    }

    /// Whether the device is still in PDU mode.
    pub(super) async fn format(&mut self) -> Kept {
        match self.pump.ask(&Command::MessageFormat).await.ok().and_then(|answer| Some(answer.after("+CMGF")? == "0")) {
            Some(true) => Kept::Yes,
            Some(false) => Kept::Lost,
            None => Kept::NotTold,
        }
    }

    /// The end of a text that waited when the device went.
    pub(super) fn never_handed_over(&mut self) -> Option<Event> {
        self.intent.take().map(|intent| Event::Sent(unsent(intent, Ending::Gone)))
    }

    pub(super) fn end_of_text(&mut self, submitted: Submitted) {
        if let Some(intent) = self.intent.take() {
            self.events.push_back(Event::Sent(attempt(intent, submitted)));
        }
    }
}

/// What became of what set-up chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// It is still so.
    Yes,
    /// It is not: the device started anew.
    Lost,
    /// The device does not tell.
    NotTold,
}

fn unsent(intent: Intent, ending: Ending) -> Attempt {
    Attempt {
        intent,
        reached: Reached::NothingWritten,
        ending,
        reference: None,
        since_submit: None,
        quiet: Quiet::Undisturbed,
    }
}

/// From the words of the dialogue to the words of the record.
fn attempt(intent: Intent, submitted: Submitted) -> Attempt {
    Attempt {
        intent,
        reached: reached(submitted.progress),
        ending: ending(submitted.end),
        reference: submitted.reference.map(|mr| Reference { mr, scts: submitted.ack.as_deref().and_then(scts) }),
        since_submit: submitted.since_submit,
        quiet: match submitted.disturbed {
            Disturbed::No => Quiet::Undisturbed,
            Disturbed::Yes => Quiet::Disturbed,
        },
    }
}

fn reached(progress: Progress) -> Reached {
    match progress {
        Progress::NothingWritten => Reached::NothingWritten,
        Progress::CommandWritten => Reached::CommandWritten,
        Progress::PromptSeen => Reached::PromptSeen,
        Progress::PduPartly => Reached::PduPartly,
        Progress::SubmitWritten => Reached::SubmitWritten,
    }
}

fn ending(end: SubmitEnd) -> Ending {
    match end {
        SubmitEnd::Final(code) => Ending::Final(final_code(code)),
        SubmitEnd::Silence => Ending::Silence,
        SubmitEnd::Unfinished => Ending::Unfinished,
        SubmitEnd::Reboot => Ending::Reboot,
        SubmitEnd::Gone => Ending::Gone,
        SubmitEnd::CalledOff(why) => Ending::Called(why),
    }
}

fn final_code(code: Final) -> FinalCode {
    match code {
        Final::Ok => FinalCode::Ok,
        Final::Error => FinalCode::Error,
        Final::Cms(code) => FinalCode::Cms(code),
        Final::Cme(code) => FinalCode::Cme(code),
        Final::Other(words) => FinalCode::Other(words.for_log()),
    }
}

/// TP-SCTS out of `<ackpdu>`, an SMS-SUBMIT-REPORT for RP-ACK (23.040 clause 9.2.2.2a): type, TP-PI,
/// then seven octets. An acknowledgement of another shape gives none.
fn scts(ack: &str) -> Option<String> {
    let plain = ack.len() >= 18 && ack.bytes().all(|b| b.is_ascii_hexdigit());
    plain.then(|| ack.get(4..18).map(str::to_ascii_uppercase)).flatten()
}
