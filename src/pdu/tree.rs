//! A decoded frame field by field, for people and for JSON: what `signpost pdu decode` prints.

use serde::Serialize;

use super::Tpdu;
use super::address::Address;
use super::dcs::{Alphabet, Dcs};
use super::frame::Frame;
use super::status::ResultOf;
use super::user_data::UserData;
use crate::hex;
use crate::text::Untrusted;

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The standard's name.
    pub name: &'static str,
    /// Its value in words.
    pub value: Untrusted,
}

/// A frame for JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Model {
    /// The TPDU's name.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The service centre's number.
    pub smsc: Option<String>,
    /// TP-DA, TP-OA or TP-RA.
    pub address: AddressModel,
    /// TP-UD as text.
    pub text: Option<String>,
    /// TP-UD as hexadecimal digits, where it is no text.
    pub data: Option<String>,
    /// TP-DCS.
    pub dcs: Option<u8>,
    /// The alphabet.
    pub encoding: Option<&'static str>,
    /// Message class.
    pub class: Option<u8>,
    /// TP-PID.
    pub pid: Option<u8>,
    /// TP-MR.
    pub mr: Option<u8>,
    /// TP-SCTS.
    pub timestamp: Option<String>,
    /// TP-DT.
    pub discharge: Option<String>,
    /// TP-ST.
    pub status: Option<StatusModel>,
    /// Concatenation.
    pub concat: Option<ConcatModel>,
    /// TP-UDH as hexadecimal digits.
    pub udh: Option<String>,
}

/// An address for JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddressModel {
    /// Number or letters.
    pub number: String,
    /// Type of number.
    pub ton: u8,
    /// Numbering plan.
    pub npi: u8,
}

/// TP-ST for JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusModel {
    /// The octet.
    pub code: u8,
    /// What it means for us.
    pub class: String,
    /// The standard's words.
    pub meaning: &'static str,
}

/// Concatenation for JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConcatModel {
    /// The reference.
    pub reference: u16,
    /// Parts in all.
    pub total: u8,
    /// This part.
    pub index: u8,
}

/// The frame for JSON.
pub fn model(frame: &Frame) -> Model {
    let empty = Model {
        kind: frame.tpdu.name(),
        smsc: frame.smsc.as_ref().map(|smsc| smsc.shown().for_json().to_owned()),
        address: address(match &frame.tpdu {
            Tpdu::Submit(tpdu) => &tpdu.destination,
            Tpdu::Deliver(tpdu) => &tpdu.originator,
            Tpdu::StatusReport(tpdu) => &tpdu.recipient,
        }),
        text: None,
        data: None,
        dcs: None,
        encoding: None,
        class: None,
        pid: None,
        mr: None,
        timestamp: None,
        discharge: None,
        status: None,
        concat: None,
        udh: None,
    };
    match &frame.tpdu {
        Tpdu::Submit(tpdu) => {
            let model = Model { pid: Some(tpdu.pid), mr: Some(tpdu.reference), ..empty };
            with_user_data(model, tpdu.dcs, &tpdu.user_data)
        }
        Tpdu::Deliver(tpdu) => {
            let model = Model { pid: Some(tpdu.pid), timestamp: Some(tpdu.timestamp.to_string()), ..empty };
            with_user_data(model, tpdu.dcs, &tpdu.user_data)
        }
        Tpdu::StatusReport(tpdu) => Model {
            mr: Some(tpdu.reference),
            timestamp: Some(tpdu.timestamp.to_string()),
            discharge: Some(tpdu.discharge.to_string()),
            status: Some(StatusModel {
                code: tpdu.status.0,
                class: format!("{:?}", tpdu.status.class()).to_lowercase(),
                meaning: tpdu.status.meaning(),
            }),
            ..empty
        },
    }
}

fn address(address: &Address) -> AddressModel {
    AddressModel { number: address.shown().for_json().to_owned(), ton: address.ton() as u8, npi: address.npi() }
}

fn with_user_data(model: Model, dcs: Dcs, data: &UserData) -> Model {
    let text = data.text(dcs);
    Model {
        data: if text.is_none() { Some(hex::encode(data.body())) } else { None },
        text: text.map(|text| text.for_json().to_owned()),
        dcs: Some(dcs.0),
        encoding: Some(match dcs.alphabet() {
            Alphabet::Gsm7 => "gsm7",
            Alphabet::Data8 => "8bit",
            Alphabet::Ucs2 => "ucs2",
        }),
        class: dcs.class(),
        concat: data.concat().map(|c| ConcatModel { reference: c.reference, total: c.total, index: c.index }),
        udh: data.header().map(|header| hex::encode(&header.octets())),
        ..model
    }
}

/// The frame field by field.
pub fn fields(frame: &Frame) -> Vec<Field> {
    let model = model(frame);
    let mut fields = vec![field("type", model.kind)];
    fields.extend(frame.smsc.as_ref().map(|smsc| Field { name: "SMSC", value: smsc.shown() }));
    match &frame.tpdu {
        Tpdu::Submit(tpdu) => {
            fields.push(field("TP-MR", tpdu.reference));
            fields.push(Field { name: "TP-DA", value: tpdu.destination.shown() });
            let minutes = tpdu.validity.and_then(super::validity::Validity::minutes);
            fields.extend(minutes.map(|minutes| field("TP-VP", format!("{minutes} minutes"))));
        }
        Tpdu::Deliver(tpdu) => {
            fields.push(Field { name: "TP-OA", value: tpdu.originator.shown() });
            fields.push(field("TP-SCTS", tpdu.timestamp));
        }
        Tpdu::StatusReport(tpdu) => {
            fields.push(field("TP-MR", tpdu.reference));
            fields.push(Field { name: "TP-RA", value: tpdu.recipient.shown() });
            fields.push(field("TP-SCTS", tpdu.timestamp));
            fields.push(field("TP-DT", tpdu.discharge));
            fields.push(field("TP-ST", format!("{:02X}: {}", tpdu.status.0, tpdu.status.meaning())));
            if tpdu.result_of() == ResultOf::Command {
                fields.push(field("TP-SRQ", "the result of a command"));
            }
        }
    }
    fields.extend(model.pid.map(|pid| field("TP-PID", format!("{pid:02X}"))));
    fields.extend(model.dcs.map(|dcs| field("TP-DCS", format!("{dcs:02X} ({})", model.encoding.unwrap_or_default()))));
    fields.extend(
        model.concat.as_ref().map(|c| field("part", format!("{} of {}, reference {}", c.index, c.total, c.reference))),
    );
    fields.extend(model.udh.as_ref().map(|udh| field("TP-UDH", udh)));
    fields.extend(model.text.as_ref().map(|text| field("text", text)));
    fields.extend(model.data.as_ref().map(|data| field("octets", data)));
    fields
}

fn field(name: &'static str, value: impl ToString) -> Field {
    Field { name, value: value.to_string().into() }
}
