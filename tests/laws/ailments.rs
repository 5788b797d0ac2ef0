//! What ails a device in the middle of the work, against each family: it hangs, its words reach nobody, it starts anew in
//! the middle of an answer or without a word, another program left it at a prompt, its echo is back, its lines end
//! otherwise. After each the driver is in a known state again, or the run halts plainly.

use std::time::Duration;

use signpost::emulator::persona::Persona;
use signpost::emulator::trouble::{Act, Script};
use signpost::record::entry::Entry;
use signpost::session::run::Ended;

use super::families::families;
use super::invariants;
use super::world::{Plugs, Setup, World, block_on, send};

/// What ails it, for as long as it can be borne.
pub const EVERY_AILMENT: [Act; 8] = [
    Act::Hang(Duration::from_secs(45)),
    Act::Hang(Duration::from_secs(200)),
    Act::Mute(Duration::from_secs(45)),
    Act::BrownOut,
    Act::SilentReboot,
    Act::StuckPrompt,
    Act::EchoBack,
    Act::DoubledCr,
];

fn world(name: &str, script: Script) -> World {
    let persona = Persona::named(name).unwrap();
    // So slowly that a device can start anew between two texts.
    let keys = vec![("limits.pace", "6")];
    World::new(Setup { people: 8, script, persona, plugs: Plugs::Again, keys, ..Setup::default() })
}

#[test]
fn after_each_ailment_each_family_is_in_a_known_state_again() {
    for name in families() {
        for (number, act) in EVERY_AILMENT.into_iter().enumerate() {
            block_on(async {
                let said = format!("{name} {act:?}");
                let after = Act::Deliver { from: "+447700900001".into(), text: "after it".into() };
                let script = Script::default().at(Duration::from_secs(20 + number as u64), act);
                let world = world(name, script.at(Duration::from_secs(400), after));
                let whole = tokio::time::timeout(Duration::from_secs(4_000), world.session(send(500))).await;
                assert_eq!(whole.expect(&said).unwrap(), Ended::InOrder, "{said}");
                assert_eq!(invariants::broken(&world), [""; 0], "{said}");
                let record = world.record();
                assert!(record.state().unknown().len() <= 1, "{said}: {:?}", world.states());
                assert!(world.on_air().len() >= 7, "{said}: {:?}", world.states());
                let replies = &record.state().replies;
                assert!(replies.iter().any(|received| received.reply.text.for_record() == "after it"), "{said}");
            });
        }
    }
}

/// A device whose words never come back: the run halts plainly, and a person was told.
#[test]
fn a_device_that_never_answers_again_halts_the_run() {
    for name in families() {
        for act in [Act::Hang(Duration::from_secs(100_000)), Act::Mute(Duration::from_secs(100_000))] {
            block_on(async {
                let said = format!("{name} {act:?}");
                let world = world(name, Script::default().at(Duration::from_secs(20), act));
                assert_eq!(world.session(send(500)).await.unwrap(), Ended::Gone, "{said}");
                assert_eq!(invariants::broken(&world), [""; 0], "{said}");
                let gone = |entry: &Entry| matches!(entry, Entry::Fault(fault) if fault.code == "device-gone");
                let entries = world.record().entries().unwrap();
                assert!(entries.iter().filter_map(|view| view.entry.as_ref()).any(gone), "{said}");
                assert!(world.record().state().unknown().len() <= 1, "{said}");
            });
        }
    }
}
