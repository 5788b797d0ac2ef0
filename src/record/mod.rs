//! Floor 4: the evidence.

pub mod token;
