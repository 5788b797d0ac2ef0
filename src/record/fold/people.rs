//! Everyone in an approved plan, by their number in the plan and by their phone number.

use std::sync::Arc;

use super::sorted::SortedMap;
use crate::case::approval::Approval;
use crate::case::pinned::Pinned;

/// People of all approvals: each as last approved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// With the approval's entry.
    approved: SortedMap<u32, (u64, Arc<Pinned>)>,
    /// The last nine digits of their number, and they: in order.
    by_number: Vec<(u32, u32)>,
}

impl People {
    /// The test phone is anew with each approval; everyone else stays.
    pub(super) fn approve(&mut self, entry: u64, approval: &Approval) {
        self.approved.retain(|person, _| *person != 0);
        self.approved.reserve(approval.people.len() + 1);
        for pinned in approval.people.iter().chain(&approval.test) {
            self.approved.insert(pinned.person, (entry, pinned.clone()));
        }
        let number = |(person, pinned): (u32, &Pinned)| Some((number(pinned.to.last_nine())?, person));
        self.by_number = self.iter().filter_map(number).collect();
        self.by_number.sort_unstable();
    }

    /// One of them.
    pub fn get(&self, person: u32) -> Option<&Pinned> {
        self.approved.get(&person).map(|(_, pinned)| &**pinned)
    }

    /// The entry of the approval that they were last in.
    pub fn approved_in(&self, person: u32) -> Option<u64> {
        self.approved.get(&person).map(|(entry, _)| *entry)
    }

    /// In order of their number in the plan.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Pinned)> {
        self.approved.iter().map(|(person, (_, pinned))| (*person, &**pinned))
    }

    /// Those whose phone number ends in these nine digits (all of it, if it has fewer).
    pub fn with_number<'a>(&'a self, last_nine: &'a str) -> impl Iterator<Item = (u32, &'a Pinned)> {
        let wanted = number(last_nine);
        let from = self.by_number.partition_point(|(number, _)| Some(*number) < wanted);
        let near = self.by_number.get(from..).unwrap_or_default();
        let near = near.iter().take_while(move |(number, _)| Some(*number) == wanted);
        near.filter_map(|(_, person)| Some((*person, self.get(*person)?)))
            // Noughts before a number that is shorter do not count in `wanted`.
            .filter(move |(_, pinned)| pinned.to.last_nine() == last_nine)
    }
}

/// Nine digits at most.
fn number(digits: &str) -> Option<u32> {
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::LineIdentity;
    use crate::case::approval::Strength;
    use crate::case::parts::Parts;

    fn approval(people: &[(u32, &str)]) -> Approval {
        let pinned = |(person, to): &(u32, &str)| {
            let to = to.parse().unwrap();
            Arc::new(Pinned { person: *person, parts: Parts::of(&to, []), to, name: None, salt: [0; 16] })
        };
        let line =
            LineIdentity { iccid: "8944100000000000012".parse().unwrap(), imsi: "001010123456789".parse().unwrap() };
        let (plan_code, by, pins) = Default::default();
        let people = people.iter().map(pinned).collect();
        Approval { plan_code, by, strength: Strength::NameOnly, line, pins, people, test: None, signed: None }
    }

    #[test]
    fn by_number_are_all_who_have_it_and_nobody_else() {
        let mut people = People::default();
        let listed = [(3, "+447700900003"), (1, "+0000012"), (2, "+999000000012"), (4, "+999700900003")];
        people.approve(5, &approval(&listed));
        let with = |people: &People, number| people.with_number(number).map(|(person, _)| person).collect::<Vec<_>>();
        assert_eq!(with(&people, "700900003"), [3, 4]);
        assert_eq!(with(&people, "0000012"), [1], "a short number is not one with noughts before it");
        assert_eq!(with(&people, "000000012"), [2]);
        assert_eq!(with(&people, ""), Vec::<u32>::new());
        assert_eq!(with(&people, "stop"), Vec::<u32>::new());
        people.approve(9, &approval(&[(4, "+999700900003"), (5, "+447700900005")]));
        assert_eq!(with(&people, "700900003"), [3, 4]);
        assert_eq!([3, 4, 5, 6].map(|person| people.approved_in(person)), [Some(5), Some(9), Some(9), None]);
    }
}
