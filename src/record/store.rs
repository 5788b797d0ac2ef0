//! The open record: one way to write, with the plan of faults that tests inject.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, MAIN_DB, Transaction, TransactionBehavior};

use super::body::{Nature, Opened};
use super::chain::{self, Head};
use super::entry::{Entry, EntryView};
use super::erase;
use super::fold::State;
use super::journal::Journal;
use super::opening::{APPLICATION_ID, connect, prepare, settle};
use super::pen::{Pen, boot, follow, read};
use super::rules::{self, Barred};
use super::small;
use super::token::{Attempt, Captured, Durable, Intent, Verdict};
use super::traffic::{Intended, Judged, Wire, WireChunk};
use crate::case::clearance::Clearance;
use crate::clock::Clock;

pub(super) const SCHEMA: &str = include_str!("schema.sql");

/// Why the record cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// SQLite says so.
    #[error("the record: {0}")]
    Sqlite(rusqlite::Error),
    /// It can be read, and not be written.
    #[error("the record cannot be written: its file or its folder is write-protected, or somebody else's")]
    ReadOnly,
    /// It cannot be read where it is.
    #[error("{0} has entries that wait in the file beside it, and cannot be read where nothing can be written")]
    Waiting(PathBuf),
    /// A body cannot be written.
    #[error("the record: an entry cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A commit failed before, and why: what is on disk is not known until it is opened again.
    #[error("an earlier write failed ({0}); nothing more is written or sent until the record is opened again")]
    Dead(String),
    /// There is one already.
    #[error("{0} exists already")]
    Exists(PathBuf),
    /// There is none.
    #[error("there is no record at {0}")]
    Missing(PathBuf),
    /// Something else.
    #[error("{0} is no record of signpost")]
    Foreign(PathBuf),
    /// An entry does not follow from those before it.
    #[error("the record was changed: entry {0} does not follow from the one before it")]
    Broken(u64),
    /// After closing only erasures, notes, marks and seals.
    #[error("the case is closed; only notes, marks, erasures and their seals can be added")]
    Closed,
    /// A text for a header holds control characters or nothing.
    #[error("\"{0}\" cannot stand in the record as who was at work: it is empty or holds control characters")]
    Who(String),
    /// What is to be found in it cannot be looked for.
    #[error("the record cannot be searched: {0}")]
    Search(String),
    /// Another process has it open.
    #[error("another process has the record open; close it and try again")]
    InUse,
    /// The file system.
    #[error("{path}: {error}")]
    Io {
        /// Where.
        path: PathBuf,
        /// What.
        error: std::io::Error,
    },
}

impl From<rusqlite::Error> for RecordError {
    fn from(error: rusqlite::Error) -> Self {
        let read_only = error.sqlite_error_code() == Some(ErrorCode::ReadOnly);
        if read_only { Self::ReadOnly } else { Self::Sqlite(error) }
    }
}

/// Why an intent was not written.
#[derive(Debug, thiserror::Error)]
pub enum IntendError {
    /// A rule.
    #[error(transparent)]
    Barred(#[from] Barred),
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// What is to become of the next commit: for tests of every way in which it can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It goes on.
    Proceed,
    /// It fails, and nothing is on disk.
    FailBefore,
    /// It is on disk, but says that it failed.
    FailAfter,
}

/// Decides about each commit.
pub type CommitPlan = Box<dyn FnMut() -> Fate>;

/// What a commit left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The entry.
    pub seq: u64,
    /// The verdict in it.
    pub verdict: Verdict,
}

/// An open record.
pub struct Record {
    connection: Connection,
    clock: Arc<dyn Clock>,
    who: String,
    boot: String,
    head: Head,
    state: State,
    wire: Vec<WireChunk>,
    version: i64,
    journal: Journal,
    life: Life,
    plan: CommitPlan,
}

enum Life {
    Alive,
    /// Why it ended.
    Dead(String),
}

impl Record {
    /// Makes a new record; its first entry says whether it is real or training.
    pub fn create(path: &Path, opened: Opened, who: &str, clock: Arc<dyn Clock>) -> Result<Self, RecordError> {
        if path.exists() {
            return Err(RecordError::Exists(path.to_owned()));
        }
        let beside = path.with_extension("new");
        let io = |error| RecordError::Io { path: beside.clone(), error };
        for stale in ["new", "new-wal", "new-shm"].map(|end| path.with_extension(end)) {
            if stale.exists() {
                std::fs::remove_file(&stale).map_err(io)?;
            }
        }
        // Closing it leaves one file; only when it has a first entry does it come into its place.
        drop(Self::begin(Connection::open(&beside)?, opened, who, clock.clone())?);
        small::put(&beside, path).map_err(io)?;
        Self::open(path, who, clock)
    }

    /// A record that lives only in memory: for tests and rehearsals.
    pub fn in_memory(nature: Nature, who: &str, clock: Arc<dyn Clock>) -> Result<Self, RecordError> {
        Self::begin(Connection::open_in_memory()?, Opened::new(nature, "memory"), who, clock)
    }

    fn begin(connection: Connection, opened: Opened, who: &str, clock: Arc<dyn Clock>) -> Result<Self, RecordError> {
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        connection.pragma_update(None, "user_version", super::FORMAT)?;
        settle(&connection)?;
        connection.execute_batch(SCHEMA)?;
        let mut record = Self::with(connection, who, clock)?;
        record.append(Entry::Opened(opened))?;
        Ok(record)
    }

    /// Opens a record and folds all that it says.
    pub fn open(path: &Path, who: &str, clock: Arc<dyn Clock>) -> Result<Self, RecordError> {
        let connection = connect(path)?;
        prepare(&connection)?;
        let mut record = Self::with(connection, who, clock)?;
        record.refresh()?;
        // Without a first entry it is not even known whether it is real.
        if record.head.seq == 0 { Err(RecordError::Foreign(path.to_owned())) } else { Ok(record) }
    }

    fn with(connection: Connection, who: &str, clock: Arc<dyn Clock>) -> Result<Self, RecordError> {
        if !chain::is_plain(who) {
            return Err(RecordError::Who(crate::text::Untrusted::from(who).for_terminal()));
        }
        Ok(Self {
            connection,
            clock,
            who: who.to_owned(),
            boot: boot(),
            head: Head::EMPTY,
            state: State::default(),
            wire: Vec::new(),
            version: -1,
            journal: Journal::default(),
            life: Life::Alive,
            plan: Box::new(|| Fate::Proceed),
        })
    }

    /// An error if a commit failed before: what is on disk is not known, and nothing more may be done.
    pub fn alive(&self) -> Result<(), RecordError> {
        match &self.life {
            Life::Alive => Ok(()),
            Life::Dead(why) => Err(RecordError::Dead(why.clone())),
        }
    }

    /// An error where it can only be read.
    pub fn writable(&self) -> Result<(), RecordError> {
        if self.connection.is_readonly(MAIN_DB)? { Err(RecordError::ReadOnly) } else { Ok(()) }
    }

    /// For tests: decides about each commit from now on.
    pub fn set_commit_plan(&mut self, plan: CommitPlan) {
        self.plan = plan;
    }

    /// What all entries up to now say.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What this process writes from here on has the name of whoever is at work by now. A name that cannot stand in a header
    /// changes nothing: it is no reason to stop listening.
    pub fn goes_with_shift(&mut self) {
        let shift = self.state.shift.as_ref().filter(|shift| shift.by != self.who && chain::is_plain(&shift.by));
        if let Some(by) = shift.map(|shift| shift.by.clone()) {
            self.who = by;
        }
    }

    /// The last entry and its hash.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The clock that it writes by.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Takes in what other processes wrote; says whether there was anything.
    pub fn refresh(&mut self) -> Result<Changed, RecordError> {
        let version: i64 = self.connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        if version == self.version {
            return Ok(Changed::No);
        }
        let before = self.head.seq;
        self.head = follow(&self.connection, self.head, &mut self.state)?;
        self.version = version;
        Ok(if self.head.seq == before { Changed::No } else { Changed::Yes })
    }

    /// Adds one entry, durable when this returns.
    pub fn append(&mut self, entry: Entry) -> Result<u64, RecordError> {
        self.append_all(vec![entry]).map(|seqs| seqs.last().copied().unwrap_or_default())
    }

    /// Adds several in one commit.
    pub fn append_all(&mut self, entries: Vec<Entry>) -> Result<Vec<u64>, RecordError> {
        let mut entries = entries.into_iter();
        self.commit(&mut |_| Ok(entries.next()), Within::Nothing).map_err(only_record)
    }

    /// Keeps octets of the wire until the next commit.
    pub fn wire(&mut self, chunk: WireChunk) {
        self.wire.push(chunk);
    }

    /// How long the oldest octets of the wire have been kept.
    pub fn wire_kept_for(&self) -> Duration {
        let now = self.clock.monotonic();
        self.wire.first().map_or(Duration::ZERO, |chunk| now.saturating_sub(Duration::from_nanos(chunk.mono)))
    }

    /// Commits the octets that are kept.
    pub fn flush_wire(&mut self) -> Result<(), RecordError> {
        if self.wire.is_empty() { Ok(()) } else { self.append_all(Vec::new()).map(drop) }
    }

    /// Nothing waits: a moment for work that would hold up a commit.
    pub fn rest(&mut self) -> Result<(), RecordError> {
        self.alive()?;
        let result = self.journal.rests(&self.connection);
        result.inspect_err(|error| self.life = Life::Dead(error.to_string()))
    }

    /// Makes the wish to send one part durable, if every rule still holds inside the transaction.
    pub fn intend(&mut self, clearance: Clearance) -> Result<Intent, IntendError> {
        let attempt = self.state.parts.get(&clearance.part()).map_or(0, |part| part.attempts) + 1;
        let intended = Intended {
            part: clearance.part(),
            to: clearance.to().clone(),
            tpdu: clearance.tpdu().to_vec(),
            attempt,
            authority: clearance.authority().to_owned(),
            plan_code: clearance.plan_code().to_owned(),
        };
        let (part, to, tpdu) = (intended.part, intended.to.clone(), intended.tpdu.clone());
        let mut entry = Some(Entry::Intent(intended));
        let seqs = self.commit(&mut |_| Ok(entry.take()), Within::May(&clearance))?;
        Ok(Intent { seq: seqs.last().copied().unwrap_or_default(), part, attempt, to, tpdu })
    }

    /// Writes what became of an attempt. Uses the attempt, and so its intent, up.
    pub fn settle(&mut self, attempt: Attempt, verdict: Verdict) -> Result<Outcome, RecordError> {
        let judged = Judged {
            intent: attempt.intent.seq,
            part: attempt.intent.part,
            judged: verdict.clone(),
            reached: attempt.reached,
            ending: attempt.ending,
            reference: attempt.reference,
            since_submit_ms: attempt.since_submit.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
            quiet: attempt.quiet,
        };
        self.append(Entry::Outcome(judged)).map(|seq| Outcome { seq, verdict })
    }

    /// Makes something that arrived durable, raw.
    pub fn capture(&mut self, captured: Captured) -> Result<Durable<Captured>, RecordError> {
        let seq = self.append(Entry::Capture(captured.clone()))?;
        Ok(Durable { seq, what: captured })
    }

    /// Proof for a capture of an earlier session that is still in its slot.
    pub fn proof_of(&self, seq: u64) -> Result<Option<Durable<Captured>>, RecordError> {
        let found = self.entry(seq)?;
        Ok(found.and_then(|view| match view.entry {
            Some(Entry::Capture(what)) => Some(Durable { seq, what }),
            _ => None,
        }))
    }

    /// One entry.
    pub fn entry(&self, seq: u64) -> Result<Option<EntryView>, RecordError> {
        let found = read(&self.connection, seq, seq)?;
        Ok(found.into_iter().next().map(|(view, _)| view))
    }

    /// Every entry, in order.
    pub fn entries(&self) -> Result<Vec<EntryView>, RecordError> {
        self.entries_between(1, u64::MAX)
    }

    /// Entries from one to another, both included.
    pub(super) fn entries_between(&self, first: u64, last: u64) -> Result<Vec<EntryView>, RecordError> {
        Ok(read(&self.connection, first, last)?.into_iter().map(|(view, _)| view).collect())
    }

    /// Octets that are free on the record's disk, where it has one.
    pub fn room(&self) -> Option<u64> {
        let path = self.connection.path().filter(|path| !path.is_empty())?;
        super::opening::room(Path::new(path))
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The one way to write. Takes the lock, takes in what others wrote, checks, writes the kept wire
    /// octets and then the entries, and commits. `next` is asked for entries until it has none, with the
    /// head as it is by then: a seal is over the entry before it, in the same commit. Any failure after
    /// the lock was taken is final.
    pub(super) fn commit(
        &mut self,
        next: &mut dyn FnMut(Head) -> Result<Option<Entry>, RecordError>,
        within: Within,
    ) -> Result<Vec<u64>, IntendError> {
        self.alive()?;
        let transaction =
            Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate).map_err(RecordError::from)?;
        let mut state = std::mem::take(&mut self.state);
        let mut pen = Pen {
            transaction,
            head: self.head,
            caught_up: self.head,
            state: &mut state,
            clock: &*self.clock,
            who: &self.who,
            boot: &self.boot,
        };
        let result = pen.catch_up().map_err(IntendError::from).and_then(|()| {
            if let Within::May(clearance) = within {
                rules::may_intend(pen.state, clearance)?;
            }
            let wire = std::mem::take(&mut self.wire);
            if !wire.is_empty() {
                pen.write(Entry::Wire(Wire { chunks: wire }))?;
            }
            let mut seqs = Vec::new();
            while let Some(entry) = next(pen.head)? {
                seqs.push(pen.write(entry)?);
            }
            if let Within::Erase(gone) = within {
                erase::wipe(&pen.transaction, gone)?;
            }
            Ok(seqs)
        });
        let Pen { transaction, head, caught_up, .. } = pen;
        let fate = if result.is_ok() { (self.plan)() } else { Fate::Proceed };
        let committed =
            || transaction.commit().map_err(RecordError::from).and_then(|()| self.journal.grew(&self.connection));
        let result = match (result, fate) {
            (Ok(seqs), Fate::Proceed) => committed().map(|()| seqs).map_err(IntendError::from),
            (Ok(_), Fate::FailAfter) => committed().and(Err(planned())).map_err(IntendError::from),
            (Ok(_), Fate::FailBefore) => Err(planned().into()),
            (Err(error), _) => Err(error),
        };
        self.state = state;
        match &result {
            Ok(_) => self.head = head,
            // A rule said no: nothing was written, but what others wrote was read.
            Err(IntendError::Barred(_)) => self.head = head,
            Err(IntendError::Record(RecordError::Closed)) if head == caught_up => self.head = head,
            Err(IntendError::Record(error)) => self.life = Life::Dead(error.to_string()),
        }
        result
    }
}

/// What must hold, or is done, inside the transaction besides writing.
#[derive(Clone, Copy)]
pub(super) enum Within<'a> {
    /// Nothing special.
    Nothing,
    /// That this part may be intended.
    May(&'a Clearance),
    /// These bodies go.
    Erase(&'a BTreeSet<u64>),
}

/// Whether other processes wrote something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// They did.
    Yes,
    /// They did not.
    No,
}

/// Of a commit for which no rule was asked.
pub(super) fn only_record(error: IntendError) -> RecordError {
    match error {
        IntendError::Record(error) => error,
        IntendError::Barred(barred) => RecordError::Dead(barred.why),
    }
}

/// The failure that a test planned.
fn planned() -> RecordError {
    RecordError::Io { path: PathBuf::new(), error: std::io::Error::other("as a test planned") }
}
