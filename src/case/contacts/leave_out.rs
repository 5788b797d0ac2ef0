//! `leave-out.csv`: numbers that must not be texted, with the reasons.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::table::{Cell, NUMBER_HEADS};
use super::{ContactsError, Place, delimited, encoding};
use crate::case::number::{self, NumberProblem, Realm};
use crate::ids::Msisdn;
use crate::text::Untrusted;

/// Numbers that must not be texted, with their reasons.
pub type LeaveOut = BTreeMap<Msisdn, String>;

/// Reads number, reason. A number that cannot be read is an error, except where no such number could be texted anyway.
pub fn read_leave_out(file: &str, octets: &[u8], realm: Realm) -> Result<LeaveOut, ContactsError> {
    let (text, _) = encoding::decode(octets).ok_or_else(|| ContactsError::NotText { file: file.to_owned() })?;
    let file: Arc<str> = file.into();
    let mut list = LeaveOut::new();
    for line in delimited::lines(&file, &text, delimited::separator(&text)) {
        let line = line?;
        let field = |at: usize| line.cells.get(at).map(Cell::text).unwrap_or_default();
        let (text, reason) = (field(0), field(1));
        // A number that lost its nought is taken with it: that can only leave out more.
        let read = number::with_nought(&text, realm).map_or_else(|| number::read(&text, realm), Ok);
        match read {
            Ok(number) => drop(list.insert(number, reason)),
            Err(_) if line.row == 1 && NUMBER_HEADS.contains(&Untrusted::from(text.as_str()).for_match().as_str()) => {}
            Err(problem @ (NumberProblem::Unreadable | NumberProblem::Length | NumberProblem::NoRange)) => {
                let place = Place { file: file.clone(), sheet: None, row: line.row, column: Some(0) };
                return Err(ContactsError::LeaveOut { place, problem });
            }
            Err(_) => {}
        }
    }
    Ok(list)
}
