//! The error of every decoder: which field, at which octet, why. And the shared small parsers.

use nom::IResult;
use nom::bytes::complete::take;
use nom::error::{ContextError, ErrorKind, ParseError};
use nom::number::complete::u8 as octet;

/// Why octets are no TPDU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    path: Vec<&'static str>,
    octet: usize,
    reason: Reason,
}

/// What is wrong at that octet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The octets end too soon.
    TooShort,
    /// There are more octets than the TPDU has.
    TooLong,
    /// A length that no such field can have.
    Length,
    /// Anything else.
    Malformed,
}

impl Reason {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Reason::TooShort => "the octets end too soon",
            Reason::TooLong => "there are octets left over",
            Reason::Length => "this length is impossible",
            Reason::Malformed => "it is malformed",
        }
    }
}

impl Error {
    /// The field, outermost first: `["SMS-DELIVER", "TP-OA"]`.
    pub fn path(&self) -> &[&'static str] {
        &self.path
    }

    /// The octet, from 0.
    pub fn octet(&self) -> usize {
        self.octet
    }

    /// What is wrong.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The field in one word: `SMS-DELIVER.TP-OA.value`.
    pub fn field(&self) -> String {
        self.path.join(".")
    }

    pub(super) fn at(path: Vec<&'static str>, octet: usize, reason: Reason) -> Self {
        Self { path, octet, reason }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at octet {}: {}", self.path.join(", "), self.octet, self.reason.words())
    }
}

impl std::error::Error for Error {}

/// The error while parsing: what is left of the input tells where.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    path: Vec<&'static str>,
    left: usize,
    reason: Reason,
}

impl Failure {
    /// Of an input that ended `behind` octets before the one that is reported on.
    pub(super) fn within(mut self, context: &'static str, behind: usize) -> Self {
        self.path.insert(0, context);
        Self { left: self.left + behind, ..self }
    }
}

impl ParseError<&[u8]> for Failure {
    fn from_error_kind(input: &[u8], kind: ErrorKind) -> Self {
        let reason = match kind {
            ErrorKind::Eof => Reason::TooShort,
            ErrorKind::Verify => Reason::Length,
            _ => Reason::Malformed,
        };
        Self { path: Vec::new(), left: input.len(), reason }
    }

    fn append(_: &[u8], _: ErrorKind, other: Self) -> Self {
        other
    }
}

impl ContextError<&[u8]> for Failure {
    fn add_context(_: &[u8], context: &'static str, mut other: Self) -> Self {
        other.path.insert(0, context);
        other
    }
}

/// The error of a field at `path`, whose input ends before octet `end`.
#[cold]
pub(super) fn error(path: &[&'static str], end: usize, error: nom::Err<Failure>) -> Error {
    match error {
        nom::Err::Error(failure) | nom::Err::Failure(failure) => {
            Error::at([path, &failure.path].concat(), end.saturating_sub(failure.left), failure.reason)
        }
        nom::Err::Incomplete(_) => Error::at(path.to_vec(), end, Reason::TooShort),
    }
}

pub(super) type Parsed<'a, T> = IResult<&'a [u8], T, Failure>;

/// Fails here with a reason.
pub(super) fn fail<T>(input: &[u8], reason: Reason) -> Parsed<'_, T> {
    Err(nom::Err::Failure(Failure { path: Vec::new(), left: input.len(), reason }))
}

/// One octet.
#[inline]
pub(super) fn one(input: &[u8]) -> Parsed<'_, u8> {
    octet(input)
}

/// Seven octets.
pub(super) fn seven(input: &[u8]) -> Parsed<'_, [u8; 7]> {
    let (rest, octets) = take(7usize)(input)?;
    match octets.try_into() {
        Ok(array) => Ok((rest, array)),
        Err(_) => fail(input, Reason::TooShort),
    }
}
