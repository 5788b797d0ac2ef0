//! A TPDU as JSON: what `signpost pdu decode --json` prints, what the record keeps of a capture, and what
//! [`super::compose`] reads. The shape alone; [`super::reading`] fills it.
//!
//! Keys that end in `_raw`, and `septets`, `idle`, `spare`, `rest`, `later`: there only where the octets hold
//! something that the plain keys do not tell. With them, composing gives the very octets again.

use serde::{Deserialize, Serialize};

/// A TPDU, with the SMSC before it if there is one. Numbers are those of the standard.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Model {
    /// Its type.
    #[serde(rename = "type")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<TypeName>,
    /// The service centre's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smsc: Option<String>,
    /// Its octets, type first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smsc_raw: Option<String>,
    /// TP-DA, TP-OA or TP-RA.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<AddressModel>,
    /// TP-UD as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// TP-UD behind its header in hexadecimal digits, where text does not tell it; TP-CD.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// The codes of GSM 7-bit text, two digits each, where writing the text gives others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub septets: Option<String>,
    /// Bits before the first septet and behind the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle: Option<[u8; 2]>,
    /// The alphabet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<EncodingName>,
    /// 1: the text is compressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compressed: Option<u8>,
    /// Message class, 0 to 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<u8>,
    /// Message waiting indication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mwi: Option<WaitingModel>,
    /// TP-DCS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dcs: Option<u8>,
    /// TP-PID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<u8>,
    /// TP-MR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mr: Option<u8>,
    /// TP-SCTS, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// TP-SCTS, octets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp_raw: Option<String>,
    /// TP-DT, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discharge: Option<String>,
    /// TP-DT, octets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discharge_raw: Option<String>,
    /// TP-ST.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusModel>,
    /// TP-PI, first octet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pi: Option<u8>,
    /// TP-PI, octets behind the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pi_more: Option<String>,
    /// TP-FCS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fcs: Option<u8>,
    /// TP-CT and TP-MN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<CommandModel>,
    /// TP-VP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validity: Option<ValidityModel>,
    /// TP-MMS; 1: no more messages wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mms: Option<u8>,
    /// TP-LP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lp: Option<u8>,
    /// TP-RP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rp: Option<u8>,
    /// TP-RD.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rd: Option<u8>,
    /// TP-SRR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub srr: Option<u8>,
    /// TP-SRI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sri: Option<u8>,
    /// TP-SRQ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub srq: Option<u8>,
    /// TP-UDHI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub udhi: Option<u8>,
    /// Reserved bits of the first octet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spare: Option<u8>,
    /// TP-UDL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub udl: Option<u8>,
    /// The user data header, element by element.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub udh: Option<Vec<ElementModel>>,
    /// Octets at the end of the header that make no element.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<String>,
    /// Which part of a long text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concat: Option<ConcatModel>,
    /// Octets behind all fields that are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub later: Option<String>,
}

/// The types of TPDU, as JSON names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the standard's own names")]
pub enum TypeName {
    Deliver,
    DeliverReport,
    Submit,
    SubmitReport,
    StatusReport,
    Command,
    Reserved,
}

/// The alphabets, as JSON names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the standard's own names")]
pub enum EncodingName {
    #[serde(rename = "gsm7")]
    Gsm7,
    #[serde(rename = "8bit")]
    Data8,
    #[serde(rename = "ucs2")]
    Ucs2,
}

/// An address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressModel {
    /// Number or letters.
    pub number: String,
    /// Type of number, 0 to 7.
    pub ton: u8,
    /// Numbering plan, 0 to 15.
    pub npi: u8,
    /// All octets of the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

/// TP-ST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusModel {
    /// The octet.
    pub code: u8,
    /// What it means for the text.
    #[serde(default)]
    pub class: String,
    /// The standard's words.
    #[serde(default)]
    pub meaning: String,
}

/// Message waiting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingModel {
    /// Whether the sign is to be shown.
    pub active: bool,
    /// What waits, 0 to 3.
    #[serde(rename = "type")]
    pub kind: u8,
    /// Whether the text is to be kept.
    pub store: bool,
}

/// TP-CT and TP-MN.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandModel {
    /// TP-CT.
    #[serde(rename = "type")]
    pub kind: u8,
    /// TP-MN.
    #[serde(default)]
    pub number: u8,
}

/// TP-VP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidityModel {
    /// Which format.
    pub format: FormatName,
    /// The octet of a relative one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub octet: Option<u8>,
    /// The period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    /// The end, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Octets of an enhanced one, or of a time that there is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

/// The formats of TP-VP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the standard's own names")]
pub enum FormatName {
    Relative,
    Absolute,
    Enhanced,
}

/// An information element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ElementModel {
    /// Its identifier.
    pub iei: u8,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Its data, hexadecimal.
    #[serde(default)]
    pub data: String,
}

/// Concatenation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConcatModel {
    /// 8 or 16: how wide the reference is.
    pub bits: u8,
    /// The reference.
    pub reference: u16,
    /// Parts in all.
    pub total: u8,
    /// This part, from 1.
    pub sequence: u8,
}
