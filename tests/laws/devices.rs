//! What devices do that no standard allows for: a card that is not ready after a start, slots that cannot be read or
//! are not named, networks that come back without a word, another modem in the middle of a case.

use std::time::Duration;

use signpost::emulator::persona::{Persona, Tells};
use signpost::emulator::trouble::{Act, Fault, Script};
use signpost::emulator::truth::Happened;
use signpost::modem::ModemError;
use signpost::record::body::{Fault as Told, Round, Setting};
use signpost::record::compare::{Why, compare};
use signpost::record::entry::{Entry, EntryView};
use signpost::record::verify::verify;
use signpost::session::SessionError;
use signpost::session::run::Ended;
use signpost::session::send::Halt;

use super::invariants;
use super::world::{Lay, Pin, Plugs, Setup, World, block_on, listen, send};

fn at(script: Script, second: u64, act: Act) -> Script {
    script.at(Duration::from_secs(second), act)
}

fn deliver(text: &str) -> Act {
    Act::Deliver { from: "+447700900002".into(), text: text.into() }
}

fn faults(world: &World) -> Vec<Told> {
    let fault = |entry| if let Entry::Fault(fault) = entry { Some(fault) } else { None };
    world.record().entries().unwrap().into_iter().filter_map(|view| view.entry).filter_map(fault).collect()
}

fn count(world: &World, code: &str) -> usize {
    faults(world).iter().filter(|fault| fault.code == code).count()
}

fn texts(world: &World) -> Vec<String> {
    let record = world.record();
    let replies = &record.state().replies;
    replies.iter().map(|received| received.reply.text.for_record().to_owned()).collect()
}

/// Law 4: after a start the card takes its time; until it says who it is, nothing is sent, and then all is.
#[tokio::test(start_paused = true)]
async fn law_4_nothing_is_sent_before_the_card_is_ready_again() {
    let script = at(at(Script::default(), 5, Act::SimBusy(Duration::from_secs(40))), 5, Act::Reboot);
    let script = at(script, 50, deliver("after it"));
    let world = World::new(Setup { people: 60, script, ..Setup::default() });
    assert_eq!(world.session(send(60)).await.unwrap(), Ended::InOrder);
    assert_eq!(world.on_air().len(), 60);
    let record = world.record();
    let entries = record.entries().unwrap();
    let began = entries.iter().filter(|view| view.kind == "intent").map(|view| view.at);
    let seconds = began.map(|at| at.duration_since(super::world::START.parse().unwrap()).as_secs());
    let (early, late): (Vec<i64>, Vec<i64>) = seconds.partition(|second| *second < 20);
    assert!(early.iter().all(|second| *second <= 5), "{early:?}");
    assert!(late.iter().all(|second| *second >= 45), "{late:?}");
    assert_eq!((count(&world, "not-set-up"), count(&world, "device-back")), (1, 1), "{:?}", faults(&world));
    assert_eq!(texts(&world), ["after it"]);
    assert_eq!(invariants::broken(&world), [""; 0]);
}

/// Law 4: a SIM that does not tell who it is gets nothing to send, and nobody says that all was sent.
#[tokio::test(start_paused = true)]
async fn law_4_a_sim_that_does_not_say_who_it_is_sends_nothing() {
    let world = World::new(Setup { persona: Persona::nameless(), ..Setup::default() });
    let before = world.set().await;
    let ended = world.session(send(30)).await;
    assert!(matches!(ended, Err(SessionError::Modem(ModemError::NoSim))), "{ended:?}");
    assert_eq!((world.on_air().len(), world.set().await), (0, before));
}

/// A network that is back without a word is found by asking.
#[tokio::test(start_paused = true)]
async fn a_network_that_comes_back_without_a_word_is_found() {
    let script = at(Script::default(), 0, Act::NoNetwork(Duration::from_secs(100)));
    let world = World::new(Setup { script, persona: Persona::taciturn(), ..Setup::default() });
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.session(send(200)).await.unwrap(), Ended::InOrder);
    assert_eq!(world.on_air().len(), 4);
}

/// Law 2: a slot that cannot be read for a while is read when it can be; a person is told once.
#[tokio::test(start_paused = true)]
async fn law_2_a_slot_that_cannot_be_read_is_tried_again() {
    let script = at(at(Script::default(), 3, Act::ReadFails(Duration::from_secs(200))), 5, deliver("hello"));
    let generic = Persona::generic();
    // Where the device does not name its slots, nothing but the announcement leads there.
    for persona in [generic, Persona { tells: Tells::Nothing, ..generic }] {
        let world = World::new(Setup { script: script.clone(), persona, ..Setup::default() });
        world.session(listen(400)).await.unwrap();
        assert_eq!(texts(&world), ["hello"]);
        assert_eq!(count(&world, "slot-unreadable"), 1);
    }
}

/// Law 2 and 3: where the device names no slots, a person is told of what was not announced, and the exhibit is left
/// alone; where nothing lay there before, all slots are looked through.
#[tokio::test(start_paused = true)]
async fn law_2_what_is_not_announced_is_read_or_told() {
    let script = at(at(Script::default(), 5, deliver("first")), 100, deliver("second"));
    let world = World::new(Setup { script: script.clone(), persona: Persona::taciturn(), ..Setup::default() });
    world.session(listen(200)).await.unwrap();
    assert!(texts(&world).is_empty());
    assert_eq!(count(&world, "unannounced"), 2, "each rise once");
    assert!(!world.truth.all().iter().any(|happened| matches!(happened, Happened::Read { .. })));

    let world = World::new(Setup { script, persona: Persona::taciturn(), lay: Lay::Nothing, ..Setup::default() });
    world.session(listen(200)).await.unwrap();
    assert_eq!(texts(&world), ["first", "second"]);
    assert_eq!(count(&world, "unannounced"), 0);
}

/// Law 3: an announcement of a slot where a text of the exhibit lay is read where that marks nothing, told of, and the
/// slot is never freed.
#[tokio::test(start_paused = true)]
async fn law_3_an_announced_slot_of_the_exhibit_is_not_freed() {
    let script = at(Script::default(), 5, Act::Say("+CMTI: \"SM\",1".into()));
    let keys = vec![("replies.free_captured", "true")];
    let persona = Persona::named("sim800").unwrap();
    let world = World::new(Setup { script, keys, persona, ..Setup::default() });
    world.session(listen(60)).await.unwrap();
    assert_eq!(count(&world, "announced-in-the-exhibit"), 1);
    assert!(!world.truth.all().iter().any(|happened| matches!(happened, Happened::Deleted { .. })));
    assert_eq!(texts(&world).len(), 1);
}

/// Law 3: a device that starts anew without a word reads another store than it was told to, where the same number is the
/// exhibit's. Before anything is read or freed, the store is chosen again (simulation, seed 51670).
#[tokio::test(start_paused = true)]
async fn law_3_a_start_without_a_word_does_not_lead_into_the_exhibit() {
    let script = at(Script::default().on_submit(2, Fault::SilenceSent), 60, Act::Reboot);
    let keys = vec![("replies.free_captured", "true"), ("limits.pace", "0")];
    let persona = Persona { boot: &[], ..Persona::generic() };
    let world = World::new(Setup { script, keys, persona, ..Setup::default() });
    world.session(send(900)).await.unwrap();
    assert_eq!(invariants::broken(&world), Vec::<String>::new());
    let freed = world.truth.all().iter().filter(|happened| matches!(happened, Happened::Deleted { .. })).count();
    assert!(freed > 0, "{:?}", world.truth.all());
    let words =
        |view: &Entry| matches!(view, Entry::Notice(notice) if format!("{notice:?}").contains("did not say so"));
    let told = world.record().entries().unwrap().into_iter().filter_map(|view| view.entry).filter(words).count();
    assert_eq!(told, 1, "what the start forgot is set again");
}

/// Law 2: what came while the device was away lies in its store; no run ends before it was looked for (simulation, seed
/// 51873: a family that announces nothing).
#[tokio::test(start_paused = true)]
async fn law_2_a_run_that_is_about_to_end_looks_for_what_came_while_the_device_was_away() {
    let script = at(Script::default(), 20, deliver("while it was away"));
    let script = at(script, 19, Act::Unplug(Duration::from_secs(100)));
    let persona = Persona::named("samsung-cdc").unwrap();
    let world = World::new(Setup { people: 1, script, persona, plugs: Plugs::Again, ..Setup::default() });
    world.session(send(60)).await.unwrap();
    assert_eq!(texts(&world), ["while it was away"]);
}

/// Law 2: the same where the device starts anew once more when it is back: set up again, it is looked through first
/// (simulation, seed 9291).
#[test]
fn law_2_a_device_that_was_set_up_again_is_looked_through_before_the_run_ends() {
    for tenth in 1_190..1_320 {
        block_on(async {
            let script = at(Script::default(), 20, deliver("while it was away"));
            let script = at(script, 19, Act::Unplug(Duration::from_secs(100)));
            let script = script.at(Duration::from_millis(tenth * 100), Act::Reboot);
            let persona = Persona::named("samsung-cdc").unwrap();
            let latency = Duration::from_millis(200);
            let setup = Setup { people: 1, script, persona, latency, plugs: Plugs::Again, ..Setup::default() };
            let world = World::new(setup);
            world.session(send(60)).await.unwrap();
            assert_eq!(texts(&world), ["while it was away"], "a start at tenth {tenth}");
        });
    }
}

/// Law 3: what lies in another modem's own store is that modem's, and is neither read nor freed.
#[tokio::test(start_paused = true)]
async fn law_3_another_modem_has_another_store() {
    let keys = vec![("replies.free_captured", "true")];
    let world = World::new(Setup { keys, ..Setup::default() });
    world.session(listen(10)).await.unwrap();
    world.other_modem(&["of an earlier case", "and another"]).await;
    world.session(listen(60)).await.unwrap();
    assert!(texts(&world).is_empty(), "{:?}", texts(&world));
    assert!(
        !world.truth.all().iter().any(|happened| matches!(happened, Happened::Read { .. } | Happened::Deleted { .. }))
    );
}

/// The device is left with the settings that it had, and what is set is in the record.
#[tokio::test(start_paused = true)]
async fn the_device_is_left_as_it_was_found() {
    for (persona, before) in [(Persona::generic(), "0,0,0,0,0"), (Persona::push_only(), "0,0,0,0,0")] {
        let world = World::new(Setup { persona, script: at(Script::default(), 9, Act::Reboot), ..Setup::default() });
        world.session(listen(60)).await.unwrap();
        let setting = |entry| if let Entry::Setting(setting) = entry { Some(setting) } else { None };
        let entries = world.record().entries().unwrap().into_iter();
        let settings: Vec<Setting> = entries.filter_map(|view| view.entry).filter_map(setting).collect();
        let indications: Vec<&Setting> = settings.iter().filter(|setting| setting.what == "+CNMI").collect();
        assert!(indications.len() >= 3, "set, set again after the start, set back: {settings:?}");
        assert_eq!(indications.last().unwrap().after.as_ref().unwrap().for_record(), before);
        let storages = settings.iter().rfind(|setting| setting.what == "+CPMS").unwrap();
        assert_eq!(storages.after.as_ref().unwrap().for_record(), "ME,ME,ME");
    }
}

/// Law 4: a clock that steps in the middle of a run holds it.
#[tokio::test(start_paused = true)]
async fn law_4_a_clock_that_steps_in_the_middle_stops_sending() {
    let script = at(Script::default(), 40, Act::ClockAhead(Duration::from_secs(300)));
    let keys = vec![("limits.pace", "6")];
    let world = World::new(Setup { people: 30, script, keys, ..Setup::default() });
    let ended = world.session(send(60)).await.unwrap();
    assert!(matches!(ended, Ended::Halted(Halt::Paused(_))), "{ended:?}");
    assert!((4..12).contains(&world.on_air().len()), "{}", world.on_air().len());
    let record = world.record();
    let compared = record.entries().unwrap().iter().filter(|view| view.kind == "clock").count();
    assert_eq!(compared, 2, "at the beginning, and when it had stepped");
}

/// Texts that follow each other closely go over one radio link; it is let go at the end.
#[tokio::test(start_paused = true)]
async fn the_link_is_kept_between_texts_that_follow_closely() {
    for (pace, wanted) in [("0", vec!["AT+CMMS=2", "AT+CMMS=2", "AT+CMMS=0"]), ("6", vec![])] {
        let script = at(Script::default(), 3, Act::Reboot);
        let world = World::new(Setup { people: 30, script, keys: vec![("limits.pace", pace)], ..Setup::default() });
        world.session(send(30)).await.unwrap();
        let commands = world.truth.commands();
        let kept: Vec<&String> = commands.iter().filter(|line| line.starts_with("AT+CMMS=")).collect();
        assert_eq!(kept, wanted, "pace {pace}");
    }
}

/// The device goes away in the middle of a send of a hundred and comes back, twenty times over: the run finishes alone.
#[test]
fn law_1_a_device_that_goes_and_comes_back_finishes_alone() {
    for seed in 1..=20 {
        block_on(async {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut script = Script::default();
            for _ in 0..random.usize(1..5) {
                let gone = Act::Unplug(Duration::from_millis(random.u64(100..40_000)));
                script = script.at(Duration::from_millis(random.u64(2_000..90_000)), gone);
                script = script.at(
                    Duration::from_millis(random.u64(2_000..200_000)),
                    deliver(&format!("reply {}", random.u16(..))),
                );
            }
            script =
                script.on_submit(random.u64(1..50), Fault::GoneSent).on_submit(random.u64(50..99), Fault::GoneAtPrompt);
            let latency = Duration::from_millis(random.u64(10..1_500));
            let world = World::new(Setup { people: 100, script, latency, plugs: Plugs::Again, ..Setup::default() });
            world.session(listen(1)).await.unwrap();
            assert_eq!(world.session(send(200)).await.unwrap(), Ended::InOrder, "seed {seed}");
            assert_eq!(invariants::broken(&world), [""; 0], "seed {seed}");
            assert!(
                world.on_air().len() >= 98 && count(&world, "device-back") >= 1,
                "seed {seed}: {}",
                world.on_air().len()
            );
        });
    }
}

/// Another SIM, or another device, comes back in its place.
#[tokio::test(start_paused = true)]
async fn law_4_what_comes_back_must_be_what_went() {
    let swap = Act::SwapSim { iccid: "8944100000000000020".into(), imsi: "001010123456780".into() };
    let script = at(at(Script::default(), 6, Act::Unplug(Duration::from_secs(10))), 7, swap);
    let world = World::new(Setup { people: 100, script, plugs: Plugs::Again, ..Setup::default() });
    let ended = world.session(send(60)).await.unwrap();
    let Ended::Refused(refusals) = ended else { panic!("{ended:?}") };
    assert!(refusals.iter().any(|refusal| refusal.code() == "sim-differs"), "{refusals:?}");
    let before = world.truth.commands().iter().filter(|line| line.starts_with("AT+CMGS")).count();
    assert!(before < 40 && count(&world, "device-gone") == 1, "{before}");

    let script = at(Script::default(), 6, Act::Unplug(Duration::from_secs(10)));
    let world = World::new(Setup { people: 100, script, plugs: Plugs::Again, ..Setup::default() });
    let swap = async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        world.other_modem(&["x"]).await;
        std::future::pending::<()>().await;
    };
    let ended = tokio::select! {
        ended = world.session(send(60)) => ended.unwrap(),
        () = swap => unreachable!(),
    };
    assert_eq!(ended, Ended::Gone, "the one that went never came");
    assert!(world.on_air().len() < 40);
}

/// Law 8: the PIN is entered once, if more than one try is left, and stands nowhere.
#[test]
fn law_8_a_pin_is_tried_once_and_only_with_tries_to_spare() {
    for persona in
        [Persona::generic(), Persona::named("quectel-ec25").unwrap(), Persona::named("huawei-e3372").unwrap()]
    {
        for (tries, digits, entered, code) in [
            (3, Some("48319276"), 1, None),
            (2, Some("48319276"), 1, None),
            (3, Some("90817263"), 1, Some("the card did not take the PIN")),
            (1, Some("48319276"), 0, Some("the PIN has 1 try left")),
            (3, None, 0, Some("asks for its PIN; 3 tries")),
            (0, Some("48319276"), 0, Some("PUK")),
        ] {
            block_on(async {
                let script = at(Script::default(), 0, Act::Lock { pin: "48319276".into(), tries });
                let mut world = World::new(Setup { script, persona, ..Setup::default() });
                world.pin = Pin { digits, ..Pin::default() };
                let ended = world.session(send(30)).await;
                let tried = world.truth.commands().iter().filter(|line| line.starts_with("AT+CPIN=")).count();
                assert_eq!(tried, entered, "{} {tries} {digits:?}", persona.name);
                match code {
                    None => assert_eq!((ended.unwrap(), world.on_air().len()), (Ended::InOrder, 4)),
                    Some(words) => {
                        let error = ended.unwrap_err().to_string();
                        assert!(error.contains(words), "{error}");
                        assert_eq!(world.on_air().len(), 0);
                    }
                }
                for name in ["record.db", "record.db-wal"] {
                    let octets = std::fs::read(world.folder.path().join(name)).unwrap_or_default();
                    let found = octets.windows(8).any(|window| window == b"48319276" || window == b"90817263");
                    assert!(!found, "the PIN stands in {name}");
                }
            });
        }
    }
}

/// A card that takes its time is waited for, with a word each second; one that is not there is said to be not there.
#[tokio::test(start_paused = true)]
async fn a_card_is_waited_for() {
    let script = at(Script::default(), 0, Act::SimBusy(Duration::from_secs(12)));
    let world = World::new(Setup { script, ..Setup::default() });
    assert_eq!(world.session(send(30)).await.unwrap(), Ended::InOrder);
    assert!((8..=13).contains(&world.pin.waited.get()), "{}", world.pin.waited.get());
    let script = at(Script::default(), 0, Act::SimBusy(Duration::from_secs(100)));
    let world = World::new(Setup { script, ..Setup::default() });
    assert!(world.session(send(30)).await.unwrap_err().to_string().contains("not ready after 60 s"));
    let world = World::new(Setup { script: at(Script::default(), 0, Act::TakeSim), ..Setup::default() });
    assert!(world.session(send(30)).await.unwrap_err().to_string().contains("no SIM"));
}

/// Law 3: the copies of the SIM from before and after differ only in what a card changes by itself, and in texts of the
/// case where they are received into the SIM.
#[test]
fn law_3_the_sim_is_as_it_was_but_for_what_a_card_changes_by_itself() {
    for name in Persona::names().into_iter().filter(|name| *name != "nameless") {
        block_on(async {
            let script = at(Script::default(), 30, deliver("hello"));
            let persona = Persona::named(name).unwrap();
            let world = World::new(Setup { script, persona, ..Setup::default() });
            world.copy(Round::Before).await;
            world.session(send(60)).await.unwrap();
            world.copy(Round::After).await;
            let record = world.record();
            let found = compare(record.state()).unwrap();
            let expected = |why: &Why| matches!(why, Why::ByItself(_) | Why::Received);
            assert!(found.iter().all(|difference| expected(&difference.why)), "{name}: {found:?}");
            assert!(found.iter().any(|difference| difference.name == "EF_SMSS"), "{name}: {found:?}");
            let into_sim = found.iter().any(|difference| difference.why == Why::Received);
            assert_eq!(into_sim, ["sim800", "zte-mf"].contains(&name), "{name}: {found:?}");
            let texts = record.state().images["6F3C"].before.as_ref().unwrap();
            assert!(texts.records[0].starts_with("03"), "{name}: unread before");
            let after = record.state().images["6F3C"].after.as_ref().unwrap();
            assert_eq!(after.records[0], texts.records[0], "{name}: and unread after");
            assert_eq!(verify(world.folder.path(), None).unwrap().problems, [], "{name}");
        });
    }
}

/// What lay there is named: deleted texts whose octets are on the SIM still, and what a device kept of earlier cases, which
/// is set apart from the SIM's.
#[tokio::test(start_paused = true)]
async fn what_lay_there_before_is_named_and_set_apart() {
    let world = World::new(Setup::default());
    world.copy(Round::Before).await;
    for _ in 0..2 {
        world.session(listen(5)).await.unwrap();
    }
    let record = world.record();
    let notices = |code: &str| {
        let notice = |entry| if let Entry::Notice(notice) = entry { Some(notice) } else { None };
        let all = record.entries().unwrap().into_iter().filter_map(|view| view.entry).filter_map(notice);
        all.filter(|notice| notice.code == code).map(|notice| notice.what).collect::<Vec<_>>()
    };
    assert!(notices("image").iter().any(|what| what.ends_with("records of EF_SMS: 2")), "{:?}", notices("image"));
    let apart: Vec<String> = notices("storage").into_iter().filter(|what| what.contains("earlier owner")).collect();
    assert!(apart.len() == 1 && apart[0].starts_with("1 texts lay in ME") && apart[0].contains("slots 1"), "{apart:?}");
    let csv =
        String::from_utf8(signpost::report::csv::sim(record.state(), &signpost::report::mask::Mask::Nothing).unwrap())
            .unwrap();
    let rows: Vec<&str> = csv.lines().skip(1).collect();
    assert_eq!(rows.len(), 2, "{csv}");
    assert!(rows[0].starts_with("1,unread,") && rows[0].ends_with(",this lay there before"), "{csv}");
    assert!(rows[1].starts_with("2,deleted,") && rows[1].ends_with(",this was deleted before"), "{csv}");
}

/// Law 3: where the line is not on the air yet, it is copied with the radio off, and goes on the air afterwards.
#[tokio::test(start_paused = true)]
async fn law_3_the_sim_is_copied_before_the_line_is_on_the_air() {
    let script = at(Script::default(), 0, Act::RadioOff);
    let script = at(script, 4, deliver("held by the network"));
    let world = World::new(Setup { script, ..Setup::default() });
    world.copy(Round::Before).await;
    let commands = world.truth.commands();
    let place = |words: &str| commands.iter().position(|line| line.starts_with(words)).unwrap();
    assert!(place("AT+CRSM=178") < place("AT+CFUN=1"), "{commands:?}");
    let notice = |view: &EntryView| matches!(&view.entry, Some(Entry::Notice(n)) if n.what.contains("copied with the radio off"));
    assert!(world.record().entries().unwrap().iter().any(notice));
    world.session(listen(60)).await.unwrap();
    assert_eq!(texts(&world), ["held by the network"]);
}

/// A device that started anew is compared with what it was: the record says that it is the same; another ends the run.
#[tokio::test(start_paused = true)]
async fn law_4_a_device_that_started_anew_must_be_the_same() {
    let devices = |world: &World| {
        let entries = world.record().entries().unwrap();
        let same = |entry: &Entry| matches!(entry, Entry::Notice(notice) if notice.what.contains("the same device"));
        let told = entries.iter().filter(|view| view.entry.as_ref().is_some_and(same)).count();
        (entries.iter().filter(|view| view.kind == "device").count(), told)
    };
    let world = World::new(Setup { script: at(Script::default(), 3, Act::Reboot), ..Setup::default() });
    assert_eq!(world.session(send(60)).await.unwrap(), Ended::InOrder);
    assert_eq!(devices(&world), (1, 1));

    let script = at(Script::default(), 3, Act::OtherDevice("001010000000024".into()));
    let world = World::new(Setup { people: 30, script, ..Setup::default() });
    let ended = world.session(send(60)).await.unwrap();
    assert!(matches!(&ended, Ended::Early(why) if why.contains("another device")), "{ended:?}");
    assert!(world.on_air().len() < 30);
    assert_eq!(devices(&world), (2, 0), "what differs is in the record");
}

/// A device that says each second that its card changed is set up once, then only looked at; texts go and come, and the
/// record says so once.
#[test]
fn a_device_that_repeats_itself_is_not_set_up_again_and_again() {
    for persona in [Persona::generic(), Persona::named("cinterion-phs8").unwrap(), Persona::named("zte-mf").unwrap()] {
        block_on(async {
            let script = at(at(Script::default(), 3, Act::SimFlood), 100, deliver("hello"));
            let world = World::new(Setup { people: 5, script, persona, ..Setup::default() });
            assert_eq!(world.session(send(300)).await.unwrap(), Ended::InOrder, "{}", persona.name);
            assert_eq!((world.on_air().len(), texts(&world)), (5, vec!["hello".to_owned()]), "{}", persona.name);
            let commands = world.truth.commands();
            let asked = |words: &str| commands.iter().filter(|line| *line == words).count();
            assert!(asked("AT+CPMS=?") <= 3, "{}: set up {} times", persona.name, asked("AT+CPMS=?"));
            assert!((10..60).contains(&asked("AT+CIMI")), "{}: looked {} times", persona.name, asked("AT+CIMI"));
            let again =
                |view: &EntryView| matches!(&view.entry, Some(Entry::Notice(n)) if n.what.contains("again and again"));
            assert_eq!(world.record().entries().unwrap().iter().filter(|view| again(view)).count(), 1);
            assert!(count(&world, "device-back") <= 1, "{:?}", faults(&world));
            assert_eq!(invariants::broken(&world), [""; 0], "{}", persona.name);
        });
    }
}

/// Where each command takes longer than it is quiet, the card's own texts are read and the run ends (seed 52036: it waited
/// for the end of the authority).
#[tokio::test(start_paused = true)]
async fn law_2_a_slow_device_that_repeats_itself_is_read_and_the_run_ends() {
    let script = [20, 60, 100].into_iter().fold(at(Script::default(), 3, Act::SimFlood), |script, second| {
        at(script, second, deliver(&format!("hello at {second}")))
    });
    for (persona, latency) in
        [(Persona::sim_first(), 1_500), (Persona::sim_first(), 4_000), (Persona::generic(), 3_000)]
    {
        let latency = Duration::from_millis(latency);
        let world = World::new(Setup { people: 5, script: script.clone(), persona, latency, ..Setup::default() });
        let ended = tokio::time::timeout(Duration::from_secs(7_200), world.session(send(300))).await;
        assert_eq!(ended.expect("within two hours").unwrap(), Ended::InOrder, "{} {latency:?}", persona.name);
        assert_eq!((world.on_air().len(), texts(&world).len()), (5, 3), "{} {latency:?}", persona.name);
        assert_eq!(invariants::broken(&world), [""; 0], "{}", persona.name);
    }
}

/// Law 4: another card in the middle of that is found all the same, and gets nothing to send.
#[tokio::test(start_paused = true)]
async fn law_4_another_card_is_found_in_the_middle_of_a_flood() {
    for second in [55, 58, 60, 63, 66] {
        let swap = Act::SwapSim { iccid: "8944100000000000020".into(), imsi: "001010123456780".into() };
        let script = at(at(Script::default(), 3, Act::SimFlood), second, swap);
        // So slow that there is still somebody to text when the card is another, whatever is looked at between two texts.
        let latency = Duration::from_millis(700);
        let world = World::new(Setup { people: 100, latency, script, ..Setup::default() });
        let ended = world.session(send(300)).await.unwrap();
        assert!(matches!(ended, Ended::Refused(_)), "{ended:?}");
        let last = world.record().entries().unwrap().into_iter().rfind(|view| view.kind == "intent").unwrap();
        let sent = last.at.duration_since(super::world::START.parse().unwrap()).as_secs();
        let just_before = second as i64 - 5..=second as i64 + 1;
        assert!(just_before.contains(&sent), "the last text at second {sent}, another card at {second}");
    }
}

/// Law 8: a counter that counts whatever is asked for now is asked only while that is the PIN.
#[tokio::test(start_paused = true)]
async fn law_8_a_counter_of_the_puk_is_not_taken_for_the_pin_s() {
    let persona = Persona::named("telit-le910").unwrap();
    for (tries, asked) in [(None, 0), (Some(0), 0), (Some(2), 2)] {
        let lock = |tries| at(Script::default(), 0, Act::Lock { pin: "4831".into(), tries });
        let script = tries.map_or_else(Script::default, lock);
        let mut world = World::new(Setup { script, persona, ..Setup::default() });
        world.pin = Pin { digits: Some("4831"), ..Pin::default() };
        let _ended_as_it_may = world.session(listen(5)).await;
        let tries_told = world.tries().await;
        assert!(tries_told.is_none(), "{tries_told:?} with nothing asked for");
        let counted = world.truth.commands().iter().filter(|line| *line == "AT#PCT").count();
        assert_eq!(counted, asked, "{tries:?}");
    }
}

/// A device that begins with its radio off is switched on, also when the SIM was copied by an earlier check.
#[tokio::test(start_paused = true)]
async fn a_radio_that_is_off_is_switched_on() {
    let world = World::new(Setup { script: at(Script::default(), 0, Act::RadioOff), ..Setup::default() });
    assert_eq!(world.session(send(30)).await.unwrap(), Ended::InOrder);
    assert_eq!(world.on_air().len(), 4);
    let commands = world.truth.commands();
    let functions: Vec<&String> = commands.iter().filter(|line| line.starts_with("AT+CFUN=")).collect();
    assert_eq!(functions, ["AT+CFUN=1", "AT+CFUN=4"], "and off again, as it was found");
    let setting = |entry| if let Entry::Setting(setting) = entry { Some(setting) } else { None };
    let settings = world.record().entries().unwrap().into_iter().filter_map(|view| view.entry).filter_map(setting);
    let functions: Vec<Setting> = settings.filter(|setting| setting.what == "+CFUN").collect();
    let told: Vec<(&str, &str)> = functions
        .iter()
        .map(|setting| (setting.before.as_ref().unwrap().for_record(), setting.after.as_ref().unwrap().for_record()))
        .collect();
    assert_eq!(told, [("4", "1"), ("1", "4")]);
}
