//! From a port to a session: the lock, the link, who is at the other end, and whether that may be.

use std::rc::Rc;
use std::sync::mpsc::Receiver;

use super::again::Again;
use super::args::Line as LineArgs;
use super::awake::Awake;
use super::bench::AtTheBench;
use super::error::CommandError;
use super::folder::{self, Folder};
use super::host::{Course, Host};
use super::port;
use super::print::Out;
use super::signals::{Heard, unstoppable};
use crate::case::clearance::same_name;
use crate::case::terms::Terms;
use crate::ids::Sha256;
use crate::link::{self, Address};
use crate::record::Record;
use crate::record::body::{Fault, Nature, SessionStarted};
use crate::record::entry::Entry;
use crate::record::fold::Listens;
use crate::record::lock::{LineLock, StationLine};
use crate::session::Session;
use crate::session::alert::Program;
use crate::session::away::Opener;
use crate::session::begin::{Found, Start};
use crate::session::confirmation::Confirmation;
use crate::session::event::{self, Event};
use crate::session::run::Ended;
use crate::text::Untrusted;

/// A session, and what must live as long as it does. The handset goes last.
pub struct Line {
    /// The session.
    pub session: Session,
    /// What was found.
    pub found: Found,
    /// What views are told.
    pub events: Receiver<Event>,
    /// Whether a person said how many are to be texted.
    pub confirmation: Confirmation,
    /// What the computer says to this process.
    pub heard: Heard,
    /// The locks, and in training the emulated handset; in real work the computer stays awake.
    pub guards: (LineLock, StationLine, Option<Host>, Option<Awake>),
}

/// What to open.
pub struct Opening<'a> {
    /// The verb, for the record.
    pub verb: &'static str,
    /// The port that was named, and how far it may lead.
    pub line: &'a LineArgs,
    /// How the emulator is to be, in training.
    pub course: &'a Course,
    /// The stop that a person lets it go on after.
    pub after_stop: Option<u64>,
    /// Whether a person said how many are to be texted.
    pub confirmation: Confirmation,
    /// Who is at the bench.
    pub bench: AtTheBench,
}

impl<'a> Opening<'a> {
    /// To listen: nobody is to be asked how many.
    pub fn to_listen(verb: &'static str, line: &'a LineArgs, course: &'a Course, out: &Out) -> Self {
        let bench = AtTheBench::new(out, line.pin_fd);
        Self { verb, line, course, after_stop: None, confirmation: Confirmation::given(), bench }
    }
}

/// What the emulator calls itself.
const EMULATOR: &str = "signpost";

impl Line {
    /// Takes the line, opens the port, and asks who is there. Must be called inside a runtime.
    pub async fn open(
        folder: &Folder,
        mut record: Record,
        terms: Terms,
        opening: Opening<'_>,
    ) -> Result<Self, CommandError> {
        unstoppable();
        let clock = record.clock().clone();
        let since = terms.hours.shown(clock.now());
        let lock = LineLock::acquire(folder.path(), &folder.who(), &since)?;
        record.refresh()?;
        let nature = folder::nature(record.state());
        let seat = folder.seat(nature, &since)?;
        // Who cannot seal does not begin.
        let key = folder.key(nature)?;
        let awake = (nature == Nature::Real).then(Awake::ask);
        let host = host(folder, nature, &opening)?;
        let port = match &host {
            Some(host) => Address::Serial(host.port().to_owned()),
            None => port::found(&opening.line.port, record.state().device.as_ref().map(|device| device.port.as_str()))?,
        };
        let reach = opening.line.reach();
        let link = link::open(&port, reach).await?;
        let opener: Option<Box<dyn Opener>> = Some(Box::new(Again::at(port.clone(), reach)));
        let before = killed_under(&record, &folder.who());
        record.append(Entry::SessionStarted(SessionStarted {
            verb: opening.verb.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            host: hostname(),
            pid: std::process::id(),
            port: Some(port.to_string()),
            after_stop: opening.after_stop,
            sha256: program(),
        }))?;
        if let Some(by) = before {
            record.append(Entry::Fault(fell_back(&by, &folder.who())))?;
        }
        let (view, events) = event::queue();
        let suppression = folder.suppression(nature);
        let teller = Program::of(&terms.alert);
        let (port, heard) = (port.to_string(), Heard::listen());
        let confirmation = opening.confirmation;
        let start = Start {
            link,
            port,
            record,
            terms,
            key,
            suppression,
            clock,
            teller,
            confirmation: confirmation.clone(),
            bench: Rc::new(opening.bench),
            opener,
            view,
            interrupts: heard.interrupts.counter(),
        };
        let (mut session, found) = Session::begin(start).await?;
        if let Err(error) = right_kind(nature, &found) {
            session.end(&Ended::Early(error.message.clone())).await?;
            return Err(error);
        }
        Ok(Self { session, found, events, confirmation, heard, guards: (lock, seat, host, awake) })
    }
}

/// Who was at work when the session before was killed, if that was somebody else: a supervisor begins again under the name
/// that it was given, perhaps of a person who handed over since.
fn killed_under(record: &Record, who: &str) -> Option<String> {
    let (state, killed) = (record.state(), record.state().heard.now == Listens::Yes);
    let shift = state.shift.as_ref().filter(|shift| killed && !same_name(&shift.by, who))?;
    Some(shift.by.clone())
}

fn fell_back(by: &str, who: &str) -> Fault {
    let [by, who] = [by, who].map(|name| Untrusted::from(name).for_terminal());
    let what = format!(
        "the session was killed while {by} was at work, and began again under the name of {who}; if that is wrong: \
         signpost handover --operator \"{by}\""
    );
    Fault { code: "shift-fell-back".into(), what }
}

/// A training case runs on the emulator, a real case on hardware.
fn host(folder: &Folder, nature: Nature, opening: &Opening) -> Result<Option<Host>, CommandError> {
    match (nature, &opening.line.port) {
        (Nature::Training, Address::Auto) => Host::start(folder.path(), opening.course).map(Some),
        (Nature::Training, Address::Emulator(profile)) => {
            let course = Course { profile: profile.clone(), ..opening.course.clone() };
            Host::start(folder.path(), &course).map(Some)
        }
        (Nature::Real, Address::Emulator(_)) => {
            let help = "name the modem's port, or make a training case: signpost new DIR --training";
            Err(CommandError::rule("real-case-on-emulator", "a real case does not run on the emulator", help))
        }
        _ => Ok(None),
    }
}

/// A real case refuses our emulator over whatever link; a training case refuses everything else.
fn right_kind(nature: Nature, found: &Found) -> Result<(), CommandError> {
    let emulated = found.identity.maker.for_record() == EMULATOR;
    match (nature, emulated) {
        (Nature::Real, true) => {
            let help = "name the modem's port, or make a training case: signpost new DIR --training";
            Err(CommandError::rule(
                "real-case-on-emulator",
                "the device at this port is the emulator; this case is real",
                help,
            ))
        }
        (Nature::Training, false) => {
            let help = "a training case runs on the emulator only: leave --port out";
            Err(CommandError::rule(
                "training-on-hardware",
                "the device at this port is real; this case is for training",
                help,
            ))
        }
        _ => Ok(()),
    }
}

/// The computer's name.
pub fn hostname() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").map(|name| name.trim().to_owned()).unwrap_or_default()
}

/// The digest of the very file that runs. An update may have put another into its place; then there is none to read.
fn program() -> Option<Sha256> {
    Sha256::of_reader(std::fs::File::open(std::env::current_exe().ok()?).ok()?).ok()
}

/// A runtime of one thread.
pub fn block_on<T>(work: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CommandError::failed("runtime", error.to_string(), "try again"))?;
    runtime.block_on(work)
}
