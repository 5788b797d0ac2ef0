//! vCards 2.1 (IMC 1996), 3.0 (RFC 2426) and 4.0 (RFC 6350): `TEL`, `FN`, `N` and `LANG` of each card. A reader of our own,
//! because each number keeps the line that it stands in, and old phones write what no standard has.

use std::sync::Arc;

use mail_parser::decoders::quoted_printable::quoted_printable_decode_char;

use super::encoding::decode_as;
use super::{ContactsError, Place, Row};
use crate::case::language::Language;
use crate::text::Untrusted;

/// Whether a text is one of cards.
pub(super) fn is_vcard(text: &str) -> bool {
    let head = text.trim_start().get(..11).unwrap_or_default();
    head.eq_ignore_ascii_case("BEGIN:VCARD")
}

/// All numbers of all cards. A card without a number is a row without one.
pub(super) fn read(file: &Arc<str>, octets: &[u8]) -> Result<Vec<Box<Row>>, ContactsError> {
    let mut rows = Vec::new();
    let mut open: Option<Card> = None;
    for property in properties(octets) {
        match (property.name.as_str(), &mut open) {
            ("BEGIN", Some(_)) if property.is_card() => {
                return Err(ContactsError::at(file, property.line, "a card begins here in the middle of another"));
            }
            ("BEGIN", None) if property.is_card() => open = Some(Card::at(property.line)),
            ("END", Some(_)) if property.is_card() => {
                rows.extend(open.take().into_iter().flat_map(|card| card.rows(file)))
            }
            ("TEL", Some(card)) => card.numbers.push((property.line, property.number())),
            ("FN", Some(card)) => card.full = Some(property.text()),
            // RFC 6350 clause 6.4.4; of several the first.
            ("LANG", Some(card)) => card.language = card.language.take().or_else(|| Language::read(&property.text())),
            ("N", Some(card)) => card.parts = Some(property.name_parts()),
            ("TEL", None) => return Err(ContactsError::at(file, property.line, "a number stands outside of any card")),
            _ => {}
        }
    }
    match open {
        Some(card) => {
            Err(ContactsError::at(file, card.line, "the card that begins here has no end: the file is cut off"))
        }
        None if rows.is_empty() => Err(ContactsError::at(file, 1, "no card could be read")),
        None => Ok(rows),
    }
}

/// One card, as far as it was read.
struct Card {
    line: u64,
    numbers: Vec<(u64, String)>,
    full: Option<String>,
    parts: Option<String>,
    language: Option<Language>,
}

impl Card {
    fn at(line: u64) -> Self {
        Self { line, numbers: Vec::new(), full: None, parts: None, language: None }
    }

    fn rows(self, file: &Arc<str>) -> Vec<Box<Row>> {
        let name = self.full.filter(|name| !name.is_empty()).or(self.parts).filter(|name| !name.is_empty());
        let name = name.map(Untrusted::from);
        let numbers = if self.numbers.is_empty() { vec![(self.line, String::new())] } else { self.numbers };
        let row = |(line, number): (u64, String)| Row {
            from: Place { file: file.clone(), sheet: None, row: line, column: None },
            number: number.into(),
            name: name.clone(),
            language: self.language.clone(),
            source: None,
            seen: None,
        };
        numbers.into_iter().map(row).map(Box::new).collect()
    }
}

/// One property, unfolded.
struct Property {
    line: u64,
    name: String,
    parameters: Vec<String>,
    value: Vec<u8>,
}

impl Property {
    fn read(line: u64, octets: &[u8]) -> Option<Self> {
        let colon = colon(octets)?;
        let head = String::from_utf8_lossy(octets.get(..colon)?).to_ascii_uppercase();
        let mut pieces = head.split(';').map(str::to_owned);
        // "item1.TEL" is a property of a group.
        let name = pieces.next()?.rsplit('.').next()?.trim().to_owned();
        Some(Self { line, name, parameters: pieces.collect(), value: octets.get(colon + 1..)?.to_vec() })
    }

    fn is_card(&self) -> bool {
        self.value.trim_ascii().eq_ignore_ascii_case(b"VCARD")
    }

    /// 2.1 has `QUOTED-PRINTABLE` also without `ENCODING=`.
    fn is_quoted_printable(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.ends_with("QUOTED-PRINTABLE"))
    }

    fn raw_text(&self) -> String {
        let charset = self.parameters.iter().find_map(|parameter| parameter.strip_prefix("CHARSET="));
        let octets = if self.is_quoted_printable() { from_quoted_printable(&self.value) } else { self.value.clone() };
        decode_as(charset, &octets).trim().to_owned()
    }

    fn text(&self) -> String {
        unescaped(&self.raw_text())
    }

    /// As written; 4.0 may write it as a URI (RFC 3966).
    fn number(&self) -> String {
        let text = self.raw_text();
        let uri = text.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("tel:"));
        if uri { text.get(4..).unwrap_or_default().to_owned() } else { text }
    }

    /// Given name, then family name.
    fn name_parts(&self) -> String {
        let text = self.raw_text();
        let mut pieces = text.split(';').map(unescaped);
        let (family, given) = (pieces.next().unwrap_or_default(), pieces.next().unwrap_or_default());
        format!("{given} {family}").trim().to_owned()
    }
}

/// The colon that ends the parameters: not one inside quotes.
fn colon(octets: &[u8]) -> Option<usize> {
    let mut quoted = false;
    octets.iter().position(|octet| {
        quoted ^= *octet == b'"';
        *octet == b':' && !quoted
    })
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => plain.push(' '),
                other => plain.extend(other),
            },
            c => plain.push(c),
        }
    }
    plain.trim().to_owned()
}

/// RFC 2045 section 6.7; what is no hexadecimal pair stays as it is.
fn from_quoted_printable(octets: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(octets.len());
    let mut rest = octets;
    while let Some((first, behind)) = rest.split_first() {
        let pair = match behind {
            [high, low, ..] if *first == b'=' => quoted_printable_decode_char(*high, *low),
            _ => None,
        };
        match pair {
            Some(octet) => {
                plain.push(octet);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                plain.push(*first);
                rest = behind;
            }
        }
    }
    plain
}

/// Lines, however they end, each with its number.
fn lines(octets: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let ends_alone = |at: usize| octets.get(at) == Some(&b'\n') || octets.get(at + 1) != Some(&b'\n');
    let mut at = 0;
    (1..).zip(octets.split(move |octet| {
        at += 1;
        matches!(octet, b'\r' | b'\n') && ends_alone(at - 1)
    }))
}

/// Unfolds: a line that begins with a space goes on the one before (RFC 6350 section 3.2), and so does any line behind
/// one of quoted-printable text that ends in `=`.
fn properties(octets: &[u8]) -> Vec<Property> {
    let mut whole: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut soft = false;
    for (line, text) in lines(octets) {
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let folded = text.strip_prefix(b" ").or_else(|| text.strip_prefix(b"\t"));
        match (whole.last_mut(), folded) {
            (Some((_, before)), _) if soft => {
                before.pop();
                before.extend(text);
            }
            (Some((_, before)), Some(folded)) => before.extend(folded),
            _ => whole.push((line, text.to_vec())),
        }
        soft = whole.last().is_some_and(|(line, text)| {
            text.ends_with(b"=") && Property::read(*line, text).is_some_and(|property| property.is_quoted_printable())
        });
    }
    whole.iter().filter_map(|(line, text)| Property::read(*line, text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cards(text: &str) -> Vec<(u64, String, Option<String>)> {
        let rows = read(&"c.vcf".into(), text.as_bytes()).unwrap();
        let name = |row: &Row| row.name.as_ref().map(|name| name.for_record().to_owned());
        rows.iter().map(|row| (row.from.row, row.number.for_record().to_owned(), name(row))).collect()
    }

    fn one(number: &str, name: &str, line: u64) -> Vec<(u64, String, Option<String>)> {
        vec![(line, number.to_owned(), Some(name.to_owned()))]
    }

    #[test]
    fn the_three_versions() {
        let old = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Ex=\r\n=E4mple;Zo=EB\r\nTEL;CELL:07700900001\r\nEND:VCARD\r\n";
        assert_eq!(cards(old), one("07700900001", "Zoë Exämple", 5));
        let three = "begin:vcard\nversion:3.0\nN:Example;Ann;;;\nFN:Ann \n Example\\, jun.\nitem1.TEL;type=CELL:+44 7700\n  900001\nend:vcard\n";
        assert_eq!(cards(three), one("+44 7700 900001", "Ann Example, jun.", 6));
        let four = "BEGIN:VCARD\nVERSION:4.0\nFN:Bo\nTEL;VALUE=uri;TYPE=\"voice:x\":tel:+44-7700-900001\nEND:VCARD";
        assert_eq!(cards(four), one("+44-7700-900001", "Bo", 4));
    }

    #[test]
    fn lines_may_end_in_any_way_and_what_is_no_pair_stays() {
        let text = "BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:=+3=4z=C3=AB;Zo=\n=C3=AB\nTEL:07700900001\nEND:VCARD\n";
        for end in ["\n", "\r\n", "\r"] {
            assert_eq!(cards(&text.replace('\n', end)), one("07700900001", "Zo\u{eb} =+3=4z\u{eb}", 4), "{end:?}");
        }
    }

    #[test]
    fn a_card_has_many_numbers_or_none() {
        let text = "BEGIN:VCARD\nTEL:07700900001\nFN:Ann\nTEL:07700900002\nEND:VCARD\nBEGIN:VCARD\nFN:Bo\nEND:VCARD\n";
        let found: Vec<String> = cards(text).into_iter().map(|(_, number, _)| number).collect();
        assert_eq!(found, ["07700900001", "07700900002", ""]);
    }

    #[test]
    fn a_cut_file_is_an_error_that_names_the_line() {
        let cut = read(&"c.vcf".into(), b"BEGIN:VCARD\nEND:VCARD\nBEGIN:VCARD\nTEL:0770");
        assert!(cut.unwrap_err().to_string().starts_with("c.vcf, line 3: the card"));
        let nested = read(&"c.vcf".into(), b"BEGIN:VCARD\nTEL:07700900001\nBEGIN:VCARD\nTEL:07700900002\nEND:VCARD\n");
        assert!(nested.unwrap_err().to_string().starts_with("c.vcf, line 3: a card begins here"));
        let none = read(&"c.vcf".into(), b"BEGIN:VCARD2\nTELEX:1\n");
        assert!(none.unwrap_err().to_string().ends_with("no card could be read"));
        let outside = read(&"c.vcf".into(), b"BEGIN:VCARD\nEND:VCARD\nTEL:07700900001\n");
        assert!(outside.unwrap_err().to_string().starts_with("c.vcf, line 3: a number"));
    }
}
