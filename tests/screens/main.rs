//! The live screen: every state of a case as it is seen, and what keys do. The record is a real one in a file, read as the
//! program reads it; only the terminal is the library's own for tests.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop the moment an assumption fails")]

#[path = "../pages/big.rs"]
#[allow(dead_code)] // what the pages need of it
mod big;
#[path = "../pages/made.rs"]
#[allow(dead_code)] // what the pages need of it
mod made;

mod hostile;
mod keys;
mod pictures;
mod states;

use std::path::PathBuf;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use signpost::clock::Clock;
use signpost::record::news::News;
use signpost::tui::desk::{Desk, Seat};
use signpost::tui::draw::{Around, Scene, draw};
use signpost::tui::phase::Alive;
use signpost::tui::picture::Picture;
use signpost::tui::screen::take_in;
use signpost::tui::words::Full;

use made::Made;

/// A case at work, and the person before its screen.
pub struct Bench {
    /// The record at work.
    pub made: Made,
    /// What the screen knows of it.
    pub picture: Picture,
    /// What the person has before them.
    pub desk: Desk,
    /// What the computer says of itself.
    pub around: Around,
    news: News,
    folder: tempfile::TempDir,
}

impl Bench {
    /// With so many approved people, of whom none was texted yet.
    pub fn new(people: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.db");
        let made = Made::in_file(&path, people);
        let around = Around { alive: Alive::Yes, room: Some(12 << 30), power: "mains".into() };
        let (picture, news) = (Picture::default(), News::of(&path).unwrap());
        Self { made, picture, desk: Desk::new(Seat::Line, None), around, news, folder }
    }

    /// The record's file.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("record.db")
    }

    /// Reads what came.
    pub fn look(&mut self) {
        self.made.flush();
        take_in(&mut self.news, &mut self.picture).unwrap();
    }

    /// What the person sees.
    pub fn seen(&mut self, width: u16, height: u16) -> String {
        self.terminal(width, height).backend().to_string()
    }

    /// As it is drawn.
    pub fn drawn(&mut self, width: u16, height: u16) -> Buffer {
        self.terminal(width, height).backend().buffer().clone()
    }

    fn terminal(&mut self, width: u16, height: u16) -> Terminal<TestBackend> {
        self.look();
        let scene = Scene {
            picture: &self.picture,
            terms: &self.made.terms,
            desk: &self.desk,
            around: &self.around,
            now: self.made.clock.now(),
            full: Full::No,
        };
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(frame, &scene)).unwrap();
        terminal
    }
}
