//! `signpost erase`: what a case knows of some people goes, under authority: their numbers and words in the record, the
//! lists that name them, and every page made from them. What stays: that something was there, when, of which kind, and its
//! digest, so that the chain still holds. Nobody can have it again.
//!
//! Files go behind the commit of the record's entry, which names them with their digests: said again after a kill, it finds
//! what is left. Bundles in `out/` go with all that can be made again; copies elsewhere (bundles that were handed over, backups,
//! the disk's own spare blocks) are out of its reach.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::args::Common;
use super::args::after::Erase;
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::print::{Asking, Out};
use crate::case::number;
use crate::ids::Sha256;
use crate::record::Record;
use crate::record::erase::Erasing;
use crate::record::fold::State;
use crate::record::keeping::Gone;
use crate::record::lock::LineLock;
use crate::record::traces::Forms;

/// Erases.
pub fn run(common: &Common, args: &Erase, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let operator = folder.operator()?;
    if [&args.authority, &args.why].iter().any(|words| words.trim().is_empty()) {
        let help = "signpost erase --recipients 07700900123 --authority \"court order 12/27\" --why \"…\"";
        return Err(CommandError::usage("authority", "--authority and --why must say something", help));
    }
    let _lock = LineLock::acquire(folder.path(), &operator, "an erasure")?;
    let record = folder.look()?;
    let numbers = numbers(args, &record)?;
    let forms = Forms::of(&numbers)
        .map_err(|error| CommandError::failed("erase", error.to_string(), "erase fewer people at once"))?;
    let traces = record.traces(&forms)?;
    let files = files(&folder, &forms)?;
    if traces.seqs.is_empty() && files.is_empty() {
        out.say("Nothing of these numbers is in this case: nothing was erased.");
        out.json(&serde_json::json!({"type": "summary", "numbers": numbers.len(), "entries": 0, "files": []}));
        return Ok(Exit::Done);
    }
    out.progress(format!("{} numbers: {} entries, {} files", numbers.len(), traces.seqs.len(), files.len()));
    confirm(numbers.len(), args.confirm, out)?;
    let key = folder.key(folder::nature(record.state()))?;
    let entries = traces.seqs.len();
    let gone = files.iter().map(|file| file.gone.clone()).collect();
    let erasing =
        Erasing { forms: &forms, traces, files: gone, authority: args.authority.clone(), why: args.why.clone() };
    let sealed = record.erase(erasing, &key)?;
    files.iter().try_for_each(|file| bury(file, &args.authority, sealed.upto))?;
    said(&sealed, entries, &files, out);
    Ok(Exit::Done)
}

fn said(sealed: &crate::record::seal::Sealed, entries: usize, files: &[Found], out: &Out) {
    out.say(format!("Erased: the bodies of {entries} entries, and {} files:", files.len()));
    files.iter().for_each(|file| out.say(format!("  {}", file.gone.file)));
    out.say("Digests and the chain stay. Copies elsewhere are not touched: bundles that were handed over,");
    out.say("backups, the disk's own spare blocks, what alerts told others.");
    out.say(format!("Notebook: entry {}  code {}", sealed.upto, sealed.code));
    out.say("Next: signpost verify, then signpost report makes the pages again");
    let names: Vec<&str> = files.iter().map(|file| file.gone.file.as_str()).collect();
    out.json(&serde_json::json!({
        "type": "summary", "entries": entries, "files": names, "entry": sealed.upto, "code": sealed.code.as_str(),
    }));
}

/// In E.164, each once.
fn numbers(args: &Erase, record: &Record) -> Result<BTreeSet<String>, CommandError> {
    let realm = folder::realm(folder::nature(record.state()));
    if args.everyone {
        return Ok(everyone(record.state()));
    }
    let mut numbers = BTreeSet::new();
    for word in &args.recipients {
        let path = Path::new(word);
        let lines = if path.is_file() { folder::text(path)? } else { word.clone() };
        for (line, text) in (1..).zip(lines.lines()).filter(|(_, text)| !text.trim().is_empty()) {
            // Also a landline or a foreign number may have written.
            let digits: String = text.chars().filter(|c| !" -().\t".contains(*c)).collect();
            let number = number::read(text.trim(), realm).map(|number| number.to_string()).ok();
            let number = number.or_else(|| Some(digits).filter(|digits| is_international(digits)));
            numbers.insert(number.ok_or_else(|| no_number(word, line, text))?);
        }
    }
    Ok(numbers)
}

fn is_international(digits: &str) -> bool {
    let rest = digits.strip_prefix('+').unwrap_or_default();
    (9..=15).contains(&rest.len()) && rest.bytes().all(|octet| octet.is_ascii_digit())
}

fn no_number(word: &str, line: usize, text: &str) -> CommandError {
    let shown = crate::text::Untrusted::from(text).for_terminal();
    let place = if Path::new(word).is_file() { format!("{word}, line {line}: ") } else { String::new() };
    let help = "give it as 07700 900123 or +447700900123; nine digits are the fewest that can be looked for";
    CommandError::usage("number", format!("{place}\"{shown}\" is no phone number"), help)
}

/// Whoever the record names by a number that can be looked for.
fn everyone(state: &State) -> BTreeSet<String> {
    let people = state.people.iter().filter(|(person, _)| *person != 0).map(|(_, person)| person.to.to_string());
    let wrote = state.replies.iter().filter_map(|received| received.reply.from.as_ref());
    let wrote = wrote.map(|from| from.for_record().to_owned());
    let barred = state.opt_outs.keys().cloned();
    let enough = |number: &String| number.bytes().filter(u8::is_ascii_digit).count() >= 9;
    people.chain(wrote).chain(barred).filter(enough).filter(|number| !number.chars().any(char::is_alphabetic)).collect()
}

fn confirm(count: usize, given: Option<usize>, out: &Out) -> Result<(), CommandError> {
    let question = format!("It cannot be had again. Type how many numbers are to be erased ({count}): ");
    let given = given.or_else(|| {
        let can_ask = out.can_ask() == Asking::Possible;
        can_ask.then(|| out.ask(&question).ok()?.parse().ok()).flatten()
    });
    match given {
        Some(given) if given == count => Ok(()),
        Some(given) => {
            let message = format!("there are {count} numbers; {given} were confirmed: nothing was erased");
            Err(CommandError::rule("confirm", message, "look at the numbers, and say it again"))
        }
        None => {
            let help = format!("give --confirm {count}: how many numbers are to be erased");
            Err(CommandError::usage("confirm", "--confirm is missing: nothing was erased", help))
        }
    }
}

/// A file that goes.
struct Found {
    path: PathBuf,
    gone: Gone,
    made: Made,
}

/// Whether it can be made again.
#[derive(PartialEq)]
enum Made {
    FromTheRecord,
    Elsewhere,
}

/// What can be made again goes whole. So does a packed list, which cannot be searched in its place.
fn files(folder: &Folder, forms: &Forms) -> Result<Vec<Found>, CommandError> {
    let mut found = Vec::new();
    for path in beneath(folder.path()).into_iter().filter(|path| !is_kept(folder.path(), path)) {
        let octets = folder::octets(&path)?;
        let inside = path.strip_prefix(folder.path()).unwrap_or(&path).to_string_lossy().into_owned();
        let is_packed = octets.starts_with(b"PK\x03\x04");
        if path.starts_with(folder.at("out")) || is_packed || forms.stand_in_file(&unfolded(&octets)) {
            let file =
                if forms.stand_in_text(inside.as_bytes()) { "a name with a number in it".into() } else { inside };
            let gone = Gone { file, sha256: Sha256::of(&octets), octets: octets.len() as u64 };
            let made = if path.starts_with(folder.at("out")) { Made::FromTheRecord } else { Made::Elsewhere };
            found.push(Found { path, gone, made });
        }
    }
    Ok(found)
}

/// A mail as it reads: its text may be in base64 or quoted-printable.
fn unfolded(octets: &[u8]) -> Vec<u8> {
    let mail = mail_parser::MessageParser::default().parse(octets);
    let texts = mail.iter().flat_map(|mail| mail.parts.iter()).flat_map(|part| [part.contents(), b"\n"]);
    texts.fold(octets.to_vec(), |all, text| [all.as_slice(), b"\n", text].concat())
}

/// The record is erased by itself; the case's terms and words name nobody; the station's lists are under its key.
fn is_kept(case: &Path, path: &Path) -> bool {
    const KEPT: [&str; 7] =
        ["record.db", "record.db-wal", "record.db-shm", "record.db-journal", "line.lock", "case.toml", "station"];
    let inside = path.strip_prefix(case).unwrap_or(path);
    let first = inside.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
    first.is_some_and(|first| KEPT.contains(&first.as_str())) || folder::is_tombstone(path)
}

fn beneath(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => all.extend(beneath(&entry.path())),
            Ok(kind) if kind.is_file() => all.push(entry.path()),
            _ => {}
        }
    }
    all.sort();
    all
}

/// In its place stays what it was.
fn bury(found: &Found, authority: &str, entry: u64) -> Result<(), CommandError> {
    let Gone { file, sha256, octets } = &found.gone;
    if found.made == Made::Elsewhere {
        let words = format!(
            "Erased under {authority} (record.db, entry {entry}).\nHere was {file}: {octets} octets, SHA-256 {sha256}.\n"
        );
        let name = format!("{}{}", sha256.to_string().get(..12).unwrap_or_default(), folder::TOMBSTONE);
        folder::write(&found.path.with_file_name(name), words)?;
    }
    std::fs::remove_file(&found.path).map_err(|error| CommandError::file(&found.path, &error))?;
    if found.made == Made::FromTheRecord {
        // A bundle goes with its last file; a folder that holds something more stays.
        let bundle = found.path.parent().filter(|folder| !folder.ends_with("out"));
        let _stays_if_not_empty = bundle.map(std::fs::remove_dir);
    }
    Ok(())
}
