//! TPDUs made from a seed, octet by octet, by code that shares nothing with the codec; beside each, what was
//! put in. Some are damaged: then what was put in before the damage still holds.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::{Value, json};

/// What carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// RP-DATA to the mobile.
    MtData,
    /// RP-DATA from the mobile.
    MoData,
    /// RP-ACK to the mobile.
    MtAck,
    /// RP-ACK from the mobile.
    MoAck,
    /// RP-ERROR to the mobile.
    MtError,
    /// RP-ERROR from the mobile.
    MoError,
}

/// What was done to the octets afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Nothing.
    None,
    /// Cut off at this octet.
    Cut(usize),
    /// Octets appended.
    Longer,
    /// TP-UDL or TP-CDL, at this octet, tells of more than is there.
    Promised(usize),
}

/// One TPDU.
pub struct Made {
    pub octets: Vec<u8>,
    pub carrier: Carrier,
    pub damage: Damage,
    /// By the keys of `pdu decode --json`: the octet behind the field, and the value.
    pub put_in: BTreeMap<&'static str, (usize, Value)>,
}

impl Made {
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.put_in.get(key).map(|(_, value)| value)
    }

    pub fn number(&self, key: &str) -> u64 {
        self.value(key).and_then(Value::as_u64).unwrap_or_default()
    }

    pub fn kind(&self) -> &str {
        self.value("type").and_then(Value::as_str).unwrap_or_default()
    }
}

struct Pen<'a> {
    random: &'a mut Rng,
    octets: Vec<u8>,
    put_in: BTreeMap<&'static str, (usize, Value)>,
}

/// The default alphabet as a string: position is code. The escape is a placeholder.
const ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1b}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const SHIFTED: [(char, u8); 9] = [
    ('^', 0x14),
    ('{', 0x28),
    ('}', 0x29),
    ('\\', 0x2f),
    ('[', 0x3c),
    ('~', 0x3d),
    (']', 0x3e),
    ('|', 0x40),
    ('€', 0x65),
];

pub fn make(random: &mut Rng) -> Made {
    let mut pen = Pen { random, octets: Vec::new(), put_in: BTreeMap::new() };
    let carrier = match pen.random.u8(0..16) {
        0..5 => pen.deliver(),
        5..9 => pen.submit(),
        9..12 => pen.status_report(),
        12 => pen.report("deliver-report", Carrier::MoAck, Carrier::MoError),
        13 => pen.report("submit-report", Carrier::MtAck, Carrier::MtError),
        _ => pen.command(),
    };
    let mut made = Made { octets: pen.octets, carrier, damage: Damage::None, put_in: pen.put_in };
    match random.u8(0..10) {
        0 => {
            let at = random.usize(1..made.octets.len());
            made.octets.truncate(at);
            made.damage = Damage::Cut(at);
            made.put_in.retain(|_, (end, _)| *end <= at);
        }
        1 if made.put_in.contains_key("udl") => {
            let at = made.put_in["udl"].0 - 1;
            let more = random.u8(9..60);
            // Some would be as long as TP-UDL can tell: then there is nothing to promise.
            if let Some(length) = made.octets[at].checked_add(more) {
                made.octets[at] = length;
                made.damage = Damage::Promised(at);
                made.put_in.retain(|_, (end, _)| *end <= at);
            }
        }
        2 => {
            made.octets.extend((0..random.usize(1..4)).map(|_| random.u8(..)));
            made.damage = Damage::Longer;
        }
        _ => {}
    }
    made
}

impl Pen<'_> {
    fn put(&mut self, key: &'static str, value: impl Into<Value>) {
        self.put_in.insert(key, (self.octets.len(), value.into()));
    }

    fn octet(&mut self, key: &'static str) -> u8 {
        let octet = self.random.u8(..);
        self.octets.push(octet);
        self.put(key, octet);
        octet
    }

    /// The first octet: the flags by bit, each set or not.
    fn first(&mut self, kind: &'static str, mti: u8, flags: &[(&'static str, u8)], more: u8) -> bool {
        let mut octet = mti | more;
        let chosen: Vec<(&'static str, u8, bool)> =
            flags.iter().map(|(key, bit)| (*key, *bit, self.random.bool())).collect();
        for (_, bit, set) in &chosen {
            octet |= if *set { 1 << bit } else { 0 };
        }
        self.octets.push(octet);
        self.put("type", kind);
        for (key, _, set) in &chosen {
            self.put(key, u8::from(*set));
        }
        octet & 0x40 != 0
    }

    fn deliver(&mut self) -> Carrier {
        let header = self.first("deliver", 0, &[("mms", 2), ("lp", 3), ("sri", 5), ("udhi", 6), ("rp", 7)], 0);
        self.address();
        self.octet("pid");
        let dcs = self.scheme();
        self.stamp("timestamp");
        self.user_data(dcs, header);
        Carrier::MtData
    }

    fn submit(&mut self) -> Carrier {
        // The dissector misreads the enhanced format: a small share.
        let format = if self.random.u8(0..60) == 0 { 1 } else { [0, 2, 3][self.random.usize(0..3)] };
        let header = self.first("submit", 1, &[("rd", 2), ("srr", 5), ("udhi", 6), ("rp", 7)], format << 3);
        self.octet("mr");
        self.address();
        self.octet("pid");
        let dcs = self.scheme();
        match format {
            1 => {
                let raw: Vec<u8> = (0..7).map(|_| self.random.u8(..)).collect();
                self.octets.extend(&raw);
                self.put("enhanced", hex(&raw));
            }
            2 => drop(self.octet("relative")),
            3 => self.stamp("until"),
            _ => {}
        }
        self.user_data(dcs, header);
        Carrier::MoData
    }

    fn status_report(&mut self) -> Carrier {
        let flags = [("mms", 2), ("lp", 3), ("srq", 5), ("udhi", 6)];
        let header = self.first("status-report", 2, &flags, 0);
        self.octet("mr");
        self.address();
        self.stamp("timestamp");
        self.stamp("discharge");
        self.octet("status");
        if self.random.bool() {
            let pi = self.indicator();
            self.parameters(pi, header);
        }
        Carrier::MtData
    }

    fn report(&mut self, kind: &'static str, ack: Carrier, error: Carrier) -> Carrier {
        let carrier = if self.random.bool() { ack } else { error };
        let header = self.first(kind, u8::from(kind == "submit-report"), &[("udhi", 6)], 0);
        if carrier == error {
            let cause = self.random.u8(0x80..);
            self.octets.push(cause);
            self.put("fcs", cause);
        }
        let pi = self.indicator();
        if kind == "submit-report" {
            self.stamp("timestamp");
        }
        self.parameters(pi, header);
        carrier
    }

    fn command(&mut self) -> Carrier {
        self.first("command", 2, &[("srr", 5), ("udhi", 6)], 0);
        self.octet("mr");
        self.octet("pid");
        self.octet("ct");
        self.octet("mn");
        self.address();
        let data: Vec<u8> = (0..self.random.usize(0..20)).map(|_| self.random.u8(..)).collect();
        self.octets.push(data.len() as u8);
        self.put("udl", data.len());
        self.octets.extend(&data);
        self.put("data", hex(&data));
        Carrier::MoData
    }

    /// TP-DCS. Reserved ones, which the dissector does not read as the standard says, are a small share.
    fn scheme(&mut self) -> u8 {
        let is_reserved = |dcs: u8| (0x80..0xc0).contains(&dcs) || dcs < 0x80 && dcs & 0x0c == 0x0c;
        let mut dcs = self.random.u8(..);
        if is_reserved(dcs) && self.random.u8(0..40) != 0 {
            dcs = self.random.u8(0xc0..);
        }
        self.octets.push(dcs);
        self.put("dcs", dcs);
        dcs
    }

    /// The three bits of TP-PI, no reserved one. TP-UDL without TP-DCS is a small share.
    fn indicator(&mut self) -> u8 {
        let pi = self.random.u8(0..8);
        let pi = if pi & 6 == 4 && self.random.u8(0..20) != 0 { pi | 2 } else { pi };
        self.octets.push(pi);
        self.put("pi", pi);
        pi
    }

    fn parameters(&mut self, pi: u8, header: bool) {
        if pi & 1 != 0 {
            self.octet("pid");
        }
        let dcs = if pi & 2 != 0 { self.scheme() } else { 0 };
        if pi & 4 != 0 {
            self.user_data(dcs, header);
        }
    }

    fn address(&mut self) {
        let npi = self.random.u8(..16);
        let ton = self.random.u8(..8);
        let (length, value, shown) = if ton == 5 {
            let letters: String =
                (0..self.random.usize(1..12)).map(|_| char::from(self.random.u8(b'A'..=b'Z'))).collect();
            let codes: Vec<u8> = letters.bytes().collect();
            ((codes.len() * 7).div_ceil(4), packed(&codes, 0), letters)
        } else {
            let digits: Vec<u8> = (0..self.random.usize(1..21)).map(|_| self.random.u8(0..15)).collect();
            let octet = |pair: &[u8]| pair[0] | pair.get(1).unwrap_or(&15) << 4;
            let plus = if ton == 1 { "+" } else { "" };
            let shown =
                digits.iter().map(|digit| char::from(b"0123456789*#abc"[usize::from(*digit)])).collect::<String>();
            (digits.len(), digits.chunks(2).map(octet).collect(), format!("{plus}{shown}"))
        };
        self.octets.push(length as u8);
        self.octets.push(0x80 | ton << 4 | npi);
        self.octets.extend(&value);
        self.put("address", json!({"number": shown, "ton": ton, "npi": npi}));
    }

    fn stamp(&mut self, key: &'static str) {
        let fields = [
            self.random.u8(0..70),
            self.random.u8(1..13),
            self.random.u8(1..29),
            self.random.u8(0..24),
            self.random.u8(0..60),
            self.random.u8(0..60),
        ];
        let zone = self.random.i8(-79..80);
        let swapped = |value: u8| ((value % 10) << 4) | (value / 10);
        self.octets.extend(fields.map(swapped));
        self.octets.push(swapped(zone.unsigned_abs()) | if zone < 0 { 8 } else { 0 });
        let [year, month, day, hour, minute, second] = fields;
        let (sign, quarters) = (if zone < 0 { '-' } else { '+' }, zone.unsigned_abs());
        self.put(
            key,
            format!(
                "20{year:02}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{sign}{:02}:{:02}",
                quarters / 4,
                quarters % 4 * 15
            ),
        );
    }

    /// TP-UDL and TP-UD of any coding scheme, 23.038 clause 4 read afresh.
    fn user_data(&mut self, dcs: u8, header: bool) {
        let head = if header { self.header() } else { Vec::new() };
        let compressed = dcs < 0x80 && dcs & 0x20 != 0;
        let alphabet = match dcs {
            0x00..0x80 => [7, 8, 16, 7][usize::from(dcs >> 2 & 3)],
            0xe0..0xf0 => 16,
            0xf0.. if dcs & 4 != 0 => 8,
            _ => 7,
        };
        let (length, body) = match (alphabet, compressed) {
            (7, false) => {
                let fill = (7 - head.len() * 8 % 7) % 7;
                let (text, codes) = self.letters((139 - head.len()) * 8 / 7);
                let text = nationally(&head, &codes).unwrap_or(text);
                let length = (head.len() * 8 + fill) / 7 + codes.len();
                self.octets.push(length as u8);
                self.put("udl", length);
                self.octets.extend(&head);
                self.octets.extend(packed(&codes, fill));
                self.put_header(&head);
                self.put("text", text);
                return;
            }
            (16, false) => {
                let text = self.any_characters((138 - head.len()) / 4);
                let octets: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
                (head.len() + octets.len(), (octets, Some(text)))
            }
            _ => {
                let octets: Vec<u8> = (0..self.random.usize(0..140 - head.len())).map(|_| self.random.u8(..)).collect();
                (head.len() + octets.len(), (octets, None))
            }
        };
        self.octets.push(length as u8);
        self.put("udl", length);
        self.octets.extend(&head);
        self.octets.extend(&body.0);
        self.put_header(&head);
        match body {
            (_, Some(text)) => self.put("text", text),
            (octets, None) => self.put("data", hex(&octets)),
        }
    }

    /// A header of elements with random data. National tables, which the dissector does not have, and
    /// parts of long texts, which it joins, are a small share.
    fn header(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        for _ in 0..self.random.usize(1..4) {
            let id = match self.random.u8(0..50) {
                0 => self.random.u8(0x24..0x26),
                1 => self.random.choice([0x00, 0x08]).unwrap_or_default(),
                _ => {
                    self.random.choice([0x01, 0x04, 0x05, 0x06, 0x07, 0x20, 0x70, 0x9a, 0xc5, 0xe1]).unwrap_or_default()
                }
            };
            let length = match id {
                0x00 => 3,
                0x01 | 0x04 => 2,
                0x05 | 0x08 => 4,
                0x06 | 0x07 | 0x20 | 0x24 | 0x25 => 1,
                _ => self.random.usize(0..6),
            };
            body.push(id);
            body.push(length as u8);
            body.extend((0..length).map(|_| self.random.u8(..)));
        }
        [vec![body.len() as u8], body].concat()
    }

    fn put_header(&mut self, head: &[u8]) {
        let Some((_, mut rest)) = head.split_first() else { return };
        let mut elements = Vec::new();
        while let [id, length, after @ ..] = rest {
            let (data, behind) = after.split_at(usize::from(*length));
            elements.push(json!({"iei": id, "data": hex(data)}));
            rest = behind;
        }
        // Where the header ends is where the body begins; a cut in the body leaves it readable.
        self.put("udh", elements);
    }

    fn letters(&mut self, most: usize) -> (String, Vec<u8>) {
        let alphabet: Vec<char> = ALPHABET.chars().collect();
        let (mut text, mut codes) = (String::new(), Vec::new());
        for _ in 0..self.random.usize(0..=most / 2) {
            if self.random.u8(0..12) == 0 {
                let (letter, code) = SHIFTED[self.random.usize(0..SHIFTED.len())];
                text.push(letter);
                codes.extend([0x1b, code]);
            } else {
                let code = self.random.u8(0..128);
                if code != 0x1b {
                    text.push(alphabet[usize::from(code)]);
                    codes.push(code);
                }
            }
        }
        (text, codes)
    }

    fn any_characters(&mut self, most: usize) -> String {
        let ranges = [0x21..0x7f, 0xa1..0x250, 0x400..0x500, 0x4e00..0x5000, 0x1f600..0x1f640];
        let count = self.random.usize(0..=most);
        (0..count)
            .filter_map(|_| {
                let range = ranges[self.random.usize(0..ranges.len())].clone();
                char::from_u32(self.random.u32(range))
            })
            .collect()
    }
}

/// The text of codes under the national tables of a header (the last of each counts), cell by cell from the
/// shared file; nothing if it names none.
fn nationally(head: &[u8], codes: &[u8]) -> Option<String> {
    let mut languages = [0, 0];
    let mut rest = head.get(1..)?;
    while let [id, length, after @ ..] = rest {
        if let (0x24 | 0x25, [language]) = (id, &after[..usize::from(*length)]) {
            languages[usize::from(id - 0x24)] = *language;
        }
        rest = &after[usize::from(*length)..];
    }
    let [single, locking] = languages;
    let named = |language: u8, table: &str| cell(table, language, None).is_some();
    let main = if named(locking, "locking") { ("locking", locking) } else { ("default", 0) };
    let shift = if named(single, "single") { ("single", single) } else { ("extension", 0) };
    if (main.1, shift.1) == (0, 0) {
        return None;
    }
    let plain = |code: u8| cell(main.0, main.1, Some(code)).flatten().unwrap_or(' ');
    let mut codes = codes.iter().copied();
    let mut text = String::new();
    while let Some(code) = codes.next() {
        if code != 0x1b {
            text.push(plain(code));
            continue;
        }
        let code = codes.next()?;
        text.push(cell(shift.0, shift.1, Some(code)).map_or_else(|| plain(code), |shown| shown.unwrap_or(' ')));
    }
    Some(text)
}

/// A cell of the file: nothing if there is no such row, `Some(None)` if it has no character. Without a code:
/// any cell of the table.
fn cell(table: &str, language: u8, code: Option<u8>) -> Option<Option<char>> {
    include_str!("../vectors/gsm0338.tsv").lines().skip(1).find_map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let same = fields[0] == table && fields[1] == language.to_string();
        let here = code.is_none_or(|code| fields[3] == format!("{code:02X}"));
        (same && here).then(|| u32::from_str_radix(fields[4], 16).ok().and_then(char::from_u32))
    })
}

/// Bit by bit, slowly: nothing to do with the codec's way.
fn packed(codes: &[u8], fill: usize) -> Vec<u8> {
    let mut bits = vec![false; fill];
    bits.extend(codes.iter().flat_map(|code| (0..7).map(move |bit| code >> bit & 1 == 1)));
    bits.chunks(8).map(|eight| eight.iter().rev().fold(0, |octet, bit| octet << 1 | u8::from(*bit))).collect()
}

/// Digits of octets.
pub fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02X}")).collect()
}
