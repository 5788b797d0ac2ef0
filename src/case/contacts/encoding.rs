//! Octets to text, in whatever encoding a phone or a spreadsheet wrote them; what was found is shown, because a wrong
//! guess spoils names. (Numbers are the same digits in all of these encodings.)

use std::borrow::Cow;
use std::fmt;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How a text was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The name of the encoding, as the Encoding Standard has it.
    pub encoding: &'static str,
    /// How it is known.
    pub known: Known,
}

/// How an encoding is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// By the mark at the beginning, or because no other encoding fits.
    Surely,
    /// It was guessed from the letters.
    Guessed,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known {
            Known::Surely => f.write_str(self.encoding),
            Known::Guessed => write!(f, "{} (guessed)", self.encoding),
        }
    }
}

/// The text; nothing if the octets are no text.
pub(in crate::case) fn decode(octets: &[u8]) -> Option<(Cow<'_, str>, Written)> {
    let (text, written) = letters(octets)?;
    (!text.chars().any(is_no_text)).then_some((text, written))
}

/// Characters at all, whether or not they are a text.
fn letters(octets: &[u8]) -> Option<(Cow<'_, str>, Written)> {
    let (encoding, mark, known) = find(octets);
    let (text, broken) = encoding.decode_without_bom_handling(octets.get(mark..)?);
    (!broken).then_some((with_line_feeds(text), Written { encoding: encoding.name(), known }))
}

/// Lines that end as on old Macs end like all others, so that they are counted.
fn with_line_feeds(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\r') && !text.contains('\n') { Cow::Owned(text.replace('\r', "\n")) } else { text }
}

fn is_no_text(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{85}')
}

/// Line and place in it of the only character that no text has; nothing if there are more, or none: then it is something
/// else.
pub(super) fn stray(octets: &[u8]) -> Option<(u64, usize, char)> {
    let (text, _) = letters(octets)?;
    let lines = (1..).zip(text.split('\n'));
    let mut found = lines.flat_map(|(line, text)| {
        text.chars().enumerate().filter(|(_, c)| is_no_text(*c)).map(move |(at, c)| (line, at + 1, c))
    });
    found.next().filter(|(_, _, c)| *c != '\0').filter(|_| found.next().is_none())
}

/// The encoding, and how long its mark is.
fn find(octets: &[u8]) -> (&'static Encoding, usize, Known) {
    if let Some((encoding, mark)) = Encoding::for_bom(octets) {
        return (encoding, mark, Known::Surely);
    }
    if let Some(encoding) = utf_16(octets) {
        return (encoding, 0, Known::Guessed);
    }
    if std::str::from_utf8(octets).is_ok() {
        return (UTF_8, 0, Known::Surely);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(octets, true);
    (detector.guess(None, Utf8Detection::Deny), 0, Known::Guessed)
}

/// UTF-16 without a mark: digits, commas and line ends have a zero octet each, always on the same side.
fn utf_16(octets: &[u8]) -> Option<&'static Encoding> {
    let pairs = || octets.chunks_exact(2).take(2048);
    let zeros = |side: usize| pairs().filter(|pair| pair.get(side) == Some(&0)).count();
    let (first, second, half) = (zeros(0), zeros(1), pairs().count() / 2);
    match (first > half, second > half) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None,
    }
}

/// A text in an encoding that a label names, such as the `CHARSET` of a vCard; without a good label as [`decode`] finds
/// it. What cannot be read becomes a sign of that: this is for names only.
pub(super) fn decode_as(label: Option<&str>, octets: &[u8]) -> String {
    let named = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    let encoding = named.unwrap_or_else(|| find(octets).0);
    encoding.decode(octets).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(octets: &[u8]) -> Option<(String, String)> {
        decode(octets).map(|(text, written)| (text.into_owned(), written.to_string()))
    }

    fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn by_mark_by_zeros_or_by_guess() {
        let text = "Name,Phone\r\nZoë,07700900001\r\n";
        let expected = |how: &str| Some((text.to_owned(), how.to_owned()));
        assert_eq!(found(text.as_bytes()), expected("UTF-8"));
        assert_eq!(found(format!("\u{feff}{text}").as_bytes()), expected("UTF-8"));
        assert_eq!(found(&utf_16(&format!("\u{feff}{text}"), u16::to_le_bytes)), expected("UTF-16LE"));
        assert_eq!(found(&utf_16(&format!("\u{feff}{text}"), u16::to_be_bytes)), expected("UTF-16BE"));
        assert_eq!(found(&utf_16(text, u16::to_le_bytes)), expected("UTF-16LE (guessed)"));
        assert_eq!(found(&utf_16(text, u16::to_be_bytes)), expected("UTF-16BE (guessed)"));
        assert_eq!(found(b"Zo\xeb,07700900001\n").map(|(text, _)| text).as_deref(), Some("Zoë,07700900001\n"));
    }

    #[test]
    fn what_is_no_text_is_not_read() {
        for octets in [&b"\x00\x01\x02\x03"[..], b"%PDF-1.7\n\x00\xff\xfe", b"\x89PNG\r\n\x1a\n", b"\xff\xfe\x00\xd8"] {
            assert_eq!(found(octets), None, "{octets:?}");
        }
    }
}
