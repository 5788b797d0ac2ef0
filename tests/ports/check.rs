//! `check` on ports that are not what they should be: one plain message with the next step, in time.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use signpost::link::pty::Pty;
use signpost::link::serial;
use signpost::record::lock::{LINES, StationLine};
use tokio::io::AsyncWriteExt;

use crate::case::{self, ended};
use crate::screen::{As, nobody};
use crate::support::Phone;

/// Point 7: a dead port is counted down from the first second.
#[tokio::test]
async fn a_dead_port_is_counted_down_and_the_first_second_says_what_for() {
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[]);
    let pty = Pty::open().unwrap();
    let mut check = case::verb(folder.path(), &["check", "--port", pty.path().to_str().unwrap()]);
    let mut check = check.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(check.stderr.take().unwrap()).read_line(&mut line).unwrap();
    check.kill().unwrap();
    check.wait().unwrap();
    assert!(line.contains("to answer AT commands (it may be starting up, or be no AT port)"), "{line}");
    assert!(line.contains("at most 59 s more"), "{line}");
}

/// Point 7: positions (NMEA 0183) and binary diagnostics, over a real pseudo-terminal, in no table.
#[tokio::test]
async fn a_port_that_sends_positions_or_binary_is_named_and_not_counted_down() {
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[]);
    let positions = b"$GPGGA,092750.000,5321.6802,N,00630.3372,W,1,8,1.03,61.7,M,55.2,M,,*76\r\n";
    for (sends, words) in [
        (&positions[..], "sends positions (NMEA): it is not the AT port"),
        (&[0x7e, 0x98, 0x81, 0xd4].repeat(50), "sends binary (diagnostics, sound or noise): it is not the AT port"),
    ] {
        let mut pty = Pty::open().unwrap();
        let mut check = case::verb(folder.path(), &["check", "--port", pty.path().to_str().unwrap()]);
        let check = std::thread::spawn(move || check.output().unwrap());
        while !check.is_finished() {
            // Nobody reads once it ended.
            let _full = tokio::time::timeout(Duration::from_millis(200), pty.write_all(sends)).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let told = ended(3, check.join().unwrap());
        assert!(told.contains(words) && told.contains("signpost ports shows which"), "{told}");
        let seconds = told.lines().filter(|line| line.contains("s more")).count();
        assert_eq!(seconds, 1, "it was said what is waited for, and the end came before five seconds: {told}");
    }
}

#[tokio::test]
async fn a_port_that_a_program_holds_is_named_with_the_program() {
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[]);
    let pty = Pty::open().unwrap();
    let held = serial::open(pty.path()).unwrap();
    let output = case::verb(folder.path(), &["check", "--port", pty.path().to_str().unwrap(), "--json"]).output();
    let told = ended(3, output.unwrap());
    assert!(told.contains("\"port-held\"") && told.contains(&format!("process {}", std::process::id())), "{told}");
    drop(held);
}

#[test]
fn a_port_without_permission_says_who_may_and_how_to_join() {
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[]);
    let node = folder.path().join("ttyUSB2");
    std::fs::write(&node, "").unwrap();
    let binary = folder.path().join("signpost");
    std::fs::copy(env!("CARGO_BIN_EXE_signpost"), &binary).unwrap();
    let mut check = Command::new(binary);
    check.arg("-C").arg(folder.path().join("case")).args(["--operator", "PC Y", "check", "--json", "--port"]);
    check.arg(&node).stdin(Stdio::null());
    let help = match nobody(&mut check, &node) {
        As::Nobody => {
            std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
            ended(0, Command::new("chown").args(["-R", "65534"]).arg(folder.path().join("case")).output().unwrap());
            "sudo usermod -aG"
        }
        As::Myself => "udev rule",
    };
    let told = ended(3, check.output().unwrap());
    assert!(told.contains("\"port-forbidden\"") && told.contains("you may not open"), "{told}");
    assert!(told.contains(help), "{help} in {told}");
}

/// DESIGN section 5. The reason stands in the message, with who works the other four.
#[test]
fn a_fifth_line_on_a_station_is_refused_before_its_port_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[]);
    let phone = Phone::start(folder.path(), "phone", &[]);
    let (station, other) = (folder.path().join("case/station"), folder.path().join("other"));
    std::fs::create_dir(&other).unwrap();
    let take = |number: usize| StationLine::acquire(&station, &other, &format!("PC {number}"), "10:00").unwrap();
    let mut seats: Vec<StationLine> = (0..LINES).map(take).collect();
    let check = || {
        let port = phone.link.display().to_string();
        case::verb(folder.path(), &["check", "--port", &port, "--json"]).output().unwrap()
    };
    let told = ended(4, check());
    assert!(told.contains("\"fifth-line\"") && told.contains("SIM farm"), "{told}");
    for number in 0..LINES {
        assert!(told.contains(&format!("PC {number} (process")), "PC {number} in {told}");
    }
    assert!(
        !std::fs::read_to_string(&phone.truth).unwrap_or_default().contains("\"line\""),
        "nothing reached the device"
    );
    seats.pop();
    ended(0, check());
}
