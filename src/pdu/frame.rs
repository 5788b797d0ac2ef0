//! SMSC and TPDU together, as `+CMGR`, `+CMT` and `+CMGS` carry them (27.005 clause 3.1).

use super::address::Address;
use super::parse::{self, Error};
use super::reader::{Name, Nobody, Value, Watch};
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
        Self::decode_watched(octets, direction, &mut Nobody)
    }

    /// Decodes all octets, and shows each field as it is read.
    pub fn decode_watched(octets: &[u8], direction: Direction, watch: &mut impl Watch) -> Result<Self, Error> {
        let length = usize::from(octets.first().copied().unwrap_or_default()) + 1;
        let (head, tpdu) = octets.split_at(length.min(octets.len()));
        let smsc = smsc(head, watch)?;
        let tpdu = Tpdu::read(tpdu, head.len(), direction, watch)?;
        Ok(Self { smsc, tpdu })
    }

    /// All octets.
    pub fn encode(&self) -> Vec<u8> {
        let mut octets = Vec::with_capacity(188);
        match &self.smsc {
            Some(address) => address.write_smsc(&mut octets),
            None => octets.push(0),
        }
        self.tpdu.write(&mut octets);
        octets
    }

    /// Octets of the TPDU alone: the length that AT commands tell.
    pub fn tpdu_length(&self) -> usize {
        self.tpdu.encode().len()
    }
}

fn smsc(head: &[u8], watch: &mut impl Watch) -> Result<Option<Address>, Error> {
    let read = Address::parse_smsc(head);
    let (_, smsc) = read.map_err(|error| parse::error(&[Name::Smsc.term()], head.len(), error))?;
    if let Some(smsc) = &smsc {
        watch.see(Name::Smsc, 0..head.len(), Value::Address(smsc));
    }
    Ok(smsc)
}
