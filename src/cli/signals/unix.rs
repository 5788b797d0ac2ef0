//! Signals of Unix.

use std::io;

use nix::sys::signal::{SigSet, Signal as Name};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::tui::interrupts::By;
use crate::tui::stage::Lost;

/// Nothing that belongs to a terminal stops this process from now on: a run that is stopped holds the line, and nobody
/// listens. To be called before another thread begins, because each begins with the mask of the one that begot it. Blocked,
/// and not ignored, because that needs no unsafe code; a read in the background is an error then, and a write or a setting goes
/// through (as if ignored). Programs that are called inherit it, as is right: whoever alerts a person must not be stopped.
pub fn unstoppable() {
    let stops: SigSet = [Name::SIGTSTP, Name::SIGTTIN, Name::SIGTTOU].into_iter().collect();
    if let Err(error) = stops.thread_block() {
        log::warn!("Ctrl-Z, and the terminal, may stop this process ({error}): leave it in the foreground");
    }
}

/// What is listened for.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// None under nohup: it is to outlive its terminal.
    hangup: Option<Signal>,
    went_on: Signal,
}

impl Signals {
    /// From now on. Must be called inside a runtime.
    pub fn new() -> io::Result<Self> {
        let hangup = if ignores_hangup() { None } else { Some(signal(SignalKind::hangup())?) };
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup,
            went_on: signal(SignalKind::from_raw(Name::SIGCONT as i32))?,
        })
    }

    /// The next that is to end the process. One that goes on may have lost the terminal meanwhile.
    pub async fn next(&mut self, lost: &Lost) -> Option<By> {
        loop {
            tokio::select! {
                heard = self.interrupt.recv() => return heard.map(|()| By::Person),
                heard = self.terminate.recv() => return heard.map(|()| By::Computer),
                heard = hung_up(&mut self.hangup) => return heard.map(|()| By::Computer),
                Some(()) = self.went_on.recv() => lost.set(),
            }
        }
    }
}

async fn hung_up(hangup: &mut Option<Signal>) -> Option<()> {
    match hangup {
        Some(hangup) => hangup.recv().await,
        None => std::future::pending().await,
    }
}

/// Whoever started this process had it ignore that its terminal is closed. Linux says so; elsewhere it is not known.
fn ignores_hangup() -> bool {
    std::fs::read_to_string("/proc/self/status").is_ok_and(|status| has(&status, "SigIgn:", Name::SIGHUP))
}

/// Whether a signal is in a set of /proc/PID/status (proc(5)): hexadecimal, the lowest bit is signal 1.
fn has(status: &str, set: &str, signal: Name) -> bool {
    let line = status.lines().find_map(|line| line.strip_prefix(set));
    let bits = line.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).unwrap_or_default();
    bits & (1 << (signal as u32 - 1)) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ignored_hangup_is_seen() {
        let status = |bits: &str| format!("Name:\tsignpost\nSigBlk:\t0000000000000001\nSigIgn:\t{bits}\nSigCgt:\t0\n");
        assert!(has(&status("0000000000001001"), "SigIgn:", Name::SIGHUP));
        assert!(!has(&status("0000000000001006"), "SigIgn:", Name::SIGHUP));
        assert!(!has("", "SigIgn:", Name::SIGHUP));
    }

    /// The mask is a thread's: whatever is begun afterwards has it too.
    #[cfg(target_os = "linux")]
    #[test]
    fn no_terminal_stops_a_thread_that_begins_later() {
        let look = || std::fs::read_to_string("/proc/thread-self/status").unwrap();
        let status = std::thread::spawn(move || {
            unstoppable();
            std::thread::spawn(look).join().unwrap()
        });
        let status = status.join().unwrap();
        for signal in [Name::SIGTSTP, Name::SIGTTIN, Name::SIGTTOU] {
            assert!(has(&status, "SigBlk:", signal), "{signal}: {status}");
        }
        assert!(!has(&status, "SigBlk:", Name::SIGINT), "{status}");
    }
}
