//! `contacts add --sim` with the real binary: the numbers of the copied SIM become one more list.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

#[path = "support/case.rs"]
mod case;

use std::path::Path;
use std::sync::Arc;

use case::ended;
use signpost::clock::SystemClock;
use signpost::record::Record;
use signpost::record::body::{Image, Round};
use signpost::record::entry::Entry;

/// Ann, +447700900011.
const ANN: &str = "416E6EFFFFFFFFFF0791447700090011FFFFFFFFFFFF";
/// Nobody, 07700900012.
const DIALLED: &str = "FFFFFFFFFFFFFFFF07817007900010F2FFFFFFFFFFFF";

fn copied(folder: &Path, file: &str, name: &str, record: &str) {
    let path = folder.join("case/record.db");
    let mut to = Record::open(&path, "PC Y", Arc::new(SystemClock::new())).unwrap();
    let records = vec!["FF".repeat(22), record.to_owned()];
    let (file, name, status) = (file.into(), name.into(), "9000".into());
    to.append(Entry::Image(Image { round: Round::Before, file, name, status, records })).unwrap();
}

fn add(folder: &Path, sim: &str) -> std::process::Output {
    case::verb(folder, &["contacts", "add", sim]).output().unwrap()
}

#[test]
fn numbers_of_the_sim_are_a_list_that_names_their_records() {
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[]);
    let said = ended(4, add(folder.path(), "--sim"));
    assert!(said.contains("not copied yet"), "{said}");
    copied(folder.path(), "6F3A", "EF_ADN", ANN);
    copied(folder.path(), "6F44", "EF_LND", DIALLED);
    let said = ended(2, add(folder.path(), "--sim=sms"));
    assert!(said.contains("no number stands"), "{said}");
    ended(0, add(folder.path(), "--sim"));
    let list = std::fs::read_to_string(folder.path().join("case/contacts/sim.csv")).unwrap();
    assert_eq!(
        list,
        "number,name,source\n+447700900011,\"Ann\",SIM EF_ADN record 2\n07700900012,\"\",SIM EF_LND record 2\n"
    );
    let said = ended(0, case::verb(folder.path(), &["contacts", "--full", "--json"]).output().unwrap());
    assert!(said.contains("\"source\":\"SIM EF_ADN record 2\"") && said.contains("+447700900012"), "{said}");
    ended(0, add(folder.path(), "--sim=lnd,adn"));
    let said = ended(4, add(folder.path(), "--sim=adn"));
    assert!(said.contains("with other content"), "what is there stays as received: {said}");
}
