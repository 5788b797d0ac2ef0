//! The loop of the screen's own thread: looks at the record, draws, takes keys. Nothing waits for it, so that a terminal
//! that stands still holds nothing up; when it goes on, it shows what is by then. Keys are read in a thread of their own
//! ([`super::keys`]), so that Ctrl-C is heard although nothing can be drawn.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ratatui::crossterm::event::Event as Input;

use super::desk::{Deed, Desk, Seat, Wish};
use super::dialog::Dialog;
use super::draw::{Around, Scene};
use super::interrupts::Interrupts;
use super::keys::Keys;
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

/// The record is looked at so often.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Whoever pressed a key so long ago may be choosing a reply.
const CHOOSING: SignedDuration = SignedDuration::from_secs(10);

/// Grants a wish: what goes into the record, in whose name (nothing: whoever was named to the program); says how it went.
pub type Grant = Box<dyn FnMut(Deed, Option<&str>) -> Result<String, String> + Send>;

/// The session that the screen belongs to.
pub struct AtLine {
    /// What it tells; closed when it is over.
    pub events: Receiver<Event>,
    /// People of the approved plan.
    pub people: usize,
    /// Whether a person said how many are to be texted.
    pub confirmation: Confirmation,
}

/// A screen that is to run.
pub struct Screen {
    /// The record.
    pub news: News,
    /// What the case file says.
    pub terms: Terms,
    /// The session; nothing: another process works the line.
    pub line: Option<AtLine>,
    /// Who wants the session to end, or, where another process works the line, the screen.
    pub interrupts: Interrupts,
    /// What the program says beside: lines of the log.
    pub asides: Receiver<String>,
    /// Whose it is.
    pub seat: Seat,
    /// Who is named to the program.
    pub named: Option<String>,
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

/// What the loop keeps in mind.
struct Mind {
    picture: Picture,
    desk: Desk,
    around: Around,
    /// The second that was drawn last.
    drawn: Option<i64>,
    /// When a key was pressed last.
    typed: Option<Timestamp>,
}

impl Mind {
    /// In words for the person, at the end of the screen.
    fn half_typed(&self) -> Option<String> {
        self.desk.dialog.as_ref().and_then(Dialog::half_typed)
    }
}

impl Screen {
    /// Runs until the session is over, or the person leaves; returns what was half typed by then, in words for the person.
    pub fn run(&mut self, mut stage: Stage) -> io::Result<Option<String>> {
        let keys = Keys::listen(self.interrupts.clone());
        let picture = Picture::default();
        let around = (self.around)(&picture);
        let mut mind =
            Mind { picture, desk: Desk::new(self.seat, self.named.clone()), around, drawn: None, typed: None };
        loop {
            let heard = self.hear(&mut mind);
            let news = self.look(&mut mind, &stage)?;
            let now = self.clock.now();
            if news == Changed::Yes || mind.drawn != Some(now.as_second()) || stage.is_stale() {
                mind.around = (self.around)(&mind.picture);
                self.draw(&mut stage, &mut mind, now)?;
            }
            // In a closed case nothing happens any more; and the record must be nobody's, to become one file.
            let is_closed = self.line.is_none() && mind.picture.closed.is_some();
            if heard == Turn::Over || is_closed {
                return Ok(mind.half_typed());
            }
            let mut input = keys.next(LOOK_EVERY);
            if input.is_none() {
                continue;
            }
            // All that was typed, then one picture of it.
            while let Some(typed) = input {
                if self.input(typed, &mut stage, &mut mind)? == Turn::Over {
                    return Ok(mind.half_typed());
                }
                input = keys.next(Duration::ZERO);
            }
            self.draw(&mut stage, &mut mind, now)?;
        }
    }

    /// A new urgent reply is heard and seen, whatever was chosen before; but not under the fingers of whoever is choosing.
    fn look(&mut self, mind: &mut Mind, stage: &Stage) -> io::Result<Changed> {
        let before = mind.picture.untaken().count();
        let news = take_in(&mut self.news, &mut mind.picture).map_err(io::Error::other)?;
        let now = self.clock.now();
        let is_choosing = mind.typed.is_some_and(|typed| now.duration_since(typed) < CHOOSING);
        if mind.picture.untaken().count() > before {
            stage.ring()?;
            if !is_choosing {
                mind.desk.choose_first();
            }
        }
        Ok(news)
    }

    fn draw(&self, stage: &mut Stage, mind: &mut Mind, now: Timestamp) -> io::Result<()> {
        mind.drawn = Some(now.as_second());
        let Mind { picture, desk, around, .. } = mind;
        stage.draw(&Scene { picture, terms: &self.terms, desk, around, now, full: self.full })
    }

    /// What the session says to nobody but the screen.
    fn hear(&mut self, mind: &mut Mind) -> Turn {
        let now = self.clock.now();
        self.asides.try_iter().for_each(|words| mind.picture.aside(now, &words));
        let interrupts = self.interrupts.count();
        if interrupts > mind.desk.interrupts {
            // What it means stands where the answer to the last wish stood.
            mind.desk.answer = None;
        }
        mind.desk.interrupts = interrupts;
        let Some(line) = &self.line else { return if interrupts > 0 { Turn::Over } else { Turn::Again } };
        loop {
            match line.events.try_recv() {
                Ok(Event::Confirm) => mind.desk.ask_people(line.people),
                Ok(_) => {}
                Err(TryRecvError::Empty) => return Turn::Again,
                Err(TryRecvError::Disconnected) => return Turn::Over,
            }
        }
    }

    /// In a window in which nothing is shown no key acts but those that end.
    fn input(&mut self, input: Input, stage: &mut Stage, mind: &mut Mind) -> io::Result<Turn> {
        mind.typed = Some(self.clock.now());
        let Mind { picture, desk, .. } = mind;
        let wish = match input {
            Input::Key(key) if Keys::is_ctrl_l(key) => {
                stage.draw_anew()?;
                None
            }
            Input::Key(key) if stage.is_large_enough() || Keys::is_ctrl_c(key) => desk.key(key, picture),
            Input::Paste(text) if stage.is_large_enough() => {
                desk.paste(&text);
                None
            }
            _ => None,
        };
        match wish {
            Some(Wish::Leave) => return Ok(Turn::Over),
            Some(Wish::Do(deed, by)) => desk.hear((self.grant)(deed, by.as_deref())),
            Some(Wish::Start(confirmed)) => self.start(confirmed),
            None => {}
        }
        Ok(Turn::Again)
    }

    fn start(&self, confirmed: Confirmed) {
        if let Some(line) = &self.line {
            line.confirmation.answer(confirmed);
        }
    }
}

/// Takes in what came since the last time, with the counts as they are by then.
pub fn take_in(news: &mut News, picture: &mut Picture) -> Result<Changed, RecordError> {
    let mut views = Vec::new();
    if news.each(&mut |view| views.push(view))? == Changed::No {
        return Ok(Changed::No);
    }
    if picture.last.is_some() && views.iter().any(|view| view.kind == "erasure") {
        // What was erased is not shown any more.
        *picture = Picture::default();
        views.clear();
        news.again(&mut |view| views.push(view))?;
    }
    let number = |person| news.number(person);
    views.into_iter().for_each(|view| picture.take_in(view, &number));
    picture.counts = Some(Counts { glance: news.glance()?, planned: news.planned()?, approver: news.approver()? });
    Ok(Changed::Yes)
}
