//! What is noticed beside replies: the network, the storage, the disk, the clock, the end of the authority.
//! What a person must know is a fault, and is told (see `alert`); the rest is a notice in the record.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::event::Event;
use super::{Session, SessionError};
use crate::clock::ClockStep;
use crate::modem::identify::{Registered, time_of};
use crate::modem::setup::Fill;
use crate::modem::watch;
use crate::record::body::{ClockChecked, Fault, Forbids, Hold, Listening, Notice};
use crate::record::entry::Entry;
use crate::record::fold::{CLOCK_DIFFERS, Listens};
use crate::text::Untrusted;

/// A line that is lost for so long is told of; a shorter time is a notice only.
const LOST_FOR: Duration = Duration::from_secs(60);
/// Fuller than this, in per cent, and a person is told.
const FULL_AT: u64 = 80;
/// The disk and the authority are looked at so often.
const LOOK_AROUND: Duration = Duration::from_secs(60);
/// With less room than this on the disk a person is told.
const ROOM: u64 = 200 * 1024 * 1024;
/// Law 4: clocks that differ by more are for a person to decide about, in seconds.
pub(super) const CLOCKS_DIFFER: i64 = 60;
/// A smaller change of the offset between the clocks is no step, in seconds.
const CLOCK_STEP: i64 = 5;
/// What a device says within this time of one start is of the same start.
const ONE_START: SignedDuration = SignedDuration::from_secs(60);

/// The computer's clock was set while a session worked.
const CLOCK_SET: &str = "clock-set";

const STORE_FULL: &str =
    "the device says that it can store no more texts; the network keeps what comes, and may drop it after days";

/// Before listening ends a person is told; the soonest first.
const ENDS_SOON: [(&str, SignedDuration); 2] =
    [("authority-ends-1h", SignedDuration::from_hours(1)), ("authority-ends-24h", SignedDuration::from_hours(24))];

/// What was noticed last.
pub(super) struct Noticed {
    registered: Registered,
    /// Since when the line is lost, and whether a person was told.
    lost: Option<(Duration, Told)>,
    store: Level,
    /// Whether the device could store a text when it last said so.
    storing: Level,
    disk: Level,
    /// The computer's clocks when they were last looked at.
    clocks: Option<(Timestamp, Duration)>,
    /// What is told once a session.
    told: BTreeSet<&'static str>,
    looked: Option<Duration>,
}

#[derive(PartialEq, Clone, Copy)]
enum Told {
    Yes,
    No,
}

/// Whether the line is without a network.
#[derive(PartialEq, Clone, Copy)]
pub(super) enum Lost {
    /// For longer than a minute.
    ForLong,
    /// Not, or not yet for so long.
    No,
}

#[derive(PartialEq, Clone, Copy)]
enum Level {
    Good,
    Bad,
}

impl Noticed {
    pub(super) fn new(registered: Registered, now: Duration) -> Self {
        let lost = (registered == Registered::No).then_some((now, Told::No));
        Self {
            registered,
            lost,
            store: Level::Good,
            storing: Level::Good,
            disk: Level::Good,
            clocks: None,
            told: BTreeSet::new(),
            looked: None,
        }
    }
}

impl Session {
    /// Whether texts can leave now.
    pub(super) fn is_registered(&self) -> Registered {
        self.noticed.registered
    }

    /// Whether the line has been without a network for so long that a person was told.
    pub(super) fn is_lost(&self) -> Lost {
        if matches!(self.noticed.lost, Some((_, Told::Yes))) { Lost::ForLong } else { Lost::No }
    }

    /// The line was lost or is back.
    pub(super) fn registration(&mut self, registered: Registered, stat: u32) -> Result<(), SessionError> {
        if registered == self.noticed.registered {
            return Ok(());
        }
        let words = match registered {
            Registered::Yes => "the line is registered with a network",
            Registered::No => "the line is not registered with a network; nothing is sent meanwhile",
        };
        self.notice("registration", words, Some(format!("+CREG: {stat}").into()))?;
        let now = self.clock.monotonic();
        match (registered, self.noticed.lost) {
            (Registered::Yes, Some((since, told))) => {
                self.noticed.lost = None;
                if told == Told::Yes {
                    let seconds = now.saturating_sub(since).as_secs();
                    self.fault("line-back", format!("the line is back on the network after {seconds} s"))?;
                }
            }
            (Registered::No, None) => self.noticed.lost = Some((now, Told::No)),
            _ => {}
        }
        self.noticed.registered = registered;
        Ok(())
    }

    /// The signal is of another class.
    pub(super) fn signal(&self, rssi: u32) -> Result<(), SessionError> {
        let words = format!("signal: {}", watch::class(rssi));
        self.notice("signal", &words, Some(format!("+CSQ: {rssi}").into()))
    }

    /// Warns once when the storage fills up, and notes when it has room again.
    pub(super) fn fill(&mut self, fill: &Fill) -> Result<(), SessionError> {
        if fill.used < fill.total {
            self.noticed.storing = Level::Good;
        }
        let full = u64::from(fill.used) * 100 >= u64::from(fill.total) * FULL_AT && fill.total > 0;
        let level = if full { Level::Bad } else { Level::Good };
        if std::mem::replace(&mut self.noticed.store, level) == level {
            return Ok(());
        }
        let words = format!("{} holds {} of {} texts", fill.storage.name(), fill.used, fill.total);
        match level {
            Level::Good => self.notice("storage", &format!("{words}; there is room again"), None),
            Level::Bad => self.fault(
                "store-filling-up",
                format!(
                    "{words}: when it is full the network keeps what comes, and may drop it after days. Let captured \
                     texts be freed (free_captured = true needs a new approval), or use a device with a larger store"
                ),
            ),
        }
    }

    /// The device says that it can store no text: told once until there is room again.
    pub(super) fn store_full(&mut self) -> Result<(), SessionError> {
        match std::mem::replace(&mut self.noticed.storing, Level::Bad) {
            Level::Bad => Ok(()),
            Level::Good => self.fault("store-full", STORE_FULL.into()),
        }
    }

    /// The device started anew: told once, however much it says meanwhile.
    pub(super) fn device_back(&self) -> Result<(), SessionError> {
        let words = "the device started anew or its SIM changed; it is set up again";
        let last = self.record().state().faults.get("device-back").copied();
        match last.map(|last| self.clock.now().duration_since(last)) {
            Some(since) if !since.is_negative() && since < ONE_START => self.notice("remark", words, None),
            _ => self.fault("device-back", words.into()),
        }
    }

    /// What only time brings.
    pub(super) fn look_around(&mut self) -> Result<(), SessionError> {
        self.look_at_own_clock()?;
        let now = self.clock.monotonic();
        if let Some((since, Told::No)) = self.noticed.lost
            && now.saturating_sub(since) >= LOST_FOR
        {
            self.noticed.lost = Some((since, Told::Yes));
            self.fault("line-lost", "the line has had no network for a minute: replies do not reach us".into())?;
        }
        if self.noticed.looked.is_some_and(|looked| now < looked + LOOK_AROUND) {
            return Ok(());
        }
        self.noticed.looked = Some(now);
        self.look_at_disk()?;
        self.look_at_authority()
    }

    /// Who set the computer's clock changes when texts may go and what every entry says of its time.
    fn look_at_own_clock(&mut self) -> Result<(), SessionError> {
        let now = (self.clock.now(), self.clock.monotonic());
        let step = self.noticed.clocks.replace(now).and_then(|before| ClockStep::between(before, now));
        step.map_or(Ok(()), |step| self.fault(CLOCK_SET, step.words()))
    }

    fn look_at_disk(&mut self) -> Result<(), SessionError> {
        let Some(room) = self.record().room() else { return Ok(()) };
        // At the edge it is not told of again and again.
        let enough = if self.noticed.disk == Level::Bad { ROOM + ROOM / 4 } else { ROOM };
        let level = if room < enough { Level::Bad } else { Level::Good };
        if std::mem::replace(&mut self.noticed.disk, level) == level {
            return Ok(());
        }
        let words = format!("the disk of the record has {} MB left", room >> 20);
        match level {
            Level::Good => self.notice("disk", &format!("{words}; there is room again"), None),
            Level::Bad => self.fault("disk-low", format!("{words}: make room, or the session ends")),
        }
    }

    fn look_at_authority(&mut self) -> Result<(), SessionError> {
        let (now, until) = (self.clock.now(), self.terms.authority.listen.until);
        let from = |before| until.saturating_sub(before).unwrap_or(until);
        let soonest = ENDS_SOON.iter().map(|(code, before)| (*code, from(*before))).find(|(_, from)| now >= *from);
        let Some((code, from)) = soonest.filter(|_| now < until) else { return Ok(()) };
        if self.record().state().faults.get(code).is_some_and(|at| *at >= from) {
            return Ok(());
        }
        self.fault(code, format!("listening ends at {}, when the authority ends", self.terms.hours.shown(until)))
    }

    /// The device's clock was asked again: compared anew if one of the two was put forward or back. One that has lost
    /// the time since says nothing.
    pub(super) fn clock_said(&mut self, device: Untrusted) -> Result<(), SessionError> {
        let measured = self.record().state().clock.measured;
        match (self.ahead_of(&device), measured) {
            (Some(ahead), Some(before)) if (ahead - before).abs() <= CLOCK_STEP => Ok(()),
            (None, _) => Ok(()),
            (Some(_), _) => self.check_clock(device),
        }
    }

    /// Seconds by which the computer is ahead of the device.
    fn ahead_of(&self, device: &Untrusted) -> Option<i64> {
        time_of(device).map(|told| self.clock.now().duration_since(told).as_secs())
    }

    /// Compares the computer's clock with the device's, which may have the network's time.
    pub(super) fn check_clock(&mut self, device: Untrusted) -> Result<(), SessionError> {
        let ahead = self.ahead_of(&device);
        self.record().append(Entry::Clock(ClockChecked { device, ahead_s: ahead }))?;
        let Some(ahead) = ahead.filter(|ahead| ahead.abs() > CLOCKS_DIFFER) else { return Ok(()) };
        let accepted = self.record().state().clock.accepted;
        let held = self.record().state().holds.contains_key(CLOCK_DIFFERS);
        if held || accepted.is_some_and(|accepted| (accepted - ahead).abs() <= CLOCKS_DIFFER) {
            return Ok(());
        }
        let why = format!(
            "the computer's clock and the device's differ by {} s; whose is right decides when texts may go",
            ahead.abs()
        );
        let hold = Hold { code: CLOCK_DIFFERS.into(), why: why.clone(), forbids: Forbids::Sending, slot: None };
        self.record().append(Entry::Hold(hold))?;
        self.view.tell(Event::Remark(why));
        Ok(())
    }

    /// From here on the line is listened to: how long was it not?
    pub(super) fn listening_begins(&self) -> Result<(), SessionError> {
        let heard = self.record().state().heard;
        let gap = heard.last.map(|last| self.clock.now().duration_since(last).as_secs().max(0).unsigned_abs());
        let why = match (heard.last, heard.now) {
            (None, _) => "the line was not listened to before in this case",
            (Some(_), Listens::Yes) => "the device was set up again",
            (Some(_), Listens::No) => "no session listened",
        };
        self.record().append(Entry::Listening(Listening { last: heard.last, gap_s: gap, why: why.into() }))?;
        if let Some(gap) = gap.filter(|gap| *gap > 0 && heard.now == Listens::No) {
            self.view.tell(Event::Remark(format!("nobody listened to the line for {gap} s before this")));
        }
        Ok(())
    }

    pub(super) fn notice(&self, code: &str, what: &str, said: Option<Untrusted>) -> Result<(), SessionError> {
        self.record().append(Entry::Notice(Notice { code: code.into(), what: what.into(), said }))?;
        self.view.tell(Event::Remark(what.to_owned()));
        Ok(())
    }

    /// As [`Session::fault`], once a session.
    pub(super) fn fault_once(&mut self, code: &'static str, what: String) -> Result<(), SessionError> {
        if self.noticed.told.insert(code) { self.fault(code, what) } else { Ok(()) }
    }

    /// As [`Session::notice`], once a session.
    pub(super) fn notice_once(&mut self, code: &'static str, what: &str) -> Result<(), SessionError> {
        if self.noticed.told.insert(code) { self.notice(code, what, None) } else { Ok(()) }
    }

    /// A person must know.
    pub(super) fn fault(&self, code: &str, what: String) -> Result<(), SessionError> {
        self.record().append(Entry::Fault(Fault { code: code.into(), what: what.clone() }))?;
        self.view.tell(Event::Remark(what));
        Ok(())
    }
}
