//! The floors: who may import whom (ARCHITECTURE section 3). A lower floor never knows a higher one.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use syn::visit::Visit;

/// A module, and what it may use of ours.
const TABLE: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("ids", &[]),
    ("hex", &[]),
    ("clock", &[]),
    ("pdu", &["text", "hex"]),
    ("at", &["text"]),
    ("link", &["text", "clock"]),
    ("case", &["text", "ids", "hex", "pdu"]),
    ("record", &["text", "ids", "hex", "clock", "case"]),
    ("modem", &["text", "ids", "hex", "clock", "at", "link", "record::token"]),
    ("session", &["text", "ids", "hex", "clock", "pdu", "at", "link", "case", "record", "modem"]),
    ("report", &["text", "ids", "hex", "clock", "case", "record", "session::event"]),
    ("tui", &["text", "ids", "clock", "case", "record", "report", "session::event", "session::confirmation", "tui"]),
    ("emulator", &["text", "hex", "pdu", "link", "clock"]),
    (
        "cli",
        &[
            "text", "ids", "hex", "clock", "pdu", "link", "case", "record", "modem", "session", "report", "tui",
            "emulator", "cli",
        ],
    ),
];

/// Crates of others that a floor must not know.
const FOREIGN: &[(&str, &[&str])] = &[
    ("pdu", &["tokio", "rusqlite", "std::fs", "std::net", "Timestamp::now", "jiff::Zoned"]),
    ("at", &["tokio", "rusqlite", "std::fs", "std::net", "jiff"]),
    ("case", &["tokio", "rusqlite", "std::fs", "std::net"]),
    ("record", &["tokio", "tokio_serial", "serialport"]),
    ("emulator", &["rusqlite"]),
];

#[derive(Default)]
struct Paths(BTreeSet<String>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let is_test = module.attrs.iter().any(|attribute| quote(attribute).contains("test"));
        if !is_test {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        flatten("", &item.tree, &mut self.0);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.0.insert(segments.join("::"));
        syn::visit::visit_path(self, path);
    }
}

fn quote(attribute: &syn::Attribute) -> String {
    match &attribute.meta {
        syn::Meta::List(list) => list.tokens.to_string(),
        _ => String::new(),
    }
}

fn flatten(prefix: &str, tree: &syn::UseTree, into: &mut BTreeSet<String>) {
    let join = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}::{name}") };
    match tree {
        syn::UseTree::Path(path) => flatten(&join(&path.ident.to_string()), &path.tree, into),
        syn::UseTree::Name(name) => drop(into.insert(join(&name.ident.to_string()))),
        syn::UseTree::Rename(rename) => drop(into.insert(join(&rename.ident.to_string()))),
        syn::UseTree::Glob(_) => drop(into.insert(prefix.to_owned())),
        syn::UseTree::Group(group) => group.items.iter().for_each(|item| flatten(prefix, item, into)),
    }
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => files.extend(files_under(&path)),
            path if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") => files.push(path),
            _ => {}
        }
    }
    files
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every path that a module's files use, with the file.
fn paths_of(module: &str) -> Vec<(PathBuf, String)> {
    let mut files = if source().join(module).is_dir() { files_under(&source().join(module)) } else { Vec::new() };
    let file = source().join(format!("{module}.rs"));
    if file.exists() {
        files.push(file);
    }
    assert!(!files.is_empty(), "{module} has no files");
    files
        .into_iter()
        .flat_map(|file| {
            let parsed = syn::parse_file(&std::fs::read_to_string(&file).unwrap()).unwrap();
            let mut paths = Paths::default();
            paths.visit_file(&parsed);
            paths.0.into_iter().map(move |path| (file.clone(), path)).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn a_lower_floor_never_knows_a_higher_one() {
    let mut wrong = Vec::new();
    for (module, allowed) in TABLE {
        for (file, path) in paths_of(module) {
            let Some(rest) = path.strip_prefix("crate::") else { continue };
            let own = rest.split("::").next() == Some(module);
            let fine = own || allowed.iter().any(|a| rest == *a || rest.starts_with(&format!("{a}::")));
            if !fine {
                wrong.push(format!("{} uses {path}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_pure_floors_know_no_io() {
    let mut wrong = Vec::new();
    for (module, forbidden) in FOREIGN {
        for (file, path) in paths_of(module) {
            if forbidden.iter().any(|f| path == *f || path.starts_with(&format!("{f}::"))) {
                wrong.push(format!("{} uses {path}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_is_in_the_table() {
    let lib = std::fs::read_to_string(source().join("lib.rs")).unwrap();
    let modules: BTreeSet<&str> =
        lib.lines().filter_map(|l| l.strip_prefix("pub mod ")).map(|l| l.trim_end_matches(';')).collect();
    let named: BTreeSet<&str> = TABLE.iter().map(|(module, _)| *module).collect();
    assert_eq!(modules, named);
}

/// Law 3: a slot is deleted in one place only, which demands the proof that its text is durable.
#[test]
fn only_the_inbox_frees_slots_and_acknowledges() {
    for module in TABLE.iter().map(|(module, _)| *module) {
        for (file, path) in paths_of(module) {
            let deletes = path.ends_with("Command::Free") || path.ends_with("Command::Acknowledge");
            let allowed = file.ends_with("modem/inbox.rs") || file.ends_with("at/command.rs");
            assert!(!deletes || allowed, "{} uses {path}", file.display());
        }
    }
}

/// Law 1: intents are minted in the record alone.
#[test]
fn only_the_record_makes_tokens() {
    let mints = |path: &str| {
        matches!(path, "Intent" | "Durable") || path.ends_with("token::Intent") || path.ends_with("token::Durable")
    };
    for file in files_under(&source()) {
        let parsed = syn::parse_file(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let mut literals = Literals::default();
        literals.visit_file(&parsed);
        let made = literals.0.iter().any(|path| mints(path));
        assert!(!made || file.to_string_lossy().contains("src/record/"), "{} makes a token", file.display());
    }
}

/// `scripts/mutate` takes long and is run by hand; that its mistakes still fit the code is asked here.
#[test]
fn every_mutation_still_fits() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table: toml::Table = std::fs::read_to_string(root.join("tests/laws/mutations.toml")).unwrap().parse().unwrap();
    for mutation in table["mutation"].as_array().unwrap() {
        let one = vec![mutation.clone()];
        for edit in mutation.get("edits").map_or(&one, |edits| edits.as_array().unwrap()) {
            let (file, old) = (edit["file"].as_str().unwrap(), edit["old"].as_str().unwrap());
            let count = std::fs::read_to_string(root.join(file)).unwrap().matches(old).count();
            assert_eq!(count, 1, "{}: {old}", mutation["name"]);
        }
    }
}

#[derive(Default)]
struct Literals(Vec<String>);

impl<'ast> Visit<'ast> for Literals {
    fn visit_expr_struct(&mut self, literal: &'ast syn::ExprStruct) {
        let segments: Vec<String> = literal.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.0.push(segments.join("::"));
        syn::visit::visit_expr_struct(self, literal);
    }
}
