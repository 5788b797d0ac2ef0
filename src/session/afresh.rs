//! A device that starts anew while it is being set up: by its own words, or because what it was told is forgotten. That
//! piece of the beginning is then done again from its beginning, a few times; whoever is at the bench is told.

use super::begin::{Found, line_of};
use super::card::CardError;
use super::run::Ended;
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
            match self.one_try(&work).await {
                Ok(Some(done)) => return Ok(done),
                Ok(None) => {}
                Err(error) => return Err(self.give_up(error).await),
            }
        }
        Err(self.give_up(SessionError::StartsAgain).await)
    }

    /// Nothing if the device started anew, or came back, in the middle of it.
    async fn one_try<T>(
        &mut self,
        work: &impl AsyncFn(&mut Self) -> Result<T, SessionError>,
    ) -> Result<Option<T>, SessionError> {
        self.may_go_on()?;
        let done = work(self).await;
        self.record().alive()?;
        self.may_go_on()?;
        if self.is_to_be_waited_for() {
            return self.until_back().await.map(|()| None);
        }
        match done {
            // A PIN that was not taken is for a person to look into, whatever the device did then.
            Err(error @ SessionError::Card(CardError::Pin(_))) => Err(error),
            done if self.started_anew().await == Started::Not => done.map(Some),
            _ => Ok(None),
        }
    }

    /// Unplugged in the beginning, and somebody can look for it.
    fn is_to_be_waited_for(&self) -> bool {
        self.modem.is_unplugged() && self.away.is_none() && self.opener.is_some()
    }

    /// Brings the device into step, also where it is unplugged meanwhile.
    pub(super) async fn first_contact(&mut self) -> Result<(), SessionError> {
        match self.contact().await {
            Err(_) if self.is_to_be_waited_for() => self.until_back().await,
            other => other,
        }
    }

    /// If the device started anew since it was prepared, it is asked again who is there.
    pub(super) async fn known_again(&mut self) -> Result<Option<Found>, SessionError> {
        if self.modem.is_prepared() && !self.modem.has_started_anew().await {
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
        // What it does not tell the second time is not forgotten.
        self.line = line.or(self.line.take());
        self.imei = identity.imei.clone().or(self.imei.take());
        Ok(())
    }

    /// The device is left as it was found, as far as it answers, and the record says why the session ended. Not of a device
    /// that came back and is not ready: it is tried again.
    pub(super) async fn give_up(&mut self, error: SessionError) -> SessionError {
        if self.away.is_none()
            && self.record().alive().is_ok()
            && let Err(second) = self.end(&Ended::Early(error.to_string())).await
        {
            log::warn!("the device was not left as it was found: {second}");
        }
        // A record that failed meanwhile is the graver error.
        self.record().alive().err().map_or(error, SessionError::from)
    }
}

#[derive(PartialEq)]
enum Started {
    Anew,
    Not,
}

/// Both are known, and not the same.
pub(super) fn differs<T: PartialEq>(before: Option<&T>, now: Option<&T>) -> bool {
    before.zip(now).is_some_and(|(before, now)| before != now)
}
