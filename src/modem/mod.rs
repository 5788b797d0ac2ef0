//! Floor 5: the driver. One [`Modem`] owns one link and one dialogue; `session` owns the modem.
//!
//! | file | what |
//! |---|---|
//! | `pump` | dialogue <-> link <-> time; one command and its answer |
//! | [`identify`] | who the device and the SIM are |
//! | [`pin`] | the PIN: its state, its tries, the one try that is made |
//! | [`setup`] | settings: ask what is offered, set, read back |
//! | [`settings`] | settings: read, set, read back, put back |
//! | `submit` | hands over one TPDU: an `Intent` becomes an `Attempt` |
//! | [`slots`] | which slots are to be read, and which never |
//! | [`image`] | copies files of the SIM |
//! | [`inbox`] | fetches what arrived; acknowledges and frees only what is durable |
//! | `marking` | what of the exhibit may be read, and when |
//! | [`watch`] | polls, calls, and what a reboot or a changed SIM demands |
//! | [`details`] | what only the readiness card asks |
//! | `doubt` | the card said something of itself: is it still the one? |
//! | [`foreign`] | ports that are surely no AT port |
//! | [`dialect`] | families as data |
//! | [`probe`] | outside any case: who is at a port, if anyone |
//!
//! It knows neither cases nor the record: of `record` only the tokens. It judges nothing: what an
//! attempt proves is decided in `session::outcome`.

pub mod details;
pub mod dialect;
mod doubt;
pub mod foreign;
pub mod identify;
pub mod image;
pub mod inbox;
mod marking;
pub mod pin;
pub mod probe;
mod pump;
pub mod settings;
pub mod setup;
pub mod slots;
mod submit;
pub mod watch;

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use dialect::Dialect;
use doubt::Card;
use inbox::Inbox;
use watch::Watch;

use crate::at::dialog::Broken;
use crate::at::urc::{Slot, Urc};
use crate::clock::Clock;
use crate::link::tap::{Tap, TapLog};
use crate::record::token::{Attempt, Captured, Intent};
use crate::text::Untrusted;

/// What a modem tells the session.
#[derive(Debug, PartialEq)]
pub enum Event {
    /// The handing over of a part has ended.
    Sent(Attempt),
    /// Something arrived, at that monotonic moment. Make it durable before anything else.
    Captured(Captured, Duration),
    /// The device started anew or its SIM changed; it has been set up again. Who it is now must be
    /// compared before anything is sent.
    Back(Box<identify::Identity>),
    /// The line was lost or is back; `<stat>` of `+CREG` (27.007 clause 7.2).
    Registration(identify::Registered, u32),
    /// The signal is of another class than before: `<rssi>`, 0-31; 99 unknown.
    Signal(u32),
    /// How full the storage is that receives.
    Fill(setup::Fill),
    /// The device says that it can store no text.
    StorageFull,
    /// The card asked the handset for something; it is not answered.
    Toolkit(Untrusted),
    /// A setting was changed.
    Set(settings::Change),
    /// `+CCLK`, as told.
    Clock(Untrusted),
    /// It cannot read this slot of the exhibit without marking it, and waits for a person's decision
    /// ([`Modem::may_mark`]).
    WouldMark(Slot, String),
    /// Something that a person must know.
    Trouble(Trouble, String),
    /// Something that the record should name.
    Remark(String),
    /// The device is gone.
    Gone,
}

/// What a person must know of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It started anew and cannot be set up.
    NotSetUp,
    /// Texts may have arrived that it did not announce and that cannot be looked for.
    Unannounced,
    /// It announced a text in a slot where one lay before the case.
    InTheExhibit,
    /// A slot cannot be read.
    Unreadable,
}

impl Trouble {
    /// A stable word.
    pub fn code(self) -> &'static str {
        match self {
            Trouble::NotSetUp => "not-set-up",
            Trouble::Unannounced => "unannounced",
            Trouble::InTheExhibit => "announced-in-the-exhibit",
            Trouble::Unreadable => "slot-unreadable",
        }
    }
}

/// Why the modem cannot do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModemError {
    /// No answer.
    #[error("{doing}: {why}")]
    Broken {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        why: Broken,
    },
    /// An answer that says no.
    #[error("{doing}: the device says {answer}")]
    Refused {
        /// What was being done.
        doing: &'static str,
        /// In plain words.
        answer: String,
    },
    /// It is no AT port.
    #[error("the port sends {}, and answers nothing", .0.words())]
    Foreign(foreign::Foreign),
    /// A person wants no more of it.
    #[error("interrupted while the line was being set up")]
    Interrupted,
    /// No SIM, or one that does not tell its number.
    #[error("the device does not tell which SIM is in it")]
    NoSim,
}

/// Takes what the tap collected, at least every 250 ms while octets pass. `Break`: it could not be kept, and
/// nothing more may be written to the device.
pub type Flush = Box<dyn FnMut() -> ControlFlow<()>>;

/// Whether the device was told, on this link, how to speak.
#[derive(PartialEq)]
enum Prepared {
    Yes,
    No,
}

/// One handset on one link.
pub struct Modem {
    pump: pump::Pump,
    clock: Arc<dyn Clock>,
    dialect: Dialect,
    intent: Option<Intent>,
    inbox: Inbox,
    found: settings::Found,
    prepared: Prepared,
    /// `+CMEE` as it was read back when it was prepared.
    errors: Option<Vec<u8>>,
    watch: Watch,
    events: VecDeque<Event>,
}

impl Modem {
    /// Takes over a link. Nothing is written before [`Modem::come_into_step`].
    pub fn new(link: crate::link::BoxLink, tap: TapLog, clock: Arc<dyn Clock>, flush: Flush) -> Self {
        let link = Tap::new(link, tap.clone());
        Self {
            pump: pump::Pump::new(link, tap, clock.clone(), flush),
            clock,
            dialect: Dialect::unknown(),
            intent: None,
            inbox: Inbox::default(),
            found: settings::Found::default(),
            prepared: Prepared::No,
            errors: None,
            watch: Watch::default(),
            events: VecDeque::new(),
        }
    }

    /// Lets go of the link: a port can be opened once at a time. What was found on the device is kept.
    pub fn hang_up(&mut self) {
        self.pump.hang_up();
    }

    /// Brings the device into step.
    pub async fn come_into_step(&mut self) -> Result<(), ModemError> {
        self.pump.come_into_step().await
    }

    /// The next event, or `None` when `until` (monotonic) has come. May be called again at once; work
    /// that was begun is never dropped half done.
    pub async fn next(&mut self, until: Duration) -> Option<Event> {
        loop {
            self.sort_urcs();
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            // The end of a text comes before the end of the device: how far it got is proof.
            if let Some(submitted) = self.pump.take_submitted() {
                self.end_of_text(submitted);
                continue;
            }
            if self.pump.is_gone() {
                return Some(self.never_handed_over().unwrap_or(Event::Gone));
            }
            if self.clock.monotonic() >= until {
                return None;
            }
            if !self.work().await {
                // What is due must wait while a text is on its way; waking for it would spin.
                let wake = if self.pump.is_submitting() { until } else { until.min(self.watch.wake()) };
                self.pump.step(wake).await;
            }
        }
    }

    /// Does one piece of due work, most urgent first: what a reboot demands, what arrived, the poll,
    /// the text that waits. `false` if there is none.
    async fn work(&mut self) -> bool {
        if self.pump.is_submitting() {
            return false;
        }
        if self.watch.is_unsettled() {
            return self.set_up_again().await;
        }
        if self.watch.take_registration_changed() {
            return self.look_at_registration().await;
        }
        if self.look_at_card().await {
            return true;
        }
        let card = self.watch.card();
        if self.inbox.slots.has_waiting_of(|slot| card.lets_read(slot)) {
            return self.fetch_one().await;
        }
        // The poll goes before the next text: at full pace there is always a next text.
        if self.poll_if_due().await {
            return true;
        }
        card == Card::Known && self.hand_over().await
    }

    /// Whether the device is gone. [`Modem::next`] says so too, once all it still had is told.
    pub fn is_gone(&self) -> bool {
        self.pump.is_gone()
    }

    /// Whether it was unplugged, or its port closed; not one that only says nothing.
    pub fn is_unplugged(&self) -> bool {
        self.pump.linked() == pump::Linked::No
    }

    /// Whether what came while nobody listened was looked for, and read as far as it can be: nothing can be of a device
    /// that is gone or cannot be set up.
    pub fn has_looked(&self) -> bool {
        let card = self.watch.card();
        let cannot = self.is_gone() || self.watch.cannot_be_set_up();
        cannot || self.watch.has_looked() && !self.inbox.slots.has_waiting_of(|slot| card.lets_read(slot))
    }

    /// Whether nothing that arrived is waiting to be fetched or taken, and the device is set up.
    pub fn has_nothing_waiting(&self) -> bool {
        let known = !self.watch.is_unsettled() && self.watch.card() != Card::Doubted;
        !self.inbox.slots.has_waiting() && self.events.is_empty() && known && self.has_looked()
    }

    fn sort_urcs(&mut self) {
        while let Some((urc, at)) = self.pump.take_urc() {
            match urc {
                Urc::Stored(slot) | Urc::StoredReport(slot) => self.inbox.slots.announced(slot),
                Urc::Pushed(push) | Urc::PushedReport(push) => {
                    self.events.push_back(Event::Captured(inbox::pushed(push), at))
                }
                Urc::MemoryFull => self.events.push_back(Event::StorageFull),
                Urc::Toolkit(said) => self.events.push_back(Event::Toolkit(said)),
                Urc::Ussd(said) => self.events.push_back(Event::Captured(inbox::ussd(&said), at)),
                other => self.watch_urc(other),
            }
        }
    }
}
