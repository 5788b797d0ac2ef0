//! Forty files as forces really have them: each gives the right numbers, or an error that names file, sheet, row and cell.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

mod made;

use made::{compound, in_encoding, ods, ods_files, utf_16, xlsx, xlsx_files, zipped};
use signpost::case::contacts::{self, Choice, Rules, Sorted};
use signpost::case::number::Realm;

/// What is to come of a file.
enum Expect {
    /// These people, by the last digits of 07700 900xxx, and so many rows left out for these reasons.
    People(&'static [u32], &'static [(&'static str, usize)]),
    /// An error that begins so.
    Error(&'static str),
}

use Expect::{Error, People};

struct Case {
    name: &'static str,
    octets: Vec<u8>,
    choices: &'static [&'static str],
    expect: Expect,
}

fn case(name: &'static str, octets: impl Into<Vec<u8>>, expect: Expect) -> Case {
    Case { name, octets: octets.into(), choices: &[], expect }
}

impl Case {
    fn choosing(self, choices: &'static [&'static str]) -> Self {
        Self { choices, ..self }
    }

    fn sorted(&self) -> Result<Sorted, contacts::ContactsError> {
        let choices: Vec<Choice> = self.choices.iter().map(|choice| choice.parse().unwrap()).collect();
        let rows = contacts::read(self.name, &self.octets, &choices)?.rows;
        Ok(contacts::sort(rows, &Rules::plain(Realm::Real)))
    }

    fn check(&self) {
        match (self.sorted(), &self.expect) {
            (Ok(sorted), People(people, reasons)) => {
                let expected: Vec<String> = people.iter().map(|person| format!("+447700900{person:03}")).collect();
                let found: Vec<&str> = sorted.people.iter().map(|person| person.to.as_str()).collect();
                assert_eq!(found, expected, "{}", self.name);
                let mut found = sorted.reasons();
                found.sort_unstable();
                assert_eq!(found, *reasons, "{}", self.name);
            }
            (Err(error), Error(words)) => {
                assert!(error.to_string().starts_with(words), "{}: {error}", self.name);
            }
            (Ok(sorted), Error(words)) => panic!("{}: {sorted:?} and not {words}", self.name),
            (Err(error), People(..)) => panic!("{}: {error}", self.name),
        }
    }
}

const LIST: &str = "Name,Phone\r\nZoë Exämple,07700 900001\r\nBo,+447700900002\r\n";
const POLISH: &str = "Name;Telephone\nŁukasz Żółć;07700900001\nWęgrzyn;07700900002\n";
const TWO: Expect = People(&[1, 2], &[]);

fn texts() -> Vec<Case> {
    let marked = format!("\u{feff}{LIST}");
    vec![
        case("utf-8.csv", LIST, TWO),
        case("utf-8-mark.csv", marked.as_str(), TWO),
        case("utf-16le-mark.csv", utf_16(&marked, u16::to_le_bytes), TWO),
        case("utf-16be-mark.csv", utf_16(&marked, u16::to_be_bytes), TWO),
        case("utf-16le.csv", utf_16(LIST, u16::to_le_bytes), TWO),
        case("utf-16be.csv", utf_16(LIST, u16::to_be_bytes), TWO),
        case("windows-1252.csv", in_encoding("windows-1252", LIST), TWO),
        case("windows-1250.csv", in_encoding("windows-1250", POLISH), TWO),
        case("tabs.txt", LIST.replace(',', "\t"), TWO),
        case("semicolons.csv", LIST.replace(',', ";"), TWO),
        case("pipes.csv", LIST.replace(',', "|"), TWO),
        case("excel-on-mac.csv", LIST.replace("\r\n", "\r"), TWO),
        case("no-head.txt", "07700900001\n07700900002\n", TWO),
        case(
            "titles.csv",
            "Contacts of exhibit ABC/1,\nmade 1 Nov 2026,\n\nName,Mobile\nA,07700900001\nB,07700900002\n",
            TWO,
        ),
        case("notes.csv", "Phone,Note\n07700900001,\"two\nlines, and a \"\"word\"\"\"\n07700900002,\n", TWO),
        case(
            "two-columns.csv",
            "First name,Surname,Mobile,Telephone\nA,B,07700900001,0115 496 0123\nC,D,,07700900002\n",
            People(&[1, 2], &[("landline", 1)]),
        ),
        case(
            "everything-left-out.csv",
            "phone\n999\n60777\n09098790123\n+33612345678\nO7700900001\n\"\"\"\"\n",
            People(&[], &[("foreign", 1), ("premium", 1), ("service", 1), ("short-code", 1), ("unreadable", 2)]),
        ),
        case("empty.csv", "", People(&[], &[])),
        case("lost-noughts.csv", "phone\n7700900001\n07700900002\n", People(&[2], &[("lost-nought", 1)])),
        case(
            "damaged.csv",
            "Name,Phone\nA,07700900001\nB,4.477E+11\n",
            Error("damaged.csv, line 3, column 2: 4.477E+11 is what a spreadsheet leaves"),
        ),
        case(
            "forgotten-mark.csv",
            "Name,Phone\n\"A,07700900001\nB,07700900002\n",
            Error("forgotten-mark.csv, line 2, column 1: a quotation mark"),
        ),
        case("no-column.csv", "A,B\n1,2\n", Error("no-column.csv: no column is headed")),
        case(
            "head-below-numbers.csv",
            "A,07700900001\nName,Phone\nB,07700900002\n",
            Error("head-below-numbers.csv: no column"),
        ),
        case(
            "swallowed-by-returns.csv",
            "Name,Phone\r\"Ann,07700900001\rBo,07700900002\rCy\",07700900003\r",
            Error("swallowed-by-returns.csv, line 2, column 1: a quotation mark"),
        ),
        case(
            "parties.csv",
            "Parties,Date\n\"From: +447700900001\nTo: +447700900002\",1 Nov 2026\n07700900003,\n",
            People(&[3], &[("unreadable", 1)]),
        ),
        case("pandas.csv", "phone\n447700900001.0\n0770090000.1\n07700900002\n", People(&[2], &[("unreadable", 2)])),
        case(
            "stray.csv",
            "phone\n07700900001\n07700900002\u{1a}\n",
            Error("stray.csv, line 3: character 12 is U+001A"),
        ),
        case("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), Error("picture.csv: it is no text")),
    ]
}

fn cards() -> Vec<Case> {
    let old = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ex=C3=A4mple;Zo=\r\n=C3=AB\r\nTEL;CELL;PREF:07700900001\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nN:Bo\r\nTEL;HOME:0115 496 0123\r\nTEL;CELL:07700900002\r\nEND:VCARD\r\n";
    let three =
        "BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nitem1.TEL;type=CELL:+44 7700 900\n 001\nTEL:07700900002\nEND:VCARD\n";
    let four = "BEGIN:VCARD\nVERSION:4.0\nFN:Ann\nTEL;VALUE=uri:tel:+44-7700-900001\nTEL;VALUE=uri:tel:+447700900002;ext=5\nEND:VCARD\n";
    vec![
        case("2.1.vcf", old, People(&[1, 2], &[("landline", 1)])),
        case("3.0.vcf", three, TWO),
        case("4.0.vcf", four, People(&[1], &[("unreadable", 1)])),
        case("utf-16.vcf", utf_16(&format!("\u{feff}{three}"), u16::to_le_bytes), TWO),
        case("mark.vcf", format!("\u{feff}{three}"), TWO),
        case("returns.vcf", three.replace('\n', "\r"), TWO),
        case(
            "nested.vcf",
            "BEGIN:VCARD\nTEL:07700900001\nBEGIN:VCARD\nTEL:07700900002\nEND:VCARD\nEND:VCARD\n",
            Error("nested.vcf, line 3: a card begins here in the middle of another"),
        ),
        case("no-number.vcf", "BEGIN:VCARD\nFN:A\nEND:VCARD\n", People(&[], &[("empty", 1)])),
        case(
            "cut.vcf",
            "BEGIN:VCARD\nTEL:07700900001\nEND:VCARD\nBEGIN:VCARD\nTEL:0770",
            Error("cut.vcf, line 4: the card that begins here has no end"),
        ),
    ]
}

const NOTES: (&str, &[&[&str]]) = ("Notes", &[&["a remark"], &["another"]]);

fn workbooks() -> Vec<Case> {
    let people: &[&[&str]] = &[&["Name", "Phone"], &["A", "07700900001"], &["B", "+44 7700 900002"]];
    let report: &[&[&str]] = &[
        &["Extraction report"],
        &["Made", "d:46327.5"],
        &[],
        &["#", "Party", "", "Date", "Source"],
        &["n:1", "07700900001", "", "d:46300.25", "Phone"],
        &["n:2", "07700900002", "", "d:46301.5", "Phone"],
        &["n:3", "+447700900001", "", "d:46303", "WhatsApp"],
    ];
    let from_to: &[&[&str]] =
        &[&["From", "To", "Body"], &["07700900001", "07700900009", "n:4"], &["07700900002", "", ""]];
    let damaged: &[&[&str]] = &[&["Name", "Phone"], &["A", "07700900001"], &["B", "n:447701000000"]];
    let noughts: &[&[&str]] = &[&["Name", "Phone"], &["A", "n:7700900001"], &["B", "n:447700900002"]];
    let rounded: &[&[&str]] = &[&["Phone"], &["4,477E+11"]];
    let old: &[&[&str]] = &[&["Name", "Phone"], &["OLD, do not text", "07700900009"]];
    let whole = xlsx(&[("People", people)]);
    vec![
        case("people.xlsx", whole.clone(), TWO),
        case("people.csv", whole.clone(), TWO),
        case("report.xlsx", xlsx(&[NOTES, ("Calls", report), ("People", people)]), People(&[1, 2], &[("repeat", 3)])),
        case("chosen.xlsx", xlsx(&[("Messages", from_to), ("People", people)]), People(&[1, 2], &[]))
            .choosing(&["Messages!From"]),
        case("one-sheet.xlsx", xlsx(&[("Calls", report), ("People", people)]), TWO).choosing(&["people!"]),
        case(
            "damaged.xlsx",
            xlsx(&[NOTES, ("People", damaged)]),
            Error("damaged.xlsx, sheet People, row 3, cell B3: 447701000000 is what a spreadsheet leaves"),
        ),
        case("noughts.xlsx", xlsx(&[("People", noughts)]), People(&[2], &[("lost-nought", 1)])),
        case("hidden.xlsx", xlsx(&[("hidden:Old", old), ("People", people), ("veryHidden:Older", old)]), TWO),
        case("hidden-and-chosen.xlsx", xlsx(&[("hidden:Old", old), ("People", people)]), People(&[9], &[]))
            .choosing(&["old!"]),
        case("all-hidden.xlsx", xlsx(&[("hidden:Old", old)]), Error("all-hidden.xlsx: no column is headed")),
        case("hidden.ods", ods(&[("hidden:Old", old), ("People", people)]), TWO),
        case(
            "quantities.xlsx",
            xlsx(&[("P", &[&["Phone"], &["n:7700900.123"], &["n:-7700900123"], &["n:77009001.27"], &["07700900001"]])]),
            People(&[1], &[("unreadable", 3)]),
        ),
        case(
            "one-of-two.xlsx",
            xlsx(&[("Messages", from_to), ("People", &[&["Name", "Phone"], &["C", "07700900003"]])]),
            People(&[1, 2, 3], &[]),
        )
        .choosing(&["Messages!From", "People!"]),
        case("far.xlsx", far_xlsx("ZZZZZZ2"), Error("far.xlsx, sheet P, row 2, cell ")),
        case(
            "far-below.xlsx",
            far_xlsx("A1048577"),
            Error("far-below.xlsx, sheet P, row 1048577, cell A1048577: no sheet"),
        ),
        case("farther.xlsx", far_xlsx("ZZZZZZZ2"), Error("farther.xlsx, sheet P, row 2, cell ")),
        case("endless.ods", endless_ods(99_000, 1000), Error("endless.ods: a sheet reaches too far")),
        case("far.ods", endless_ods(1_048_000, 100), Error("far.ods: a sheet reaches too far")),
        case("no-numbers.xlsx", xlsx(&[NOTES]), Error("no-numbers.xlsx: no column is headed")),
        case("cut.xlsx", whole.get(..whole.len() / 2).unwrap(), Error("cut.xlsx: the workbook cannot be read")),
        case("password.xlsx", compound("EncryptedPackage"), Error("password.xlsx: it is protected with a password")),
        case("old.xls", compound("Workbook"), Error("old.xls: it is a workbook of the old kind")),
        case("people.ods", ods(&[NOTES, ("People", people)]), TWO),
        case("noughts.ods", ods(&[("People", noughts)]), People(&[2], &[("lost-nought", 1)])),
        case(
            "damaged.ods",
            ods(&[("People", rounded)]),
            Error("damaged.ods, sheet People, row 2, cell A2: 4,477E+11 is what"),
        ),
        case("cut.ods", ods(&[("People", people)]).get(..300).unwrap(), Error("cut.ods: the workbook cannot be read")),
    ]
}

/// A workbook with a cell at a place where no sheet reaches.
fn far_xlsx(place: &str) -> Vec<u8> {
    let mut files = xlsx_files(&[("P", &[&["Phone"], &["07700900001"]])]);
    let sheet = files.iter_mut().find(|(name, _)| name.ends_with("sheet1.xml")).unwrap();
    sheet.1 = sheet.1.replace("r=\"A2\"", &format!("r=\"{place}\""));
    zipped(&files)
}

/// A few octets that stand for very many cells.
fn endless_ods(rows: u32, columns: u32) -> Vec<u8> {
    let mut files = ods_files(&[("P", &[&["Phone"], &["07700900001"]])]);
    let sheet = files.iter_mut().find(|(name, _)| name == "content.xml").unwrap();
    let (before, after) = sheet.1.rsplit_once("<table:table-row><table:table-cell").unwrap();
    sheet.1 = format!(
        "{before}<table:table-row table:number-rows-repeated=\"{rows}\"><table:table-cell \
         table:number-columns-repeated=\"{columns}\"{after}"
    );
    zipped(&files)
}

#[test]
fn each_file_gives_the_right_numbers_or_an_error_that_names_the_place() {
    let all: Vec<Case> = texts().into_iter().chain(cards()).chain(workbooks()).collect();
    assert!(all.len() >= 40, "{}", all.len());
    all.iter().for_each(Case::check);
}

#[test]
fn a_call_log_in_a_workbook_tells_how_often_and_when_last() {
    let workbooks = workbooks();
    let report = workbooks.iter().find(|case| case.name == "report.xlsx").unwrap().sorted().unwrap();
    let told: Vec<(u32, String)> = report
        .people
        .iter()
        .map(|person| (person.rows, person.last_seen.map(|seen| seen.to_string()).unwrap_or_default()))
        .collect();
    assert_eq!(told, [(3, "2026-10-08T00:00:00".to_owned()), (2, "2026-10-06T12:00:00".to_owned())]);
    let first = &report.people[0].row;
    assert_eq!(first.from.to_string(), "report.xlsx, sheet Calls, row 5, cell B5");
    assert_eq!(first.source.as_ref().map(|source| source.for_record()), Some("Phone"));
    let list = contacts::read("report.xlsx", &workbooks[2].octets, &[]).unwrap();
    assert_eq!(list.unread.iter().map(|sheet| sheet.for_record()).collect::<Vec<_>>(), ["Notes"]);
}

#[test]
fn a_sheet_that_nobody_sees_is_named() {
    let old: &[&[&str]] = &[&["Phone"], &["07700900009"]];
    let octets = xlsx(&[("People", &[&["Phone"], &["07700900001"]]), ("hidden:Old", old), ("veryHidden:Older", old)]);
    let list = contacts::read("h.xlsx", &octets, &[]).unwrap();
    assert_eq!(list.hidden.iter().map(|sheet| sheet.for_record()).collect::<Vec<_>>(), ["Old", "Older"]);
}

#[test]
fn names_come_through_every_encoding() {
    for case in texts().iter().filter(|case| case.name.starts_with("utf") || case.name.starts_with("windows")) {
        let sorted = case.sorted().unwrap();
        let name = sorted.people[0].row.name.as_ref().map(|name| name.for_record().to_owned());
        let expected = if case.name == "windows-1250.csv" { "Łukasz Żółć" } else { "Zoë Exämple" };
        assert_eq!(name.as_deref(), Some(expected), "{}", case.name);
    }
}

/// Most damage to a ZIP is found by its checksums; here the sheets themselves are damaged, and zipped afterwards.
#[test]
fn damage_inside_of_a_workbook_is_an_error_at_worst() {
    let rows: &[&[&str]] =
        &[&["Name", "Phone", "Date"], &["A", "07700900001", "d:46300.25"], &["B", "n:7700900002", ""]];
    let mut read = 0;
    for files in [xlsx_files(&[("P", rows), ("hidden:Q", rows)]), ods_files(&[("P", rows)])] {
        for (nth, (_, text)) in files.iter().enumerate().filter(|(_, (name, _))| name.ends_with(".xml")) {
            for at in (0..text.len()).step_by(text.len() / 60 + 1) {
                for other in ["", "<", "\"", "9999999999", "&x;"] {
                    let mut damaged = files.clone();
                    damaged[nth].1.replace_range(at..=at, other);
                    read += usize::from(contacts::read("d", &zipped(&damaged), &[]).is_ok());
                }
            }
        }
    }
    assert!(read > 100, "{read}: some damage hits nothing that matters");
}

/// A file that arrives damaged must never stop the program: it reads, or it is an error.
#[test]
fn a_damaged_file_is_an_error_at_worst() {
    for case in texts().into_iter().chain(cards()).chain(workbooks()) {
        let octets = &case.octets;
        for at in (0..octets.len()).step_by(octets.len() / 40 + 1) {
            let cut = octets.get(..at).unwrap();
            let mut flipped = octets.clone();
            flipped[at] ^= 0x55;
            for broken in [cut, &flipped] {
                let _read_or_refused = contacts::read(case.name, broken, &[]).is_ok();
            }
        }
    }
}
