//! `signpost verify`: does the record hold? Anyone, any time, read-only.

use std::path::Path;
use std::time::Duration;

use super::error::CommandError;
use super::exit::Exit;
use super::print::Out;
use crate::case::code::Code;
use crate::record::keeping::Erasure;
use crate::record::verify::{ClockSet, verify};
use crate::text::Untrusted;

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
    let found = verify(path, wanted.as_ref())?;
    for problem in &found.problems {
        let place = if problem.seq == 0 { "the file".to_owned() } else { format!("entry {}", problem.seq) };
        out.say(format!("DOES NOT HOLD  {place}: {}", problem.what));
        out.json(&serde_json::json!({"type": "problem", "entry": problem.seq, "what": problem.what}));
    }
    let others = strangers(path);
    others.iter().for_each(|name| out.say(format!("! {name} belongs to no case; look at it")));
    let holds = found.problems.is_empty();
    for ClockSet { seq, step } in &found.clocks {
        out.say(format!("! just before entry {seq} {}", step.words()));
    }
    let (verdict, took) = (if holds { "the record holds" } else { "THE RECORD DOES NOT HOLD" }, found.took);
    out.say(format!("{} entries: {verdict}", found.entries));
    if took.chain + took.meaning > LONG {
        let [chain, meaning] = [took.chain, took.meaning].map(|time| time.as_secs_f64());
        out.say(format!("it took {chain:.1} s for the chain, {meaning:.1} s for what it says and its tables"));
    }
    if holds {
        match (&found.last_seal, found.closed) {
            (Some((upto, code)), Some(closed)) => {
                out.say(format!(
                    "closed at entry {closed}, sealed to entry {upto} (code {code}); {} after",
                    found.entries.saturating_sub(upto + 1)
                ));
            }
            (Some((upto, code)), None) => out.say(format!("complete to the seal at entry {upto} (code {code})")),
            (None, _) => out.say("it has no seal yet"),
        }
        for (entry, Erasure { seqs, authority, why, files }) in &found.erasures {
            let what = format!("{} bodies and {} files erased, {authority}: {why}", seqs.len(), files.len());
            out.say(format!("entry {entry}: {}", Untrusted::from(what).for_terminal()));
        }
        match found.head_at {
            Some(entry) => {
                out.say(format!("the code from outside is that of entry {entry}: nothing before it was taken away"))
            }
            None => out.say("without a notebook code (--head CODE) what may have followed is not known"),
        }
    }
    let exit = if holds { Exit::Done } else { Exit::DoesNotVerify };
    out.json(&serde_json::json!({
        "type": "summary", "holds": holds, "entries": found.entries, "closed": found.closed, "erased": found.erased,
        "sealed_to": found.last_seal.as_ref().map(|seal| seal.0), "code": found.last_seal.as_ref().map(|seal| &seal.1),
        "erasures": found.erasures.iter().map(|(entry, erasure)| serde_json::json!({
            "entry": entry, "authority": erasure.authority, "why": erasure.why, "bodies": erasure.seqs.len(), "files": erasure.files,
        })).collect::<Vec<_>>(),
        "clocks": found.clocks.iter().map(|set| serde_json::json!({"entry": set.seq, "seconds": set.step.seconds()})).collect::<Vec<_>>(),
        "took_s": {"chain": took.chain.as_secs_f64(), "meaning": took.meaning.as_secs_f64()},
        "head": found.head.map(|(entry, hash)| serde_json::json!({"entry": entry, "hash": hash.to_string()})),
        "head_at": found.head_at, "strangers": others, "exit": exit.code(),
    }));
    Ok(exit)
}

/// Files in the folder that belong to none of a case's.
fn strangers(path: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let belongs = |name: &String| BELONGS.contains(&name.as_str()) || name.starts_with(WORDS);
    names.filter(|name| !belongs(name)).map(|name| Untrusted::from(name).for_terminal()).collect()
}
