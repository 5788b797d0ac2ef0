//! Who is in and who is out, from outside: lists that were received, lists of those who must not be texted, and what persons
//! decide about either.

use super::case::{self, ended};
use super::{Case, phone, refused, saw};

/// A list of informants lies in no case folder: what is kept names nobody, and counts all the same.
#[test]
fn a_keyed_list_names_nobody_and_counts() {
    let case = Case::approved();
    let path = case.path("informants.csv");
    std::fs::write(&path, "07700900002,informant\n").unwrap();
    let path = path.display().to_string();
    ended(0, case.verb(&["contacts", "leave-out", &path, "--keyed"]));
    ended(0, case.verb(&["contacts", "leave-out", &path, "--keyed"]));
    let kept = std::fs::read_to_string(case.path("case/contacts/leave-out.keyed")).unwrap();
    assert!(kept.ends_with(" informant\n") && !kept.contains("900002") && kept.lines().count() == 2, "{kept}");
    let shown = ended(0, case.verb(&["contacts", "--json"]));
    assert!(shown.contains("leave-out-list") && shown.contains("leave-out list: informant"), "{shown}");
    refused(&case, case.send(&case.port()), "recipient-removed");
    let told = ended(4, case.verb(&["contacts", "include", "07700900002", "--why", "x", "--json"]));
    assert!(told.contains("leave-out-list"), "{told}");
    std::fs::write(&path, "07700900003,\n").unwrap();
    ended(4, case.verb(&["contacts", "leave-out", &path, "--keyed"]));
    let list = case.path("case/contacts/leave-out.keyed");
    std::fs::write(&list, format!("{kept}zzzz another\n")).unwrap();
    let told = ended(4, case.verb(&["contacts", "--json"]));
    assert!(told.contains("contacts-changed"), "nobody can change it by hand: {told}");
    std::fs::write(&list, kept).unwrap();
    std::fs::write(case.path("case/station/list_key"), format!("{}\n", "ab".repeat(32))).unwrap();
    let told = ended(1, case.verb(&["contacts", "--json"]));
    assert!(told.contains("station-list"), "with another key nobody in it would be found: {told}");
    std::fs::remove_file(case.path("case/station/list_key")).unwrap();
    let told = ended(1, case.verb(&["contacts", "--json"]));
    assert!(told.contains("station-list"), "without the key nobody in it would be found: {told}");
}

/// The team's own phone gets the first text: it is nobody's who gets another, and nobody's who must get none.
#[test]
fn the_test_phone_is_nobody_of_the_case() {
    for (list, leave_out) in [("07700900009\n", ""), ("", "07700900009,officer\n")] {
        let folder = tempfile::tempdir().unwrap();
        let phone = phone(folder.path(), "phone", "8944100000000000012", &[]);
        let case = Case { folder, phone };
        case::make(case.folder.path(), &[("people.test_phone", "07700900009".into())]);
        ended(0, case.verb(&["check", "--port", &case.port()]));
        let approve = || case.verb(&["approve", "--by", "DI A. Example", "--json"]);
        ended(0, approve());
        match list {
            "" => std::fs::write(case.path("case/contacts/leave-out.csv"), leave_out).unwrap(),
            list => case.add("more.csv", list),
        }
        refused(&case, approve(), "test-phone");
        refused(&case, case.verb(&["plan", "--json"]), "test-phone");
        refused(&case, case.send(&case.port()), "test-phone");
    }
    let case = Case::approved_with(&[("people.test_phone", "07700900009".into())], &[]);
    let mut list = signpost::record::suppression::Suppression::load(&case.path("case/station")).unwrap();
    list.add("700900009").unwrap();
    refused(&case, case.send(&case.port()), "test-phone");
}

/// Who is in is what was received; a list to leave people out becomes no contacts by another name.
#[test]
fn what_somebody_laid_beside_the_lists_is_not_read() {
    let case = Case::approved();
    let place = |name: &str| case.path("case/contacts").join(name);
    for name in ["Leave-out.csv", "leave-out.csv~", "leave-out-old.csv", "stray.txt"] {
        std::fs::write(place(name), "07700900007,informant\n").unwrap();
        for verb in [&["contacts", "--json"][..], &["plan", "--json"]] {
            let told = ended(4, case.verb(verb));
            assert!(told.contains("contacts-not-added") && told.contains(name), "{told}");
        }
        refused(&case, case.send(&case.port()), "contacts-not-added");
        std::fs::remove_file(place(name)).unwrap();
    }
    std::fs::write(place(".~lock.c.csv#"), "07700900007\n").unwrap();
    std::fs::create_dir(place("old")).unwrap();
    let shown = ended(0, case.verb(&["contacts", "--json"]));
    assert!(!shown.contains("900007"), "{shown}");
    for name in ["Leave-Out (1).csv", "leave_out.txt", "x.erased.txt"] {
        std::fs::write(case.path(name), "07700900007\n").unwrap();
        ended(2, case.verb(&["contacts", "add", case.path(name).to_str().unwrap()]));
    }
}

/// Its keeper may change the list of those who must not be texted; it counts as it stands, and that is recorded. It may not
/// go.
#[test]
fn a_leave_out_list_that_is_gone_is_no_empty_one() {
    let case = Case::approved();
    std::fs::write(case.path("l.csv"), "number,reason\n07700900007,informant\n").unwrap();
    ended(0, case.verb(&["contacts", "leave-out", case.path("l.csv").to_str().unwrap()]));
    let place = case.path("case/contacts/leave-out.csv");
    std::fs::write(&place, "number,reason\n07700900007,informant\n07700900008,officer\n").unwrap();
    let told = ended(0, case.verb(&["send", "--port", &case.port(), "--confirm", "3", "--then-stop"]));
    assert!(told.contains("leave-out.csv is taken in as it stands now: 2 numbers"), "{told}");
    std::fs::remove_file(&place).unwrap();
    for verb in [&["contacts", "--json"][..], &["plan", "--json"], &["approve", "--sheet", "--json"]] {
        assert!(ended(4, case.verb(verb)).contains("leave-out-gone"));
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(case.path("not-mounted/leave-out.csv"), &place).unwrap();
        ended(2, case.verb(&["contacts"]));
        std::fs::remove_file(&place).unwrap();
    }
    std::fs::write(&place, "number,reason\n").unwrap();
    ended(0, case.verb(&["contacts"]));
}

/// Nobody is texted twice because two cases of a station have the same contact, unless a person says so; also if the other
/// case was quicker after the approval.
#[test]
fn whom_another_case_texted_is_left_out() {
    let (first, second) = (Case::approved(), Case::approved());
    ended(0, first.send(&first.port()));
    let shown = ended(0, first.verb(&["contacts", "--json"]));
    assert!(!shown.contains("other-case"), "its own texts: {shown}");
    std::fs::create_dir_all(second.path("case/station")).unwrap();
    for name in ["list_key", "texted"] {
        let place = |case: &Case| case.path("case/station").join(name);
        std::fs::copy(place(&first), place(&second)).unwrap();
    }
    let shown = ended(0, second.verb(&["contacts", "--json"]));
    assert_eq!(shown.matches("\"other-case\"").count(), 3, "{shown}");
    // To say what a number was says nothing about another case.
    second.add("noughts.csv", "7700900003\n7700900005\n");
    let told = ended(0, second.verb(&["contacts", "include", "--lost-noughts", "--why", "compared"]));
    assert!(
        told.contains("+447700900003 stays out: another case") && told.contains("+447700900005 is included"),
        "{told}"
    );
    ended(0, second.verb(&["contacts", "exclude", "07700900005", "--why", "not of this case"]));
    let told = ended(0, second.verb(&["contacts", "include", "07700900002", "--why", "another matter"]));
    assert!(told.contains("although another case of this station texted it"), "{told}");
    ended(0, second.send(&second.port()));
    assert!(saw(&second.phone, "+447700900002"));
    assert!(!saw(&second.phone, "+447700900001") && !saw(&second.phone, "+447700900003"));
}

/// One more list, an exclusion, a number that lost its nought: each is a person's word with a reason, and none of them
/// reaches beyond what a person may decide.
#[test]
fn contacts_are_added_excluded_and_included_by_a_person() {
    let case = Case::approved();
    let list = |name: &str, text: &str| {
        std::fs::write(case.path(name), text).unwrap();
        case.path(name).display().to_string()
    };
    let report = list("report.csv", "From,To\n7700900005,07700900006\n");
    ended(2, case.verb(&["contacts", "add", &report, "--json"]));
    let added = ended(0, case.verb(&["contacts", "add", &report, "--column", "From", "--json"]));
    assert!(added.contains("text in UTF-8, columns by commas"), "{added}");
    let other = list("c.csv", "phone\n07700900008\n");
    let told = ended(4, case.verb(&["contacts", "add", &other, "--json"]));
    assert!(told.contains("contacts-differ"), "{told}");

    let shown = ended(0, case.verb(&["contacts", "--json"]));
    assert!(shown.contains("lost-nought") && !shown.contains("07700900006"), "{shown}");
    ended(0, case.verb(&["contacts", "include", "--lost-noughts", "--why", "compared with the handset"]));
    let shown = ended(0, case.verb(&["contacts", "--json"]));
    assert!(shown.contains("\"number\":\"+447700900005\"") && shown.contains("\"file\":\"report.csv\""), "{shown}");

    // The new one needs an approval; to exclude somebody never does.
    refused(&case, case.send(&case.port()), "recipient-added");
    for number in ["7700900005", "07700 900002", "+353 85 123 4567", "00353851234567"] {
        ended(0, case.verb(&["contacts", "exclude", number, "--why", "they telephoned", "--json"]));
    }
    let shown = ended(0, case.verb(&["contacts"]));
    assert!(shown.contains("excluded: they telephoned") && shown.contains("2 excluded"), "{shown}");
    ended(0, case.send(&case.port()));
    assert!(saw(&case.phone, "+447700900001") && !saw(&case.phone, "+447700900002"));

    let include = |number: &str| case.verb(&["contacts", "include", number, "--why", "x", "--json"]);
    list("case/contacts/leave-out.csv", "07700900003,informant\n");
    let mut suppression = signpost::record::suppression::Suppression::load(&case.path("case/station")).unwrap();
    suppression.add("700900001").unwrap();
    for (number, code) in [
        ("07700900001", "opted-out"),
        ("07700900003", "leave-out-list"),
        ("0115 496 0123", "number"),
        ("999", "number"),
    ] {
        let told = ended(4, include(number));
        assert!(told.contains(&format!("\"code\":\"{code}\"")), "{number}: {told}");
    }
    ended(2, include("07700900009"));
    ended(0, include("07700900002"));
    ended(0, case.verb(&["verify", &case.path("case").display().to_string()]));
}
