//! `signpost export`: a bundle for others, `out/export-CODE/`: what its reader may see, digests, a signature, and how to check
//! all that. That it was made is an entry of its own, sealed; the bundle bears the seal's code.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::args::Common;
use super::args::after::Export;
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::print::Out;
use super::report::audience;
use crate::case::terms::Terms;
use crate::case::texts::Texts;
use crate::record::Record;
use crate::record::bundle::{Finished, UNFINISHED, Unfinished, fingerprint};
use crate::record::entry::Entry;
use crate::record::keeping::{Access, Looked};
use crate::record::seal::Sealed;
use crate::report::attempts::attempts;
use crate::report::court::mask_for;
use crate::report::facts::Facts;
use crate::report::mask::Mask;
use crate::report::readme::{self, readme};
use crate::report::{Audience, PageError, csv, page, pcapng, pdus, wire};

/// Papers of the case that `close` draws up; they go with the bundle for a court.
const PAPERS: [&str; 2] = ["statement.txt", "exhibit-label.txt"];

/// Makes the bundle.
pub fn run(common: &Common, args: &Export, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let audience = audience(args.reader);
    let (terms, texts) = (folder.terms()?, folder.texts(&folder.case_file()?)?);
    let mut record = folder.look()?;
    record.writable()?;
    let key = folder.key(folder::nature(record.state()))?;
    record.append(Entry::Access(Access { what: Looked::Export, which: audience.words().into() }))?;
    let sealed = record.checkpoint_seal(&key)?;
    broken_off(&folder.at("out"), out);
    let bundle = Making {
        bundle: Unfinished::begin(&folder.at("out"), &format!("export-{}", sealed.code))?,
        folder: &folder,
        audience,
        terms,
        texts,
    };
    match audience {
        Audience::Court => bundle.whole(&record)?,
        Audience::Support => bundle.for_support(&record)?,
        Audience::Disclosure => bundle.masked(&record)?,
    }
    bundle.readme(&record, &sealed, &fingerprint(&key.public()?))?;
    let finished = bundle.bundle.finish(&key)?;
    said(&finished, &sealed, audience, out);
    Ok(Exit::Done)
}

fn said(finished: &Finished, sealed: &Sealed, audience: Audience, out: &Out) {
    let folder = finished.folder.display();
    out.say(format!("Wrote {folder}: {} files", finished.files.len()));
    finished.files.iter().for_each(|file| out.say(format!("  {file}")));
    out.say(match audience {
        Audience::Court => "It holds numbers and texts: keep it as you keep the record.",
        Audience::Support => "It holds numbers and texts: give it to those who are to answer them, and to nobody else.",
        Audience::Disclosure => "Read the replies before you hand it over: what people wrote may name others.",
    });
    out.say(format!("Notebook: entry {}  code {}", sealed.upto, sealed.code));
    out.say(format!("Next: signpost verify {folder}"));
    out.json(&serde_json::json!({
        "type": "summary", "folder": folder.to_string(), "files": finished.files, "entry": sealed.upto,
        "code": sealed.code.as_str(),
    }));
}

/// What a kill left behind bears no bundle's name; nobody is to take it for one.
fn broken_off(out_folder: &Path, out: &Out) {
    let entries = std::fs::read_dir(out_folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    for name in names.filter(|name| name.starts_with(UNFINISHED)) {
        let shown = crate::text::Untrusted::from(name).for_terminal();
        out.progress(format!("! out/{shown}: an export that was broken off, or works still; if none does, remove it"));
    }
}

/// A bundle at work.
struct Making<'a> {
    bundle: Unfinished,
    folder: &'a Folder,
    audience: Audience,
    terms: Terms,
    texts: Texts,
}

impl Making<'_> {
    /// Everything. All of it is made from the copy of the record that goes with it, so that they say the same, whatever
    /// another process adds meanwhile.
    fn whole(&self, record: &Record) -> Result<(), CommandError> {
        let path = self.bundle.at("record.db");
        record.copy_to(&path)?;
        let copy = Record::open(&path, &self.folder.who(), folder::clock())?;
        let facts = Facts::of(&copy)?;
        self.page(&copy)?;
        self.lists(&copy, &facts, &Mask::Nothing)?;
        self.stream("entries.jsonl", &mut |to| copy.write_lines(to).map_err(|error| error.to_string()))?;
        self.stream("wire.log", &mut |to| wire::write(&copy, to).map_err(|error| error.to_string()))?;
        self.stream("pdus.csv", &mut |to| pdus::write(&copy, to).map_err(|error| error.to_string()))?;
        self.put("sms.pcapng", &pcapng::pcapng(&copy, &facts).map_err(failed)?)?;
        self.papers()?;
        Ok(copy.into_one_file()?)
    }

    fn for_support(&self, record: &Record) -> Result<(), CommandError> {
        self.page(record)?;
        self.put("replies.csv", &csv::support(record.state()).map_err(failed)?)
    }

    fn masked(&self, record: &Record) -> Result<(), CommandError> {
        self.page(record)?;
        self.lists(record, &Facts::of(record)?, &mask_for(record, self.audience)?)
    }

    fn page(&self, record: &Record) -> Result<(), CommandError> {
        let page = page(record, &self.terms, &self.texts, self.audience).map_err(failed)?;
        self.put(self.audience.file(), page.as_bytes())
    }

    fn lists(&self, record: &Record, facts: &Facts, mask: &Mask) -> Result<(), CommandError> {
        let state = record.state();
        self.put("people.csv", &csv::people(state, mask).map_err(failed)?)?;
        self.put("replies.csv", &csv::replies(state, mask).map_err(failed)?)?;
        self.put("sim.csv", &csv::sim(state, mask).map_err(failed)?)?;
        self.put("attempts.csv", &attempts(record, facts, mask).map_err(failed)?)
    }

    fn papers(&self) -> Result<(), CommandError> {
        let papers = PAPERS.map(|name| (name, self.folder.at("out").join(name)));
        papers
            .iter()
            .filter(|(_, path)| path.is_file())
            .try_for_each(|(name, path)| self.put(name, &folder::octets(path)?))
    }

    fn readme(&self, record: &Record, sealed: &Sealed, fingerprint: &str) -> Result<(), CommandError> {
        let (state, files) = (record.state(), self.bundle.files()?);
        let text = readme(&readme::Bundle {
            audience: self.audience,
            case: state.opened.as_ref().map(|opened| opened.case.as_str()).unwrap_or_default(),
            nature: folder::nature(state),
            entry: sealed.upto,
            code: sealed.code.as_str(),
            fingerprint,
            files: &files,
        });
        self.put("README.txt", text.as_bytes())
    }

    fn put(&self, name: &str, octets: &[u8]) -> Result<(), CommandError> {
        folder::write(&self.bundle.at(name), octets)
    }

    /// What may be as long as the record is not held in memory.
    fn stream(
        &self,
        name: &str,
        tell: &mut dyn FnMut(&mut dyn Write) -> Result<(), String>,
    ) -> Result<(), CommandError> {
        let path = self.bundle.at(name);
        let io = |error| CommandError::file(&path, &error);
        let mut to = BufWriter::new(File::create_new(&path).map_err(io)?);
        tell(&mut to).map_err(|words| CommandError::failed("export", words, SPACE))?;
        to.flush().map_err(io)
    }
}

const SPACE: &str = "is there space left? A bundle needs about five times the record's size";

fn failed(error: impl Into<PageError>) -> CommandError {
    CommandError::failed("export", error.into().to_string(), SPACE)
}
