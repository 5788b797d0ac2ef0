//! Keys, read in a thread of their own that nobody waits for: a screen may stand still. Ctrl-C that is a key, and no signal,
//! reaches the session from here, whatever the screen does.

#[cfg(unix)]
pub mod decode;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::interrupts::{By, Interrupts};
use super::terminal::Typing;

/// It is looked so often whether the screen is over.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Keys as they are pressed. All of them wait for a screen that stands still: what a person types takes no room.
pub struct Keys {
    pressed: Receiver<Event>,
    over: Arc<AtomicBool>,
}

impl Keys {
    /// Reads from now on; Ctrl-C counts at once.
    pub fn listen(interrupts: Interrupts) -> Self {
        let (keys, pressed) = channel();
        let over = Arc::new(AtomicBool::new(false));
        let is_over = over.clone();
        std::thread::spawn(move || read(&keys, &is_over, &interrupts));
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
        is_ctrl(key, 'c')
    }

    /// Whether it is the key that draws everything anew.
    pub fn is_ctrl_l(key: KeyEvent) -> bool {
        is_ctrl(key, 'l')
    }
}

fn is_ctrl(key: KeyEvent, letter: char) -> bool {
    let is_pressed = key.kind != KeyEventKind::Release && key.modifiers.contains(KeyModifiers::CONTROL);
    is_pressed && matches!(key.code, KeyCode::Char(c) if c.eq_ignore_ascii_case(&letter))
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

fn read(keys: &Sender<Event>, over: &AtomicBool, interrupts: &Interrupts) {
    let mut typing = Typing::begin();
    while !over.load(Ordering::Relaxed) {
        let Ok(events) = typing.next(LOOK_EVERY) else { return };
        for event in events {
            if matches!(event, Event::Key(key) if Keys::is_ctrl_c(key)) {
                interrupts.hear(By::Person, Instant::now());
            }
            let _over = keys.send(event);
        }
    }
}
