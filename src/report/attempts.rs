//! Every attempt to hand a part to the device, as CSV: the intent, what became of it, what delivery reports said. Called by
//! `cli::export`.

use std::collections::BTreeMap;

use super::csv::{finish, safe};
use super::facts::{Facts, Kept, Try};
use super::mask::Mask;
use super::{PageError, each};
use crate::case::PartId;
use crate::hex;
use crate::record::Record;
use crate::record::entry::Entry;
use crate::record::token::{AcceptedHow, Verdict};
use crate::record::traffic::{Judged, Reading, Reported};

const HEADS: [&str; 19] = [
    "intent",
    "at",
    "person",
    "number",
    "part",
    "attempt",
    "authority",
    "plan",
    "tpdu",
    "outcome",
    "outcome_at",
    "verdict",
    "why",
    "reference",
    "reports",
    "report_at",
    "report_status",
    "report_meaning",
    "discharged",
];

/// All of them, by person and part. Where several reports came, what the last one said.
pub fn attempts(record: &Record, facts: &Facts, mask: &Mask) -> Result<Vec<u8>, PageError> {
    let discharges = discharges(record)?;
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADS)?;
    for (part, tries) in &facts.tries {
        for (number, one) in (1..).zip(tries) {
            let reports = facts.reports.get(part).map(Vec::as_slice).unwrap_or_default();
            let reports: Vec<_> = reports.iter().filter(|report| report.what.intent == Some(one.intent)).collect();
            let row = attempt(*part, number, one, mask).into_iter().chain(outcome(one.outcome.as_ref(), mask));
            writer.write_record(row.chain(reported(&reports, &discharges)))?;
        }
    }
    Ok(finish(writer)?)
}

fn attempt(part: PartId, number: u32, one: &Try, mask: &Mask) -> [String; 9] {
    [
        one.intent.to_string(),
        one.at.to_string(),
        part.person.to_string(),
        safe(&mask.sender(&one.to.as_str().into())),
        part.to_string(),
        number.to_string(),
        safe(&one.authority),
        safe(&one.plan_code),
        mask.octets(&hex::encode(&one.tpdu)),
    ]
}

/// Without one it is not known.
fn outcome(outcome: Option<&Kept<Judged>>, mask: &Mask) -> [String; 5] {
    let Some(Kept { seq, at, what, .. }) = outcome else {
        let words = "no outcome was written: the program was stopped before it had an answer";
        return ["", "", "unknown", words, ""].map(str::to_owned);
    };
    let (verdict, why) = match &what.judged {
        Verdict::Accepted { how: AcceptedHow::Plainly, .. } => ("accepted", ""),
        Verdict::Accepted { how: AcceptedHow::NoOk, .. } => ("accepted", "+CMGS came, OK did not"),
        Verdict::Accepted { how: AcceptedHow::Late, .. } => ("accepted", "+CMGS came after the attempt was given up"),
        Verdict::Refused { why, .. } => ("refused", why.as_str()),
        Verdict::Withdrawn { why } => ("withdrawn", why.as_str()),
        Verdict::Unknown { why } => ("unknown", why.as_str()),
    };
    let reference = what.reference.as_ref().map(|reference| reference.mr.to_string()).unwrap_or_default();
    [seq.to_string(), at.to_string(), verdict.to_owned(), safe(&mask.all(why)), reference]
}

fn reported(reports: &[&Kept<Reported>], discharges: &BTreeMap<u64, String>) -> [String; 5] {
    let entries: Vec<String> = reports.iter().map(|report| report.seq.to_string()).collect();
    let Some(Kept { at, what, .. }) = reports.last() else { return Default::default() };
    let discharged = discharges.get(&what.capture).map(|moment| safe(moment)).unwrap_or_default();
    [entries.join(" "), at.to_string(), what.status.to_string(), safe(&what.meaning), discharged]
}

/// TP-DT of every report, by its capture.
fn discharges(record: &Record) -> Result<BTreeMap<u64, String>, PageError> {
    let mut discharges = BTreeMap::new();
    each(record, &mut |view| {
        if let Some(Entry::Decoded(decoded)) = &view.entry
            && let Reading::Tpdu(fields) = &decoded.reading
            && let Some(moment) = fields.get("discharge").and_then(serde_json::Value::as_str)
        {
            discharges.insert(decoded.capture, moment.to_owned());
        }
        Ok(())
    })?;
    Ok(discharges)
}
