//! When there is a live screen, what it is told of the computer, and how its wishes are granted: by what the verbs do.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::args::Common;
use super::error::CommandError;
use super::folder::{self, Folder};
use super::print::{Asking, Out};
use super::{handover, note, replies, stop};
use crate::case::terms::Terms;
use crate::link::power::{self, Power, Sleep, Supply};
use crate::link::root::Root;
use crate::record;
use crate::record::body::Ends;
use crate::record::keeping::{Access, Looked};
use crate::record::news::News;
use crate::tui::desk::{Deed, Seat};
use crate::tui::draw::Around;
use crate::tui::phase::Alive;
use crate::tui::picture::Picture;
use crate::tui::screen::{AtLine, Grant, Screen};
use crate::tui::stage::Stage;
use crate::tui::words::Full;

/// The power of the computer is looked at so often.
const POWER: Duration = Duration::from_secs(30);

/// What a screen needs: an eye on the record, and the terminal.
pub struct Place {
    news: News,
    stage: Stage,
}

/// A place for a screen, if one is wanted there and can be.
pub fn place(common: &Common, out: &Out) -> Option<Place> {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    let wanted = !common.plain && !is_set("NO_COLOR") && !is_dumb;
    let possible = out.can_ask() == Asking::Possible && std::io::stderr().is_terminal();
    let news = News::of(&Folder::of(common).at("record.db")).ok().filter(|_| wanted && possible)?;
    Some(Place { news, stage: Stage::take().ok().flatten()? })
}

/// The screen of a session, in a thread of its own.
pub fn beside(common: &Common, terms: &Terms, line: AtLine, place: Place) -> JoinHandle<()> {
    let screen = screen(common, terms, Some(line), place.news);
    std::thread::spawn(move || {
        if let Err(error) = screen.run(place.stage) {
            log::warn!("the screen ended: {error}; the work goes on");
        }
    })
}

/// The screen of another process, in this thread.
pub fn alone(common: &Common, terms: &Terms, place: Place) -> Result<(), CommandError> {
    let ended = screen(common, terms, None, place.news).run(place.stage);
    ended
        .map_err(|error| CommandError::failed("screen", format!("the screen ended: {error}"), "try again with --plain"))
}

fn screen(common: &Common, terms: &Terms, line: Option<AtLine>, news: News) -> Screen {
    let folder = Folder::of(common);
    let seat = match (&line, folder.operator()) {
        (Some(_), _) => Seat::Line,
        (None, Ok(_)) => Seat::Elsewhere,
        (None, Err(_)) => Seat::Unnamed,
    };
    Screen {
        news,
        terms: terms.clone(),
        full: if common.full { Full::Yes } else { Full::No },
        seat,
        around: around(folder.at("record.db"), if line.is_some() { Alive::Yes } else { Alive::No }),
        grant: grant(common.clone()),
        clock: folder::clock(),
        line,
    }
}

/// Room and power; and whether the process is there that works the line, which this one need not ask of itself.
fn around(record: PathBuf, own: Alive) -> Box<dyn FnMut(&Picture) -> Around + Send> {
    let mut looked: Option<(Instant, String)> = None;
    Box::new(move |picture| {
        if looked.as_ref().is_none_or(|(at, _)| at.elapsed() > POWER) {
            looked = Some((Instant::now(), power_words(&power::look(&Root::this(), None, Sleep::NotAsked))));
        }
        let power = looked.as_ref().map(|(_, words)| words.clone()).unwrap_or_default();
        let pid = picture.work.as_ref().map(|work| work.pid);
        let alive = if own == Alive::Yes { own } else { pid.map_or(Alive::No, is_there) };
        Around { alive, room: record::room(&record), power }
    })
}

fn is_there(pid: u32) -> Alive {
    let processes = std::path::Path::new("/proc");
    let cannot_tell = !processes.join("self").exists();
    if cannot_tell || processes.join(pid.to_string()).exists() { Alive::Yes } else { Alive::No }
}

fn power_words(power: &Power) -> String {
    match (&power.supply, power.battery) {
        (Supply::Mains, _) => "mains".to_owned(),
        (Supply::Battery, Some(percent)) => format!("BATTERY {percent} %"),
        (Supply::Battery, None) => "BATTERY".to_owned(),
        _ => String::new(),
    }
}

/// A key does what its verb does, in the name of whoever is at work.
fn grant(common: Common) -> Grant {
    Box::new(move |deed, by| {
        let operator = by.map(str::to_owned).or_else(|| common.operator.clone());
        let common = Common { operator, ..common.clone() };
        granted(&common, deed).map_err(|error| format!("{}; {}", error.message, error.help))
    })
}

fn granted(common: &Common, deed: Deed) -> Result<String, CommandError> {
    let folder = Folder::of(common);
    match deed {
        Deed::Take { reply, words } => {
            let (_, entry) = replies::taken(&folder, &reply.to_string(), &words)?;
            Ok(format!("Reply {reply} is yours (entry {entry}, {})", folder.who()))
        }
        Deed::Note(text) => Ok(format!("Noted (entry {}, {})", note::noted(&folder, &text, None)?, folder.who())),
        Deed::Stop(why) => {
            let entry = stop::stopped(&folder, &why, Ends::Sending)?;
            Ok(format!("Stopped (entry {entry}, {}); listening goes on", folder.who()))
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
