//! Contact lists: every row ends as exactly one of *to be texted* or *left out, because*.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use csv::StringRecord;

use super::number::{self, NumberProblem, Realm};
use crate::ids::Msisdn;
use crate::text::Untrusted;

/// One row of a list, as it stands in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The file's name.
    pub file: Arc<str>,
    /// The line in it, from 1.
    pub line: u64,
    /// The number as written.
    pub number: Untrusted,
    /// The name as written.
    pub name: Option<Untrusted>,
}

/// Someone to be texted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The number.
    pub to: Msisdn,
    /// The first row that has it.
    pub row: Row,
}

/// A row that leads to no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The row.
    pub row: Row,
    /// Why.
    pub why: Why,
}

/// Why a row is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The number stands in an earlier row.
    RepeatOf {
        /// The earlier row's line.
        line: u64,
    },
    /// It is no mobile number that may be texted.
    Number(NumberProblem),
    /// `leave-out.csv` names it.
    Listed {
        /// The reason that stands there.
        reason: String,
    },
    /// They opted out on this station, in this case or another.
    OptedOut,
}

impl Why {
    /// A stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Why::RepeatOf { .. } => "repeat",
            Why::Number(problem) => problem.code(),
            Why::Listed { .. } => "leave-out-list",
            Why::OptedOut => "opted-out",
        }
    }

    /// In plain words.
    pub fn words(&self) -> String {
        match self {
            Why::RepeatOf { line } => format!("it repeats row {line}"),
            Why::Number(problem) => problem.to_string(),
            Why::OptedOut => "they opted out on this station, in this case or another".to_owned(),
            Why::Listed { reason } if reason.is_empty() => "leave-out.csv names it".to_owned(),
            Why::Listed { reason } => format!("leave-out.csv: {}", Untrusted::from(reason.as_str()).for_terminal()),
        }
    }
}

/// Why a list cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContactsError {
    /// The file is no text.
    #[error("{file}: it is not a text file in UTF-8")]
    NotText {
        /// The file.
        file: String,
    },
    /// The reader's words.
    #[error("{file}, line {line}: {why}")]
    Csv {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// Which column holds the numbers?
    #[error(
        "{file}: no column is headed number, phone, mobile, telephone or msisdn, and there is more than one column"
    )]
    NoColumn {
        /// The file.
        file: String,
    },
    /// A number that is to be left out cannot be read.
    #[error(
        "{file}, line {line}: this number cannot be read ({problem}); if it were skipped, someone might be texted who must not be"
    )]
    LeaveOut {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        problem: NumberProblem,
    },
}

/// Numbers that must not be texted, with their reasons.
pub type LeaveOut = BTreeMap<Msisdn, String>;

/// Every row, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sorted {
    /// To be texted, in order of the lists.
    pub people: Vec<Recipient>,
    /// Left out.
    pub left_out: Vec<LeftOut>,
}

const NUMBER_HEADS: [&str; 8] =
    ["number", "phone", "mobile", "telephone", "msisdn", "tel", "phone number", "phone_number"];
const NAME_HEADS: [&str; 5] = ["name", "contact", "contact name", "display name", "full name"];

/// Reads a comma-, semicolon- or tab-separated list, with a header line or of one column.
pub fn read(file: &str, octets: &[u8]) -> Result<Vec<Row>, ContactsError> {
    let mut lines = lines(file, octets)?;
    let Some((line, first)) = lines.next().transpose()? else { return Ok(Vec::new()) };
    let heads: Vec<String> = first.iter().map(|field| Untrusted::from(field).for_match()).collect();
    let column = |names: &[&str]| heads.iter().position(|head| names.contains(&head.as_str()));
    let (number, name, first) = match column(&NUMBER_HEADS) {
        Some(number) => (number, column(&NAME_HEADS), None),
        None if first.len() == 1 => (0, None, Some((line, first))),
        None => return Err(ContactsError::NoColumn { file: file.to_owned() }),
    };
    let file: Arc<str> = file.into();
    let row = |(line, fields): Line| Row {
        file: file.clone(),
        line,
        number: fields.get(number).unwrap_or_default().into(),
        name: name.and_then(|at| fields.get(at)).filter(|name| !name.is_empty()).map(Untrusted::from),
    };
    first.map(Ok).into_iter().chain(lines).map(|line| line.map(row)).collect()
}

/// Reads `leave-out.csv`: number, reason. A number that cannot be read is an error, except where no
/// such number could be texted anyway.
pub fn read_leave_out(file: &str, octets: &[u8], realm: Realm) -> Result<LeaveOut, ContactsError> {
    let mut list = LeaveOut::new();
    for line in lines(file, octets)? {
        let (line, fields) = line?;
        let text = fields.get(0).unwrap_or_default();
        let reason = fields.get(1).unwrap_or_default().to_owned();
        match number::read(text, realm) {
            Ok(number) => drop(list.insert(number, reason)),
            Err(_) if line == 1 && NUMBER_HEADS.contains(&Untrusted::from(text).for_match().as_str()) => {}
            Err(problem @ (NumberProblem::Unreadable | NumberProblem::Length | NumberProblem::NoRange)) => {
                return Err(ContactsError::LeaveOut { file: file.to_owned(), line, problem });
            }
            Err(_) => {}
        }
    }
    Ok(list)
}

/// Sorts rows into people and left out.
pub fn sort(rows: Vec<Row>, leave_out: &LeaveOut, realm: Realm) -> Sorted {
    let mut sorted = Sorted::default();
    let mut seen: BTreeMap<Msisdn, u64> = BTreeMap::new();
    for row in rows {
        let why = match number::read(row.number.for_record(), realm) {
            Err(problem) => Why::Number(problem),
            Ok(to) => match (seen.get(&to), leave_out.get(&to)) {
                (Some(line), _) => Why::RepeatOf { line: *line },
                (None, Some(reason)) => Why::Listed { reason: reason.clone() },
                (None, None) => {
                    seen.insert(to.clone(), row.line);
                    sorted.people.push(Recipient { to, row });
                    continue;
                }
            },
        };
        sorted.left_out.push(LeftOut { row, why });
    }
    sorted
}

impl Sorted {
    /// All rows there were.
    pub fn rows(&self) -> usize {
        self.people.len() + self.left_out.len()
    }

    /// Leaves those out as well who opted out before.
    pub fn without(self, opted_out: impl Fn(&Msisdn) -> bool) -> Self {
        let (out, people): (Vec<_>, Vec<_>) = self.people.into_iter().partition(|person| opted_out(&person.to));
        let out = out.into_iter().map(|person| LeftOut { row: person.row, why: Why::OptedOut });
        Self { people, left_out: self.left_out.into_iter().chain(out).collect() }
    }

    /// How many were left out for which reason, most first.
    pub fn reasons(&self) -> Vec<(&'static str, usize)> {
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        self.left_out.iter().for_each(|left| *counts.entry(left.why.code()).or_default() += 1);
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(code, count)| (std::cmp::Reverse(*count), *code));
        counts
    }

    /// The numbers of all people.
    pub fn numbers(&self) -> BTreeSet<Msisdn> {
        self.people.iter().map(|person| person.to.clone()).collect()
    }
}

/// The number of a line, and its fields.
type Line = (u64, StringRecord);

/// Lines that hold something. The separator is the one that the first line has most of.
fn lines<'a>(
    file: &'a str,
    octets: &'a [u8],
) -> Result<impl Iterator<Item = Result<Line, ContactsError>>, ContactsError> {
    let text = std::str::from_utf8(octets).map_err(|_| ContactsError::NotText { file: file.to_owned() })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().next().unwrap_or_default();
    let separator =
        [b',', b';', b'\t'].into_iter().max_by_key(|s| first.bytes().filter(|b| b == s).count()).unwrap_or(b',');
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let holds = |line: &Result<Line, _>| line.as_ref().map_or(true, |(_, fields)| fields.iter().any(|f| !f.is_empty()));
    Ok(reader.into_records().map(|record| line(file, record)).filter(holds))
}

fn line(file: &str, record: Result<StringRecord, csv::Error>) -> Result<Line, ContactsError> {
    let number = |position: Option<&csv::Position>| position.map(csv::Position::line).unwrap_or_default();
    let wrong = |line, why| ContactsError::Csv { file: file.to_owned(), line, why };
    let record = record.map_err(|error| wrong(number(error.position()), error.to_string()))?;
    let line = number(record.position());
    if record.iter().any(|field| field.contains('\n')) {
        return Err(wrong(line, "a quotation mark is opened here and closed on another line".to_owned()));
    }
    Ok((line, record))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(csv: &str) -> Sorted {
        let leave =
            read_leave_out("leave-out.csv", b"07700 900003,informant\n0115 496 0123,office", Realm::Real).unwrap();
        sort(read("c.csv", csv.as_bytes()).unwrap(), &leave, Realm::Real)
    }

    #[test]
    fn every_row_ends_somewhere_once() {
        let csv = "\u{feff}Name;Phone\nA;07700 900001\n;\nB;+447700900001\nC;0115 496 0123\nD;07700900003\nE;abc\nF;";
        let sorted = sorted(csv);
        assert_eq!(sorted.rows(), 6);
        assert_eq!(sorted.people.len(), 1);
        let why: Vec<(u64, &str)> = sorted.left_out.iter().map(|left| (left.row.line, left.why.code())).collect();
        assert_eq!(why, [(4, "repeat"), (5, "landline"), (6, "leave-out-list"), (7, "unreadable"), (8, "empty")]);
    }

    #[test]
    fn a_list_of_one_column_needs_no_head() {
        assert_eq!(sorted("07700900001\n07700900002\n").people.len(), 2);
    }

    #[test]
    fn lists_that_cannot_be_read() {
        assert!(matches!(read("c", b"a,b\n1,2"), Err(ContactsError::NoColumn { .. })));
        assert!(matches!(read("c", &[0xff, 0xfe]), Err(ContactsError::NotText { .. })));
        assert!(matches!(read("c", b"phone\n\"07700900001\n07700900002\n"), Err(ContactsError::Csv { line: 2, .. })));
        let unreadable = read_leave_out("l", b"O7700900123,x", Realm::Real);
        assert!(matches!(unreadable, Err(ContactsError::LeaveOut { line: 1, .. })));
    }
}
