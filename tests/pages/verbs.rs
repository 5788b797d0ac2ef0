//! The verbs that write the pages, from outside: each writes its own, and each is recorded, before and after closing.

use rusqlite::Connection;

use crate::case::{ended, make, verb};

#[test]
fn each_page_that_is_taken_out_is_an_entry_also_of_a_closed_case() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), &[]);
    let say = |arguments: &[&str]| ended(0, verb(folder.path(), arguments).output().unwrap());
    let out = |name: &str| folder.path().join("case/out").join(name).exists();
    say(&["report", "--for", "support"]);
    assert!(out("support.html") && !out("report.html") && !out("people.csv"), "the lists are for a court");
    say(&["close", "--without-line", "--why", "the SIM went back"]);
    assert!(out("report.html") && out("people.csv") && !out("disclosure.html"));
    say(&["report", "--for", "disclosure"]);
    say(&["report"]);
    let told = say(&["verify"]);
    assert!(told.contains("the record holds") && told.contains("closed at"), "{told}");
    let record = Connection::open(folder.path().join("case/record.db")).unwrap();
    let mut looks =
        record.prepare("SELECT who, CAST(body AS TEXT) FROM entry WHERE kind = 'access' ORDER BY seq").unwrap();
    let looks = looks.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let looks: Vec<(String, String)> = looks.map(Result::unwrap).collect();
    let which = ["support", "court", "disclosure", "court"];
    let look = |which| ("PC Y".to_owned(), format!("{{\"what\":\"report\",\"which\":\"for {which}\"}}"));
    assert_eq!(looks, which.map(look));
}
