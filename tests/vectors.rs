//! The shared TPDU vectors (`tests/vectors/pdu_vectors.jsonl`, composed by others): every key of what a
//! decoder must find is compared, and every TPDU must encode to its own octets, from its fields and from
//! its JSON.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

use serde_json::{Value, json};
use signpost::hex;
use signpost::pdu::Direction;
use signpost::pdu::reading::Reading;

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
        match (self.0["direction"] == "mo", self.0["rp"] == "error") {
            (false, false) => Direction::Mt,
            (false, true) => Direction::MtError,
            (true, false) => Direction::Mo,
            (true, true) => Direction::MoError,
        }
    }

    fn has_smsc(&self) -> bool {
        self.0["has_smsc"] == true
    }

    fn read(&self) -> Reading {
        if self.has_smsc() {
            Reading::of_frame(&self.octets(), self.direction())
        } else {
            Reading::of_tpdu(&self.octets(), self.direction())
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
fn every_vector_decodes_to_what_it_must_and_encodes_to_itself() {
    let vectors = Vector::all();
    let mut failures = Vec::new();
    for vector in &vectors {
        let name = vector.0["name"].as_str().unwrap();
        failures.extend(check(vector).into_iter().map(|why| format!("{name}: {why}")));
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
    assert_eq!(vectors.len(), 239);
}

fn check(vector: &Vector) -> Vec<String> {
    let reading = vector.read();
    let frame = match &reading.frame {
        Ok(frame) => frame,
        Err(error) => return vec![error.to_string()],
    };
    let model = serde_json::to_value(&reading.model).unwrap();
    let mut wrong: Vec<String> = vector.0["expect"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, wanted)| (key, ours(key, &model, wanted), wanted))
        .filter(|(_, got, wanted)| got != *wanted)
        .map(|(key, got, wanted)| format!("{key}: {got} instead of {wanted}"))
        .collect();
    let encode = |frame: &signpost::pdu::Frame| if vector.has_smsc() { frame.encode() } else { frame.tpdu.encode() };
    if encode(frame) != vector.octets() {
        wrong.push(format!("encodes to {}", hex::encode(&encode(frame))));
    }
    match serde_json::from_value::<signpost::pdu::model::Model>(model).unwrap().compose() {
        Ok(composed) if encode(&composed) == vector.octets() => {}
        Ok(composed) => wrong.push(format!("its JSON encodes to {}", hex::encode(&encode(&composed)))),
        Err(error) => wrong.push(format!("its JSON: {error}")),
    }
    if frame.tpdu_length() != vector.0["length"] {
        wrong.push(format!("length {}", frame.tpdu_length()));
    }
    wrong
}

/// Our value for a key of the vectors, in their terms. A key that nobody knows compares unequal.
fn ours(key: &str, model: &Value, wanted: &Value) -> Value {
    match key {
        "type" => match model["type"].as_str() {
            Some(kind) => json!(format!("SMS-{}", kind.to_uppercase())),
            None => Value::Null,
        },
        "address" => model["address"]["number"].clone(),
        "ton" | "npi" => model["address"][key].clone(),
        "alphabet" => model["encoding"].clone(),
        "compressed" => json!(model["compressed"] == 1),
        // Where the text is one, data are not repeated; a compressed text has data alone.
        "data_hex" | "compressed_hex" => model["data"].clone(),
        "status" => model["status"]["code"].clone(),
        "ct" => model["command"]["type"].clone(),
        "mn" => model["command"]["number"].clone(),
        "vpf" => json!(match model["validity"]["format"].as_str() {
            None => 0,
            Some("enhanced") => 1,
            Some("relative") => 2,
            _ => 3,
        }),
        "vp" => validity(&model["validity"], wanted),
        "udh" => model["udh"]
            .as_array()
            .map(|udh| udh.iter().map(|e| json!({"iei": e["iei"], "data": e["data"]})).collect())
            .unwrap_or_default(),
        _ => model[key].clone(),
    }
}

fn validity(ours: &Value, wanted: &Value) -> Value {
    match wanted["format"].as_str() {
        None => ours.clone(),
        Some("relative") => json!({"format": ours["format"], "value": ours["octet"]}),
        Some("absolute") => json!({"format": ours["format"], "value": ours["until"]}),
        // The functionality indicator is compared bit by bit by the vectors; ours is kept as octets.
        Some(_) => {
            let first = hex::decode(ours["raw"].as_str().unwrap()).unwrap()[0];
            let mut shown = json!({
                "format": ours["format"], "hex": ours["raw"], "ext": first >> 7, "single_shot": first >> 6 & 1,
                "subformat": first & 7,
            });
            if wanted.get("value").is_some() {
                shown["value"] = ours["seconds"].clone();
            }
            shown
        }
    }
}
