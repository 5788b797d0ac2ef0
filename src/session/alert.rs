//! A person is told: a program of the force's own, with its arguments, JSON on its standard input;
//! taken means exit 0 within 30 seconds. It runs beside the loop, which never waits for it.

use std::process::Stdio;
use std::time::Duration;

use serde::Serialize;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::task::JoinSet;

use super::event::Event;
use super::{Session, SessionError};
use crate::record::entry::Entry;
use crate::record::tables;
use crate::record::traffic::{Alert, Alerted, Reply};

/// Longer and it counts as not taken.
const WITHIN: Duration = Duration::from_secs(30);

/// Tries of one alert.
const TRIES: u32 = 3;

/// Alerts on their way.
pub struct Alerts {
    program: Vec<String>,
    running: JoinSet<(u64, u32, String, Alerted)>,
}

#[derive(Serialize)]
struct Told<'a> {
    entry: u64,
    from: Option<&'a str>,
    person: Option<u32>,
    form: &'static str,
    text: &'a str,
    urgent: &'a [String],
    stop: Option<&'a str>,
}

impl Alerts {
    /// For a program and its arguments; with none, nobody is told.
    pub fn new(program: Vec<String>) -> Self {
        Self { program, running: JoinSet::new() }
    }

    /// Starts telling of a reply.
    pub(super) fn tell_of(&mut self, entry: u64, reply: &Reply) {
        let told = Told {
            entry,
            from: reply.from.as_ref().map(|from| from.for_json()),
            person: reply.person,
            form: tables::form(reply.form),
            text: reply.text.for_json(),
            urgent: &reply.urgent,
            stop: reply.stop.as_deref(),
        };
        if let Ok(json) = serde_json::to_string(&told) {
            self.start(entry, 1, json);
        }
    }

    fn start(&mut self, entry: u64, attempt: u32, json: String) {
        if self.program.is_empty() {
            return;
        }
        let program = self.program.clone();
        self.running.spawn(async move {
            let outcome = match tokio::time::timeout(WITHIN, call(&program, &json)).await {
                Ok(Ok(())) => Alerted::Taken { by: None },
                Ok(Err(why)) => Alerted::Failed { why },
                Err(_) => Alerted::Failed { why: "it did not end within 30 seconds".into() },
            };
            (entry, attempt, json, outcome)
        });
    }

    /// Whether any is on its way.
    pub(super) fn is_empty(&self) -> bool {
        self.running.is_empty()
    }
}

async fn call(program: &[String], json: &str) -> Result<(), String> {
    let (name, arguments) = program.split_first().ok_or_else(|| "no program".to_owned())?;
    let mut child = Command::new(name)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| error.to_string())?;
    if let Some(mut input) = child.stdin.take() {
        // A program that does not read may still succeed.
        let _unread = input.write_all(json.as_bytes()).await;
    }
    let status = child.wait().await.map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("it ended with {status}")) }
}

impl Session {
    /// Records how alerts ended, and tells again those that were not taken.
    pub(super) fn collect_alerts(&mut self) -> Result<(), SessionError> {
        while let Some(ended) = self.alerts.running.try_join_next() {
            let Ok((about, attempt, json, outcome)) = ended else { continue };
            let how = match &outcome {
                Alerted::Failed { why } => format!("not taken: {why}"),
                _ => "taken".to_owned(),
            };
            if matches!(outcome, Alerted::Failed { .. }) && attempt < TRIES {
                self.alerts.start(about, attempt + 1, json);
            }
            self.record().append(Entry::Alert(Alert { about, attempt, outcome }))?;
            self.view.tell(Event::Alert { about, how });
        }
        Ok(())
    }
}
