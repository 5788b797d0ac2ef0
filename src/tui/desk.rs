//! What the person at the screen looks at, types and wishes. Pure: keys in, wishes out; whoever runs the screen grants them.

use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::picture::{Picture, Weight};

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
    /// To put something into the record.
    Do(Deed),
    /// To end, once the text in flight has come to its end; twice: at once.
    Interrupt,
    /// To leave the screen.
    Leave,
    /// To start texting so many people; nothing: not to.
    Start(Option<usize>),
}

/// What is typed, and for what.
#[derive(Debug, Clone)]
pub struct Dialog {
    /// For what.
    pub asks: Asks,
    /// What was typed so far.
    pub input: Input,
}

/// What a dialogue asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// What was done about the reply in this entry.
    Take(u64),
    /// The words of a note.
    Note,
    /// Why sending stops.
    Stop,
    /// Who takes over.
    HandOver,
    /// How many people are to be texted.
    People(usize),
}

/// The answer to the last wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// In plain words.
    pub words: String,
    /// Whether it failed.
    pub weight: Weight,
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
    /// How often Ctrl-C was pressed.
    pub interrupts: u8,
}

impl Desk {
    /// At the beginning.
    pub fn new(seat: Seat) -> Self {
        let (page, content) = (Page::Overview, Content::Shown);
        Self { seat, page, content, chosen: None, dialog: None, answer: None, interrupts: 0 }
    }

    /// The place of the chosen reply among those that are shown.
    pub fn place(&self, picture: &Picture) -> usize {
        let order = picture.in_order();
        order.iter().position(|received| Some(received.seq) == self.chosen).unwrap_or_default()
    }

    /// The session asks how many people are to be texted.
    pub fn ask_people(&mut self, people: usize) {
        self.open(Asks::People(people), String::new());
    }

    /// How the last wish went.
    pub fn hear(&mut self, answer: Result<String, String>) {
        self.answer = Some(match answer {
            Ok(words) => Answer { words, weight: Weight::Plain },
            Err(words) => Answer { words, weight: Weight::Heavy },
        });
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent, picture: &Picture) -> Option<Wish> {
        if key.kind == KeyEventKind::Release {
            return None;
        }
        if key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('c') {
            return Some(self.interrupt());
        }
        match self.dialog.take() {
            Some(dialog) => self.typed(dialog, key),
            None => self.pressed(key.code, picture),
        }
    }

    /// Words that were pasted: into what is being typed, and nowhere else.
    pub fn paste(&mut self, text: &str) {
        if let Some(dialog) = &mut self.dialog {
            for c in text.chars().filter(|c| !c.is_control()) {
                dialog.input.handle(tui_input::InputRequest::InsertChar(c));
            }
        }
    }

    fn interrupt(&mut self) -> Wish {
        match self.seat {
            Seat::Elsewhere | Seat::Unnamed => Wish::Leave,
            Seat::Line => {
                self.interrupts = self.interrupts.saturating_add(1);
                Wish::Interrupt
            }
        }
    }

    fn pressed(&mut self, code: KeyCode, picture: &Picture) -> Option<Wish> {
        self.answer = None;
        match code {
            KeyCode::Char('t' | 'n' | 's' | 'o') if self.seat == Seat::Unnamed => {
                self.hear(Err("to write, name yourself: leave with q, then --operator \"PC Y\"".to_owned()));
            }
            KeyCode::Char('t') => self.take(picture),
            KeyCode::Char('n') => self.open(Asks::Note, String::new()),
            KeyCode::Char('s') => self.open(Asks::Stop, String::new()),
            KeyCode::Char('o') => self.open(Asks::HandOver, String::new()),
            KeyCode::Char('h') => {
                let other = if self.content == Content::Shown { Content::Hidden } else { Content::Shown };
                self.content = other;
            }
            KeyCode::Char('r') if self.page == Page::Overview => {
                self.page = Page::Replies;
                return Some(Wish::Do(Deed::Look));
            }
            KeyCode::Char('r') | KeyCode::Esc => self.page = Page::Overview,
            KeyCode::Char('q') if self.page == Page::Replies => self.page = Page::Overview,
            KeyCode::Char('q') if self.seat != Seat::Line => return Some(Wish::Leave),
            KeyCode::Up | KeyCode::Left => self.choose(picture, |place| place.saturating_sub(1)),
            KeyCode::Down | KeyCode::Right => self.choose(picture, |place| place.saturating_add(1)),
            KeyCode::PageUp => self.choose(picture, |place| place.saturating_sub(10)),
            KeyCode::PageDown => self.choose(picture, |place| place.saturating_add(10)),
            KeyCode::Home => self.chosen = None,
            _ => {}
        }
        None
    }

    fn choose(&mut self, picture: &Picture, to: impl Fn(usize) -> usize) {
        let order = picture.in_order();
        let place = to(self.place(picture)).min(order.len().saturating_sub(1));
        self.chosen = order.get(place).map(|received| received.seq);
    }

    /// The chosen one; else the first that waits for somebody.
    fn take(&mut self, picture: &Picture) {
        match picture.in_order().get(self.place(picture)) {
            Some(received) => self.open(Asks::Take(received.seq), "contacted".to_owned()),
            None => self.hear(Err("there is no reply yet".to_owned())),
        }
    }

    fn open(&mut self, asks: Asks, text: String) {
        self.answer = None;
        self.dialog = Some(Dialog { asks, input: Input::new(text) });
    }

    fn typed(&mut self, mut dialog: Dialog, key: KeyEvent) -> Option<Wish> {
        match key.code {
            KeyCode::Esc => matches!(dialog.asks, Asks::People(_)).then_some(Wish::Start(None)),
            KeyCode::Enter => self.granted(dialog),
            _ => {
                dialog.input.handle_event(&Event::Key(key));
                self.dialog = Some(dialog);
                None
            }
        }
    }

    fn granted(&mut self, dialog: Dialog) -> Option<Wish> {
        let text = dialog.input.value().trim().to_owned();
        if text.is_empty() {
            // Nothing was typed: it is asked on, so that an Enter too many says nothing in anybody's name.
            self.dialog = Some(dialog);
            return None;
        }
        self.chosen = None;
        Some(match dialog.asks {
            Asks::Take(reply) => Wish::Do(Deed::Take { reply, words: text }),
            Asks::Note => Wish::Do(Deed::Note(text)),
            Asks::Stop => Wish::Do(Deed::Stop(text)),
            Asks::HandOver => Wish::Do(Deed::HandOver(text)),
            Asks::People(_) => Wish::Start(Some(text.parse().unwrap_or_default())),
        })
    }
}
