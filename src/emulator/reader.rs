//! From octets to what was typed: command lines, and the text after the `>` prompt.
//!
//! The state outlives whoever types, as in a modem: a half line, or a prompt left open by a client
//! that was killed, is there for the next one.

/// The longest command line taken; more is answered with ERROR at its end.
const LONGEST_LINE: usize = 2048;
/// The longest text taken at the prompt.
const LONGEST_TEXT: usize = 4096;

const BACKSPACE: u8 = 0x08;
const CTRL_Z: u8 = 0x1A;
const ESC: u8 = 0x1B;

/// What has been typed so far.
#[derive(Debug, Default)]
pub(super) struct Reader {
    mode: Mode,
    held: Vec<u8>,
    overlong: Overlong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Mode {
    #[default]
    Line,
    Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Overlong {
    #[default]
    No,
    Yes,
}

/// One thing typed whole.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// Not complete yet.
    More,
    /// A line, ended by CR; what is not ASCII is replaced.
    Line(String),
    /// A line too long to hold.
    TooLong,
    /// A new line inside a text at the prompt (text mode asks for the next with `> `).
    NewLine,
    /// The text at the prompt, ended by Ctrl-Z.
    Text(Vec<u8>),
    /// ESC at the prompt.
    Escaped,
}

impl Reader {
    /// From now on what is typed is a text (27.005 clause 3.5.1), until [`Reader::push`] gives
    /// [`Typed::Text`] or [`Typed::Escaped`].
    pub(super) fn expect_text(&mut self) {
        *self = Self { mode: Mode::Text, ..Self::default() };
    }

    /// Forgets all, as a reboot does.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// Whether the prompt is open.
    pub(super) fn at_prompt(&self) -> bool {
        self.mode == Mode::Text
    }

    /// Takes one octet.
    pub(super) fn push(&mut self, octet: u8) -> Typed {
        match self.mode {
            Mode::Line => self.push_line(octet),
            Mode::Text => self.push_text(octet),
        }
    }

    fn push_line(&mut self, octet: u8) -> Typed {
        match octet {
            b'\r' => self.end_of_line(),
            b'\n' | ESC | CTRL_Z | 0 => Typed::More,
            BACKSPACE | 0x7F => {
                self.held.pop();
                Typed::More
            }
            _ if self.held.len() >= LONGEST_LINE => {
                self.overlong = Overlong::Yes;
                Typed::More
            }
            _ => {
                self.held.push(octet);
                Typed::More
            }
        }
    }

    fn end_of_line(&mut self) -> Typed {
        let whole = std::mem::take(self);
        match whole.overlong {
            Overlong::Yes => Typed::TooLong,
            Overlong::No => Typed::Line(String::from_utf8_lossy(&whole.held).into_owned()),
        }
    }

    fn push_text(&mut self, octet: u8) -> Typed {
        match octet {
            CTRL_Z => Typed::Text(std::mem::take(self).held),
            ESC => {
                self.reset();
                Typed::Escaped
            }
            BACKSPACE => {
                self.held.pop();
                Typed::More
            }
            _ => {
                if self.held.len() < LONGEST_TEXT {
                    self.held.push(octet);
                }
                if octet == b'\r' { Typed::NewLine } else { Typed::More }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(reader: &mut Reader, octets: &[u8]) -> Vec<Typed> {
        octets.iter().map(|octet| reader.push(*octet)).filter(|typed| *typed != Typed::More).collect()
    }

    #[test]
    fn a_line_ends_with_cr_and_lf_is_nothing() {
        let mut reader = Reader::default();
        let lines = typed(&mut reader, b"AT\r\nATX\x08I\r");
        assert_eq!(lines, [Typed::Line("AT".into()), Typed::Line("ATI".into())]);
    }

    #[test]
    fn esc_is_noise_in_a_line_and_an_end_at_the_prompt() {
        let mut reader = Reader::default();
        assert_eq!(typed(&mut reader, b"\x1b\rA\x1bT\r"), [Typed::Line(String::new()), Typed::Line("AT".into())]);
        reader.expect_text();
        assert_eq!(typed(&mut reader, b"0011\x1bAT\r"), [Typed::Escaped, Typed::Line("AT".into())]);
    }

    #[test]
    fn a_command_at_the_prompt_is_text() {
        let mut reader = Reader::default();
        reader.expect_text();
        assert_eq!(typed(&mut reader, b"AT\r\x1a"), [Typed::NewLine, Typed::Text(b"AT\r".to_vec())]);
        assert!(!reader.at_prompt());
    }

    #[test]
    fn a_line_without_end_does_not_fill_the_memory() {
        let mut reader = Reader::default();
        assert!(typed(&mut reader, &[b'A'; 10_000]).is_empty());
        assert!(reader.held.len() <= LONGEST_LINE);
        assert_eq!(typed(&mut reader, b"\rAT\r"), [Typed::TooLong, Typed::Line("AT".into())]);
    }
}
