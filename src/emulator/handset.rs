//! The machine: octets and the time in, octets out. It outlives its clients: half a command, an open
//! prompt and a text on its way are there for whoever comes next.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ailing::Ailing;
use super::answers::Answers;
use super::config::{Config, Flag, Place};
use super::network::{Due, Network};
use super::persona::{Echo, Persona};
use super::reader::{Reader, Typed};
use super::sim::Sim;
use super::store::Store;
use super::trouble::{Act, Moment, Script};
use super::truth::{Happened, Truth};

/// How an emulated handset is to be.
pub struct Settings {
    /// Its family.
    pub persona: Persona,
    /// From Ctrl-Z to the network's answer.
    pub latency: Duration,
    /// From acceptance to the delivery report.
    pub report_after: Duration,
    /// Who answers.
    pub answers: Answers,
    /// What goes wrong.
    pub script: Script,
    /// Where the truth is told.
    pub truth: Truth,
    /// The device's number.
    pub imei: String,
    /// The card's number.
    pub iccid: String,
    /// The subscriber.
    pub imsi: String,
    /// The wall clock when the handset's own clock is 0.
    pub wall: Timestamp,
}

impl Settings {
    /// A generic handset without faults, whose network answers at once and whose people do not.
    pub fn plain(wall: Timestamp) -> Self {
        Self {
            persona: Persona::generic(),
            latency: Duration::from_millis(20),
            report_after: Duration::from_millis(200),
            answers: Answers::None,
            script: Script::default(),
            truth: Truth::default(),
            // A test IMEI; the last digit is its check digit.
            imei: "001010000000016".into(),
            iccid: "8944100000000000012".into(),
            imsi: "001010123456789".into(),
            wall,
        }
    }
}

/// Chatter comes in every so many answers.
const CHATTER_EVERY: u64 = 5;

/// What comes behind an answer comes so soon: families want 20 ms of quiet and more before the next command.
const RIGHT_BEHIND: Duration = Duration::from_millis(5);

/// What a client is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// Nothing: commands are read.
    Idle,
    /// A text is on its way; what is typed meanwhile waits.
    Sending,
}

/// What lasts: kept in `emulator.state` between the verbs of a training case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Lasting {
    pub(super) sim: Sim,
    pub(super) me: Store,
    pub(super) sr: Store,
    pub(super) radio: Flag,
    pub(super) network: Network,
}

/// What the card lets a handset do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Card {
    Ready,
    Busy,
    Pin,
    Puk,
    Absent,
}

/// An emulated handset.
pub struct Handset {
    pub(super) settings: Settings,
    pub(super) now: Duration,
    pub(super) config: Config,
    pub(super) reader: Reader,
    pub(super) doing: Doing,
    pub(super) lasting: Lasting,
    pub(super) submits: u64,
    pub(super) expected: Option<usize>,
    pub(super) text_to: Option<String>,
    pub(super) unplugged: Option<Duration>,
    pub(super) ailing: Ailing,
    answers: u64,
    commands: u64,
    typed_ahead: VecDeque<u8>,
    pub(super) out: Vec<u8>,
    pub(super) acts: Vec<(Duration, Act)>,
}

impl Handset {
    /// A handset that was switched on a while ago and is registered.
    pub fn new(settings: Settings) -> Self {
        let persona = settings.persona;
        let lasting = Lasting {
            sim: Sim::new(&settings.iccid, &settings.imsi, persona.sm),
            me: Store::of(persona.me),
            sr: Store::of(255),
            radio: Flag::On,
            network: Network::default(),
        };
        Self::with(settings, lasting)
    }

    /// A handset as it was when [`Handset::save`] was called.
    pub fn restore(settings: Settings, saved: &str) -> Result<Self, serde_json::Error> {
        Ok(Self::with(settings, serde_json::from_str(saved)?))
    }

    fn with(settings: Settings, mut lasting: Lasting) -> Self {
        lasting.sim.registered(lasting.network.turn());
        Self {
            config: Config::after_start(&settings.persona),
            acts: settings.script.acts.clone(),
            settings,
            now: Duration::ZERO,
            reader: Reader::default(),
            doing: Doing::Idle,
            lasting,
            submits: 0,
            expected: None,
            text_to: None,
            unplugged: None,
            ailing: Ailing::default(),
            answers: 0,
            commands: 0,
            typed_ahead: VecDeque::new(),
            out: Vec::new(),
        }
    }

    /// What lasts, as JSON.
    pub fn save(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.lasting.clone().seen_from(self.now))
    }

    /// Everything that commands can set and that a client should leave as it was, in words to be compared.
    pub fn set(&self) -> String {
        format!("{:?}, radio {:?}", self.config.clone().but_for_the_pin(), self.lasting.radio)
    }

    /// Puts a text into the SIM that lay there before.
    pub fn preload(&mut self, from: &str, words: &str) {
        self.store_old(Place::Sm, from, words);
    }

    /// Puts a text into the SIM that was deleted before; its octets are there until they are written over.
    pub fn preload_deleted(&mut self, from: &str, words: &str) {
        self.store_deleted(from, words);
    }

    /// Puts a text into the device's own store that lay there before.
    pub fn preload_own_store(&mut self, from: &str, words: &str) {
        self.store_old(Place::Me, from, words);
    }

    /// Takes octets that a client wrote.
    pub fn receive(&mut self, now: Duration, octets: &[u8]) {
        self.tick(now);
        if self.is_hung() {
            return;
        }
        self.typed_ahead.extend(octets);
        self.read_on();
    }

    /// Takes the octets that are to be sent to the client.
    pub fn output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// When [`Handset::tick`] is due.
    pub fn next_wake(&self) -> Option<Duration> {
        let acts = self.acts.iter().map(|(at, _)| *at).min();
        [acts, self.lasting.network.next()].into_iter().flatten().min()
    }

    /// How long the device has vanished for, if it has; asked once.
    pub fn take_unplugged(&mut self) -> Option<Duration> {
        self.unplugged.take()
    }

    /// Lets time pass.
    pub fn tick(&mut self, now: Duration) {
        self.now = self.now.max(now);
        loop {
            let due = self.acts.iter().position(|(at, _)| *at <= self.now).map(|place| self.acts.remove(place).1);
            if let Some(act) = due {
                self.act(act);
            } else if let Some(due) = self.lasting.network.take_due(self.now) {
                self.due(due);
            } else {
                return;
            }
        }
    }

    fn read_on(&mut self) {
        while self.doing == Doing::Idle {
            let Some(octet) = self.typed_ahead.pop_front() else { return };
            self.typed(octet);
        }
    }

    fn typed(&mut self, octet: u8) {
        let echoes = self.config.echo == Flag::On || self.settings.persona.echo == Echo::Stuck;
        if echoes && !matches!(octet, 0x1b | b'\n' | 0x1a) {
            self.put(&[octet]);
        }
        match self.reader.push(octet) {
            Typed::More => {}
            Typed::Line(line) => self.line(&line),
            Typed::TooLong => self.answer(&[], "ERROR"),
            Typed::NewLine => self.raw("\r\n> "),
            Typed::Text(text) => self.typed_text(&text),
            Typed::Escaped => self.answer(&[], "OK"),
        }
    }

    fn line(&mut self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        let told =
            if line.to_ascii_uppercase().contains("CPIN=") { "AT+CPIN=(struck)".to_owned() } else { line.to_owned() };
        self.settings.truth.tell(self.now, Happened::Command { line: told });
        self.commands += 1;
        if let Some(act) = self.scripted(Moment::Instead) {
            return self.act(act);
        }
        if let Some(act) = self.scripted(Moment::Behind) {
            self.acts.push((self.now + RIGHT_BEHIND, act));
        }
        match super::parse::line(line) {
            Ok(None) => {}
            Ok(Some(commands)) => self.run(&commands),
            Err(_) => self.answer(&[], "ERROR"),
        }
    }

    /// What the script brings with this command line.
    fn scripted(&self, moment: Moment) -> Option<Act> {
        self.settings.script.commands.get(&(self.commands, moment)).cloned()
    }

    /// Information lines and a final code, and now and then something unasked between them.
    pub(super) fn answer(&mut self, lines: &[String], end: &str) {
        if self.brown_out(&format!("{}{end}", lines.join("\r\n"))) {
            return;
        }
        for line in lines {
            self.say(line);
        }
        self.answers += 1;
        let quiet = !self.config.quieting.is_empty() && self.config.quieting.iter().all(|value| value.starts_with('0'));
        let chatter = if quiet { &[] } else { self.settings.persona.chatter };
        if self.answers.is_multiple_of(CHATTER_EVERY) && !chatter.is_empty() {
            let at = (self.answers / CHATTER_EVERY) as usize % chatter.len();
            chatter.get(at).into_iter().for_each(|line| self.say(line));
        }
        self.say(end);
    }

    /// A line, as the family writes it.
    pub(super) fn say(&mut self, line: &str) {
        let end = self.settings.persona.ends;
        self.raw(&format!("{end}{line}{end}"));
    }

    pub(super) fn raw(&mut self, text: &str) {
        self.put(text.as_bytes());
    }

    /// A text has an end: what was typed meanwhile is read now.
    pub(super) fn end_of_sending(&mut self) {
        self.doing = Doing::Idle;
        self.read_on();
    }

    pub(super) fn store(&mut self, place: Place) -> &mut Store {
        match place {
            Place::Me => &mut self.lasting.me,
            Place::Sm => &mut self.lasting.sim.texts,
            Place::Sr => &mut self.lasting.sr,
        }
    }

    /// Whether texts come and go.
    pub(super) fn coverage(&self) -> Flag {
        let off = self.now < self.lasting.network.lost_until || self.card() != Card::Ready || self.is_hung();
        if off { Flag::Off } else { self.lasting.radio }
    }

    /// What the card lets the handset do.
    pub(super) fn card(&self) -> Card {
        let sim = &self.lasting.sim;
        match &sim.lock {
            _ if sim.presence == Flag::Off => Card::Absent,
            _ if self.now < self.ailing.card => Card::Busy,
            Some(lock) if lock.tries == 0 => Card::Puk,
            Some(_) if self.config.unlocked == Flag::Off => Card::Pin,
            _ => Card::Ready,
        }
    }

    /// Gone, with everything that was set; what was typed is lost.
    /// Out of power: when it is back, its card takes as long as after every start.
    pub(super) fn unplug(&mut self, time: Duration) {
        self.drop_link(time);
        self.forget();
        let ready = self.now.saturating_add(time).saturating_add(self.settings.persona.ready_after);
        self.ailing.card = self.ailing.card.max(ready);
        self.lasting.network.hold_until(self.now.saturating_add(time));
    }

    pub(super) fn drop_link(&mut self, time: Duration) {
        self.unplugged = Some(time);
    }

    pub(super) fn reboot(&mut self) {
        self.forget();
        let ready = self.now + self.settings.persona.ready_after;
        self.ailing.card = self.ailing.card.max(ready);
        for line in self.settings.persona.boot {
            self.say(line);
        }
        self.register();
    }

    pub(super) fn forget(&mut self) {
        self.config = Config::after_start(&self.settings.persona);
        self.lasting.network.forget_answers(self.now + super::texting::TRY_AGAIN);
        self.reader.reset();
        self.typed_ahead.clear();
        self.doing = Doing::Idle;
        self.out.clear();
    }

    pub(super) fn register(&mut self) {
        let turn = self.lasting.network.turn();
        self.lasting.sim.registered(turn);
        if self.config.registration > 0 {
            self.say("+CREG: 1");
        }
    }

    pub(super) fn due(&mut self, due: Due) {
        match due {
            Due::Answer(end) => self.sent(end),
            Due::Repeated { hex, mr } => self.settings.truth.tell(self.now, Happened::Repeated { hex, mr }),
            Due::Stale(words) => self.say(&words),
            Due::Incoming(incoming) => self.arrive(incoming),
            Due::Ring { from, left } => self.ring_again(&from, left),
            Due::Unacknowledged => self.unacknowledged(),
            Due::Back => self.register(),
        }
    }
}
