//! Floor 8: the command line. A file a verb; the library below never prints.
//!
//! [`args`] is what was typed, `folder` what it means for a case, [`exit`] and [`error`] how it ends,
//! [`help`] what a lost person reads, [`mod@print`] the only way to standard output.

mod again;
mod approve;
pub mod args;
mod awake;
mod bars;
mod bench;
mod capture;
mod check;
mod close;
mod columns;
mod contacts;
mod demo;
mod emulate;
mod erase;
pub mod error;
pub mod exit;
mod export;
mod folder;
mod handover;
pub mod help;
mod host;
mod line;
mod lists;
mod log;
mod moment;
mod new;
mod note;
mod pdu;
mod plan;
mod port;
mod ports;
pub mod print;
mod readiness;
mod rehearsal;
mod replies;
mod report;
mod resolve;
mod scratch;
mod screen;
mod send;
mod signals;
mod ssh_keygen;
mod status;
mod stderr;
mod stop;
mod verify;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Verb};
use error::CommandError;
use exit::Exit;
use print::Out;

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    log::start(arguments.common.verbose);
    let out = Out::new(arguments.common.json);
    match run(&arguments, &out) {
        Ok(exit) => exit.into(),
        Err(error) => {
            out.error(&error);
            error.exit.into()
        }
    }
}

/// Help and version go to standard output and are no failure.
fn usage(error: &clap::Error) -> ExitCode {
    let _closed_pipe = error.print();
    if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() }
}

fn run(arguments: &Arguments, out: &Out) -> Result<Exit, CommandError> {
    let common = &arguments.common;
    let Some(verb) = &arguments.verb else { return status::run(common, &Default::default(), out) };
    match verb {
        Verb::Demo(args) => demo::run(common, args, out),
        Verb::Ports(args) => ports::run(args, out),
        Verb::New(args) => new::run(common, args, out),
        Verb::Contacts(args) => contacts::run(common, args, out),
        Verb::Check(args) => check::run(common, args, out),
        Verb::Plan(args) => plan::run(common, args, out),
        Verb::Approve(args) => approve::run(common, args, out),
        Verb::Send(args) => send::run(common, args, out),
        Verb::Capture(args) => capture::run(common, args, out),
        Verb::Stop(args) => stop::run(common, args, out),
        Verb::Handover(args) => handover::run(common, args, out),
        Verb::Note(args) => note::run(common, args, out),
        Verb::Erase(args) => erase::run(common, args, out),
        Verb::Resolve(args) => resolve::run(common, args, out),
        Verb::Status(args) => status::run(common, args, out),
        Verb::Replies(args) => replies::run(common, args, out),
        Verb::Report(args) => report::run(common, args, out),
        Verb::Export(args) => export::run(common, args, out),
        Verb::Close(args) => close::run(common, args, out),
        Verb::Verify(args) => verify::run(args.path.as_deref().unwrap_or(&common.folder), args.head.as_deref(), out),
        Verb::Emulate(args) => emulate::run(args, out),
        Verb::Pdu(args) => pdu::run(args, out),
        Verb::Help(args) => help::run(args, out),
    }
}
