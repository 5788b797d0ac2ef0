//! Who the device and the SIM are.

use super::{Modem, ModemError};
use crate::at::answer::Answer;
use crate::at::command::{Command, Domain, SimRead};
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
        let good = |stat: Option<u32>| matches!(stat, Some(1 | 5 | 6 | 7 | 9 | 10));
        if good(self.registration) || good(self.lte_registration) { Registered::Yes } else { Registered::No }
    }
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
        let mut identity = self.device().await?;
        let imsi = self.pump.ask(&Command::Imsi).await.ok().as_ref().and_then(|answer| bare(answer, "+CIMI"));
        identity.imsi = imsi.and_then(|text| Imsi::parse(&digits(&text)).ok());
        identity.iccid = self.iccid().await;
        Ok(identity)
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
        let answer = self.pump.ask(&Command::SimRead(SimRead::Binary { file: EF_ICCID, length: 10 })).await.ok()?;
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
        let pin = pin.after("+CPIN").map_or_else(|| pin.end.explain(), str::to_owned).into();
        let service_centre = self.values(&Command::ServiceCentre, "+CSCA").await.text(0).unwrap_or_default();
        let clock = self.values(&Command::Clock, "+CCLK").await.text(0).unwrap_or_default();
        let auto_answer = self.pump.ask(&Command::AutoAnswer).await.ok();
        Ok(Readiness {
            pin,
            registration: self.values(&Command::Registration(Domain::Circuit), "+CREG").await.number(1),
            lte_registration: self.values(&Command::Registration(Domain::Lte), "+CEREG").await.number(1),
            operator: self.values(&Command::Operator, "+COPS").await.text(2).unwrap_or_default(),
            signal: self.values(&Command::Signal, "+CSQ").await.number(0),
            service_centre,
            clock,
            auto_answer: auto_answer.and_then(|answer| bare(&answer, "S0")?.parse().ok()),
        })
    }

    async fn values(&mut self, command: &Command, prefix: &str) -> Values {
        let answer = self.pump.ask(command).await.ok();
        answer.as_ref().and_then(|answer| answer.after(prefix)).map(Values::parse).unwrap_or_default()
    }
}

/// The first information line, without the prefix that some families put before it, and without
/// quotes.
fn bare(answer: &Answer, prefix: &str) -> Option<String> {
    let told = answer.after(prefix).or_else(|| answer.after(""))?;
    Some(told.trim_matches('"').to_owned())
}

fn after_colon(text: &str) -> String {
    text.rsplit(':').next().unwrap_or_default().trim().trim_matches('"').to_owned()
}

fn digits(text: &str) -> String {
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
    fn iccid_in_every_form() {
        let card = Iccid::parse("8944100000000000012").unwrap();
        for text in ["8944100000000000012", "8944100000000000012F", "984401000000000010F2"] {
            assert_eq!(read_iccid(text), Some(card.clone()), "{text}");
        }
        assert_eq!(read_iccid("nonsense"), None);
        assert_eq!(read_iccid("1234567890123456789"), None, "no card's number begins so");
    }
}
