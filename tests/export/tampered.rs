//! What is done to a bundle is found, and named by its file.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::case::make;
use crate::made::{export, names, open, verify};

/// Two bundles of one open case: what is in the one can be put into the other.
fn two(folder: &Path) -> (PathBuf, PathBuf) {
    make(folder, &[]);
    (export(folder, "court"), export(folder, "court"))
}

/// What verify says of one, by a script.
fn problems(bundle: &Path) -> Vec<String> {
    let told = verify(6, bundle, &["--json"]);
    let lines = told.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let problems = lines.filter(|line| line["type"] == "problem");
    problems
        .map(|line| format!("{}: {}", line["file"].as_str().unwrap_or("record"), line["what"].as_str().unwrap()))
        .collect()
}

fn has(problems: &[String], wanted: &str) {
    assert!(problems.iter().any(|problem| problem.starts_with(wanted)), "{wanted}: {problems:?}");
}

fn change(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn every_file_that_was_changed_removed_added_or_swapped_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (bundle, other) = two(folder.path());
    for name in names(&bundle) {
        let (path, whole) = (bundle.join(&name), std::fs::read(bundle.join(&name)).unwrap());
        std::fs::remove_file(&path).unwrap();
        has(&problems(&bundle), &format!("{name}: it is missing"));
        let mut changed = whole.clone();
        match changed.last_mut() {
            Some(last) => *last ^= 1,
            None => changed.push(1),
        }
        std::fs::write(&path, &changed).unwrap();
        has(&problems(&bundle), if name.starts_with("manifest") { "manifest.sha256" } else { &name });
        std::fs::write(&path, &whole).unwrap();
    }
    verify(0, &bundle, &[]);
    std::fs::write(bundle.join("more.txt"), "").unwrap();
    has(&problems(&bundle), "more.txt: the manifest does not name it");
    std::fs::remove_file(bundle.join("more.txt")).unwrap();
    let record = std::fs::read(other.join("record.db")).unwrap();
    std::fs::write(bundle.join("record.db"), record).unwrap();
    let found = problems(&bundle);
    has(&found, "record.db: it was changed");
    has(&found, "entries.jsonl: line ");
}

#[test]
fn a_record_that_was_left_open_beside_the_bundle_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (bundle, _) = two(folder.path());
    std::fs::write(bundle.join("record.db-wal"), "x").unwrap();
    has(&problems(&bundle), "record.db-wal: the manifest does not name it");
}

/// Makes digests and signature afresh, with a key that ssh-keygen makes or finds.
fn sign_again(bundle: &Path, key: &Path) {
    let run = |command: &str| {
        let status = Command::new("sh").args(["-c", command]).env("KEY", key).current_dir(bundle).output().unwrap();
        assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    };
    run("printf 'station namespaces=\"signpost-export@v1\" %s\\n' \"$(ssh-keygen -y -f \"$KEY\")\" > signers");
    run("rm manifest.sha256.sig; sha256sum $(ls | grep -v manifest) > manifest.sha256");
    run("ssh-keygen -q -Y sign -f \"$KEY\" -n signpost-export@v1 manifest.sha256");
    run("ssh-keygen -Y verify -f signers -I station -n signpost-export@v1 -s manifest.sha256.sig < manifest.sha256");
}

#[test]
fn one_that_somebody_else_signed_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let (bundle, _) = two(folder.path());
    let key = folder.path().join("key");
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status().unwrap();
    assert!(made.success());
    change(&bundle.join("README.txt"), "WHAT", "What");
    sign_again(&bundle, &key);
    assert_eq!(
        problems(&bundle),
        ["signers: it is another key than the one that sealed the record inside: somebody else signed this bundle"]
    );
}

/// Who has the station's key can sign what he likes; the record inside and its lines must still agree.
#[test]
fn lines_that_are_not_the_records_are_told_of_under_whatever_signature() {
    let folder = tempfile::tempdir().unwrap();
    let (bundle, _) = two(folder.path());
    let key = folder.path().join("case/station/seal_ed25519");
    sign_again(&bundle, &key);
    verify(0, &bundle, &[]);
    change(&bundle.join("entries.jsonl"), "\"who\":\"PC Y\"", "\"who\":\"PC X\"");
    sign_again(&bundle, &key);
    assert_eq!(problems(&bundle), ["entries.jsonl: line 3 is not what record.db says"]);
}

#[test]
fn a_code_of_the_notebook_shows_what_was_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let (bundle, later) = two(folder.path());
    let code = |bundle: &Path| bundle.file_name().unwrap().to_str().unwrap().replace("export-", "");
    verify(0, &later, &["--head", &code(&bundle)]);
    let told = verify(6, &bundle, &["--head", &code(&later)]);
    assert!(told.contains("no entry has the code"), "{told}");
    let record = open(&later.join("record.db"));
    assert!(record.state().closed.is_none());
}
