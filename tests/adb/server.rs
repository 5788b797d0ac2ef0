//! Debian's real adb server, on a port and in a home of its own, so that nobody else's is disturbed: it opens no
//! USB device and looks for no Android emulator.

use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Output, Stdio};

use crate::fake::Fake;

pub struct Server {
    pub socket: SocketAddr,
    home: tempfile::TempDir,
}

impl Server {
    /// Started and ready; nothing where adb is not installed, and then it is said.
    pub fn start() -> Option<Self> {
        if Command::new("adb").arg("--version").output().is_err() {
            println!("adb is not installed: not tried");
            return None;
        }
        let socket = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let server = Self { socket, home: tempfile::tempdir().unwrap() };
        server.adb(&["start-server"]);
        Some(server)
    }

    /// For a program that is to find this server.
    pub fn told<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("ADB_SERVER_SOCKET", format!("tcp:localhost:{}", self.socket.port()))
    }

    /// adb's own program, which must succeed.
    pub fn adb(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "adb {arguments:?}: {text}\n{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    /// Plugs a handset in.
    pub fn connect(&self, fake: &Fake) -> String {
        String::from_utf8_lossy(&self.run(&["connect", &fake.serial]).stdout).into_owned()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new("timeout");
        command.args(["60", "adb"]).args(arguments).stdin(Stdio::null());
        command.env("HOME", self.home.path()).env("TMPDIR", self.home.path());
        command.envs([("ADB_USB", "0"), ("ADB_EMU", "0"), ("ADB_MDNS", "0")]);
        self.told(command.env_remove("ADB_VENDOR_KEYS")).output().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run(&["kill-server"]);
    }
}
