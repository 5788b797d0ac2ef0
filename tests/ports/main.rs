//! Finding the device: trees of /sys transcribed from published output of real devices, and the real binary
//! over trees whose ports are pseudo-terminals.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

#[path = "../support/case.rs"]
mod case;
mod check;
mod rules;
mod screen;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/tree.rs"]
mod tree;
mod trees;
