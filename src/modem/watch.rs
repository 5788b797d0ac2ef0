//! What happens without being asked for: polls, calls, a reboot, another SIM.

use std::ops::ControlFlow;
use std::time::Duration;

use super::dialect::RadioOff;
use super::doubt::{Card, Doubt};
use super::identify::Registered;
use super::setup::Setup;
use super::slots::Known;
use super::submit::Kept;
use super::{Event, Modem, ModemError, Trouble};
use crate::at::command::Command;
use crate::at::dialog::Broken;
use crate::at::urc::Urc;
use crate::ids::{Iccid, Imsi};
use crate::record::token::{Captured, Way};
use crate::text::Untrusted;

/// `+CPMS?` finds what an announcement did not tell.
const POLL_EVERY: Duration = Duration::from_secs(30);

/// A call that rings shows its number with the second ring at the latest.
const FOR_CALLER: Duration = Duration::from_secs(4);

/// After this long without a ring the call is over.
const CALL_OVER: Duration = Duration::from_secs(12);

/// A device that could not be set up again is tried again so soon, and so often before a person is told.
const TRY_AGAIN: Duration = Duration::from_secs(2);
const TRIES: u32 = 5;

/// `<stat>` 4 (27.007 clause 7.2).
const NOT_KNOWN: u32 = 4;

/// A sign of a start.
pub(super) const IN_TEXT_MODE: &str = "is in text mode, which was not set";

/// What the modem watches.
#[derive(Default)]
pub(super) struct Watch {
    next_poll: Option<Duration>,
    looked: Looked,
    call: Option<Call>,
    signal: Option<u32>,
    state: State,
    registration: Registration,
    pub(super) doubt: Doubt,
    /// What was told last.
    registered: Option<Registered>,
}

/// Whether the storages were asked for since the device began, or began anew: what came meanwhile lies there.
#[derive(Default, PartialEq)]
enum Looked {
    #[default]
    Yes,
    NotYet,
}

#[derive(Default, PartialEq)]
enum Registration {
    #[default]
    AsBefore,
    /// One domain said something; whether texts can leave depends on all.
    Changed,
}

#[derive(Default, PartialEq)]
enum State {
    #[default]
    Settled,
    /// It started anew, or its SIM changed: what was set may be lost, who it is must be asked again. Until that is
    /// done nothing is handed over, fetched or freed.
    Unsettled {
        /// Not before this.
        due: Duration,
        /// How often it failed.
        failures: u32,
    },
}

struct Call {
    told: Told,
    last_ring: Duration,
    first_ring: Duration,
}

#[derive(PartialEq)]
enum Told {
    NotYet,
    Yes,
}

impl Watch {
    /// Whether nothing that was set can be trusted.
    pub(super) fn is_unsettled(&self) -> bool {
        self.state != State::Settled
    }

    /// Who the card and the subscriber are, by what they said last.
    pub(super) fn known(&mut self, line: Option<(Iccid, Imsi)>) {
        self.doubt.known(line);
    }

    /// Whether the card is surely the one that was there.
    pub(super) fn card(&self) -> Card {
        self.doubt.card()
    }

    /// Whether what came while nobody listened was looked for.
    pub(super) fn has_looked(&self) -> bool {
        self.looked == Looked::Yes
    }

    /// Whether setting it up again failed so often that a person was told.
    pub(super) fn cannot_be_set_up(&self) -> bool {
        matches!(self.state, State::Unsettled { failures, .. } if failures >= TRIES)
    }

    fn unsettle(&mut self, now: Duration) {
        self.looked = Looked::NotYet;
        let failures = if let State::Unsettled { failures, .. } = self.state { failures } else { 0 };
        self.state = State::Unsettled { due: now, failures };
    }

    pub(super) fn take_registration_changed(&mut self) -> bool {
        std::mem::take(&mut self.registration) == Registration::Changed
    }

    /// When something will be due.
    pub(super) fn wake(&self) -> Duration {
        if let State::Unsettled { due, .. } = self.state {
            return due;
        }
        let call = self.call.as_ref().filter(|call| call.told == Told::NotYet).map(|call| call.first_ring + FOR_CALLER);
        [self.next_poll, call, self.doubt.due()].into_iter().flatten().min().unwrap_or(Duration::MAX)
    }
}

impl Modem {
    /// From now on the storages are polled, first at once.
    pub fn begin_watching(&mut self, known: Known) {
        self.inbox.begin(known);
        self.watch.looked = Looked::NotYet;
        self.watch.next_poll = Some(self.clock.monotonic());
    }

    pub(super) fn watch_urc(&mut self, urc: Urc) {
        match urc {
            Urc::Ring => self.ring(),
            Urc::Caller(number) => self.caller(number),
            Urc::Boot if self.watch.next_poll.is_some() => self.start_over(),
            Urc::Sim if self.watch.next_poll.is_some() && !self.watch.is_unsettled() => self.doubt_card(),
            Urc::Registration(_) => self.watch.registration = Registration::Changed,
            _ => {}
        }
    }

    /// After a reboot nothing that was set can be trusted, nor who is there. Tried until it succeeds: a card needs
    /// its time. `false` if it is not due yet.
    pub(super) async fn set_up_again(&mut self) -> bool {
        let State::Unsettled { due, failures } = self.watch.state else { return false };
        if self.clock.monotonic() < due {
            return false;
        }
        if self.intent.is_some() {
            self.call_off("the device started anew");
        }
        self.watch.state = State::Settled;
        if let Err(error) = self.once_more().await {
            self.failed_again(failures + 1, &error);
        }
        true
    }

    async fn once_more(&mut self) -> Result<(), ModemError> {
        self.prepare().await?;
        let setup = self.set_up().await?;
        let identity = self.identify().await?;
        if identity.iccid.is_none() || identity.imsi.is_none() {
            return Err(ModemError::NoSim);
        }
        self.watch.doubt.is_settled(self.clock.monotonic());
        self.poll_within(Duration::ZERO);
        self.tell_setup(setup);
        self.keep_link_again().await;
        self.events.push_back(Event::Back(Box::new(identity)));
        self.look_at_registration().await;
        self.look_at_clock().await;
        Ok(())
    }

    fn failed_again(&mut self, failures: u32, error: &ModemError) {
        let due = self.clock.monotonic() + TRY_AGAIN;
        self.watch.state = State::Unsettled { due, failures };
        match failures {
            1 => self.remark(format!("setting the device up again failed, and is tried again: {error}")),
            TRIES => self.trouble(Trouble::NotSetUp, format!(
                "the device started anew and cannot be set up: {error}. Nobody listens until it can; look at the SIM \
                 card and the power"
            )),
            _ => {}
        }
    }

    /// It is not as set-up left it, by this sign: it started anew and did not say so.
    pub(super) fn started_silently(&mut self, sign: &str) {
        self.remark(format!("the device {sign}: it started anew and did not say so. What it was told is told again"));
        self.start_over();
    }

    /// Nothing that was set can be trusted, nor who is there.
    pub(super) fn start_over(&mut self) {
        self.watch.unsettle(self.clock.monotonic());
        self.inbox.distrust();
    }

    /// Whether the radio is off now, with the card still there: it was off, or the family is known to take `+CFUN=4`.
    pub async fn radio_off(&mut self) -> Result<bool, ModemError> {
        let before = self.function().await?;
        match before {
            Some(0 | 4) => Ok(true),
            _ if self.dialect.radio_off == RadioOff::NotKnown => Ok(false),
            _ => {
                self.function_changes(before);
                let taken = self.accepts(&Command::RadioOff).await;
                Ok(taken && self.function_changed(before).await? == Some(4))
            }
        }
    }

    /// On the air, if a device began with its radio off.
    pub async fn on_air(&mut self) -> Result<(), ModemError> {
        match self.function().await? {
            Some(0 | 4) => self.radio_on().await,
            _ => Ok(()),
        }
    }

    /// On the air.
    pub async fn radio_on(&mut self) -> Result<(), ModemError> {
        let before = self.function().await?;
        self.function_changes(before);
        self.pump.must("switching the radio on", &Command::RadioOn).await?;
        self.function_changed(before).await.map(drop)
    }

    /// Waits until texts can leave; how it stands then. `waiting` is told of each second that is left.
    pub async fn wait_for_network(
        &mut self,
        limit: Duration,
        mut waiting: impl FnMut(Duration) -> ControlFlow<()>,
    ) -> Result<Registered, ModemError> {
        let until = self.clock.monotonic() + limit;
        loop {
            let (registered, _) = self.registration().await;
            let now = self.clock.monotonic();
            if registered == Registered::Yes || now >= until {
                return Ok(registered);
            }
            if self.is_gone() {
                return Err(ModemError::Broken { doing: "waiting for the network", why: Broken::Gone });
            }
            self.wait_on(until - now, &mut waiting).await?;
        }
    }

    /// What set-up changed and what a person should know of it.
    pub(super) fn tell_setup(&mut self, setup: Setup) {
        setup.changes.into_iter().for_each(|change| self.events.push_back(Event::Set(change)));
        setup.remarks.into_iter().for_each(|words| self.remark(words));
    }

    /// The next poll is not later than this.
    pub(super) fn poll_within(&mut self, time: Duration) {
        let due = self.clock.monotonic() + time;
        self.watch.next_poll = self.watch.next_poll.map(|next| next.min(due));
    }

    pub(super) async fn poll_if_due(&mut self) -> bool {
        let now = self.clock.monotonic();
        if self.withheld_due(now) {
            self.caller(None);
            return true;
        }
        if self.watch.next_poll.is_none_or(|due| now < due) {
            return false;
        }
        self.watch.next_poll = Some(now + POLL_EVERY);
        if self.format().await == Kept::Lost {
            self.started_silently(IN_TEXT_MODE);
            return true;
        }
        self.watch.looked = Looked::Yes;
        if let Err(error) = self.poll().await {
            self.remark(error.to_string());
        }
        self.look_at_signal().await;
        self.look_at_registration().await;
        self.look_at_clock().await;
        true
    }

    /// Whether texts can leave, by every domain; told when it changes.
    pub(super) async fn look_at_registration(&mut self) -> bool {
        let (registered, stat) = self.registration().await;
        if self.watch.registered.replace(registered) != Some(registered) {
            self.events.push_back(Event::Registration(registered, stat.unwrap_or(NOT_KNOWN)));
        }
        true
    }

    /// `+CCLK`: the session compares it with its own.
    async fn look_at_clock(&mut self) {
        let clock = self.clock_said().await;
        if !clock.is_empty() {
            self.events.push_back(Event::Clock(clock));
        }
    }

    /// `+CSQ`; told when its class changes (27.007 clause 8.5: 0 to 31, 2 dB each, 99 not known).
    async fn look_at_signal(&mut self) {
        let Some(signal) = self.signal().await else { return };
        if self.watch.signal.is_none_or(|before| class(before) != class(signal)) {
            self.watch.signal = Some(signal);
            self.events.push_back(Event::Signal(signal));
        }
    }

    fn withheld_due(&self, now: Duration) -> bool {
        self.watch.call.as_ref().is_some_and(|call| call.told == Told::NotYet && now >= call.first_ring + FOR_CALLER)
    }

    fn ring(&mut self) {
        let now = self.clock.monotonic();
        match &mut self.watch.call {
            Some(call) if now.saturating_sub(call.last_ring) < CALL_OVER => call.last_ring = now,
            _ => self.watch.call = Some(Call { told: Told::NotYet, last_ring: now, first_ring: now }),
        }
    }

    /// One capture a call, however often it rings. It is never answered.
    fn caller(&mut self, number: Option<Untrusted>) {
        let now = self.clock.monotonic();
        let call = self.watch.call.get_or_insert(Call { told: Told::NotYet, last_ring: now, first_ring: now });
        if call.told == Told::Yes {
            return;
        }
        call.told = Told::Yes;
        let header = number.map_or_else(|| "RING".to_owned(), |number| format!("+CLIP: \"{}\"", number.for_record()));
        let captured = Captured { way: Way::Call, header, pdu: String::new(), status: None };
        self.events.push_back(Event::Captured(captured, now));
    }
}

/// The signal in words.
pub fn class(rssi: u32) -> &'static str {
    match rssi {
        0..=1 => "none",
        2..=9 => "weak",
        10..=14 => "fair",
        15..=31 => "good",
        _ => "not known",
    }
}
