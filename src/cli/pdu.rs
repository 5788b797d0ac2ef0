//! `signpost pdu`: octets to fields and back. One PDU as an argument, or one a line from standard input;
//! what cannot be read is told in its place, and the lines behind it go on.

use std::io::{BufRead, Read};

use super::args::{Pdu, PduDecode, PduEncode, PduVerb, RpForm};
use super::error::CommandError;
use super::exit::Exit;
use super::print::Out;
use crate::hex;
use crate::pdu::Direction;
use crate::pdu::dump::{Dump, Line};
use crate::pdu::model::Model;
use crate::pdu::reading::Reading;

/// Decodes or encodes.
pub fn run(args: &Pdu, out: &Out) -> Result<Exit, CommandError> {
    let input = match &args.verb {
        PduVerb::Decode(args) => &args.hex,
        PduVerb::Encode(args) => &args.object,
    };
    let (mut good, mut bad) = (0u64, 0u64);
    let mut one = |line: &str| {
        let done = match &args.verb {
            PduVerb::Decode(args) => decode(args, line, out),
            PduVerb::Encode(args) => encode(args, line, out),
        };
        match done {
            Ok(()) => good += 1,
            Err(error) => {
                bad += 1;
                out.error(&error);
            }
        }
    };
    match input.as_deref().filter(|text| *text != "-") {
        Some(text) => one(text),
        None => each_line(&mut std::io::stdin().lock(), &mut one)
            .map_err(|error| CommandError::usage("input", error.to_string(), "give text"))?,
    }
    out.json(&serde_json::json!({"type": "summary", "good": good, "bad": bad}));
    Ok(if bad == 0 { Exit::Done } else { Exit::Usage })
}

/// No line of hexadecimal digits or JSON is longer; what is, is read in pieces of this size, which are bad.
const LONGEST_LINE: u64 = 1 << 16;

fn each_line(input: &mut impl BufRead, one: &mut impl FnMut(&str)) -> std::io::Result<()> {
    let mut line = Vec::new();
    while input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        if !text.trim().is_empty() {
            one(&text);
        }
        line.clear();
    }
    Ok(())
}

fn decode(args: &PduDecode, line: &str, out: &Out) -> Result<(), CommandError> {
    let digits: String = line.split_whitespace().collect();
    let direction = direction(args);
    let octets = hex::decode(&digits);
    let read = |octets: &[u8]| match args.no_smsc {
        true => (Reading::of_tpdu(octets, direction), Dump::of_tpdu(octets, direction)),
        false => (Reading::of_frame(octets, direction), Dump::of_frame(octets, direction)),
    };
    let octets = match octets {
        Ok(octets) => octets,
        Err(error) => {
            let whole = leading_octets(&digits);
            let told = serde_json::json!({"offset": whole.len(), "field": "input", "reason": error.to_string()});
            out.json(&serde_json::json!({"error": told, "partial": read(&whole).0.model}));
            return Err(CommandError::usage("hex", error.to_string(), "give pairs of hexadecimal digits"));
        }
    };
    let (reading, dump) = read(&octets);
    out.json(&reading.json());
    dump.lines.iter().flat_map(rows).for_each(|row| out.say(row));
    let Some(error) = dump.error else { return Ok(()) };
    let read = dump.lines.last().map_or(0, |line| line.at.end);
    let rest = hex::encode(octets.get(read..).unwrap_or_default());
    let why = format!("octet {}: {}", error.octet(), error.reason().words());
    rows(&Line { depth: 0, at: read..octets.len(), octets: rest, name: "not read", value: why.into() })
        .into_iter()
        .for_each(|row| out.say(row));
    let help = "is the direction right (--mt, --mo), and is there an SMSC before the TPDU (else --no-smsc)?";
    Err(CommandError::usage("pdu", error.to_string(), help))
}

/// The octets before the first pair that is none.
fn leading_octets(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap_or_default());
    pairs.map_while(|pair| hex::decode(pair).ok().filter(|octets| octets.len() == 1)).flatten().collect()
}

fn direction(args: &PduDecode) -> Direction {
    match (args.mo, args.rp) {
        (false, RpForm::Ack) => Direction::Mt,
        (true, RpForm::Ack) => Direction::Mo,
        (false, RpForm::Error) => Direction::MtError,
        (true, RpForm::Error) => Direction::MoError,
    }
}

fn encode(args: &PduEncode, line: &str, out: &Out) -> Result<(), CommandError> {
    let help = "give an object as `signpost pdu decode --json` writes it";
    let wrong = |message: String| CommandError::usage("json", message, help);
    let object: serde_json::Value = serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
    if object.get("type").is_some_and(|kind| kind == "summary") {
        return Ok(()); // the last line of what decode writes
    }
    let model: Model = serde_json::from_value(object).map_err(|error| wrong(error.to_string()))?;
    let frame = model.compose().map_err(|error| wrong(error.to_string()))?;
    let octets = if args.no_smsc { frame.tpdu.encode() } else { frame.encode() };
    out.say(hex::encode(&octets));
    out.json(&serde_json::json!({"type": "pdu", "hex": hex::encode(&octets), "length": frame.tpdu_length()}));
    Ok(())
}

/// The rows of a line in 80 columns: octets and words side by side, each broken where it must be.
fn rows(line: &Line) -> Vec<String> {
    const WORDS: usize = 80 - 5 - 25 - 14;
    let bits = line.octets.contains('.');
    let octets = if bits { vec![line.octets.clone()] } else { spaced(&line.octets) };
    let words = broken(&line.value.for_terminal(), WORDS);
    let name = format!("{}{}", "  ".repeat(line.depth), line.name);
    let row = |at: usize| {
        let place = if at == 0 && !bits { format!("{:>3}", line.at.start) } else { String::new() };
        let name = if at == 0 { name.as_str() } else { "" };
        let [octets, words] = [&octets, &words].map(|list| list.get(at).map_or("", String::as_str));
        format!("{place:>3}  {octets:<23}  {name:<13} {words}").trim_end().to_owned()
    };
    (0..octets.len().max(words.len()).max(1)).map(row).collect()
}

/// Rows of so many characters; a word that is no longer than a row is kept whole.
fn broken(text: &str, width: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let letters: Vec<char> = word.chars().collect();
        for piece in letters.chunks(width) {
            match rows.last_mut() {
                Some(row) if row.chars().count() + piece.len() <= width => row.extend(piece),
                _ => rows.push(piece.iter().collect()),
            }
        }
    }
    rows
}

/// Digits in pairs, eight to a row.
fn spaced(digits: &str) -> Vec<String> {
    let pairs: Vec<&str> = (0..digits.len()).step_by(2).filter_map(|at| digits.get(at..at + 2)).collect();
    pairs.chunks(8).map(|row| row.join(" ")).collect()
}
