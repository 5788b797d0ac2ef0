//! `signpost replies`: what came in, by thread; the urgent ones first.

use std::collections::BTreeMap;

use super::args::{Common, Replies};
use super::error::CommandError;
use super::exit::Exit;
use super::folder::Folder;
use super::print::Out;
use super::watch::{self, Full};
use crate::record::fold::{Received, last_nine};

/// Lists replies.
pub fn run(common: &Common, args: &Replies, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
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
