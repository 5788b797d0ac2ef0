//! The handset behind a link: in memory for simulated time, on a pseudo-terminal or on TCP for real
//! time. It goes on when its client is killed.

use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::time::Instant;

use super::Handset;
use crate::link::pty::Pty;

/// Why [`Server::run`] returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The client went away.
    ClientGone,
    /// The handset was unplugged for so long.
    Unplugged(Duration),
}

/// A handset and the moment at which its clock began.
pub struct Server {
    handset: Handset,
    start: Instant,
}

/// On a pseudo-terminal a killed client's mark must be lifted soon.
const SOON: Duration = Duration::from_millis(50);

/// Elsewhere nothing is due but what the handset says.
const SELDOM: Duration = Duration::from_secs(3600);

impl Server {
    /// Begins the handset's time.
    pub fn new(handset: Handset) -> Self {
        Self { handset, start: Instant::now() }
    }

    /// The handset.
    pub fn handset(&self) -> &Handset {
        &self.handset
    }

    /// Moves octets between handset and client until one of them goes; `each_turn` is called at least
    /// every `turn`.
    pub async fn run<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        turn: Duration,
        mut each_turn: impl FnMut(&S),
    ) -> io::Result<Ended> {
        let mut octets = [0; 1024];
        loop {
            self.handset.tick(self.start.elapsed());
            let out = self.handset.output();
            if stream.write_all(&out).await.is_err() {
                return Ok(Ended::ClientGone);
            }
            if let Some(time) = self.handset.take_unplugged() {
                return Ok(Ended::Unplugged(time));
            }
            each_turn(stream);
            let now = self.start.elapsed();
            let wake = self.handset.next_wake().map_or(now + turn, |wake| wake.min(now + turn));
            tokio::select! {
                read = stream.read(&mut octets) => match read {
                    Ok(count) if count > 0 => self.handset.receive(self.start.elapsed(), octets.get(..count).unwrap_or_default()),
                    _ => return Ok(Ended::ClientGone),
                },
                () = tokio::time::sleep_until(self.start + wake.max(now)) => {}
            }
        }
    }

    /// Serves one client in memory until it goes or the handset is unplugged.
    pub async fn run_in_memory(&mut self, mut stream: DuplexStream) -> io::Result<Ended> {
        self.run(&mut stream, SELDOM, |_| {}).await
    }

    /// Serves on a pseudo-terminal for ever. `link` becomes a symbolic link to it; `ready` is told its
    /// path, each time it comes anew.
    pub async fn run_on_pty(&mut self, link: Option<&Path>, mut ready: impl FnMut(&Path)) -> io::Result<()> {
        loop {
            let mut pty = Pty::open()?;
            let shown = match link {
                Some(link) => pty.shown_as(link)?,
                None => pty.path().to_owned(),
            };
            ready(&shown);
            let ended = self.run(&mut pty, SOON, |pty| {
                let _gone_is_told_by_read = pty.lift_exclusive();
            });
            if let Ended::Unplugged(time) = ended.await? {
                if let Some(link) = link {
                    std::fs::remove_file(link)?;
                }
                drop(pty);
                tokio::time::sleep(time).await;
            }
        }
    }

    /// Serves one client after another on a port of this computer, for ever.
    pub async fn run_on_tcp(&mut self, listener: tokio::net::TcpListener) -> io::Result<()> {
        loop {
            let (mut stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            if let Ended::Unplugged(time) = self.run(&mut stream, SELDOM, |_| {}).await? {
                drop(stream);
                tokio::time::sleep(time).await;
            }
        }
    }
}
