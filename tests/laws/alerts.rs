//! A reply must reach a person: told at once, again until it is taken, also after a restart. All in simulated time:
//! a sleep is a jump of the clock.

use std::time::Duration;

use signpost::emulator::trouble::{Act, Script};
use signpost::record::entry::Entry;
use signpost::record::traffic::Mark;

use super::world::{Desk, START, Setup, World, listen};

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

    let (world, desk) = self::world("who is this", Some(10_000_000));
    let mut told = Vec::new();
    for hours in [1, 47, 49] {
        world.session(listen(30)).await.unwrap();
        told.push(desk.seconds(is_reply).len());
        tokio::time::sleep(Duration::from_secs(hours * 3_600) - world.clock.monotonic()).await;
    }
    assert!(told[0] >= 2 && told[1] == told[0] + 1 && told[2] == told[1] + 1, "{told:?}");
    world.session(listen(30)).await.unwrap();
    assert_eq!(desk.seconds(is_reply).len(), told[2], "two days are over");
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
}
