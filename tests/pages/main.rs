//! The pages: what they claim, what they hold, and what they must not.
//!
//! `scripts/pages` has a browser and two validators look at the files that `big_pages_are_written` leaves behind.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop the moment an assumption fails")]

#[path = "../support/case.rs"]
#[allow(dead_code)] // what other tests need of it
mod case;

mod big;
mod claims;
mod made;
mod readers;
mod verbs;
