//! The master end of a pseudo-terminal: what the embedded handset is behind when it shows itself as
//! a serial device node. Linux.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use rustix::fs::{Mode, OFlags};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_serial::{SerialPort, SerialStream};

/// A pseudo-terminal in raw mode. It holds its slave open itself: otherwise the master reads EIO
/// whenever no client is there, and octets sent between two clients are lost.
pub struct Pty {
    master: SerialStream,
    slave: OwnedFd,
    path: PathBuf,
}

impl Pty {
    /// Makes a pseudo-terminal. Must be called inside a tokio runtime.
    pub fn open() -> io::Result<Self> {
        let (master, slave) = SerialStream::pair()?;
        let name = slave.name().ok_or_else(|| io::Error::other("the pseudo-terminal has no name"))?;
        let path = PathBuf::from(name);
        // A second descriptor of our own, because the crate's would be locked as a client's.
        let slave = rustix::fs::open(&path, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
        Ok(Self { master, slave, path })
    }

    /// The device node that a client opens, such as `/dev/pts/3`.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Points a symbolic link at the device node. Whatever else lies there is left alone.
    pub fn shown_as(&self, link: &Path) -> io::Result<PathBuf> {
        if link.is_symlink() {
            std::fs::remove_file(link)?;
        }
        std::os::unix::fs::symlink(&self.path, link)?;
        Ok(link.to_owned())
    }

    /// Lifts the exclusive mark (TIOCEXCL) that a killed client left on the slave. A real device loses
    /// it when its last client closes; here we hold the slave ourselves, so it would stay and every
    /// next client but root would find the port busy. Clients lock with `flock` besides.
    pub fn lift_exclusive(&self) -> io::Result<()> {
        Ok(rustix::termios::ioctl_tiocnxcl(&self.slave)?)
    }
}

impl AsyncRead for Pty {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.master).poll_read(context, buffer)
    }
}

impl AsyncWrite for Pty {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.master).poll_write(context, octets)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(())) // what is written is in the kernel; tcdrain would wait for a client to read
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.master).poll_shutdown(context)
    }
}
