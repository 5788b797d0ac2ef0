//! Where a number stands: file, sheet, row, cell. It goes with the number wherever that is shown.

use std::fmt;
use std::sync::Arc;

use crate::text::Untrusted;

/// Where a number stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file's name.
    pub file: Arc<str>,
    /// The sheet, in a workbook.
    pub sheet: Option<Arc<Untrusted>>,
    /// The row of the sheet, or the line of the text, from 1.
    pub row: u64,
    /// The column, from 0; nothing where there are no columns.
    pub column: Option<usize>,
}

impl Place {
    /// As a spreadsheet names it, such as `B4`; only in a workbook.
    pub fn cell(&self) -> Option<String> {
        let column = self.column.filter(|_| self.sheet.is_some())?;
        Some(format!("{}{}", letters(column), self.row))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        match (&self.sheet, self.cell(), self.column) {
            (Some(sheet), Some(cell), _) => {
                write!(f, ", sheet {}, row {}, cell {cell}", sheet.for_terminal(), self.row)
            }
            (Some(sheet), None, _) => write!(f, ", sheet {}, row {}", sheet.for_terminal(), self.row),
            (None, _, Some(column)) => write!(f, ", line {}, column {}", self.row, column.saturating_add(1)),
            (None, _, None) => write!(f, ", line {}", self.row),
        }
    }
}

/// `A` to `Z`, then `AA`.
fn letters(column: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(column % 26).unwrap_or_default());
    match (column / 26).checked_sub(1) {
        Some(left) => format!("{}{letter}", letters(left)),
        None => letter.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(column), name);
        }
    }

    #[test]
    fn each_kind_of_file_names_its_places_in_its_own_way() {
        let text = Place { file: "c.csv".into(), sheet: None, row: 4, column: Some(1) };
        assert_eq!((text.to_string().as_str(), text.cell()), ("c.csv, line 4, column 2", None));
        assert_eq!(Place { column: None, ..text.clone() }.to_string(), "c.csv, line 4");
        let sheet = Place { sheet: Some(Arc::new("Calls\u{1b}".into())), ..text };
        assert_eq!(sheet.to_string(), "c.csv, sheet Calls\\u{1b}, row 4, cell B4");
    }
}
