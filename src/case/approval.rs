//! An approval pins the exact plan: every TPDU, every limit, the line, the dates. What differs from it
//! later is named.
//!
//! Canonical form, so that anyone can make the plan code again: for each pinned key in order of the
//! alphabet `KEY=LENGTH:VALUE` and a line feed (LENGTH in octets); then for each person in order of
//! their number the SHA-256 of the person's salt and `PERSON TO` and the hexadecimal TPDUs, each
//! behind a space. The root is the SHA-256 of all that, the code its first eighty bits. The leaves are
//! salted, so that a known text and the root do not give a number away once the salts are erased.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::LineIdentity;
use super::code::Code;
use super::file::CaseFile;
use super::message::Message;
use super::parts::Parts;
use super::pinned::{self, Pinned};
use super::plan::{Plan, Planned};
use super::terms::Terms;
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
}

/// How sure it is who approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Somebody typed the approver's name: the weakest kind.
    NameOnly,
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
    /// Pins a plan. `salt` gives 16 fresh random octets each time.
    pub fn pin(
        plan: &Plan,
        file: &CaseFile,
        message: &Message,
        line: LineIdentity,
        by: &str,
        salt: &mut dyn FnMut() -> [u8; 16],
    ) -> Self {
        let mut pinned = |planned: &Planned| {
            let Planned { person, to, name } = planned.clone();
            Arc::new(Pinned { person, to, name, parts: plan.text.clone(), salt: salt() })
        };
        let people: Vec<Arc<Pinned>> = plan.people.iter().map(&mut pinned).collect();
        let test = plan.test.as_ref().map(&mut pinned);
        let mut pins = pins(file, message);
        pins.insert("line.iccid".into(), line.iccid.to_string());
        pins.insert("line.imsi".into(), line.imsi.to_string());
        let plan_code = Code::of(&root(&pins, people.iter().chain(&test))).to_string();
        Self { plan_code, by: by.to_owned(), strength: Strength::NameOnly, line, pins, people, test }
    }

    /// Whether the code belongs to what is pinned here, the line included.
    pub fn is_whole(&self) -> Whole {
        let code = Code::of(&root(&self.pins, self.people.iter().chain(&self.test)));
        let same_line = self.pinned("line.iccid") == self.line.iccid.as_str()
            && self.pinned("line.imsi") == self.line.imsi.as_str();
        if same_line && code.as_str() == self.plan_code { Whole::Yes } else { Whole::No }
    }

    /// The TPDU of one part.
    pub fn tpdu(&self, person: u32, part: u8) -> Option<(&Msisdn, Vec<u8>)> {
        let pinned = self.people.iter().chain(&self.test).find(|pinned| pinned.person == person)?;
        Some((&pinned.to, pinned.tpdu(part)?))
    }

    /// Everything that is now not as it was approved. People who are `excused` (opted out, or tried
    /// already) may be missing from the lists: narrowing never voids an approval.
    pub fn differs(
        &self,
        listed: &BTreeSet<Msisdn>,
        file: &CaseFile,
        message: &Message,
        excused: &BTreeSet<Msisdn>,
    ) -> Vec<Difference> {
        let now = pins(file, message);
        let changed = now.iter().filter(|(key, value)| self.pins.get(*key) != Some(value));
        let mut found: Vec<Difference> = changed.map(|(key, value)| self.changed(key, value)).collect();
        found.extend(self.people_differ(listed, message, excused));
        found
    }

    fn changed(&self, key: &str, now: &str) -> Difference {
        let before = self.pins.get(key).map(String::as_str).unwrap_or("(nothing)");
        let code = KINDS.iter().find(|(prefix, _)| key.starts_with(prefix)).map_or("case-changed", |(_, code)| code);
        let words = match key {
            "message.sha256" => "the message is not the one that was approved".to_owned(),
            _ => format!("{key} was {} when it was approved and is now {}", shown(before), shown(now)),
        };
        Difference { code, words }
    }

    fn people_differ(
        &self,
        listed: &BTreeSet<Msisdn>,
        message: &Message,
        excused: &BTreeSet<Msisdn>,
    ) -> Vec<Difference> {
        let text = Parts::of_message(message).ok();
        let pinned: BTreeMap<&Msisdn, &Pinned> = self.people.iter().map(|pinned| (&pinned.to, &**pinned)).collect();
        let counts = |to: &&Msisdn| !excused.contains(*to);
        let added = listed.iter().filter(|to| !pinned.contains_key(to)).filter(counts);
        let removed = pinned.keys().copied().filter(|to| !listed.contains(*to)).filter(counts);
        let other_text = |to: &&Msisdn| pinned.get(*to).is_some_and(|pinned| Some(&pinned.parts) != text.as_ref());
        let altered = listed.iter().filter(other_text).filter(counts);
        let say = |code, to: &Msisdn, what| Difference { code, words: format!("{} {what}", to.masked()) };
        added
            .map(|to| say("recipient-added", to, "is in the lists but was not approved"))
            .chain(removed.map(|to| say("recipient-removed", to, "was approved but is not in the lists any more")))
            .chain(altered.map(|to| say("message-changed", to, "would get other parts than were approved")))
            .collect()
    }

    /// What the approver reads: complete, 80 columns. It never prints the line that approves it, so
    /// that a refusal which quotes it does not pass for one.
    pub fn sheet(&self, terms: &Terms, message: &Message, now: Timestamp) -> String {
        let mut sheet = String::new();
        let shown = |moment| terms.hours.shown(moment);
        let count = message.count();
        let _ = write!(
            sheet,
            "SIGNPOST - PLAN FOR APPROVAL\n\nPlan code  {}\nMade       {}\n\n\
             On whose word, purpose, exhibit:\n{}\nSIM            {}\n\n\
             On the air     {} to {}\nTexts          {} to {}\nHours          {} ({})\n\
             At most        {} people, {}\n\nThe words ({} characters, {} part(s) each):\n\n",
            self.plan_code,
            shown(now),
            on_whose_word(terms),
            self.line.iccid,
            shown(terms.authority.listen.from),
            shown(terms.authority.listen.until),
            shown(terms.authority.send.from),
            shown(terms.authority.send.until),
            self.pinned("limits.hours"),
            self.pinned("limits.timezone"),
            terms.at_most,
            if terms.pace == 0 { "as fast as the modem".to_owned() } else { format!("{} parts a minute", terms.pace) },
            count.characters,
            count.parts,
        );
        for line in message.text().lines() {
            folded(&mut sheet, &one_line(line));
        }
        let test = self.test.as_ref().map_or("nobody", |test| test.to.as_str());
        let _ = writeln!(sheet, "\nThe team's own phone, which gets the first text: {test}");
        let _ = writeln!(sheet, "\n{} people:\n", self.people.len());
        for pinned in &self.people {
            let name = pinned.name.as_ref().map(Untrusted::for_terminal).unwrap_or_default();
            let name: String = name.chars().take(NAME_WIDTH).collect();
            let _ = writeln!(sheet, "{:>5}  {:<16} {}", pinned.person, pinned.to, name);
        }
        sheet.push_str(WEAKEST);
        sheet
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

/// So many characters of words stand on one line of the sheet.
const FOLD: usize = 76;

/// So many of a name; the name is not pinned, the number is.
const NAME_WIDTH: usize = 55;

const WEAKEST: &str = "\nAn approval for which somebody only types the approver's name is the\n\
weakest kind: it proves that the name was typed at this computer,\n\
not who typed it.\n";

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
];

/// Every key of the case file as text, and the digest of the words. The file's own name is no matter.
fn pins(file: &CaseFile, message: &Message) -> BTreeMap<String, String> {
    let mut pins = BTreeMap::new();
    if let Ok(toml::Value::Table(sections)) = toml::Value::try_from(file) {
        for (section, keys) in sections {
            for (key, value) in keys.as_table().into_iter().flatten() {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                pins.insert(format!("{section}.{key}"), text);
            }
        }
    }
    pins.remove("message.file");
    pins.insert("message.sha256".into(), message.sha256().to_string());
    pins
}

fn root<'a>(pins: &BTreeMap<String, String>, people: impl Iterator<Item = &'a Arc<Pinned>>) -> Sha256 {
    let pins = pins.iter().map(|(key, value)| format!("{key}={}:{value}\n", value.len()).into_bytes());
    let leaves = people.map(|pinned| pinned.leaf().octets().to_vec());
    Sha256::of_pieces(pins.chain(leaves))
}

fn on_whose_word(terms: &Terms) -> String {
    let authority = &terms.authority;
    let mut text = String::new();
    for line in [&authority.reference, &authority.granted_by, &authority.purpose, &terms.exhibit] {
        folded(&mut text, &one_line(line));
    }
    text
}

/// Writes one line of words in 80 columns. Behind `|` it begins, behind `+` it goes on, so that no
/// piece of it can pass for a line of the sheet or of a mail, and none of it is lost.
fn folded(sheet: &mut String, line: &str) {
    let characters: Vec<char> = line.chars().collect();
    let pieces = characters.chunks(FOLD).map(|piece| piece.iter().collect::<String>());
    for (index, piece) in pieces.enumerate() {
        let _ = writeln!(sheet, "  {} {piece}", if index == 0 { '|' } else { '+' });
    }
    if line.is_empty() {
        sheet.push_str("  |\n");
    }
}

fn one_line(text: &str) -> String {
    Untrusted::from(text).for_terminal()
}

fn shown(value: &str) -> String {
    Untrusted::from(value).for_log()
}
