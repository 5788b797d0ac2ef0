//! Keys, read in a thread of their own that nobody waits for: a screen may stand still. Ctrl-C reaches the session from here,
//! whatever the screen does.

#[cfg(unix)]
pub mod decode;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::terminal::Typing;

/// It is looked so often whether the screen is over.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// A person's interrupts, counted for a session.
#[derive(Debug, Clone)]
pub struct Interrupts(Arc<AtomicU8>);

impl Interrupts {
    /// Of this counter.
    pub fn of(counter: Arc<AtomicU8>) -> Self {
        Self(counter)
    }

    /// How many.
    pub fn count(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Keys as they are pressed. All of them wait for a screen that stands still: what a person types takes no room.
pub struct Keys {
    pressed: Receiver<Event>,
    over: Arc<AtomicBool>,
}

impl Keys {
    /// Reads from now on; Ctrl-C counts for that session at once.
    pub fn listen(session: Option<Interrupts>) -> Self {
        let (keys, pressed) = channel();
        let over = Arc::new(AtomicBool::new(false));
        let is_over = over.clone();
        std::thread::spawn(move || read(&keys, &is_over, session.as_ref()));
        Self { pressed, over }
    }

    /// The next one, if one comes soon.
    pub fn next(&self, soon: Duration) -> Option<Event> {
        match self.pressed.recv_timeout(soon) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => None,
            // The terminal is gone: nobody types any more, and nothing may spin.
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(soon);
                None
            }
        }
    }

    /// Whether it is the key that ends.
    pub fn is_ctrl_c(key: KeyEvent) -> bool {
        let is_pressed = key.kind != KeyEventKind::Release && key.modifiers.contains(KeyModifiers::CONTROL);
        is_pressed && matches!(key.code, KeyCode::Char('c' | 'C'))
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

fn read(keys: &Sender<Event>, over: &AtomicBool, session: Option<&Interrupts>) {
    let mut typing = Typing::begin();
    while !over.load(Ordering::Relaxed) {
        let Ok(events) = typing.next(LOOK_EVERY) else { return };
        for event in events {
            if let (Event::Key(key), Some(Interrupts(count))) = (&event, session)
                && Keys::is_ctrl_c(*key)
            {
                count.fetch_add(1, Ordering::Relaxed);
            }
            let _over = keys.send(event);
        }
    }
}
