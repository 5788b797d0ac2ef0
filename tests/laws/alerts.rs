//! A reply must reach a person: told at once, again until it is taken, also after a restart. All in simulated time:
//! a sleep is a jump of the clock.

use std::time::Duration;

use signpost::emulator::trouble::{Act, Script};
use signpost::hex;
use signpost::pdu::alphabet::National;
use signpost::pdu::split::{Split, split};
use signpost::pdu::stamp::Stamp;
use signpost::pdu::{Address, Deliver, Frame, Tpdu};
use signpost::record::entry::{Entry, EntryView};
use signpost::record::seal::SealError;
use signpost::record::traffic::{Alerted, Mark};
use signpost::session::SessionError;
use signpost::session::run::Ended;

use super::world::{Agent, Desk, START, Setup, World, block_on, listen};

fn world(text: &str, opens_after: Option<i64>) -> (World, Desk) {
    let deliver = Act::Deliver { from: "+447700900001".into(), text: text.into() };
    let script = Script::default().at(Duration::from_secs(3), deliver);
    let start: jiff::Timestamp = START.parse().unwrap();
    let opens = opens_after.map(|seconds| start + jiff::SignedDuration::from_secs(seconds));
    let desk = Desk { opens, ..Desk::default() };
    (World::new(Setup { script, desk: Some(desk.clone()), ..Setup::default() }), desk)
}

fn is_reply(what: &serde_json::Value) -> bool {
    what["type"] == "reply"
}

#[tokio::test(start_paused = true)]
async fn a_reply_is_told_at_once_and_once_if_it_is_taken() {
    let (world, desk) = world("who is this", None);
    world.session(listen(3_000)).await.unwrap();
    assert_eq!(desk.seconds(is_reply), [3]);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_took_is_told_again_ten_seconds_doubling() {
    let (world, desk) = world("who is this", Some(300));
    world.session(listen(3_000)).await.unwrap();
    let told = desk.seconds(is_reply);
    let gaps: Vec<i64> = told.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let expected = [10, 20, 40, 80, 160];
    // The loop looks around every 200 ms.
    assert!(
        gaps.iter().zip(expected).all(|(gap, wait)| (0..=1).contains(&(gap - wait))) && gaps.len() == 5,
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_queue_outlives_the_session_and_ends_after_two_days() {
    let (world, desk) = world("who is this", Some(3_600));
    let killed = tokio::time::timeout(Duration::from_secs(60), world.session(listen(3_000))).await;
    assert!(killed.is_err());
    assert_eq!(desk.seconds(is_reply), [3, 13, 33]);
    tokio::time::sleep(Duration::from_secs(4_000)).await;
    world.session(listen(30)).await.unwrap();
    assert_eq!(desk.seconds(is_reply).len(), 4, "told by the next session, and taken");

    // Two days of tries and not of the calendar: a station that was off for a week still has it to tell.
    let (world, desk) = self::world("who is this", Some(10_000_000));
    world.session(listen(30)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(7 * 86_400)).await;
    world.session(listen(30)).await.unwrap();
    let told = desk.seconds(is_reply);
    assert!(told.last().unwrap() > &(7 * 86_400), "{told:?}");
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_secs(90_000)).await;
        world.session(listen(30)).await.unwrap();
    }
    assert_eq!(desk.seconds(is_reply).len(), 15, "then it is given up, and the record says so");
    let given_up =
        |view: &EntryView| matches!(&view.entry, Some(Entry::Alert(alert)) if alert.outcome == Alerted::GivenUp);
    assert!(world.record().entries().unwrap().iter().filter(|view| given_up(view)).count() >= 1);
}

#[tokio::test(start_paused = true)]
async fn an_urgent_reply_is_repeated_until_a_named_person_has_it() {
    let (world, desk) = world("i am scared, he will hurt me", None);
    let person = async {
        tokio::time::sleep(Duration::from_secs(1_000)).await;
        let mut record = world.record();
        let reply = record.state().replies[0].seq;
        record.append(Entry::Mark(Mark { reply, mark: "contacted".into() })).unwrap();
        std::future::pending::<()>().await;
    };
    tokio::select! {
        ended = world.session(listen(3_000)) => drop(ended.unwrap()),
        () = person => unreachable!(),
    }
    assert_eq!(desk.seconds(is_reply), [3, 303, 603, 903]);
    let urgent = desk.told.lock().unwrap()[0].1.clone();
    assert_eq!(urgent["urgent"], serde_json::json!(["hurt me", "scared"]), "{urgent}");
}

#[tokio::test(start_paused = true)]
async fn faults_are_told_and_the_end_of_listening_too() {
    let script = Script::default().at(Duration::from_secs(5), Act::NoNetwork(Duration::from_secs(200)));
    let desk = Desk::default();
    let keys = vec![("authority.listen_until", "2026-12-05 20:00")];
    let world = World::new(Setup { script, keys, desk: Some(desk.clone()), ..Setup::default() });
    world.session(listen(300)).await.unwrap();
    for hours_before in [23, 1] {
        let until = world.terms.authority.listen.until - jiff::SignedDuration::from_hours(hours_before);
        let wait = until.duration_since(world.clock.now());
        tokio::time::sleep(Duration::try_from(wait).unwrap()).await;
        world.session(listen(30)).await.unwrap();
    }
    let told = desk.told.lock().unwrap();
    let codes: Vec<&str> = told.iter().map(|(_, what)| what["code"].as_str().unwrap()).collect();
    let ended = "capture-ended";
    assert_eq!(codes, ["line-lost", "line-back", ended, "authority-ends-24h", ended, "authority-ends-1h", ended]);
    assert!(told.iter().all(|(_, what)| what["at"].is_string()), "{told:?}");
}

/// The key that seals may be in an agent that goes away: listening goes on, a person is told, and the next seal holds all.
#[tokio::test(start_paused = true)]
async fn a_key_that_does_not_seal_ends_no_listening() {
    let deliver = Act::Deliver { from: "+447700900001".into(), text: "who is this".into() };
    let script = Script::default().at(Duration::from_secs(700), deliver);
    for (refuses, sealed_in_the_end) in [(1..4, true), (1..u32::MAX, false)] {
        let desk = Desk::default();
        let mut world = World::new(Setup { script: script.clone(), desk: Some(desk.clone()), ..Setup::default() });
        world.agent = Some(Agent::refusing(refuses));
        let ended = world.session(listen(1_000)).await;
        let record = world.record();
        assert_eq!(record.state().replies.len(), 1);
        assert_eq!(codes(&desk), ["not-sealed", "capture-ended"], "once a session");
        match ended {
            Ok(ended) => assert!(ended == Ended::InOrder && sealed_in_the_end && !record.state().seals.is_empty()),
            Err(SessionError::Seal(SealError::Key(_))) => {
                assert!(!sealed_in_the_end && record.state().seals.is_empty())
            }
            Err(other) => panic!("{other}"),
        }
        let last = record.entries().unwrap().into_iter().filter_map(|view| view.entry).collect::<Vec<_>>();
        assert!(last.iter().any(|entry| matches!(entry, Entry::SessionEnded(ended) if ended.why == "in order")));
    }
}

/// Who was not told that listening ends in a day is told of the hour alone.
#[tokio::test(start_paused = true)]
async fn an_hour_before_the_end_nobody_is_told_of_a_day() {
    let (keys, desk) = (vec![("authority.listen_until", "2026-12-05 20:00")], Desk::default());
    let world = World::new(Setup { keys, desk: Some(desk.clone()), ..Setup::default() });
    tokio::time::sleep(Duration::from_secs(4 * 86_400 + 9 * 3_600 + 1_800)).await;
    world.session(listen(130)).await.unwrap();
    assert_eq!(codes(&desk), ["authority-ends-1h", "capture-ended"]);
}

/// However much is still to be told: that nobody listens any more comes before it.
#[tokio::test(start_paused = true)]
async fn that_nobody_listens_any_more_is_told_first() {
    let text = |n: u64| Act::Deliver { from: "+447700900001".into(), text: format!("reply {n}") };
    let script = (0..40).fold(Script::default(), |script, n| script.at(Duration::from_secs(3), text(n)));
    let script = script.at(Duration::from_millis(3_500), Act::Unplug(Duration::from_secs(5)));
    let desk = Desk { takes: Duration::from_secs(2), ..Desk::default() };
    let world = World::new(Setup { script, desk: Some(desk.clone()), ..Setup::default() });
    assert_eq!(world.session(listen(60)).await.unwrap(), Ended::Gone);
    let told = desk.told.lock().unwrap();
    let place = |code: &str| told.iter().position(|(_, what)| what["code"] == code);
    assert!(place("device-gone").is_some_and(|place| place < 10), "{told:?}");
    assert!(place("capture-ended").is_some_and(|place| place < 10), "{told:?}");
    assert!(told.len() > 20, "and then the rest, as long as half a minute allows: {}", told.len());
}

/// Half of a long text may be all that comes.
#[test]
fn a_text_that_is_not_whole_is_told_of_soon_if_it_is_urgent_and_later_if_not() {
    for (words, waits) in [("he will hurt me, please come. ", 10), ("who is this please tell me now. ", 120)] {
        block_on(async {
            let (world, desk) = half_a_text(words, None);
            world.session(listen(300)).await.unwrap();
            let told = desk.seconds(is_reply);
            assert!((waits..waits + 3).contains(&(told.first().unwrap() - 3)), "{words}: {told:?}");
            let record = world.record();
            let [received] = &record.state().replies[..] else { panic!() };
            assert_eq!(received.reply.missing, [2]);
            assert!(record.loose_parts().unwrap().is_empty());
        });
    }
}

/// The other part comes after an hour and a restart: the whole is told, and the part not any more.
#[tokio::test(start_paused = true)]
async fn a_text_that_was_told_in_part_is_told_whole_when_it_is() {
    let (world, desk) = half_a_text("he will hurt me, please come. ", Some(3_600));
    world.session(listen(60)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    world.session(listen(400)).await.unwrap();
    let record = world.record();
    let [part, whole] = &record.state().replies[..] else { panic!("{:?}", record.state().replies) };
    assert!(whole.reply.text.for_record().len() > part.reply.text.for_record().len() && whole.reply.missing.is_empty());
    let waits: Vec<u64> = record.state().alerts.keys().copied().filter(|entry| *entry <= whole.seq).collect();
    assert_eq!(waits, [whole.seq]);
    let told = desk.told.lock().unwrap();
    let last = told.iter().rfind(|(_, what)| is_reply(what)).unwrap().1.clone();
    assert_eq!(last["text"].as_str().unwrap(), whole.reply.text.for_record());
    assert!(record.loose_parts().unwrap().is_empty());
}

/// Two parts from one person; the second comes late or never.
fn half_a_text(words: &str, second_after: Option<u64>) -> (World, Desk) {
    let whole = words.repeat(7);
    let parts = long_text("+447700900001", whole.trim());
    let [first, second] = &parts[..] else { panic!("{}", parts.len()) };
    let script = Script::default().at(Duration::from_secs(3), Act::Raw(first.clone()));
    let script = match second_after {
        Some(time) => script.at(Duration::from_secs(time), Act::Raw(second.clone())),
        None => script,
    };
    let desk = Desk::default();
    (World::new(Setup { script, desk: Some(desk.clone()), ..Setup::default() }), desk)
}

/// The parts of a text, as the network brings them.
fn long_text(from: &str, words: &str) -> Vec<String> {
    let Split { dcs, parts } = split(words, 7, National::Forbidden).unwrap();
    let originator = Address::international(from.trim_start_matches('+')).unwrap();
    let deliver = |data| {
        Tpdu::Deliver(Deliver::plain(originator.clone(), dcs, Stamp::from_fields([26, 12, 1, 10, 0, 3], 0), data))
    };
    let smsc = Address::international("447700900000").ok();
    parts.into_iter().map(|data| hex::encode(&Frame { smsc: smsc.clone(), tpdu: deliver(data) }.encode())).collect()
}

fn codes(desk: &Desk) -> Vec<String> {
    let told = desk.told.lock().unwrap();
    told.iter().filter_map(|(_, what)| what["code"].as_str().map(str::to_owned)).collect()
}
