//! What the computer says to a process that works the line. To end: Ctrl-C, a service that is stopped (SIGTERM), a terminal
//! that is closed (SIGHUP); counted by [`Interrupts`].

#[cfg_attr(unix, path = "signals/unix.rs")]
#[cfg_attr(not(unix), path = "signals/elsewhere.rs")]
mod system;

use std::time::Instant;

pub use system::unstoppable;

use crate::tui::interrupts::{By, Interrupts};

/// What was said so far.
#[derive(Clone, Default)]
pub struct Heard {
    /// To end.
    pub interrupts: Interrupts,
}

/// What is said.
enum Said {
    End(By),
}

impl Heard {
    /// Listens from now on. Must be called inside a runtime.
    pub fn listen() -> Self {
        let heard = Self::default();
        if let Ok(signals) = system::Signals::new() {
            tokio::spawn(heard.clone().all(signals));
        }
        heard
    }

    fn end(&self, by: By) {
        match self.interrupts.hear(by, Instant::now()) {
            Some(1) => log::warn!(
                "stopping, when what is in hand has ended; once more: a text that is in hand is left NOT KNOWN \
                 (signpost help ctrl-c)"
            ),
            Some(_) => log::warn!("stopping now: a text that is in hand is left NOT KNOWN"),
            None => {}
        }
    }

    async fn all(self, mut signals: system::Signals) {
        while let Some(said) = signals.next().await {
            match said {
                Said::End(by) => self.end(by),
            }
        }
    }
}
