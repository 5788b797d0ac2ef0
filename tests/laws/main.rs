//! The laws under attack: whole sessions against the emulated handset, in memory and in simulated time.
//! Each fault is put in; the ground truth tells from outside what was doubled or lost.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

mod ailments;
mod alerts;
mod arrivals;
mod beginnings;
mod comings;
mod crash;
mod devices;
mod families;
mod invariants;
mod meanwhile;
mod simulation;
mod world;

use std::time::Duration;

use signpost::emulator::Answers;
use signpost::emulator::trouble::{Act, Fault, Script};
use signpost::emulator::truth::Happened;
use signpost::record::body::{Ends as Stops, Excluded, Included, Settled, Stop};
use signpost::record::entry::Entry;
use signpost::record::fold::PartState;
use signpost::record::token::Refusal;
use signpost::record::traffic::{ReplyForm, ReportClass};
use signpost::record::verify::verify;
use signpost::session::confirmation::{Confirmation, Confirmed};
use signpost::session::run::{Ended, Ends, Purpose, Sends};
use signpost::session::send::Halt;

use world::{Setup, World, listen, send};

const EVERY_FAULT: [Fault; 20] = [
    Fault::PromptError(304),
    Fault::NoPrompt,
    Fault::Refused(38),
    Fault::Refused(42),
    Fault::Refused(21),
    Fault::Refused(500),
    Fault::RefusedAfter(21, 20),
    Fault::RefusedAfter(21, 40),
    Fault::SilenceSent,
    Fault::SilenceLost,
    Fault::StaleRefusal(42, 301),
    Fault::ErrorButSent,
    Fault::LateReference(310),
    Fault::NoOk,
    Fault::OkAlone,
    Fault::GoneAtPrompt,
    Fault::GoneSent,
    Fault::RebootSent,
    Fault::ResponseLost,
    Fault::RepeatRefused(21),
];

/// Law 1, for every fault at every one of four texts.
#[tokio::test(start_paused = true)]
async fn law_1_whatever_fails_nobody_is_texted_twice() {
    for fault in EVERY_FAULT.into_iter().chain([Fault::RebootAtPrompt]) {
        for number in [1, 2, 4] {
            let world = World::new(Setup { script: Script::default().on_submit(number, fault), ..Setup::default() });
            let name = format!("{fault:?} at text {number}");
            world.send_all().await;
            let on_air = world.on_air();
            assert!(on_air.values().all(|count| *count == 1), "{name}: {on_air:?}");
            for (to, state) in world.states() {
                let sent = on_air.keys().any(|(number, _)| *number == to);
                match state {
                    PartState::Accepted | PartState::Reported(_) => assert!(sent, "{name}: {to} is {state:?}"),
                    PartState::Refused(_) | PartState::Planned | PartState::Withdrawn => {
                        assert!(!sent, "{name}: {to} is {state:?}");
                    }
                    PartState::Unknown | PartState::Settled(_) => {}
                }
                assert_ne!(state, PartState::Planned, "{name}: {to} was forgotten");
            }
            assert_eq!(verify(world.folder.path(), None).unwrap().problems, [], "{name}");
        }
    }
}

/// What may be tried again is; what may not is not.
#[tokio::test(start_paused = true)]
async fn law_1_only_proof_of_refusal_leads_to_another_try() {
    let delivered = PartState::Reported(ReportClass::Delivered);
    for (fault, expected) in [
        (Fault::PromptError(304), delivered),
        (Fault::NoPrompt, delivered),
        (Fault::RebootAtPrompt, delivered),
        (Fault::GoneAtPrompt, delivered),
        (Fault::Refused(42), delivered),
        (Fault::Refused(21), PartState::Refused(Refusal::Final)),
        (Fault::Refused(38), PartState::Unknown),
        (Fault::RefusedAfter(21, 40), PartState::Unknown),
        (Fault::SilenceLost, PartState::Unknown),
        (Fault::SilenceSent, delivered),
        (Fault::LateReference(310), delivered),
        (Fault::OkAlone, delivered),
    ] {
        let world = World::new(Setup { script: Script::default().on_submit(2, fault), ..Setup::default() });
        world.send_all().await;
        let states = world.states();
        assert_eq!(states.get(1).map(|(_, state)| *state), Some(expected), "{fault:?}: {states:?}");
    }
}

/// A refusal that comes after the device was silent about an earlier text may belong to that one.
#[tokio::test(start_paused = true)]
async fn law_1_a_late_refusal_of_an_earlier_text_is_no_proof() {
    let script = Script::default().on_submit(1, Fault::StaleRefusal(42, 301));
    let world = World::new(Setup { script, latency: Duration::from_secs(3), ..Setup::default() });
    world.send_all().await;
    assert!(world.on_air().values().all(|count| *count == 1), "{:?}", world.on_air());
    let refused = world.states().into_iter().find(|(_, state)| matches!(state, PartState::Refused(_)));
    assert_eq!(refused, None, "the second text was on the air");
}

/// A call is one reply, however often the program starts anew.
#[tokio::test(start_paused = true)]
async fn a_call_is_told_once() {
    let script = Script::default().at(Duration::from_secs(3), Act::Call { from: "+447700900002".into() });
    let world = World::new(Setup { script, ..Setup::default() });
    for _ in 0..3 {
        world.session(listen(20)).await.unwrap();
    }
    let record = world.record();
    assert_eq!(record.state().replies.len(), 1);
}

/// Law 2: what the ground truth says was delivered is in the record, raw, although the session was
/// dropped at arbitrary moments; and no slot was freed before.
#[tokio::test(start_paused = true)]
async fn law_2_no_reply_is_lost_when_the_program_dies() {
    let texts = |world: &World| {
        let record = world.record();
        record.state().replies.iter().filter(|received| received.reply.form == ReplyForm::Text).count()
    };
    let undisturbed = answering();
    undisturbed.send_all().await;
    assert!(texts(&undisturbed) >= 8);
    for die_after_ms in (200..9_000).step_by(440) {
        let world = answering();
        let purpose = send(30);
        let dies = tokio::time::timeout(Duration::from_millis(die_after_ms), world.session(purpose)).await;
        assert!(dies.is_err(), "it died");
        world.send_all().await;
        let captured = world.captured();
        let delivered = world.truth.delivered();
        assert!(delivered.len() >= 11, "{}", delivered.len());
        for pdu in &delivered {
            assert!(captured.contains(pdu), "lost after {die_after_ms} ms: {pdu}");
        }
        assert!(world.on_air().values().all(|count| *count == 1));
        assert_eq!(texts(&world), texts(&undisturbed), "each text once, after {die_after_ms} ms");
    }
}

/// Law 2: one sender, one reference, two long texts; the program dies between any two parts. Each text comes
/// out whole, once, with its own halves.
#[tokio::test(start_paused = true)]
async fn law_2_long_replies_under_one_reference_keep_their_halves() {
    let long = |word: &str| format!("{word} ").repeat(40).trim().to_owned();
    let deliver = |text: &str| Act::Deliver { from: "+447700900001".into(), text: long(text) };
    for die_after_ms in [1_000, 6_100, 6_400, 9_000, 70_000, 71_000] {
        let script = Script::default()
            .at(Duration::from_secs(6), deliver("first"))
            .at(Duration::from_secs(70), deliver("other"));
        let world = World::new(Setup { script, ..Setup::default() });
        let _died = tokio::time::timeout(Duration::from_millis(die_after_ms), world.session(listen(120))).await;
        world.session(listen(120)).await.unwrap();
        let record = world.record();
        let texts: Vec<&str> = record.state().replies.iter().map(|received| received.reply.text.for_record()).collect();
        assert_eq!(texts, [long("first"), long("other")], "died after {die_after_ms} ms");
        assert!(record.loose_parts().unwrap().is_empty(), "died after {die_after_ms} ms");
    }
}

/// Nine people, most of whom answer.
fn answering() -> World {
    let answers = Answers::Demo { seed: 3, early_stop: None, silent: None };
    World::new(Setup { people: 9, answers, keys: vec![("replies.free_captured", "true")], ..Setup::default() })
}

/// Law 3: what lay there is neither read nor deleted, and only commands on the list were written.
#[tokio::test(start_paused = true)]
async fn law_3_the_exhibit_is_not_altered() {
    let answers = Answers::Demo { seed: 1, early_stop: None, silent: None };
    let world =
        World::new(Setup { people: 8, answers, keys: vec![("replies.free_captured", "true")], ..Setup::default() });
    world.send_all().await;
    assert_eq!(invariants::broken(&world), [""; 0]);
    let deleted = world.truth.all().iter().filter(|happened| matches!(happened, Happened::Deleted { .. })).count();
    assert!(deleted > 0, "slots of this case are freed");
    const FORBIDDEN: [&str; 8] = ["+CMGL", "+CMGW", "+CMSS", "+CSCA=", "+CPBW", "ATD", "ATA", "+CLCK="];
    for line in world.truth.commands() {
        assert!(!FORBIDDEN.iter().any(|command| line.contains(command)), "{line}");
    }
}

/// Law 3: without leave in the approved case no slot is freed at all.
#[tokio::test(start_paused = true)]
async fn law_3_without_leave_nothing_is_freed() {
    let answers = Answers::Demo { seed: 1, early_stop: None, silent: None };
    let world = World::new(Setup { people: 8, answers, ..Setup::default() });
    world.send_all().await;
    assert!(!world.truth.commands().iter().any(|line| line.starts_with("AT+CMGD=") && !line.ends_with('?')));
}

/// Law 4: another SIM in the middle of a run ends it before the next text.
#[tokio::test(start_paused = true)]
async fn law_4_a_swapped_sim_stops_the_run() {
    let swap = Act::SwapSim { iccid: "8944100000000000020".into(), imsi: "001010123456780".into() };
    let script = Script::default().at(Duration::from_secs(6), swap);
    let world = World::new(Setup { people: 60, script, ..Setup::default() });
    let purpose = Purpose { sends: Sends::Plan, ends: Ends::WhenSent };
    let ended = world.session(purpose).await.unwrap();
    let Ended::Refused(refusals) = ended else { panic!("{ended:?}") };
    assert!(refusals.iter().any(|refusal| refusal.code() == "sim-differs"), "{refusals:?}");
    assert!(world.on_air().len() < 60);
}

/// Law 4: closed hours are waited through, the end of the authority is not.
#[tokio::test(start_paused = true)]
async fn law_4_hours_and_the_end_of_the_authority() {
    let keys =
        vec![("limits.pace", "1"), ("limits.hours", "09:00-10:02"), ("authority.send_until", "2026-12-02 09:02")];
    let world = World::new(Setup { people: 9, keys, ..Setup::default() });
    let purpose = send(60);
    let ended = world.session(purpose).await.unwrap();
    assert!(matches!(ended, Ended::Halted(_) | Ended::Refused(_)), "{ended:?}");
    let sent = world.on_air().len();
    assert!((3..=5).contains(&sent), "two before the hours closed, two or three the next morning: {sent}");
}

/// Law 5: somebody who opts out before being texted is not texted; in the middle of a long text nothing
/// more of it goes.
#[tokio::test(start_paused = true)]
async fn law_5_an_opt_out_counts_at_once() {
    let early_stop = Some("+447700900008".to_owned());
    let answers = Answers::Demo { seed: 2, early_stop, silent: None };
    let world = World::new(Setup { people: 8, answers, latency: Duration::from_millis(900), ..Setup::default() });
    assert_eq!(world.send_all().await, Ended::InOrder);
    assert!(!world.on_air().keys().any(|(to, _)| to == "+447700900008"));
    assert_eq!(world.on_air().len(), 7);

    let stop = Act::Deliver { from: "+447700900001".into(), text: "STOP".into() };
    let words = "Nottinghamshire Police: this line is closed. ".repeat(6);
    let script = Script::default().at(Duration::from_millis(3_000), stop);
    let world =
        World::new(Setup { people: 1, words, script, latency: Duration::from_millis(2_500), ..Setup::default() });
    world.send_all().await;
    assert_eq!(world.on_air().len(), 1, "the second part is held back");
}

/// Law 6: the wire is in the record, and what it says to the handset is what the handset heard.
#[tokio::test(start_paused = true)]
async fn law_6_the_wire_log_has_every_command() {
    let world = World::new(Setup::default());
    world.send_all().await;
    let mut wire = Vec::new();
    for view in world.record().entries().unwrap() {
        if let Some(signpost::record::entry::Entry::Wire(entry)) = view.entry {
            let out = entry.chunks.into_iter().filter(|chunk| chunk.dir == signpost::record::traffic::Dir::Out);
            wire.extend(out.flat_map(|chunk| chunk.octets));
        }
    }
    let wire = String::from_utf8_lossy(&wire).into_owned();
    for command in world.truth.commands() {
        assert!(wire.contains(&command), "{command} is not in the wire log");
    }
}

/// Law 5: a stop from another process counts before the next part; listening goes on, or ends if it says so.
/// Sending goes on only after a person lets it.
#[tokio::test(start_paused = true)]
async fn law_5_a_stop_counts_at_once_and_only_a_person_lifts_it() {
    for (ends, listens) in [(Stops::Sending, true), (Stops::All, false)] {
        let world = World::new(Setup { people: 20, keys: vec![("limits.pace", "20")], ..Setup::default() });
        let purpose = send(600);
        let stop = async {
            tokio::time::sleep(Duration::from_secs(10)).await;
            world.record().append(Entry::Stop(Stop { why: "a person says so".into(), ends })).unwrap();
            std::future::pending::<()>().await;
        };
        let began = world.clock.monotonic();
        let ended = tokio::select! {
            ended = world.session(purpose) => ended.unwrap(),
            () = stop => unreachable!(),
        };
        let sent = world.on_air().len();
        assert!((1..=5).contains(&sent), "{sent}");
        assert!(matches!(ended, Ended::Halted(Halt::Stopped(_)) | Ended::Early(_)), "{ended:?}");
        assert_eq!(world.clock.monotonic() - began > Duration::from_secs(300), listens, "{ended:?}");
        // Without a person's word nothing goes.
        world.send_all().await;
        assert_eq!(world.on_air().len(), sent);
        world.go_on_after_stop();
        world.send_all().await;
        assert_eq!(world.on_air().len(), 20);
        assert!(world.on_air().values().all(|count| *count == 1));
    }
}

/// Somebody telephones while texts go out: from that entry on nothing goes to them, unless a person takes it back.
#[tokio::test(start_paused = true)]
async fn law_5_an_exclusion_counts_in_the_middle_of_a_run_and_a_person_can_take_it_back() {
    let world = World::new(Setup { people: 20, keys: vec![("limits.pace", "20")], ..Setup::default() });
    let number = |n: u32| format!("+447700900{n:03}");
    let is_sent = |n: u32| world.on_air().keys().any(|(to, _)| *to == number(n));
    let decide = async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        for n in 10..=18 {
            let excluded = Excluded { number: number(n), why: "they telephoned".into() };
            world.record().append(Entry::Excluded(excluded)).unwrap();
        }
        // By now everyone before them was passed over.
        while !is_sent(19) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let included = Included { number: number(12), why: "it was another number".into(), lifts: None };
        world.record().append(Entry::Included(included)).unwrap();
        std::future::pending::<()>().await;
    };
    tokio::select! {
        ended = world.session(send(600)) => drop(ended.unwrap()),
        () = decide => unreachable!(),
    }
    let sent: Vec<u32> = (1..=20).filter(|n| is_sent(*n)).collect();
    assert_eq!(sent, [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 19, 20]);
    assert!(world.on_air().values().all(|count| *count == 1));
    assert_eq!(verify(world.folder.path(), None).unwrap().problems, []);
}

/// The test text goes first; if it is not taken, nobody else is texted.
#[tokio::test(start_paused = true)]
async fn law_4_the_test_text_goes_first_and_nobody_is_texted_without_it() {
    for (fault, everybody) in [
        (None, true),
        (Some(Fault::NoPrompt), true),
        (Some(Fault::SilenceSent), true), // its delivery report settles it
        (Some(Fault::Refused(21)), false),
        (Some(Fault::SilenceLost), false),
        (Some(Fault::Refused(500)), false),
    ] {
        let keys = vec![("people.test_phone", "07700900009")];
        let script = fault.map_or(Script::default(), |fault| Script::default().on_submit(1, fault));
        let world = World::new(Setup { keys, script, ..Setup::default() });
        let purpose = send(400);
        let ended = world.session(purpose.clone()).await.unwrap();
        let to: Vec<String> = world.truth.all().into_iter().filter_map(on_air_to).collect();
        assert!(to.iter().skip(1).all(|number| number != "+447700900009"), "{fault:?}: {to:?}");
        if everybody {
            assert_eq!((to.first().map(String::as_str), to.len()), (Some("+447700900009"), 5), "{fault:?}: {ended:?}");
        } else {
            assert!(matches!(ended, Ended::Halted(Halt::Paused(_))), "{fault:?}: {ended:?}");
            // A person who lifts the pause does not make it taken.
            world.lift_pause();
            world.session(purpose).await.unwrap();
            assert!(world.truth.all().into_iter().filter_map(on_air_to).all(|to| to == "+447700900009"), "{fault:?}");
        }
        assert_eq!(invariants::broken(&world), [""; 0]);
    }
}

fn on_air_to(happened: Happened) -> Option<String> {
    if let Happened::OnAir { to, .. } = happened { Some(to) } else { None }
}

/// A person may be wrong about a text; the network that delivered it is not.
#[tokio::test(start_paused = true)]
async fn law_1_a_delivery_report_is_more_than_what_a_person_said() {
    let (script, report_after) = (Script::default().on_submit(2, Fault::SilenceSent), Duration::from_secs(1_000));
    let world = World::new(Setup { script, report_after, ..Setup::default() });
    world.session(send(400)).await.unwrap();
    let part = world.record().state().unknown()[0];
    world.settle(part, Settled::NotSent);
    world.session(listen(2_000)).await.unwrap();
    let state = world.record().state().parts.get(&part).unwrap().state;
    assert_eq!(state, PartState::Reported(ReportClass::Delivered));
    assert_eq!(invariants::broken(&world), [""; 0]);
}

/// A paused run waits for a person, also across restarts, and goes on in the same session.
#[tokio::test(start_paused = true)]
async fn law_1_a_paused_run_goes_on_when_a_person_says_so() {
    let script = Script::default().on_submit(3, Fault::Refused(8));
    let world = World::new(Setup { people: 6, script, ..Setup::default() });
    let lift = async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(world.on_air().len(), 2, "barred: the run has paused");
        world.lift_pause();
        std::future::pending::<()>().await;
    };
    let purpose = send(120);
    let ended = tokio::select! {
        ended = world.session(purpose) => ended.unwrap(),
        () = lift => unreachable!(),
    };
    assert_eq!(ended, Ended::InOrder);
    assert_eq!(world.on_air().len(), 6);
    assert!(world.on_air().values().all(|count| *count == 1));
}

/// Law 4: at a terminal nobody but the test phone is texted before a person has typed the number; listening goes on.
#[tokio::test(start_paused = true)]
async fn law_4_a_person_confirms_when_they_have_the_test_text() {
    for (answer, sent) in [(Confirmed::Yes, 5), (Confirmed::No, 1)] {
        let keys = vec![("people.test_phone", "07700900009")];
        let deliver = Act::Deliver { from: "+447700900002".into(), text: "who is this".into() };
        let script = Script::default().at(Duration::from_secs(20), deliver);
        let mut world = World::new(Setup { keys, script, ..Setup::default() });
        world.confirmation = Confirmation::awaited();
        let person = async {
            tokio::time::sleep(Duration::from_secs(60)).await;
            assert_eq!(world.confirmation.get(), Confirmed::Asked);
            assert_eq!((world.on_air().len(), world.record().state().replies.len()), (1, 1));
            world.confirmation.answer(answer);
            std::future::pending::<()>().await;
        };
        let ended = tokio::select! {
            ended = world.session(send(60)) => ended.unwrap(),
            () = person => unreachable!(),
        };
        assert_eq!(world.on_air().len(), sent, "{ended:?}");
        assert_eq!(matches!(ended, Ended::Halted(Halt::Stopped(_))), answer == Confirmed::No);
    }
}
