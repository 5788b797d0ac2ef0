//! Floor 0: identifiers that can only be made by parsing, so that a wrong one does not exist.
//!
//! Numbers as people write them ("07700 900123") are read in `case::number`; here live only the
//! canonical forms. Test numbers come from Ofcom's drama range (07700 900000-900999).

use std::fmt;
use std::str::FromStr;

use sha2::Digest;

/// Why a text is not the identifier that it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} must be {rule}")]
pub struct IdError {
    kind: &'static str,
    rule: &'static str,
}

/// A mobile number in international form: `+`, then 7 to 15 digits (E.164). Held in place, noughts behind: a plan has
/// thousands of them.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Msisdn([u8; 16]);

/// The number of a SIM card (ITU-T E.118): 18 to 20 digits; of 19 and 20 the last is a check digit,
/// which is not held against a card that has it wrong, because such cards exist.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Iccid(String);

/// The subscriber's identity (23.003 clause 2.2): 6 to 15 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Imsi(String);

/// The equipment's identity (23.003 clause 6.2.1): 14 to 16 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Imei(String);

/// The equipment's identity with its software version (23.003 clause 6.2.2): 16 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Imeisv(String);

impl Msisdn {
    /// Reads `+` and 7 to 15 digits, nothing else.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let rule = "a plus sign and 7 to 15 digits";
        let digits = text.strip_prefix('+').ok_or(IdError { kind: "a number", rule })?;
        digits_of("a number", rule, digits, 7, 15)?;
        let mut octets = [0; 16];
        octets.iter_mut().zip(text.bytes()).for_each(|(octet, given)| *octet = given);
        Ok(Self(octets))
    }

    /// With the plus sign.
    pub fn as_str(&self) -> &str {
        let text = self.0.split(|octet| *octet == 0).next().unwrap_or_default();
        std::str::from_utf8(text).unwrap_or_default()
    }

    /// Without the plus sign.
    pub fn digits(&self) -> &str {
        self.as_str().trim_start_matches('+')
    }

    /// The last nine digits: what status reports and replies are matched by, since networks
    /// change the way a number is written.
    pub fn last_nine(&self) -> &str {
        tail(self.digits(), 9)
    }

    /// For screens that others can see: `...0131`.
    pub fn masked(&self) -> String {
        format!("...{}", tail(self.as_str(), 4))
    }
}

impl fmt::Debug for Msisdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Msisdn").field(&self.as_str()).finish()
    }
}

impl Iccid {
    /// Reads 18 to 20 digits.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        digits_of("a SIM number", "18 to 20 digits", text, 18, 20).map(Self)
    }

    /// All digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For screens: `...0012`.
    pub fn masked(&self) -> String {
        format!("...{}", tail(&self.0, 4))
    }

    /// Whether this card is the one whose printed number ends in `digits` (at least ten). A card
    /// may be printed with or without its check digit, so both readings count.
    pub fn matches_printed(&self, digits: &str) -> bool {
        let without_check = self.0.get(..self.0.len().saturating_sub(1)).unwrap_or_default();
        digits.len() >= 10 && (self.0.ends_with(digits) || without_check.ends_with(digits))
    }
}

impl Imsi {
    /// Reads 6 to 15 digits.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        digits_of("an IMSI", "6 to 15 digits", text, 6, 15).map(Self)
    }

    /// All digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Imei {
    /// Reads 14 to 16 digits.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        digits_of("an IMEI", "14 to 16 digits", text, 14, 16).map(Self)
    }

    /// All digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Imeisv {
    /// Reads 16 digits.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        digits_of("an IMEISV", "16 digits", text, 16, 16).map(Self)
    }

    /// All digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn digits_of(kind: &'static str, rule: &'static str, text: &str, min: usize, max: usize) -> Result<String, IdError> {
    let whole = (min..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if whole { Ok(text.to_owned()) } else { Err(IdError { kind, rule }) }
}

fn tail(text: &str, count: usize) -> &str {
    text.get(text.len().saturating_sub(count)..).unwrap_or(text)
}

/// A SHA-256 digest, shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// Hashes octets (FIPS 180-4), so that `sha256sum` gives the same.
    pub fn of(octets: &[u8]) -> Self {
        Self::of_pieces([octets])
    }

    /// Hashes octets that come piece by piece.
    pub fn of_pieces(pieces: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
        let mut hasher = sha2::Sha256::default();
        pieces.into_iter().for_each(|piece| hasher.update(piece));
        Self(hasher.finalize().into())
    }

    /// Hashes what is read, piece by piece.
    pub fn of_reader(mut reader: impl std::io::Read) -> std::io::Result<Self> {
        let mut hasher = sha2::Sha256::default();
        std::io::copy(&mut reader, &mut hasher)?;
        Ok(Self(hasher.finalize().into()))
    }

    /// The 32 octets.
    pub fn octets(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Sha256 {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let error = IdError { kind: "a SHA-256", rule: "64 hexadecimal digits" };
        let mut octets = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(error);
        }
        for (index, octet) in octets.iter_mut().enumerate() {
            let pair = text.get(index * 2..index * 2 + 2).unwrap_or_default();
            *octet = u8::from_str_radix(pair, 16).map_err(|_| error.clone())?;
        }
        Ok(Self(octets))
    }
}

/// Gives an identifier `Display` as its canonical text, `FromStr` as its parser, and serde by both.
macro_rules! text_form {
    ($($id:ident),*) => {$(
        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl FromStr for $id {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }
    )*};
}

macro_rules! serde_as_text {
    ($($id:ident),*) => {$(
        impl serde::Serialize for $id {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $id {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

text_form!(Msisdn, Iccid, Imsi, Imei, Imeisv);
serde_as_text!(Msisdn, Iccid, Imsi, Imei, Imeisv, Sha256);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn msisdn_takes_the_international_form_only() {
        assert_eq!(Msisdn::parse("+447700900123").unwrap().masked(), "...0123");
        assert_eq!(Msisdn::parse("+7700900").unwrap().last_nine(), "7700900", "digits only, also of a short one");
        for wrong in ["07700900123", "+44 7700", "+", "+44770090012x", "+1234567890123456"] {
            assert!(Msisdn::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn printed_sim_number_matches_with_and_without_check_digit() {
        let card = Iccid::parse("8944100000000000012").unwrap();
        assert!(card.matches_printed("0000000012"));
        assert!(card.matches_printed("894410000000000001"));
        assert!(!card.matches_printed("12"), "too few digits prove nothing");
        assert!(!card.matches_printed("0000000013"));
    }

    #[test]
    fn sha256_is_the_standard_one_and_reads_back() {
        let digest = Sha256::of(b"abc");
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest.to_string(), hex);
        assert_eq!(hex.parse::<Sha256>().unwrap(), digest);
        assert!("zz".parse::<Sha256>().is_err());
    }
}
