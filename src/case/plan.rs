//! Who would be texted with what: every TPDU of it.

use std::collections::{BTreeMap, BTreeSet};

use super::contacts::Sorted;
use super::message::Message;
use super::terms::Terms;
use crate::ids::Msisdn;
use crate::pdu::split::{Split, split};
use crate::pdu::validity::Validity;
use crate::pdu::{Address, Submit, Tpdu};
use crate::text::Untrusted;

/// The service centre keeps trying this long (CLI.md section 4), and nothing goes later than this
/// before listening ends: a text must not be answered into silence.
pub const VALIDITY_HOURS: u8 = 24;

/// What the record knows of earlier approvals of this case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Which person's number in the plan a phone number has had; it keeps it for good.
    pub numbers: BTreeMap<Msisdn, u32>,
    /// Numbers that were tried under an earlier approval; they are skipped.
    pub tried: BTreeSet<Msisdn>,
    /// Numbers that opted out.
    pub barred: BTreeSet<Msisdn>,
}

/// One person and the parts of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// From 1; 0 is the test phone.
    pub person: u32,
    /// The number.
    pub to: Msisdn,
    /// The name in the list.
    pub name: Option<Untrusted>,
    /// SMS-SUBMIT octets, in order.
    pub parts: Vec<Vec<u8>>,
}

/// Everyone who would be texted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// In order.
    pub people: Vec<Planned>,
    /// The test phone's text.
    pub test: Option<Planned>,
}

/// The plan cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the text cannot be put into a TPDU for {0}")]
pub struct PlanError(String);

impl Plan {
    /// Makes the plan: everyone in the lists who was neither tried before nor opted out.
    pub fn make(terms: &Terms, message: &Message, sorted: &Sorted, history: &History) -> Result<Self, PlanError> {
        let mut next = history.numbers.values().max().copied().unwrap_or(0);
        let mut people = Vec::new();
        for recipient in &sorted.people {
            if history.tried.contains(&recipient.to) || history.barred.contains(&recipient.to) {
                continue;
            }
            let person = history.numbers.get(&recipient.to).copied().unwrap_or_else(|| {
                next += 1;
                next
            });
            people.push(planned(person, &recipient.to, recipient.row.name.clone(), message)?);
        }
        let test = terms.test_phone.as_ref().map(|phone| planned(0, phone, None, message)).transpose()?;
        Ok(Self { people, test })
    }

    /// How many parts in all, the test text aside.
    pub fn parts(&self) -> usize {
        self.people.iter().map(|person| person.parts.len()).sum()
    }
}

fn planned(person: u32, to: &Msisdn, name: Option<Untrusted>, message: &Message) -> Result<Planned, PlanError> {
    let parts = tpdus(to, message).ok_or_else(|| PlanError(to.masked()))?;
    Ok(Planned { person, to: to.clone(), name, parts })
}

/// The concatenation reference is a counter per recipient; in one case nobody gets a second text, so
/// it is always the first.
fn tpdus(to: &Msisdn, message: &Message) -> Option<Vec<Vec<u8>>> {
    const FIRST: u8 = 1;
    let destination = Address::international(to.digits()).ok()?;
    let Split { dcs, parts } = split(message.text(), FIRST, message.national()).ok()?;
    let validity = Validity::hours(VALIDITY_HOURS);
    let submit = |data| Tpdu::Submit(Submit::text(destination.clone(), dcs, data, validity)).encode();
    Some(parts.into_iter().map(submit).collect())
}
