//! Workbooks, XLSX (ECMA-376) and ODS (OASIS), through calamine: many sheets, each a table.

use std::io::Cursor;
use std::sync::Arc;

use calamine::{
    Data, DataType, ExcelDateTime, Ods, OdsError, Range, Reader, Sheet, SheetType, SheetVisible, Xlsx, XlsxCellReader,
    XlsxError,
};
use jiff::civil::DateTime;

use super::far::{self, Fault};
use super::table::{Cell, Line, Table};
use super::{Choice, ContactsError, Place, Row, moment};
use crate::text::Untrusted;

/// What the sheets of a workbook give.
#[derive(Debug, Default)]
pub(super) struct Sheets {
    pub rows: Vec<Box<Row>>,
    /// Sheets with a column of numbers.
    pub read: Vec<Untrusted>,
    /// Sheets without one, or not chosen.
    pub unread: Vec<Untrusted>,
    /// Sheets that are not shown, and were not chosen by name: often old lists that somebody put out of sight.
    pub hidden: Vec<Untrusted>,
}

impl Sheets {
    fn add(&mut self, name: &str, rows: Option<Vec<Box<Row>>>) {
        match rows {
            Some(rows) => {
                self.rows.extend(rows);
                self.read.push(name.into());
            }
            None => self.unread.push(name.into()),
        }
    }
}

/// Reads every wanted sheet of an XLSX file, cell by cell: a sheet may be large and mostly empty.
pub(super) fn xlsx(file: &Arc<str>, octets: &[u8], choices: &[Choice]) -> Result<Sheets, ContactsError> {
    let wrong = |error: XlsxError| of_xlsx(file, error);
    let mut workbook = Xlsx::new(Cursor::new(octets)).map_err(wrong)?;
    let all: Vec<Sheet> = workbook.sheets_metadata().to_vec();
    let mut sheets = Sheets::default();
    for Sheet { name, visible, .. } in all.into_iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        if is_hidden(&name, visible, choices) {
            sheets.hidden.push(name.as_str().into());
            continue;
        }
        let rows = match table(file, &name, choices) {
            None => None,
            Some(table) => {
                let cells = workbook.worksheet_cells_reader(&name).map_err(wrong)?;
                let sheet = table.sheet.clone();
                table.read(XlsxLines { file, sheet, cells: Some(cells), ahead: None })?
            }
        };
        sheets.add(&name, rows);
    }
    Ok(sheets)
}

/// Reads every wanted sheet of an ODS file.
pub(super) fn ods(file: &Arc<str>, octets: &[u8], choices: &[Choice]) -> Result<Sheets, ContactsError> {
    let wrong = |error: OdsError| match error {
        OdsError::Password => ContactsError::Password { file: file.to_string() },
        OdsError::CellLimitExceeded { .. } => ContactsError::TooFar { file: file.to_string() },
        error => ContactsError::workbook(file, &error.to_string()),
    };
    match far::fault(octets) {
        Some(Fault::TooMuch) => return Err(ContactsError::TooFar { file: file.to_string() }),
        Some(Fault::Cut) => return Err(ContactsError::workbook(file, "a table has no end")),
        None => {}
    }
    let mut workbook = Ods::new(Cursor::new(octets)).map_err(wrong)?;
    let mut sheets = Sheets::default();
    for Sheet { name, visible, .. } in workbook.sheets_metadata().to_vec() {
        if is_hidden(&name, visible, choices) {
            sheets.hidden.push(name.as_str().into());
            continue;
        }
        let rows = match table(file, &name, choices) {
            None => None,
            Some(table) => table.read(lines(&workbook.worksheet_range(&name).map_err(wrong)?).map(Ok))?,
        };
        sheets.add(&name, rows);
    }
    Ok(sheets)
}

/// A sheet that nobody sees is read only if a person chose it by its name.
fn is_hidden(name: &str, visible: SheetVisible, choices: &[Choice]) -> bool {
    visible != SheetVisible::Visible && !choices.iter().any(|choice| choice.is_of(&name.into()))
}

/// The sheet's table, unless another sheet was chosen.
fn table<'a>(file: &Arc<str>, name: &str, choices: &'a [Choice]) -> Option<Table<'a>> {
    let sheet = Arc::new(Untrusted::from(name));
    let wanted = choices.is_empty() || choices.iter().any(|choice| choice.takes(Some(&sheet)));
    wanted.then(|| Table { file: file.clone(), sheet: Some(sheet), choices })
}

fn of_xlsx(file: &Arc<str>, error: XlsxError) -> ContactsError {
    match error {
        XlsxError::Password => ContactsError::Password { file: file.to_string() },
        error => ContactsError::workbook(file, &error.to_string()),
    }
}

fn lines(range: &Range<Data>) -> impl Iterator<Item = Line> {
    let (row, column) = range.start().unwrap_or_default();
    let before = vec![Cell::Empty; usize::try_from(column).unwrap_or_default()];
    (u64::from(row) + 1..).zip(range.rows()).filter_map(move |(row, cells)| {
        let cells: Vec<Cell> = before.iter().cloned().chain(cells.iter().map(cell)).collect();
        cells.iter().any(|cell| *cell != Cell::Empty).then_some(Line { row, cells })
    })
}

/// The sides of a sheet (Excel specifications and limits).
const ROWS: u64 = 1_048_576;
const COLUMNS: usize = 16_384;

/// The cells of a sheet, gathered into rows.
struct XlsxLines<'a, 'b> {
    file: &'a Arc<str>,
    sheet: Option<Arc<Untrusted>>,
    /// Nothing behind the end: the reader must not be asked again.
    cells: Option<XlsxCellReader<'b, Cursor<&'a [u8]>>>,
    /// The first cell of the next row.
    ahead: Option<(u64, usize, Cell)>,
}

impl XlsxLines<'_, '_> {
    fn next_cell(&mut self) -> Result<Option<(u64, usize, Cell)>, ContactsError> {
        if let Some(ahead) = self.ahead.take() {
            return Ok(Some(ahead));
        }
        while let Some(cells) = &mut self.cells {
            let Some(found) = cells.next_cell().map_err(|error| of_xlsx(self.file, error))? else {
                self.cells = None;
                break;
            };
            let (row, column) = found.get_position();
            let (row, column) = (u64::from(row) + 1, usize::try_from(column).unwrap_or(usize::MAX));
            if row > ROWS || column >= COLUMNS {
                let place = Place { file: self.file.clone(), sheet: self.sheet.clone(), row, column: Some(column) };
                let why = "no sheet of Excel reaches so far; the file is damaged".to_owned();
                return Err(ContactsError::At { place, why });
            }
            match cell(found.get_value()) {
                Cell::Empty => {}
                value => return Ok(Some((row, column, value))),
            }
        }
        Ok(None)
    }

    fn next_line(&mut self) -> Result<Option<Line>, ContactsError> {
        let mut line: Option<Line> = None;
        while let Some((row, column, value)) = self.next_cell()? {
            let line = line.get_or_insert_with(|| Line { row, cells: Vec::new() });
            if row != line.row {
                self.ahead = Some((row, column, value));
                break;
            }
            line.cells.resize(line.cells.len().max(column + 1), Cell::Empty);
            line.cells.splice(column..=column, [value]);
        }
        Ok(line)
    }
}

impl Iterator for XlsxLines<'_, '_> {
    type Item = Result<Line, ContactsError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_line().transpose()
    }
}

/// Some workbooks count the days from 1904. A number that somebody gave the form of a date is none.
fn dated(moment: ExcelDateTime) -> Option<DateTime> {
    moment::of_serial(moment.as_f64())?;
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let small = |number: u8| i8::try_from(number).unwrap_or_default();
    let year = i16::try_from(year).unwrap_or_default();
    DateTime::new(year, small(month), small(day), small(hour), small(minute), small(second), 0).ok()
}

fn cell(value: &impl DataType) -> Cell {
    if value.is_empty() {
        return Cell::Empty;
    }
    if let Some(text) = value.get_string() {
        return if text.trim().is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
    }
    let serial = value.get_datetime().map(|moment| moment.as_f64());
    let iso = value.get_datetime_iso().and_then(moment::read);
    let number = value.get_float().or(value.get_int().map(|number| number as f64));
    match (value.get_datetime().and_then(dated).or(iso), number.or(serial)) {
        (Some(moment), _) => Cell::Moment(moment),
        (None, Some(number)) => Cell::Number(number),
        (None, None) => Cell::Text(value.as_string().unwrap_or_else(|| "#".to_owned())),
    }
}
