//! Where there are process groups, signals and termios.

use std::io::{self, Stdin, stdin};
use std::os::fd::AsFd;
use std::time::Duration;

use ratatui::crossterm::event::Event;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcgetpgrp, tcsetattr};

use crate::tui::keys::decode::Decoder;

/// The octet of Ctrl-C.
const CTRL_C: u8 = 0x03;
/// A special character that no key is (`_POSIX_VDISABLE` of Linux).
const NO_KEY: u8 = 0;
/// So many octets are read at once.
const AT_ONCE: usize = 4_096;
/// What begins like a longer key is taken for what it is when nothing follows for so long.
const HALF_A_KEY: Duration = Duration::from_millis(50);

/// Whether this process has the terminal, keys that are signals included.
pub fn is_in_front() -> bool {
    tcgetpgrp(stdin()).is_ok_and(|front| front == rustix::process::getpgrp())
}

/// Whether others have it: whoever sits there types for them. One that is not of our session (`su -c`) can be read by anybody.
pub fn is_in_background() -> bool {
    tcgetpgrp(stdin()).is_ok_and(|front| front != rustix::process::getpgrp())
}

/// In raw mode the kernel still makes a signal of Ctrl-C, which is heard whatever half a key stands before it, and throws
/// away nothing that was typed or drawn (NOFLSH). No other key is a signal.
pub fn keep_ctrl_c() -> io::Result<()> {
    let mut modes = tcgetattr(stdin())?;
    modes.local_modes |= LocalModes::ISIG | LocalModes::NOFLSH;
    modes.special_codes[SpecialCodeIndex::VINTR] = CTRL_C;
    modes.special_codes[SpecialCodeIndex::VQUIT] = NO_KEY;
    modes.special_codes[SpecialCodeIndex::VSUSP] = NO_KEY;
    Ok(tcsetattr(stdin(), OptionalActions::Now, &modes)?)
}

/// Waits until it has room, or is gone.
pub fn room(terminal: &impl AsFd) -> io::Result<()> {
    match poll(&mut [PollFd::new(terminal, PollFlags::OUT)], None) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What is typed. Read here and not by crossterm: its reader never comes back from a terminal that is gone or another's,
/// nor from half a key, and of a long paste it leaves what does not fit its buffer until the next key.
pub struct Typing {
    stdin: Stdin,
    decoder: Decoder,
}

/// What came of waiting.
enum Came {
    Octets(Vec<u8>),
    Nothing,
}

impl Typing {
    /// From now on.
    pub fn begin() -> Self {
        Self { stdin: stdin(), decoder: Decoder::default() }
    }

    /// What was typed by then; an error once the terminal is gone.
    pub fn next(&mut self, soon: Duration) -> io::Result<Vec<Event>> {
        let soon = if self.decoder.is_waiting() { HALF_A_KEY } else { soon };
        Ok(match self.wait(soon)? {
            Came::Octets(octets) => self.decoder.take(&octets),
            Came::Nothing => self.decoder.settle(),
        })
    }

    fn wait(&self, soon: Duration) -> io::Result<Came> {
        let mut looked = [PollFd::new(&self.stdin, PollFlags::IN)];
        let limit = Timespec::try_from(soon).map_err(io::Error::other)?;
        let came = match poll(&mut looked, Some(&limit)) {
            Err(Errno::INTR) | Ok(0) => return Ok(Came::Nothing),
            done => done.map(|_| looked.iter().fold(PollFlags::empty(), |all, one| all | one.revents()))?,
        };
        if is_in_front() {
            return self.read();
        }
        if came.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        // They are the shell's.
        std::thread::sleep(soon);
        Ok(Came::Nothing)
    }

    fn read(&self) -> io::Result<Came> {
        let mut octets = vec![0; AT_ONCE];
        match rustix::io::read(&self.stdin, &mut octets) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(length) => {
                octets.truncate(length);
                Ok(Came::Octets(octets))
            }
            Err(Errno::INTR | Errno::AGAIN) => Ok(Came::Nothing),
            // Another process came to the front just now.
            Err(Errno::IO) if !is_in_front() => Ok(Came::Nothing),
            Err(error) => Err(error.into()),
        }
    }
}
