//! The readiness card of `check`, from the real binary: the whole of it for two families, and what is in the record.

#![allow(clippy::unwrap_used)] // a test may stop the moment an assumption fails

#[path = "support/case.rs"]
mod case;

use std::path::Path;
use std::sync::Arc;

use case::ended;
use signpost::clock::SystemClock;
use signpost::record::Record;
use signpost::record::entry::Entry;

/// A case whose alert is this program.
fn case(alert: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[("replies.alert", format!("[{alert}]"))]);
    folder
}

fn check(folder: &Path, profile: &str, more: &[&str]) -> String {
    let port = format!("emulator:{profile}");
    let arguments = [&["check", "--port", &port], more].concat();
    let output = case::verb(folder, &arguments).current_dir(folder).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).is_empty() || !more.contains(&"--json"), "{output:?}");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    ended(0, output);
    told
}

/// Without what differs from computer to computer and from run to run.
fn steady(card: &str) -> String {
    let mut shown = Vec::new();
    let mut rows = card.lines().peekable();
    while let Some(row) = rows.next() {
        match row.split_whitespace().next() {
            Some("Power") => {
                shown.push("Power   [of this computer]".to_owned());
                while rows.next_if(|next| next.starts_with(' ')).is_some() {}
            }
            Some("Clock") => shown.push("Clock   [of this computer]".into()),
            Some("Notebook:") => shown.push("Notebook: [entry and code]".into()),
            _ if row.contains("battery") => {}
            _ => shown.push(row.to_owned()),
        }
    }
    let shown = shown.join("\n");
    match shown.split_once("./tell in ") {
        Some((before, after)) => {
            let rest = after.split_once(' ').unwrap().1;
            format!("{before}./tell in [some] {rest}")
        }
        None => shown,
    }
}

/// Keeps what it is told.
fn tell(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let program = folder.join("tell");
    std::fs::write(&program, "#!/bin/sh\ncat > told\n").unwrap();
    std::fs::set_permissions(program, PermissionsExt::from_mode(0o755)).unwrap();
}

#[test]
fn the_whole_card_of_two_families() {
    let folder = case("\"./tell\"");
    tell(folder.path());
    let generic = check(folder.path(), "generic", &[]);
    insta::assert_snapshot!("generic", steady(&generic));
    let told = std::fs::read_to_string(folder.path().join("told")).unwrap();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["type"], "test");
    assert!(told["what"].as_str().unwrap().contains("nobody has to do anything"), "{told}");

    let folder = case("");
    let sim800 = check(folder.path(), "sim800", &[]);
    insta::assert_snapshot!("sim800", steady(&sim800));
    for row in generic.lines().chain(sim800.lines()) {
        assert!(row.chars().count() <= 80, "wider than a screen: {row}");
    }
}

#[test]
fn an_alert_that_fails_is_a_warning_with_the_next_step() {
    let folder = case("\"false\"");
    let card = check(folder.path(), "generic", &[]);
    assert!(card.contains("test NOT taken by false after "), "{card}");
    assert!(card.contains("At risk nobody is told of replies: mend the alert program"), "{card}");
    assert!(card.contains("Next: signpost plan"), "{card}");
}

#[test]
fn scripts_and_the_record_are_told_the_same() {
    let folder = case("\"true\"");
    let told = check(folder.path(), "huawei-e3372", &["--json"]);
    let card: serde_json::Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
    let path = folder.path().join("case/record.db");
    let record = Record::open(&path, "PC Y", Arc::new(SystemClock::new())).unwrap();
    let device = record.state().device.clone().unwrap();
    assert_eq!(card["more"], device.more);
    assert_eq!((&card["imei"], &card["signal_dbm"]), (&"001010000000016".into(), &(-73).into()));
    let more = &card["more"];
    assert_eq!(more["imeisv"], serde_json::Value::Null, "this family offers none");
    assert_eq!((&more["access_technology"], &more["registration"]["cereg"]), (&7.into(), &1.into()));
    assert_eq!(more["capabilities"]["arrival"], "announced");
    assert_eq!(more["capabilities"]["pdu_mode"], "proved");
    assert_eq!(more["power"]["sleep"], "not-asked");
    assert_eq!((&card["sends"], &card["alert_test"]["program"]), (&true.into(), &"true".into()));
    assert_eq!(card["alert_test"]["failed"], serde_json::Value::Null);
    let entries = record.entries().unwrap();
    let tests =
        entries.iter().filter(|view| matches!(&view.entry, Some(Entry::Notice(notice)) if notice.code == "alert"));
    assert_eq!(tests.count(), 1, "the test of the alert is recorded");
}

/// The digits of a PIN, read from a file descriptor, open the card; that the line cannot start again alone is said, also
/// by a later check that is not asked for it.
#[test]
fn a_line_with_a_pin_is_said_not_to_start_again_alone() {
    let folder = case("\"true\"");
    assert!(!check(folder.path(), "generic", &[]).contains("has a PIN"));
    let state = folder.path().join("case/emulator.state");
    let mut handset: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&state).unwrap()).unwrap();
    handset["sim"]["lock"] = serde_json::json!({"pin": "48319276", "tries": 3});
    std::fs::write(&state, handset.to_string()).unwrap();
    std::fs::write(folder.path().join("digits"), "48319276\n").unwrap();
    let output = case::verb(folder.path(), &["check"]).output().unwrap();
    assert!(ended(3, output).contains("the SIM asks for its PIN; 3 tries are left"));
    let card = with_pin(folder.path());
    let one_line = card.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(card.contains("PIN     entered; 3 tries left"), "{card}");
    assert!(one_line.contains("after a loss of power nobody listens until it is entered again"), "{card}");
    assert!(card.lines().all(|row| row.chars().count() <= 80), "{card}");
    assert!(!card.contains("48319276"), "{card}");
}

fn with_pin(folder: &Path) -> String {
    let verb = case::verb(folder, &["check", "--pin-fd", "3"]);
    let shell = "exec \"$@\" 3< digits";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", shell, "sh"]).arg(verb.get_program()).args(verb.get_args()).current_dir(folder);
    ended(0, command.stdin(std::process::Stdio::null()).output().unwrap())
}

/// What is written in the card as its own number is read from there too, where the device does not read it out.
#[test]
fn the_card_s_own_number_is_no_evidence_wherever_it_is_read() {
    let folder = case("");
    let card = check(folder.path(), "huawei-e3372", &[]);
    assert!(card.contains("number ...0999 as the card says; not evidence"), "{card}");
}
