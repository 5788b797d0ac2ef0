//! A training case of three people, worked by the real binary from outside.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use jiff::{SignedDuration, Timestamp};

const WORDS: &str = "Nottinghamshire Police: this line is closed. For help call 0800 000000.";

/// So many hours from now, as case.toml has it.
pub fn at(hours: i64) -> String {
    let moment = Timestamp::now() + SignedDuration::from_hours(hours);
    moment.to_zoned_datetime(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Makes it in `case` below this folder, with more keys of case.toml.
pub fn make(folder: &Path, more: &[(&'static str, String)]) {
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(path("c.csv"), "phone\n07700900001\n07700900002\n07700900003\n").unwrap();
    std::fs::write(path("m.txt"), WORDS).unwrap();
    let keys = [
        ("authority.reference", "T/1".to_owned()),
        ("authority.granted_by", "DCI B. Example".into()),
        ("authority.purpose", "A test".into()),
        ("authority.listen_from", at(-6)),
        ("authority.send_from", at(-5)),
        ("authority.send_until", at(5)),
        ("authority.listen_until", at(99)),
        ("line.exhibit", "ABC/1".into()),
        ("line.sim_number", "8944100000000000012".into()),
        ("message.sender", "Nottinghamshire Police".into()),
        ("people.approver", "DI A. Example".into()),
        ("limits.at_most", "3".into()),
        ("limits.pace", "0".into()),
        ("limits.hours", "00:00-24:00".into()),
        ("limits.timezone", "UTC".into()),
        ("after.review_on", "2030-01-01".into()),
    ];
    let mut new = vec!["new".to_owned(), path("case"), "--training".into()];
    new.extend(["--contacts".into(), path("c.csv"), "--message".into(), path("m.txt")]);
    new.extend(keys.iter().chain(more).flat_map(|(key, value)| ["--set".into(), format!("{key}={value}")]));
    ended(0, signpost(&new));
}

/// A verb in it.
pub fn verb(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signpost"));
    command.arg("-C").arg(folder.join("case")).args(["--operator", "PC Y"]).args(arguments).stdin(Stdio::null());
    command
}

pub fn signpost(arguments: &[String]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_signpost")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// What was said, if it ended so.
pub fn ended(code: i32, output: Output) -> String {
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}\n{error}");
    format!("{out}{error}")
}
