//! A session is sealed every few minutes and at its end: what it wrote until then cannot be changed without the station's key.

use std::time::Duration;

use super::run::Ended;
use super::{Session, SessionError};
use crate::record::body::SessionEnded;
use crate::record::entry::Entry;
use crate::record::seal::{SealError, Sealed};

/// A checkpoint seal at least so often while it runs.
const SEAL_EVERY: Duration = Duration::from_secs(300);

/// The fault of a key that does not seal.
const NOT_SEALED: &str = "not-sealed";

impl Session {
    pub(super) fn seal_if_due(&mut self) -> Result<(), SessionError> {
        if self.clock.monotonic() >= self.last_seal + SEAL_EVERY {
            self.last_seal = self.clock.monotonic();
            let sealed = self.record().checkpoint_seal(&self.key);
            return sealed.map(drop).or_else(|error| self.not_sealed(error));
        }
        Ok(())
    }

    /// Whoever has the key may be gone; listening goes on, and the next seal covers what this one would have.
    fn not_sealed(&mut self, error: SealError) -> Result<(), SessionError> {
        match error {
            SealError::Key(error) => {
                self.fault_once(NOT_SEALED, format!("{error}; the record goes on unsealed meanwhile"))
            }
            SealError::Record(error) => Err(error.into()),
        }
    }

    /// Leaves the device as it was found, says why the session ended, and seals.
    pub async fn end(&mut self, ended: &Ended) -> Result<Sealed, SessionError> {
        self.tell_station()?;
        self.leave().await?;
        let mut record = self.record();
        record.append(Entry::SessionEnded(SessionEnded { why: ended.words() }))?;
        Ok(record.checkpoint_seal(&self.key)?)
    }
}
