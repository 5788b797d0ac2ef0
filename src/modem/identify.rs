//! Who the device and the SIM are.

use std::ops::ControlFlow;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::pin::PinState;
use super::{Modem, ModemError};
use crate::at::answer::Answer;
use crate::at::command::{Command, Domain};
use crate::at::sim_read::{SimFile, SimRead};
use crate::at::value::Values;
use crate::ids::{Iccid, Imei, Imsi};
use crate::text::Untrusted;

/// EF_ICCID (51.011 clause 10.1.1): ten octets, nibbles swapped.
const EF_ICCID: u16 = 0x2fe2;

/// What the device and the SIM say of themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// `+CGMI`.
    pub maker: Untrusted,
    /// `+CGMM`.
    pub model: Untrusted,
    /// `+CGMR`.
    pub firmware: Untrusted,
    /// `+CGSN`.
    pub imei: Option<Imei>,
    /// The SIM's number.
    pub iccid: Option<Iccid>,
    /// `+CIMI`.
    pub imsi: Option<Imsi>,
}

/// How ready the line is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readiness {
    /// `+CPIN`: `READY`, `SIM PIN`, …; the device's words if it refuses.
    pub pin: Untrusted,
    /// `<stat>` of `+CREG`: 1 home, 5 roaming, 6 and 7 SMS only (27.007 clause 7.2).
    pub registration: Option<u32>,
    /// `<stat>` of `+CEREG`.
    pub lte_registration: Option<u32>,
    /// `+COPS`.
    pub operator: Untrusted,
    /// `<AcT>` of `+COPS`: the access technology (27.007 clause 7.3).
    pub technology: Option<u32>,
    /// `<rssi>` of `+CSQ`: 0-31; 99 unknown.
    pub signal: Option<u32>,
    /// `+CSCA`.
    pub service_centre: Untrusted,
    /// `+CCLK`, as told.
    pub clock: Untrusted,
    /// `S0`: must be 0, or the device would answer calls.
    pub auto_answer: Option<u32>,
}

impl Readiness {
    /// Whether texts can leave: registered at home or roaming, or for SMS only.
    pub fn is_registered(&self) -> Registered {
        registered(&[self.registration, self.lte_registration])
    }

    /// What the device's clock says ([`time_of`]).
    pub fn time(&self) -> Option<Timestamp> {
        time_of(&self.clock)
    }
}

/// What a clock says, if it says a time of this decade and its zone. A clock that was never set begins in 1970, 1980,
/// 2000 or 2004; one without a zone may be local or not.
pub fn time_of(clock: &Untrusted) -> Option<Timestamp> {
    let text = clock.for_record();
    let (local, quarters) = text.split_at_checked(17)?;
    let local = DateTime::strptime("%y/%m/%d,%H:%M:%S", local).ok()?;
    let quarters: i8 = quarters.trim_start_matches('+').parse().ok()?;
    let zone = Offset::from_seconds(i32::from(quarters) * 900).ok()?;
    (local.year() >= FIRST_YEAR).then(|| zone.to_timestamp(local).ok())?
}

/// No device has a network's time from before this.
const FIRST_YEAR: i16 = 2025;

/// A device that tells of no domain is taken at the network's word: what it cannot send it refuses.
fn registered(stats: &[Option<u32>]) -> Registered {
    if stats.iter().all(Option::is_none) {
        return Registered::Yes;
    }
    let good = stats.iter().any(|stat| matches!(stat, Some(1 | 5 | 6 | 7 | 9 | 10)));
    if good { Registered::Yes } else { Registered::No }
}

/// Whether the line is registered with a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registered {
    /// It is.
    Yes,
    /// It is not.
    No,
}

impl Modem {
    /// Asks the device and the SIM who they are. What a device refuses to tell is left empty.
    pub async fn identify(&mut self) -> Result<Identity, ModemError> {
        self.identify_within(Duration::ZERO, |_| ControlFlow::Continue(())).await
    }

    /// As [`Modem::identify`]; a card that is busy is no card without numbers, and is waited for so long.
    pub async fn identify_within(
        &mut self,
        limit: Duration,
        mut waiting: impl FnMut(Duration) -> ControlFlow<()>,
    ) -> Result<Identity, ModemError> {
        let device = self.device().await?;
        let (iccid, imsi) = self.card_within(limit, &mut waiting).await?;
        self.watch.known(iccid.clone().zip(imsi.clone()));
        Ok(Identity { iccid, imsi, ..device })
    }

    async fn card_within(
        &mut self,
        limit: Duration,
        waiting: &mut impl FnMut(Duration) -> ControlFlow<()>,
    ) -> Result<(Option<Iccid>, Option<Imsi>), ModemError> {
        let until = self.clock.monotonic() + limit;
        loop {
            let card = self.card().await;
            let left = until.saturating_sub(self.clock.monotonic());
            if card.0.is_some() && card.1.is_some() || left.is_zero() {
                return Ok(card);
            }
            if self.pin_state().await? != PinState::Busy {
                // It may have become ready just now.
                return Ok(self.card().await);
            }
            self.wait_on(left, waiting).await?;
        }
    }

    /// The numbers of the card and of the subscriber.
    pub(super) async fn card(&mut self) -> (Option<Iccid>, Option<Imsi>) {
        let imsi = self.pump.ask(&Command::Imsi).await.ok().as_ref().and_then(|answer| bare(answer, "+CIMI"));
        let imsi = imsi.and_then(|text| Imsi::parse(&digits(&text)).ok());
        (self.iccid().await, imsi)
    }

    async fn device(&mut self) -> Result<Identity, ModemError> {
        let (maker, model) = (self.maker().await?, self.model().await?);
        let firmware = self.told("asking for the firmware", &Command::Firmware, "+CGMR").await?;
        let imei = self.told("asking for the IMEI", &Command::Imei, "+CGSN").await?;
        let imei = Imei::parse(&digits(imei.for_record())).ok();
        Ok(Identity { maker, model, firmware, imei, ..Identity::default() })
    }

    pub(super) async fn maker(&mut self) -> Result<Untrusted, ModemError> {
        self.told("asking for the maker", &Command::Maker, "+CGMI").await
    }

    pub(super) async fn model(&mut self) -> Result<Untrusted, ModemError> {
        self.told("asking for the model", &Command::Model, "+CGMM").await
    }

    async fn told(&mut self, doing: &'static str, command: &Command, prefix: &str) -> Result<Untrusted, ModemError> {
        let answer = self.pump.ask(command).await.map_err(|why| ModemError::Broken { doing, why })?;
        Ok(bare(&answer, prefix).unwrap_or_default().into())
    }

    /// By the family's command; else from the card itself.
    async fn iccid(&mut self) -> Option<Iccid> {
        for form in self.dialect.iccid.clone() {
            let command = Command::Iccid(form);
            let answer = self.pump.ask(&command).await.ok()?;
            let told = bare(&answer, "+CCID").map(|text| after_colon(&text));
            if let Some(iccid) = told.and_then(|text| read_iccid(&text)) {
                return Some(iccid);
            }
        }
        let read = SimRead::Binary { file: SimFile::anywhere(EF_ICCID), length: 10 };
        let answer = self.pump.ask(&Command::SimRead(read)).await.ok()?;
        let octets = answer.after("+CRSM").map(Values::parse)?.text(2)?;
        read_iccid(&swapped(octets.for_record()))
    }

    /// Asks how ready the line is; changes nothing.
    pub async fn readiness(&mut self) -> Result<Readiness, ModemError> {
        let pin = self
            .pump
            .ask(&Command::PinState)
            .await
            .map_err(|why| ModemError::Broken { doing: "asking for the PIN", why })?;
        let pin = pin.after("+CPIN").map_or_else(|| pin.end.explain(), |text| text.trim_matches('"').to_owned()).into();
        let service_centre = self.values(&Command::ServiceCentre, "+CSCA").await.text(0).unwrap_or_default();
        let clock = self.clock_said().await;
        let auto_answer = self.pump.ask(&Command::AutoAnswer).await.ok();
        let registration = self.stat(Domain::Circuit, "+CREG").await;
        let lte_registration = self.stat(Domain::Lte, "+CEREG").await;
        let operator = self.values(&Command::Operator, "+COPS").await;
        Ok(Readiness {
            pin,
            registration,
            lte_registration,
            operator: operator.text(2).unwrap_or_default(),
            technology: operator.number(3),
            signal: self.signal().await,
            service_centre,
            clock,
            auto_answer: auto_answer.and_then(|answer| bare(&answer, "S0")?.parse().ok()),
        })
    }

    pub(super) async fn stat(&mut self, domain: Domain, prefix: &str) -> Option<u32> {
        self.values(&Command::Registration(domain), prefix).await.number(1)
    }

    /// Whether texts can leave, and what the circuit domain says.
    pub(super) async fn registration(&mut self) -> (Registered, Option<u32>) {
        let circuit = self.stat(Domain::Circuit, "+CREG").await;
        let lte = self.stat(Domain::Lte, "+CEREG").await;
        (registered(&[circuit, lte]), circuit)
    }

    pub(super) async fn clock_said(&mut self) -> Untrusted {
        self.values(&Command::Clock, "+CCLK").await.text(0).unwrap_or_default()
    }

    /// `+CFUN?`: 1 on the air, 4 radio off, 0 switched off (27.007 clause 8.2).
    pub(super) async fn function(&mut self) -> Result<Option<u32>, ModemError> {
        let doing = "asking whether the radio is on";
        let answer = self.pump.ask(&Command::Function).await.map_err(|why| ModemError::Broken { doing, why })?;
        Ok(answer.after("+CFUN").map(Values::parse).and_then(|values| values.number(0)))
    }

    pub(super) async fn signal(&mut self) -> Option<u32> {
        self.values(&Command::Signal, "+CSQ").await.number(0)
    }

    pub(super) async fn values(&mut self, command: &Command, prefix: &str) -> Values {
        let answer = self.pump.ask(command).await.ok();
        answer.as_ref().and_then(|answer| answer.after(prefix)).map(Values::parse).unwrap_or_default()
    }
}

/// The first information line, without the prefix that some families put before it, and without
/// quotes.
pub(super) fn bare(answer: &Answer, prefix: &str) -> Option<String> {
    let told = answer.after(prefix).or_else(|| answer.after(""))?;
    Some(told.trim_matches('"').to_owned())
}

fn after_colon(text: &str) -> String {
    text.rsplit(':').next().unwrap_or_default().trim().trim_matches('"').to_owned()
}

pub(super) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Plain, or as the card stores it: nibbles swapped, filled up with F (`hw-notes/at_oddities.md` 22).
fn read_iccid(text: &str) -> Option<Iccid> {
    let plain = text.trim_end_matches(['F', 'f']);
    let starts_right = |text: &str| text.starts_with("89");
    let candidates = [plain.to_owned(), swapped(text).trim_end_matches(['F', 'f']).to_owned()];
    candidates.iter().filter(|text| starts_right(text)).find_map(|text| Iccid::parse(text).ok())
}

fn swapped(hex: &str) -> String {
    let digits: Vec<char> = hex.chars().collect();
    digits.chunks(2).flat_map(|pair| pair.iter().rev()).collect::<String>().trim_end_matches(['F', 'f']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_device_s_clock() {
        let time = |text: &str| Readiness { clock: text.into(), ..Readiness::default() }.time();
        assert_eq!(time("26/12/01,10:00:00+00"), "2026-12-01T10:00:00Z".parse().ok());
        assert_eq!(time("26/12/01,10:00:00+04"), "2026-12-01T09:00:00Z".parse().ok());
        assert_eq!(time("26/12/01,10:00:00-20"), "2026-12-01T15:00:00Z".parse().ok());
        for unknown in ["", "80/01/06,00:00:00+00", "04/01/01,00:00:00+04", "26/12/01,10:00:00", "26/13/01,10:00:00+00"]
        {
            assert_eq!(time(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn iccid_in_every_form() {
        let card = Iccid::parse("8944100000000000012").unwrap();
        for text in ["8944100000000000012", "8944100000000000012F", "984401000000000010F2"] {
            assert_eq!(read_iccid(text), Some(card.clone()), "{text}");
        }
        assert_eq!(read_iccid("nonsense"), None);
        assert_eq!(read_iccid("1234567890123456789"), None, "no card's number begins so");
    }
}
