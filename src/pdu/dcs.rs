//! TP-DCS (23.038 clause 4).

/// The data coding scheme, kept as its octet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dcs(pub u8);

/// Which characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// The GSM 7-bit default alphabet.
    Gsm7,
    /// Octets.
    Data8,
    /// UCS-2, big-endian.
    Ucs2,
}

/// Whether the text is compressed (23.042); this version shows such text as octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// It is not.
    None,
    /// It is.
    Compressed,
}

impl Dcs {
    /// Plain GSM 7-bit text, no class.
    pub const GSM7: Self = Self(0x00);
    /// UCS-2 text, no class.
    pub const UCS2: Self = Self(0x08);

    /// Its alphabet. Reserved codings are read as GSM 7-bit, as clause 4 demands.
    pub fn alphabet(self) -> Alphabet {
        match self.0 >> 4 {
            0x0..=0x7 => match self.0 >> 2 & 0x03 {
                1 => Alphabet::Data8,
                2 => Alphabet::Ucs2,
                _ => Alphabet::Gsm7,
            },
            0xe => Alphabet::Ucs2,
            0xf if self.0 & 0x04 != 0 => Alphabet::Data8,
            _ => Alphabet::Gsm7,
        }
    }

    /// Message class 0-3, if it has one: class 0 is shown at once, 2 is for the SIM.
    pub fn class(self) -> Option<u8> {
        match self.0 >> 4 {
            0x1 | 0x3 | 0x5 | 0x7 | 0xf => Some(self.0 & 0x03),
            _ => None,
        }
    }

    /// Whether it is compressed.
    pub fn compression(self) -> Compression {
        match self.0 >> 4 {
            0x2 | 0x3 | 0x6 | 0x7 => Compression::Compressed,
            _ => Compression::None,
        }
    }

    /// The message waiting indication: group (discard, store, store UCS-2), sense and kind.
    pub fn waiting(self) -> Option<Waiting> {
        let kind = match self.0 & 0x03 {
            0 => "voicemail",
            1 => "fax",
            2 => "e-mail",
            _ => "other",
        };
        let active = if self.0 & 0x08 != 0 { Sense::Active } else { Sense::Inactive };
        (0xc..=0xe).contains(&(self.0 >> 4)).then_some(Waiting { kind, sense: active })
    }
}

/// A message waiting indication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// What waits.
    pub kind: &'static str,
    /// Whether the sign is to be shown.
    pub sense: Sense,
}

/// Whether an indication is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// Shown.
    Active,
    /// Taken away.
    Inactive,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups() {
        let table = [
            (0x00, Alphabet::Gsm7, None),
            (0x04, Alphabet::Data8, None),
            (0x08, Alphabet::Ucs2, None),
            (0x0c, Alphabet::Gsm7, None),
            (0x10, Alphabet::Gsm7, Some(0)),
            (0x1a, Alphabet::Ucs2, Some(2)),
            (0x80, Alphabet::Gsm7, None),
            (0xc8, Alphabet::Gsm7, None),
            (0xe0, Alphabet::Ucs2, None),
            (0xf1, Alphabet::Gsm7, Some(1)),
            (0xf5, Alphabet::Data8, Some(1)),
        ];
        for (octet, alphabet, class) in table {
            assert_eq!((Dcs(octet).alphabet(), Dcs(octet).class()), (alphabet, class), "{octet:02x}");
        }
        assert_eq!(Dcs(0xc8).waiting().map(|w| (w.kind, w.sense)), Some(("voicemail", Sense::Active)));
    }
}
