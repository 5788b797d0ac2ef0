//! The terminal: taken for the screen, and given back as it was, also when the program panics. It is standard error's:
//! standard output has the answer alone. In the background nothing is drawn; whoever comes back finds it drawn anew.

use std::io::{self, BufWriter};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use ratatui::crossterm::execute;
use ratatui::crossterm::style::Print;
use ratatui::crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
};
use ratatui::layout::Size;

use super::draw::{self, LEAST, Scene};
use super::terminal::{Patient, is_in_front, keep_ctrl_c, out};

/// A picture goes out in one piece: standard error has no buffer of its own.
const FRAME: usize = 64 * 1024;

/// BEL of ECMA-48.
const BELL: char = '\x07';

/// The terminal, while this value lives.
pub struct Stage {
    terminal: Terminal<CrosstermBackend<BufWriter<Patient>>>,
    lost: Lost,
    /// The size in which was drawn last.
    drawn: Size,
}

/// Whether somebody else may have drawn at the terminal or set it up since: it is to be taken anew.
#[derive(Debug, Clone, Default)]
pub struct Lost(Arc<AtomicBool>);

impl Lost {
    /// Somebody may have.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody may have.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Stage {
    /// Whether it is large enough to be taken.
    pub fn has_room() -> bool {
        size().is_ok_and(|(width, height)| width >= LEAST.0 && height >= LEAST.1)
    }

    /// Takes it. Whoever knows that it was lost says so by that mark.
    pub fn take(lost: Lost) -> io::Result<Self> {
        give_back_on_panic(lost.clone());
        let terminal = enter().inspect_err(|_| give_back())?;
        Ok(Self { terminal, lost, drawn: Size::ZERO })
    }

    /// Whether more than one line is shown.
    pub fn is_large_enough(&self) -> bool {
        self.terminal.size().is_ok_and(|size| size.width >= LEAST.0 && size.height >= LEAST.1)
    }

    /// Whether what stands there is not what was drawn, or has another size.
    pub fn is_stale(&self) -> bool {
        let is_resized = || self.terminal.size().is_ok_and(|size| size != self.drawn);
        is_in_front() && (self.lost.is_set() || is_resized())
    }

    /// Draws a scene; whatever stood there in another size is drawn anew.
    pub fn draw(&mut self, scene: &Scene) -> io::Result<()> {
        if !is_in_front() {
            self.lost.set();
            return Ok(());
        }
        if self.lost.0.swap(false, Ordering::Relaxed) {
            self.draw_anew()?;
        }
        self.drawn = self.terminal.draw(|frame| draw::draw(frame, scene))?.area.as_size();
        Ok(())
    }

    /// Rings the terminal's bell, for whoever looks elsewhere. In the background it is another program's.
    pub fn ring(&self) -> io::Result<()> {
        if is_in_front() { execute!(out(), Print(BELL)) } else { Ok(()) }
    }

    /// Takes it again, with nothing on it.
    pub fn draw_anew(&mut self) -> io::Result<()> {
        disable_raw_mode()?;
        self.terminal = enter()?;
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        give_back();
    }
}

fn enter() -> io::Result<Terminal<CrosstermBackend<BufWriter<Patient>>>> {
    enable_raw_mode()?;
    keep_ctrl_c()?;
    execute!(out(), EnterAlternateScreen, EnableBracketedPaste, Clear(ClearType::All))?;
    Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(FRAME, out())))
}

/// What a panic says is to be read. A thread that panics beside the screen does not end it: the screen takes the terminal
/// again. With the main thread everything ends.
fn give_back_on_panic(lost: Lost) {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        give_back();
        before(panic);
        if std::thread::current().name() != Some("main") {
            lost.set();
        }
    }));
}

/// A terminal that is gone needs nothing back, and one that others have at the moment has it already.
fn give_back() {
    if is_in_front() {
        let _gone = disable_raw_mode();
        let _gone = execute!(out(), DisableBracketedPaste, LeaveAlternateScreen, Show);
    }
}
