//! What `plan` says of the words, with the real binary: what they cost, what makes them dear, and what they lack.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

#[path = "support/case.rs"]
mod case;

use std::path::Path;

use case::ended;

/// As long as two printed texts of police forces; the words are ours.
const OF_503: &str = "Nottinghamshire Police: this phone line was used to sell drugs and is now closed. You get this text \
    because your number was in it. You are not in trouble for reading it. If you, or someone you know, want help with \
    drugs, debt or threats, talk to Change Grow Live in confidence: 0800 000000, day or night. If somebody makes you \
    sell, carry or hide drugs, you are a victim and we'll help you too. In danger call 999. Replies are not read at \
    once. Text STOP and we will not text this number again. Keep it.";

fn of_601() -> String {
    let more =
        "More help, for parents and friends and in other languages: https://help.example.org/line or 0115 496 0000.";
    OF_503.replace("Keep it.", more)
}

/// A case with these words.
fn with_words(words: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[]);
    std::fs::write(folder.path().join("case/message.txt"), words).unwrap();
    folder
}

/// What the plan says of the texts.
fn of_texts(folder: &Path) -> String {
    let said = ended(0, case::verb(folder, &["plan", "--texts"]).output().unwrap());
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    let (mut kept, mut keeps) = (String::new(), false);
    for line in said.lines() {
        keeps = match line.get(..8).map(str::trim_end) {
            Some("WHAT" | "MIND" | "TEXT" | "DEAR") => true,
            Some("WHO" | "WHEN" | "Next:" | "TRIED") => false,
            _ => keeps,
        };
        kept += if keeps { line } else { "" };
        kept += if keeps { "\n" } else { "" };
    }
    kept
}

fn fix(folder: &Path) -> std::process::Output {
    case::verb(folder, &["plan", "--fix-text"]).output().unwrap()
}

/// Issue 7, "what it must show", 5.
#[test]
fn the_cost_of_one_curly_quote_and_its_end() {
    for (words, plain_parts, dear_parts) in [(OF_503.to_owned(), 4, 8), (of_601(), 4, 9)] {
        let length = words.chars().count();
        let plain = of_texts(with_words(&words).path());
        assert!(
            plain.starts_with(&format!("WHAT    {length} characters, {plain_parts} parts each; no char")),
            "{plain}"
        );

        let dear = with_words(&words.replace('\'', "’"));
        let said = of_texts(dear.path());
        assert!(said.starts_with(&format!("WHAT    {length} characters, {dear_parts} parts each; ’")), "{said}");
        insta::assert_snapshot!(format!("of-{length}"), said);

        ended(0, fix(dear.path()));
        assert_eq!(of_texts(dear.path()), plain, "as if nobody had typed it");
        let kept = std::fs::read_to_string(dear.path().join("case/message.txt.before")).unwrap();
        assert_eq!(kept, words.replace('\'', "’"));
    }
}

#[test]
fn texts_of_languages_are_mended_too_and_nothing_is_lost_silently() {
    let folder = with_words(&OF_503.replace('\'', "’"));
    let at = |name: &str| folder.path().join("case").join(name);
    let toml = std::fs::read_to_string(at("case.toml")).unwrap();
    std::fs::write(at("case.toml"), toml.replace("languages = {}", "languages = { pl = \"pl.txt\" }")).unwrap();
    std::fs::write(at("pl.txt"), "Nottinghamshire Police: linia „zamknieta” – 0800 000000").unwrap();
    std::fs::write(at("pl.txt.before"), "older").unwrap();
    let said = ended(2, fix(folder.path()));
    assert!(said.contains("pl.txt.before is there already"), "{said}");
    assert!(!at("message.txt.before").exists(), "all or none");
    std::fs::remove_file(at("pl.txt.before")).unwrap();
    ended(0, fix(folder.path()));
    assert_eq!(
        std::fs::read_to_string(at("pl.txt")).unwrap(),
        "Nottinghamshire Police: linia \"zamknieta\" - 0800 000000"
    );
    let said = ended(0, fix(folder.path()));
    assert!(said.contains("nothing is changed"), "{said}");
}

#[test]
fn words_that_were_approved_are_not_mended() {
    let folder = with_words(&OF_503.replace('\'', "’"));
    let path = folder.path().join("case");
    let mut record = signpost::record::Record::open(
        &path.join("record.db"),
        "PC Y",
        std::sync::Arc::new(signpost::clock::SystemClock::new()),
    )
    .unwrap();
    let approval = serde_json::json!({
        "plan_code": "7KQ4-M2XD-9TRB-5HWA", "by": "DI A. Example", "strength": "name-only",
        "line": {"iccid": "8944100000000000012", "imsi": "001010123456789"}, "pins": {}, "people": [], "test": null,
    });
    record.append(signpost::record::entry::Entry::Approval(serde_json::from_value(approval).unwrap())).unwrap();
    drop(record);
    let said = ended(4, fix(folder.path()));
    assert!(said.contains("the approval would be void"), "{said}");
    assert!(!path.join("message.txt.before").exists());
}

#[test]
fn words_of_windows_are_read_and_numbers_are_masked() {
    let folder = with_words(&OF_503.replace(". ", ".\r\n"));
    ended(0, case::verb(folder.path(), &["plan"]).output().unwrap());
    std::fs::write(folder.path().join("case/contacts/leave-out.csv"), "07700900002,officer\n").unwrap();
    let left_out = |more: &[&str]| {
        ended(0, case::verb(folder.path(), &[&["plan", "--left-out"], more].concat()).output().unwrap())
    };
    let (masked, whole) = (left_out(&[]), left_out(&["--full"]));
    assert!(masked.contains("...0002") && !masked.contains("07700900002"), "{masked}");
    assert!(whole.contains("07700900002"), "{whole}");
}

#[test]
fn what_words_lack_is_said_and_refuses_nothing() {
    let folder = with_words("Nottinghamshire Police: it is over. See bit.ly/abc or http://example.org");
    insta::assert_snapshot!("lacking", of_texts(folder.path()));
    let told = case::verb(folder.path(), &["plan", "--json"]).output().unwrap();
    let plan: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    let codes: Vec<&str> =
        plan["texts"][0]["lacks"].as_array().unwrap().iter().map(|lack| lack["code"].as_str().unwrap()).collect();
    assert_eq!(
        codes,
        ["no-emergency-number", "no-way-to-stop", "replies-seem-read", "link-shortened", "link-not-https"]
    );
}
