//! Elsewhere there is Ctrl-C alone, and no terminal stops a process.

use std::io;

use super::Said;
use crate::tui::interrupts::By;

/// It is already.
pub fn unstoppable() {}

/// What is listened for.
pub struct Signals;

impl Signals {
    /// From now on.
    pub fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// The next one.
    pub async fn next(&mut self) -> Option<Said> {
        tokio::signal::ctrl_c().await.ok().map(|()| Said::End(By::Person))
    }
}
