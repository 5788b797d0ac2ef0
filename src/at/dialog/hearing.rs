//! Sorting what is heard: echo, answer, unsolicited line, PDU line, final code.

use super::waiting::Belongs;
use super::{Dialog, Event, Heard, Phase, Ringing, Running};
use crate::at::answer::{Final, strip};
use crate::at::command::Expect;
use crate::at::token::Token;
use crate::at::urc::{self, Said, Urc};
use crate::at::value::Values;

impl Dialog {
    pub(super) fn token(&mut self, token: Token) {
        match token {
            Token::Junk(octets) => self.heard(Heard::Junk, octets),
            Token::Prompt(octets) => {
                self.heard(Heard::Prompt, octets);
                self.prompt();
            }
            Token::Line(_) => {
                let words = token.words();
                let kind = self.line(&words);
                self.heard(kind, token.octets().to_vec());
            }
        }
    }

    fn prompt(&mut self) {
        match &self.phase {
            Phase::Submit(_) => self.submit_prompt(),
            Phase::Poisoned(_) => self.resync_prompt(),
            _ => {}
        }
    }

    /// Sorts one line and acts on it; returns what it was taken for.
    fn line(&mut self, words: &str) -> Heard {
        if words.is_empty() {
            return Heard::Line;
        }
        if self.is_echo(words) {
            return Heard::Echo;
        }
        if self.offer_to_waiting(words) == Belongs::ToWhatWaits {
            return Heard::Urc;
        }
        if self.is_answer_line(words) {
            self.answer_line(words);
            return Heard::Line;
        }
        match urc::read(words) {
            Some(said) => {
                self.said(said, words);
                Heard::Urc
            }
            None => {
                self.other_line(words);
                Heard::Line
            }
        }
    }

    fn is_echo(&self, words: &str) -> bool {
        let line = match &self.phase {
            Phase::Answer(running) => &running.line,
            Phase::Submit(handover) => return handover.is_echo(words),
            Phase::Poisoned(_) => return words.trim_matches('\u{1b}') == "AT",
            _ => return false,
        };
        line.trim_ascii_end() == words.as_bytes()
    }

    /// Whether a line belongs to the answer of the running command. `+CREG: 1` is news,
    /// `+CREG: 0,1` an answer; nothing is one before the command was written.
    pub(super) fn is_answer_line(&self, words: &str) -> bool {
        let Phase::Answer(Running { expect, lines, .. }) = &self.phase else { return false };
        match expect {
            _ if !self.outbox.is_empty() => false,
            Expect::Nothing => false,
            Expect::Prefixed(prefix) => is_prefixed(words, prefix) && !is_registration_news(words, prefix),
            Expect::PrefixedThenPdu(prefix) if lines.is_empty() => is_prefixed(words, prefix),
            // Behind its header a PDU, or whatever stands in its place: it is somebody's text.
            Expect::PrefixedThenPdu(_) => is_nothing_else(words) && !urc::looks_like_one(words),
            Expect::Bare(prefix) => is_nothing_else(words) && (!urc::looks_like_one(words) || is_kin(words, prefix)),
        }
    }

    fn answer_line(&mut self, words: &str) {
        if let Phase::Answer(running) = &mut self.phase {
            running.lines.push(words.into());
        }
    }

    fn said(&mut self, said: Said, words: &str) {
        match said {
            Said::Begun(begun) => self.begin_waiting(begun, words),
            Said::Whole(urc) => self.unasked(urc),
        }
    }

    pub(super) fn unasked(&mut self, urc: Urc) {
        match urc {
            Urc::Ring => self.ringing = Ringing::Ringing,
            Urc::Sim | Urc::Boot => self.pdu_mode = None,
            _ => {}
        }
        let boot = urc == Urc::Boot;
        self.submit_disturbed(&urc);
        self.events.push_back(Event::Urc(urc));
        if boot {
            self.rebooted();
        }
    }

    /// A final code, or a line that nobody awaited.
    fn other_line(&mut self, words: &str) {
        if words == "NO CARRIER" && self.ringing == Ringing::Ringing {
            self.ringing = Ringing::Silent;
            return;
        }
        match &self.phase {
            Phase::Answer(_) => self.answer_other(words),
            Phase::Submit(_) => self.submit_line(words),
            Phase::Poisoned(_) => self.resync_line(words),
            Phase::Idle { .. } | Phase::Gone => {}
        }
    }

    pub(super) fn heard(&mut self, kind: Heard, octets: Vec<u8>) {
        self.events.push_back(Event::Heard(kind, octets));
    }
}

/// Neither a final code nor said unasked.
fn is_nothing_else(words: &str) -> bool {
    Final::read(words).is_none() && urc::read(words).is_none()
}

/// Families differ in the sign and the first letter: `+CCID: …`, `+ICCID: …`, `^SCID: …`.
fn is_kin(words: &str, prefix: &str) -> bool {
    let name = words.split_once(':').map(|(name, _)| name.trim_end()).unwrap_or_default();
    name.ends_with(prefix.get(2..).unwrap_or_default())
}

fn is_prefixed(words: &str, prefix: &str) -> bool {
    strip(words, prefix).is_some()
}

/// An answer has `<n>,<stat>`, both short numbers; news has `<stat>` alone or an area code next.
fn is_registration_news(words: &str, prefix: &str) -> bool {
    if !matches!(prefix, "+CREG" | "+CGREG" | "+CEREG") {
        return false;
    }
    let values = Values::parse(strip(words, prefix).unwrap_or_default());
    let is_short = |stat: &str| (1..=2).contains(&stat.len()) && stat.bytes().all(|b| b.is_ascii_digit());
    !values.text(1).is_some_and(|stat| is_short(stat.for_record()))
}
