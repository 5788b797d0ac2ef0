//! `signpost close`: seals for good, writes the report, prints the code for the notebook.

use super::args::{Close, Common};
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::print::Out;
use super::report;
use crate::record::body::Closing;
use crate::record::lock::LineLock;

/// Closes the case.
pub fn run(common: &Common, args: &Close, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let operator = folder.operator()?;
    let terms = folder.terms()?;
    let clock = folder::clock();
    let _lock = LineLock::acquire(folder.path(), &operator, &terms.hours.shown(clock.now()))?;
    let record = folder.record(clock)?;
    if record.state().closed.is_some() {
        // It may have been closed while another process had it open: the one file is made now.
        record.into_one_file()?;
        return Err(CommandError::rule("closed", "the case is closed already", "signpost verify"));
    }
    let unknown = record.state().unknown().len();
    let key = folder.key(folder::nature(record.state()))?;
    let line = serde_json::json!({"compared": false, "why": "this version does not copy the SIM"});
    let sealed = record.close(Closing { why: args.why.clone(), line }, &key)?;
    let files = report::write(&folder)?;
    out.say("Closed. The SIM was not compared: this version does not copy it.");
    files.iter().for_each(|file| out.say(format!("Wrote {file}")));
    out.say(format!("Notebook: entry {}  code {}", sealed.upto, sealed.code));
    out.say("Next: signpost verify");
    out.json(&serde_json::json!({"type": "summary", "entry": sealed.upto, "code": sealed.code.as_str(), "files": files, "not_known": unknown}));
    Ok(if unknown > 0 { Exit::NotKnown } else { Exit::Done })
}
