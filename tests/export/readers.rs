//! The bundles of those who may not see everything, and what an erasure leaves of any.

use std::collections::BTreeSet;

use signpost::record::traces::Forms;

use crate::case::{ended, verb};
use crate::made::{count, export, names, open, rows, shell, verify, worked};

/// Everybody of the plan, and whoever wrote.
fn numbers(case: &std::path::Path) -> (BTreeSet<String>, BTreeSet<String>) {
    let record = open(&case.join("record.db"));
    let people = record.state().people.iter().map(|(_, person)| person.to.to_string()).collect();
    let wrote = record.state().replies.iter().filter_map(|received| received.reply.from.as_ref());
    let wrote = wrote.map(|from| from.for_record().to_owned()).filter(|from| from.starts_with("+44")).collect();
    (people, wrote)
}

#[test]
fn no_number_is_in_the_bundle_for_disclosure_in_whatever_form() {
    let folder = tempfile::tempdir().unwrap();
    let case = worked(folder.path());
    let (people, wrote) = numbers(&case);
    let all: BTreeSet<String> = people.union(&wrote).cloned().collect();
    assert!(all.len() > 20, "{all:?}");
    let forms = Forms::of(&all).unwrap();
    let (whole, masked) = (export(folder.path(), "court"), export(folder.path(), "disclosure"));
    for name in ["attempts.csv", "people.csv", "replies.csv", "pdus.csv", "entries.jsonl", "sms.pcapng", "wire.log"] {
        assert!(forms.stand_in_file(&std::fs::read(whole.join(name)).unwrap()), "{name} of the whole one has them");
    }
    let own = ["manifest.sha256", "manifest.sha256.sig", "signers"];
    let lists = ["README.txt", "attempts.csv", "disclosure.html"];
    assert_eq!(names(&masked), [&lists[..], &own[..2], &["people.csv", "replies.csv", "signers", "sim.csv"]].concat());
    for name in names(&masked) {
        assert!(!forms.stand_in_file(&std::fs::read(masked.join(&name)).unwrap()), "{name}");
    }
    let attempts = rows(&masked, "attempts.csv");
    assert_eq!(attempts.len(), count(&whole, "intent"));
    assert!(attempts.iter().any(|row| row[3].starts_with("person ")), "the same person is told by a label");
    assert_eq!(rows(&masked, "replies.csv").len(), rows(&whole, "replies.csv").len());
    let readme = std::fs::read_to_string(masked.join("README.txt")).unwrap();
    assert!(readme.contains("The record is not in this bundle") && readme.contains("export --for court"), "{readme}");
    shell(&masked, "sha256sum --strict -c manifest.sha256");
    let told = verify(0, &masked, &[]);
    assert!(told.contains("the record is not in it"), "{told}");
    let told = verify(2, &masked, &["--head", "7KQ4-M2XD-9TRB-5HWA"]);
    assert!(told.contains("the record is not in this bundle"), "{told}");
}

#[test]
fn a_support_worker_gets_replies_and_nobody_who_did_not_write() {
    let folder = tempfile::tempdir().unwrap();
    let case = worked(folder.path());
    let (people, wrote) = numbers(&case);
    let bundle = export(folder.path(), "support");
    let expected = ["README.txt", "manifest.sha256", "manifest.sha256.sig", "replies.csv", "signers", "support.html"];
    assert_eq!(names(&bundle), expected);
    let silent: BTreeSet<String> = people.difference(&wrote).cloned().collect();
    assert!(silent.len() > 5, "{silent:?}");
    let forms = Forms::of(&silent).unwrap();
    for name in names(&bundle) {
        assert!(!forms.stand_in_file(&std::fs::read(bundle.join(&name)).unwrap()), "{name}");
    }
    let replies = rows(&bundle, "replies.csv");
    assert!(replies.iter().any(|row| row[6].contains("hurt me")), "{replies:?}");
    assert!(replies.iter().any(|row| row[7] == "yes"), "who is not to be texted is told");
    verify(0, &bundle, &[]);
}

#[test]
fn an_erasure_covers_bundles_that_lie_in_the_case() {
    let folder = tempfile::tempdir().unwrap();
    let case = worked(folder.path());
    let forms = Forms::of(&BTreeSet::from(["+447700900141".to_owned()])).unwrap();
    let bundle = export(folder.path(), "court");
    export(folder.path(), "support");
    let asked =
        ["erase", "--recipients", "07700900141", "--confirm", "1", "--authority", "order 12/27", "--why", "released"];
    let told = ended(0, verb(folder.path(), &asked).output().unwrap());
    let name = bundle.file_name().unwrap().to_str().unwrap();
    assert!(told.contains(&format!("out/{name}/record.db")), "{told}");
    assert!(!names(&case.join("out")).iter().any(|name| name.starts_with("export-")), "no empty folder stays");
    let again = export(folder.path(), "court");
    for name in names(&again) {
        assert!(!forms.stand_in_file(&std::fs::read(again.join(&name)).unwrap()), "{name}");
    }
    let told = verify(0, &again, &[]);
    assert!(told.contains("erased, order 12/27"), "{told}");
    shell(&again, "sha256sum --strict -c manifest.sha256");
}
