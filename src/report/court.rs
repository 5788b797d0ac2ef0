//! The page for a court, and for disclosure: everything that the record says, the answers first.
//!
//! For disclosure the same page is made, and leaves out what would tell whose a number is: numbers and names (see
//! [`super::mask`]), octets of the SIM and of data (numbers stand in them in other forms), digests of contacts files (who
//! has a list can try it), and the words of the device in which numbers come as octets. Digests of the record's entries
//! stay: each is over a salt that the page does not show. What people wrote stays, because that is what is disclosed.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::value::Serde;
use minijinja::{Value, context};

use super::answers::{Answer, Ground, answers};
use super::door::{inside, render};
use super::facts::{Facts, Kept, Session};
use super::history::Event;
use super::mask::{Known, Mask};
use super::said::Showing;
use super::threads::{Thread, threads};
use super::words::{Entries, Times, count};
use super::{Audience, PageError, chart, line, people, sim_texts};
use crate::case::language::Language;
use crate::case::terms::Terms;
use crate::case::texts::{Text, Texts};
use crate::record::body::Nature;
use crate::record::fold::{State, last_nine};
use crate::record::keeping::{Access, Erasure, Looked};
use crate::record::loose::LoosePart;
use crate::record::{Record, RecordError};
use crate::text::Untrusted;

/// The page.
pub fn page(record: &Record, terms: &Terms, texts: &Texts, audience: Audience) -> Result<String, PageError> {
    let (facts, loose) = (Facts::of(record)?, record.loose_parts()?);
    let state = record.state();
    let mask = mask(state, audience, loose.iter().map(|part| &part.from));
    let times = Times::of(terms.hours.zone());
    let ground = Ground { state, facts: &facts, loose: &loose, terms, texts, times: &times };
    let showing = Showing { state, facts: &facts, times: &times, mask: &mask };
    let context = context! {
        ..heading(state, &facts, &times, audience),
        ..context! {
            answers => Serde(linked(answers(&ground), &facts, state, &loose)),
            bar => Serde(chart::bar(state)),
            timeline => Serde(chart::timeline(state, &facts, &terms.hours, &times)),
            authority => authority(terms, &times),
            approvals => approvals(state, &facts, &times),
            texts => texts.iter().map(|(_, text)| words_of(text)).collect::<Vec<_>>(),
            people => people::everyone(state, &facts, &times, &mask),
            not_known => people::not_known(state, &facts, &times, &mask),
            remarks => Entries::of(people::remarks(&facts)),
            threads => threads(&state.replies).iter().map(|thread: &Thread| showing.thread(thread)).collect::<Vec<_>>(),
            replies => count(state.replies.len(), "reply"),
            loose => showing.loose(&loose),
            unreadable => unreadable(&facts, &times),
        },
        ..work(state, &facts, &times, &mask),
        ..checking(record),
    };
    Ok(render("court", mask, context)?)
}

/// Entries that have a place of their own on the page are links to it.
fn linked(mut answers: Vec<Answer>, facts: &Facts, state: &State, loose: &[LoosePart]) -> Vec<Answer> {
    let mut places: BTreeSet<u64> = facts.events.iter().map(|event| event.seq).collect();
    places.extend(state.replies.iter().map(|received| received.seq));
    places.extend(
        facts.listening.iter().filter(|began| began.what.gap_s.is_some_and(|gap| gap > 0)).map(|began| began.seq),
    );
    places.extend(loose.iter().map(|part| part.capture).chain(facts.unreadable.iter().map(|one| one.what.0)));
    let points = answers.iter_mut().flat_map(|answer| answer.shown.iter_mut().chain(&mut answer.open));
    points.for_each(|point| point.entries.link(&places));
    answers.iter_mut().for_each(|answer| answer.proof.link(&places));
    answers
}

/// What stands above every page.
pub fn heading(state: &State, facts: &Facts, times: &Times, audience: Audience) -> Value {
    let last = facts.looks.last();
    context! {
        audience => match audience { Audience::Court => "court", Audience::Support => "support", Audience::Disclosure => "disclosure" },
        training => state.opened.as_ref().is_some_and(|opened| opened.nature == Nature::Training),
        case => state.opened.as_ref().map(|opened| opened.case.clone()).unwrap_or_default(),
        version => env!("CARGO_PKG_VERSION"),
        zone => times.zone(),
        entries => state.entries,
        upto => facts.last.map(|(_, at)| times.full(at)).unwrap_or_default(),
        made_by => last.map(|look| look.who.clone()).unwrap_or_default(),
        closed => state.closed,
    }
}

/// What is masked for this reader, in lists as on the page.
pub fn mask_for(record: &Record, audience: Audience) -> Result<Mask, RecordError> {
    let loose = record.loose_parts()?;
    Ok(mask(record.state(), audience, loose.iter().map(|part| &part.from)))
}

fn mask<'a>(state: &State, audience: Audience, loose: impl Iterator<Item = &'a Untrusted>) -> Mask {
    if audience != Audience::Disclosure {
        return Mask::Nothing;
    }
    let on_sim = sim_texts(state).into_iter().map(|text| last_nine(&text.who));
    Mask::People(Known::of(state, loose.map(last_nine).chain(on_sim)))
}

fn authority(terms: &Terms, times: &Times) -> Value {
    let authority = &terms.authority;
    let window = |window: &crate::case::authority::Window| {
        format!("{} to {}", times.full(window.from), times.full(window.until))
    };
    context! {
        reference => &authority.reference, granted_by => &authority.granted_by, purpose => &authority.purpose,
        exhibit => &terms.exhibit, sender => &terms.sender, approver => &terms.approver,
        listen => window(&authority.listen), send => window(&authority.send),
        at_most => terms.at_most, pace => terms.pace, review_on => terms.review_on.to_string(),
    }
}

fn approvals(state: &State, facts: &Facts, times: &Times) -> Vec<Value> {
    let row = |(seq, approval): (&u64, &crate::case::approval::Approval)| {
        let made = facts.events.iter().find(|event| event.seq == *seq);
        context! {
            seq, code => &approval.plan_code, by => &approval.by, strength => approval.strength.words(),
            at => made.map(|event| times.full(event.at)).unwrap_or_default(),
            people => count(approval.people.len(), "person"),
            stands => state.approval.as_ref().is_some_and(|(last, _)| last == seq),
            pins => approval.pins.iter().map(|(key, value)| context! { key, value }).collect::<Vec<_>>(),
            signed => approval.signed.as_ref().map(|signed| context! {
                file => &signed.file, sha256 => signed.sha256.to_string(), from => signed.from.clone().unwrap_or_default(),
            }),
        }
    };
    facts.approvals.iter().map(row).collect()
}

/// One of the texts that were sent.
pub fn words_of(text: &Text) -> Value {
    let languages: Vec<&str> = text.languages.iter().map(Language::as_str).collect();
    context! {
        languages => languages.join(", "), words => text.message.text(), sha256 => text.message.sha256().to_string(),
        parts => count(usize::from(text.parts.count()), "part"),
    }
}

fn unreadable(facts: &Facts, times: &Times) -> Vec<Value> {
    let row = |one: &Kept<(u64, String)>| context! { seq => one.what.0, at => times.full(one.at), why => &one.what.1 };
    facts.unreadable.iter().map(row).collect()
}

fn work(state: &State, facts: &Facts, times: &Times, mask: &Mask) -> Value {
    let erasure = |erasure: &Kept<Erasure>| {
        let Erasure { seqs, authority, why, files } = &erasure.what;
        context! {
            seq => erasure.seq, at => times.full(erasure.at), who => &erasure.who, authority, why,
            entries => Entries::of(seqs.iter().copied()), count => count(seqs.len(), "entry"), files => count(files.len(), "file"),
        }
    };
    let event = |event: &Event| {
        context! { seq => event.seq, at => times.full(event.at), who => &event.who, kind => event.kind, what => &event.what }
    };
    context! {
        sessions => facts.sessions.iter().map(|session| of_session(session, times)).collect::<Vec<_>>(),
        programs => programs(facts),
        devices => line::devices(facts, times),
        stores => line::stores(state),
        files => line::files(state, mask),
        sim_texts => line::sim_texts(state, mask),
        settings => line::settings(facts),
        gaps => line::gaps(facts, times),
        clocks => line::clocks(facts, times),
        steps => line::steps(facts, times),
        events => facts.events.iter().map(event).collect::<Vec<_>>(),
        erasures => facts.erasures.iter().map(erasure).collect::<Vec<_>>(),
        looks => facts.looks.iter().map(|look| of_look(look, times)).collect::<Vec<_>>(),
    }
}

fn of_session(session: &Session, times: &Times) -> Value {
    let Kept { seq, at, who, what: started } = &session.began;
    context! {
        seq, at => times.full(*at), who, verb => &started.verb, version => &started.version, host => &started.host,
        port => started.port.clone().unwrap_or_default(),
        ended => session.ended.as_ref().map(|ended| times.full(ended.at)),
        why => session.ended.as_ref().map(|ended| ended.what.clone()),
    }
}

/// Each version that ran, by its file's digest, and the sessions that it ran.
fn programs(facts: &Facts) -> Vec<Value> {
    let mut programs: BTreeMap<(&str, String), Vec<u64>> = BTreeMap::new();
    for began in facts.sessions.iter().map(|session| &session.began) {
        let sha256 = began.what.sha256.map(|sha256| sha256.to_string()).unwrap_or_default();
        programs.entry((&began.what.version, sha256)).or_default().push(began.seq);
    }
    let row = |((version, sha256), entries): ((&str, String), Vec<u64>)| context! { version, sha256, entries => Entries::of(entries) };
    programs.into_iter().map(row).collect()
}

fn of_look(look: &Kept<Access>, times: &Times) -> Value {
    let what = match look.what.what {
        Looked::Replies => "replies",
        Looked::Report => "a page of this kind",
        Looked::Export => "a bundle for others",
    };
    context! { seq => look.seq, at => times.full(look.at), who => &look.who, what, which => inside(&look.what.which.as_str().into()) }
}

fn checking(record: &Record) -> Value {
    let state = record.state();
    let seals = state.seals.iter().map(|(seq, seal)| {
        context! { seq, upto => seal.upto, code => &seal.code, head => seal.head.to_string(), key => &seal.key }
    });
    context! { seals => seals.collect::<Vec<_>>(), head => record.head().hash.to_string(), code => code(record) }
}

fn code(record: &Record) -> String {
    crate::case::code::Code::of(&record.head().hash).to_string()
}
