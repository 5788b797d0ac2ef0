//! The emulator in the eyes of gammu, an independent client: it must identify it, send a text of two
//! parts through it, and read all messages. Without gammu this says so and ends; `scripts/test`
//! installs it.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

mod support;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use signpost::emulator::truth::Happened;
use support::Phone;

struct Gammu {
    phone: Phone,
    folder: tempfile::TempDir,
}

impl Gammu {
    /// Set up for an emulator to which a text arrives soon.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("script");
        std::fs::write(&script, "at 0.1s deliver +447700900555 \"is anyone there\"\n").unwrap();
        let phone = Phone::start(folder.path(), "phone", &["--latency", "20", "--script", script.to_str().unwrap()]);
        let config = format!("[gammu]\ndevice = {}\nconnection = at115200\n", phone.link.display());
        std::fs::write(folder.path().join("gammurc"), config).unwrap();
        Self { phone, folder }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new("timeout")
            .args(["60", "gammu", "-c"])
            .arg(self.folder.path().join("gammurc"))
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }
}

fn truth(path: &Path) -> Vec<Happened> {
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn succeeded(output: Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn gammu_identifies_sends_and_reads() {
    if Command::new("gammu").arg("--version").output().is_err() {
        println!("gammu is not installed: not tried");
        return;
    }
    let gammu = Gammu::new();
    let identity = succeeded(gammu.run(&["identify"]));
    assert!(identity.contains("signpost") && identity.contains("001010000000016"), "{identity}");

    let text = "Nottinghamshire Police: this line is closed. ".repeat(6);
    succeeded(gammu.run(&["sendsms", "TEXT", "+447700900123", "-len", "300", "-text", text.trim_end()]));
    let on_air: Vec<(String, String)> = truth(&gammu.phone.truth)
        .into_iter()
        .filter_map(|happened| if let Happened::OnAir { to, text, .. } = happened { Some((to, text)) } else { None })
        .collect();
    assert_eq!(on_air.len(), 2, "{on_air:?}");
    assert!(on_air.iter().all(|(to, _)| to == "+447700900123"));
    assert_eq!(on_air.iter().map(|(_, text)| text.as_str()).collect::<String>(), text.trim_end());

    let messages = succeeded(gammu.run(&["getallsms"]));
    assert!(messages.contains("is anyone there") && messages.contains("+447700900555"), "{messages}");
}
