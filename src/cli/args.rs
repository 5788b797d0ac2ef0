//! What was typed.

pub mod after;
mod prepare;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use prepare::{Add, Approve, Chosen, Contacts, ContactsVerb, Exclude, Include, LeaveOut, New, Plan, SimFile};

use crate::link::{Address, Reach};
use crate::tui::words::Full;

/// Texts a seized line's contacts where to find help, under authority, and keeps every reply.
#[derive(Debug, Parser)]
#[command(name = "signpost", version, propagate_version = true, after_help = EXAMPLES, disable_help_subcommand = true)]
pub struct Arguments {
    /// For every verb.
    #[command(flatten)]
    pub common: Common,
    /// What to do; nothing: status.
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

const EXAMPLES: &str = "Examples:
  signpost demo                       the whole job on the embedded handset, no hardware
  signpost new lantern --contacts c.csv --message m.txt
  signpost -C lantern check --port /dev/ttyUSB2
  signpost -C lantern plan
  signpost -C lantern approve --sheet
  signpost -C lantern approve --signed reply.eml --by \"DI A. Example\"
  signpost -C lantern send --confirm 118 --operator \"PC Y\"
  signpost verify lantern

When you are lost: signpost help TOPIC, with no-port, wrong-sim, not-known,
full-store or ctrl-c.

Exit codes: 0 done, 1 failed, 2 usage or input, 3 no usable device, 4 refused by a rule,
5 done but something is NOT KNOWN, 6 record, bundle or papers do not verify, 7 stopped early.";

/// For every verb.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The case folder; the current one if not given.
    #[arg(short = 'C', value_name = "DIR", global = true, default_value = ".")]
    pub folder: PathBuf,
    /// Answer in JSON Lines; the last line is a summary.
    #[arg(long, global = true)]
    pub json: bool,
    /// Who is at work.
    #[arg(long, env = "SIGNPOST_OPERATOR", value_name = "NAME", global = true)]
    pub operator: Option<String>,
    /// Show whole numbers on the screen (else only the last four digits).
    #[arg(long, global = true)]
    pub full: bool,
    /// Lines instead of the live screen.
    #[arg(long, global = true)]
    pub plain: bool,
    /// More in the log on standard error; twice: everything.
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
}

impl Common {
    /// How numbers are shown.
    pub fn numbers(&self) -> Full {
        if self.full { Full::Yes } else { Full::No }
    }
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// The whole job on the embedded handset, as a TRAINING case.
    #[command(after_help = "Example:\n  signpost demo --seed 7 /tmp/demo")]
    Demo(Demo),
    /// What is plugged in, which port takes AT, who holds it, what to do. Writes to no port.
    #[command(
        after_help = "Examples:\n  signpost ports\n  signpost ports --watch\n  signpost ports --probe /dev/ttyUSB2"
    )]
    Ports(Ports),
    /// Make a case folder.
    #[command(
        after_help = "Example:\n  signpost new lantern --contacts c.csv --message m.txt --set authority.reference=17/24"
    )]
    New(New),
    /// Who is in, who is out and why.
    #[command(
        after_help = "Examples:\n  signpost -C lantern contacts --full\n  signpost -C lantern contacts add report.xlsx --column \"Calls!Party\" --operator \"PC Y\"\n  signpost -C lantern contacts exclude 07700900123 --why \"they telephoned\" --operator \"PC Y\""
    )]
    Contacts(Contacts),
    /// The first verb that reaches the SIM: who it is, is it ready, what lies there.
    #[command(after_help = "Example:\n  signpost -C lantern check --port /dev/ttyUSB2")]
    Check(Line),
    /// Who, what, when, on whose word. Changes nothing.
    #[command(after_help = "Example:\n  signpost -C lantern plan --left-out")]
    Plan(Plan),
    /// Pin the exact plan, on a second person's word.
    #[command(
        after_help = "Examples:\n  signpost -C lantern approve --sheet\n  signpost -C lantern approve --signed reply.eml --by \"DI A. Example\"\n\nWith SSH keys, which signers are known stands in approval/allowed_signers, a line each:\n  \"DI A. Example\" namespaces=\"signpost-approval\" ssh-ed25519 AAAA...\n  signpost -C lantern approve --key ~/.ssh/id_ed25519\n  signpost -C lantern approve --signed lantern/approval/sheet-7KQ4-M2XD-9TRB-5HWA.txt.sig --by \"DI A. Example\""
    )]
    Approve(Approve),
    /// Text the people of the approved plan; listen meanwhile and afterwards.
    #[command(
        after_help = "Examples:\n  signpost -C lantern send --operator \"PC Y\"\n  signpost -C lantern send --confirm 118 --then-stop --operator \"PC Y\" --json"
    )]
    Send(Send),
    /// Listen only.
    #[command(after_help = "Example:\n  signpost -C lantern capture --until \"2026-12-15 12:00\" --operator \"PC Y\"")]
    Capture(Capture),
    /// From another terminal: no new text; listening goes on.
    #[command(
        after_help = "Example:\n  signpost -C lantern stop --why \"the officer in the case asks\" --operator \"DS Z\""
    )]
    Stop(Stop),
    /// Settle a part that is NOT KNOWN, or lift a hold.
    #[command(
        after_help = "Examples:\n  signpost -C lantern resolve 17.1 --not-sent --why \"the network's list has no such text\" --operator \"DS Z\"\n  signpost -C lantern resolve run-paused --why \"credit was topped up\" --operator \"DS Z\""
    )]
    Resolve(Resolve),
    /// Where the case stands.
    #[command(after_help = "Examples:\n  signpost -C lantern status\n  signpost -C lantern status --follow")]
    Status(after::Status),
    /// What came in.
    #[command(after_help = "Example:\n  signpost -C lantern replies --urgent")]
    Replies(after::Replies),
    /// A person's words into the record: a bag seal, a handover, a decision.
    #[command(after_help = "Example:\n  signpost -C lantern note \"bag seal B123456 opened\" --operator \"PC Y\"")]
    Note(after::Note),
    /// Another person is at work from here on: the one that --operator names.
    #[command(
        after_help = "Example:\n  signpost -C lantern handover \"two urgent replies are with Safeguarding\" --operator \"PC Z\""
    )]
    Handover(after::Handover),
    /// Under authority: what the case knows of some people goes, for good.
    #[command(
        after_help = "Example:\n  signpost -C lantern erase --recipients 07700900123 --authority \"order 12/27\" --why \"not convicted\" --operator \"DS Z\""
    )]
    Erase(after::Erase),
    /// Write the pages into out/.
    #[command(
        after_help = "Examples:\n  signpost -C lantern report --operator \"PC Y\"\n  signpost -C lantern report --for support --operator \"PC Y\""
    )]
    Report(after::Report),
    /// A bundle for others into out/export-CODE/, with digests and a signature. It can be checked with stock programs.
    #[command(
        after_help = "Examples:\n  signpost -C lantern export --operator \"PC Y\"\n  signpost -C lantern export --for disclosure --operator \"PC Y\""
    )]
    Export(after::Export),
    /// Seal for good, write the report, print the code for the notebook.
    #[command(after_help = "Example:\n  signpost -C lantern close --operator \"PC Y\"")]
    Close(Close),
    /// Does the record, or the bundle, hold? Anyone, any time, read-only.
    #[command(
        after_help = "Examples:\n  signpost verify lantern --head K4TD-88QX-M3WP-20ZC\n  signpost verify lantern/out/export-K4TD-88QX-M3WP-20ZC"
    )]
    Verify(Verify),
    /// The embedded handset on a pseudo-terminal, for any program.
    #[command(after_help = "Example:\n  signpost emulate --link /tmp/phone --truth truth.jsonl")]
    Emulate(Emulate),
    /// A TPDU, field by field.
    #[command(after_help = "Example:\n  signpost pdu decode --no-smsc 040C914477000910320000422092329585400454741904")]
    Pdu(Pdu),
    /// What to do when you are lost: no port, the wrong SIM, NOT KNOWN, a full store, Ctrl-C. Or the help of a verb.
    #[command(after_help = "Examples:\n  signpost help no-port\n  signpost help contacts add")]
    Help(Help),
}

/// `help`
#[derive(Debug, Args)]
pub struct Help {
    /// no-port, wrong-sim, not-known, full-store or ctrl-c; or a verb.
    #[arg(value_name = "TOPIC or VERB")]
    pub about: Vec<String>,
}

/// `demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// Where the case is made; must be empty.
    #[arg(default_value = "signpost-demo")]
    pub folder: PathBuf,
    /// The same seed: the same people, replies and table.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// `ports`
#[derive(Debug, Args)]
pub struct Ports {
    /// Ask who is there: AT and the modem's name, never the SIM; before the SIM goes in. Without PORT: every port that
    /// may take AT, except of handsets.
    #[arg(long, value_name = "PORT", num_args = 0..=1, conflicts_with = "watch")]
    pub probe: Option<Option<PathBuf>>,
    /// Tell what comes and goes until Ctrl-C.
    #[arg(long)]
    pub watch: bool,
    /// Look at a copy of another computer's /sys and /dev in this folder.
    #[arg(long, value_name = "DIR", default_value = "/")]
    pub sysroot: PathBuf,
}

/// Verbs that work the line.
#[derive(Debug, Clone, Args)]
pub struct Line {
    /// auto, /dev/ttyUSB2, tcp://127.0.0.1:4000, adb:SERIAL:/dev/smd7 or emulator:PROFILE.
    #[arg(long, default_value = "auto")]
    pub port: Address,
    /// The port may lead over a network, where others may read what passes.
    #[arg(long)]
    pub allow_remote: bool,
    /// Read the SIM's PIN from this file descriptor (its first line); at a terminal it is asked for without showing it.
    /// Tried once, and only if more than one try is left.
    #[arg(long, value_name = "N")]
    pub pin_fd: Option<u32>,
}

impl Line {
    /// How far the port may lead.
    pub fn reach(&self) -> Reach {
        if self.allow_remote { Reach::Network } else { Reach::ThisComputer }
    }
}

/// `send`
#[derive(Debug, Args)]
pub struct Send {
    /// The line.
    #[command(flatten)]
    pub line: Line,
    /// People in the approved plan; needed without a terminal.
    #[arg(long, value_name = "N")]
    pub confirm: Option<u32>,
    /// End when nothing more can be sent now.
    #[arg(long)]
    pub then_stop: bool,
    /// Go on although somebody said `signpost stop`; at a terminal it is asked.
    #[arg(long)]
    pub after_stop: bool,
}

/// `stop`
#[derive(Debug, Args)]
pub struct Stop {
    /// End listening too.
    #[arg(long)]
    pub all: bool,
    /// Why; it stays in the record.
    #[arg(long, value_name = "WORDS")]
    pub why: String,
}

/// `resolve`
#[derive(Debug, Args)]
pub struct Resolve {
    /// A part that is NOT KNOWN, such as 17.2, or a hold: run-paused, clock-differs, reading-flips-unread.
    #[arg(value_name = "PART or HOLD")]
    pub what: String,
    /// The part was sent.
    #[arg(long, conflicts_with = "not_sent")]
    pub sent: bool,
    /// The part was not sent; it is not sent again in this case.
    #[arg(long)]
    pub not_sent: bool,
    /// What you know and from where; it stays in the record.
    #[arg(long, value_name = "WORDS")]
    pub why: String,
}

/// `capture`
#[derive(Debug, Args)]
pub struct Capture {
    /// The line.
    #[command(flatten)]
    pub line: Line,
    /// Until then, in the line's time zone; else until listening ends.
    #[arg(long, value_name = "\"YYYY-MM-DD HH:MM\"")]
    pub until: Option<String>,
}

/// `close`
#[derive(Debug, Args)]
pub struct Close {
    /// Why, in a sentence.
    #[arg(long, default_value = "the work on this line is done")]
    pub why: String,
    /// The line, to compare the SIM with the copy of the first check.
    #[command(flatten)]
    pub line: Line,
    /// Do not compare the SIM: it, or the device, is not here any more. --why says why.
    #[arg(long)]
    pub without_line: bool,
}

/// `verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// A case folder, a record, or a bundle that export made; else the case of -C.
    pub path: Option<PathBuf>,
    /// A code that was kept elsewhere.
    #[arg(long, value_name = "CODE")]
    pub head: Option<String>,
}

/// `emulate`
#[derive(Debug, Args)]
pub struct Emulate {
    /// A symbolic link to the pseudo-terminal.
    #[arg(long, value_name = "PATH")]
    pub link: Option<PathBuf>,
    /// A TCP port of this computer instead of a pseudo-terminal.
    #[arg(long, value_name = "PORT", conflicts_with = "link")]
    pub tcp: Option<u16>,
    /// The family.
    #[arg(long, default_value = "generic")]
    pub profile: String,
    /// Milliseconds that the network takes for a text.
    #[arg(long, value_name = "MS", default_value_t = 200)]
    pub latency: u64,
    /// The same seed, the same run.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// People answer, as in the demonstration.
    #[arg(long)]
    pub answers: bool,
    /// Write the ground truth there, as JSON Lines.
    #[arg(long, value_name = "FILE")]
    pub truth: Option<PathBuf>,
    /// Deliver, call, swap the SIM, unplug, reboot at given times; what goes wrong with which text.
    #[arg(long, value_name = "FILE")]
    pub script: Option<PathBuf>,
    /// The card's number.
    #[arg(long, default_value = "8944100000000000012")]
    pub iccid: String,
    /// The subscriber.
    #[arg(long, default_value = "001010123456789")]
    pub imsi: String,
}

/// `pdu`
#[derive(Debug, Args)]
pub struct Pdu {
    /// What to do.
    #[command(subcommand)]
    pub verb: PduVerb,
}

/// `pdu …`
#[derive(Debug, Subcommand)]
pub enum PduVerb {
    /// Hexadecimal digits to fields: a hex dump that names every octet, or JSON.
    Decode(PduDecode),
    /// JSON, as decode writes it, to hexadecimal digits.
    Encode(PduEncode),
}

/// `pdu decode`
#[derive(Debug, Args)]
pub struct PduDecode {
    /// The digits; `-`, or nothing: one PDU a line from standard input.
    #[arg(value_name = "HEX")]
    pub hex: Option<String>,
    /// From the mobile to the service centre.
    #[arg(long, conflicts_with = "mt")]
    pub mo: bool,
    /// From the service centre to the mobile (so it is if neither is given).
    #[arg(long)]
    pub mt: bool,
    /// The octets begin with the TPDU.
    #[arg(long)]
    pub no_smsc: bool,
    /// What carries a report: its octets do not tell. In an error it has TP-FCS.
    #[arg(long, value_enum, default_value_t = RpForm::Ack)]
    pub rp: RpForm,
}

/// `pdu encode`
#[derive(Debug, Args)]
pub struct PduEncode {
    /// The object; `-`, or nothing: one a line from standard input.
    #[arg(value_name = "OBJECT")]
    pub object: Option<String>,
    /// Leave the SMSC out.
    #[arg(long)]
    pub no_smsc: bool,
}

/// What carries a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum RpForm {
    /// RP-ACK.
    Ack,
    /// RP-ERROR.
    Error,
}
