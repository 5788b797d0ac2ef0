//! `signpost export` and `signpost verify BUNDLE`, from outside: the real binary makes the bundles, stock programs check
//! and read them.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

#[path = "../support/case.rs"]
mod case;
mod made;
mod readers;
mod tampered;
mod whole;
