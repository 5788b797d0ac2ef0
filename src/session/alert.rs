//! A person is told of every reply and every fault: by a program of the force's own, with JSON on its standard
//! input; taken means exit 0 within 30 seconds. It runs beside the loop, which never waits for it.
//!
//! The queue is the record itself (`State::alerts`): what was not taken is told again, also by the next session,
//! after 10 seconds and then twice as long each time, for two days. An urgent reply is told again every five
//! minutes until a named person has marked it (`signpost replies --mark`). Two days are counted in tries, not by the
//! clock: what nobody could be told of, because nothing ran or the clock was set, waits until somebody can be.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::process::Stdio;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::task::JoinSet;

use super::event::Event;
use super::{Session, SessionError};
use crate::record::entry::Entry;
use crate::record::fold::{About, DEVICE_GONE, State, Taken, Urgency, Waiting};
use crate::record::tables;
use crate::record::traffic::{Alert, Alerted};

/// Longer and it counts as not taken.
const WITHIN: Duration = Duration::from_secs(30);
/// Before the second try; then twice as long each time.
const FIRST_AGAIN: SignedDuration = SignedDuration::from_secs(10);
/// An urgent reply that no named person has taken.
const URGENT_AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// Tries of two days: 10 seconds doubling, and every five minutes.
const TRIES: u32 = 15;
const URGENT_TRIES: u32 = 576;
/// Programs at once.
const AT_ONCE: usize = 4;
/// The fault that a session listens no more.
pub(super) const CAPTURE_ENDED: &str = "capture-ended";

/// How a person is told: `Ok` if it was taken, else why not.
pub type Telling = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Tells a person. Tests put something else in the program's place.
pub trait Teller {
    /// Begins to tell; `json` is one object.
    fn tell(&self, json: String) -> Telling;
}

/// A program and its arguments; no shell.
pub struct Program(Vec<String>);

impl Program {
    /// The first is the program. With none, nobody is told.
    pub fn of(words: &[String]) -> Option<Box<dyn Teller>> {
        (!words.is_empty()).then(|| Box::new(Self(words.to_vec())) as Box<dyn Teller>)
    }
}

impl Teller for Program {
    fn tell(&self, json: String) -> Telling {
        let program = self.0.clone();
        Box::pin(async move {
            match tokio::time::timeout(WITHIN, call(&program, &json)).await {
                Ok(result) => result,
                Err(_) => Err("it did not end within 30 seconds".into()),
            }
        })
    }
}

async fn call(program: &[String], json: &str) -> Result<(), String> {
    let (name, arguments) = program.split_first().ok_or_else(|| "no program".to_owned())?;
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    // Ctrl-C is for us: whoever is being told of a reply is told.
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    if let Some(mut input) = child.stdin.take() {
        // A program that does not read may still succeed.
        let _unread = input.write_all(json.as_bytes()).await;
    }
    let status = child.wait().await.map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("it ended with {status}")) }
}

/// Alerts on their way.
pub(super) struct Alerts {
    teller: Option<Box<dyn Teller>>,
    running: JoinSet<(u64, u32, Alerted)>,
    about: BTreeSet<u64>,
}

impl Alerts {
    pub(super) fn new(teller: Option<Box<dyn Teller>>) -> Self {
        Self { teller, running: JoinSet::new(), about: BTreeSet::new() }
    }

    /// Whether any is on its way.
    pub(super) fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    fn start(&mut self, entry: u64, attempt: u32, json: String) {
        let Some(teller) = &self.teller else { return };
        let telling = teller.tell(json);
        self.about.insert(entry);
        self.running.spawn(async move {
            let outcome = match telling.await {
                Ok(()) => Alerted::Taken { by: None },
                Err(why) => Alerted::Failed { why },
            };
            (entry, attempt, outcome)
        });
    }

    /// What is due and not on its way, the most pressing first.
    fn due(&self, state: &State, now: Timestamp) -> Vec<u64> {
        let due = |(entry, waiting): &(&u64, &Waiting)| !self.about.contains(entry) && due(waiting, now) <= now;
        let mut due: Vec<(&u64, &Waiting)> = state.alerts.iter().filter(due).collect();
        due.sort_by_key(|(entry, waiting)| (rank(&waiting.about), **entry));
        due.into_iter().map(|(entry, _)| *entry).collect()
    }
}

/// Urgent replies first, then that nobody listens any more, then the rest in order.
fn rank(about: &About) -> u8 {
    match about {
        About::Reply(Urgency::Urgent) => 0,
        About::Fault(code, _) if [CAPTURE_ENDED, DEVICE_GONE].contains(&code.as_str()) => 1,
        About::Reply(Urgency::Plain) | About::Fault(..) => 2,
    }
}

/// Whether it was told often enough without anybody taking it.
fn is_over(waiting: &Waiting) -> bool {
    waiting.tries >= if waiting.taken == Taken::Yes { URGENT_TRIES } else { TRIES }
}

/// When it is to be told (again). A clock that was put back is no reason to wait.
fn due(waiting: &Waiting, now: Timestamp) -> Timestamp {
    let Some(last) = waiting.last.filter(|last| *last <= now) else { return now };
    let wait = match waiting.taken {
        Taken::Yes => URGENT_AGAIN,
        Taken::No => FIRST_AGAIN.saturating_mul(1 << waiting.tries.saturating_sub(1).min(20)),
    };
    last.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

/// What the program reads.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Told<'a> {
    Reply {
        entry: u64,
        attempt: u32,
        at: Timestamp,
        from: Option<&'a str>,
        person: Option<u32>,
        form: &'static str,
        text: &'a str,
        urgent: &'a [String],
        stop: Option<&'a str>,
        doubts: &'a [String],
    },
    Fault {
        entry: u64,
        attempt: u32,
        at: Timestamp,
        code: &'a str,
        what: &'a str,
    },
    Test {
        at: Timestamp,
        what: &'a str,
    },
}

/// What a test says, so that nobody goes out for it.
const A_TEST: &str = "a test by signpost check: nothing has happened, and nobody has to do anything";

/// How a test of the alert went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// The program that was told.
    pub program: String,
    /// How long it took.
    pub took: Duration,
    /// Taken, or why not.
    pub outcome: Result<(), String>,
}

impl Tested {
    /// In plain words.
    pub fn words(&self) -> String {
        let (program, seconds) = (&self.program, self.took.as_secs_f32());
        match &self.outcome {
            Ok(()) => format!("test taken by {program} in {seconds:.1} s"),
            Err(why) => format!("test NOT taken by {program} after {seconds:.1} s: {why}"),
        }
    }
}

/// Which attempt it is, and what the program reads.
fn told(state: &State, entry: u64) -> Option<(u32, String)> {
    let waiting = state.alerts.get(&entry)?;
    let (attempt, at) = (waiting.tries + 1, waiting.since);
    let told = match &waiting.about {
        About::Fault(code, what) => Told::Fault { entry, attempt, at, code, what },
        About::Reply(_) => {
            let place = state.replies.binary_search_by_key(&entry, |received| received.seq).ok()?;
            let reply = &state.replies.get(place)?.reply;
            Told::Reply {
                entry,
                attempt,
                at,
                from: reply.from.as_ref().map(|from| from.for_json()),
                person: reply.person,
                form: tables::form(reply.form),
                text: reply.text.for_json(),
                urgent: &reply.urgent,
                stop: reply.stop.as_deref(),
                doubts: &reply.doubts,
            }
        }
    };
    Some((attempt, serde_json::to_string(&told).ok()?))
}

impl Session {
    /// Records how alerts ended, and tells what is due.
    pub(super) fn tell_and_collect(&mut self) -> Result<(), SessionError> {
        self.collect_alerts()?;
        if self.alerts.teller.is_none() || self.alerts.running.len() >= AT_ONCE {
            return Ok(());
        }
        let now = self.clock.now();
        let due = self.alerts.due(self.record().state(), now);
        for entry in due.into_iter().take(AT_ONCE - self.alerts.running.len()) {
            self.tell_or_give_up(entry)?;
        }
        Ok(())
    }

    /// Tells a person once that this is a test, and records how it went; nothing if nobody is to be told. The device is
    /// not listened to meanwhile: for when it was left.
    pub async fn test_alert(&mut self) -> Result<Option<Tested>, SessionError> {
        let test = Told::Test { at: self.clock.now(), what: A_TEST };
        let Some((teller, json)) = self.alerts.teller.as_ref().zip(serde_json::to_string(&test).ok()) else {
            return Ok(None);
        };
        let began = self.clock.monotonic();
        let outcome = teller.tell(json).await;
        let took = self.clock.monotonic().saturating_sub(began);
        let program = self.terms.alert.first().cloned().unwrap_or_default();
        let tested = Tested { program, took, outcome };
        self.notice("alert", &tested.words(), None)?;
        Ok(Some(tested))
    }

    fn tell_or_give_up(&mut self, entry: u64) -> Result<(), SessionError> {
        let over = self.record().state().alerts.get(&entry).filter(|waiting| is_over(waiting)).map(|w| w.tries);
        if let Some(attempt) = over {
            self.record().append(Entry::Alert(Alert { about: entry, attempt, outcome: Alerted::GivenUp }))?;
            self.view.tell(Event::Alert { about: entry, how: format!("not taken in {attempt} tries; given up") });
            return Ok(());
        }
        let told = told(self.record().state(), entry);
        if let Some((attempt, json)) = told {
            self.alerts.start(entry, attempt, json);
        }
        Ok(())
    }

    fn collect_alerts(&mut self) -> Result<(), SessionError> {
        while let Some(ended) = self.alerts.running.try_join_next() {
            let Ok((about, attempt, outcome)) = ended else { continue };
            self.alerts.about.remove(&about);
            let how = match &outcome {
                Alerted::Failed { why } => format!("not taken: {why}"),
                _ => "taken".to_owned(),
            };
            self.record().append(Entry::Alert(Alert { about, attempt, outcome }))?;
            self.view.tell(Event::Alert { about, how });
        }
        Ok(())
    }

    /// Before a session ends: whoever is told is told of that too, and what is on its way is waited for.
    pub(super) async fn tell_the_last(&mut self) -> Result<(), SessionError> {
        self.tell_and_collect()?;
        let end = self.clock.monotonic() + WITHIN;
        while !self.alerts.is_empty() && self.clock.monotonic() < end {
            tokio::time::sleep(Duration::from_millis(20)).await;
            self.tell_and_collect()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_seconds_doubling_and_five_minutes_for_an_urgent_one() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let tried = |tries, taken| Waiting {
            about: About::Reply(Urgency::Urgent),
            since: at(1_000),
            tries,
            last: (tries > 0).then(|| at(2_000)),
            taken,
        };
        let now = at(2_001);
        assert_eq!(due(&tried(0, Taken::No), now), now);
        for (tries, wait) in [(1, 10), (2, 20), (3, 40), (14, 81_920)] {
            assert_eq!(due(&tried(tries, Taken::No), now), at(2_000 + wait));
        }
        assert_eq!(due(&tried(1, Taken::Yes), now), at(2_300));
        assert!(due(&tried(u32::MAX, Taken::No), now) > at(2_000));
        assert_eq!(due(&tried(3, Taken::No), at(500)), at(500), "the clock was put back");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn ctrl_c_at_our_terminal_does_not_reach_the_program() {
        let leads_a_group = r#"read -r _ _ _ _ group _ < /proc/$$/stat; test "$group" = "$$""#;
        let program = ["sh", "-c", leads_a_group].map(str::to_owned);
        assert_eq!(call(&program, "{}").await, Ok(()));
    }

    #[test]
    fn two_days_of_tries() {
        let doubling: i64 = (0..TRIES - 1).map(|try_| FIRST_AGAIN.as_secs() << try_).sum();
        assert!((40..50).contains(&(doubling / 3_600)), "{doubling}");
        assert_eq!(i64::from(URGENT_TRIES) * URGENT_AGAIN.as_secs(), 48 * 3_600);
    }
}
