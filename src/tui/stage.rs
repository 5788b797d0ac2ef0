//! The terminal: taken for the screen, and given back as it was, also when the program panics. It is standard error's:
//! standard output has the answer alone.

use std::io::{self, BufWriter, Stderr, stderr};

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
};
use ratatui::layout::Size;

use super::draw::{self, LEAST, Scene};

/// A picture goes out in one piece: standard error has no buffer of its own.
const FRAME: usize = 64 * 1024;

/// The terminal, while this value lives.
pub struct Stage {
    terminal: Terminal<CrosstermBackend<BufWriter<Stderr>>>,
    /// The size in which was drawn last.
    drawn: Size,
}

impl Stage {
    /// Takes it, if it is large enough.
    pub fn take() -> io::Result<Option<Self>> {
        let (width, height) = size()?;
        if width < LEAST.0 || height < LEAST.1 {
            return Ok(None);
        }
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
        }));
        enable_raw_mode()?;
        let entered = execute!(stderr(), EnterAlternateScreen, EnableBracketedPaste);
        let terminal = entered
            .and_then(|()| Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(FRAME, stderr()))))
            .inspect_err(|_| give_back())?;
        Ok(Some(Self { terminal, drawn: Size::ZERO }))
    }

    /// Whether more than one line is shown.
    pub fn is_large_enough(&self) -> bool {
        self.terminal.size().is_ok_and(|size| size.width >= LEAST.0 && size.height >= LEAST.1)
    }

    /// Whether what stands there has another size than was drawn.
    pub fn is_stale(&self) -> bool {
        self.terminal.size().is_ok_and(|size| size != self.drawn)
    }

    /// Draws a scene; whatever stood there in another size is drawn anew.
    pub fn draw(&mut self, scene: &Scene) -> io::Result<()> {
        self.drawn = self.terminal.draw(|frame| draw::draw(frame, scene))?.area.as_size();
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        give_back();
    }
}

/// A terminal that is gone needs nothing back.
fn give_back() {
    let _gone = disable_raw_mode();
    let _gone = execute!(stderr(), DisableBracketedPaste, LeaveAlternateScreen, ratatui::crossterm::cursor::Show);
}
