//! `signpost close`: seals for good, writes the report, prints the code for the notebook.

use std::time::Duration;

use super::args::{Close, Common};
use super::check;
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::host::Course;
use super::line::{Line, Opening, block_on};
use super::print::Out;
use super::report;
use crate::case::clearance::to_listen;
use crate::case::code::Code;
use crate::case::sim::FILES;
use crate::case::terms::Terms;
use crate::record::compare::{Difference, Why, compare};
use crate::record::entry::Entry;
use crate::record::keeping::Closing;
use crate::record::lock::LineLock;
use crate::record::seal::Sealed;
use crate::record::{Record, RecordError};
use crate::report::statement::Closed;
use crate::report::{Audience, statement};
use crate::session::run::Ended;
use crate::text::Untrusted;

/// A record that another process has open is tried again so often, and after such a time.
const TRIES: u32 = 12;
const BETWEEN: Duration = Duration::from_millis(250);

/// Closes the case.
pub fn run(common: &Common, args: &Close, out: &Out) -> Result<Exit, CommandError> {
    on_course(common, args, &Course::default(), out)
}

/// As [`run`], on an emulator that behaves as told.
pub fn on_course(common: &Common, args: &Close, course: &Course, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let operator = folder.operator()?;
    let terms = folder.terms()?;
    let record = folder.look()?;
    if let Some(closing) = record.state().closed {
        return make_the_rest(&folder, &terms, record, closing, out);
    }
    let copied = record.state().has_copy();
    drop(record);
    let apart = apart(&terms, copied, args);
    if apart.is_none() {
        copy_again(&folder, &terms, args, course, out)?;
    }
    let _lock = LineLock::acquire(folder.path(), &operator, &terms.hours.shown(folder::clock().now()))?;
    let mut record = folder.look()?;
    report::looked(&folder, &mut record, Audience::Court);
    let unknown = record.state().unknown().len();
    let key = folder.key(folder::nature(record.state()))?;
    let compared = if apart.is_some() { None } else { compare(record.state()) };
    let line = line(compared.as_deref(), apart);
    let sealed = record.close(Closing { why: args.why.clone(), line: line.clone() }, &key)?;
    // Whatever comes after this, the code is told.
    notebook(&sealed, out);
    say(compared.as_deref(), &line, out);
    finish(&folder, &terms, record, &Done { sealed, unknown, line }, out)
}

/// A case that is closed: the seal of the closing, how many parts are NOT KNOWN, and what the closing says of the line.
struct Done {
    sealed: Sealed,
    unknown: usize,
    line: serde_json::Value,
}

/// One file, the pages, the statement and the label.
fn finish(folder: &Folder, terms: &Terms, record: Record, done: &Done, out: &Out) -> Result<Exit, CommandError> {
    let one_file = in_one_file(folder, record);
    let mut files = report::write(folder, Audience::Court)?;
    if one_file.is_ok() {
        files.extend(draft(folder, terms, &done.sealed)?);
    }
    files.iter().for_each(|file| out.say(format!("Wrote {file}")));
    out.json(&serde_json::json!({
        "type": "summary", "entry": done.sealed.upto, "code": done.sealed.code.as_str(), "files": files,
        "not_known": done.unknown, "line": done.line, "one_file": one_file.is_ok(),
    }));
    one_file?;
    notebook(&done.sealed, out);
    out.say("Next: signpost verify");
    Ok(if done.unknown > 0 { Exit::NotKnown } else { Exit::Done })
}

/// Nobody else may have the record open for that. A screen that only looked on ends when it sees the closing, so it is
/// tried for some seconds.
fn in_one_file(folder: &Folder, record: Record) -> Result<(), CommandError> {
    let mut done = record.into_one_file();
    for _ in 0..TRIES {
        if !matches!(done, Err(RecordError::InUse)) {
            break;
        }
        std::thread::sleep(BETWEEN);
        done = folder.look()?.into_one_file();
    }
    if !matches!(done, Err(RecordError::InUse)) {
        return Ok(done?);
    }
    let help =
        "end it (signpost status --follow?), then signpost close again: it makes what is missing, with the statement";
    Err(CommandError::failed("not-one-file", "the case is closed, but another process has the record open", help))
}

/// The seal that the closing's commit ends with.
fn sealed_behind(record: &Record, closing: u64) -> Option<Sealed> {
    let view = record.entry(closing.saturating_add(1)).ok()??;
    let Some(Entry::Seal(seal)) = view.entry else { return None };
    Some(Sealed { upto: seal.upto, code: Code::of(&seal.head) })
}

/// Of a case that was closed while another process had it open, or by a process that was killed: one file, and the papers
/// that are not there yet.
fn make_the_rest(
    folder: &Folder,
    terms: &Terms,
    record: Record,
    closing: u64,
    out: &Out,
) -> Result<Exit, CommandError> {
    let papers = [Audience::Court.file()].into_iter().chain(statement::FILES);
    let is_missing = |name: &str| !folder.at("out").join(name).exists();
    let sealed = sealed_behind(&record, closing).filter(|_| papers.into_iter().any(is_missing));
    let Some(sealed) = sealed else {
        in_one_file(folder, record)?;
        return Err(CommandError::rule("closed", "the case is closed already", "signpost verify"));
    };
    let line = match record.entry(closing)?.and_then(|view| view.entry) {
        Some(Entry::Closing(closing)) => closing.line,
        _ => serde_json::Value::Null,
    };
    let unknown = record.state().unknown().len();
    out.say("The case was closed before; what is missing is made now, of the record as it is today.");
    notebook(&sealed, out);
    finish(folder, terms, record, &Done { sealed, unknown, line }, out)
}

fn notebook(sealed: &Sealed, out: &Out) {
    out.say(format!("Notebook: entry {}  code {}", sealed.upto, sealed.code));
}

/// The statement and the exhibit label, into `out/`. What somebody wrote there before is theirs, and stays.
fn draft(folder: &Folder, terms: &Terms, sealed: &Sealed) -> Result<Vec<String>, CommandError> {
    let closed =
        Closed { upto: sealed.upto, code: sealed.code.to_string(), digest: folder::digest(&folder.at("record.db"))? };
    let drafts = statement::drafts(&folder.look()?, terms, &closed)
        .map_err(|error| CommandError::failed("report", error.to_string(), "report this as a fault of signpost"))?;
    let put = |(name, text): statement::Draft| {
        let path = folder.at("out").join(name);
        if !path.exists() {
            folder::write(&path, text)?;
        }
        Ok(path.display().to_string())
    };
    drafts.into_iter().map(put).collect()
}

/// Copies the SIM once more: only the SIM that was copied before.
fn copy_again(folder: &Folder, terms: &Terms, args: &Close, course: &Course, out: &Out) -> Result<(), CommandError> {
    block_on(async {
        let opening = Opening::to_listen("close", &args.line, course, out);
        let mut line = Line::open(folder, folder.look()?, terms.clone(), opening).await.map_err(|error| {
            let help = format!(
                "{}; or, if the line is not here any more: signpost close --without-line --why \"…\"",
                error.help
            );
            CommandError { help, ..error }
        })?;
        line.session.line()?;
        let refusals = line.session.line_refusals();
        if !refusals.is_empty() {
            line.session.end(&Ended::Refused(refusals.clone())).await?;
            return check::refuse(folder, "close", &refusals).map(drop);
        }
        line.session.copy_after().await?;
        line.session.end(&Ended::InOrder).await?;
        Ok(())
    })
}

/// Why the SIM is not to be compared, if it is not. To power it again may put the line on the air.
fn apart(terms: &Terms, copied: bool, args: &Close) -> Option<String> {
    if args.without_line {
        return Some(args.why.clone());
    }
    if !copied {
        return Some("the SIM was not copied at the first check".into());
    }
    let ended = to_listen(folder::clock().now(), terms).into_iter().next();
    ended.map(|refusal| format!("{refusal}: the line is not powered again"))
}

/// For the closing entry.
fn line(compared: Option<&[Difference]>, apart: Option<String>) -> serde_json::Value {
    match compared {
        Some(differences) => serde_json::json!({"compared": true, "differences": differences}),
        None => serde_json::json!({"compared": false, "why": apart.unwrap_or_default()}),
    }
}

fn say(compared: Option<&[Difference]>, line: &serde_json::Value, out: &Out) {
    let Some(differences) = compared else {
        let why = line.get("why").and_then(serde_json::Value::as_str).unwrap_or_default();
        return out.say(format!("Closed. The SIM was not compared: {}", Untrusted::from(why).for_terminal()));
    };
    let files = FILES.len();
    out.say(format!("Closed. Of {files} files of the SIM {} differ from the copy before:", differences.len()));
    for difference in differences {
        let why = match &difference.why {
            Why::ByItself(words) => words.clone(),
            Why::Received => "texts of this case, which are in the record".into(),
            Why::ReadOnce(words) => format!("could be read only once ({words})"),
            Why::Unexplained => "NOTHING EXPLAINS THIS: look at both copies in the record".into(),
        };
        out.say(format!("  {} {}: {why}", difference.file, difference.name));
    }
}
