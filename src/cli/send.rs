//! `signpost send`: texts the people of the approved plan, captures meanwhile, then goes on listening.
//! Said again, it continues where it stopped.

use std::sync::Arc;

use super::args::{Common, Send};
use super::bars::{Bars, Phone};
use super::check;
use super::contacts::leave_out::take_in_as_it_stands;
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::host::Course;
use super::line::{Line, Opening, block_on};
use super::print::{Asking, Out};
use super::status;
use super::watch::Lines;
use super::{screen, stderr};
use crate::case::clearance::before_the_run;
use crate::case::contacts::Why;
use crate::case::pinned::Pinned;
use crate::case::terms::Terms;
use crate::case::texts::Listed;
use crate::record::Record;
use crate::record::body::{Excluded, Refused};
use crate::record::entry::Entry;
use crate::record::fold::{Roster, Standing};
use crate::record::glance::Glance;
use crate::record::traffic::OptOut;
use crate::session::confirmation::Confirmation;
use crate::session::run::{Ended, Ends, Purpose, Sends};
use crate::session::send::Halt;
use crate::tui::screen::AtLine;

/// Sends.
pub fn run(common: &Common, args: &Send, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let until = folder.terms()?.authority.listen.until;
    let ends = if args.then_stop { Ends::WhenSent } else { Ends::At(until) };
    on_course(common, args, &Course::default(), ends, out)
}

/// As [`run`], on an emulator that behaves as told and with another end.
pub fn on_course(common: &Common, args: &Send, course: &Course, ends: Ends, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    let operator = folder.operator()?;
    let Allowed { record, terms, people, test, after_stop } = allowed(&folder, &operator, args, out)?;
    let confirmation = confirm(people, test, args.confirm, out)?;
    block_on(async {
        let listens = Opening::to_listen("send", &args.line, course, out);
        let opening = Opening { after_stop, confirmation, ..listens };
        let mut line = Line::open(&folder, record, terms.clone(), opening).await?;
        line.session.line()?;
        let refusals = line.session.line_refusals();
        if !refusals.is_empty() {
            line.session.end(&Ended::Refused(refusals.clone())).await?;
            return check::refuse(&folder, "send", &refusals);
        }
        line.session.set_up().await?;
        work(common, &terms, line, Purpose { sends: Sends::Plan, ends }, out).await
    })
}

/// A run that may begin.
struct Allowed {
    /// Opened once: of thousands that takes its time.
    record: Record,
    terms: Terms,
    /// How many were approved.
    people: u32,
    /// Whether a test text comes first.
    test: Test,
    /// The stop that a person lets it go on after.
    after_stop: Option<u64>,
}

/// Whether a test text is still to go.
#[derive(Clone, Copy, PartialEq)]
enum Test {
    ComesFirst,
    None,
}

/// Everything that can be said before the device is touched.
fn allowed(folder: &Folder, operator: &str, args: &Send, out: &Out) -> Result<Allowed, CommandError> {
    // Before the record is opened: of thousands, the lists and the record together would fill the memory.
    let (nature, roster) = (folder.nature()?, Roster::at(&folder.at("record.db"))?);
    let files = folder.files(nature)?;
    let (sorted, bars) = folder.sorted(&files.file, nature, &roster)?;
    let listed = Listed::of(&sorted, &files.texts);
    let phone = Phone::of(files.terms.test_phone.as_ref(), &sorted);
    drop(sorted);
    let mut record = folder.look()?;
    if record.state().closed.is_some() {
        return Err(CommandError::rule("closed", "the case is closed", "a closed case stays closed"));
    }
    take_in_as_it_stands(folder, &mut record, out)?;
    hold_back(&bars, &mut record)?;
    let (state, tried) = (record.state(), record.state().history().tried);
    let test = if state.test_is_taken() { Test::None } else { Test::ComesFirst };
    if test == Test::ComesFirst {
        bars.spare(&state.roster, phone.as_ref(), &tried)?;
    }
    let after_stop = state.stop.map(|stop| go_on_after(stop, args, out)).transpose()?;
    if let Some(hold) = state.held() {
        let help = format!("look into it, then: signpost resolve {} --why \"…\"", hold.code);
        return Err(CommandError::rule("held", format!("sending waits for a person: {}", hold.why), help));
    }
    let approval = state.approval.as_ref().map(|(_, approval)| approval);
    let now = files.now()?;
    let differences = approval.map(|approval| approval.differs(&listed, &now, &state.excused()));
    let differences = differences.unwrap_or_default();
    let refusals = before_the_run(folder::clock().now(), &files.terms, approval, differences, operator, &tried);
    let people = approval.map_or(0, |approval| approval.people.len() as u32);
    if !refusals.is_empty() {
        check::refuse(folder, "send", &refusals)?;
    }
    Ok(Allowed { record, terms: files.terms, people, test, after_stop })
}

/// Whoever of the approved plan has opted out in another case on this station since, or was texted by one: no text for
/// them. Whoever is out for another reason makes the plan another, which is refused.
fn hold_back(bars: &Bars, record: &mut Record) -> Result<(), CommandError> {
    let state = record.state();
    let held = |person: &Arc<Pinned>| {
        let number = person.to.to_string();
        match bars.why(&state.roster, &person.to).filter(|_| state.barred(&person.to).is_none())? {
            Why::OptedOut => {
                let why = "the number opted out in another case on this station".into();
                Some(Entry::OptOut(OptOut { number: number.as_str().into(), reply: None, why }))
            }
            Why::OtherCase { on } if !state.was_tried(person.person) => {
                let why = format!("another case of this station texted it on {on}");
                Some(Entry::Excluded(Excluded { number, why }))
            }
            _ => None,
        }
    };
    let people = state.approval.iter().flat_map(|(_, approval)| &approval.people);
    let entries: Vec<Entry> = people.filter_map(held).collect();
    if entries.is_empty() { Ok(()) } else { Ok(record.append_all(entries).map(drop)?) }
}

/// A stop stands: a person lets the run go on after it by a flag, so that a supervisor that starts programs again
/// cannot undo it, or by a word at a terminal.
fn go_on_after(stop: Standing, args: &Send, out: &Out) -> Result<u64, CommandError> {
    let question = format!("A stop stands (entry {}). Type yes to send again: ", stop.entry);
    let lifted =
        args.after_stop || out.can_ask() == Asking::Possible && out.ask(&question).is_ok_and(|answer| answer == "yes");
    if lifted {
        return Ok(stop.entry);
    }
    Err(CommandError::rule("stopped", stop.to_string(), "if it is right to go on: signpost send --after-stop"))
}

/// The number of people must be typed, or given by a flag. Whoever gets a test text types it with that before them.
fn confirm(people: u32, test: Test, given: Option<u32>, out: &Out) -> Result<Confirmation, CommandError> {
    let given = match (given, out.can_ask()) {
        (Some(given), _) => Some(given),
        (None, Asking::Possible) if test == Test::ComesFirst => return Ok(Confirmation::awaited()),
        (None, Asking::Possible) => {
            let typed = out.ask(&format!("Type the number of people to start ({people}): "));
            typed.ok().and_then(|typed| typed.parse().ok())
        }
        (None, Asking::Impossible) => {
            let help = format!("give --confirm {people}: the people of the approved plan");
            return Err(CommandError::usage(
                "confirm",
                "--confirm is missing, and there is no terminal to ask at",
                help,
            ));
        }
    };
    if given == Some(people) {
        return Ok(Confirmation::given());
    }
    let message = format!("the approved plan has {people} people; {} were confirmed", given.unwrap_or_default());
    Err(CommandError::rule("confirm", message, "signpost plan shows who they are"))
}

/// Runs a session to its end, with a view beside it, and says how it went.
pub async fn work(
    common: &Common,
    terms: &Terms,
    line: Line,
    purpose: Purpose,
    out: &Out,
) -> Result<Exit, CommandError> {
    let Line { mut session, events, guards, confirmation, heard, .. } = line;
    let people = session.people();
    let (handed, asides) = stderr::hand_over();
    let at_line = AtLine { events, people, confirmation };
    let lines = Lines::of(common, terms, out);
    let view = match screen::place(common, out, || Ok(heard)) {
        Some(place) => screen::beside(screen::at_line(common, terms, at_line, asides, place), lines),
        None => std::thread::spawn(move || lines.print(&at_line, &asides)),
    };
    let result = session.run(purpose).await;
    drop(session);
    drop(guards);
    let _view_panicked = view.join();
    drop(handed);
    let (ended, sealed) = result?;
    let folder = Folder::of(common);
    let glance = Glance::at(&folder.at("record.db"))?;
    let summary = status::Summary::of(&glance);
    summary.lines().iter().for_each(|line| out.say(line));
    let now = terms.hours.shown(folder::clock().now());
    out.say(format!("Notebook: {now}  entry {}  code {}", sealed.upto, sealed.code));
    let exit = exit(&ended, &summary);
    out.json(&summary.json(&exit, glance.seal.as_ref()));
    say_end(&folder, &ended, exit, out)
}

fn exit(ended: &Ended, summary: &status::Summary) -> Exit {
    let ended = match ended {
        Ended::InOrder => Exit::Done,
        Ended::Early(_) => Exit::Early,
        Ended::Halted(Halt::Refused(_)) | Ended::Refused(_) => Exit::Refused,
        Ended::Halted(Halt::Paused(_)) => Exit::Failed,
        Ended::Halted(Halt::Stopped(_)) => Exit::Early,
        Ended::Gone => Exit::Device,
    };
    ended.or(if summary.not_known > 0 { Exit::NotKnown } else { Exit::Done })
}

fn say_end(folder: &Folder, ended: &Ended, exit: Exit, out: &Out) -> Result<Exit, CommandError> {
    match ended {
        Ended::InOrder => out.say("Next: signpost replies, signpost report, then signpost close"),
        Ended::Early(why) | Ended::Halted(Halt::Stopped(why)) => {
            out.say(format!("Stopped early: {why}. The same command continues."));
        }
        Ended::Halted(Halt::Paused(why)) => {
            let help = "look into it, then: signpost resolve run-paused --why \"…\", and the same command continues";
            return Err(CommandError::failed("run-paused", format!("sending paused: {why}"), help));
        }
        // The session has written that it halted.
        Ended::Halted(Halt::Refused(refusals)) => return Err(CommandError::refused(refusals)),
        Ended::Refused(refusals) => {
            let mut record = folder.look()?;
            record.goes_with_shift();
            record.append(Entry::Refused(Refused::of("send", refusals)))?;
            return Err(CommandError::refused(refusals));
        }
        Ended::Gone => {
            return Err(CommandError::device(
                "device-gone",
                "the device is gone",
                "plug it in again; the same command continues",
            ));
        }
    }
    Ok(exit)
}
