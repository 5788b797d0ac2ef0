//! The engine beside what its disk and its modem can do at best, in one run: medians of five rounds.
//!
//! c is a bare SQLite commit of the same octets on the same disk (write-ahead log, synchronous FULL); m is a raw
//! loop of `AT+CMGS`, prompt, PDU and answer against the same emulated handset, which runs in this process. Both are
//! measured at the pace of the session: a disk and a processor that rested answer later than busy ones.

#![allow(clippy::unwrap_used, clippy::panic)] // a benchmark may stop the moment an assumption fails

#[path = "../tests/laws/world.rs"]
#[allow(dead_code)] // the law tests use more of it
mod world;

use std::time::{Duration, Instant};

use signpost::emulator::serve::Server;
use signpost::emulator::trouble::{Act, Script};
use signpost::emulator::{Handset, Settings};
use signpost::record::Record;
use signpost::record::body::{Nature, Opened};
use signpost::record::entry::Entry;
use signpost::record::seal::StationKey;
use signpost::session::run::{Ends, Purpose, Sends};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use world::{Setup, World, listen};

const ROUNDS: usize = 5;
/// Texts of one session.
const TEXTS: u32 = 300;

fn main() {
    // `cargo test` builds it and runs it too; only `cargo bench` measures.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = std::env::var("SIGNPOST_BENCH_FOLDER").unwrap_or_else(|_| "target".into());
    println!("{TEXTS} texts a session, records in {folder}/, medians of {ROUNDS} rounds");
    for (latency, texts, bar) in [(0, TEXTS, 60), (100, 50, 98)] {
        let latency = Duration::from_millis(latency);
        let rounds: Vec<Round> = (0..ROUNDS).map(|_| Round::of(&folder, latency, texts)).collect();
        let of = |what: fn(&Round) -> f64| median(rounds.iter().map(what).collect());
        let (each, commit, modem) = (of(|r| r.each), of(|r| r.commit), of(|r| r.modem));
        let share = 100.0 * median(rounds.iter().map(|r| (r.latency + 2.0 * r.commit + r.modem) / r.each).collect());
        println!(
            "a modem that needs {latency:?}: {:.0} texts a second, {each:.3} ms each; c {commit:.3} ms, m {modem:.3} ms; {share:.0} % of 1/({latency:?} + 2c + m), to reach: {bar} %",
            1_000.0 / each
        );
    }
    arrivals(&folder);
    seals(&folder);
}

/// A checkpoint seal beside a bare commit of the same octets.
fn seals(folder: &str) {
    let place = tempfile::tempdir_in(folder).unwrap();
    let clock = std::sync::Arc::new(signpost::clock::SystemClock::new());
    let opened = Opened::new(Nature::Training, "bench");
    let mut record = Record::create(&place.path().join("record.db"), opened, "PC Y", clock).unwrap();
    let key = StationKey::load_or_create(place.path()).unwrap();
    let one = |_| {
        let began = Instant::now();
        record.checkpoint_seal(&key).unwrap();
        ms(began.elapsed())
    };
    let (seal, commit) = (median((0..TEXTS).map(one).collect()), median(commits(folder, 900, Duration::ZERO, TEXTS)));
    println!("a seal: {seal:.3} ms, {:.1} bare commits of {commit:.3} ms; to reach: at most 3", seal / commit);
}

/// Milliseconds.
struct Round {
    latency: f64,
    each: f64,
    commit: f64,
    modem: f64,
}

impl Round {
    fn of(folder: &str, latency: Duration, texts: u32) -> Self {
        let (each, octets, tpdu) = block_on(session(folder, latency, texts));
        Self {
            latency: ms(latency),
            each,
            commit: median(commits(folder, octets, latency, texts)),
            modem: block_on(raw(latency, texts, &tpdu)) - ms(latency),
        }
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Milliseconds a text, from the first intent to the last outcome; octets a commit; one of its TPDUs.
async fn session(folder: &str, latency: Duration, texts: u32) -> (f64, usize, Vec<u8>) {
    let world = World::new(Setup {
        people: texts,
        latency,
        keys: vec![("limits.at_most", "999")],
        report_after: Duration::from_secs(100_000),
        folder: Some(folder.into()),
        ..Setup::default()
    });
    world.session(Purpose { sends: Sends::Plan, ends: Ends::WhenSent }).await.unwrap();
    assert_eq!(world.on_air().len(), texts as usize);
    let entries = world.record().entries().unwrap();
    let kind = |kind: &str| entries.iter().filter(|view| view.kind == kind).map(|view| view.at).collect::<Vec<_>>();
    let (intents, outcomes) = (kind("intent"), kind("outcome"));
    let time = outcomes.last().unwrap().duration_since(intents[0]);
    let first = entries.iter().position(|view| view.kind == "intent").unwrap();
    let body =
        |view: &signpost::record::entry::EntryView| view.entry.as_ref().map_or(0, |e| e.to_body().unwrap().len());
    let octets: usize = entries[first..].iter().map(body).sum();
    let tpdu = entries.iter().find_map(|view| match &view.entry {
        Some(Entry::Intent(intent)) => Some(intent.tpdu.clone()),
        _ => None,
    });
    let tpdu = tpdu.unwrap();
    let commands = world.truth.commands().iter().filter(|line| line.starts_with("AT+CMGS=")).count();
    assert_eq!(commands, texts as usize, "one command a text");
    (time.as_secs_f64() * 1_000.0 / f64::from(texts), octets / (2 * texts as usize), tpdu)
}

/// Milliseconds of each bare commit: two a text, as the session makes them, then the time that the modem needs.
fn commits(folder: &str, octets: usize, latency: Duration, texts: u32) -> Vec<f64> {
    let place = tempfile::tempdir_in(folder).unwrap();
    let database = rusqlite::Connection::open(place.path().join("bare.db")).unwrap();
    database.pragma_update(None, "journal_mode", "WAL").unwrap();
    database.pragma_update(None, "synchronous", "FULL").unwrap();
    database.execute_batch("CREATE TABLE entry (seq INTEGER PRIMARY KEY, body BLOB) STRICT").unwrap();
    let body = vec![7u8; octets];
    let one = |_| {
        let began = Instant::now();
        database.execute("INSERT INTO entry (body) VALUES (?1)", [&body]).unwrap();
        ms(began.elapsed())
    };
    let text = |nth| {
        std::thread::sleep(latency);
        [one(2 * nth), one(2 * nth + 1)]
    };
    (0..texts).flat_map(text).collect()
}

/// Milliseconds a text without an engine.
async fn raw(latency: Duration, texts: u32, tpdu: &[u8]) -> f64 {
    let mut server = Server::new(Handset::new(Settings { latency, ..Settings::plain(jiff::Timestamp::now()) }));
    let (mut near, far) = tokio::io::duplex(4096);
    let talk = async {
        say(&mut near, "ATE0;+CMGF=0\r", "OK\r\n").await;
        let pdu = format!("00{}\u{1a}", signpost::hex::encode(tpdu));
        let began = Instant::now();
        for _ in 0..texts {
            say(&mut near, &format!("AT+CMGS={}\r", tpdu.len()), "> ").await;
            say(&mut near, &pdu, "OK\r\n").await;
        }
        ms(began.elapsed()) / f64::from(texts)
    };
    tokio::select! {
        each = talk => each,
        _ = server.run_in_memory(far) => unreachable!("the handset ends only with its client"),
    }
}

async fn say(near: &mut DuplexStream, words: &str, until: &str) {
    near.write_all(words.as_bytes()).await.unwrap();
    let (mut told, mut octets) = (String::new(), [0; 512]);
    while !told.ends_with(until) {
        let count = near.read(&mut octets).await.unwrap();
        told.push_str(&String::from_utf8_lossy(&octets[..count]));
        assert!(!told.contains("ERROR"), "{words} {told}");
    }
}

/// From the moment at which the network delivers a text to the entry of its capture, on an idle line.
fn arrivals(folder: &str) {
    const COUNT: u64 = 300;
    let at = |n: u64| Duration::from_millis(1_500 + 20 * n);
    let deliver =
        |script: Script, n| script.at(at(n), Act::Deliver { from: "+447700900001".into(), text: format!("reply {n}") });
    let script = (0..COUNT).fold(Script::default(), deliver);
    let captured = block_on(async {
        let keys = vec![("replies.free_captured", "true")];
        let world = World::new(Setup { script, keys, folder: Some(folder.into()), ..Setup::default() });
        world.session(listen(2)).await.unwrap();
        let start = world.began;
        let entries = world.record().entries().unwrap();
        let captures = entries.into_iter().filter(|view| matches!(view.entry, Some(Entry::Capture(_))));
        captures.map(|view| ms(Duration::try_from(view.at.duration_since(start)).unwrap())).collect::<Vec<_>>()
    });
    assert_eq!(captured.len() as u64, COUNT);
    if std::env::var("SIGNPOST_TRACE").is_ok() {
        (0..COUNT).zip(&captured).for_each(|(n, at_ms)| println!("{n} {:.3}", at_ms - ms(at(n))));
    }
    let mut late: Vec<f64> = (0..COUNT).zip(&captured).map(|(n, captured)| captured - ms(at(n))).collect();
    let mut bare = commits(folder, 400, Duration::ZERO, TEXTS);
    late.sort_by(f64::total_cmp);
    bare.sort_by(f64::total_cmp);
    let p99 = |sorted: &[f64]| sorted[sorted.len() * 99 / 100];
    println!(
        "delivered to durable: median {:.3} ms, p99 {:.3} ms; bare commit: median {:.3} ms, p99 {:.3} ms; to reach: p99 at most {:.3} ms",
        late[late.len() / 2],
        p99(&late),
        bare[bare.len() / 2],
        p99(&bare),
        3.0 * p99(&bare) + 2.0
    );
}
