//! What would fill the memory, or never end, when an ODS file is read: a cell, a row or an empty stretch is written once, with
//! how often it repeats (OpenDocument 1.3 part 3, 19.677 and 19.679), so that a few octets can stand for more cells than a
//! memory holds, and calamine unfolds them all; and behind the end of a file that is cut it looks for the end of a table or
//! of a note for ever. Here they are counted first, by the same reader of XML, set alike.

use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// More cells than this are no list of people: 100,000 rows of 50 columns.
const MOST: u64 = 5_000_000;

/// So much of the file's text is looked at; more is no list either.
const LONGEST: u64 = 1 << 30;

/// Sides of a sheet (calamine counts no further).
const ROWS: u64 = 1_048_576;
const COLUMNS: u64 = 16_384;

/// Why an ODS file must not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// A sheet unfolds to too many cells.
    TooMuch,
    /// Something has no end.
    Cut,
}

/// What is wrong with an ODS file. What is wrong otherwise is told by whoever reads it next.
pub(super) fn fault(octets: &[u8]) -> Option<Fault> {
    let mut archive = zip::ZipArchive::new(Cursor::new(octets)).ok()?;
    let mut content = BufReader::new(archive.by_name("content.xml").ok()?.take(LONGEST));
    let found = fault_in(&mut content);
    found.or_else(|| (content.into_inner().limit() == 0).then_some(Fault::TooMuch))
}

fn fault_in(xml: &mut impl BufRead) -> Option<Fault> {
    let mut reader = Reader::from_reader(xml);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.check_comments = false;
    config.expand_empty_elements = true;
    let (mut content, mut octets) = (Content::default(), Vec::new());
    loop {
        octets.clear();
        match reader.read_event_into(&mut octets).ok()? {
            Event::Start(tag) => content.begin(&tag),
            Event::End(tag) => content.end(tag.name().as_ref()),
            Event::Eof => break,
            _ => {}
        }
        if content.largest() > MOST || content.spaces > MOST {
            return Some(Fault::TooMuch);
        }
    }
    content.is_open().then_some(Fault::Cut)
}

/// A file, as far as it was read.
#[derive(Default)]
struct Content {
    table: Option<Sheet>,
    row: Row,
    note: Note,
    spaces: u64,
}

/// A note in a cell: calamine passes over it whole.
#[derive(Default, PartialEq)]
enum Note {
    #[default]
    Closed,
    Open,
}

impl Content {
    fn begin(&mut self, tag: &BytesStart) {
        match tag.name().as_ref() {
            "table:table" => drop(self.table.get_or_insert_default()),
            "table:table-row" => {
                self.row = Row { repeats: repeats(tag, "table:number-rows-repeated"), ..Row::default() }
            }
            "table:table-cell" | "table:covered-table-cell" => self.row.cell(tag),
            "office:annotation" => self.note = Note::Open,
            "text:s" => self.spaces = self.spaces.saturating_add(repeats(tag, "text:c")),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "table:table" => self.table = None,
            "office:annotation" => self.note = Note::Closed,
            "table:table-row" => self.table.iter_mut().for_each(|table| table.row(&self.row)),
            _ => {}
        }
    }

    fn largest(&self) -> u64 {
        self.table.as_ref().map_or(0, Sheet::cells).max(self.row.filled.min(COLUMNS))
    }

    fn is_open(&self) -> bool {
        self.table.is_some() || self.note == Note::Open
    }
}

/// As wide as its widest row, as high as all rows down to the last that holds something.
#[derive(Default)]
struct Sheet {
    height: u64,
    empty: u64,
    width: u64,
}

impl Sheet {
    fn row(&mut self, row: &Row) {
        self.width = self.width.max(row.filled.min(COLUMNS));
        self.empty = self.empty.saturating_add(row.repeats.min(ROWS));
        if row.filled > 0 {
            self.height = self.height.saturating_add(self.empty).min(ROWS);
            self.empty = 0;
        }
    }

    fn cells(&self) -> u64 {
        self.height * self.width
    }
}

#[derive(Default)]
struct Row {
    repeats: u64,
    filled: u64,
    empty: u64,
}

impl Row {
    fn cell(&mut self, tag: &BytesStart) {
        self.empty = self.empty.saturating_add(repeats(tag, "table:number-columns-repeated"));
        let says = |key: &str| key.starts_with("office:") || key.starts_with("calcext:") || key == "table:formula";
        if tag.attributes().with_checks(false).flatten().any(|attribute| says(attribute.key.as_ref())) {
            self.filled = self.filled.saturating_add(self.empty);
            self.empty = 0;
        }
    }
}

/// What is no plain number counts as very many.
fn repeats(tag: &BytesStart, name: &str) -> u64 {
    let found = tag.attributes().with_checks(false).flatten().find(|attribute| attribute.key.as_ref() == name);
    found.map_or(1, |attribute| attribute.value.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELL: &str = "office:value-type=\"string\"><text:p>x</text:p></table:table-cell>";

    fn of(rows: &str) -> Option<Fault> {
        fault_in(&mut format!("<table:table table:name=\"P\">{rows}</table:table>").as_bytes())
    }

    fn row(repeats: &str, cells: &str) -> String {
        format!("<table:table-row table:number-rows-repeated=\"{repeats}\">{cells}</table:table-row>")
    }

    #[test]
    fn cells_are_counted_as_they_unfold() {
        let one = format!("<table:table-cell {CELL}");
        let many = format!("<table:table-cell table:number-columns-repeated='1000' {CELL}");
        let far = format!("<table:table-cell table:number-columns-repeated=\"16383\"/>{one}");
        let empty = "<table:table-cell table:number-columns-repeated=\"16384\"/>";
        assert_eq!(of(&row("99000", &many)), Some(Fault::TooMuch));
        assert_eq!(of(&row("5000", &many)), None);
        assert_eq!(of(&[row("1", &one), row("1048570", empty)].concat()), None, "empty to the end: not unfolded");
        assert_eq!(of(&[row("1", &one), row("1048570", empty), row("1", &far)].concat()), Some(Fault::TooMuch));
        assert_eq!(of(&row("99999999999999999999999", &many)), Some(Fault::TooMuch));
        assert_eq!(of(&row("&#57;9", &many)), Some(Fault::TooMuch), "nobody writes it so");
        assert_eq!(of("<text:s text:c=\"9999999999\"/>"), Some(Fault::TooMuch));
    }

    #[test]
    fn what_has_no_end_is_cut() {
        for cut in ["<table:table><table:table-row>", "<table:table><office:annotation></table:table>"] {
            assert_eq!(fault_in(&mut cut.as_bytes()), Some(Fault::Cut), "{cut}");
        }
        let commented = "<table:table><!-- </table:table> -->";
        assert_eq!(fault_in(&mut commented.as_bytes()), Some(Fault::Cut), "a remark ends nothing");
        assert_eq!(fault_in(&mut "<table:table/><office:annotation/>".as_bytes()), None);
    }
}
