//! The terminal that the program was started at: whose it is, and what was typed at it.

#[cfg_attr(unix, path = "terminal/unix.rs")]
#[cfg_attr(not(unix), path = "terminal/elsewhere.rs")]
mod system;

pub use system::{Typing, is_in_background, is_in_front};
