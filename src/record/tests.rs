//! The record under attack: triggers, commits that fail both ways, two writers, tampering.

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use super::body::{Ends, Nature, Opened, Resolved, Resolves, SessionEnded, Settled, Stop};
use super::entry::Entry;
use super::fold::{PartState, Standing, Summary};
use super::keeping::{Closing, Note};
use super::seal::{KeyError, SealError, Signer, StationKey};
use super::store::{Fate, SCHEMA};
use super::token::{
    AcceptedHow, Attempt, Captured, Ending, FinalCode, Quiet, Reached, Reference, Refusal, Verdict, Way,
};
use super::traffic::OptOut;
use super::verify::verify;
use super::{IntendError, Record, RecordError};
use crate::case::approval::{Approval, Strength};
use crate::case::clearance::Clearance;
use crate::case::parts::Parts;
use crate::case::pinned::Pinned;
use crate::case::{LineIdentity, PartId};
use crate::clock::{Clock, SystemClock};
use crate::ids::Msisdn;

const NUMBER: &str = "+447700900001";
const TPDU: [u8; 3] = [1, 0, 0xab];

fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::new())
}

fn note(text: &str) -> Entry {
    Entry::Note(Note { text: text.into(), file: None })
}

fn to(person: u32) -> Msisdn {
    format!("+4477009000{person:02}").parse().unwrap()
}

fn approval() -> Approval {
    let pinned = |person: u32| Pinned {
        person,
        to: to(person),
        name: None,
        parts: Parts::of(&to(person), vec![vec![1, 0, 0xAB]; 2]),
        salt: [0; 16],
    };
    Approval {
        plan_code: "7KQ4-M2XD-9TRB-5HWA".into(),
        by: "DI A. Example".into(),
        strength: Strength::NameOnly,
        signed: None,
        line: LineIdentity { iccid: "8944100000000000012".parse().unwrap(), imsi: "001010123456789".parse().unwrap() },
        pins: Default::default(),
        people: vec![pinned(1).into(), pinned(2).into()],
        test: None,
    }
}

/// A record with an approved plan of two people, two parts each.
fn approved() -> Record {
    let mut record = Record::in_memory(Nature::Real, "PC Y", clock()).unwrap();
    record.append(Entry::Approval(approval())).unwrap();
    record
}

fn on_disk(folder: &Path) -> Record {
    let mut record =
        Record::create(&folder.join("record.db"), Opened::new(Nature::Real, "x"), "PC Y", clock()).unwrap();
    record.append(Entry::Approval(approval())).unwrap();
    record
}

fn part(person: u32, part: u8) -> PartId {
    PartId { person, part }
}

fn clearance(record: &Record, id: PartId) -> Clearance {
    Clearance::for_tests(id, &format!("+4477009000{:02}", id.person), &TPDU, record.clock().now())
}

fn attempt(intent: super::token::Intent) -> Attempt {
    Attempt {
        intent,
        reached: Reached::SubmitWritten,
        ending: Ending::Final(FinalCode::Ok),
        reference: Some(Reference { mr: 7, scts: None }),
        since_submit: None,
        quiet: Quiet::Undisturbed,
    }
}

fn accepted() -> Verdict {
    Verdict::Accepted { reference: Reference { mr: 7, scts: None }, how: AcceptedHow::Plainly }
}

fn refused(refusal: Refusal) -> Verdict {
    Verdict::Refused { refusal, why: "no".into() }
}

fn state_of(record: &Record, id: PartId) -> PartState {
    record.state().parts.get(&id).unwrap().state
}

fn bar_code(result: Result<super::token::Intent, IntendError>) -> &'static str {
    match result {
        Err(IntendError::Barred(barred)) => barred.code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn sqlite_itself_refuses_everything_but_growth() {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(SCHEMA).unwrap();
    let insert = |verb: &str, seq: &str| {
        let values = format!("{seq}, 'a', 1, 'b', 'k', 'w', zeroblob(32), x'7b7d', zeroblob(32), zeroblob(32)");
        connection.execute(&format!("{verb} INTO entry VALUES ({values})"), []).is_ok()
    };
    assert!(insert("INSERT", "1") && insert("INSERT", "2"));
    for (verb, seq) in
        [("INSERT OR REPLACE", "1"), ("REPLACE", "2"), ("INSERT OR IGNORE", "1"), ("INSERT", "4"), ("INSERT", "NULL")]
    {
        assert!(!insert(verb, seq), "{verb} {seq}");
    }
    for sql in [
        "DELETE FROM entry",
        "UPDATE entry SET who = 'x'",
        "UPDATE entry SET salt = NULL",
        "UPDATE entry SET body = NULL",
        "UPDATE entry SET salt = NULL, body = NULL, who = 'x'",
        "UPDATE OR REPLACE entry SET seq = 1 WHERE seq = 2",
    ] {
        assert!(connection.execute(sql, []).is_err(), "{sql}");
    }
    assert_eq!(connection.execute("UPDATE entry SET salt = NULL, body = NULL WHERE seq = 1", []), Ok(1));
    assert!(connection.execute("UPDATE entry SET salt = zeroblob(32), body = x'00' WHERE seq = 1", []).is_err());
}

#[test]
fn an_intent_without_an_outcome_is_not_known_and_is_never_made_again() {
    let mut record = approved();
    let intent = record.intend(clearance(&record, part(1, 1))).unwrap();
    drop(intent);
    assert_eq!(state_of(&record, part(1, 1)), PartState::Unknown);
    assert_eq!(bar_code(record.intend(clearance(&record, part(1, 1)))), "settled");
    assert!(record.intend(clearance(&record, part(1, 2))).is_ok(), "the other parts follow");
}

#[test]
fn what_may_be_handed_over_again() {
    for (verdict, again) in [
        (accepted(), false),
        (refused(Refusal::Final), false),
        (refused(Refusal::BeforeTransmission), true),
        (refused(Refusal::Retry), false),
        (refused(Refusal::Stop), false),
        (Verdict::Unknown { why: "?".into() }, false),
        (Verdict::Withdrawn { why: "STOP".into() }, true),
    ] {
        let mut record = approved();
        let intent = record.intend(clearance(&record, part(1, 1))).unwrap();
        record.settle(attempt(intent), verdict.clone()).unwrap();
        assert_eq!(record.intend(clearance(&record, part(1, 1))).is_ok(), again, "{verdict:?}");
    }
}

/// A person may settle a part at the very moment at which its outcome comes: what they said is never tried again.
#[test]
fn what_a_person_settled_is_not_due_again_whatever_the_device_says_after() {
    for (how, verdict, state) in [
        (Settled::NotSent, refused(Refusal::Retry), PartState::Settled(Settled::NotSent)),
        (Settled::NotSent, refused(Refusal::BeforeTransmission), PartState::Settled(Settled::NotSent)),
        (Settled::Sent, Verdict::Withdrawn { why: "STOP".into() }, PartState::Settled(Settled::Sent)),
        (Settled::Sent, Verdict::Unknown { why: "?".into() }, PartState::Settled(Settled::Sent)),
        (Settled::NotSent, accepted(), PartState::Accepted),
    ] {
        let mut record = approved();
        let intent = record.intend(clearance(&record, part(1, 1))).unwrap();
        let resolves = Resolves::Part { part: part(1, 1), how };
        record.append(Entry::Resolved(Resolved { resolves, by: "PC Y".into(), why: "seen".into() })).unwrap();
        record.settle(attempt(intent), verdict.clone()).unwrap();
        assert_eq!(state_of(&record, part(1, 1)), state, "{verdict:?}");
        assert_eq!(bar_code(record.intend(clearance(&record, part(1, 1)))), "settled", "{verdict:?}");
    }
}

/// What a living session handed over is on its way; without its session it is NOT KNOWN.
#[test]
fn a_part_in_hand_is_told_apart() {
    let mut record = approved();
    let intent = record.intend(clearance(&record, part(1, 1))).unwrap();
    let glance = record.glance().unwrap();
    assert_eq!((glance.in_hand, glance.unknown.len()), (Some(part(1, 1)), 1));
    let (unknown, worked) = (glance.people[&Summary::NotKnown], glance.while_worked());
    assert_eq!((worked.unknown.len(), worked.people[&Summary::NotKnown]), (0, unknown - 1));
    record.settle(attempt(intent), Verdict::Unknown { why: "?".into() }).unwrap();
    assert_eq!(record.glance().unwrap().in_hand, None);
    let _killed = record.intend(clearance(&record, part(1, 2))).unwrap();
    record.append(Entry::SessionEnded(SessionEnded { why: "done".into() })).unwrap();
    assert_eq!(record.glance().unwrap().in_hand, None, "its session is over: nobody waits for it any more");
}

#[test]
fn three_tries_before_transmission_and_no_fourth() {
    let mut record = approved();
    for attempts in 1..=3 {
        let intent = record.intend(clearance(&record, part(1, 1))).unwrap();
        assert_eq!(intent.attempt(), attempts);
        record.settle(attempt(intent), refused(Refusal::BeforeTransmission)).unwrap();
    }
    assert_eq!(bar_code(record.intend(clearance(&record, part(1, 1)))), "settled");
}

#[test]
fn a_stop_or_an_opt_out_from_another_process_bars_the_very_next_intent() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = on_disk(folder.path());
    let mut other = Record::open(&folder.path().join("record.db"), "PC Z", clock()).unwrap();
    let opt_out = OptOut { number: "07700900001".into(), reply: None, why: "STOP".into() };
    other.append(Entry::OptOut(opt_out)).unwrap();
    assert_eq!(bar_code(record.intend(clearance(&record, part(1, 1)))), "opted-out");
    assert!(record.intend(clearance(&record, part(2, 1))).is_ok());
    other.append(Entry::Stop(Stop { why: "enough".into(), ends: super::body::Ends::Sending })).unwrap();
    assert_eq!(bar_code(record.intend(clearance(&record, part(2, 2)))), "stopped");
    record.append(note("the first goes on")).unwrap();
    let findings = verify(folder.path(), None).unwrap();
    assert_eq!((findings.problems, findings.entries), (vec![], 6));
}

#[test]
fn a_commit_that_fails_ends_everything_and_the_truth_is_on_disk() {
    for (fate, on_disk_after) in [(Fate::FailBefore, PartState::Planned), (Fate::FailAfter, PartState::Unknown)] {
        let folder = tempfile::tempdir().unwrap();
        let mut record = on_disk(folder.path());
        record.set_commit_plan(Box::new(move || fate));
        let first = record.intend(clearance(&record, part(1, 1))).unwrap_err().to_string();
        record.set_commit_plan(Box::new(|| Fate::Proceed));
        let later = record.append(note("x")).unwrap_err();
        assert!(matches!(&later, RecordError::Dead(why) if *why == first), "dead for good, and it says why: {later}");
        assert!(matches!(record.rest(), Err(RecordError::Dead(_))));
        drop(record);
        let record = Record::open(&folder.path().join("record.db"), "PC Y", clock()).unwrap();
        assert_eq!(state_of(&record, part(1, 1)), on_disk_after);
        assert_eq!(verify(folder.path(), None).unwrap().problems, []);
    }
}

#[test]
fn a_record_that_was_changed_is_not_opened_for_work() {
    let folder = tempfile::tempdir().unwrap();
    drop(on_disk(folder.path()));
    let path = folder.path().join("record.db");
    let whole = std::fs::read(&path).unwrap();
    let changes = [
        "body = CAST(replace(CAST(body AS TEXT), '+44', '+45') AS BLOB)",
        "body = CAST('no approval' AS BLOB)",
        "body = NULL",
        "salt = NULL",
        "salt = zeroblob(32)",
        "who = 'PC Z'",
    ];
    for change in changes {
        std::fs::write(&path, &whole).unwrap();
        let database = Connection::open(&path).unwrap();
        database.execute_batch("PRAGMA ignore_check_constraints = ON; DROP TRIGGER entry_keeps").unwrap();
        database.execute(&format!("UPDATE entry SET {change} WHERE kind = 'approval'"), []).unwrap();
        drop(database);
        assert!(matches!(Record::open(&path, "PC Y", clock()), Err(RecordError::Broken(2))), "{change}");
    }
}

#[test]
fn after_closing_only_what_may_follow() {
    let folder = tempfile::tempdir().unwrap();
    let key = StationKey::load_or_create(&folder.path().join("station")).unwrap();
    let mut record = on_disk(folder.path());
    let sealed = record.close(Closing { why: "done".into(), line: serde_json::Value::Null }, &key).unwrap();
    record.into_one_file().unwrap();
    assert!(!folder.path().join("record.db-wal").exists(), "one file");
    let mut record = Record::open(&folder.path().join("record.db"), "PC Y", clock()).unwrap();
    assert!(matches!(
        record.append(Entry::Stop(Stop { why: "x".into(), ends: super::body::Ends::All })),
        Err(RecordError::Closed)
    ));
    record.append(note("handed over")).unwrap();
    let findings = verify(folder.path(), Some(&sealed.code)).unwrap();
    assert_eq!(findings.problems, []);
    assert_eq!((findings.closed, findings.head_at), (Some(3), Some(sealed.upto)));
    let other = "0000-0000-0000-0000".parse().unwrap();
    assert!(!verify(folder.path(), Some(&other)).unwrap().problems.is_empty());
}

#[test]
fn captures_are_durable_raw_and_known_by_their_slot() {
    let mut record = approved();
    let way = Way::Stored { storage: "ME".into(), index: 3 };
    let captured = Captured { way, header: "+CMGR: 0,,24".into(), pdu: "not even hex".into(), status: Some(0) };
    let durable = record.capture(captured.clone()).unwrap();
    assert_eq!(durable.what(), &captured);
    assert!(record.state().slots.contains_key(&(record.state().shelf("ME"), 3)));
    assert_eq!(record.proof_of(durable.seq()).unwrap().unwrap().what(), &captured);
    assert!(record.state().undecoded.contains_key(&durable.seq()), "a crash now, and it is decoded at the next start");
}

#[test]
fn an_erased_opt_out_or_intent_ends_sending_instead_of_opening_the_way() {
    for kind in ["opt-out", "intent"] {
        let folder = tempfile::tempdir().unwrap();
        let mut record = on_disk(folder.path());
        let _intent = record.intend(clearance(&record, part(1, 1))).unwrap();
        record.append(Entry::OptOut(OptOut { number: "07700900001".into(), reply: None, why: "STOP".into() })).unwrap();
        drop(record);
        let path = folder.path().join("record.db");
        let erased = Connection::open(&path).unwrap();
        erased.execute("UPDATE entry SET salt = NULL, body = NULL WHERE kind = ?1", [kind]).unwrap();
        let mut record = Record::open(&path, "PC Y", clock()).unwrap();
        assert_eq!(bar_code(record.intend(clearance(&record, part(2, 1)))), "unreadable", "{kind}");
    }
}

#[test]
fn closing_is_one_commit_and_can_be_finished_when_another_process_had_it_open() {
    let folder = tempfile::tempdir().unwrap();
    let key = StationKey::load_or_create(&folder.path().join("station")).unwrap();
    let mut record = on_disk(folder.path());
    let path = folder.path().join("record.db");
    let other = Connection::open(&path).unwrap();
    let _reading: i64 = other.query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).unwrap();
    other.execute_batch("BEGIN; SELECT * FROM entry").unwrap();
    let closing = Closing { why: "done".into(), line: serde_json::Value::Null };
    record.close(closing, &key).unwrap();
    assert!(matches!(record.into_one_file(), Err(RecordError::InUse)));
    drop(other);
    Record::open(&path, "PC Y", clock()).unwrap().into_one_file().unwrap();
    assert!(!folder.path().join("record.db-wal").exists());
    let mut closed = Record::open(&path, "PC Y", clock()).unwrap();
    closed.append(note("later")).unwrap();
    drop(closed);
    assert!(!folder.path().join("record.db-wal").exists(), "a note after closing leaves one file");
    assert_eq!(verify(folder.path(), None).unwrap().problems, []);
}

#[test]
fn two_commits_a_part() {
    let commits = std::rc::Rc::new(std::cell::Cell::new(0));
    let mut record = approved();
    let counter = commits.clone();
    record.set_commit_plan(Box::new(move || {
        counter.set(counter.get() + 1);
        Fate::Proceed
    }));
    record.wire(super::traffic::WireChunk {
        at: record.clock().now(),
        mono: 1,
        dir: super::traffic::Dir::In,
        octets: vec![1],
    });
    let intent = record.intend(clearance(&record, part(1, 1))).unwrap();
    record.settle(attempt(intent), accepted()).unwrap();
    assert_eq!(commits.get(), 2);
    assert_eq!(record.state().counts().values().sum::<usize>(), 2);
    assert_eq!(NUMBER.len(), 13);
}

#[test]
fn nobody_is_texted_before_the_test_text_is_taken() {
    let mut record = Record::in_memory(Nature::Real, "PC Y", clock()).unwrap();
    let mut plan = approval();
    let test = Pinned { person: 0, to: to(9), ..(*plan.people[0]).clone() };
    plan.test = Some(test.into());
    record.append(Entry::Approval(plan)).unwrap();
    let ask = clearance(&record, part(1, 1));
    assert_eq!(bar_code(record.intend(ask)), "test-not-taken");
    for number in [1, 2] {
        let ask = clearance(&record, part(0, number));
        let intent = record.intend(ask).unwrap();
        record.settle(attempt(intent), accepted()).unwrap();
    }
    let ask = clearance(&record, part(1, 1));
    let _intent = record.intend(ask).unwrap();
}

#[test]
fn a_test_text_that_a_person_says_was_not_sent_is_not_taken() {
    for (how, taken) in [(Settled::NotSent, false), (Settled::Sent, true)] {
        let mut record = Record::in_memory(Nature::Real, "PC Y", clock()).unwrap();
        let mut plan = approval();
        let test = Pinned { person: 0, to: "+447700900009".parse().unwrap(), ..Pinned::clone(&plan.people[0]) };
        plan.test = Some(test.into());
        record.append(Entry::Approval(plan)).unwrap();
        for number in [1, 2] {
            let ask = clearance(&record, part(0, number));
            let intent = record.intend(ask).unwrap();
            record.settle(attempt(intent), Verdict::Unknown { why: "x".into() }).unwrap();
            let resolves = Resolves::Part { part: part(0, number), how };
            record.append(Entry::Resolved(Resolved { resolves, by: "DS Z".into(), why: "x".into() })).unwrap();
        }
        assert_eq!(record.state().test_is_taken(), taken, "{how:?}");
    }
}

/// A stop ends listening only if it says so itself.
#[test]
fn a_stop_after_a_stop_of_everything_does_not_end_listening() {
    let mut record = approved();
    let stop = |ends| Entry::Stop(Stop { why: "x".into(), ends });
    let first = record.append(stop(Ends::All)).unwrap();
    let second = record.append(stop(Ends::Sending)).unwrap();
    assert_eq!(record.state().stop, Some(Standing { entry: second, all: Some(first) }));
}

/// Shows once that it signs, and then does not.
struct Fickle(std::cell::Cell<bool>, StationKey);

impl Signer for Fickle {
    fn sign(&self, namespace: &str, message: &[u8]) -> Result<String, String> {
        if self.0.replace(true) {
            Err("gone".into())
        } else {
            self.1.sign(namespace, message).map_err(|e| e.to_string())
        }
    }
}

#[test]
fn what_cannot_be_sealed_is_not_closed() {
    let folder = tempfile::tempdir().unwrap();
    let fickle = || StationKey::elsewhere(Box::new(Fickle(false.into(), StationKey::passing().unwrap()))).unwrap();
    let mut record = on_disk(folder.path());
    let entries = record.state().entries;
    assert!(matches!(record.checkpoint_seal(&fickle()), Err(SealError::Key(KeyError::NotSigned(_)))));
    record.append(note("it goes on")).unwrap();
    let closing = Closing { why: "done".into(), line: serde_json::Value::Null };
    assert!(matches!(record.close(closing, &fickle()), Err(SealError::Key(KeyError::NotSigned(_)))));
    let record = Record::open(&folder.path().join("record.db"), "PC Y", clock()).unwrap();
    assert_eq!((record.state().closed, record.state().entries), (None, entries + 1));
}

/// What signs in the name of another key, or over something else, would break the record.
#[test]
fn a_signature_that_does_not_hold_is_no_seal() {
    struct Strange(std::cell::Cell<bool>);
    impl Signer for Strange {
        fn sign(&self, namespace: &str, message: &[u8]) -> Result<String, String> {
            let words = if self.0.replace(true) { b"another".as_slice() } else { message };
            StationKey::passing().and_then(|key| key.sign(namespace, words)).map_err(|error| error.to_string())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let mut record = on_disk(folder.path());
    let strange = StationKey::elsewhere(Box::new(Strange(false.into()))).unwrap();
    assert!(matches!(record.checkpoint_seal(&strange), Err(SealError::Key(KeyError::Key(_)))));
    assert!(StationKey::elsewhere(Box::new(Strange(true.into()))).is_err());
    assert_eq!(verify(folder.path(), None).unwrap().problems, []);
}
