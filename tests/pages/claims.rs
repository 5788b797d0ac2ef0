//! Each answer of page one, and a record in which it comes out the other way.

use signpost::case::PartId;
use signpost::case::approval::Strength;
use signpost::ids::Sha256;
use signpost::record::Record;
use signpost::record::body::{Fault, Resolved, Resolves, Round, SessionStarted, Settled};
use signpost::record::entry::Entry;
use signpost::record::erase::Erasing;
use signpost::record::keeping::{Access, Looked};
use signpost::record::seal::StationKey;
use signpost::record::traces::Forms;
use signpost::record::traffic::{Decoded, Intended, Reading, Reply, ReportClass};
use signpost::report::Audience;
use signpost::report::answers::{Answer, Standing};

use crate::made::{Made, accepted, empty, number, refused, setting, sim, unknown};

/// Two people, texted, compared, ended.
fn worked() -> Made {
    let mut made = Made::new(2);
    made.send(1);
    made.send(2);
    made
}

fn ended(mut made: Made) -> Made {
    made.flush();
    made.compare();
    made.end();
    made
}

/// What stays open, as one text.
fn open(answer: &Answer) -> String {
    answer.open.iter().map(|point| point.words.as_str()).collect::<Vec<_>>().join("\n")
}

fn entries(answer: &Answer) -> Vec<u64> {
    let points = answer.shown.iter().chain(&answer.open);
    points.flat_map(|point| &point.entries.spans).flat_map(|span| span.from..=span.to).collect()
}

fn holds(answer: &Answer, standing: Standing, words: &str) {
    assert_eq!(answer.standing, standing, "{answer:#?}");
    let all = format!("{}\n{}\n{answer:?}", answer.short, open(answer));
    assert!(all.contains(words), "{words} is not in {answer:#?}");
}

#[test]
fn in_a_plain_case_every_answer_is_shown_by_the_record() {
    let mut made = ended(worked());
    for (id, short) in [
        ("twice", "No. No part was handed"),
        ("missing", "None is known to be missing: the line was listened to without a break"),
        ("exhibit", "No: every file that was copied twice is the same"),
        ("texted", "2 of 2 approved people were texted"),
        ("authority", "Authority 17/24, granted by DCI B. Example"),
    ] {
        let answer = made.answer(id);
        assert_eq!(answer.standing, Standing::Shown, "{answer:#?}");
        assert!(answer.short.starts_with(short), "{answer:#?}");
        assert!(answer.open.is_empty() && !answer.limits.is_empty(), "{answer:#?}");
    }
}

#[test]
fn a_part_handed_over_again_after_proof_is_named_with_its_proof() {
    let mut made = Made::new(1);
    let first = made.intend(1, 1, 1);
    let proof = made.judge(first, 1, 1, refused());
    let again = made.intend(1, 1, 2);
    made.judge(again, 1, 1, accepted());
    let answer = made.answer("twice");
    holds(&answer, Standing::Shown, "1 part was handed over again after it was proved");
    assert!(entries(&answer).contains(&proof) && entries(&answer).contains(&again), "{answer:#?}");
}

#[test]
fn a_part_handed_over_again_without_proof_is_named() {
    for (verdict, late) in [(Some(unknown()), false), (None, false), (Some(accepted()), false), (Some(refused()), true)]
    {
        let mut made = Made::new(1);
        let first = made.intend(1, 1, 1);
        // A proof that came when the part had been handed over again already is none.
        let again = match (verdict, late) {
            (Some(verdict), true) => {
                let again = made.intend(1, 1, 2);
                made.judge(first, 1, 1, verdict);
                again
            }
            (verdict, _) => {
                verdict.into_iter().for_each(|verdict| {
                    made.judge(first, 1, 1, verdict);
                });
                made.intend(1, 1, 2)
            }
        };
        made.judge(again, 1, 1, accepted());
        let answer = made.answer("twice");
        holds(&answer, Standing::Against, "1 part was handed over again although it was not proved");
        assert!(entries(&answer).contains(&first) && entries(&answer).contains(&again), "{answer:#?}");
    }
}

#[test]
fn two_texts_to_one_number_are_named() {
    let mut made = worked();
    let state = made.record.state().approval.clone().unwrap().1;
    let (to, tpdu) = state.tpdu(1, 1).map(|(to, tpdu)| (to.clone(), tpdu)).unwrap();
    let (authority, plan_code) = ("17/24".into(), state.plan_code);
    let part = PartId { person: 9, part: 1 };
    let intent = made.later(Entry::Intent(Intended { part, to, tpdu, attempt: 1, authority, plan_code }));
    made.judge(intent, 9, 1, accepted());
    holds(&made.answer("twice"), Standing::Against, "2 texts went to numbers that end in the same nine digits");
}

#[test]
fn what_is_not_known_is_named_and_so_is_what_settled_it() {
    let mut made = Made::new(3);
    let intents: Vec<u64> = (1..=3).map(|person| made.intend(person, 1, 1)).collect();
    intents.iter().zip(1..).for_each(|(intent, person)| {
        made.judge(*intent, person, 1, unknown());
    });
    let answer = made.answer("twice");
    holds(
        &answer,
        Standing::Shown,
        "No. Whether 3 parts had left was not known at once; none of them was handed over again.",
    );
    assert!(intents.iter().all(|intent| entries(&answer).contains(intent)), "{answer:#?}");
    let resolves = Resolves::Part { part: PartId { person: 1, part: 1 }, how: Settled::NotSent };
    made.add(Entry::Resolved(Resolved { resolves, by: "DS Z".into(), why: "seen on its screen".into() }));
    made.report(2, ReportClass::Delivered);
    let page = made.page(Audience::Court);
    for words in [
        "DS Z decided that it was not sent: seen on its screen",
        "a delivery report says: received by the recipient&#39;s device",
        "NOT KNOWN still; never sent again",
        "the device said nothing for 300 s",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn an_intent_without_an_outcome_is_not_known() {
    let mut made = Made::new(1);
    made.intend(1, 1, 1);
    holds(
        &made.answer("twice"),
        Standing::Shown,
        "Whether 1 part had left was not known at once; it was not handed over again",
    );
    assert!(made.page(Audience::Court).contains("the program was stopped before it had an answer"));
}

#[test]
fn nobody_texted_and_nothing_approved_is_said() {
    let mut made = Made::with(2, Strength::Answer, false);
    holds(&made.answer("twice"), Standing::Shown, "No: no text was handed to the device.");
    holds(&made.answer("texted"), Standing::Shown, "Nobody was texted.");
    holds(&made.answer("authority"), Standing::Shown, "Nothing was approved, and nobody was texted.");
    made.intend(1, 1, 1);
    holds(&made.answer("authority"), Standing::Against, "1 attempt handed over without an approval");
}

#[test]
fn times_when_nobody_listened_leave_it_open_whether_a_reply_is_missing() {
    let mut made = worked();
    made.unheard(5_400);
    holds(
        &ended(made).answer("missing"),
        Standing::InPart,
        "Nobody listened 1 time: 1 h 30 min in all, 1 h 30 min at the longest",
    );
    let mut made = worked();
    made.clock.wait(60);
    made.unheard(0);
    holds(&ended(made).answer("missing"), Standing::Shown, "without a break");
}

#[test]
fn what_comes_after_listening_ended_is_not_claimed() {
    let mut made = worked();
    made.flush();
    made.clock.wait(60);
    made.add(Entry::SessionEnded(signpost::record::body::SessionEnded { why: "Ctrl-C".into() }));
    made.clock.wait(3_600);
    made.add(Entry::Access(Access { what: Looked::Report, which: String::new() }));
    holds(&made.answer("missing"), Standing::InPart, "Whatever came in the 1 h from then until this page was made");
}

#[test]
fn faults_that_may_cost_a_reply_leave_it_open() {
    let faults = [
        ("store-full", "could store no more texts"),
        ("line-lost", "without a network for more than a minute 1 time"),
        ("device-gone", "The device was gone 1 time"),
    ];
    for (code, words) in faults {
        let mut made = worked();
        made.add(Entry::Fault(Fault { code: code.into(), what: "x".into() }));
        holds(&ended(made).answer("missing"), Standing::InPart, words);
    }
}

#[test]
fn captures_that_cannot_be_read_are_named_and_shown() {
    let mut made = worked();
    let capture = made.capture("00FF");
    holds(&made.answer("missing"), Standing::InPart, "1 capture kept raw and not decoded yet");
    made.add(Entry::Decoded(Decoded { capture, reading: Reading::Error("TP-UDL: <octet> 12".into()), repeats: None }));
    let answer = made.answer("missing");
    holds(&answer, Standing::InPart, "1 capture kept raw but could not be decoded");
    assert!(entries(&answer).contains(&capture));
    let page = made.page(Audience::Court);
    assert!(page.contains("TP-UDL: &lt;octet&gt; 12") && page.contains(&format!("href=\"#e{capture}\"")), "{page}");
}

#[test]
fn a_part_that_did_not_come_is_a_reply_that_is_missing() {
    let mut made = worked();
    made.reply(Reply { from: Some(number(1).as_str().into()), text: "he will".into(), missing: vec![2], ..empty() });
    holds(&made.answer("missing"), Standing::Against, "1 reply shown without some of its parts");
    assert!(made.page(Audience::Court).contains("part 2 did not come"));
    let mut made = worked();
    let capture = made.capture("0791");
    let concat = serde_json::json!({"bits": 8, "reference": 7, "total": 3, "sequence": 1});
    let fields = serde_json::json!({"address": {"number": "+447700900123"}, "text": "help me <b>", "concat": concat});
    made.add(Entry::Decoded(Decoded { capture, reading: Reading::Tpdu(fields), repeats: None }));
    holds(&made.answer("missing"), Standing::Against, "1 part of long texts came without the others");
    for audience in [Audience::Court, Audience::Support, Audience::Disclosure] {
        let page = made.page(audience);
        assert!(page.contains("help me &lt;b&gt;") && page.contains("part 1 of 3; part 2, 3 missing"), "{page}");
        assert_eq!(page.contains("900123"), audience != Audience::Disclosure);
    }
}

#[test]
fn a_session_that_was_killed_leaves_it_open() {
    let mut made = worked();
    made.add(Entry::SessionStarted(SessionStarted {
        verb: "capture".into(),
        version: "0.1.0".into(),
        host: "pc1".into(),
        pid: 1,
        port: None,
        after_stop: None,
        sha256: None,
    }));
    made.unheard(0);
    holds(&ended(made).answer("missing"), Standing::InPart, "1 session did not end in order, or is at work still");
}

#[test]
fn a_sim_that_differs_is_named_with_its_record() {
    let mut files = sim();
    files[2].2[0].replace_range(0..2, "58");
    let mut made = worked();
    made.flush();
    made.images(Round::After, &files);
    holds(&made.answer("exhibit"), Standing::Against, "EF_ADN (6F3A), record 1: NOTHING EXPLAINS THIS DIFFERENCE");
    let page = made.page(Audience::Court);
    assert!(page.contains("<mark>44</mark>") && page.contains("<mark>58</mark>"));
    let page = made.page(Audience::Disclosure);
    assert!(page.contains("DIFFERS") && !page.contains("<mark>"));
}

#[test]
fn a_sim_that_nobody_compared_is_not_claimed_to_be_the_same() {
    let mut made = worked();
    holds(&made.answer("exhibit"), Standing::InPart, "The case is not closed: the second copy is made at closing");
    assert!(made.answer("exhibit").short.starts_with("The SIM was not compared"));
}

#[test]
fn a_setting_that_was_not_put_back_is_named() {
    let mut made = ended(worked());
    let entry = made.add(setting("+CMMS", "0", "1"));
    let answer = made.answer("exhibit");
    holds(&answer, Standing::InPart, "1 setting of the device not as first found");
    assert!(entries(&answer).contains(&entry));
    assert!(made.page(Audience::Court).contains("<td>NO</td>"));
}

/// What stood in it before is never asked: the answer says so, and is not the less for it.
#[test]
fn a_setting_that_is_never_asked_for_is_told_apart() {
    let mut made = ended(worked());
    let answer = made.answer("exhibit");
    holds(
        &answer,
        Standing::Shown,
        "put back to off, as the standard has it after a start. What stood there before was not asked",
    );
    assert!(answer.shown.iter().any(|point| point.words.starts_with("1 setting of the device changed")), "{answer:#?}");
    assert!(answer.limits.iter().any(|limit| limit.contains("asks the network")), "{answer:#?}");
    assert!(made.page(Audience::Court).contains("<td>off, the standard"));
    made.add(setting("+CLIP", "not asked", "1"));
    holds(&made.answer("exhibit"), Standing::InPart, "1 setting of the device not as first found");
}

#[test]
fn what_was_not_approved_is_named() {
    let made = worked();
    let approval = made.record.state().approval.clone().unwrap().1;
    let (authority, plan_code) = ("17/24".to_owned(), approval.plan_code.clone());
    let part = PartId { person: 1, part: 1 };
    let (to, tpdu) = approval.tpdu(1, 1).map(|(to, tpdu)| (to.clone(), tpdu)).unwrap();
    let intended = Intended { part, to, tpdu, attempt: 1, authority, plan_code };
    let others = [
        Intended { tpdu: vec![1, 0, 0xab], ..intended.clone() },
        Intended { to: "+447700900999".parse().unwrap(), ..intended.clone() },
        Intended { part: PartId { person: 77, part: 1 }, ..intended.clone() },
    ];
    for other in others {
        let mut made = worked();
        made.flush();
        made.add(Entry::Intent(other));
        holds(&made.answer("texted"), Standing::Against, "1 TPDU was handed over that is not what was approved");
    }
    for other in
        [Intended { authority: "other".into(), ..intended.clone() }, Intended { plan_code: "0".into(), ..intended }]
    {
        let mut made = worked();
        made.flush();
        made.add(Entry::Intent(other));
        holds(&made.answer("authority"), Standing::Against, "1 attempt named another authority or plan");
    }
}

#[test]
fn what_was_sent_outside_the_hours_or_to_too_many_is_named() {
    let mut made = Made::new(2);
    made.flush();
    made.clock.wait(11 * 3_600);
    made.send(1);
    holds(&made.answer("authority"), Standing::Against, "attempts were made outside the dates or hours");
    let mut made = worked();
    made.terms.at_most = 1;
    holds(&made.answer("authority"), Standing::Against, "2 people were tried; at most 1 were allowed");
}

#[test]
fn a_clock_that_was_set_leaves_the_times_open() {
    let mut made = worked();
    made.flush();
    made.clock.set_on(300);
    let mut made = ended(made);
    holds(&made.answer("authority"), Standing::InPart, "The computer's clock was set, or the computer slept, 1 time");
    holds(&made.answer("missing"), Standing::InPart, "The computer may have slept 1 time");
    assert!(made.page(Audience::Court).contains("the computer&#39;s clock was put forward by 300 s"));
}

#[test]
fn a_weak_approval_is_called_weak() {
    for (strength, words) in [(Strength::NameOnly, "the weakest kind"), (Strength::Answer, "not who that was")] {
        let mut made = Made::with(1, strength, true);
        holds(&made.answer("authority"), Standing::InPart, words);
    }
}

#[test]
fn words_that_were_not_approved_are_not_passed_off_as_those_that_were() {
    let mut made = worked();
    let other =
        signpost::case::message::Message::parse("Other words.", "", signpost::pdu::alphabet::National::Forbidden);
    made.texts = signpost::case::texts::Texts::new(other.unwrap(), []).unwrap();
    holds(&made.answer("texted"), Standing::InPart, "are not those that were approved");
}

#[test]
fn what_was_erased_is_said_and_not_claimed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.db");
    let mut made = Made::in_file(&path, 2);
    (1..=2).for_each(|person| made.send(person));
    let mut made = ended(made);
    let key = StationKey::load_or_create(folder.path()).unwrap();
    let forms = Forms::of(&[number(1)].into()).unwrap();
    let traces = made.record.traces(&forms).unwrap();
    let (authority, why) = ("order 12/27".into(), "not convicted".into());
    let gone = traces.seqs.len();
    made.record.erase(Erasing { forms: &forms, traces, files: Vec::new(), authority, why }, &key).unwrap();
    made.record = Record::open(&path, "PC Y", made.clock.clone()).unwrap();
    for id in ["twice", "texted", "authority"] {
        holds(&made.answer(id), Standing::InPart, "was erased under authority");
    }
    let page = made.page(Audience::Court);
    assert!(page.contains("order 12/27") && page.contains(&format!("{gone} entries")), "{page}");
    assert!(!page.contains("900001"), "{page}");
}

#[test]
fn the_program_and_its_hash_are_named() {
    let page = worked().page(Audience::Court);
    assert!(page.contains(&Sha256::of(b"the program").to_string()), "{page}");
}
