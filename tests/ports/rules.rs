//! The udev rules of the package name the vendors that the tables know, and so every device of the trees.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use signpost::link::ports;
use signpost::link::root::Root;

use crate::tree;

const RULES: [&str; 2] = ["70-signpost-access.rules", "71-signpost-modemmanager.rules"];

fn read(path: &str) -> String {
    std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The vendors of both tables; `*` is none.
fn known() -> BTreeSet<String> {
    let tables = read("hw-notes/ports.tsv") + &read("hw-notes/handsets.tsv");
    let rows = tables.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| row.split('\t').next()).filter(|vendor| vendor.len() == 4).map(str::to_owned).collect()
}

/// The lines that act, and the vendors that each is for.
fn rules(name: &str) -> Vec<(String, BTreeSet<String>)> {
    let text = read(&format!("package/{name}"));
    let acting = text.lines().filter(|line| line.contains("idVendor"));
    acting
        .map(|line| {
            let vendors = line.split("ATTRS{idVendor}==\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
            (line.to_owned(), vendors.split('|').map(str::to_owned).collect())
        })
        .collect()
}

#[test]
fn the_rules_are_for_the_vendors_of_the_tables() {
    let known = known();
    for name in RULES {
        for (line, vendors) in rules(name) {
            let wanted = known.iter().cloned().collect::<Vec<_>>().join("|");
            assert_eq!(vendors, known, "package/{name} must have:\n{wanted}\nin: {line}");
        }
        assert_eq!(rules(name).len(), 1, "{name}");
    }
}

#[test]
fn every_device_of_the_trees_is_one_of_theirs_and_a_mouse_is_not() {
    for name in tree::names() {
        let folder = tree::of(&name);
        let devices = ports::look(&Root::below(Path::new(folder.path())));
        let ids = devices.iter().filter_map(|device| device.ids).map(|ids| format!("{:04x}", ids.vendor));
        for vendor in ids {
            for (rules, action) in RULES.iter().zip(["GROUP=\"dialout\"", "ENV{ID_MM_DEVICE_IGNORE}=\"1\""]) {
                let hit = rules_for(rules, &vendor);
                assert!(hit.iter().any(|line| line.contains(action)), "{name}: {rules} has nothing for {vendor}");
            }
        }
    }
    assert!(RULES.iter().all(|rules| rules_for(rules, "046d").is_empty()));
}

fn rules_for(name: &str, vendor: &str) -> Vec<String> {
    rules(name).into_iter().filter(|(_, vendors)| vendors.contains(vendor)).map(|(line, _)| line).collect()
}
