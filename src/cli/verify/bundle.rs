//! `signpost verify BUNDLE`: its files, who signed them, and the record inside, if there is one. Needs nothing else, and writes
//! nothing there.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use serde_json::json;

use super::{problems, summary, verdict};
use crate::case::code::Code;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::print::Out;
use crate::record::bundle::{Checked, Flaw, SIGNERS, check, fingerprint, is_same_key};
use crate::record::lines::first_difference;
use crate::record::verify::{Findings, verify};

const RECORD: &str = "record.db";
const LINES: &str = "entries.jsonl";

/// Verifies.
pub fn run(path: &Path, wanted: Option<&Code>, out: &Out) -> Result<Exit, CommandError> {
    let mut checked = check(path)?;
    let inside = inside(path, wanted, &mut checked)?;
    for Flaw { file, what } in &checked.flaws {
        out.say(format!("DOES NOT HOLD  {}: {what}", file.for_terminal()));
        out.json(&json!({"type": "problem", "file": file.for_json(), "what": what}));
    }
    if let Some(found) = &inside {
        problems(found, out);
        verdict(found, out);
    }
    let whole = checked.flaws.is_empty();
    let files = if whole { "the bundle is whole" } else { "THE BUNDLE DOES NOT HOLD" };
    out.say(format!("{} files: {files}", checked.files.len()));
    signed(&checked, inside.as_ref(), out);
    let holds = whole && inside.as_ref().is_none_or(|found| found.problems.is_empty());
    let exit = if holds { Exit::Done } else { Exit::DoesNotVerify };
    out.json(&json!({
        "type": "summary", "holds": holds, "files": checked.files, "key": checked.key,
        "fingerprint": checked.key.as_deref().map(fingerprint), "record": inside.as_ref().map(summary),
        "exit": exit.code(),
    }));
    Ok(exit)
}

/// The record inside, whose key sealed it, and whether its entries stand in the lines beside it.
fn inside(path: &Path, wanted: Option<&Code>, checked: &mut Checked) -> Result<Option<Findings>, CommandError> {
    let mut wrong = |file: &str, what: String| checked.flaws.push(Flaw { file: file.into(), what });
    let record = path.join(RECORD);
    if !is_file(&record) {
        if wanted.is_some() {
            let help = "a code is checked against the record: the bundle for a court holds it";
            return Err(CommandError::usage("head", "the record is not in this bundle", help));
        }
        return Ok(None);
    }
    let found = match verify(&record, wanted) {
        Ok(found) => found,
        Err(error) => {
            wrong(RECORD, format!("it cannot be read as a record: {error}"));
            return Ok(None);
        }
    };
    if let Err(why) = say_the_same(&path.join(LINES), &record) {
        wrong(LINES, why);
    }
    let (signer, sealer) = (checked.key.as_deref(), found.sealed_by.as_deref());
    if signer.zip(sealer).is_some_and(|(signer, sealer)| !is_same_key(signer, sealer)) {
        let what = "it is another key than the one that sealed the record inside: somebody else signed this bundle";
        checked.flaws.push(Flaw { file: SIGNERS.into(), what: what.into() });
    }
    Ok(Some(found))
}

fn say_the_same(lines: &Path, record: &Path) -> Result<(), String> {
    if !is_file(lines) {
        return Err("it is not there to be compared with record.db".into());
    }
    let not_compared = |error: &dyn std::fmt::Display| format!("it cannot be compared with record.db: {error}");
    let lines = File::open(lines).map_err(|error| not_compared(&error))?;
    match first_difference(BufReader::new(lines), record) {
        Ok(None) => Ok(()),
        Ok(Some(line)) => Err(format!("line {line} is not what record.db says")),
        Err(error) => Err(not_compared(&error)),
    }
}

/// A file of the bundle itself: what a link leads to is not in it.
fn is_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_file())
}

/// By whom, and what is not proved.
fn signed(checked: &Checked, inside: Option<&Findings>, out: &Out) {
    let Some(key) = &checked.key else { return };
    let sealer = inside.and_then(|found| found.sealed_by.as_deref());
    let also = if sealer.is_some_and(|sealer| is_same_key(key, sealer)) {
        ", which also sealed the record inside"
    } else {
        ""
    };
    out.say(format!("signed by the key {}{also}", fingerprint(key)));
    out.say("whose key that is does not stand in it: compare it with the station's (ssh-keygen -lf seal_ed25519.pub)");
    if inside.is_none() {
        out.say("the record is not in it: that these files say what the record says is not proved");
    }
}
