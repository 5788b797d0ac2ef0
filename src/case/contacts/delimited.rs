//! Delimited text: comma, semicolon, tab or pipe, with or without quotation marks (RFC 4180).

use std::sync::Arc;

use csv::StringRecord;

use super::table::{Cell, Line};
use super::{ContactsError, Place};

const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// So many lines are looked at for the separator.
const LOOKED_AT: usize = 20;

/// The separator that most lines have, and have equally often; the first of equals.
pub(super) fn separator(text: &str) -> char {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(LOOKED_AT).collect();
    let score = |separator: char| {
        let counts: Vec<usize> = lines.iter().map(|line| outside_quotes(line, separator)).collect();
        counts.iter().filter(|count| **count > 0).map(|count| counts.iter().filter(|c| *c == count).count()).max()
    };
    // The last of equals is the one that is taken.
    SEPARATORS.into_iter().rev().max_by_key(|separator| score(*separator)).unwrap_or(',')
}

fn outside_quotes(line: &str, separator: char) -> usize {
    line.split('"').step_by(2).map(|piece| piece.matches(separator).count()).sum()
}

/// Lines that hold something.
pub(super) fn lines<'a>(
    file: &'a Arc<str>,
    text: &'a str,
    separator: char,
) -> impl Iterator<Item = Result<Line, ContactsError>> + 'a {
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(separator).unwrap_or(b','))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let holds =
        |line: &Result<Line, _>| line.as_ref().map_or(true, |line| line.cells.iter().any(|c| *c != Cell::Empty));
    reader.into_records().map(move |record| line(file, record, separator)).filter(holds)
}

fn line(file: &Arc<str>, record: Result<StringRecord, csv::Error>, separator: char) -> Result<Line, ContactsError> {
    let number = |position: Option<&csv::Position>| position.map(csv::Position::line).unwrap_or_default();
    let record = record.map_err(|error| ContactsError::at(file, number(error.position()), &error.to_string()))?;
    let row = number(record.position());
    if let Some(column) = record.iter().position(|field| swallowed(field, separator, record.len())) {
        let place = Place { file: file.clone(), sheet: None, row, column: Some(column) };
        let why = "a quotation mark is opened here and closed on another line, with numbers between".to_owned();
        return Err(ContactsError::At { place, why });
    }
    let cell = |field: &str| if field.is_empty() { Cell::Empty } else { Cell::Text(field.to_owned()) };
    Ok(Line { row, cells: record.iter().map(cell).collect() })
}

/// A note of several lines is one, and so is a cell with two parties; but a mark that somebody forgot to close takes other
/// people's lines in, whole: with the separator between their fields, or, in a list of one column, a number to a line.
fn swallowed(field: &str, separator: char, columns: usize) -> bool {
    let lines: Vec<&str> = field.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).collect();
    let number = |line: &&str| line.chars().filter(char::is_ascii_digit).count() >= 10;
    let whole = |line: &&str| number(line) && line.contains(separator);
    lines.len() > 1 && (lines.iter().any(whole) || columns == 1 && lines.iter().all(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_that_every_line_has() {
        let table = [
            ("Name,Phone\nAnn,07700900001", ','),
            ("Name;Phone\nExample, Ann;07700900001", ';'),
            ("Name\tPhone\nExample, Ann; jun.\t07700900001", '\t'),
            ("Name|Phone\nAnn|07700900001", '|'),
            ("A list, made today\nName;Phone\nAnn;07700900001", ';'),
            ("\"a;b;c\",Phone\n\"x\",07700900001", ','),
            ("07700900001\n07700900002", ','),
            ("", ','),
        ];
        for (text, expected) in table {
            assert_eq!(separator(text), expected, "{text}");
        }
    }

    #[test]
    fn a_note_of_two_lines_is_a_field_and_a_forgotten_mark_is_an_error() {
        let file: Arc<str> = "c.csv".into();
        let read = |text: &str| lines(&file, text, ',').collect::<Result<Vec<_>, _>>();
        let fine = read("phone,note\n07700900001,\"two\nlines\"\n07700900002,x\n").unwrap();
        assert_eq!(fine.iter().map(|line| line.row).collect::<Vec<_>>(), [1, 2, 4]);
        let note = "phone,note\n07700900001,\"call her\non 07700 900009\"\n";
        let parties = "Parties,Date\n\"From: +447700900001\nTo: +447700900002\",1 Nov 2026\n";
        for fine in [note, parties] {
            assert_eq!(read(fine).unwrap().len(), 2, "{fine}");
        }
        for swallowed in [
            "name,phone\n\"Ann,07700900001\nBo,07700900002\n",
            "name,phone\n\"Ann,07700900001\rBo,07700900002\rCy\",07700900003\n",
            "phone\n\"07700900001\n07700900002\n",
        ] {
            let error = read(swallowed).unwrap_err().to_string();
            assert!(error.starts_with("c.csv, line 2, column 1: a quotation mark"), "{error}");
        }
    }
}
