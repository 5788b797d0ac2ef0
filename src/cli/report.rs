//! `signpost report`: a page for whoever is to read it, into `out/`. All of it can be made again. That a page was made is an
//! entry of its own.

use super::args::Common;
use super::args::after::{For, Report};
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::print::Out;
use crate::record::Record;
use crate::record::keeping::{Access, Looked};
use crate::report::mask::Mask;
use crate::report::{Audience, csv, page};

/// Writes the page.
pub fn run(common: &Common, args: &Report, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let audience = audience(args.reader);
    let mut record = folder.look()?;
    record.writable()?;
    looked(&folder, &mut record, audience);
    drop(record);
    let files = write(&folder, audience)?;
    files.iter().for_each(|file| out.say(format!("Wrote {file}")));
    out.say(match audience {
        Audience::Court => "These pages hold numbers and texts: keep them as you keep the record.",
        Audience::Support => {
            "This page holds numbers and texts: give it to those who are to answer them, and to nobody else."
        }
        Audience::Disclosure => "Read the replies before you hand it over: what people wrote may name others.",
    });
    out.json(&serde_json::json!({"type": "summary", "files": files}));
    Ok(Exit::Done)
}

/// Who is to read it.
pub fn audience(reader: For) -> Audience {
    match reader {
        For::Court => Audience::Court,
        For::Support => Audience::Support,
        For::Disclosure => Audience::Disclosure,
    }
}

/// That somebody takes a page out.
pub fn looked(folder: &Folder, record: &mut Record, audience: Audience) {
    folder.looked(record, Access { what: Looked::Report, which: audience.words().into() });
}

/// Writes it, and for a court the lists too, and says where.
pub fn write(folder: &Folder, audience: Audience) -> Result<Vec<String>, CommandError> {
    let record = folder.look()?;
    let texts = folder.texts(&folder.case_file()?)?;
    let page = page(&record, &folder.terms()?, &texts, audience)
        .map_err(|error| CommandError::failed("report", error.to_string(), "report this as a fault of signpost"))?;
    let out = folder.at("out");
    std::fs::create_dir_all(&out).map_err(|error| CommandError::file(&out, &error))?;
    let mut files = vec![(audience.file(), page.into_bytes())];
    if audience == Audience::Court {
        files.extend(lists(&record)?);
    }
    let put = |(name, octets)| {
        let path = out.join(name);
        folder::write(&path, octets)?;
        Ok(path.display().to_string())
    };
    files.into_iter().map(put).collect()
}

fn lists(record: &Record) -> Result<[(&'static str, Vec<u8>); 3], CommandError> {
    let failed = |error: ::csv::Error| CommandError::failed("report", error.to_string(), "is there space left?");
    let state = record.state();
    Ok([
        ("people.csv", csv::people(state, &Mask::Nothing).map_err(failed)?),
        ("replies.csv", csv::replies(state, &Mask::Nothing).map_err(failed)?),
        ("sim.csv", csv::sim(state, &Mask::Nothing).map_err(failed)?),
    ])
}
