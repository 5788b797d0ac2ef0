//! A TPDU octet by octet, in the order of its octets: what `signpost pdu decode` prints for people who learn
//! the format. Like [`super::reading`] it watches the reader, so a damaged TPDU is shown up to the damage.

use std::ops::Range;

use super::address::{Address, Ton};
use super::dcs::{Alphabet, Compression, Dcs, Sense, Stored, Unit};
use super::element::{self, Information};
use super::first::{Flag, Flags, MTI, UDHI, VPF};
use super::frame::Frame;
use super::reader::{Name, Value, Watch};
use super::stamp::Stamp;
use super::status::Status;
use super::udh::{Element, Soundness, Udh};
use super::user_data::{Udhi, UserData, fill_bits};
use super::validity::{Tries, Validity};
use super::{Direction, Error, Kind, Tpdu, command, meanings};
use crate::hex;
use crate::text::Untrusted;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// 0: a field; 1: part of the one before; 2: part of that.
    pub depth: usize,
    /// Its octets, counted from the first of the input.
    pub at: Range<usize>,
    /// Octets in hexadecimal digits, or bits as `.... ..01`.
    pub octets: String,
    /// The standard's name.
    pub name: &'static str,
    /// Its value in words.
    pub value: Untrusted,
}

/// The lines of a TPDU, and why there are no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dump {
    /// In the order of the octets.
    pub lines: Vec<Line>,
    /// Why it is no TPDU.
    pub error: Option<Error>,
}

impl Dump {
    /// Of octets that begin with the SMSC.
    pub fn of_frame(octets: &[u8], direction: Direction) -> Self {
        let mut lines = Lines { octets, unit: Unit::Septets, lines: Vec::new() };
        let frame = Frame::decode_watched(octets, direction, &mut lines);
        if octets.first() == Some(&0) {
            lines.lines.insert(0, lines.line(0, 0..1, "SMSC", "none given: the one stored on the card is used"));
        }
        Self { lines: lines.lines, error: frame.err() }
    }

    /// Of octets that begin with the TPDU.
    pub fn of_tpdu(octets: &[u8], direction: Direction) -> Self {
        let mut lines = Lines { octets, unit: Unit::Septets, lines: Vec::new() };
        let tpdu = Tpdu::decode_watched(octets, direction, &mut lines);
        Self { lines: lines.lines, error: tpdu.err() }
    }
}

struct Lines<'a> {
    octets: &'a [u8],
    /// What TP-UDL counts, by the last TP-DCS; without one, septets.
    unit: Unit,
    lines: Vec<Line>,
}

impl Watch for Lines<'_> {
    fn see(&mut self, name: Name, at: Range<usize>, value: Value<'_>) {
        let term = name.term();
        match value {
            Value::First(flags, kind) => self.first(at, flags, kind),
            Value::Octet(length) if name == Name::Udl => self.length(at, length),
            Value::Octet(octet) => self.add(0, at, term, octet_words(name, octet)),
            Value::Octets(_) if name == Name::Pi => self.indicator(at),
            Value::Octets(octets) => self.add(0, at, term, format!("{} octets", octets.len())),
            Value::Address(address) => self.address(name, at, address),
            Value::Stamp(stamp) => self.add(0, at, term, stamp_words(stamp)),
            Value::Validity(validity) => self.add(0, at, term, validity_words(validity)),
            Value::Dcs(dcs) => {
                self.unit = dcs.unit();
                self.add(0, at, term, dcs_words(dcs));
            }
            Value::Status(status) => self.add(0, at, term, status_words(status)),
            Value::UserData(data, dcs, length) => self.user_data(at, data, dcs, length),
        }
    }
}

impl Lines<'_> {
    fn line(&self, depth: usize, at: Range<usize>, name: &'static str, value: impl Into<Untrusted>) -> Line {
        let octets = hex::encode(self.octets.get(at.clone()).unwrap_or_default());
        Line { depth, at, octets, name, value: value.into() }
    }

    fn add(&mut self, depth: usize, at: Range<usize>, name: &'static str, value: impl Into<Untrusted>) {
        let line = self.line(depth, at, name, value);
        self.lines.push(line);
    }

    fn first(&mut self, at: Range<usize>, flags: Flags, kind: Kind) {
        let first = self.octets.get(at.start).copied().unwrap_or_default();
        self.add(0, at.clone(), "first octet", kind.name());
        let mut bits = |mask, name, value: &str| {
            self.lines.push(Line { depth: 1, at: at.clone(), octets: pattern(first, mask), name, value: value.into() });
        };
        bits(MTI, "TP-MTI", kind.name());
        for flag in Flag::of(kind) {
            bits(flag.mask(), flag.name(), flag.says(u8::from(flags.has(*flag))));
        }
        if kind == Kind::Submit {
            let format = ["no TP-VP", "TP-VP enhanced", "TP-VP relative", "TP-VP absolute"];
            bits(VPF, "TP-VPF", format.get(usize::from(first >> 3 & 0x03)).copied().unwrap_or_default());
        }
        let header = if flags.udhi() == Udhi::Header { "begins with a header" } else { "no header" };
        bits(UDHI, "TP-UDHI", header);
        if flags.spare(kind) != 0 {
            bits(flags.spare(kind), "reserved", "set, and kept");
        }
    }

    fn indicator(&mut self, at: Range<usize>) {
        let first = self.octets.get(at.start).copied().unwrap_or_default();
        let there = [(0x01, "TP-PID"), (0x02, "TP-DCS"), (0x04, "TP-UDL"), (0x78, "reserved"), (0x80, "extension")];
        let names: Vec<&str> = there.iter().filter(|(bit, _)| first & bit != 0).map(|(_, name)| *name).collect();
        let words =
            if names.is_empty() { "nothing follows".to_owned() } else { format!("there: {}", names.join(", ")) };
        self.add(0, at, "TP-PI", words);
    }

    fn address(&mut self, name: Name, at: Range<usize>, address: &Address) {
        self.add(0, at.clone(), name.term(), address.shown());
        let unit = if name == Name::Smsc { "octets" } else { "semi-octets" };
        let length = self.octets.get(at.start).copied().unwrap_or_default();
        self.add(1, at.start..at.start + 1, "length", format!("{length} {unit}"));
        let plan = match address.npi() {
            0 => "unknown plan".to_owned(),
            1 => "E.164".to_owned(),
            3 => "X.121".to_owned(),
            npi => format!("numbering plan {npi}"),
        };
        self.add(1, at.start + 1..at.start + 2, "type", format!("{}, {plan}", address.ton().name()));
        let packed = if address.ton() == Ton::Alphanumeric { "packed septets" } else { "swapped semi-octets" };
        self.add(1, at.start + 2..at.end, "value", packed);
    }

    fn length(&mut self, at: Range<usize>, length: u8) {
        let unit = if self.unit == Unit::Septets { "septets" } else { "octets" };
        self.add(0, at, Name::Udl.term(), format!("{length} {unit}"));
    }

    fn user_data(&mut self, at: Range<usize>, data: &UserData, dcs: Dcs, length: u8) {
        self.length(at.start..at.start + 1, length);
        let mut from = at.start + 1;
        if let Some(header) = data.header() {
            self.header(from, header);
            from += header.size();
        }
        let fill = data.header().filter(|_| dcs.unit() == Unit::Septets).map_or(0, |header| fill_bits(header.size()));
        if fill > 0 && from < at.end {
            let value = format!("before the first septet: {fill} bits");
            let octets = self.octets.get(from).map(|octet| pattern(*octet, (1 << fill) - 1)).unwrap_or_default();
            self.lines.push(Line { depth: 1, at: from..from + 1, octets, name: "fill bits", value: value.into() });
        }
        let value = data.text(dcs).unwrap_or_else(|| data_words(dcs).into());
        self.add(0, from..at.end, "TP-UD", value);
    }

    fn header(&mut self, start: usize, header: &Udh) {
        let words = match header.soundness() {
            Soundness::Sound => format!("{} octets of header follow", header.size() - 1),
            Soundness::Broken => "its elements do not fill it: ignored as a whole".to_owned(),
        };
        self.add(1, start..start + 1, "TP-UDHL", words);
        let mut from = start + 1;
        for element in header.elements() {
            let end = from + 2 + element.data().len();
            self.add(1, from..end, "element", element::name(element.id()));
            self.add(2, from + 2..end, "data", element_words(element));
            from = end;
        }
        if !header.rest().is_empty() {
            self.add(1, from..start + header.size(), "rest", "no element");
        }
    }
}

/// `.... ..01`: the bits of a mask.
fn pattern(octet: u8, mask: u8) -> String {
    let bit = |at: u8| match (mask >> at & 1, octet >> at & 1) {
        (0, _) => '.',
        (_, 0) => '0',
        _ => '1',
    };
    let half = |bits: Range<u8>| bits.rev().map(bit).collect::<String>();
    format!("{} {}", half(4..8), half(0..4))
}

fn octet_words(name: Name, octet: u8) -> String {
    match name {
        Name::Pid => meanings::pid(octet).to_owned(),
        Name::Fcs => meanings::fcs(octet).to_owned(),
        Name::Ct => command::command_name(octet).to_owned(),
        Name::Mn => format!("about the text with TP-MR {octet}"),
        _ => octet.to_string(),
    }
}

fn stamp_words(stamp: &Stamp) -> String {
    stamp.rfc3339().unwrap_or_else(|| "no such time: kept as it is".into())
}

fn validity_words(validity: Validity) -> String {
    let period = validity.seconds().map_or("no period told".to_owned(), |seconds| format!("{seconds} seconds"));
    match validity {
        Validity::Relative(_) => period,
        Validity::Absolute(stamp) => format!("until {}", stamp_words(&stamp)),
        Validity::Enhanced(enhanced) if enhanced.tries() == Tries::Once => format!("{period}, one try"),
        Validity::Enhanced(_) => period,
    }
}

fn dcs_words(dcs: Dcs) -> String {
    let alphabet = match dcs.alphabet() {
        Alphabet::Gsm7 => "GSM 7-bit",
        Alphabet::Data8 => "8-bit data",
        Alphabet::Ucs2 => "UCS-2",
    };
    let compressed = if dcs.compression() == Compression::Compressed { ", compressed" } else { "" };
    let class = dcs.class().map(|class| format!(", class {class}")).unwrap_or_default();
    let waiting = dcs.waiting().map(|waiting| {
        let sense = if waiting.sense == Sense::Active { "waits" } else { "waits no longer" };
        let stored = if waiting.stored == Stored::Yes { "kept" } else { "may be discarded" };
        format!(": {} {sense}, text {stored}", waiting.kind())
    });
    format!("{alphabet}{compressed}{class}; {}{}", dcs.group().name(), waiting.unwrap_or_default())
}

fn status_words(status: Status) -> String {
    format!("{}: {}", status.class().name().replace('_', ", "), status.meaning())
}

fn data_words(dcs: Dcs) -> &'static str {
    if dcs.compression() == Compression::Compressed { "compressed text, kept as octets" } else { "data" }
}

fn element_words(element: &Element) -> Untrusted {
    match element.information() {
        Information::Concat(c) => format!("part {} of {}, reference {}", c.sequence, c.total, c.reference).into(),
        Information::Special(special) => {
            let stored = if special.stored == Stored::Yes { "kept" } else { "may be discarded" };
            format!("{} waiting: {}, text {stored}, profile {}", special.kind(), special.count, special.profile).into()
        }
        Information::Ports(ports) => format!("to port {}, from port {}", ports.destination, ports.source).into(),
        Information::SmscControl(bits) => format!("reports for outcomes {bits:08b}").into(),
        Information::Source(source) => match source {
            1 => "made by the sender".into(),
            2 => "made by the receiver".into(),
            3 => "made by the service centre".into(),
            other => format!("made by {other}").into(),
        },
        Information::EmailHeader(length) => format!("e-mail header of {length}").into(),
        Information::Hyperlink(link) => {
            format!("at {}, title of {}, address of {}", link.position, link.title, link.address).into()
        }
        Information::ReplyAddress(address) => address.shown(),
        Information::VoiceMail(element::VoiceMail::Notification) => "voice mail waits".into(),
        Information::VoiceMail(element::VoiceMail::DeleteConfirmation) => "voice mail was deleted".into(),
        Information::Single(language) | Information::Locking(language) => {
            language.name().map_or_else(|| format!("language {}: reserved", language.0).into(), Untrusted::from)
        }
        Information::Octets => format!("{} octets", element.data().len()).into(),
    }
}
