//! `signpost help`: of a verb what clap knows; of a moment at which a person is lost, a text of its own in `help/`.
//!
//! Each [`Topic`] is one file. The screen shows it, the errors that belong to it point to it
//! ([`super::error::CommandError::topic`]), and `scripts/manual.rs` makes a page of the manual from it.

use clap::Parser;
use clap::error::ErrorKind;
use serde_json::json;

use super::args::{Arguments, Help};
use super::error::CommandError;
use super::exit::Exit;
use super::print::Out;

/// A moment at which a person is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// No device, or none that answers.
    NoPort,
    /// Not the card of the case.
    WrongSim,
    /// Whether a text left cannot be said.
    NotKnown,
    /// No room for replies.
    FullStore,
    /// How to stop, and what becomes of what was going on.
    CtrlC,
}

impl Topic {
    /// All of them, in the order in which one meets them.
    pub const ALL: [Self; 5] = [Self::NoPort, Self::WrongSim, Self::NotKnown, Self::FullStore, Self::CtrlC];

    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Topic::NoPort => "no-port",
            Topic::WrongSim => "wrong-sim",
            Topic::NotKnown => "not-known",
            Topic::FullStore => "full-store",
            Topic::CtrlC => "ctrl-c",
        }
    }

    /// The whole text; its first line says what it is about.
    pub fn text(self) -> &'static str {
        match self {
            Topic::NoPort => include_str!("help/no-port.txt"),
            Topic::WrongSim => include_str!("help/wrong-sim.txt"),
            Topic::NotKnown => include_str!("help/not-known.txt"),
            Topic::FullStore => include_str!("help/full-store.txt"),
            Topic::CtrlC => include_str!("help/ctrl-c.txt"),
        }
    }

    /// The codes of errors and faults that it explains.
    fn codes(self) -> &'static [&'static str] {
        match self {
            Topic::NoPort => &[
                "no-device",
                "no-answer",
                "port",
                "port-held",
                "port-forbidden",
                "wrong-port",
                "device",
                "device-gone",
                "starts-again",
            ],
            Topic::WrongSim => &["sim-differs", "sim-not-as-printed", "another-answers", "no-sim"],
            Topic::NotKnown => &["not-unknown", "part", "how"],
            Topic::FullStore => &["store-filling-up", "store-full", "disk-low"],
            Topic::CtrlC => &["interrupted", "stopped"],
        }
    }

    /// The one that explains an error or a fault with this code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.codes().contains(&code))
    }

    /// The command that shows it.
    pub fn command(self) -> String {
        format!("signpost help {}", self.name())
    }

    fn named(words: &[String]) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| words == [topic.name()])
    }
}

/// Shows a topic, the help of a verb, or that of the whole.
pub fn run(args: &Help, out: &Out) -> Result<Exit, CommandError> {
    let text = match Topic::named(&args.about) {
        Some(topic) => topic.text().to_owned(),
        None => of_verb(&args.about)?,
    };
    out.say(text.trim_end());
    out.json(&json!({"type": "summary", "text": text}));
    Ok(Exit::Done)
}

/// What `signpost VERB --help` shows.
fn of_verb(words: &[String]) -> Result<String, CommandError> {
    let asked = ["signpost"].into_iter().chain(words.iter().map(String::as_str)).chain(["--help"]);
    match Arguments::try_parse_from(asked) {
        Err(shown) if shown.kind() == ErrorKind::DisplayHelp => Ok(shown.to_string()),
        _ => Err(nothing_about(words)),
    }
}

fn nothing_about(words: &[String]) -> CommandError {
    let message = format!("there is no verb and no topic \"{}\"", words.join(" "));
    let help = format!("the topics are {}; signpost help shows the verbs", Topic::ALL.map(Topic::name).join(", "));
    CommandError::usage("topic", message, help)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of a topic that are to be typed.
    fn commands(topic: Topic) -> impl Iterator<Item = &'static str> {
        topic.text().lines().filter_map(|line| line.strip_prefix("    "))
    }

    /// As a shell takes a line apart; there is no quote within quotes.
    fn words(line: &str) -> Vec<String> {
        let quoted = line.split('"').enumerate();
        quoted
            .flat_map(|(place, piece)| match place % 2 {
                1 => vec![piece.to_owned()],
                _ => piece.split_whitespace().map(str::to_owned).collect(),
            })
            .collect()
    }

    #[test]
    fn each_topic_fits_the_narrowest_screen_and_says_what_it_is_about() {
        for topic in Topic::ALL {
            let lines: Vec<&str> = topic.text().lines().collect();
            assert!(lines.iter().all(|line| line.chars().count() <= 80), "{topic:?}");
            assert!(lines[0].contains(": ") && lines[1].is_empty(), "{topic:?}");
            assert!(topic.text().is_ascii() && topic.text().ends_with("\n"), "{topic:?}");
        }
    }

    #[test]
    fn what_a_topic_tells_to_type_is_taken() {
        for topic in Topic::ALL {
            assert!(commands(topic).any(|line| line.starts_with("signpost ")), "{topic:?}");
            for line in commands(topic) {
                let taken = line.starts_with("sudo ") || Arguments::try_parse_from(words(line)).is_ok();
                assert!(taken, "{topic:?}: {line}");
            }
        }
    }

    #[test]
    fn each_code_belongs_to_one_topic_and_stands_in_the_source() {
        let source = [
            include_str!("error.rs"),
            include_str!("port.rs"),
            include_str!("send.rs"),
            include_str!("resolve.rs"),
            include_str!("../case/clearance.rs"),
            include_str!("../session/notice.rs"),
        ]
        .concat();
        for topic in Topic::ALL {
            for code in topic.codes() {
                assert_eq!(Topic::of(code), Some(topic), "{code}");
                assert!(source.contains(&format!("\"{code}\"")), "{code} is no code");
            }
        }
    }

    #[test]
    fn the_first_screen_names_every_topic() {
        let whole = of_verb(&[]).unwrap();
        assert!(Topic::ALL.iter().all(|topic| whole.contains(topic.name())), "{whole}");
    }

    #[test]
    fn a_verb_is_explained_too_and_nothing_else_is() {
        let of = |words: &str| of_verb(&words.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert!(of("capture").unwrap().contains("Usage: signpost capture [OPTIONS]"));
        assert!(of("contacts add").unwrap().contains("Usage: signpost contacts add"));
        for words in ["sned", "pdu sned", "no-port ctrl-c"] {
            assert_eq!(of(words).unwrap_err().code, "topic", "{words}");
        }
    }
}
