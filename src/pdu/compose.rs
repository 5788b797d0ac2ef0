//! A [`Model`] into a frame: what `signpost pdu encode` does. Keys that are absent are what a plain TPDU of
//! the type has; what a key holds and no TPDU can is an error that names it.

use super::address::Address;
use super::alphabet::{self, National};
use super::command::CommandData;
use super::dcs::{Dcs, Unit};
use super::first::{Flag, Flags, UDHI};
use super::frame::Frame;
use super::gsm7::Tables;
use super::model::{AddressModel, ElementModel, FormatName, Model, TypeName, ValidityModel};
use super::parameters::{Parameters, Pi};
use super::septets::Septets;
use super::stamp::Stamp;
use super::status::Status;
use super::udh::{Element, Udh};
use super::user_data::{Body, UserData};
use super::validity::{Enhanced, Validity};
use super::{Command, Deliver, DeliverReport, Kind, StatusReport, Submit, SubmitReport, Tpdu, ucs2};
use crate::hex;

/// Why a model is no TPDU.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {why}")]
pub struct ComposeError {
    /// The key in JSON.
    pub key: &'static str,
    /// What is wrong with it.
    pub why: String,
}

type Made<T> = Result<T, ComposeError>;

fn wrong<T>(key: &'static str, why: impl Into<String>) -> Made<T> {
    Err(ComposeError { key, why: why.into() })
}

/// Turns any error into one that names the key.
fn at<T, E: ToString>(key: &'static str) -> impl Fn(Result<T, E>) -> Made<T> {
    move |result| result.map_err(|error| ComposeError { key, why: error.to_string() })
}

impl Model {
    /// The frame that it tells.
    pub fn compose(&self) -> Made<Frame> {
        Ok(Frame { smsc: self.service_centre()?, tpdu: self.tpdu()? })
    }

    fn tpdu(&self) -> Made<Tpdu> {
        let Some(kind) = self.kind else { return wrong("type", "is missing") };
        Ok(match kind {
            TypeName::Deliver => Tpdu::Deliver(self.deliver(Kind::Deliver)?),
            TypeName::Submit => Tpdu::Submit(self.submit()?),
            TypeName::StatusReport => Tpdu::StatusReport(self.status_report()?),
            TypeName::Command => Tpdu::Command(self.command()?),
            TypeName::DeliverReport => Tpdu::DeliverReport(DeliverReport {
                flags: self.flags(Kind::DeliverReport)?,
                cause: self.fcs,
                parameters: self.parameters()?,
            }),
            TypeName::SubmitReport => Tpdu::SubmitReport(SubmitReport {
                flags: self.flags(Kind::SubmitReport)?,
                cause: self.fcs,
                timestamp: moment("timestamp", &self.timestamp, &self.timestamp_raw)?,
                parameters: self.parameters()?,
            }),
            TypeName::Reserved if self.address.is_some() => Tpdu::ReservedMt(self.deliver(Kind::ReservedMt)?),
            TypeName::Reserved => {
                let rest = octets("later", self.later.as_deref().unwrap_or_default())?;
                Tpdu::ReservedMo(self.flags(Kind::ReservedMo)?, rest)
            }
        })
    }

    fn deliver(&self, kind: Kind) -> Made<Deliver> {
        let (dcs, user_data) = self.text_or_data()?;
        Ok(Deliver {
            flags: self.flags(kind)?,
            originator: self.address()?,
            pid: self.pid.unwrap_or(0),
            dcs,
            timestamp: moment("timestamp", &self.timestamp, &self.timestamp_raw)?,
            user_data,
        })
    }

    fn submit(&self) -> Made<Submit> {
        let (dcs, user_data) = self.text_or_data()?;
        Ok(Submit {
            flags: self.flags(Kind::Submit)?,
            reference: self.mr.unwrap_or(0),
            destination: self.address()?,
            pid: self.pid.unwrap_or(0),
            dcs,
            validity: self.validity.as_ref().map(validity).transpose()?,
            user_data,
        })
    }

    fn status_report(&self) -> Made<StatusReport> {
        let Some(status) = &self.status else { return wrong("status", "is missing") };
        let parameters = match self.pi {
            None if self.pid.or(self.dcs).is_none() && !self.has_user_data() => None,
            _ => Some(self.parameters()?),
        };
        Ok(StatusReport {
            flags: self.flags(Kind::StatusReport)?,
            reference: self.mr.unwrap_or(0),
            recipient: self.address()?,
            timestamp: moment("timestamp", &self.timestamp, &self.timestamp_raw)?,
            discharge: moment("discharge", &self.discharge, &self.discharge_raw)?,
            status: Status(status.code),
            parameters,
        })
    }

    fn command(&self) -> Made<Command> {
        let Some(command) = &self.command else { return wrong("command", "is missing") };
        let data = octets("data", self.data.as_deref().unwrap_or_default())?;
        Ok(Command {
            flags: self.flags(Kind::Command)?,
            reference: self.mr.unwrap_or(0),
            pid: self.pid.unwrap_or(0),
            kind: command.kind,
            number: command.number,
            destination: self.address()?,
            data: at("data")(CommandData::new(&data))?,
        })
    }

    fn parameters(&self) -> Made<Parameters> {
        let more = octets("pi_more", self.pi_more.as_deref().unwrap_or_default())?;
        // Without TP-DCS they are in the default alphabet (9.2.3.27).
        let scheme = self.dcs.map_or(Dcs::GSM7, Dcs);
        let user_data = if self.has_user_data() { Some(self.user_data(scheme)?) } else { None };
        Ok(Parameters {
            pi: Pi::new(self.pi.unwrap_or(0), &more),
            pid: self.pid,
            dcs: self.dcs.map(Dcs),
            user_data,
            later: octets("later", self.later.as_deref().unwrap_or_default())?,
        })
    }

    fn has_user_data(&self) -> bool {
        self.text.is_some() || self.data.is_some() || self.septets.is_some() || self.udh.is_some()
    }

    /// Flags, each 0 or 1; TP-MMS is 1 unless told, since nothing more waits.
    fn flags(&self, kind: Kind) -> Made<Flags> {
        let mut model = self.clone();
        let spare = self.spare.unwrap_or(0);
        let mut flags = Flags::NONE.with_spare(spare);
        if flags.spare(kind) != spare {
            return wrong("spare", "has bits that a TPDU of this type uses");
        }
        for flag in Flag::of(kind) {
            let default = u8::from(*flag == Flag::MMS);
            let value = model.flag(*flag).and_then(|slot| *slot).unwrap_or(default);
            if bit(flag.name(), value)? {
                flags = flags.with(*flag);
            }
        }
        let is_told_by_user_data = kind != Kind::Command && self.has_user_data();
        let udhi = bit("udhi", self.udhi.unwrap_or(0))?;
        Ok(if udhi && !is_told_by_user_data { flags.with_spare(UDHI) } else { flags })
    }

    fn address(&self) -> Made<Address> {
        let Some(model) = &self.address else { return wrong("address", "is missing") };
        model.compose()
    }

    fn service_centre(&self) -> Made<Option<Address>> {
        let raw = octets("smsc_raw", self.smsc_raw.as_deref().unwrap_or_default())?;
        if let [kind, value @ ..] = raw.as_slice() {
            let digits = u8::try_from(value.len() * 2).or_else(|_| wrong("smsc_raw", "is too long"))?;
            return at("smsc_raw")(Address::raw(digits, *kind, value).and_then(Address::into_smsc)).map(Some);
        }
        let Some(smsc) = &self.smsc else { return Ok(None) };
        let address = match smsc.strip_prefix('+') {
            Some(digits) => Address::any(0x91, digits),
            None => Address::any(0x81, smsc),
        };
        at("smsc")(address.and_then(Address::into_smsc)).map(Some)
    }

    /// The user data, and the coding scheme: the given one, or what the text needs.
    fn text_or_data(&self) -> Made<(Dcs, UserData)> {
        let text = self.text.as_deref().unwrap_or_default();
        let needed = || match &self.data {
            Some(_) => Dcs::DATA8,
            None => alphabet::encode(text, National::Forbidden).0.dcs(),
        };
        let dcs = self.dcs.map_or_else(needed, Dcs);
        Ok((dcs, self.user_data(dcs)?))
    }

    fn user_data(&self, dcs: Dcs) -> Made<UserData> {
        let text = self.text.as_deref().unwrap_or_default();
        let header = self.header()?;
        let body = match (dcs.unit(), &self.data) {
            (Unit::Septets, Some(_)) => return wrong("data", "this coding scheme carries septets: give them in text"),
            (Unit::Octets, _) if self.septets.is_some() => {
                return wrong("septets", "this coding scheme carries octets");
            }
            (Unit::Septets, None) => Body::Septets(self.septets(&header)?),
            (Unit::Octets, Some(data)) => Body::Octets(octets("data", data)?.into()),
            (Unit::Octets, None) if dcs.is_utf16() => Body::Octets(ucs2::octets(text).into()),
            (Unit::Octets, None) if text.is_empty() => Body::Octets(Default::default()),
            (Unit::Octets, None) => return wrong("text", "this coding scheme carries octets: give them in data"),
        };
        at("text")(UserData::any(header, body))
    }

    fn septets(&self, header: &Option<Udh>) -> Made<Septets> {
        let codes = match &self.septets {
            Some(digits) => match octets("septets", digits)? {
                codes if codes.iter().all(u8::is_ascii) => codes,
                _ => return wrong("septets", "a septet is 00 to 7F"),
            },
            None => {
                let tables = header.as_ref().map_or(Tables::DEFAULT, Udh::tables);
                let text = self.text.as_deref().unwrap_or_default();
                match tables.codes(text) {
                    Some(codes) => codes,
                    None => return wrong("text", lacking(tables, text)),
                }
            }
        };
        let [fill, spare] = self.idle.unwrap_or_default();
        Ok(Septets::new(codes).with_idle_bits((fill, spare)))
    }

    fn header(&self) -> Made<Option<Udh>> {
        let Some(elements) = &self.udh else { return Ok(None) };
        let element = |model: &ElementModel| at("udh")(Element::any(model.iei, &octets("udh", &model.data)?));
        let elements = elements.iter().map(element).collect::<Made<Vec<_>>>()?;
        let rest = octets("rest", self.rest.as_deref().unwrap_or_default())?;
        at("udh")(Udh::any(elements, &rest)).map(Some)
    }
}

impl AddressModel {
    fn compose(&self) -> Made<Address> {
        if let Some(raw) = &self.raw {
            return match octets("address", raw)?.as_slice() {
                [digits, kind, value @ ..] => at("address")(Address::raw(*digits, *kind, value)),
                _ => wrong("address", "raw is length, type and value"),
            };
        }
        if self.ton > 7 || self.npi > 15 {
            return wrong("address", "ton is 0 to 7, npi is 0 to 15");
        }
        let kind = 0x80 | self.ton << 4 | self.npi;
        let number = if self.ton == 1 { self.number.strip_prefix('+').unwrap_or(&self.number) } else { &self.number };
        at("address")(Address::any(kind, number))
    }
}

fn moment(key: &'static str, shown: &Option<String>, raw: &Option<String>) -> Made<Stamp> {
    match (raw, shown) {
        (Some(raw), _) => Ok(Stamp::from_octets(seven(key, raw)?)),
        (None, Some(shown)) => at(key)(Stamp::from_rfc3339(shown)),
        (None, None) => wrong(key, "is missing"),
    }
}

fn validity(model: &ValidityModel) -> Made<Validity> {
    match (model.format, model.octet, &model.raw) {
        (FormatName::Relative, Some(octet), _) => Ok(Validity::Relative(octet)),
        (FormatName::Enhanced, _, Some(raw)) => Ok(Validity::Enhanced(Enhanced(seven("validity", raw)?))),
        (FormatName::Absolute, _, raw) if raw.is_some() || model.until.is_some() => {
            moment("validity", &model.until, raw).map(Validity::Absolute)
        }
        _ => wrong("validity", "relative needs octet, absolute until, enhanced raw"),
    }
}

fn lacking(tables: Tables, text: &str) -> String {
    let character = text.chars().find(|c| tables.code(*c).is_none()).map(u32::from).unwrap_or_default();
    format!("the GSM 7-bit alphabet of this coding scheme lacks U+{character:04X}")
}

fn bit(key: &'static str, value: u8) -> Made<bool> {
    if value > 1 { wrong(key, format!("{value} is neither 0 nor 1")) } else { Ok(value == 1) }
}

fn octets(key: &'static str, digits: &str) -> Made<Vec<u8>> {
    at(key)(hex::decode(digits))
}

fn seven(key: &'static str, digits: &str) -> Made<[u8; 7]> {
    octets(key, digits)?.try_into().or_else(|_| wrong(key, "seven octets are needed"))
}
