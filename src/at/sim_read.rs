//! Reading the files of a card: the four commands of `+CRSM` that change nothing (27.007 clause 8.18), so far as they are used.

/// An elementary file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimFile {
    /// Its identifier.
    pub id: u16,
    /// Where it is to be looked for; without it the device chooses, which is enough where the identifier is there once.
    pub within: Option<Within>,
}

/// `<pathid>`, from the master file on, which is not named in it (ETSI TS 102 221 clause 8.4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// The USIM that is at work.
    Usim,
    /// DF_TELECOM.
    Telecom,
    /// DF_GSM.
    Gsm,
}

impl Within {
    /// In the order in which a file is looked for.
    pub const ALL: [Self; 3] = [Self::Usim, Self::Telecom, Self::Gsm];

    fn path(self) -> &'static str {
        match self {
            Self::Usim => "7FFF",
            Self::Telecom => "7F10",
            Self::Gsm => "7F20",
        }
    }
}

impl SimFile {
    /// Wherever the device finds it.
    pub fn anywhere(id: u16) -> Self {
        Self { id, within: None }
    }
}

/// A reading `+CRSM` (51.011 clause 9.2, ETSI TS 102 221 clause 11.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimRead {
    /// 176 READ BINARY of `length` octets from the start of `file`.
    Binary {
        /// The elementary file.
        file: SimFile,
        /// How many octets, at most 256 (0 means 256).
        length: u8,
    },
    /// 178 READ RECORD, absolute.
    Record {
        /// The elementary file.
        file: SimFile,
        /// From 1.
        record: u8,
        /// Octets of a record.
        length: u8,
    },
    /// 192 GET RESPONSE: what the file is.
    Describe {
        /// The elementary file.
        file: SimFile,
        /// Octets of the answer.
        length: u8,
    },
}

impl SimRead {
    /// The command.
    pub(super) fn words(self) -> String {
        let (number, file, parameters) = match self {
            SimRead::Binary { file, length } => (176, file, format!("0,0,{length}")),
            SimRead::Record { file, record, length } => (178, file, format!("{record},4,{length}")),
            SimRead::Describe { file, length } => (192, file, format!("0,0,{length}")),
        };
        let path = file.within.map(|within| format!(",\"\",\"{}\"", within.path())).unwrap_or_default();
        format!("AT+CRSM={number},{},{parameters}{path}", file.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_stands_behind_the_data_that_there_is_none_of() {
        let file = SimFile { id: 0x6f3c, within: Some(Within::Usim) };
        let read = SimRead::Record { file, record: 3, length: 176 };
        assert_eq!(read.words(), "AT+CRSM=178,28476,3,4,176,\"\",\"7FFF\"");
        let read = SimRead::Describe { file: SimFile::anywhere(0x2fe2), length: 255 };
        assert_eq!(read.words(), "AT+CRSM=192,12258,0,0,255");
    }
}
