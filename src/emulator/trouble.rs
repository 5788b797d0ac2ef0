//! Faults by order: what goes wrong with which text, and what the script brings at which time.

use std::collections::BTreeMap;
use std::time::Duration;

/// What goes wrong with one `AT+CMGS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `+CMS ERROR` in place of the prompt.
    PromptError(u16),
    /// No prompt.
    NoPrompt,
    /// The network refuses with this code.
    Refused(u16),
    /// The network refuses with this code, after so many seconds.
    RefusedAfter(u16, u64),
    /// The text leaves, and the device never says so.
    SilenceSent,
    /// The text does not leave, and the device never says so.
    SilenceLost,
    /// The text leaves, and the device never says so; after so many seconds, when it has long read other
    /// commands, it says that a text was refused.
    StaleRefusal(u16, u64),
    /// The text leaves, and the device says ERROR.
    ErrorButSent,
    /// The text leaves, and the device says so only after so many seconds.
    LateReference(u64),
    /// `+CMGS:` without OK.
    NoOk,
    /// OK without `+CMGS:`; the text leaves.
    OkAlone,
    /// The device vanishes in place of the prompt.
    GoneAtPrompt,
    /// The device vanishes after Ctrl-Z; the text leaves.
    GoneSent,
    /// The device starts anew after Ctrl-Z; the text leaves.
    RebootSent,
    /// The device starts anew in place of the prompt.
    RebootAtPrompt,
    /// The text leaves, and the network's answer to it is lost: a family that repeats by itself hands it over once more
    /// and says that it was taken; another says that the network did not answer.
    ResponseLost,
    /// As before, and the repeat is refused with this code.
    RepeatRefused(u16),
}

impl Fault {
    /// Whether the network's answer to the first try is lost.
    pub(super) fn loses_the_response(self) -> bool {
        matches!(self, Fault::ResponseLost | Fault::RepeatRefused(_))
    }
}

/// Something that the script brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// A text.
    Deliver {
        /// From whom.
        from: String,
        /// Its words.
        text: String,
    },
    /// A call that nobody answers.
    Call {
        /// From whom.
        from: String,
    },
    /// These octets, SMSC and TPDU as hexadecimal digits, whatever they are.
    Raw(String),
    /// The device says this line unasked.
    Say(String),
    /// There is no network for so long.
    NoNetwork(Duration),
    /// Another card.
    SwapSim {
        /// Its number.
        iccid: String,
        /// Its subscriber.
        imsi: String,
    },
    /// The device vanishes for so long.
    Unplug(Duration),
    /// The link is gone for so long; the device keeps its power, and what it was told.
    LinkDrop(Duration),
    /// Another program left the settings of the device otherwise than a start does.
    LeftSet,
    /// The device starts anew.
    Reboot,
    /// Another device with this IMEI answers at the same port, with the same card.
    OtherDevice(String),
    /// The card is not ready for so long.
    SimBusy(Duration),
    /// No slot can be read for so long.
    ReadFails(Duration),
    /// From now on the device says each second that its card's state changed, which it did not.
    SimFlood,
    /// The device neither reads nor speaks for so long.
    Hang(Duration),
    /// The device does what it is told and its words reach nobody for so long: they go to another port.
    Mute(Duration),
    /// The device starts anew in the middle of its next answer.
    BrownOut,
    /// The device starts anew and does not say so.
    SilentReboot,
    /// The device takes what is typed next for a text: another program left it at the prompt.
    StuckPrompt,
    /// The echo is on again.
    EchoBack,
    /// Lines end in CR CR LF from now on.
    DoubledCr,
    /// The handset's clock is put forward.
    ClockAhead(Duration),
    /// The card has this PIN, with so many tries left, and wants it at the next start; at once if it was not entered yet.
    Lock {
        /// Four to eight digits.
        pin: String,
        /// None: it wants its PUK.
        tries: u8,
    },
    /// The radio is off, as some devices start.
    RadioOff,
    /// The card is taken out.
    TakeSim,
    /// The card knows no service centre.
    NoServiceCentre,
}

/// When an act comes that belongs to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// In place of its answer.
    Instead,
    /// Soon after its answer: before the next command of a client that waits a little, as families want it.
    Behind,
}

/// Faults by the number of the `AT+CMGS` (from 1), acts by time, and acts by the number of the command line (from 1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    pub(super) faults: BTreeMap<u64, Fault>,
    pub(super) acts: Vec<(Duration, Act)>,
    pub(super) commands: BTreeMap<(u64, Moment), Act>,
}

/// A line of a script that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("script, line {line}, column {column}: {why}")]
pub struct ScriptError {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// What is expected.
    pub why: &'static str,
}

impl Script {
    /// The n-th text goes wrong like this.
    pub fn on_submit(mut self, number: u64, fault: Fault) -> Self {
        self.faults.insert(number, fault);
        self
    }

    /// This happens at that time.
    pub fn at(mut self, time: Duration, act: Act) -> Self {
        self.acts.push((time, act));
        self
    }

    /// This happens with the command line of that number.
    pub fn on_command(mut self, number: u64, moment: Moment, act: Act) -> Self {
        self.commands.insert((number, moment), act);
        self
    }

    /// Reads a file of lines such as `at 2.5s deliver +447700900123 "text"`, `at 4s swap-sim ICCID IMSI`,
    /// `at 5s unplug 2s`, `at 6s reboot`, `at 3s call +447700900123`, `at 3s raw 0791…`, `at 3s say "+STIN: 1"`,
    /// `at 9s no-network 90s`, `at 9s sim-busy 8s`, `at 9s read-fails 40s`, `at 9s hang 20s`, `at 9s brown-out`,
    /// `at 9s clock-ahead 70s`, `at 0s pin 1234 3`, `at 0s take-sim`, and of lines such as `on 3 refused 21`, `on 4 refused-after 21 40s`, `on 5 silence-sent`: what goes wrong with the third, fourth, fifth text; `instead 7 reboot`, `behind 7 reboot`: what comes in place of the answer to the seventh command line, or right behind it.
    /// Empty lines and `#` are passed over.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let mut script = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() || line.trim_start().starts_with('#') {
                continue;
            }
            let mut words = Words { whole: line, rest: line, line: number };
            match words.word(LINE)? {
                "at" => script.acts.push((words.time()?, words.act()?)),
                "instead" => drop(script.commands.insert((words.command()?, Moment::Instead), words.act()?)),
                "behind" => drop(script.commands.insert((words.command()?, Moment::Behind), words.act()?)),
                "on" => {
                    let (number, fault) = words.fault()?;
                    script.faults.insert(number, fault);
                }
                _ => return Err(ScriptError { line: number, column: 1, why: LINE }),
            }
        }
        Ok(script)
    }
}

const FAULTS: &str = "a fault is expected: prompt-error, no-prompt, refused, refused-after, silence-sent, silence-lost, stale-refusal, error-but-sent, late-reference, no-ok, ok-alone, gone-at-prompt, gone-sent, reboot-sent, reboot-at-prompt, response-lost, repeat-refused";
const ACTS: &str = "deliver, call, raw, say, no-network, swap-sim, unplug, link-drop, left-set, reboot, other-device, sim-busy, read-fails, clock-ahead, sim-flood, hang, mute, brown-out, silent-reboot, stuck-prompt, echo-back, doubled-cr, pin, take-sim, radio-off or no-service-centre is expected";
const LINE: &str = "a line begins with: at TIME, on NUMBER, instead NUMBER or behind NUMBER";

/// A line, word by word.
struct Words<'a> {
    whole: &'a str,
    rest: &'a str,
    line: usize,
}

impl<'a> Words<'a> {
    /// Behind `on`.
    fn fault(&mut self) -> Result<(u64, Fault), ScriptError> {
        let number = self.number("the number of a text, from 1")?;
        let fault = match self.word(FAULTS)? {
            "prompt-error" => Fault::PromptError(self.number("a CMS code")?),
            "no-prompt" => Fault::NoPrompt,
            "refused" => Fault::Refused(self.number("a CMS code")?),
            "refused-after" => Fault::RefusedAfter(self.number("a CMS code")?, self.time()?.as_secs()),
            "stale-refusal" => Fault::StaleRefusal(self.number("a CMS code")?, self.time()?.as_secs()),
            "silence-sent" => Fault::SilenceSent,
            "silence-lost" => Fault::SilenceLost,
            "error-but-sent" => Fault::ErrorButSent,
            "late-reference" => Fault::LateReference(self.time()?.as_secs()),
            "no-ok" => Fault::NoOk,
            "ok-alone" => Fault::OkAlone,
            "gone-at-prompt" => Fault::GoneAtPrompt,
            "gone-sent" => Fault::GoneSent,
            "reboot-sent" => Fault::RebootSent,
            "reboot-at-prompt" => Fault::RebootAtPrompt,
            "response-lost" => Fault::ResponseLost,
            "repeat-refused" => Fault::RepeatRefused(self.number("a CMS code")?),
            _ => return Err(self.wrong(FAULTS)),
        };
        Ok((number, fault))
    }

    fn number<T: std::str::FromStr>(&mut self, why: &'static str) -> Result<T, ScriptError> {
        let error = self.wrong(why);
        self.word(why)?.parse().map_err(|_| error)
    }

    fn command(&mut self) -> Result<u64, ScriptError> {
        self.number("the number of a command line, from 1")
    }

    /// Behind the moment at which it comes.
    fn act(&mut self) -> Result<Act, ScriptError> {
        Ok(match self.word(ACTS)? {
            "deliver" => Act::Deliver { from: self.word("a number")?.to_owned(), text: self.quoted()? },
            "call" => Act::Call { from: self.word("a number")?.to_owned() },
            "swap-sim" => {
                Act::SwapSim { iccid: self.word("an ICCID")?.to_owned(), imsi: self.word("an IMSI")?.to_owned() }
            }
            "raw" => Act::Raw(self.word("hexadecimal digits")?.to_owned()),
            "say" => Act::Say(self.quoted()?),
            "no-network" => Act::NoNetwork(self.time()?),
            "unplug" => Act::Unplug(self.time()?),
            "link-drop" => Act::LinkDrop(self.time()?),
            "left-set" => Act::LeftSet,
            "reboot" => Act::Reboot,
            "other-device" => Act::OtherDevice(self.word("an IMEI")?.to_owned()),
            "sim-busy" => Act::SimBusy(self.time()?),
            "read-fails" => Act::ReadFails(self.time()?),
            "clock-ahead" => Act::ClockAhead(self.time()?),
            "sim-flood" => Act::SimFlood,
            "hang" => Act::Hang(self.time()?),
            "mute" => Act::Mute(self.time()?),
            "brown-out" => Act::BrownOut,
            "silent-reboot" => Act::SilentReboot,
            "stuck-prompt" => Act::StuckPrompt,
            "echo-back" => Act::EchoBack,
            "doubled-cr" => Act::DoubledCr,
            "pin" => Act::Lock { pin: self.word("a PIN")?.to_owned(), tries: self.number("the tries that are left")? },
            "take-sim" => Act::TakeSim,
            "radio-off" => Act::RadioOff,
            "no-service-centre" => Act::NoServiceCentre,
            _ => return Err(self.wrong(ACTS)),
        })
    }

    fn wrong(&self, why: &'static str) -> ScriptError {
        let column = self.whole.chars().count() - self.rest.trim_start().chars().count() + 1;
        ScriptError { line: self.line, column, why }
    }

    fn word(&mut self, why: &'static str) -> Result<&'a str, ScriptError> {
        let text = self.rest.trim_start();
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        match text.split_at_checked(end) {
            Some((word, rest)) if !word.is_empty() => {
                self.rest = rest;
                Ok(word)
            }
            _ => Err(self.wrong(why)),
        }
    }

    /// `2.5s`
    fn time(&mut self) -> Result<Duration, ScriptError> {
        let why = "a time such as 2.5s is expected";
        let error = self.wrong(why);
        let seconds: f64 =
            self.word(why)?.strip_suffix('s').and_then(|number| number.parse().ok()).ok_or(error.clone())?;
        Duration::try_from_secs_f64(seconds).map_err(|_| error)
    }

    fn quoted(&mut self) -> Result<String, ScriptError> {
        let text = self.rest.trim();
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        inner
            .map(|inner| inner.replace("\\n", "\n").replace("\\\"", "\""))
            .ok_or_else(|| self.wrong("a text in quotes is expected"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_and_its_errors() {
        let script =
            Script::parse("# x\nat 2.5s deliver +447700900123 \"a \\\"b\\\"\"\n\nat 5s unplug 2s\nat 6s reboot\n")
                .unwrap();
        assert_eq!(script.acts.len(), 3);
        assert_eq!(script.acts[0].1, Act::Deliver { from: "+447700900123".into(), text: "a \"b\"".into() });
        let error = Script::parse("at 2s deliver +447700900123 text").unwrap_err();
        assert_eq!((error.line, error.column), (1, 29));
        let error = Script::parse("\nat soon reboot").unwrap_err();
        assert_eq!((error.line, error.column), (2, 4));
        assert!(Script::parse("at 2s dance").is_err());
        let script = Script::parse("at 1s raw 00\nat 2s say \"+STIN: 1\"\nat 3s no-network 90s\n").unwrap();
        assert_eq!(script.acts[0].1, Act::Raw("00".into()));
        assert_eq!(script.acts[1].1, Act::Say("+STIN: 1".into()));
        assert_eq!(script.acts[2].1, Act::NoNetwork(Duration::from_secs(90)));
        let script = Script::parse("at 0s pin 1234 3\nat 0s take-sim\nat 0s no-service-centre\n").unwrap();
        assert_eq!(script.acts[0].1, Act::Lock { pin: "1234".into(), tries: 3 });
        let script = Script::parse("at 1s sim-busy 8s\nat 2s read-fails 40s\nat 3s clock-ahead 70s\n").unwrap();
        assert_eq!(script.acts[2].1, Act::ClockAhead(Duration::from_secs(70)));
        let script =
            Script::parse("at 1s hang 8s\nat 1s silent-reboot\nat 2s stuck-prompt\nat 2s doubled-cr\n").unwrap();
        assert_eq!(script.acts[0].1, Act::Hang(Duration::from_secs(8)));
        let script = Script::parse("on 3 refused 21\non 4 refused-after 42 40s\non 5 ok-alone\n").unwrap();
        assert_eq!(script.faults[&3], Fault::Refused(21));
        assert_eq!(script.faults[&4], Fault::RefusedAfter(42, 40));
        assert_eq!(script.faults[&5], Fault::OkAlone);
        let script = Script::parse("instead 7 reboot\nbehind 8 hang 2s\n").unwrap();
        assert_eq!(script.commands[&(7, Moment::Instead)], Act::Reboot);
        assert_eq!(script.commands[&(8, Moment::Behind)], Act::Hang(Duration::from_secs(2)));
        assert!(Script::parse("behind x reboot").is_err());
        for (bad, place) in [("on x refused 21", (1, 4)), ("on 3 refused", (1, 13)), ("\nmaybe", (2, 1))] {
            let error = Script::parse(bad).unwrap_err();
            assert_eq!((error.line, error.column), place, "{bad}: {error}");
        }
    }
}
