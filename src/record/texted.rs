//! Whom the cases of this station have texted, and when: a list that outlives a case, so it holds no numbers but
//! HMAC-SHA-256 of their last nine digits under the key of the station's list, the date, and the case's, keyed alike. The
//! list alone tells nothing; whoever has the key too can try all numbers.
//!
//! Written by a session when a person's first part left or may have left; read when a plan is made and when a run begins.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::small;
use super::suppression::{Suppression, SuppressionError, digest, io, there};
use crate::hex;
use crate::ids::Sha256;

pub(super) const LIST: &str = "texted";

/// The list, read.
#[derive(Debug, Clone, Default)]
pub struct Texted {
    key: Vec<u8>,
    /// By the number's digest: the case's, and when.
    people: BTreeMap<Vec<u8>, Vec<(Vec<u8>, Date)>>,
}

impl Texted {
    /// When a number was last texted under another case.
    pub fn elsewhere(&self, last_nine: &str, case: &Sha256) -> Option<Date> {
        let own = digest(&self.key, &case.to_string());
        let found = self.people.get(&digest(&self.key, last_nine))?;
        found.iter().filter(|(case, _)| *case != own).map(|(_, on)| *on).max()
    }

    /// Whether a number was texted under this case.
    pub fn here(&self, last_nine: &str, case: &Sha256) -> bool {
        let own = digest(&self.key, &case.to_string());
        self.people.get(&digest(&self.key, last_nine)).is_some_and(|found| found.iter().any(|(case, _)| *case == own))
    }
}

impl Suppression {
    /// Whom the station's cases have texted. Writes nothing.
    pub fn texted(&self) -> Result<Texted, SuppressionError> {
        let Some(path) = self.station.as_ref().map(|station| station.join(LIST)) else { return Ok(Texted::default()) };
        if !there(&path)? {
            return Ok(Texted::default());
        }
        let key = self.key.clone().ok_or_else(|| self.key_lost())?;
        let text = std::fs::read_to_string(&path).map_err(|error| io(&path, error))?;
        let whole = text.rfind('\n').map_or("", |end| text.get(..=end).unwrap_or_default());
        let mut people: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (line, text) in (1..).zip(whole.lines()) {
            let (number, on, case) =
                read(text).ok_or_else(|| SuppressionError::Foreign { path: path.clone(), line })?;
            people.entry(number).or_default().push((case, on));
        }
        Ok(Texted { key, people })
    }

    /// Adds people, each with the last nine digits of the number and the date; durable when this returns.
    pub fn note_texted(&mut self, people: &[(String, Date)], case: &Sha256) -> Result<(), SuppressionError> {
        let Some(station) = self.made()? else { return Ok(()) };
        let path = station.join(LIST);
        let key = self.locked_key(&station)?;
        let case = hex::encode(&digest(&key, &case.to_string()));
        let line = |(number, on): &(String, Date)| format!("{} {on} {case}\n", hex::encode(&digest(&key, number)));
        let lines: String = people.iter().map(line).collect();
        small::append_lines(&path, &lines).map_err(|error| io(&path, error))
    }
}

fn read(line: &str) -> Option<(Vec<u8>, Date, Vec<u8>)> {
    let mut fields = line.split(' ');
    let octets = |text: Option<&str>| hex::decode(text?).ok().filter(|octets| octets.len() == 32);
    let (number, on, case) = (octets(fields.next())?, fields.next()?.parse().ok()?, octets(fields.next())?);
    fields.next().is_none().then_some((number, on, case))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i8) -> Date {
        jiff::civil::date(2026, 11, day)
    }

    fn noted(folder: &std::path::Path) -> (Suppression, [Sha256; 2]) {
        let mut list = Suppression::load(folder).unwrap();
        let cases = [Sha256::of(b"one"), Sha256::of(b"other")];
        list.note_texted(&[("700900123".into(), day(1)), ("700900124".into(), day(1))], &cases[0]).unwrap();
        list.note_texted(&[("700900123".into(), day(5))], &cases[1]).unwrap();
        (list, cases)
    }

    #[test]
    fn each_case_sees_what_the_others_did() {
        let folder = tempfile::tempdir().unwrap();
        let (_, [one, other]) = noted(folder.path());
        let list = Suppression::load(folder.path()).unwrap().texted().unwrap();
        assert_eq!(list.elsewhere("700900123", &one), Some(day(5)));
        assert_eq!(list.elsewhere("700900123", &other), Some(day(1)));
        assert_eq!((list.elsewhere("700900124", &one), list.elsewhere("700900124", &other)), (None, Some(day(1))));
        assert_eq!(list.elsewhere("700900125", &other), None);
        assert!(list.here("700900124", &one) && !list.here("700900124", &other));
    }

    /// Every mobile of the block is tried against both lists of the station, without its key: by plain and by simple
    /// digests, and under keys that somebody might try.
    #[test]
    fn the_lists_give_no_number_away() {
        use sha2::Digest;
        let folder = tempfile::tempdir().unwrap();
        let (mut list, _) = noted(folder.path());
        list.add("700900200").unwrap();
        let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        let lists = text(LIST) + &text("opted-out");
        for number in (0..1000).map(|n| format!("700900{n:03}")) {
            for form in [number.clone(), format!("0{number}"), format!("44{number}"), format!("+44{number}")] {
                let keys: [&[u8]; 4] = [b"", &[0; 32], b"signpost", b"list_key"];
                let keyed = keys.iter().map(|key| hex::encode(&digest(key, &form)));
                let plain = [form.clone(), hex::encode(&sha2::Sha256::digest(&form))];
                assert!(keyed.chain(plain).all(|guess| !lists.contains(&guess)), "{form}");
            }
        }
    }

    #[test]
    fn a_line_that_the_power_went_away_from_is_written_over_and_a_damaged_one_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let (mut list, [one, _]) = noted(folder.path());
        let path = folder.path().join(LIST);
        let whole = std::fs::read_to_string(&path).unwrap();
        for end in [1, 64, 70, 139] {
            std::fs::write(&path, format!("{whole}{}", whole.get(..end).unwrap())).unwrap();
            list.note_texted(&[("700900126".into(), day(7))], &one).unwrap();
            assert!(list.texted().unwrap().here("700900126", &one), "{end}");
        }
        std::fs::write(&path, "no digest\n").unwrap();
        assert!(matches!(list.texted(), Err(SuppressionError::Foreign { line: 1, .. })));
        std::fs::remove_file(folder.path().join("list_key")).unwrap();
        assert!(matches!(Suppression::load(folder.path()), Err(SuppressionError::KeyLost(_))));
    }
}
