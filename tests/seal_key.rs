//! A key that signpost never sees seals in place of the station's own: `SIGNPOST_SEAL_KEY`, with the real binary, the real
//! `ssh-keygen` and the real `ssh-agent`.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

#[path = "support/case.rs"]
mod case;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use case::{ended, verb};
use rusqlite::Connection;

/// A key; gives its private half.
fn key(folder: &Path, kind: &str, passphrase: &str) -> PathBuf {
    let path = folder.join(format!("{kind}-{}", passphrase.len()));
    let made = Command::new("ssh-keygen").args(["-q", "-t", kind, "-N", passphrase, "-f"]).arg(&path).status().unwrap();
    assert!(made.success());
    path
}

fn say(folder: &Path, key: &Path, arguments: &[&str]) -> Output {
    verb(folder, arguments).env("SIGNPOST_SEAL_KEY", key).env_remove("SSH_AUTH_SOCK").output().unwrap()
}

/// The keys that sealed, by the record itself.
fn sealed_by(folder: &Path) -> Vec<String> {
    let record = Connection::open(folder.join("case/record.db")).unwrap();
    let mut keys =
        record.prepare("SELECT CAST(body AS TEXT) ->> 'key' FROM entry WHERE kind = 'seal' ORDER BY seq").unwrap();
    keys.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// By both verifiers; the second has `ssh-keygen -Y verify` look at each seal.
fn holds(folder: &Path) {
    ended(0, verb(folder, &["verify"]).output().unwrap());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/verify_record.py");
    ended(0, Command::new("python3").arg(script).arg(folder.join("case")).output().unwrap());
}

fn public(key: &Path) -> String {
    let text = std::fs::read_to_string(key.with_extension("pub")).unwrap();
    text.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

const CLOSE: [&str; 4] = ["close", "--without-line", "--why", "the SIM went back"];

#[test]
fn a_key_in_a_file_seals_and_signs_the_bundle() {
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[]);
    let key = key(folder.path(), "ed25519", "");
    ended(0, say(folder.path(), &key, &CLOSE));
    ended(0, say(folder.path(), &key, &["note", "handed over"]));
    let told = ended(0, say(folder.path(), &key, &["export", "--json"]));
    assert_eq!(sealed_by(folder.path()), vec![public(&key); 3]);
    holds(folder.path());
    let out = std::fs::read_dir(folder.path().join("case/out")).unwrap().map(|entry| entry.unwrap().path());
    let bundle = out.into_iter().find(|path| path.is_dir()).unwrap();
    let told_of = ended(0, case::signpost(&["verify".into(), bundle.display().to_string()]));
    assert!(told_of.contains("which also sealed the record inside"), "{told}{told_of}");
    assert!(!folder.path().join("case/station/seal_ed25519").exists(), "none is made that is not needed");
}

/// By its public half: the agent has the other.
#[test]
fn a_key_in_an_agent_seals() {
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[]);
    let key = key(folder.path(), "ed25519", "");
    // The agent lives as long as what it runs.
    let binary = env!("CARGO_BIN_EXE_signpost");
    let script = "ssh-add -q \"$1\" && rm \"$1\" && SIGNPOST_SEAL_KEY=\"$1.pub\" exec \"$2\" -C \"$3\" --operator 'PC Y' close \
                  --without-line --why done";
    let mut agent = Command::new("ssh-agent");
    agent.args(["sh", "-c", script, "sh"]).arg(&key).arg(binary).arg(folder.path().join("case"));
    ended(0, agent.output().unwrap());
    assert_eq!(sealed_by(folder.path()), [public(&key)]);
    holds(folder.path());
}

/// It is said before anything is done, and nobody is asked.
#[test]
fn a_key_that_cannot_sign_without_asking_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[]);
    let (locked, other_kind) = (key(folder.path(), "ed25519", "a passphrase"), key(folder.path(), "ecdsa", ""));
    let nowhere = folder.path().join("nowhere");
    for (key, words) in [
        (&locked, "without asking"),
        (&locked.with_extension("pub"), "without asking"),
        (&nowhere, "without asking"),
        (&other_kind, "an Ed25519 key is needed"),
    ] {
        for arguments in [CLOSE.as_slice(), &["capture"]] {
            let told = ended(1, say(folder.path(), key, arguments));
            assert!(told.contains(words) && told.contains("SIGNPOST_SEAL_KEY must name"), "{told}");
        }
    }
    assert_eq!(sealed_by(folder.path()), [""; 0]);
    let record = Connection::open(folder.path().join("case/record.db")).unwrap();
    let began = "SELECT count(*) FROM entry WHERE kind IN ('session-started', 'closing')";
    assert_eq!(record.query_row(began, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    holds(folder.path());
}
