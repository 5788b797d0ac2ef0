//! Signals of Unix.

use std::io;

use nix::sys::signal::Signal as Name;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Said;
use crate::tui::interrupts::By;

/// What is listened for.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// None under nohup: it is to outlive its terminal.
    hangup: Option<Signal>,
}

impl Signals {
    /// From now on. Must be called inside a runtime.
    pub fn new() -> io::Result<Self> {
        let hangup = if ignores_hangup() { None } else { Some(signal(SignalKind::hangup())?) };
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())?, hangup })
    }

    /// The next one.
    pub async fn next(&mut self) -> Option<Said> {
        tokio::select! {
            heard = self.interrupt.recv() => heard.map(|()| Said::End(By::Person)),
            heard = self.terminate.recv() => heard.map(|()| Said::End(By::Computer)),
            heard = hung_up(&mut self.hangup) => heard.map(|()| Said::End(By::Computer)),
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
}
