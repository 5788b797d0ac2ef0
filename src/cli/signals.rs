//! What the computer says to a process that works the line or shows a screen. To end: Ctrl-C, a service that is stopped
//! (SIGTERM), a terminal that is closed (SIGHUP); counted by [`Interrupts`]. That it goes on after it was stopped (SIGCONT).

#[cfg_attr(unix, path = "signals/unix.rs")]
#[cfg_attr(not(unix), path = "signals/elsewhere.rs")]
mod system;

use std::io;
use std::time::Instant;

pub use system::unstoppable;

use crate::tui::interrupts::{By, Interrupts};
use crate::tui::stage::Lost;

/// What was said so far.
#[derive(Clone, Default)]
pub struct Heard {
    /// To end.
    pub interrupts: Interrupts,
    /// Another process may have had the terminal since.
    pub lost: Lost,
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

    /// The same in a thread of its own, for a process without a runtime.
    pub fn listen_beside() -> io::Result<Self> {
        let heard = Self::default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let signals = runtime.block_on(async { system::Signals::new() })?;
        let listener = heard.clone();
        std::thread::spawn(move || runtime.block_on(listener.all(signals)));
        Ok(heard)
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
        while let Some(by) = signals.next(&self.lost).await {
            self.end(by);
        }
    }
}
