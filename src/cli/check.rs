//! `signpost check`: the first verb that reaches the SIM. All of it is recorded.

use super::args::{Common, Line as LineArgs};
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::host::Course;
use super::line::{Line, Opening, block_on};
use super::print::Out;
use crate::case::clearance::{same_sim, to_listen};
use crate::modem::identify::Registered;
use crate::record::body::{Reason, Refused};
use crate::record::entry::Entry;
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
        let mut line = Line::open(&folder, terms.clone(), opening).await?;
        let there = line.session.line()?.clone();
        let refusals = same_sim(&terms, None, &there);
        if !refusals.is_empty() {
            line.session.end(&Ended::Refused(refusals.clone()))?;
            return Err(CommandError::refused(&refusals));
        }
        let setup = line.session.set_up().await?;
        let readiness = &line.found.readiness;
        out.say(format!("SIM     {} matches exhibit {}", there.iccid.masked(), terms.exhibit));
        out.say(format!(
            "PIN     {}",
            if readiness.pin.for_record() == "READY" { "off".into() } else { readiness.pin.for_terminal() }
        ));
        let device = &line.found.identity;
        out.say(format!("Device  {} {}", device.maker.for_terminal(), device.model.for_terminal()));
        let registered = readiness.is_registered() == Registered::Yes;
        let network = if registered { "on the network" } else { "NOT ON A NETWORK" };
        out.say(format!(
            "Line    {} {network}, signal {}",
            readiness.operator.for_terminal(),
            signal(readiness.signal)
        ));
        for fill in &setup.census {
            out.say(format!(
                "Found   {} of {} slots in use in {}; not read, not changed",
                fill.used,
                fill.total,
                fill.storage.name()
            ));
        }
        if terms.alert.is_empty() {
            out.say("Alert   nobody is told of replies: [replies] alert is empty");
        }
        setup.remarks.iter().for_each(|remark| out.say(format!("!       {remark}")));
        out.say("The SIM is not copied by this version. What was changed on the device is in the record.");
        let sealed = line.session.end(&Ended::InOrder)?;
        out.say(format!("Notebook: entry {}  code {}", sealed.upto, sealed.code));
        out.say("Next: signpost plan");
        out.json(&serde_json::json!({
            "type": "summary", "iccid": there.iccid, "imsi": there.imsi, "registered": registered,
            "census": setup.census.iter().map(|fill| serde_json::json!({
                "storage": fill.storage.name(), "used": fill.used, "total": fill.total})).collect::<Vec<_>>(),
            "remarks": setup.remarks, "entry": sealed.upto, "code": sealed.code.as_str(),
        }));
        if registered {
            return Ok(Exit::Done);
        }
        let help = "check antenna and coverage, wait a minute, and give the same command again";
        Err(CommandError::device("not-registered", "the line is not on a network", help))
    })
}

/// Records why a verb was refused, and says so.
pub fn refuse(folder: &Folder, verb: &str, refusals: &[crate::case::clearance::Refusal]) -> Result<Exit, CommandError> {
    let reasons = refusals.iter().map(|refusal| Reason { code: refusal.code().into(), text: refusal.to_string() });
    let refused = Refused { verb: verb.into(), reasons: reasons.collect() };
    folder.look()?.append(Entry::Refused(refused))?;
    Err(CommandError::refused(refusals))
}

/// `+CSQ` in words (27.007 clause 8.5).
fn signal(rssi: Option<u32>) -> &'static str {
    match rssi {
        Some(0..=9) => "weak",
        Some(10..=14) => "fair",
        Some(15..=31) => "good",
        _ => "unknown",
    }
}
