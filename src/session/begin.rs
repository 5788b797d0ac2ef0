//! A link becomes a session: who is there, what lies there, what an earlier run left undone.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU8;

use super::alert::{Alerts, Teller};
use super::away::Opener;
use super::card::Bench;
use super::confirmation::Confirmation;
use super::event::View;
use super::exhibit::known_slots;
use super::notice::Noticed;
use super::{Session, SessionError, drain};
use crate::case::LineIdentity;
use crate::case::terms::Terms;
use crate::clock::Clock;
use crate::link::BoxLink;
use crate::link::tap::TapLog;
use crate::modem::identify::{Identity, Readiness, Registered};
use crate::modem::settings::Change;
use crate::modem::setup::{Fill, Setup};
use crate::modem::{Modem, ModemError};
use crate::pdu::join::Joiner;
use crate::record::Record;
use crate::record::body::{Census, Device, Notice, Setting};
use crate::record::entry::Entry;
use crate::record::fold::State;
use crate::record::seal::StationKey;
use crate::record::suppression::{Suppression, SuppressionError};
use crate::text::Untrusted;

/// What a session is begun with.
pub struct Start {
    /// To the handset.
    pub link: BoxLink,
    /// How the link is called.
    pub port: String,
    /// The open record.
    pub record: Record,
    /// What the case file means.
    pub terms: Terms,
    /// The station's key.
    pub key: StationKey,
    /// Who opted out on this station; a list that cannot be read stops no listening.
    pub suppression: Result<Suppression, SuppressionError>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How a person is told of replies and faults.
    pub teller: Option<Box<dyn Teller>>,
    /// Whether a person said how many are to be texted.
    pub confirmation: Confirmation,
    /// Whoever is asked for the PIN and told what is waited for.
    pub bench: Rc<dyn Bench>,
    /// How the device is found again when it is gone; without it a session ends then.
    pub opener: Option<Box<dyn Opener>>,
    /// Where events go.
    pub view: View,
    /// Counts a person's interrupts.
    pub interrupts: Arc<AtomicU8>,
}

/// What was found when the session began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The device and the SIM.
    pub identity: Identity,
    /// How ready the line is.
    pub readiness: Readiness,
}

impl Session {
    /// Brings the device into step and asks who is there. Nothing is set yet; the record has it all.
    pub async fn begin(start: Start) -> Result<(Self, Found), SessionError> {
        let plan_code = start.record.state().approval.as_ref().map(|(_, approval)| approval.plan_code.clone());
        let tap = TapLog::new(start.clock.clone());
        let record = Rc::new(RefCell::new(start.record));
        let flush = flusher(tap.clone(), record.clone());
        let modem = Modem::new(start.link, tap.clone(), start.clock.clone(), flush);
        let now = start.clock.monotonic();
        let mut session = Self {
            record,
            modem,
            tap,
            alerts: Alerts::new(start.teller),
            noticed: Noticed::new(Registered::Yes, now),
            terms: start.terms,
            key: start.key,
            suppression: start.suppression,
            clock: start.clock,
            view: start.view,
            joiner: Joiner::new(),
            untold: Default::default(),
            plan_code,
            line: None,
            imei: None,
            port: start.port,
            bench: start.bench,
            opener: start.opener,
            away: None,
            kept: None,
            in_hand: None,
            texted: Vec::new(),
            called_off: Default::default(),
            to_free: Default::default(),
            to_acknowledge: Default::default(),
            pace: Default::default(),
            place: Default::default(),
            confirmation: start.confirmation,
            last_activity: now,
            last_seal: now,
            interrupts: start.interrupts,
        };
        if let Err(error) = session.first_contact().await {
            return Err(session.give_up(error).await);
        }
        let found = session.through_starts(async |session: &mut Self| session.who_is_there().await).await?;
        match session.line().map(drop) {
            Ok(()) => Ok((session, found)),
            Err(error) => Err(session.give_up(error).await),
        }
    }

    /// A modem on another link, with the same record behind it.
    pub(super) fn modem_on(&self, link: BoxLink) -> Modem {
        let flush = flusher(self.tap.clone(), self.record.clone());
        Modem::new(link, self.tap.clone(), self.clock.clone(), flush)
    }

    async fn who_is_there(&mut self) -> Result<Found, SessionError> {
        if self.modem.is_prepared()
            && let Some(found) = self.known_again().await?
        {
            return Ok(found);
        }
        self.get_to_know().await
    }

    /// Who is there. The record has it also where the card cannot be used.
    pub(super) async fn get_to_know(&mut self) -> Result<Found, SessionError> {
        self.modem.prepare().await?;
        let card = self.open_card().await;
        self.may_go_on()?;
        let identity = self.identify(&card).await?;
        let readiness = self.modem.readiness().await?;
        self.record().append(Entry::Device(device(&self.port, &identity, &readiness)))?;
        self.is_the_same(&identity)?;
        self.is_taken_back();
        self.noticed = Noticed::new(readiness.is_registered(), self.clock.monotonic());
        self.check_clock(readiness.clock.clone())?;
        card?;
        self.wait_for_store().await?;
        Ok(Found { identity, readiness })
    }

    /// The SIM that is there.
    pub fn line(&self) -> Result<&LineIdentity, SessionError> {
        self.line.as_ref().ok_or(SessionError::Modem(ModemError::NoSim))
    }

    /// Sets the line up, counts what lies in its storages, and takes up what an earlier run left.
    pub async fn set_up(&mut self) -> Result<Setup, SessionError> {
        let setup = self.through_starts(async |session: &mut Self| session.set_up_once().await).await?;
        self.take_up(&setup)?;
        Ok(setup)
    }

    pub(super) async fn set_up_once(&mut self) -> Result<Setup, SessionError> {
        self.known_again().await?;
        self.modem.on_air().await?;
        Ok(self.modem.set_up().await?)
    }

    /// The record has what was set and counted; from here on the line is watched.
    pub(super) fn take_up(&mut self, setup: &Setup) -> Result<(), SessionError> {
        let settings = setup.changes.iter().cloned().map(setting);
        let remarks = setup.remarks.iter().map(|words| remark(words));
        let mut record = self.record();
        let others = setup.census.iter().filter_map(|fill| of_others(record.state(), fill)).collect::<Vec<_>>();
        let census = setup.census.iter().map(|fill| Entry::Census(census(fill)));
        let entries: Vec<Entry> = settings.chain(census).chain(remarks).chain(others).collect();
        record.append_all(entries)?;
        let known = known_slots(record.state());
        drop(record);
        self.modem.begin_watching(known);
        self.obey_decision();
        self.listening_begins()?;
        self.keep_suppression()?;
        self.keep_texted()?;
        self.recover()
    }
}

/// A setting that was changed.
pub(super) fn setting(change: Change) -> Entry {
    Entry::Setting(Setting {
        what: change.what.to_owned(),
        asked: change.asked,
        before: Some(change.before.into()),
        after: Some(change.after.into()),
    })
}

fn remark(words: &str) -> Entry {
    Entry::Notice(Notice { code: "remark".into(), what: words.into(), said: None })
}

fn flusher(tap: TapLog, record: Rc<RefCell<Record>>) -> crate::modem::Flush {
    Box::new(move || {
        // Taken only while nobody else has it: then that one's commit will carry the octets.
        let Ok(mut record) = record.try_borrow_mut() else { return ControlFlow::Continue(()) };
        drain(&tap, &mut record);
        match record.flush_wire() {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                log::error!("{error}");
                ControlFlow::Break(())
            }
        }
    })
}

pub(super) fn line_of(identity: &Identity) -> Option<LineIdentity> {
    Some(LineIdentity { iccid: identity.iccid.clone()?, imsi: identity.imsi.clone()? })
}

fn census(fill: &Fill) -> Census {
    Census {
        storage: fill.storage.name().to_owned(),
        used: fill.used,
        total: fill.total,
        slots: fill.slots.clone().unwrap_or_default(),
    }
}

/// What lies in the device's own store when the case first sees it is set apart from what lies on the SIM.
fn of_others(state: &State, fill: &Fill) -> Option<Entry> {
    let storage = fill.storage.name();
    let first = !state.first_census.contains_key(&state.shelf(storage));
    let texts = !matches!(storage, "SM" | "SR") && fill.used > 0;
    let slots = fill.slots.as_ref().map(|slots| slots.iter().map(u32::to_string).collect::<Vec<_>>().join(", "));
    let where_to =
        slots.map_or_else(|| "in slots that the device does not name".to_owned(), |slots| format!("slots {slots}"));
    let words = format!(
        "{} texts lay in {storage}, the device's own store, when this case first saw it ({where_to}): of an earlier case, an \
         earlier owner or another SIM. They are no part of the SIM, and are neither read nor changed",
        fill.used
    );
    (first && texts).then(|| Entry::Notice(Notice { code: "storage".into(), what: words, said: None }))
}

pub(super) fn device(port: &str, identity: &Identity, readiness: &Readiness) -> Device {
    let more = Device {
        smsc: some(&readiness.service_centre),
        operator: some(&readiness.operator),
        signal: readiness.signal.and_then(|signal| u8::try_from(signal).ok()),
        ..Device::default()
    };
    identified(port, identity, more)
}

fn some(text: &Untrusted) -> Option<Untrusted> {
    Some(text.clone()).filter(|text| !text.is_empty())
}

/// As it calls itself now; what else is known of it stays.
pub(super) fn identified(port: &str, identity: &Identity, more: Device) -> Device {
    Device {
        port: port.to_owned(),
        maker: some(&identity.maker),
        model: some(&identity.model),
        firmware: some(&identity.firmware),
        imei: identity.imei.as_ref().map(|imei| imei.as_str().into()),
        iccid: identity.iccid.as_ref().map(|iccid| iccid.as_str().into()),
        imsi: identity.imsi.as_ref().map(|imsi| imsi.as_str().into()),
        ..more
    }
}
