//! What the handset answers to each command; ERROR to the rest.

use super::config::Flag;
use super::handset::{Card, Handset};
use super::parse::{Args, Command, Form};
use super::persona::{Acknowledges, Counts, Reads, Tells};
use super::sim::Asked;
use super::truth::Happened;

/// How a command ends.
pub(super) enum Reply {
    /// Information lines, then OK.
    Lines(Vec<String>),
    /// `ERROR`, `+CME ERROR: <n>`.
    Error,
    Cme(u16),
    /// `+CMS ERROR: <n>`.
    Cms(u16),
    /// Something else follows: a prompt, silence.
    Open,
}

pub(super) fn ok() -> Reply {
    Reply::Lines(Vec::new())
}

pub(super) fn line(text: impl Into<String>) -> Reply {
    Reply::Lines(vec![text.into()])
}

fn told_if_any(text: &str) -> Reply {
    if text.is_empty() { ok() } else { line(text) }
}

/// `<AcT>` 7 and more: LTE and what came after it.
const LTE: u32 = 7;

/// Tries of a PUK. That few are told while nothing is asked for is ours: no source says what a device counts then.
const PUK_TRIES: u8 = 10;
const NOTHING_COUNTED: u8 = 1;

/// Whatever needs the card: 27.007 clause 9.2 and 27.005 clause 3.2.5 have an error for each of its states.
const NEED_THE_CARD: [&str; 15] = [
    "+CIMI", "+CNUM", "+CCID", "+QCCID", "+CICCID", "^ICCID", "#CCID", "+CRSM", "+CPMS", "+CMGS", "+CMGR", "+CMGL",
    "+CMGD", "+CPBR", "^SMGR",
];

impl Handset {
    /// Runs the commands of one line; the first that fails ends it.
    pub(super) fn run(&mut self, commands: &[Command]) {
        let mut lines = Vec::new();
        for command in commands {
            match self.one(command) {
                Reply::Lines(more) => lines.extend(more),
                Reply::Error => return self.error(&lines, 4),
                Reply::Cme(code) => return self.error(&lines, code),
                Reply::Cms(code) => return self.cms_error(code),
                Reply::Open => return,
            }
        }
        self.answer(&lines, "OK");
    }

    fn error(&mut self, lines: &[String], code: u16) {
        let words = if self.config.errors == 1 { format!("+CME ERROR: {code}") } else { "ERROR".into() };
        self.answer(lines, &words);
    }

    pub(super) fn cms_error(&mut self, code: u16) {
        let words = self.error_words(code);
        self.answer(&[], &words);
    }

    pub(super) fn error_words(&self, code: u16) -> String {
        if self.config.errors == 0 { "ERROR".into() } else { format!("+CMS ERROR: {code}") }
    }

    fn one(&mut self, command: &Command) -> Reply {
        let name = command.name.as_str();
        if let Some(refused) = self.refused_by_the_card(name) {
            return refused;
        }
        let (counter, told) = self.settings.persona.pin_counter;
        if name == counter {
            return self.pin_tries(told);
        }
        let (iccid, prefix) = self.settings.persona.iccid;
        if name == iccid && matches!(command.form, Form::Run | Form::Read) {
            let number = &self.lasting.sim.iccid;
            return line(if prefix.is_empty() { number.clone() } else { format!("{prefix}: {number}") });
        }
        if let Some(place) = self.settings.persona.quieting.iter().position(|(known, _)| *known == name) {
            return self.quieting(name, place, &command.form);
        }
        match (name, &command.form) {
            ("E", Form::Set(args)) => self.echo(args.number(0)),
            ("E", Form::Run) => self.echo(Some(0)),
            ("V" | "Q" | "Z" | "&F" | "&D" | "&C" | "X" | "&K" | "H", _) => ok(),
            ("S0", Form::Read) => line(format!("{:03}", self.config.auto_answer)),
            ("S0", Form::Set(args)) => set(&mut self.config.auto_answer, args, 255),
            ("I", _) => Reply::Lines(vec!["signpost".into(), self.model()]),
            ("+CGMI" | "+GMI", Form::Run) => line("signpost"),
            ("+CGMM" | "+GMM", Form::Run) => line(self.model()),
            ("+CGMR" | "+GMR", Form::Run) => line(env!("CARGO_PKG_VERSION")),
            ("+CGSN" | "+GSN", Form::Run) => line(self.settings.imei.clone()),
            ("+CGSN" | "+GSN", Form::Test) => told_if_any(self.settings.persona.serials),
            ("+CGSN", Form::Set(args)) => self.serial(args.number(0)),
            ("+CNUM", Form::Run) => told_if_any(self.settings.persona.own_number),
            ("+CIMI", Form::Run) => line(self.lasting.sim.imsi.clone()),
            ("+CPIN", Form::Read) => self.pin_state(),
            ("+CPIN", Form::Set(args)) => self.unlock(&args.text(0).unwrap_or_default()),
            ("+CLCK", Form::Set(args)) if args.number(1) == Some(2) => line("+CLCK: 0"),
            ("+CSQ", Form::Run) => line("+CSQ: 20,99"),
            ("+COPS", Form::Read) => line(format!("+COPS: 0,0,\"Testnet\",{}", self.settings.persona.technology)),
            ("+COPS", Form::Set(_)) => ok(),
            ("+CEREG", _) if self.settings.persona.technology < LTE => Reply::Error,
            ("+CREG" | "+CGREG" | "+CEREG", Form::Read) => self.registration(name),
            ("+CREG" | "+CGREG" | "+CEREG" | "+CLIP", Form::Set(_))
                if self.settings.persona.tells == Tells::Nothing =>
            {
                Reply::Error
            }
            ("+CREG" | "+CGREG" | "+CEREG", Form::Set(args)) => set(&mut self.config.registration, args, 2),
            ("+CFUN", Form::Read) => line(format!("+CFUN: {}", if self.lasting.radio == Flag::On { 1 } else { 4 })),
            ("+CFUN", Form::Set(args)) => self.radio(args.number(0)),
            ("+CMEE", Form::Set(args)) => set(&mut self.config.errors, args, 2),
            ("+CMEE", Form::Read) => line(format!("+CMEE: {}", self.config.errors)),
            ("+CCLK", Form::Read) => line(format!("+CCLK: \"{}\"", self.clock())),
            ("+CLIP", Form::Set(args)) => set(&mut self.config.callers, args, 1),
            ("+CRC" | "+CTZU" | "+CTZR" | "+CSCS" | "+CSDH" | "+CSMP", Form::Set(_)) => ok(),
            ("+CSCS", Form::Read) => line("+CSCS: \"GSM\""),
            ("+CSCS", Form::Test) => line("+CSCS: (\"GSM\")"),
            ("+CMMS", Form::Read) => line(format!("+CMMS: {}", self.config.link)),
            ("+CMMS", Form::Set(args)) => set(&mut self.config.link, args, 2),
            ("+CMMS", Form::Test) => line("+CMMS: (0-2)"),
            ("+CRSM", _) if iccid.is_empty() => Reply::Error,
            ("+CRSM", Form::Set(args)) => self.crsm(args),
            _ => self.message(name, &command.form),
        }
    }

    /// The commands of 27.005.
    fn message(&mut self, name: &str, form: &Form) -> Reply {
        match (name, form) {
            ("+CSCA", Form::Read) => line(format!("+CSCA: \"{}\",145", self.lasting.sim.service_centre)),
            ("+CMGF", Form::Read) => line(format!("+CMGF: {}", self.config.format)),
            ("+CMGF", Form::Test) => line("+CMGF: (0,1)"),
            ("+CMGF", Form::Set(args)) => set(&mut self.config.format, args, 1),
            ("+CSMS", Form::Test) => line("+CSMS: (0,1)"),
            ("+CSMS", Form::Read) => line(format!("+CSMS: {},1,1,1", self.config.service)),
            ("+CSMS", Form::Set(args)) => match set(&mut self.config.service, args, 1) {
                Reply::Error => Reply::Error,
                _ => line("+CSMS: 1,1,1"),
            },
            ("+CPMS", Form::Test) => line(format!("+CPMS: {}", self.settings.persona.storages)),
            ("+CPMS", Form::Read) => self.told_storages(),
            ("+CPMS", Form::Set(args)) => self.set_storages(args),
            ("+CNMI", Form::Test) => line(format!("+CNMI: {}", self.settings.persona.indications)),
            ("+CNMI", Form::Read) => {
                line(format!("+CNMI: {}", self.config.indications.map(|v| v.to_string()).join(",")))
            }
            ("+CNMI", Form::Set(args)) => self.set_indications(args),
            ("+CNMA", _) => self.acknowledged(),
            ("+CMGS", Form::Set(args)) => self.text_begins(args),
            ("+CMGR", Form::Set(args)) => self.read(args),
            ("^SMGR", Form::Set(args)) if self.settings.persona.reads == Reads::BySmgr => self.read_by_smgr(args),
            ("+CMGL", Form::Run) => self.list(0),
            ("+CMGL", Form::Set(args)) => self.list(args.number(0).unwrap_or(4)),
            ("+CMGD", Form::Test) => self.used(),
            ("+CMGD", Form::Set(args)) => self.delete(args),
            ("+CPBS", Form::Test) => line("+CPBS: (\"SM\",\"ON\")"),
            ("+CPBS", Form::Read) => line("+CPBS: \"SM\",0,50"),
            ("+CPBS", Form::Set(_)) => ok(),
            ("+CPBR", Form::Test) => line("+CPBR: (1-50),40,16"),
            ("+CPBR", Form::Set(_)) => ok(),
            _ => Reply::Error,
        }
    }

    /// `<snt>` of 27.007 clause 5.4, where `=?` offers it: 1 the IMEI, 2 the IMEISV.
    fn serial(&self, kind: Option<u32>) -> Reply {
        let imei = &self.settings.imei;
        match kind {
            _ if self.settings.persona.serials.is_empty() => Reply::Error,
            Some(1) => line(format!("+CGSN: \"{imei}\"")),
            Some(2) => line(format!("+CGSN: \"{}01\"", imei.get(..14).unwrap_or_default())),
            _ => Reply::Error,
        }
    }

    fn quieting(&mut self, name: &str, place: usize, form: &Form) -> Reply {
        match (self.config.quieting.get_mut(place), form) {
            (Some(value), Form::Read) => line(format!("{name}: {value}")),
            (Some(value), Form::Set(args)) => {
                // What follows the numbers that are set tells how things stand, and stays.
                let set: Vec<String> =
                    (0..2).filter_map(|at| args.number(at)).map(|number| number.to_string()).collect();
                let stays = value.split(',').skip(set.len()).map(str::to_owned);
                *value = set.iter().cloned().chain(stays).collect::<Vec<_>>().join(",");
                ok()
            }
            _ => Reply::Error,
        }
    }

    fn echo(&mut self, on: Option<u32>) -> Reply {
        self.config.echo = if on == Some(1) { Flag::On } else { Flag::Off };
        ok()
    }

    fn model(&self) -> String {
        format!("Emulated handset ({})", self.settings.persona.name)
    }

    fn registration(&self, name: &str) -> Reply {
        let stat = match self.coverage() {
            Flag::On => 1,
            Flag::Off if self.lasting.radio == Flag::On => 2,
            Flag::Off => 0,
        };
        line(format!("{name}: {},{stat}", self.config.registration))
    }

    /// The card's own number can always be read.
    fn refused_by_the_card(&self, name: &str) -> Option<Reply> {
        let (iccid, _) = self.settings.persona.iccid;
        let (cme, cms) = match self.card() {
            _ if !NEED_THE_CARD.contains(&name) && name != iccid => return None,
            Card::Ready => return None,
            Card::Pin | Card::Puk if name == iccid => return None,
            Card::Absent => (10, 310),
            Card::Busy => (14, 314),
            Card::Pin => (11, 311),
            Card::Puk => (12, 316),
        };
        let of_messages = name == "+CPMS" || name.starts_with("+CMG") || name == "^SMGR";
        Some(if of_messages { Reply::Cms(cms) } else { Reply::Cme(cme) })
    }

    fn pin_state(&self) -> Reply {
        match self.card() {
            Card::Ready => line("+CPIN: READY"),
            Card::Pin => line("+CPIN: SIM PIN"),
            Card::Puk => line("+CPIN: SIM PUK"),
            Card::Absent => Reply::Cme(10),
            Card::Busy => Reply::Cme(14),
        }
    }

    fn pin_tries(&self, told: &str) -> Reply {
        let tries = self.lasting.sim.lock.as_ref().map_or(3, |lock| lock.tries);
        match (self.settings.persona.counts, self.card()) {
            (Counts::WhatIsAsked, Card::Puk) => line(told.replace("{}", &PUK_TRIES.to_string())),
            (Counts::WhatIsAsked, Card::Ready) => line(told.replace("{}", &NOTHING_COUNTED.to_string())),
            _ => line(told.replace("{}", &tries.to_string())),
        }
    }

    fn unlock(&mut self, pin: &str) -> Reply {
        match (self.card(), &mut self.lasting.sim.lock) {
            (Card::Pin, Some(lock)) => {
                self.config.unlocked = lock.opens(pin);
                if self.config.unlocked == Flag::Off {
                    return Reply::Cme(16);
                }
                self.register();
                ok()
            }
            (Card::Puk, _) => Reply::Cme(12),
            _ => Reply::Cme(3),
        }
    }

    fn radio(&mut self, function: Option<u32>) -> Reply {
        match function {
            Some(1) if self.lasting.radio == Flag::Off => {
                self.lasting.radio = Flag::On;
                self.register();
                ok()
            }
            Some(1) => ok(),
            Some(4) => {
                self.lasting.radio = Flag::Off;
                ok()
            }
            _ => Reply::Error,
        }
    }

    fn clock(&self) -> String {
        let moment = self.settings.wall.saturating_add(jiff::SignedDuration::try_from(self.now).unwrap_or_default());
        let local = moment.unwrap_or(self.settings.wall).to_zoned_datetime(jiff::tz::TimeZone::UTC);
        local.strftime("%y/%m/%d,%H:%M:%S+00").to_string()
    }

    fn crsm(&mut self, args: &Args) -> Reply {
        let (Some(command), Some(file)) = (args.number(0), args.number(1)) else { return Reply::Error };
        let (p1, p3) = (args.number(2).unwrap_or_default(), args.number(4).unwrap_or_default());
        let asked = Asked { command, file, p1, p3, path: args.text(6) };
        let (sw1, sw2, data) = self.lasting.sim.crsm(self.settings.persona.card, &asked);
        line(if data.is_empty() { format!("+CRSM: {sw1},{sw2}") } else { format!("+CRSM: {sw1},{sw2},\"{data}\"") })
    }

    /// Only what `+CNMI=?` offers.
    fn set_indications(&mut self, args: &Args) -> Reply {
        let offered = self.settings.persona.indications;
        let mut indications = self.config.indications;
        for (at, (value, list)) in indications.iter_mut().zip(offered.split("),")).enumerate() {
            let Some(wanted) = args.number(at) else { continue };
            if !offers(list.trim_matches(['(', ')']), wanted) {
                return Reply::Cms(303);
            }
            *value = wanted;
        }
        self.config.indications = indications;
        ok()
    }

    /// Without a text that waits it is one too many (27.005 clause 3.2.5: 340).
    fn acknowledged(&mut self) -> Reply {
        if self.settings.persona.acknowledges == Acknowledges::Itself {
            return Reply::Error;
        }
        match self.lasting.network.pushed.take() {
            None => Reply::Cms(340),
            Some(_) => {
                self.settings.truth.tell(self.now, Happened::Acknowledged);
                ok()
            }
        }
    }

    fn text_begins(&mut self, args: &Args) -> Reply {
        if self.coverage() == Flag::Off {
            return Reply::Cms(331);
        }
        if self.lasting.sim.service_centre.is_empty() {
            return Reply::Cms(330);
        }
        if self.config.format == 1 {
            self.text_to = args.text(0);
        } else {
            self.expected = args.number(0).map(|length| length as usize);
        }
        self.begin_text();
        Reply::Open
    }
}

fn set(value: &mut u32, args: &Args, most: u32) -> Reply {
    match args.number(0) {
        Some(wanted) if wanted <= most => {
            *value = wanted;
            ok()
        }
        _ => Reply::Error,
    }
}

/// `0-2` or `0,1,3`.
fn offers(list: &str, wanted: u32) -> bool {
    list.split(',').any(|piece| match piece.split_once('-') {
        Some((low, high)) => {
            low.parse().is_ok_and(|low: u32| low <= wanted) && high.parse().is_ok_and(|high: u32| wanted <= high)
        }
        None => piece.parse() == Ok(wanted),
    })
}
