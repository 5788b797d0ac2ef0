//! `signpost replies`: what came in, by thread, the urgent ones first; and that a person has taken one.

use std::collections::BTreeMap;

use super::args::{Common, Replies};
use super::error::CommandError;
use super::exit::Exit;
use super::folder::Folder;
use super::print::Out;
use super::watch::{self, Full};
use crate::record::entry::Entry;
use crate::record::fold::{Received, last_nine};
use crate::record::traffic::Mark;
use crate::text::Untrusted;

/// Lists replies.
pub fn run(common: &Common, args: &Replies, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    if let Some([entry, mark]) = args.mark.as_deref() {
        return take(&folder, entry, mark, out);
    }
    let record = folder.look()?;
    let hours = folder.terms()?.hours;
    let full = if common.full { Full::Yes } else { Full::No };
    let wanted = |received: &&Received| !args.urgent || !received.reply.urgent.is_empty();
    let mut threads: BTreeMap<(u8, String), Vec<&Received>> = BTreeMap::new();
    let replies = &record.state().replies;
    let of = |received: &Received| received.reply.from.as_ref().map(last_nine).unwrap_or_default();
    for received in replies.iter().filter(wanted) {
        let urgent = replies.iter().any(|other| of(other) == of(received) && !other.reply.urgent.is_empty());
        threads.entry((u8::from(!urgent), of(received))).or_default().push(received);
    }
    for received in threads.values().flatten() {
        let at = hours.shown(received.at);
        out.say(format!("{at}  {}", watch::reply_words(&received.reply, full)));
        out.json(&watch::reply_json(received.seq, &received.reply));
    }
    let loose = if args.urgent { Vec::new() } else { record.loose_parts()? };
    for part in &loose {
        let at = hours.shown(part.at);
        let (from, text) = (part.from.for_terminal(), part.text.for_terminal());
        out.say(format!("{at}  part      {from}: \"{text}\" ({})", part.place));
        out.json(&serde_json::json!({
            "type": "part", "entry": part.capture, "from": part.from.for_json(), "text": part.text.for_json(), "place": part.place,
        }));
    }
    let count: usize = threads.values().map(Vec::len).sum();
    let urgent = replies.iter().filter(|received| !received.reply.urgent.is_empty()).count();
    out.say(format!("{count} replies in {} threads, {urgent} urgent", threads.len()));
    out.json(&serde_json::json!({"type": "summary", "replies": count, "threads": threads.len(), "urgent": urgent}));
    Ok(Exit::Done)
}

/// A named person has taken a reply.
fn take(folder: &Folder, entry: &str, mark: &str, out: &Out) -> Result<Exit, CommandError> {
    let by = folder.operator()?;
    let mut record = folder.look()?;
    let known = |reply: &u64| record.state().replies.iter().any(|received| received.seq == *reply);
    let Some(reply) = entry.parse().ok().filter(known) else {
        let help = "signpost replies --json names the entry of each";
        return Err(CommandError::usage("reply", format!("there is no reply in entry {entry}"), help));
    };
    let mark = Mark { reply, mark: mark.to_owned() };
    let seq = record.append(Entry::Mark(mark.clone()))?;
    out.say(format!("Reply {reply}: {}, by {by} (entry {seq}).", Untrusted::from(mark.mark.as_str()).for_terminal()));
    out.json(&serde_json::json!({"type": "summary", "reply": reply, "mark": mark.mark, "by": by, "entry": seq}));
    Ok(Exit::Done)
}
