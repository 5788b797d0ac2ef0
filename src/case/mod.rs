//! Floor 3: the rules, pure. No I/O: what files hold is handed in.
//!
//! | file | what |
//! |---|---|
//! | [`mod@file`] · [`edit`] · [`terms`] | `case.toml` as it stands, as a text, and what it means |
//! | [`authority`] · [`hours`] · [`tempo`] | when, and until when |
//! | [`number`] · [`contacts`] | who |
//! | [`message`] · [`language`] · [`texts`] | what: the words, and who gets which |
//! | [`cost`] · [`mend`] · [`advice`] | what a text costs, what would make it cheaper, what it lacks |
//! | [`parts`] · [`plan`] | every TPDU |
//! | [`approval`] · [`pinned`] · [`code`] | what was pinned, and what differs from it now |
//! | [`sheet`] · [`signers`] · [`answer`] | what the approver reads, whose key may sign it, and what they answer |
//! | [`clearance`] | may this one part go at this one moment? |
//! | [`sim`] · [`sim_text`] · [`sim_numbers`] | the SIM's files, the texts in them, the numbers in them |
//! | [`optout`] | STOP words and urgent words |

pub mod advice;
pub mod answer;
pub mod approval;
pub mod authority;
pub mod clearance;
pub mod code;
pub mod contacts;
pub mod cost;
pub mod edit;
pub mod file;
pub mod hours;
pub mod language;
pub mod mend;
pub mod message;
pub mod number;
pub mod optout;
pub mod parts;
pub mod pinned;
pub mod plan;
pub mod sheet;
pub mod signers;
pub mod sim;
pub mod sim_numbers;
pub mod sim_text;
pub mod tempo;
pub mod terms;
pub mod texts;

#[cfg(test)]
mod schema;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::{Iccid, Imsi};

/// The line: one SIM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineIdentity {
    /// The card's number.
    pub iccid: Iccid,
    /// The subscriber.
    pub imsi: Imsi,
}

/// Which part of whose message. Person 0 is the team's own test phone; people of the plan count
/// from 1; parts count from 1. Shown and read as `17.2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PartId {
    /// The person's number in the plan.
    pub person: u32,
    /// The part of that person's message.
    pub part: u8,
}

impl fmt::Display for PartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.person, self.part)
    }
}

/// A part is written as two numbers with a dot between, such as `17.2`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a part is written as two numbers with a dot between, such as 17.2")]
pub struct PartIdError;

impl FromStr for PartId {
    type Err = PartIdError;

    fn from_str(text: &str) -> Result<Self, PartIdError> {
        let (person, part) = text.split_once('.').ok_or(PartIdError)?;
        Ok(Self { person: person.parse().map_err(|_| PartIdError)?, part: part.parse().map_err(|_| PartIdError)? })
    }
}

impl From<PartId> for String {
    fn from(part: PartId) -> Self {
        part.to_string()
    }
}

impl TryFrom<String> for PartId {
    type Error = PartIdError;

    fn try_from(text: String) -> Result<Self, PartIdError> {
        text.parse()
    }
}
