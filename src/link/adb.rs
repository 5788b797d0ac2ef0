//! What the adb server on this computer sees, if one runs. It is asked, never started, and nothing is
//! written to a handset.
//!
//! Its protocol: four hexadecimal digits of length, then the request; the answer begins with `OKAY` or `FAIL`,
//! then the same again (`SERVICES.TXT` and `OVERVIEW.TXT` of Android's adb).

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::text::Untrusted;

/// Where the server listens.
pub const SERVER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 5037);

/// It is on this computer: it answers at once or not at all.
const PATIENCE: Duration = Duration::from_secs(2);

/// A handset that the server sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// How adb calls it.
    pub serial: Untrusted,
    /// `device`, `unauthorized`, `offline`, …
    pub state: Untrusted,
    /// Where it is plugged in, as the kernel says: `1-2`.
    pub usb: Option<String>,
    /// Its model.
    pub model: Untrusted,
}

/// Everything that the server sees; nothing if none runs.
pub async fn devices(server: SocketAddr) -> Vec<Seen> {
    match tokio::time::timeout(PATIENCE, ask(server, "host:devices-l")).await {
        Ok(Ok(list)) => list.lines().filter_map(seen).collect(),
        Ok(Err(error)) => {
            log::debug!("no list from an adb server: {error}");
            Vec::new()
        }
        Err(_) => {
            log::debug!("the adb server does not answer");
            Vec::new()
        }
    }
}

async fn ask(server: SocketAddr, request: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(format!("{:04x}{request}", request.len()).as_bytes()).await?;
    let mut status = [0; 4];
    stream.read_exact(&mut status).await?;
    let text = counted(&mut stream).await?;
    if status == *b"OKAY" { Ok(text) } else { Err(io::Error::other(Untrusted::from(text).for_log())) }
}

async fn counted(stream: &mut TcpStream) -> io::Result<String> {
    let mut digits = [0; 4];
    stream.read_exact(&mut digits).await?;
    let length = std::str::from_utf8(&digits).ok().and_then(|digits| usize::from_str_radix(digits, 16).ok());
    let mut octets = vec![0; length.ok_or_else(|| io::Error::other("no length"))?];
    stream.read_exact(&mut octets).await?;
    Ok(String::from_utf8_lossy(&octets).into_owned())
}

/// `SERIAL  state words usb:1-2 product:x model:y device:z transport_id:1`.
fn seen(line: &str) -> Option<Seen> {
    let (serial, rest) = line.split_once(char::is_whitespace)?;
    let words = || rest.split_whitespace();
    let is_detail =
        |word: &&str| ["usb:", "product:", "model:", "device:", "transport_id:"].iter().any(|k| word.starts_with(k));
    let detail = |key: &str| words().find_map(|word| word.strip_prefix(key));
    Some(Seen {
        serial: serial.into(),
        state: words().take_while(|word| !is_detail(word)).collect::<Vec<_>>().join(" ").into(),
        usb: detail("usb:").map(str::to_owned),
        model: detail("model:").unwrap_or_default().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    /// A server that gives one answer, and what it was asked.
    async fn answering(answer: &'static [u8]) -> (Vec<Seen>, String) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let server = listener.local_addr().unwrap();
        let serve = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 18];
            stream.read_exact(&mut asked).await.unwrap();
            stream.write_all(answer).await.unwrap();
            String::from_utf8(asked.to_vec()).unwrap()
        };
        tokio::join!(devices(server), serve)
    }

    #[tokio::test]
    async fn the_list_is_read_with_places_and_states() {
        let list = "1234                   device usb:1-2 product:oriole model:Pixel_6 device:oriole transport_id:3\n\
                    ABCD\tunauthorized usb:3-1.4 transport_id:4\n\
                    x no permissions (user in plugdev group); see [http://x] usb:1-9 transport_id:5\n\
                    emulator-5554          offline transport_id:6\n\
                    nonsense\n";
        let answer = Box::leak(format!("OKAY{:04x}{list}", list.len()).into_boxed_str());
        let (seen, asked) = answering(answer.as_bytes()).await;
        assert_eq!(asked, "000ehost:devices-l");
        let rows: Vec<_> = seen
            .iter()
            .map(|s| (s.serial.for_json(), s.state.for_json(), s.usb.as_deref(), s.model.for_json()))
            .collect();
        assert_eq!(
            rows,
            [
                ("1234", "device", Some("1-2"), "Pixel_6"),
                ("ABCD", "unauthorized", Some("3-1.4"), ""),
                ("x", "no permissions (user in plugdev group); see [http://x]", Some("1-9"), ""),
                ("emulator-5554", "offline", None, ""),
            ]
        );
    }

    #[tokio::test]
    async fn no_server_a_refusal_and_nonsense_are_an_empty_list() {
        let gone = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
        assert!(devices(gone).await.is_empty());
        assert!(answering(b"FAIL0005sorry").await.0.is_empty());
        assert!(answering(b"OKAYzzzz").await.0.is_empty());
        assert!(answering(b"OKAY0010short").await.0.is_empty());
    }
}
