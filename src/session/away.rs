//! The device is gone: unplugged, out of power, or it came back under another name. The session goes on without it,
//! looks for it, and lets nothing be sent before it has proved to be the same device with the same SIM.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::afresh::differs;
use super::run::{Ended, Sends};
use super::{Session, SessionError};
use crate::at::dialog::Broken;
use crate::link::BoxLink;
use crate::modem::ModemError;
use crate::modem::identify::{Identity, Readiness};
use crate::record::entry::Entry;

/// A link to the device, once more, or why there is none yet.
pub type Opening = Pin<Box<dyn Future<Output = Result<BoxLink, String>>>>;

/// Finds the device again, under whatever name.
pub trait Opener {
    /// Tries once.
    fn open(&self) -> Opening;
}

/// It is looked for so often.
const TRY_EVERY: Duration = Duration::from_secs(1);
/// A run that is to end by itself waits for the device so long.
pub(super) const WAITS: Duration = Duration::from_secs(600);

/// Since when, and when it is looked for next.
pub(super) struct Away {
    pub(super) since: Duration,
    next: Duration,
    /// Why it was not taken back when it was last there.
    why: Option<String>,
}

/// What a try led to.
enum Tried {
    Back,
    /// Not there, or not ready.
    NotYet(String),
    /// There, and not what it was.
    Refused(Ended),
}

impl Session {
    /// The device is gone; `Some` if nobody can look for it.
    pub(super) fn gone(&mut self) -> Option<Ended> {
        self.to_acknowledge.clear();
        self.to_free.clear();
        let now = self.clock.monotonic();
        if self.opener.is_none() {
            return Some(Ended::Gone);
        }
        self.away = Some(Away { since: now, next: now + TRY_EVERY, why: None });
        None
    }

    /// Waits a little, or looks for the device.
    pub(super) async fn look_for_device(
        &mut self,
        sends: Sends,
        patience: Duration,
    ) -> Result<Option<Ended>, SessionError> {
        let Some(Away { since, next, .. }) = &self.away else { return Ok(None) };
        let (since, next, now) = (*since, *next, self.clock.monotonic());
        if now < next {
            tokio::time::sleep(patience.min(next - now)).await;
            return Ok(None);
        }
        match self.come_back().await {
            Ok(Tried::Back) => {
                self.away = None;
                let seconds = self.clock.monotonic().saturating_sub(since).as_secs();
                self.fault("device-back", format!("the device is back after {seconds} s, with the same SIM"))?;
                self.keep_link(sends).await;
                Ok(None)
            }
            Ok(Tried::Refused(ended)) => {
                self.away = None;
                Ok(Some(ended))
            }
            Ok(Tried::NotYet(why)) => self.not_yet(why).map(|()| None),
            Err(SessionError::Modem(ModemError::Interrupted)) => Ok(None),
            Err(error @ (SessionError::Record(_) | SessionError::Seal(_))) => Err(error),
            // Whatever ails the device now, it may be over in a second, or a person may mend it.
            Err(error) => self.not_yet(error.to_string()).map(|()| None),
        }
    }

    /// A person is told of each reason once while it lasts.
    fn not_yet(&mut self, why: String) -> Result<(), SessionError> {
        let next = self.clock.monotonic() + TRY_EVERY;
        let Some(away) = &mut self.away else { return Ok(()) };
        away.next = next;
        if away.why.replace(why.clone()).as_ref() == Some(&why) {
            return Ok(());
        }
        self.notice("device", &format!("the device is not back yet: {why}"), None)
    }

    /// A device that is still there is asked again; one that is gone is opened anew.
    async fn come_back(&mut self) -> Result<Tried, SessionError> {
        if self.modem.is_gone()
            && let Some(why) = self.reopen().await?
        {
            return Ok(Tried::NotYet(why));
        }
        let result = self.is_it_the_device().await;
        self.record().alive()?;
        result
    }

    /// A new modem on the device's port; or why it cannot be opened. The old link is let go of before: a port is opened
    /// once at a time.
    async fn reopen(&mut self) -> Result<Option<String>, SessionError> {
        self.take_all_in().await?;
        self.modem.hang_up();
        let Some(opener) = &self.opener else { return Ok(Some(ModemError::NoSim.to_string())) };
        let modem = match opener.open().await {
            Ok(link) => self.modem_on(link),
            Err(why) => return Ok(Some(why)),
        };
        let found = std::mem::replace(&mut self.modem, modem).take_found();
        self.kept.get_or_insert(found);
        Ok(None)
    }

    /// The device that is there is the one that was: what was found on it is put back on it at the end, and on no other.
    pub(super) fn is_taken_back(&mut self) {
        if let Some(found) = self.kept.take() {
            self.modem.take_over(found);
        }
    }

    /// Unplugged in the middle of the beginning: waited for, with a word each second.
    pub(super) async fn until_back(&mut self) -> Result<(), SessionError> {
        self.notice("device", "the device went while it was being set up; it is waited for", None)?;
        let mut waiting = self.waiting("the device to be plugged in again".into());
        let until = self.clock.monotonic() + WAITS;
        loop {
            let left = until.saturating_sub(self.clock.monotonic());
            if left.is_zero() {
                let doing = "waiting for the device to be plugged in again";
                return Err(ModemError::Broken { doing, why: Broken::Gone }.into());
            }
            if waiting(left).is_break() {
                return Err(ModemError::Interrupted.into());
            }
            tokio::time::sleep(TRY_EVERY).await;
            if self.reopen().await?.is_none() && self.contact().await.is_ok() {
                return Ok(());
            }
            self.may_go_on()?;
        }
    }

    async fn is_it_the_device(&mut self) -> Result<Tried, SessionError> {
        let (identity, readiness) = self.who_answers().await?;
        if differs(self.imei.as_ref(), identity.imei.as_ref()) {
            self.put_back().await?;
            self.modem.hang_up();
            return Ok(Tried::NotYet("another device is there; the one that was is waited for".into()));
        }
        self.is_taken_back();
        self.is_it_the_line(identity, readiness).await
    }

    async fn who_answers(&mut self) -> Result<(Identity, Readiness), SessionError> {
        self.contact().await?;
        self.modem.prepare().await?;
        Ok((self.modem.identify().await?, self.modem.readiness().await?))
    }

    async fn is_it_the_line(&mut self, identity: Identity, readiness: Readiness) -> Result<Tried, SessionError> {
        if readiness.pin.for_record() != "READY" {
            return Ok(Tried::NotYet(format!("its SIM is not ready: {}", readiness.pin.for_terminal())));
        }
        self.line = super::begin::line_of(&identity);
        if self.line.is_none() {
            return Err(ModemError::NoSim.into());
        }
        self.record().append(Entry::Device(super::begin::device(&self.port, &identity, &readiness)))?;
        let refusals = self.line_refusals();
        if !refusals.is_empty() {
            return Ok(Tried::Refused(Ended::Refused(refusals)));
        }
        self.clock_said(readiness.clock.clone())?;
        self.registration(readiness.is_registered(), readiness.registration.unwrap_or_default())?;
        self.set_up().await?;
        Ok(Tried::Back)
    }
}
