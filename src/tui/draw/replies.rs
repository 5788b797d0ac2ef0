//! What came in: urgent and not taken first, a line each.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::{Scene, below, cut, heading, style};
use crate::record::fold::Received;
use crate::record::traffic::ReplyForm;
use crate::report::words::form;
use crate::text::Untrusted;
use crate::tui::desk::Content;
use crate::tui::said::Weight;
use crate::tui::words::{doubts, sender};

/// What was done about a reply is at most so wide, so that some of its words are seen.
const DONE: u16 = 30;

/// A heading and as many as there is room for, the chosen one among them.
pub fn draw(frame: &mut Frame, scene: &Scene, area: Rect) {
    let (words, weight) = title(scene);
    heading(frame, &words, weight, area);
    let (order, place, inner) = (scene.picture.in_order(), scene.desk.place(scene.picture), below(area));
    let room = usize::from(inner.height);
    let first = place.saturating_sub(room.saturating_sub(1));
    let row = |(at, received): (usize, &&Received)| {
        let chosen = if at == place && scene.desk.chosen.is_some() { Modifier::REVERSED } else { Modifier::empty() };
        let weight = if scene.picture.is_untaken(received) { Weight::Heavy } else { Weight::Plain };
        Line::styled(cut(&in_one_line(scene, received), inner.width), style(weight).add_modifier(chosen))
    };
    let lines: Vec<Line> = order.iter().enumerate().skip(first).take(room).map(row).collect();
    if lines.is_empty() {
        return frame.render_widget(Paragraph::new(" None yet."), inner);
    }
    frame.render_widget(Paragraph::new(lines), inner);
}

fn title(scene: &Scene) -> (String, Weight) {
    let (all, urgent) = (scene.picture.replies.len(), scene.picture.untaken().count());
    let oldest = scene.picture.untaken().next().map(|received| scene.since(received.at));
    match oldest {
        None => (format!("REPLIES {all}"), Weight::Plain),
        Some(oldest) => (format!("REPLIES {all}   URGENT {urgent}, not taken for {oldest}"), Weight::Heavy),
    }
}

/// When, what kind, from whom, the words, and what was done about it.
fn in_one_line(scene: &Scene, received: &Received) -> String {
    let reply = &received.reply;
    let mark = match (reply.urgent.is_empty(), &reply.stop) {
        (false, _) => "!!",
        (true, Some(_)) => "ST",
        (true, None) => "  ",
    };
    let at = scene.moment(received.at);
    let done = done(scene, received);
    format!(" {at} {mark} {}  {}{}", sender(reply.from.as_ref(), scene.full), done, said(scene, received))
}

/// What was done about it, in brackets: it stands before the words, so that a long text does not push it out.
fn done(scene: &Scene, received: &Received) -> String {
    let marks = scene.picture.marks.get(&received.seq).map(Vec::as_slice).unwrap_or_default();
    let more = if marks.len() > 1 { format!(" (and {} more)", marks.len() - 1) } else { String::new() };
    let mark = marks.first().map(|first| format!("{}: {}{more}", first.by, first.mark));
    let told = || scene.picture.told.get(&received.seq).cloned().filter(|_| scene.picture.is_untaken(received));
    let hidden = |words, instead: &str| if scene.desk.content == Content::Hidden { instead.to_owned() } else { words };
    let words = mark.map(|words| hidden(words, "taken")).or_else(|| told().map(|words| hidden(words, "told")));
    let words = words.map(|words| Untrusted::from(words).for_terminal());
    words.map_or_else(String::new, |words| format!("[{}] ", cut(&words, DONE)))
}

pub(super) fn said(scene: &Scene, received: &Received) -> String {
    let reply = &received.reply;
    match (reply.form, scene.desk.content) {
        (ReplyForm::Text, Content::Shown) => format!("\"{}\"{}", reply.text.for_terminal(), doubts(reply)),
        (ReplyForm::Text, Content::Hidden) => "(hidden)".to_owned(),
        (ReplyForm::Call | ReplyForm::Voicemail, _) => form(reply.form).to_owned(),
        (other, Content::Shown) => format!("{}: {}", form(other), reply.text.for_terminal()),
        (other, Content::Hidden) => format!("{}: (hidden)", form(other)),
    }
}
