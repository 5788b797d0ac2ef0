//! The SIM is copied at the first contact, before it is on the air where the device allows that, and again at the end.

use std::time::Duration;

use super::{Session, SessionError};
use crate::case::sim;
use crate::case::sim_text::deleted;
use crate::modem::identify::Registered;
use crate::record::body::{Image, Round};
use crate::record::entry::Entry;

/// A first search of all bands may take three minutes (`hw-notes/quirks.md` section 5).
const REGISTERS_WITHIN: Duration = Duration::from_secs(180);

const DELETED: &str = "texts that were deleted lie on the SIM still, and were copied; records of EF_SMS:";

/// Whether the line was on the air when the copy was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnAir {
    /// It was already.
    Already,
    /// The radio was off.
    NotYet,
}

impl Session {
    /// Copies the SIM; the radio is off meanwhile if the line was not on the air and the device can.
    pub async fn copy_before(&mut self, registered: Registered) -> Result<OnAir, SessionError> {
        let on_air = self.through_starts(async |session: &mut Self| session.copy_quietly(registered).await).await?;
        self.wait_for_network().await?;
        Ok(on_air)
    }

    async fn copy_quietly(&mut self, registered: Registered) -> Result<OnAir, SessionError> {
        let registered = self.known_again().await?.map_or(registered, |found| found.readiness.is_registered());
        let quiet = registered == Registered::No && self.modem.radio_off().await?;
        self.copy(Round::Before).await?;
        if quiet {
            self.modem.radio_on().await?;
        }
        let words = if quiet {
            "the SIM was copied with the radio off; at the first contact the line was not registered"
        } else {
            "the SIM was copied while the device could be on the air"
        };
        self.notice("image", words, None)?;
        Ok(if quiet { OnAir::NotYet } else { OnAir::Already })
    }

    /// Whether the SIM was copied already.
    pub fn has_copy(&self) -> bool {
        self.record().state().has_copy()
    }

    /// Copies the SIM again.
    pub async fn copy_after(&mut self) -> Result<(), SessionError> {
        let again = async |session: &mut Self| {
            session.known_again().await?;
            session.copy(Round::After).await
        };
        self.through_starts(again).await
    }

    async fn copy(&mut self, round: Round) -> Result<(), SessionError> {
        let mut copied = Vec::new();
        for file in sim::FILES {
            self.may_go_on()?;
            copied.push(self.modem.copy_file(file.id).await?);
        }
        let image = |file: crate::modem::image::Copied| {
            let name = sim::by_id(file.id).map(|known| known.name).unwrap_or_default().to_owned();
            Entry::Image(Image {
                round,
                file: format!("{:04X}", file.id),
                name,
                status: file.status.into(),
                records: file.records,
            })
        };
        let deleted = copied.iter().find(|file| file.id == sim::TEXTS).and_then(|file| deleted(&file.records));
        let entries = copied.into_iter().map(image).collect();
        self.record().append_all(entries)?;
        match deleted {
            Some(numbers) => self.notice("image", &format!("{DELETED} {numbers}"), None),
            None => Ok(()),
        }
    }

    /// Seconds by which the computer's clock is ahead of the device's.
    pub fn clock_ahead(&self) -> Option<i64> {
        self.record().state().clock.measured
    }

    /// Waits until the line is registered, with a word each second; how it stands then.
    pub async fn wait_for_network(&mut self) -> Result<Registered, SessionError> {
        self.through_starts(async |session: &mut Self| session.wait_on_air().await).await
    }

    async fn wait_on_air(&mut self) -> Result<Registered, SessionError> {
        self.known_again().await?;
        self.modem.on_air().await?;
        let waiting = self.waiting("the network".into());
        Ok(self.modem.wait_for_network(REGISTERS_WITHIN, waiting).await?)
    }
}
