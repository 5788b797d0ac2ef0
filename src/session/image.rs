//! The SIM is copied at the first contact, before it is on the air where the device allows that, and again at the end.

use std::time::Duration;

use super::card::Bench;
use super::{Session, SessionError};
use crate::case::sim;
use crate::case::sim_text::deleted;
use crate::modem::ModemError;
use crate::modem::identify::{Readiness, Registered};
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
    pub async fn copy_before(&mut self, registered: Registered, bench: &mut dyn Bench) -> Result<OnAir, SessionError> {
        let quiet = registered == Registered::No && self.modem.radio_off().await?;
        self.copy(Round::Before).await?;
        if quiet {
            self.modem.radio_on().await?;
        }
        let words = if quiet {
            "the SIM was copied before the line was on the air"
        } else {
            "the SIM was copied while the device could be on the air"
        };
        self.notice("image", words, None)?;
        self.wait_for_network(bench).await?;
        Ok(if quiet { OnAir::NotYet } else { OnAir::Already })
    }

    /// Whether the SIM was copied already.
    pub fn has_copy(&self) -> bool {
        self.record().state().images.values().any(|copies| copies.before.is_some())
    }

    /// Copies the SIM again.
    pub async fn copy_after(&mut self) -> Result<(), SessionError> {
        self.copy(Round::After).await
    }

    async fn copy(&mut self, round: Round) -> Result<(), SessionError> {
        let ids: Vec<u16> = sim::FILES.iter().map(|file| file.id).collect();
        let copied = self.modem.copy_files(&ids).await?;
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

    /// How ready the line is now.
    pub async fn readiness(&mut self) -> Result<Readiness, ModemError> {
        self.modem.readiness().await
    }

    /// Tries of the PIN that are left, where the device tells.
    pub async fn pin_tries(&mut self) -> Option<u32> {
        self.modem.pin_tries().await
    }

    /// Seconds by which the computer's clock is ahead of the device's.
    pub fn clock_ahead(&self) -> Option<i64> {
        self.record().state().clock.measured
    }

    /// Waits until the line is registered, with a word each second; how it stands then.
    pub async fn wait_for_network(&mut self, bench: &mut dyn Bench) -> Result<Registered, ModemError> {
        self.modem.on_air().await?;
        self.modem.wait_for_network(REGISTERS_WITHIN, |left| bench.waits("the network", left)).await
    }
}
