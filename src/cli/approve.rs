//! `signpost approve`: pins the exact plan and writes the sheet.

use super::args::{Approve, Common};
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::print::Out;
use crate::case::LineIdentity;
use crate::case::approval::Approval;
use crate::record::entry::Entry;
use crate::record::fold::State;
use crate::record::pen::random;
use crate::text::Untrusted;

/// Approves the plan as it stands.
pub fn run(common: &Common, args: &Approve, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let clock = folder::clock();
    let mut record = folder.record(clock.clone())?;
    let (terms, message, _, plan) = folder.plan(record.state())?;
    if args.by.trim() != terms.approver {
        let message = format!("{} is not the approver of this case ({})", args.by.trim(), terms.approver);
        return Err(CommandError::rule("not-the-approver", message, "the approver of case.toml must approve"));
    }
    if plan.people.is_empty() {
        return Err(CommandError::usage(
            "nobody",
            "nobody would be texted",
            "signpost contacts says who is left out and why",
        ));
    }
    if plan.people.len() as u64 > u64::from(terms.at_most) {
        let message = format!("{} people would be texted; [limits] at_most is {}", plan.people.len(), terms.at_most);
        return Err(CommandError::rule("limit-too-low", message, "raise at_most, or leave people out"));
    }
    let line = checked_line(record.state())?;
    let file = folder.case_file()?;
    let approval = Approval::pin(&plan, &file, &message, line, args.by.trim(), &mut random::<16>);
    let path = folder.at("approval/sheet.txt");
    folder::write(&path, approval.sheet(&terms, &message, clock.now()))?;
    let (code, people) = (approval.plan_code.clone(), approval.people.len());
    let seq = record.append(Entry::Approval(approval))?;
    out.say(format!("Plan code {code}: {people} people, approved by {} (entry {seq})", args.by.trim()));
    out.say("This is the weakest kind of approval: a name typed at this computer.");
    out.say(format!("Sheet: {}", path.display()));
    out.say("Next: signpost send");
    out.json(&serde_json::json!({"type": "summary", "plan_code": code, "people": people, "entry": seq, "strength": "name-only"}));
    Ok(Exit::Done)
}

/// The full ICCID and IMSI that `check` found.
fn checked_line(state: &State) -> Result<LineIdentity, CommandError> {
    let device = state.device.as_ref();
    let told = |text: Option<&Untrusted>| text.map(|text| text.for_record().to_owned());
    let iccid = told(device.and_then(|device| device.iccid.as_ref())).and_then(|text| text.parse().ok());
    let imsi = told(device.and_then(|device| device.imsi.as_ref())).and_then(|text| text.parse().ok());
    match (iccid, imsi) {
        (Some(iccid), Some(imsi)) => Ok(LineIdentity { iccid, imsi }),
        _ => Err(CommandError::rule(
            "not-checked",
            "the SIM was not looked at yet, so it cannot be pinned",
            "signpost check",
        )),
    }
}
