//! Whole lists, from octets to people.

use super::*;
use crate::case::number::Realm;

fn sorted(csv: &str) -> Sorted {
    let leave = read_leave_out("leave-out.csv", b"07700 900003,informant\n0115 496 0123,office", Realm::Real).unwrap();
    let out = |to: &_| leave.get(to).map(|reason| Why::Listed { reason: reason.clone() });
    sort(read("c.csv", csv.as_bytes(), &[]).unwrap().rows, &Rules { out: &out, ..Rules::plain(Realm::Real) })
}

fn error(octets: &[u8], choices: &[Choice]) -> ContactsError {
    read("c", octets, choices).unwrap_err()
}

#[test]
fn every_row_ends_somewhere_once() {
    let csv = "\u{feff}Name;Phone\nA;07700 900001\n;\nB;+447700900001\nC;0115 496 0123\nD;07700900003\nE;abc\nF;";
    let sorted = sorted(csv);
    assert_eq!(sorted.rows(), 6);
    assert_eq!(sorted.people.len(), 1);
    assert_eq!(sorted.people[0].rows, 2);
    let why: Vec<(u64, &str)> = sorted.left_out.iter().map(|left| (left.row.from.row, left.why.code())).collect();
    assert_eq!(why, [(4, "repeat"), (5, "landline"), (6, "leave-out-list"), (7, "unreadable"), (8, "empty")]);
}

#[test]
fn a_call_log_of_somebody_who_is_out_says_so_once() {
    let sorted = sorted("phone\n07700900003\n07700900003\n07700900003\n");
    assert_eq!(sorted.reasons(), [("repeat", 2), ("leave-out-list", 1)]);
}

#[test]
fn a_list_of_one_column_needs_no_head() {
    assert_eq!(sorted("07700900001\n07700900002\n").people.len(), 2);
}

#[test]
fn heads_may_stand_below_titles_but_not_below_numbers() {
    assert_eq!(sorted("A report,\nmade on 1 November,\nName,Mobile\nAnn,07700900001\n").people.len(), 1);
    let lost = error(b"Ann,07700900001\nName,Mobile\nBo,07700900002\n", &[]);
    assert!(matches!(lost, ContactsError::NoColumn { .. }), "{lost}");
}

#[test]
fn every_column_of_numbers_is_read_and_one_can_be_chosen() {
    let csv = b"Forename,Surname,Mobile,Phone\nAnn,Example,07700900001,07700900002\nBo,Example,,07700900003\n";
    let rows = |choices: &[&str]| {
        let choices: Vec<Choice> = choices.iter().map(|choice| choice.parse().unwrap()).collect();
        let rows = read("c.csv", csv, &choices).unwrap().rows;
        rows.iter().map(|row| row.number.for_record().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rows(&[]), ["07700900001", "07700900002", "07700900003"]);
    assert_eq!(rows(&["phone"]), ["07700900002", "07700900003"]);
    assert_eq!(rows(&["mobile"]), ["07700900001", ""]);
    let row = &read("c.csv", csv, &[]).unwrap().rows[1];
    assert_eq!(
        (row.name.as_ref().unwrap().for_record(), row.from.to_string().as_str()),
        ("Ann Example", "c.csv, line 2, column 4")
    );
    assert!(matches!(error(csv, &["pager".parse().unwrap()]), ContactsError::NoColumn { .. }));
}

#[test]
fn a_call_log_tells_how_often_and_when_last() {
    let csv = "Party,Date/Time,Source\n07700900001,31/10/2026 23:59,Phone\n+447700900001,01/11/2026 08:00,WhatsApp\n07700900001,,\n";
    let sorted = sorted(csv);
    let person = &sorted.people[0];
    assert_eq!((person.rows, person.last_seen.unwrap().to_string().as_str()), (3, "2026-11-01T08:00:00"));
    assert_eq!(person.row.source.as_ref().unwrap().for_record(), "Phone");
    assert!(sorted.left_out.iter().all(|left| left.why.code() == "repeat"));
}

#[test]
fn what_a_spreadsheet_damaged_is_refused_or_asked_about() {
    let error = error(b"Name,Phone\nAnn,07700900001\nBo,4.477E+11\n", &[]).to_string();
    assert!(error.starts_with("c, line 3, column 2: 4.477E+11 is what a spreadsheet leaves"), "{error}");
    let sorted = sorted("phone\n7700900001\n07700900002\n");
    assert_eq!(sorted.people.len(), 1);
    let left = &sorted.left_out[0];
    assert_eq!((left.why.code(), left.row.from.row), ("lost-nought", 2));
    assert!(left.why.words().contains("if it is 07700900001, a person must say so"), "{}", left.why.words());
    let rows = read("c.csv", b"7700900001\n07700900001\n", &[]).unwrap().rows;
    let rules = Rules { said_yes: &|to| to.as_str() == "+447700900001", ..Rules::plain(Realm::Real) };
    let after = sort(rows, &rules);
    assert_eq!((after.people.len(), after.left_out[0].why.code()), (1, "repeat"), "a person said yes");
}

#[test]
fn lists_that_cannot_be_read() {
    assert!(matches!(error(b"a,b\n1,2", &[]), ContactsError::NoColumn { .. }));
    assert!(matches!(error(b"\x00\x01\x02\xff", &[]), ContactsError::NotText { .. }));
    assert!(matches!(error(b"PK\x03\x04 and no more", &[]), ContactsError::Workbook { .. }));
    assert!(matches!(error(&[COMPOUND, &[0; 600]].concat(), &[]), ContactsError::OldWorkbook { .. }));
    assert!(matches!(
        error(b"phone\n\"07700900001\n07700900002\n", &[]),
        ContactsError::At { place: Place { row: 2, .. }, .. }
    ));
}

#[test]
fn a_list_may_give_a_language() {
    let languages = |octets: &[u8]| -> Vec<Option<String>> {
        let rows = read("c", octets, &[]).unwrap().rows;
        rows.into_iter().map(|row| row.language.map(|language| language.as_str().to_owned())).collect()
    };
    let csv = b"Phone,Preferred language\n07700900001,Polish\n07700900002,\n07700900003,POLISH\n";
    assert_eq!(languages(csv), [Some("polish".into()), None, Some("polish".into())]);
    let card = b"BEGIN:VCARD\nTEL:07700900001\nLANG;PREF=1:pl\nLANG;PREF=2:en\nTEL:07700900002\nEND:VCARD\n";
    assert_eq!(languages(card), [Some("pl".into()), Some("pl".into())]);
}

#[test]
fn a_language_is_kept_once_for_all_who_have_it() {
    let csv: String = (1..9).map(|n| format!("0770090000{n},{}\n", ["pl", "ro"][n % 2])).collect();
    let rows = read("c", format!("phone,lang\n{csv}").as_bytes(), &[]).unwrap().rows;
    let places: std::collections::BTreeSet<*const u8> =
        rows.iter().flat_map(|row| &row.language).map(|language| language.as_str().as_ptr()).collect();
    assert_eq!(places.len(), 2);
}
