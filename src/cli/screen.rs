//! When there is a live screen, what it is told of the computer, and how its wishes are granted: by what the verbs do.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::args::Common;
use super::error::CommandError;
use super::folder::{self, Folder};
use super::print::{Asking, Out};
use super::replies::{self, Taken};
use super::signals::Heard;
use super::watch::{self, Lines};
use super::{handover, note, stderr, stop};
use crate::case::terms::Terms;
use crate::link::power::{self, Power, Sleep, Supply};
use crate::link::root::Root;
use crate::record::body::Ends;
use crate::record::keeping::{Access, Looked};
use crate::record::news::News;
use crate::record::{self, lock};
use crate::tui::desk::{Deed, Seat};
use crate::tui::draw::Around;
use crate::tui::interrupts::Interrupts;
use crate::tui::phase::Alive;
use crate::tui::picture::Picture;
use crate::tui::screen::{AtLine, Grant, Screen};
use crate::tui::stage::Stage;
use crate::tui::terminal::is_in_front;

/// The power of the computer is looked at so often.
const POWER: Duration = Duration::from_secs(30);

/// What a screen needs: an eye on the record, the terminal, and an ear for who wants it to end.
pub struct Place {
    news: News,
    stage: Stage,
    interrupts: Interrupts,
}

/// A place for a screen, if one is wanted there and can be.
pub fn place(common: &Common, out: &Out, listen: impl FnOnce() -> io::Result<Heard>) -> Option<Place> {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    let wanted = !common.plain && !is_set("NO_COLOR") && !is_dumb && speaks_utf8();
    let possible = out.can_ask() == Asking::Possible && is_in_front() && Stage::has_room();
    let news = News::of(&Folder::of(common).at("record.db")).ok().filter(|_| wanted && possible)?;
    let heard = listen().ok()?;
    Some(Place { news, stage: Stage::take(heard.lost).ok()?, interrupts: heard.interrupts })
}

/// What is no ASCII would be rubbish on any other terminal. The first of the three that is set counts (locale(7)).
fn speaks_utf8() -> bool {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default().to_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// The screen of a session.
pub fn at_line(
    common: &Common,
    terms: &Terms,
    line: AtLine,
    asides: Receiver<String>,
    place: Place,
) -> (Screen, Stage) {
    screen(common, terms, Some(line), asides, place)
}

/// Runs it in a thread of its own. If it ends before the session does, by an error or a panic, lines go on in its place.
pub fn beside((mut screen, stage): (Screen, Stage), lines: Lines) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let ended = catch_unwind(AssertUnwindSafe(|| screen.run(stage)));
        let why = match ended {
            Ok(Ok(half_typed)) => {
                watch::aside(&screen.asides);
                return warn(half_typed);
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it panicked".to_owned(),
        };
        stderr::write(&format!("warning: the screen ended ({why}); the work goes on, in lines"));
        if let Some(line) = &screen.line {
            lines.print(line, &screen.asides);
        }
    })
}

/// The screen of another process, in this thread.
pub fn alone(common: &Common, terms: &Terms, place: Place) -> Result<(), CommandError> {
    let (handed, asides) = stderr::hand_over();
    let (mut screen, stage) = screen(common, terms, None, asides, place);
    let ended = screen.run(stage);
    drop(handed);
    watch::aside(&screen.asides);
    ended
        .map(warn)
        .map_err(|error| CommandError::failed("screen", format!("the screen ended: {error}"), "try again with --plain"))
}

/// Whoever typed it may think that it is in the record.
fn warn(half_typed: Option<String>) {
    half_typed.into_iter().for_each(|words| stderr::write(&format!("warning: {words}")));
}

fn screen(
    common: &Common,
    terms: &Terms,
    line: Option<AtLine>,
    asides: Receiver<String>,
    place: Place,
) -> (Screen, Stage) {
    let (folder, Place { news, stage, interrupts }) = (Folder::of(common), place);
    let seat = match (&line, folder.operator()) {
        (Some(_), _) => Seat::Line,
        (None, Ok(_)) => Seat::Elsewhere,
        (None, Err(_)) => Seat::Unnamed,
    };
    let screen = Screen {
        news,
        interrupts,
        terms: terms.clone(),
        asides,
        seat,
        named: folder.operator().ok(),
        full: common.numbers(),
        around: around(folder.path().to_owned(), if line.is_some() { Alive::Yes } else { Alive::No }),
        grant: grant(common.clone()),
        clock: folder::clock(),
        line,
    };
    (screen, stage)
}

/// Room and power; and whether the process is there that works the line, which this one need not ask of itself. Its lock is
/// free the moment at which it is killed.
fn around(folder: PathBuf, own: Alive) -> Box<dyn FnMut(&Picture) -> Around + Send> {
    let mut looked: Option<(Instant, String)> = None;
    Box::new(move |picture| {
        if looked.as_ref().is_none_or(|(at, _)| at.elapsed() > POWER) {
            looked = Some((Instant::now(), power_words(&power::look(&Root::this(), None, Sleep::NotAsked))));
        }
        let power = looked.as_ref().map(|(_, words)| words.clone()).unwrap_or_default();
        let is_worked = own == Alive::Yes || picture.work.is_some() && lock::is_worked(&folder);
        let alive = if is_worked { Alive::Yes } else { Alive::No };
        Around { alive, room: record::room(&folder.join("record.db")), power }
    })
}

fn power_words(power: &Power) -> String {
    match (&power.supply, power.battery) {
        (Supply::Mains, _) => "mains".to_owned(),
        (Supply::Battery, Some(percent)) => format!("BATTERY {percent} %"),
        (Supply::Battery, None) => "BATTERY".to_owned(),
        _ => String::new(),
    }
}

/// A key does what its verb does, in the name of whoever types.
fn grant(common: Common) -> Grant {
    Box::new(move |deed, by| {
        let operator = by.map(str::to_owned).or_else(|| common.operator.clone());
        let done = granted(&Common { operator, ..common.clone() }, deed);
        done.map_err(|error| format!("{}; {}", error.message, error.help))
    })
}

fn granted(common: &Common, deed: Deed) -> Result<String, CommandError> {
    let folder = Folder::of(common);
    match deed {
        Deed::Take { reply, words } => {
            let Taken { reply, entry, before } = replies::taken(&folder, &reply.to_string(), &words)?;
            Ok(match before {
                None => format!("Reply {reply} is yours (entry {entry}, {})", folder.who()),
                Some(first) => format!("{} took reply {reply} before; what you did is added (entry {entry})", first.by),
            })
        }
        Deed::Note(text) => Ok(format!("Noted (entry {}, {})", note::noted(&folder, &text, None)?, folder.who())),
        Deed::Stop(why) => {
            let entry = stop::stopped(&folder, &why, Ends::Sending)?;
            let then = if lock::is_worked(folder.path()) { "listening goes on" } else { "nobody works the line now" };
            Ok(format!("Stopped (entry {entry}, {}); {then}", folder.who()))
        }
        Deed::HandOver(name) => {
            let folder = Folder::of(&Common { operator: Some(name), ..common.clone() });
            Ok(format!("{} is at work from now on (entry {})", folder.who(), handover::handed(&folder, "")?))
        }
        Deed::Look => {
            folder.looked(&mut folder.look()?, Access { what: Looked::Replies, which: "on the screen".into() });
            Ok(String::new())
        }
    }
}
