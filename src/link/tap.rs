//! Every octet that passes, both ways, with its time: the wire log of the record.
//!
//! While a secret passes, digits are struck in both directions (law 8): a handset with its echo on
//! sends a PIN back, and it may be cut anywhere, so that looking for the PIN itself would miss it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use jiff::Timestamp;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::BoxLink;
use crate::clock::Clock;

/// Which way octets went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the handset.
    In,
    /// To the handset.
    Out,
}

/// Octets that passed in one read or write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Wall clock.
    pub at: Timestamp,
    /// Monotonic clock.
    pub monotonic: Duration,
    /// Which way.
    pub way: Way,
    /// The octets, secrets struck.
    pub octets: Vec<u8>,
}

/// Whether a secret passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passing {
    Open,
    Secret,
}

/// What the tap collected and nobody has taken yet. Clones share it.
#[derive(Clone)]
pub struct TapLog {
    chunks: Rc<RefCell<VecDeque<Chunk>>>,
    passing: Rc<RefCell<Passing>>,
    clock: Arc<dyn Clock>,
}

impl TapLog {
    /// An empty log on this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { chunks: Rc::default(), passing: Rc::new(RefCell::new(Passing::Open)), clock }
    }

    /// Takes all chunks.
    pub fn take(&self) -> Vec<Chunk> {
        self.chunks.borrow_mut().drain(..).collect()
    }

    /// When the oldest chunk that nobody has taken passed.
    pub fn oldest(&self) -> Option<Duration> {
        self.chunks.borrow().front().map(|chunk| chunk.monotonic)
    }

    /// From now on digits are struck.
    pub fn secret_begins(&self) {
        *self.passing.borrow_mut() = Passing::Secret;
    }

    /// From now on octets are kept as they are.
    pub fn secret_ends(&self) {
        *self.passing.borrow_mut() = Passing::Open;
    }

    fn keep(&self, way: Way, octets: &[u8]) {
        if octets.is_empty() {
            return;
        }
        let strike = |octet: u8| if octet.is_ascii_digit() { b'*' } else { octet };
        let octets = match *self.passing.borrow() {
            Passing::Open => octets.to_vec(),
            Passing::Secret => octets.iter().copied().map(strike).collect(),
        };
        let chunk = Chunk { at: self.clock.now(), monotonic: self.clock.monotonic(), way, octets };
        self.chunks.borrow_mut().push_back(chunk);
    }
}

/// A link whose octets are kept.
pub struct Tap {
    link: BoxLink,
    log: TapLog,
}

impl Tap {
    /// Wraps a link.
    pub fn new(link: BoxLink, log: TapLog) -> Self {
        Self { link, log }
    }
}

impl AsyncRead for Tap {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.link).poll_read(context, buffer);
        self.log.keep(Way::In, buffer.filled().get(before..).unwrap_or_default());
        polled
    }
}

impl AsyncWrite for Tap {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.link).poll_write(context, octets);
        if let Poll::Ready(Ok(count)) = &polled {
            self.log.keep(Way::Out, octets.get(..*count).unwrap_or_default());
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.link).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.link).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn both_ways_are_kept_and_a_pin_is_struck() {
        let (near, mut far) = tokio::io::duplex(64);
        let log = TapLog::new(Arc::new(SystemClock::new()));
        let mut tap = Tap::new(Box::new(near), log.clone());
        log.secret_begins();
        tap.write_all(b"AT+CPIN=\"12").await.unwrap();
        tap.write_all(b"34\"\r").await.unwrap();
        far.write_all(b"AT+CPIN=\"1234\"\r").await.unwrap();
        let mut echo = [0; 15];
        tap.read_exact(&mut echo).await.unwrap();
        log.secret_ends();
        tap.write_all(b"AT+CMGF=0\r").await.unwrap();
        let chunks = log.take();
        let kept: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.octets.clone()).collect();
        assert_eq!(kept, b"AT+CPIN=\"****\"\rAT+CPIN=\"****\"\rAT+CMGF=0\r");
        assert_eq!(chunks.last().map(|chunk| chunk.way), Some(Way::Out));
        assert!(log.take().is_empty());
    }
}
