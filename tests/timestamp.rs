//! `scripts/timestamp` against an authority of our own, offline: the request, the answer filed as an entry, and the answers
//! that are not taken.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

#[path = "support/case.rs"]
#[allow(dead_code)] // its cases are worked by the demonstration
mod case;

use std::path::Path;
use std::process::{Command, Output};

use case::{at, ended, make, verb};

/// A certificate that may sign time-stamps, and what `openssl ts -reply` wants to know.
const CONFIG: &str = "[req]\ndistinguished_name = dn\nprompt = no\nx509_extensions = tsa\n[dn]\nCN = Authority of a test\n\
[tsa]\nextendedKeyUsage = critical,timeStamping\n[ts]\ndefault_tsa = one\n[one]\nserial = serial\nsigner_cert = tsa.pem\n\
signer_key = tsa.key\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256\nordering = yes\n\
tsa_name = yes\ness_cert_id_alg = sha256\n";

fn openssl(folder: &Path, arguments: &str) {
    let done = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&done.stderr));
}

fn authority(folder: &Path) {
    std::fs::write(folder.join("tsa.cnf"), CONFIG).unwrap();
    std::fs::write(folder.join("serial"), "01\n").unwrap();
    openssl(folder, "req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.pem -days 2 -config tsa.cnf");
}

fn script(folder: &Path, arguments: &[&str]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/timestamp");
    Command::new(script)
        .args(arguments)
        .current_dir(folder)
        .env("SIGNPOST", env!("CARGO_BIN_EXE_signpost"))
        .env("SIGNPOST_OPERATOR", "PC Y")
        .output()
        .unwrap()
}

#[test]
fn a_time_stamp_is_asked_for_checked_and_filed() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), &[("people.test_phone", String::new()), ("authority.listen_from", at(-6))]);
    authority(folder.path());
    let asked = ended(0, script(folder.path(), &["ask", "case"]));
    let query = asked.lines().find(|line| line.ends_with(".tsq")).unwrap();
    openssl(folder.path(), &format!("ts -reply -config tsa.cnf -section one -queryfile {query} -out answer.tsr"));

    let other = folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    authority(&other);
    let refused = ended(1, script(folder.path(), &["file", "case", "answer.tsr", "other/tsa.pem"]));
    assert!(refused.contains("does not vouch for it"), "{refused}");
    assert!(ended(2, script(folder.path(), &["file", "case"])).contains("scripts/timestamp ask CASE"));

    let filed = ended(0, script(folder.path(), &["file", "case", "answer.tsr", "tsa.pem"]));
    assert!(filed.contains("Noted by PC Y"), "{filed}");
    assert!(ended(0, verb(folder.path(), &["verify"]).output().unwrap()).contains("the record holds"));

    let database = rusqlite::Connection::open(folder.path().join("case/record.db")).unwrap();
    let sql =
        "SELECT seq, json_extract(CAST(body AS TEXT), '$.text'), json_extract(CAST(body AS TEXT), '$.file.octets')
        FROM entry WHERE kind = 'note' ORDER BY seq DESC LIMIT 1";
    let (seq, text, octets): (i64, String, String) =
        database.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    let stamped: i64 =
        text.strip_prefix("RFC 3161 time-stamp over entry ").unwrap().split(',').next().unwrap().parse().unwrap();
    assert!(stamped < seq, "{text}");
    assert!(!octets.is_empty());
    // As FORMAT.md has it.
    let commands =
        include_str!("../src/record/FORMAT.md").split("```sh\n").nth(2).unwrap().split("```").next().unwrap();
    let commands =
        commands.replace("seq = 12", &format!("seq = {seq}")).replace("seq = 9", &format!("seq = {stamped}"));
    let commands = commands.replace("seq 9", &format!("seq {stamped}")).replace("authority.pem", "../tsa.pem");
    let case = folder.path().join("case");
    let done = Command::new("sh").args(["-ec", &commands]).current_dir(case).output().unwrap();
    assert!(done.status.success(), "{commands}: {}", String::from_utf8_lossy(&done.stderr));
}
