//! One reply whole, above the list: what is longer than the screen can be scrolled, and says so.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::replies::{self, said};
use super::{Scene, below, heading, style, wrapped};
use crate::record::fold::Received;
use crate::report::words::form;
use crate::text::Untrusted;
use crate::tui::desk::Content;
use crate::tui::said::Weight;
use crate::tui::words::sender;

/// The list beneath has so many lines.
const LIST: u16 = 5;

/// The chosen one, and the list.
pub fn draw(frame: &mut Frame, scene: &Scene, area: Rect) {
    let [above, list] = Layout::vertical([Constraint::Fill(1), Constraint::Length(LIST)]).areas(area);
    let (order, place) = (scene.picture.in_order(), scene.desk.place(scene.picture));
    let Some(received) = order.get(place) else { return replies::draw(frame, scene, area) };
    let inner = below(above);
    let lines = lines(scene, received, inner.width);
    let most = lines.len().saturating_sub(usize::from(inner.height));
    let first = usize::from(scene.desk.scrolled(received.seq)).min(most);
    let more = match (first > 0, first < most) {
        (true, _) => "   MORE ABOVE [PgUp]",
        (false, true) => "   MORE BELOW [PgDn]",
        (false, false) => "",
    };
    let from = sender(received.reply.from.as_ref(), scene.full);
    let words = format!("REPLY {} from {from}, {}{more}", received.seq, scene.times().clock(received.at));
    let weight = if scene.picture.is_untaken(received) { Weight::Heavy } else { Weight::Plain };
    heading(frame, &words, weight, above);
    frame.render_widget(Paragraph::new(lines.into_iter().skip(first).collect::<Vec<_>>()), inner);
    replies::draw(frame, scene, list);
}

fn lines(scene: &Scene, received: &Received, width: u16) -> Vec<Line<'static>> {
    let reply = &received.reply;
    let known = if reply.person.is_some() { "" } else { " (not in the plan)" };
    let mut lines = vec![Line::styled(
        format!(" {}{known}: {}", sender(reply.from.as_ref(), scene.full), form(reply.form)),
        Style::new().add_modifier(Modifier::BOLD),
    )];
    if scene.desk.content == Content::Hidden {
        lines.push(Line::from(" (hidden)"));
        return lines;
    }
    if !reply.urgent.is_empty() {
        let words = Untrusted::from(reply.urgent.join(", ")).for_terminal();
        lines.push(Line::styled(format!(" urgent words: {words}"), style(Weight::Heavy)));
    }
    let marks = scene.picture.marks.get(&received.seq).into_iter().flatten();
    lines.extend(marks.map(|marked| {
        let words = Untrusted::from(format!("{}, by {}", marked.mark, marked.by)).for_terminal();
        Line::from(format!(" {words}, {}", scene.times().full(marked.at)))
    }));
    let text = wrapped(&said(scene, received), width.saturating_sub(2));
    lines.extend(text.into_iter().map(|line| Line::from(format!(" {line}"))));
    lines
}
