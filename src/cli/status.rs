//! `signpost status`: where the case stands, and what the next step is.

mod follow;
mod review;

use super::args::Common;
use super::args::after::Status;
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::help::Topic;
use super::print::Out;
use crate::case::terms::Terms;
use crate::record::body::{Forbids, Nature};
use crate::record::fold::Summary as Person;
use crate::record::glance::{Glance, InTheWay};
use crate::record::keeping::Seal;
use crate::record::lock;
use crate::text::Untrusted;
use review::Review;

/// Shows where it stands.
pub fn run(common: &Common, args: &Status, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    if args.follow {
        return follow::run(common, &folder.terms()?, out);
    }
    let glance = Glance::at(&folder.at("record.db"))?;
    let glance = if lock::is_worked(folder.path()) { glance.while_worked() } else { glance };
    let opened = glance.opened.as_ref();
    let name = opened.map(|opened| opened.case.clone()).unwrap_or_default();
    let training = opened.is_some_and(|opened| opened.nature == Nature::Training);
    out.say(format!("{}{name}: {} entries", if training { "TRAINING  " } else { "" }, glance.entries));
    let summary = Summary::of(&glance);
    summary.lines().iter().for_each(|line| out.say(line));
    for part in &glance.unknown {
        out.say(format!("NOT KNOWN  part {part}: it may have been sent; it is never sent again by itself"));
    }
    if !glance.unknown.is_empty() {
        out.say(format!("           what that means: {}", Topic::NotKnown.command()));
    }
    let in_the_way = InTheWay::at(&folder.at("record.db"))?;
    standing(&in_the_way).iter().for_each(|line| out.say(line));
    let terms = folder.terms().ok();
    let review = terms.as_ref().and_then(review).filter(|_| is_of_anybody(&glance, &folder));
    review.iter().for_each(|review| out.say(review.words()));
    out.say(format!("Next: {}", next(&glance, &in_the_way, terms.as_ref(), review)));
    let mut summary = summary.json(&Exit::Done, glance.seal.as_ref());
    if let Some(summary) = summary.as_object_mut() {
        summary.insert("stopped".into(), in_the_way.stop.map(|stop| stop.entry).into());
        summary
            .insert("holds".into(), in_the_way.holds.iter().map(|hold| hold.code.as_str()).collect::<Vec<_>>().into());
        summary.insert("review".into(), review.map(|review| review.json()).into());
    }
    out.json(&summary);
    Ok(Exit::Done)
}

/// What stands in the way of sending, a line each.
fn standing(found: &InTheWay) -> Vec<String> {
    let stop =
        found.stop.iter().map(|stop| format!("STOPPED    {stop}: signpost send goes on with --after-stop alone"));
    let holds = found.holds.iter().map(|hold| {
        let [code, why] = [&hold.code, &hold.why].map(|text| Untrusted::from(text.as_str()).for_terminal());
        let what = if hold.forbids == Forbids::Sending { "nothing is sent" } else { "sending goes on" };
        format!("HELD       {code} ({what}): {why}")
    });
    stop.chain(holds).collect()
}

fn review(terms: &Terms) -> Option<Review> {
    let today = folder::clock().now().to_zoned_datetime(terms.hours.zone().clone()).date();
    Review::due(terms.review_on, today)
}

/// Whether anything of people is left: in the record, or in the lists that the case came with.
fn is_of_anybody(glance: &Glance, folder: &Folder) -> bool {
    let lists = std::fs::read_dir(folder.at("contacts")).into_iter().flatten().flatten();
    !glance.people.is_empty()
        || glance.replies.0 > 0
        || lists.map(|entry| entry.path()).any(|path| !folder::is_tombstone(&path))
}

fn next(glance: &Glance, in_the_way: &InTheWay, terms: Option<&Terms>, review: Option<Review>) -> String {
    if glance.closed.is_some() {
        return if review.is_some() { Review::next() } else { "signpost verify" }.into();
    }
    let Some(terms) = terms else { return "fill in case.toml; signpost plan says what is missing".into() };
    if glance.device.is_none() {
        "signpost check".into()
    } else if glance.approval.is_none() {
        format!("signpost plan, then signpost approve --by \"{}\"", terms.approver)
    } else if let Some(hold) = in_the_way.held() {
        let code = Untrusted::from(hold.code.as_str()).for_terminal();
        format!("signpost resolve {code} --why \"…\" once you know; signpost send sends nothing before")
    } else if glance.people.contains_key(&Person::Waiting) {
        format!("signpost send{}", if in_the_way.stop.is_some() { " --after-stop" } else { "" })
    } else {
        "signpost replies, signpost report, then signpost close".into()
    }
}

/// How many people stand where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// People of the approved plan.
    pub people: usize,
    /// All parts taken, delivered or not.
    pub taken: usize,
    /// All parts delivered.
    pub delivered: usize,
    /// Given up by the network after it was taken.
    pub failed: usize,
    /// Surely not sent.
    pub not_sent: usize,
    /// Held back by an opt-out.
    pub held_back: usize,
    /// May or may not have been sent.
    pub not_known: usize,
    /// Not yet tried.
    pub waiting: usize,
    /// Replies, urgent ones, opt-outs.
    pub replies: (usize, usize, usize),
}

impl Summary {
    /// Counts.
    pub fn of(glance: &Glance) -> Self {
        let count = |kind: Person| glance.people.get(&kind).copied().unwrap_or(0);
        let (replies, urgent) = glance.replies;
        Self {
            people: glance.people.values().sum(),
            taken: count(Person::Taken) + count(Person::Delivered) + count(Person::Failed),
            delivered: count(Person::Delivered),
            failed: count(Person::Failed),
            not_sent: count(Person::NotSent),
            held_back: count(Person::HeldBack),
            not_known: count(Person::NotKnown),
            waiting: count(Person::Waiting),
            replies: (replies, urgent, glance.opted_out),
        }
    }

    /// For people.
    pub fn lines(&self) -> Vec<String> {
        let Self { people, taken, delivered, failed, not_sent, held_back, not_known, waiting, .. } = self;
        let (replies, urgent, stops) = self.replies;
        let open = taken - delivered - failed;
        vec![
            format!(
                "{people} people: {taken} taken by the network ({delivered} delivered, {open} waiting, {failed} given up)"
            ),
            format!(
                "  not sent {not_sent}   NOT KNOWN {not_known}   held back by STOP {held_back}   still to go {waiting}"
            ),
            format!("  replies {replies}   urgent {urgent}   opted out {stops}"),
        ]
    }

    /// For scripts.
    pub fn json(&self, exit: &Exit, seal: Option<&Seal>) -> serde_json::Value {
        let (replies, urgent, stops) = self.replies;
        serde_json::json!({
            "type": "summary", "people": self.people, "taken": self.taken, "delivered": self.delivered,
            "given_up": self.failed, "not_sent": self.not_sent, "held_back": self.held_back,
            "not_known": self.not_known, "waiting": self.waiting, "replies": replies, "urgent": urgent,
            "opted_out": stops, "entry": seal.map(|seal| seal.upto), "code": seal.map(|seal| &seal.code), "exit": exit.code(),
        })
    }
}
