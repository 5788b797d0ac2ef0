//! The error of every decoder: which field, at which octet, why. And the shared small parsers.

use nom::bytes::complete::take;
use nom::error::{ContextError, ErrorKind, FromExternalError, ParseError};
use nom::number::complete::u8 as octet;
use nom::{IResult, Parser};

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
    /// This version does not decode it.
    Unsupported,
    /// Anything else.
    Malformed,
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

    pub(super) fn unsupported(what: &'static str) -> Self {
        Self { path: vec![what], octet: 0, reason: Reason::Unsupported }
    }

    pub(super) fn shifted(self, octets: usize) -> Self {
        Self { octet: self.octet + octets, ..self }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let reason = match self.reason {
            Reason::TooShort => "the octets end too soon",
            Reason::TooLong => "there are octets left over",
            Reason::Length => "this length is impossible",
            Reason::Unsupported => "this version does not decode it",
            Reason::Malformed => "it is malformed",
        };
        write!(f, "{} at octet {}: {reason}", self.path.join(", "), self.octet)
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

impl<E> FromExternalError<&[u8], E> for Failure {
    fn from_external_error(input: &[u8], kind: ErrorKind, _: E) -> Self {
        Self::from_error_kind(input, kind)
    }
}

pub(super) type Parsed<'a, T> = IResult<&'a [u8], T, Failure>;

/// Runs a parser over all octets.
pub(super) fn whole<'a, T>(
    name: &'static str,
    mut parser: impl Parser<&'a [u8], Output = T, Error = Failure>,
    octets: &'a [u8],
) -> Result<T, Error> {
    match parser.parse(octets) {
        Ok(([], value)) => Ok(value),
        Ok((rest, _)) => Err(Error { path: vec![name], octet: octets.len() - rest.len(), reason: Reason::TooLong }),
        Err(nom::Err::Error(failure) | nom::Err::Failure(failure)) => {
            let mut path = vec![name];
            path.extend(failure.path);
            Err(Error { path, octet: octets.len().saturating_sub(failure.left), reason: failure.reason })
        }
        Err(nom::Err::Incomplete(_)) => Err(Error { path: vec![name], octet: octets.len(), reason: Reason::TooShort }),
    }
}

/// Fails here with a reason.
pub(super) fn fail<T>(input: &[u8], reason: Reason) -> Parsed<'_, T> {
    Err(nom::Err::Failure(Failure { path: Vec::new(), left: input.len(), reason }))
}

/// One octet.
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
