//! Law 4 from outside: the real binary, the emulator in its own process. One character of the text, one
//! recipient, one limit, the SIM, or the date past `send_until` changed: `send` exits 4, names the
//! reason, and the emulator saw no AT+CMGS. Besides: exit codes and the error form.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

#[path = "../support/case.rs"]
mod case;
mod lists;
#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::Output;

use case::{at, ended, signpost};
use support::Phone;

/// Whether the phone heard such a command.
fn saw(phone: &Phone, command: &str) -> bool {
    std::fs::read_to_string(&phone.truth).unwrap_or_default().contains(command)
}

/// A phone with this SIM.
fn phone(folder: &Path, name: &str, iccid: &str, more: &[&str]) -> Phone {
    Phone::start(folder, name, &[&["--latency", "5", "--iccid", iccid], more].concat())
}

/// A checked and approved training case of three people.
struct Case {
    folder: tempfile::TempDir,
    phone: Phone,
}

impl Case {
    fn approved() -> Self {
        Self::approved_with(&[], &[])
    }

    /// With more keys of case.toml and more flags of the emulator.
    fn approved_with(more: &[(&'static str, String)], flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let phone = phone(folder.path(), "phone", "8944100000000000012", flags);
        let case = Self { folder, phone };
        case::make(case.folder.path(), more);
        ended(0, case.verb(&["check", "--port", &case.port()]));
        ended(0, case.verb(&["approve", "--by", "DI A. Example"]));
        case
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn port(&self) -> String {
        self.phone.link.display().to_string()
    }

    fn verb(&self, arguments: &[&str]) -> Output {
        case::verb(self.folder.path(), arguments).output().unwrap()
    }

    fn send(&self, port: &str) -> Output {
        self.verb(&["send", "--port", port, "--confirm", "3", "--then-stop", "--json"])
    }

    /// `contacts add` of a list with these words.
    fn add(&self, name: &str, words: &str) {
        std::fs::write(self.path(name), words).unwrap();
        ended(0, self.verb(&["contacts", "add", self.path(name).to_str().unwrap()]));
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.path("case").join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} in {file}");
        std::fs::write(path, text.replace(from, to)).unwrap();
    }
}

/// `send` exits 4 and names this code; the phone saw no text.
fn refused(case: &Case, output: Output, code: &str) {
    let told = ended(4, output);
    assert!(told.contains(&format!("\"code\":\"{code}\"")), "{code} in {told}");
    assert!(!saw(&case.phone, "AT+CMGS"), "{code}: a text was begun");
    ended(0, case.verb(&["verify", &case.path("case").display().to_string()]));
}

#[test]
fn one_character_of_the_text() {
    let case = Case::approved();
    case.edit("message.txt", "closed.", "closed!");
    refused(&case, case.send(&case.port()), "message-changed");
}

#[test]
fn one_recipient() {
    let case = Case::approved();
    case.edit("contacts/c.csv", "07700900003", "07700900004");
    refused(&case, case.send(&case.port()), "contacts-changed");
    case.edit("contacts/c.csv", "07700900004", "07700900003");
    case.add("more.csv", "07700900004\n");
    refused(&case, case.send(&case.port()), "recipient-added");
}

#[test]
fn one_limit() {
    let case = Case::approved();
    case.edit("case.toml", "at_most  = 3", "at_most  = 4");
    refused(&case, case.send(&case.port()), "limit-changed");
}

#[test]
fn the_date_past_send_until() {
    let case = Case::approved();
    let text = std::fs::read_to_string(case.path("case/case.toml")).unwrap();
    let line = text.lines().find(|line| line.starts_with("send_until")).unwrap().to_owned();
    case.edit("case.toml", &line, &format!("send_until = \"{}\"", at(-1)));
    refused(&case, case.send(&case.port()), "authority-expired");
}

#[test]
fn another_sim_in_the_handset() {
    let case = Case::approved();
    let other = phone(case.folder.path(), "other", "8944100000000000020", &[]);
    let told = ended(4, case.send(&other.link.display().to_string()));
    assert!(told.contains("sim-not-as-printed") && told.contains("...0020"), "{told}");
    assert!(!saw(&other, "AT+CMGS") && !saw(&case.phone, "AT+CMGS"));
}

/// Whatever the verb that met it.
#[test]
fn that_another_sim_was_refused_is_in_the_record() {
    let case = Case::approved();
    let other = phone(case.folder.path(), "other", "8944100000000000020", &[]);
    let port = other.link.display().to_string();
    for verb in ["check", "capture", "close"] {
        assert!(ended(4, case.verb(&[verb, "--port", &port])).contains("...0020"), "{verb}");
    }
    let record = rusqlite::Connection::open(case.path("case/record.db")).unwrap();
    let mut refused = record
        .prepare("SELECT CAST(body AS TEXT) ->> 'verb', CAST(body AS TEXT) ->> '$.reasons[0].code' FROM entry WHERE kind = 'refused' ORDER BY seq")
        .unwrap();
    let refused = refused.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap);
    let refused: Vec<(String, String)> = refused.collect();
    assert_eq!(refused, ["check", "capture", "close"].map(|verb| (verb.into(), "sim-not-as-printed".into())));
}

#[test]
fn without_an_approval_or_by_the_approver_nothing_goes() {
    let case = Case::approved();
    let folder = case.path("case").display().to_string();
    let by_approver =
        ["-C", &folder, "--operator", "DI A. Example", "send", "--port", &case.port(), "--confirm", "3", "--json"];
    let output = signpost(&by_approver.map(str::to_owned));
    refused(&case, output, "operator-is-approver");
    refused(&case, case.verb(&["send", "--port", &case.port(), "--confirm", "4", "--then-stop", "--json"]), "confirm");
    let told = ended(2, case.verb(&["send", "--port", &case.port(), "--then-stop"]));
    assert!(told.contains("--confirm 3") && told.contains("it means:") && told.contains("help:"), "{told}");
}

#[test]
fn unchanged_it_goes_once_and_only_once() {
    let case = Case::approved();
    ended(0, case.send(&case.port()));
    let texts = || std::fs::read_to_string(&case.phone.truth).unwrap().matches("\"on-air\"").count();
    assert_eq!(texts(), 3);
    ended(0, case.send(&case.port()));
    assert_eq!(texts(), 3, "said again, nobody is texted twice");
}

#[test]
fn a_real_case_refuses_the_emulator_over_whatever_link() {
    let case = Case::approved();
    let real = case.path("real").display().to_string();
    std::fs::copy(case.path("case/case.toml"), case.path("case.toml")).unwrap();
    ended(0, signpost(&["new".to_owned(), real.clone(), "--message".into(), case.path("m.txt").display().to_string()]));
    std::fs::copy(case.path("case.toml"), case.path("real/case.toml")).unwrap();
    let told = ended(4, signpost(&["-C", &real, "check", "--port", &case.port(), "--json"].map(str::to_owned)));
    assert!(told.contains("real-case-on-emulator"), "{told}");
    let told = ended(4, signpost(&["-C", &real, "check", "--port", "emulator:generic", "--json"].map(str::to_owned)));
    assert!(told.contains("real-case-on-emulator"), "{told}");
}

/// Law 5's other half: a reply reaches a program of the force's own while texts still go, and the record
/// says that it was taken.
#[test]
fn a_reply_is_told_to_a_program_and_taken_by_a_person() {
    let told = tempfile::tempdir().unwrap();
    let file = told.path().join("told");
    let alert = format!("[\"sh\", \"-c\", \"cat >> {}\"]", file.display());
    let case = Case::approved_with(&[("replies.alert", alert), ("limits.pace", "20".into())], &["--answers"]);
    let output = ended(0, case.send(&case.port()));
    let told = std::fs::read_to_string(file).unwrap();
    assert!(told.contains("\"form\"") && told.contains("+447700900"), "{told}");
    assert!(output.contains("\"type\":\"alert\"") && output.contains("\"how\":\"taken\""), "{output}");

    // A named person takes one.
    let lines = ended(0, case.verb(&["replies", "--json"]));
    let json = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
    let entry = lines.lines().map(json).find(|line| line["type"] == "reply").unwrap()["entry"].to_string();
    let taken = ended(0, case.verb(&["replies", "--mark", &entry, "contacted", "--json"]));
    assert!(taken.contains("\"mark\":\"contacted\"") && taken.contains("\"by\":\"PC Y\""), "{taken}");
    let wrong = ended(2, case.verb(&["replies", "--mark", "3", "seen", "--json"]));
    assert!(wrong.contains("there is no reply in entry 3"), "{wrong}");
}

#[test]
fn a_real_case_takes_no_test_number_for_the_team_phone() {
    let case = Case::approved();
    let real = case.path("real").display().to_string();
    ended(0, signpost(&["new".to_owned(), real.clone(), "--message".into(), case.path("m.txt").display().to_string()]));
    std::fs::copy(case.path("case/case.toml"), case.path("real/case.toml")).unwrap();
    let path = case.path("real/case.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("test_phone = \"\"", "test_phone = \"+9990000001\"")).unwrap();
    let told = ended(2, signpost(&["-C", &real, "plan", "--json"].map(str::to_owned)));
    assert!(told.contains("test-phone"), "{told}");
}

/// A text lives a day, and must not be answered into silence: what would go later than a day before listening ends is no
/// plan, and nobody approves it.
#[test]
fn a_plan_that_ends_too_close_to_the_end_of_listening_fails_in_rehearsal() {
    let folder = tempfile::tempdir().unwrap();
    let phone = phone(folder.path(), "phone", "8944100000000000012", &[]);
    let case = Case { folder, phone };
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(24 * 60 + 2);
    let until = until.to_zoned_datetime(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d %H:%M").to_string();
    case::make(case.folder.path(), &[("authority.listen_until", until), ("limits.pace", "1".into())]);
    ended(0, case.verb(&["check", "--port", &case.port()]));
    let plan = ended(0, case.verb(&["plan"]));
    assert!(plan.split_whitespace().collect::<Vec<_>>().join(" ").contains("the last text would go at"), "{plan}");
    refused(&case, case.verb(&["approve", "--sheet", "--json"]), "rehearsal-failed");
}

/// A stop outlives the session; a supervisor that starts `send` again cannot undo it.
#[test]
fn a_stop_stands_until_a_person_goes_on_after_it() {
    let case = Case::approved();
    ended(0, case.verb(&["stop", "--why", "the officer in the case asks"]));
    let error = ended(4, case.send(&case.port()));
    assert!(error.contains("\"stopped\"") && error.contains("--after-stop"), "{error}");
    assert!(!saw(&case.phone, "AT+CMGS"));
    let port = case.port();
    ended(0, case.verb(&["send", "--port", &port, "--confirm", "3", "--then-stop", "--after-stop", "--json"]));
    assert!(saw(&case.phone, "AT+CMGS"));
}

/// A run that pauses waits for a person, in every later session; what is no hold and no open part is refused.
#[test]
fn a_pause_stands_until_a_person_resolves_it() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("faults");
    std::fs::write(&script, "on 1 refused 8\n").unwrap();
    let case = Case::approved_with(&[], &["--script", script.to_str().unwrap()]);
    ended(1, case.send(&case.port()));
    let error = ended(4, case.send(&case.port()));
    assert!(error.contains("\"held\"") && error.contains("signpost resolve run-paused"), "{error}");
    for (what, more, code) in [
        ("clock-differs", &[][..], 2),
        ("1.1", &["--sent"], 4),
        ("1.1", &[], 2),
        ("9.9", &["--sent"], 2),
        ("run-paused", &["--sent"], 2),
    ] {
        let arguments = [&["resolve", what, "--why", "x"], more].concat();
        ended(code, case.verb(&arguments));
    }
    ended(0, case.verb(&["resolve", "run-paused", "--why", "the barring is lifted"]));
    ended(0, case.send(&case.port()));
}

/// Whoever opted out in another case on this station is not texted, although the plan was approved before.
#[test]
fn an_opt_out_of_another_case_holds_in_this_one() {
    let case = Case::approved();
    let mut list = signpost::record::suppression::Suppression::load(&case.path("case/station")).unwrap();
    list.add("700900002").unwrap();
    ended(0, case.send(&case.port()));
    assert!(saw(&case.phone, "+447700900001") && saw(&case.phone, "+447700900003"));
    assert!(!saw(&case.phone, "+447700900002"));
    let contacts = ended(0, case.verb(&["contacts", "--json"]));
    assert!(contacts.contains("opted-out"), "{contacts}");
}

/// Neither where it is called nor in the case: the rehearsal has no station of its own.
#[test]
fn to_look_at_a_plan_writes_nothing() {
    let case = Case::approved();
    let elsewhere = tempfile::tempdir().unwrap();
    let files = || {
        let mut found = vec![case.path("case")];
        for n in 0.. {
            let Some(path) = found.get(n).cloned() else { break };
            let inside = std::fs::read_dir(path).map(|all| all.map(|entry| entry.unwrap().path()).collect());
            found.extend(inside.unwrap_or_else(|_| Vec::new()));
        }
        found.sort();
        found.into_iter().map(|path| (std::fs::read(&path).ok(), path)).collect::<Vec<_>>()
    };
    let before = files();
    let mut plan = case::verb(case.folder.path(), &["plan"]);
    ended(0, plan.current_dir(elsewhere.path()).output().unwrap());
    assert!(before == files(), "the case is as it was");
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}
