//! The whole main job against each family that the emulator knows, with its own commands, ready lines, chatter in the
//! middle of answers, line ends and waits; the device starts anew in the middle.

use std::collections::BTreeMap;
use std::time::Duration;

use signpost::emulator::Answers;
use signpost::emulator::persona::Persona;
use signpost::emulator::trouble::{Act, Fault, Script};
use signpost::emulator::truth::Happened;
use signpost::record::entry::Entry;
use signpost::record::fold::{PartState, READING_FLIPS_UNREAD};
use signpost::session::run::Ended;
use signpost::text::Untrusted;

use super::invariants;
use super::world::{Pin, Plugs, Setup, World, block_on, listen, send};

/// Those that are families, and no made-up quirk.
pub fn families() -> Vec<&'static str> {
    let made_up = ["push-only", "sim-first", "usim-by-path", "taciturn", "nameless"];
    Persona::names().into_iter().filter(|name| !made_up.contains(name)).collect()
}

fn world(name: &str, script: Script) -> World {
    let answers = Answers::Demo { seed: 4, early_stop: None, silent: None };
    let persona = Persona::named(name).unwrap();
    World::new(Setup { people: 8, script, answers, persona, plugs: Plugs::Again, ..Setup::default() })
}

#[test]
fn the_whole_job_against_each_family() {
    assert!(families().len() >= 8);
    for name in families() {
        block_on(async {
            // Behind the set-up of the slowest: `beginnings` has starts in the middle of it.
            let script = Script::default()
                .at(Duration::from_secs(12), Act::Reboot)
                .at(Duration::from_secs(60), Act::Unplug(Duration::from_secs(5)))
                .at(Duration::from_secs(90), Act::Deliver { from: "+447700900001".into(), text: "late".into() });
            let world = world(name, script);
            world.session(listen(1)).await.unwrap();
            assert_eq!(world.session(send(200)).await.unwrap(), Ended::InOrder, "{name}");
            assert_eq!(invariants::broken(&world), [""; 0], "{name}");
            let record = world.record();
            // The text that was on its way when the device started anew may stay so.
            assert!(record.state().unknown().len() <= 1, "{name}: {:?}", record.state().unknown());
            assert!(world.on_air().len() >= 8 - record.state().opt_outs.len(), "{name}");
            let replies = &record.state().replies;
            assert!(replies.iter().any(|received| received.reply.text.for_record() == "late"), "{name}");
        });
    }
}

/// Each family's own way to count the tries of the PIN, and to tell the card's number before it is in.
#[test]
fn each_family_s_pin() {
    for name in families() {
        block_on(async {
            let lock = Act::Lock { pin: "4831".into(), tries: 2 };
            let mut world = world(name, Script::default().at(Duration::ZERO, lock));
            world.pin = Pin { digits: Some("4831"), ..Pin::default() };
            world.session(listen(5)).await.unwrap();
            let tried = world.truth.commands().iter().filter(|line| line.starts_with("AT+CPIN=")).count();
            assert_eq!(tried, 1, "{name}");
        });
    }
}

/// Law 3: a text of the exhibit that the device announces is read where the family knows a way that does not mark it;
/// else a person is told before, and it is read only when they have decided, in this session or in a later one.
#[test]
fn law_3_each_family_s_reading_marks_nothing_that_nobody_decided() {
    for (name, decides) in families().into_iter().flat_map(|name| [(name, Decides::Meanwhile), (name, Decides::Later)])
    {
        block_on(async {
            let announced = Act::Say("+CMTI: \"SM\",1".into());
            let world = world(name, Script::default().at(Duration::from_secs(5), announced));
            let quiet = ["sim800", "cinterion-phs8"].contains(&name);
            let person = async {
                tokio::time::sleep(Duration::from_secs(60)).await;
                assert_eq!(marked(&world), 0, "{name}");
                assert_eq!(world.record().state().replies.len(), usize::from(quiet), "{name}");
                assert_eq!(world.record().state().holds.contains_key(READING_FLIPS_UNREAD), !quiet, "{name}");
                if decides == Decides::Meanwhile && !quiet {
                    world.lift(READING_FLIPS_UNREAD);
                }
                std::future::pending::<()>().await;
            };
            tokio::select! {
                ended = world.session(listen(90)) => assert_eq!(ended.unwrap(), Ended::InOrder, "{name}"),
                () = person => unreachable!(),
            }
            if decides == Decides::Later && !quiet {
                assert_eq!(marked(&world), 0, "{name}");
                world.lift(READING_FLIPS_UNREAD);
                world.session(listen(30)).await.unwrap();
            }
            assert_eq!(world.record().state().replies.len(), 1, "{name} {decides:?}");
            assert_eq!(marked(&world), usize::from(!quiet), "{name} {decides:?}");
            assert_eq!(invariants::broken(&world), [""; 0], "{name}");
        });
    }
}

/// When a person decides.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Decides {
    Meanwhile,
    Later,
}

/// How many texts were marked as read.
fn marked(world: &World) -> usize {
    world.truth.all().iter().filter(|happened| matches!(happened, Happened::Marked { .. })).count()
}

/// Law 2: where texts and reports are pushed, each is acknowledged once, when it is in the record; a family that does that
/// itself is not asked to take ours.
#[test]
fn law_2_each_family_s_pushes_are_acknowledged_once_or_not_at_all() {
    for name in families() {
        block_on(async {
            let deliver = |text: &str| Act::Deliver { from: "+447700900001".into(), text: text.into() };
            let script = (0..4).fold(Script::default(), |script, second| {
                script.at(Duration::from_millis(9_000 + 700 * second), deliver(&format!("text {second}")))
            });
            // As pushed to as the family allows: nothing is stored.
            let pushes = "(0-2),(0,2),(0,2),(0,1),(0,1)";
            let persona = Persona { indications: pushes, ..Persona::named(name).unwrap() };
            let world = World::new(Setup { people: 2, script, persona, ..Setup::default() });
            assert_eq!(world.session(send(60)).await.unwrap(), Ended::InOrder, "{name}");
            let all = world.truth.all();
            let count = |fits: fn(&Happened) -> bool| all.iter().filter(|happened| fits(happened)).count();
            let pushed = count(|happened| matches!(happened, Happened::Delivered { .. } | Happened::Reported { .. }));
            assert_eq!(pushed, 6, "{name}: none came twice");
            let itself = ["sim800", "simcom-sim7600", "sierra-mc7455"].contains(&name);
            let asked = world.truth.commands().iter().filter(|line| line.starts_with("AT+CNMA")).count();
            let taken = count(|happened| matches!(happened, Happened::Acknowledged));
            let expected = if itself { 0 } else { 6 };
            assert_eq!((asked, taken), (expected, expected), "{name}");
            assert_eq!(world.record().state().replies.len(), 4, "{name}");
            assert_eq!(invariants::broken(&world), [""; 0], "{name}");
        });
    }
}

/// Law 1: a device that repeats a text by itself hands over the same TP-MR with TP-RD set; what it says then is about its
/// last try, so a refusal proves nothing, and signpost asked it once.
#[test]
fn law_1_each_family_s_own_repeats_double_nothing() {
    for (name, fault) in
        families().into_iter().flat_map(|name| [(name, Fault::ResponseLost), (name, Fault::RepeatRefused(21))])
    {
        block_on(async {
            let script = Script::default().on_submit(2, fault);
            let persona = Persona::named(name).unwrap();
            let world = World::new(Setup { people: 3, script, persona, ..Setup::default() });
            assert_eq!(world.session(send(100)).await.unwrap(), Ended::InOrder, "{name} {fault:?}");
            let all = world.truth.all();
            let repeats = all.iter().filter_map(|happened| match happened {
                Happened::Repeated { hex, mr } => Some((u8::from_str_radix(&hex[..2], 16).unwrap() & 0x04, *mr)),
                _ => None,
            });
            let expected = if ["quectel-ec25", "huawei-e3372"].contains(&name) { vec![(0x04, 2)] } else { vec![] };
            assert_eq!(repeats.collect::<Vec<_>>(), expected, "{name} {fault:?}");
            let asked = world.truth.commands().iter().filter(|line| line.starts_with("AT+CMGS=")).count();
            assert_eq!((asked, world.on_air().len()), (3, 3), "{name} {fault:?}");
            let refused = |state: &PartState| matches!(state, PartState::Refused(_));
            assert!(!world.states().iter().any(|(_, state)| refused(state)), "{name} {fault:?}: {:?}", world.states());
            assert_eq!(invariants::broken(&world), [""; 0], "{name} {fault:?}");
        });
    }
}

/// Each family is left with the settings that it had, also after it started anew and was away in between; what it says
/// unasked is switched off where it can be, and on again.
#[test]
fn each_family_is_left_as_it_was_found() {
    for name in families() {
        block_on(async {
            let script = Script::default()
                .at(Duration::from_secs(6), Act::Reboot)
                .at(Duration::from_secs(60), Act::Unplug(Duration::from_secs(5)));
            let world = world(name, script);
            assert_eq!(world.session(send(200)).await.unwrap(), Ended::InOrder, "{name}");
            let mut ends: BTreeMap<String, (String, String)> = BTreeMap::new();
            for view in world.record().entries().unwrap() {
                if let Some(Entry::Setting(setting)) = view.entry {
                    let value = |text: &Option<Untrusted>| text.as_ref().unwrap().for_record().to_owned();
                    let (before, after) = (value(&setting.before), value(&setting.after));
                    ends.entry(setting.what).or_insert_with(|| (before, String::new())).1 = after;
                }
            }
            let mut expected = vec!["+CMEE", "+CMGF", "+CPMS", "+CREG"];
            expected.extend(match name {
                "huawei-e3372" => vec!["+CNMI", "^CURC"],
                "simcom-sim7600" => vec!["+CNMI", "+CNSMOD", "+AUTOCSQ"],
                // It refuses +CNMI, and is asked to push in vain.
                "samsung-cdc" => vec!["+CSMS"],
                _ => vec!["+CNMI"],
            });
            expected.iter().for_each(|what| assert!(ends.contains_key(*what), "{name}: {what} of {ends:?}"));
            // +CLIP is not asked for what it was.
            let changed: Vec<_> =
                ends.iter().filter(|(what, (before, after))| *what != "+CLIP" && before != after).collect();
            assert!(changed.is_empty(), "{name}: {changed:?}");
            let callers = world.truth.commands().into_iter().rfind(|line| line.starts_with("AT+CLIP="));
            assert_eq!(callers.as_deref(), Some("AT+CLIP=0"), "{name}");
        });
    }
}

/// A setting that the device refuses is as it was: nothing is claimed to have been changed, and nothing put back.
#[test]
fn a_device_that_refuses_to_tell_callers_is_as_it_was() {
    block_on(async {
        let world = World::new(Setup { persona: Persona::taciturn(), ..Setup::default() });
        world.session(listen(1)).await.unwrap();
        let asked = world.truth.commands().into_iter().filter(|line| line.starts_with("AT+CLIP")).collect::<Vec<_>>();
        assert_eq!(asked, ["AT+CLIP=1"]);
        let entries: Vec<Entry> = world.record().entries().unwrap().into_iter().filter_map(|view| view.entry).collect();
        let set = entries.iter().filter(|entry| matches!(entry, Entry::Setting(setting) if setting.what == "+CLIP"));
        assert_eq!(set.count(), 0);
        let told = |entry: &&Entry| matches!(entry, Entry::Notice(notice) if notice.what.contains("refuses +CLIP=1"));
        assert_eq!(entries.iter().filter(told).count(), 1);
    });
}

/// What each family was set to, by what was read back.
#[test]
fn each_family_s_indications() {
    for (name, set) in [
        ("generic", Some("2,1,0,2,0")),
        ("quectel-ec25", Some("2,1,0,2,0")),
        ("huawei-e3372", Some("1,1,0,1,0")),
        ("zte-mf", Some("1,1,0,2,0")),
        ("cinterion-phs8", Some("2,1,0,0,1")),
        ("mediatek-phone", Some("1,1,0,1,0")),
        ("samsung-cdc", None),
    ] {
        block_on(async {
            let world = world(name, Script::default());
            world.session(listen(5)).await.unwrap();
            let entries = world.record().entries().unwrap();
            let first = entries.into_iter().find_map(|view| match view.entry {
                Some(Entry::Setting(setting)) if setting.what == "+CNMI" && setting.asked != "0,0,0,0,0" => {
                    setting.after
                }
                _ => None,
            });
            assert_eq!(first.as_ref().map(|after| after.for_record()), set, "{name}");
        });
    }
}
