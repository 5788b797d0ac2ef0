//! What whoever closed the case has to write, drafted: their statement, with the facts filled in and every opinion left to
//! them, and the label of the exhibit. Plain text, to be opened in any editor. Called by `cli::close`.

use minijinja::{Value, context};

use super::door::render_text;
use super::facts::{Facts, Session};
use super::words::{self, Times, count};
use super::{PageError, sim_texts};
use crate::case::terms::Terms;
use crate::ids::Sha256;
use crate::record::Record;
use crate::record::body::Nature;
use crate::record::fold::State;
use crate::text::Untrusted;

/// How the record was closed.
#[derive(Debug, Clone)]
pub struct Closed {
    /// The entry that was sealed.
    pub upto: u64,
    /// Its code.
    pub code: String,
    /// Of `record.db`, when it had become one file.
    pub digest: Sha256,
}

/// A draft and where it belongs in `out/`.
pub type Draft = (&'static str, String);

const STATEMENT: &str = "statement.txt";
const LABEL: &str = "exhibit-label.txt";

/// The files that they go into.
pub const FILES: [&str; 2] = [STATEMENT, LABEL];

/// The statement and the label.
pub fn drafts(record: &Record, terms: &Terms, closed: &Closed) -> Result<[Draft; 2], PageError> {
    let (facts, times, state) = (Facts::of(record)?, Times::of(terms.hours.zone()), record.state());
    let context = context! {
        ..of_case(state, terms, &times),
        ..of_work(state, &facts, &times),
        ..of_texts(state, &facts),
        ..context! {
            upto => closed.upto, code => &closed.code, digest => closed.digest.to_string(), entries => state.entries,
            at => facts.closing.as_ref().map(|closing| times.full(closing.at)).unwrap_or_default(),
        },
    };
    Ok([(STATEMENT, render_text("statement", context.clone())?), (LABEL, render_text("label", context)?)])
}

fn of_case(state: &State, terms: &Terms, times: &Times) -> Value {
    let authority = &terms.authority;
    let window = |window: &crate::case::authority::Window| {
        format!("{} to {}", times.full(window.from), times.full(window.until))
    };
    context! {
        training => state.opened.as_ref().is_some_and(|opened| opened.nature == Nature::Training),
        case => state.opened.as_ref().map(|opened| opened.case.clone()).unwrap_or_default(),
        version => env!("CARGO_PKG_VERSION"), exhibit => &terms.exhibit, reference => &authority.reference,
        granted_by => &authority.granted_by, purpose => &authority.purpose, listen => window(&authority.listen),
        send => window(&authority.send), at_most => count(terms.at_most as usize, "person"), zone => times.zone(),
    }
}

fn of_work(state: &State, facts: &Facts, times: &Times) -> Value {
    let program = facts.sessions.iter().rev().find_map(|session| session.began.what.sha256);
    context! {
        line => line(state), device => device(state), copied => copied(state), compared => compared(facts),
        approved => approved(state, facts, times),
        sessions => facts.sessions.iter().map(|one| session(one, times)).collect::<Vec<_>>(),
        sha256 => program.map(|digest| digest.to_string()), gaps => gaps(facts),
    }
}

fn of_texts(state: &State, facts: &Facts) -> Value {
    let people = state.approval.as_ref().map_or(0, |(_, approval)| approval.people.len());
    let outcomes = state.counts().into_iter().map(|(state, people)| {
        context! { count => count(people, "person"), state => words::summary(state) }
    });
    let tries: usize = facts.tries_at_people().map(|(_, tries)| tries.len()).sum();
    context! {
        plan => format!("The plan named {}; parts of texts were handed to the device {} times.", count(people, "person"), words::grouped(tries)),
        outcomes => outcomes.collect::<Vec<_>>(), replies => replies(state),
    }
}

fn told(text: Option<&Untrusted>) -> String {
    text.map_or_else(|| "[not told]".to_owned(), Untrusted::for_terminal)
}

fn line(state: &State) -> String {
    let device = state.device.clone().unwrap_or_default();
    let [iccid, imsi] = [device.iccid.as_ref(), device.imsi.as_ref()].map(told);
    format!("The card in the device said that its numbers are ICCID {iccid}, IMSI {imsi}.")
}

fn device(state: &State) -> String {
    let device = state.device.clone().unwrap_or_default();
    let [maker, model, firmware, imei] = [&device.maker, &device.model, &device.firmware, &device.imei];
    let [maker, model, firmware, imei] = [maker, model, firmware, imei].map(|text| told(text.as_ref()));
    format!("{maker} {model}, firmware {firmware}, IMEI {imei}.")
}

fn approved(state: &State, facts: &Facts, times: &Times) -> String {
    let Some((entry, approval)) = &state.approval else { return "No plan was approved, and no text sent.".to_owned() };
    let at = facts.events.iter().find(|event| event.seq == *entry).map(|event| times.full(event.at));
    format!(
        "{} approved plan {} on {} (entry {entry}). What stands for it: {}.",
        approval.by,
        approval.plan_code,
        at.unwrap_or_default(),
        approval.strength.words()
    )
}

fn session(session: &Session, times: &Times) -> Value {
    let began = &session.began;
    let to = session.ended.as_ref().map_or_else(|| "[it was cut off]".to_owned(), |ended| times.full(ended.at));
    context! { from => times.full(began.at), to, verb => &began.what.verb, who => &began.who, entry => began.seq }
}

fn copied(state: &State) -> String {
    let files =
        state.images.values().filter(|copies| copies.before.as_ref().is_some_and(|image| !image.records.is_empty()));
    match files.count() {
        0 => "The SIM was not copied: the device gives no access to its files.".to_owned(),
        files => format!(
            "At the first check {} of the SIM were copied; {} were found in the copy.",
            count(files, "file"),
            count(sim_texts(state).len(), "text")
        ),
    }
}

fn compared(facts: &Facts) -> String {
    let line = facts.closing.as_ref().map(|closing| &closing.what.line);
    let differences = line.and_then(|line| line.get("differences")).and_then(serde_json::Value::as_array);
    let why = line.and_then(|line| line.get("why")).and_then(serde_json::Value::as_str);
    match (differences, why) {
        (Some(found), _) => format!(
            "At the end they were copied again, and {} differed; what explains each is in the report.",
            count(found.len(), "file")
        ),
        (None, why) => format!("They were not copied again: {}.", why.filter(|why| !why.is_empty()).unwrap_or("[why]")),
    }
}

fn replies(state: &State) -> String {
    let urgent = state.replies.iter().filter(|received| !received.reply.urgent.is_empty()).count();
    format!(
        "{} came to the line and are in the record; {} had words that were set as urgent. {} asked to be left alone.",
        count(state.replies.len(), "reply"),
        words::grouped(urgent),
        count(state.opt_outs.len(), "number")
    )
}

fn gaps(facts: &Facts) -> String {
    let gaps = facts.listening.iter().filter_map(|began| began.what.gap_s.filter(|gap| *gap > 0));
    let (number, seconds) = gaps.fold((0, 0), |(number, sum), gap| (number + 1, sum + gap));
    match number {
        0 => "The record shows no time, between the first session and the last, at which nobody listened.".to_owned(),
        number => format!(
            "Nobody listened to the line {} between the first session and the last, {} in all.",
            count(number, "time"),
            words::length(seconds)
        ),
    }
}
