//! Where there are no pseudo-terminals none is made: the embedded handset is reached by TCP alone.

use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Never made.
pub struct Pty(Infallible);

impl Pty {
    /// Fails.
    pub fn open() -> io::Result<Self> {
        let words = "there are no pseudo-terminals on this system: signpost emulate --tcp PORT";
        Err(io::Error::new(io::ErrorKind::Unsupported, words))
    }

    /// None is.
    pub fn path(&self) -> &Path {
        match self.0 {}
    }

    /// None is.
    pub fn shown_as(&self, _: &Path) -> io::Result<PathBuf> {
        match self.0 {}
    }

    /// None is.
    pub fn lift_exclusive(&self) -> io::Result<()> {
        match self.0 {}
    }
}

impl AsyncRead for Pty {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.0 {}
    }
}

impl AsyncWrite for Pty {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        match self.0 {}
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.0 {}
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.0 {}
    }
}
