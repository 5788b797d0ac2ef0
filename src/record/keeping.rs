//! The bodies of the entries about the record itself: notes, seals, the closing, what was erased, and who looked.
//!
//! As in [`super::body`], fields are only ever added, with a default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::outside;
use crate::case::approval::Approval;
use crate::hex;
use crate::ids::Sha256;
use crate::text::Untrusted;

/// A file that goes with a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// Its name.
    #[serde(with = "outside")]
    pub name: Untrusted,
    /// Its octets.
    #[serde(with = "hex::text")]
    pub octets: Vec<u8>,
}

/// A person's note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The words.
    pub text: String,
    /// A file with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Attached>,
}

/// Another person is at work from here on: the one in the entry's header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// Who was at work before, as far as the record says.
    pub from: String,
    /// What was said about how things stand; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
}

/// A checkpoint or closing seal: the station's signature over the entry before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// The entry that is sealed: always the one before the seal.
    pub upto: u64,
    /// Its hash.
    pub head: Sha256,
    /// The short code of that hash, for the notebook.
    pub code: String,
    /// The station's public key, in OpenSSH's one-line form.
    pub key: String,
    /// The SSHSIG, armoured.
    pub signature: String,
}

/// The case is closed. After it only erasures, notes, marks and seals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// In plain words.
    pub why: String,
    /// The comparison of the SIM, or why there is none.
    #[serde(default)]
    pub line: serde_json::Value,
}

/// Bodies were erased under authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// The entries whose salt and body are gone.
    pub seqs: Vec<u64>,
    /// On whose authority.
    pub authority: String,
    /// Why.
    pub why: String,
    /// Files of the case folder that went with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Gone>,
}

/// A file that was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    /// Its place in the case folder.
    pub file: String,
    /// What it was.
    pub sha256: Sha256,
    /// How long.
    pub octets: u64,
}

/// What an approval that was erased for some people says of everybody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remains {
    /// The approval's entry.
    pub of: u64,
    /// The approval without the people who were erased.
    pub approval: Approval,
    /// Their leaves of the plan's code, by their number in the plan: with them the code can still be made again. Their salts
    /// are gone, so that no number can be guessed from a leaf.
    pub leaves: BTreeMap<u32, Sha256>,
}

/// Somebody looked at what people wrote, or took it out (Data Protection Act 2018 section 62).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// At what.
    pub what: Looked,
    /// Which part of it, without any name, number or word: `urgent`, `for support`.
    #[serde(default)]
    pub which: String,
}

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Looked {
    /// Replies on a screen or for a script.
    Replies,
    /// Pages were written.
    Report,
    /// A bundle for others was written.
    Export,
}
