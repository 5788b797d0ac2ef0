//! Handing over one text: prompt, PDU, Ctrl-Z, answer. What may be concluded from how it ends is not
//! decided here but in `session::outcome`; this only tells exactly how far it got.

use std::time::Duration;

use super::resync::Resync;
use super::{Dialog, Event, Phase};
use crate::at::answer::{Final, strip};
use crate::at::urc::Urc;
use crate::at::value::Values;

const CTRL_Z: u8 = 0x1a;
const ESC: u8 = 0x1b;

/// After `+CMGS:`, for the `OK`.
const NO_OK: Duration = Duration::from_secs(5);

/// How far the octets of a text got; it never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    /// Not one octet of the command.
    NothingWritten,
    /// `AT+CMGS=<n>`, wholly or in part.
    CommandWritten,
    /// The prompt came.
    PromptSeen,
    /// Some of the PDU, no Ctrl-Z.
    PduPartly,
    /// Ctrl-Z.
    SubmitWritten,
}

/// What ended it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmitEnd {
    /// A final code.
    Final(Final),
    /// Nothing in time.
    Silence,
    /// `+CMGS:` but no `OK`.
    Unfinished,
    /// A boot URC.
    Reboot,
    /// The link ended.
    Gone,
    /// Called off before the first octet of the PDU.
    CalledOff(String),
}

/// How the handing over of one text went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// How far it got.
    pub progress: Progress,
    /// What ended it.
    pub end: SubmitEnd,
    /// `<mr>` of the `+CMGS:` line.
    pub reference: Option<u32>,
    /// `<ackpdu>` of the `+CMGS:` line: hexadecimal digits, as they came.
    pub ack: Option<String>,
    /// From Ctrl-Z to the end.
    pub since_submit: Option<Duration>,
    /// Whether a registration, SIM or boot URC came after Ctrl-Z.
    pub disturbed: Disturbed,
}

/// Whether a URC came that may mean that the modem repeated the text by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disturbed {
    /// None came.
    No,
    /// One came.
    Yes,
}

enum Stage {
    Prompt,
    Sending,
    Final,
}

/// A text on its way.
pub(super) struct Handover {
    line: Vec<u8>,
    payload: Vec<u8>,
    stage: Stage,
    pub(super) deadline: Duration,
    progress: Progress,
    submitted: Option<Duration>,
    reference: Option<u32>,
    ack: Option<String>,
    called_off: Option<String>,
    disturbed: Disturbed,
}

/// A text can no longer be called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("part of the text was already written to the device")]
pub struct Refused;

impl Handover {
    pub(super) fn new(line: Vec<u8>, payload: Vec<u8>, deadline: Duration) -> Self {
        Self {
            line,
            payload,
            stage: Stage::Prompt,
            deadline,
            progress: Progress::NothingWritten,
            submitted: None,
            reference: None,
            ack: None,
            called_off: None,
            disturbed: Disturbed::No,
        }
    }

    pub(super) fn awaits_prompt(&self) -> bool {
        matches!(self.stage, Stage::Prompt)
    }

    /// The command or the PDU, with the Ctrl-Z as it is, as `^Z` or dropped.
    pub(super) fn is_echo(&self, words: &str) -> bool {
        let bare = words.trim_start_matches(['>', ' ']).trim_end_matches(['\u{1a}', '^', 'Z']);
        self.line.trim_ascii_end() == words.as_bytes() || bare.as_bytes() == self.payload
    }

    /// ESC is safe until Ctrl-Z was written.
    pub(super) fn may_escape(&self) -> bool {
        self.progress < Progress::SubmitWritten
    }

    /// Keeps a `+CMGS:` line; `false` if it is none, or cannot be this text's: no Ctrl-Z was written.
    pub(super) fn take_reference(&mut self, words: &str) -> bool {
        let Some(values) = strip(words, "+CMGS").map(Values::parse) else { return false };
        if self.progress < Progress::SubmitWritten {
            return false;
        }
        if let Some(reference) = values.number(0) {
            self.reference = Some(reference);
            self.ack = values.text(1).map(|ack| ack.for_record().to_owned());
        }
        true
    }
}

impl Dialog {
    /// Calls a text off if nothing of its PDU was written yet; it then ends as `CalledOff`.
    pub fn call_off(&mut self, now: Duration, why: &str) -> Result<(), Refused> {
        self.pass(now);
        let Phase::Submit(handover) = &mut self.phase else { return Err(Refused) };
        match handover.progress {
            Progress::NothingWritten => {
                self.outbox.clear();
                self.end_submit(SubmitEnd::CalledOff(why.to_owned()));
                Ok(())
            }
            Progress::CommandWritten => {
                handover.called_off = Some(why.to_owned());
                Ok(())
            }
            Progress::PromptSeen => {
                self.resync_after(SubmitEnd::CalledOff(why.to_owned()));
                Ok(())
            }
            Progress::PduPartly | Progress::SubmitWritten => Err(Refused),
        }
    }

    pub(super) fn submit_prompt(&mut self) {
        let Phase::Submit(handover) = &mut self.phase else { return };
        if !self.outbox.is_empty() {
            return; // a prompt before our command was wholly written is not ours
        }
        handover.progress = handover.progress.max(Progress::PromptSeen);
        if let Some(why) = handover.called_off.take() {
            self.resync_after(SubmitEnd::CalledOff(why));
            return;
        }
        handover.stage = Stage::Sending;
        handover.deadline = self.now + self.timing.silence;
        self.outbox.extend_from_slice(&handover.payload);
        self.outbox.push(CTRL_Z);
    }

    pub(super) fn submit_written(&mut self) {
        let Phase::Submit(handover) = &mut self.phase else { return };
        match handover.stage {
            Stage::Prompt => handover.progress = handover.progress.max(Progress::CommandWritten),
            Stage::Sending if self.outbox.is_empty() => {
                handover.progress = Progress::SubmitWritten;
                handover.submitted = Some(self.now);
                handover.deadline = self.now + self.timing.silence;
                handover.stage = Stage::Final;
            }
            Stage::Sending => handover.progress = handover.progress.max(Progress::PduPartly),
            Stage::Final => {}
        }
    }

    pub(super) fn submit_tick(&mut self) {
        let Phase::Submit(handover) = &self.phase else { return };
        if self.now < handover.deadline {
            return;
        }
        let end = if handover.reference.is_some() { SubmitEnd::Unfinished } else { SubmitEnd::Silence };
        self.resync_after(end);
    }

    pub(super) fn submit_line(&mut self, words: &str) {
        let Phase::Submit(handover) = &mut self.phase else { return };
        if handover.take_reference(words) {
            handover.deadline = self.now + NO_OK;
            return;
        }
        if matches!(handover.stage, Stage::Prompt) && !self.outbox.is_empty() {
            return; // our command was not wholly written: what this ends is older
        }
        let Some(end) = Final::read(words) else { return };
        match (&handover.stage, &end) {
            (Stage::Final, Final::Ok) => {
                self.pdu_mode = Some(self.now);
                self.end_submit(SubmitEnd::Final(end));
            }
            // A refusal of the network leaves the dialogue in step.
            (Stage::Final, Final::Cms(code)) if *code < 300 => self.end_submit(SubmitEnd::Final(end)),
            // `OK` before any prompt is the answer to something older.
            (Stage::Prompt, Final::Ok) => {}
            _ => self.resync_after(SubmitEnd::Final(end)),
        }
    }

    pub(super) fn submit_disturbed(&mut self, urc: &Urc) {
        let disturbs = matches!(urc, Urc::Registration(_) | Urc::Sim | Urc::Boot);
        let handover = match &mut self.phase {
            Phase::Submit(handover) => handover,
            Phase::Poisoned(Resync { handover: Some((handover, _)), .. }) => handover,
            _ => return,
        };
        if disturbs && handover.submitted.is_some() {
            handover.disturbed = Disturbed::Yes;
        }
    }

    /// Ends the text after the dialogue is back in step.
    fn resync_after(&mut self, end: SubmitEnd) {
        let Phase::Submit(handover) = std::mem::replace(&mut self.phase, Phase::Gone) else { return };
        let resync = if handover.may_escape() { Resync::escaping(self.now) } else { Resync::timeout(self.now) };
        self.poison(resync.holding(handover, end));
        if matches!(&self.phase, Phase::Poisoned(resync) if resync.escapes()) {
            self.outbox.extend_from_slice(&[ESC, b'\r']);
        }
    }

    fn end_submit(&mut self, end: SubmitEnd) {
        let idle = Phase::Idle { ready: self.now + self.timing.quiet };
        if let Phase::Submit(handover) = std::mem::replace(&mut self.phase, idle) {
            self.submitted(handover, end);
        }
    }

    pub(super) fn submitted(&mut self, handover: Handover, end: SubmitEnd) {
        self.events.push_back(Event::Submitted(Submitted {
            progress: handover.progress,
            end,
            reference: handover.reference,
            ack: handover.ack,
            since_submit: handover.submitted.map(|at| self.now.saturating_sub(at)),
            disturbed: handover.disturbed,
        }));
    }
}
