//! Short codes for people: eighty bits of a digest, as four groups of four characters.

use std::fmt;
use std::str::FromStr;

use crate::ids::Sha256;

/// Such as `7KQ4-M2XD-9TRB-5HWA`. Crockford's base 32: no I, L, O, U.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(String);

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code has four groups of four letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a code has four groups of four letters and digits, such as 7KQ4-M2XD-9TRB-5HWA")]
pub struct CodeError;

impl Code {
    /// The first eighty bits of a digest.
    pub fn of(digest: &Sha256) -> Self {
        let bits = digest.octets().iter().take(10).fold(0u128, |bits, octet| bits << 8 | u128::from(*octet));
        let symbol = |group: usize| ALPHABET.get((bits >> (75 - group * 5) & 0x1f) as usize).copied().unwrap_or(b'0');
        let symbols: Vec<char> = (0..16).map(|group| char::from(symbol(group))).collect();
        Self(symbols.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
    }

    /// With its dashes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Code {
    type Err = CodeError;

    /// Forgives lower case, missing dashes, spaces, and O, I, L for 0, 1, 1.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        let read = |c: char| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let symbols: Vec<char> = text.chars().filter(|c| !matches!(c, '-' | ' ')).map(read).collect();
        let valid = symbols.len() == 16 && symbols.iter().all(|c| c.is_ascii() && ALPHABET.contains(&(*c as u8)));
        if !valid {
            return Err(CodeError);
        }
        Ok(Self(symbols.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = Code::of(&Sha256::of(b"abc"));
        assert_eq!(code.as_str().len(), 19);
        assert_eq!(code.as_str().to_lowercase().replace('-', " ").parse(), Ok(code.clone()));
        assert_ne!(Code::of(&Sha256::of(b"abd")), code);
        for wrong in ["", "7KQ4", "7KQ4-M2XD-9TRB-5HWU", "7KQ4-M2XD-9TRB-5HWAA"] {
            assert!(wrong.parse::<Code>().is_err(), "{wrong}");
        }
    }
}
