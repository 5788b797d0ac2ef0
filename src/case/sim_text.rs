//! The texts of a SIM, out of the records of EF_SMS (51.011 clause 10.5.3): what lies there, and what was deleted and lies
//! there still, because many devices only mark a record as free. Called by `session::image`, `report` and `check`.

use crate::hex;
use crate::pdu::{Direction, Frame, Tpdu};
use crate::text::Untrusted;

/// A record that holds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimText {
    /// Which, from 1.
    pub record: usize,
    /// How it lies there.
    pub lies: Lies,
    /// From whom or to whom, as far as it can be read.
    pub who: Untrusted,
    /// When the service centre had it, as far as it can be read.
    pub stamp: Option<String>,
    /// Its words, as far as they can be read.
    pub text: Untrusted,
}

/// The status of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies {
    /// Received, and read.
    Read,
    /// Received, not read.
    Unread,
    /// Sent.
    Sent,
    /// To be sent.
    Unsent,
    /// Free: it was deleted, and its octets are still there.
    Deleted,
}

impl Lies {
    /// The three lowest bits say it; the lowest alone, whether the record is in use.
    fn of(status: u8) -> Self {
        match status & 0x07 {
            1 => Lies::Read,
            3 => Lies::Unread,
            5 => Lies::Sent,
            7 => Lies::Unsent,
            _ => Lies::Deleted,
        }
    }

    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            Lies::Read => "read",
            Lies::Unread => "unread",
            Lies::Sent => "sent",
            Lies::Unsent => "unsent",
            Lies::Deleted => "deleted",
        }
    }
}

/// Whatever lies in these records, copied as hexadecimal digits. An empty one is filled with FF, or with 00.
pub fn texts(records: &[String]) -> Vec<SimText> {
    (1..).zip(records).filter_map(|(number, record)| text(number, record)).collect()
}

/// The numbers of the records that were deleted and are still there: `3, 7`. Nothing if there are none.
pub fn deleted(records: &[String]) -> Option<String> {
    let texts = texts(records);
    let numbers = texts.iter().filter(|text| text.lies == Lies::Deleted).map(|text| text.record.to_string());
    Some(numbers.collect::<Vec<_>>().join(", ")).filter(|numbers| !numbers.is_empty())
}

fn text(record: usize, digits: &str) -> Option<SimText> {
    let octets = hex::decode(digits).ok()?;
    let (status, rest) = octets.split_first()?;
    let lies = Lies::of(*status);
    let empty = rest.iter().all(|octet| *octet == 0xff) || rest.iter().all(|octet| *octet == 0);
    if empty && lies == Lies::Deleted {
        return None;
    }
    let (who, stamp, text) = read(rest, lies).unwrap_or_default();
    Some(SimText { record, lies, who, stamp, text })
}

/// A record is filled up with FF behind its text, and a text may end in FF too: the shortest that can be read is taken.
fn read(filled: &[u8], lies: Lies) -> Option<(Untrusted, Option<String>, Untrusted)> {
    let shortest = filled.iter().rposition(|octet| *octet != 0xff)? + 1;
    let directions: &[Direction] = match lies {
        Lies::Read | Lies::Unread => &[Direction::Mt],
        Lies::Sent | Lies::Unsent => &[Direction::Mo],
        Lies::Deleted => &[Direction::Mt, Direction::Mo],
    };
    let ends = || (shortest..=filled.len()).filter_map(|end| filled.get(..end));
    directions.iter().find_map(|direction| ends().find_map(|octets| words(octets, *direction)))
}

fn words(octets: &[u8], direction: Direction) -> Option<(Untrusted, Option<String>, Untrusted)> {
    let data = |text: Option<Untrusted>, octets: Vec<u8>| text.unwrap_or_else(|| hex::encode(&octets).into());
    match Frame::decode(octets, direction).ok()?.tpdu {
        Tpdu::Deliver(text) | Tpdu::ReservedMt(text) => {
            let said = data(text.user_data.text(text.dcs), text.user_data.octets());
            Some((text.originator.shown(), Some(text.timestamp.to_string()), said))
        }
        Tpdu::Submit(text) => {
            let said = data(text.user_data.text(text.dcs), text.user_data.octets());
            Some((text.destination.shown(), None, said))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SMSC +447700900000, from +447700900001: "hello".
    const HELLO: &str = "0791447700090000040C9144770009001000006221100160040005E8329BFD06";

    fn record(status: &str, text: &str) -> String {
        format!("{:F<352}", format!("{status}{text}"))
    }

    #[test]
    fn what_was_deleted_is_named_and_read() {
        let records =
            [record("03", HELLO), record("00", ""), record("00", HELLO), record("01", "07FF"), "00".repeat(176)];
        let found = texts(&records);
        let lies: Vec<(usize, Lies)> = found.iter().map(|text| (text.record, text.lies)).collect();
        assert_eq!(lies, [(1, Lies::Unread), (3, Lies::Deleted), (4, Lies::Read)]);
        for text in found.iter().take(2) {
            assert_eq!((text.who.for_record(), text.text.for_record()), ("+447700900001", "hello"));
        }
        assert!(found[2].text.is_empty(), "it cannot be read, and is named all the same");
        assert_eq!(deleted(&records).as_deref(), Some("3"));
        assert_eq!(deleted(&records[..2]), None);
    }
}
