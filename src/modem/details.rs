//! What only the readiness card of `check` asks: once, after set-up. Changes nothing.

use super::identify::{bare, digits};
use super::inbox::Pushes;
use super::settings::Found;
use super::setup::numbers;
use super::submit::Kept;
use super::{Modem, ModemError};
use crate::at::answer::strip;
use crate::at::command::{Command, Domain};
use crate::at::setting::Setting;
use crate::at::value::{Offer, Values};
use crate::ids::Imeisv;
use crate::text::Untrusted;

/// `<snt>` of the IMEISV (27.007 clause 5.4).
const IMEISV: u32 = 2;

/// What a device and its card say besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// The device's number with its software version, where it offers to tell it.
    pub imeisv: Option<Imeisv>,
    /// `+CNUM`: what is written in EF_MSISDN. Anybody may have written it, so it proves nothing.
    pub own_numbers: Vec<Untrusted>,
    /// `<stat>` of `+CGREG`.
    pub packet_registration: Option<u32>,
    /// What was negotiated.
    pub capabilities: Capabilities,
}

/// What set-up achieved, as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// How texts arrive.
    pub arrival: Arrival,
    /// How delivery reports arrive.
    pub reports: Reports,
    /// `+CNMI`, read back.
    pub indications: Vec<u8>,
    /// `+CSMS`: the service, then whether texts come, go and are broadcast.
    pub service: Vec<u8>,
    /// `+CPMS`: the storages that are read, written and received into.
    pub storages: Vec<String>,
    /// `+CMMS`: whether the radio link is kept between texts.
    pub link: Option<u32>,
    /// `+CMGF`: whether it showed that it is in PDU mode.
    pub pdu_mode: PduMode,
}

/// How texts arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Stored by the device, then announced.
    Announced,
    /// Passed straight on, and acknowledged by `+CNMA` when they are safe.
    Acknowledged,
    /// Passed straight on; the device acknowledges them itself.
    Blindly,
    /// Stored, and not announced: found by asking.
    AskedFor,
}

/// How delivery reports arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reports {
    /// The device keeps them.
    Kept,
    /// It passes them on.
    PassedOn,
    /// It does not pass them on.
    None,
}

/// Whether a device showed that it is in PDU mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PduMode {
    /// It did.
    Proved,
    /// It does not tell.
    NotTold,
    /// It is in text mode.
    Lost,
}

impl Modem {
    /// Asks. What a device refuses to tell is left empty.
    pub async fn details(&mut self) -> Result<Details, ModemError> {
        Ok(Details {
            imeisv: self.imeisv().await,
            own_numbers: self.own_numbers().await,
            packet_registration: self.stat(Domain::Packet, "+CGREG").await,
            capabilities: self.capabilities().await?,
        })
    }

    async fn imeisv(&mut self) -> Option<Imeisv> {
        let kinds = self.values(&Command::ImeiKinds, "+CGSN").await;
        if kinds.offers(0, IMEISV) != Offer::Offered {
            return None;
        }
        let answer = self.pump.ask(&Command::Imeisv).await.ok()?;
        Imeisv::parse(&digits(&bare(&answer, "+CGSN")?)).ok()
    }

    /// One line a number: a name, the number, its type.
    async fn own_numbers(&mut self) -> Vec<Untrusted> {
        let answer = self.pump.ask(&Command::OwnNumbers).await.ok();
        let lines = answer.map(|answer| answer.lines).unwrap_or_default();
        let told = lines.iter().filter_map(|line| strip(line.for_record(), "+CNUM"));
        told.filter_map(|line| Values::parse(line).text(1)).filter(|number| !number.is_empty()).collect()
    }

    async fn capabilities(&mut self) -> Result<Capabilities, ModemError> {
        let storages = self.storages().await?;
        Ok(Capabilities {
            arrival: arrival(&self.found, self.inbox.pushes()),
            reports: reports(&self.found),
            indications: numbers(&self.values(&Command::Indications, "+CNMI").await),
            service: numbers(&self.values(&Command::Setting(Setting::Service), "+CSMS").await),
            storages: storages.iter().map(|fill| fill.storage.name().to_owned()).collect(),
            link: self.values(&Command::LinkKept, "+CMMS").await.number(0),
            pdu_mode: match self.format().await {
                Kept::Yes => PduMode::Proved,
                Kept::Lost => PduMode::Lost,
                Kept::NotTold => PduMode::NotTold,
            },
        })
    }
}

/// By the row of `+CNMI` that the device took (27.005 clause 3.4.1): mt 1 announces, 2 passes on.
fn arrival(found: &Found, pushes: Pushes) -> Arrival {
    match (found.set, pushes) {
        (Some([_, 1, ..]), _) => Arrival::Announced,
        (Some(_), Pushes::Wait) => Arrival::Acknowledged,
        (Some(_), Pushes::DoNotWait) => Arrival::Blindly,
        (None, _) => Arrival::AskedFor,
    }
}

/// ds 1 passes reports on, 2 keeps them.
fn reports(found: &Found) -> Reports {
    match found.set {
        Some([_, _, _, 2, _]) => Reports::Kept,
        Some([_, _, _, 1, _]) => Reports::PassedOn,
        _ => Reports::None,
    }
}
