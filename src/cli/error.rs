//! Errors as people and scripts see them: what happened, what it means for the case, what to do; and a
//! stable code each.

use super::exit::Exit;
use super::help::Topic;
use crate::case::clearance::Refusal;
use crate::case::contacts::ContactsError;
use crate::case::file::CaseFileError;
use crate::case::language::LanguageError;
use crate::case::message::MessageProblem;
use crate::case::number::CountryError;
use crate::case::texts::TextsError;
use crate::link::OpenError;
use crate::link::adb::AdbError;
use crate::modem::ModemError;
use crate::modem::pin::PinError;
use crate::record::RecordError;
use crate::record::bundle::BundleError;
use crate::record::lock::LockError;
use crate::record::seal::{KeyError, SealError};
use crate::record::suppression::SuppressionError;
use crate::session::SessionError;
use crate::session::card::CardError;

/// One error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandError {
    /// A stable word.
    pub code: &'static str,
    /// What happened.
    pub message: String,
    /// What it means for the case.
    pub means: &'static str,
    /// The exact command or step.
    pub help: String,
    /// How the program ends.
    pub exit: Exit,
}

const NOTHING_SENT: &str = "nothing was sent and nothing was changed";
/// Where the case folder cannot be written.
const ELSEWHERE: &str = "status, replies and verify need not write; for all else copy the whole case folder to a place where you \
                         can write, and give the command there";
const RECORD_SAFE: &str = "what the record holds is safe; nothing more was sent";

impl CommandError {
    /// The text for a person who is lost here.
    pub fn topic(&self) -> Option<Topic> {
        Topic::of(self.code)
    }

    /// Wrong usage or an input file.
    pub fn usage(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), means: NOTHING_SENT, help: help.into(), exit: Exit::Usage }
    }

    /// No usable device.
    pub fn device(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), means: RECORD_SAFE, help: help.into(), exit: Exit::Device }
    }

    /// Something failed.
    pub fn failed(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), means: RECORD_SAFE, help: help.into(), exit: Exit::Failed }
    }

    /// A rule says no: the first reason's code, all reasons in words.
    pub fn refused(refusals: &[Refusal]) -> Self {
        let words: Vec<String> = refusals.iter().map(ToString::to_string).collect();
        Self {
            code: refusals.first().map_or("refused", Refusal::code),
            message: words.join("\n       "),
            means: "a rule of this case does not hold, so nothing more was sent",
            help: "signpost plan shows the whole picture; a changed plan needs a new approval".into(),
            exit: Exit::Refused,
        }
    }

    /// A rule that is no refusal of the case.
    pub fn rule(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), means: NOTHING_SENT, help: help.into(), exit: Exit::Refused }
    }

    /// A file that cannot be read or written.
    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let message = format!("{}: {error}", path.display());
        if error.kind() == std::io::ErrorKind::ReadOnlyFilesystem {
            return Self::usage("read-only", message, ELSEWHERE);
        }
        Self::usage("file", message, "check that the file is there and that you may read and write it")
    }
}

impl From<RecordError> for CommandError {
    fn from(error: RecordError) -> Self {
        let help = "is the disk full or faulty? signpost verify says whether the record holds; then give the same command \
                    again";
        match &error {
            RecordError::Missing(_) => {
                let help = "give the case folder with -C, or make one: signpost new DIR";
                Self::usage("no-record", error.to_string(), help)
            }
            RecordError::Broken(_) => Self {
                code: "record-broken",
                message: error.to_string(),
                means: "what this record says cannot be relied on, so nothing is sent from it",
                help: "signpost verify names what does not hold; take the record from a copy".into(),
                exit: Exit::DoesNotVerify,
            },
            RecordError::ReadOnly | RecordError::Waiting(_) => Self::failed("read-only", error.to_string(), ELSEWHERE),
            RecordError::Closed => Self::rule("closed", error.to_string(), "a closed case stays closed"),
            RecordError::Who(_) => Self::usage("operator", error.to_string(), "give your name with --operator"),
            _ => Self::failed("record", error.to_string(), help),
        }
    }
}

impl From<LockError> for CommandError {
    fn from(error: LockError) -> Self {
        match &error {
            LockError::Held(_) => Self::device(
                "line-held",
                error.to_string(),
                "wait for it to end; signpost status shows what it does and who is at work",
            ),
            LockError::Full(_) => {
                let help = "end one of them first, or use another station: one that works five SIMs or more is near what \
                            the law calls a SIM farm";
                Self::rule("fifth-line", error.to_string(), help)
            }
            LockError::Io(_) => {
                let help = "is the disk full, faulty or read-only? The case folder must be writable";
                Self::failed("line-lock", error.to_string(), help)
            }
        }
    }
}

impl From<OpenError> for CommandError {
    fn from(error: OpenError) -> Self {
        let (code, help) = match &error {
            OpenError::Adb(error) => (adb_code(error), error.help()),
            OpenError::Remote(_) => {
                let help = "for a handset a cable, for a serial server ssh -L; or, if it must be, --allow-remote";
                return Self::rule("remote-port", error.to_string(), help);
            }
            OpenError::Missing(_) => ("port", "signpost ports lists what is plugged in".to_owned()),
            OpenError::Busy { by, .. } if by.is_empty() => {
                ("port-held", "sudo signpost ports shows who holds it; close that program".to_owned())
            }
            OpenError::Busy { .. } => {
                ("port-held", "close the other program (ModemManager: sudo systemctl stop ModemManager)".to_owned())
            }
            OpenError::Forbidden { who, .. } => ("port-forbidden", who.help()),
            OpenError::Other { .. } => ("port", "signpost ports shows what this port is, and what to do".to_owned()),
        };
        Self::device(code, error.to_string(), help)
    }
}

/// A stable word for each step that is next.
fn adb_code(error: &AdbError) -> &'static str {
    match error {
        AdbError::NoServer(_) => "adb-no-server",
        AdbError::NoHandset { .. } => "adb-no-handset",
        AdbError::Unauthorised(_) => "adb-unauthorised",
        AdbError::NotReady { .. } | AdbError::NoAccess(_) => "adb-not-ready",
        AdbError::NoNode(_) => "adb-no-node",
        AdbError::Denied(_) | AdbError::Closed(_) => "adb-denied",
        AdbError::Elsewhere(_) | AdbError::Silent | AdbError::Broken(_) | AdbError::Said(_) => "adb",
    }
}

impl From<ModemError> for CommandError {
    fn from(error: ModemError) -> Self {
        let (code, help) = match error {
            ModemError::Interrupted => ("interrupted", "give the same command again: it begins from the beginning"),
            ModemError::Foreign(_) => ("wrong-port", "signpost ports shows which port takes AT commands"),
            ModemError::NoSim => (
                "no-sim",
                "if there is none, put the SIM in and give the command again; if there is one, this device does not tell its \
                 numbers, by which signpost knows it: use another device",
            ),
            ModemError::Broken { .. } | ModemError::Refused { .. } => {
                ("device", "unplug the device, plug it in again, wait a minute, and give the same command again")
            }
        };
        let exit = if error == ModemError::Interrupted { Exit::Early } else { Exit::Device };
        Self { exit, ..Self::device(code, error.to_string(), help) }
    }
}

impl From<CardError> for CommandError {
    fn from(error: CardError) -> Self {
        let (code, help) = match &error {
            CardError::PinNeeded(_) => (
                "pin-needed",
                "at a terminal it is asked for; in a script: --pin-fd 3 3< FILE. Whoever does not know it asks the custodian",
            ),
            CardError::Pin(PinError::TriesNotKnown) => (
                "pin-not-tried",
                "use a device that counts the tries (hw-notes names those that do); signpost risks no card on one that does not",
            ),
            CardError::Pin(PinError::TooFew(_)) => (
                "pin-not-tried",
                "ask the network for the PUK through your single point of contact before anybody tries again",
            ),
            CardError::Pin(PinError::Modem(_)) => (
                "pin-not-answered",
                "the device did not say whether it took the PIN: look at the tries that are left (signpost check)",
            ),
            CardError::NotAPin(_) => ("no-pin", "give the four to eight digits alone, on the first line"),
            CardError::Pin(_) => {
                ("pin-wrong", "make sure of the PIN before you give the command again; signpost guesses none")
            }
            CardError::Puk => (
                "puk-needed",
                "signpost tries no PUK: have the card unblocked as an examination of its own, and record it",
            ),
            CardError::Absent => {
                ("no-sim", "power the device off, put the SIM in, power it on, and give the command again")
            }
            CardError::NotReady => {
                ("sim-not-ready", "power the device off and on; if it stays so, clean the card's contacts")
            }
            CardError::Other(_) => {
                ("sim-locked", "a device that is locked to another network refuses this SIM: use one that is not")
            }
        };
        Self::device(code, error.to_string(), help)
    }
}

impl From<SealError> for CommandError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Record(error) => error.into(),
            SealError::Key(error) => error.into(),
        }
    }
}

impl From<BundleError> for CommandError {
    fn from(error: BundleError) -> Self {
        match error {
            BundleError::Io { path, error } => Self::file(&path, &error),
            BundleError::Exists(_) => Self::usage(
                "exists",
                error.to_string(),
                "it is never written over; look at it, then give the command again",
            ),
            BundleError::Key(error) => error.into(),
        }
    }
}

impl From<KeyError> for CommandError {
    fn from(error: KeyError) -> Self {
        let help = match &error {
            KeyError::NotSigned(_) => {
                "SIGNPOST_SEAL_KEY must name an Ed25519 key that signs without asking: without a passphrase, or in an agent; in \
                 hardware, one that was made with -O no-touch-required. Then give the same command again"
            }
            KeyError::Io { .. } | KeyError::Key(_) => "set SIGNPOST_STATION to a folder that only you can read",
        };
        Self::failed("station-key", error.to_string(), help)
    }
}

impl From<SuppressionError> for CommandError {
    fn from(error: SuppressionError) -> Self {
        let help = "mend the file, or take it from a copy: without it people who opted out would be texted again";
        Self::failed("station-list", error.to_string(), help)
    }
}

impl From<SessionError> for CommandError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Record(error) => error.into(),
            SessionError::Modem(error) => error.into(),
            SessionError::NoAnswer(_) => {
                let help = "signpost ports --probe finds the port that does; if none does, unplug it, wait, plug it in";
                Self::device("no-answer", error.to_string(), help)
            }
            SessionError::WrongPort { .. } => {
                Self::device("wrong-port", error.to_string(), "signpost ports shows which port is the AT port")
            }
            SessionError::StartsAgain => {
                let help = "give it more power: another cable, a hub with a supply of its own, no hub at all; then the same \
                            command again";
                Self::device("starts-again", error.to_string(), help)
            }
            SessionError::Another(_) => {
                let help = "put back the device and the SIM of this case, and give the same command again";
                Self::rule("another-answers", error.to_string(), help)
            }
            SessionError::Card(error) => error.into(),
            SessionError::Seal(error) => error.into(),
        }
    }
}

impl From<CaseFileError> for CommandError {
    fn from(error: CaseFileError) -> Self {
        Self::usage("case-file", error.to_string(), "mend case.toml at that place")
    }
}

impl From<ContactsError> for CommandError {
    fn from(error: ContactsError) -> Self {
        Self::usage("contacts", error.to_string(), "mend the file at that place, or export it again as XLSX or CSV")
    }
}

impl From<CountryError> for CommandError {
    fn from(error: CountryError) -> Self {
        Self::usage("case-file", error.to_string(), "mend case.toml at [limits] countries")
    }
}

impl From<LanguageError> for CommandError {
    fn from(error: LanguageError) -> Self {
        Self::usage("case-file", error.to_string(), "mend case.toml at [message] languages")
    }
}

impl From<TextsError> for CommandError {
    fn from(error: TextsError) -> Self {
        Self::usage("message", error.to_string(), "mend the words, or [message] languages")
    }
}

impl CommandError {
    /// Words that cannot be sent, and the file that has them.
    pub fn message(file: &str, problem: &MessageProblem) -> Self {
        let help = format!("mend {file}, or [message] sender in case.toml");
        Self::usage("message", format!("{file}: {problem}"), help)
    }
}
