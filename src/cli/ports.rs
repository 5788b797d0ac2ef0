//! `signpost ports`: what is plugged in. Writes to no port.

use super::error::CommandError;
use super::exit::Exit;
use super::print::Out;
use crate::link::holders;
use crate::link::ports::{self, Role};

/// Lists ports.
pub fn run(out: &Out) -> Result<Exit, CommandError> {
    let ports = ports::list();
    for port in &ports {
        let held = holders::of(&port.path);
        let state = held.first().map_or_else(|| "free".to_owned(), |holder| format!("in use by {holder}"));
        let name = port.family.map(str::to_owned).unwrap_or_else(|| port.product.for_terminal());
        out.say(format!("{name:<28} {:<15} {:<14} {state}", port.role.words(), port.path.display()));
        out.json(&serde_json::json!({
            "type": "port", "path": port.path, "role": port.role.words(), "family": port.family,
            "product": port.product.for_json(), "serial": port.serial.for_json(),
            "ids": port.ids.map(|(vendor, product)| format!("{vendor:04x}:{product:04x}")),
            "held_by": held.iter().map(|holder| holder.name.for_json()).collect::<Vec<_>>(),
        }));
    }
    let manager = holders::modem_manager();
    if manager.is_some() {
        out.say(
            "! ModemManager is running and would read the SIM before us. Type:\n    sudo systemctl stop ModemManager",
        );
    }
    let at = ports.iter().filter(|port| port.role == Role::At).count();
    out.json(&serde_json::json!({"type": "summary", "ports": ports.len(), "at_ports": at, "modem_manager": manager.is_some()}));
    if ports.is_empty() {
        let help = "plug it in, wait 15 seconds, try again; to try signpost without one: signpost demo";
        return Err(CommandError::device("no-device", "no modem or handset is plugged in", help));
    }
    if at > 0 {
        out.say("Next: put the SIM in, then signpost check in the case folder");
    }
    Ok(Exit::Done)
}
