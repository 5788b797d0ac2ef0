//! `signpost ports` as a person and a script see it: the real binary, over trees whose device nodes are
//! pseudo-terminals.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use signpost::link::pty::Pty;
use signpost::link::serial;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::case::ended;
use crate::support::Phone;
use crate::tree;

const NMEA: &[u8] = b"$GPGGA,092725.00,4717.11399,N,00833.91590,E,1,8,1.01,499.6,M,48.0,M,,0*5B\r\n";
const DIAG: [u8; 12] = [0x7e, 0x98, 0x01, 0x80, 0xb5, 0xc0, 0x12, 0x93, 0x7f, 0x81, 0xd4, 0x7e];

/// A computer with these devices.
struct Computer(tempfile::TempDir);

impl Computer {
    fn with(names: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("dev")).unwrap();
        names.iter().for_each(|name| tree::unpack(name, folder.path()));
        Self(folder)
    }

    fn node(&self, tty: &str) -> PathBuf {
        self.0.path().join("dev").join(tty)
    }

    /// Puts something where the tty's node is.
    fn plug(&self, tty: &str, at: &Path) {
        symlink(at, self.node(tty)).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_signpost"));
        command.arg("ports").args(arguments).arg("--sysroot").arg(self.0.path()).stdin(Stdio::null());
        command
    }

    fn ports(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The object of a port in the JSON.
    fn port(&self, output: Output, tty: &str) -> Value {
        let told = String::from_utf8(output.stdout).unwrap();
        let path = self.node(tty).display().to_string();
        let objects = told.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        objects.into_iter().find(|object| object["path"] == *path).unwrap_or_else(|| panic!("{tty} in {told}"))
    }
}

/// What was written to a pseudo-terminal, all of it: it ends with what we write ourselves now.
async fn written(mut pty: Pty) -> String {
    pty.lift_exclusive().unwrap();
    let mut slave = std::fs::OpenOptions::new().write(true).open(pty.path()).unwrap();
    slave.write_all(b"END").unwrap();
    let mut all = Vec::new();
    while !all.ends_with(b"END") {
        all.push(pty.read_u8().await.unwrap());
    }
    String::from_utf8_lossy(&all).trim_end_matches("END").to_owned()
}

#[test]
fn a_modem_is_shown_with_its_ports_its_place_and_the_next_step() {
    let computer = Computer::with(&["quectel-ec25-adb"]);
    std::fs::write(computer.node("ttyUSB2"), "").unwrap();
    let told = ended(0, computer.ports(&[]));
    for words in [
        "Quectel EC25/EG25  2c7c:0125  usb 1-2",
        "calls itself Android Android",
        "AT port         if 02  free",
        "diagnostics     if 00  there is no device node",
        "always there as pci-0000:00:1d.7-usb-0:2:1.2-port0",
        "a modem with a known AT port",
        "Next: put the SIM in, then signpost check --port",
    ] {
        assert!(told.contains(words), "{words} in\n{told}");
    }
    let json = ended(0, computer.ports(&["--json"]));
    let objects: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects[0]["verdict"], "modem");
    assert_eq!(objects[0]["table"]["source"], "MM");
    assert_eq!(std::fs::read(computer.node("ttyUSB2")).unwrap(), b"", "nothing is written to a port");
    let summary = objects.last().unwrap();
    assert_eq!((&summary["type"], &summary["at_ports"], &summary["ports"]), (&"summary".into(), &1.into(), &5.into()));
}

#[test]
fn handsets_switches_and_dead_ends_have_their_verdict_and_their_source() {
    let names =
        ["google-pixel-3-xl-adb", "huawei-e3372h-153-before-switch", "huawei-hilink-14db", "quectel-uc20-no-driver"];
    for (name, words) in names.into_iter().zip([
        [
            "Google Pixel 3 XL",
            "serial 8BEY0Y2HC; shows adb",
            "the SIM must move to a USB modem",
            "how sure: hearsay",
            "Next: move the SIM",
        ],
        ["12d1:14fe", "shows storage", "must be switched", "-> 1506", "usb_modeswitch -v 0x12d1 -p 0x14fe -J"],
        ["12d1:14db", "shows network", "cannot do the job", "NO AT PORT", "use another modem"],
        ["05c6:9003", "without ttys", "the driver option", "sudo modprobe option", "new_id"],
    ]) {
        let told = ended(0, Computer::with(&[name]).ports(&[]));
        for word in words {
            assert!(told.contains(word), "{word} in\n{told}");
        }
    }
}

#[test]
fn nothing_plugged_in_is_an_error_with_the_next_step() {
    let computer = Computer::with(&[]);
    for _ in ["nothing at all", "a serial port of the computer itself"] {
        let told = ended(3, computer.ports(&["--json"]));
        assert!(told.contains("\"code\":\"no-device\"") && told.contains("only charges"), "{told}");
        std::fs::create_dir_all(computer.0.path().join("sys/class/tty/ttyS0/device")).unwrap();
    }
}

/// Needs no root, and says how a user who is shut out gets in.
#[test]
fn a_user_without_permission_is_told_who_may_and_how_to_join() {
    let computer = Computer::with(&["quectel-ec25-adb"]);
    let binary = computer.0.path().join("signpost");
    std::fs::copy(env!("CARGO_BIN_EXE_signpost"), &binary).unwrap();
    std::fs::set_permissions(computer.0.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let node = computer.node("ttyUSB2");
    std::fs::write(&node, "").unwrap();
    let mut command = Command::new(binary);
    command.args(["ports", "--sysroot"]).arg(computer.0.path());
    let words: &[&str] = match nobody(&mut command, &node) {
        As::Nobody => &["it belongs to group dialout (mode 660)", "sudo usermod -aG dialout $USER"],
        As::Myself => &["(mode 0)", "a udev rule gives it one"],
    };
    std::fs::create_dir(computer.0.path().join("etc")).unwrap();
    std::fs::write(computer.0.path().join("etc/group"), "dialout:x:20:\n").unwrap();
    let told = ended(0, command.output().unwrap());
    let rule = "SUBSYSTEM==\"tty\", ATTRS{idVendor}==\"2c7c\", ATTRS{idProduct}==\"0125\", GROUP=\"dialout\"";
    for word in words.iter().chain(&["you may not open", rule, "udevadm control --reload"]) {
        assert!(told.contains(word), "{word} in\n{told}");
    }
    assert!(told.contains("leave it alone") || told.contains("no device node"), "the other ports stand there too");
}

/// Who runs a command that must not be root's.
pub enum As {
    Nobody,
    Myself,
}

/// Makes a command run as a user who may not open `node`: root becomes nobody; anyone else shuts itself out.
pub fn nobody(command: &mut Command, node: &Path) -> As {
    let root = std::fs::metadata("/proc/self").map(|me| std::os::unix::fs::MetadataExt::uid(&me)).unwrap() == 0;
    if root {
        std::os::unix::fs::chown(node, Some(0), Some(20)).unwrap();
        std::fs::set_permissions(node, PermissionsExt::from_mode(0o660)).unwrap();
        command.uid(65534).gid(65534);
        As::Nobody
    } else {
        std::fs::set_permissions(node, PermissionsExt::from_mode(0o000)).unwrap();
        As::Myself
    }
}

#[tokio::test]
async fn a_port_that_a_program_holds_is_shown_with_its_name_and_process() {
    let computer = Computer::with(&["quectel-ec25-adb"]);
    let pty = Pty::open().unwrap();
    computer.plug("ttyUSB2", pty.path());
    symlink("/proc", computer.0.path().join("proc")).unwrap();
    let held = serial::open(pty.path()).unwrap();
    let port = computer.port(computer.ports(&["--json"]), "ttyUSB2");
    assert_eq!(port["held_by"][0]["pid"], std::process::id());
    let told = ended(0, computer.ports(&[]));
    assert!(told.contains("in use by ") && told.contains(&format!("(process {})", std::process::id())), "{told}");
    // Asked all the same, it is not opened: it says who has it.
    let output = computer.ports(&["--probe", computer.node("ttyUSB2").to_str().unwrap(), "--json"]);
    assert_eq!(computer.port(output, "ttyUSB2")["probe"]["answer"], "not-opened");
    drop(held);
}

#[test]
fn modem_manager_is_named_with_both_ways_to_make_it_let_go() {
    let computer = Computer::with(&["quectel-ec25-adb"]);
    let process = computer.0.path().join("proc/4242");
    std::fs::create_dir_all(process.join("fd")).unwrap();
    std::fs::write(process.join("comm"), "ModemManager\n").unwrap();
    std::fs::write(computer.node("ttyUSB2"), "").unwrap();
    symlink(computer.node("ttyUSB2").canonicalize().unwrap(), process.join("fd/9")).unwrap();
    let told = ended(0, computer.ports(&[]));
    for words in [
        "in use by ModemManager (process 4242)",
        "sudo systemctl stop ModemManager",
        "ATTRS{idVendor}==\"2c7c\", ATTRS{idProduct}==\"0125\", ENV{ID_MM_DEVICE_IGNORE}=\"1\"",
    ] {
        assert!(told.contains(words), "{words} in\n{told}");
    }
}

#[tokio::test]
async fn probing_asks_the_modem_on_its_at_ports_and_touches_no_other() {
    let computer = Computer::with(&["quectel-ec25-adb"]);
    let phone = Phone::start(computer.0.path(), "phone", &["--profile", "quectel-ec25"]);
    let others: Vec<Pty> = (0..4).map(|_| Pty::open().unwrap()).collect();
    computer.plug("ttyUSB2", &phone.link);
    for (tty, pty) in ["ttyUSB0", "ttyUSB1", "ttyUSB3", "ttyUSB4"].into_iter().zip(&others) {
        computer.plug(tty, pty.path());
    }
    let output = computer.ports(&["--probe", "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let answer = computer.port(output, "ttyUSB2")["probe"].clone();
    assert_eq!((&answer["answer"], &answer["maker"]), (&"at".into(), &"signpost".into()), "{answer}");

    let truth = std::fs::read_to_string(&phone.truth).unwrap();
    let commands = truth.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut heard: Vec<String> = commands.filter_map(|line| Some(line["line"].as_str()?.to_owned())).collect();
    heard.dedup();
    assert_eq!(heard, ["AT", "ATI", "AT+CGMI", "AT+CGMM", "AT+CGMR"], "nothing else, and nothing to the SIM");

    let mut written_to = Vec::new();
    for pty in others {
        written_to.push(written(pty).await);
    }
    assert_eq!(written_to, ["", "", "AT\rAT\rAT\r", ""], "diagnostics, positions and adb get nothing");
}

#[tokio::test]
async fn a_dead_port_a_gps_port_and_a_diag_port_are_told_apart() {
    let computer = Computer::with(&["cp2102-bridge"]);
    for (first, answer, expected) in
        [(&b""[..], "silent", "AT\rAT\rAT\r"), (NMEA, "positions", ""), (&DIAG.repeat(40), "binary", "")]
    {
        let mut pty = Pty::open().unwrap();
        pty.write_all(first).await.unwrap();
        let node = computer.node("ttyUSB5");
        let _none_yet = std::fs::remove_file(&node);
        computer.plug("ttyUSB5", pty.path());
        let output = computer.ports(&["--probe", node.to_str().unwrap(), "--json"]);
        assert_eq!(output.status.code(), Some(3));
        assert!(String::from_utf8_lossy(&output.stderr).contains("\"no-answer\""));
        assert_eq!(computer.port(output, "ttyUSB5")["probe"]["answer"], answer);
        assert_eq!(written(pty).await, expected, "{answer}");
    }
}

#[tokio::test]
async fn a_port_that_must_not_be_opened_is_refused_also_when_it_is_named() {
    let computer = Computer::with(&["quectel-ec25-adb"]);
    let pty = Pty::open().unwrap();
    computer.plug("ttyUSB1", pty.path());
    let told = ended(3, computer.ports(&["--probe", computer.node("ttyUSB1").to_str().unwrap(), "--json"]));
    assert!(told.contains("\"wrong-port\"") && told.contains("ttyUSB2"), "{told}");
    assert_eq!(written(pty).await, "");
}

/// An exhibit is asked only if a person names its port.
#[tokio::test]
async fn a_handset_is_not_probed_unless_it_is_named() {
    let computer = Computer::with(&["samsung-s5-mini-mtp-acm"]);
    let pty = Pty::open().unwrap();
    computer.plug("ttyACM0", pty.path());
    let told = ended(3, computer.ports(&["--probe", "--json"]));
    assert!(told.contains("there is no port that may be asked"), "{told}");
    assert_eq!(written(pty).await, "");
}

/// Reads lines until one has these words.
fn until(lines: &mut impl BufRead, words: &str) -> String {
    let mut told = String::new();
    loop {
        let mut line = String::new();
        assert!(lines.read_line(&mut line).unwrap() > 0, "{words} never came:\n{told}");
        told += &line;
        if line.contains(words) {
            return told;
        }
    }
}

struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

#[test]
fn watching_tells_what_comes_and_goes_until_ctrl_c() {
    let computer = Computer::with(&[]);
    let elsewhere = tree::of("quectel-ec25-adb");
    let sys = computer.0.path().join("sys");
    let mut watching =
        Watching(computer.command(&["--watch"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut lines = BufReader::new(watching.0.stdout.take().unwrap());
    std::fs::rename(elsewhere.path().join("sys"), &sys).unwrap();
    let came = until(&mut lines, "ttyUSB4");
    assert!(came.contains("+ Quectel EC25/EG25 (2c7c:0125) at usb 1-2: a modem with a known AT port"), "{came}");
    assert!(came.contains("ttyUSB2  AT port of Quectel EC25/EG25"), "{came}");
    std::fs::rename(&sys, elsewhere.path().join("sys")).unwrap();
    let went = until(&mut lines, "- Quectel EC25/EG25").to_owned() + &until(&mut lines, "ttyUSB4");
    assert!(went.contains("- "), "{went}");
    ended(0, Command::new("kill").args(["-INT", &watching.0.id().to_string()]).output().unwrap());
    assert_eq!(watching.0.wait().unwrap().code(), Some(0));
}

/// What adb alone sees is listed too; its server is asked, and not started.
#[test]
fn an_adb_server_is_asked_for_its_list() {
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = server.accept().unwrap();
        let mut asked = [0; 18];
        stream.read_exact(&mut asked).unwrap();
        let list = "R58M123ABCD            unauthorized usb:9-9 transport_id:4\n";
        stream.write_all(format!("OKAY{:04x}{list}", list.len()).as_bytes()).unwrap();
        asked
    });
    let mut command = Command::new(env!("CARGO_BIN_EXE_signpost"));
    let output = command.args(["ports", "--json"]).env("ANDROID_ADB_SERVER_PORT", port.to_string()).output().unwrap();
    let told = ended(0, output);
    assert_eq!(&answering.join().unwrap(), b"000ehost:devices-l");
    assert!(told.contains("\"serial\":\"R58M123ABCD\"") && told.contains("unauthorized"), "{told}");
}
