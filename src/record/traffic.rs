//! The bodies of the entries that speak of what went over the wire: out, in, and what became of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::outside;
use super::token::{Ending, Quiet, Reached, Reference, Verdict};
use crate::case::PartId;
use crate::hex;
use crate::ids::Msisdn;
use crate::text::Untrusted;

/// Which way octets went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dir {
    /// From the device to us.
    In,
    /// From us to the device.
    Out,
}

/// Octets as they passed the tap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireChunk {
    /// When.
    pub at: Timestamp,
    /// Nanoseconds of the monotonic clock.
    pub mono: u64,
    /// Which way.
    pub dir: Dir,
    /// What.
    #[serde(with = "hex::text")]
    pub octets: Vec<u8>,
}

/// Several chunks: at most what passed between two commits, never of two attempts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wire {
    /// In the order in which they passed.
    pub chunks: Vec<WireChunk>,
}

/// The intent to hand one part to the handset, durable before the first octet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intended {
    /// Which part.
    pub part: PartId,
    /// To whom.
    pub to: Msisdn,
    /// The exact SMS-SUBMIT.
    #[serde(with = "hex::text")]
    pub tpdu: Vec<u8>,
    /// From 1.
    pub attempt: u32,
    /// The authority's reference.
    pub authority: String,
    /// The approved plan.
    pub plan_code: String,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The intent's entry.
    pub intent: u64,
    /// Its part.
    pub part: PartId,
    /// The judgement.
    pub judged: Verdict,
    /// How far the octets got.
    pub reached: Reached,
    /// What ended it.
    pub ending: Ending,
    /// The `+CMGS:` line, if one came, whatever the judgement.
    pub reference: Option<Reference>,
    /// Milliseconds from Ctrl-Z to the ending.
    pub since_submit_ms: Option<u64>,
    /// Whether the time between was undisturbed.
    pub quiet: Quiet,
}

/// What a capture holds: the fields of its TPDU, or why it could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decoded {
    /// The capture's entry.
    pub capture: u64,
    /// The fields, or the error.
    #[serde(flatten)]
    pub reading: Reading,
    /// The capture whose very octets these are: the network delivered it twice. It is kept, and shown once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<u64>,
}

/// What came of decoding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// The fields, as the codec shows them.
    Tpdu(serde_json::Value),
    /// In the codec's words.
    Error(String),
}

/// What TP-Status says (23.040 clause 9.2.3.15), by its consequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportClass {
    /// Received by the recipient's device.
    Delivered,
    /// Forwarded; the service centre cannot tell more.
    Forwarded,
    /// Replaced by the service centre.
    Replaced,
    /// Still being tried.
    Pending,
    /// Given up.
    Failed,
    /// Failed for now, and the service centre does not try any more.
    FailedTemporary,
    /// The validity period ran out.
    Expired,
}

/// How a report was matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatchedBy {
    /// TP-MR, TP-RA and the very TP-SCTS of `+CMGS:`.
    ReferenceAndStamp,
    /// TP-MR, TP-RA and a TP-SCTS within the attempt.
    ReferenceAndTime,
    /// TP-RA and TP-SCTS; exactly one open part fits.
    OnlyOneFits,
    /// Nothing fits.
    Nothing,
}

/// A status report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// The capture's entry.
    pub capture: u64,
    /// The part that it speaks of.
    pub part: Option<PartId>,
    /// The attempt that it speaks of, by its intent's entry.
    pub intent: Option<u64>,
    /// TP-Status.
    pub status: u8,
    /// Its consequence.
    pub class: ReportClass,
    /// Its meaning in words.
    pub meaning: String,
    /// How it was matched.
    pub matched: MatchedBy,
}

/// The form of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplyForm {
    /// A text.
    Text,
    /// A call that nobody answered.
    Call,
    /// A voicemail notice.
    Voicemail,
    /// Octets that are no text.
    Binary,
    /// Words of the network (USSD).
    Ussd,
}

/// Something that a person sent us, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The captures that it was joined of.
    pub captures: Vec<u64>,
    /// From whom, as the network says.
    #[serde(with = "outside::option")]
    pub from: Option<Untrusted>,
    /// The person of the plan, where one matches.
    pub person: Option<u32>,
    /// The form.
    pub form: ReplyForm,
    /// The words.
    #[serde(with = "outside")]
    pub text: Untrusted,
    /// The urgent words found in it.
    #[serde(default)]
    pub urgent: Vec<String>,
    /// The stop word found in it.
    #[serde(default)]
    pub stop: Option<String>,
    /// The service centre's time stamp.
    #[serde(default)]
    pub stamp: Option<String>,
    /// Why a person should look at the parts that it was joined of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
    /// Parts of a long text that had not come when this was told; the whole is another reply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<u8>,
}

impl Reply {
    /// Whether it told in part of what this one is the whole of.
    pub fn is_part_of(&self, whole: &Self) -> bool {
        !self.missing.is_empty() && self.captures.iter().all(|capture| whole.captures.contains(capture))
    }
}

/// A number asked not to be texted again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptOut {
    /// The number, as the network gave it; compared by its last nine digits.
    #[serde(with = "outside")]
    pub number: Untrusted,
    /// The reply's entry.
    pub reply: Option<u64>,
    /// Why it is taken for one.
    pub why: String,
}

/// A slot was freed, after its text was durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freed {
    /// The capture's entry.
    pub capture: u64,
    /// The storage.
    pub storage: String,
    /// The slot.
    pub index: u32,
}

/// The network was told that a pushed text arrived (`+CNMA`), after it was durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// The capture's entry.
    pub capture: u64,
}

/// How an alert ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Alerted {
    /// Nobody took it for two days: it is not told any more.
    GivenUp,
    /// The program took it.
    Taken {
        /// A named person, where one answered.
        by: Option<String>,
    },
    /// The program failed or was too slow.
    Failed {
        /// How.
        why: String,
    },
}

/// Somebody was told of a reply or a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// The entry that it is about.
    pub about: u64,
    /// From 1.
    pub attempt: u32,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Alerted,
}

/// What a person did about a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The reply's entry.
    pub reply: u64,
    /// `contacted`, `seen`, …
    pub mark: String,
}
