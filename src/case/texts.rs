//! The texts of a case: the main one and its variants for languages. Who gets which is decided here, once.

use std::collections::BTreeMap;

use super::contacts::{Recipient, Sorted, Speaks};
use super::language::Language;
use super::message::Message;
use super::parts::{Parts, PartsError};
use crate::ids::Msisdn;

/// Everything that a case may send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    main: Text,
    variants: Vec<Text>,
}

/// One text, and its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// For whom: two languages may have the same words. Of the main text: those that are given it by name.
    pub languages: Vec<Language>,
    /// The words.
    pub message: Message,
    /// What goes to each person.
    pub parts: Parts,
}

/// Which of the texts; 0 is the main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Which(u8);

/// Why there are no texts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextsError {
    /// See there.
    #[error(transparent)]
    Parts(#[from] PartsError),
    /// More than anyone approves knowingly.
    #[error("there are more than {MOST} different texts")]
    TooMany,
}

/// A text's place is kept in an octet.
const MOST: usize = 100;

impl Texts {
    /// The main text, and variants by language. Variants with the same words are one text.
    pub fn new(main: Message, variants: impl IntoIterator<Item = (Language, Message)>) -> Result<Self, TextsError> {
        let mut texts = Self { main: Text::new(main)?, variants: Vec::new() };
        for (language, message) in variants {
            if let Some(same) = texts.all_mut().find(|text| text.message == message) {
                same.languages.push(language);
                continue;
            }
            if texts.variants.len() + 1 == MOST {
                return Err(TextsError::TooMany);
            }
            texts.variants.push(Text { languages: vec![language], ..Text::new(message)? });
        }
        Ok(texts)
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Text> {
        std::iter::once(&mut self.main).chain(&mut self.variants)
    }

    /// What everyone gets whose language has no text of its own.
    pub fn main(&self) -> &Text {
        &self.main
    }

    /// All of them, the main one first.
    pub fn iter(&self) -> impl Iterator<Item = (Which, &Text)> {
        (0..).map(Which).zip(std::iter::once(&self.main).chain(&self.variants))
    }

    /// One of them.
    pub fn get(&self, which: Which) -> &Text {
        self.iter().find(|(place, _)| *place == which).map_or(&self.main, |(_, text)| text)
    }

    /// Which one somebody gets.
    pub fn of(&self, language: Option<&Language>) -> Which {
        let speaks = |text: &Text| language.is_some_and(|language| text.languages.contains(language));
        self.iter().find(|(_, text)| speaks(text)).map_or(Which::MAIN, |(which, _)| which)
    }

    /// Whether the language has a text.
    pub fn knows(&self, language: &Language) -> bool {
        self.iter().any(|(_, text)| text.languages.contains(language))
    }

    /// Each language and the digest of its words, as an approval pins it.
    pub(super) fn pins(&self) -> impl Iterator<Item = (&Language, String)> {
        self.iter()
            .flat_map(|(_, text)| text.languages.iter().map(|language| (language, text.message.sha256().to_string())))
    }
}

impl Text {
    fn new(message: Message) -> Result<Self, PartsError> {
        Ok(Self { languages: Vec::new(), parts: Parts::of_message(&message)?, message })
    }
}

impl Which {
    /// The main text.
    pub const MAIN: Self = Self(0);
}

/// Everyone in the lists, in order, and which text they would get. Of thousands, so no more than that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed(Box<[(Msisdn, Which)]>);

impl Listed {
    /// Those who are not left out.
    pub fn of(sorted: &Sorted, texts: &Texts) -> Self {
        let one = |person: &Recipient| (person.to.clone(), texts.of(person.row.language.as_ref()));
        let mut all: Box<[_]> = sorted.people.iter().map(one).collect();
        all.sort_unstable();
        Self(all)
    }

    /// Which text they would get, if they stand there.
    pub(super) fn get(&self, to: &Msisdn) -> Option<Which> {
        let place = self.0.binary_search_by(|(listed, _)| listed.cmp(to)).ok()?;
        self.0.get(place).map(|(_, which)| *which)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(Msisdn, Which)> {
        self.0.iter()
    }
}

/// What is to be said of the languages in the lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spoken {
    /// Languages that no text is for, and how many people have them: they get the main text.
    pub without_text: BTreeMap<Language, usize>,
    /// People whom rows of different languages name: they get the first that has a text.
    pub several: usize,
}

impl Spoken {
    /// In these lists.
    pub fn of(sorted: &Sorted, texts: &Texts) -> Self {
        let mut spoken = Self::default();
        for person in &sorted.people {
            spoken.several += usize::from(person.speaks == Speaks::Several);
            let unknown = person.row.language.as_ref().filter(|language| !texts.knows(language));
            unknown.into_iter().for_each(|l| *spoken.without_text.entry(l.clone()).or_default() += 1);
        }
        spoken
    }
}
