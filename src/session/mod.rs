//! Floor 6: what a run does.

pub mod outcome;
