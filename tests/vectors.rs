//! The shared TPDU vectors (`tests/vectors/pdu_vectors.jsonl`, composed by others): what a decoder
//! must find, and the octets that an encoder must give. What this version does not cover yet is
//! counted here by reason, so that this test breaks when it becomes covered.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

use std::collections::BTreeMap;

use serde_json::Value;
use signpost::hex;
use signpost::pdu::{Direction, Frame, Tpdu, tree};

struct Vector(Value);

impl Vector {
    fn all() -> Vec<Self> {
        include_str!("vectors/pdu_vectors.jsonl")
            .lines()
            .map(|line| Self(serde_json::from_str(&paired(line)).unwrap()))
            .collect()
    }

    fn octets(&self) -> Vec<u8> {
        hex::decode(self.0["pdu_hex"].as_str().unwrap()).unwrap()
    }

    fn direction(&self) -> Direction {
        if self.0["direction"] == "mo" { Direction::Mo } else { Direction::Mt }
    }

    fn decode(&self) -> Result<Frame, signpost::pdu::Error> {
        if self.0["has_smsc"] == true {
            Frame::decode(&self.octets(), self.direction())
        } else {
            Tpdu::decode(&self.octets(), self.direction()).map(|tpdu| Frame { smsc: None, tpdu })
        }
    }

    /// Why this version does not cover it, if it does not.
    fn uncovered(&self) -> Option<&'static str> {
        let expect = &self.0["expect"];
        let kind = expect["type"].as_str().unwrap_or_default();
        let classes: Vec<&str> = self.0["class"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        match kind {
            "SMS-COMMAND" | "SMS-DELIVER-REPORT" | "SMS-SUBMIT-REPORT" => Some("other TPDU types"),
            _ if classes.iter().any(|c| c.contains("national") || c.contains("language")) => Some("national tables"),
            "SMS-STATUS-REPORT" if !expect["pid"].is_null() || !expect["dcs"].is_null() => {
                Some("TP-PI and what it announces")
            }
            _ if expect["compressed"] == true => Some("compressed"),
            _ => None,
        }
    }
}

/// Rust strings hold no unpaired surrogate; the decoder shows U+FFFD in its place, as do we.
fn paired(line: &str) -> String {
    let mut pieces = line.split("\\ud").peekable();
    let mut out = pieces.next().unwrap().to_owned();
    let mut high_open = false;
    while let Some(piece) = pieces.next() {
        let high = matches!(piece.as_bytes()[0], b'8' | b'9' | b'a' | b'b');
        let low_follows =
            piece.len() == 3 && pieces.peek().is_some_and(|next| matches!(next.as_bytes()[0], b'c'..=b'f'));
        let kept = if high { low_follows } else { high_open };
        high_open = high && low_follows;
        if kept {
            out += &format!("\\ud{piece}");
        } else {
            out += &format!("\\ufffd{}", &piece[3..]);
        }
    }
    out
}

#[test]
fn what_is_not_covered_does_not_decode_or_is_told() {
    for vector in Vector::all().iter().filter(|v| v.uncovered() == Some("other TPDU types")) {
        assert!(vector.decode().is_err(), "{}: now covered", vector.0["name"]);
    }
}

#[test]
fn every_covered_vector_decodes_and_encodes() {
    let mut uncovered: BTreeMap<&str, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    let vectors = Vector::all();
    for vector in &vectors {
        if let Some(reason) = vector.uncovered() {
            *uncovered.entry(reason).or_default() += 1;
            continue;
        }
        let name = vector.0["name"].as_str().unwrap();
        failures.extend(check(vector).into_iter().map(|why| format!("{name}: {why}")));
    }
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), vectors.len(), failures.join("\n"));
    let known =
        [("TP-PI and what it announces", 6), ("compressed", 16), ("national tables", 13), ("other TPDU types", 30)];
    assert_eq!(uncovered, BTreeMap::from(known));
}

fn check(vector: &Vector) -> Vec<String> {
    let expect = &vector.0["expect"];
    let frame = match (vector.decode(), expect["error"].is_null()) {
        (Ok(frame), true) => frame,
        (Err(_), false) => return Vec::new(),
        (Ok(_), false) => return vec!["decoded, but should not".into()],
        (Err(error), true) => return vec![error.to_string()],
    };
    let mut wrong = Vec::new();
    let model = serde_json::to_value(tree::model(&frame)).unwrap();
    let mut same = |what: &str, got: &Value, wanted: &Value| {
        if !wanted.is_null() && got != wanted {
            wrong.push(format!("{what}: {got} instead of {wanted}"));
        }
    };
    same("type", &model["type"], &expect["type"]);
    same("address", &model["address"]["number"], &expect["address"]);
    for field in ["text", "dcs", "pid", "mr", "timestamp", "class"] {
        same(field, &model[field], &expect[field]);
    }
    let encoded = if vector.0["has_smsc"] == true { frame.encode() } else { frame.tpdu.encode() };
    if encoded != vector.octets() {
        wrong.push(format!("encodes to {}", hex::encode(&encoded)));
    }
    wrong
}
