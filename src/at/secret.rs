//! A PIN: written to the handset, and nowhere else (law 8).

use zeroize::Zeroizing;

/// Digits that have no `Debug`, `Display` or `Clone`, and are overwritten when dropped.
pub struct Secret(Zeroizing<String>);

/// A PIN has four to eight digits (51.011 clause 9.3).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a PIN has four to eight digits")]
pub struct SecretError;

impl Secret {
    /// Reads four to eight digits.
    pub fn pin(digits: String) -> Result<Self, SecretError> {
        let digits = Zeroizing::new(digits);
        let trimmed = digits.trim_end_matches(['\r', '\n']);
        let valid = (4..=8).contains(&trimmed.len()) && trimmed.bytes().all(|b| b.is_ascii_digit());
        if valid { Ok(Self(Zeroizing::new(trimmed.to_owned()))) } else { Err(SecretError) }
    }

    /// For the one command that carries it, and for the tap that must strike it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}
