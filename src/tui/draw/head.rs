//! Which case, what it is doing, on whose word; the line and what keeps it alive; who is at work, and the code for the
//! notebook.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::{Scene, both_sides, cut, style};
use crate::case::clearance::same_name;
use crate::record::body::Nature;
use crate::text::Untrusted;
use crate::tui::desk::Seat;
use crate::tui::phase::Phase;
use crate::tui::words::{Full, tail};

/// The name of a network is shown so wide at most, and not at all where it would be narrower.
const OPERATOR: u16 = 16;
const LEAST_OPERATOR: u16 = 2;
/// The name of a person is shown so wide at most: the code for the notebook stands behind it.
const NAME: u16 = 24;

/// Three lines.
pub fn draw(frame: &mut Frame, scene: &Scene, phase: &Phase, area: Rect) {
    let clock = format!("{} ", scene.times().clock(scene.now));
    let first = both_sides(&case(scene, phase), &clock, area.width);
    let style = style(phase.weight()).add_modifier(Modifier::BOLD | Modifier::REVERSED);
    let lines = vec![
        Line::styled(first, style),
        of_the_line(scene, area.width),
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

/// The card, the network, and what keeps the line alive; how old the record is. The name of the network gives way first,
/// then what stands last.
fn of_the_line(scene: &Scene, width: u16) -> Line<'static> {
    let (age, said) = (age(scene), format!(" Line {}", card(scene)));
    let wide = |text: &str| u16::try_from(Line::from(text).width()).unwrap_or(u16::MAX);
    let room = width.saturating_sub(wide(&age)).saturating_sub(1);
    let (mut left, mut more) = (room.saturating_sub(wide(&said)), String::new());
    for fact in facts(scene) {
        let fact = format!("  {fact}");
        if wide(&fact) <= left {
            left -= wide(&fact);
            more.push_str(&fact);
        }
    }
    let name = cut(&shown(scene.picture.device.operator.as_ref()), OPERATOR.min(left.saturating_sub(1)));
    let name = if wide(&name) < LEAST_OPERATOR { String::new() } else { format!(" {name}") };
    Line::from(both_sides(&format!("{said}{name}{more}"), &age, width))
}

fn shown(text: Option<&Untrusted>) -> String {
    text.map(Untrusted::for_terminal).unwrap_or_default()
}

fn card(scene: &Scene) -> String {
    match (shown(scene.picture.device.iccid.as_ref()), scene.full) {
        (card, _) if card.is_empty() => "not known".to_owned(),
        (card, Full::Yes) => card,
        (card, Full::No) => format!("...{}", tail(&card)),
    }
}

/// What matters most first.
fn facts(scene: &Scene) -> Vec<String> {
    let mut facts: Vec<String> = scene.picture.signal.iter().map(|class| format!("signal {class}")).collect();
    facts.push(scene.around.power.clone());
    let stores = scene.picture.stores.iter().filter(|(_, store)| store.total > 0);
    facts.extend(stores.map(|(name, store)| {
        format!("{} {}/{}", Untrusted::from(name.as_str()).for_terminal(), store.used, store.total)
    }));
    facts.extend(scene.around.room.map(|room| format!("disk {}", size(room))));
    facts.retain(|words| !words.is_empty());
    facts
}

fn size(octets: u64) -> String {
    let (mega, giga) = (octets >> 20, octets >> 30);
    if giga >= 10 { format!("{giga} GB") } else { format!("{mega} MB") }
}

fn age(scene: &Scene) -> String {
    scene.picture.last.map_or_else(String::new, |(at, _)| format!("entry {} ago ", scene.since(at)))
}

/// As the moment is seen, but for the seconds.
fn minute(scene: &Scene, moment: Timestamp) -> String {
    let seen = scene.moment(moment);
    if seen == scene.times().second(moment) { scene.times().minute(moment) } else { seen.trim_end().to_owned() }
}

fn people_at_work(scene: &Scene) -> String {
    let shift = scene.picture.shift.as_ref().map(|shift| {
        let by = cut(&Untrusted::from(shift.by.as_str()).for_terminal(), NAME);
        format!("On shift {by} since {}", minute(scene, shift.since))
    });
    let seal = scene.picture.seal.as_ref().map(|(at, seal)| {
        let code = Untrusted::from(seal.code.as_str()).for_terminal();
        format!("Notebook {}  entry {}  {code}", minute(scene, *at), seal.upto)
    });
    let you = scene.desk.named.as_ref().filter(|you| {
        scene.desk.seat == Seat::Elsewhere
            && scene.picture.shift.as_ref().is_none_or(|shift| !same_name(&shift.by, you))
    });
    let you = you.map(|you| format!("You {}", cut(&Untrusted::from(you.as_str()).for_terminal(), NAME)));
    format!(" {}", [shift, you, seal].into_iter().flatten().collect::<Vec<_>>().join("   "))
}
