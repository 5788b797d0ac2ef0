//! An AT node of a handset (`/dev/smd7`), reached through the adb server on this computer, and the list of
//! what that server sees. The server is asked, never started; on the handset nothing runs that adbd does not
//! do by itself: no shell, no `su`. `hw-notes/adb.md` says what such a handset is, and what is not proved.
//!
//! The protocol: four hexadecimal digits of length, then the request; the answer is `OKAY`, or `FAIL` with a
//! length and words. After `host:transport:SERIAL` the handset's own services are asked; after `dev:` the
//! stream is the node itself. Sources: `OVERVIEW.TXT`, `SERVICES.TXT`, `protocol.txt` of Android's adb.
//!
//! | file | what |
//! |---|---|
//! | `node` | which handset, and which node of it |
//! | `list` | what the server sees |
//! | `error` | why not, and what to do next |

mod error;
mod list;
mod node;
#[cfg(test)]
mod tests;

pub use error::AdbError;
pub use list::{Seen, State};
pub use node::Node;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::text::Untrusted;

/// Where a server listens unless told otherwise.
const PORT: u16 = 5037;
const LOCALHOST: &str = "localhost";

/// The server is on this computer: it answers at once, or a handset hangs.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where the server is, as adb itself finds it: `$ADB_SERVER_SOCKET`, else `$ANDROID_ADB_SERVER_ADDRESS` and
/// `$ANDROID_ADB_SERVER_PORT`, else 127.0.0.1:5037. Never another computer's: what passes is not encrypted.
pub fn server() -> Result<SocketAddr, AdbError> {
    let said = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    address(said("ADB_SERVER_SOCKET"), said("ANDROID_ADB_SERVER_ADDRESS"), said("ANDROID_ADB_SERVER_PORT"))
}

fn address(socket: Option<String>, host: Option<String>, port: Option<String>) -> Result<SocketAddr, AdbError> {
    let (host, port) = (host.unwrap_or_else(|| LOCALHOST.into()), port.unwrap_or_else(|| PORT.to_string()));
    let said = socket.unwrap_or_else(|| format!("tcp:{host}:{port}"));
    here(&said).ok_or_else(|| AdbError::Elsewhere(said.into()))
}

/// `tcp:5037` or `tcp:HOST:5037`, if that is this computer.
fn here(socket: &str) -> Option<SocketAddr> {
    let socket = socket.strip_prefix("tcp:")?;
    let (host, port) = socket.rsplit_once(':').unwrap_or((LOCALHOST, socket));
    Some(SocketAddr::new(loopback(host)?, port.parse().ok()?))
}

/// This computer, by name or by number.
fn loopback(host: &str) -> Option<IpAddr> {
    let number = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let host = if host == LOCALHOST { Some(IpAddr::V4(Ipv4Addr::LOCALHOST)) } else { number.parse().ok() };
    host.filter(IpAddr::is_loopback)
}

/// Everything that the server sees.
pub async fn devices(server: SocketAddr) -> Result<Vec<Seen>, AdbError> {
    patiently(async {
        let mut stream = connect(server).await?;
        ask(&mut stream, "host:devices-l").await?;
        Ok(list::read(&counted(&mut stream).await?))
    })
    .await
}

/// Opens a node. What comes before the first octet is written is the node's own.
pub async fn open(server: SocketAddr, node: &Node) -> Result<TcpStream, AdbError> {
    patiently(async {
        is_ready(server, node).await?;
        let mut stream = switch(server, node).await?;
        match ask(&mut stream, &format!("dev:{}", node.path())).await {
            Ok(()) => Ok(stream),
            Err(AdbError::Said(_)) => Err(why_not(server, node).await),
            Err(other) => Err(other),
        }
    })
    .await
}

/// Whether the handset is there and can be talked to. Told from the list: the words of a refusal differ by version.
async fn is_ready(server: SocketAddr, node: &Node) -> Result<(), AdbError> {
    let seen = devices(server).await?;
    let handset = seen.iter().find(|seen| seen.serial.for_record() == node.serial());
    AdbError::of_state(handset.ok_or_else(|| AdbError::no_handset(node, &seen))?).map_or(Ok(()), Err)
}

/// adbd says no more than "closed". Its file service knows whether the node is there, and opens nothing.
async fn why_not(server: SocketAddr, node: &Node) -> AdbError {
    match errno(server, node).await {
        Ok(NO_ENTRY) => AdbError::NoNode(node.clone()),
        Ok(0 | NO_ACCESS) => AdbError::Denied(node.clone()),
        Ok(_) | Err(_) => AdbError::Closed(node.clone()),
    }
}

/// ENOENT and EACCES, on the wire as on Linux.
const NO_ENTRY: u32 = 2;
const NO_ACCESS: u32 = 13;

/// What `stat` says of the node: `STA2` of the file service (`file_sync_protocol.h`, Android 8 and later).
async fn errno(server: SocketAddr, node: &Node) -> Result<u32, AdbError> {
    let mut stream = switch(server, node).await?;
    ask(&mut stream, "sync:").await?;
    let path = node.path().as_bytes();
    stream.write_all(&[b"STA2".as_slice(), &(path.len() as u32).to_le_bytes(), path].concat()).await?;
    let mut answer = [0; 8];
    stream.read_exact(&mut answer).await?;
    let [b'S', b'T', b'A', b'2', errno @ ..] = answer else { return Err(AdbError::foreign()) };
    Ok(u32::from_le_bytes(errno))
}

/// A connection whose requests go to the handset.
async fn switch(server: SocketAddr, node: &Node) -> Result<TcpStream, AdbError> {
    let mut stream = connect(server).await?;
    ask(&mut stream, &format!("host:transport:{}", node.serial())).await?;
    Ok(stream)
}

async fn connect(server: SocketAddr) -> Result<TcpStream, AdbError> {
    let stream = TcpStream::connect(server).await.map_err(|_| AdbError::NoServer(server))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// One request and the verdict. What follows `OKAY` belongs to the service that was asked.
async fn ask(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), request: &str) -> Result<(), AdbError> {
    stream.write_all(format!("{:04x}{request}", request.len()).as_bytes()).await?;
    let mut verdict = [0; 4];
    stream.read_exact(&mut verdict).await?;
    match &verdict {
        b"OKAY" => Ok(()),
        b"FAIL" => Err(AdbError::Said(counted(stream).await?)),
        _ => Err(AdbError::foreign()),
    }
}

/// Text after its length.
async fn counted(stream: &mut (impl AsyncRead + Unpin)) -> Result<Untrusted, AdbError> {
    let mut digits = [0; 4];
    stream.read_exact(&mut digits).await?;
    let length = std::str::from_utf8(&digits).ok().and_then(|digits| u16::from_str_radix(digits, 16).ok());
    let mut octets = vec![0; usize::from(length.ok_or_else(AdbError::foreign)?)];
    stream.read_exact(&mut octets).await?;
    Ok(String::from_utf8_lossy(&octets).into_owned().into())
}

async fn patiently<T>(work: impl Future<Output = Result<T, AdbError>>) -> Result<T, AdbError> {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or(Err(AdbError::Silent))
}
