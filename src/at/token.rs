//! Octets from a handset, cut into tokens. Every octet ends in exactly one token.
//!
//! Real handsets end lines with CR LF, LF, CR CR LF or (behind an echo) a lone CR, put NULs and 0xFF
//! before them at boot, and send the prompt with or without the space or a line end before it
//! (`hw-notes/at_oddities.md` 1, 2, 8, 9, 25). A prompt is looked for only when the caller awaits
//! one: elsewhere a line that begins with `>` is a line.

use nom::branch::alt;
use nom::bytes::streaming::{tag, take_while, take_while1};
use nom::combinator::{peek, recognize};
use nom::sequence::{pair, terminated};
use nom::{IResult, Parser};

/// A line longer than this is junk to its end, so that a device that sends without end cannot fill memory.
pub const LONGEST_LINE: usize = 4096;

/// One token, with all of its octets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A line with its end.
    Line(Vec<u8>),
    /// `>` with what stood before and after it.
    Prompt(Vec<u8>),
    /// Octets that make no line: too long, or left over when the device vanished.
    Junk(Vec<u8>),
}

impl Token {
    /// The octets as they came.
    pub fn octets(&self) -> &[u8] {
        match self {
            Token::Line(octets) | Token::Prompt(octets) | Token::Junk(octets) => octets,
        }
    }

    /// The words of a line: without its end, without NULs, 0xFF and spaces around it, octets that
    /// are not UTF-8 replaced.
    pub fn words(&self) -> String {
        let text = String::from_utf8_lossy(self.octets());
        text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '\u{fffd}')).to_owned()
    }
}

/// Whether a prompt may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Await {
    /// Lines only.
    Lines,
    /// A prompt, or lines.
    Prompt,
}

/// Octets that wait to become tokens.
#[derive(Debug, Default)]
pub struct Tokens {
    buffer: Vec<u8>,
    line: Begun,
}

/// How much of the line at the front is there.
#[derive(Debug, Default, PartialEq)]
enum Begun {
    /// All of it.
    #[default]
    Whole,
    /// Its beginning went as junk, so its end is junk too: `OK` there is no line.
    Cut,
}

impl Tokens {
    /// Takes octets.
    pub fn push(&mut self, octets: &[u8]) {
        self.buffer.extend_from_slice(octets);
    }

    /// The next whole token, or `None` if its end has not come yet.
    pub fn next(&mut self, awaited: Await) -> Option<Token> {
        let parsed = match awaited {
            Await::Prompt if self.line == Begun::Whole => alt((prompt, line)).parse(&self.buffer),
            _ => line(&self.buffer),
        };
        match parsed {
            Ok((rest, token)) => {
                let used = self.buffer.len() - rest.len();
                self.buffer.drain(..used);
                let begun = std::mem::take(&mut self.line);
                let whole = begun == Begun::Whole && used <= LONGEST_LINE;
                Some(if whole { token } else { Token::Junk(token.octets().to_vec()) })
            }
            Err(_) if self.buffer.len() > LONGEST_LINE => {
                self.line = Begun::Cut;
                self.rest()
            }
            Err(_) => None,
        }
    }

    /// What is left when no more will come.
    pub fn rest(&mut self) -> Option<Token> {
        let rest = std::mem::take(&mut self.buffer);
        (!rest.is_empty()).then_some(Token::Junk(rest))
    }
}

fn is_end(octet: u8) -> bool {
    octet == b'\r' || octet == b'\n'
}

/// A line end: any CRs and one LF; or a CR that something else follows (an echo's end).
fn end(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let crs_lf = recognize(pair(take_while(|o| o == b'\r'), tag("\n")));
    let lone_cr = terminated(take_while1(|o| o == b'\r'), peek(take_while1(|o| !is_end(o))));
    alt((crs_lf, lone_cr)).parse(input)
}

fn line(input: &[u8]) -> IResult<&[u8], Token> {
    let (rest, octets) = recognize(pair(take_while(|o| !is_end(o)), end)).parse(input)?;
    Ok((rest, Token::Line(octets.to_vec())))
}

/// Line ends and spaces, then `>`. The space behind it, if one comes, is left for the next line,
/// where it counts for nothing: waiting for it would hang on handsets that send none.
fn prompt(input: &[u8]) -> IResult<&[u8], Token> {
    let before = take_while(|o| is_end(o) || o == b' ' || o == 0);
    let (rest, octets) = recognize(pair(before, tag(">"))).parse(input)?;
    let spaced = if rest.first() == Some(&b' ') { octets.len() + 1 } else { octets.len() };
    let (octets, rest) = input.split_at(spaced);
    Ok((rest, Token::Prompt(octets.to_vec())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(input: &[u8], awaited: Await) -> Vec<String> {
        let mut tokens = Tokens::default();
        tokens.push(input);
        std::iter::from_fn(|| tokens.next(awaited)).map(|t| t.words()).filter(|w| !w.is_empty()).collect()
    }

    #[test]
    fn lines_end_in_every_way_that_handsets_end_them() {
        let forms: &[(&[u8], &[&str])] = &[
            (b"\r\nOK\r\n", &["OK"]),
            (b"AT+CSQ\r\r\n+CSQ: 20,99\r\n\r\nOK\r\n", &["AT+CSQ", "+CSQ: 20,99", "OK"]),
            (b"\r\r\n+CSQ: 20,99  \r\r\nOK\r\n", &["+CSQ: 20,99", "OK"]),
            (b"AT\rOK\r\n", &["AT", "OK"]),
            (b"OK\n", &["OK"]),
            (b"\0\0\xff\xffRDY\r\n", &["RDY"]),
            (b"OK\r", &[]),
            (b"> hello\r\n", &["> hello"]),
        ];
        for (input, expected) in forms {
            assert_eq!(&words(input, Await::Lines), expected, "{input:?}");
        }
    }

    #[test]
    fn prompt_comes_in_every_form() {
        for form in [&b"\r\n> "[..], b">", b"\r> ", b"> "] {
            let mut tokens = Tokens::default();
            tokens.push(form);
            assert_eq!(tokens.next(Await::Prompt), Some(Token::Prompt(form.to_vec())), "{form:?}");
        }
        assert_eq!(words(b"\r\n+CMTI: \"SM\",3\r\n> ", Await::Prompt), ["+CMTI: \"SM\",3", ">"]);
    }

    #[test]
    fn endless_line_is_junk_and_bounded_to_its_end() {
        for pieces in [[LONGEST_LINE + 1, 100], [LONGEST_LINE, 101]] {
            let mut tokens = Tokens::default();
            for piece in pieces {
                tokens.push(&vec![b'x'; piece]);
                while let Some(token) = tokens.next(Await::Prompt) {
                    assert!(matches!(token, Token::Junk(_)));
                }
                assert!(tokens.buffer.len() <= LONGEST_LINE);
            }
            tokens.push(b"> OK\r\nOK\r\n");
            let end = tokens.next(Await::Prompt);
            assert!(matches!(end, Some(Token::Junk(junk)) if junk.ends_with(b"> OK\r\n")), "the rest of the line");
            assert_eq!(tokens.next(Await::Prompt), Some(Token::Line(b"OK\r\n".to_vec())));
        }
    }
}
