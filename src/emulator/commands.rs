//! What the handset answers to each command; ERROR to the rest.

use super::handset::{Card, Flag, Handset, Place};
use super::parse::{Args, Command, Form};
use super::persona::Tells;
use super::store::{Slot, tpdu_length};
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

fn ok() -> Reply {
    Reply::Lines(Vec::new())
}

fn line(text: impl Into<String>) -> Reply {
    Reply::Lines(vec![text.into()])
}

/// Whatever needs the card: 27.007 clause 9.2 and 27.005 clause 3.2.5 have an error for each of its states.
const NEED_THE_CARD: [&str; 13] = [
    "+CIMI", "+CCID", "+QCCID", "+CICCID", "^ICCID", "#CCID", "+CRSM", "+CPMS", "+CMGS", "+CMGR", "+CMGL", "+CMGD",
    "+CPBR",
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
            let tries = self.lasting.sim.lock.as_ref().map_or(3, |lock| lock.tries);
            return line(told.replace("{}", &tries.to_string()));
        }
        let (iccid, prefix) = self.settings.persona.iccid;
        if name == iccid && matches!(command.form, Form::Run | Form::Read) {
            let number = &self.lasting.sim.iccid;
            return line(if prefix.is_empty() { number.clone() } else { format!("{prefix}: {number}") });
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
            ("+CIMI", Form::Run) => line(self.lasting.sim.imsi.clone()),
            ("+CPIN", Form::Read) => self.pin_state(),
            ("+CPIN", Form::Set(args)) => self.unlock(&args.text(0).unwrap_or_default()),
            ("+CLCK", Form::Set(args)) if args.number(1) == Some(2) => line("+CLCK: 0"),
            ("+CSQ", Form::Run) => line("+CSQ: 20,99"),
            ("+COPS", Form::Read) => line("+COPS: 0,0,\"Testnet\",7"),
            ("+COPS", Form::Set(_)) => ok(),
            ("+CREG" | "+CGREG" | "+CEREG", Form::Read) => self.registration(name),
            ("+CREG" | "+CGREG" | "+CEREG", Form::Set(_)) if self.settings.persona.tells == Tells::Nothing => {
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
            ("+CPMS", Form::Read) => line(format!("+CPMS: {}", self.storages(Named::Yes))),
            ("+CPMS", Form::Set(args)) => self.set_storages(args),
            ("+CNMI", Form::Test) => line(format!("+CNMI: {}", self.settings.persona.indications)),
            ("+CNMI", Form::Read) => {
                line(format!("+CNMI: {}", self.config.indications.map(|v| v.to_string()).join(",")))
            }
            ("+CNMI", Form::Set(args)) => self.set_indications(args),
            ("+CNMA", _) => self.acknowledged(),
            ("+CMGS", Form::Set(args)) => self.text_begins(args),
            ("+CMGR", Form::Set(args)) => self.read(args),
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
        let of_messages = name == "+CPMS" || name.starts_with("+CMG");
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
        let (sw1, sw2, data) = self.lasting.sim.crsm(command, file, p1, p3);
        line(if data.is_empty() { format!("+CRSM: {sw1},{sw2}") } else { format!("+CRSM: {sw1},{sw2},\"{data}\"") })
    }

    fn storages(&mut self, named: Named) -> String {
        let each = self.config.storages.map(|place| {
            let (used, total) = (self.store(place).used(), self.store(place).total());
            match named {
                Named::Yes => format!("\"{}\",{used},{total}", place.name()),
                Named::No => format!("{used},{total}"),
            }
        });
        each.join(",")
    }

    fn set_storages(&mut self, args: &Args) -> Reply {
        let mut storages = self.config.storages;
        for (at, storage) in storages.iter_mut().enumerate() {
            let Some(name) = args.text(at) else { continue };
            let known = Place::named(&name)
                .filter(|_| self.settings.persona.storages.contains(&format!("\"{}\"", name.to_uppercase())));
            // Reports have a storage of their own that nothing is received into.
            match known.filter(|place| at == 0 || *place != Place::Sr) {
                Some(place) => *storage = place,
                None => return Reply::Cms(302),
            }
        }
        self.config.storages = storages;
        line(format!("+CPMS: {}", self.storages(Named::No)))
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

    fn acknowledged(&mut self) -> Reply {
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

    fn read(&mut self, args: &Args) -> Reply {
        let Some(index) = args.number(0) else { return Reply::Error };
        // SIM800 and its kin leave a text unread when a second value of 1 is given.
        if self.now < self.ailing.reading {
            return Reply::Cms(500);
        }
        let quiet = args.number(1) == Some(1) && self.settings.persona.name == "sim800";
        let [place, ..] = self.config.storages;
        let Some(slot) = self.store(place).get_mut(index) else { return Reply::Cms(321) };
        let status = slot.status;
        if status == 0 && !quiet {
            slot.status = 1;
        }
        let hex = slot.hex.clone();
        let happened = Happened::Read { storage: place.name().to_owned(), index, hex: hex.clone() };
        self.settings.truth.tell(self.now, happened);
        line(format!("+CMGR: {status},,{}\r\n{hex}", tpdu_length(&hex)))
    }

    fn list(&mut self, wanted: u32) -> Reply {
        let [place, ..] = self.config.storages;
        let mut lines = Vec::new();
        for index in self.store(place).indexes() {
            let Some(slot) = self.store(place).get_mut(index) else { continue };
            if wanted != 4 && u32::from(slot.status) != wanted {
                continue;
            }
            let Slot { status, hex } = slot.clone();
            slot.status = if status == 0 { 1 } else { status };
            lines.push(format!("+CMGL: {index},{status},,{}\r\n{hex}", tpdu_length(&hex)));
            self.settings.truth.tell(self.now, Happened::Read { storage: place.name().to_owned(), index, hex });
        }
        Reply::Lines(lines)
    }

    fn used(&mut self) -> Reply {
        let [place, ..] = self.config.storages;
        let tells = self.settings.persona.tells;
        let store = self.store(place);
        match tells {
            Tells::Nothing => line(format!("+CMGD: (1-{}),(0-4)", store.total())),
            Tells::All => {
                let indexes: Vec<String> = store.indexes().iter().map(u32::to_string).collect();
                line(format!("+CMGD: ({}),(0-4)", indexes.join(",")))
            }
        }
    }

    fn delete(&mut self, args: &Args) -> Reply {
        let [place, ..] = self.config.storages;
        let (index, flag) = (args.number(0), args.number(1).unwrap_or(0));
        match (index, flag) {
            (Some(index), 0) if !self.store(place).indexes().contains(&index) => Reply::Cms(321),
            (Some(index), 0) => self.delete_each(place, &[index]),
            (Some(_), 1..=4) => {
                let indexes = self.flagged(place, flag);
                self.delete_each(place, &indexes)
            }
            _ => Reply::Cms(303),
        }
    }

    /// `<delflag>` (27.005 clause 3.5.4): 1 what was read, 2 also what was sent, 3 also what was not sent, 4 all.
    fn flagged(&mut self, place: Place, flag: u32) -> Vec<u32> {
        let meant = |status: u8| match status {
            1 => true,
            3 => flag >= 2,
            2 => flag >= 3,
            _ => flag == 4,
        };
        let store = self.store(place);
        let mut indexes = store.indexes();
        indexes.retain(|index| store.get_mut(*index).is_some_and(|slot| meant(slot.status)));
        indexes
    }

    fn delete_each(&mut self, place: Place, indexes: &[u32]) -> Reply {
        for index in indexes {
            let Some(Slot { hex, .. }) = self.store(place).delete(*index) else { continue };
            let happened = Happened::Deleted { storage: place.name().to_owned(), index: *index, hex };
            self.settings.truth.tell(self.now, happened);
        }
        ok()
    }
}

#[derive(Clone, Copy)]
enum Named {
    Yes,
    No,
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
