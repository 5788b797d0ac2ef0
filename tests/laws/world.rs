//! A whole case against the emulated handset, in memory and in simulated time.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::AtomicU8;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use signpost::case::PartId;
use signpost::case::approval::{Draft, Now, Strength};
use signpost::case::contacts::{self, Rules};
use signpost::case::edit::set;
use signpost::case::file::{CaseFile, TEMPLATE};
use signpost::case::message::Message;
use signpost::case::number::Realm;
use signpost::case::pinned::Seed;
use signpost::case::plan::{History, Plan};
use signpost::case::terms::Terms;
use signpost::case::texts::Texts;
use signpost::clock::{Clock, TestClock};
use signpost::emulator::persona::Persona;
use signpost::emulator::serve::Ended::Unplugged;
use signpost::emulator::serve::Server;
use signpost::emulator::trouble::Script;
use signpost::emulator::truth::{Happened, Truth};
use signpost::emulator::{Answers, Handset, Settings};
use signpost::link::BoxLink;
use signpost::link::power::{Power, Sleep, Supply};
use signpost::pdu::alphabet::National;
use signpost::record::Record;
use signpost::record::body::{Nature, Opened, Resolved, Resolves, Round, SessionStarted, Settled};
use signpost::record::entry::Entry;
use signpost::record::fold::{PartState, RUN_PAUSED};
use signpost::record::seal::{Signer, StationKey};
use signpost::record::suppression::Suppression;
use signpost::session::alert::{Teller, Telling};
use signpost::session::away::{Opener, Opening};
use signpost::session::begin::{Found, Start};
use signpost::session::card::Bench;
use signpost::session::confirmation::Confirmation;
use signpost::session::details::Examined;
use signpost::session::event;
use signpost::session::run::{Ended, Ends, Purpose, Sends};
use signpost::session::send::Halt;
use signpost::session::{Session, SessionError};
use tokio::io::DuplexStream;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use zeroize::Zeroizing;

pub const START: &str = "2026-12-01T10:00:00Z";

/// Everything outside the program.
pub struct World {
    pub truth: Truth,
    pub folder: tempfile::TempDir,
    pub clock: Arc<dyn Clock>,
    pub terms: Terms,
    pub desk: Option<Desk>,
    pub confirmation: Confirmation,
    pub plugs: Plugs,
    pub pin: Pin,
    pub interrupts: Arc<AtomicU8>,
    /// Who has the station's key, if the station has not.
    pub agent: Option<Agent>,
    /// When the handset's time began.
    pub began: Timestamp,
    server: Rc<tokio::sync::Mutex<Server>>,
}

/// Somebody who is told, in the place of the force's program. Takes nothing before `opens`.
#[derive(Clone, Default)]
pub struct Desk {
    pub told: Arc<Mutex<Vec<(Timestamp, serde_json::Value)>>>,
    pub opens: Option<Timestamp>,
    /// How long it takes to take one.
    pub takes: Duration,
}

impl Desk {
    /// What was told so far: the seconds since the start, and what.
    pub fn seconds(&self, fits: impl Fn(&serde_json::Value) -> bool) -> Vec<i64> {
        let start: Timestamp = START.parse().unwrap();
        let told = self.told.lock().unwrap();
        told.iter().filter(|(_, what)| fits(what)).map(|(at, _)| at.duration_since(start).as_secs()).collect()
    }
}

struct AtDesk(Desk, Arc<dyn Clock>);

impl Teller for AtDesk {
    fn tell(&self, json: String) -> Telling {
        let now = self.1.now();
        self.0.told.lock().unwrap().push((now, serde_json::from_str(&json).unwrap()));
        let taken = self.0.opens.is_none_or(|opens| now >= opens);
        let takes = self.0.takes;
        Box::pin(async move {
            tokio::time::sleep(takes).await;
            if taken { Ok(()) } else { Err("nobody there".into()) }
        })
    }
}

/// Has the station's key, and does not sign some of the times that it is asked.
#[derive(Clone)]
pub struct Agent {
    key: Rc<ssh_key::PrivateKey>,
    asked: Rc<Cell<u32>>,
    refuses: Range<u32>,
}

impl Agent {
    /// The first time is the trial, number 0.
    pub fn refusing(refuses: Range<u32>) -> Self {
        let key = ssh_key::PrivateKey::random(&mut ssh_key::rand_core::OsRng, ssh_key::Algorithm::Ed25519).unwrap();
        Self { key: Rc::new(key), asked: Rc::default(), refuses }
    }
}

impl Signer for Agent {
    fn sign(&self, namespace: &str, message: &[u8]) -> Result<String, String> {
        let time = self.asked.replace(self.asked.get() + 1);
        if self.refuses.contains(&time) {
            return Err("agent refused operation".into());
        }
        let signature = self.key.sign(namespace, ssh_key::HashAlg::Sha512, message).unwrap();
        Ok(signature.to_pem(ssh_key::LineEnding::LF).unwrap())
    }
}

/// How a world is to be.
pub struct Setup {
    pub people: u32,
    pub words: String,
    pub script: Script,
    pub answers: Answers,
    pub keys: Vec<(&'static str, &'static str)>,
    pub latency: Duration,
    pub persona: Persona,
    /// What the handset's clock says when it begins.
    pub handset_time: &'static str,
    pub desk: Option<Desk>,
    /// After a text was delivered, its report comes.
    pub report_after: Duration,
    /// What lies in the handset before the case.
    pub lay: Lay,
    /// Whether a session looks for a handset that is gone.
    pub plugs: Plugs,
    /// Where the case lies; in memory if nowhere.
    pub folder: Option<PathBuf>,
}

/// Whoever is at the bench: gives this PIN if any, and hears what is waited for.
#[derive(Clone, Default)]
pub struct Pin {
    pub digits: Option<&'static str>,
    pub asked: Rc<Cell<u32>>,
    pub waited: Rc<Cell<u32>>,
}

impl Bench for Pin {
    fn pin(&self, _tries: Option<u32>) -> Option<Zeroizing<String>> {
        self.asked.set(self.asked.get() + 1);
        self.digits.map(|digits| Zeroizing::new(digits.to_owned()))
    }

    fn waits(&self, _what: &str, _left: Duration) {
        self.waited.set(self.waited.get() + 1);
    }
}

/// Whether a session looks for a handset that is gone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Plugs {
    Once,
    Again,
}

/// Where the handset is plugged in, unless it is out. As a tty, it is opened once at a time.
struct Socket {
    plug: UnboundedSender<DuplexStream>,
    out: Rc<Cell<Duration>>,
    held: Rc<Cell<Held>>,
    clock: Arc<dyn Clock>,
}

#[derive(Clone, Copy, PartialEq)]
enum Held {
    Yes,
    No,
}

impl Opener for Socket {
    fn open(&self) -> Opening {
        let there = self.clock.monotonic() >= self.out.get();
        let (near, far) = tokio::io::duplex(4096);
        let (held, plug) = (self.held.clone(), self.plug.clone());
        Box::pin(async move {
            // The handset notices who lets go when it has its turn.
            tokio::time::sleep(Duration::from_millis(1)).await;
            if held.get() == Held::Yes {
                return Err("in use by this very process".to_owned());
            }
            let plugged = there && plug.send(far).is_ok();
            if plugged { Ok(Box::new(near) as BoxLink) } else { Err("no such device".to_owned()) }
        })
    }
}

/// What lies in a handset before the case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lay {
    /// One text in the SIM, one in the device's own store.
    TwoTexts,
    Nothing,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            people: 4,
            words: "Nottinghamshire Police: this line is closed.".into(),
            script: Script::default(),
            answers: Answers::None,
            keys: Vec::new(),
            latency: Duration::from_millis(200),
            persona: Persona::generic(),
            handset_time: START,
            desk: None,
            report_after: Settings::plain(Timestamp::UNIX_EPOCH).report_after,
            lay: Lay::TwoTexts,
            plugs: Plugs::Once,
            folder: None,
        }
    }
}

impl World {
    /// A checked and approved case. Must be made inside a paused runtime.
    pub fn new(setup: Setup) -> Self {
        let wall: Timestamp = START.parse().unwrap();
        let (truth, folder) = (Truth::default(), setup.folder.as_deref().map_or_else(in_memory, on_disk));
        let clock: Arc<dyn Clock> = Arc::new(TestClock::starting_at(wall));
        let settings = Settings {
            script: setup.script,
            truth: truth.clone(),
            answers: setup.answers,
            latency: setup.latency,
            persona: setup.persona,
            report_after: setup.report_after,
            ..Settings::plain(setup.handset_time.parse().unwrap())
        };
        let mut handset = Handset::new(settings);
        if setup.lay == Lay::TwoTexts {
            handset.preload("+447700900801", "this lay there before");
            handset.preload_deleted("+447700900804", "this was deleted before");
            handset.preload_own_store("+447700900802", "and this in the device's own store");
        }
        let file = CaseFile::parse(&case(&setup.keys)).unwrap();
        let terms = file.terms().unwrap();
        let message = Message::parse(&setup.words, "", National::Forbidden).unwrap();
        let list: String = (1..=setup.people).map(|n| format!("07700900{n:03}\n")).collect();
        let rows = contacts::read("c.csv", list.as_bytes(), &[]).unwrap().rows;
        let sorted = contacts::sort(rows, &Rules::plain(Realm::Real));
        let texts = Texts::new(message, []).unwrap();
        let plan = Plan::make(&terms, &texts, &sorted, &History::default());
        let line = signpost::case::LineIdentity {
            iccid: "8944100000000000012".parse().unwrap(),
            imsi: "001010123456789".parse().unwrap(),
        };
        let now = Now::of(&file, &texts, None).unwrap();
        let draft = Draft::pin(&plan, &now, line, &Seed([7; 32]));
        let approval = draft.approved("DI A. Example", Strength::NameOnly, None);
        let opened = Opened::new(Nature::Training, "laws");
        let mut record = Record::create(&folder.path().join("record.db"), opened, "PC Y", clock.clone()).unwrap();
        record.append(Entry::Approval(approval)).unwrap();
        let began = clock.now();
        Self {
            truth,
            folder,
            clock,
            terms,
            desk: setup.desk,
            confirmation: Confirmation::given(),
            plugs: setup.plugs,
            pin: Pin::default(),
            interrupts: Arc::default(),
            agent: None,
            began,
            server: Rc::new(tokio::sync::Mutex::new(Server::new(handset))),
        }
    }

    /// The card is put into another modem, in whose own store these texts lie.
    pub async fn other_modem(&self, texts: &[&str]) {
        let settings =
            Settings { imei: "001010000000024".into(), truth: self.truth.clone(), ..Settings::plain(self.clock.now()) };
        let mut handset = Handset::new(settings);
        handset.preload("+447700900801", "this lay there before");
        texts.iter().for_each(|text| handset.preload_own_store("+447700900803", text));
        *self.server.lock().await = Server::new(handset);
    }

    pub fn record(&self) -> Record {
        Record::open(&self.folder.path().join("record.db"), "PC Y", self.clock.clone()).unwrap()
    }

    /// One session on the line, from the open port to its end; the handset goes on afterwards.
    pub async fn session(&self, purpose: Purpose) -> Result<Ended, SessionError> {
        self.session_through(purpose, |link| Box::new(link), |_| {}).await
    }

    /// Lets the handset live with a client that says nothing.
    pub async fn serve(&self, client: DuplexStream) {
        self.server.lock().await.run_in_memory(client).await.unwrap();
    }

    /// As [`World::session`], on a link and with a record that fail as told.
    pub async fn session_through(
        &self,
        purpose: Purpose,
        link: impl FnOnce(DuplexStream) -> BoxLink,
        prepare: impl FnOnce(&mut Record),
    ) -> Result<Ended, SessionError> {
        let work = async |mut session: Session, _: Found| {
            session.set_up().await?;
            session.run(purpose).await.map(|(ended, _)| ended)
        };
        self.with_session(link, prepare, work).await
    }

    /// Copies the SIM, as `check` and `close` do.
    pub async fn copy(&self, round: Round) {
        let work = async |mut session: Session, found: Found| {
            let registered = found.readiness.is_registered();
            match round {
                Round::Before => drop(session.copy_before(registered).await?),
                Round::After => session.copy_after().await?,
            }
            session.end(&Ended::InOrder).await.map(drop)
        };
        self.with(work).await.unwrap();
    }

    /// Everything that `check` does with the line.
    pub async fn check(&self) -> Result<Examined, SessionError> {
        let power = Power { usb: None, supply: Supply::Mains, battery: None, sleep: Sleep::Blocked };
        let work = async |mut session: Session, found: Found| {
            session.copy_before(found.readiness.is_registered()).await?;
            let examined = session.examine(&found, &power).await?;
            session.end(&Ended::InOrder).await?;
            Ok(examined)
        };
        self.with(work).await
    }

    /// What commands can set in the handset, as it is now.
    pub async fn set(&self) -> String {
        self.server.lock().await.handset().set()
    }

    /// A session that has begun, for whatever is to be done in it.
    pub async fn with<T>(
        &self,
        work: impl AsyncFnOnce(Session, Found) -> Result<T, SessionError>,
    ) -> Result<T, SessionError> {
        self.with_session(|link| Box::new(link), |_| {}, work).await
    }

    /// Tries of the PIN that the device tells of, in a session of its own; none where that cannot begin.
    pub async fn tries(&self) -> Option<u32> {
        let work = async |mut session: Session, _: Found| Ok(session.pin_tries().await);
        self.with(work).await.unwrap_or(None)
    }

    /// As [`World::with`], on a link and with a record that fail as told.
    async fn with_session<T>(
        &self,
        link: impl FnOnce(DuplexStream) -> BoxLink,
        prepare: impl FnOnce(&mut Record),
        work: impl AsyncFnOnce(Session, Found) -> Result<T, SessionError>,
    ) -> Result<T, SessionError> {
        let (near, far) = tokio::io::duplex(4096);
        let (plug, mut plugged) = unbounded_channel();
        plug.send(far).unwrap();
        let (server, out) = (self.server.clone(), Rc::new(Cell::new(Duration::ZERO)));
        let held = Rc::new(Cell::new(Held::No));
        let opener = Socket { plug, out: out.clone(), held: held.clone(), clock: self.clock.clone() };
        let clock = self.clock.clone();
        let handset = async move {
            while let Some(far) = plugged.recv().await {
                held.set(Held::Yes);
                if let Unplugged(time) = server.lock().await.run_in_memory(far).await.unwrap() {
                    out.set(clock.monotonic() + time);
                }
                held.set(Held::No);
            }
            std::future::pending::<()>().await;
        };
        self.started(None);
        let mut record = self.record();
        prepare(&mut record);
        let whole = async {
            let (view, _events) = event::queue();
            let (session, found) = Session::begin(Start {
                link: link(near),
                port: "memory".into(),
                record,
                terms: self.terms.clone(),
                key: self.key(),
                suppression: Suppression::load(&self.folder.path().join("station")),
                clock: self.clock.clone(),
                teller: self.desk.clone().map(|desk| Box::new(AtDesk(desk, self.clock.clone())) as Box<dyn Teller>),
                confirmation: self.confirmation.clone(),
                opener: (self.plugs == Plugs::Again).then(|| Box::new(opener) as Box<dyn Opener>),
                bench: Rc::new(self.pin.clone()),
                view,
                interrupts: self.interrupts.clone(),
            })
            .await?;
            work(session, found).await
        };
        tokio::select! {
            ended = whole => ended,
            () = handset => unreachable!("the handset ends only with the world"),
        }
    }

    fn key(&self) -> StationKey {
        match self.agent.clone() {
            Some(agent) => StationKey::elsewhere(Box::new(agent)).unwrap(),
            None => StationKey::load_or_create(&self.folder.path().join("station")).unwrap(),
        }
    }

    /// Sends, said again until nothing more can be sent; the last end.
    pub async fn send_all(&self) -> Ended {
        self.sessions(6, 35).await
    }

    /// Sessions until one ends in order with nothing more to come.
    pub async fn finish(&self) -> Ended {
        self.sessions(30, 200).await
    }

    /// Sessions as a person would start them, until one needs no other; a pause is lifted.
    async fn sessions(&self, most: usize, quiet: u64) -> Ended {
        let mut ends = Vec::new();
        for _ in 0..most {
            let ended = self.session(send(quiet)).await;
            ends.push(format!("{ended:?}"));
            match ended {
                Ok(ended @ (Ended::InOrder | Ended::Refused(_) | Ended::Halted(Halt::Stopped(_)))) => return ended,
                Ok(Ended::Halted(Halt::Paused(_))) => self.lift_pause(),
                // The paused clock jumps: a minute and a half of the handset's time, none of ours.
                Ok(_) | Err(SessionError::Modem(_) | SessionError::NoAnswer(_) | SessionError::Card(_)) => {
                    tokio::time::sleep(Duration::from_secs(90)).await
                }
                Err(error) => panic!("{error}"),
            }
        }
        panic!("{most} sessions were not enough: {ends:#?}");
    }

    /// What happened, for people who look into a seed.
    pub fn trace(&self) {
        println!("the handset's time began at {}", self.began);
        self.truth.all().iter().for_each(|happened| println!("{happened:?}"));
        for view in self.record().entries().unwrap() {
            println!("{} {} {:?}", view.seq, view.at, view.entry);
        }
    }

    /// A person starts the next session although a stop stands.
    pub fn go_on_after_stop(&self) {
        let stop = self.record().state().stop.map(|stop| stop.entry);
        self.started(stop);
    }

    fn started(&self, after_stop: Option<u64>) {
        let [verb, version, host] = ["send", "laws", "laws"].map(str::to_owned);
        let started = SessionStarted { verb, version, host, pid: 0, port: None, after_stop, sha256: None };
        self.record().append(Entry::SessionStarted(started)).unwrap();
    }

    /// A person lifts the pause.
    pub fn lift_pause(&self) {
        self.lift(RUN_PAUSED);
    }

    /// A person lifts a hold.
    pub fn lift(&self, code: &str) {
        self.resolve(Resolves::Hold { code: code.into() });
    }

    /// A person says what became of a part.
    pub fn settle(&self, part: PartId, how: Settled) {
        self.resolve(Resolves::Part { part, how });
    }

    fn resolve(&self, resolves: Resolves) {
        let resolved = Resolved { resolves, by: "DS Z".into(), why: "looked into".into() };
        self.record().append(Entry::Resolved(resolved)).unwrap();
    }

    /// How often each TPDU was on the air, TP-MR aside.
    pub fn on_air(&self) -> BTreeMap<(String, String), usize> {
        let mut count = BTreeMap::new();
        for happened in self.truth.all() {
            if let Happened::OnAir { to, text, .. } = happened {
                *count.entry((to, text)).or_default() += 1;
            }
        }
        count
    }

    /// Part states by number.
    pub fn states(&self) -> Vec<(String, PartState)> {
        let record = self.record();
        let state = record.state();
        let number = |person: u32| state.people.get(person).unwrap().to.to_string();
        state.parts.iter().map(|(id, part)| (number(id.person), part.state)).collect()
    }

    /// The PDUs that the record captured.
    pub fn captured(&self) -> Vec<String> {
        let captured = |entry| if let Entry::Capture(captured) = entry { Some(captured.pdu) } else { None };
        self.record().entries().unwrap().into_iter().filter_map(|view| view.entry).filter_map(captured).collect()
    }
}

/// Listens until nothing has come for so long.
pub fn listen(seconds: u64) -> Purpose {
    Purpose { sends: Sends::Nothing, ends: Ends::WhenQuiet(Duration::from_secs(seconds)) }
}

/// Sends, and listens until nothing has come for so long.
pub fn send(seconds: u64) -> Purpose {
    Purpose { sends: Sends::Plan, ends: Ends::WhenQuiet(Duration::from_secs(seconds)) }
}

/// In simulated time.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(work)
}

/// In memory where the system has such a place: hundreds of thousands of commits go faster.
fn in_memory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

fn on_disk(folder: &Path) -> tempfile::TempDir {
    tempfile::tempdir_in(folder).unwrap()
}

fn case(keys: &[(&str, &str)]) -> String {
    let standard = [
        ("authority.reference", "17/24"),
        ("authority.granted_by", "DCI B. Example"),
        ("authority.purpose", "A test"),
        ("authority.listen_from", "2026-12-01 08:00"),
        ("authority.send_from", "2026-12-01 09:00"),
        ("authority.send_until", "2026-12-04 20:00"),
        ("authority.listen_until", "2026-12-15 12:00"),
        ("line.exhibit", "ABC/1"),
        ("line.sim_number", "8944100000000000012"),
        ("message.sender", "Nottinghamshire Police"),
        ("people.approver", "DI A. Example"),
        ("limits.at_most", "100"),
        ("limits.pace", "0"),
        ("limits.jitter", "0"),
        ("after.review_on", "2027-06-01"),
    ];
    standard.iter().chain(keys).fold(TEMPLATE.to_owned(), |text, (key, value)| set(&text, key, value).unwrap())
}
