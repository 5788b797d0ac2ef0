//! The loop. It selects over the modem and the time; every other process speaks through the record.

use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::alert::CAPTURE_ENDED;
use super::away::WAITS;
use super::begin::{identified, line_of, setting};
use super::event::Event;
use super::notice::Lost;
use super::partial::Which;
use super::send::{Halt, Step};
use super::{Session, SessionError};
use crate::case::clearance::{Refusal, same_sim, to_listen};
use crate::modem::Event as Modem;
use crate::modem::identify::Identity;
use crate::record::body::{ALL_SENT, Ends as Stops};
use crate::record::entry::Entry;
use crate::record::fold::DEVICE_GONE;
use crate::record::seal::Sealed;

/// What a run is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    /// Whether texts go.
    pub sends: Sends,
    /// When it ends.
    pub ends: Ends,
}

/// Whether texts go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sends {
    /// The approved plan.
    Plan,
    /// Nothing: listening only.
    Nothing,
}

/// When a run ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// When nothing more can be sent now.
    WhenSent,
    /// At a moment; listening goes on until then.
    At(Timestamp),
    /// When all is sent and nothing has arrived for so long.
    WhenQuiet(Duration),
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// As it should.
    InOrder,
    /// Interrupted, stopped, or the hours closed: the same command goes on.
    Early(String),
    /// Sending halted.
    Halted(Halt),
    /// A rule no longer holds.
    Refused(Vec<Refusal>),
    /// The device is gone.
    Gone,
}

impl Ended {
    /// Why it ended, in plain words.
    pub fn words(&self) -> String {
        match self {
            Ended::InOrder => "in order".to_owned(),
            Ended::Early(why) => why.clone(),
            Ended::Halted(Halt::Paused(why) | Halt::Stopped(why)) => why.clone(),
            Ended::Halted(Halt::Refused(refusals)) | Ended::Refused(refusals) => {
                refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
            }
            Ended::Gone => "the device is gone".to_owned(),
        }
    }
}

/// The loop looks around at least so often.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Octets of the wire are kept in memory for at most so long.
const WIRE_KEPT: Duration = Duration::from_millis(250);
/// Texts that follow each other sooner than this go over one radio link, where the device keeps it so long.
const LINK_KEPT: SignedDuration = SignedDuration::from_secs(5);

/// What one run keeps in mind.
struct Course {
    purpose: Purpose,
    sending: Sending,
    halt: Option<Halt>,
    /// A stop of everything stands.
    ends_all: bool,
}

impl Course {
    /// No new part; what is in hand comes to its end.
    fn stop(&mut self, halt: Halt) {
        self.halt = Some(halt);
        self.sending = Sending::Over;
    }
}

/// How sending stands.
#[derive(Clone, Copy, PartialEq)]
enum Sending {
    /// Ask for the next part at this moment.
    Due(Duration),
    /// The hours are closed until then.
    Closed(Duration),
    /// Nothing more.
    Over,
}

impl Session {
    /// Works until the purpose is fulfilled, then seals. Errors of the record end it at once.
    pub async fn run(&mut self, purpose: Purpose) -> Result<(Ended, Sealed), SessionError> {
        let sending = if purpose.sends == Sends::Plan { Sending::Due(Duration::ZERO) } else { Sending::Over };
        let mut course = Course { purpose, sending, halt: None, ends_all: false };
        self.keep_link(course.purpose.sends).await;
        let ended = match self.work(&mut course).await {
            Ok(ended) => ended,
            Err(error) => return Err(self.break_off(error).await),
        };
        self.leave().await?;
        self.listens_no_more(&ended).await?;
        let sealed = self.end(&ended).await?;
        Ok((ended, sealed))
    }

    /// Whoever waits for replies is told that nobody listens any more.
    async fn listens_no_more(&mut self, ended: &Ended) -> Result<(), SessionError> {
        self.tell_partial(Which::All)?;
        self.fault(CAPTURE_ENDED, format!("this session listens no more: {}", ended.words()))?;
        self.tell_the_last().await
    }

    /// An error ended the run: told as the end of every run, if the record still can be written.
    async fn break_off(&mut self, error: SessionError) -> SessionError {
        self.away = None;
        if self.record().alive().is_ok() {
            let told = async {
                self.leave().await?;
                self.listens_no_more(&Ended::Early(error.to_string())).await
            };
            if let Err(second) = told.await {
                log::warn!("nobody was told that the session ended: {second}");
            }
        }
        self.give_up(error).await
    }

    async fn work(&mut self, course: &mut Course) -> Result<Ended, SessionError> {
        loop {
            if let Some(ended) = self.turn(course).await? {
                return Ok(ended);
            }
        }
    }

    /// The device is left as it was found, and what it said until then is taken in. Not if a person would have to wait
    /// for it: a text is on its way and they interrupted twice.
    pub(super) async fn leave(&mut self) -> Result<(), SessionError> {
        if self.modem.is_gone() {
            return self.take_all_in().await;
        }
        if self.modem_is_busy() { Ok(()) } else { self.put_back().await }
    }

    /// What waits to be acknowledged is, while the device still knows that it waits (27.005 clause 3.4.4: `+CNMA` only in
    /// service 1); then all is set back.
    pub(super) async fn put_back(&mut self) -> Result<(), SessionError> {
        self.take_all_in().await?;
        while !self.to_acknowledge.is_empty() && !self.modem.is_gone() {
            self.acknowledge_one().await?;
        }
        self.modem.restore().await;
        self.take_all_in().await?;
        self.to_acknowledge.clear();
        Ok(())
    }

    /// What the device said until now, also one that is gone or let go of.
    pub(super) async fn take_all_in(&mut self) -> Result<(), SessionError> {
        while let Some(event) = self.modem.next(self.clock.monotonic()).await {
            match event {
                Modem::Captured(captured, arrived) => self.take_in(captured, arrived)?,
                Modem::Set(change) => self.keep(setting(change))?,
                Modem::Remark(words) => self.notice("remark", &words, None)?,
                Modem::Gone => break,
                _ => {}
            }
        }
        Ok(())
    }

    /// One turn of the loop.
    async fn turn(&mut self, course: &mut Course) -> Result<Option<Ended>, SessionError> {
        self.tell_partial(Which::Due)?;
        self.tell_and_collect()?;
        self.look_around()?;
        self.flush_wire()?;
        self.obey(course)?;
        self.say_that_it_ends()?;
        if let Some(ended) = self.over(course) {
            return Ok(Some(ended));
        }
        if self.away.is_some() {
            self.seal_if_due()?;
            return self.look_for_device(course.purpose.sends, LOOK_EVERY).await;
        }
        let now = self.clock.monotonic();
        if !self.to_acknowledge.is_empty() && !self.modem_is_busy() {
            self.acknowledge_one().await?;
        }
        if !self.to_free.is_empty() && !self.modem_is_busy() {
            self.free_one().await?;
        }
        let due = matches!(course.sending, Sending::Due(at) | Sending::Closed(at) if at <= now);
        // What arrived goes first: it may be an opt-out, or the report of the part before. A device that vanished
        // takes no new part: an intent for it could only end as NOT KNOWN.
        if due && !self.modem_is_busy() && !self.modem.is_gone() && self.modem.has_nothing_waiting() {
            self.ask_for_next(course)?;
        }
        self.seal_if_due()?;
        let patience = self.patience(course);
        match self.modem.next(self.clock.monotonic() + patience).await {
            None if patience == LOOK_EVERY => self.rest(),
            None => Ok(None),
            Some(event) => self.heard(event, course).await,
        }
    }

    /// For texts that follow each other closely.
    pub(super) async fn keep_link(&mut self, sends: Sends) {
        if sends == Sends::Plan && self.terms.each(SignedDuration::ZERO) < LINK_KEPT {
            self.modem.keep_link().await;
        }
    }

    /// A crash may lose the last 250 ms of the wire log and no more.
    fn flush_wire(&mut self) -> Result<(), SessionError> {
        let mut record = self.record();
        record.alive()?;
        if record.wire_kept_for() + LOOK_EVERY > WIRE_KEPT {
            record.flush_wire()?;
        }
        Ok(())
    }

    /// What other processes wrote meanwhile: a stop, that a person lifted the pause, or that another is at work.
    fn obey(&mut self, course: &mut Course) -> Result<(), SessionError> {
        let (stop, held, session) = {
            let mut record = self.record();
            record.refresh()?;
            record.goes_with_shift();
            let state = record.state();
            (state.stop, state.held().is_some(), state.session)
        };
        self.obey_decision();
        // A stop of everything before this session began is no reason not to listen now.
        course.ends_all = stop.and_then(|stop| stop.all).is_some_and(|entry| entry > session);
        if course.purpose.sends == Sends::Nothing {
            return Ok(());
        }
        match (&course.halt, stop) {
            (Some(Halt::Stopped(_)), _) => {}
            (_, Some(stop)) => {
                self.modem.call_off("a stop stands");
                let why = stop.to_string();
                let ends = if course.ends_all { Stops::All } else { Stops::Sending };
                self.view.tell(Event::Stopped { why: why.clone(), ends });
                course.stop(Halt::Stopped(why));
            }
            (Some(Halt::Paused(_)), None) if !held => {
                course.halt = None;
                course.sending = Sending::Due(Duration::ZERO);
            }
            _ => {}
        }
        Ok(())
    }

    /// Nothing came for a while. If nothing is to be done either, the record may do what would hold up a commit.
    fn rest(&mut self) -> Result<Option<Ended>, SessionError> {
        if !self.modem_is_busy() && self.to_free.is_empty() && self.to_acknowledge.is_empty() {
            self.tell_station()?;
            self.record().rest()?;
        }
        Ok(None)
    }

    fn patience(&self, course: &Course) -> Duration {
        let due = match course.sending {
            Sending::Due(at) => at.saturating_sub(self.clock.monotonic()),
            _ => LOOK_EVERY,
        };
        let waits = self.modem_is_busy() || !self.modem.has_nothing_waiting();
        if waits { LOOK_EVERY } else { due.min(LOOK_EVERY) }
    }

    /// Whether a part is in hand.
    pub(super) fn modem_is_busy(&self) -> bool {
        self.in_hand.is_some()
    }

    fn ask_for_next(&mut self, course: &mut Course) -> Result<(), SessionError> {
        course.sending = match self.send_next()? {
            Step::Begun => Sending::Due(Duration::ZERO),
            Step::Later(at) => Sending::Due(at),
            Step::Closed(moment) => Sending::Closed(self.monotonic_at(moment)),
            Step::Done => {
                self.of_sending(ALL_SENT, "all parts that may go have gone")?;
                self.view.tell(Event::AllSent);
                Sending::Over
            }
            Step::Halt(halt) => {
                self.sends_no_more(&halt)?;
                course.stop(halt);
                Sending::Over
            }
        };
        Ok(())
    }

    async fn heard(&mut self, event: Modem, course: &mut Course) -> Result<Option<Ended>, SessionError> {
        match event {
            Modem::Sent(attempt) => {
                if let Some(halt) = self.settle(attempt)? {
                    course.stop(halt);
                }
            }
            Modem::Captured(captured, arrived) => self.take_in(captured, arrived)?,
            Modem::Back(identity) => return self.back(*identity),
            Modem::Registration(registered, stat) => self.registration(registered, stat)?,
            Modem::Signal(rssi) => self.signal(rssi)?,
            Modem::Fill(fill) => self.fill(&fill)?,
            Modem::StorageFull => self.store_full()?,
            Modem::Toolkit(said) => {
                self.notice("toolkit", "the SIM card asked for something; not answered", Some(said))?
            }
            Modem::Set(change) => self.keep(setting(change))?,
            Modem::Clock(said) => self.clock_said(said)?,
            Modem::WouldMark(slot, words) => self.hold_reading(&slot, words)?,
            Modem::Trouble(trouble, words) => self.fault(trouble.code(), words)?,
            Modem::Remark(words) => self.notice("remark", &words, None)?,
            Modem::Gone => {
                self.fault(DEVICE_GONE, "the device is gone: nobody listens to the line".into())?;
                return Ok(self.gone());
            }
        }
        Ok(None)
    }

    /// After a reboot or a change of SIM: is it still the line that was approved?
    fn back(&mut self, identity: Identity) -> Result<Option<Ended>, SessionError> {
        self.line = line_of(&identity);
        self.device_back()?;
        if self.is_another(&identity)? {
            return Ok(Some(Ended::Early("another device answers at the port than the one that was there".into())));
        }
        self.listening_begins()?;
        if self.line.is_none() {
            return Ok(Some(Ended::Early("the device does not tell which SIM is in it now".into())));
        }
        let refusals = self.line_refusals();
        Ok((!refusals.is_empty()).then_some(Ended::Refused(refusals)))
    }

    /// Whether another device answers now. The record says that it is the same, or what differs.
    fn is_another(&self, identity: &Identity) -> Result<bool, SessionError> {
        let before = self.record().state().device.clone().unwrap_or_default();
        let now = identified(&self.port, identity, before.clone());
        if now == before {
            self.notice("device", "it is the same device with the same SIM and firmware as before", None)?;
        } else {
            self.keep(Entry::Device(now))?;
        }
        Ok(matches!((&self.imei, &identity.imei), (Some(before), Some(now)) if before != now))
    }

    /// Why the SIM that is there is not the one that was typed from the card and approved.
    pub fn line_refusals(&self) -> Vec<Refusal> {
        let record = self.record();
        let approval = record.state().approval.as_ref().map(|(_, approval)| approval);
        self.line.as_ref().map(|line| same_sim(&self.terms, approval, line)).unwrap_or_default()
    }

    /// Whether the run is over. A part in hand is waited for, unless a person interrupts twice.
    fn over(&mut self, course: &Course) -> Option<Ended> {
        let interrupts = self.interrupts.load(Ordering::Relaxed);
        if interrupts > 1 || (interrupts == 1 && !self.modem_is_busy()) {
            return Some(Ended::Early("interrupted".into()));
        }
        if self.modem_is_busy() {
            return None;
        }
        if course.ends_all {
            return Some(Ended::Early("a stop of everything stands".into()));
        }
        let now = self.clock.now();
        let refusals = to_listen(now, &self.terms);
        if !refusals.is_empty() {
            let done = course.sending == Sending::Over && course.halt.is_none();
            return Some(if done { Ended::InOrder } else { Ended::Refused(refusals) });
        }
        if let Some(away) = &self.away {
            let waits = self.clock.monotonic() < away.since + WAITS;
            return match course.purpose.ends {
                Ends::At(moment) => (now >= moment).then_some(Ended::Gone),
                Ends::WhenSent | Ends::WhenQuiet(_) => (!waits).then_some(Ended::Gone),
            };
        }
        let ended = || course.halt.clone().map_or(Ended::InOrder, Ended::Halted);
        match (course.purpose.ends, course.sending) {
            (Ends::WhenSent, Sending::Closed(_)) => Some(Ended::Early("the hours are closed".into())),
            (Ends::WhenSent, Sending::Due(_)) if self.is_lost() == Lost::ForLong => {
                Some(Ended::Early("the line has no network".into()))
            }
            (Ends::WhenSent, Sending::Over) if self.is_settled() => Some(ended()),
            (Ends::At(moment), _) if now >= moment => Some(ended()),
            (Ends::WhenQuiet(time), Sending::Over)
                if self.clock.monotonic() >= self.last_activity + time && self.modem.has_looked() =>
            {
                Some(ended())
            }
            _ => None,
        }
    }

    /// Whether everything that arrived is taken in and everybody is told.
    fn is_settled(&self) -> bool {
        self.alerts.is_empty()
            && self.to_free.is_empty()
            && self.to_acknowledge.is_empty()
            && self.modem.has_nothing_waiting()
    }
}
