//! What a person should know or do, over as many lines as there is room for: what to do stands at the end of a sentence,
//! and must not be cut off while lines are free.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::{Scene, cut, heavy, wrapped};
use crate::tui::phase::{self, Phase};

/// At most one line in so many of the screen.
const SHARE: u16 = 8;

/// What is to be shown in a window of this size, line by line.
pub fn lines(scene: &Scene, phase: &Phase, window: Rect) -> Vec<String> {
    let mut advice = phase::advice(scene.picture, phase, scene.desk.content);
    advice.extend(Some(scene.around.power.clone()).filter(|power| power.starts_with("BATTERY")));
    laid(&advice, window.width, usize::from(window.height / SHARE))
}

/// The lines as they are.
pub fn draw(frame: &mut Frame, lines: Vec<String>, area: Rect) {
    frame.render_widget(Paragraph::new(lines.into_iter().map(|line| heavy(line).into()).collect::<Vec<Line>>()), area);
}

/// One line each; what is left over goes to the first that need more. How many have no room at all stands at the end.
fn laid(advice: &[String], width: u16, room: usize) -> Vec<String> {
    let more = advice.len().saturating_sub(room);
    let shown = if more > 0 { room.saturating_sub(1) } else { advice.len() };
    let mut spare = room.saturating_sub(shown);
    let mut lines = Vec::new();
    for words in advice.iter().take(shown) {
        let whole = wrapped(words, width);
        let taken = whole.len().saturating_sub(1).min(if more > 0 { 0 } else { spare });
        spare -= taken;
        let (first, rest) = whole.split_at(taken.min(whole.len()));
        lines.extend(first.iter().map(|line| line.trim_end().to_owned()));
        lines.push(cut(&rest.concat(), width));
    }
    if more > 0 && room > 0 {
        lines.push(format!("{} more: signpost status", advice.len() - shown));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid_of(advice: &[&str], room: usize) -> Vec<String> {
        laid(&advice.iter().map(|words| (*words).to_owned()).collect::<Vec<_>>(), 10, room)
    }

    #[test]
    fn free_lines_go_to_the_first_that_need_them() {
        assert_eq!(laid_of(&["one two three"], 3), ["one two", "three"]);
        assert_eq!(laid_of(&["one two three four five", "six"], 3), ["one two", "three fou…", "six"]);
        assert_eq!(laid_of(&["one two three", "six"], 2), ["one two t…", "six"]);
    }

    #[test]
    fn what_has_no_room_is_counted() {
        assert_eq!(laid_of(&["a", "b", "c", "d"], 3), ["a", "b", "2 more: signpost status"]);
        assert!(laid_of(&["a"], 0).is_empty());
    }
}
