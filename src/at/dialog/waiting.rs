//! What is said unasked in more than one line: a push and its PDU, which some handsets break in two
//! (`hw-notes/at_oddities.md` 16, 17), and words of the network with line ends inside their quotes (32).

use std::time::Duration;

use super::{Dialog, Event};
use crate::at::urc::{self, Begun};
use crate::at::value::Values;

/// From a header to its PDU line, whatever comes between.
const FOR_THE_REST: Duration = Duration::from_secs(10);

/// From one piece of a PDU to the next, and for all lines of one set of words.
const FOR_A_PIECE: Duration = Duration::from_millis(500);

/// The longest TPDU that a header may announce.
const LONGEST_TPDU: u32 = 255;

/// Words of the network are at most 182 characters; quotes that stay open longer are a mistake.
const LONGEST_WORDS: usize = 400;

/// A first line, and what came of the rest.
pub(super) struct Waiting {
    begun: Begun,
    first: String,
    rest: String,
    until: Duration,
}

/// Where a line belongs.
#[derive(PartialEq)]
pub(super) enum Belongs {
    ToWhatWaits,
    Elsewhere,
}

impl Waiting {
    fn takes(&self, words: &str) -> bool {
        match self.begun {
            Begun::Push | Begun::PushReport if self.rest.is_empty() => words.len() >= 8 && is_hex(words),
            Begun::Push | Begun::PushReport => is_hex(words),
            Begun::TextPush | Begun::Ussd => urc::read(words).is_none(),
        }
    }

    fn take(&mut self, words: &str, now: Duration) {
        if self.begun == Begun::Ussd && !self.rest.is_empty() {
            self.rest.push('\n');
        }
        self.rest.push_str(words);
        if matches!(self.begun, Begun::Push | Begun::PushReport) {
            self.until = now + FOR_A_PIECE;
        }
    }

    fn is_whole(&self) -> bool {
        match self.begun {
            Begun::Push | Begun::PushReport => is_whole_pdu(&self.first, &self.rest),
            Begun::TextPush => true,
            Begun::Ussd => self.rest.contains('"') || self.rest.len() > LONGEST_WORDS,
        }
    }
}

impl Dialog {
    pub(super) fn begin_waiting(&mut self, begun: Begun, first: &str) {
        self.end_waiting();
        let time = if begun == Begun::Ussd { FOR_A_PIECE } else { FOR_THE_REST };
        let until = self.now + time;
        self.waiting = Some(Waiting { begun, first: first.to_owned(), rest: String::new(), until });
    }

    /// Offers a line to what waits. A PDU of which one piece came is at its end when anything but
    /// another piece follows, and an answer goes before a further piece.
    pub(super) fn offer_to_waiting(&mut self, words: &str) -> Belongs {
        let Some(waiting) = &self.waiting else { return Belongs::Elsewhere };
        let has_piece = !waiting.rest.is_empty() && waiting.begun != Begun::Ussd;
        let takes = waiting.takes(words) && !(has_piece && self.is_answer_line(words));
        if takes && let Some(waiting) = &mut self.waiting {
            waiting.take(words, self.now);
            if waiting.is_whole() {
                self.end_waiting();
            }
            return Belongs::ToWhatWaits;
        }
        if has_piece {
            self.end_waiting();
        }
        Belongs::Elsewhere
    }

    /// A header whose PDU line never came is still told.
    pub(super) fn end_waiting(&mut self) {
        if let Some(waiting) = self.waiting.take() {
            self.events.push_back(Event::Urc(waiting.begun.whole(&waiting.first, &waiting.rest)));
        }
    }

    /// Only when no octets are at hand: after a long sleep of this computer they come first.
    pub(super) fn end_waiting_overdue(&mut self) {
        if self.waiting.as_ref().is_some_and(|waiting| self.now >= waiting.until) {
            self.end_waiting();
        }
    }

    pub(super) fn waits_until(&self) -> Option<Duration> {
        self.waiting.as_ref().map(|waiting| waiting.until)
    }
}

fn is_hex(words: &str) -> bool {
    words.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whether all octets came that the header tells of: its last number is the length of the TPDU, which
/// stands behind an SMSC with a length of its own (27.005 clause 3.4.1), or alone where a handset leaves
/// the SMSC out. A header that tells no length is believed at once.
fn is_whole_pdu(header: &str, digits: &str) -> bool {
    let values = header.split_once(':').map(|(_, values)| Values::parse(values)).unwrap_or_default();
    let told = values.number(values.len().saturating_sub(1)).filter(|length| *length <= LONGEST_TPDU);
    let Some(length) = told else { return true };
    let smsc = digits.get(..2).and_then(|octet| u32::from_str_radix(octet, 16).ok()).unwrap_or_default();
    let octets = (digits.len() / 2) as u32;
    octets >= 1 + smsc + length || octets == length
}
