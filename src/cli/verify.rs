//! `signpost verify`: does the record hold, or the bundle? Anyone, any time, read-only.

mod bundle;
mod papers;

use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::error::CommandError;
use super::exit::Exit;
use super::print::Out;
use crate::case::code::Code;
use crate::record::bundle::is_one as is_bundle;
use crate::record::keeping::Erasure;
use crate::record::verify::{ClockSet, Findings, verify};
use crate::text::Untrusted;
use papers::Held;

/// What belongs in a case folder.
const BELONGS: &[&str] = &[
    "case.toml",
    "contacts",
    "approval",
    "record.db",
    "record.db-wal",
    "record.db-shm",
    "line.lock",
    "out",
    "emulator.state",
    "station",
];

/// After so long it says how long it took.
const LONG: Duration = Duration::from_secs(1);

/// The words, in each language.
const WORDS: &str = "message.";

/// Verifies.
pub fn run(path: &Path, head: Option<&str>, out: &Out) -> Result<Exit, CommandError> {
    let wanted = head.map(str::parse::<Code>).transpose();
    let wanted = wanted.map_err(|error| CommandError::usage("code", error.to_string(), "copy it from the notebook"))?;
    if path.is_dir() && is_bundle(path) {
        return bundle::run(path, wanted.as_ref(), out);
    }
    let found = verify(path, wanted.as_ref())?;
    problems(&found, out);
    let others = strangers(path);
    others.iter().for_each(|name| out.say(format!("! {name} belongs to no case; look at it")));
    verdict(&found, out);
    let held = if path.is_dir() { papers::hold(path, &found) } else { Vec::new() };
    papers::say(&held, out);
    let holds = found.problems.is_empty() && !held.iter().any(Held::is_changed);
    let exit = if holds { Exit::Done } else { Exit::DoesNotVerify };
    let mut summary = summary(&found);
    let folder = [("strangers", json!(others)), ("papers", papers::counted(&held)), ("exit", json!(exit.code()))];
    summary.extend(folder.map(|(name, value)| (name.to_owned(), value)));
    out.json(&summary);
    Ok(exit)
}

fn problems(found: &Findings, out: &Out) {
    for problem in &found.problems {
        let place = if problem.seq == 0 { "the file".to_owned() } else { format!("entry {}", problem.seq) };
        out.say(format!("DOES NOT HOLD  {place}: {}", problem.what));
        out.json(&json!({"type": "problem", "entry": problem.seq, "what": problem.what}));
    }
}

fn verdict(found: &Findings, out: &Out) {
    for ClockSet { seq, step } in &found.clocks {
        out.say(format!("! just before entry {seq} {}", step.words()));
    }
    let holds = found.problems.is_empty();
    let (verdict, took) = (if holds { "the record holds" } else { "THE RECORD DOES NOT HOLD" }, found.took);
    out.say(format!("{} entries: {verdict}", found.entries));
    if took.chain + took.meaning > LONG {
        let [chain, meaning] = [took.chain, took.meaning].map(|time| time.as_secs_f64());
        out.say(format!("it took {chain:.1} s for the chain, {meaning:.1} s for what it says and its tables"));
    }
    if holds {
        extent(found, out);
    }
}

/// How far it reaches, what was erased, and what is not proved.
fn extent(found: &Findings, out: &Out) {
    match (&found.last_seal, found.closed) {
        (Some((upto, code)), Some(closed)) => {
            let after = found.entries.saturating_sub(upto + 1);
            out.say(format!("closed at entry {closed}, sealed to entry {upto} (code {code}); {after} after"));
        }
        (Some((upto, code)), None) => out.say(format!("complete to the seal at entry {upto} (code {code})")),
        (None, _) => out.say("it has no seal yet"),
    }
    for (entry, Erasure { seqs, authority, why, files }) in &found.erasures {
        let what = format!("{} bodies and {} files erased, {authority}: {why}", seqs.len(), files.len());
        out.say(format!("entry {entry}: {}", Untrusted::from(what).for_terminal()));
    }
    out.say(match found.head_at {
        Some(entry) => format!("the code from outside is that of entry {entry}: nothing before it was taken away"),
        None => "without a notebook code (--head CODE) what may have followed is not known".to_owned(),
    });
}

/// For scripts.
fn summary(found: &Findings) -> Map<String, Value> {
    let erasure = |(entry, erasure): &(u64, Erasure)| {
        let Erasure { seqs, authority, why, files } = erasure;
        json!({"entry": entry, "authority": authority, "why": why, "bodies": seqs.len(), "files": files})
    };
    let clock = |set: &ClockSet| json!({"entry": set.seq, "seconds": set.step.seconds()});
    let fields = [
        ("type", json!("summary")),
        ("holds", json!(found.problems.is_empty())),
        ("entries", json!(found.entries)),
        ("closed", json!(found.closed)),
        ("erased", json!(found.erased)),
        ("sealed_to", json!(found.last_seal.as_ref().map(|seal| seal.0))),
        ("code", json!(found.last_seal.as_ref().map(|seal| &seal.1))),
        ("erasures", found.erasures.iter().map(erasure).collect()),
        ("clocks", found.clocks.iter().map(clock).collect()),
        ("took_s", json!({"chain": found.took.chain.as_secs_f64(), "meaning": found.took.meaning.as_secs_f64()})),
        ("head", json!(found.head.map(|(entry, hash)| json!({"entry": entry, "hash": hash.to_string()})))),
        ("head_at", json!(found.head_at)),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Files in the folder that belong to none of a case's.
fn strangers(path: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let belongs = |name: &String| BELONGS.contains(&name.as_str()) || name.starts_with(WORDS);
    names.filter(|name| !belongs(name)).map(|name| Untrusted::from(name).for_terminal()).collect()
}
