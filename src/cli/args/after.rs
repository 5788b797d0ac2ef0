//! What was typed for the verbs that look at the record or add to it by hand: replies, pages, bundles, notes, and what is
//! erased.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `replies`
#[derive(Debug, Default, Args)]
pub struct Replies {
    /// Only those with urgent words.
    #[arg(long)]
    pub urgent: bool,
    /// Only those that nobody has taken yet (--mark).
    #[arg(long)]
    pub unseen: bool,
    /// Only from this number, or from numbers that end so.
    #[arg(long, value_name = "NUMBER")]
    pub from: Option<String>,
    /// Only with these words in it, in capitals or not.
    #[arg(long, value_name = "WORDS")]
    pub text: Option<String>,
    /// Only those recorded since then, as "2026-12-01 09:00".
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Go on showing what comes, until Ctrl-C.
    #[arg(long, short)]
    pub follow: bool,
    /// Say what you did about the reply in entry N, in a word or two: it is then yours, and is told no more.
    #[arg(long, num_args = 2, value_names = ["N", "WORDS"], conflicts_with_all = ["urgent", "unseen", "from", "text", "since", "follow"])]
    pub mark: Option<Vec<String>>,
}

/// `report`
#[derive(Debug, Args)]
pub struct Report {
    /// Who is to read it: out/report.html with the lists as CSV, out/support.html or out/disclosure.html.
    #[arg(long = "for", value_enum, default_value_t = For::Court, value_name = "READER")]
    pub reader: For,
}

/// `export`
#[derive(Debug, Args)]
pub struct Export {
    /// Who is to have it. Court: the record and all that is in it. Support, disclosure: what their page holds, as lists too;
    /// no record.
    #[arg(long = "for", value_enum, default_value_t = For::Court, value_name = "READER")]
    pub reader: For,
}

/// Who is to read a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum For {
    /// A court, a lawyer: everything
    Court,
    /// A support worker: replies and what became of them
    Support,
    /// The other side: as for court, numbers and names of third parties masked
    Disclosure,
}

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

/// `handover`
#[derive(Debug, Args)]
pub struct Handover {
    /// How things stand, in a sentence.
    #[arg(value_name = "WORDS")]
    pub words: Option<String>,
}

/// `status`
#[derive(Debug, Default, Args)]
pub struct Status {
    /// Go on showing what happens: the live screen at a terminal, else a line an event. Ctrl-C leaves.
    #[arg(long, short)]
    pub follow: bool,
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
