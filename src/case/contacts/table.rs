//! Lines of cells to rows: where the heads stand, which columns are read. For delimited text and for each sheet of a
//! workbook alike.

use std::sync::Arc;

use jiff::civil::DateTime;

use super::{Choice, ContactsError, Place, Row, damage, moment};
use crate::case::language::Language;
use crate::text::Untrusted;

/// A cell, as its file has it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Cell {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    Moment(DateTime),
}

impl Cell {
    pub(super) fn text(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.trim().to_owned(),
            Cell::Number(number) => number.to_string(),
            Cell::Moment(moment) => moment.to_string(),
        }
    }

    /// What stands for a number. A quantity that no number is must not be made one by leaving its point or its sign out.
    fn number(&self) -> String {
        match self {
            Cell::Number(number) if number.fract() != 0.0 || *number < 0.0 => format!("{number} (a quantity)"),
            cell => cell.text(),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) => text.trim().is_empty(),
            Cell::Number(_) | Cell::Moment(_) => false,
        }
    }

    fn moment(&self) -> Option<DateTime> {
        match self {
            Cell::Empty => None,
            Cell::Text(text) => moment::read(text),
            Cell::Number(days) => moment::of_serial(*days),
            Cell::Moment(moment) => Some(*moment),
        }
    }
}

/// A row of a sheet or a record of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// From 1.
    pub row: u64,
    pub cells: Vec<Cell>,
}

/// Which table it is.
pub(super) struct Table<'a> {
    pub file: Arc<str>,
    pub sheet: Option<Arc<Untrusted>>,
    /// What a person chose; empty: everything is found.
    pub choices: &'a [Choice],
}

/// Heads of columns of numbers, of names and so on, as [`Untrusted::for_match`] has them.
pub(super) const NUMBER_HEADS: &[&str] = &[
    "number",
    "phone",
    "mobile",
    "telephone",
    "msisdn",
    "tel",
    "phone number",
    "mobile number",
    "telephone number",
    "mobile phone",
    "phone numbers",
    "phone number s",
    "cell",
    "cell phone",
    "contact number",
    "party",
    "parties",
    "other party",
    "remote party",
    "caller",
    "caller number",
];
const NAME_HEADS: &[&str] = &["name", "contact", "contact name", "display name", "full name"];
const GIVEN_HEADS: &[&str] = &["first name", "forename", "given name"];
const FAMILY_HEADS: &[&str] = &["last name", "surname", "family name"];
const SOURCE_HEADS: &[&str] = &["source", "app", "application", "account", "service"];
const LANGUAGE_HEADS: &[&str] = &[
    "language",
    "lang",
    "languages",
    "language code",
    "preferred language",
    "spoken language",
    "first language",
    "main language",
    "native language",
    "mother tongue",
];
const SEEN_HEADS: &[&str] = &[
    "date",
    "date time",
    "time",
    "timestamp",
    "timestamp time",
    "date and time",
    "last seen",
    "last contacted",
    "last time contacted",
    "call time",
    "call date",
    "start time",
    "sent",
    "sent time",
];

/// The heads stand in one of the first lines.
const HEAD_WITHIN: usize = 30;

/// So many rows are looked through for the same language.
const LOOKED_BACK: usize = 20;

/// Which columns are read.
#[derive(Debug)]
struct Columns {
    numbers: Vec<usize>,
    names: Vec<usize>,
    source: Option<usize>,
    language: Option<usize>,
    seen: Option<usize>,
}

impl Table<'_> {
    /// All rows; nothing if there is no column of numbers.
    pub(super) fn read(
        &self,
        mut lines: impl Iterator<Item = Result<Line, ContactsError>>,
    ) -> Result<Option<Vec<Box<Row>>>, ContactsError> {
        let mut first = Vec::new();
        let mut columns = None;
        while columns.is_none() && first.len() < HEAD_WITHIN {
            let Some(line) = lines.next().transpose()? else { break };
            columns = self.columns(&line.cells, &first);
            first.push(line);
        }
        let (columns, first) = match columns {
            Some(columns) => (columns, Vec::new()),
            None if self.is_bare_list(&first) => (Columns::bare(), first),
            None => return Ok(None),
        };
        let mut rows = Vec::new();
        for line in first.into_iter().map(Ok).chain(lines) {
            self.take(&columns, &line?, &mut rows)?;
        }
        Ok(Some(rows))
    }

    /// The columns, if these cells are heads. Nothing that could be a number may stand above heads that nobody chose:
    /// it would be lost.
    fn columns(&self, cells: &[Cell], above: &[Line]) -> Option<Columns> {
        let heads: Vec<String> = cells.iter().map(|cell| Untrusted::from(cell.text()).for_match()).collect();
        let all = |names: &[&str]| -> Vec<usize> {
            heads.iter().enumerate().filter(|(_, head)| names.contains(&head.as_str())).map(|(at, _)| at).collect()
        };
        let mut of_here = self.choices.iter().filter(|choice| choice.takes(self.sheet.as_deref()));
        let numbers = match of_here.all(Choice::is_of_sheet) {
            true if above.iter().flat_map(|line| &line.cells).any(could_be_a_number) => Vec::new(),
            true => all(NUMBER_HEADS),
            false => (0..heads.len()).filter(|at| heads.get(*at).is_some_and(|head| self.is_chosen(head))).collect(),
        };
        let first = |names: &[&str]| all(names).into_iter().find(|at| !numbers.contains(at));
        let whole = first(NAME_HEADS).map(|name| vec![name]);
        let names = whole.unwrap_or_else(|| first(GIVEN_HEADS).into_iter().chain(first(FAMILY_HEADS)).collect());
        let (source, language, seen) = (first(SOURCE_HEADS), first(LANGUAGE_HEADS), first(SEEN_HEADS));
        (!numbers.is_empty()).then_some(Columns { numbers, names, source, language, seen })
    }

    fn is_chosen(&self, head: &str) -> bool {
        self.choices.iter().any(|choice| choice.takes(self.sheet.as_deref()) && choice.names(head))
    }

    /// A text of one column needs no head.
    fn is_bare_list(&self, lines: &[Line]) -> bool {
        let bare = self.sheet.is_none() && self.choices.is_empty();
        bare && lines.iter().all(|line| line.cells.len() == 1) && !lines.is_empty()
    }

    /// One row for each number; one without a number if there is none.
    fn take(&self, columns: &Columns, line: &Line, rows: &mut Vec<Box<Row>>) -> Result<(), ContactsError> {
        let cell = |at: &usize| line.cells.get(*at);
        if line.cells.iter().all(Cell::is_empty) {
            return Ok(());
        }
        let numbers: Vec<usize> =
            columns.numbers.iter().copied().filter(|at| cell(at).is_some_and(|cell| !cell.is_empty())).collect();
        let numbers = if numbers.is_empty() { columns.numbers.iter().copied().take(1).collect() } else { numbers };
        let some = |text: String| Some(text).filter(|text| !text.is_empty()).map(Untrusted::from);
        let name: Vec<String> = columns.names.iter().filter_map(cell).map(Cell::text).collect();
        for at in numbers {
            let from = Place { file: self.file.clone(), sheet: self.sheet.clone(), row: line.row, column: Some(at) };
            let number = cell(&at).map(Cell::number).unwrap_or_default().into();
            if cell(&at).is_some_and(damage::is_rounded) {
                return Err(ContactsError::Rounded { place: from, shown: number });
            }
            let source = columns.source.as_ref().and_then(cell).map(Cell::text).and_then(some);
            let seen = columns.seen.as_ref().and_then(cell).and_then(Cell::moment);
            let language = columns.language.as_ref().and_then(cell).map(Cell::text);
            let language = language.and_then(|text| Language::read(&text)).map(|language| shared(language, rows));
            let name = some(name.join(" ").trim().to_owned());
            rows.push(Box::new(Row { from, number, name, language, source, seen }));
        }
        Ok(())
    }
}

/// The same as one of the last rows has it, if one has: what thousands have in common is kept once.
fn shared(language: Language, rows: &[Box<Row>]) -> Language {
    let lately = rows.iter().rev().take(LOOKED_BACK);
    lately.filter_map(|row| row.language.as_ref()).find(|before| **before == language).cloned().unwrap_or(language)
}

impl Columns {
    fn bare() -> Self {
        Self { numbers: vec![0], names: Vec::new(), source: None, language: None, seen: None }
    }
}

/// Ten digits or more, and nothing that no number has.
pub(super) fn could_be_a_number(cell: &Cell) -> bool {
    let text = cell.text();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '\u{a0}' | '(' | ')' | '-' | '.');
    !matches!(cell, Cell::Moment(_)) && digits >= 10 && text.chars().all(plain)
}
