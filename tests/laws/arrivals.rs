//! Everything that the line receives is in the record, whatever it is, and a person sees what a person sent. All
//! in simulated time: a sleep is a jump of the clock.

use std::time::Duration;

use signpost::emulator::persona::Persona;
use signpost::emulator::trouble::{Act, Fault, Script};
use signpost::emulator::truth::Happened;
use signpost::record::body::Listening;
use signpost::record::entry::Entry;
use signpost::record::fold::PartState;
use signpost::record::traffic::{Reply, ReplyForm, ReportClass};
use signpost::record::verify::verify;
use signpost::session::run::{Ended, Ends, Purpose, Sends};
use signpost::session::send::Halt;

use super::invariants;
use super::world::{Setup, World, listen, send};

const SMSC: &str = "0791447700090000";

/// "hell" of ten septets: the rest is missing.
pub const CUT: &str = "040C914477000900100000622110010000000AE8329BFD";

fn at(script: Script, second: u64, act: Act) -> Script {
    script.at(Duration::from_secs(second), act)
}

fn raw(second: u64, tpdu: &str) -> Script {
    at(Script::default(), second, Act::Raw(format!("{SMSC}{tpdu}")))
}

async fn replies(script: Script) -> Vec<Reply> {
    let world = World::new(Setup { script, ..Setup::default() });
    world.session(listen(60)).await.unwrap();
    let record = world.record();
    for pdu in world.truth.delivered() {
        assert!(world.captured().contains(&pdu), "{pdu}");
    }
    assert_eq!(verify(world.folder.path(), None).unwrap().problems, []);
    record.state().replies.iter().map(|received| received.reply.clone()).collect()
}

/// What cannot be read in full may be a cry for help: a person is shown what can be read.
#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_shown_as_far_as_it_can() {
    for tpdu in [CUT, "040C9144770009001000", "FF", ""] {
        let found = replies(raw(3, tpdu)).await;
        assert_eq!(found.len(), 1, "{tpdu}");
        assert!(found[0].doubts[0].starts_with("it cannot be read in full"), "{:?}", found[0]);
    }
    let found = replies(raw(3, CUT)).await;
    assert_eq!(found[0].from.as_ref().unwrap().for_record(), "+447700900001");
    assert!(found[0].text.for_record().starts_with("hell"), "{:?}", found[0].text);
    let nonsense = replies(at(Script::default(), 3, Act::Raw("not hexadecimal".into()))).await;
    assert_eq!(nonsense.len(), 1);
}

/// Texts in all forms.
#[tokio::test(start_paused = true)]
async fn every_form_of_text_is_captured() {
    let forms = [
        ("class 0", "040C9144770009001000106221100100000002C834", ReplyForm::Text),
        ("replace type 1", "040C9144770009001041006221100100000002C834", ReplyForm::Text),
        ("short message type 0", "040C9144770009001040006221100100000002C834", ReplyForm::Text),
        ("voicemail waiting", "040C91447700090010 00C8 62211001000000 00", ReplyForm::Voicemail),
        ("WAP push", "440C91447700090010 00F5 62211001000000 0A 060504 0B84 23F0 010203", ReplyForm::Binary),
        ("8-bit data", "040C91447700090010 0004 62211001000000 03 010203", ReplyForm::Binary),
    ];
    for (name, tpdu, form) in forms {
        let found = replies(raw(3, &tpdu.replace(' ', ""))).await;
        assert_eq!(found.iter().map(|reply| reply.form).collect::<Vec<_>>(), [form], "{name}");
        assert!(found[0].doubts.is_empty(), "{name}: {:?}", found[0].doubts);
    }
}

/// The network delivers a text again, octet for octet: it is kept twice and shown once.
#[tokio::test(start_paused = true)]
async fn a_text_delivered_twice_is_kept_twice_and_shown_once() {
    let tpdu = format!("{SMSC}040C9144770009001000006221100100000002C834");
    let script =
        [3, 4, 40].into_iter().fold(Script::default(), |script, second| at(script, second, Act::Raw(tpdu.clone())));
    let world = World::new(Setup { script, ..Setup::default() });
    world.session(listen(60)).await.unwrap();
    assert_eq!(world.captured().len(), 3);
    assert_eq!(world.record().state().replies.len(), 1);
}

/// Calls, words of the network, the card's wishes, a full storage, the network lost and back: all on one timeline.
#[tokio::test(start_paused = true)]
async fn what_is_no_text_is_on_the_timeline_too() {
    let script = at(Script::default(), 3, Act::Say("+CUSD: 0,\"You have 10p left\",15".into()));
    let script = at(script, 5, Act::Call { from: "+447700900003".into() });
    let script = at(script, 12, Act::Say("+STIN: 1".into()));
    let script = at(script, 13, Act::Say("^SMMEMFULL: \"ME\"".into()));
    let script = at(script, 20, Act::NoNetwork(Duration::from_secs(90)));
    let script = at(script, 150, Act::NoNetwork(Duration::from_secs(5)));
    let world = World::new(Setup { script, ..Setup::default() });
    world.session(listen(200)).await.unwrap();
    let record = world.record();
    let replies = &record.state().replies;
    let forms: Vec<ReplyForm> = replies.iter().map(|received| received.reply.form).collect();
    assert_eq!(forms, [ReplyForm::Ussd, ReplyForm::Call]);
    assert_eq!(replies[0].reply.text.for_record(), "You have 10p left");
    let (mut notices, mut faults) = (Vec::new(), Vec::new());
    for view in record.entries().unwrap() {
        match view.entry {
            Some(Entry::Notice(notice)) => notices.push(notice.code),
            Some(Entry::Fault(fault)) => faults.push(fault.code),
            _ => {}
        }
    }
    assert_eq!(faults, ["store-full", "line-lost", "line-back", "capture-ended"]);
    let registrations = notices.iter().filter(|code| *code == "registration").count();
    assert!(registrations >= 4, "{notices:?}");
    assert!(notices.iter().any(|code| code == "toolkit") && notices.iter().any(|code| code == "signal"), "{notices:?}");
}

/// Without a network nothing is handed over; when it is back, sending goes on.
#[tokio::test(start_paused = true)]
async fn sending_waits_for_the_network() {
    let script = at(Script::default(), 4, Act::NoNetwork(Duration::from_secs(100)));
    let world = World::new(Setup { people: 12, script, latency: Duration::from_millis(600), ..Setup::default() });
    assert_eq!(world.send_all().await, Ended::InOrder);
    assert!(world.states().iter().all(|(_, state)| *state == PartState::Reported(ReportClass::Delivered)));
}

/// A run that is to end when all is sent does not wait for a network that stays away.
#[tokio::test(start_paused = true)]
async fn without_a_network_a_run_that_is_to_end_ends_early() {
    // While a text is on its way; in the moment in which one is handed over, the device would refuse it and the run pause.
    let script = Script::default().at(Duration::from_millis(2_300), Act::NoNetwork(Duration::from_secs(100_000)));
    let world = World::new(Setup { people: 30, script, latency: Duration::from_millis(600), ..Setup::default() });
    let ended = world.session(Purpose { sends: Sends::Plan, ends: Ends::WhenSent }).await.unwrap();
    assert_eq!(ended, Ended::Early("the line has no network".into()));
    assert!(world.on_air().len() < 5);
}

/// A store that fills up is told of once, and nothing is lost.
#[tokio::test(start_paused = true)]
async fn a_store_that_fills_up_is_told_of() {
    let deliver = |script, n: u64| {
        at(script, 3 + n / 4, Act::Deliver { from: "+447700900002".into(), text: format!("text {n}") })
    };
    let script = (0..240).fold(Script::default(), deliver);
    let world = World::new(Setup { script, ..Setup::default() });
    world.session(listen(60)).await.unwrap();
    let record = world.record();
    let entries = record.entries().unwrap();
    let warned =
        entries.iter().filter(|view| matches!(&view.entry, Some(Entry::Fault(f)) if f.code == "store-filling-up"));
    assert_eq!(warned.count(), 1);
    assert_eq!(record.state().replies.len(), 240);
}

/// Times when nobody listened are entries with their length.
#[tokio::test(start_paused = true)]
async fn times_when_nobody_listened_are_entries() {
    let world = World::new(Setup { script: at(Script::default(), 4, Act::Reboot), ..Setup::default() });
    world.session(listen(30)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(5_000)).await;
    // This one is killed after 100 s; its last octets passed at the poll before.
    let killed = tokio::time::timeout(Duration::from_secs(100), world.session(listen(3_000))).await;
    assert!(killed.is_err());
    tokio::time::sleep(Duration::from_secs(900)).await;
    world.session(listen(30)).await.unwrap();
    let entries = world.record().entries().unwrap();
    let gaps: Vec<Option<u64>> = entries
        .into_iter()
        .filter_map(|view| match view.entry {
            Some(Entry::Listening(Listening { gap_s, .. })) => Some(gap_s),
            _ => None,
        })
        .collect();
    let [first, reboot, night, kill] = gaps[..] else { panic!("{gaps:?}") };
    assert_eq!((first, reboot), (None, Some(0)));
    assert!((5_000..5_002).contains(&night.unwrap()), "{gaps:?}");
    assert!((900..=931).contains(&kill.unwrap()), "{gaps:?}");
}

/// Law 4: clocks that differ are for a person to decide about; listening goes on.
#[tokio::test(start_paused = true)]
async fn law_4_clocks_that_differ_stop_sending_until_a_person_decides() {
    for (handset_time, sends) in [
        ("2026-12-01T10:00:30Z", true),
        ("2026-12-01T10:05:00Z", false),
        ("2026-12-01T09:55:00Z", false),
        // A clock that was never set says nothing.
        ("2004-01-01T00:00:00Z", true),
    ] {
        let world = World::new(Setup { handset_time, ..Setup::default() });
        let ended = world.session(send(30)).await.unwrap();
        assert_eq!(world.on_air().len(), if sends { 4 } else { 0 }, "{handset_time}: {ended:?}");
        if !sends {
            assert!(matches!(ended, Ended::Halted(Halt::Paused(_))), "{ended:?}");
            world.lift("clock-differs");
            assert_eq!(world.session(send(30)).await.unwrap(), Ended::InOrder, "{handset_time}");
            assert_eq!(world.on_air().len(), 4);
        }
    }
}

/// Law 4: the limits hold by both clocks.
#[tokio::test(start_paused = true)]
async fn law_4_the_hours_hold_by_both_clocks() {
    // The handset is 40 s ahead of the computer: at 10:01:30 by ours it is past 10:02 by the network's.
    let keys = vec![("limits.pace", "4"), ("limits.hours", "09:00-10:02")];
    let world = World::new(Setup { people: 30, keys, handset_time: "2026-12-01T10:00:40Z", ..Setup::default() });
    let _two_minutes = tokio::time::timeout(Duration::from_secs(150), world.session(send(3_000))).await;
    assert!((5..=6).contains(&world.on_air().len()), "{}", world.on_air().len());
}

/// Texts that are pushed are acknowledged when they are safe, and not before; one that comes in the middle of a
/// slow hand-over is not acknowledged in time, and the network brings it again.
#[tokio::test(start_paused = true)]
async fn law_2_a_pushed_text_is_acknowledged_when_it_is_safe() {
    let deliver = |second, text: &str| Act::Deliver { from: "+447700900002".into(), text: format!("{text} {second}") };
    let script = [3, 4, 5, 6, 40]
        .into_iter()
        .fold(Script::default(), |script, second| at(script, second, deliver(second, "hi")));
    let script = script.on_submit(2, Fault::RefusedAfter(42, 25));
    let persona = Persona::push_only();
    let world =
        World::new(Setup { people: 3, script, persona, latency: Duration::from_millis(700), ..Setup::default() });
    let purpose = send(120);
    world.session(purpose).await.unwrap();
    assert_eq!(invariants::broken(&world), [""; 0]);
    let acknowledged = world.truth.all().iter().filter(|happened| **happened == Happened::Acknowledged).count();
    let entries = world.record().entries().unwrap();
    let recorded = entries.iter().filter(|view| matches!(view.entry, Some(Entry::Acknowledged(_)))).count();
    assert_eq!((acknowledged, world.record().state().replies.len()), (recorded, 5));
    // Four came while the second text was on its way: after the first of them nothing is pushed any more, and the
    // poll finds them stored.
    assert!(acknowledged >= 4, "{acknowledged}");
}

/// A device that starts anew receives into the SIM until it is set up: what lies there now is found, and what lay
/// there before is left alone.
#[tokio::test(start_paused = true)]
async fn law_2_a_text_that_went_to_another_storage_is_found() {
    let unplug = Act::Unplug(Duration::from_secs(20));
    let script = at(Script::default(), 5, unplug);
    let script = at(script, 30, Act::Deliver { from: "+447700900002".into(), text: "into the SIM".into() });
    let world = World::new(Setup { script, persona: Persona::sim_first(), ..Setup::default() });
    assert_eq!(world.session(listen(60)).await.unwrap(), Ended::Gone);
    tokio::time::sleep(Duration::from_secs(60)).await;
    // Nobody has set it up since: it takes the text, and says nothing.
    let (near, far) = tokio::io::duplex(64);
    let _nobody = tokio::time::timeout(Duration::from_secs(1), world.serve(far)).await;
    drop(near);
    world.session(listen(60)).await.unwrap();
    assert_eq!(invariants::broken(&world), [""; 0]);
    assert_eq!(world.record().state().replies.len(), 1);
}
