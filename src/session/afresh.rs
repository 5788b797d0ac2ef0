//! A device that starts anew while it is being set up: by its own words, or because what it was told is forgotten. That
//! piece of the beginning is then done again from its beginning, a few times; whoever is at the bench is told.

use super::begin::{Found, line_of};
use super::{Session, SessionError};
use crate::modem::identify::Identity;

/// A device that starts anew more often than that has too little power, or a fault.
pub(super) const TRIES: u32 = 4;

impl Session {
    /// Does a piece of the beginning, again where the device starts anew in the middle of it. An error leaves the device
    /// as it was found.
    pub(super) async fn through_starts<T>(
        &mut self,
        work: impl AsyncFn(&mut Self) -> Result<T, SessionError>,
    ) -> Result<T, SessionError> {
        for _ in 0..TRIES {
            let done = work(self).await;
            self.record().alive()?;
            match (done, self.started_anew().await) {
                (_, Started::Anew) => {}
                (Ok(done), Started::Not) => return Ok(done),
                (Err(error), Started::Not) => return Err(self.give_up(error).await),
            }
        }
        Err(self.give_up(SessionError::StartsAgain).await)
    }

    /// If the device started anew since it was prepared, it is asked again who is there.
    pub(super) async fn known_again(&mut self) -> Result<Option<Found>, SessionError> {
        if !self.modem.has_started_anew().await {
            return Ok(None);
        }
        let words = "the device started anew while it was being set up; it is set up once more";
        self.notice("device", words, None)?;
        let found = self.get_to_know().await?;
        self.line()?;
        Ok(Some(found))
    }

    /// Asked when it answers again, for which it is given its time.
    async fn started_anew(&mut self) -> Started {
        let answers = !self.modem.is_gone() && self.contact().await.is_ok();
        if answers && self.modem.has_started_anew().await { Started::Anew } else { Started::Not }
    }

    /// Who answers now is who answered before, or nobody did yet.
    pub(super) fn is_the_same(&mut self, identity: &Identity) -> Result<(), SessionError> {
        let line = line_of(identity);
        if differs(self.imei.as_ref(), identity.imei.as_ref()) {
            return Err(SessionError::Another("another device"));
        }
        if differs(self.line.as_ref(), line.as_ref()) {
            return Err(SessionError::Another("another SIM"));
        }
        self.line = line;
        self.imei.clone_from(&identity.imei);
        Ok(())
    }

    /// The device is left as it was found, as far as it answers; what was wrong is told.
    pub(super) async fn give_up(&mut self, error: SessionError) -> SessionError {
        if self.record().alive().is_ok()
            && let Err(second) = self.leave().await
        {
            log::warn!("the device was not left as it was found: {second}");
        }
        // A record that failed meanwhile is the graver error.
        self.record().alive().err().map_or(error, SessionError::from)
    }
}

enum Started {
    Anew,
    Not,
}

/// Both are known, and not the same.
pub(super) fn differs<T: PartialEq>(before: Option<&T>, now: Option<&T>) -> bool {
    before.zip(now).is_some_and(|(before, now)| before != now)
}
