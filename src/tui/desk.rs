//! What the person at the screen looks at, types and wishes. Pure: keys in, wishes out; whoever runs the screen grants them.

use tui_input::backend::crossterm::EventHandler;

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::dialog::{Asks, Dialog, Took};
use super::keys::Keys;
use super::picture::Picture;
use super::said::Weight;
use crate::case::clearance::same_name;
use crate::session::confirmation::Confirmed;

/// A reply that is shown whole is scrolled by so many lines.
const SCROLL: u16 = 5;

/// The narrowest window shows more of a text in a line than this.
const LEAST_IN_A_LINE: usize = 40;
/// Whose screen it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// Of the process that works the line: Ctrl-C is for it.
    Line,
    /// Of another process: Ctrl-C leaves the screen alone.
    Elsewhere,
    /// The same, and nobody is named: nothing can be written.
    Unnamed,
}

/// What is shown large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Everything at a glance.
    Overview,
    /// One reply after the other, whole.
    Replies,
}

/// Whether what people wrote is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// It is.
    Shown,
    /// Somebody may be looking over a shoulder.
    Hidden,
}

/// Something that goes into the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// A reply is a person's now.
    Take {
        /// Its entry.
        reply: u64,
        /// What was done.
        words: String,
    },
    /// Words.
    Note(String),
    /// No new text.
    Stop(String),
    /// Another person is at work.
    HandOver(String),
    /// Replies are looked at, whole.
    Look,
}

/// What a person wishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// To put something into the record, in this name; nothing: in that which was named to the program.
    Do(Deed, Option<String>),
    /// To leave the screen.
    Leave,
    /// To start texting, or not to.
    Start(Confirmed),
}

fn too_long() -> Answer {
    Answer { words: "that is as long as it may be: not all of it was taken".to_owned(), weight: Weight::Heavy }
}

/// The answer to the last wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// In plain words.
    pub words: String,
    /// Whether it failed.
    pub weight: Weight,
}

/// Whether the number of people is still to be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    /// Nobody asks.
    No,
    /// Once nothing else is typed.
    Due(usize),
    /// When the person wants to.
    Later(usize),
}

/// What the person at the screen has before them.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Whose screen it is.
    pub seat: Seat,
    /// What is shown large.
    pub page: Page,
    /// Whether what people wrote is shown.
    pub content: Content,
    /// The entry of the reply that is chosen; nothing: the first.
    pub chosen: Option<u64>,
    /// What is being typed.
    pub dialog: Option<Dialog>,
    /// The answer to the last wish.
    pub answer: Option<Answer>,
    /// How often the session was interrupted.
    pub interrupts: u8,
    /// Who types at a screen that is not the line's own.
    pub named: Option<String>,
    /// How far a reply that is shown whole is scrolled, in lines.
    scroll: (u64, u16),
    /// How many people are to be confirmed.
    count: Count,
    /// What was typed for the last wish, should it fail.
    last: Option<Dialog>,
}

impl Desk {
    /// At the beginning; who is named to the program.
    pub fn new(seat: Seat, named: Option<String>) -> Self {
        let (page, content, count, scroll) = (Page::Overview, Content::Shown, Count::No, (0, 0));
        let (chosen, dialog, answer, last) = (None, None, None, None);
        Self { seat, page, content, chosen, dialog, answer, interrupts: 0, named, scroll, count, last }
    }

    /// The place of the chosen reply among those that are shown.
    pub fn place(&self, picture: &Picture) -> usize {
        let chosen = self.chosen.map(|seq| picture.grown_into(seq));
        let order = picture.in_order();
        order.iter().position(|received| Some(received.seq) == chosen).unwrap_or_default()
    }

    /// How far this reply is scrolled, in lines.
    pub fn scrolled(&self, reply: u64) -> u16 {
        if self.scroll.0 == reply { self.scroll.1 } else { 0 }
    }

    /// How many people there are, if the question for their number was put aside.
    pub fn counts_later(&self) -> Option<usize> {
        if let Count::Later(people) = self.count { Some(people) } else { None }
    }

    /// The session asks how many people are to be texted: once nothing else is typed.
    pub fn ask_people(&mut self, people: usize) {
        self.count = Count::Due(people);
        self.ask_if_free();
    }

    fn ask_if_free(&mut self) {
        if let (Count::Due(people), None) = (self.count, &self.dialog) {
            self.ask_now(people);
        }
    }

    fn ask_now(&mut self, people: usize) {
        self.count = Count::No;
        self.dialog = Some(Dialog::new(Asks::People(people), None));
    }

    /// The list begins where it begins, unless something is typed about the one that was chosen.
    pub fn choose_first(&mut self) {
        if self.dialog.is_none() && self.page == Page::Overview {
            self.chosen = None;
        }
    }

    /// How the last wish went. What was typed for one that failed is there again.
    pub fn hear(&mut self, answer: Result<String, String>) {
        let last = self.last.take();
        if let (Ok(_), Some(Dialog { asks: Asks::HandOver, input, .. })) = (&answer, &last) {
            // Whoever takes over at this screen types at it from then on.
            self.named = Some(input.value().trim().to_owned());
        }
        self.answer = match answer {
            Ok(words) => Some(Answer { words, weight: Weight::Plain }).filter(|answer| !answer.words.is_empty()),
            Err(words) => {
                self.dialog = self.dialog.take().or(last);
                Some(Answer { words, weight: Weight::Heavy })
            }
        };
        self.ask_if_free();
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent, picture: &Picture) -> Option<Wish> {
        if key.kind == KeyEventKind::Release {
            return None;
        }
        if Keys::is_ctrl_c(key) {
            self.answer = None;
            return (self.seat != Seat::Line).then_some(Wish::Leave);
        }
        let wish = match self.dialog.take() {
            Some(dialog) if key.code == KeyCode::Enter && self.has_grown(&dialog, picture) => {
                self.read_again(dialog, picture)
            }
            Some(dialog) => self.typed(dialog, key, picture),
            None if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => None,
            None => self.pressed(key.code, picture),
        };
        if wish.is_none() {
            self.ask_if_free();
        }
        wish
    }

    /// Words that were pasted: into what is being typed, and nowhere else. The end of a line is a space.
    pub fn paste(&mut self, text: &str) {
        if let Some(dialog) = &mut self.dialog {
            self.answer = (dialog.paste(text) == Took::NotAll).then(too_long);
        }
    }

    fn pressed(&mut self, code: KeyCode, picture: &Picture) -> Option<Wish> {
        self.answer = None;
        let code = if let KeyCode::Char(c) = code { KeyCode::Char(c.to_ascii_lowercase()) } else { code };
        match code {
            KeyCode::Char('t' | 'n' | 's' | 'o') if self.seat == Seat::Unnamed => {
                self.hear(Err("to write, name yourself: leave with q, then --operator \"PC Y\"".to_owned()));
            }
            KeyCode::Char('t') => self.take(picture),
            KeyCode::Char('n') => self.open(Asks::Note, picture),
            KeyCode::Char('s') => self.open(Asks::Stop, picture),
            KeyCode::Char('o') => self.open(Asks::HandOver, picture),
            KeyCode::Char('h') => {
                let other = if self.content == Content::Shown { Content::Hidden } else { Content::Shown };
                self.content = other;
            }
            KeyCode::Enter if self.counts_later().is_some() => {
                self.counts_later().into_iter().for_each(|people| self.ask_now(people));
            }
            KeyCode::Char('r') if self.page == Page::Overview => {
                self.page = Page::Replies;
                // The one that is read stays, whatever comes or is taken meanwhile.
                self.chosen = self.shown(picture);
                return Some(Wish::Do(Deed::Look, self.name(picture)));
            }
            KeyCode::Char('q') if self.page == Page::Overview && self.seat != Seat::Line => return Some(Wish::Leave),
            KeyCode::Char('r' | 'q') | KeyCode::Esc => {
                self.page = Page::Overview;
                self.chosen = None;
            }
            other => self.moved(other, picture),
        }
        None
    }

    fn moved(&mut self, code: KeyCode, picture: &Picture) {
        match code {
            KeyCode::Up | KeyCode::Left => self.choose(picture, |place| place.saturating_sub(1)),
            KeyCode::Down | KeyCode::Right if self.chosen.is_none() && self.page == Page::Overview => {
                self.choose(picture, |place| place);
            }
            KeyCode::Down | KeyCode::Right => self.choose(picture, |place| place.saturating_add(1)),
            KeyCode::PageUp => self.scroll_by(picture, |lines, _| lines.saturating_sub(SCROLL)),
            KeyCode::PageDown => self.scroll_by(picture, |lines, most| lines.saturating_add(SCROLL).min(most)),
            KeyCode::Home => self.chosen = None,
            _ => {}
        }
    }

    fn choose(&mut self, picture: &Picture, to: impl Fn(usize) -> usize) {
        let order = picture.in_order();
        let place = to(self.place(picture)).min(order.len().saturating_sub(1));
        self.chosen = order.get(place).map(|received| received.seq);
        self.scroll = (0, 0);
    }

    /// The reply that is shown: the chosen one, else the first.
    fn shown(&self, picture: &Picture) -> Option<u64> {
        picture.in_order().get(self.place(picture)).map(|received| received.seq)
    }

    /// A text has fewer lines than this in any window that shows one.
    fn scroll_by(&mut self, picture: &Picture, to: impl Fn(u16, u16) -> u16) {
        let order = picture.in_order();
        let Some(received) = order.get(self.place(picture)) else { return };
        let most =
            u16::try_from(received.reply.text.for_terminal().chars().count() / LEAST_IN_A_LINE).unwrap_or(u16::MAX);
        self.scroll = (received.seq, to(self.scrolled(received.seq), most.saturating_add(SCROLL)));
    }

    /// The chosen one; else the first that waits for somebody. It stays the chosen one while it is typed about.
    fn take(&mut self, picture: &Picture) {
        match picture.in_order().get(self.place(picture)) {
            Some(received) => {
                self.chosen = Some(received.seq);
                self.open(Asks::Take(received.seq), picture);
            }
            None => self.hear(Err("there is no reply yet".to_owned())),
        }
    }

    fn open(&mut self, asks: Asks, picture: &Picture) {
        self.answer = None;
        self.dialog = Some(Dialog::new(asks, self.name(picture)));
    }

    /// At the line's own screen, whoever is on shift types; at another, who is named to the program.
    fn name(&self, picture: &Picture) -> Option<String> {
        match self.seat {
            Seat::Line => picture.shift.as_ref().map(|shift| shift.by.clone()),
            Seat::Elsewhere | Seat::Unnamed => self.named.clone(),
        }
    }

    fn has_grown(&self, dialog: &Dialog, picture: &Picture) -> bool {
        matches!(dialog.asks, Asks::Take(reply) if picture.grown_into(reply) != reply)
    }

    /// What was typed about a part is not said about the whole before that was read.
    fn read_again(&mut self, dialog: Dialog, picture: &Picture) -> Option<Wish> {
        if let Asks::Take(reply) = dialog.asks {
            let whole = picture.grown_into(reply);
            (self.page, self.chosen) = (Page::Replies, Some(whole));
            self.dialog = Some(Dialog { asks: Asks::Take(whole), ..dialog });
            let words = "more of it came: read it, then Enter again".to_owned();
            self.answer = Some(Answer { words, weight: Weight::Heavy });
        }
        None
    }

    /// At another screen, whoever is on shift already only says that it is they who type.
    fn sits_down(&self, dialog: &Dialog, picture: &Picture) -> bool {
        let name = dialog.input.value();
        let is_on_shift = picture.shift.as_ref().is_some_and(|shift| same_name(&shift.by, name));
        self.seat == Seat::Elsewhere && dialog.asks == Asks::HandOver && is_on_shift
    }

    fn typed(&mut self, mut dialog: Dialog, key: KeyEvent, picture: &Picture) -> Option<Wish> {
        match (key.code, dialog.asks) {
            (KeyCode::Esc, Asks::People(people)) => {
                self.count = Count::Later(people);
                None
            }
            (KeyCode::Esc, _) => None,
            (KeyCode::Enter, Asks::People(people)) => self.counted(dialog, people),
            (KeyCode::Enter, _) if self.sits_down(&dialog, picture) => {
                self.named = Some(dialog.input.value().trim().to_owned());
                None
            }
            (KeyCode::Enter, _) => self.granted(dialog),
            (KeyCode::Char(_), _) if dialog.room() == 0 => {
                self.answer = Some(too_long());
                self.dialog = Some(dialog);
                None
            }
            _ => {
                self.answer = None;
                dialog.input.handle_event(&Event::Key(key));
                self.dialog = Some(dialog);
                None
            }
        }
    }

    /// A wrong number is asked for again: nobody is texted by it.
    fn counted(&mut self, dialog: Dialog, people: usize) -> Option<Wish> {
        match dialog.input.value().trim() {
            no if no.eq_ignore_ascii_case("no") => {
                self.hear(Ok("Nobody is texted. To be asked again: Ctrl-C, then signpost send".to_owned()));
                return Some(Wish::Start(Confirmed::No));
            }
            typed if typed.parse() == Ok(people) => return Some(Wish::Start(Confirmed::Yes)),
            _ => self.count = Count::Due(people),
        }
        self.hear(Err(format!("{people} is the number of people of the approved plan; nobody is texted yet")));
        None
    }

    fn granted(&mut self, dialog: Dialog) -> Option<Wish> {
        let text = dialog.input.value().trim().to_owned();
        if text.is_empty() {
            // Nothing was typed: it is asked on, so that an Enter too many says nothing in anybody's name.
            self.dialog = Some(dialog);
            return None;
        }
        let deed = match dialog.asks {
            Asks::Take(reply) => {
                self.chosen = self.chosen.filter(|_| self.page == Page::Replies);
                Deed::Take { reply, words: text }
            }
            Asks::Stop => Deed::Stop(text),
            Asks::HandOver => Deed::HandOver(text),
            Asks::Note | Asks::People(_) => Deed::Note(text),
        };
        let by = dialog.by.clone();
        self.last = Some(dialog);
        Some(Wish::Do(deed, by))
    }
}
