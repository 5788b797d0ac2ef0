//! The only way to standard output. Nothing but the answer goes there; progress and errors go to
//! standard error. JSON is written in ASCII ([`crate::text::json`]), so that no character from outside acts on a terminal.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use super::error::CommandError;
use super::help::Topic;
use super::stderr;
use crate::text::json::ascii;
use crate::tui::terminal::is_in_background;

/// How answers are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Words,
    Json,
    Silent,
}

/// Where answers go.
#[derive(Debug, Clone)]
pub struct Out {
    form: Form,
}

impl Out {
    /// In JSON or in words.
    pub fn new(json: bool) -> Self {
        Self { form: if json { Form::Json } else { Form::Words } }
    }

    /// A line for people; nothing in JSON. A closed pipe ends nothing: the work goes on.
    pub fn say(&self, line: impl AsRef<str>) {
        if self.form == Form::Words {
            let _closed_pipe = writeln!(io::stdout().lock(), "{}", line.as_ref());
        }
    }

    /// A line for people from the view that has the terminal.
    pub fn view(&self, line: &str) {
        if self.form == Form::Words {
            stderr::write(line);
        }
    }

    /// An object for scripts; nothing in words.
    pub fn json(&self, value: &impl Serialize) {
        if self.form == Form::Json
            && let Some(line) = ascii(value)
        {
            let _closed_pipe = writeln!(io::stdout().lock(), "{line}");
        }
    }

    /// The heading of a step of the demonstration.
    pub fn step(&self, heading: &str) {
        self.say(format!("\n== {heading}"));
    }

    /// For a verb whose answer nobody asked for: nothing on standard output.
    pub fn only_progress(&self) -> Self {
        Self { form: Form::Silent }
    }

    /// Progress for people, on standard error.
    pub fn progress(&self, line: impl AsRef<str>) {
        if self.form == Form::Words {
            stderr::line(line.as_ref());
        }
    }

    /// An error, on standard error.
    pub fn error(&self, error: &CommandError) {
        let text = match self.form {
            Form::Words | Form::Silent => in_words(error),
            Form::Json => ascii(&serde_json::json!({
                "type": "error",
                "code": error.code,
                "message": error.message,
                "means": error.means,
                "hint": error.help,
                "topic": error.topic().map(Topic::name),
            }))
            .unwrap_or_default(),
        };
        stderr::write(&text);
    }

    /// Whether a person can be asked: not by a process in the background, whose terminal is the shell's.
    pub fn can_ask(&self) -> Asking {
        let is_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
        if self.form == Form::Words && is_terminal && !is_in_background() {
            Asking::Possible
        } else {
            Asking::Impossible
        }
    }

    /// Asks a person for a line.
    pub fn ask(&self, question: &str) -> io::Result<String> {
        write!(io::stderr().lock(), "{question}")?;
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }
}

/// What happened, what it means, what to do, and where more of that stands.
fn in_words(error: &CommandError) -> String {
    let more = error.topic().map(|topic| format!("\n      more: {}", topic.command())).unwrap_or_default();
    format!("error: {}\nit means: {}\nhelp: {}{more}", error.message, error.means, error.help)
}

/// Whether a person can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// There is a terminal, and it is ours.
    Possible,
    /// There is none, or the answer is for a script.
    Impossible,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_with_a_topic_points_to_it_and_others_to_nothing() {
        let held = CommandError::device("port-held", "in use", "close it");
        assert!(in_words(&held).ends_with("\nhelp: close it\n      more: signpost help no-port"), "{held:?}");
        let other = CommandError::device("no-service-centre", "none", "ask the network");
        assert!(in_words(&other).ends_with("\nhelp: ask the network"), "{other:?}");
    }
}
