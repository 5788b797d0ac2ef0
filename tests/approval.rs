//! A second person's word, with the real binary: a sheet, an answer by mail, a signature by `ssh-keygen`; and everything
//! that is none.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

#[path = "support/case.rs"]
mod case;
mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use case::{ended, signpost};
use support::Phone;

const APPROVER: &str = "DI A. Example";

/// A checked training case of three people, not approved.
struct Case {
    folder: tempfile::TempDir,
    phone: Phone,
}

impl Case {
    fn checked() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let phone = Phone::start(folder.path(), "phone", &["--latency", "5"]);
        case::make(folder.path(), &[]);
        let port = phone.link.display().to_string();
        ended(0, case::verb(folder.path(), &["check", "--port", &port]).output().unwrap());
        Self { folder, phone }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join("case").join(name)
    }

    fn approve(&self, arguments: &[&str]) -> Output {
        let arguments = [&["approve", "--json"], arguments].concat();
        case::verb(self.folder.path(), &arguments).output().unwrap()
    }

    /// The code of a new sheet.
    fn sheet(&self) -> String {
        let told = told(self.approve(&["--sheet"]));
        told["plan_code"].as_str().unwrap().to_owned()
    }

    /// Where the sheet of a plan is, or its list of people.
    fn paper(&self, what: &str, code: &str) -> PathBuf {
        self.at(&format!("approval/{what}-{code}.txt"))
    }

    /// What `approve --signed` says to a file with these words.
    fn answered(&self, name: &str, words: &str) -> Output {
        let path = self.folder.path().join(name);
        std::fs::write(&path, words).unwrap();
        self.approve(&["--signed", path.to_str().unwrap(), "--by", APPROVER])
    }

    /// Makes a key; gives its private half.
    fn key(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        keygen(&["-q", "-t", "ed25519", "-N", "", "-f", path.to_str().unwrap()], "");
        path
    }

    fn allow(&self, key: &Path) {
        let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
        let line = format!("\"{APPROVER}\" namespaces=\"signpost-approval\" {public}");
        std::fs::write(self.at("approval/allowed_signers"), line).unwrap();
    }
}

fn keygen(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new("ssh-keygen")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// The answer of a verb that was done.
fn told(output: Output) -> serde_json::Value {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_str(String::from_utf8(output.stdout).unwrap().lines().last().unwrap()).unwrap()
}

fn refused(output: &Output, code: &str) {
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let error: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(error["code"], code, "{error}");
}

fn mail(body: &str) -> String {
    format!(
        "From: A. Example <a@police.example>\nSubject: Re: plan\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"
    )
}

#[test]
fn an_answer_approves_the_plan_of_the_sheet_and_no_other() {
    let case = Case::checked();
    refused(&case.answered("early.eml", "APPROVED 7KQ4-M2XD-9TRB-5HWA"), "no-sheet");
    let code = case.sheet();
    assert_eq!(case.sheet(), code, "a sheet that is on its way stays good");
    let sheet = std::fs::read_to_string(case.paper("sheet", &code)).unwrap();
    refused(&case.answered("sheet.eml", &mail(&sheet)), "not-approved");
    refused(&case.answered("quote.eml", &mail(&format!("No.\n> APPROVED {code}"))), "not-approved");
    refused(&case.answered("below.eml", &mail(&format!("No.\n\nFrom: PC Y\n\nAPPROVED {code}"))), "not-approved");
    let own = mail(&format!("APPROVED {code}")).replace("A. Example <a@", "PC Y <a@");
    refused(&case.answered("own.eml", &own), "not-approved");
    refused(&case.answered("other.eml", &mail("APPROVED 7KQ4-M2XD-9TRB-5HWA")), "other-plan");

    let told = told(case.answered("reply.eml", &mail(&format!("Dear Y,\n\nAPPROVED {code}\n\nbut mind the hours"))));
    assert_eq!((told["strength"].as_str(), told["plan_code"].as_str()), (Some("answer"), Some(code.as_str())));
    assert!(case.at("approval/reply.eml").exists(), "it is kept");
    ended(0, signpost(&["verify".into(), case.at("").display().to_string()]));
}

#[test]
fn an_answer_to_what_changed_since_is_refused_and_the_change_is_named() {
    let case = Case::checked();
    let code = case.sheet();
    let path = case.at("case.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("00:00-24:00", "01:00-24:00")).unwrap();
    let output = case.answered("reply.eml", &mail(&format!("APPROVED {code}")));
    refused(&output, "plan-changed");
    assert!(String::from_utf8_lossy(&output.stderr).contains("limits.hours"), "{output:?}");
    let other = case.sheet();
    assert_ne!(other, code);
    refused(&case.answered("again.eml", &mail(&format!("APPROVED {code}"))), "other-plan");
}

#[test]
fn a_signature_is_taken_from_who_may_sign_and_ssh_keygen_takes_ours() {
    let case = Case::checked();
    let (key, stranger) = (case.key("key"), case.key("stranger"));
    case.allow(&key);
    let code = case.sheet();
    let sheet = case.paper("sheet", &code);
    let text = std::fs::read_to_string(&sheet).unwrap();
    let printed = keygen(&["-lf", key.with_extension("pub").to_str().unwrap()], "").stdout;
    let printed = String::from_utf8(printed).unwrap();
    assert!(text.contains(APPROVER) && text.contains(printed.split(' ').nth(1).unwrap()), "{printed}\n{text}");
    let signed = |by: &Path| case.approve(&["--signed", by.to_str().unwrap(), "--by", APPROVER]);
    let sign = |key: &str| told(case.approve(&["--key", key]))["signature"].as_str().map(PathBuf::from).unwrap();

    let strange = sign(stranger.to_str().unwrap());
    refused(&signed(&strange), "bad-signature");

    let namespace = ["-Y", "sign", "-n", "file", "-f", key.to_str().unwrap()];
    let other = case.folder.path().join("other.sig");
    std::fs::write(&other, keygen(&namespace, &text).stdout).unwrap();
    refused(&signed(&other), "bad-signature");

    let before = std::fs::read(&strange).unwrap();
    assert_eq!(case.approve(&["--key", "/nonexistent"]).status.code(), Some(2));
    let signature = sign(key.to_str().unwrap());
    assert!(signature != strange && std::fs::read(&strange).unwrap() == before, "no signature is written over");
    assert_eq!(sign(key.to_str().unwrap()), signature, "the same signature needs no second name");
    let signers = case.at("approval/allowed_signers");
    let verify = [
        "-Y",
        "verify",
        "-n",
        "signpost-approval",
        "-I",
        APPROVER,
        "-f",
        signers.to_str().unwrap(),
        "-s",
        signature.to_str().unwrap(),
    ];
    assert!(keygen(&verify, &text).status.success(), "ssh-keygen takes what approve --key made");

    std::fs::write(&sheet, text.replace("3 people", "9 people")).unwrap();
    refused(&signed(&signature), "sheet-changed");
    std::fs::write(&sheet, &text).unwrap();

    assert_eq!(told(signed(&signature))["strength"], "ssh-signature");
    case.allow(&stranger);
    let port = case.folder.path().join("phone").display().to_string();
    let send = ["send", "--port", &port, "--confirm", "3", "--then-stop", "--json"];
    let sent = case::verb(case.folder.path(), &send).output().unwrap();
    refused(&sent, "signers-changed");
    assert!(!std::fs::read_to_string(&case.phone.truth).unwrap().contains("AT+CMGS"));
}

/// What the approver saw must be there, as they saw it, whatever is planned afterwards.
#[test]
fn papers_are_never_written_over_and_a_changed_one_approves_nothing() {
    let case = Case::checked();
    let code = case.sheet();
    let read = |what: &str, code: &str| std::fs::read_to_string(case.paper(what, code)).unwrap();
    for what in ["sheet", "people"] {
        let (path, before) = (case.paper(what, &code), read(what, &code));
        std::fs::write(&path, before.replace("+447700900002", "").replace("DCI B.", "DCI C.")).unwrap();
        refused(&case.approve(&["--sheet"]), "sheet-changed");
        refused(&case.answered("reply.eml", &mail(&format!("APPROVED {code}"))), "sheet-changed");
        refused(&case.approve(&["--by", APPROVER]), "sheet-changed");
        std::fs::write(&path, before).unwrap();
    }
    std::fs::remove_file(case.paper("people", &code)).unwrap();
    assert_eq!(case.sheet(), code, "the list is made again as it was");
    let (sheet, people) = (read("sheet", &code), read("people", &code));
    told(case.answered("reply.eml", &mail(&format!("APPROVED {code}"))));

    let path = case.at("case.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("00:00-24:00", "01:00-24:00")).unwrap();
    assert_ne!(case.sheet(), code);
    assert_eq!((read("sheet", &code), read("people", &code)), (sheet, people));
    std::fs::write(&path, text).unwrap();

    let third = case.sheet();
    std::fs::remove_file(case.paper("sheet", &third)).unwrap();
    refused(&case.answered("again.eml", &mail(&format!("APPROVED {third}"))), "sheet-gone");
    assert_eq!(case.sheet(), third, "a sheet that is gone is written again, and recorded");
    told(case.answered("again.eml", &mail(&format!("APPROVED {third}"))));
    ended(0, signpost(&["verify".into(), case.at("").display().to_string()]));
}

/// The record has a digest of each: both verifiers name the one that was changed, and say which is missing.
#[test]
fn verify_holds_the_papers_against_the_record() {
    let case = Case::checked();
    let code = case.sheet();
    told(case.answered("reply.eml", &mail(&format!("APPROVED {code}"))));
    let folder = case.at("");
    let verify = |exit| ended(exit, signpost(&["verify".into(), folder.display().to_string()]));
    let second = || {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/verify_record.py");
        let output = Command::new("python3").arg(script).arg(&folder).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    assert!(verify(0).contains("papers of the approval: 3 of 3 as the record says"));
    for paper in [case.paper("sheet", &code), case.paper("people", &code), case.at("approval/reply.eml")] {
        let name = format!("approval/{}", paper.file_name().unwrap().to_string_lossy());
        let before = std::fs::read(&paper).unwrap();
        let named = |words: &str| {
            let told = verify(6);
            assert!(told.contains(&format!("DOES NOT HOLD  {name}: it is not what entry")), "{words}: {told}");
            assert!(told.contains("the record holds") && told.contains("2 of 3"), "{words}: {told}");
            let (status, told) = second();
            assert!(status == 6 && told.contains(&format!("{name} is not what this entry says")), "{words}: {told}");
        };
        std::fs::write(&paper, [before.as_slice(), b" "].concat()).unwrap();
        named("one more octet");
        let aside = case.folder.path().join("aside");
        std::fs::write(&aside, &before).unwrap();
        std::fs::remove_file(&paper).unwrap();
        std::os::unix::fs::symlink(&aside, &paper).unwrap();
        named("what a link leads to is not in the folder");
        std::fs::remove_file(&paper).unwrap();
        let told = verify(0);
        assert!(told.contains(&format!("! {name}: it is not there")) && told.contains("2 of 3"), "{told}");
        let (status, told) = second();
        assert!(status == 0 && told.contains(&format!("{name} is not there")), "{told}");
        std::fs::write(&paper, before).unwrap();
    }
    assert_eq!((verify(0).contains("3 of 3"), second().0), (true, 0));
}

#[test]
fn a_text_of_a_language_is_planned_shown_and_pinned() {
    let case = Case::checked();
    let replace = |name: &str, old: &str, new: &str| {
        let path = case.at(name);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{old} in {text}");
        std::fs::write(&path, text.replace(old, new)).unwrap();
    };
    let polish = "Nottinghamshire Police: ta linia jest zamknieta. Pomoc: 0800 000000.";
    std::fs::write(case.at("message.pl.txt"), polish).unwrap();
    replace("case.toml", "languages = {}", "languages = { PL = \"message.pl.txt\" }");
    let add = |name: &str, list: &str| {
        let path = case.folder.path().join(name);
        std::fs::write(&path, list).unwrap();
        ended(0, case::verb(case.folder.path(), &["contacts", "add", path.to_str().unwrap()]).output().unwrap());
    };
    std::fs::remove_file(case.at("contacts/c.csv")).unwrap();
    add("langs.csv", "phone,lang\n07700900001,pl\n07700900002,de\n07700900003,\n");
    let plan = told(case::verb(case.folder.path(), &["plan", "--json"]).output().unwrap());
    let texts: Vec<_> = plan["texts"].as_array().unwrap().iter().map(|text| text["people"].as_u64().unwrap()).collect();
    assert_eq!(texts, [2, 1], "{plan}");
    assert_eq!(plan["languages_without_text"], serde_json::json!({"de": 1}));
    let code = case.sheet();
    assert!(std::fs::read_to_string(case.paper("sheet", &code)).unwrap().contains(polish));
    ended(0, case.approve(&["--by", APPROVER]));

    let port = case.folder.path().join("phone").display().to_string();
    let send = ["send", "--port", &port, "--confirm", "3", "--then-stop", "--json"];
    let send = || case::verb(case.folder.path(), &send).output().unwrap();
    add("another.csv", "phone,lang\n07700900002,pl\n");
    refused(&send(), "message-changed");
    std::fs::remove_file(case.at("contacts/another.csv")).unwrap();
    replace("message.pl.txt", "Pomoc", "pomoc");
    refused(&send(), "message-changed");
    assert!(!std::fs::read_to_string(&case.phone.truth).unwrap().contains("AT+CMGS"));
    replace("message.pl.txt", "pomoc", "Pomoc");
    ended(0, send());
    ended(0, signpost(&["verify".into(), case.at("").display().to_string()]));
}

#[test]
fn nobody_else_approves() {
    let case = Case::checked();
    refused(&case.approve(&["--by", "PC Y"]), "not-the-approver");
    let output = case.approve(&[]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}
