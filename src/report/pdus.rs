//! Every PDU as it left and as it came, as CSV: octets in hexadecimal digits, before anything was made of them. Called by
//! `cli::export`.

use super::csv::safe;
use super::{PageError, each};
use crate::hex;
use crate::record::Record;
use crate::record::entry::{Entry, EntryView};
use crate::record::token::{Captured, Way};
use crate::record::traffic::Intended;
use crate::text::Untrusted;

/// Writes all of them, in order. What goes out has no service centre before it, what comes in has.
pub fn write(record: &Record, to: impl std::io::Write) -> Result<(), PageError> {
    let mut writer = ::csv::Writer::from_writer(to);
    writer.write_record(["entry", "at", "direction", "where", "hex"])?;
    each(record, &mut |view| {
        if let Some(row) = row(view) {
            writer.write_record(row)?;
        }
        Ok(())
    })?;
    Ok(writer.flush()?)
}

fn row(view: &EntryView) -> Option<[String; 5]> {
    let (direction, place, octets) = match view.entry.as_ref()? {
        Entry::Intent(Intended { part, attempt, tpdu, .. }) => {
            ("out", format!("part {part}, attempt {attempt}"), hex::encode(tpdu))
        }
        Entry::Capture(captured) if !captured.pdu.is_empty() => ("in", place(captured), safe(&captured.pdu)),
        _ => return None,
    };
    Some([view.seq.to_string(), view.at.to_string(), direction.to_owned(), place, octets])
}

/// Where it lay, or how it came.
pub(super) fn place(captured: &Captured) -> String {
    match &captured.way {
        Way::Stored { storage, index } => format!("{} {index}", Untrusted::from(storage.as_str()).for_csv()),
        Way::Pushed => "pushed".to_owned(),
        Way::Call => "call".to_owned(),
        Way::Ussd => "ussd".to_owned(),
    }
}
