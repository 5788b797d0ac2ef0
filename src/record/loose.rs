//! Parts of long replies that no reply has taken up or told of: what came, and which parts are missing. What the record
//! keeps of a decoded capture is JSON to it (`pdu::model` has the keys). Called by `cli` and `report`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::Record;
use super::entry::Entry;
use super::store::RecordError;
use super::traffic::{Decoded, Reading};
use crate::text::Untrusted;

/// A part of a long text that is not whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoosePart {
    /// The capture's entry.
    pub capture: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// From whom.
    pub from: Untrusted,
    /// Its words.
    pub text: Untrusted,
    /// `part 1 of 3; part 2, 3 missing`.
    pub place: String,
}

type Fields = (u64, Timestamp, Value);

impl Record {
    /// Parts that are not whole. One that the network repeated, to the last key, is shown once, or not at
    /// all if its text is whole.
    pub fn loose_parts(&self) -> Result<Vec<LoosePart>, RecordError> {
        let mut all: Vec<Fields> = Vec::new();
        self.each_entry(&mut |view| {
            if let Some(Entry::Decoded(Decoded { capture, reading: Reading::Tpdu(fields), .. })) = &view.entry {
                all.push((*capture, view.at, fields.clone()));
            }
        })?;
        let (state, told) = (self.state(), &self.state().told_in_part);
        let is_loose = |capture: u64| state.loose.contains(&capture) && !told.contains(&capture);
        let (loose, taken): (Vec<&Fields>, Vec<&Fields>) = all.iter().partition(|(capture, ..)| is_loose(*capture));
        let mut shown: Vec<&Fields> = Vec::new();
        for part in loose {
            if !shown.iter().chain(&taken).any(|(.., fields)| *fields == part.2) {
                shown.push(part);
            }
        }
        Ok(placed(&shown))
    }
}

fn placed(parts: &[&Fields]) -> Vec<LoosePart> {
    let mut here: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (.., fields) in parts {
        here.entry(text_key(fields)).or_default().push(number(fields, "sequence"));
    }
    let word = |value: Option<&Value>| Untrusted::from(value.and_then(Value::as_str).unwrap_or_default());
    let part = |(capture, at, fields): &&Fields| LoosePart {
        capture: *capture,
        at: *at,
        from: word(fields.pointer("/address/number")),
        text: word(fields.get("text").or_else(|| fields.get("data"))),
        place: place(fields, here.get(&text_key(fields)).map(Vec::as_slice).unwrap_or_default()),
    };
    parts.iter().map(part).collect()
}

fn place(fields: &Value, here: &[u64]) -> String {
    let total = number(fields, "total");
    let missing: Vec<String> = (1..=total).filter(|at| !here.contains(at)).map(|at| at.to_string()).collect();
    match (total, missing.is_empty()) {
        (0, _) => "not read as a reply".to_owned(),
        (_, true) => format!("part {} of {total}", number(fields, "sequence")),
        (_, false) => format!("part {} of {total}; part {} missing", number(fields, "sequence"), missing.join(", ")),
    }
}

/// What the parts of one text have in common.
fn text_key(fields: &Value) -> String {
    let concat = fields.get("concat");
    let shared = |key| concat.and_then(|concat| concat.get(key)).map(Value::to_string).unwrap_or_default();
    let from = fields.pointer("/address/number").map(Value::to_string).unwrap_or_default();
    [from, shared("bits"), shared("reference"), shared("total")].join(" ")
}

fn number(fields: &Value, key: &str) -> u64 {
    fields.pointer(&format!("/concat/{key}")).and_then(Value::as_u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_missing_is_told_text_by_text() {
        let part = |capture, number: &str, sequence: u8| {
            let concat = json!({"bits": 8, "reference": 7, "total": 3, "sequence": sequence});
            (capture, Timestamp::UNIX_EPOCH, json!({"address": {"number": number}, "text": "x", "concat": concat}))
        };
        let parts = [part(1, "a", 1), part(2, "b", 2), part(3, "a", 3)];
        let placed = placed(&parts.iter().collect::<Vec<_>>());
        let places: Vec<&str> = placed.iter().map(|part| part.place.as_str()).collect();
        let expected = ["part 1 of 3; part 2 missing", "part 2 of 3; part 1, 3 missing", "part 3 of 3; part 2 missing"];
        assert_eq!(places, expected);
    }
}
