//! What an entry is: one variant a kind, its name in the header and its body as JSON.

use jiff::Timestamp;

use super::token::Captured;
use super::{body, keeping, traffic};
use crate::case::approval::Approval;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident($body:ty) = $kind:literal,)*) => {
        /// One entry's kind and body.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Entry {
            $($(#[$doc])* $variant($body),)*
            /// Of a later version, or with a body that this version cannot read. It is kept, its
            /// place in the chain is checked, and the fold passes over it.
            Unknown {
                /// The kind in its header.
                kind: String,
                /// The body as stored.
                body: Vec<u8>,
            },
        }

        impl Entry {
            /// The kind, as it stands in the header.
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $kind,)*
                    Self::Unknown { kind, .. } => kind,
                }
            }

            /// The body as it is stored: compact JSON in UTF-8.
            pub fn to_body(&self) -> Result<Vec<u8>, serde_json::Error> {
                match self {
                    $(Self::$variant(body) => serde_json::to_vec(body),)*
                    Self::Unknown { body, .. } => Ok(body.clone()),
                }
            }

            /// Reads an entry back.
            pub fn read(kind: &str, body: &[u8]) -> Self {
                let known = match kind {
                    $($kind => serde_json::from_slice(body).ok().map(Self::$variant),)*
                    _ => None,
                };
                known.unwrap_or_else(|| Self::Unknown { kind: kind.to_owned(), body: body.to_vec() })
            }

            /// All kinds that this version knows.
            pub const KINDS: &[&str] = &[$($kind),*];
        }
    };
}

kinds! {
    /// The first entry.
    Opened(body::Opened) = "opened",
    /// A verb began.
    SessionStarted(body::SessionStarted) = "session-started",
    /// A verb ended.
    SessionEnded(body::SessionEnded) = "session-ended",
    /// What drives the line.
    Device(body::Device) = "device",
    /// A storage, counted.
    Census(body::Census) = "census",
    /// A file of the SIM, copied.
    Image(body::Image) = "image",
    /// A setting of the device.
    Setting(body::Setting) = "setting",
    /// A contacts file.
    Contacts(body::Contacts) = "contacts",
    /// A plan was put before the approver.
    Sheet(body::Sheet) = "sheet",
    /// A plan was approved.
    Approval(Approval) = "approval",
    /// A rule refused.
    Refused(body::Refused) = "refused",
    /// A number was excluded.
    Excluded(body::Excluded) = "excluded",
    /// A number was included.
    Included(body::Included) = "included",
    /// Octets on the wire.
    Wire(traffic::Wire) = "wire",
    /// An intent to send one part.
    Intent(traffic::Intended) = "intent",
    /// What became of it.
    Outcome(traffic::Judged) = "outcome",
    /// Something arrived, raw.
    Capture(Captured) = "capture",
    /// A capture, decoded.
    Decoded(traffic::Decoded) = "decoded",
    /// A status report.
    StatusReport(traffic::Reported) = "status-report",
    /// A reply, whole.
    Reply(traffic::Reply) = "reply",
    /// An opt-out.
    OptOut(traffic::OptOut) = "opt-out",
    /// A slot was freed.
    Freed(traffic::Freed) = "freed",
    /// A push was acknowledged.
    Acknowledged(traffic::Acknowledged) = "acknowledged",
    /// Somebody was told.
    Alert(traffic::Alert) = "alert",
    /// What a person did about a reply.
    Mark(traffic::Mark) = "mark",
    /// Something waits for a person.
    Hold(body::Hold) = "hold",
    /// A person decided.
    Resolved(body::Resolved) = "resolved",
    /// No new part.
    Stop(body::Stop) = "stop",
    /// Sending waits.
    Paused(body::Paused) = "paused",
    /// A person's note.
    Note(keeping::Note) = "note",
    /// Another person is at work.
    Handover(keeping::Handover) = "handover",
    /// A fault, or its end.
    Fault(body::Fault) = "fault",
    /// Something was noticed.
    Notice(body::Notice) = "notice",
    /// From here on the line is listened to.
    Listening(body::Listening) = "listening",
    /// The clock was compared.
    Clock(body::ClockChecked) = "clock",
    /// A seal.
    Seal(keeping::Seal) = "seal",
    /// The case is closed.
    Closing(keeping::Closing) = "closing",
    /// Bodies were erased.
    Erasure(keeping::Erasure) = "erasure",
    /// What an erased approval says of everybody else.
    Remains(keeping::Remains) = "remains",
    /// Somebody looked.
    Access(keeping::Access) = "access",
}

/// An entry as it stands in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryView {
    /// Its number, from 1.
    pub seq: u64,
    /// When it was written, by the wall clock.
    pub at: Timestamp,
    /// Nanoseconds of the monotonic clock.
    pub mono: u64,
    /// The start from which `mono` counts.
    pub boot: String,
    /// Its kind, also when the body is erased.
    pub kind: String,
    /// Who was at work.
    pub who: String,
    /// What it says; nothing if it was erased.
    pub entry: Option<Entry>,
}

/// Whether a kind may follow the closing entry.
pub(super) fn may_follow_closing(kind: &str) -> bool {
    matches!(kind, "erasure" | "remains" | "note" | "mark" | "access" | "seal")
}
