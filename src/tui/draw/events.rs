//! What happened last, the newest at the end; and how long nobody listened.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::{Scene, below, cut, heading, style};
use crate::report::words::{count, length};
use crate::tui::desk::Content;
use crate::tui::said::{Said, Spoken, Weight};

/// So many seconds pass between one verb and the next; longer, and a person should know.
const LONG: u64 = 60;

/// A heading and as many as there is room for.
pub fn draw(frame: &mut Frame, scene: &Scene, area: Rect) {
    let gaps = gaps(scene);
    let is_long = scene.picture.gaps.iter().any(|gap| gap.seconds >= LONG);
    let weight = if is_long { Weight::Heavy } else { Weight::Plain };
    heading(frame, &gaps.map_or_else(|| "EVENTS".to_owned(), |gaps| format!("EVENTS   {gaps}")), weight, area);
    let (inner, events) = (below(area), &scene.picture.events);
    let skipped = events.len().saturating_sub(usize::from(inner.height));
    let line = |said: &Said| Line::styled(cut(&words(scene, said), inner.width), style(said.weight));
    frame.render_widget(Paragraph::new(events.iter().skip(skipped).map(line).collect::<Vec<_>>()), inner);
}

fn words(scene: &Scene, said: &Said) -> String {
    let about = said.about.as_ref().map(|whom| format!("{} ", whom.shown(scene.full))).unwrap_or_default();
    let words = match (said.spoken, scene.desk.content) {
        (Spoken::Yes, Content::Hidden) => format!("{}: (hidden)", said.kind),
        _ => said.whole(),
    };
    format!(" {} {about}{words}", scene.moment(said.at))
}

/// `NOBODY LISTENED twice, 5 min in all; last until 10:40`.
fn gaps(scene: &Scene) -> Option<String> {
    let gaps = &scene.picture.gaps;
    let last = gaps.last()?;
    let all = gaps.iter().map(|gap| gap.seconds).sum();
    let times = count(gaps.len(), "time");
    Some(format!("NOBODY LISTENED {times}, {} in all; last until {}", length(all), scene.times().short(last.until)))
}
