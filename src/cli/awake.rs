//! While a session works the computer must not sleep, nor when its lid is closed: systemd-logind is asked through
//! its own program, which holds the lock as long as its child lives. The child reads from us: if we are killed, its
//! input ends, and so does the lock.

use std::process::{ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crate::link::power::Sleep;

/// The lock, as long as this value lives.
pub struct Awake {
    /// Closed, it ends the lock.
    input: Option<ChildStdin>,
    over: Arc<AtomicBool>,
    waiter: Option<JoinHandle<()>>,
}

const INHIBIT: [&str; 6] = [
    "--what=sleep:idle:handle-lid-switch",
    "--mode=block",
    "--who=signpost",
    "--why=a line is being worked; replies would be missed",
    "--",
    "cat",
];

impl Awake {
    /// Asks for it, without waiting. Where there is no logind a warning says so, and the work goes on.
    pub fn ask() -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let mut command = Command::new("systemd-inhibit");
        command.args(INHIBIT).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // Ctrl-C is for us: a text that is in flight is waited for, and the computer stays awake for it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let Ok(mut child) = command.spawn() else {
            warn();
            return Self { input: None, over, waiter: None };
        };
        let input = child.stdin.take();
        let told_over = over.clone();
        let waiter = std::thread::spawn(move || {
            let _how_it_ended = child.wait();
            if !told_over.load(Ordering::Relaxed) {
                warn();
            }
        });
        Self { input, over, waiter: Some(waiter) }
    }

    /// Whether the lock is held. To be asked some time after it was asked for: it ends at once where it is refused.
    pub fn sleep(&self) -> Sleep {
        let held = self.waiter.as_ref().is_some_and(|waiter| !waiter.is_finished());
        if held { Sleep::Blocked } else { Sleep::Possible }
    }
}

fn warn() {
    log::warn!("this computer may fall asleep while signpost works: switch sleep off yourself, and leave the lid open");
}

impl Drop for Awake {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        drop(self.input.take());
        if let Some(waiter) = self.waiter.take() {
            let _panicked = waiter.join();
        }
    }
}
