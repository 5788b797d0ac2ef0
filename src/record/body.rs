//! The bodies of the entries that speak of the case, the line and the decisions of people.
//!
//! One struct a kind; what it is for is in `FORMAT.md`. A body may be erased under authority, so
//! everything that names a person lies here and nothing of the kind in the header. Fields are only
//! ever added, with a default; a later version's record must still be read.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::outside;
use crate::case::PartId;
use crate::case::clearance::Refusal;
use crate::hex;
use crate::ids::Sha256;
use crate::text::Untrusted;

/// Real work or training: decided once, in the first entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nature {
    /// A seized line.
    Real,
    /// The embedded handset.
    Training,
}

/// The first entry of every record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Real or training.
    pub nature: Nature,
    /// The version of the format, as in `FORMAT.md`.
    pub format: u32,
    /// The case's own reference or folder name.
    pub case: String,
    /// The version of signpost that made the record.
    pub signpost: String,
}

impl Opened {
    /// For a new case, made by this version of signpost.
    pub fn new(nature: Nature, case: impl Into<String>) -> Self {
        Self { nature, format: super::FORMAT, case: case.into(), signpost: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// A verb began to work on the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionStarted {
    /// The verb: `send`, `capture`, `check`.
    pub verb: String,
    /// The version of signpost.
    pub version: String,
    /// The computer's name.
    pub host: String,
    /// The process.
    pub pid: u32,
    /// The port, where one is used.
    pub port: Option<String>,
    /// The stop that this session was told to go on after: only stops with a higher number stand.
    #[serde(default)]
    pub after_stop: Option<u64>,
    /// The digest of the program's own file, where it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256>,
}

/// The verb ended in order; without this entry it was killed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEnded {
    /// Why it ended.
    pub why: String,
}

/// What drives the line, in the words of the device and the card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Device {
    /// The port.
    pub port: String,
    /// +CGMI.
    #[serde(with = "outside::option")]
    pub maker: Option<Untrusted>,
    /// +CGMM.
    #[serde(with = "outside::option")]
    pub model: Option<Untrusted>,
    /// +CGMR.
    #[serde(with = "outside::option")]
    pub firmware: Option<Untrusted>,
    /// +CGSN.
    #[serde(with = "outside::option")]
    pub imei: Option<Untrusted>,
    /// EF_ICCID or the dialect's command.
    #[serde(with = "outside::option")]
    pub iccid: Option<Untrusted>,
    /// +CIMI.
    #[serde(with = "outside::option")]
    pub imsi: Option<Untrusted>,
    /// +CSCA?.
    #[serde(with = "outside::option")]
    pub smsc: Option<Untrusted>,
    /// +COPS?.
    #[serde(with = "outside::option")]
    pub operator: Option<Untrusted>,
    /// +CSQ, 0-31, 99 unknown.
    pub signal: Option<u8>,
    /// Whatever else is known of it: what `check` found for its readiness card (`FORMAT.md` section 7).
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    pub more: serde_json::Value,
}

/// One storage, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Census {
    /// `SM`, `ME`, …
    pub storage: String,
    /// Slots in use.
    pub used: u32,
    /// Slots in all.
    pub total: u32,
    /// The slots in use, where they could be listed.
    #[serde(default)]
    pub slots: Vec<u32>,
}

impl Census {
    /// Whose it is, in words: the SIM's texts are set apart from what a device kept of any SIM that was ever in it.
    pub fn whose(&self) -> &'static str {
        whose(&self.storage)
    }
}

/// As [`Census::whose`].
pub fn whose(storage: &str) -> &'static str {
    match storage {
        "SM" => "on the SIM",
        "SR" => "delivery reports kept by the device",
        _ => "in the device's own store, perhaps of an earlier case or owner; not the SIM's",
    }
}

/// Which copy of the SIM it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Round {
    /// At the first contact.
    Before,
    /// At the end.
    After,
}

/// One file of the SIM, as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Which copy.
    pub round: Round,
    /// Its identifier, four hexadecimal digits.
    pub file: String,
    /// Its name in the standard.
    pub name: String,
    /// SW1 and SW2 of the card, or the device's words.
    #[serde(with = "outside")]
    pub status: Untrusted,
    /// Its records, or its octets as one, as hexadecimal digits; none if it could not be read.
    pub records: Vec<String>,
}

/// One setting of the device, asked for and read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// `CNMI`, `CPMS`, …
    pub what: String,
    /// What we asked for.
    pub asked: String,
    /// What it was.
    #[serde(default, with = "outside::option")]
    pub before: Option<Untrusted>,
    /// What it became.
    #[serde(default, with = "outside::option")]
    pub after: Option<Untrusted>,
}

/// A contacts file as received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contacts {
    /// Its name.
    #[serde(with = "outside")]
    pub file: Untrusted,
    /// Its digest.
    pub sha256: Sha256,
    /// Rows in it.
    pub rows: u32,
    /// People who come of them.
    pub people: u32,
    /// Rows left out.
    pub left_out: u32,
    /// The columns of numbers that a person chose, as `SHEET!HEAD`; empty: found by their heads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chosen: Vec<String>,
}

/// A plan was put before the approver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The code of the plan.
    pub plan_code: String,
    /// What the salts of its people come from: 32 octets.
    #[serde(with = "hex::text")]
    pub seed: Vec<u8>,
    /// Every pinned key of the case.
    pub pins: BTreeMap<String, String>,
    /// How many people.
    pub people: u32,
    /// The digest of `approval/sheet-CODE.txt`.
    pub sha256: Sha256,
    /// The digest of `approval/people-CODE.txt`; nothing in a record from before, whose sheet has it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<Sha256>,
}

/// One reason of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The stable code, such as `sim-differs`.
    pub code: String,
    /// In plain words.
    pub text: String,
}

/// A rule refused what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The verb.
    pub verb: String,
    /// All reasons at once.
    pub reasons: Vec<Reason>,
}

impl Refused {
    /// For these reasons.
    pub fn of(verb: &str, refusals: &[Refusal]) -> Self {
        let reason = |refusal: &Refusal| Reason { code: refusal.code().into(), text: refusal.to_string() };
        Self { verb: verb.to_owned(), reasons: refusals.iter().map(reason).collect() }
    }
}

/// A number is not to be texted any more, by a person's decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    /// The number.
    pub number: String,
    /// Why.
    pub why: String,
}

/// A number is to be texted after all, by a person's decision. It lifts no opt-out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Included {
    /// The number.
    pub number: String,
    /// Why.
    pub why: String,
    /// For what reasons it was out, all of which the person lifted; nothing in a record from before: whatever could be lifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifts: Option<BTreeSet<Lifts>>,
}

/// A reason to be out that a person can lift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lifts {
    /// A person excluded it.
    Excluded,
    /// It lost the nought at its beginning: the person says that it is this number.
    LostNought,
    /// Another case of the station texted it.
    OtherCase,
}

impl Lifts {
    /// In plain words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Excluded => "it was excluded",
            Self::LostNought => "the 0 at its beginning was lost",
            Self::OtherCase => "another case of this station texted it",
        }
    }
}

/// What a hold forbids until it is lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Forbids {
    /// Texting.
    Sending,
    /// Reading stored texts.
    Reading,
}

/// Something waits for a person's decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// `clock-differs`, `reading-flips-unread`, `run-paused`.
    pub code: String,
    /// In plain words.
    pub why: String,
    /// What must not be done meanwhile.
    pub forbids: Forbids,
    /// The slot that it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<Place>,
}

/// A slot of a storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// `SM`, `ME`, …
    pub storage: String,
    /// The slot.
    pub index: u32,
}

/// How a person settles a part that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Settled {
    /// It was sent.
    Sent,
    /// It was not sent; it is not sent again in this case.
    NotSent,
}

/// What a person resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Resolves {
    /// A part that was not known.
    Part {
        /// Which.
        part: PartId,
        /// How.
        how: Settled,
    },
    /// A hold.
    Hold {
        /// Its code.
        code: String,
    },
}

/// A person's decision, with name and reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// What was resolved and how.
    #[serde(flatten)]
    pub resolves: Resolves,
    /// Who decided.
    pub by: String,
    /// Why.
    pub why: String,
}

/// What a stop ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ends {
    /// Sending; listening goes on.
    Sending,
    /// Everything.
    All,
}

/// No new part from here on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Why.
    pub why: String,
    /// What it ends.
    pub ends: Ends,
}

/// Sending waits: closed hours, no network, pace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// In plain words.
    pub why: String,
    /// Until when, where that is known.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

/// What went wrong with the device, the disk or the clock, and when it was well again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// `device-gone`, `device-back`, `reboot`, `store-full`, …
    pub code: String,
    /// In plain words.
    pub what: String,
}

/// The notice of a run that asks a person how many people are to be texted.
pub const ASKS: &str = "asks-number";
/// The notice of a run whose parts that may go have all gone.
pub const ALL_SENT: &str = "all-sent";
/// The notice of a run that sends no more, and why.
pub const NOT_SENDING: &str = "not-sending";
/// The notice of a run that a person ended while a text was on its way: that is waited for.
pub const ENDING: &str = "ending";

/// Something that the device or the network said or that was noticed, and that is neither a reply nor a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// `registration`, `signal`, `toolkit`, `storage`, `device`, `image`, `pin`, `alert` (a test of it), `remark`,
    /// [`ASKS`], [`ALL_SENT`], [`NOT_SENDING`], [`ENDING`].
    pub code: String,
    /// In plain words.
    pub what: String,
    /// In the device's words, where it said something.
    #[serde(default, with = "outside::option")]
    pub said: Option<Untrusted>,
}

/// From here on the line is listened to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listening {
    /// When it was last listened to before; nothing at the first time.
    pub last: Option<Timestamp>,
    /// Whole seconds between, when nobody listened. What arrived then lies in a storage or with the network.
    pub gap_s: Option<u64>,
    /// How the time before ended, in plain words.
    pub why: String,
}

/// The computer's clock against the device's, which may have its time from the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockChecked {
    /// `+CCLK`, as told.
    #[serde(with = "outside")]
    pub device: Untrusted,
    /// Seconds by which the computer is ahead; nothing if the device does not know the time.
    pub ahead_s: Option<i64>,
}
