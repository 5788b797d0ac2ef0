//! `signpost emulate` in a process of its own, for tests that look at it from outside.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

pub struct Phone {
    process: Child,
    pub link: PathBuf,
    pub truth: PathBuf,
}

impl Phone {
    /// Starts it, with a link and a truth file of that name, and waits until it is ready.
    pub fn start(folder: &Path, name: &str, flags: &[&str]) -> Self {
        let (link, truth) = (folder.join(name), folder.join(format!("{name}.truth")));
        let mut process = Command::new(env!("CARGO_BIN_EXE_signpost"))
            .args(["emulate", "--link"])
            .arg(&link)
            .arg("--truth")
            .arg(&truth)
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut ready).unwrap();
        Self { process, link, truth }
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _reaped = self.process.wait();
    }
}
