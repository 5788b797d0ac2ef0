//! A rehearsal: the whole plan against the embedded handset, in simulated time and in memory. Nothing is written,
//! nobody is told, no device is touched. It shows that every TPDU that would go is the one that is approved, and that no
//! rule stops the run; when the last text would go is reckoned from pace and hours, not waited for.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::error::CommandError;
use super::plan::GUESSED;
use super::print::Out;
use crate::case::approval::{Approval, Draft, Strength};
use crate::case::clearance::last_answerable;
use crate::case::terms::Terms;
use crate::clock::{Clock, TestClock};
use crate::emulator::serve::Server;
use crate::emulator::truth::Truth;
use crate::emulator::{Handset, Settings};
use crate::hex;
use crate::record::Record;
use crate::record::body::{Nature, SessionStarted};
use crate::record::entry::Entry;
use crate::record::seal::StationKey;
use crate::record::suppression::Suppression;
use crate::session::begin::Start;
use crate::session::card::Bench;
use crate::session::confirmation::Confirmation;
use crate::session::run::{Ended, Ends, Purpose, Sends};
use crate::session::{Session, SessionError, event};

/// What the emulated network needs for a text.
const LATENCY: Duration = Duration::from_millis(100);

/// When all is sent and nothing has come for so long, it is over.
const QUIET: Duration = Duration::from_secs(2);

/// How it went.
pub struct Rehearsal {
    /// When the last text would go, by pace and hours.
    pub ends: Timestamp,
    /// In the line's time zone.
    pub until: String,
    /// Parts that went.
    pub parts: usize,
    /// What is wrong with the plan, in plain words.
    pub problems: Vec<String>,
}

impl Rehearsal {
    /// For `plan`.
    pub fn words(&self) -> String {
        match self.problems.is_empty() {
            true => format!("rehearsed: {} parts, the last at {}; no problem found", self.parts, self.until),
            false => format!("rehearsed: {} parts; {}", self.parts, self.problems.join("; ")),
        }
    }

    /// For scripts.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({"parts": self.parts, "ends": self.ends, "problems": self.problems})
    }
}

/// Rehearses a plan from a moment on.
pub fn rehearse(draft: &Draft, terms: &Terms, from: Timestamp, out: &Out) -> Result<Rehearsal, CommandError> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build();
    let runtime = runtime.map_err(|error| CommandError::failed("runtime", error.to_string(), "try again"))?;
    let approval = draft.clone().approved("a rehearsal", Strength::NameOnly, None);
    runtime.block_on(on_stage(approval, terms, from, out))
}

async fn on_stage(approval: Approval, terms: &Terms, from: Timestamp, out: &Out) -> Result<Rehearsal, CommandError> {
    let began = from.max(terms.authority.send.from);
    let clock: Arc<dyn Clock> = Arc::new(TestClock::starting_at(began));
    let truth = Truth::default();
    let settings = Settings {
        latency: LATENCY,
        truth: truth.clone(),
        iccid: approval.line.iccid.to_string(),
        imsi: approval.line.imsi.to_string(),
        ..Settings::plain(began)
    };
    let mut server = Server::new(Handset::new(settings));
    let (near, far) = tokio::io::duplex(4096);
    let record = record(&approval, &clock)?;
    let (view, _events) = event::queue();
    let start = Start {
        link: Box::new(near),
        port: "a rehearsal".into(),
        record,
        terms: Terms { alert: Vec::new(), pace: 0, jitter: 0, hours: terms.hours.always(), ..terms.clone() },
        key: StationKey::passing()?,
        suppression: Ok(Suppression::none()),
        clock: clock.clone(),
        teller: None,
        confirmation: Confirmation::given(),
        opener: None,
        bench: Rc::new(NobodyThere),
        view,
        interrupts: Arc::default(),
    };
    let ended = tokio::select! {
        ended = run(start) => ended?,
        () = shown(&approval, &truth, out) => Ended::Gone,
        _ = server.run_in_memory(far) => Ended::Gone,
    };
    Ok(outcome(&approval, &truth, &ended, terms, began))
}

/// No card of a rehearsal has a PIN, and nobody waits.
struct NobodyThere;

impl Bench for NobodyThere {
    fn pin(&self, _tries: Option<u32>) -> Option<Zeroizing<String>> {
        None
    }

    fn waits(&self, _what: &str, _left: Duration) {}
}

/// A record in memory, as far as the approval.
fn record(approval: &Approval, clock: &Arc<dyn Clock>) -> Result<Record, CommandError> {
    let mut record = Record::in_memory(Nature::Training, "a rehearsal", clock.clone())?;
    record.append(Entry::Approval(approval.clone()))?;
    let [verb, version, host] = ["send", env!("CARGO_PKG_VERSION"), "a rehearsal"].map(str::to_owned);
    record.append(Entry::SessionStarted(SessionStarted {
        verb,
        version,
        host,
        pid: 0,
        port: None,
        after_stop: None,
        sha256: None,
    }))?;
    Ok(record)
}

async fn run(start: Start) -> Result<Ended, SessionError> {
    let (mut session, _found) = Session::begin(start).await?;
    session.set_up().await?;
    let purpose = Purpose { sends: Sends::Plan, ends: Ends::WhenQuiet(QUIET) };
    session.run(purpose).await.map(|(ended, _)| ended)
}

/// Tells each tenth of the work.
async fn shown(approval: &Approval, truth: &Truth, out: &Out) {
    let all = parts(approval).count().max(1);
    let mut told = 0;
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let tenth = truth.on_air().len() * 10 / all;
        if tenth > told {
            told = tenth;
            out.progress(format!("rehearsing: {} % of {all} parts", tenth * 10));
        }
    }
}

/// Every part of the plan, as hexadecimal digits.
fn parts(approval: &Approval) -> impl Iterator<Item = String> {
    let everyone = approval.test.iter().chain(&approval.people);
    everyone.flat_map(|pinned| pinned.parts.tpdus(&pinned.to).map(|tpdu| hex::encode(&tpdu)).collect::<Vec<_>>())
}

fn outcome(approval: &Approval, truth: &Truth, ended: &Ended, terms: &Terms, began: Timestamp) -> Rehearsal {
    let wanted = sorted(parts(approval));
    let went = sorted(truth.on_air());
    let mut problems: Vec<String> = if *ended == Ended::InOrder { Vec::new() } else { vec![ended.words()] };
    if went.len() < wanted.len() {
        problems.push(format!("{} of {} parts would not go", wanted.len() - went.len(), wanted.len()));
    } else if went != wanted {
        problems.push("the texts that would go are not the ones of the plan".into());
    }
    let ends = terms.hours.forecast(began, wanted.len(), terms.each(GUESSED)).ends;
    let until = terms.hours.shown(ends);
    let (limit, why) = last_moment(terms);
    if ends >= limit {
        problems.push(format!("the last text would go at {until}, but {why} {}", terms.hours.shown(limit)));
    }
    Rehearsal { ends, until, parts: went.len(), problems }
}

/// From when on no text goes any more, as [`crate::case::clearance`] has it.
fn last_moment(terms: &Terms) -> (Timestamp, &'static str) {
    let (send, answerable) = (terms.authority.send.until, last_answerable(terms));
    match send <= answerable {
        true => (send, "the authority to send ends at"),
        false => (answerable, "texts live 24 hours, and listening ends so that none may go from"),
    }
}

/// In order, TP-MR aside: that is the device's (23.040 clause 9.2.3.6).
fn sorted(tpdus: impl IntoIterator<Item = String>) -> Vec<String> {
    let plain = |tpdu: String| [tpdu.get(..2), tpdu.get(4..)].into_iter().flatten().collect();
    let mut tpdus: Vec<String> = tpdus.into_iter().map(plain).collect();
    tpdus.sort();
    tpdus
}
