//! People, replies and the texts of the SIM as CSV. Cells from outside cannot become formulas, and are masked where the
//! reader must not see whose number it is. Called by `cli::report` and `cli::export`.

use super::mask::Mask;
use super::threads::{came_whole, is_from_a_person};
use crate::record::fold::{Marked, Received, State, last_nine};
use crate::record::tables;
use crate::text::Untrusted;

/// Everyone of the approved plan and what became of their text.
pub fn people(state: &State, mask: &Mask) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(["person", "number", "name", "parts", "attempts", "state", "opted_out_in_entry"])?;
    for (id, person) in state.people.iter() {
        let attempts: u32 = state.parts_of(id).map(|(_, part)| part.attempts).sum();
        writer.write_record([
            id.to_string(),
            mask.sender(&person.to.as_str().into()),
            safe(&mask.name(person.name.as_ref())),
            person.parts.count().to_string(),
            attempts.to_string(),
            tables::summary(state.summary(id)).to_owned(),
            state.barred(&person.to).map(|seq| seq.to_string()).unwrap_or_default(),
        ])?;
    }
    finish(writer)
}

/// Every reply.
pub fn replies(state: &State, mask: &Mask) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(["entry", "recorded", "sent", "from", "person", "form", "urgent", "stop", "text"])?;
    for received in &state.replies {
        let reply = &received.reply;
        writer.write_record([
            received.seq.to_string(),
            received.at.to_string(),
            reply.stamp.clone().unwrap_or_default(),
            reply.from.as_ref().map(|from| safe(&mask.sender(from))).unwrap_or_default(),
            reply.person.map(|person| person.to_string()).unwrap_or_default(),
            tables::form(reply.form).to_owned(),
            reply.urgent.join(" / "),
            reply.stop.clone().unwrap_or_default(),
            cell(&reply.text, mask),
        ])?;
    }
    finish(writer)
}

/// Replies as a support worker needs them: the minimum of [`super::support`].
pub fn support(state: &State) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "entry",
        "recorded",
        "sent",
        "from",
        "name",
        "form",
        "urgent",
        "not_to_be_texted",
        "done",
        "text",
    ])?;
    let shown = |received: &&Received| is_from_a_person(received) && !came_whole(received, state);
    for received in state.replies.iter().filter(shown) {
        let reply = &received.reply;
        let person = reply.person.and_then(|person| state.people.get(person));
        let is_barred = reply.from.as_ref().is_some_and(|from| state.barred_by(&last_nine(from)).is_some());
        writer.write_record([
            received.seq.to_string(),
            received.at.to_string(),
            reply.stamp.clone().unwrap_or_default(),
            reply.from.as_ref().map(Untrusted::for_csv).unwrap_or_default(),
            person.and_then(|person| person.name.as_ref()).map(Untrusted::for_csv).unwrap_or_default(),
            tables::form(reply.form).to_owned(),
            reply.urgent.join(" / "),
            if is_barred { "yes" } else { "" }.to_owned(),
            done(state.marks.get(&received.seq)),
            reply.text.for_csv(),
        ])?;
    }
    finish(writer)
}

/// What lay on the SIM when it was first copied, the deleted texts too.
pub fn sim(state: &State, mask: &Mask) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(["record", "state", "who", "sent", "text"])?;
    for text in super::sim_texts(state) {
        writer.write_record([
            text.record.to_string(),
            text.lies.word().to_owned(),
            if text.who.is_empty() { String::new() } else { safe(&mask.sender(&text.who)) },
            text.stamp.unwrap_or_default(),
            cell(&text.text, mask),
        ])?;
    }
    finish(writer)
}

/// What colleagues did, in their words.
fn done(marks: Option<&Vec<Marked>>) -> String {
    let words = |marked: &Marked| format!("{} ({}, {})", marked.mark, marked.by, marked.at);
    safe(&marks.into_iter().flatten().map(words).collect::<Vec<_>>().join("; "))
}

/// Text from outside, masked.
pub(super) fn cell(text: &Untrusted, mask: &Mask) -> String {
    safe(&mask.all(text.for_record()))
}

/// No formula.
pub(super) fn safe(text: &str) -> String {
    Untrusted::from(text).for_csv()
}

pub(super) fn finish(writer: ::csv::Writer<Vec<u8>>) -> Result<Vec<u8>, ::csv::Error> {
    writer.into_inner().map_err(|error| ::csv::Error::from(error.into_error()))
}
