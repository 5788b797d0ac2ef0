//! The loop of the screen's own thread: looks at the record, draws, takes keys. Nothing waits for it, so that a terminal
//! that stands still holds nothing up; when it goes on, it shows what is by then.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Duration;

use jiff::Timestamp;
use ratatui::crossterm::event::{self, Event as Input};

use super::desk::{Deed, Desk, Seat, Wish};
use super::draw::{Around, Scene};
use super::picture::{Counts, Picture};
use super::stage::Stage;
use super::words::Full;
use crate::case::terms::Terms;
use crate::clock::Clock;
use crate::record::RecordError;
use crate::record::news::News;
use crate::record::store::Changed;
use crate::session::confirmation::{Confirmation, Confirmed};
use crate::session::event::Event;

/// Keys and the record are looked at so often.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Grants a wish: what goes into the record, in whose name; says how it went.
pub type Grant = Box<dyn FnMut(Deed, Option<&str>) -> Result<String, String> + Send>;

/// The session that the screen belongs to.
pub struct AtLine {
    /// What it tells; closed when it is over.
    pub events: Receiver<Event>,
    /// People of the approved plan.
    pub people: usize,
    /// Whether a person said how many are to be texted.
    pub confirmation: Confirmation,
    /// Counts a person's interrupts.
    pub interrupts: Arc<AtomicU8>,
    /// What the program says beside: lines of the log.
    pub asides: Receiver<String>,
}

/// A screen that is to run.
pub struct Screen {
    /// The record.
    pub news: News,
    /// What the case file says.
    pub terms: Terms,
    /// The session; nothing: another process works the line.
    pub line: Option<AtLine>,
    /// Whose it is.
    pub seat: Seat,
    /// Whether whole numbers are shown.
    pub full: Full,
    /// What the computer says of itself, now and then.
    pub around: Box<dyn FnMut(&Picture) -> Around + Send>,
    /// Grants wishes.
    pub grant: Grant,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Whether the loop goes on.
#[derive(PartialEq)]
enum Turn {
    Again,
    Over,
}

impl Screen {
    /// Runs until the session is over, or the person leaves.
    pub fn run(mut self, mut stage: Stage) -> io::Result<()> {
        let mut desk = Desk::new(self.seat);
        let mut picture = Picture::default();
        let (mut drawn, mut around) = (None, (self.around)(&picture));
        loop {
            let heard = self.hear(&mut desk, &mut picture);
            let news = take_in(&mut self.news, &mut picture).map_err(io::Error::other)?;
            let now = self.clock.now();
            let second = Some(now.as_second());
            if second != drawn {
                around = (self.around)(&picture);
            }
            if news == Changed::Yes || second != drawn {
                drawn = second;
                self.draw(&mut stage, &picture, &desk, &around, now)?;
            }
            if heard == Turn::Over {
                return Ok(());
            }
            if event::poll(LOOK_EVERY)? {
                let input = event::read()?;
                if self.input(input, &mut desk, &picture) == Turn::Over {
                    return Ok(());
                }
                self.draw(&mut stage, &picture, &desk, &around, now)?;
            }
        }
    }

    fn draw(
        &self,
        stage: &mut Stage,
        picture: &Picture,
        desk: &Desk,
        around: &Around,
        now: Timestamp,
    ) -> io::Result<()> {
        stage.draw(&Scene { picture, terms: &self.terms, desk, around, now, full: self.full })
    }

    /// What the session says to nobody but the screen.
    fn hear(&mut self, desk: &mut Desk, picture: &mut Picture) -> Turn {
        let Some(line) = &self.line else { return Turn::Again };
        let now = self.clock.now();
        line.asides.try_iter().for_each(|words| picture.aside(now, words));
        loop {
            match line.events.try_recv() {
                Ok(Event::Confirm) => desk.ask_people(line.people),
                Ok(_) => {}
                Err(TryRecvError::Empty) => return Turn::Again,
                Err(TryRecvError::Disconnected) => return Turn::Over,
            }
        }
    }

    fn input(&mut self, input: Input, desk: &mut Desk, picture: &Picture) -> Turn {
        let wish = match input {
            Input::Key(key) => desk.key(key, picture),
            Input::Paste(text) => {
                desk.paste(&text);
                None
            }
            _ => None,
        };
        match wish {
            Some(Wish::Leave) => return Turn::Over,
            Some(Wish::Do(deed)) => {
                // At the line's own screen, whoever is on shift types.
                let shift = picture.shift.as_ref().filter(|_| self.line.is_some());
                desk.hear((self.grant)(deed, shift.map(|shift| shift.by.as_str())));
            }
            Some(Wish::Interrupt) => self.interrupt(),
            Some(Wish::Start(people)) => self.start(people),
            None => {}
        }
        Turn::Again
    }

    fn interrupt(&self) {
        if let Some(line) = &self.line {
            line.interrupts.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn start(&self, people: Option<usize>) {
        if let Some(line) = &self.line {
            line.confirmation.answer(if people == Some(line.people) { Confirmed::Yes } else { Confirmed::No });
        }
    }
}

/// Takes in what came since the last time, with the counts as they are by then.
pub fn take_in(news: &mut News, picture: &mut Picture) -> Result<Changed, RecordError> {
    let mut views = Vec::new();
    if news.each(&mut |view| views.push(view))? == Changed::No {
        return Ok(Changed::No);
    }
    let number = |person| news.number(person);
    views.into_iter().for_each(|view| picture.take_in(view, &number));
    picture.counts = Some(Counts { glance: news.glance()?, planned: news.planned()?, approver: news.approver()? });
    Ok(Changed::Yes)
}
