//! Floor 7: pages and lists from the record, read-only, for three readers. Called by `cli::report`, `cli::export` and
//! `cli::close`.
//!
//! A page is one HTML file: no script, no request to anywhere (its own policy forbids both), readable on a telephone, in
//! print and by a screen reader. It shows the record; the record is the evidence.
//!
//! | file | what |
//! |---|---|
//! | [`door`] | the one way into a page: everything is masked and escaped there |
//! | [`mask`] | whose number it is, where that is not for the reader |
//! | [`facts`] · [`history`] | one reading of the record, and what happened in plain words |
//! | [`answers`] | the questions of page one, with the entries that prove each answer |
//! | [`court`] · [`people`] · [`line`](mod@line) | the page for a court, and for disclosure |
//! | [`support`] | the page for a support worker |
//! | [`threads`] · [`said`] | replies by who wrote them, and what became of each |
//! | [`chart`] | the two pictures |
//! | [`statement`] | what whoever closes the case has to write, drafted |
//! | [`words`] | times, counts, lists of entries |
//! | [`csv`] · [`attempts`] · [`pdus`] | people, replies, the texts of the SIM, attempts and raw PDUs, for spreadsheets |
//! | [`wire`] · [`pcapng`] | what passed the wire, as text; the TPDUs, for Wireshark |
//! | [`readme`] | what a bundle holds, and how to check it |
//!
//! What each reader gets is decided in [`court`] and [`support`], and each page says what it leaves out and why.

pub mod answers;
pub mod attempts;
pub mod chart;
pub mod court;
pub mod csv;
pub mod door;
pub mod facts;
pub mod history;
pub mod line;
pub mod mask;
pub mod pcapng;
pub mod pdus;
pub mod people;
pub mod readme;
pub mod said;
pub mod statement;
pub mod support;
pub mod threads;
pub mod wire;
pub mod words;

use crate::case::sim::TEXTS;
use crate::case::sim_text::{SimText, texts};
use crate::case::terms::Terms;
use crate::case::texts::Texts;
use crate::record::entry::EntryView;
use crate::record::fold::State;
use crate::record::{Record, RecordError};

/// Who is to read a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// A court, a lawyer: everything.
    Court,
    /// A support worker: the replies.
    Support,
    /// The other side: as a court, without the numbers and names of third parties.
    Disclosure,
}

impl Audience {
    /// The page's name in `out/`.
    pub fn file(self) -> &'static str {
        match self {
            Self::Court => "report.html",
            Self::Support => "support.html",
            Self::Disclosure => "disclosure.html",
        }
    }

    /// For the record of who looked.
    pub fn words(self) -> &'static str {
        match self {
            Self::Court => "for court",
            Self::Support => "for support",
            Self::Disclosure => "for disclosure",
        }
    }
}

/// Why there is no page, or no list.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// It cannot be written.
    #[error("it cannot be written: {0}")]
    Io(#[from] std::io::Error),
    /// A list cannot be written.
    #[error("the list cannot be written: {0}")]
    Csv(#[from] ::csv::Error),
    /// The template.
    #[error("the page cannot be made: {0}")]
    Template(#[from] minijinja::Error),
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// The page for somebody.
pub fn page(record: &Record, terms: &Terms, texts: &Texts, audience: Audience) -> Result<String, PageError> {
    match audience {
        Audience::Support => support::page(record, terms, texts),
        Audience::Court | Audience::Disclosure => court::page(record, terms, texts, audience),
    }
}

/// Tells every entry, until one cannot be told.
fn each(record: &Record, tell: &mut dyn FnMut(&EntryView) -> Result<(), PageError>) -> Result<(), PageError> {
    let mut told = Ok(());
    record.each_entry(&mut |view| {
        if told.is_ok() {
            told = tell(view);
        }
    })?;
    told
}

/// The texts that lay on the SIM when it was first copied, the deleted ones too.
fn sim_texts(state: &State) -> Vec<SimText> {
    let copy = state.images.get(&format!("{TEXTS:04X}")).and_then(|copies| copies.before.as_ref());
    copy.map(|image| texts(&image.records)).unwrap_or_default()
}
