//! Floor 0: hexadecimal digits, as AT commands and the record carry octets.

/// A text is not pairs of hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// The last digit has no partner.
    #[error("there is an odd number of hexadecimal digits ({0})")]
    Odd(usize),
    /// Something that is no digit.
    #[error("character {place} is no hexadecimal digit")]
    Digit {
        /// From 1.
        place: usize,
    },
}

/// Reads pairs of digits, upper or lower case.
pub fn decode(text: &str) -> Result<Vec<u8>, HexError> {
    if let Some(place) = text.chars().position(|c| !c.is_ascii_hexdigit()) {
        return Err(HexError::Digit { place: place + 1 });
    }
    if text.len() % 2 == 1 {
        return Err(HexError::Odd(text.len()));
    }
    let nibble = |digit: u8| char::from(digit).to_digit(16).unwrap_or_default() as u8;
    Ok(text.as_bytes().chunks(2).map(|pair| pair.iter().fold(0, |octet, digit| octet << 4 | nibble(*digit))).collect())
}

/// Writes pairs of digits, upper case.
pub fn encode(octets: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or_default().to_ascii_uppercase();
    octets.iter().flat_map(|octet| [digit(octet >> 4), digit(octet & 0x0f)]).collect()
}

/// For serde: octets as a string of digits.
pub mod text {
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes digits.
    pub fn serialize<S: Serializer>(octets: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&super::encode(octets))
    }

    /// Reads digits.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        super::decode(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_what_is_none() {
        assert_eq!(decode("0aFf"), Ok(vec![0x0a, 0xff]));
        assert_eq!(decode("0a f"), Err(HexError::Digit { place: 3 }));
        assert_eq!(decode("0af"), Err(HexError::Odd(3)));
        assert_eq!(encode(&[0x0a, 0xff]), "0AFF");
    }
}
