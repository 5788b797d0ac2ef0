//! Keys out of what a terminal sends: ECMA-48 control sequences as xterm and its like use them, UTF-8, bracketed pastes. Pure.
//! What is typed is never lost: a paste is handed on piece by piece, what is no UTF-8 is shown as such (U+FFFD).

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

const ESCAPE: u8 = 0x1b;
/// Behind which a paste begins, and before which it ends.
const PASTE: (&[u8], &[u8]) = (b"\x1b[200~", b"\x1b[201~");
/// No key is longer: what goes on like this is none.
const LONGEST: usize = 32;

/// What was not understood yet.
#[derive(Debug, Default)]
pub struct Decoder {
    octets: Vec<u8>,
    within: Within,
}

/// Whether what comes was pasted.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum Within {
    #[default]
    Keys,
    Paste,
}

/// What the beginning of the octets is.
enum Step {
    /// So many, and what they mean, if anything.
    Used(usize, Option<Event>),
    /// More must come first.
    Wait,
}

impl Decoder {
    /// What these octets mean, behind those before.
    pub fn take(&mut self, octets: &[u8]) -> Vec<Event> {
        self.octets.extend_from_slice(octets);
        let (mut events, mut used) = (Vec::new(), 0);
        while let Some(rest) = self.octets.get(used..).filter(|rest| !rest.is_empty()) {
            let step = if self.within == Within::Paste { pasted(rest) } else { typed(rest) };
            let Step::Used(length, event) = step else { break };
            self.within = self.within.after(rest.get(..length).unwrap_or(rest));
            events.extend(event);
            used += length;
        }
        self.octets.drain(..used.min(self.octets.len()));
        events
    }

    /// Whether half a key is there.
    pub fn is_waiting(&self) -> bool {
        self.octets.first() == Some(&ESCAPE)
    }

    /// Nothing follows: Escape alone is that key, and in a paste whose end was lost it is the way out. Half a sequence is none.
    pub fn settle(&mut self) -> Vec<Event> {
        if !self.is_waiting() {
            return Vec::new();
        }
        let escape = self.octets.len() == 1 && self.within == Within::Keys;
        self.octets.clear();
        self.within = Within::Keys;
        if escape { vec![key(KeyCode::Esc, KeyModifiers::NONE)] } else { Vec::new() }
    }
}

impl Within {
    fn after(self, used: &[u8]) -> Self {
        match used {
            _ if used == PASTE.0 => Self::Paste,
            _ if used == PASTE.1 => Self::Keys,
            _ => self,
        }
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
    Event::Key(KeyEvent::new(code, modifiers))
}

/// A piece of a paste: up to what may be its end.
fn pasted(rest: &[u8]) -> Step {
    if rest.starts_with(PASTE.1) {
        return Step::Used(PASTE.1.len(), None);
    }
    if PASTE.1.starts_with(rest) {
        return Step::Wait;
    }
    let until = rest.iter().skip(1).position(|octet| *octet == ESCAPE).map_or(rest.len(), |place| place + 1);
    let length = if until == rest.len() { whole_characters(rest) } else { until };
    match rest.get(..length) {
        Some(piece) if !piece.is_empty() => {
            Step::Used(length, Some(Event::Paste(String::from_utf8_lossy(piece).into_owned())))
        }
        _ => Step::Wait,
    }
}

/// How much of it is no beginning of a character whose rest is still to come.
fn whole_characters(piece: &[u8]) -> usize {
    let last = piece.utf8_chunks().last().map(|chunk| chunk.invalid()).unwrap_or_default();
    let begins = std::str::from_utf8(last).is_err_and(|error| error.error_len().is_none());
    if begins { piece.len() - last.len() } else { piece.len() }
}

fn typed(rest: &[u8]) -> Step {
    match rest {
        [ESCAPE] => Step::Wait,
        [ESCAPE, b'[', tail @ ..] => sequence(tail),
        [ESCAPE, b'O', tail @ ..] => match tail.first() {
            Some(last) => Step::Used(3, named(*last).map(|code| key(code, KeyModifiers::NONE))),
            None => Step::Wait,
        },
        [ESCAPE, ESCAPE, ..] => Step::Used(1, Some(key(KeyCode::Esc, KeyModifiers::NONE))),
        [ESCAPE, tail @ ..] => match character(tail) {
            Step::Used(length, event) => Step::Used(length + 1, event.map(with_alt)),
            Step::Wait => Step::Wait,
        },
        _ => character(rest),
    }
}

fn with_alt(event: Event) -> Event {
    match event {
        Event::Key(pressed) => key(pressed.code, pressed.modifiers | KeyModifiers::ALT),
        other => other,
    }
}

/// Behind the introducer: parameters, then one octet that ends them. Function keys of the Linux console have a second bracket.
fn sequence(tail: &[u8]) -> Step {
    let ends = |octet: &u8| (0x40..=0x7e).contains(octet);
    let console = usize::from(tail.first() == Some(&b'['));
    let Some(end) = tail.iter().skip(console).position(ends).map(|place| place + console) else {
        return if tail.len() > LONGEST { Step::Used(tail.len() + 2, None) } else { Step::Wait };
    };
    let event = tail.split_at_checked(end).and_then(|(parameters, last)| meant(parameters, *last.first()?));
    Step::Used(end + 3, event.filter(|_| console == 0))
}

fn meant(parameters: &[u8], last: u8) -> Option<Event> {
    let mut numbers = parameters.split(|octet| *octet == b';').map(number);
    let (first, second) = (numbers.next().flatten(), numbers.next().flatten());
    let code = if last == b'~' { numbered(first?)? } else { named(last)? };
    Some(key(code, modifiers(second.unwrap_or(1))))
}

fn number(digits: &[u8]) -> Option<u16> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// One more than the sum of what is held.
fn modifiers(code: u16) -> KeyModifiers {
    let held = [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)];
    let code = code.saturating_sub(1);
    held.into_iter().filter(|(bit, _)| code & bit != 0).fold(KeyModifiers::NONE, |all, (_, one)| all | one)
}

fn named(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'H' => KeyCode::Home,
        b'F' => KeyCode::End,
        b'M' => KeyCode::Enter,
        b'Z' => KeyCode::BackTab,
        _ => return None,
    })
}

fn numbered(number: u16) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        _ => return None,
    })
}

/// One character, or a key of the keyboard that is one.
fn character(rest: &[u8]) -> Step {
    let Some(chunk) = rest.utf8_chunks().next() else { return Step::Wait };
    match (chunk.valid().chars().next(), chunk.invalid()) {
        (Some(c), _) => Step::Used(c.len_utf8(), Some(pressed(c))),
        (None, half) if half.len() == rest.len() && whole_characters(half) == 0 => Step::Wait,
        (None, wrong) => Step::Used(wrong.len(), Some(key(KeyCode::Char('\u{fffd}'), KeyModifiers::NONE))),
    }
}

fn pressed(c: char) -> Event {
    let control = |offset: u8| (KeyCode::Char(char::from(offset.wrapping_add(c as u8))), KeyModifiers::CONTROL);
    let (code, held) = match c {
        '\r' => (KeyCode::Enter, KeyModifiers::NONE),
        '\t' => (KeyCode::Tab, KeyModifiers::NONE),
        '\x7f' => (KeyCode::Backspace, KeyModifiers::NONE),
        '\x01'..='\x1a' => control(b'a' - 1),
        '\0'..='\x1f' => (KeyCode::Null, KeyModifiers::NONE),
        _ if c.is_uppercase() => (KeyCode::Char(c), KeyModifiers::SHIFT),
        _ => (KeyCode::Char(c), KeyModifiers::NONE),
    };
    key(code, held)
}

#[cfg(test)]
mod tests;
