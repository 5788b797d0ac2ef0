//! A rooted handset in the eyes of the adb server: the device's side of its protocol over TCP, as `adb connect`
//! meets it. Its `/dev/smd7` is the embedded handset; `/dev/smd8` is there and lets nobody in; it has no other.
//! It offers two services, as adbd does: `dev:`, and `sync:` to look at files.

use std::collections::HashMap;
use std::thread::JoinHandle;

use jiff::Timestamp;
use signpost::emulator::serve::Server;
use signpost::emulator::truth::Truth;
use signpost::emulator::{Answers, Handset, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{LocalSet, spawn_local};

use crate::packet::Packet;

/// Whether the handset lets a computer in that it does not know.
#[derive(Clone, Copy, PartialEq)]
pub enum Manner {
    /// As a build without adb's authentication does.
    LetsIn,
    /// A person must accept the key on its screen, and nobody does.
    AsksForKey,
}

/// A handset, plugged in until it is unplugged.
pub struct Fake {
    /// How `adb connect` reaches it, and how adb calls it.
    pub serial: String,
    /// What really happened on its line.
    pub truth: Truth,
    manner: Manner,
    life: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

const VERSION: u32 = 0x0100_0000;
const MOST_OCTETS: u32 = 4096;
const BANNER: &str = "device::ro.product.name=fake;ro.product.model=Fake 7;ro.product.device=fake;features=stat_v2";

/// `AUTH` (`protocol.txt`): what the device sends, and one of the host's answers.
const TOKEN: u32 = 1;
const SIGNATURE: u32 = 2;

impl Fake {
    pub fn plugged_in(manner: Manner) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let serial = listener.local_addr().unwrap().to_string();
        let mut fake = Self { serial, truth: Truth::default(), manner, life: None };
        fake.live(listener);
        fake
    }

    /// Plugged in again, after it was unplugged: started anew, with the same card.
    pub fn plug_in(&mut self) {
        self.live(std::net::TcpListener::bind(&self.serial).unwrap());
    }

    /// Gone, with every connection.
    pub fn unplug(&mut self) {
        if let Some((unplug, thread)) = self.life.take() {
            unplug.send(()).unwrap();
            thread.join().unwrap();
        }
    }

    fn live(&mut self, listener: std::net::TcpListener) {
        listener.set_nonblocking(true).unwrap();
        let answers = Answers::Demo { seed: 1, early_stop: None, silent: None };
        let settings = Settings { truth: self.truth.clone(), answers, ..Settings::plain(Timestamp::now()) };
        let (unplug, unplugged) = oneshot::channel();
        let manner = self.manner;
        let thread = std::thread::spawn(move || run(listener, manner, settings, unplugged));
        self.life = Some((unplug, thread));
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.unplug();
        }
    }
}

fn run(listener: std::net::TcpListener, manner: Manner, settings: Settings, unplugged: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::from_std(listener).unwrap();
        let (opens, mut opened) = mpsc::channel(1);
        let node = async {
            let mut server = Server::new(Handset::new(settings));
            while let Some(stream) = opened.recv().await {
                server.run_in_memory(stream).await.unwrap();
            }
        };
        let adbd = async {
            while let Ok((stream, _)) = listener.accept().await {
                spawn_local(adbd(stream, manner, opens.clone()));
            }
        };
        tokio::select! { () = node => {}, () = adbd => {}, _ = unplugged => {} }
    });
}

/// One connection to the server, which carries many streams.
async fn adbd(stream: TcpStream, manner: Manner, opens: mpsc::Sender<DuplexStream>) {
    let (mut reader, mut writer) = stream.into_split();
    let (out, mut packets) = mpsc::unbounded_channel::<Packet>();
    spawn_local(async move {
        while let Some(packet) = packets.recv().await {
            if packet.write(&mut writer).await.is_err() {
                return;
            }
        }
    });
    let mut streams = HashMap::new();
    while let Some(Packet { command, arguments: [theirs, ours], octets }) = Packet::read(&mut reader).await {
        match &command {
            b"CNXN" if manner == Manner::LetsIn => send(&out, b"CNXN", [VERSION, MOST_OCTETS], BANNER),
            b"CNXN" => send(&out, b"AUTH", [TOKEN, 0], [7; 20]),
            b"AUTH" if theirs == SIGNATURE => send(&out, b"AUTH", [TOKEN, 0], [7; 20]),
            b"AUTH" => {} // the key itself: the screen asks
            b"OPEN" => match service(theirs, &octets, &out, &opens).await {
                Some(stream) => {
                    send(&out, b"OKAY", [theirs, theirs], "");
                    streams.insert(theirs, stream);
                }
                None => send(&out, b"CLSE", [0, theirs], ""),
            },
            b"WRTE" => {
                if let Some(stream) = streams.get_mut(&ours) {
                    send(&out, b"OKAY", [ours, theirs], "");
                    stream.take(theirs, &octets, &out).await;
                }
            }
            b"OKAY" => {
                if let Some(Stream::Node { ready, .. }) = streams.get(&ours) {
                    let _its_reader_ended = ready.send(());
                }
            }
            b"CLSE" => {
                if let Some(Stream::Node { mut to, .. }) = streams.remove(&ours) {
                    to.shutdown().await.unwrap();
                }
            }
            other => panic!("{other:?}"),
        }
    }
}

fn send(out: &mpsc::UnboundedSender<Packet>, command: &[u8; 4], arguments: [u32; 2], octets: impl Into<Vec<u8>>) {
    let _the_connection_ended = out.send(Packet::new(command, arguments, octets));
}

/// One stream to a service. It has the same number at both ends.
enum Stream {
    /// `dev:`: the way to the node, and who waits to send more from it.
    Node { to: WriteHalf<DuplexStream>, ready: mpsc::UnboundedSender<()> },
    /// `sync:`: what was asked so far.
    Files(Vec<u8>),
}

/// What the server asks for; nothing where adbd would fail.
async fn service(
    id: u32,
    name: &[u8],
    out: &mpsc::UnboundedSender<Packet>,
    opens: &mpsc::Sender<DuplexStream>,
) -> Option<Stream> {
    match name.strip_suffix(&[0]).unwrap_or(name) {
        b"dev:/dev/smd7" => {
            let (near, far) = tokio::io::duplex(1 << 16);
            opens.send(far).await.unwrap();
            let (from, to) = tokio::io::split(near);
            let (ready, readied) = mpsc::unbounded_channel();
            spawn_local(from_the_node(id, from, readied, out.clone()));
            Some(Stream::Node { to, ready })
        }
        b"sync:" => Some(Stream::Files(Vec::new())),
        _ => None,
    }
}

/// Sends what the node says, a piece at a time: the next only when the last was taken.
async fn from_the_node(
    id: u32,
    mut from: ReadHalf<DuplexStream>,
    mut ready: mpsc::UnboundedReceiver<()>,
    out: mpsc::UnboundedSender<Packet>,
) {
    let mut octets = [0; MOST_OCTETS as usize];
    while let Ok(count @ 1..) = from.read(&mut octets).await {
        send(&out, b"WRTE", [id, id], &octets[..count]);
        if ready.recv().await.is_none() {
            return;
        }
    }
    send(&out, b"CLSE", [id, id], "");
}

impl Stream {
    /// Octets from the server.
    async fn take(&mut self, id: u32, octets: &[u8], out: &mpsc::UnboundedSender<Packet>) {
        match self {
            Stream::Node { to, .. } => to.write_all(octets).await.unwrap(),
            Stream::Files(asked) => {
                asked.extend(octets);
                if let Some(errno) = stat(asked) {
                    send(out, b"WRTE", [id, id], [b"STA2".to_vec(), vec![errno, 0, 0, 0], vec![0; 64]].concat());
                }
            }
        }
    }
}

/// The errno of `stat`, once the path is whole: `STA2`, length, path.
fn stat(asked: &[u8]) -> Option<u8> {
    let length = asked.get(4..8)?;
    let path = asked.get(8..8 + u32::from_le_bytes(length.try_into().unwrap()) as usize)?;
    assert!(asked.starts_with(b"STA2"), "{asked:?}");
    Some(if path == b"/dev/smd8" { 13 } else { 2 })
}
