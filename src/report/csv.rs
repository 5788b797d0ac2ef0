//! People, replies and the texts of the SIM as CSV. Cells from outside cannot become formulas.

use crate::record::fold::State;
use crate::record::tables;

/// Everyone of the approved plan and what became of their text.
pub fn people(state: &State) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(["person", "number", "name", "parts", "attempts", "state", "opted_out_in_entry"])?;
    for (id, person) in state.people.iter() {
        let attempts: u32 = state.parts_of(id).map(|(_, part)| part.attempts).sum();
        writer.write_record([
            id.to_string(),
            person.to.to_string(),
            person.name.as_ref().map(|name| name.for_csv()).unwrap_or_default(),
            person.parts.count().to_string(),
            attempts.to_string(),
            tables::summary(state.summary(id)).to_owned(),
            state.barred(&person.to).map(|seq| seq.to_string()).unwrap_or_default(),
        ])?;
    }
    finish(writer)
}

/// Every reply.
pub fn replies(state: &State) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(["entry", "recorded", "sent", "from", "person", "form", "urgent", "stop", "text"])?;
    for received in &state.replies {
        let reply = &received.reply;
        writer.write_record([
            received.seq.to_string(),
            received.at.to_string(),
            reply.stamp.clone().unwrap_or_default(),
            reply.from.as_ref().map(|from| from.for_csv()).unwrap_or_default(),
            reply.person.map(|person| person.to_string()).unwrap_or_default(),
            tables::form(reply.form).to_owned(),
            reply.urgent.join(" / "),
            reply.stop.clone().unwrap_or_default(),
            reply.text.for_csv(),
        ])?;
    }
    finish(writer)
}

/// What lay on the SIM when it was first copied, the deleted texts too.
pub fn sim(state: &State) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(["record", "state", "who", "sent", "text"])?;
    for text in super::sim_texts(state) {
        writer.write_record([
            text.record.to_string(),
            text.lies.word().to_owned(),
            text.who.for_csv(),
            text.stamp.unwrap_or_default(),
            text.text.for_csv(),
        ])?;
    }
    finish(writer)
}

fn finish(writer: ::csv::Writer<Vec<u8>>) -> Result<Vec<u8>, ::csv::Error> {
    writer.into_inner().map_err(|error| ::csv::Error::from(error.into_error()))
}
