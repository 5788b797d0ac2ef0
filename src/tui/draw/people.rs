//! How many people, and what became of their texts.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Scene, below, both_sides, cut, heading, heavy};
use crate::record::fold::Summary;
use crate::record::glance::Glance;
use crate::report::words::grouped;
use crate::text::Untrusted;
use crate::tui::phase::{self, Phase};
use crate::tui::said::Weight;

/// The name of the approver is shown so wide at most.
const NAME: u16 = 16;

/// The bar is so wide at least.
const BAR: usize = 30;

/// A heading, the bar, the counts.
pub fn draw(frame: &mut Frame, scene: &Scene, area: Rect) {
    heading(frame, &title(scene), Weight::Plain, area);
    let Some(glance) = phase::glance(scene.picture, &scene.phase()) else { return };
    let all: usize = glance.people.values().sum();
    if all == 0 {
        return frame
            .render_widget(Paragraph::new(" Nobody is approved to be texted; the line is listened to."), below(area));
    }
    let lines = vec![Line::from(bar(scene, &glance, all, area.width)), numbers(&glance)];
    frame.render_widget(Paragraph::new(lines), below(area));
}

/// On whose word, and how long.
fn title(scene: &Scene) -> String {
    let (authority, shown) = (&scene.terms.authority, |moment| scene.terms.hours.shown(moment));
    let until = match scene.phase() {
        Phase::Sending | Phase::Shut(_) | Phase::Paused => format!("texts until {}", shown(authority.send.until)),
        _ => format!("listening until {}", shown(authority.listen.until)),
    };
    let approver = scene.picture.counts.as_ref().and_then(|counts| counts.approver.as_ref());
    let by = approver.map(|by| format!("approved by {}; ", cut(&Untrusted::from(by.as_str()).for_terminal(), NAME)));
    format!("PEOPLE   {}{until}", by.unwrap_or_default())
}

fn bar(scene: &Scene, glance: &Glance, all: usize, width: u16) -> String {
    let done = all.saturating_sub(of(glance, Summary::Waiting));
    let wide = BAR.max(usize::from(width) / 2);
    let filled = done * wide / all.max(1);
    let left = format!(" [{}{}] {} of {}", "#".repeat(filled), ".".repeat(wide - filled), grouped(done), grouped(all));
    let ends = ends(scene).map(|ends| format!("{ends} "));
    both_sides(&left, &ends.unwrap_or_default(), width)
}

/// By the approved pace, the hours, and what the device needed so far.
fn ends(scene: &Scene) -> Option<String> {
    if !matches!(scene.phase(), Phase::Sending | Phase::Shut(_)) {
        return None;
    }
    let planned = scene.picture.counts.as_ref()?.planned;
    let ends = scene.terms.ends(scene.now, planned, &scene.picture.tempo)?;
    Some(match ends > scene.terms.authority.send.until {
        true => "NOT ALL before texts must end".to_owned(),
        false => format!("ends about {}", scene.terms.hours.shown(ends)),
    })
}

fn of(glance: &Glance, summary: Summary) -> usize {
    glance.people.get(&summary).copied().unwrap_or_default()
}

/// Whether a count is shown only where there is something to count.
#[derive(Clone, Copy, PartialEq)]
enum Rare {
    Yes,
    No,
}

/// As `status` counts them: whoever got it is among those whose text was taken.
fn numbers(glance: &Glance) -> Line<'static> {
    let given_up = of(glance, Summary::Failed);
    let shown = [
        ("taken", of(glance, Summary::Taken) + of(glance, Summary::Delivered) + given_up, Rare::No),
        ("delivered", of(glance, Summary::Delivered), Rare::No),
        ("given up", given_up, Rare::Yes),
        ("not sent", of(glance, Summary::NotSent), Rare::No),
        ("NOT KNOWN", of(glance, Summary::NotKnown), Rare::No),
        ("held back", of(glance, Summary::HeldBack), Rare::Yes),
        ("still to go", of(glance, Summary::Waiting), Rare::No),
    ];
    let span = |(what, number, _): (&str, usize, Rare)| {
        let text = format!(" {what} {} ", grouped(number));
        if what == "NOT KNOWN" && number > 0 { heavy(text) } else { Span::raw(text) }
    };
    Line::from_iter(shown.into_iter().filter(|(_, number, rare)| *number > 0 || *rare == Rare::No).map(span))
}
