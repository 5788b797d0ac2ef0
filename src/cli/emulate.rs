//! `signpost emulate`: the embedded handset on a pseudo-terminal or a TCP port, for any program, until
//! Ctrl-C.

use std::path::Path;
use std::time::Duration;

use super::args::Emulate;
use super::error::CommandError;
use super::exit::Exit;
use super::folder;
use super::line::block_on;
use super::print::Out;
use crate::emulator::persona::Persona;
use crate::emulator::serve::Server;
use crate::emulator::trouble::Script;
use crate::emulator::truth::Truth;
use crate::emulator::{Answers, Handset, Settings};

/// Serves.
pub fn run(args: &Emulate, out: &Out) -> Result<Exit, CommandError> {
    let handset = Handset::new(settings(args)?);
    block_on(async {
        let mut server = Server::new(handset);
        let ready = |path: &Path| {
            out.say(format!("{}", path.display()));
            out.json(&serde_json::json!({"type": "ready", "port": path}));
        };
        let serve = async {
            match args.tcp {
                None => server.run_on_pty(args.link.as_deref(), ready).await,
                Some(port) => {
                    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
                    ready(Path::new(&format!("tcp://{}", listener.local_addr()?)));
                    server.run_on_tcp(listener).await
                }
            }
        };
        tokio::select! {
            result = serve => result.map_err(|error| CommandError::failed("emulate", error.to_string(), "is the path free?"))?,
            _ = tokio::signal::ctrl_c() => {}
        }
        out.json(&serde_json::json!({"type": "summary"}));
        Ok(Exit::Done)
    })
}

fn settings(args: &Emulate) -> Result<Settings, CommandError> {
    let persona = Persona::named(&args.profile).ok_or_else(|| {
        let help = format!("the profiles are {}", Persona::names().join(", "));
        CommandError::usage("profile", format!("there is no profile {}", args.profile), help)
    })?;
    let script = match &args.script {
        None => Script::default(),
        Some(path) => Script::parse(&folder::text(path)?)
            .map_err(|error| CommandError::usage("script", error.to_string(), "mend the script at that place"))?,
    };
    let truth = match &args.truth {
        None => Truth::default(),
        Some(path) => Truth::to_file(path).map_err(|error| CommandError::file(path, &error))?,
    };
    let answers =
        if args.answers { Answers::Demo { seed: args.seed, early_stop: None, silent: None } } else { Answers::None };
    Ok(Settings {
        persona,
        latency: Duration::from_millis(args.latency),
        report_after: Duration::from_millis(args.latency * 2),
        answers,
        script,
        truth,
        iccid: args.iccid.clone(),
        imsi: args.imsi.clone(),
        ..Settings::plain(jiff::Timestamp::now())
    })
}
