//! `signpost approve`: puts the exact plan before a second person, and pins it on their word: typed, answered or
//! signed.

mod papers;

use std::path::Path;

use super::args::{Approve, Common};
use super::contacts::leave_out::take_in_as_it_stands;
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Files, Folder, SIGNERS, Signers};
use super::print::Out;
use super::rehearsal::rehearse;
use super::ssh_keygen::{self, Claim};
use crate::case::LineIdentity;
use crate::case::answer::{self, Answer, AnswerProblem};
use crate::case::approval::{Draft, Signed, Strength};
use crate::case::clearance::same_name;
use crate::case::clearance::too_many;
use crate::case::pinned::Seed;
use crate::case::sheet::Sheet;
use crate::case::signers;
use crate::case::terms::Terms;
use crate::ids::Sha256;
use crate::record::Record;
use crate::record::body;
use crate::record::entry::Entry;
use crate::record::fold::State;
use crate::record::pen::random;
use crate::text::Untrusted;
use papers::{Papers, Stand};

/// Writes the sheet, signs it, or approves.
pub fn run(common: &Common, args: &Approve, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    if let Some(key) = &args.key {
        return sign(&folder, key, out);
    }
    let mut record = folder.look()?;
    take_in_as_it_stands(&folder, &mut record, out)?;
    let drafted = Drafted::of(&folder, record.state())?;
    let Some(by) = &args.by else {
        return put_before(&folder, &mut record, &drafted, out);
    };
    the_approver(by.trim(), &drafted.terms.approver)?;
    let (strength, signed) = match &args.signed {
        Some(file) => on_their_word(&folder, &drafted, by.trim(), file, out)?,
        None => (Strength::NameOnly, None),
    };
    if drafted.is_new == IsNew::Yes {
        drafted.holds_in_rehearsal(out)?;
    }
    drafted.on_paper(&folder, &mut record)?;
    let (code, people) = (drafted.draft.plan_code.clone(), drafted.draft.people.len());
    let seq = record.append(Entry::Approval(drafted.draft.approved(by.trim(), strength, signed)))?;
    out.say(format!("Plan code {code}: {people} people, approved by {} (entry {seq})", by.trim()));
    out.say(format!("It rests on {}.", strength.words()));
    if folder.operator().is_ok_and(|operator| same_name(&operator, by)) {
        out.say("You are the approver: somebody else must send.");
    }
    out.say("Next: signpost send");
    out.json(&serde_json::json!({
        "type": "summary", "plan_code": code.as_str(), "people": people, "entry": seq, "strength": strength,
    }));
    Ok(Exit::Done)
}

/// The plan as it stands, ready to be pinned.
struct Drafted {
    draft: Draft,
    seed: Seed,
    is_new: IsNew,
    terms: Terms,
    sheet: String,
    list: String,
    /// The sheet that was put before the approver last.
    last: Option<body::Sheet>,
    signers: Option<Signers>,
}

/// Whether a plan like this was not put before the approver yet.
#[derive(PartialEq)]
enum IsNew {
    Yes,
    No,
}

impl Drafted {
    /// With the salts of the last sheet, if it is the same plan: an answer that is on its way stays good.
    fn of(folder: &Folder, state: &State) -> Result<Self, CommandError> {
        let (files, sorted, plan) = folder.plan(state)?;
        may_be_approved(plan.people.len(), state.history().tried.len(), files.terms.at_most)?;
        let (line, pinned) = (checked_line(state)?, files.now()?);
        let last = state.sheet.as_ref().map(|(_, sheet)| sheet.clone());
        let seed = last.as_ref().and_then(|sheet| sheet.seed.clone().try_into().ok()).map(Seed);
        let again = seed.map(|seed| (Draft::pin(&plan, &pinned, line.clone(), &seed), seed));
        let same = |draft: &Draft| last.as_ref().is_some_and(|sheet| sheet.plan_code == draft.plan_code.as_str());
        let (draft, seed, is_new) = match again.filter(|(draft, _)| same(draft)) {
            Some((draft, seed)) => (draft, seed, IsNew::No),
            None => {
                let seed = Seed(random::<32>());
                (Draft::pin(&plan, &pinned, line, &seed), seed, IsNew::Yes)
            }
        };
        let now = folder::clock().now();
        let Files { terms, texts, .. } = &files;
        let keys = files.signers.as_ref().map(|signers| signers::read(&signers.octets)).unwrap_or_default();
        let text = Sheet { draft: &draft, terms, texts, plan: &plan, sorted: &sorted, signers: &keys, now };
        let list = text.list();
        let sheet = text.text(&Sha256::of(list.as_bytes()));
        Ok(Self { draft, seed, is_new, terms: files.terms, sheet, list, last, signers: files.signers })
    }

    fn papers(&self, folder: &Folder) -> Papers {
        Papers::of(folder, self.draft.plan_code.as_str())
    }

    /// The sheet of the plan is in the folder and in the record.
    fn on_paper(&self, folder: &Folder, record: &mut Record) -> Result<(), CommandError> {
        let papers = self.papers(folder);
        if let Some(last) = self.last.as_ref().filter(|_| self.is_new == IsNew::No)
            && papers.stand(last, &self.list)? == Stand::AsRecorded
        {
            return Ok(());
        }
        papers.write(&self.sheet, &self.list)?;
        record.append(Entry::Sheet(body::Sheet {
            plan_code: self.draft.plan_code.to_string(),
            seed: self.seed.0.to_vec(),
            pins: self.draft.pins.clone(),
            people: self.draft.people.len() as u32,
            sha256: Sha256::of(self.sheet.as_bytes()),
            list: Some(Sha256::of(self.list.as_bytes())),
        }))?;
        Ok(())
    }

    /// A plan that fails on the embedded handset is not put before anybody.
    fn holds_in_rehearsal(&self, out: &Out) -> Result<(), CommandError> {
        let rehearsal = rehearse(&self.draft, &self.terms, folder::clock().now(), out)?;
        if rehearsal.problems.is_empty() {
            return Ok(());
        }
        let message = format!("the plan fails in rehearsal: {}", rehearsal.problems.join("; "));
        Err(CommandError::rule("rehearsal-failed", message, "change the dates, the hours, the pace or the people"))
    }
}

fn may_be_approved(people: usize, tried: usize, at_most: u32) -> Result<(), CommandError> {
    if people == 0 {
        let help = "signpost contacts says who is left out and why";
        return Err(CommandError::usage("nobody", "nobody would be texted", help));
    }
    match too_many(people, tried, at_most) {
        None => Ok(()),
        Some(refusal) => {
            Err(CommandError::rule("limit-too-low", refusal.to_string(), "raise at_most, or leave people out"))
        }
    }
}

fn the_approver(by: &str, approver: &str) -> Result<(), CommandError> {
    if by == approver {
        return Ok(());
    }
    let message = format!("{by} is not the approver of this case ({approver})");
    Err(CommandError::rule("not-the-approver", message, "the approver of case.toml must approve"))
}

/// `--sheet`
fn put_before(folder: &Folder, record: &mut Record, drafted: &Drafted, out: &Out) -> Result<Exit, CommandError> {
    drafted.holds_in_rehearsal(out)?;
    drafted.on_paper(folder, record)?;
    let papers = drafted.papers(folder);
    let (code, people) = (drafted.draft.plan_code.as_str(), drafted.draft.people.len());
    out.say(format!("Plan code {code}: {people} people"));
    out.say(format!("Sheet: {}", papers.sheet.display()));
    out.say(format!("People: {}: print or mail both.", papers.list.display()));
    out.say(format!("{} answers: the first line APPROVED and the code; or signs the sheet.", drafted.terms.approver));
    out.say(format!("Next: signpost approve --signed reply.eml --by \"{}\"", drafted.terms.approver));
    out.json(&serde_json::json!({"type": "summary", "plan_code": code, "people": people, "sheet": papers.sheet, "list": papers.list}));
    Ok(Exit::Done)
}

/// `--key`: at the approver's computer; needs the sheet alone.
fn sign(folder: &Folder, key: &Path, out: &Out) -> Result<Exit, CommandError> {
    let sheet = papers::to_sign(folder)?;
    let signature = ssh_keygen::place(&sheet, &ssh_keygen::sign(key, &sheet)?)?;
    out.say(format!("Sheet: {}", sheet.display()));
    out.say(format!("Signed: {}", signature.display()));
    out.say(format!("Next: signpost approve --signed {} --by \"NAME\"", signature.display()));
    out.json(&serde_json::json!({"type": "summary", "signature": signature}));
    Ok(Exit::Done)
}

/// `--signed`: what the file proves. It is kept in `approval/`.
fn on_their_word(
    folder: &Folder,
    drafted: &Drafted,
    by: &str,
    file: &Path,
    out: &Out,
) -> Result<(Strength, Option<Signed>), CommandError> {
    let recorded = drafted.last.as_ref().ok_or_else(no_sheet)?;
    still_the_plan(drafted, recorded)?;
    let sheet = drafted.papers(folder).answered(recorded, &drafted.list)?;
    let octets = folder::octets(file)?;
    let (strength, from) = if ssh_keygen::is_signature(&octets) {
        let list = folder.at(SIGNERS);
        let signers = drafted.signers.as_ref().ok_or_else(|| no_signers(&list, by))?;
        let claim = Claim { signers: &signers.octets, who: by, signature: &octets, sheet: &sheet };
        (Strength::SshSignature, Some(ssh_keygen::verify(&claim, &list)?))
    } else {
        let answer = answer::read(&octets, &drafted.draft.plan_code).map_err(|problem| no_approval(file, &problem))?;
        say_answer(&answer, out);
        of_another(folder, &answer, by)?;
        (Strength::Answer, answer.from.map(|from| from.for_record().to_owned()))
    };
    let name = kept(folder, file, &octets)?;
    Ok((strength, Some(Signed { file: name, sha256: Sha256::of(&octets), from })))
}

/// A person must see whose answer it is taken for, and a condition that stands below the line.
fn say_answer(answer: &Answer, out: &Out) {
    let from = answer.from.as_ref().map_or("a text that names nobody".to_owned(), Untrusted::for_terminal);
    out.say(format!("The answer is from {from}. Besides the line that approves it says:"));
    answer.besides.iter().for_each(|line| out.say(format!("  | {}", line.for_terminal())));
    if answer.besides.is_empty() {
        out.say("  nothing");
    }
    let besides: Vec<&str> = answer.besides.iter().map(Untrusted::for_json).collect();
    let from = answer.from.as_ref().map(Untrusted::for_json);
    out.json(&serde_json::json!({"type": "answer", "from": from, "besides": besides}));
}

/// Whoever is at work does not answer for the approver, unless they are the approver.
fn of_another(folder: &Folder, answer: &Answer, by: &str) -> Result<(), CommandError> {
    let operator = folder.operator().ok().filter(|operator| !same_name(operator, by));
    let Some((name, operator)) = answer.name.as_ref().zip(operator) else { return Ok(()) };
    if !same_name(name.for_record(), &operator) {
        return Ok(());
    }
    let message = format!("the answer is from {operator}, who is at work here, and not from {by}");
    Err(CommandError::rule("not-approved", message, "save the mail that the approver sent"))
}

/// What was answered must be the plan as it stands.
fn still_the_plan(drafted: &Drafted, sheet: &body::Sheet) -> Result<(), CommandError> {
    if drafted.is_new == IsNew::No {
        return Ok(());
    }
    let mut changed: Vec<String> =
        drafted.draft.differs_from(&sheet.pins).into_iter().map(|found| found.words).collect();
    let people = drafted.draft.people.len();
    if changed.is_empty() {
        changed
            .push(format!("the people, or their texts, are others: {} stood on the sheet, now {people}", sheet.people));
    }
    let message = format!("the plan is not the one of the sheet:\n       {}", changed.join("\n       "));
    Err(CommandError::rule(
        "plan-changed",
        message,
        "signpost approve --sheet writes the sheet of the plan as it is now",
    ))
}

fn no_signers(list: &Path, by: &str) -> CommandError {
    let message = format!("{} is missing: whose key it is cannot be known", list.display());
    let help = format!(
        "write it before the sheet is made, one line: \"{by}\" namespaces=\"signpost-approval\" and the public key"
    );
    CommandError::rule("no-signers", message, help)
}

fn no_approval(file: &Path, problem: &AnswerProblem) -> CommandError {
    let code = match problem {
        AnswerProblem::NotText | AnswerProblem::Msg | AnswerProblem::TooMuch => "not-an-answer",
        AnswerProblem::Draft | AnswerProblem::ToSelf(_) | AnswerProblem::NoLine { .. } => "not-approved",
        AnswerProblem::OtherPlan { .. } => "other-plan",
    };
    let help = match problem {
        AnswerProblem::Msg => "open it in Outlook and save it as .eml or as text",
        AnswerProblem::NotText | AnswerProblem::TooMuch => {
            "save the approver's mail as .eml, or take the answer as a text file"
        }
        AnswerProblem::Draft | AnswerProblem::ToSelf(_) => "save the mail that the approver sent",
        _ => {
            "the first line of the answer must be APPROVED and the code of the sheet; where a mail system puts a warning above \
             it, the approver sends the line in a text file"
        }
    };
    CommandError::rule(code, format!("{}: {problem}", file.display()), help)
}

fn no_sheet() -> CommandError {
    CommandError::rule("no-sheet", "nothing was put before the approver yet", "signpost approve --sheet")
}

/// Copied into `approval/` unless it lies there. A name that is taken by other words is refused.
fn kept(folder: &Folder, file: &Path, octets: &[u8]) -> Result<String, CommandError> {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| "answer".into());
    let place = folder.at("approval").join(&name);
    papers::put(&place, octets).map(|()| name).map_err(|_| {
        let message = format!("{} is there already and holds something else, or cannot be written", place.display());
        CommandError::usage("file-exists", message, "give the answer another name")
    })
}

/// The full ICCID and IMSI that `check` found.
pub fn checked_line(state: &State) -> Result<LineIdentity, CommandError> {
    let device = state.device.as_ref();
    let told = |text: Option<&Untrusted>| text.map(|text| text.for_record().to_owned());
    let iccid = told(device.and_then(|device| device.iccid.as_ref())).and_then(|text| text.parse().ok());
    let imsi = told(device.and_then(|device| device.imsi.as_ref())).and_then(|text| text.parse().ok());
    match (iccid, imsi) {
        (Some(iccid), Some(imsi)) => Ok(LineIdentity { iccid, imsi }),
        _ => {
            let message = "the SIM was not looked at yet, so it cannot be pinned";
            Err(CommandError::rule("not-checked", message, "signpost check"))
        }
    }
}
