//! What the adb server and a device say to each other: a header of six little-endian words (command, two
//! arguments, length, sum of the octets, command inverted), then the octets (`protocol.txt` of Android's adb).

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    pub command: [u8; 4],
    pub arguments: [u32; 2],
    pub octets: Vec<u8>,
}

impl Packet {
    pub fn new(command: &[u8; 4], arguments: [u32; 2], octets: impl Into<Vec<u8>>) -> Self {
        Self { command: *command, arguments, octets: octets.into() }
    }

    /// The next one, until the connection ends. What is no packet is a mistake of ours: the other end is the real adb.
    pub async fn read(stream: &mut OwnedReadHalf) -> Option<Self> {
        let mut header = [0; 24];
        stream.read_exact(&mut header).await.ok()?;
        let words: Vec<u32> = header.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect();
        let &[command, first, second, length, _, magic] = words.as_slice() else { panic!("six words") };
        assert_eq!(magic, !command, "{header:x?}");
        let mut octets = vec![0; length as usize];
        stream.read_exact(&mut octets).await.ok()?;
        Some(Self { command: command.to_le_bytes(), arguments: [first, second], octets })
    }

    pub async fn write(&self, stream: &mut OwnedWriteHalf) -> std::io::Result<()> {
        let command = u32::from_le_bytes(self.command);
        let sum = self.octets.iter().map(|octet| u32::from(*octet)).sum();
        let [first, second] = self.arguments;
        let header = [command, first, second, self.octets.len() as u32, sum, !command].map(u32::to_le_bytes).concat();
        stream.write_all(&[header.as_slice(), &self.octets].concat()).await
    }
}
