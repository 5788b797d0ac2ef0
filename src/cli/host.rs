//! The embedded handset of a training case: on a pseudo-terminal, in a thread of its own, its state kept
//! in `emulator.state` between the verbs.

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::error::CommandError;
use crate::emulator::persona::Persona;
use crate::emulator::serve::Server;
use crate::emulator::{Answers, Handset, Settings};

/// A handset that runs while this value lives.
pub struct Host {
    port: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// How it answers.
#[derive(Debug, Clone)]
pub struct Course {
    /// The family.
    pub profile: String,
    /// The same seed, the same run.
    pub seed: u64,
    /// Someone who sends STOP before being texted.
    pub early_stop: Option<String>,
    /// The team's own phone.
    pub silent: Option<String>,
}

impl Default for Course {
    fn default() -> Self {
        Self { profile: "generic".into(), seed: 1, early_stop: None, silent: None }
    }
}

/// The network takes a short, visible time for each text.
const LATENCY: Duration = Duration::from_millis(140);
const REPORT_AFTER: Duration = Duration::from_millis(500);

impl Host {
    /// Starts the handset of the case in `folder`.
    pub fn start(folder: &Path, course: &Course) -> Result<Self, CommandError> {
        let state = folder.join("emulator.state");
        let handset = handset(&state, course)?;
        let (told, path) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || serve(handset, &state, &told, stopped));
        let port = path.recv_timeout(Duration::from_secs(10)).map_err(|_| failed("it did not start"))?;
        Ok(Self { port, stop: Some(stop), thread: Some(thread) })
    }

    /// The device node.
    pub fn port(&self) -> &Path {
        &self.port
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ended_already = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

fn handset(state: &Path, course: &Course) -> Result<Handset, CommandError> {
    let persona = Persona::named(&course.profile).ok_or_else(|| {
        let help = format!("the profiles are {}", Persona::names().join(", "));
        CommandError::usage("profile", "there is no such profile of the emulator", help)
    })?;
    let settings = Settings {
        persona,
        latency: LATENCY,
        report_after: REPORT_AFTER,
        answers: Answers::Demo {
            seed: course.seed,
            early_stop: course.early_stop.clone(),
            silent: course.silent.clone(),
        },
        ..Settings::plain(Timestamp::now())
    };
    match std::fs::read_to_string(state) {
        Ok(saved) => Handset::restore(settings, &saved).map_err(|error| failed(&format!("emulator.state: {error}"))),
        Err(_) => {
            let mut handset = Handset::new(settings);
            handset.preload("+447700900801", "u about?");
            handset.preload("+447700900802", "2 of each, usual place");
            Ok(handset)
        }
    }
}

fn serve(handset: Handset, state: &Path, told: &std::sync::mpsc::Sender<PathBuf>, stopped: oneshot::Receiver<()>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(async {
        let mut server = Server::new(handset);
        let ready = |path: &Path| {
            let _nobody_waits = told.send(path.to_owned());
        };
        tokio::select! {
            result = server.run_on_pty(None, ready) => if let Err(error) = result {
                log::error!("the emulated handset: {error}");
            },
            _ = stopped => {}
        }
        let saved = server.handset().save().map_err(|error| error.to_string());
        let written = saved.and_then(|saved| std::fs::write(state, saved).map_err(|error| error.to_string()));
        if let Err(error) = written {
            log::error!("emulator.state: {error}");
        }
    });
}

fn failed(why: &str) -> CommandError {
    CommandError::failed("emulator", format!("the emulated handset: {why}"), "delete emulator.state to begin anew")
}
