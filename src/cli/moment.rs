//! A moment that a flag names, in the line's time zone: `--until`, `--since`.

use jiff::Timestamp;

use super::error::CommandError;
use crate::case::hours::{self, Hours};
use crate::text::Untrusted;

/// Reads it; `flag` is its name without dashes.
pub fn named(flag: &'static str, text: &str, hours: &Hours) -> Result<Timestamp, CommandError> {
    hours::moment(text, hours.zone()).ok_or_else(|| {
        let text = Untrusted::from(text).for_terminal();
        let message = format!("--{flag} {text}: it is no date and time that the clocks show once");
        CommandError::usage(flag, message, format!("write --{flag} \"2026-12-15 12:00\""))
    })
}
