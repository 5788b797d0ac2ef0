//! Records made through the library alone, as a session would have written them, step by step.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use signpost::case::approval::{Draft, Now, Strength};
use signpost::case::contacts::{self, Rules};
use signpost::case::file::CaseFile;
use signpost::case::message::Message;
use signpost::case::number::Realm;
use signpost::case::pinned::Seed;
use signpost::case::plan::{History, Plan};
use signpost::case::terms::Terms;
use signpost::case::texts::Texts;
use signpost::case::{LineIdentity, PartId};
use signpost::clock::Clock;
use signpost::ids::Sha256;
use signpost::pdu::alphabet::National;
use signpost::record::Record;
use signpost::record::body::{
    ClockChecked, Device, Image, Listening, Nature, Opened, Round, SessionEnded, SessionStarted, Setting,
};
use signpost::record::entry::Entry;
use signpost::record::keeping::{Access, Looked};
use signpost::record::token::{
    AcceptedHow, Captured, Ending, FinalCode, Quiet, Reached, Reference, Refusal, Verdict, Way,
};
use signpost::record::traffic::{
    Decoded, Intended, Judged, MatchedBy, Reading, Reply, ReplyForm, ReportClass, Reported,
};
use signpost::report::answers::{Answer, Ground, answers};
use signpost::report::facts::Facts;
use signpost::report::words::Times;
use signpost::report::{Audience, page};

pub const START: &str = "2026-12-01T10:00:00Z";

pub const WORDS: &str = "Nottinghamshire Police: this line is closed. If you use drugs or are made to sell them, people who can \
    help answer on 0800 000000, day and night. In danger call 999. Reply STOP and you get no more. Replies are not read at once.";

/// A clock that stands until it is moved: the time that passed, and by how much the wall clock was set.
pub struct Hand(Mutex<(SignedDuration, SignedDuration)>);

impl Hand {
    pub fn wait(&self, seconds: i64) {
        self.0.lock().unwrap().0 += SignedDuration::from_secs(seconds);
    }

    /// Somebody sets the computer's clock.
    pub fn set_on(&self, seconds: i64) {
        self.0.lock().unwrap().1 += SignedDuration::from_secs(seconds);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        let (passed, set) = *self.0.lock().unwrap();
        START.parse::<Timestamp>().unwrap() + passed + set
    }

    fn monotonic(&self) -> Duration {
        Duration::try_from(self.0.lock().unwrap().0).unwrap()
    }
}

/// A case at work.
pub struct Made {
    pub record: Record,
    pub terms: Terms,
    pub texts: Texts,
    pub clock: Arc<Hand>,
    /// What waits to be committed: thousands of commits would take long.
    pub entries: Vec<Entry>,
}

/// The number of a person of the plan: Ofcom's thousand, beyond it those that exist on the emulator only.
pub fn number(person: u32) -> String {
    if person < 1_000 { format!("+447700900{person:03}") } else { format!("+99900{person:07}") }
}

/// Their name in the list: some have none, some have what a spreadsheet or a browser might take for its own.
pub fn name(person: u32) -> String {
    const FIRST: [&str; 8] =
        ["Mum", "Big Dave", "Zoë", "=cmd|' /C calc'!A0", "<b>Bob</b>", "", "علي", "O'Neill \"Jr\""];
    const LAST: [&str; 5] = ["Marlow", "Okonkwo", "Nowak", "Bestwood", "Szczepański"];
    let (first, last) = (FIRST[person as usize % 8], LAST[person as usize % 5]);
    if first.is_empty() { String::new() } else { format!("{first} {last}") }
}

fn hand() -> Arc<Hand> {
    Arc::new(Hand(Mutex::default()))
}

fn case(people: u32) -> String {
    format!(
        "[authority]\nreference = \"17/24\"\ngranted_by = \"DCI B. Example\"\npurpose = \"To tell people where help is\"\n\
         listen_from = \"2026-12-01 09:00\"\nsend_from = \"2026-12-01 09:30\"\nsend_until = \"2026-12-04 20:00\"\n\
         listen_until = \"2026-12-15 12:00\"\n[line]\nexhibit = \"ABC/1\"\nsim_number = \"8944100000000000012\"\n\
         [message]\nsender = \"Nottinghamshire Police\"\n[people]\napprover = \"DI A. Example\"\n\
         [limits]\nat_most = {people}\npace = 30\nhours = \"09:00-20:00\"\ntimezone = \"Europe/London\"\n\
         [replies]\nstop_words = [\"stop\"]\nurgent_words = [\"scared\"]\n[after]\nreview_on = \"2027-06-01\"\n"
    )
}

impl Made {
    /// As far as the approval, and listening.
    pub fn new(people: u32) -> Self {
        Self::with(people, Strength::SshSignature, true)
    }

    pub fn with(people: u32, strength: Strength, approved: bool) -> Self {
        let clock = hand();
        let record = Record::in_memory(Nature::Training, "PC Y", clock.clone()).unwrap();
        Self::on(record, clock, people, strength, approved)
    }

    /// In a file, which can be erased in and opened again; with nobody there is no approval.
    pub fn in_file(path: &Path, people: u32) -> Self {
        let clock = hand();
        let record =
            Record::create(path, Opened::new(Nature::Training, "Operation Lantern"), "PC Y", clock.clone()).unwrap();
        Self::on(record, clock, people, Strength::SshSignature, people > 0)
    }

    fn on(record: Record, clock: Arc<Hand>, people: u32, strength: Strength, approved: bool) -> Self {
        let file = CaseFile::parse(&case(people.max(1))).unwrap();
        let message = Message::parse(WORDS, "Nottinghamshire Police", National::Forbidden).unwrap();
        let (terms, texts) = (file.terms().unwrap(), Texts::new(message, []).unwrap());
        let mut made = Self { record, terms, texts, clock, entries: Vec::new() };
        made.add(session("check"));
        made.add(device());
        made.images(Round::Before, &sim());
        made.add(setting("+CNMI", "0,0,0,0,0", "2,1,0,2,0"));
        made.add(setting("+CLIP", "not asked", "1"));
        if approved {
            made.approve(&file, people, strength);
        }
        made.add(Entry::SessionEnded(SessionEnded { why: "in order".into() }));
        made.add(session("send"));
        made.add(Entry::Clock(ClockChecked { device: "26/12/01,10:00:00+00".into(), ahead_s: Some(0) }));
        let why = "the line was not listened to before in this case".into();
        made.add(Entry::Listening(Listening { last: None, gap_s: None, why }));
        made
    }

    fn approve(&mut self, file: &CaseFile, people: u32, strength: Strength) {
        let mut list = csv::Writer::from_writer(Vec::new());
        list.write_record(["phone", "name"]).unwrap();
        (1..=people).for_each(|person| list.write_record([number(person), name(person)]).unwrap());
        let rows = contacts::read("c.csv", &list.into_inner().unwrap(), &[]).unwrap().rows;
        let sorted = contacts::sort(rows, &Rules::plain(Realm::Training));
        let plan = Plan::make(&self.terms, &self.texts, &sorted, &History::default());
        assert_eq!(plan.people.len(), people as usize);
        let line =
            LineIdentity { iccid: "8944100000000000012".parse().unwrap(), imsi: "001010123456789".parse().unwrap() };
        let now = Now::of(file, &self.texts, None).unwrap();
        let draft = Draft::pin(&plan, &now, line, &Seed([7; 32]));
        self.add(Entry::Approval(draft.approved("DI A. Example", strength, None)));
    }

    /// One entry, committed at once.
    pub fn add(&mut self, entry: Entry) -> u64 {
        self.flush();
        self.record.append(entry).unwrap()
    }

    /// One that waits for the next commit; its number.
    pub fn later(&mut self, entry: Entry) -> u64 {
        self.entries.push(entry);
        self.record.head().seq + self.entries.len() as u64
    }

    pub fn flush(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        if !entries.is_empty() {
            self.record.append_all(entries).unwrap();
        }
    }

    /// The intent of one part, as approved.
    pub fn intend(&mut self, person: u32, part: u8, attempt: u32) -> u64 {
        let approval = self.record.state().approval.as_ref().map(|(_, approval)| approval);
        let found = approval.and_then(|approval| approval.tpdu(person, part));
        let (to, tpdu) =
            found.map_or_else(|| (number(person).parse().unwrap(), vec![1]), |(to, tpdu)| (to.clone(), tpdu));
        let plan_code = approval.map(|approval| approval.plan_code.clone()).unwrap_or_default();
        let part = PartId { person, part };
        self.later(Entry::Intent(Intended { part, to, tpdu, attempt, authority: "17/24".into(), plan_code }))
    }

    pub fn judge(&mut self, intent: u64, person: u32, part: u8, judged: Verdict) -> u64 {
        let reference = matches!(judged, Verdict::Accepted { .. }).then_some(Reference { mr: 7, scts: None });
        let ending = Ending::Final(FinalCode::Ok);
        let part = PartId { person, part };
        let (reached, quiet) = (Reached::SubmitWritten, Quiet::Undisturbed);
        let since_submit_ms = Some(900);
        self.later(Entry::Outcome(Judged { intent, part, judged, reached, ending, reference, since_submit_ms, quiet }))
    }

    /// Both parts, taken by the network.
    pub fn send(&mut self, person: u32) {
        for part in 1..=self.parts() {
            let intent = self.intend(person, part, 1);
            self.judge(intent, person, part, accepted());
        }
    }

    /// How many parts a text has.
    pub fn parts(&self) -> u8 {
        self.texts.main().parts.count()
    }

    pub fn report(&mut self, person: u32, class: ReportClass) {
        for part in 1..=self.parts() {
            let capture = self.capture("0791447700090000060C");
            let fields = serde_json::json!({"type": "status-report"});
            self.later(Entry::Decoded(Decoded { capture, reading: Reading::Tpdu(fields), repeats: None }));
            let reported = Reported {
                capture,
                part: Some(PartId { person, part }),
                intent: None,
                status: 0,
                class,
                meaning: "received by the recipient's device".into(),
                matched: MatchedBy::ReferenceAndTime,
            };
            self.later(Entry::StatusReport(reported));
        }
    }

    pub fn capture(&mut self, pdu: &str) -> u64 {
        let way = Way::Stored { storage: "ME".into(), index: 1 };
        let pdu = format!("{pdu}{:06X}", self.record.head().seq + self.entries.len() as u64);
        self.later(Entry::Capture(Captured { way, header: "+CMGR: 0,,24".into(), pdu, status: Some(0) }))
    }

    /// A text from somebody.
    pub fn text(&mut self, from: &str, text: &str) -> u64 {
        let reply = Reply { from: Some(from.into()), text: text.into(), ..empty() };
        self.reply(reply)
    }

    /// Anything that somebody sent, with its capture.
    pub fn reply(&mut self, reply: Reply) -> u64 {
        let capture = self.capture("0791447700090000040C");
        let fields = serde_json::json!({"type": "deliver", "text": "x"});
        self.later(Entry::Decoded(Decoded { capture, reading: Reading::Tpdu(fields), repeats: None }));
        self.later(Entry::Reply(Reply { captures: vec![capture], ..reply }))
    }

    pub fn images(&mut self, round: Round, files: &[(&str, &str, Vec<String>)]) {
        for (file, name, records) in files {
            let (status, records) = (if records.is_empty() { "6A82" } else { "9000" }.into(), records.clone());
            self.add(Entry::Image(Image { round, file: (*file).into(), name: (*name).into(), status, records }));
        }
    }

    /// Nobody listened for so long before this moment.
    pub fn unheard(&mut self, seconds: u64) -> u64 {
        self.flush();
        let last = self.clock.now() - SignedDuration::from_secs(seconds as i64);
        self.add(Entry::Listening(Listening {
            last: Some(last),
            gap_s: Some(seconds),
            why: "no session listened".into(),
        }))
    }

    /// The second copy of the SIM.
    pub fn compare(&mut self) {
        self.images(Round::After, &sim());
        self.add(setting("+CNMI", "2,1,0,2,0", "0,0,0,0,0"));
        self.add(setting("+CLIP", "not asked", "0"));
    }

    /// The session ends in order, when listening may end.
    pub fn end(&mut self) {
        self.flush();
        let until = self.terms.authority.listen.until;
        self.clock.wait(until.duration_since(self.clock.now()).as_secs());
        self.add(Entry::SessionEnded(SessionEnded { why: "the authority to listen ended".into() }));
    }

    pub fn page(&mut self, audience: Audience) -> String {
        self.add(Entry::Access(Access { what: Looked::Report, which: audience.words().into() }));
        page(&self.record, &self.terms, &self.texts, audience).unwrap()
    }

    /// One answer of page one.
    pub fn answer(&mut self, id: &str) -> Answer {
        self.flush();
        let (facts, loose) = (Facts::of(&self.record).unwrap(), self.record.loose_parts().unwrap());
        let times = Times::of(self.terms.hours.zone());
        let (state, terms, texts) = (self.record.state(), &self.terms, &self.texts);
        let ground = Ground { state, facts: &facts, loose: &loose, terms, texts, times: &times };
        answers(&ground).into_iter().find(|answer| answer.id == id).unwrap()
    }
}

pub fn empty() -> Reply {
    Reply {
        captures: Vec::new(),
        from: None,
        person: None,
        form: ReplyForm::Text,
        text: "".into(),
        urgent: Vec::new(),
        stop: None,
        stamp: Some("2026-12-01 10:00:00 +00:00".into()),
        doubts: Vec::new(),
        missing: Vec::new(),
    }
}

pub fn accepted() -> Verdict {
    Verdict::Accepted { reference: Reference { mr: 7, scts: None }, how: AcceptedHow::Plainly }
}

pub fn refused() -> Verdict {
    Verdict::Refused { refusal: Refusal::Retry, why: "the network is congested".into() }
}

pub fn unknown() -> Verdict {
    Verdict::Unknown { why: "the device said nothing for 300 s".into() }
}

fn session(verb: &str) -> Entry {
    Entry::SessionStarted(SessionStarted {
        verb: verb.into(),
        version: "0.1.0".into(),
        host: "pc1".into(),
        pid: 4711,
        port: Some("/dev/ttyUSB2".into()),
        after_stop: None,
        sha256: Some(Sha256::of(b"the program")),
    })
}

fn device() -> Entry {
    let some = |text: &str| Some(text.into());
    Entry::Device(Device {
        port: "/dev/ttyUSB2".into(),
        maker: some("Quectel"),
        model: some("EC25"),
        firmware: some("EC25EFAR06A01M4G"),
        imei: some("001010000000016"),
        iccid: some("8944100000000000012"),
        imsi: some("001010123456789"),
        smsc: some("+999441000001"),
        operator: some("EE <script>alert(1)</script>"),
        ..Device::default()
    })
}

pub fn setting(what: &str, before: &str, after: &str) -> Entry {
    let [before, after] = [before, after].map(|text| Some(text.into()));
    Entry::Setting(Setting { what: what.into(), asked: "2,1,0,2,0".into(), before, after })
}

/// A text from +447700900501 that lay on the SIM, a contact (+447700900502), and a file that this card does not have.
pub fn sim() -> Vec<(&'static str, &'static str, Vec<String>)> {
    let text = "0107914477000900000004".to_owned() + "0C9144770009501000006221100160040005E8329BFD06";
    let contact = format!("{:F<28}07914477000950", "446176652042") + "20FFFFFFFFFFFF";
    vec![
        ("2FE2", "EF_ICCID", vec!["98441000000000000021".into()]),
        ("6F3C", "EF_SMS", vec![format!("{text:F<352}"), format!("{:F<352}", "00")]),
        ("6F3A", "EF_ADN", vec![contact]),
        ("6FE3", "EF_EPSLOCI", Vec::new()),
    ]
}
