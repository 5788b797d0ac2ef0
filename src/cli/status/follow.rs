//! `signpost status --follow`: the live screen from another terminal; where there is none, a line an event.

use std::time::Duration;

use crate::case::terms::Terms;
use crate::cli::args::Common;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::folder::Folder;
use crate::cli::print::Out;
use crate::cli::signals::{Heard, unstoppable};
use crate::cli::{screen, watch};
use crate::record::fold::Received;
use crate::record::glance::Glance;
use crate::record::keeping::{Access, Looked};
use crate::record::news::News;
use crate::report::words::Times;
use crate::tui::picture::Picture;
use crate::tui::said::Said;
use crate::tui::screen::take_in;
use crate::tui::words::{self, Full};

const CLOSED: &str = "the case is closed: nothing happens in it any more; signpost status shows where it stands";

/// How often it is looked for what came.
const LOOK_EVERY: Duration = Duration::from_millis(250);

fn is_closed(folder: &Folder) -> Result<bool, CommandError> {
    Ok(Glance::at(&folder.at("record.db"))?.closed.is_some())
}

/// Shows what happens until the person leaves. What people wrote is among it, so the record says that it was looked at.
pub fn run(common: &Common, terms: &Terms, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    if is_closed(&folder)? {
        out.progress(CLOSED);
        return Ok(Exit::Done);
    }
    folder.looked(&mut folder.look()?, Access { what: Looked::Replies, which: "status --follow".into() });
    match screen::place(common, out, listen) {
        Some(place) => screen::alone(common, terms, place)?,
        None => lines(common, terms, out)?,
    }
    if is_closed(&folder)? {
        out.progress(CLOSED);
    }
    Ok(Exit::Done)
}

/// The screen is left by a signal too, so that the terminal is given back; and nothing stops it while it has that.
fn listen() -> std::io::Result<Heard> {
    unstoppable();
    Heard::listen_beside()
}

/// What comes from now on; it ends with the case, or the process.
fn lines(common: &Common, terms: &Terms, out: &Out) -> Result<(), CommandError> {
    let mut news = News::of(&Folder::of(common).at("record.db"))?;
    let mut picture = Picture::default();
    take_in(&mut news, &mut picture)?;
    let show = Show { times: Times::of(terms.hours.zone()), full: common.numbers(), out };
    loop {
        let seen = picture.last.map_or(0, |(_, seq)| seq);
        std::thread::sleep(LOOK_EVERY);
        take_in(&mut news, &mut picture)?;
        picture.events.iter().filter(|said| said.seq > seen).for_each(|said| show.event(said));
        picture.replies.iter().filter(|received| received.seq > seen).for_each(|received| show.reply(received));
        if picture.closed.is_some() {
            return Ok(());
        }
    }
}

struct Show<'a> {
    times: Times,
    full: Full,
    out: &'a Out,
}

impl Show<'_> {
    fn event(&self, said: &Said) {
        let about = said.about.as_ref().map(|whom| format!("{} ", whom.shown(self.full))).unwrap_or_default();
        self.out.say(format!("{} {about}{}", self.times.second(said.at), said.whole()));
        let about = said.about.as_ref().map(|whom| whom.shown(Full::Yes));
        self.out.json(&serde_json::json!({
            "type": "event", "entry": said.seq, "at": said.at.to_string(), "about": about, "text": said.whole(),
        }));
    }

    fn reply(&self, received: &Received) {
        let line = words::reply(&received.reply, self.full);
        self.out.say(format!("{} {line}", self.times.second(received.at)));
        self.out.json(&watch::reply_json(received.seq, &received.reply));
    }
}
