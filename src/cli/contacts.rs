//! `signpost contacts`: who is in, who is out and why.

use super::args::Common;
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::print::Out;
use crate::ids::Msisdn;
use crate::text::Untrusted;

/// Lists everyone.
pub fn run(common: &Common, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let record = folder.look()?;
    let sorted = folder.sorted(folder::nature(record.state()))?;
    for person in &sorted.people {
        let name = person.row.name.as_ref().map(|name| name.for_terminal()).unwrap_or_default();
        out.say(format!(
            "in   {:<14} {name}  ({}, row {})",
            number(common, &person.to),
            person.row.file,
            person.row.line
        ));
        out.json(&serde_json::json!({
            "type": "person", "number": person.to, "file": person.row.file, "row": person.row.line,
            "name": person.row.name.as_ref().map(|name| name.for_json()),
        }));
    }
    for left in &sorted.left_out {
        let written = written(common, &left.row.number);
        out.say(format!("out  {written:<14} {}  ({}, row {})", left.why.words(), left.row.file, left.row.line));
        out.json(&serde_json::json!({
            "type": "left-out", "written": left.row.number.for_json(), "why": left.why.code(),
            "words": left.why.words(), "file": left.row.file, "row": left.row.line,
        }));
    }
    let (rows, people) = (sorted.rows(), sorted.people.len());
    out.say(format!("{rows} rows: {people} people, {} left out", sorted.left_out.len()));
    out.say("Next: signpost plan");
    out.json(
        &serde_json::json!({"type": "summary", "rows": rows, "people": people, "left_out": sorted.left_out.len()}),
    );
    Ok(Exit::Done)
}

/// As it stands in the file; what could be a whole number is masked like one.
fn written(common: &Common, number: &Untrusted) -> String {
    let shown = number.for_terminal();
    let digits = shown.chars().filter(char::is_ascii_digit).count();
    let count = shown.chars().count();
    if common.full || digits < 7 {
        shown
    } else {
        format!("...{}", shown.chars().skip(count.saturating_sub(4)).collect::<String>())
    }
}

/// Masked on a shared screen, unless all of it was asked for.
pub fn number(common: &Common, number: &Msisdn) -> String {
    if common.full { number.to_string() } else { number.masked() }
}
