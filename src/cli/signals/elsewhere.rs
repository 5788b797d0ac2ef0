//! Elsewhere there is Ctrl-C alone, and no terminal stops a process.

use std::io;

use crate::tui::interrupts::By;
use crate::tui::stage::Lost;

/// It is already.
pub fn unstoppable() {}

/// What is listened for.
pub struct Signals;

impl Signals {
    /// From now on.
    pub fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// The next that is to end the process.
    pub async fn next(&mut self, _never: &Lost) -> Option<By> {
        tokio::signal::ctrl_c().await.ok().map(|()| By::Person)
    }
}
