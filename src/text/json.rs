//! JSON in ASCII: every character beyond it, and DEL, is written as an escape. The same text for whoever reads the JSON; on a
//! terminal nothing in it acts, also where the line is shown raw. Called by `cli::print` and `record::lines`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};

/// Writes everything beyond ASCII, and DEL, as `\u` escapes.
struct Ascii(CompactFormatter);

impl Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        for c in fragment.chars() {
            if (' '..'\u{7f}').contains(&c) {
                writer.write_all(&[c as u8])?;
            } else {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }
}

/// A value as one line of JSON in ASCII.
pub fn ascii(value: &impl Serialize) -> Option<String> {
    let mut line = Vec::new();
    write(&mut line, value).ok()?;
    String::from_utf8(line).ok()
}

/// Writes a value as one line of JSON in ASCII, without its end.
pub fn write(to: impl Write, value: &impl Serialize) -> serde_json::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(to, Ascii(CompactFormatter)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_ascii_and_lossless() {
        let hostile = "a\u{1b}]0;x\u{7}\u{9b}\u{202e}😀\"é\u{7f}";
        let line = ascii(&hostile).unwrap();
        assert!(line.bytes().all(|b| (b' '..0x7f).contains(&b)), "{line}");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), hostile);
    }
}
