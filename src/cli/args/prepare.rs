//! What is typed before the line is worked: `new`, `contacts`, `plan`, `approve`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::case::contacts::Choice;

/// `new`
#[derive(Debug, Args)]
pub struct New {
    /// The folder to make.
    pub folder: PathBuf,
    /// The contacts as received; repeatable.
    #[arg(long, value_name = "FILE")]
    pub contacts: Vec<PathBuf>,
    /// What of them is read.
    #[command(flatten)]
    pub chosen: Chosen,
    /// The exact words.
    #[arg(long, value_name = "FILE")]
    pub message: Option<PathBuf>,
    /// Fill in a key of case.toml; repeatable.
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// On the embedded handset, never on hardware.
    #[arg(long)]
    pub training: bool,
}

/// `contacts`
#[derive(Debug, Args)]
pub struct Contacts {
    /// What to change; nothing: list everyone.
    #[command(subcommand)]
    pub verb: Option<ContactsVerb>,
}

/// `contacts` and a change.
#[derive(Debug, Subcommand)]
pub enum ContactsVerb {
    /// Copy lists as received into the case: delimited text, XLSX, ODS or vCards.
    Add(Add),
    /// No text to this number from now on, also in a run that is under way.
    Exclude(Exclude),
    /// Lift an exclusion, or say yes to a number that lost the 0 at its beginning. Never lifts an opt-out.
    Include(Include),
    /// Numbers that must not be texted: number, reason.
    LeaveOut(LeaveOut),
}

/// `contacts leave-out`
#[derive(Debug, Args)]
pub struct LeaveOut {
    /// The list.
    pub file: PathBuf,
    /// Keep no numbers in the case folder, but what stands for them under this station's key.
    #[arg(long)]
    pub keyed: bool,
}

/// `contacts add`
#[derive(Debug, Args)]
pub struct Add {
    /// The lists.
    #[arg(required_unless_present = "sim", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The numbers on the SIM, out of the copy that check took: its contacts (adn), who its texts are from or to (sms),
    /// numbers dialled last (lnd); all of them if none is named.
    #[arg(long, value_enum, value_name = "FILES", value_delimiter = ',', num_args = 0.., require_equals = true,
          default_missing_values = ["adn", "sms", "lnd"])]
    pub sim: Vec<SimFile>,
    /// What of them is read.
    #[command(flatten)]
    pub chosen: Chosen,
}

/// A file of the SIM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SimFile {
    /// Contacts.
    Adn,
    /// Texts.
    Sms,
    /// Numbers dialled last.
    Lnd,
}

/// What is read of lists.
#[derive(Debug, Default, Args)]
pub struct Chosen {
    /// Read this sheet only; repeatable.
    #[arg(long, value_name = "SHEET")]
    sheet: Vec<String>,
    /// The numbers stand in this column; repeatable.
    #[arg(long, value_name = "SHEET!HEAD")]
    column: Vec<Choice>,
}

impl Chosen {
    /// Columns and sheets alike.
    pub fn choices(&self) -> Vec<Choice> {
        let sheets = self.sheet.iter().map(|sheet| Choice::of_sheet(sheet));
        self.column.iter().cloned().chain(sheets).collect()
    }
}

/// `contacts exclude`
#[derive(Debug, Args)]
pub struct Exclude {
    /// The number.
    pub number: String,
    /// The reason, for the record.
    #[arg(long)]
    pub why: String,
}

/// `contacts include`
#[derive(Debug, Args)]
pub struct Include {
    /// The number.
    #[arg(required_unless_present = "lost_noughts", conflicts_with = "lost_noughts")]
    pub number: Option<String>,
    /// All numbers that lost the 0 at their beginning.
    #[arg(long)]
    pub lost_noughts: bool,
    /// The reason, for the record.
    #[arg(long)]
    pub why: String,
}

/// `plan`
#[derive(Debug, Args)]
pub struct Plan {
    /// List everyone who is left out, and why.
    #[arg(long)]
    pub left_out: bool,
    /// Show each text, and where characters stand that cost extra.
    #[arg(long)]
    pub texts: bool,
    /// Write ' for ’ and the like where that makes a text cheaper and keeps its words; the old file stays as FILE.before.
    #[arg(long, conflicts_with_all = ["left_out", "texts"])]
    pub fix_text: bool,
}

/// `approve`
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct Approve {
    /// Write approval/sheet-CODE.txt and people-CODE.txt for the approver: to print, to mail or to sign.
    #[arg(long, conflicts_with_all = ["key", "signed", "by"])]
    pub sheet: bool,
    /// Sign the sheet with this SSH key, at the approver's computer: makes sheet-CODE.txt.sig beside it.
    #[arg(long, value_name = "KEY", conflicts_with_all = ["signed", "by"])]
    pub key: Option<PathBuf>,
    /// What approves: a mail or a text whose first line is APPROVED and the plan code, or the signature of the sheet.
    #[arg(long, value_name = "FILE", requires = "by")]
    pub signed: Option<PathBuf>,
    /// Who approves: must be the approver of case.toml. Without --signed the weakest kind of approval.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}
