//! The numbers on a SIM, out of the copies of its files that `check` took: contacts, numbers dialled last, and who the texts
//! are from or to. Each keeps its file and record. Called by `contacts add --sim`, which makes a list of them.

use super::sim::{self, dialling_number};
use super::sim_text::texts;
use crate::hex;
use crate::pdu::gsm7::Tables;
use crate::text::Untrusted;

/// Files that hold numbers of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shelf {
    /// EF_ADN.
    Contacts,
    /// EF_SMS.
    Texts,
    /// EF_LND.
    Dialled,
}

/// A number on the SIM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimNumber {
    /// The file.
    pub shelf: Shelf,
    /// The record, from 1.
    pub record: usize,
    /// Digits, a plus sign before them if the record says that it is international.
    pub number: String,
    /// The name beside it.
    pub name: Option<Untrusted>,
}

impl Shelf {
    /// The file's identifier, as a copy has it.
    pub fn id(self) -> String {
        let id = match self {
            Self::Contacts => sim::CONTACTS,
            Self::Texts => sim::TEXTS,
            Self::Dialled => sim::DIALLED,
        };
        format!("{id:04X}")
    }

    /// Its name in the standard.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contacts => "EF_ADN",
            Self::Texts => "EF_SMS",
            Self::Dialled => "EF_LND",
        }
    }

    /// The numbers in its records, copied as hexadecimal digits. A sender that is a word is no number.
    pub fn numbers(self, records: &[String]) -> Vec<SimNumber> {
        let found: Vec<(usize, String, Option<Untrusted>)> = match self {
            Self::Texts => texts(records).into_iter().map(|text| (text.record, digits_of(&text.who), None)).collect(),
            Self::Contacts | Self::Dialled => (1..)
                .zip(records)
                .filter_map(|(record, octets)| {
                    let octets = hex::decode(octets).ok()?;
                    Some((record, dialling_number(&octets)?, name(&octets)))
                })
                .collect(),
        };
        let number = |(record, number, name)| SimNumber { shelf: self, record, number, name };
        found.into_iter().map(number).filter(|found| !found.number.is_empty()).collect()
    }
}

fn digits_of(who: &Untrusted) -> String {
    let text = who.for_record();
    let digits = text.strip_prefix('+').unwrap_or(text);
    if digits.bytes().all(|octet| octet.is_ascii_digit()) { text.to_owned() } else { String::new() }
}

/// The alpha identifier before the last 14 octets (51.011 clause 10.5.1): in the default alphabet without packing, or in
/// UCS-2 behind 80 (annex B); the two short forms of UCS-2 are not read, the record has their octets.
fn name(record: &[u8]) -> Option<Untrusted> {
    let field = record.get(..record.len().checked_sub(14)?)?;
    match field.split_first()? {
        (0x81 | 0x82, _) => None,
        (0x80, rest) => {
            let units =
                rest.chunks_exact(2).map(|pair| <[u8; 2]>::try_from(pair).map(u16::from_be_bytes).unwrap_or(u16::MAX));
            let units: Vec<u16> = units.take_while(|unit| *unit != 0xffff).collect();
            Some(String::from_utf16_lossy(&units).into())
        }
        _ => {
            let codes: Vec<u8> = field.iter().copied().take_while(|octet| *octet != 0xff).collect();
            Some(Tables::DEFAULT.text(&codes))
        }
    }
    .filter(|name: &Untrusted| !name.is_empty())
}

/// A list of contacts: number, name, and where on the SIM each stands.
pub fn list(numbers: &[SimNumber]) -> String {
    let quoted = |text: String| format!("\"{}\"", text.replace('"', "\"\""));
    let line = |found: &SimNumber| {
        let name = found.name.as_ref().map(Untrusted::for_csv).unwrap_or_default();
        format!("{},{},SIM {} record {}\n", found.number, quoted(name), found.shelf.name(), found.record)
    };
    std::iter::once("number,name,source\n".to_owned()).chain(numbers.iter().map(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::contacts::{Rules, read, sort};
    use crate::case::number::Realm;

    const ANN: &str = "416E6EFFFFFFFFFF0791447700090010FFFFFFFFFFFF";
    const ZOLW: &str = "80017C00F3FFFFFF07817007900000F2FFFFFFFFFFFF";

    fn found(shelf: Shelf, records: &[&str]) -> Vec<(usize, String, String)> {
        let records: Vec<String> = records.iter().map(|record| (*record).to_owned()).collect();
        let name = |name: Option<Untrusted>| name.map(|name| name.for_record().to_owned()).unwrap_or_default();
        shelf.numbers(&records).into_iter().map(|found| (found.record, found.number, name(found.name))).collect()
    }

    #[test]
    fn contacts_and_numbers_dialled_have_names_and_records() {
        let empty = "FF".repeat(22);
        let records = [empty.as_str(), ANN, "zz", "", ZOLW];
        let expected = [(2, "+447700900001", "Ann"), (5, "07700900002", "żó")];
        let expected = expected.map(|(record, number, name)| (record, number.to_owned(), name.to_owned()));
        assert_eq!(found(Shelf::Contacts, &records), expected);
        assert_eq!(found(Shelf::Dialled, &records), expected);
    }

    #[test]
    fn texts_have_who_sent_them_unless_it_is_a_word() {
        let hello = "030791447700090000040C9144770009001000006221100160040005E8329BFD06";
        let word = "030791447700090000040CD0E8329BFD060000622110016004000141";
        let records = [format!("{hello:F<352}"), format!("{word:F<352}")];
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        assert_eq!(found(Shelf::Texts, &records), [(1, "+447700900001".to_owned(), String::new())]);
    }

    #[test]
    fn the_list_is_read_as_any_other_and_tells_the_record() {
        let hostile =
            SimNumber { shelf: Shelf::Dialled, record: 3, number: "07700900002".into(), name: Some("=1,\"\n".into()) };
        let numbers = [Shelf::Contacts.numbers(&[ANN.to_owned()]), vec![hostile]].concat();
        let text = list(&numbers);
        let rows = read("sim.csv", text.as_bytes(), &[]).unwrap().rows;
        let sorted = sort(rows, &Rules::plain(Realm::Real));
        let people: Vec<(&str, &str)> = sorted
            .people
            .iter()
            .map(|person| (person.to.as_str(), person.row.source.as_ref().map_or("", |source| source.for_record())))
            .collect();
        assert_eq!(people, [("+447700900001", "SIM EF_ADN record 1"), ("+447700900002", "SIM EF_LND record 3")]);
        assert!(!text.contains("\"="), "{text}");
    }
}
