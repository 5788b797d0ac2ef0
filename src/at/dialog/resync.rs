//! Getting back into step: listen until the line is quiet, leave a stuck prompt by ESC (after a Ctrl-Z
//! only if a new prompt answers our `AT`: a device that sends a text shows none), ask `AT`, and believe
//! an `OK` only if quiet came before it and after it, so that an `OK` that belongs to a command given up
//! on is not taken for ours.

use std::time::Duration;

use super::submit::{Handover, SubmitEnd};
use super::{Dialog, Event, Phase};
use crate::at::answer::Final;

const LISTEN: Duration = Duration::from_millis(300);
const AFTER_ESCAPE: Duration = Duration::from_millis(100);
const FOR_OK: Duration = Duration::from_secs(2);
const CONFIRM: Duration = Duration::from_millis(100);
const GIVE_UP: Duration = Duration::from_secs(60);

/// A dialogue that is out of step.
pub(super) struct Resync {
    began: Duration,
    step: Step,
    escape: Escape,
    /// The text that was in flight, told when the dialogue is back in step (or never will be).
    pub(super) handover: Option<(Handover, SubmitEnd)>,
}

#[derive(Clone, Copy)]
enum Step {
    /// Quiet is awaited.
    Listen { until: Duration },
    /// ESC CR was written.
    Escaped { until: Duration },
    /// `AT` was written.
    Asked { until: Duration },
    /// `OK` came; nothing more may come.
    Confirm { until: Duration },
}

#[derive(Clone, Copy, PartialEq)]
enum Escape {
    Allowed,
    Forbidden,
}

impl Resync {
    /// The port was just opened: whoever had it before may have left it at a prompt.
    pub(super) fn opened(now: Duration) -> Self {
        Self { began: now, step: Step::Listen { until: now + LISTEN }, escape: Escape::Allowed, handover: None }
    }

    /// An answer is overdue, or the device started anew: ESC might abort what it still does.
    pub(super) fn timeout(now: Duration) -> Self {
        Self { escape: Escape::Forbidden, ..Self::opened(now) }
    }

    /// ESC CR is being written now.
    pub(super) fn escaping(now: Duration) -> Self {
        Self { step: Step::Escaped { until: now + LISTEN }, ..Self::opened(now) }
    }

    pub(super) fn escapes(&self) -> bool {
        self.escape == Escape::Allowed
    }

    pub(super) fn holding(self, handover: Handover, end: SubmitEnd) -> Self {
        Self { handover: Some((handover, end)), ..self }
    }

    /// Begins anew, but still owes the end of the text that `old` held.
    pub(super) fn taking_over(self, old: Self) -> Self {
        Self { handover: old.handover, ..self }
    }

    pub(super) fn wake(&self) -> Duration {
        let (Step::Listen { until } | Step::Escaped { until } | Step::Asked { until } | Step::Confirm { until }) =
            self.step;
        until.min(self.began + GIVE_UP)
    }
}

impl Dialog {
    pub(super) fn resync_tick(&mut self) {
        let Phase::Poisoned(resync) = &mut self.phase else { return };
        if self.now >= resync.began + GIVE_UP {
            self.gone();
            return;
        }
        match resync.step {
            Step::Listen { until } if self.now >= until => self.after_listening(),
            Step::Escaped { until } if self.now >= until => {
                self.outbox.extend_from_slice(b"AT\r");
                resync.step = Step::Asked { until: self.now + FOR_OK };
            }
            Step::Asked { until } if self.now >= until => resync.step = Step::Listen { until: self.now + LISTEN },
            Step::Confirm { until } if self.now >= until => self.in_step(),
            _ => {}
        }
    }

    fn after_listening(&mut self) {
        let Phase::Poisoned(resync) = &mut self.phase else { return };
        if resync.escape == Escape::Allowed {
            self.outbox.extend_from_slice(b"\x1b\r");
        }
        resync.step = Step::Escaped { until: self.now + AFTER_ESCAPE };
    }

    /// A prompt while out of step is an old one, or came too late: leave it.
    pub(super) fn resync_prompt(&mut self) {
        let Phase::Poisoned(resync) = &mut self.phase else { return };
        if resync.escape == Escape::Allowed || matches!(resync.step, Step::Asked { .. }) {
            self.outbox.extend_from_slice(b"\x1b\r");
            resync.step = Step::Escaped { until: self.now + LISTEN };
        }
    }

    pub(super) fn resync_line(&mut self, words: &str) {
        let Phase::Poisoned(resync) = &mut self.phase else { return };
        if let Some((handover, _)) = &mut resync.handover
            && handover.take_reference(words)
        {
            return;
        }
        resync.step = match (resync.step, Final::read(words)) {
            (Step::Asked { .. }, Some(Final::Ok)) if self.outbox.is_empty() => {
                Step::Confirm { until: self.now + CONFIRM }
            }
            (Step::Asked { until }, _) => Step::Asked { until },
            (Step::Escaped { .. }, _) => Step::Escaped { until: self.now + AFTER_ESCAPE },
            (Step::Listen { .. } | Step::Confirm { .. }, _) => Step::Listen { until: self.now + LISTEN },
        };
    }

    fn in_step(&mut self) {
        let idle = Phase::Idle { ready: self.now };
        if let Phase::Poisoned(resync) = std::mem::replace(&mut self.phase, idle)
            && let Some((handover, end)) = resync.handover
        {
            self.submitted(handover, end);
        }
        self.events.push_back(Event::InStep);
    }
}
