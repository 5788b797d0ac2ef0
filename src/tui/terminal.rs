//! The terminal that the program was started at: whose it is, what was typed at it, and how lines reach it.

#[cfg_attr(unix, path = "terminal/unix.rs")]
#[cfg_attr(not(unix), path = "terminal/elsewhere.rs")]
mod system;

use std::io::{self, Stderr, Write, stderr};

pub use system::{Typing, is_in_background, is_in_front, keep_ctrl_c};

/// Standard error, by someone who waits until there is room: another program may have set the terminal up so that a write
/// into a full one fails (O_NONBLOCK).
pub struct Patient(Stderr);

/// Standard error.
pub fn out() -> Patient {
    Patient(stderr())
}

impl Write for Patient {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        loop {
            match self.0.write(octets) {
                Err(full) if full.kind() == io::ErrorKind::WouldBlock => system::room(&self.0)?,
                done => return done,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
