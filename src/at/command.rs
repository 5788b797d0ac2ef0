//! The closed set of what may be written to a handset. The allow-list is this type (law 3): there
//! is no raw variant, so a command that is not here cannot be sent.
//!
//! What is missing on purpose: `CMGL` (flips "unread" on the exhibit's texts), `CMGW`, `CMSS`, `CSCA=`,
//! `CPBW`, `CLCK=`, `ATD`, `ATA`, `CFUN=0`, `CRSM` other than 176, 178, 192, 242. `Free` is built only by
//! `modem::inbox`, which demands the proof that the slot's text is in the record
//! (`tests/floors.rs` holds that).

use std::time::Duration;

use super::family::{IccidForm, PinCounter};
use super::secret::Secret;
use super::setting::{Setting, listed};
use super::sim_read::SimRead;

/// One command.
pub enum Command {
    /// `AT`.
    Attention,
    /// `ATE0`.
    EchoOff,
    /// `ATE1`: only to put back what was found.
    EchoOn,
    /// `ATI`: who it is, in its own words (V.250 clause 6.1.3).
    Information,
    /// `AT+CGMI`.
    Maker,
    /// `AT+CGMM`.
    Model,
    /// `AT+CGMR`.
    Firmware,
    /// `AT+CGSN`.
    Imei,
    /// `AT+CGSN=?`: which serial numbers it tells (27.007 clause 5.4).
    ImeiKinds,
    /// `AT+CGSN=2`: the IMEISV. Only where `AT+CGSN=?` offers it: to some devices any `=` is a setting.
    Imeisv,
    /// `AT+CIMI`.
    Imsi,
    /// `AT+CNUM`: what somebody wrote into EF_MSISDN as the card's own number (27.007 clause 7.1).
    OwnNumbers,
    /// The ICCID, in the family's words.
    Iccid(IccidForm),
    /// `AT+CPIN?`.
    PinState,
    /// Tries of the PIN that are left, in the family's words.
    PinTries(PinCounter),
    /// `AT+CPIN="…"`.
    EnterPin(Secret),
    /// `AT+CSCA?`.
    ServiceCentre,
    /// `AT+CREG?`, `AT+CGREG?`, `AT+CEREG?`.
    Registration(Domain),
    /// `AT+COPS?`.
    Operator,
    /// `AT+CSQ`.
    Signal,
    /// `AT+CCLK?`.
    Clock,
    /// `AT+CFUN?`.
    Function,
    /// `AT+CFUN=4`.
    RadioOff,
    /// `AT+CFUN=1`.
    RadioOn,
    /// `ATS0?`.
    AutoAnswer,
    /// `AT+CLIP=1` or `=0`: whether it tells who calls. Never asked: `AT+CLIP?` asks the network (27.007 clause 7.6).
    TellCaller(Callers),
    /// `AT+CMGF=0`.
    PduMode,
    /// `AT+CMGF?`.
    MessageFormat,
    /// A small setting: `AT+CMEE?`.
    Setting(Setting),
    /// The same, set: `AT+CMEE=1`.
    Set(Setting, Vec<u8>),
    /// `AT+CMMS?`.
    LinkKept,
    /// `AT+CMMS=2` or `=0`: whether the radio link is kept from one text to the next (27.005 clause 3.5.6).
    KeepLink(KeepLink),
    /// `AT+CPMS=?`.
    StoragesOffered,
    /// `AT+CPMS?`.
    Storages,
    /// `AT+CPMS="a"[,"b"[,"c"]]`.
    SetStorages(Vec<Storage>),
    /// `AT+CNMI=?`.
    IndicationsOffered,
    /// `AT+CNMI?`.
    Indications,
    /// `AT+CNMI=…`.
    SetIndications([u8; 5]),
    /// `AT+CMGD=?`: which slots are in use (27.005 clause 3.5.4); deletes nothing.
    UsedSlots,
    /// `AT+CMGR=<index>`, or the family's own words, on the storage that is selected.
    Read {
        /// The slot.
        index: u32,
        /// The family's way of not marking it as read, where it has one.
        form: ReadForm,
    },
    /// `AT+CMGD=<index>`.
    Free {
        /// The slot.
        index: u32,
    },
    /// `AT+CNMA`.
    Acknowledge,
    /// `AT+CRSM=…`, reading only.
    SimRead(SimRead),
    /// `AT+CMGS=<n>`; the octets follow the prompt.
    Submit(Submit),
}

/// Where a line can be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// `+CREG`: circuit switched, and SMS over SGs.
    Circuit,
    /// `+CGREG`: GPRS.
    Packet,
    /// `+CEREG`: LTE.
    Lte,
}

impl Domain {
    fn name(self) -> &'static str {
        match self {
            Domain::Circuit => "+CREG",
            Domain::Packet => "+CGREG",
            Domain::Lte => "+CEREG",
        }
    }
}

/// Whether the device tells who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callers {
    /// It does.
    Told,
    /// It does not, as the standard has it after a start.
    NotTold,
}

impl Callers {
    /// `<n>` of `+CLIP` (27.007 clause 7.6).
    pub fn value(self) -> u8 {
        match self {
            Callers::Told => 1,
            Callers::NotTold => 0,
        }
    }
}

/// Whether the radio link is kept between texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepLink {
    /// It is.
    On,
    /// It is for the texts of one row, and then let go.
    Once,
    /// It is let go after each.
    Off,
}

impl KeepLink {
    /// `<n>` of `+CMMS` (27.005 clause 3.5.6).
    pub fn value(self) -> u8 {
        match self {
            KeepLink::On => 2,
            KeepLink::Once => 1,
            KeepLink::Off => 0,
        }
    }

    /// From the answer to `+CMMS?`.
    pub fn of(answer: &str) -> Option<Self> {
        [KeepLink::On, KeepLink::Once, KeepLink::Off].into_iter().find(|kept| answer.trim() == kept.value().to_string())
    }
}

/// A storage's name: one to four capital letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Storage(String);

impl Storage {
    /// Reads a name as handsets tell it.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim().trim_matches('"').to_ascii_uppercase();
        let plain = (1..=4).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_uppercase());
        plain.then_some(Self(name))
    }

    /// `SR`: status reports (27.005 clause 3.2.2).
    pub fn reports() -> Self {
        Self("SR".to_owned())
    }

    /// `SM`, `ME`, …
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// How to read a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadForm {
    /// `AT+CMGR=<i>`: assume that it marks the text as read.
    Plain,
    /// `AT+CMGR=<i>,1` (SIM800/900): leaves it unread.
    Quiet,
    /// `AT^SMGR=<i>` (Siemens, Cinterion): leaves it unread.
    Smgr,
}

/// Whether reading a text marks it as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// It must be assumed to.
    Yes,
    /// The maker says that it does not.
    No,
}

impl ReadForm {
    /// Whether it marks what it reads.
    pub fn marks(self) -> Marks {
        if self == ReadForm::Plain { Marks::Yes } else { Marks::No }
    }

    /// What stands before the answer.
    pub fn prefix(self) -> &'static str {
        if self == ReadForm::Smgr { "^SMGR" } else { "+CMGR" }
    }
}

/// An SMS-SUBMIT to hand over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submit {
    tpdu: Vec<u8>,
}

impl Submit {
    /// Takes the TPDU without SMSC.
    pub fn new(tpdu: Vec<u8>) -> Self {
        Self { tpdu }
    }

    /// What follows the prompt, without the Ctrl-Z: an SMSC of length 0 ("use the card's own"), then
    /// the TPDU, in hexadecimal digits.
    pub fn payload(&self) -> Vec<u8> {
        let digits: String = self.tpdu.iter().map(|octet| format!("{octet:02X}")).collect();
        format!("00{digits}").into_bytes()
    }
}

/// What a command's answer looks like, so that its lines are told from unsolicited ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// A final code only.
    Nothing,
    /// Lines that begin with this and a colon.
    Prefixed(&'static str),
    /// One such line, then a PDU line.
    PrefixedThenPdu(&'static str),
    /// Lines without a prefix, or with this one: families differ.
    Bare(&'static str),
}

impl Command {
    /// The octets to write, with the CR.
    pub fn line(&self) -> Vec<u8> {
        let mut line = self.words().into_bytes();
        line.push(b'\r');
        line
    }

    fn words(&self) -> String {
        match self {
            Command::Attention => "AT".into(),
            Command::EchoOff => "ATE0".into(),
            Command::EchoOn => "ATE1".into(),
            Command::Information => "ATI".into(),
            Command::Maker => "AT+CGMI".into(),
            Command::Model => "AT+CGMM".into(),
            Command::Firmware => "AT+CGMR".into(),
            Command::Imei => "AT+CGSN".into(),
            Command::ImeiKinds => "AT+CGSN=?".into(),
            Command::Imeisv => "AT+CGSN=2".into(),
            Command::Imsi => "AT+CIMI".into(),
            Command::OwnNumbers => "AT+CNUM".into(),
            Command::Iccid(form) => form.words().into(),
            Command::PinState => "AT+CPIN?".into(),
            Command::PinTries(counter) => counter.words().into(),
            Command::EnterPin(pin) => format!("AT+CPIN=\"{}\"", pin.expose()),
            Command::ServiceCentre => "AT+CSCA?".into(),
            Command::Registration(domain) => format!("AT{}?", domain.name()),
            Command::Operator => "AT+COPS?".into(),
            Command::Signal => "AT+CSQ".into(),
            Command::Clock => "AT+CCLK?".into(),
            Command::Function => "AT+CFUN?".into(),
            Command::RadioOff => "AT+CFUN=4".into(),
            Command::RadioOn => "AT+CFUN=1".into(),
            Command::AutoAnswer => "ATS0?".into(),
            Command::TellCaller(callers) => format!("AT+CLIP={}", callers.value()),
            Command::Setting(setting) => format!("AT{}?", setting.name()),
            Command::Set(setting, values) => format!("AT{}={}", setting.name(), listed(values)),
            Command::PduMode => "AT+CMGF=0".into(),
            Command::MessageFormat => "AT+CMGF?".into(),
            Command::LinkKept => "AT+CMMS?".into(),
            Command::KeepLink(kept) => format!("AT+CMMS={}", kept.value()),
            Command::StoragesOffered => "AT+CPMS=?".into(),
            Command::Storages => "AT+CPMS?".into(),
            Command::SetStorages(names) => format!("AT+CPMS={}", quoted(names)),
            Command::IndicationsOffered => "AT+CNMI=?".into(),
            Command::Indications => "AT+CNMI?".into(),
            Command::SetIndications([a, b, c, d, e]) => format!("AT+CNMI={a},{b},{c},{d},{e}"),
            Command::UsedSlots => "AT+CMGD=?".into(),
            Command::Read { index, form: ReadForm::Plain } => format!("AT+CMGR={index}"),
            Command::Read { index, form: ReadForm::Quiet } => format!("AT+CMGR={index},1"),
            Command::Read { index, form: ReadForm::Smgr } => format!("AT^SMGR={index}"),
            Command::Free { index } => format!("AT+CMGD={index}"),
            Command::Acknowledge => "AT+CNMA".into(),
            Command::SimRead(read) => read.words(),
            Command::Submit(submit) => format!("AT+CMGS={}", submit.tpdu.len()),
        }
    }

    /// What its answer looks like.
    pub fn expect(&self) -> Expect {
        match self {
            Command::Information => Expect::Bare("I"),
            Command::Maker => Expect::Bare("+CGMI"),
            Command::Model => Expect::Bare("+CGMM"),
            Command::Firmware => Expect::Bare("+CGMR"),
            Command::Imei | Command::Imeisv => Expect::Bare("+CGSN"),
            Command::ImeiKinds => Expect::Prefixed("+CGSN"),
            Command::OwnNumbers => Expect::Prefixed("+CNUM"),
            Command::Imsi => Expect::Bare("+CIMI"),
            Command::AutoAnswer => Expect::Bare("S0"),
            Command::Iccid(form) => Expect::Bare(form.prefix()),
            Command::PinState => Expect::Prefixed("+CPIN"),
            Command::PinTries(counter) => Expect::Prefixed(counter.prefix()),
            Command::ServiceCentre => Expect::Prefixed("+CSCA"),
            Command::Registration(domain) => Expect::Prefixed(domain.name()),
            Command::Operator => Expect::Prefixed("+COPS"),
            Command::Signal => Expect::Prefixed("+CSQ"),
            Command::Clock => Expect::Prefixed("+CCLK"),
            Command::Function | Command::RadioOn | Command::RadioOff => Expect::Prefixed("+CFUN"),
            Command::MessageFormat => Expect::Prefixed("+CMGF"),
            Command::Setting(setting) | Command::Set(setting, _) => Expect::Prefixed(setting.name()),
            Command::LinkKept => Expect::Prefixed("+CMMS"),
            Command::StoragesOffered | Command::Storages | Command::SetStorages(_) => Expect::Prefixed("+CPMS"),
            Command::IndicationsOffered | Command::Indications => Expect::Prefixed("+CNMI"),
            Command::UsedSlots => Expect::Prefixed("+CMGD"),
            Command::Read { form, .. } => Expect::PrefixedThenPdu(form.prefix()),
            Command::SimRead(_) => Expect::Prefixed("+CRSM"),
            Command::Submit(_) => Expect::Prefixed("+CMGS"),
            _ => Expect::Nothing,
        }
    }

    /// How long its answer may take before the dialogue counts as out of step. Long ones: registration
    /// changes, SIM access and storage (`hw-notes/quirks.md` sections 3 and 5).
    pub fn patience(&self) -> Duration {
        Duration::from_secs(match self {
            Command::RadioOn | Command::RadioOff => 30,
            Command::Operator => 30,
            Command::Read { .. } | Command::Free { .. } | Command::SimRead(_) => 20,
            Command::Storages | Command::StoragesOffered | Command::SetStorages(_) | Command::UsedSlots => 20,
            Command::EnterPin(_) | Command::PinState | Command::OwnNumbers => 20,
            _ => 10,
        })
    }
}

fn quoted(names: &[Storage]) -> String {
    names.iter().map(|name| format!("\"{}\"", name.name())).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at::sim_read::SimFile;

    #[test]
    fn a_submit_says_the_length_of_the_tpdu_without_smsc() {
        let submit = Submit::new(vec![0x01, 0x00, 0xab]);
        assert_eq!(submit.payload(), b"000100AB");
        assert_eq!(Command::Submit(submit).line(), b"AT+CMGS=3\r");
    }

    #[test]
    fn every_command_says_what_it_means() {
        let sm = Storage::parse("\"sm\"").unwrap();
        let table = [
            (Command::SetStorages(vec![sm.clone(), sm]), "AT+CPMS=\"SM\",\"SM\"\r"),
            (Command::SetIndications([2, 1, 0, 2, 0]), "AT+CNMI=2,1,0,2,0\r"),
            (Command::Imeisv, "AT+CGSN=2\r"),
            (
                Command::SimRead(SimRead::Binary { file: SimFile::anywhere(0x2fe2), length: 10 }),
                "AT+CRSM=176,12258,0,0,10\r",
            ),
            (
                Command::SimRead(SimRead::Record { file: SimFile::anywhere(0x6f3c), record: 1, length: 176 }),
                "AT+CRSM=178,28476,1,4,176\r",
            ),
            (Command::Read { index: 0, form: ReadForm::Quiet }, "AT+CMGR=0,1\r"),
            (Command::Read { index: 7, form: ReadForm::Smgr }, "AT^SMGR=7\r"),
            (Command::Set(Setting::SignalReports, vec![0, 0]), "AT+AUTOCSQ=0,0\r"),
            (Command::EnterPin(Secret::pin("1234\n".into()).unwrap()), "AT+CPIN=\"1234\"\r"),
        ];
        for (command, line) in table {
            assert_eq!(String::from_utf8(command.line()).unwrap(), line);
        }
    }

    #[test]
    fn a_storage_name_cannot_carry_a_command() {
        for name in ["S\";+CMGD=1", "", "SMSMS", "S1"] {
            assert_eq!(Storage::parse(name), None, "{name}");
        }
    }
}
