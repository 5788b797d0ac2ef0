//! `--probe`: asks the modem who it is, on ports whose use allows it, one after the other.

use std::path::{Path, PathBuf};

use super::Scene;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::port;
use crate::cli::print::Out;
use crate::link::ports::{Port, Speaks};
use crate::link::serial;
use crate::modem::probe::{self, Probed};

/// What a port answered.
pub(super) struct Answer {
    pub path: PathBuf,
    pub found: Found,
}

/// What came of asking it.
pub(super) enum Found {
    Probed(Probed),
    NotOpened(String),
}

/// Asks the port that was named, else every port that may take AT commands. A handset is an exhibit: its port is
/// asked only if it was named. So is a serial port of the board, where anything may be at the other end.
pub(super) async fn ask(scene: &Scene, named: Option<&Path>, out: &Out) -> Result<Vec<Answer>, CommandError> {
    let paths: Vec<PathBuf> = match named {
        Some(path) => {
            port::speaking(&scene.devices, path)?;
            vec![path.to_owned()]
        }
        None => unasked(scene).map(|port| port.path.clone()).collect(),
    };
    let mut answers = Vec::new();
    for path in paths {
        out.progress(format!("Asking {} …", path.display()));
        let found = match serial::open(&path) {
            Ok(link) => Found::Probed(probe::probe(Box::new(link)).await),
            Err(error) => Found::NotOpened(error.to_string()),
        };
        answers.push(Answer { path, found });
    }
    Ok(answers)
}

fn unasked(scene: &Scene) -> impl Iterator<Item = &Port> {
    let devices = scene.devices.iter().filter(|device| device.handset.is_none() && device.ids.is_some());
    devices.flat_map(|device| &device.ports).filter(|port| port.role.speaks() == Speaks::Perhaps)
}

/// How it ends: somebody answered, or nobody did.
pub(super) fn end(answers: &[Answer]) -> Result<Exit, CommandError> {
    let spoke = |answer: &Answer| matches!(answer.found, Found::Probed(Probed::Answers(_)));
    if answers.iter().any(spoke) {
        return Ok(Exit::Done);
    }
    let help = "wait a minute after plugging in, and ask again; a serial line may need another speed, a module power";
    let message = match answers {
        [] => "there is no port that may be asked".to_owned(),
        [only] => format!("{}: {}", only.path.display(), only.found.words()),
        _ => format!("none of {} ports answers AT commands", answers.len()),
    };
    Err(CommandError::device("no-answer", message, help))
}

impl Found {
    /// In plain words.
    pub fn words(&self) -> String {
        match self {
            Found::Probed(Probed::Answers(about)) => {
                let told = [&about.maker, &about.model, &about.firmware].map(|text| text.for_terminal()).join(" ");
                let told = if told.trim().is_empty() { about.information.for_terminal() } else { told };
                let texts = match about.texts {
                    0 => String::new(),
                    count => format!("; {count} TEXTS CAME MEANWHILE AND WERE NOT KEPT"),
                };
                format!("answers AT: {}{texts}", told.trim())
            }
            Found::Probed(Probed::Positions) => "sends positions (GPS); not written to".into(),
            Found::Probed(Probed::Binary) => "sends binary: it is no AT port".into(),
            Found::Probed(Probed::AtPrompt) => "waits for a text: a program left it so; signpost check frees it".into(),
            Found::Probed(Probed::Silent) => "does not answer AT commands".into(),
            Found::Probed(Probed::Gone) => "went away".into(),
            Found::NotOpened(why) => why.clone(),
        }
    }

    /// For scripts.
    pub fn json(&self) -> serde_json::Value {
        let code = match self {
            Found::Probed(Probed::Answers(about)) => {
                return serde_json::json!({
                    "answer": "at", "information": about.information.for_json(), "maker": about.maker.for_json(),
                    "model": about.model.for_json(), "firmware": about.firmware.for_json(), "texts": about.texts,
                });
            }
            Found::Probed(Probed::Positions) => "positions",
            Found::Probed(Probed::Binary) => "binary",
            Found::Probed(Probed::AtPrompt) => "prompt",
            Found::Probed(Probed::Silent) => "silent",
            Found::Probed(Probed::Gone) => "gone",
            Found::NotOpened(why) => return serde_json::json!({"answer": "not-opened", "why": why}),
        };
        serde_json::json!({ "answer": code })
    }
}
