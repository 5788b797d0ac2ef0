//! What is typed, the answer to the last wish, and the keys.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::{Scene, cut, heavy, style};
use crate::text::Untrusted;
use crate::tui::desk::{Page, Seat};
use crate::tui::dialog::{Asks, Dialog};
use crate::tui::phase::Phase;
use crate::tui::words::sender;

/// A name is shown so wide at most.
const NAME: u16 = 12;

/// Two lines.
pub const HEIGHT: u16 = 2;

/// What is typed or was answered; beneath it the keys.
pub fn draw(frame: &mut Frame, scene: &Scene, area: Rect) {
    let keys = Rect { y: area.y.saturating_add(1), height: 1, ..area };
    let above = Rect { height: 1, ..area };
    let hint = match &scene.desk.dialog {
        Some(dialog) => {
            typing(frame, scene, dialog, above);
            if scene.desk.interrupts > 0 {
                return frame.render_widget(Paragraph::new(ending(scene)), keys);
            }
            let failed =
                scene.desk.answer.as_ref().map(|answer| cut(&fit(&answer.words), area.width.saturating_sub(2)));
            failed.unwrap_or_else(|| "[Enter] done  [Esc] cancel".to_owned())
        }
        None => {
            frame.render_widget(Paragraph::new(answer(scene, above.width)), above);
            keys_of(scene).to_owned()
        }
    };
    frame.render_widget(Paragraph::new(format!(" {hint}")).style(Style::new().add_modifier(Modifier::REVERSED)), keys);
}

fn keys_of(scene: &Scene) -> &'static str {
    match (scene.desk.page, scene.desk.seat) {
        (Page::Overview, Seat::Line) => "[t]ake [r]eplies [n]ote [s]top sending [o]ther person [h]ide   [Ctrl-C] end",
        (Page::Overview, Seat::Elsewhere) => "[t]ake [r]eplies [n]ote [s]top sending [o]ther person [h]ide   [q] leave",
        (Page::Overview, Seat::Unnamed) => "[r]eplies [h]ide   [q] leave   (with --operator also: take, note, stop)",
        (Page::Replies, Seat::Unnamed) => "[up][down] choose  [PgUp][PgDn] scroll  [h]ide  [r] back",
        (Page::Replies, Seat::Elsewhere) => "[up][down] [PgUp][PgDn]  [t]ake [n]ote [h]ide  [r] back   [Ctrl-C] leave",
        (Page::Replies, Seat::Line) => "[up][down] [PgUp][PgDn]  [t]ake [n]ote [h]ide  [r] back   [Ctrl-C] end",
    }
}

fn answer(scene: &Scene, width: u16) -> Line<'static> {
    match (&scene.desk.answer, scene.desk.interrupts) {
        (_, 1..) => ending(scene),
        (Some(answer), 0) => Line::styled(cut(&format!(" {}", fit(&answer.words)), width), style(answer.weight)),
        (None, 0) => {
            scene.desk.counts_later().filter(|_| scene.phase() == Phase::Asks).map_or_else(Line::default, |people| {
                heavy(format!(" Nobody is texted before the number of people is typed ({people}): [Enter]")).into()
            })
        }
    }
}

fn ending(scene: &Scene) -> Line<'static> {
    heavy(match (scene.phase(), scene.desk.interrupts) {
        (Phase::Ending, 1) => " Ending after the text on its way. Ctrl-C again: it stays NOT KNOWN.",
        _ => " Ending; the device is put back as it was.",
    })
    .into()
}

/// Names are among an answer's words.
fn fit(words: &str) -> String {
    Untrusted::from(words).for_terminal()
}

/// The question, what was typed, and the cursor behind it.
fn typing(frame: &mut Frame, scene: &Scene, dialog: &Dialog, area: Rect) {
    let by = dialog.by.as_ref().map(|by| format!("{}: ", cut(&Untrusted::from(by.as_str()).for_terminal(), NAME)));
    let asked = format!(" {}{} ", by.unwrap_or_default(), question(scene, dialog.asks));
    let wide = u16::try_from(Line::from(asked.as_str()).width()).unwrap_or(area.width);
    let room = area.width.saturating_sub(wide.saturating_add(1));
    let scroll = dialog.input.visual_scroll(usize::from(room));
    let typed: String = dialog.input.value().chars().skip(scroll).collect();
    let typed = Untrusted::from(typed).for_terminal();
    frame.render_widget(
        Paragraph::new(format!("{asked}{typed}")).style(Style::new().add_modifier(Modifier::BOLD)),
        area,
    );
    let behind = dialog.input.visual_cursor().saturating_sub(scroll);
    let x = area.x.saturating_add(wide).saturating_add(u16::try_from(behind).unwrap_or(room));
    frame.set_cursor_position(Position { x: x.min(area.right().saturating_sub(1)), y: area.y });
}

fn question(scene: &Scene, asks: Asks) -> String {
    match asks {
        Asks::Take(seq) => {
            let shown = scene.picture.grown_into(seq);
            let found = scene.picture.replies.iter().find(|received| received.seq == shown);
            let from = found.map(|received| sender(received.reply.from.as_ref(), scene.full)).unwrap_or_default();
            let taken =
                scene.picture.marks.get(&seq).and_then(|marks| marks.first()).map(|marked| {
                    format!(" ({} has it)", cut(&Untrusted::from(marked.by.as_str()).for_terminal(), NAME))
                });
            format!("reply {seq} from {from}{}. What did you do?", taken.unwrap_or_default())
        }
        Asks::Note => "note:".to_owned(),
        Asks::Stop => "stop sending; listening goes on. Why?".to_owned(),
        Asks::HandOver => "who is at work from now on?".to_owned(),
        Asks::People(people) => format!("Your phone has the test text? Type the number of people ({people}), or no:"),
    }
}
