//! Projections: recipient, message, part, reply and more. They are for stock tools to read, are written in the
//! transaction of the entry that changes them, and can be made again from the entries alone.

use rusqlite::{Connection, params};

use super::RecordError;
use super::body::{Ends, Resolves, Settled};
use super::entry::{Entry, EntryView};
use super::fold::{PartState, State, Summary, last_nine};
use super::token::Refusal;
use super::traffic::{ReplyForm, ReportClass};

/// The tables, for comparing.
pub const TABLES: [&str; 7] = ["recipient", "message", "part", "reply", "opt_out", "last", "standing"];

/// Kinds of which the last entry is asked for.
const LAST: [&str; 4] = ["approval", "closing", "device", "seal"];

/// What stands until a person decides: a stop, and one of everything.
const STOP: &str = "stop";
const STOP_ALL: &str = "stop-all";

/// Writes what one entry changed. `state` has the entry in it already.
pub fn write(connection: &Connection, state: &State, view: &EntryView) -> Result<(), RecordError> {
    if view.entry.is_some() && LAST.contains(&view.kind.as_str()) {
        connection
            .prepare_cached("INSERT OR REPLACE INTO last (kind, seq) VALUES (?1, ?2)")?
            .execute(params![view.kind, view.seq as i64])?;
    }
    match &view.entry {
        Some(Entry::Approval(_) | Entry::Remains(_)) => {
            connection.execute("DELETE FROM part WHERE person = 0", [])?;
            connection.execute("DELETE FROM message WHERE person = 0", [])?;
            connection.execute("DELETE FROM recipient WHERE person = 0", [])?;
            state.people.iter().try_for_each(|(person, _)| write_person(connection, state, person))
        }
        Some(Entry::Intent(intent)) => write_person(connection, state, intent.part.person),
        Some(Entry::Outcome(judged)) => write_person(connection, state, judged.part.person),
        Some(Entry::StatusReport(report)) => {
            report.part.map_or(Ok(()), |part| write_person(connection, state, part.person))
        }
        Some(Entry::Resolved(resolved)) => match &resolved.resolves {
            Resolves::Part { part, .. } => write_person(connection, state, part.person),
            Resolves::Hold { code } => stands_no_more(connection, &held(code)),
        },
        Some(Entry::Hold(hold)) => stands(connection, &held(&hold.code), view.seq),
        Some(Entry::Stop(stop)) => {
            if stop.ends == Ends::All {
                stands(connection, STOP_ALL, view.seq)?;
            }
            stands(connection, STOP, view.seq)
        }
        Some(Entry::SessionStarted(_)) if state.stop.is_none() => {
            [STOP, STOP_ALL].into_iter().try_for_each(|stop| stands_no_more(connection, stop))
        }
        Some(Entry::OptOut(opt_out)) => write_barred(connection, state, &last_nine(&opt_out.number)),
        Some(Entry::Excluded(excluded)) => {
            write_barred(connection, state, &last_nine(&excluded.number.as_str().into()))
        }
        Some(Entry::Included(included)) => {
            write_barred(connection, state, &last_nine(&included.number.as_str().into()))
        }
        Some(Entry::Reply(reply)) => {
            let number = reply.from.as_ref().map(|from| from.for_record());
            connection.execute(
                "INSERT INTO reply (seq, number, person, form, text, urgent, stop, mark) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL)",
                params![
                    view.seq as i64,
                    number,
                    reply.person,
                    form(reply.form),
                    reply.text.for_record(),
                    !reply.urgent.is_empty(),
                    reply.stop.is_some()
                ],
            )?;
            Ok(())
        }
        Some(Entry::Mark(mark)) => {
            connection.execute("UPDATE reply SET mark = ?2 WHERE seq = ?1", params![mark.reply as i64, mark.mark])?;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A hold of this code.
fn held(code: &str) -> String {
    format!("hold {code}")
}

fn stands(connection: &Connection, what: &str, seq: u64) -> Result<(), RecordError> {
    let sql = "INSERT OR REPLACE INTO standing (what, seq) VALUES (?1, ?2)";
    connection.execute(sql, params![what, seq as i64])?;
    Ok(())
}

fn stands_no_more(connection: &Connection, what: &str) -> Result<(), RecordError> {
    connection.execute("DELETE FROM standing WHERE what = ?1", [what])?;
    Ok(())
}

/// A number that is barred now, or is not any more; and whoever has it.
fn write_barred(connection: &Connection, state: &State, number: &str) -> Result<(), RecordError> {
    if !number.bytes().all(|octet| octet.is_ascii_digit()) {
        return Ok(());
    }
    connection.prepare_cached("DELETE FROM opt_out WHERE number = ?1")?.execute([number])?;
    if let Some(seq) = state.barred_by(number).filter(|_| !number.is_empty()) {
        connection
            .prepare_cached("INSERT INTO opt_out (number, seq) VALUES (?1, ?2)")?
            .execute(params![number, seq as i64])?;
    }
    state.people.with_number(number).try_for_each(|(person, _)| write_person(connection, state, person))
}

/// A row that says the same already stays untouched, and one that changes keeps its place: each page of the database
/// that changes is written once more to the disk that a text waits for.
fn write_person(connection: &Connection, state: &State, id: u32) -> Result<(), RecordError> {
    let (Some(person), Some(approval)) = (state.people.get(id), state.people.approved_in(id)) else { return Ok(()) };
    let opted_out = state.barred(&person.to).map(|seq| seq as i64);
    connection
        .prepare_cached(
            "INSERT INTO recipient (person, number, name, approval, opted_out) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET number = ?2, name = ?3, approval = ?4, opted_out = ?5
             WHERE (number, name, approval, opted_out) IS NOT (?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            id,
            person.to.as_str(),
            person.name.as_ref().map(|n| n.for_record()),
            approval as i64,
            opted_out
        ])?;
    connection
        .prepare_cached(
            "INSERT INTO message (person, parts, state) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET parts = ?2, state = ?3 WHERE (parts, state) IS NOT (?2, ?3)",
        )?
        .execute(params![id, person.parts.count(), summary(state.summary(id))])?;
    for (part, found) in state.parts_of(id) {
        connection
            .prepare_cached(
                "INSERT INTO part (person, part, state, attempts, intent, mr) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO UPDATE SET state = ?3, attempts = ?4, intent = ?5, mr = ?6
                 WHERE (state, attempts, intent, mr) IS NOT (?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                id,
                part.part,
                part_state(found.state),
                found.attempts,
                found.intent.map(|seq| seq as i64),
                found.reference.as_ref().map(|reference| reference.mr)
            ])?;
    }
    Ok(())
}

/// A stable word for a part's state.
pub fn part_state(state: PartState) -> &'static str {
    match state {
        PartState::Planned => "planned",
        PartState::Unknown => "unknown",
        PartState::Accepted => "accepted",
        PartState::Refused(Refusal::BeforeTransmission) => "refused-before-transmission",
        PartState::Refused(Refusal::Final) => "refused-final",
        PartState::Refused(Refusal::Retry) => "refused-for-now",
        PartState::Refused(Refusal::Stop) => "refused-line",
        PartState::Withdrawn => "withdrawn",
        PartState::Reported(ReportClass::Delivered) => "delivered",
        PartState::Reported(ReportClass::Forwarded) => "forwarded",
        PartState::Reported(ReportClass::Replaced) => "replaced",
        PartState::Reported(ReportClass::Pending) => "accepted",
        PartState::Reported(ReportClass::Failed | ReportClass::FailedTemporary) => "failed",
        PartState::Reported(ReportClass::Expired) => "expired",
        PartState::Settled(Settled::Sent) => "settled-sent",
        PartState::Settled(Settled::NotSent) => "settled-not-sent",
    }
}

/// A stable word for a person's text.
pub fn summary(summary: Summary) -> &'static str {
    match summary {
        Summary::Waiting => "waiting",
        Summary::NotKnown => "not-known",
        Summary::NotSent => "not-sent",
        Summary::HeldBack => "held-back",
        Summary::Taken => "taken",
        Summary::Delivered => "delivered",
        Summary::Failed => "failed",
    }
}

/// A stable word for a reply's form.
pub fn form(form: ReplyForm) -> &'static str {
    match form {
        ReplyForm::Text => "text",
        ReplyForm::Call => "call",
        ReplyForm::Voicemail => "voicemail",
        ReplyForm::Binary => "binary",
        ReplyForm::Ussd => "ussd",
    }
}
