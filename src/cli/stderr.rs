//! The one door to standard error for lines of progress and of the log. While a view has the terminal they are handed to
//! it: whoever works the line never writes to a terminal, which may stand still.

use std::io::Write;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many lines wait for a view that stands still; more are lost, and the work goes on.
const ROOM: usize = 1024;

static VIEW: Mutex<Option<SyncSender<String>>> = Mutex::new(None);

/// The lines are a view's while this value lives.
pub struct Handed;

/// Hands all lines from now on to a view.
pub fn hand_over() -> (Handed, Receiver<String>) {
    let (lines, view) = sync_channel(ROOM);
    *at_the_door() = Some(lines);
    (Handed, view)
}

/// A line: to the view that has the terminal, else out.
pub fn line(text: &str) {
    match &*at_the_door() {
        // A full view loses it; one that ended has nobody to show it.
        Some(view) => match view.try_send(text.to_owned()) {
            Err(TrySendError::Disconnected(_)) => write(text),
            _full_or_sent => {}
        },
        None => write(text),
    }
}

/// A line, out. A closed pipe ends nothing.
pub fn write(text: &str) {
    let _closed_pipe = writeln!(std::io::stderr().lock(), "{text}");
}

fn at_the_door() -> MutexGuard<'static, Option<SyncSender<String>>> {
    VIEW.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Handed {
    fn drop(&mut self) {
        *at_the_door() = None;
    }
}
