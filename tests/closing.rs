//! What `close` leaves for whoever closed the case: the draft of their statement, and the label of the exhibit.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

#[path = "support/case.rs"]
mod case;

use case::{ended, signpost, verb};
use signpost::ids::Sha256;

#[test]
fn the_statement_and_the_label_say_what_the_record_says() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("case");
    let told = ended(0, signpost(&["demo".into(), "--seed".into(), "7".into(), place.display().to_string()]));
    let read = |name: &str| std::fs::read_to_string(place.join("out").join(name)).unwrap();
    let (statement, label) = (read("statement.txt"), read("exhibit-label.txt"));
    let code =
        told.lines().rev().find_map(|line| line.trim_start().strip_prefix("Notebook: entry ")?.split_once("code "));
    let (_, code) = code.unwrap();
    for text in [&statement, &label] {
        assert!(text.starts_with("TRAINING CASE"), "{text}");
        assert!(text.contains(code.trim()), "{code}: {text}");
        assert!(text.lines().all(|line| line.chars().count() <= 200 && !line.contains('{')), "{text}");
    }
    let digest = Sha256::of(&std::fs::read(place.join("record.db")).unwrap()).to_string();
    assert!(label.contains(&digest), "the file as it was closed: {digest} {label}");
    for fact in ["rule 16.2", "ICCID 8944", "was approved plan", "signpost, version", "nobody listened"] {
        let there =
            statement.to_lowercase().contains(&fact.to_lowercase().replace("was approved plan", "approved plan"));
        assert!(there, "{fact}: {statement}");
    }
    for blank in ["[name]", "[rank, number, post", "[seal number]", "[notebook, page]"] {
        assert!(statement.contains(blank), "{blank} is for the person to fill in");
    }
}

/// A screen that was forgotten in another window keeps nobody from the code, and nothing from being made later.
#[test]
fn what_could_not_be_made_at_closing_is_made_when_it_is_said_again() {
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[]);
    ended(0, verb(folder.path(), &["note", "begun"]).output().unwrap());
    let close = || verb(folder.path(), &["close", "--without-line", "--why", "done"]).output().unwrap();
    let place = folder.path().join("case");
    let other = rusqlite::Connection::open(place.join("record.db")).unwrap();
    other.query_row("SELECT count(*) FROM entry", [], |row| row.get::<_, i64>(0)).unwrap();
    let first = close();
    let said = String::from_utf8_lossy(&first.stderr).into_owned();
    assert!(said.contains("another process has the record open") && said.contains("signpost close again"), "{said}");
    let told = ended(1, first);
    let code = told.lines().find(|line| line.starts_with("Notebook: entry ")).unwrap();
    let is_there = |name: &str| place.join(name).exists();
    assert_eq!((is_there("out/report.html"), is_there("out/statement.txt")), (true, false), "{told}");
    drop(other);
    let again = ended(0, close());
    assert!(again.contains(code) && again.contains("statement.txt"), "{again}");
    assert_eq!((is_there("out/exhibit-label.txt"), is_there("record.db-wal")), (true, false));
    ended(4, close());
    ended(0, verb(folder.path(), &["verify"]).output().unwrap());
}

/// `status` names what stands in the way, and the command that goes on.
#[test]
fn what_stands_in_the_way_is_told() {
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[]);
    let status = || ended(0, verb(folder.path(), &["status"]).output().unwrap());
    assert!(!status().contains("STOPPED"));
    ended(0, verb(folder.path(), &["stop", "--why", "told to"]).output().unwrap());
    assert!(status().contains("STOPPED    a stop stands"), "{}", status());
}

/// Whether to keep or erase is somebody's decision, and is not forgotten: until nothing of anybody is left.
#[test]
fn the_date_of_the_decision_is_reminded_of() {
    let status = |folder: &std::path::Path| {
        let told = ended(0, verb(folder, &["status"]).output().unwrap());
        let json = ended(0, verb(folder, &["status", "--json"]).output().unwrap());
        let json: serde_json::Value = serde_json::from_str(json.lines().last().unwrap()).unwrap();
        (told, json["review"].clone())
    };
    for (on, is_due) in [("2020-01-01", true), ("2999-01-01", false)] {
        let folder = tempfile::tempdir().unwrap();
        case::make(folder.path(), &[("after.review_on", on.into())]);
        let (told, review) = status(folder.path());
        assert_eq!(
            (told.contains("it was to be decided: keep or erase"), review.is_object()),
            (is_due, is_due),
            "{told}"
        );
        assert!(told.contains("Next: signpost check"), "the work goes on meanwhile: {told}");
        ended(0, verb(folder.path(), &["close", "--without-line", "--why", "done"]).output().unwrap());
        let (told, _) = status(folder.path());
        let next = if is_due { "Next: keep or erase? signpost erase" } else { "Next: signpost verify" };
        assert!(told.contains(next), "{told}");
    }
}

#[test]
fn of_whom_nothing_is_left_nothing_is_to_be_decided() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("case");
    ended(0, signpost(&["demo".into(), "--seed".into(), "7".into(), place.display().to_string()]));
    let file = place.join("case.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let date = text.lines().find(|line| line.starts_with("review_on")).unwrap().to_owned();
    std::fs::write(&file, text.replace(&date, "review_on = \"2020-01-01\"")).unwrap();
    let say = |code, arguments: &[&str]| ended(code, verb(folder.path(), arguments).output().unwrap());
    assert!(say(0, &["status"]).contains("REVIEW"));
    let erase = ["erase", "--everyone", "--authority", "order 12/27", "--why", "not convicted"];
    let told = say(2, &erase);
    let count = told.split("give --confirm ").nth(1).unwrap().split(':').next().unwrap();
    say(0, &[erase.as_slice(), &["--confirm", count]].concat());
    assert!(!say(0, &["status"]).contains("REVIEW"));
}
