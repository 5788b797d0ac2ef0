//! The tokens that carry laws 1 and 2 through the floors.
//!
//! `record` mints an [`Intent`] when the wish to send one part is durable, and a [`Durable`] when a
//! capture is. The modem turns an intent into an [`Attempt`], the session judges it, the record
//! settles it. None of them can be copied or forged: the fields that mint are private to `record`.
//! A token that is dropped, by a panic or a kill, leaves an intent without an outcome in the
//! record, and that folds to *unknown*; nothing rests on destructors.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::case::PartId;
use crate::ids::Msisdn;

/// The right to hand one part to the handset, once. Made by `Record::intend`, after its commit.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "an intent that is not handed to the modem stays NOT KNOWN in the record"]
pub struct Intent {
    pub(super) seq: u64,
    pub(super) part: PartId,
    pub(super) attempt: u32,
    pub(super) to: Msisdn,
    pub(super) tpdu: Vec<u8>,
}

impl Intent {
    /// The sequence number of its entry.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Which part of which person's message.
    pub fn part(&self) -> PartId {
        self.part
    }

    /// Counts from 1; above 1 only after proof of refusal.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The recipient, for matching what comes back.
    pub fn to(&self) -> &Msisdn {
        &self.to
    }

    /// The SMS-SUBMIT without SMSC: what `AT+CMGS=<length>` counts.
    pub fn tpdu(&self) -> &[u8] {
        &self.tpdu
    }
}

/// How far the octets of one attempt got on their way into the handset. It never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reached {
    /// Not one octet of the command was written.
    NothingWritten,
    /// `AT+CMGS=<n>` was (perhaps partly) written; no prompt yet.
    CommandWritten,
    /// The prompt came; no octet of the PDU was written.
    PromptSeen,
    /// At least one octet of the PDU was written, the closing Ctrl-Z was not.
    PduPartly,
    /// Ctrl-Z was written: from here only the answer can prove a refusal.
    SubmitWritten,
}

/// A final result code (27.005 clause 3.2.5, 27.007 clause 9), as the record keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FinalCode {
    /// `OK`.
    Ok,
    /// `+CMS ERROR: <n>`.
    Cms(u16),
    /// `+CME ERROR: <n>`.
    Cme(u16),
    /// `ERROR`.
    Error,
    /// Anything else that ends a command, in the device's words.
    Other(String),
}

/// What ended the attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// A final result code.
    Final(FinalCode),
    /// Nothing came within the dialect's limit.
    Silence,
    /// `+CMGS:` came, but no `OK` within five seconds.
    Unfinished,
    /// The device vanished.
    Gone,
    /// The device said that it started anew.
    Reboot,
    /// We gave up before the first octet of the PDU, because the part had become barred.
    Called(String),
}

/// `+CMGS: <mr>[,<ackpdu>]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// TP-MR as the modem gave it; some give more than 255, or always 0.
    pub mr: u32,
    /// TP-SCTS out of the acknowledgement PDU, seven raw octets in hex, where the modem gives it.
    pub scts: Option<String>,
}

/// Whether anything happened between Ctrl-Z and the final code that may have made the modem repeat
/// the text by itself: a registration, SIM or boot URC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quiet {
    /// Nothing of the kind came.
    Undisturbed,
    /// Something of the kind came.
    Disturbed,
}

/// One try to hand one part to the handset, and how it ended. Made by the modem, judged by
/// `session::outcome`, used up by `Record::settle`.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "an attempt that is not settled stays NOT KNOWN in the record"]
pub struct Attempt {
    /// The intent that it used up.
    pub intent: Intent,
    /// How far the octets got.
    pub reached: Reached,
    /// What ended it.
    pub ending: Ending,
    /// The `+CMGS:` line, if one came.
    pub reference: Option<Reference>,
    /// From Ctrl-Z to the ending.
    pub since_submit: Option<Duration>,
    /// Whether anything between disturbed the proof.
    pub quiet: Quiet,
}

/// Why a part was surely not sent, and what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// It never left: the handset refused before it had the TPDU. May be tried again, three times.
    BeforeTransmission,
    /// The network refused this recipient or message for good.
    Final,
    /// The network refused for now: {42, 192}; tried again once, after 60 seconds or more.
    Retry,
    /// The network or the handset refuses the line itself: the run pauses and says why.
    Stop,
}

/// A remark beside `accepted`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AcceptedHow {
    /// `+CMGS:` and `OK`.
    Plainly,
    /// `+CMGS:` came, `OK` did not.
    NoOk,
    /// `+CMGS:` came after the attempt had been given up, while the dialogue was brought back.
    Late,
}

/// What became of an attempt. Only `session::outcome` decides it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// The network took it.
    Accepted {
        /// What status reports are matched by.
        reference: Reference,
        /// With or without a remark.
        how: AcceptedHow,
    },
    /// It was surely not sent.
    Refused {
        /// What follows from it.
        refusal: Refusal,
        /// In plain words, for the record and the screen.
        why: String,
    },
    /// Barred before anything of it was written.
    Withdrawn {
        /// What barred it.
        why: String,
    },
    /// It may or may not have been sent. Never resent by signpost.
    Unknown {
        /// Why nothing is proved.
        why: String,
    },
}

/// How something came in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "way")]
pub enum Way {
    /// Read from a slot of a storage (`+CMTI`, `+CDSI` or found by the poll).
    Stored {
        /// `SM`, `ME`, …
        storage: String,
        /// The slot.
        index: u32,
    },
    /// Pushed straight to us (`+CMT`, `+CDS`); our copy is the only one.
    Pushed,
    /// A call or a notice that carries no TPDU (`RING`/`+CLIP`).
    Call,
    /// Words that the network sent of itself (`+CUSD`).
    Ussd,
}

/// Something that arrived, raw, before it is durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// How it came.
    #[serde(flatten)]
    pub way: Way,
    /// The header line as it came (`+CMGR: 0,,24`), lossless but for octets that are not UTF-8.
    pub header: String,
    /// The PDU line as it came: hexadecimal digits, or whatever stood there instead. Empty for a call.
    pub pdu: String,
    /// Message status before reading, where the device tells (27.005 `<stat>`: 0 unread, 1 read).
    pub status: Option<u8>,
}

/// Proof that something is in the record, committed and synced. Only then may the network be told
/// (`+CNMA`) or a slot be freed (law 2).
#[derive(Debug)]
pub struct Durable<T> {
    pub(super) seq: u64,
    pub(super) what: T,
}

impl<T> Durable<T> {
    /// The sequence number of its entry.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// What is durable.
    pub fn what(&self) -> &T {
        &self.what
    }
}

#[cfg(test)]
impl Intent {
    /// For the tests of floors above, which have no record at hand.
    pub(crate) fn for_tests(part: PartId, to: Msisdn, tpdu: Vec<u8>) -> Self {
        Self { seq: 1, part, attempt: 1, to, tpdu }
    }
}
