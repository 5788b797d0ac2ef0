//! The pages on devices: each fits one sheet, has its four parts and stands in the index.

use std::path::Path;

/// A sheet of A4 in a plain typeface.
const LINES: usize = 60;
const COLUMNS: usize = 80;

const PARTS: [&str; 4] = ["## Buy", "## Wire", "## Know", "## Watch"];

#[test]
fn every_page_fits_one_sheet_and_has_its_parts() {
    let notes = Path::new(env!("CARGO_MANIFEST_DIR")).join("hw-notes");
    let index = std::fs::read_to_string(notes.join("README.md")).unwrap();
    let listed: Vec<&str> = index
        .lines()
        .skip_while(|line| *line != "## A page a family")
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    assert_eq!(listed.len(), 13);
    for name in listed {
        let page = std::fs::read_to_string(notes.join(name)).unwrap_or_else(|_| panic!("{name} is not there"));
        let parts: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(parts, PARTS, "{name}");
        assert!(page.lines().count() <= LINES, "{name} is longer than a sheet");
        assert!(page.lines().all(|line| line.chars().count() <= COLUMNS), "{name} is wider than a sheet");
    }
}
