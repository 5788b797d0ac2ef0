//! The whole help tree in one snapshot: no flag changes unseen. After a wanted change:
//! `INSTA_UPDATE=always cargo test --test help`.

#![allow(clippy::unwrap_used)] // a test may stop the moment an assumption fails

use std::process::Command;

const VERBS: &[&[&str]] = &[
    &[],
    &["demo"],
    &["ports"],
    &["new"],
    &["contacts"],
    &["check"],
    &["plan"],
    &["approve"],
    &["send"],
    &["capture"],
    &["stop"],
    &["resolve"],
    &["status"],
    &["replies"],
    &["note"],
    &["erase"],
    &["report"],
    &["export"],
    &["close"],
    &["verify"],
    &["emulate"],
    &["pdu"],
    &["pdu", "decode"],
    &["pdu", "encode"],
    &["help"],
];

#[test]
fn the_whole_help_tree() {
    let mut tree = String::new();
    for verb in VERBS {
        let output = Command::new(env!("CARGO_BIN_EXE_signpost"))
            .args(*verb)
            .arg("--help")
            .env("COLUMNS", "80")
            .env_remove("SIGNPOST_OPERATOR")
            .output()
            .unwrap();
        assert!(output.status.success());
        tree += &format!("$ signpost {} --help\n{}\n", verb.join(" "), String::from_utf8(output.stdout).unwrap());
    }
    insta::assert_snapshot!(tree);
}
