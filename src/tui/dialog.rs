//! What is being typed at the screen, and for what. Pure; [`super::desk`] says what becomes of it.

use tui_input::Input;

use crate::text::Untrusted;

/// What is typed is so long at most, and a name is.
const LONGEST: usize = 4_000;
const NAME: usize = 60;

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

/// What is typed, and for what.
#[derive(Debug, Clone)]
pub struct Dialog {
    /// For what.
    pub asks: Asks,
    /// In whose name: of whoever was on shift when it was begun.
    pub by: Option<String>,
    /// What was typed so far.
    pub input: Input,
}

/// Whether all was taken that was typed or pasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Took {
    /// It was.
    All,
    /// There was no room for the rest.
    NotAll,
}

impl Dialog {
    /// Nothing is typed yet.
    pub fn new(asks: Asks, by: Option<String>) -> Self {
        Self { asks, by, input: Input::default() }
    }

    /// Words that were half typed when the screen ended, and how they come into the record all the same.
    pub fn half_typed(&self) -> Option<String> {
        let words = self.input.value().trim();
        let verb = match self.asks {
            Asks::Take(reply) => format!("signpost replies --mark {reply} WORDS"),
            Asks::Note => "signpost note WORDS".to_owned(),
            Asks::Stop | Asks::HandOver | Asks::People(_) => return None,
        };
        let shown = Untrusted::from(words).for_terminal();
        (!words.is_empty()).then(|| format!("typed without Enter, so not in the record: {shown}\n  help: {verb}"))
    }

    /// For so many characters more there is room.
    pub fn room(&self) -> usize {
        let longest = if self.asks == Asks::HandOver { NAME } else { LONGEST };
        longest.saturating_sub(self.input.value().chars().count())
    }

    /// Words that were pasted, where the cursor is. The end of a line is a space.
    pub fn paste(&mut self, text: &str) -> Took {
        let pasted = spaced(text);
        let fits: String = pasted.chars().take(self.room()).collect();
        let took = if fits.len() == pasted.len() { Took::All } else { Took::NotAll };
        let (before, behind) = self.around();
        let cursor = before.chars().count() + fits.chars().count();
        self.input = Input::new(format!("{before}{fits}{behind}")).with_cursor(cursor);
        took
    }

    /// What stands before the cursor, and behind it.
    fn around(&self) -> (String, String) {
        let mut chars = self.input.value().chars();
        (chars.by_ref().take(self.input.cursor()).collect(), chars.collect())
    }
}

/// A paste comes piece by piece: also where one begins or ends with the end of a line there is a space.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_control() {
            false => spaced.push(c),
            true if !spaced.ends_with(' ') => spaced.push(' '),
            true => {}
        }
    }
    spaced
}
