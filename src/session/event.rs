//! What views are told. Views print from a thread of their own, through a bounded queue: when it is
//! full, lines are dropped and counted, and the loop goes on.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use jiff::Timestamp;

use crate::case::PartId;
use crate::ids::Msisdn;
use crate::record::body::Ends;
use crate::record::token::Verdict;
use crate::record::traffic::{Reply, ReportClass};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A part was handed over and judged.
    Part {
        /// Which.
        part: PartId,
        /// To whom.
        to: Msisdn,
        /// What became of it.
        verdict: Verdict,
        /// People done so far, and in all.
        done: (usize, usize),
        /// When the last part will have gone, if all goes on like this.
        ends: Option<Timestamp>,
    },
    /// A part is not sent, because a rule bars it now.
    Held {
        /// Which.
        part: PartId,
        /// To whom.
        to: Msisdn,
        /// Why.
        why: String,
    },
    /// A delivery report.
    Report {
        /// Which part; none fits an unknown one.
        part: Option<PartId>,
        /// What it says.
        class: ReportClass,
    },
    /// A reply, whole.
    Reply {
        /// Its entry.
        seq: u64,
        /// What came.
        reply: Reply,
    },
    /// A part of a long reply; others are missing.
    Waiting {
        /// The places that are still empty.
        missing: Vec<u8>,
        /// Parts in all.
        total: u8,
        /// Other totals under the same reference.
        other_totals: Vec<u8>,
    },
    /// Somebody stopped the run from another process.
    Stopped {
        /// In plain words.
        why: String,
        /// What it ends.
        ends: Ends,
    },
    /// A number opted out.
    OptOut {
        /// Last nine digits.
        number: String,
    },
    /// Sending waits until then.
    Closed {
        /// When it opens.
        until: Timestamp,
    },
    /// Sending has paused; a person must look.
    Paused {
        /// Why.
        why: String,
    },
    /// A fault, or its end.
    Remark(String),
    /// Somebody was told of a reply, or could not be.
    Alert {
        /// The entry that it is about.
        about: u64,
        /// How it went, in words.
        how: String,
    },
    /// The test text was taken: a person is to say how many are to be texted.
    Confirm,
    /// All parts that may be sent were.
    AllSent,
}

/// The loop's end of the queue.
pub struct View {
    queue: SyncSender<Event>,
    dropped: AtomicU64,
}

/// How many events may wait for the printer.
const ROOM: usize = 4096;

/// A queue: the loop's end and the printer's end.
pub fn queue() -> (View, Receiver<Event>) {
    let (queue, events) = sync_channel(ROOM);
    (View { queue, dropped: AtomicU64::new(0) }, events)
}

impl View {
    /// Tells the view; never waits.
    pub fn tell(&self, event: Event) {
        if self.queue.try_send(event).is_err() {
            let count = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
            log::debug!("the view is behind: {count} lines not shown");
        }
    }
}
