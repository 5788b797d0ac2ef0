//! What happened, in order and in plain words: sessions, decisions, refusals, holds, faults. What has a table of its own on
//! the page (texts, replies, settings, clocks) is not told here again. Called by [`super::facts`].

use jiff::Timestamp;

use crate::record::body::{Ends, Resolves, Settled};
use crate::record::entry::{Entry, EntryView};
use crate::record::traffic::Alerted;

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who was at work.
    pub who: String,
    /// Of what kind, in a word or two.
    pub kind: &'static str,
    /// In plain words, with whatever was said from outside.
    pub what: String,
}

/// What an entry tells, if it is told here.
pub fn event(view: &EntryView, entry: &Entry) -> Option<Event> {
    let (kind, what) = work(entry).or_else(|| decision(entry)).or_else(|| trouble(entry))?;
    Some(Event { seq: view.seq, at: view.at, who: view.who.clone(), kind, what })
}

fn work(entry: &Entry) -> Option<(&'static str, String)> {
    Some(match entry {
        Entry::Opened(opened) => ("record", format!("the record was begun by signpost {}", opened.signpost)),
        Entry::SessionStarted(started) => ("session", format!("{} began on {}", started.verb, started.host)),
        Entry::SessionEnded(ended) => ("session", format!("it ended: {}", ended.why)),
        Entry::Contacts(list) => {
            let (file, rows) = (list.file.for_record(), list.rows);
            ("contacts", format!("{file}: {rows} rows, {} people, {} left out", list.people, list.left_out))
        }
        Entry::Sheet(sheet) => ("plan", format!("plan {} was put before the approver", sheet.plan_code)),
        Entry::Approval(approval) => ("approval", format!("plan {} approved by {}", approval.plan_code, approval.by)),
        Entry::Closing(closing) if closing.why.is_empty() => ("closing", "the case was closed".to_owned()),
        Entry::Closing(closing) => ("closing", format!("the case was closed: {}", closing.why)),
        _ => return None,
    })
}

fn decision(entry: &Entry) -> Option<(&'static str, String)> {
    Some(match entry {
        Entry::Excluded(out) => ("excluded", format!("{}: {}", out.number, out.why)),
        Entry::Included(back) => ("included", format!("{}: {}", back.number, back.why)),
        Entry::OptOut(opt_out) => {
            ("opt-out", format!("{} is not to be texted again: {}", opt_out.number.for_record(), opt_out.why))
        }
        Entry::Stop(stop) => {
            let what = if stop.ends == Ends::All { "sending and listening end" } else { "no new text" };
            ("stop", format!("{what}: {}", stop.why))
        }
        Entry::Resolved(resolved) => {
            let what = match &resolved.resolves {
                Resolves::Hold { code } => format!("the hold {code} was lifted"),
                Resolves::Part { part, how: Settled::Sent } => format!("part {part} counts as sent"),
                Resolves::Part { part, how: Settled::NotSent } => format!("part {part} counts as not sent"),
            };
            ("decision", format!("{what}, by {}: {}", resolved.by, resolved.why))
        }
        Entry::Handover(handover) => {
            let words = if handover.words.is_empty() { String::new() } else { format!(": {}", handover.words) };
            ("handover", format!("from {}{words}", handover.from))
        }
        Entry::Note(note) => {
            let file = note.file.as_ref().map(|file| format!(" (with the file {})", file.name.for_record()));
            ("note", format!("{}{}", note.text, file.unwrap_or_default()))
        }
        _ => return None,
    })
}

fn trouble(entry: &Entry) -> Option<(&'static str, String)> {
    Some(match entry {
        Entry::Refused(refused) => {
            let reasons: Vec<&str> = refused.reasons.iter().map(|reason| reason.text.as_str()).collect();
            ("refused", format!("{}: {}", refused.verb, reasons.join("; ")))
        }
        Entry::Hold(hold) => ("hold", hold.why.clone()),
        Entry::Paused(paused) => ("pause", format!("sending waits: {}", paused.why)),
        Entry::Fault(fault) => ("fault", fault.what.clone()),
        // How strong the signal was is too often another to be of use.
        Entry::Notice(notice) if notice.code != "signal" => ("notice", notice.what.clone()),
        Entry::Alert(alert) => match &alert.outcome {
            Alerted::GivenUp => {
                ("alert", format!("nobody took what entry {} tells of: not told any more", alert.about))
            }
            _ => return None,
        },
        _ => return None,
    })
}
