//! SMSC and TPDU together, as `+CMGR`, `+CMT` and `+CMGS` carry them (27.005 clause 3.1).

use super::address::Address;
use super::parse::{Error, whole};
use super::{Direction, Tpdu};

/// A TPDU with the service centre before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The service centre; none means "the one stored on the card".
    pub smsc: Option<Address>,
    /// The TPDU.
    pub tpdu: Tpdu,
}

impl Frame {
    /// Decodes all octets.
    pub fn decode(octets: &[u8], direction: Direction) -> Result<Self, Error> {
        let length = usize::from(octets.first().copied().unwrap_or_default()) + 1;
        let (head, tpdu) = octets.split_at(length.min(octets.len()));
        let smsc = whole("SMSC", Address::parse_smsc, head)?;
        let tpdu = Tpdu::decode(tpdu, direction).map_err(|error| error.shifted(head.len()))?;
        Ok(Self { smsc, tpdu })
    }

    /// All octets.
    pub fn encode(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        match &self.smsc {
            Some(address) => address.write_smsc(&mut octets),
            None => octets.push(0),
        }
        octets.extend(self.tpdu.encode());
        octets
    }

    /// Octets of the TPDU alone: the length that AT commands tell.
    pub fn tpdu_length(&self) -> usize {
        self.tpdu.encode().len()
    }
}
