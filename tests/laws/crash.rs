//! One case of twenty texts and twenty replies, stopped at every commit, before it and behind it, and at every
//! write to the link; one text at every octet. Started again and finished, everything must hold.
//!
//! Here every `SIGNPOST_EVERY`-th place (3); `scripts/simulate` takes every one.

use std::cell::Cell;
use std::io;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use signpost::emulator::persona::Persona;
use signpost::emulator::trouble::{Act, Script};
use signpost::record::store::{CommitPlan, Fate};
use signpost::session::SessionError;
use signpost::session::run::Purpose;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::sync::Notify;

use super::invariants;
use super::simulation::setting;
use super::world::{Setup, World, block_on, listen, send};

/// Texts, and replies.
const PEOPLE: u32 = 20;

/// How far a run may go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Until {
    /// This commit is the last: it fails, and is on disk or not.
    Commit(u64, Fate),
    /// The power goes in place of this write.
    Write(u64),
    /// The power goes behind this octet.
    Octet(u64),
    /// Its end.
    End,
}

/// What passed.
#[derive(Default)]
pub struct Counted {
    commits: Cell<u64>,
    writes: Cell<u64>,
    octets: Cell<u64>,
    power_cut: Notify,
}

fn add(cell: &Cell<u64>, count: u64) -> u64 {
    cell.set(cell.get() + count);
    cell.get()
}

/// A link that counts, and that takes nothing more when the power is gone.
struct Wire {
    inner: DuplexStream,
    counted: Rc<Counted>,
    until: Until,
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        let counted = self.counted.clone();
        let room = match self.until {
            Until::Write(last) if counted.writes.get() >= last => 0,
            Until::Octet(last) => usize::try_from(last - counted.octets.get()).unwrap().min(octets.len()),
            _ => octets.len(),
        };
        if room == 0 && !octets.is_empty() {
            counted.power_cut.notify_one();
            return Poll::Pending;
        }
        let written = Pin::new(&mut self.inner).poll_write(cx, &octets[..room]);
        if let Poll::Ready(Ok(count)) = written {
            add(&counted.writes, 1);
            add(&counted.octets, count as u64);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

fn plan(counted: Rc<Counted>, until: Until) -> CommitPlan {
    Box::new(move || {
        let commit = add(&counted.commits, 1);
        match until {
            Until::Commit(last, fate) if commit == last => fate,
            _ => Fate::Proceed,
        }
    })
}

/// A checked case, and one run of it until then.
async fn run(people: u32, until: Until) -> (World, Rc<Counted>) {
    let reply = |script: Script, person: u32| {
        let text =
            if person.is_multiple_of(5) { "please help me ".repeat(14) } else { format!("who is this {person}") };
        let deliver = Act::Deliver { from: format!("+447700900{person:03}"), text };
        script.at(Duration::from_millis(2_000 + 230 * u64::from(person)), deliver)
    };
    let script = (1..=people).fold(Script::default(), reply);
    let keys = vec![("replies.free_captured", "true")];
    let world = World::new(Setup { people, script, keys, ..Setup::default() });
    world.session(listen(1)).await.unwrap();
    let purpose = send(60);
    let counted = session(&world, purpose, until).await;
    (world, counted)
}

/// One session until then; what passed.
pub async fn session(world: &World, purpose: Purpose, until: Until) -> Rc<Counted> {
    let counted = Rc::new(Counted::default());
    let (link_counts, record_counts) = (counted.clone(), counted.clone());
    let work = world.session_through(
        purpose,
        move |inner| Box::new(Wire { inner, counted: link_counts, until }),
        move |record| record.set_commit_plan(plan(record_counts, until)),
    );
    tokio::select! {
        ended = work => {
            let failed = matches!(ended, Err(SessionError::Record(_) | SessionError::Seal(_)));
            let reached = matches!(until, Until::Commit(last, _) if counted.commits.get() >= last);
            assert_eq!(failed, reached, "{until:?}: {ended:?}");
        }
        () = counted.power_cut.notified() => {}
    }
    counted
}

/// Stops there, goes on, and says what does not hold.
fn stopped(people: u32, until: Until) {
    block_on(async {
        let (world, _) = run(people, until).await;
        // A failed commit is the end: nothing that it stood for was done.
        let wrong = invariants::broken(&world);
        let early: Vec<&String> = wrong.iter().filter(|words| !words.starts_with("delivered and not")).collect();
        assert!(early.is_empty(), "stopped at {until:?}: {early:#?}");
        world.finish().await;
        let wrong = invariants::broken(&world);
        assert!(wrong.is_empty(), "finished after {until:?}: {wrong:#?}");
    });
}

fn places(count: u64) -> impl Iterator<Item = u64> {
    (1..=count).step_by(usize::try_from(setting("SIGNPOST_EVERY", 3)).unwrap())
}

#[test]
fn stopped_at_every_commit_both_ways() {
    let (world, counted) = block_on(run(PEOPLE, Until::End));
    let commits = counted.commits.get();
    let replies = world.truth.delivered().len();
    assert!(world.on_air().len() == PEOPLE as usize && replies >= 20 && commits > 100, "{replies} {commits}");
    for commit in places(commits) {
        stopped(PEOPLE, Until::Commit(commit, Fate::FailBefore));
        stopped(PEOPLE, Until::Commit(commit, Fate::FailAfter));
    }
}

#[test]
fn the_power_goes_at_every_write_to_the_link() {
    let (_, counted) = block_on(run(PEOPLE, Until::End));
    for write in places(counted.writes.get()) {
        stopped(PEOPLE, Until::Write(write - 1));
    }
}

#[test]
fn the_power_goes_at_every_octet_of_one_text() {
    let (_, counted) = block_on(run(1, Until::End));
    for octet in places(counted.octets.get()) {
        stopped(1, Until::Octet(octet - 1));
    }
}

/// A disk that takes seconds for a commit now and then: nothing is lost or doubled, pushed texts among it.
#[test]
fn a_slow_disk_loses_nothing() {
    for (persona, every, millis) in [
        (Persona::generic(), 3, 2_000),
        (Persona::generic(), 7, 40_000),
        (Persona::push_only(), 3, 2_000),
        (Persona::push_only(), 5, 12_000),
    ] {
        block_on(async {
            let deliver = |script: Script, n: u64| {
                let text = format!("reply {n}");
                script.at(Duration::from_secs(5 + n), Act::Deliver { from: "+447700900001".into(), text })
            };
            let script = (0..20).fold(Script::default(), deliver);
            let world = World::new(Setup { people: 8, script, persona, ..Setup::default() });
            // As `check` does: what came before the case first looked is the exhibit's.
            world.session(listen(1)).await.unwrap();
            let mut commit = 0;
            let slow: CommitPlan = Box::new(move || {
                commit += 1;
                if commit % every == 0 {
                    the_world_goes_on(Duration::from_millis(millis));
                }
                Fate::Proceed
            });
            let ended = world.session_through(send(400), |link| Box::new(link), |record| record.set_commit_plan(slow));
            ended.await.unwrap();
            world.finish().await;
            assert_eq!(invariants::broken(&world), [""; 0], "{} every {every}", persona.name);
            assert_eq!((world.on_air().len(), world.record().state().replies.len()), (8, 20), "{}", persona.name);
        });
    }
}

/// Time passes while the program waits for the disk and does nothing else: the clock is put forward at the first poll.
fn the_world_goes_on(time: Duration) {
    let _pending = pin!(tokio::time::advance(time)).poll(&mut Context::from_waker(Waker::noop()));
}
