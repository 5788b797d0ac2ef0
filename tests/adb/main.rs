//! `adb:SERIAL:/dev/smd7` through Debian's real adb server, with a device of ours behind it whose node is the
//! embedded handset. Without adb this says so and ends; `scripts/test` installs it.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

#[path = "../support/case.rs"]
mod case;
mod fake;
mod packet;
mod server;

use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use case::ended;
use fake::{Fake, Manner};
use server::Server;
use signpost::clock::{Clock, SystemClock};
use signpost::emulator::truth::Happened;
use signpost::link::adb::{self, AdbError, Node, State};
use signpost::link::tap::TapLog;
use signpost::modem::{Event, Modem};

/// The real server, with one handset plugged in.
struct Bench {
    fake: Fake,
    server: Server,
}

impl Bench {
    fn with(manner: Manner) -> Option<Self> {
        let server = Server::start()?;
        let fake = Fake::plugged_in(manner);
        server.connect(&fake);
        Some(Self { fake, server })
    }

    fn node(&self, path: &str) -> Node {
        format!("{}:{path}", self.fake.serial).parse().unwrap()
    }

    async fn error(&self, path: &str) -> AdbError {
        adb::open(self.server.socket, &self.node(path)).await.unwrap_err()
    }

    /// A verb of a case, told of this server only.
    fn verb(&self, folder: &std::path::Path, arguments: &[&str]) -> Output {
        self.server.told(&mut case::verb(folder, arguments)).output().unwrap()
    }
}

#[test]
fn the_whole_job_passes_the_real_server() {
    let Some(bench) = Bench::with(Manner::LetsIn) else { return };
    let folder = tempfile::tempdir().unwrap();
    let verb = |arguments: &[&str]| ended(0, bench.verb(folder.path(), arguments));
    case::make(folder.path(), &[("limits.pace", "20".into())]);
    let port = format!("adb:{}:/dev/smd7", bench.fake.serial);

    let checked = verb(&["check", "--port", &port]);
    assert!(checked.contains("SIM     ...0012 matches exhibit ABC/1") && checked.contains("signal good"), "{checked}");
    verb(&["approve", "--by", "DI A. Example"]);
    verb(&["send", "--confirm", "3", "--then-stop", "--port", &port]);
    let on_air = bench.fake.truth.all();
    let on_air = on_air.iter().filter(|happened| matches!(happened, Happened::OnAir { .. }));
    assert_eq!(on_air.count(), 3);
    let replies = verb(&["replies", "--json", "--full"]);
    assert!(replies.contains("I am not going to say names"), "a long reply, joined: {replies}");
    verb(&["verify"]);
}

/// Unplugged between two texts and plugged in again: the run finds it behind the server and goes on by itself.
#[test]
fn a_handset_that_comes_back_finishes_the_run() {
    let Some(mut bench) = Bench::with(Manner::LetsIn) else { return };
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[("limits.pace", "20".into())]);
    let port = format!("adb:{}:/dev/smd7", bench.fake.serial);
    ended(0, bench.verb(folder.path(), &["check", "--port", &port]));
    ended(0, bench.verb(folder.path(), &["approve", "--by", "DI A. Example"]));

    let mut send = case::verb(folder.path(), &["send", "--confirm", "3", "--then-stop", "--json", "--port", &port]);
    let mut send = bench.server.told(&mut send).stdout(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(send.stdout.take().unwrap()).lines().map(Result::unwrap);
    let first = told.find(|line| line.contains("\"type\":\"part\"")).unwrap();
    assert!(first.contains("\"part\":\"1.1\""), "{first}");
    bench.fake.unplug();
    told.find(|line| line.contains("the device is not back yet")).unwrap();
    bench.fake.plug_in();
    bench.server.connect(&bench.fake);
    let rest: Vec<String> = told.collect();
    assert_eq!(send.wait().unwrap().code(), Some(0), "{rest:#?}");
    let to = |happened| if let Happened::OnAir { to, .. } = happened { Some(to) } else { None };
    let mut on_air: Vec<String> = bench.fake.truth.all().into_iter().filter_map(to).collect();
    on_air.sort();
    assert_eq!(on_air, ["+447700900001", "+447700900002", "+447700900003"], "{rest:#?}");
}

/// A handset that is unplugged while it is used is gone for the driver, as an unplugged modem is.
#[tokio::test]
async fn a_handset_that_is_unplugged_is_gone() {
    let Some(mut bench) = Bench::with(Manner::LetsIn) else { return };
    let link = adb::open(bench.server.socket, &bench.node("/dev/smd7")).await.unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let keep = Box::new(|| ControlFlow::Continue(()));
    let mut modem = Modem::new(Box::new(link), TapLog::new(clock.clone()), clock.clone(), keep);
    modem.come_into_step().await.unwrap();
    modem.prepare().await.unwrap();
    assert!(bench.fake.truth.commands().contains(&"ATE0".to_owned()), "{:?}", bench.fake.truth.commands());
    bench.fake.unplug();
    let until = clock.monotonic() + Duration::from_secs(60);
    assert_eq!(modem.next(until).await, Some(Event::Gone));
    assert!(matches!(bench.error("/dev/smd7").await, AdbError::NoHandset { .. } | AdbError::NotReady { .. }));
}

#[tokio::test]
async fn a_session_ends_and_the_next_one_finds_the_node_free() {
    let Some(bench) = Bench::with(Manner::LetsIn) else { return };
    for _ in 0..3 {
        let mut link = adb::open(bench.server.socket, &bench.node("/dev/smd7")).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut link, b"AT\r").await.unwrap();
        let mut answer = [0; 9];
        tokio::io::AsyncReadExt::read_exact(&mut link, &mut answer).await.unwrap();
        assert_eq!(&answer, b"AT\r\r\nOK\r\n");
    }
}

#[tokio::test]
async fn the_real_refusals_have_their_errors() {
    let Some(bench) = Bench::with(Manner::LetsIn) else { return };
    assert_eq!(bench.error("/dev/smd9").await, AdbError::NoNode(bench.node("/dev/smd9")));
    assert_eq!(bench.error("/dev/smd8").await, AdbError::Denied(bench.node("/dev/smd8")));
    let other = adb::open(bench.server.socket, &"R58:/dev/smd7".parse().unwrap()).await.unwrap_err();
    assert_eq!(other, AdbError::NoHandset { serial: "R58".into(), there: bench.fake.serial.clone() });

    let seen = adb::devices(bench.server.socket).await.unwrap();
    let rows: Vec<_> = seen.iter().map(|s| (s.serial.for_record(), s.model.for_record(), &s.state, &s.usb)).collect();
    assert_eq!(rows, [(bench.fake.serial.as_str(), "Fake_7", &State::Ready, &None)]);
}

#[tokio::test]
async fn a_handset_that_does_not_know_this_computer_is_unauthorised() {
    let Some(bench) = Bench::with(Manner::AsksForKey) else { return };
    let error = bench.error("/dev/smd7").await;
    assert_eq!(error, AdbError::Unauthorised(bench.fake.serial.as_str().into()));
    assert_eq!(bench.fake.truth.commands(), Vec::<String>::new());
}

/// `ports` names a handset that only the adb server sees.
#[test]
fn ports_shows_what_the_server_sees() {
    let Some(bench) = Bench::with(Manner::LetsIn) else { return };
    let folder = tempfile::tempdir().unwrap();
    let told = ended(0, bench.verb(folder.path(), &["ports", "--json"]));
    let row =
        format!("{{\"model\":\"Fake_7\",\"serial\":\"{}\",\"state\":\"device\",\"usb\":null}}", bench.fake.serial);
    assert!(told.contains(&row), "{told}");
}

/// From outside: a code, what happened, and the next step; nothing reached the line.
#[test]
fn the_program_says_what_to_do_next() {
    let Some(bench) = Bench::with(Manner::LetsIn) else { return };
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[]);
    let check = |node: &str, more: &[&str]| {
        let port = format!("adb:{node}");
        bench.verb(folder.path(), &[&["check", "--json", "--port", &port], more].concat())
    };
    let serial = &bench.fake.serial;
    for (node, code, help) in [
        ("R58:/dev/smd7".to_owned(), "adb-no-handset", "USB debugging"),
        (format!("{serial}:/dev/smd9"), "adb-no-node", "shell ls /dev"),
        (format!("{serial}:/dev/smd8"), "adb-denied", "root"),
    ] {
        let told = ended(3, check(&node, &[]));
        assert!(told.contains(&format!("\"code\":\"{code}\"")) && told.contains(help), "{told}");
    }
    let told = ended(4, check("192.0.2.1:5555:/dev/smd7", &[]));
    assert!(told.contains("\"remote-port\"") && told.contains("--allow-remote"), "{told}");
    let told = ended(3, check("192.0.2.1:5555:/dev/smd7", &["--allow-remote"]));
    assert!(told.contains("adb-no-handset"), "{told}");
    let told = ended(2, check(&format!("{serial}:/dev/block/sda"), &[]));
    assert!(told.contains("no AT node"), "{told}");
    bench.server.adb(&["kill-server"]);
    let told = ended(3, check(&format!("{serial}:/dev/smd7"), &[]));
    assert!(told.contains("adb-no-server") && told.contains("adb start-server"), "{told}");
    assert_eq!(bench.fake.truth.commands(), Vec::<String>::new());
}
