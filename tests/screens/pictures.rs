//! The pictures of the screens in the README: drawn from seeded cases, and as the screen is now. `scripts/pictures` draws
//! them anew.

use std::fmt::Write;
use std::path::Path;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use signpost::text::Untrusted;

use crate::Bench;
use crate::states::{at_work, replied};

/// A cell is so many units wide and high.
const CELL: (f32, f32) = (8.4, 18.0);

#[test]
fn the_pictures_of_the_readme_are_as_the_screen_is() {
    let mut sending = at_work();
    replied(&mut sending);
    let mut replies = at_work();
    replied(&mut replies);
    replies.desk.page = signpost::tui::desk::Page::Replies;
    for (name, bench) in [("sending", &mut sending), ("replies", &mut replies)] {
        compare(name, bench);
    }
}

fn compare(name: &str, bench: &mut Bench) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("hw-notes/screens/{name}.svg"));
    let drawn = svg(&bench.drawn(80, 24));
    if std::env::var_os("SIGNPOST_PICTURES").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == drawn, "{} is not as the screen is now: scripts/pictures draws it anew", path.display());
}

fn svg(buffer: &Buffer) -> String {
    let (width, height) = (f32::from(buffer.area.width) * CELL.0, f32::from(buffer.area.height) * CELL.1);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"monospace\" font-size=\"14\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#101418\"/>\n"
    );
    for y in 0..buffer.area.height {
        let row: Vec<&Cell> = (0..buffer.area.width).map(|x| &buffer[(x, y)]).collect();
        let mut x = 0;
        for same in row.chunk_by(|one, other| one.style() == other.style()) {
            piece(&mut out, same, x, y);
            x += same.len();
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Neighbours that look alike.
fn piece(out: &mut String, cells: &[&Cell], x: usize, y: u16) {
    let text: String = cells.iter().map(|cell| cell.symbol()).collect();
    let (left, top) = (x as f32 * CELL.0, f32::from(y) * CELL.1);
    let wide = cells.len() as f32 * CELL.0;
    let style = cells[0].style();
    let is = |modifier| style.add_modifier.contains(modifier);
    let plain = if style.fg == Some(Color::Red) { "#ff6b6b" } else { "#d8dee4" };
    if is(Modifier::REVERSED) {
        writeln!(out, "<rect x=\"{left:.1}\" y=\"{top}\" width=\"{wide:.1}\" height=\"{}\" fill=\"{plain}\"/>", CELL.1)
            .unwrap();
    }
    if text.trim().is_empty() {
        return;
    }
    let fill = if is(Modifier::REVERSED) {
        "#101418"
    } else if is(Modifier::DIM) {
        "#66707a"
    } else {
        plain
    };
    let weight = if is(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let text = Untrusted::from(text).for_html();
    writeln!(
        out,
        "<text x=\"{left:.1}\" y=\"{:.1}\" textLength=\"{wide:.1}\" fill=\"{fill}\"{weight} xml:space=\"preserve\">{text}</text>",
        top + 13.5
    )
    .unwrap();
}
