//! What was typed for the verbs about the record itself: notes, and what is erased.

use std::path::PathBuf;

use clap::Args;

/// `note`
#[derive(Debug, Args)]
pub struct Note {
    /// The words: a bag seal, a handover, a decision.
    #[arg(value_name = "TEXT")]
    pub text: String,
    /// A file to keep with it, 1 MiB at most.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// `erase`
#[derive(Debug, Args)]
pub struct Erase {
    /// Phone numbers, or files with a number a line.
    #[arg(long, num_args = 1.., value_name = "NUMBER|FILE", required_unless_present = "everyone")]
    pub recipients: Vec<String>,
    /// Everybody who was in an approved plan, wrote to the line, or was decided about.
    #[arg(long, conflicts_with = "recipients")]
    pub everyone: bool,
    /// On whose authority, with its reference.
    #[arg(long, value_name = "REFERENCE")]
    pub authority: String,
    /// Why.
    #[arg(long)]
    pub why: String,
    /// How many numbers: what is erased cannot be had again. At a terminal it is asked.
    #[arg(long, value_name = "N")]
    pub confirm: Option<usize>,
}
