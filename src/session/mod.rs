//! Floor 6: what a run does. One owner, one loop: [`Session`] owns the modem and the record, and
//! nothing else may send.
//!
//! | file | what |
//! |---|---|
//! | `contact` | the device is waited for, and who is at the bench is told |
//! | [`card`] | the card is waited for, and its PIN entered |
//! | `afresh` | the device starts anew in the middle of that |
//! | [`begin`] | a link becomes a session: identity, set-up, census, recovery |
//! | [`details`] | what only the readiness card shows |
//! | [`image`] | the SIM is copied, before and after |
//! | [`run`] | the loop |
//! | `sealing` | it is sealed every few minutes, and at its end |
//! | [`away`] | the device is gone, and comes back |
//! | [`send`] | intent, hand-over, outcome |
//! | `place` · `pace` · [`confirmation`] | which part is next, when, and whether a person said how many |
//! | [`outcome`] | what an attempt proves: the one table |
//! | [`capture`] | what arrives: durable first, then read |
//! | `exhibit` | what lay there before: what may be read of it, and when |
//! | `partial` | a long text of which parts are missing |
//! | [`reply`] | text, person, urgent words, opt-out |
//! | [`report`] | which part a status report speaks of |
//! | [`alert`] | a person is told |
//! | [`notice`] | network, storage, disk, clock, authority: what is noticed, and what is a fault |
//! | [`event`] | what views are told |
//!
//! Views print elsewhere, from a bounded queue: printing never holds the loop. The record is the only
//! truth; everything here can be killed at any moment.

mod afresh;
pub mod alert;
pub mod away;
pub mod begin;
pub mod capture;
pub mod card;
pub mod confirmation;
mod contact;
pub mod details;
pub mod event;
mod exhibit;
pub mod image;
mod interrupt;
pub mod notice;
pub mod outcome;
mod pace;
mod partial;
mod place;
pub mod reply;
pub mod report;
pub mod run;
mod sealing;
pub mod send;
mod texted;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU8;
use std::time::Duration;

use alert::Alerts;
use away::{Away, Opener};
use card::{Bench, CardError};
use confirmation::Confirmation;
use event::View;
use notice::Noticed;
use pace::Pace;
use place::Place;

use jiff::civil::Date;

use crate::case::LineIdentity;
use crate::case::PartId;
use crate::case::terms::Terms;
use crate::clock::Clock;
use crate::ids::{Imei, Msisdn};
use crate::link::tap::{TapLog, Way};
use crate::modem::foreign::Foreign;
use crate::modem::settings::Found as Settings;
use crate::modem::{Modem, ModemError};
use crate::pdu::join::Joiner;
use crate::record::seal::{SealError, StationKey};
use crate::record::suppression::{Suppression, SuppressionError};
use crate::record::token::{Captured, Durable};
use crate::record::traffic::{Dir, WireChunk};
use crate::record::{Record, RecordError};

/// A line at work.
pub struct Session {
    record: Rc<RefCell<Record>>,
    modem: Modem,
    tap: TapLog,
    terms: Terms,
    key: StationKey,
    suppression: Result<Suppression, SuppressionError>,
    clock: Arc<dyn Clock>,
    view: View,
    alerts: Alerts,
    noticed: Noticed,
    joiner: Joiner,
    /// Captures that are parts of texts that are not whole, with the moment at which a person is told all the same.
    untold: BTreeMap<u64, Duration>,
    /// The plan that was approved when the session began: what it was checked against is this and no other.
    plan_code: Option<String>,
    line: Option<LineIdentity>,
    imei: Option<Imei>,
    port: String,
    bench: Rc<dyn Bench>,
    opener: Option<Box<dyn Opener>>,
    away: Option<Away>,
    /// What was found set on the device, until the one that is there now has proved to be it.
    kept: Option<Settings>,
    in_hand: Option<(PartId, Msisdn)>,
    /// Whom the station is to be told of.
    texted: Vec<(String, Date)>,
    /// Numbers that opted out while a part of theirs was in hand.
    called_off: BTreeSet<Msisdn>,
    /// Slots whose texts are durable, to be freed when no part is in hand.
    to_free: VecDeque<Durable<Captured>>,
    /// Pushed texts that are durable, with the moment at which they came.
    to_acknowledge: VecDeque<(Durable<Captured>, Duration)>,
    pace: Pace,
    place: Place,
    confirmation: Confirmation,
    last_activity: Duration,
    last_seal: Duration,
    interrupts: Arc<AtomicU8>,
}

/// Why a session ends otherwise than in order.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The device.
    #[error(transparent)]
    Modem(#[from] ModemError),
    /// There is no device that speaks AT at this port, or it hangs.
    #[error("nothing at {0} answers AT commands")]
    NoAnswer(String),
    /// The port is for something else.
    #[error("{port} sends {}: it is not the AT port", .sends.words())]
    WrongPort {
        /// The port.
        port: String,
        /// What comes from it.
        sends: Foreign,
    },
    /// The card.
    #[error(transparent)]
    Card(#[from] CardError),
    /// It loses what it is told again and again.
    #[error("the device starts anew again and again: {} times while it was being set up", afresh::TRIES)]
    StartsAgain,
    /// After a start somebody else answers.
    #[error("the device started anew, and {0} answers now than before")]
    Another(&'static str),
    /// The seal.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Hands what the tap collected to the record's buffer: it is in the next commit.
fn drain(tap: &TapLog, record: &mut Record) {
    for chunk in tap.take() {
        record.wire(WireChunk {
            at: chunk.at,
            mono: u64::try_from(chunk.monotonic.as_nanos()).unwrap_or(u64::MAX),
            dir: match chunk.way {
                Way::In => Dir::In,
                Way::Out => Dir::Out,
            },
            octets: chunk.octets,
        });
    }
}

impl Session {
    /// The record, with everything that passed on the wire up to now in its buffer.
    fn record(&self) -> std::cell::RefMut<'_, Record> {
        let mut record = self.record.borrow_mut();
        drain(&self.tap, &mut record);
        record
    }
}
