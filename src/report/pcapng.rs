//! The TPDUs of both directions as a capture file that Wireshark opens as it is. Called by `cli::export`.
//!
//! The file is pcapng (draft-ietf-opsawg-pcapng): a section header, one interface with times in nanoseconds, an enhanced
//! packet block for each TPDU with a comment that names its entry. The link type is 252, WIRESHARK_UPPER_PDU, whose tags
//! name the dissector (`gsm_sms`) and the direction, so that no preference must be set; a TPDU does not say itself which way
//! it goes, and types of both directions have the same bits (23.040 clause 9.2.3.1).
//!
//! `pcap-file` was weighed against these thirty lines of blocks and options. Version 2.0.0 would write the same (its times are
//! nanoseconds, whatever `if_tsresol` says, which is what is declared here), and brings six crates, a second `syn` and a second
//! `thiserror` among them; 3.0.0 is a release candidate.

use jiff::Timestamp;

use super::facts::{Facts, Try};
use super::pdus::place;
use super::{PageError, each};
use crate::case::PartId;
use crate::hex;
use crate::record::Record;
use crate::record::entry::Entry;
use crate::record::token::{Captured, Reached, Verdict};
use crate::text::Untrusted;

/// LINKTYPE_WIRESHARK_UPPER_PDU.
const LINK: u16 = 252;

/// `EXP_PDU_TAG_DISSECTOR_NAME` and `EXP_PDU_TAG_P2P_DIRECTION` of Wireshark's `epan/exported_pdu.h`.
const DISSECTOR: u16 = 12;
const DIRECTION: u16 = 35;

/// Which way a TPDU went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// From the service centre: what Wireshark, which stands with the network, calls sent.
    ToUs = 0,
    /// To the service centre.
    FromUs = 1,
}

struct Packet {
    seq: u64,
    at: Timestamp,
    way: Way,
    tpdu: Vec<u8>,
    comment: String,
}

/// Every TPDU that was handed over, wholly or in part, and every one that came, in order of entries.
pub fn pcapng(record: &Record, facts: &Facts) -> Result<Vec<u8>, PageError> {
    let tries =
        facts.tries.iter().flat_map(|(part, tries)| (1..).zip(tries).map(move |(count, one)| (*part, count, one)));
    let mut packets: Vec<Packet> = tries.filter(|(.., one)| began(one)).map(handed).collect();
    each(record, &mut |view| {
        if let Some(Entry::Capture(captured)) = &view.entry {
            packets.extend(came(view.seq, view.at, captured));
        }
        Ok(())
    })?;
    packets.sort_by_key(|packet| packet.seq);
    Ok(packets.iter().fold(head(), |mut file, packet| {
        file.extend(packet.block());
        file
    }))
}

/// Whether any octet of it went to the device. Without an outcome it may have.
fn began(one: &Try) -> bool {
    one.outcome.as_ref().is_none_or(|outcome| outcome.what.reached >= Reached::PduPartly)
}

fn handed((part, count, one): (PartId, u32, &Try)) -> Packet {
    let became = match one.outcome.as_ref().map(|outcome| (&outcome.what.judged, outcome.seq)) {
        Some((Verdict::Accepted { .. }, entry)) => format!("the network took it (entry {entry})"),
        Some((Verdict::Refused { .. } | Verdict::Withdrawn { .. }, entry)) => format!("not sent (entry {entry})"),
        Some((Verdict::Unknown { .. }, entry)) => format!("NOT KNOWN whether it was sent (entry {entry})"),
        None => "NOT KNOWN whether it was sent".to_owned(),
    };
    let comment = format!("entry {}: part {part}, attempt {count}; {became}", one.intent);
    Packet { seq: one.intent, at: one.at, way: Way::FromUs, tpdu: one.tpdu.clone(), comment }
}

/// What came, without the service centre before it (27.005 clause 3.1). What are no octets is in `pdus.csv` alone.
fn came(seq: u64, at: Timestamp, captured: &Captured) -> Option<Packet> {
    let octets = hex::decode(captured.pdu.trim()).ok()?;
    let (length, rest) = octets.split_first()?;
    let tpdu = rest.get(usize::from(*length)..).filter(|tpdu| !tpdu.is_empty())?.to_vec();
    // <stat> 2 and 3 of 27.005 clause 3.1: written by the device, to be sent or sent.
    let way = if matches!(captured.status, Some(2 | 3)) { Way::FromUs } else { Way::ToUs };
    let comment = format!("entry {seq}: came in, {}", Untrusted::from(place(captured)).for_terminal());
    Some(Packet { seq, at, way, tpdu, comment })
}

impl Packet {
    fn block(&self) -> Vec<u8> {
        let data = [tag(DISSECTOR, b"gsm_sms"), tag(DIRECTION, &(self.way as u32).to_be_bytes()), tag(0, &[])].concat();
        let data = [data, self.tpdu.clone()].concat();
        let moment = u64::try_from(self.at.as_nanosecond()).unwrap_or_default();
        let length = (data.len() as u32).to_le_bytes();
        let fixed =
            [[0; 4], ((moment >> 32) as u32).to_le_bytes(), (moment as u32).to_le_bytes(), length, length].concat();
        block(6, &[fixed, padded(&data), option(1, self.comment.as_bytes()), option(0, &[])].concat())
    }
}

/// The section header, of unknown length, and the interface, with `if_tsresol` 10^-9.
fn head() -> Vec<u8> {
    let section = [&0x1a2b_3c4d_u32.to_le_bytes()[..], &[1, 0, 0, 0], &[0xff; 8]].concat();
    let interface = [&LINK.to_le_bytes()[..], &[0; 6], &option(9, &[9]), &option(0, &[])].concat();
    [block(0x0a0d_0d0a, &section), block(1, &interface)].concat()
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32 + 12).to_le_bytes();
    [&kind.to_le_bytes()[..], &length, body, &length].concat()
}

fn option(code: u16, value: &[u8]) -> Vec<u8> {
    [&code.to_le_bytes()[..], &(value.len() as u16).to_le_bytes(), &padded(value)].concat()
}

/// Of the exported PDU: in network order, its length with its padding.
fn tag(code: u16, value: &[u8]) -> Vec<u8> {
    let value = padded(value);
    [&code.to_be_bytes()[..], &(value.len() as u16).to_be_bytes(), &value].concat()
}

fn padded(octets: &[u8]) -> Vec<u8> {
    let mut octets = octets.to_vec();
    octets.resize(octets.len().next_multiple_of(4), 0);
    octets
}
