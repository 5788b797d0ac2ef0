//! `signpost replies`: what came in, by thread, the urgent ones first; what comes while one looks; and that a person has
//! taken one. That somebody looked is an entry of its own.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::args::Common;
use super::args::after::Replies;
use super::error::CommandError;
use super::exit::Exit;
use super::folder::Folder;
use super::moment;
use super::print::Out;
use super::watch;
use crate::case::hours::Hours;
use crate::record::Record;
use crate::record::entry::Entry;
use crate::record::fold::{Marked, Received, State, last_nine};
use crate::record::keeping::{Access, Looked};
use crate::record::traffic::Mark;
use crate::text::Untrusted;
use crate::tui::words::{self, Full};

/// How often it is looked for what came.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Lists replies.
pub fn run(common: &Common, args: &Replies, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    if let Some([entry, mark]) = args.mark.as_deref() {
        return take(&folder, entry, mark, out);
    }
    let mut record = folder.look()?;
    let hours = folder.terms()?.hours;
    let wanted = Wanted::of(args, &hours)?;
    folder.looked(&mut record, Access { what: Looked::Replies, which: wanted.kind() });
    let show = Show { full: common.numbers(), hours, out };
    list(&record, &wanted, &show)?;
    if args.follow { follow(&mut record, &wanted, &show) } else { Ok(Exit::Done) }
}

/// Which replies.
#[derive(Default)]
struct Wanted {
    urgent: bool,
    unseen: bool,
    /// How the number ends, in digits.
    from: Option<String>,
    /// As [`Untrusted::for_match`] has it.
    text: Option<String>,
    since: Option<Timestamp>,
}

impl Wanted {
    fn of(args: &Replies, hours: &Hours) -> Result<Self, CommandError> {
        let since = args.since.as_deref().map(|text| moment::named("since", text, hours)).transpose()?;
        let ending = |number: &String| last_nine(&number.as_str().into());
        let from = args.from.as_ref().map(ending);
        if from.as_deref().is_some_and(str::is_empty) {
            return Err(CommandError::usage("from", "--from names no number", "give its last digits: --from 900123"));
        }
        let text = args.text.as_deref().map(|text| Untrusted::from(text).for_match());
        Ok(Self { urgent: args.urgent, unseen: args.unseen, from, text, since })
    }

    fn takes(&self, received: &Received, state: &State) -> bool {
        let Received { seq, at, reply } = received;
        let number = || reply.from.as_ref().map(last_nine).unwrap_or_default();
        (!self.urgent || !reply.urgent.is_empty())
            && (!self.unseen || !state.marks.contains_key(seq))
            && self.from.as_ref().is_none_or(|from| number().ends_with(from.as_str()))
            && self.text.as_ref().is_none_or(|text| reply.text.for_match().contains(text.as_str()))
            && self.since.is_none_or(|since| *at >= since)
    }

    /// Whether parts of long texts that are not whole are shown too.
    fn is_everything(&self) -> bool {
        !self.urgent && !self.unseen && self.from.is_none() && self.text.is_none() && self.since.is_none()
    }

    /// For the record, without a number or a word.
    fn kind(&self) -> String {
        let kinds = [
            (self.urgent, "urgent"),
            (self.unseen, "unseen"),
            (self.from.is_some(), "of one number"),
            (self.text.is_some(), "with some words"),
            (self.since.is_some(), "since some time"),
        ];
        kinds.iter().filter(|(is_set, _)| *is_set).map(|(_, kind)| *kind).collect::<Vec<_>>().join(", ")
    }
}

/// How they are shown.
struct Show<'a> {
    full: Full,
    hours: Hours,
    out: &'a Out,
}

impl Show<'_> {
    fn one(&self, received: &Received, state: &State) {
        let at = self.hours.shown(received.at);
        self.out.say(format!("{at}  {}", words::reply(&received.reply, self.full)));
        let marks = state.marks.get(&received.seq).map(Vec::as_slice).unwrap_or_default();
        for marked in marks {
            let words = Untrusted::from(format!("{}, by {}", marked.mark, marked.by)).for_terminal();
            self.out.say(format!("    {}  {words}", self.hours.shown(marked.at)));
        }
        let mut json = watch::reply_json(received.seq, &received.reply);
        if let Some(object) = json.as_object_mut() {
            let mark = |marked: &crate::record::fold::Marked| serde_json::json!({"mark": marked.mark, "by": marked.by, "at": marked.at});
            object.insert("at".into(), received.at.to_string().into());
            object.insert("marks".into(), marks.iter().map(mark).collect());
        }
        self.out.json(&json);
    }
}

/// Threads: whoever wrote something urgent first.
fn list(record: &Record, wanted: &Wanted, show: &Show) -> Result<(), CommandError> {
    let state = record.state();
    let replies = &state.replies;
    let of = |received: &Received| received.reply.from.as_ref().map(last_nine).unwrap_or_default();
    let mut threads: BTreeMap<(u8, String), Vec<&Received>> = BTreeMap::new();
    for received in replies.iter().filter(|received| wanted.takes(received, state)) {
        let urgent = replies.iter().any(|other| of(other) == of(received) && !other.reply.urgent.is_empty());
        threads.entry((u8::from(!urgent), of(received))).or_default().push(received);
    }
    threads.values().flatten().for_each(|received| show.one(received, state));
    if wanted.is_everything() {
        loose(record, show)?;
    }
    let count: usize = threads.values().map(Vec::len).sum();
    let shown = threads.values().flatten();
    let urgent = shown.filter(|received| !received.reply.urgent.is_empty()).count();
    show.out.say(format!("{count} replies in {} threads, {urgent} urgent", threads.len()));
    let json = serde_json::json!({"type": "summary", "replies": count, "threads": threads.len(), "urgent": urgent});
    show.out.json(&json);
    Ok(())
}

fn loose(record: &Record, show: &Show) -> Result<(), CommandError> {
    for part in &record.loose_parts()? {
        let at = show.hours.shown(part.at);
        let (from, text) = (part.from.for_terminal(), part.text.for_terminal());
        show.out.say(format!("{at}  part      {from}: \"{text}\" ({})", part.place));
        show.out.json(&serde_json::json!({
            "type": "part", "entry": part.capture, "from": part.from.for_json(), "text": part.text.for_json(), "place": part.place,
        }));
    }
    Ok(())
}

/// In the order in which they come. Another process keeps them; this one only reads.
fn follow(record: &mut Record, wanted: &Wanted, show: &Show) -> Result<Exit, CommandError> {
    let mut shown = record.state().entries;
    loop {
        std::thread::sleep(LOOK_EVERY);
        record.refresh()?;
        let state = record.state();
        let new = state.replies.iter().filter(|received| received.seq > shown && wanted.takes(received, state));
        new.for_each(|received| show.one(received, state));
        shown = state.entries;
    }
}

/// Says that a named person has taken one.
fn take(folder: &Folder, entry: &str, mark: &str, out: &Out) -> Result<Exit, CommandError> {
    let Taken { reply, entry: seq, .. } = taken(folder, entry, mark)?;
    let by = folder.operator()?;
    out.say(format!("Reply {reply}: {}, by {by} (entry {seq}).", Untrusted::from(mark).for_terminal()));
    out.json(&serde_json::json!({"type": "summary", "reply": reply, "mark": mark, "by": by, "entry": seq}));
    Ok(Exit::Done)
}

/// A reply that a person took.
pub struct Taken {
    /// The reply's entry.
    pub reply: u64,
    /// The entry that says so.
    pub entry: u64,
    /// Who had taken it before.
    pub before: Option<Marked>,
}

/// A named person has taken a reply.
pub fn taken(folder: &Folder, entry: &str, mark: &str) -> Result<Taken, CommandError> {
    folder.operator()?;
    let mut record = folder.look()?;
    let known = |reply: &u64| record.state().replies.iter().any(|received| received.seq == *reply);
    let Some(reply) = entry.parse().ok().filter(known) else {
        let help = "signpost replies --json names the entry of each";
        let entry = Untrusted::from(entry).for_terminal();
        return Err(CommandError::usage("reply", format!("there is no reply in entry {entry}"), help));
    };
    if let Some(whole) = whole(record.state(), reply) {
        let message = format!("reply {reply} is a part of reply {whole}, which is whole by now");
        return Err(CommandError::rule("whole", message, "read that, then say what you did about it"));
    }
    let before = record.state().marks.get(&reply).and_then(|marks| marks.first()).cloned();
    let entry = folder.add(&mut record, Entry::Mark(Mark { reply, mark: mark.to_owned() }))?;
    Ok(Taken { reply, entry, before })
}

/// The whole of a reply that was told in part, once it came.
fn whole(state: &State, entry: u64) -> Option<u64> {
    let part = state.replies.iter().find(|received| received.seq == entry)?;
    let is_whole = |other: &&Received| other.reply.missing.is_empty() && part.reply.is_part_of(&other.reply);
    state.replies.iter().find(|other| other.seq > entry && is_whole(other)).map(|whole| whole.seq)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::traffic::{Reply, ReplyForm};

    fn told(seq: u64, captures: &[u64], missing: &[u8]) -> Received {
        let (captures, missing, form) = (captures.to_vec(), missing.to_vec(), ReplyForm::Text);
        let (text, urgent, doubts) = ("x".into(), vec!["scared".into()], Vec::new());
        let reply =
            Reply { captures, missing, form, text, urgent, doubts, from: None, person: None, stop: None, stamp: None };
        Received { seq, at: Timestamp::UNIX_EPOCH, reply }
    }

    /// A text may be told in part more than once: each of them can be taken until the whole is there.
    #[test]
    fn only_the_whole_takes_the_place_of_a_part() {
        let replies = vec![told(5, &[1], &[2, 3]), told(7, &[1, 2], &[3])];
        let mut state = State { replies, ..State::default() };
        assert_eq!((whole(&state, 5), whole(&state, 7)), (None, None));
        state.replies.push(told(9, &[1, 2, 3], &[]));
        assert_eq!((whole(&state, 5), whole(&state, 7), whole(&state, 9)), (Some(9), Some(9), None));
    }
}
