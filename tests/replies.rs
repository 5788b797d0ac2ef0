//! Looking at what came in, from outside: filters, what a person did about a reply, and that each look is in the record.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

#[path = "support/case.rs"]
#[allow(dead_code)] // its cases are worked by the demonstration
mod case;

use std::path::Path;

use case::{ended, signpost, verb};

fn say(folder: &Path, code: i32, arguments: &[&str]) -> String {
    ended(code, verb(folder, arguments).output().unwrap())
}

/// Numbers of the replies that were shown, and what the summary counts.
fn shown(folder: &Path, filters: &[&str]) -> (Vec<String>, u64) {
    let told = say(folder, 0, &[&["replies", "--json"], filters].concat());
    let lines: Vec<serde_json::Value> = told.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let replies = lines.iter().filter(|line| line["type"] == "reply");
    let numbers = replies.map(|line| line["from"].as_str().unwrap_or("withheld").to_owned()).collect();
    (numbers, lines.last().unwrap()["replies"].as_u64().unwrap())
}

#[test]
fn replies_are_filtered_taken_and_each_look_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    ended(0, signpost(&["demo".into(), "--seed".into(), "7".into(), case.display().to_string()]));
    let (all, count) = shown(folder.path(), &[]);
    assert_eq!((all.len() as u64, count), (12, 12));
    assert_eq!(shown(folder.path(), &["--urgent"]), (vec!["+447700900155".into()], 1));
    assert_eq!(shown(folder.path(), &["--from", "07700 900141"]).0, ["+447700900141"]);
    assert_eq!(shown(folder.path(), &["--text", "HURT ME"]).0, ["+447700900155"]);
    assert_eq!(shown(folder.path(), &["--text", "no such words"]), (Vec::new(), 0));
    assert_eq!(shown(folder.path(), &["--since", "2099-01-01 00:00"]).1, 0);
    assert_eq!(shown(folder.path(), &["--since", "2020-01-01 00:00"]).1, 12);
    for wrong in [["--since", "yesterday"], ["--from", "!"]] {
        say(folder.path(), 2, &[&["replies"], wrong.as_slice()].concat());
    }

    let urgent = say(folder.path(), 0, &["replies", "--urgent", "--json"]);
    let urgent: serde_json::Value = serde_json::from_str(urgent.lines().next().unwrap()).unwrap();
    let entry = urgent["entry"].to_string();
    say(folder.path(), 0, &["replies", "--mark", &entry, "contacted"]);
    assert_eq!(shown(folder.path(), &["--unseen", "--urgent"]).1, 0, "it is taken");
    let told = say(folder.path(), 0, &["replies", "--urgent"]);
    assert!(told.contains("contacted, by PC Y"), "{told}");

    let database = rusqlite::Connection::open(case.join("record.db")).unwrap();
    let mut statement = database.prepare("SELECT CAST(body AS TEXT) FROM entry WHERE kind = 'access'").unwrap();
    let looks: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(looks.len(), 11, "the page of closing is one of them: {looks:?}");
    assert!(looks.contains(&"{\"what\":\"replies\",\"which\":\"of one number\"}".to_owned()), "{looks:?}");
    assert!(!looks.iter().any(|look| look.contains("900141") || look.contains("hurt")), "{looks:?}");
    let told = say(folder.path(), 0, &["verify"]);
    assert!(told.contains("the record holds"), "{told}");
}
