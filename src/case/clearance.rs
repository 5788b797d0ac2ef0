//! May this one part be sent at this one moment?

use jiff::Timestamp;

use super::PartId;
use crate::ids::Msisdn;

/// Leave to send one part at one moment: every rule held. Not `Clone`; used up by `Record::intend`.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a clearance is for one moment"]
pub struct Clearance {
    part: PartId,
    to: Msisdn,
    tpdu: Vec<u8>,
    authority: String,
    plan_code: String,
    at: Timestamp,
}

impl Clearance {
    /// Which part of whose message.
    pub fn part(&self) -> PartId {
        self.part
    }

    /// The recipient.
    pub fn to(&self) -> &Msisdn {
        &self.to
    }

    /// The SMS-SUBMIT that was approved, octet for octet.
    pub fn tpdu(&self) -> &[u8] {
        &self.tpdu
    }

    /// The authority's reference.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The code of the approved plan.
    pub fn plan_code(&self) -> &str {
        &self.plan_code
    }

    /// The moment it is for.
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

#[cfg(test)]
impl Clearance {
    /// For the tests of floors above, which have no whole case at hand.
    pub(crate) fn for_tests(part: PartId, to: &str, tpdu: &[u8], at: Timestamp) -> Self {
        Self {
            part,
            to: Msisdn::parse(to).unwrap(),
            tpdu: tpdu.to_vec(),
            authority: "17/24".to_owned(),
            plan_code: "7KQ4-M2XD-9TRB-5HWA".to_owned(),
            at,
        }
    }
}
