//! `signpost contacts` alone: who is in, who is out and why.

use super::super::args::Common;
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::folder::{self, Folder};
use super::super::lists::{KEYED, LEAVE_OUT};
use super::super::print::Out;
use crate::case::contacts::{LeftOut, List, Place, Recipient, Sorted, Why};
use crate::case::language::Language;
use crate::ids::Msisdn;
use crate::record::fold::Roster;
use crate::text::Untrusted;

/// Lists everyone.
pub fn run(common: &Common, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let record = folder.look()?;
    let (nature, roster) = (folder::nature(record.state()), &record.state().roster);
    let lists = folder.lists(roster)?;
    lists.iter().for_each(|(name, list)| say_list(name, list, out));
    say_gone(&lists, roster, out);
    let (sorted, _) = folder.sort(lists, &folder.case_file()?, nature, roster)?;
    sorted.people.iter().for_each(|person| say_person(common, person, out));
    sorted.left_out.iter().for_each(|left| say_left_out(common, left, out));
    say_sums(&sorted, out);
    Ok(Exit::Done)
}

/// What a file was taken for, and which sheets were not read: a person must be able to see that it was taken wrongly.
pub(super) fn say_list(name: &str, list: &List, out: &Out) {
    let unread: Vec<String> = list.unread.iter().map(Untrusted::for_terminal).collect();
    out.say(format!("file {name}: {}, {} rows", list.format, list.rows.len()));
    if !unread.is_empty() {
        out.say(format!("     not read, no column of numbers: sheets {}", unread.join(", ")));
    }
    let hidden: Vec<String> = list.hidden.iter().map(Untrusted::for_terminal).collect();
    if !hidden.is_empty() {
        out.say(format!("     not read, hidden in the workbook: sheets {} (--sheet reads one)", hidden.join(", ")));
    }
    let unread: Vec<&str> = list.unread.iter().map(Untrusted::for_json).collect();
    let hidden: Vec<&str> = list.hidden.iter().map(Untrusted::for_json).collect();
    out.json(&serde_json::json!({
        "type": "file", "file": name, "format": list.format.to_string(), "rows": list.rows.len(), "unread": unread,
        "hidden": hidden,
    }));
}

/// A list may go, by hand or by an erasure: nobody of it is texted, and a person must be able to see why.
fn say_gone(lists: &[(String, List)], roster: &Roster, out: &Out) {
    let is_there = |file: &str| file == LEAVE_OUT || file == KEYED || lists.iter().any(|(name, _)| name == file);
    roster.files().filter(|file| !is_there(file)).for_each(|file| {
        out.say(format!("file {file}: was taken in and is not there any more; nobody of it is in"));
        out.json(&serde_json::json!({"type": "file-gone", "file": file}));
    });
}

fn say_person(common: &Common, person: &Recipient, out: &Out) {
    let row = &person.row;
    let name = row.name.as_ref().map(|name| name.for_terminal()).unwrap_or_default();
    let rows = if person.rows > 1 { format!(", {} rows", person.rows) } else { String::new() };
    let seen = person.last_seen.map(|seen| format!(", last seen {}", seen.strftime("%-d %b %Y %H:%M")));
    let number = number(common, &person.to);
    let language = row.language.as_ref().map(|language| format!(", language {language}")).unwrap_or_default();
    out.say(format!("in   {number:<14} {name}  ({}{rows}{}{language})", row.from, seen.unwrap_or_default()));
    let more = serde_json::json!({
        "type": "person", "number": person.to, "name": row.name.as_ref().map(|name| name.for_json()),
        "source": row.source.as_ref().map(|source| source.for_json()), "rows": person.rows,
        "language": row.language.as_ref().map(Language::as_str), "last_seen": person.last_seen.map(|seen| seen.to_string()),
    });
    out.json(&with_place(more, &row.from));
}

/// A call log has thousands of repeats: the person's line counts them, and only the JSON lists them.
fn say_left_out(common: &Common, left: &LeftOut, out: &Out) {
    if !matches!(left.why, Why::RepeatOf { .. }) {
        let written = written(common, &left.row.number);
        out.say(format!("out  {written:<14} {}  ({})", left.why.words(), left.row.from));
    }
    let more = serde_json::json!({
        "type": "left-out", "written": left.row.number.for_json(), "why": left.why.code(), "words": left.why.words(),
    });
    out.json(&with_place(more, &left.row.from));
}

fn with_place(mut object: serde_json::Value, from: &Place) -> serde_json::Value {
    if let Some(fields) = object.as_object_mut() {
        fields.insert("file".into(), (*from.file).into());
        fields.insert("sheet".into(), from.sheet.as_ref().map(|sheet| sheet.for_json()).into());
        fields.insert("row".into(), from.row.into());
        fields.insert("column".into(), from.column.map(|column| column + 1).into());
        fields.insert("cell".into(), from.cell().into());
    }
    object
}

fn say_sums(sorted: &Sorted, out: &Out) {
    let (rows, people, left_out) = (sorted.rows(), sorted.people.len(), sorted.left_out.len());
    let reasons: Vec<String> = sorted.reasons().iter().map(|(code, count)| format!("{count} {code}")).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
    out.say(format!("{rows} rows: {people} people, {left_out} left out{reasons}"));
    if sorted.left_out.iter().any(|left| matches!(left.why, Why::LostNought { .. })) {
        out.say(
            "To say yes to a number that lost its 0: signpost contacts include NUMBER --why \"…\" (or --lost-noughts)",
        );
    }
    out.say("Next: signpost plan");
    out.json(&serde_json::json!({"type": "summary", "rows": rows, "people": people, "left_out": left_out}));
}

/// As it stands in the file; what could be a whole number is masked like one.
pub fn written(common: &Common, number: &Untrusted) -> String {
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
fn number(common: &Common, number: &Msisdn) -> String {
    if common.full { number.to_string() } else { number.masked() }
}
