//! `signpost close`: seals for good, writes the report, prints the code for the notebook.

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
use crate::case::sim::FILES;
use crate::case::terms::Terms;
use crate::record::compare::{Difference, Why, compare};
use crate::record::keeping::Closing;
use crate::record::lock::LineLock;
use crate::record::seal::Sealed;
use crate::report::statement::Closed;
use crate::report::{Audience, statement};
use crate::session::run::Ended;
use crate::text::Untrusted;

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
    if record.state().closed.is_some() {
        // It may have been closed while another process had it open: the one file is made now.
        record.into_one_file()?;
        return Err(CommandError::rule("closed", "the case is closed already", "signpost verify"));
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
    let mut files = report::write(&folder, Audience::Court)?;
    files.extend(draft(&folder, &terms, &sealed)?);
    say(compared.as_deref(), &line, out);
    files.iter().for_each(|file| out.say(format!("Wrote {file}")));
    out.say(format!("Notebook: entry {}  code {}", sealed.upto, sealed.code));
    out.say("Next: signpost verify");
    out.json(&serde_json::json!({
        "type": "summary", "entry": sealed.upto, "code": sealed.code.as_str(), "files": files, "not_known": unknown,
        "line": line,
    }));
    Ok(if unknown > 0 { Exit::NotKnown } else { Exit::Done })
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
