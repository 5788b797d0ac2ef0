//! Two verifiers, written apart, must agree: `record::verify` and `scripts/verify_record.py`, also on
//! every way of changing a record that is tried here. And `FORMAT.md` must be true.

#![allow(clippy::unwrap_used, reason = "helpers of tests may stop the moment an assumption fails")]

mod tamper;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use rusqlite::Connection;
use signpost::case::approval::{Approval, Strength};
use signpost::case::code::Code;
use signpost::case::parts::Parts;
use signpost::case::pinned::Pinned;
use signpost::case::{LineIdentity, PartId};
use signpost::clock::SystemClock;
use signpost::ids::Sha256;
use signpost::record::body::{
    Ends, Excluded, Forbids, Hold, Included, Nature, Opened, Resolved, Resolves, SessionStarted, Settled, Stop,
};
use signpost::record::entry::Entry;
use signpost::record::glance::InTheWay;
use signpost::record::keeping::{Closing, Erasure, Note};
use signpost::record::seal::{Signer, StationKey};
use signpost::record::token::{
    AcceptedHow, Captured, Ending, FinalCode, Quiet, Reached, Reference, Refusal, Verdict, Way,
};
use signpost::record::traffic::{
    Decoded, Dir, Intended, Judged, Mark, MatchedBy, OptOut, Reading, Reply, ReplyForm, ReportClass, Reported, Wire,
    WireChunk,
};
use signpost::record::verify::verify;
use signpost::record::{Record, RecordError};
use ssh_key::SshSig;
use tamper::Seen;

const FORMAT_PAGE: &str = include_str!("../../src/record/FORMAT.md");
const SCHEMA: &str = include_str!("../../src/record/schema.sql");
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/verify_record.py");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What the Python program says: its exit code and its words.
fn python(path: &Path, more: &[&str]) -> (i32, String) {
    let done = Command::new("python3").arg(SCRIPT).arg(path).args(more).output().unwrap();
    (done.status.code().unwrap(), String::from_utf8_lossy(&done.stdout).into_owned())
}

/// The entries that Rust finds wrong; the file as a whole is 0.
fn rust(path: &Path) -> Vec<u64> {
    verify(path, None).unwrap().problems.into_iter().map(|problem| problem.seq).collect()
}

/// The entries that Python finds wrong.
fn named(words: &str) -> Vec<u64> {
    let seq = |line: &str| match line.split_once(": ")? {
        ("the file", _) => Some(0),
        (entry, _) => entry.strip_prefix("entry ")?.parse().ok(),
    };
    words.lines().filter_map(seq).collect()
}

fn create(folder: &Path) -> Record {
    let clock = Arc::new(SystemClock::new());
    Record::create(&folder.join("record.db"), Opened::new(Nature::Training, "x"), "PC Y", clock).unwrap()
}

fn note(text: &str) -> Entry {
    Entry::Note(Note { text: text.into(), file: None })
}

fn number(person: u32) -> String {
    format!("+4477009000{person:02}")
}

fn approval(test: bool) -> Entry {
    let pinned = |person: u32| Pinned {
        person,
        to: number(person).parse().unwrap(),
        name: (person % 2 == 1).then(|| "Zoë \u{1f600}".into()),
        parts: Parts::of(&number(person).parse().unwrap(), vec![vec![1, 0, 0xab]; 2]),
        salt: [0; 16],
    };
    Entry::Approval(Approval {
        plan_code: "7KQ4-M2XD-9TRB-5HWA".into(),
        by: "DI A. Example".into(),
        strength: Strength::NameOnly,
        signed: None,
        line: LineIdentity { iccid: "8944100000000000012".parse().unwrap(), imsi: "001010123456789".parse().unwrap() },
        pins: Default::default(),
        people: (1..=13).map(pinned).map(Arc::new).collect(),
        test: test.then(|| pinned(0).into()),
    })
}

fn intend(record: &mut Record, person: u32, part: u8, attempt: u32) -> u64 {
    let to = number(person).parse().unwrap();
    let part = PartId { person, part };
    let (authority, plan_code) = ("A/1".into(), "7KQ4-M2XD-9TRB-5HWA".into());
    record.append(Entry::Intent(Intended { part, to, tpdu: vec![1, 0, 0xab], attempt, authority, plan_code })).unwrap()
}

fn judge(record: &mut Record, intent: u64, person: u32, part: u8, judged: Verdict) {
    let reference = matches!(judged, Verdict::Accepted { .. }).then_some(Reference { mr: 7, scts: None });
    let judged = Judged {
        intent,
        part: PartId { person, part },
        judged,
        reached: Reached::SubmitWritten,
        ending: Ending::Final(FinalCode::Ok),
        reference,
        since_submit_ms: Some(5),
        quiet: Quiet::Undisturbed,
    };
    record.append(Entry::Outcome(judged)).unwrap();
}

fn accepted() -> Verdict {
    Verdict::Accepted { reference: Reference { mr: 7, scts: None }, how: AcceptedHow::Plainly }
}

fn refused(refusal: Refusal) -> Verdict {
    Verdict::Refused { refusal, why: "no".into() }
}

fn report(record: &mut Record, person: u32, part: u8, class: ReportClass) {
    let part = Some(PartId { person, part });
    let (meaning, matched) = ("as it says".into(), MatchedBy::OnlyOneFits);
    let reported = Reported { capture: 1, part, intent: None, status: 0, class, meaning, matched };
    record.append(Entry::StatusReport(reported)).unwrap();
}

fn reply(record: &mut Record, person: u32, text: &str, stop: Option<&str>) -> u64 {
    let capture = Captured { way: Way::Pushed, header: "+CMT: ,24".into(), pdu: "00".into(), status: None };
    let capture = record.append(Entry::Capture(capture)).unwrap();
    record
        .append(Entry::Decoded(Decoded { capture, reading: Reading::Error("too short".into()), repeats: None }))
        .unwrap();
    let reply = Reply {
        captures: vec![capture],
        from: (person > 1).then(|| number(person).into()),
        person: Some(person),
        form: ReplyForm::Text,
        text: text.into(),
        urgent: vec!["help".into()],
        stop: stop.map(str::to_owned),
        stamp: None,
        missing: Vec::new(),
        doubts: Vec::new(),
    };
    record.append(Entry::Reply(reply)).unwrap()
}

fn opt_out(record: &mut Record, number: &str) {
    record.append(Entry::OptOut(OptOut { number: number.into(), reply: None, why: "STOP".into() })).unwrap();
}

fn wire(record: &mut Record) {
    let chunk = WireChunk { at: record.clock().now(), mono: 1, dir: Dir::In, octets: vec![13, 10] };
    record.append(Entry::Wire(Wire { chunks: vec![chunk] })).unwrap();
}

/// A record in which every part comes to stand everywhere that it can.
fn rich(folder: &Path) -> Record {
    let mut record = create(folder);
    record.append(approval(true)).unwrap();
    let judged = [
        accepted(),
        refused(Refusal::Final),
        refused(Refusal::BeforeTransmission),
        refused(Refusal::Retry),
        refused(Refusal::Stop),
        Verdict::Withdrawn { why: "STOP".into() },
        Verdict::Unknown { why: "?".into() },
    ];
    for (person, verdict) in (0..).zip(judged) {
        let intent = intend(&mut record, person, 1, 1);
        wire(&mut record);
        judge(&mut record, intent, person, 1, verdict);
    }
    outcomes(&mut record);
    let first = reply(&mut record, 1, "zero \0 \u{202e} \"quoted\" \u{1f600}", None);
    reply(&mut record, 2, "STOP", Some("stop"));
    record.append(Entry::Mark(Mark { reply: first, mark: "contacted".into() })).unwrap();
    record.append(Entry::Mark(Mark { reply: 1, mark: "no reply".into() })).unwrap();
    opt_out(&mut record, "07700 900012");
    opt_out(&mut record, "InfoService");
    decide(&mut record);
    stand(&mut record);
    record
}

fn stop(ends: Ends) -> Entry {
    Entry::Stop(Stop { why: "x".into(), ends })
}

fn started(after_stop: u64) -> Entry {
    let (verb, version, host) = ("send".into(), "0".into(), "x".into());
    Entry::SessionStarted(SessionStarted {
        verb,
        version,
        host,
        pid: 1,
        port: None,
        after_stop: Some(after_stop),
        sha256: None,
    })
}

fn hold(code: &str) -> Entry {
    Entry::Hold(Hold { code: code.into(), why: "x".into(), forbids: Forbids::Sending, slot: None })
}

fn lifted(code: &str) -> Entry {
    let resolves = Resolves::Hold { code: code.into() };
    Entry::Resolved(Resolved { resolves, by: "A".into(), why: "seen".into() })
}

/// Stops that a session went on after and such that stand, holds that were lifted and not.
fn stand(record: &mut Record) {
    let all = record.append(stop(Ends::All)).unwrap();
    let last = record.append(stop(Ends::Sending)).unwrap();
    record.append_all(vec![started(all), started(last), stop(Ends::All), stop(Ends::Sending), started(last)]).unwrap();
    record.append_all(vec![hold("run-paused"), hold("clock-differs"), hold("reading-flips-unread")]).unwrap();
    record.append_all(vec![lifted("clock-differs"), hold("run-paused"), lifted("never-held")]).unwrap();
}

/// Exclusions, taken back and not, also of one who opted out.
fn decide(record: &mut Record) {
    let excluded = |number: &str| Entry::Excluded(Excluded { number: number.into(), why: "x".into() });
    let included = |number: &str| Entry::Included(Included { number: number.into(), why: "x".into(), lifts: None });
    let entries = [
        excluded("+447700900002"),
        excluded("+447700900003"),
        excluded("07700 900012"),
        excluded("InfoDesk"),
        excluded("+447700900002"),
        included("+447700900003"),
        included("+447700900012"),
        included("+447700900004"),
        included("InfoDesk"),
    ];
    record.append_all(entries.into()).unwrap();
}

/// Reports on everyone, and what people settle.
fn outcomes(record: &mut Record) {
    let classes = [ReportClass::Delivered, ReportClass::Pending, ReportClass::Expired, ReportClass::FailedTemporary];
    for (person, class) in (7..).zip(classes).filter(|(person, _)| *person < 10) {
        let both = [1, 2].map(|part| intend(record, person, part, 1));
        both.into_iter().zip(1..).for_each(|(intent, part)| judge(record, intent, person, part, accepted()));
        report(record, person, 1, class);
        report(record, person, 2, class);
        report(record, person, 1, ReportClass::Failed);
    }
    let unknown = Verdict::Unknown { why: "?".into() };
    for (person, part, how, after) in [
        (5, 1, Settled::Sent, None),
        (5, 2, Settled::NotSent, Some(refused(Refusal::Retry))),
        (12, 1, Settled::Sent, Some(unknown)),
        (12, 2, Settled::NotSent, Some(accepted())),
    ] {
        let intent = intend(record, person, part, 2);
        let resolves = Resolves::Part { part: PartId { person, part }, how };
        record.append(Entry::Resolved(Resolved { resolves, by: "A".into(), why: "seen".into() })).unwrap();
        after.into_iter().for_each(|verdict| judge(record, intent, person, part, verdict));
    }
    for part in [1, 2] {
        let intent = intend(record, 10, part, 1);
        judge(record, intent, 10, part, accepted());
    }
    report(record, 10, 1, ReportClass::Pending);
    report(record, 10, 2, ReportClass::Forwarded);
    let intent = intend(record, 11, 1, 1);
    judge(record, intent, 11, 1, Verdict::Withdrawn { why: "STOP".into() });
    record.append(approval(false)).unwrap();
    intend(record, 0, 2, 1);
}

fn station(folder: &Path) -> StationKey {
    StationKey::load_or_create(&folder.join("station")).unwrap()
}

/// Five entries: opened, approval, intent, outcome, seal.
fn small(folder: &Path) -> PathBuf {
    let mut record = create(folder);
    record.append(approval(false)).unwrap();
    let intent = intend(&mut record, 1, 1, 1);
    judge(&mut record, intent, 1, 1, accepted());
    record.checkpoint_seal(&station(folder)).unwrap();
    folder.join("record.db")
}

/// Does something to a record that its triggers forbid, and puts the triggers back as they were.
fn tamper(path: &Path, harm: impl FnOnce(&Connection)) {
    let db = Connection::open(path).unwrap();
    let mut statement = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").unwrap();
    let triggers: Vec<(String, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    triggers.iter().for_each(|(name, _)| db.execute_batch(&format!("DROP TRIGGER {name}")).unwrap());
    harm(&db);
    triggers.iter().for_each(|(_, sql)| db.execute_batch(sql).unwrap());
}

fn run(sql: &str) -> impl Fn(&Connection) {
    move |db| db.execute_batch(sql).unwrap()
}

#[test]
fn both_hold_a_rich_record_to_be_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = rich(folder.path());
    let key = station(folder.path());
    record.checkpoint_seal(&key).unwrap();
    assert_eq!((rust(folder.path()), python(folder.path(), &[]).0), (vec![], 0), "with the -wal, while it is open");
    let sealed = record.close(Closing::default(), &key).unwrap();
    let (status, words) = python(folder.path(), &[]);
    assert_eq!((rust(folder.path()), status), (vec![], 0), "{words}");
    let seal = sealed.upto + 1;
    assert!(words.contains(&format!("complete to seal at entry {seal} (code {})", sealed.code)), "{words}");
    assert!(words.contains("cannot prove that nothing followed"), "{words}");
    let (status, words) = python(folder.path(), &["--head", &sealed.code.to_string().to_lowercase()]);
    assert_eq!((status, words.contains("cannot prove")), (0, false), "{words}");
    assert_eq!(python(folder.path(), &["--head", "0000-0000-0000-0000"]).0, 6);
}

#[test]
fn the_states_of_the_rich_record_are_many() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.db");
    drop(rich(folder.path()));
    let db = Connection::open(path).unwrap();
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap();
    assert!(count("SELECT count(DISTINCT state) FROM part") >= 11);
    assert!(count("SELECT count(DISTINCT state) FROM message") == 7);
    assert_eq!(count("SELECT count(*) FROM recipient WHERE opted_out IS NOT NULL"), 2);
}

/// What is seen at a glance is what the fold says.
#[test]
fn a_glance_and_the_fold_agree() {
    let folder = tempfile::tempdir().unwrap();
    let record = rich(folder.path());
    let (glance, state) = (record.glance().unwrap(), record.state());
    assert_eq!(glance.people, state.counts());
    let planned = |part: &PartId| state.people.get(part.person).is_some();
    assert_eq!(glance.unknown, state.unknown().into_iter().filter(planned).collect::<Vec<_>>());
    assert_eq!(glance.replies.0, state.replies.len());
    let opted_out =
        state.opt_outs.keys().filter(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).count();
    assert_eq!(glance.opted_out, opted_out + 1, "one of those who were excluded is still");
    assert_eq!((glance.entries, glance.closed), (state.entries, state.closed));
    assert_eq!(glance.seal.as_ref(), state.seals.last().map(|(_, seal)| seal));
    assert_eq!(glance.approval, state.approval.as_ref().map(|(seq, _)| *seq));
    let holds: Vec<Hold> = state.holds.values().cloned().collect();
    assert_eq!((holds.len(), state.stop.is_some_and(|stop| stop.all.is_some())), (2, true));
    let in_the_way = InTheWay::at(&folder.path().join("record.db")).unwrap();
    assert_eq!(in_the_way, InTheWay { stop: state.stop, holds });
}

/// After each of these entries, in any order, as the fold says: also in both verifiers.
#[test]
fn what_stands_in_the_way_is_known_at_a_glance() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = create(folder.path());
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..60 {
        let seq = record.state().entries;
        let entry = match random.u8(..6) {
            0 => stop(Ends::All),
            1 => stop(Ends::Sending),
            2 => started(random.u64(0..=seq)),
            3 => lifted("run-paused"),
            4 => hold("clock-differs"),
            _ => hold("run-paused"),
        };
        record.append(entry).unwrap();
        let state = record.state();
        let holds = state.holds.values().cloned().collect();
        let in_the_way = InTheWay::at(&folder.path().join("record.db")).unwrap();
        assert_eq!(in_the_way, InTheWay { stop: state.stop, holds }, "after entry {}", state.entries);
    }
    assert_eq!((rust(folder.path()), python(folder.path(), &[]).0), (vec![], 0));
}

#[test]
fn one_octet_of_any_column_of_any_entry() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let whole = std::fs::read(&path).unwrap();
    let columns = ["at", "mono", "boot", "kind", "who", "salt", "body", "body_hash", "hash"];
    for (seq, column) in (1..=5u64).flat_map(|seq| columns.map(|column| (seq, column))) {
        std::fs::write(&path, &whole).unwrap();
        tamper(&path, |db| flip(db, seq, column));
        let (status, words) = python(&path, &[]);
        let (ours, theirs) = (rust(&path), named(&words));
        assert_eq!(status, 6, "{column} of {seq}");
        assert!(ours.contains(&seq) && theirs.contains(&seq), "{column} of {seq}: {ours:?} {words}");
    }
}

/// Changes one octet of a text or blob, or one unit of a number.
fn flip(db: &Connection, seq: u64, column: &str) {
    let change = match column {
        "mono" => "mono + 1".to_owned(),
        "at" => "substr(at, 1, 18) || ((substr(at, 19, 1) + 1) % 10) || substr(at, 20)".to_owned(),
        "boot" | "kind" | "who" => format!("'~' || substr({column}, 2)"),
        blob => format!(
            "CAST(substr({blob}, 1, 20) || CASE WHEN substr({blob}, 21, 1) = x'41' THEN x'42' ELSE x'41' END || substr({blob}, 22) AS BLOB)"
        ),
    };
    let changed = db.execute(&format!("UPDATE entry SET {column} = {change} WHERE seq = {seq}"), []);
    assert_eq!(changed, Ok(1));
}

/// Both find it wrong and name this entry (0: the file).
fn both_name(path: &Path, seq: u64, what: &str) {
    let (status, words) = python(path, &[]);
    let ours = rust(path);
    assert_eq!(status, 6, "{what}: {words}");
    assert!(ours.contains(&seq) && named(&words).contains(&seq), "{what}: {ours:?} {words}");
}

#[test]
fn harm_beyond_single_octets() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let whole = std::fs::read(&path).unwrap();
    let swap = "CREATE TEMP TABLE two AS SELECT seq, salt, body FROM entry WHERE seq IN (3, 4);
        UPDATE entry SET salt = (SELECT salt FROM two WHERE two.seq = 7 - entry.seq),
            body = (SELECT body FROM two WHERE two.seq = 7 - entry.seq) WHERE seq IN (3, 4)";
    let forged = "PRAGMA writable_schema = ON;
        INSERT INTO sqlite_schema VALUES ('view', 'sqliteXseen', 'sqliteXseen', 0, 'CREATE VIEW sqliteXseen AS SELECT 1')";
    let cases = [
        ("two bodies swapped", swap, 3),
        ("two bodies swapped, the other", swap, 4),
        ("an entry in the middle gone", "DELETE FROM entry WHERE seq = 3", 4),
        ("a body gone without an erasure", "UPDATE entry SET salt = NULL, body = NULL WHERE seq = 2", 2),
        ("not UTF-8", "UPDATE entry SET who = CAST(x'ff' AS TEXT) WHERE seq = 2", 2),
        ("a negative clock", "UPDATE entry SET mono = -1 WHERE seq = 2", 2),
        ("a row of a projection gone", "DELETE FROM recipient WHERE person = 2", 0),
        ("a state changed", "UPDATE part SET state = 'planned' WHERE state = 'accepted'", 0),
        ("a table gone", "DROP TABLE message", 0),
        ("another table", "CREATE TABLE more (a)", 0),
        ("a view with a name like SQLite's own", forged, 0),
        ("another mark", "PRAGMA application_id = 1", 0),
        ("another format", "PRAGMA user_version = 2", 0),
    ];
    for (what, sql, seq) in cases {
        std::fs::write(&path, &whole).unwrap();
        tamper(&path, run(sql));
        both_name(&path, seq, what);
    }
    std::fs::write(&path, &whole).unwrap();
    let gutted = "DROP TRIGGER entry_stays;
        CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN SELECT 1; END;";
    Connection::open(&path).unwrap().execute_batch(gutted).unwrap();
    both_name(&path, 0, "a trigger replaced");
}

#[test]
fn the_end_cut_off_shows_only_by_a_code_kept_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let mut record = Record::open(&path, "PC Y", Arc::new(SystemClock::new())).unwrap();
    record.append(note("behind the seal")).unwrap();
    let code = record.checkpoint_seal(&station(folder.path())).unwrap().code;
    drop(record);
    // Whoever cuts the end off makes the projections fit.
    let cut =
        "DELETE FROM entry WHERE seq >= 6; UPDATE last SET seq = (SELECT max(seq) FROM entry WHERE kind = last.kind)";
    tamper(&path, run(cut));
    assert_eq!((rust(&path), python(&path, &[]).0), (vec![], 0), "FORMAT.md section 8");
    assert!(!verify(&path, Some(&code)).unwrap().problems.is_empty());
    assert_eq!(python(&path, &["--head", code.as_str()]).0, 6);
}

/// Writes a body anew with digest, hash and all that follows, as somebody could who knows the format.
fn forge(path: &Path, seq: u64, change: impl Fn(&str) -> String) {
    tamper(path, |db| {
        let body: String = db
            .query_row("SELECT CAST(body AS TEXT) FROM entry WHERE seq = ?1", [seq as i64], |row| row.get(0))
            .unwrap();
        let changed = change(&body);
        assert_ne!(body, changed);
        db.execute("UPDATE entry SET body = ?2 WHERE seq = ?1", (seq as i64, changed.into_bytes())).unwrap();
        rechain(db);
    });
}

fn rechain(db: &Connection) {
    tamper::chain_anew(db, tamper::Seals::Kept);
}

type Change<'a> = &'a dyn Fn(&str) -> String;

#[test]
fn a_chain_made_anew_breaks_at_its_seal() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let whole = std::fs::read(&path).unwrap();
    let other = StationKey::load_or_create(&folder.path().join("other")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    create(elsewhere.path()).checkpoint_seal(&other).unwrap();
    let key = std::fs::read_to_string(folder.path().join("other/seal_ed25519.pub")).unwrap();
    let own = std::fs::read_to_string(folder.path().join("station/seal_ed25519.pub")).unwrap();
    let signature = |body: &str| {
        let at = body.find("BEGIN SSH SIGNATURE").unwrap() + 160;
        let letter = if &body[at..=at] == "A" { "B" } else { "A" };
        format!("{}{letter}{}", &body[..at], &body[at + 1..])
    };
    let changes: [(u64, Change<'_>); 5] = [
        (1, &|body| body.replace("training", "real")),
        (5, &signature),
        (5, &|body| body.replace(own.trim(), key.trim())),
        (5, &|body| body.replace("\"upto\":4", "\"upto\":3")),
        (5, &|body| body.replacen("\"code\":\"", "\"code\":\"0", 1)),
    ];
    for (seq, change) in changes {
        std::fs::write(&path, &whole).unwrap();
        forge(&path, seq, change);
        both_name(&path, 5, "forged");
    }
    std::fs::write(&path, &whole).unwrap();
    forge(&path, 4, |body| body.replace("\"intent\":3", "\"intent\":2"));
    both_name(&path, 4, "settles no intent");
    forge(&path, 1, |body| body.replacen('{', "{\"case\":\"y\",", 1));
    both_name(&path, 1, "a name twice");
}

#[test]
fn erased_only_by_a_later_entry() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = create(folder.path());
    let erase =
        |seqs| Entry::Erasure(Erasure { seqs, authority: "court".into(), why: "order".into(), files: Vec::new() });
    record.append(note("a name")).unwrap();
    record.append(erase(vec![2, 4])).unwrap();
    record.append(note("another")).unwrap();
    drop(record);
    let path = folder.path().join("record.db");
    let gone = |seq: u64| {
        let sql = format!("UPDATE entry SET salt = NULL, body = NULL WHERE seq = {seq}");
        Connection::open(&path).unwrap().execute_batch(&sql).unwrap();
    };
    gone(2);
    assert_eq!((rust(&path), python(&path, &[]).0), (vec![], 0));
    gone(4);
    both_name(&path, 4, "named before it was written");
}

#[test]
fn nothing_but_notes_and_the_like_behind_closing() {
    let folder = tempfile::tempdir().unwrap();
    let key = station(folder.path());
    create(folder.path()).close(Closing::default(), &key).unwrap();
    let path = folder.path().join("record.db");
    tamper(&path, |db| {
        db.execute_batch("INSERT INTO entry SELECT 4, at, mono, boot, 'wire', who, salt, x'7b226368756e6b73223a5b5d7d', body_hash, hash FROM entry WHERE seq = 1").unwrap();
        rechain(db);
    });
    both_name(&path, 4, "wire behind closing");
}

#[test]
fn what_is_no_record_and_wrong_use() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.db");
    assert_eq!(python(&path, &[]).0, 1);
    std::fs::write(&path, "no database, but long enough to be looked at").unwrap();
    assert_eq!(python(&path, &[]).0, 1);
    assert!(matches!(verify(&path, None), Err(RecordError::Foreign(_))));
    assert_eq!(python(&path, &["--head"]).0, 2);
    assert_eq!(python(&path, &["--head", "x"]).0, 2);
}

/// What stands between the n-th pair of fences of a language.
fn block(language: &str, n: usize) -> &'static str {
    let rest = FORMAT_PAGE.split(&format!("```{language}\n")).nth(n + 1).unwrap();
    rest.split("```").next().unwrap()
}

#[test]
fn the_page_and_the_program_quote_the_schema() {
    assert_eq!(block("sql", 0).trim(), SCHEMA.trim());
    assert!(std::fs::read_to_string(SCRIPT).unwrap().contains(SCHEMA.trim()));
    for kind in Entry::KINDS {
        assert!(FORMAT_PAGE.contains(&format!("\n| `{kind}` | ")), "{kind}");
    }
    assert!(root().join("src/record/FORMAT.md").exists());
}

fn example(folder: &Path) -> PathBuf {
    let path = folder.join("record.db");
    let db = Connection::open(&path).unwrap();
    db.execute_batch(SCHEMA).unwrap();
    db.execute_batch(block("sql", 1)).unwrap();
    path
}

#[test]
fn the_example_is_true() {
    let folder = tempfile::tempdir().unwrap();
    let path = example(folder.path());
    assert_eq!((rust(&path), python(&path, &[]).0), (vec![], 0));
    let hash = block("text", 2).lines().last().unwrap().strip_prefix("3 hash ").unwrap();
    let code = signpost::case::code::Code::of(&hash.parse::<Sha256>().unwrap());
    assert!(FORMAT_PAGE.contains(&format!("`{code}` (from `{}`", &hash[..20])));
    assert_eq!(verify(&path, Some(&code)).unwrap().head_at, Some(3));
}

fn has(program: &str) -> bool {
    let quiet = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok()
}

fn shell(folder: &Path, commands: &str) -> (bool, String) {
    let done = Command::new("sh").args(["-ec", commands]).current_dir(folder).output().unwrap();
    (done.status.success(), String::from_utf8(done.stdout).unwrap())
}

#[test]
fn the_commands_of_the_page_do_what_it_says() {
    if !has("sqlite3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    example(folder.path());
    assert_eq!(shell(folder.path(), block("sh", 3)), (true, block("text", 2).to_owned()));
    let sealed = tempfile::tempdir().unwrap();
    small(sealed.path());
    let commands = block("sh", 0).replace("seq = 9", "seq = 5");
    let (good, words) = shell(sealed.path(), &commands);
    assert!(good && words.contains("Good \"signpost-seal@v1\" signature for seal"), "{words}");
}

/// Nothing is sent from a record that was changed: it does not open for work.
#[test]
fn a_changed_record_does_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let open = || Record::open(&path, "PC Y", Arc::new(SystemClock::new()));
    open().unwrap();
    tamper(&path, run("UPDATE entry SET who = 'PC X' WHERE seq = 3"));
    assert!(matches!(open(), Err(signpost::record::RecordError::Broken(3))));
}

/// A record is whole or not there; what a kill left of its making is cleared away.
#[test]
fn a_record_half_made_is_no_record() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.db");
    std::fs::write(path.with_extension("new"), "half").unwrap();
    drop(create(folder.path()));
    assert!(!path.with_extension("new").exists());
    assert_eq!(rust(&path), Vec::<u64>::new());
    let bare = folder.path().join("bare.db");
    let schema = include_str!("../../src/record/schema.sql");
    let db = Connection::open(&bare).unwrap();
    db.execute_batch(&format!("PRAGMA application_id = 1936287598; {schema}")).unwrap();
    drop(db);
    let opened = Record::open(&bare, "PC Y", Arc::new(SystemClock::new()));
    assert!(matches!(opened, Err(signpost::record::RecordError::Foreign(_))));
}

/// A key that a kill left empty was never used: a new one is made.
#[test]
fn a_key_that_was_never_written_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("seal_ed25519"), "").unwrap();
    let mut record = create(folder.path());
    record.checkpoint_seal(&StationKey::load_or_create(folder.path()).unwrap()).unwrap();
    record.checkpoint_seal(&StationKey::load_or_create(folder.path()).unwrap()).unwrap();
    assert_eq!(rust(folder.path()), Vec::<u64>::new());
}

/// A body that is not of its kind is named by both, whatever the kind.
#[test]
fn a_body_that_is_not_of_its_kind_is_named_by_both() {
    for kind in Entry::KINDS.iter().filter(|kind| !matches!(**kind, "opened" | "device" | "seal" | "erasure")) {
        let folder = tempfile::tempdir().unwrap();
        let path = small(folder.path());
        tamper(&path, |db| {
            let change = "UPDATE entry SET kind = ?1, body = CAST('{}' AS BLOB) WHERE seq = 3";
            db.execute(change, [kind]).unwrap();
            rechain(db);
        });
        let (_, words) = python(&path, &[]);
        assert!(words.contains("not of its kind"), "{kind}: {words}");
        let found = verify(&path, None).unwrap().problems;
        assert!(found.iter().any(|problem| problem.what.contains("not of its kind")), "{kind}: {found:?}");
    }
}

/// Times made earlier, with the chain made anew behind them and no seal in the way: the record holds, and both say where.
#[test]
fn a_clock_that_was_put_back_is_named_by_both() {
    let folder = tempfile::tempdir().unwrap();
    drop(create(folder.path()));
    let path = folder.path().join("record.db");
    let mut record = Record::open(&path, "PC Y", Arc::new(SystemClock::new())).unwrap();
    for n in 0..4 {
        record.append(note(&n.to_string())).unwrap();
    }
    drop(record);
    tamper(&path, |db| {
        db.execute_batch("UPDATE entry SET at = '2020' || substr(at, 5) WHERE seq = 4").unwrap();
        rechain(db);
    });
    let found = verify(&path, None).unwrap();
    let ours: Vec<(u64, i64)> = found.clocks.iter().map(|set| (set.seq, set.step.seconds())).collect();
    let (status, words) = python(&path, &[]);
    assert_eq!((found.problems, status), (vec![], 0), "{words}");
    assert_eq!(ours.iter().map(|(seq, by)| (*seq, by.signum())).collect::<Vec<_>>(), [(4, -1), (5, 1)]);
    for (seq, seconds) in ours {
        assert!(words.contains(&format!("clock: just before entry {seq} it was set by {seconds} s")), "{words}");
    }
}

/// A rich record, two seals with notes between them, and notes behind the last: where it lies, and the code of its end.
fn with_two_seals(folder: &Path) -> (PathBuf, Code) {
    let mut record = rich(folder);
    let key = station(folder);
    let notes = |record: &mut Record, from: u32| {
        for n in from..from + 4 {
            record.append(note(&format!("note {n}"))).unwrap();
        }
    };
    notes(&mut record, 0);
    record.checkpoint_seal(&key).unwrap();
    notes(&mut record, 4);
    let sealed = record.checkpoint_seal(&key).unwrap();
    record.append(note("behind the last seal")).unwrap();
    record.into_one_file().unwrap();
    (folder.join("record.db"), sealed.code)
}

/// As many seeds as SIGNPOST_TAMPERINGS says; `scripts/tamper` tries a thousand.
#[test]
fn both_say_the_same_of_seeded_tamperings() {
    let seeds: u64 = std::env::var("SIGNPOST_TAMPERINGS").ok().and_then(|text| text.parse().ok()).unwrap_or(38);
    let folder = tempfile::tempdir().unwrap();
    let (path, code) = with_two_seals(folder.path());
    let (whole, place) = (std::fs::read(&path).unwrap(), tamper::place(&path));
    assert_eq!((rust(&path), python(&path, &[]).0), (vec![], 0));
    let mut told = std::collections::BTreeMap::new();
    for seed in 0..seeds {
        let harm = &tamper::HARMS[(seed % tamper::HARMS.len() as u64) as usize];
        let said = format!("seed {seed}: {}", harm.name);
        std::fs::write(&path, &whole).unwrap();
        let mut rng = fastrand::Rng::with_seed(seed);
        match harm.name {
            "a trigger taken out" => (harm.act)(&Connection::open(&path).unwrap(), &mut rng, place),
            _ => tamper(&path, |db| (harm.act)(db, &mut rng, place)),
        }
        let ours = verify(&path, None).unwrap();
        let (status, words) = python(&path, &[]);
        let named_by_us: BTreeSet<u64> = ours.problems.iter().map(|problem| problem.seq).collect();
        let named_by_them: BTreeSet<u64> = named(&words).into_iter().collect();
        assert_eq!(ours.problems.is_empty(), status == 0, "{said}: {:?} {words}", ours.problems);
        assert_eq!(named_by_us.first(), named_by_them.first(), "{said}: {:?} {words}", ours.problems);
        let clocks = ours.clocks.len();
        assert_eq!(clocks, words.matches("clock: just before entry").count(), "{said}: {words}");
        match harm.seen {
            Seen::Found => assert!(!ours.problems.is_empty(), "{said}"),
            Seen::WithCode | Seen::ClockNamed => {
                assert!(ours.problems.is_empty(), "{said}: {:?}", ours.problems);
                assert!(words.contains("cannot prove that nothing followed"), "{said}: {words}");
                assert_eq!(clocks > 0, harm.seen == Seen::ClockNamed, "{said}");
                assert!(!verify(&path, Some(&code)).unwrap().problems.is_empty(), "{said}");
                assert_eq!(python(&path, &["--head", code.as_str()]).0, 6, "{said}");
            }
        }
        *told.entry(format!("{:?}", harm.seen)).or_insert(0) += 1;
    }
    println!("{seeds} tamperings, both verifiers agree on each: {told:?}");
}

/// In the place of a stick that needs no touch (OpenSSH's `PROTOCOL.u2f`): no real one was tried.
struct Stick(ssh_key::PrivateKey);

impl Signer for Stick {
    fn sign(&self, namespace: &str, message: &[u8]) -> Result<String, String> {
        fn raw<K: ssh_key::SigningKey>(key: &K, octets: &[u8]) -> Vec<u8> {
            key.try_sign(octets).unwrap().as_bytes().to_vec()
        }
        let hash = |octets: &[u8]| signpost::ids::Sha256::of(octets).octets().to_vec();
        let flags_and_counter = [0, 0, 0, 0, 7];
        let signed = SshSig::signed_data(namespace, ssh_key::HashAlg::Sha512, message).unwrap();
        let signed = [hash(b"ssh:"), flags_and_counter.to_vec(), hash(&signed)].concat();
        let signature = [raw(&self.0, &signed), flags_and_counter.to_vec()].concat();
        let signature = ssh_key::Signature::new(ssh_key::Algorithm::SkEd25519, signature).unwrap();
        let public = *self.0.public_key().key_data().ed25519().unwrap();
        let public = ssh_key::public::SkEd25519::new(public, "ssh:").into();
        let signature = SshSig::new(public, namespace, ssh_key::HashAlg::Sha512, signature).unwrap();
        Ok(signature.to_pem(ssh_key::LineEnding::LF).unwrap())
    }
}

/// Both verifiers, and so ssh-keygen, take a seal of a key in hardware; and find the one that was changed.
#[test]
fn a_seal_of_a_key_in_hardware_holds() {
    let folder = tempfile::tempdir().unwrap();
    let key = ssh_key::PrivateKey::random(&mut ssh_key::rand_core::OsRng, ssh_key::Algorithm::Ed25519).unwrap();
    let stick = StationKey::elsewhere(Box::new(Stick(key))).unwrap();
    assert!(stick.public().unwrap().starts_with("sk-ssh-ed25519@openssh.com "));
    let path = small(folder.path());
    let mut record = Record::open(&path, "PC Y", Arc::new(SystemClock::new())).unwrap();
    let seal = record.checkpoint_seal(&stick).unwrap().upto + 1;
    drop(record);
    assert_eq!((rust(&path), python(&path, &[]).0), (vec![], 0));
    let (own, other) = (stick.public().unwrap(), station(folder.path()).public().unwrap());
    forge(&path, seal, |body| body.replace(&own, &other));
    both_name(&path, seal, "the key of another");
}
