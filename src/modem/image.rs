//! Copies files of the SIM by `+CRSM`, which reads raw and marks nothing as read. Which files, the caller says.
//!
//! A SIM and a USIM say in different forms what a file is, and have the same file in different places; both are tried, because
//! a device does not say which of the two it has, or which it looks at.

use std::time::Duration;

use super::pin::ASK_EVERY;
use super::{Modem, ModemError};
use crate::at::answer::Answer;
use crate::at::command::Command;
use crate::at::sim_read::{SimFile, SimRead, Within};
use crate::at::value::Values;

/// A file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its identifier.
    pub id: u16,
    /// SW1 and SW2 of the last answer, four hexadecimal digits (51.011 clause 9.4); the device's words if it refuses.
    pub status: String,
    /// Its records, or its octets as one, as hexadecimal digits.
    pub records: Vec<String>,
}

/// How a file is built (51.011 clause 6.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// So many octets.
    Transparent(u16),
    /// So many records of so many octets.
    Records { count: u8, length: u8 },
}

/// A card that was just powered is busy for some 20 s at most (`hw-notes/quirks.md` section 5).
const BUSY_FOR: Duration = Duration::from_secs(60);

/// How much of a file's description is asked for: what 51.011 clause 9.2.1 has at least, then all there may be.
const LENGTHS: [u8; 2] = [15, 255];

/// SW1 of a card that says in SW2 how much there is (ETSI TS 102 221 clause 10.2.1).
const OTHER_LENGTH: &str = "6C";

/// There is no such file here: 51.011 clause 9.4.4, ETSI TS 102 221 clause 10.2.1.5.
const NOT_HERE: [&str; 2] = ["9404", "6A82"];

/// SW1 of an answer that went well: 0x90; 0x91 where the card has something to say besides.
const WELL: [u32; 2] = [0x90, 0x91];

impl Modem {
    /// Copies a file. One that cannot be read is there with why.
    pub async fn copy_file(&mut self, id: u16) -> Result<Copied, ModemError> {
        let (file, status, layout) = self.found(id).await?;
        let Some(layout) = layout else { return Ok(Copied { id, status, records: Vec::new() }) };
        match layout {
            Layout::Transparent(size) => {
                let length = u8::try_from(size).unwrap_or(u8::MAX);
                let (status, data) = self.read_sim(SimRead::Binary { file, length }).await?;
                Ok(Copied { id, status, records: data.into_iter().collect() })
            }
            Layout::Records { count, length } => self.copy_records(file, status, count, length).await,
        }
    }

    /// Where the device finds the file: first where it looks by itself, then in each place that there may be. What it said
    /// first counts where it is in none.
    async fn found(&mut self, id: u16) -> Result<(SimFile, String, Option<Layout>), ModemError> {
        let anywhere = SimFile::anywhere(id);
        let (first, layout) = self.described(anywhere).await?;
        if layout.is_some() || !NOT_HERE.contains(&first.as_str()) {
            return Ok((anywhere, first, layout));
        }
        for within in Within::ALL {
            let file = SimFile { id, within: Some(within) };
            let (status, layout) = self.described(file).await?;
            if layout.is_some() {
                return Ok((file, status, layout));
            }
        }
        Ok((anywhere, first, None))
    }

    /// What the file is. What a 2G card says fits into 15 octets; the template of a USIM is longer, and is cut, or the card
    /// says how long it is.
    async fn described(&mut self, file: SimFile) -> Result<(String, Option<Layout>), ModemError> {
        let mut status = String::new();
        for length in LENGTHS {
            let (mut said, mut data) = self.read_sim(SimRead::Describe { file, length }).await?;
            let told = said.strip_prefix(OTHER_LENGTH).and_then(|digits| u8::from_str_radix(digits, 16).ok());
            if let Some(length) = told.filter(|_| data.is_none()) {
                (said, data) = self.read_sim(SimRead::Describe { file, length }).await?;
            }
            let found = data.as_deref().and_then(layout);
            let nothing = data.is_none();
            status = said;
            if found.is_some() || nothing {
                return Ok((status, found));
            }
        }
        Ok((status, None))
    }

    async fn copy_records(
        &mut self,
        file: SimFile,
        status: String,
        count: u8,
        length: u8,
    ) -> Result<Copied, ModemError> {
        let mut copied = Copied { id: file.id, status, records: Vec::new() };
        for record in 1..=count {
            let (status, data) = self.read_sim(SimRead::Record { file, record, length }).await?;
            copied.status = status;
            let Some(data) = data else { break };
            copied.records.push(data);
        }
        Ok(copied)
    }

    /// A card that is busy is no card without the file: it is asked again for a while.
    async fn when_not_busy(&mut self, command: &Command) -> Result<Answer, ModemError> {
        let until = self.clock.monotonic() + BUSY_FOR;
        loop {
            let asked = self.pump.ask(command).await;
            let answer = asked.map_err(|why| ModemError::Broken { doing: "copying the SIM", why })?;
            if !answer.end.is_busy() {
                return Ok(answer);
            }
            if self.clock.monotonic() >= until {
                return Err(ModemError::Refused { doing: "copying the SIM", answer: answer.end.explain() });
            }
            self.rest(ASK_EVERY).await;
        }
    }

    /// The status, and the data if there is any.
    async fn read_sim(&mut self, read: SimRead) -> Result<(String, Option<String>), ModemError> {
        let answer = self.when_not_busy(&Command::SimRead(read)).await?;
        let Some(values) = answer.after("+CRSM").map(Values::parse) else { return Ok((answer.end.explain(), None)) };
        let (sw1, sw2) = (values.number(0).unwrap_or_default(), values.number(1).unwrap_or_default());
        let data = values.text(2).map(|data| data.for_record().to_ascii_uppercase());
        Ok((format!("{sw1:02X}{sw2:02X}"), data.filter(|data| WELL.contains(&sw1) && !data.is_empty())))
    }
}

/// Of a 2G card, GET RESPONSE (51.011 clause 9.2.1); of a USIM, the FCP template (ETSI TS 102 221 clause 11.1.1.3).
fn layout(hex: &str) -> Option<Layout> {
    let octets = crate::hex::decode(hex).ok()?;
    match octets.as_slice() {
        // Its own length is one octet or two.
        [0x62, 0x81, _, template @ ..] | [0x62, _, template @ ..] => of_template(template),
        _ => of_response(&octets),
    }
}

fn of_response(octets: &[u8]) -> Option<Layout> {
    let size = u16::from_be_bytes([*octets.get(2)?, *octets.get(3)?]);
    match (octets.get(13)?, octets.get(14).copied().unwrap_or_default()) {
        (0, _) => Some(Layout::Transparent(size)),
        (1 | 3, length) if length > 0 => Some(records(size, length)),
        _ => None,
    }
}

/// Tags: 80 the size, 82 the descriptor with the length of a record.
fn of_template(mut octets: &[u8]) -> Option<Layout> {
    let (mut size, mut structure, mut length) = (None, None, 0);
    while let [tag, long, rest @ ..] = octets {
        let value = rest.get(..usize::from(*long))?;
        match (tag, value) {
            (0x80, [high, low]) => size = Some(u16::from_be_bytes([*high, *low])),
            (0x82, [descriptor, _, record @ ..]) => {
                structure = Some(descriptor & 0x07);
                length = record.get(1).copied().unwrap_or_default();
            }
            _ => {}
        }
        octets = rest.get(usize::from(*long)..)?;
    }
    match structure? {
        1 => Some(Layout::Transparent(size?)),
        2 | 6 if length > 0 => Some(records(size?, length)),
        _ => None,
    }
}

fn records(size: u16, length: u8) -> Layout {
    Layout::Records { count: u8::try_from(size / u16::from(length)).unwrap_or(u8::MAX), length }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_of_both_kinds_of_card() {
        // 51.011: EF_SMS of 10 records of 176 octets, EF_ICCID of 10 octets.
        assert_eq!(layout("000006E06F3C040011FFFF010201B0"), Some(Layout::Records { count: 10, length: 176 }));
        assert_eq!(layout("0000000A2FE204000FFF440102000000"), Some(Layout::Transparent(10)));
        // 102 221: the same as templates.
        assert_eq!(
            layout("621A82054221 00B00A83026F3C800206E08A01058B036F06048800".replace(' ', "").as_str()),
            Some(Layout::Records { count: 10, length: 176 })
        );
        assert_eq!(layout("620F8202412183022FE28A01058002000A"), Some(Layout::Transparent(10)));
        assert_eq!(layout("62810F8202412183022FE28A01058002000A"), Some(Layout::Transparent(10)));
        // With what cards say besides: proprietary data, security, the size with all that is around it, a short name.
        let cyclic = "62228205462100270A83026F44A503C001408A01058B036F060680020186810201A68800";
        assert_eq!(layout(cyclic), Some(Layout::Records { count: 10, length: 39 }));
        // A directory has no size of its own.
        assert_eq!(layout("620A82027821830 27FFF8A0105".replace(' ', "").as_str()), None);
        for damaged in ["", "62", "6205820541", "0000", "zz", "62048002FFFF"] {
            assert_eq!(layout(damaged), None, "{damaged}");
        }
    }
}
