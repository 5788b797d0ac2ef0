//! Who is at the other end of a port that may take AT commands? Asked by `signpost ports --probe`, outside any case.
//!
//! The port is listened to first: what sends positions or binary by itself is not written to. Then `AT` and
//! what the modem says of itself, nothing else: no command here reaches the SIM. It has no dialogue, no ESC
//! and no set-up, so that a port of unknown use gets no more than it must.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};

use super::foreign::{self, Foreign};
use crate::at::answer::{Final, strip};
use crate::at::command::Command;
use crate::at::token::{Await, Token, Tokens};
use crate::at::urc::{self, Begun, Said};
use crate::link::BoxLink;
use crate::text::Untrusted;

/// What was found at a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probed {
    /// It answers AT commands.
    Answers(About),
    /// It sends positions (NMEA 0183); nothing was written to it.
    Positions,
    /// It sends what is no text: diagnostics, sound or noise.
    Binary,
    /// It waits for a text: a program left it at the prompt.
    AtPrompt,
    /// Nothing came.
    Silent,
    /// It went away.
    Gone,
}

/// What a modem says of itself; what it does not tell is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// `ATI`, its lines in one.
    pub information: Untrusted,
    /// `+CGMI`.
    pub maker: Untrusted,
    /// `+CGMM`.
    pub model: Untrusted,
    /// `+CGMR`.
    pub firmware: Untrusted,
    /// Texts that the device pushed meanwhile. Nobody keeps them here: probing is for before the SIM goes in.
    pub texts: usize,
}

/// Before anything is written.
const LISTEN: Duration = Duration::from_millis(300);

/// For one `AT`. A module with automatic speed answers only after several (`hw-notes/quirks.md` section 11).
const FOR_OK: Duration = Duration::from_millis(700);
const TRIES: usize = 3;

/// For one answer about itself.
const FOR_ANSWER: Duration = Duration::from_millis(1500);

/// Asks. Ends by itself within eight seconds; a dead port within three.
pub async fn probe(link: BoxLink) -> Probed {
    let mut line = Line { link, tokens: Tokens::default(), heard: Vec::new(), texts: 0 };
    match line.ask().await {
        Ok(about) => Probed::Answers(about),
        Err(found) => found,
    }
}

struct Line {
    link: BoxLink,
    tokens: Tokens,
    /// Everything that came, to judge what kind of port this is.
    heard: Vec<u8>,
    texts: usize,
}

impl Line {
    async fn ask(&mut self) -> Result<About, Probed> {
        self.until(LISTEN, |_| false).await?;
        self.judge()?;
        self.attention().await?;
        Ok(About {
            information: self.told(&Command::Information, "").await?,
            maker: self.told(&Command::Maker, "+CGMI").await?,
            model: self.told(&Command::Model, "+CGMM").await?,
            firmware: self.told(&Command::Firmware, "+CGMR").await?,
            texts: self.texts,
        })
    }

    /// `AT` until a whole line says OK or ERROR.
    async fn attention(&mut self) -> Result<(), Probed> {
        for _ in 0..TRIES {
            self.write(&Command::Attention).await?;
            let lines = self.until(FOR_OK, |words| Final::read(words).is_some()).await?;
            if lines.iter().any(|words| matches!(Final::read(words), Some(Final::Ok | Final::Error))) {
                return Ok(());
            }
            self.judge()?;
        }
        Err(if self.heard.ends_with(b"> ") || self.heard.ends_with(b">") { Probed::AtPrompt } else { Probed::Silent })
    }

    /// The lines of an answer in one, without the echo and the prefix that some put before it.
    async fn told(&mut self, command: &Command, prefix: &str) -> Result<Untrusted, Probed> {
        self.write(command).await?;
        let lines = self.until(FOR_ANSWER, |words| Final::read(words).is_some()).await?;
        let echo = String::from_utf8_lossy(&command.line()).trim().to_owned();
        let mut told = Vec::new();
        let mut lines = lines.iter();
        while let Some(words) = lines.next() {
            match urc::read(words) {
                Some(Said::Whole(_)) => {}
                Some(Said::Begun(begun)) => {
                    self.texts += usize::from(begun != Begun::Ussd);
                    lines.next();
                }
                None if *words == echo || Final::read(words).is_some() => {}
                None => told.push(strip(words, prefix).unwrap_or(words).trim_matches('"')),
            }
        }
        Ok(told.join(" ").into())
    }

    async fn write(&mut self, command: &Command) -> Result<(), Probed> {
        self.link.write_all(&command.line()).await.map_err(|_| Probed::Gone)
    }

    /// Collects lines until one ends it, or the time is over.
    async fn until(&mut self, time: Duration, ends: impl Fn(&str) -> bool) -> Result<Vec<String>, Probed> {
        let deadline = Instant::now() + time;
        let mut lines = Vec::new();
        loop {
            while let Some(token) = self.tokens.next(Await::Lines) {
                let words = token.words();
                let ended = matches!(token, Token::Line(_)) && ends(&words);
                lines.extend(Some(words).filter(|words| !words.is_empty()));
                if ended {
                    return Ok(lines);
                }
            }
            let mut octets = [0; 1024];
            match timeout_at(deadline, self.link.read(&mut octets)).await {
                Ok(Ok(count)) if count > 0 => {
                    let octets = octets.get(..count).unwrap_or_default();
                    self.tokens.push(octets);
                    self.heard.extend_from_slice(octets);
                }
                Ok(_) => return Err(Probed::Gone),
                Err(_) => return Ok(lines),
            }
        }
    }

    /// What is surely no AT port is left alone.
    fn judge(&self) -> Result<(), Probed> {
        match foreign::judge(&self.heard) {
            Some(Foreign::Positions) => Err(Probed::Positions),
            Some(Foreign::Binary) => Err(Probed::Binary),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::DuplexStream;

    /// What the other end wrote, when it has answered each line by `answer`, and what was found.
    async fn against(first: &'static [u8], answer: impl Fn(&str) -> Vec<u8>) -> (Probed, String) {
        let (near, mut far) = tokio::io::duplex(4096);
        let other_end = async {
            far.write_all(first).await.unwrap();
            let mut written = Vec::new();
            while let Ok(line) = line(&mut far).await {
                written.extend_from_slice(line.as_bytes());
                let _gone = far.write_all(&answer(line.trim())).await;
            }
            String::from_utf8(written).unwrap()
        };
        tokio::join!(probe(Box::new(near)), other_end)
    }

    async fn line(far: &mut DuplexStream) -> std::io::Result<String> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r") {
            line.push(far.read_u8().await?);
        }
        Ok(String::from_utf8_lossy(&line).into_owned())
    }

    #[tokio::test(start_paused = true)]
    async fn a_modem_says_who_it_is_and_the_sim_is_not_asked() {
        let (found, written) = against(b"\r\nRDY\r\n", |line| match line {
            "ATI" => b"ATI\r\r\nQuectel\r\nEC25\r\nRevision: X\r\n\r\nOK\r\n".to_vec(),
            "AT+CGMI" => b"\r\nQuectel\r\n+CREG: 1\r\nOK\r\n".to_vec(),
            "AT+CGMM" => b"\r\n+CMT: ,4\r\n0011223344\r\n+CGMM: \"EC25\"\r\nOK\r\n".to_vec(),
            "AT+CGMR" => b"\r\nERROR\r\n".to_vec(),
            _ => b"AT\r\r\nOK\r\n".to_vec(),
        })
        .await;
        let Probed::Answers(about) = found else { panic!("{found:?}") };
        assert_eq!(about.information.for_terminal(), "Quectel EC25 Revision: X");
        assert_eq!((about.maker.for_terminal(), about.model.for_terminal()), ("Quectel".into(), "EC25".into()));
        assert!(about.firmware.is_empty());
        assert_eq!(about.texts, 1, "a pushed text is no answer, and it is said that it came");
        assert_eq!(written, "AT\rATI\rAT+CGMI\rAT+CGMM\rAT+CGMR\r");
    }

    #[tokio::test(start_paused = true)]
    async fn a_module_with_automatic_speed_answers_the_third_time() {
        let count = std::cell::Cell::new(0);
        let (found, written) = against(b"", |_| {
            count.set(count.get() + 1);
            if count.get() < 3 { Vec::new() } else { b"\r\nOK\r\n".to_vec() }
        })
        .await;
        assert!(matches!(found, Probed::Answers(_)), "{found:?}");
        assert!(written.starts_with("AT\rAT\rAT\rATI\r"), "{written}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_dead_port_gets_at_three_times_and_nothing_else() {
        let before = Instant::now();
        let (found, written) = against(b"", |_| Vec::new()).await;
        assert_eq!((found, written.as_str()), (Probed::Silent, "AT\rAT\rAT\r"));
        assert!(before.elapsed() < Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_port_that_sends_positions_or_binary_is_not_written_to() {
        let nmea = b"$GPGGA,092725.00,4717.11399,N,00833.91590,E,1,8,1.01,499.6,M,48.0,M,,0*5B\r\n";
        assert_eq!(against(nmea, |_| Vec::new()).await, (Probed::Positions, String::new()));
        let diag = b"\x7e\x98\x01\x80\xb5\xc0\x12\x7e\x10\x00\x93\x7f\x81\xd4\x7e";
        assert_eq!(against(diag, |_| Vec::new()).await, (Probed::Binary, String::new()));
    }

    /// EG915Q and EC200U: a debug port answers everything with noise (`hw-notes/quirks.md` section 6).
    #[tokio::test(start_paused = true)]
    async fn noise_is_no_answer() {
        let (found, written) =
            against(b"", |_| b"%DBG\x88\x17~\xba\x13\x05\xe0\x08\xee\xf8e\xfa\x81\x82OK".to_vec()).await;
        assert_eq!((found, written.as_str()), (Probed::Binary, "AT\r"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_prompt_that_a_program_left_is_named() {
        let (found, _) = against(b"", |_| b"\r\n> ".to_vec()).await;
        assert_eq!(found, Probed::AtPrompt);
    }

    #[tokio::test(start_paused = true)]
    async fn a_device_that_goes_is_gone() {
        let (near, far) = tokio::io::duplex(64);
        drop(far);
        assert_eq!(probe(Box::new(near)).await, Probed::Gone);
    }
}
