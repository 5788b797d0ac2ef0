//! Contact lists: every row ends as exactly one of *to be texted* or *left out, because*.
//!
//! Octets in, rows out: which of the readers below takes a file is decided by what is in it, not by its name. Nothing is
//! opened here; `cli` hands the octets in.

pub mod choice;
mod damage;
mod delimited;
pub mod encoding;
mod far;
pub mod keyed;
pub mod leave_out;
mod moment;
pub mod place;
mod sort;
mod table;
mod vcard;
mod workbook;

use std::fmt;
use std::sync::Arc;

use jiff::civil::DateTime;

pub use choice::Choice;
use encoding::Written;
pub use keyed::Keyed;
pub use leave_out::{LeaveOut, read_leave_out};
pub use place::Place;
pub use sort::{LeftOut, Recipient, Rules, Sorted, Speaks, Why, sort};
use table::Table;
use workbook::Sheets;

use super::language::Language;
use super::number::NumberProblem;
use crate::text::Untrusted;

/// One number of a list, as it stands in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it stands.
    pub from: Place,
    /// The number as written.
    pub number: Untrusted,
    /// The name as written.
    pub name: Option<Untrusted>,
    /// The language that a text should be in.
    pub language: Option<Language>,
    /// Where the report says that it has it from.
    pub source: Option<Untrusted>,
    /// When the report says that it was used, by the report's own clock.
    pub seen: Option<DateTime>,
}

/// A file, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// All rows; each in a place of its own, because a list becomes people row by row.
    pub rows: Vec<Box<Row>>,
    /// What kind of file it is.
    pub format: Format,
    /// Sheets of which nothing was read, because they have no numbers or were not chosen.
    pub unread: Vec<Untrusted>,
    /// Sheets of which nothing was read, because whoever opens the workbook does not see them.
    pub hidden: Vec<Untrusted>,
}

/// What kind of file it is, and how it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Delimited text.
    Delimited {
        /// In which encoding.
        written: Written,
        /// What stands between the columns.
        separator: char,
    },
    /// A workbook of Excel.
    Xlsx,
    /// A workbook of LibreOffice.
    Ods,
    /// vCards.
    Vcard(Written),
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Format::Delimited { written, separator } => {
                let name = match separator {
                    ';' => "semicolons",
                    '\t' => "tabs",
                    '|' => "pipes",
                    _ => "commas",
                };
                write!(f, "text in {written}, columns by {name}")
            }
            Format::Xlsx => f.write_str("XLSX workbook"),
            Format::Ods => f.write_str("ODS workbook"),
            Format::Vcard(written) => write!(f, "vCards in {written}"),
        }
    }
}

/// Why a list cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContactsError {
    /// The file is nothing that can be read.
    #[error("{file}: it is no text, no XLSX, no ODS and no vCard")]
    NotText {
        /// The file.
        file: String,
    },
    /// A list of numbers to leave out is delimited text.
    #[error(
        "{file}: it is a workbook; a list of numbers to leave out is a text: save the sheet as CSV, the number first"
    )]
    LeaveOutWorkbook {
        /// The file.
        file: String,
    },
    /// Something is wrong at a place.
    #[error("{place}: {why}")]
    At {
        /// Where.
        place: Place,
        /// What is wrong.
        why: String,
    },
    /// The workbook's reader gives up.
    #[error("{file}: the workbook cannot be read ({why}); it may be cut off or damaged")]
    Workbook {
        /// The file.
        file: String,
        /// The reader's words.
        why: String,
    },
    /// Its cells are too many, or stand too far away.
    #[error(
        "{file}: a sheet reaches too far, by a cell or a format that is far away from the others, or repeats without end; \
         delete the empty rows and columns, or export it as CSV"
    )]
    TooFar {
        /// The file.
        file: String,
    },
    /// It is encrypted.
    #[error("{file}: it is protected with a password; save it without one")]
    Password {
        /// The file.
        file: String,
    },
    /// The format of Excel before 2007.
    #[error("{file}: it is a workbook of the old kind (XLS); save it as XLSX")]
    OldWorkbook {
        /// The file.
        file: String,
    },
    /// Which column holds the numbers?
    #[error(
        "{file}: no column is headed number, phone, mobile, telephone or msisdn; name it with --column HEAD or --column SHEET!HEAD{sheets}"
    )]
    NoColumn {
        /// The file.
        file: String,
        /// Its sheets, in words; empty for a text.
        sheets: String,
    },
    /// A spreadsheet rounded a number.
    #[error(
        "{place}: {} is what a spreadsheet leaves of a long number: its last digits are gone. Export the list again with this column as text, or as XLSX straight from the tool that has the numbers",
        shown.for_terminal()
    )]
    Rounded {
        /// Where.
        place: Place,
        /// What stands there.
        shown: Untrusted,
    },
    /// A number that is to be left out cannot be read.
    #[error(
        "{place}: this number cannot be read ({problem}); if it were skipped, someone might be texted who must not be"
    )]
    LeaveOut {
        /// Where.
        place: Place,
        /// What is wrong with it.
        problem: NumberProblem,
    },
    /// A number that is to be left out may stand in another place than the first column.
    #[error(
        "{place}: a number stands here; in this list the first column has the number, one to a line, and the second the reason"
    )]
    LeaveOutElsewhere {
        /// Where.
        place: Place,
    },
}

impl ContactsError {
    fn at(file: &Arc<str>, line: u64, why: &str) -> Self {
        let place = Place { file: file.clone(), sheet: None, row: line, column: None };
        Self::At { place, why: why.to_owned() }
    }

    fn workbook(file: &Arc<str>, why: &str) -> Self {
        Self::Workbook { file: file.to_string(), why: Untrusted::from(why).for_terminal() }
    }
}

/// How a ZIP archive begins (APPNOTE 4.3.7); an ODS file then names its kind (OpenDocument 1.3 part 2, 3.3).
const ZIP: &[u8] = b"PK\x03\x04";
const ODS: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet";
/// How a compound file begins (MS-CFB 2.2): an old workbook, or a new one with a password.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The stream that holds a workbook with a password (MS-OFFCRYPTO 2.3.4.4). Its name is looked for without reading the
/// compound file, which calamine does only if that is whole.
const ENCRYPTED: &str = "EncryptedPackage";

/// Reads a list; the columns of numbers are found by their heads, unless a person chose them.
pub fn read(file: &str, octets: &[u8], choices: &[Choice]) -> Result<List, ContactsError> {
    let file: Arc<str> = file.into();
    if octets.starts_with(ZIP) {
        let is_ods = octets.get(30..30 + ODS.len()) == Some(ODS);
        return match is_ods {
            true => of_sheets(&file, workbook::ods(&file, octets, choices)?, Format::Ods),
            false => of_sheets(&file, workbook::xlsx(&file, octets, choices)?, Format::Xlsx),
        };
    }
    if octets.starts_with(COMPOUND) {
        let encrypted: Vec<u8> = ENCRYPTED.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let is_encrypted = octets.windows(encrypted.len()).any(|piece| piece == encrypted);
        let file = file.to_string();
        return Err(if is_encrypted { ContactsError::Password { file } } else { ContactsError::OldWorkbook { file } });
    }
    of_text(file, octets, choices)
}

fn of_text(file: Arc<str>, octets: &[u8], choices: &[Choice]) -> Result<List, ContactsError> {
    let (text, written) = encoding::decode(octets).ok_or_else(|| no_text(&file, octets))?;
    if vcard::is_vcard(&text) {
        // Where a card names its own encoding, it is asked for the octets, those of a mark aside.
        let is_utf_16 = written.encoding.starts_with("UTF-16");
        let plain = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
        let rows = vcard::read(&file, if is_utf_16 { text.as_bytes() } else { plain })?;
        return Ok(List { rows, format: Format::Vcard(written), unread: Vec::new(), hidden: Vec::new() });
    }
    let separator = delimited::separator(&text);
    let table = Table { file: file.clone(), sheet: None, choices };
    let rows = match table.read(delimited::lines(&file, &text, separator))? {
        Some(rows) => rows,
        None if text.trim().is_empty() => Vec::new(),
        None => return Err(ContactsError::NoColumn { file: file.to_string(), sheets: String::new() }),
    };
    Ok(List { rows, format: Format::Delimited { written, separator }, unread: Vec::new(), hidden: Vec::new() })
}

/// A single character that no text has is shown where it stands: the rest is a list all the same.
fn no_text(file: &Arc<str>, octets: &[u8]) -> ContactsError {
    match encoding::stray(octets) {
        Some((line, column, c)) => {
            let place = Place { file: file.clone(), sheet: None, row: line, column: None };
            let why = format!("character {column} is U+{:04X}, which no text has", u32::from(c));
            ContactsError::At { place, why }
        }
        None => ContactsError::NotText { file: file.to_string() },
    }
}

/// A workbook of which no sheet could be read is an error: nobody in it would be texted, and nobody would know.
fn of_sheets(file: &Arc<str>, sheets: Sheets, format: Format) -> Result<List, ContactsError> {
    let Sheets { rows, read, unread, hidden } = sheets;
    if read.is_empty() {
        let hidden = hidden.iter().map(|sheet| format!("{} (hidden)", sheet.for_terminal()));
        let names: Vec<String> = unread.iter().map(Untrusted::for_terminal).chain(hidden).collect();
        return Err(ContactsError::NoColumn {
            file: file.to_string(),
            sheets: format!(" (sheets: {})", names.join(", ")),
        });
    }
    Ok(List { rows, format, unread, hidden })
}

#[cfg(test)]
mod tests;
