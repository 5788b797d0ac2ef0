//! `signpost demo`: the whole job on the embedded handset, as a TRAINING case, by the same verbs that a
//! technician types.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::args::{Approve, Chosen, Close, Common, Demo, Line, New, Plan, Send};
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::host::Course;
use super::print::Out;
use super::scratch::Scratch;
use super::{approve, check, close, new, plan, send, status, verify};
use crate::link::Address;
use crate::session::run::Ends;

const APPROVER: &str = "DI A. Example";
const TEAM_PHONE: &str = "+447700900990";
const OPERATOR: &str = "PC Y. Example";
const MESSAGE: &str = "This is Nottinghamshire Police. This phone line has been seized and is closed. You are not in \
trouble for being in its contacts. If you or someone you know needs help to get out of county lines or to stop using: \
call 0800 000000 (free, private) or reply here. Reply STOP to get no more texts.\n";
/// Nothing arrives any more after this.
const QUIET: Duration = Duration::from_millis(3_500);
const PEOPLE: u32 = 24;

/// Does the whole job.
pub fn run(common: &Common, args: &Demo, out: &Out) -> Result<Exit, CommandError> {
    let common = Common { folder: args.folder.clone(), operator: Some(OPERATOR.into()), plain: true, ..common.clone() };
    let quiet = out.only_progress();
    let people = people(args.seed);
    let course = Course {
        seed: args.seed,
        early_stop: people.last().cloned(),
        silent: Some(TEAM_PHONE.into()),
        ..Course::default()
    };
    let line = Line { port: Address::Auto, allow_remote: false, pin_fd: None };

    out.step("A case folder: contacts as received, the exact words, and on whose word");
    make(&common, args, &people, &quiet)?;
    out.step("Check: who is the SIM, is the line ready, what lies there already");
    check::on_course(&common, &line, &course, out)?;
    out.step("Plan: who, what, when, on whose word");
    plan::run(&common, &Plan { left_out: true, texts: false, fix_text: false }, out)?;
    out.step("Approve: every text, recipient, limit and the SIM are pinned");
    approve::run(&common, &Approve { sheet: false, key: None, signed: None, by: Some(APPROVER.into()) }, out)?;
    out.step("Send, and keep every reply (one STOP comes from someone not yet texted)");
    let confirm = Some(PEOPLE);
    let args_send = Send { line: line.clone(), confirm, then_stop: false, after_stop: false };
    let sent = send::on_course(&common, &args_send, &course, Ends::WhenQuiet(QUIET), out)?;
    out.step("Close: seal for good, write the pages");
    let args_close = Close { why: "the demonstration is over".into(), line, without_line: false };
    close::on_course(&common, &args_close, &course, out)?;
    out.step("Verify, as anyone can");
    let verified = verify::run(&args.folder, None, out)?;
    summary(&common, args, out)?;
    Ok(sent.or(verified))
}

fn summary(common: &Common, args: &Demo, out: &Out) -> Result<(), CommandError> {
    let folder = Folder::of(common);
    let record = folder.look()?;
    let glance = record.glance()?;
    let summary = status::Summary::of(&glance);
    let code = glance.seal.as_ref().map(|seal| (seal.upto, seal.code.clone())).unwrap_or_default();
    out.step("Done");
    summary.lines().iter().for_each(|line| out.say(line));
    out.say(format!("approved {} - held back {} = taken {}", summary.people, summary.held_back, summary.taken));
    out.say(format!("Notebook: entry {}  code {}", code.0, code.1));
    out.say(format!("Report:   {}", folder.at("out/report.html").display()));
    out.say(format!("Look:     signpost -C {0} replies   signpost -C {0} status", args.folder.display()));
    out.json(&summary.json(&Exit::Done, glance.seal.as_ref()));
    Ok(())
}

/// The people of a seed: numbers of Ofcom's drama range, in an order that the seed decides.
fn people(seed: u64) -> Vec<String> {
    let first = u32::try_from(seed % 37).unwrap_or_default() * 20;
    (0..PEOPLE).map(|nth| format!("+447700900{:03}", (first + nth * 7 % PEOPLE + 1) % 800)).collect()
}

/// As an extraction tool might export them: two ways of writing, a repeat, a landline, nonsense.
fn contacts(people: &[String]) -> String {
    let mut csv = String::from("Name,Phone\n");
    for (nth, number) in (1..).zip(people) {
        let written = if nth % 2 == 0 { number.clone() } else { number.replacen("+44", "0", 1) };
        csv += &format!("Contact {nth},{written}\n");
    }
    csv += &format!(
        "Mate,{}\nTaxi,0115 496 0123\nM8,O77009OOO12\nTop-up,60777\n",
        people.first().map(String::as_str).unwrap_or_default()
    );
    csv
}

fn make(common: &Common, args: &Demo, people: &[String], out: &Out) -> Result<(), CommandError> {
    let scratch = Scratch::new()?;
    let list = scratch.file("contacts.csv", contacts(people).as_bytes())?;
    let message = scratch.file("message.txt", MESSAGE.as_bytes())?;
    let made = new::run(
        common,
        &New {
            folder: args.folder.clone(),
            contacts: vec![list],
            chosen: Chosen::default(),
            message: Some(message),
            set: keys(folder::clock().now()),
            training: true,
        },
        out,
    );
    made.map(|_| ())
}

fn keys(now: Timestamp) -> Vec<String> {
    let at = |hours: i64| {
        let moment = now.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(now);
        moment.to_zoned_datetime(TimeZone::UTC).strftime("%Y-%m-%d %H:%M").to_string()
    };
    let pairs = [
        ("authority.reference", "TRAINING/1".to_owned()),
        ("authority.granted_by", "DCI B. Example".into()),
        ("authority.purpose", "To tell people on a seized line where help is".into()),
        ("authority.listen_from", at(-2)),
        ("authority.send_from", at(-1)),
        ("authority.send_until", at(8)),
        ("authority.listen_until", at(72)),
        ("line.exhibit", "ABC/1".into()),
        ("line.sim_number", "8944100000000000012".into()),
        ("message.sender", "Nottinghamshire Police".into()),
        ("people.approver", APPROVER.into()),
        ("people.test_phone", TEAM_PHONE.into()),
        ("limits.at_most", PEOPLE.to_string()),
        ("limits.pace", "0".into()),
        ("limits.hours", "00:00-24:00".into()),
        ("limits.timezone", "UTC".into()),
        ("replies.free_captured", "true".into()),
        ("after.review_on", at(2000).chars().take(10).collect()),
    ];
    pairs.iter().map(|(key, value)| format!("{key}={value}")).collect()
}
