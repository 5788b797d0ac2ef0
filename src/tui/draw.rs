//! The picture in cells. Pure: the same scene, the same cells. Text from outside comes here only as `for_terminal`
//! gave it; the library drops what is left of control characters (`hw-notes/crates.md`).
//!
//! `head` · `advised` · `people` · `replies` · `whole` · `events` · `foot` are the parts of the screen, from the top down.

mod advised;
mod events;
mod foot;
mod head;
mod people;
mod replies;
mod whole;

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::desk::{Desk, Page};
use super::phase::{Alive, Phase};
use super::picture::Picture;
use super::said::Weight;
use super::words::Full;
use crate::case::terms::Terms;
use crate::report::words::Times;

/// The least window: what is smaller shows one line that says so.
pub const LEAST: (u16, u16) = (80, 24);

/// All that a screen shows.
pub struct Scene<'a> {
    /// What the record says.
    pub picture: &'a Picture,
    /// What the case file says.
    pub terms: &'a Terms,
    /// What the person has before them.
    pub desk: &'a Desk,
    /// What the computer says of itself.
    pub around: &'a Around,
    /// The time.
    pub now: Timestamp,
    /// Whether whole numbers are shown.
    pub full: Full,
}

/// What the computer says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// Whether the process that works the line is there.
    pub alive: Alive,
    /// Free octets on the record's disk.
    pub room: Option<u64>,
    /// Mains or battery, in words; empty where it is not known.
    pub power: String,
}

impl Scene<'_> {
    /// What the line is doing.
    pub fn phase(&self) -> Phase {
        match Phase::of(self.picture, self.terms, self.now, self.around.alive) {
            // The session says so in the record too, when it hears of it.
            _ if self.desk.interrupts > 0 && self.is_on_its_way() => Phase::Ending,
            phase => phase,
        }
    }

    /// When, with the day if it is another: a line is listened to for days.
    fn moment(&self, moment: Timestamp) -> String {
        self.times().seen(moment, self.now)
    }

    fn is_on_its_way(&self) -> bool {
        self.picture.counts.as_ref().is_some_and(|counts| counts.glance.in_hand.is_some())
    }

    fn times(&self) -> Times {
        Times::of(self.terms.hours.zone())
    }

    /// `2 h 5 min`, since then.
    fn since(&self, moment: Timestamp) -> String {
        let seconds = self.now.duration_since(moment).as_secs().max(0).unsigned_abs();
        crate::report::words::length(seconds)
    }
}

/// Draws everything.
pub fn draw(frame: &mut Frame, scene: &Scene) {
    let area = frame.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        return too_small(frame, scene, area);
    }
    let phase = scene.phase();
    let advice = advised::lines(scene, &phase, area);
    let shown = u16::try_from(advice.len()).unwrap_or(u16::MAX);
    let heights = [3, shown, 3].map(Constraint::Length);
    let [head, advised, people] = heights;
    let [head, advised, people, middle, foot] =
        Layout::vertical([head, advised, people, Constraint::Fill(1), Constraint::Length(foot::HEIGHT)]).areas(area);
    head::draw(frame, scene, &phase, head);
    advised::draw(frame, advice, advised);
    people::draw(frame, scene, people);
    match scene.desk.page {
        Page::Overview => {
            let halves = [Constraint::Fill(3), Constraint::Fill(2)];
            let [above, below] = Layout::vertical(halves).areas(middle);
            replies::draw(frame, scene, above);
            events::draw(frame, scene, below);
        }
        Page::Replies => whole::draw(frame, scene, middle),
    }
    foot::draw(frame, scene, foot);
}

fn too_small(frame: &mut Frame, scene: &Scene, area: Rect) {
    let urgent = scene.picture.untaken().count();
    let (width, height) = LEAST;
    let line =
        format!("signpost: {}; {urgent} urgent. Window: {width}x{height} at least", scene.phase().words(scene.terms));
    frame.render_widget(Paragraph::new(line).wrap(ratatui::widgets::Wrap { trim: true }), area);
}

/// A heading across the screen: `── REPLIES 3 ──────`.
fn heading(frame: &mut Frame, words: &str, weight: Weight, area: Rect) {
    let rule = "─".repeat(usize::from(area.width));
    frame.render_widget(Paragraph::new(rule).style(faint()), Rect { height: 1, ..area });
    let words = Span::styled(format!(" {words} "), style(weight).add_modifier(Modifier::BOLD));
    let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(4), height: 1, ..area };
    frame.render_widget(Paragraph::new(Line::from(words)), inner);
}

/// What lies under a heading.
fn below(area: Rect) -> Rect {
    Rect { y: area.y.saturating_add(1), height: area.height.saturating_sub(1), ..area }
}

/// Left and right on one line; the left gives way.
fn both_sides(left: &str, right: &str, width: u16) -> String {
    let right_width = u16::try_from(Line::from(right).width()).unwrap_or(width);
    let room = width.saturating_sub(right_width + 1);
    let left = cut(left, room);
    let gap = usize::from(room).saturating_sub(Line::from(left.as_str()).width()) + 1;
    format!("{left}{}{right}", " ".repeat(gap))
}

/// In lines that are no wider, at spaces where there are any.
fn wrapped(text: &str, width: u16) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let fits = |line: &str, more: &str| Line::from(format!("{line}{more}")).width() <= usize::from(width);
        if lines.last().is_some_and(|line| !line.is_empty() && !fits(line, word)) {
            lines.push(String::new());
        }
        for c in word.chars() {
            if lines.last().is_some_and(|line| !line.is_empty() && !fits(line, &c.to_string())) {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push(c);
            }
        }
    }
    lines
}

/// At most so wide; what is longer ends in `…`.
fn cut(text: &str, width: u16) -> String {
    let width = usize::from(width);
    if Line::from(text).width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        let longer = format!("{kept}{c}…");
        if Line::from(longer.as_str()).width() > width {
            break;
        }
        kept.push(c);
    }
    format!("{kept}…")
}

fn heavy(text: impl Into<String>) -> Span<'static> {
    Span::styled(text.into(), style(Weight::Heavy))
}

fn style(weight: Weight) -> Style {
    match weight {
        Weight::Plain => Style::new(),
        Weight::Heavy => Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
    }
}

fn faint() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}
