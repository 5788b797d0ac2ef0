//! Texts: out to the service centre, in from it.

use std::time::Duration;

use super::answers::{Answer, Reply, Silent};
use super::config::Place;
use super::handset::{Doing, Handset};
use super::network::{Due, Incoming, Kind};
use super::persona::{Acknowledges, Repeats};
use super::store::{Slot, tpdu_length};
use super::trouble::Fault;
use super::truth::Happened;
use crate::hex;
use crate::pdu::alphabet::National;
use crate::pdu::first::Flag;
use crate::pdu::split::{Split, split};
use crate::pdu::stamp::Stamp;
use crate::pdu::status::Status;
use crate::pdu::validity::Validity;
use crate::pdu::{Address, Deliver, Direction, Frame, StatusReport, Submit, Tpdu};

/// The emulated service centre, in the drama range.
const SERVICE_CENTRE: &str = "447700900000";
/// How often a call rings.
const RINGS: u8 = 3;
/// From one ring to the next.
const RING_EVERY: Duration = Duration::from_secs(2);
/// 27.005 clause 3.4.1: an acknowledgement is awaited for so long.
const ACKNOWLEDGE_WITHIN: Duration = Duration::from_secs(15);
/// 24.011 clause 10.2, TR1M: a device waits 35 to 45 s for the network's answer to a text.
const UNANSWERED: Duration = Duration::from_secs(40);
/// `+CMS ERROR`: the network did not answer in time.
const NETWORK_TIMEOUT: u16 = 332;
/// The service centre tries again after this.
pub(super) const TRY_AGAIN: Duration = Duration::from_secs(20);

impl Handset {
    /// `AT+CMGS`: the prompt, unless something goes wrong.
    pub(super) fn begin_text(&mut self) {
        self.submits += 1;
        match self.settings.script.faults.get(&self.submits) {
            Some(Fault::PromptError(code)) => self.cms_error(*code),
            Some(Fault::NoPrompt) => {}
            Some(Fault::GoneAtPrompt) => self.unplug(Duration::from_secs(1)),
            Some(Fault::RebootAtPrompt) => self.reboot(),
            _ => {
                self.reader.expect_text();
                self.raw("\r\n> ");
            }
        }
    }

    /// Ctrl-Z came.
    pub(super) fn typed_text(&mut self, text: &[u8]) {
        let to = self.text_to.take();
        if self.config.format == 1 {
            let words = String::from_utf8_lossy(text).into_owned();
            return match to.and_then(|to| text_mode(&to, &words)) {
                Some(submit) => self.submit(submit),
                None => self.cms_error(305),
            };
        }
        let digits: String = String::from_utf8_lossy(text).chars().filter(|c| !c.is_whitespace()).collect();
        let octets = hex::decode(&digits).ok();
        let fits = |octets: &Vec<u8>| Some(tpdu_length(&hex::encode(octets))) == self.expected;
        match octets.filter(fits).map(|octets| Frame::decode(&octets, Direction::Mo)) {
            Some(Ok(Frame { tpdu: Tpdu::Submit(submit), .. })) => self.submit(submit),
            _ => self.cms_error(304),
        }
    }

    fn submit(&mut self, submit: Submit) {
        let fault = self.settings.script.faults.get(&self.submits).copied();
        let mr = self.lasting.network.next_mr();
        self.lasting.sim.last_mr = mr;
        self.doing = Doing::Sending;
        let (taken, answer, after) = self.course(fault, mr);
        if taken == Taken::Yes {
            if fault.is_some_and(Fault::loses_the_response) && self.settings.persona.repeats == Repeats::Once {
                let hex = repeated(submit.clone(), mr);
                self.lasting.network.at(self.now + UNANSWERED, Due::Repeated { hex, mr });
            }
            self.on_air(submit, mr, self.now + self.settings.latency);
        }
        match (fault, answer) {
            (Some(Fault::GoneSent), _) => self.unplug(Duration::from_secs(1)),
            (Some(Fault::RebootSent), _) => self.reboot(),
            (Some(Fault::StaleRefusal(code, seconds)), _) => {
                self.doing = Doing::Idle;
                let words = self.error_words(code);
                self.lasting.network.at(self.now + Duration::from_secs(seconds), Due::Stale(words));
            }
            // A device that will never answer still reads the next command.
            (_, None) => self.doing = Doing::Idle,
            (_, Some(lines)) => self.lasting.network.at(self.now + after, Due::Answer(lines)),
        }
    }

    /// What becomes of a text: whether the service centre takes it, what the device says, and when.
    fn course(&self, fault: Option<Fault>, mr: u8) -> (Taken, Option<Vec<String>>, Duration) {
        let soon = self.settings.latency;
        let reference = format!("+CMGS: {mr}");
        let refused = |code| (Taken::No, Some(vec![self.error_words(code)]));
        let (taken, answer) = match fault {
            Some(Fault::Refused(code) | Fault::RefusedAfter(code, _)) => refused(code),
            Some(Fault::SilenceLost) => (Taken::No, None),
            Some(Fault::SilenceSent | Fault::StaleRefusal(..) | Fault::GoneSent | Fault::RebootSent) => {
                (Taken::Yes, None)
            }
            // The service centre has it, and discards the repeat; what the device says is about its last try.
            Some(Fault::ResponseLost | Fault::RepeatRefused(_)) if self.settings.persona.repeats == Repeats::Never => {
                (Taken::Yes, Some(vec![self.error_words(NETWORK_TIMEOUT)]))
            }
            Some(Fault::RepeatRefused(code)) => (Taken::Yes, Some(vec![self.error_words(code)])),
            Some(Fault::ErrorButSent) => (Taken::Yes, Some(vec!["ERROR".into()])),
            Some(Fault::NoOk) => (Taken::Yes, Some(vec![reference])),
            Some(Fault::OkAlone) => (Taken::Yes, Some(vec!["OK".into()])),
            _ => (Taken::Yes, Some(vec![reference, "OK".into()])),
        };
        let after = match fault {
            Some(fault) if fault.loses_the_response() => UNANSWERED + soon,
            Some(Fault::RefusedAfter(_, seconds) | Fault::LateReference(seconds)) => Duration::from_secs(seconds),
            _ => soon,
        };
        (taken, answer, after)
    }

    pub(super) fn sent(&mut self, lines: Vec<String>) {
        for line in lines {
            self.say(&line);
        }
        self.end_of_sending();
    }

    /// The service centre has it: report and answers follow.
    fn on_air(&mut self, mut submit: Submit, mr: u8, at: Duration) {
        submit.reference = mr;
        let to = submit.destination.number().unwrap_or_default();
        let text = submit.user_data.text(submit.dcs).unwrap_or_default();
        let wants_report = submit.flags.has(Flag::SRR);
        let first = submit.user_data.concat().is_none_or(|concat| concat.sequence == 1);
        let recipient = submit.destination.clone();
        let octets = hex::encode(&Tpdu::Submit(submit).encode());
        let happened = Happened::OnAir { hex: octets, to: to.clone(), mr, text: text.for_record().to_owned() };
        self.settings.truth.tell(self.now, happened);
        if wants_report {
            self.report(recipient, &to, mr, at);
        }
        let silent = self.settings.answers.is_silent(&to) == Silent::Yes;
        if first && !silent && !self.lasting.network.texted.contains(&to) {
            self.lasting.network.texted.push(to.clone());
            let nth = self.lasting.network.texted.len() as u64;
            for answer in self.settings.answers.to(nth, &to) {
                self.answer_later(at, answer);
            }
        }
    }

    fn report(&mut self, recipient: Address, to: &str, mr: u8, at: Duration) {
        let discharged = at + self.settings.report_after;
        let report = StatusReport::plain(mr, recipient, self.stamp(at), self.stamp(discharged), Status(0));
        let incoming =
            Incoming { hex: framed(Tpdu::StatusReport(report)), kind: Kind::Report { to: to.to_owned(), mr } };
        self.lasting.network.at(discharged, Due::Incoming(incoming));
    }

    fn answer_later(&mut self, at: Duration, answer: Answer) {
        match answer.reply {
            Reply::Call => self.lasting.network.at(at + answer.after, Due::Ring { from: answer.from, left: RINGS }),
            Reply::Text { words, order } => {
                let parts = self.delivers(&answer.from, words, order, at + answer.after);
                let gap = Duration::from_millis(150);
                for (place, hex) in (0..).zip(parts) {
                    let incoming = Incoming { hex, kind: Kind::Text { from: answer.from.clone() } };
                    self.lasting.network.at(at + answer.after + gap * place, Due::Incoming(incoming));
                }
            }
        }
    }

    /// The parts of a text, in the order in which they arrive.
    fn delivers(&self, from: &str, words: &str, order: &[usize], at: Duration) -> Vec<String> {
        let Some(originator) = address(from) else { return Vec::new() };
        let reference = from.bytes().fold(7u8, |sum, digit| sum.wrapping_mul(31).wrapping_add(digit));
        let Ok(Split { dcs, parts }) = split(words, reference, National::Forbidden) else { return Vec::new() };
        let deliver = |data| Tpdu::Deliver(Deliver::plain(originator.clone(), dcs, self.stamp(at), data));
        let parts: Vec<String> = parts.into_iter().map(|data| framed(deliver(data))).collect();
        let named = order.iter().filter_map(|place| parts.get(*place));
        let rest = (0..parts.len()).filter(|place| !order.contains(place)).filter_map(|place| parts.get(place));
        named.chain(rest).cloned().collect()
    }

    /// A text of the script arrives now.
    pub(super) fn incoming(&mut self, from: &str, words: &str, order: &[usize]) {
        for hex in self.delivers(from, words, order, self.now) {
            self.arrive(Incoming { hex, kind: Kind::Text { from: from.to_owned() } });
        }
    }

    /// A text that lay there before.
    pub(super) fn store_old(&mut self, place: Place, from: &str, words: &str) {
        for hex in self.delivers(from, words, &[], Duration::ZERO) {
            let happened = Happened::LayThere { storage: place.name().to_owned(), hex: hex.clone() };
            self.settings.truth.tell(self.now, happened);
            self.store(place).put(Slot { status: 0, hex });
        }
    }

    /// A text that lay on the SIM before and was deleted.
    pub(super) fn store_deleted(&mut self, from: &str, words: &str) {
        for hex in self.delivers(from, words, &[], Duration::ZERO) {
            let texts = &mut self.lasting.sim.texts;
            let _text = texts.put(Slot { status: 1, hex }).and_then(|index| texts.delete(index));
        }
    }

    /// Routes a text or a report as `+CNMI` says (27.005 clause 3.4.1).
    pub(super) fn arrive(&mut self, incoming: Incoming) {
        let [_, text, _, report, _] = self.config.indications;
        let off = self.coverage() == super::config::Flag::Off;
        // While a text is typed at the prompt nothing is said; the network waits a moment.
        if off || self.reader.at_prompt() || self.lasting.network.pushed.is_some() {
            let wait = if off { TRY_AGAIN } else { Duration::from_millis(50) };
            self.lasting.network.at(self.now + wait, Due::Incoming(incoming));
            return;
        }
        match (&incoming.kind, text, report) {
            (Kind::Text { .. }, 2, _) => self.push("+CMT: ,", incoming),
            (Kind::Text { .. }, ..) => self.store_text(incoming, text),
            (Kind::Report { .. }, _, 1) => self.push("+CDS: ", incoming),
            (Kind::Report { .. }, _, 2) => self.store_report(incoming),
            (Kind::Report { to, mr }, ..) => {
                let happened = Happened::ReportDropped { to: to.clone(), mr: *mr };
                self.settings.truth.tell(self.now, happened);
            }
        }
    }

    fn push(&mut self, header: &str, incoming: Incoming) {
        self.say(&format!("{header}{}\r\n{}", tpdu_length(&incoming.hex), incoming.hex));
        self.tell_arrival(&incoming, None);
        if self.config.service == 1 && self.settings.persona.acknowledges == Acknowledges::AsService {
            self.lasting.network.pushed = Some(incoming);
            self.lasting.network.at(self.now + ACKNOWLEDGE_WITHIN, Due::Unacknowledged);
        }
    }

    /// Into the receiving storage; if that is full, the network keeps it.
    fn store_text(&mut self, incoming: Incoming, announce: u32) {
        let [.., place] = self.config.storages;
        match self.store(place).put(Slot { status: 0, hex: incoming.hex.clone() }) {
            None => self.lasting.network.at(self.now + TRY_AGAIN, Due::Incoming(incoming)),
            Some(index) => {
                self.tell_arrival(&incoming, Some((place, index)));
                if announce == 1 {
                    self.say(&format!("+CMTI: \"{}\",{index}", place.name()));
                }
            }
        }
    }

    /// Into `SR`; where `+CPMS=?` offers none, where texts go.
    fn store_report(&mut self, incoming: Incoming) {
        let [.., texts] = self.config.storages;
        let place = if self.settings.persona.storages.contains("\"SR\"") { Place::Sr } else { texts };
        match self.store(place).put(Slot { status: 0, hex: incoming.hex.clone() }) {
            None => self.lasting.network.at(self.now + TRY_AGAIN, Due::Incoming(incoming)),
            Some(index) => {
                self.tell_arrival(&incoming, Some((place, index)));
                self.say(&format!("+CDSI: \"{}\",{index}", place.name()));
            }
        }
    }

    fn tell_arrival(&mut self, incoming: &Incoming, stored: Option<(Place, u32)>) {
        let happened = match &incoming.kind {
            Kind::Report { to, mr } => Happened::Reported { to: to.clone(), mr: *mr },
            Kind::Text { from } => Happened::Delivered {
                from: from.clone(),
                hex: incoming.hex.clone(),
                storage: stored.map(|(place, _)| place.name().to_owned()),
                index: stored.map(|(_, index)| index),
            },
        };
        self.settings.truth.tell(self.now, happened);
    }

    /// 27.005: without an acknowledgement the network gets an error, and nothing is pushed any more.
    pub(super) fn unacknowledged(&mut self) {
        let Some(incoming) = self.lasting.network.pushed.take() else { return };
        let [_, text, _, report, _] = &mut self.config.indications;
        (*text, *report) = (0, 0);
        self.lasting.network.at(self.now + TRY_AGAIN, Due::Incoming(incoming));
    }

    pub(super) fn ring(&mut self, from: &str) {
        self.ring_again(from, RINGS);
    }

    pub(super) fn ring_again(&mut self, from: &str, left: u8) {
        if left == RINGS {
            self.settings.truth.tell(self.now, Happened::Call { from: from.to_owned() });
        }
        if left == 0 {
            self.say("NO CARRIER");
            return;
        }
        self.say("RING");
        if self.config.callers == 1 {
            self.say(&format!("+CLIP: \"{from}\",145,\"\",0,\"\",0"));
        }
        let next = Due::Ring { from: from.to_owned(), left: left - 1 };
        self.lasting.network.at(self.now + RING_EVERY, next);
    }

    /// The wall clock at a moment of the handset, UTC.
    fn stamp(&self, at: Duration) -> Stamp {
        let moment = self.settings.wall.saturating_add(jiff::SignedDuration::try_from(at).unwrap_or_default());
        let local = moment.unwrap_or(self.settings.wall).to_zoned_datetime(jiff::tz::TimeZone::UTC);
        let fields = [
            (local.year() % 100) as u8,
            local.month() as u8,
            local.day() as u8,
            local.hour() as u8,
            local.minute() as u8,
            local.second() as u8,
        ];
        Stamp::from_fields(fields, 0)
    }
}

/// The same text as the device hands it over once more: the same TP-MR, and TP-RD says that a duplicate is to be discarded.
fn repeated(mut submit: Submit, mr: u8) -> String {
    submit.reference = mr;
    submit.flags = submit.flags.with(Flag::RD);
    hex::encode(&Tpdu::Submit(submit).encode())
}

#[derive(PartialEq)]
enum Taken {
    Yes,
    No,
}

fn address(number: &str) -> Option<Address> {
    match number.strip_prefix('+') {
        Some(digits) => Address::international(digits).ok(),
        None => Address::plain(number).or_else(|_| Address::alphanumeric(number)).ok(),
    }
}

fn framed(tpdu: Tpdu) -> String {
    hex::encode(&Frame { smsc: Address::international(SERVICE_CENTRE).ok(), tpdu }.encode())
}

/// In text mode whatever is typed is texted, hexadecimal digits too.
fn text_mode(to: &str, words: &str) -> Option<Submit> {
    let Split { dcs, parts } = split(words, 0, National::Forbidden).ok()?;
    Some(Submit::text(address(to)?, dcs, parts.into_iter().next()?, Validity::hours(24)))
}
