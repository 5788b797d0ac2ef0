//! The beginning of a session and its end: a device that starts anew while it is being set up is set up again, and whatever
//! way a session ends, the device has the settings that it had.

use std::sync::atomic::Ordering;
use std::time::Duration;

use signpost::emulator::persona::Persona;
use signpost::emulator::trouble::{Act, Moment, Script};
use signpost::modem::ModemError;
use signpost::modem::details::PduMode;
use signpost::record::body::Round;
use signpost::record::entry::Entry;
use signpost::session::begin::Found;
use signpost::session::card::CardError;
use signpost::session::run::Ended;
use signpost::session::{Session, SessionError};

use super::families::families;
use super::invariants;
use super::world::{Pin, Plugs, Setup, World, block_on, listen, send};

fn world(name: &str, script: Script) -> World {
    let persona = Persona::named(name).unwrap();
    World::new(Setup { script, persona, plugs: Plugs::Again, ..Setup::default() })
}

/// How many command lines it takes until the line is set up.
async fn commands(name: &str) -> u64 {
    let world = world(name, Script::default());
    world.with(async |mut session, _| session.set_up().await).await.unwrap();
    world.truth.commands().len() as u64
}

/// How often the record says that the device started anew while it was being set up.
fn told(world: &World) -> usize {
    let words =
        |entry: &Entry| matches!(entry, Entry::Notice(notice) if notice.what.contains("while it was being set up"));
    world.record().entries().unwrap().iter().filter(|view| view.entry.as_ref().is_some_and(words)).count()
}

/// A text that comes later is waited for behind so many starts: that takes its time.
const SELDOM: u64 = 7;

/// A start at every command of the beginning: in place of its answer, behind it, and without a word. The line is set up,
/// what arrives is read, nothing of the exhibit is touched, and the device is left as it was found.
#[test]
fn a_start_in_the_middle_of_the_beginning_is_gone_through_again() {
    let starts = [(Moment::Instead, Act::Reboot), (Moment::Behind, Act::Reboot), (Moment::Instead, Act::SilentReboot)];
    for name in families() {
        let last = block_on(commands(name));
        for (number, (moment, act)) in (1..=last).flat_map(|number| starts.clone().map(|start| (number, start))) {
            if act != Act::Reboot && number % 2 == 1 {
                continue;
            }
            block_on(async {
                let said = format!("{name}: {act:?} {moment:?} {number} of {last}");
                let after = Act::Deliver { from: "+447700900001".into(), text: "after it".into() };
                let (script, listens) = match number % SELDOM {
                    0 => (Script::default().at(Duration::from_secs(100), after), listen(150)),
                    _ => (Script::default(), listen(1)),
                };
                let world = world(name, script.on_command(number, moment, act));
                let before = world.set().await;
                assert_eq!(world.session(listens).await.expect(&said), Ended::InOrder, "{said}");
                assert_eq!(invariants::broken(&world), [""; 0], "{said}");
                assert_eq!(world.record().state().replies.len(), usize::from(number % SELDOM == 0), "{said}");
                assert_eq!(world.set().await, before, "{said}");
            });
        }
    }
}

/// The same in everything that `check` does: the SIM is copied whole, and the card speaks of a device that is set up.
#[test]
fn a_start_in_the_middle_of_check_is_gone_through_again() {
    for name in ["generic", "huawei-e3372", "simcom-sim7600"] {
        let last = block_on(async {
            let world = world(name, Script::default());
            world.check().await.unwrap();
            world.truth.commands().iter().position(|line| line == "AT+CNMI=0,0,0,0,0").unwrap() as u64 - 1
        });
        for number in 1..=last {
            block_on(async {
                let said = format!("{name}: {number} of {last}");
                let world = world(name, Script::default().on_command(number, Moment::Instead, Act::Reboot));
                let before = world.set().await;
                let examined = world.check().await.expect(&said);
                assert_eq!(examined.details.capabilities.pdu_mode, PduMode::Proved, "{said}");
                assert_eq!(world.set().await, before, "{said}");
                // Before anything was changed nothing is said.
                assert!(told(&world) == 1 || number < 6, "{said}");
                let record = world.record();
                assert_eq!(record.state().images["6F3C"].before.as_ref().unwrap().records.len(), texts(name), "{said}");
                assert_eq!(record.state().images["6F40"].before.as_ref().unwrap().records.len(), 2, "{said}");
            });
        }
    }
}

fn texts(name: &str) -> usize {
    Persona::named(name).unwrap().sm
}

/// It is given up in the end, plainly: a device that never has done with starting has no power.
#[tokio::test(start_paused = true)]
async fn a_device_that_starts_again_and_again_is_given_up() {
    let starts =
        (1..60).fold(Script::default(), |script, nth| script.on_command(nth * 8, Moment::Instead, Act::Reboot));
    let world = world("quectel-ec25", starts);
    let error = world.session(listen(5)).await.unwrap_err();
    assert!(matches!(error, SessionError::StartsAgain), "{error}");
    assert_eq!(told(&world), 3);
    assert!(error.to_string().contains("4 times"), "{error}");
}

/// Law 4: behind a start another device answers: nothing is set up for it.
#[tokio::test(start_paused = true)]
async fn law_4_another_device_behind_a_start_is_not_set_up() {
    for number in [20, 40] {
        let other = Act::OtherDevice("001010000000024".into());
        let world = world("generic", Script::default().on_command(number, Moment::Instead, other));
        let before = world.set().await;
        let error = world.session(send(5)).await.unwrap_err();
        assert!(matches!(error, SessionError::Another("another device")), "{number}: {error}");
        assert_eq!((world.on_air().len(), world.set().await), (0, before), "{number}");
    }
}

/// Law 8: a start in the middle makes the card ask for its PIN again: whoever is at the bench is asked again, and where
/// nobody gives it, it is not tried.
#[test]
fn law_8_behind_a_start_the_pin_is_asked_for_again() {
    for name in families() {
        block_on(async {
            let lock = Act::Lock { pin: "48319276".into(), tries: 3 };
            let script = Script::default().at(Duration::ZERO, lock);
            let mut world = world(name, script.on_command(40, Moment::Instead, Act::Reboot));
            world.pin = Pin { digits: Some("48319276"), ..Pin::default() };
            assert_eq!(world.session(listen(5)).await.unwrap(), Ended::InOrder, "{name}");
            let tried = world.truth.commands().iter().filter(|line| line.starts_with("AT+CPIN=")).count();
            assert_eq!((tried, world.pin.asked.get()), (2, 2), "{name}");
        });
    }
}

/// A way a session ends, with what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    InOrder,
    Checked,
    /// Before it is set up, and behind that.
    Refused,
    RefusedLate,
    Copied,
    Interrupted,
    NoPin,
    Puk,
    NoSim,
    AnotherSim,
    /// The card is busy for ever behind the first contact.
    Fails,
}

const EVERY_WAY: [Way; 11] = [
    Way::InOrder,
    Way::Checked,
    Way::Refused,
    Way::RefusedLate,
    Way::Copied,
    Way::Interrupted,
    Way::NoPin,
    Way::Puk,
    Way::NoSim,
    Way::AnotherSim,
    Way::Fails,
];

impl Way {
    fn script(self, name: &str) -> Script {
        let lock = |tries| Act::Lock { pin: "48319276".into(), tries };
        let swap = Act::SwapSim { iccid: "8944100000000000020".into(), imsi: "001010123456780".into() };
        let script = Script::default();
        match self {
            Way::NoPin => script.at(Duration::ZERO, lock(3)),
            Way::Puk => script.at(Duration::ZERO, lock(0)),
            Way::NoSim => script.at(Duration::ZERO, Act::TakeSim),
            Way::AnotherSim => script.at(Duration::from_secs(30), swap),
            Way::Fails => script.on_command(block_on(first_of_set_up(name)), Moment::Behind, Act::SimBusy(HOURS)),
            _ => script,
        }
    }

    async fn is_gone(self, world: &World) -> Result<Ended, SessionError> {
        let refused = Ended::Refused(Vec::new());
        match self {
            Way::Checked => world.check().await.map(|_| Ended::InOrder),
            Way::Refused => {
                world.with(async |mut session, _| session.end(&refused).await).await.map(|_| Ended::InOrder)
            }
            Way::RefusedLate => {
                let late = async |mut session: Session, _: Found| {
                    session.set_up().await?;
                    session.end(&refused).await
                };
                world.with(late).await.map(|_| Ended::InOrder)
            }
            Way::Copied => {
                world.copy(Round::After).await;
                Ok(Ended::InOrder)
            }
            Way::Interrupted => {
                let interrupt = async {
                    tokio::time::sleep(Duration::from_secs(40)).await;
                    world.interrupts.store(1, Ordering::Relaxed);
                    std::future::pending::<()>().await;
                };
                tokio::select! {
                    ended = world.session(listen(600)) => ended,
                    () = interrupt => unreachable!(),
                }
            }
            _ => world.session(listen(60)).await,
        }
    }

    fn fits(self, ended: &Result<Ended, SessionError>) -> bool {
        match self {
            Way::NoPin => matches!(ended, Err(SessionError::Card(CardError::PinNeeded(_)))),
            Way::Puk => matches!(ended, Err(SessionError::Card(CardError::Puk))),
            Way::NoSim => matches!(ended, Err(SessionError::Card(CardError::Absent))),
            Way::Fails => matches!(ended, Err(SessionError::Modem(ModemError::Refused { .. }))),
            Way::Interrupted => matches!(ended, Ok(Ended::Early(_))),
            Way::AnotherSim => matches!(ended, Ok(Ended::Refused(_))),
            _ => matches!(ended, Ok(Ended::InOrder)),
        }
    }
}

const HOURS: Duration = Duration::from_secs(36_000);

/// The number of the last command line before set-up. A device that is waited for a little answers its chatter first.
async fn first_of_set_up(name: &str) -> u64 {
    let world = world(name, Script::default());
    world.with(async |mut session, _| session.set_up().await).await.unwrap();
    world.truth.commands().iter().position(|line| line == "AT+CPMS=?").unwrap() as u64
}

/// Whatever way a session ends, each family has the settings that it had, and the record says what was put back.
#[test]
fn whatever_way_a_session_ends_each_family_is_left_as_it_was_found() {
    for (name, way) in families().into_iter().flat_map(|name| EVERY_WAY.map(|way| (name, way))) {
        // It reads its next command before anything can come between.
        if name == "generic" && way == Way::Fails {
            continue;
        }
        let script = way.script(name);
        block_on(async {
            let said = format!("{name} {way:?}");
            let world = world(name, script);
            let before = world.set().await;
            let ended = way.is_gone(&world).await;
            assert!(way.fits(&ended), "{said}: {ended:?}");
            assert_eq!(world.set().await, before, "{said}");
            let set = |entry| if let Entry::Setting(setting) = entry { Some(setting) } else { None };
            let entries = world.record().entries().unwrap().into_iter();
            let errors: Vec<_> =
                entries.filter_map(|view| set(view.entry?)).filter(|set| set.what == "+CMEE").collect();
            let values: Vec<_> = errors.iter().map(|set| set.after.as_ref().unwrap().for_record()).collect();
            assert_eq!(values, ["1", "0"], "{said}");
        });
    }
}

/// What was set on another device, before it showed that it is another, is put back there.
#[tokio::test(start_paused = true)]
async fn another_device_that_comes_in_its_place_is_left_as_it_was_found() {
    let script = Script::default().at(Duration::from_secs(6), Act::Unplug(Duration::from_secs(10)));
    let world = world("generic", script);
    let other = async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        world.other_modem(&["x"]).await;
        std::future::pending::<()>().await;
    };
    let ended = tokio::select! {
        ended = world.session(listen(60)) => ended.unwrap(),
        () = other => unreachable!(),
    };
    assert_eq!(ended, Ended::Gone);
    let fresh = World::new(Setup::default());
    assert_eq!(world.set().await, fresh.set().await);
}
