//! `leave-out.csv`: numbers that must not be texted, with the reasons.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::table::{Cell, Line, NUMBER_HEADS, could_be_a_number};
use super::{COMPOUND, ContactsError, Place, ZIP, delimited, encoding, no_text};
use crate::case::number::{self, NumberProblem, Realm};
use crate::ids::Msisdn;
use crate::text::Untrusted;

/// Numbers that must not be texted, with their reasons.
pub type LeaveOut = BTreeMap<Msisdn, String>;

/// Reads number, reason. A number that cannot be read is an error, except where no such number could ever be texted; so is
/// a line that has it in another place.
pub fn read_leave_out(file: &str, octets: &[u8], realm: Realm) -> Result<LeaveOut, ContactsError> {
    if octets.starts_with(ZIP) || octets.starts_with(COMPOUND) {
        return Err(ContactsError::LeaveOutWorkbook { file: file.to_owned() });
    }
    let file: Arc<str> = file.into();
    let (text, _) = encoding::decode(octets).ok_or_else(|| no_text(&file, octets))?;
    let mut list = LeaveOut::new();
    for line in delimited::lines(&file, &text, delimited::separator(&text)) {
        let line = line?;
        if line.row == 1 && line.cells.first().is_some_and(is_head) {
            continue;
        }
        number_first(&file, &line)?;
        let field = |at: usize| line.cells.get(at).map(Cell::text).unwrap_or_default();
        match read(&field(0), realm) {
            Ok(number) => drop(list.insert(number, field(1))),
            Err(problem) if could_be_texted(problem) => return Err(unread(&file, &line, problem)),
            Err(_) => {}
        }
    }
    Ok(list)
}

/// A number that lost its nought is taken with it, and one of any country: that can only leave out more, and which countries
/// may be texted is decided elsewhere, and later.
fn read(text: &str, realm: Realm) -> Result<Msisdn, NumberProblem> {
    number::with_nought(text, realm).map_or_else(|| number::read_of_any(text, realm), Ok)
}

/// Whether something is wrong with the number itself. The other kinds (landlines, short codes and the like) are texted in no
/// case.
fn could_be_texted(problem: NumberProblem) -> bool {
    use NumberProblem::{Empty, Foreign, Length, LostNought, NoRange, Unreadable};
    matches!(problem, Empty | Foreign | Length | LostNought | NoRange | Unreadable)
}

fn is_head(cell: &Cell) -> bool {
    NUMBER_HEADS.contains(&Untrusted::from(cell.text()).for_match().as_str())
}

/// The number stands in the first column, and only there.
fn number_first(file: &Arc<str>, line: &Line) -> Result<(), ContactsError> {
    let elsewhere = line.cells.iter().skip(1).position(could_be_a_number);
    elsewhere.map_or(Ok(()), |at| Err(ContactsError::LeaveOutElsewhere { place: place(file, line, at + 1) }))
}

fn unread(file: &Arc<str>, line: &Line, problem: NumberProblem) -> ContactsError {
    ContactsError::LeaveOut { place: place(file, line, 0), problem }
}

fn place(file: &Arc<str>, line: &Line, column: usize) -> Place {
    Place { file: file.clone(), sheet: None, row: line.row, column: Some(column) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let list = read_leave_out("l", text.as_bytes(), Realm::Real).map_err(|error| error.to_string())?;
        Ok(list.into_iter().map(|(number, reason)| format!("{number} {reason}")).collect())
    }

    #[test]
    fn whoever_may_be_texted_under_some_terms_is_taken_in() {
        let list =
            "number,reason\n07700900001,a\n7700900002,b\n+353 85 123 4567,c\n00353851234568,d\n0115 496 0123,e\n";
        let expected = ["+353851234567 c", "+353851234568 d", "+447700900001 a", "+447700900002 b"];
        assert_eq!(read(list).unwrap(), expected);
    }

    #[test]
    fn a_line_that_would_bar_nobody_or_the_wrong_one_is_an_error() {
        for (list, words) in [
            (",07700900002,officer\n", "l, line 1, column 2: a number stands"),
            ("number,reason\n,officer\n", "l, line 2, column 1: this number cannot be read (there is no number)"),
            ("07700900001,07700900002,two phones\n", "l, line 1, column 2: a number stands"),
            ("07700900001,x,+44 7700 900002\n", "l, line 1, column 3: a number stands"),
            ("O7700900123,x\n", "l, line 1, column 1: this number cannot be read"),
            ("+353 (0)85 123 4567,x\n", "l, line 1, column 1: this number cannot be read"),
            ("number\n07700900001,x\u{1a}\n", "l, line 2: character 14 is U+001A, which no text has"),
            ("PK\u{3}\u{4} and so on", "l: it is a workbook"),
            ("name,number\nAnn,07700900001\n", "l, line 1, column 1: this number cannot be read"),
        ] {
            let error = read(list).unwrap_err();
            assert!(error.starts_with(words), "{list}: {error}");
        }
    }
}
