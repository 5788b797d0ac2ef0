//! `signpost ports`: what is plugged in, which port takes AT, who holds it, what to do. Writes to no port, unless
//! it is told to probe.

mod probe;
mod seen;
mod show;
mod watch;

use super::args::Ports;
use super::error::CommandError;
use super::exit::Exit;
use super::line::block_on;
use super::print::Out;
use crate::link::adb::Seen;
use crate::link::holders::Processes;
use crate::link::ports::{self, Device};
use crate::link::root::Root;

/// Everything that can be seen from here.
struct Scene {
    root: Root,
    devices: Vec<Device>,
    processes: Processes,
    adb: Vec<Seen>,
}

/// Lists, probes or watches.
pub fn run(args: &Ports, out: &Out) -> Result<Exit, CommandError> {
    let root = Root::below(&args.sysroot);
    block_on(async {
        if args.watch {
            return watch::run(&root, out).await;
        }
        let scene = Scene::look(root).await;
        let answers = match &args.probe {
            Some(port) => probe::ask(&scene, port.as_deref(), out).await?,
            None => Vec::new(),
        };
        show::all(&scene, &answers, out);
        let plugged = scene.devices.iter().any(|device| device.ids.is_some());
        if !plugged && scene.adb.is_empty() && answers.is_empty() {
            let help = "plug it in, wait 15 seconds, try again; a handset that only charges does not show at all; \
                        to try signpost without one: signpost demo";
            return Err(CommandError::device("no-device", "no modem or handset is plugged in", help));
        }
        if args.probe.is_some() { probe::end(&answers) } else { Ok(Exit::Done) }
    })
}

impl Scene {
    async fn look(root: Root) -> Self {
        let here = root == Root::this();
        Self {
            devices: ports::look(&root),
            processes: Processes::look(&root),
            adb: if here { seen::list().await } else { Vec::new() },
            root,
        }
    }
}
