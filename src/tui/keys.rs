//! Keys, read in a thread of their own that nobody waits for: reading may stand still on half a sequence, or on a terminal
//! that is gone. Ctrl-C reaches the session from here, whatever the screen does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// So many keys wait for a screen that stands still.
const ROOM: usize = 256;
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

/// Keys as they are pressed.
pub struct Keys {
    pressed: Receiver<Event>,
    over: Arc<AtomicBool>,
}

impl Keys {
    /// Reads from now on; Ctrl-C counts for that session at once.
    pub fn listen(session: Option<Interrupts>) -> Self {
        let (keys, pressed) = sync_channel(ROOM);
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

fn read(keys: &SyncSender<Event>, over: &AtomicBool, session: Option<&Interrupts>) {
    while !over.load(Ordering::Relaxed) {
        match event::poll(LOOK_EVERY) {
            Ok(false) => continue,
            Ok(true) => {}
            Err(_) => return,
        }
        let Ok(event) = event::read() else { return };
        if let (Event::Key(key), Some(Interrupts(count))) = (&event, session)
            && Keys::is_ctrl_c(*key)
        {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let _full_or_over = keys.try_send(event);
    }
}
