//! `signpost report`: the pages, into `out/`. All of it can be made again.

use super::args::Common;
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::print::Out;
use crate::record::keeping::{Access, Looked};
use crate::report::{csv, html};

/// Writes the pages.
pub fn run(common: &Common, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    folder.looked(&mut folder.look()?, Access { what: Looked::Report, which: String::new() });
    let files = write(&folder)?;
    files.iter().for_each(|file| out.say(format!("Wrote {file}")));
    out.say("These pages hold numbers and texts: keep them as you keep the record.");
    out.json(&serde_json::json!({"type": "summary", "files": files}));
    Ok(Exit::Done)
}

/// Writes them and says where.
pub fn write(folder: &Folder) -> Result<Vec<String>, CommandError> {
    let record = folder.look()?;
    let terms = folder.terms()?;
    let page = html::page(&record, &terms, &folder.texts()?)
        .map_err(|error| CommandError::failed("report", error.to_string(), "report this as a fault of signpost"))?;
    let out = folder.at("out");
    std::fs::create_dir_all(&out).map_err(|error| CommandError::file(&out, &error))?;
    let failed = |error: ::csv::Error| CommandError::failed("report", error.to_string(), "is there space left?");
    let files = [
        ("report.html", page.into_bytes()),
        ("people.csv", csv::people(record.state()).map_err(failed)?),
        ("replies.csv", csv::replies(record.state()).map_err(failed)?),
        ("sim.csv", csv::sim(record.state()).map_err(failed)?),
    ];
    files
        .into_iter()
        .map(|(name, octets)| {
            let path = out.join(name);
            folder::write(&path, octets)?;
            Ok(path.display().to_string())
        })
        .collect()
}
