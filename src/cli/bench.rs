//! Whoever is at the bench: the PIN from a file descriptor or typed without echo, never an argument; and what is waited
//! for, as progress.

use std::cell::RefCell;
use std::time::Duration;

use zeroize::Zeroizing;

use super::print::{Asking, Out};
use crate::modem::pin::tries_left;
use crate::session::card::Bench;

/// A terminal, a file descriptor, or neither.
pub struct AtTheBench {
    out: Out,
    fd: Option<u32>,
    /// What is waited for, as it was said last.
    said: RefCell<String>,
}

impl AtTheBench {
    /// With the PIN to be read from there, if anywhere.
    pub fn new(out: &Out, fd: Option<u32>) -> Self {
        Self { out: out.clone(), fd, said: RefCell::default() }
    }
}

impl Bench for AtTheBench {
    fn pin(&self, tries: Option<u32>) -> Option<Zeroizing<String>> {
        match (self.fd, self.out.can_ask()) {
            (Some(fd), _) => first_line(fd),
            (None, Asking::Possible) => {
                let left = tries.map_or_else(String::new, |tries| format!(" ({})", tries_left(Some(tries))));
                let asked = format!("PIN of the SIM{left}, not shown (Enter alone: none is tried): ");
                let given = rpassword::prompt_password(asked).ok().map(Zeroizing::new);
                given.filter(|given| !given.trim().is_empty())
            }
            (None, Asking::Impossible) => None,
        }
    }

    /// At once, then every five seconds.
    fn waits(&self, what: &str, left: Duration) {
        let before = self.said.replace(what.to_owned());
        if before != what || left.as_secs().is_multiple_of(5) {
            self.out.progress(format!("waiting for {what}: at most {} s more", left.as_secs()));
        }
    }
}

/// By its name under /dev, so that no descriptor is taken over that is not ours.
fn first_line(fd: u32) -> Option<Zeroizing<String>> {
    let text = Zeroizing::new(std::fs::read_to_string(format!("/dev/fd/{fd}")).ok()?);
    Some(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}
