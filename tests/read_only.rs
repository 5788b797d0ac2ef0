//! A case folder that can be read and not be written: a medium that is write-protected, a copy of somebody else's. Whatever
//! only looks works there; whatever writes says so once, with the next step.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

#[path = "support/case.rs"]
mod case;

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use case::{ended, verb};

/// In place of root, whom no permission holds back.
const NOBODY: u32 = 65_534;

/// Of a folder and of all that is in it.
fn allow(place: &Path, folders: u32, files: u32) {
    for entry in std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            allow(&entry, folders, files);
        } else {
            std::fs::set_permissions(&entry, Permissions::from_mode(files)).unwrap();
        }
    }
    std::fs::set_permissions(place, Permissions::from_mode(folders)).unwrap();
}

/// Writes as whoever may not.
struct Protected(tempfile::TempDir);

impl Protected {
    fn new(folder: tempfile::TempDir) -> Self {
        allow(&folder.path().join("case"), 0o555, 0o444);
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn verb(&self, arguments: &[&str]) -> Command {
        let mut command = verb(self.path(), arguments);
        if std::fs::metadata(self.path()).unwrap().uid() == 0 {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    fn say(&self, exit: i32, arguments: &[&str]) -> String {
        ended(exit, self.verb(arguments).output().unwrap())
    }
}

impl Drop for Protected {
    fn drop(&mut self) {
        allow(&self.path().join("case"), 0o755, 0o644);
    }
}

/// Still open, so that SQLite would keep two files beside it; and closed.
fn cases() -> [(&'static str, Protected); 2] {
    ["open", "closed"].map(|how| {
        let folder = tempfile::tempdir().unwrap();
        case::make(folder.path(), &[]);
        ended(0, verb(folder.path(), &["note", "it lies here"]).output().unwrap());
        if how == "closed" {
            ended(0, verb(folder.path(), &["close", "--without-line", "--why", "done"]).output().unwrap());
        }
        (how, Protected::new(folder))
    })
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

#[test]
fn what_only_looks_works_and_leaves_nothing() {
    for (how, case) in cases() {
        let before = files(&case.path().join("case"));
        assert!(case.say(0, &["status"]).contains("0 people"), "{how}");
        let told = case.say(0, &["replies"]);
        assert!(told.contains("0 replies") && told.contains("could not be recorded"), "{how}: {told}");
        assert!(case.say(0, &["contacts"]).contains("3 rows: 3 people"), "{how}");
        assert!(case.say(0, &["verify"]).contains("the record holds"), "{how}");
        assert_eq!(files(&case.path().join("case")), before, "{how}");
    }
}

#[test]
fn what_writes_says_once_what_to_do() {
    for (how, case) in cases() {
        for arguments in [["note", "she rang"].as_slice(), &["export"], &["report"]] {
            let told = case.say(1, arguments);
            assert!(told.contains("the record cannot be written"), "{how} {arguments:?}: {told}");
            assert!(told.contains("copy the whole case folder"), "{how} {arguments:?}: {told}");
            assert!(!told.contains("could not be recorded"), "{how} {arguments:?}: {told}");
        }
    }
}

/// What waits in a `-wal` is part of the record: without it the file reads as an earlier one.
#[test]
fn entries_that_wait_beside_the_file_are_not_overlooked() {
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[]);
    let record = folder.path().join("case/record.db");
    let held = rusqlite::Connection::open(&record).unwrap();
    held.execute_batch("BEGIN; SELECT count(*) FROM entry;").unwrap();
    ended(0, verb(folder.path(), &["note", "it waits"]).output().unwrap());
    let copy = tempfile::tempdir().unwrap();
    let place = copy.path().join("case");
    std::fs::create_dir(&place).unwrap();
    for name in ["record.db", "record.db-wal", "case.toml", "message.txt"] {
        std::fs::copy(folder.path().join("case").join(name), place.join(name)).unwrap();
    }
    assert!(std::fs::metadata(place.join("record.db-wal")).unwrap().len() > 0);
    let case = Protected::new(copy);
    for arguments in [["status"], ["replies"]] {
        let told = case.say(1, &arguments);
        assert!(told.contains("wait in the file beside it") && told.contains("copy the whole case folder"), "{told}");
    }
    assert!(case.say(0, &["verify"]).contains("the record holds"));
}
