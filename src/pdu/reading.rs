//! Octets into a [`Model`], field by field as they are read, so that of damaged ones it holds what was read
//! before the damage.

use std::ops::Range;

use super::address::{Address, Plain};
use super::dcs::{Alphabet, Compression, Dcs, Sense, Stored};
use super::element;
use super::first::{Flag, Flags};
use super::frame::Frame;
use super::model::{
    AddressModel, ConcatModel, ElementModel, EncodingName, FormatName, Model, StatusModel, TypeName, ValidityModel,
    WaitingModel,
};
use super::reader::{Name, Value, Watch};
use super::stamp::Stamp;
use super::status::Status;
use super::udh::{Element, Udh};
use super::user_data::{Body, Udhi, UserData};
use super::validity::Validity;
use super::{Direction, Error, Kind, Tpdu, ucs2};
use crate::hex;

/// What was read of octets, and why no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The fields.
    pub model: Model,
    /// The TPDU, or why it is none.
    pub frame: Result<Frame, Error>,
}

impl Reading {
    /// Of octets that begin with the SMSC.
    pub fn of_frame(octets: &[u8], direction: Direction) -> Self {
        let mut model = Model::default();
        let frame = Frame::decode_watched(octets, direction, &mut model);
        Self { model, frame }
    }

    /// Of octets that begin with the TPDU.
    pub fn of_tpdu(octets: &[u8], direction: Direction) -> Self {
        let mut model = Model::default();
        let tpdu = Tpdu::decode_watched(octets, direction, &mut model);
        Self { model, frame: tpdu.map(|tpdu| Frame { smsc: None, tpdu }) }
    }

    /// The object of a line: the fields, or the error with what was read before it.
    pub fn json(&self) -> serde_json::Value {
        match &self.frame {
            Ok(_) => serde_json::json!(self.model),
            Err(error) => serde_json::json!({
                "error": {"offset": error.octet(), "field": error.field(), "reason": error.reason().words()},
                "partial": self.model,
            }),
        }
    }
}

impl Watch for Model {
    fn see(&mut self, name: Name, _: Range<usize>, value: Value<'_>) {
        match value {
            Value::First(flags, kind) => self.see_first(flags, kind),
            Value::Octet(octet) => self.see_octet(name, octet),
            Value::Octets(octets) => self.see_octets(name, octets),
            Value::Address(address) if name == Name::Smsc => self.see_service_centre(address),
            Value::Address(address) => self.address = Some(AddressModel::of(address)),
            Value::Stamp(stamp) => self.see_stamp(name, stamp),
            Value::Validity(validity) => self.validity = Some(ValidityModel::of(validity)),
            Value::Dcs(dcs) => self.see_scheme(dcs),
            Value::Status(status) => self.status = Some(StatusModel::of(status)),
            Value::UserData(data, dcs, length) => self.see_user_data(data, dcs, length),
        }
    }
}

impl Model {
    fn see_first(&mut self, flags: Flags, kind: Kind) {
        self.kind = Some(TypeName::of(kind));
        for flag in Flag::of(kind) {
            if let Some(slot) = self.flag(*flag) {
                *slot = Some(u8::from(flags.has(*flag)));
            }
        }
        self.udhi = Some(u8::from(flags.udhi() == Udhi::Header));
        self.spare = some(flags.spare(kind));
    }

    /// The key of a flag.
    pub(super) fn flag(&mut self, flag: Flag) -> Option<&mut Option<u8>> {
        match flag.name() {
            "TP-MMS" => Some(&mut self.mms),
            "TP-LP" => Some(&mut self.lp),
            "TP-RP" => Some(&mut self.rp),
            "TP-RD" => Some(&mut self.rd),
            "TP-SRR" => Some(&mut self.srr),
            "TP-SRI" => Some(&mut self.sri),
            "TP-SRQ" => Some(&mut self.srq),
            _ => None,
        }
    }

    fn see_octet(&mut self, name: Name, octet: u8) {
        match name {
            Name::Mr => self.mr = Some(octet),
            Name::Pid => self.pid = Some(octet),
            Name::Fcs => self.fcs = Some(octet),
            Name::Cdl | Name::Udl => self.udl = Some(octet),
            Name::Ct => self.command.get_or_insert_default().kind = octet,
            Name::Mn => self.command.get_or_insert_default().number = octet,
            _ => {}
        }
    }

    fn see_octets(&mut self, name: Name, octets: &[u8]) {
        match (name, octets) {
            (Name::Pi, [first, more @ ..]) => {
                self.pi = Some(*first);
                self.pi_more = digits(more);
            }
            (Name::Cd, data) => self.data = Some(hex::encode(data)),
            (Name::Unknown, octets) => self.later = digits(octets),
            _ => {}
        }
    }

    fn see_service_centre(&mut self, address: &Address) {
        self.smsc = Some(address.shown().for_json().to_owned());
        let plain = address.kind() == if address.number().is_some_and(|n| n.starts_with('+')) { 0x91 } else { 0x81 };
        if !plain || address.is_plain() == Plain::No {
            let octets = [&[address.kind()], address.value()].concat();
            self.smsc_raw = Some(hex::encode(&octets));
        }
    }

    fn see_stamp(&mut self, name: Name, stamp: &Stamp) {
        let (shown, raw) = match name {
            Name::Dt => (&mut self.discharge, &mut self.discharge_raw),
            _ => (&mut self.timestamp, &mut self.timestamp_raw),
        };
        (*shown, *raw) = moment(stamp);
    }

    fn see_scheme(&mut self, dcs: Dcs) {
        self.dcs = Some(dcs.0);
        self.encoding = Some(EncodingName::of(dcs));
        self.class = dcs.class();
        self.compressed = (dcs.compression() == Compression::Compressed).then_some(1);
        self.mwi = dcs.waiting().map(|waiting| WaitingModel {
            active: waiting.sense == Sense::Active,
            kind: waiting.code,
            store: waiting.stored == Stored::Yes,
        });
    }

    fn see_user_data(&mut self, data: &UserData, dcs: Dcs, length: u8) {
        let text = data.text(dcs);
        self.udl = Some(length);
        self.encoding = Some(EncodingName::of(dcs));
        if let Some(header) = data.header() {
            self.see_header(header);
        }
        match data.body() {
            Body::Septets(septets) => {
                let again = text.as_ref().and_then(|text| data.tables().codes(text.for_record()));
                let same = again.is_some_and(|codes| codes.as_slice() == septets.codes());
                self.septets = (!same).then(|| hex::encode(septets.codes()));
                let (fill, spare) = septets.idle_bits();
                self.idle = if (fill, spare) == (0, 0) { None } else { Some([fill, spare]) };
            }
            Body::Octets(octets) => {
                let same = |text: &str| ucs2::octets(text) == octets.as_slice();
                let told = text.as_ref().is_some_and(|text| same(text.for_record()));
                self.data = (!told).then(|| hex::encode(octets));
            }
        }
        self.text = text.map(|text| text.for_json().to_owned());
    }

    fn see_header(&mut self, header: &Udh) {
        self.udh = Some(header.elements().iter().map(ElementModel::of).collect());
        self.rest = digits(header.rest());
        self.concat = header.concatenation().map(|concat| ConcatModel {
            bits: concat.width.bits(),
            reference: concat.reference,
            total: concat.total,
            sequence: concat.sequence,
        });
    }
}

impl TypeName {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Deliver => TypeName::Deliver,
            Kind::DeliverReport => TypeName::DeliverReport,
            Kind::Submit => TypeName::Submit,
            Kind::SubmitReport => TypeName::SubmitReport,
            Kind::StatusReport => TypeName::StatusReport,
            Kind::Command => TypeName::Command,
            Kind::ReservedMt | Kind::ReservedMo => TypeName::Reserved,
        }
    }
}

impl EncodingName {
    fn of(dcs: Dcs) -> Self {
        match dcs.alphabet() {
            Alphabet::Gsm7 => EncodingName::Gsm7,
            Alphabet::Data8 => EncodingName::Data8,
            Alphabet::Ucs2 => EncodingName::Ucs2,
        }
    }
}

impl AddressModel {
    fn of(address: &Address) -> Self {
        let octets = || [&[address.semi_octets(), address.kind()], address.value()].concat();
        let plain = address.is_plain() == Plain::Yes && address.kind() & 0x80 != 0;
        Self {
            number: address.shown().for_json().to_owned(),
            ton: address.ton() as u8,
            npi: address.npi(),
            raw: (!plain).then(|| hex::encode(&octets())),
        }
    }
}

impl StatusModel {
    fn of(status: Status) -> Self {
        Self { code: status.0, class: status.class().name().into(), meaning: status.meaning().into() }
    }
}

impl ValidityModel {
    fn of(validity: Validity) -> Self {
        let model = |format| Self { format, octet: None, seconds: validity.seconds(), until: None, raw: None };
        match validity {
            Validity::Relative(octet) => Self { octet: Some(octet), ..model(FormatName::Relative) },
            Validity::Enhanced(enhanced) => Self { raw: Some(hex::encode(&enhanced.0)), ..model(FormatName::Enhanced) },
            Validity::Absolute(stamp) => {
                let (until, raw) = moment(&stamp);
                Self { until, raw, ..model(FormatName::Absolute) }
            }
        }
    }
}

impl ElementModel {
    fn of(element: &Element) -> Self {
        Self { iei: element.id(), name: element::name(element.id()).into(), data: hex::encode(element.data()) }
    }
}

/// A moment, and its octets if they do not follow from it.
fn moment(stamp: &Stamp) -> (Option<String>, Option<String>) {
    let shown = stamp.rfc3339();
    let again = shown.as_deref().and_then(|text| Stamp::from_rfc3339(text).ok());
    let raw = (again != Some(*stamp)).then(|| hex::encode(stamp.octets()));
    (shown, raw)
}

fn some(bits: u8) -> Option<u8> {
    (bits != 0).then_some(bits)
}

fn digits(octets: &[u8]) -> Option<String> {
    (!octets.is_empty()).then(|| hex::encode(octets))
}
