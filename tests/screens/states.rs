//! Every state in which a line can be, in the smallest window and in a large one.

use ratatui::crossterm::event::KeyCode;
use signpost::case::PartId;
use signpost::clock::Clock;
use signpost::record::body::{
    Census, Ends, Excluded, Fault, Forbids, Hold, Included, Notice, Paused, Resolved, Resolves, SessionEnded,
    SessionStarted, Stop,
};
use signpost::record::entry::Entry;
use signpost::record::keeping::{Handover, Note, Seal};
use signpost::record::token::{Ending, FinalCode, Quiet, Reached};
use signpost::record::traffic::{Alert, Alerted, Judged, Mark, OptOut, Reply, ReportClass};
use signpost::tui::desk::{Content, Desk, Page, Seat};
use signpost::tui::dialog::{Asks, Dialog};
use signpost::tui::phase::Alive;

use crate::Bench;
use crate::made::{accepted, empty, number, refused, unknown};

/// Shown in both windows.
fn shown(name: &str, bench: &mut Bench) {
    for (width, height) in [(80, 24), (132, 43)] {
        insta::assert_snapshot!(format!("{name}-{width}x{height}"), bench.seen(width, height));
    }
}

fn fault(code: &str, what: &str) -> Entry {
    Entry::Fault(Fault { code: code.into(), what: what.into() })
}

fn notice(code: &str, what: &str) -> Entry {
    Entry::Notice(Notice { code: code.into(), what: what.into(), said: None })
}

/// Ten of 24 people texted, six delivered, one refused, one not known; storages counted, signal told, sealed once.
pub fn at_work() -> Bench {
    let mut bench = Bench::new(24);
    let made = &mut bench.made;
    made.add(notice("signal", "signal: good"));
    made.add(Entry::Census(Census { storage: "SM".into(), used: 14, total: 20, slots: (1..=14).collect() }));
    for person in 1..=8 {
        made.send(person);
        made.flush();
        made.clock.wait(4);
    }
    (1..=6).for_each(|person| made.report(person, ReportClass::Delivered));
    for (person, verdict) in [(9, refused()), (10, unknown())] {
        let intent = made.intend(person, 1, 1);
        made.judge(intent, person, 1, verdict);
        made.flush();
        made.clock.wait(4);
    }
    let (upto, code) = (made.record.head().seq, "K4TD-88QX-M3WP-20ZC".to_owned());
    let head = made.record.head().hash;
    made.add(Entry::Seal(Seal { upto, head, code, key: "key".into(), signature: "signature".into() }));
    made.clock.wait(2);
    bench
}

pub fn replied(bench: &mut Bench) -> u64 {
    let made = &mut bench.made;
    made.text(&number(3), "who is this");
    made.flush();
    made.clock.wait(20);
    let urgent = Reply {
        from: Some(number(5).as_str().into()),
        person: Some(5),
        text: "I am scared he says he will hurt me if I leave, can somebody ring me".into(),
        urgent: vec!["scared".into(), "hurt me".into()],
        ..empty()
    };
    let seq = made.reply(urgent);
    made.flush();
    let taken = Alerted::Taken { by: None };
    made.add(Entry::Alert(Alert { about: seq, attempt: 1, outcome: taken }));
    made.clock.wait(60);
    let stop = Reply { from: Some(number(6).as_str().into()), person: Some(6), text: "STOP".into(), ..empty() };
    made.reply(Reply { stop: Some("stop".into()), ..stop });
    made.flush();
    made.clock.wait(70);
    seq
}

#[test]
fn sending() {
    shown("sending", &mut at_work());
}

#[test]
fn urgent_untaken() {
    let mut bench = at_work();
    replied(&mut bench);
    shown("urgent-untaken", &mut bench);
    bench.desk.content = Content::Hidden;
    bench.made.add(Entry::Note(Note { text: "her name is Example".into(), file: None }));
    shown("hidden", &mut bench);
    for page in [Page::Overview, Page::Replies] {
        bench.desk.page = page;
        let seen = bench.seen(80, 24);
        assert!(["scared", "STOP\"", "Example\"", "her name"].iter().all(|words| !seen.contains(words)), "{seen}");
    }
}

#[test]
fn urgent_taken_and_another_shift() {
    let mut bench = at_work();
    let seq = replied(&mut bench);
    bench.made.add(Entry::Handover(Handover { from: "PC Y".into(), words: "all quiet".into() }));
    bench.made.add(Entry::Mark(Mark { reply: seq, mark: "rang her, she is safe".into() }));
    shown("urgent-taken", &mut bench);
}

/// Screens are shared: a number that opted out or was excluded is masked as all others are.
#[test]
fn decisions_about_numbers_show_no_whole_number() {
    let mut bench = at_work();
    let (who, why) = (number(7), "she telephoned".to_owned());
    bench.made.add(Entry::OptOut(OptOut { number: who.as_str().into(), reply: None, why: why.clone() }));
    bench.made.add(Entry::Excluded(Excluded { number: who.clone(), why: why.clone() }));
    bench.made.add(Entry::Included(Included { number: who.clone(), why, lifts: None }));
    let seen = bench.seen(132, 43);
    assert!(!seen.contains(&who[3..]) && seen.matches("...0007").count() >= 3, "{seen}");
}

#[test]
fn one_reply_whole() {
    let mut bench = at_work();
    replied(&mut bench);
    bench.desk.page = Page::Replies;
    shown("replies", &mut bench);
}

#[test]
fn what_is_typed() {
    let mut bench = at_work();
    let seq = replied(&mut bench);
    bench.desk.dialog = Some(Dialog { asks: Asks::Take(seq), by: Some("PC Y".into()), input: "rang her".into() });
    shown("taking", &mut bench);
    bench.desk.dialog = Some(Dialog {
        asks: Asks::Note,
        by: Some("PC Y".into()),
        input: "a note that is longer than the line ".repeat(4).into(),
    });
    shown("noting", &mut bench);
}

#[test]
fn listening() {
    let mut bench = Bench::new(3);
    (1..=3).for_each(|person| bench.made.send(person));
    bench.made.add(notice("all-sent", "all parts that may go have gone"));
    bench.made.text(&number(3), "who is this");
    bench.made.flush();
    bench.made.clock.wait(3_600);
    bench.made.unheard(240);
    shown("listening", &mut bench);
}

#[test]
fn capture_without_an_approval() {
    let mut bench = Bench::new(0);
    let started = SessionStarted {
        verb: "capture".into(),
        version: "0.1.0".into(),
        host: "pc1".into(),
        pid: 4711,
        port: None,
        after_stop: None,
        sha256: None,
    };
    bench.made.add(Entry::SessionStarted(started));
    shown("capture", &mut bench);
}

#[test]
fn line_lost() {
    let mut bench = at_work();
    bench.made.add(fault("line-lost", "the line has had no network for a minute: replies do not reach us"));
    bench.made.clock.wait(90);
    shown("line-lost", &mut bench);
    bench.made.add(fault("line-back", "the line is back on the network after 150 s"));
    assert!(bench.seen(80, 24).contains(" SENDING "), "it is over once the line is back");
}

#[test]
fn device_gone() {
    let mut bench = at_work();
    bench.made.add(fault("device-gone", "the device is gone: nobody listens to the line"));
    bench.made.clock.wait(90);
    shown("device-gone", &mut bench);
}

#[test]
fn store_full() {
    let mut bench = at_work();
    let words = "SM holds 20 of 20 texts: when it is full the network keeps what comes, and may drop it after days";
    bench.made.add(Entry::Census(Census { storage: "SM".into(), used: 20, total: 20, slots: (1..=20).collect() }));
    bench.made.add(fault("store-filling-up", words));
    shown("store-full", &mut bench);
    bench.made.add(notice("storage", "SM holds 3 of 20 texts; there is room again"));
    bench.look();
    assert!(bench.picture.troubles.is_empty(), "it is over once there is room");
}

/// What is over, or was one moment, does not stand among what a person should look at.
#[test]
fn a_trouble_that_is_over_goes() {
    let mut bench = at_work();
    bench.made.add(fault("disk-low", "the disk of the record has 150 MB left: make room, or the session ends"));
    bench.made.add(fault("clock-set", "the computer's clock was set forward by 90 s"));
    bench.made.add(fault("authority-ends-24h", "listening ends at Tue 15 Dec 12:00, when the authority ends"));
    bench.look();
    assert_eq!(bench.picture.troubles.keys().collect::<Vec<_>>(), ["authority-ends-24h", "disk-low"]);
    bench.made.add(notice("disk", "the disk of the record has 900 MB left; there is room again"));
    bench.made.add(fault("authority-ends-1h", "listening ends at Tue 15 Dec 12:00, when the authority ends"));
    bench.look();
    assert_eq!(bench.picture.troubles.keys().collect::<Vec<_>>(), ["authority-ends-1h"]);
}

/// Not by the pace that was approved, if the device is slower.
#[test]
fn the_end_is_told_by_what_the_device_needs() {
    let mut bench = Bench::new(24);
    let intent = bench.made.intend(1, 1, 1);
    let (part, reached, quiet) = (PartId { person: 1, part: 1 }, Reached::SubmitWritten, Quiet::Undisturbed);
    let (judged, ending, since_submit_ms) = (accepted(), Ending::Final(FinalCode::Ok), Some(60_000));
    bench.made.add(Entry::Outcome(Judged {
        intent,
        part,
        judged,
        reached,
        ending,
        reference: None,
        since_submit_ms,
        quiet,
    }));
    let left = (bench.look(), bench.picture.counts.as_ref().unwrap().planned).1;
    let ends = bench.made.clock.now() + jiff::SignedDuration::from_mins(i64::try_from(left).unwrap());
    let words = format!("ends about {}", bench.made.terms.hours.shown(ends));
    let seen = bench.seen(80, 24);
    assert!(seen.contains(&words), "{words}\n{seen}");
}

#[test]
fn paused_run() {
    let mut bench = at_work();
    let why = "3 people were refused in a row";
    bench.made.add(Entry::Paused(Paused { why: why.into(), until: None }));
    let hold = Hold { code: "run-paused".into(), why: why.into(), forbids: Forbids::Sending, slot: None };
    bench.made.add(Entry::Hold(hold));
    shown("paused", &mut bench);
}

#[test]
fn closed_hours() {
    let mut bench = at_work();
    bench.made.clock.wait(10 * 3_600);
    shown("closed-hours", &mut bench);
}

#[test]
fn stopped() {
    let mut bench = at_work();
    bench.made.add(Entry::Stop(Stop { why: "the officer in the case asks".into(), ends: Ends::Sending }));
    shown("stopped", &mut bench);
    bench.desk.interrupts = 1;
    shown("ending", &mut bench);
}

#[test]
fn nobody_works_the_line() {
    let mut bench = at_work();
    bench.desk.seat = Seat::Elsewhere;
    bench.around.alive = Alive::No;
    shown("killed", &mut bench);
    bench.made.add(Entry::SessionEnded(SessionEnded { why: "interrupted".into() }));
    shown("ended", &mut bench);
}

#[test]
fn waiting_for_the_number() {
    let mut bench = Bench::new(24);
    bench.made.add(notice("asks-number", "a person is asked how many people are to be texted"));
    bench.desk.ask_people(24);
    shown("asks-number", &mut bench);
    bench.made.send(1);
    assert!(bench.seen(80, 24).contains(" SENDING "), "it was answered");
}

#[test]
fn a_rule_that_no_longer_holds() {
    let mut bench = at_work();
    bench.made.add(notice("not-sending", "the authority to send ended at Fri 4 Dec 20:00"));
    shown("not-sending", &mut bench);
}

/// A hold on reading does not stop texts.
#[test]
fn a_hold_on_reading_is_no_pause() {
    let mut bench = at_work();
    let hold = Hold { code: "reading-flips-unread".into(), why: "x".into(), forbids: Forbids::Reading, slot: None };
    bench.made.add(Entry::Hold(hold));
    let seen = bench.seen(80, 24);
    assert!(seen.contains(" SENDING ") && seen.contains("resolve reading-flips-unread"), "{seen}");
}

/// What a person lifts is no reason to send what was sent.
#[test]
fn a_hold_that_is_lifted_brings_back_no_sending() {
    let mut bench = at_work();
    bench.made.add(notice("all-sent", "all parts that may go have gone"));
    let resolves = Resolves::Hold { code: "reading-flips-unread".into() };
    bench.made.add(Entry::Resolved(Resolved { resolves, by: "DS Z".into(), why: "agreed".into() }));
    assert!(bench.seen(80, 24).contains(" LISTENING "));
}

/// A fault whose end nobody tells stays until the session ends.
#[test]
fn a_fault_does_not_scroll_away() {
    let mut bench = at_work();
    bench.made.add(fault("not-set-up", "the device could not be set up again"));
    (11..=20).for_each(|person| bench.made.send(person));
    assert!(bench.seen(80, 24).contains("could not be set up"));
}

/// A long text that was told in part is one reply once it is whole.
#[test]
fn a_part_gives_way_to_the_whole() {
    let mut bench = Bench::new(1);
    let urgent = Reply { from: Some(number(1).as_str().into()), urgent: vec!["scared".into()], ..empty() };
    let capture = bench.made.capture("0791447700090000040C");
    let part = Reply { captures: vec![capture], missing: vec![2], text: "I am scared".into(), ..urgent.clone() };
    bench.made.later(Entry::Reply(part));
    bench.look();
    assert_eq!(bench.picture.untaken().count(), 1);
    let rest = bench.made.capture("0791447700090000040C");
    bench.made.later(Entry::Reply(Reply { captures: vec![capture, rest], text: "whole".into(), ..urgent }));
    bench.look();
    let texts: Vec<&str> = bench.picture.replies.iter().map(|received| received.reply.text.for_record()).collect();
    assert_eq!(texts, ["whole"]);
}

/// Where slots cannot be listed, texts that come are counted on top of those that were there.
#[test]
fn a_store_that_cannot_be_listed_is_counted_on() {
    let mut bench = Bench::new(1);
    bench.made.add(Entry::Census(Census { storage: "ME".into(), used: 14, total: 20, slots: Vec::new() }));
    bench.made.text(&number(1), "x");
    assert!(bench.seen(80, 24).contains("ME 15/20"));
}

#[test]
fn a_long_urgent_reply_can_be_read_to_its_end() {
    let mut bench = Bench::new(1);
    let words =
        format!("{} the address is 12 Example Road", "I am scared and cannot say all of it in one line. ".repeat(20));
    bench.made.reply(Reply { text: words.as_str().into(), urgent: vec!["scared".into()], ..empty() });
    bench.desk.page = Page::Replies;
    let seen = bench.seen(80, 24);
    assert!(seen.contains("MORE BELOW [PgDn]") && !seen.contains("Example Road"), "{seen}");
    bench.look();
    (0..50).for_each(|_| drop(bench.press(KeyCode::PageDown)));
    let seen = bench.seen(80, 24);
    assert!(!seen.contains("MORE BELOW") && seen.contains("12 Example Road"), "{seen}");
}

#[test]
fn several_things_at_once_leave_room_for_replies() {
    let mut bench = at_work();
    replied(&mut bench);
    for code in ["clock-differs", "reading-flips-unread", "run-paused", "run-paused-2"] {
        let hold = Hold { code: code.into(), why: "why ".repeat(40), forbids: Forbids::Sending, slot: None };
        bench.made.add(Entry::Hold(hold));
    }
    shown("many-troubles", &mut bench);
}

#[test]
fn hidden_words_are_hidden_everywhere() {
    let mut bench = at_work();
    bench.made.add(Entry::Stop(Stop { why: "B says he will KILL her".into(), ends: Ends::Sending }));
    bench.made.add(Entry::Handover(Handover { from: "PC Y".into(), words: "KELLY waits".into() }));
    bench.made.add(Entry::Excluded(Excluded { number: number(12), why: "KELLY telephoned".into() }));
    bench.made.add(Entry::OptOut(OptOut {
        number: number(11).as_str().into(),
        reply: Some(1),
        why: "the reply says KELLY".into(),
    }));
    bench.desk.content = Content::Hidden;
    let seen = bench.seen(132, 43);
    assert!(!seen.contains("KELLY") && !seen.contains("KILL"), "{seen}");
    assert!(seen.contains("Again: Ctrl-C here, then signpost send --after-stop"), "{seen}");
}

/// The words that say what a second Ctrl-C does are whole at 80 columns, also while something is typed.
#[test]
fn the_end_is_seen_before_it_comes() {
    let mut bench = at_work();
    bench.made.intend(11, 1, 1);
    bench.desk.interrupts = 1;
    for typing in [false, true] {
        bench.desk.dialog = typing.then(|| Dialog { asks: Asks::Note, by: None, input: Default::default() });
        let seen = bench.seen(80, 24);
        assert!(seen.contains(" ENDING,") && seen.contains("Ctrl-C again: it stays NOT KNOWN."), "{seen}");
    }
    bench.desk = Desk::new(Seat::Elsewhere, None);
    bench.made.add(notice("ending", "a person ended the run"));
    assert!(bench.seen(80, 24).contains(" ENDING,"), "seen from elsewhere too");
}

/// A line is listened to for days: what is of another day says so.
#[test]
fn the_day_is_told_if_it_is_another() {
    let mut bench = Bench::new(1);
    bench.made.text(&number(1), "yesterday's");
    bench.made.clock.wait(24 * 3_600);
    bench.made.text(&number(1), "today's");
    let seen = bench.seen(80, 24);
    assert!(seen.contains(" Tu 10:00 ") && seen.contains(" 10:00:00 "), "{seen}");
}

/// While its session lives, a part in the hands of the device is not for a person to resolve.
#[test]
fn a_part_on_its_way_is_not_not_known() {
    let mut bench = Bench::new(3);
    bench.made.intend(1, 1, 1);
    let seen = bench.seen(80, 24);
    assert!(seen.contains("NOT KNOWN 0") && !seen.contains("resolve"), "{seen}");
    bench.around.alive = Alive::No;
    let seen = bench.seen(80, 24);
    assert!(seen.contains("NOT KNOWN 1") && seen.contains("signpost resolve 1.1"), "{seen}");
}

#[test]
fn a_window_that_is_too_small_still_says_what_matters() {
    let mut bench = at_work();
    replied(&mut bench);
    let seen = bench.seen(50, 3);
    assert!(seen.contains("SENDING; 1 urgent") && seen.contains("80x24"), "{seen}");
}

/// The counts of the screen are those of `status`.
#[test]
fn a_part_that_waits_to_be_tried_again_is_still_to_go() {
    let mut bench = at_work();
    let intent = bench.made.intend(11, 1, 1);
    bench.made.judge(intent, 11, 1, accepted());
    bench.look();
    let counts = bench.picture.counts.as_ref().unwrap();
    assert_eq!(counts.glance.unknown, [PartId { person: 10, part: 1 }]);
    let (parts, state) = (usize::from(bench.made.parts()), bench.made.record.state());
    assert_eq!(counts.planned, state.tally.planned, "of 24 people with {parts} parts");
}
