//! Cases and their bundles.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use signpost::clock::SystemClock;
use signpost::record::Record;
use signpost::record::entry::Entry;
use signpost::record::token::{Captured, Way};
use signpost::record::traffic::{Dir, Reply, ReplyForm, Wire, WireChunk};

use crate::case::{ended, make, signpost, verb};

/// The whole demonstration, closed.
pub fn worked(folder: &Path) -> PathBuf {
    let case = folder.join("case");
    ended(0, signpost(&["demo".into(), "--seed".into(), "7".into(), case.display().to_string()]));
    case
}

/// A case that is open and to which somebody wrote what a spreadsheet or a terminal might obey.
pub fn hostile(folder: &Path) -> PathBuf {
    make(folder, &[]);
    let mut record = open(&folder.join("case/record.db"));
    let now = record.clock().now();
    let chunk = WireChunk { at: now, mono: 1, dir: Dir::In, octets: b"\r\n+CMT: \x1b[2J\x9b\r\n".to_vec() };
    let way = Way::Stored { storage: "=ME".into(), index: 1 };
    let captured = Captured { way, header: "+CMGR: 0,,9".into(), pdu: "=1+1".into(), status: Some(0) };
    let mut entries = vec![Entry::Wire(Wire { chunks: vec![chunk] }), Entry::Capture(captured)];
    entries.extend(HOSTILE.map(reply));
    record.append_all(entries).unwrap();
    folder.join("case")
}

pub const HOSTILE: [&str; 6] = [
    "=HYPERLINK(\"http://x\",\"y\")",
    "+1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "  -2",
    "\u{1b}]0;owned\u{7}hi\u{9b}2J",
    "a\u{202e}b\nc",
];

fn reply(text: &str) -> Entry {
    Entry::Reply(Reply {
        captures: vec![],
        from: Some("+447700900155".into()),
        person: None,
        form: ReplyForm::Text,
        text: text.into(),
        urgent: vec![],
        stop: None,
        stamp: None,
        doubts: vec![],
        missing: vec![],
    })
}

/// Looks at a record, or writes to it, as another process would.
pub fn open(path: &Path) -> Record {
    Record::open(path, "PC Z", Arc::new(SystemClock::new())).unwrap()
}

/// Makes a bundle and says where it lies.
pub fn export(folder: &Path, reader: &str) -> PathBuf {
    let told = ended(0, verb(folder, &["--json", "export", "--for", reader]).output().unwrap());
    let summary: serde_json::Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
    let bundle = PathBuf::from(summary["folder"].as_str().unwrap());
    let files: Vec<&str> = summary["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
    assert_eq!(files, names(&bundle));
    assert!(bundle.ends_with(format!("export-{}", summary["code"].as_str().unwrap())));
    bundle
}

pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// `signpost verify BUNDLE` with whatever else, in words.
pub fn verify(code: i32, bundle: &Path, more: &[&str]) -> String {
    let mut arguments = vec!["verify".to_owned(), bundle.display().to_string()];
    arguments.extend(more.iter().map(|word| (*word).to_owned()));
    ended(code, signpost(&arguments))
}

/// What a shell says to a command in the bundle.
pub fn shell(bundle: &Path, command: &str) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let own = Path::new(env!("CARGO_BIN_EXE_signpost")).parent().unwrap();
    let path = format!("{}:{path}", own.display());
    let output = Command::new("sh").args(["-c", command]).current_dir(bundle).env("PATH", path).output().unwrap();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command}\n{out}\n{error}");
    out.into_owned()
}

/// A list as a spreadsheet reads it, without its heads.
pub fn rows(bundle: &Path, name: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(bundle.join(name)).unwrap();
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Entries of a kind in the record inside.
pub fn count(bundle: &Path, kind: &str) -> usize {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let database = rusqlite::Connection::open_with_flags(bundle.join("record.db"), flags).unwrap();
    let sql = "SELECT count(*) FROM entry WHERE kind = ?1";
    database.query_row(sql, [kind], |row| row.get::<_, i64>(0)).unwrap() as usize
}
