//! Where there are no process groups, no signals and no termios.

use std::io;
use std::time::Duration;

use ratatui::crossterm::event::{self, Event};

/// There is nothing behind which it could be.
pub fn is_in_front() -> bool {
    true
}

/// Nor before which.
pub fn is_in_background() -> bool {
    false
}

/// Ctrl-C is a key, and counted as one.
pub fn keep_ctrl_c() -> io::Result<()> {
    Ok(())
}

/// A write waits for itself.
pub fn room<T>(_terminal: &T) -> io::Result<()> {
    Ok(())
}

/// What is typed.
pub struct Typing;

impl Typing {
    /// From now on.
    pub fn begin() -> Self {
        Self
    }

    /// What was typed by then; an error once the terminal is gone.
    pub fn next(&mut self, soon: Duration) -> io::Result<Vec<Event>> {
        if event::poll(soon)? { Ok(vec![event::read()?]) } else { Ok(Vec::new()) }
    }
}
