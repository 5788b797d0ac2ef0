//! `check` on ports that are not what they should be: one plain message with the next step, in time.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use signpost::link::pty::Pty;
use signpost::link::serial;
use signpost::record::lock::{LINES, Seat};
use tokio::io::AsyncWriteExt;

use crate::case::{self, ended};
use crate::screen::{As, nobody};
use crate::support::Phone;

/// Point 7: a dead port, one that spews binary, and one that tells positions (NMEA 0183), are counted down from the first seconds.
#[tokio::test]
async fn a_dead_port_and_those_that_spew_are_counted_down() {
    let folder = tempfile::tempdir().unwrap();
    case::make(folder.path(), &[]);
    let positions = b"$GPGGA,092750.000,5321.6802,N,00630.3372,W,1,8,1.03,61.7,M,55.2,M,,*76\r\n".repeat(3);
    for first in [&b""[..], &[0x7e, 0x98, 0x81, 0xd4].repeat(100), &positions] {
        let mut pty = Pty::open().unwrap();
        pty.write_all(first).await.unwrap();
        let mut check = case::verb(folder.path(), &["check", "--port", pty.path().to_str().unwrap()]);
        let mut check = check.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(check.stderr.take().unwrap()).read_line(&mut line).unwrap();
        check.kill().unwrap();
        check.wait().unwrap();
        assert!(line.contains("to answer AT commands (it may be starting up, or be no AT port)"), "{line}");
        assert!(line.contains("at most 55 s more"), "{line}");
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
    let take = |number: usize| Seat::acquire(&station, &other, &format!("PC {number}"), "10:00").unwrap();
    let mut seats: Vec<Seat> = (0..LINES).map(take).collect();
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
