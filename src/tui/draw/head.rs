//! Which case, what it is doing, on whose word; the line and what keeps it alive; who is at work, and the code for the
//! notebook.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::{Scene, both_sides, cut, style};
use crate::record::body::Nature;
use crate::text::Untrusted;
use crate::tui::phase::Phase;
use crate::tui::words::{Full, tail};

/// The name of a network is shown so wide at most.
const OPERATOR: u16 = 16;

/// Three lines.
pub fn draw(frame: &mut Frame, scene: &Scene, phase: &Phase, area: Rect) {
    let clock = format!("{} ", scene.times().clock(scene.now));
    let first = both_sides(&case(scene, phase), &clock, area.width);
    let style = style(phase.weight()).add_modifier(Modifier::BOLD | Modifier::REVERSED);
    let lines = vec![
        Line::styled(first, style),
        Line::from(both_sides(&line(scene), &age(scene), area.width)),
        Line::from(cut(&people_at_work(scene), area.width)),
    ];
    frame.render_widget(Paragraph::new(lines), area);
}

fn case(scene: &Scene, phase: &Phase) -> String {
    let (name, training) = match &scene.picture.case {
        Some((name, nature)) => (Untrusted::from(name.as_str()).for_terminal(), *nature == Nature::Training),
        None => (String::new(), false),
    };
    format!(" {}   {}{name}", phase.words(scene.terms), if training { "TRAINING " } else { "" })
}

fn line(scene: &Scene) -> String {
    let device = &scene.picture.device;
    let words = |text: &Option<Untrusted>| text.as_ref().map(Untrusted::for_terminal).unwrap_or_default();
    let card = match (words(&device.iccid), scene.full) {
        (card, _) if card.is_empty() => "not known".to_owned(),
        (card, Full::Yes) => card,
        (card, Full::No) => format!("...{}", tail(&card)),
    };
    let mut said = vec![format!("Line {card} {}", cut(&words(&device.operator), OPERATOR)).trim_end().to_owned()];
    said.extend(scene.picture.signal.as_ref().map(|class| format!("signal {class}")));
    said.push(scene.around.power.clone());
    let shelves = scene.picture.shelves.iter().filter(|(_, shelf)| shelf.total > 0);
    said.extend(shelves.map(|(name, shelf)| {
        format!("{} {} of {}", Untrusted::from(name.as_str()).for_terminal(), shelf.used, shelf.total)
    }));
    said.extend(scene.around.room.map(|room| format!("disk {}", size(room))));
    said.retain(|words| !words.is_empty());
    format!(" {}", said.join("  "))
}

fn size(octets: u64) -> String {
    let (mega, giga) = (octets >> 20, octets >> 30);
    if giga >= 10 { format!("{giga} GB") } else { format!("{mega} MB") }
}

fn age(scene: &Scene) -> String {
    scene.picture.last.map_or_else(String::new, |(at, _)| format!("last entry {} ago ", scene.since(at)))
}

fn people_at_work(scene: &Scene) -> String {
    let shift = scene.picture.shift.as_ref().map(|shift| {
        let by = Untrusted::from(shift.by.as_str()).for_terminal();
        format!("On shift {by} since {}", scene.times().minute(shift.since))
    });
    let seal = scene.picture.seal.as_ref().map(|(at, seal)| {
        let code = Untrusted::from(seal.code.as_str()).for_terminal();
        format!("Notebook {}  entry {}  {code}", scene.times().minute(*at), seal.upto)
    });
    format!(" {}", [shift, seal].into_iter().flatten().collect::<Vec<_>>().join("   "))
}
