//! `signpost check`: the first verb that reaches the SIM. All of it is recorded.

use super::args::{Common, Line as LineArgs};
use super::awake::Awake;
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::host::Course;
use super::line::{Line, Opening, block_on};
use super::print::Out;
use super::readiness::Card;
use crate::case::clearance::{same_sim, to_listen};
use crate::link::Address;
use crate::link::power::{self, Power, Sleep};
use crate::link::root::Root;
use crate::modem::identify::{Readiness, Registered};
use crate::record::body::Refused;
use crate::record::entry::Entry;
use crate::session::details::Examined;
use crate::session::run::Ended;

/// Checks the line.
pub fn run(common: &Common, args: &LineArgs, out: &Out) -> Result<Exit, CommandError> {
    on_course(common, args, &Course::default(), out)
}

/// As [`run`], on an emulator that behaves as told.
pub fn on_course(common: &Common, args: &LineArgs, course: &Course, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let terms = folder.terms()?;
    let now = folder::clock().now();
    let refusals = to_listen(now, &terms);
    if !refusals.is_empty() {
        return refuse(&folder, "check", &refusals);
    }
    block_on(async {
        let opening = Opening::to_listen("check", args, course, out);
        let mut line = Line::open(&folder, folder.look()?, terms.clone(), opening).await?;
        let there = line.session.line()?.clone();
        let refusals = same_sim(&terms, None, &there);
        if !refusals.is_empty() {
            line.session.end(&Ended::Refused(refusals.clone())).await?;
            return refuse(&folder, "check", &refusals);
        }
        let registered = line.found.readiness.is_registered();
        let copied = if line.session.has_copy() {
            line.session.wait_for_network().await?;
            None
        } else {
            Some(line.session.copy_before(registered).await?)
        };
        let power = power(&line);
        let Examined { setup, readiness, details, tries, lock } = line.session.examine(&line.found, &power).await?;
        let alert = line.session.test_alert().await?;
        let card = Card {
            terms: &terms,
            line: &there,
            identity: &line.found.identity,
            readiness: &readiness,
            setup: &setup,
            details: &details,
            power: &power,
            alert: alert.as_ref(),
            copied,
            tries,
            lock,
            ahead: line.session.clock_ahead(),
        };
        let sealed = line.session.end(&Ended::InOrder).await?;
        card.say(folder.look()?.state(), out);
        out.say(format!("Notebook: entry {}  code {}", sealed.upto, sealed.code));
        let mut json = card.json();
        if let Some(fields) = json.as_object_mut() {
            fields.insert("type".into(), "summary".into());
            fields.insert("entry".into(), sealed.upto.into());
            fields.insert("code".into(), sealed.code.as_str().into());
        }
        out.json(&json);
        verdict(&readiness, out)
    })
}

/// What the computer's power can do to the line.
fn power(line: &Line) -> Power {
    let sleep = line.guards.3.as_ref().map_or(Sleep::NotAsked, Awake::sleep);
    let port = match line.session.port().parse() {
        Ok(Address::Serial(path)) => Some(path),
        _ => None,
    };
    power::look(&Root::this(), port.as_deref(), sleep)
}

/// Whether texts can be sent; if not, what to do.
fn verdict(readiness: &Readiness, out: &Out) -> Result<Exit, CommandError> {
    if readiness.is_registered() == Registered::No {
        let help = "check the antenna and the coverage, wait a minute, and give the same command again";
        return Err(CommandError::device("not-registered", "the line is not on a network", help));
    }
    if readiness.service_centre.is_empty() {
        let help = "signpost writes nothing to the SIM; ask the network for the number, and let an examiner set it";
        return Err(CommandError::device(
            "no-service-centre",
            "the SIM knows no service centre: no text can leave",
            help,
        ));
    }
    out.say("Next: signpost plan");
    Ok(Exit::Done)
}

/// Records why a verb was refused, and says so.
pub fn refuse(folder: &Folder, verb: &str, refusals: &[crate::case::clearance::Refusal]) -> Result<Exit, CommandError> {
    folder.look()?.append(Entry::Refused(Refused::of(verb, refusals)))?;
    Err(CommandError::refused(refusals))
}
