//! An approval pins the exact plan: every TPDU, every limit, the line, the dates. What differs from it
//! later is named.
//!
//! Canonical form, so that anyone can make the plan code again (`src/record/FORMAT.md` section 7): for each pinned key in
//! order of its octets `KEY=LENGTH:VALUE` and a line feed (LENGTH in octets); then for each person in the order of the
//! plan, which is that of the lists and not that of the persons' numbers, and last for the test phone, the SHA-256 of the
//! salt and `PERSON TO` and the hexadecimal TPDUs, each behind a space. The root is the SHA-256 of all that, the code its
//! first eighty bits. The leaves are salted, so that a known text and the root do not give a number away once the salts
//! are erased.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::LineIdentity;
use super::code::Code;
use super::file::CaseFile;
use super::pinned::{self, Pinned, Seed};
use super::plan::{Plan, Planned};
use super::texts::{Listed, Texts};
use crate::ids::{Msisdn, Sha256};
use crate::text::Untrusted;

/// What was approved, by whom. Goes into an erasable body of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The code of the plan.
    pub plan_code: String,
    /// Who approved.
    pub by: String,
    /// How sure it is that they did.
    pub strength: Strength,
    /// The SIM.
    pub line: LineIdentity,
    /// Every pinned key of the case, and the words.
    pub pins: BTreeMap<String, String>,
    /// Everyone, with every TPDU.
    #[serde(deserialize_with = "pinned::people")]
    pub people: Vec<Arc<Pinned>>,
    /// The test phone.
    pub test: Option<Arc<Pinned>>,
    /// What the approver answered or signed; nothing where a name was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signed>,
}

/// A file that approves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// Its name in `approval/`.
    pub file: String,
    /// Its digest.
    pub sha256: Sha256,
    /// Whom a mail says that it is from, or the key that signed. A mail proves neither.
    pub from: Option<String>,
}

/// How sure it is who approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Somebody typed the approver's name: the weakest kind.
    NameOnly,
    /// A mail or a text whose first line is `APPROVED` and the code.
    Answer,
    /// An SSH signature over the sheet, by a key of `approval/allowed_signers`.
    SshSignature,
}

impl Strength {
    /// What it is, and what it is worth.
    pub fn words(self) -> &'static str {
        match self {
            Self::NameOnly => "a name typed at the computer: the weakest kind, it proves not who typed it",
            Self::Answer => {
                "an answer with the plan's code: it shows that the code was known to whoever wrote it, not who that was"
            }
            Self::SshSignature => "an SSH signature over the sheet: it shows that the approver's key was used",
        }
    }
}

/// Everything of a plan that an approval pins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The code of the plan.
    pub plan_code: Code,
    /// The SIM.
    pub line: LineIdentity,
    /// Every pinned key of the case, and the words.
    pub pins: BTreeMap<String, String>,
    /// Everyone, with every TPDU.
    pub people: Vec<Arc<Pinned>>,
    /// The test phone.
    pub test: Option<Arc<Pinned>>,
}

/// What the files of a case say now.
#[derive(Debug, Clone)]
pub struct Now<'a> {
    pins: BTreeMap<String, String>,
    texts: &'a Texts,
}

/// A case file that was read can be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("case.toml cannot be pinned: {0}")]
pub struct PinError(String);

impl<'a> Now<'a> {
    /// Of `case.toml`, the words, and the digest of `approval/allowed_signers`, if there is one.
    pub fn of(file: &CaseFile, texts: &'a Texts, signers: Option<&Sha256>) -> Result<Self, PinError> {
        Ok(Self { pins: pins(file, texts, signers)?, texts })
    }
}

impl Draft {
    /// Pins a plan; the same seed gives the same code.
    pub fn pin(plan: &Plan, now: &Now, line: LineIdentity, seed: &Seed) -> Self {
        let pinned = |planned: &Planned| {
            let Planned { person, to, name, text } = planned.clone();
            let parts = now.texts.get(text).parts.clone();
            Arc::new(Pinned { person, to, name, parts, salt: seed.salt(person) })
        };
        let people: Vec<Arc<Pinned>> = plan.people.iter().map(pinned).collect();
        let test = plan.test.as_ref().map(pinned);
        let mut pins = now.pins.clone();
        pins.insert("line.iccid".into(), line.iccid.to_string());
        pins.insert("line.imsi".into(), line.imsi.to_string());
        let plan_code = Code::of(&root(&pins, people.iter().chain(&test)));
        Self { plan_code, line, pins, people, test }
    }

    /// What is pinned otherwise than on a sheet with these pins.
    pub fn differs_from(&self, sheet: &BTreeMap<String, String>) -> Vec<Difference> {
        changes(sheet, &self.pins)
    }

    /// On somebody's word.
    pub fn approved(self, by: &str, strength: Strength, signed: Option<Signed>) -> Approval {
        let Self { plan_code, line, pins, people, test } = self;
        Approval { plan_code: plan_code.to_string(), by: by.to_owned(), strength, line, pins, people, test, signed }
    }
}

/// Something that is not as it was approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// A stable word.
    pub code: &'static str,
    /// In plain words, with both values.
    pub words: String,
}

impl Approval {
    /// Whether the code belongs to what is pinned here, the line included.
    pub fn is_whole(&self) -> Whole {
        let code = Code::of(&root(&self.pins, self.people.iter().chain(&self.test)));
        let same_line = self.pinned("line.iccid") == self.line.iccid.as_str()
            && self.pinned("line.imsi") == self.line.imsi.as_str();
        if same_line && code.as_str() == self.plan_code { Whole::Yes } else { Whole::No }
    }

    /// As if some people had never been in it, and their leaves of the plan's code.
    pub fn without(&self, gone: &dyn Fn(&Msisdn) -> bool) -> (Self, BTreeMap<u32, Sha256>) {
        let (out, people) = self.people.iter().cloned().partition::<Vec<_>, _>(|pinned| gone(&pinned.to));
        let test = self.test.clone().filter(|pinned| !gone(&pinned.to));
        let out = out.iter().chain(self.test.iter().filter(|_| test.is_none()));
        let leaves = out.map(|pinned| (pinned.person, pinned.leaf())).collect();
        (Self { people, test, ..self.clone() }, leaves)
    }

    /// The TPDU of one part.
    pub fn tpdu(&self, person: u32, part: u8) -> Option<(&Msisdn, Vec<u8>)> {
        let pinned = self.people.iter().chain(&self.test).find(|pinned| pinned.person == person)?;
        Some((&pinned.to, pinned.tpdu(part)?))
    }

    /// Everything that is now not as it was approved. People who are `excused` (opted out, or tried
    /// already) may be missing from the lists: narrowing never voids an approval.
    pub fn differs(&self, listed: &Listed, now: &Now, excused: &BTreeSet<Msisdn>) -> Vec<Difference> {
        let before = self.pins.iter().filter(|(key, _)| !FOUND.contains(&key.as_str()));
        let before = before.map(|(key, value)| (key.clone(), value.clone())).collect();
        let mut found = changes(&before, &now.pins);
        found.extend(self.people_differ(listed, now.texts, excused));
        found
    }

    fn people_differ(&self, listed: &Listed, texts: &Texts, excused: &BTreeSet<Msisdn>) -> Vec<Difference> {
        let pinned: BTreeMap<&Msisdn, &Pinned> = self.people.iter().map(|pinned| (&pinned.to, &**pinned)).collect();
        let counts = |to: &&Msisdn| !excused.contains(*to);
        let numbers = || listed.iter().map(|(to, _)| to);
        let added = numbers().filter(|to| !pinned.contains_key(to)).filter(counts);
        let removed = pinned.keys().copied().filter(|to| listed.get(to).is_none()).filter(counts);
        let other_text = |to: &&Msisdn| match (pinned.get(*to), listed.get(to)) {
            (Some(pinned), Some(which)) => pinned.parts != texts.get(which).parts,
            _ => false,
        };
        let altered = numbers().filter(other_text).filter(counts);
        let say = |code, to: &Msisdn, what| Difference { code, words: format!("{} {what}", to.masked()) };
        added
            .map(|to| say("recipient-added", to, "is in the lists but was not approved"))
            .chain(removed.map(|to| say("recipient-removed", to, "was approved but is not in the lists any more")))
            .chain(altered.map(|to| say("message-changed", to, "would get other parts than were approved")))
            .collect()
    }

    fn pinned(&self, key: &str) -> &str {
        self.pins.get(key).map(String::as_str).unwrap_or_default()
    }
}

/// Whether an approval is unaltered in itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// The code fits.
    Yes,
    /// It does not.
    No,
}

/// Which stable word a changed key gets; the first prefix that fits counts.
const KINDS: &[(&str, &str)] = &[
    ("message", "message-changed"),
    ("limits.hours", "hours-changed"),
    ("limits.timezone", "hours-changed"),
    ("limits", "limit-changed"),
    ("authority", "authority-changed"),
    ("line", "line-changed"),
    ("people", "people-changed"),
    ("replies", "replies-changed"),
    ("approval", "signers-changed"),
];

/// Pinned from what `check` found; compared with the SIM that is there, not with the files.
const FOUND: [&str; 2] = ["line.iccid", "line.imsi"];

/// Keys that have another value, are new or are gone.
fn changes(before: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<Difference> {
    let keys: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let value = |values: &BTreeMap<String, String>, key: &str| values.get(key).cloned();
    let changed = keys.into_iter().filter(|key| value(before, key) != value(now, key));
    changed.map(|key| changed_key(key, value(before, key), value(now, key))).collect()
}

fn changed_key(key: &str, before: Option<String>, now: Option<String>) -> Difference {
    let code = KINDS.iter().find(|(prefix, _)| key.starts_with(prefix)).map_or("case-changed", |(_, code)| code);
    let shown = |value: Option<String>| value.map_or("(nothing)".to_owned(), |value| shown(&value));
    let words = match key {
        "message.sha256" => "the message is not the one that was approved".to_owned(),
        _ if key.starts_with(LANGUAGE) => of_language(key, before.as_ref(), now.as_ref()),
        SIGNERS => "approval/allowed_signers is not as it was when the plan was approved".to_owned(),
        _ => format!("{key} was {} when it was approved and is now {}", shown(before), shown(now)),
    };
    Difference { code, words }
}

fn of_language(key: &str, before: Option<&String>, now: Option<&String>) -> String {
    let language = Untrusted::from(key.trim_start_matches(LANGUAGE)).for_log();
    match (before, now) {
        (None, _) => format!("the text for the language {language} was not approved"),
        (_, None) => format!("the text for the language {language} was approved and is not there any more"),
        _ => format!("the text for the language {language} is not the one that was approved"),
    }
}

/// The digest of the words of each language.
const LANGUAGE: &str = "message.languages.";

/// Who may sign.
const SIGNERS: &str = "approval.signers";

/// Every key of the case file as text, and the digests of the words and of the list of signers. How their files are
/// named is no matter.
fn pins(file: &CaseFile, texts: &Texts, signers: Option<&Sha256>) -> Result<BTreeMap<String, String>, PinError> {
    let mut pins = BTreeMap::new();
    for (section, keys) in toml::Table::try_from(file).map_err(|error| PinError(error.to_string()))? {
        for (key, value) in keys.as_table().into_iter().flatten() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            pins.insert(format!("{section}.{key}"), text);
        }
    }
    pins.remove("message.file");
    pins.remove("message.languages");
    pins.insert("message.sha256".into(), texts.main().message.sha256().to_string());
    pins.extend(texts.pins().map(|(language, sha256)| (format!("{LANGUAGE}{}", language.as_str()), sha256)));
    pins.extend(signers.map(|signers| (SIGNERS.to_owned(), signers.to_string())));
    Ok(pins)
}

fn root<'a>(pins: &BTreeMap<String, String>, people: impl Iterator<Item = &'a Arc<Pinned>>) -> Sha256 {
    let pins = pins.iter().map(|(key, value)| format!("{key}={}:{value}\n", value.len()).into_bytes());
    let leaves = people.map(|pinned| pinned.leaf().octets().to_vec());
    Sha256::of_pieces(pins.chain(leaves))
}

fn shown(value: &str) -> String {
    Untrusted::from(value).for_log()
}
