//! What people and the computer do while a run works: another plan is approved, the computer's clock is set.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use signpost::clock::Clock;
use signpost::record::entry::Entry;
use signpost::record::verify::verify;
use signpost::session::run::Ended;
use signpost::session::send::Halt;

use super::invariants;
use super::world::{Setup, World, listen, send};

/// Law 4: hours, limits, number and operator were held against the plan that the run began with, and against no other.
#[tokio::test(start_paused = true)]
async fn law_4_a_run_does_not_take_up_a_plan_that_is_approved_meanwhile() {
    let world = World::new(Setup { people: 6, keys: vec![("limits.pace", "6")], ..Setup::default() });
    let approve = async {
        tokio::time::sleep(Duration::from_secs(25)).await;
        let (_, approval) = world.record().state().approval.clone().unwrap();
        let other = "0000-0000-0000-0000".into();
        let approval = signpost::case::approval::Approval { plan_code: other, ..approval };
        world.record().append(Entry::Approval(approval)).unwrap();
        std::future::pending::<()>().await;
    };
    let ended = tokio::select! {
        ended = world.session(send(60)) => ended.unwrap(),
        () = approve => unreachable!(),
    };
    assert!(matches!(&ended, Ended::Halted(Halt::Stopped(why)) if why.contains("another plan")), "{ended:?}");
    let before = world.on_air().len();
    assert!((1..6).contains(&before), "{before}");
    assert_eq!(world.send_all().await, Ended::InOrder, "said again, it was looked at and confirmed");
    assert_eq!(world.on_air().len(), 6);
    assert_eq!(invariants::broken(&world), [""; 0]);
}

/// A clock that is put forward or back at one moment.
struct SetOnce {
    inner: Arc<dyn Clock>,
    at: Duration,
    by: SignedDuration,
}

impl Clock for SetOnce {
    fn now(&self) -> Timestamp {
        let by = if self.monotonic() < self.at { SignedDuration::ZERO } else { self.by };
        self.inner.now() + by
    }

    fn monotonic(&self) -> Duration {
        self.inner.monotonic()
    }
}

/// Law 6: who set the computer's clock is not known, but that it was set is an entry, and verifying shows where.
#[tokio::test(start_paused = true)]
async fn law_6_a_clock_that_is_set_is_in_the_record() {
    for seconds in [-3_600, -40, 40, 3_600] {
        let mut world = World::new(Setup::default());
        let at = world.clock.monotonic() + Duration::from_secs(30);
        world.clock = Arc::new(SetOnce { inner: world.clock.clone(), at, by: SignedDuration::from_secs(seconds) });
        world.session(listen(60)).await.unwrap();
        let told: Vec<String> = world.record().entries().unwrap().into_iter().filter_map(clock_set).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        let direction = if seconds < 0 { "back" } else { "forward" };
        assert!(told.iter().all(|what| what.contains(&format!("{direction} by {} s", seconds.abs()))), "{told:?}");
        let found = verify(world.folder.path(), None).unwrap();
        assert_eq!(found.problems, []);
        let steps: Vec<i64> = found.clocks.iter().map(|set| set.step.seconds()).collect();
        assert_eq!(steps, [seconds]);
    }
}

fn clock_set(view: signpost::record::entry::EntryView) -> Option<String> {
    match view.entry? {
        Entry::Fault(fault) if fault.code == "clock-set" => Some(fault.what),
        _ => None,
    }
}
