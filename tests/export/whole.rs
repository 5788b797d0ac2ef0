//! The bundle for a court: everything, checked and read by programs that know nothing of signpost.

use std::path::Path;

use crate::case::{ended, make, verb};
use crate::made::{HOSTILE, count, export, hostile, names, open, rows, shell, verify, worked};

const FILES: [&str; 14] = [
    "README.txt",
    "attempts.csv",
    "entries.jsonl",
    "manifest.sha256",
    "manifest.sha256.sig",
    "pdus.csv",
    "people.csv",
    "record.db",
    "replies.csv",
    "report.html",
    "signers",
    "sim.csv",
    "sms.pcapng",
    "wire.log",
];

/// The commands of the page, as somebody who has only the bundle types them.
fn commands(readme: &str) -> Vec<String> {
    let check = readme.split("HOW TO CHECK").nth(1).unwrap().split("WHAT THE CHECK").next().unwrap();
    let (plain, script) = check.split_once("python3 -").unwrap();
    let mut all: Vec<String> = Vec::new();
    for paragraph in plain.split("\n\n").filter(|paragraph| paragraph.starts_with("    ")) {
        all.push(paragraph.trim().to_owned());
    }
    all.push(format!("python3 -{script}"));
    all
}

#[test]
fn a_closed_case_is_checked_and_read_by_stock_programs() {
    let folder = tempfile::tempdir().unwrap();
    let case = worked(folder.path());
    let bundle = export(folder.path(), "court");
    let papers = ["exhibit-label.txt", "statement.txt"];
    assert_eq!(names(&bundle).iter().filter(|name| !papers.contains(&name.as_str())).collect::<Vec<_>>(), FILES);
    for paper in papers {
        assert_eq!(std::fs::read(bundle.join(paper)).unwrap(), std::fs::read(case.join("out").join(paper)).unwrap());
    }

    let said = shell(&bundle, "sha256sum --strict -c manifest.sha256");
    assert_eq!(said.lines().filter(|line| line.ends_with(": OK")).count(), names(&bundle).len() - 2, "{said}");
    let readme = std::fs::read_to_string(bundle.join("README.txt")).unwrap();
    let commands = commands(&readme);
    for (program, expected) in [
        ("ssh-keygen", "Good \"signpost-export@v1\" signature for station"),
        ("sqlite3", "opened"),
        ("tshark", "GSM SMS"),
        ("python3", "entries hold"),
        ("signpost verify . --head", "nothing before it was taken away"),
    ] {
        let command = commands.iter().find(|command| command.starts_with(program)).unwrap();
        let said = shell(&bundle, command);
        assert!(said.contains(expected), "{command}\n{said}");
    }
    let key = commands.iter().find(|command| command.starts_with("SHA256:")).unwrap();
    assert!(shell(&case.join("station"), "ssh-keygen -lf seal_ed25519.pub").contains(key.as_str()));
    let page = include_str!("../../src/record/FORMAT.md");
    assert!(page.contains(signpost::report::readme::CHECK_ENTRIES), "FORMAT.md has the same program");

    let told = verify(0, &bundle, &[]);
    for words in ["closed at entry", "the bundle is whole", "which also sealed the record inside", "is not known"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let told = ended(0, verb(folder.path(), &["verify"]).output().unwrap());
    assert!(told.contains("closed at entry"), "{told}");
    everything_is_in_the_lists(&bundle);
    wireshark_shows_the_texts(&bundle);
}

fn everything_is_in_the_lists(bundle: &Path) {
    let attempts = rows(bundle, "attempts.csv");
    assert_eq!(attempts.len(), count(bundle, "intent"));
    let outcomes: usize = attempts.iter().filter(|row| !row[9].is_empty()).count();
    assert_eq!(outcomes, count(bundle, "outcome"));
    let delivered: Vec<_> = attempts.iter().filter(|row| row[16] == "0").collect();
    assert!(delivered.len() > 20 && delivered.iter().all(|row| row[11] == "accepted" && row[18].starts_with("20")));
    assert_eq!(rows(bundle, "replies.csv").len(), count(bundle, "reply"));
    assert_eq!(rows(bundle, "sim.csv").len(), 2);
    let calls = 1;
    assert_eq!(rows(bundle, "pdus.csv").len(), count(bundle, "intent") + count(bundle, "capture") - calls);
    let lines = std::fs::read_to_string(bundle.join("entries.jsonl")).unwrap();
    let kinds = ["intent", "outcome", "reply", "capture", "wire", "seal", "closing"];
    for kind in kinds {
        let mark = format!("\"kind\":\"{kind}\"");
        assert_eq!(lines.lines().filter(|line| line.contains(&mark)).count(), count(bundle, kind), "{kind}");
    }
    let wire = std::fs::read_to_string(bundle.join("wire.log")).unwrap();
    assert!(wire.lines().any(|line| line.contains(" > ") && line.ends_with("AT")), "{wire}");
    assert!(wire.lines().any(|line| line.contains(" < ") && line.contains("+CMGS:")));
}

fn wireshark_shows_the_texts(bundle: &Path) {
    let fields =
        "-e frame.time_epoch -e frame.comment -e gsm_sms.tp-mti -e gsm_sms.tp-da -e gsm_sms.tp-oa -e gsm_sms.sms_text";
    let said =
        shell(bundle, &format!("tshark -r sms.pcapng -o gsm_sms.reassemble:FALSE -T fields -E separator=/t {fields}"));
    let packets: Vec<Vec<&str>> = said.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(packets.len(), rows(bundle, "pdus.csv").len(), "every PDU of the demonstration is a whole TPDU");
    for row in rows(bundle, "pdus.csv") {
        let mark = format!("entry {}: ", row[0]);
        let packet = packets.iter().find(|packet| packet[1].starts_with(&mark)).unwrap();
        let at: jiff::Timestamp = row[1].parse().unwrap();
        assert_eq!(packet[0], format!("{}.{:09}", at.as_second(), at.subsec_nanosecond()));
        let (own, other) = if row[2] == "out" { (3, 4) } else { (4, 3) };
        assert!(packet[other].is_empty() && (!packet[own].is_empty() || packet[2] == "2"), "{packet:?}");
    }
    let texts: Vec<&str> = packets.iter().map(|packet| packet[5]).collect();
    let short = rows(bundle, "replies.csv").into_iter().map(|row| row[8].clone());
    let short: Vec<String> =
        short.filter(|text| text.is_ascii() && text.len() < 100 && !text.contains("\\u") && !text.is_empty()).collect();
    assert!(short.len() > 3, "{short:?}");
    for text in short.iter().filter(|text| !text.starts_with("call")) {
        assert!(texts.contains(&text.as_str()), "{text}: {texts:?}");
    }
    assert!(texts.iter().filter(|text| text.contains("Police")).count() > 20);
}

#[test]
fn an_open_case_is_exported_while_another_process_writes_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let case = hostile(folder.path());
    let mut record = open(&case.join("record.db"));
    record.append(note("before")).unwrap();
    let bundle = export(folder.path(), "court");
    record.append(note("after")).unwrap();
    assert!(case.join("record.db-wal").exists(), "it is in use all the time");
    let head = std::fs::read(bundle.join("record.db")).unwrap();
    assert_eq!(head[18..20], [1, 1], "no write-ahead log is needed to read it");
    assert_eq!((count(&bundle, "note"), count(&bundle, "access")), (1, 1));
    let before: Vec<_> = names(&bundle).iter().map(|name| std::fs::read(bundle.join(name)).unwrap()).collect();
    let told = verify(0, &bundle, &[]);
    assert!(told.contains("complete to the seal at entry"), "{told}");
    assert_eq!(names(&bundle), FILES, "verify adds nothing");
    let after: Vec<_> = names(&bundle).iter().map(|name| std::fs::read(bundle.join(name)).unwrap()).collect();
    assert_eq!(before, after, "and changes nothing");
    let other = export(folder.path(), "court");
    assert_ne!(bundle, other, "each has a name of its own");
    verify(0, &bundle, &[]);
    verify(0, &other, &[]);
    drop(record);
    ended(0, verb(folder.path(), &["verify"]).output().unwrap());
}

fn note(text: &str) -> signpost::record::entry::Entry {
    signpost::record::entry::Entry::Note(signpost::record::keeping::Note { text: text.into(), file: None })
}

#[test]
fn what_people_wrote_acts_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    hostile(folder.path());
    let bundle = export(folder.path(), "court");
    let replies = rows(&bundle, "replies.csv");
    assert_eq!(replies.len(), HOSTILE.len());
    for name in ["replies.csv", "pdus.csv"] {
        for cell in rows(&bundle, name).into_iter().flatten() {
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{name}: {cell}");
        }
    }
    let texts =
        ["README.txt", "attempts.csv", "entries.jsonl", "people.csv", "pdus.csv", "replies.csv", "sim.csv", "wire.log"];
    for name in texts {
        let text = std::fs::read_to_string(bundle.join(name)).unwrap();
        let acts = |c: &char| (c.is_control() && *c != '\n') || *c == '\u{202e}';
        assert_eq!(text.chars().find(acts), None, "{name}");
    }
    verify(0, &bundle, &[]);
}

#[test]
fn a_kill_leaves_nothing_that_bears_a_bundles_name() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), &[]);
    let out = folder.path().join("case/out");
    let begun = || names(&out).iter().any(|name| name.starts_with("unfinished-"));
    for _ in 0..100 {
        let mut child = verb(folder.path(), &["export"]).stdout(std::process::Stdio::null()).spawn().unwrap();
        while !begun() && child.try_wait().unwrap().is_none() {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        if begun() {
            break;
        }
    }
    assert!(begun(), "none of a hundred was caught at work");
    for whole in names(&out).iter().filter(|name| name.starts_with("export-")) {
        verify(0, &out.join(whole), &[]);
    }
    let told = ended(0, verb(folder.path(), &["export"]).output().unwrap());
    assert!(told.contains("! out/unfinished-export-") && told.contains("broken off"), "{told}");
    ended(0, verb(folder.path(), &["verify"]).output().unwrap());
}
