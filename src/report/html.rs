//! The page: one file, no script, no request to anywhere; prints well. What comes from outside is
//! escaped by its own door before the template sees it.

use minijinja::{AutoEscape, Environment, Value, context};

use super::sim_texts;
use crate::case::language::Language;
use crate::case::sim_text::SimText;
use crate::case::terms::Terms;
use crate::case::texts::{Text, Texts};
use crate::record::body::Nature;
use crate::record::entry::Entry;
use crate::record::fold::{Received, State};
use crate::record::{Record, RecordError, tables};
use crate::text::Untrusted;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The template.
    #[error("the page cannot be made: {0}")]
    Template(#[from] minijinja::Error),
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// The report of a case.
pub fn page(record: &Record, terms: &Terms, texts: &Texts) -> Result<String, PageError> {
    let mut environment = Environment::new();
    // Everything is escaped by `Untrusted::for_html`, whose door knows more than HTML's five characters.
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.add_template("report", include_str!("report.html"))?;
    let state = record.state();
    let page = environment.get_template("report")?.render(context! {
        training => state.opened.as_ref().is_some_and(|opened| opened.nature == Nature::Training),
        case => html(state.opened.as_ref().map(|opened| opened.case.as_str()).unwrap_or_default()),
        version => env!("CARGO_PKG_VERSION"),
        authority => authority(terms),
        line => line(state),
        texts => texts.iter().map(|(_, text)| words_of(text)).collect::<Vec<_>>(),
        approval => state.approval.as_ref().map(|(seq, approval)| context! {
            entry => seq, code => html(&approval.plan_code), by => html(&approval.by), people => approval.people.len(),
            strength => approval.strength.words(),
            signed => approval.signed.as_ref().map(|signed| context! {
                file => html(&signed.file), sha256 => signed.sha256.to_string(), from => signed.from.as_deref().map(html),
            }),
        }),
        sim => sim_texts(state).iter().map(sim_text).collect::<Vec<_>>(),
        stores => state.first_census.values().map(|census| context! {
            storage => html(&census.storage), used => census.used, total => census.total, whose => census.whose(),
        }).collect::<Vec<_>>(),
        counts => counts(state),
        people => state.people.iter().map(|(id, _)| person(state, id)).collect::<Vec<_>>(),
        replies => state.replies.iter().map(|received| reply(received, terms)).collect::<Vec<_>>(),
        loose => record.loose_parts()?.iter().map(|part| context! {
            entry => part.capture, at => terms.hours.shown(part.at), from => part.from.for_html(), text => part.text.for_html(), place => html(&part.place),
        }).collect::<Vec<_>>(),
        history => history(record, terms)?,
        seals => state.seals.iter().map(|(_, seal)| context! { entry => seal.upto, code => html(&seal.code) }).collect::<Vec<_>>(),
        entries => state.entries,
        head => record.head().hash.to_string(),
    })?;
    Ok(page)
}

fn html(text: &str) -> String {
    Untrusted::from(text).for_html()
}

fn authority(terms: &Terms) -> Value {
    let authority = &terms.authority;
    let shown = |moment| terms.hours.shown(moment);
    context! {
        reference => html(&authority.reference), granted_by => html(&authority.granted_by),
        purpose => html(&authority.purpose), exhibit => html(&terms.exhibit), sender => html(&terms.sender),
        listen => format!("{} to {}", shown(authority.listen.from), shown(authority.listen.until)),
        send => format!("{} to {}", shown(authority.send.from), shown(authority.send.until)),
        at_most => terms.at_most, review_on => terms.review_on.to_string(),
    }
}

fn line(state: &State) -> Value {
    let device = state.device.clone().unwrap_or_default();
    let told = |text: &Option<Untrusted>| text.as_ref().map(Untrusted::for_html).unwrap_or_default();
    context! {
        maker => told(&device.maker), model => told(&device.model), imei => told(&device.imei),
        iccid => told(&device.iccid), imsi => told(&device.imsi), smsc => told(&device.smsc),
        operator => told(&device.operator),
    }
}

fn sim_text(text: &SimText) -> Value {
    context! {
        record => text.record, lies => text.lies.word(), who => text.who.for_html(), text => text.text.for_html(),
        stamp => text.stamp.as_deref().map(html).unwrap_or_default(),
    }
}

fn words_of(text: &Text) -> Value {
    let languages: Vec<&str> = text.languages.iter().map(Language::as_str).collect();
    context! { languages => html(&languages.join(", ")), words => html(text.message.text()) }
}

fn counts(state: &State) -> Vec<Value> {
    let count = |(summary, count): (_, usize)| context! { state => words(tables::summary(summary)), count => count };
    state.counts().into_iter().map(count).collect()
}

fn person(state: &State, id: u32) -> Value {
    let found = state.people.get(id);
    let parts: Vec<&str> = state.parts_of(id).map(|(_, part)| words(tables::part_state(part.state))).collect();
    context! {
        id => if id == 0 { "your phone".to_owned() } else { id.to_string() },
        number => found.map(|person| html(person.to.as_str())).unwrap_or_default(),
        name => found.and_then(|person| person.name.as_ref()).map(Untrusted::for_html).unwrap_or_default(),
        parts => parts.join(", "),
        state => words(tables::summary(state.summary(id))),
    }
}

fn reply(received: &Received, terms: &Terms) -> Value {
    let reply = &received.reply;
    context! {
        entry => received.seq,
        at => terms.hours.shown(received.at),
        from => reply.from.as_ref().map(Untrusted::for_html).unwrap_or_else(|| "withheld".into()),
        person => reply.person,
        form => tables::form(reply.form),
        urgent => html(&reply.urgent.join(", ")),
        stop => reply.stop.as_deref().map(html),
        text => reply.text.for_html(),
        doubts => html(&reply.doubts.join("; ")),
    }
}

/// What happened, in order: sessions, decisions, faults, settings.
fn history(record: &Record, terms: &Terms) -> Result<Vec<Value>, RecordError> {
    let entries = record.entries()?;
    let told = entries.iter().filter_map(|view| {
        let what = match view.entry.as_ref()? {
            Entry::SessionStarted(started) => format!("{} began", started.verb),
            Entry::SessionEnded(ended) => format!("it ended: {}", ended.why),
            Entry::Contacts(list) => format!("contacts {}: {} rows", list.file.for_record(), list.rows),
            Entry::Approval(approval) => format!("plan {} approved by {}", approval.plan_code, approval.by),
            Entry::Setting(setting) => {
                let value = |text: &Option<Untrusted>| text.as_ref().map(|t| t.for_record().to_owned()).unwrap_or_default();
                format!("the device's {} was {} and is {}", setting.what, value(&setting.before), value(&setting.after))
            }
            Entry::Census(census) => format!("{} ({}): {} of {} slots in use", census.storage, census.whose(), census.used, census.total),
            Entry::Refused(refused) => {
                let reasons: Vec<&str> = refused.reasons.iter().map(|reason| reason.text.as_str()).collect();
                format!("{} was refused: {}", refused.verb, reasons.join("; "))
            }
            Entry::Paused(paused) => format!("sending paused: {}", paused.why),
            Entry::Fault(fault) => fault.what.clone(),
            Entry::Excluded(excluded) => format!("{} was excluded: {}", excluded.number, excluded.why),
            Entry::Included(included) => format!("{} was included: {}", included.number, included.why),
            Entry::OptOut(opt_out) => format!("an opt-out: {}", opt_out.why),
            Entry::Closing(closing) => format!("closed: {}", closing.why),
            _ => return None,
        };
        Some(context! { entry => view.seq, at => terms.hours.shown(view.at), who => html(&view.who), what => html(&what) })
    });
    Ok(told.collect())
}

/// The record's words in plain ones.
fn words(word: &str) -> &str {
    match word {
        "not-known" | "unknown" => "NOT KNOWN",
        "held-back" | "withdrawn" => "held back",
        "taken" | "accepted" => "taken by the network",
        "planned" | "waiting" => "not yet sent",
        "not-sent" | "refused-final" | "refused-line" => "not sent",
        "failed" => "given up by the network",
        other => other,
    }
}
