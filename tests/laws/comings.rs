//! Comings and goings at the bench: unplugged while the line is set up, plugged in again with a card that takes its time,
//! hung for minutes; a person who interrupts the beginning; a PIN that is wrong; settings that another program left.

use std::sync::atomic::Ordering;
use std::time::Duration;

use signpost::emulator::persona::Persona;
use signpost::emulator::trouble::{Act, Moment, Script};
use signpost::modem::ModemError;
use signpost::record::entry::Entry;
use signpost::session::SessionError;
use signpost::session::card::CardError;
use signpost::session::run::Ended;

use super::families::families;
use super::invariants;
use super::world::{Pin, Plugs, Setup, World, block_on, listen, send};

const SECOND: Duration = Duration::from_secs(1);

fn world(name: &str, script: Script) -> World {
    let persona = Persona::named(name).unwrap();
    World::new(Setup { script, persona, plugs: Plugs::Again, ..Setup::default() })
}

fn at(script: Script, second: u32, act: Act) -> Script {
    script.at(second * SECOND, act)
}

fn deliver() -> Act {
    Act::Deliver { from: "+447700900001".into(), text: "after it".into() }
}

fn heard(world: &World) -> usize {
    world.record().state().replies.len()
}

/// Law 2: a device is opened once at a time, so the old link is let go of; and one that is not ready is asked again on the
/// link that there is.
#[test]
fn law_2_a_device_that_comes_back_is_taken_back() {
    let away = [
        ("unplugged, and its card takes its time", [Act::Unplug(2 * SECOND), Act::SimBusy(12 * SECOND)].to_vec()),
        ("hung until it was given up", vec![Act::Hang(140 * SECOND)]),
        ("its link dropped, and it kept what it was told", vec![Act::LinkDrop(3 * SECOND)]),
    ];
    for (name, (why, acts)) in families().into_iter().flat_map(|name| away.clone().map(|away| (name, away))) {
        block_on(async {
            let said = format!("{name}: {why}");
            let script = (20..).zip(acts).fold(Script::default(), |script, (second, act)| at(script, second, act));
            let world = world(name, at(at(script, 0, Act::LeftSet), 400, deliver()));
            begun(&world).await;
            let before = world.set().await;
            assert_eq!(world.session(listen(600)).await.expect(&said), Ended::InOrder, "{said}");
            assert_eq!(heard(&world), 1, "{said}");
            assert_eq!(invariants::broken(&world), [""; 0], "{said}");
            if !why.starts_with("unplugged") {
                assert_eq!(world.set().await, before, "{said}");
            }
        });
    }
}

/// What the script has for the very beginning is done.
async fn begun(world: &World) {
    let (near, far) = tokio::io::duplex(64);
    let lets_go = async {
        tokio::time::sleep(SECOND / 100).await;
        drop(near);
    };
    tokio::join!(world.serve(far), lets_go);
}

/// Unplugged at each command of the beginning, it is waited for, set up, and listened to.
#[test]
fn a_device_that_is_unplugged_while_it_is_set_up_is_waited_for() {
    for name in families() {
        let last = block_on(async {
            let world = world(name, Script::default());
            world.with(async |mut session, _| session.set_up().await).await.unwrap();
            world.truth.commands().len() as u64
        });
        for number in (1..=last).step_by(3) {
            for act in [Act::Unplug(20 * SECOND), Act::LinkDrop(20 * SECOND)] {
                block_on(async {
                    let said = format!("{name}: {act:?} at {number} of {last}");
                    let script = Script::default().on_command(number, Moment::Instead, act);
                    let world = world(name, at(at(script, 0, Act::LeftSet), 120, deliver()));
                    begun(&world).await;
                    assert_eq!(world.session(listen(180)).await.expect(&said), Ended::InOrder, "{said}");
                    assert_eq!(heard(&world), 1, "{said}");
                    assert_eq!(invariants::broken(&world), [""; 0], "{said}");
                });
            }
        }
    }
}

/// Where nobody plugs it in again, the beginning is given up in the end.
#[tokio::test(start_paused = true)]
async fn a_device_that_stays_away_in_the_beginning_is_given_up() {
    let world = world("generic", Script::default().on_command(10, Moment::Instead, Act::Unplug(9_999 * SECOND)));
    let error = world.session(listen(60)).await.unwrap_err();
    assert!(error.to_string().contains("plugged in again"), "{error}");
    assert!(world.pin.waited.get() > 100, "a person was told");
}

/// A person interrupts the beginning at any moment: it ends soon, everything is put back, and the record says why.
#[test]
fn a_person_may_interrupt_the_beginning() {
    let troubles = [
        at(Script::default(), 0, Act::NoNetwork(9_999 * SECOND)),
        at(Script::default(), 0, Act::SimBusy(9_999 * SECOND)),
        Script::default().on_command(30, Moment::Instead, Act::Hang(9_999 * SECOND)),
        Script::default().on_command(10, Moment::Instead, Act::Unplug(9_999 * SECOND)),
        Script::default(),
    ];
    for (number, script) in troubles.into_iter().enumerate() {
        for second in [1, 3, 8, 15] {
            block_on(async {
                let said = format!("trouble {number}, after {second} s");
                let world = world("generic", at(script.clone(), 0, Act::LeftSet));
                begun(&world).await;
                let before = world.set().await;
                let began = world.clock.monotonic();
                let interrupt = async {
                    tokio::time::sleep(second * SECOND).await;
                    world.interrupts.store(1, Ordering::Relaxed);
                    std::future::pending::<()>().await;
                };
                let ended = tokio::select! {
                    ended = world.check() => ended.map(drop),
                    () = interrupt => unreachable!(),
                };
                let took = (world.clock.monotonic() - began).saturating_sub(second * SECOND);
                let interrupted = matches!(ended, Err(SessionError::Modem(ModemError::Interrupted)));
                assert!(interrupted || ended.is_ok() && number == 4, "{said}: {ended:?}");
                // A device that hangs lets each command wait for its answer.
                assert!(took < if number == 2 { 200 } else { 40 } * SECOND, "{said}: {took:?}");
                if matches!(number, 0 | 1 | 4) {
                    assert_eq!(world.set().await, before, "{said}");
                }
                let words = |entry: &Entry| matches!(entry, Entry::SessionEnded(_));
                let entries = world.record().entries().unwrap();
                assert!(entries.iter().filter_map(|view| view.entry.as_ref()).any(words), "{said}");
            });
        }
    }
}

/// Law 8: a PIN that was not taken is not tried again, also where the device starts anew over it.
#[test]
fn law_8_a_wrong_pin_is_tried_once_whatever_the_device_does() {
    for name in families() {
        for (moment, act) in
            [(Moment::Behind, Act::Reboot), (Moment::Instead, Act::Reboot), (Moment::Behind, Act::EchoBack)]
        {
            block_on(async {
                let said = format!("{name} {moment:?} {act:?}");
                let lock = Act::Lock { pin: "48319276".into(), tries: 3 };
                let script = at(Script::default(), 0, lock);
                let number = pin_command(name).await;
                let mut world = world(name, script.on_command(number, moment, act));
                world.pin = Pin { digits: Some("11111111"), ..Pin::default() };
                let error = world.session(send(5)).await.unwrap_err();
                assert!(matches!(error, SessionError::Card(CardError::Pin(_))), "{said}: {error}");
                let tried = world.truth.commands().iter().filter(|line| line.starts_with("AT+CPIN=")).count();
                assert_eq!(tried, 1, "{said}");
            });
        }
    }
}

/// The number of the command by which the PIN is entered.
async fn pin_command(name: &str) -> u64 {
    let lock = Act::Lock { pin: "48319276".into(), tries: 3 };
    let mut world = world(name, at(Script::default(), 0, lock));
    world.pin = Pin { digits: Some("48319276"), ..Pin::default() };
    world.session(listen(1)).await.unwrap();
    world.truth.commands().iter().position(|line| line.starts_with("AT+CPIN=")).unwrap() as u64 + 1
}

/// Law 3: a card that is busy is no card without files: it is copied when it is ready.
#[test]
fn law_3_a_sim_that_is_busy_is_copied_all_the_same() {
    for name in families() {
        block_on(async {
            let first = {
                let world = world(name, Script::default());
                world.check().await.unwrap();
                world.truth.commands().iter().position(|line| line.starts_with("AT+CRSM")).unwrap() as u64
            };
            let busy = Script::default().on_command(first, Moment::Behind, Act::SimBusy(9 * SECOND));
            let world = world(name, busy);
            let checked = world.check().await.map(drop);
            assert!(checked.is_ok(), "{name}: {checked:?} {:?}", world.truth.commands());
            let record = world.record();
            assert!(record.state().has_copy(), "{name}");
            let texts = record.state().images["6F3C"].before.as_ref().unwrap().records.len();
            assert!(texts > 0, "{name}");
        });
    }
}

/// What another program left is what is put back, whatever way the session goes.
#[test]
fn what_another_program_left_is_put_back() {
    for name in families() {
        block_on(async {
            let world = world(name, at(at(Script::default(), 0, Act::LeftSet), 5, deliver()));
            begun(&world).await;
            let before = world.set().await;
            world.check().await.unwrap();
            assert_eq!(world.set().await, before, "{name}, checked");
            assert_eq!(world.session(send(30)).await.unwrap(), Ended::InOrder, "{name}");
            assert_eq!(world.set().await, before, "{name}, worked");
        });
    }
}

/// Law 2: a device that started anew without a word answers in text mode: that is never taken for a PDU, and the text is
/// read when the device is set up again.
#[test]
fn law_2_what_is_read_in_text_mode_is_no_pdu() {
    for name in families() {
        let script = at(at(Script::default(), 5, deliver()), 5, deliver());
        let keys = || vec![("replies.free_captured", "true")];
        let made = |script| {
            World::new(Setup { script, persona: Persona::named(name).unwrap(), keys: keys(), ..Setup::default() })
        };
        let reads: Vec<u64> = block_on(async {
            let world = made(script.clone());
            world.session(listen(60)).await.unwrap();
            let reads = |line: &str| line.starts_with("AT+CMGR=") || line.starts_with("AT^SMGR=");
            (1..).zip(world.truth.commands()).filter(|(_, line)| reads(line)).map(|(number, _)| number).collect()
        });
        for (number, moment) in
            reads.into_iter().flat_map(|number| [(number, Moment::Instead), (number, Moment::Behind)])
        {
            block_on(async {
                let said = format!("{name}: {moment:?} {number}");
                let world = made(script.clone().on_command(number, moment, Act::SilentReboot));
                world.session(listen(400)).await.expect(&said);
                let texts: Vec<_> = world
                    .record()
                    .state()
                    .replies
                    .iter()
                    .map(|reply| reply.reply.text.for_record().to_owned())
                    .collect();
                assert!(!texts.is_empty() && texts.iter().all(|text| text == "after it"), "{said}: {texts:?}");
                assert_eq!(invariants::broken(&world), [""; 0], "{said}");
            });
        }
    }
}

/// Law 8: a PIN that was not answered may be echoed long after it was given up; it stands nowhere all the same.
#[test]
fn law_8_a_pin_that_comes_back_late_is_struck() {
    for name in families() {
        for second in [19, 21, 23] {
            block_on(async {
                let number = pin_command(name).await;
                let lock = Act::Lock { pin: "48319276".into(), tries: 3 };
                let script = at(Script::default(), 0, lock).on_command(number, Moment::Instead, Act::Hang(18 * SECOND));
                let mut world = world(name, at(script, second, Act::Say("AT+CPIN=\"48319276\"".into())));
                world.pin = Pin { digits: Some("48319276"), ..Pin::default() };
                let ended = world.session(listen(60)).await;
                let file = std::fs::read(world.folder.path().join("record.db")).unwrap();
                let log = std::fs::read(world.folder.path().join("record.db-wal")).unwrap_or_default();
                for octets in [file, log] {
                    for form in ["48319276", &signpost::hex::encode(b"48319276")] {
                        let there =
                            octets.windows(form.len()).any(|window| window.eq_ignore_ascii_case(form.as_bytes()));
                        assert!(!there, "{name} after {second} s: {ended:?}");
                    }
                }
            });
        }
    }
}
