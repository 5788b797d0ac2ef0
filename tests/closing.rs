//! What `close` leaves for whoever closed the case: the draft of their statement, and the label of the exhibit.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

#[path = "support/case.rs"]
#[allow(dead_code)] // its cases are worked by the demonstration
mod case;

use case::{ended, signpost};
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
