//! The log: lines on standard error, every one through the sanitiser, none with a secret in it (there
//! is no way to print one).

use log::{LevelFilter, Log, Metadata, Record};

use super::stderr;
use crate::text::Untrusted;

struct Lines;

impl Log for Lines {
    fn enabled(&self, metadata: &Metadata) -> bool {
        metadata.target().starts_with("signpost")
    }

    fn log(&self, record: &Record) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let words = Untrusted::from(record.args().to_string()).for_terminal();
        let level = record.level().as_str().to_lowercase();
        stderr::line(&format!("{level}: {words}"));
    }

    fn flush(&self) {}
}

/// Starts the log: errors and warnings; with -v what happens; with -vv everything.
pub fn start(verbose: u8) {
    let level = match verbose {
        0 => LevelFilter::Warn,
        1 => LevelFilter::Debug,
        _ => LevelFilter::Trace,
    };
    if log::set_boxed_logger(Box::new(Lines)).is_ok() {
        log::set_max_level(level);
    }
}
