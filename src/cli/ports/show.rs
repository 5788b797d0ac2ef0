//! The screen and the JSON of `ports`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Scene;
use super::probe::Answer;
use super::seen;
use crate::cli::print::Out;
use crate::link::access::{self, Access, Closed};
use crate::link::adb::Seen;
use crate::link::holders::Holder;
use crate::link::ports::function::{self, Function};
use crate::link::ports::sysfs::Ids;
use crate::link::ports::verdict::{self, Verdict};
use crate::link::ports::{Device, Port, Speaks};

/// Everything.
pub(super) fn all(scene: &Scene, answers: &[Answer], out: &Out) {
    for device in &scene.devices {
        let view = View { scene, answers, device };
        view.lines().iter().for_each(|line| out.say(line));
        out.json(&view.json());
        device.ports.iter().for_each(|port| out.json(&view.port_json(port)));
    }
    for seen in scene.adb.iter().filter(|seen| !scene.devices.iter().any(|device| seen::is(seen, device))) {
        out.say(format!("adb:{}  a handset that only adb sees: {}", seen.serial.for_terminal(), seen::state(seen)));
        out.json(&json!({"type": "adb", "adb": seen::json(seen)}));
    }
    // Ports that were named and are in no list, such as a pseudo-terminal.
    for answer in answers.iter().filter(|answer| !is_listed(scene, answer)) {
        out.say(format!("{}  {}", answer.path.display(), answer.found.words()));
        out.json(&json!({"type": "port", "path": answer.path, "probe": answer.found.json()}));
    }
    modem_manager(scene, out);
    if scene.processes.hidden() > 0 {
        out.say("Programs of other users cannot be seen from here; sudo signpost ports shows who holds a port.");
    }
    out.json(&summary(scene, answers));
}

fn is_listed(scene: &Scene, answer: &Answer) -> bool {
    scene.devices.iter().flat_map(|device| &device.ports).any(|port| port.path == answer.path)
}

/// It runs as root, opens every port, and would read the SIM's texts before us.
fn modem_manager(scene: &Scene, out: &Out) {
    if scene.processes.modem_manager().is_none() {
        return;
    }
    out.say("! ModemManager is running and would read the SIM before us. Type:\n    sudo systemctl stop ModemManager");
    for ids in products(&scene.devices) {
        let rule = verdict::rule_against_modem_manager(ids);
        in_force(&format!("for good, for {ids} alone"), &rule).iter().for_each(|line| out.say(line));
    }
}

/// Those that it may take for modems, each once: two of a kind need one rule.
fn products(devices: &[Device]) -> BTreeSet<Ids> {
    let modems = devices.iter().filter(|device| matches!(device.verdict(), Verdict::Modem(_) | Verdict::Ask));
    modems.filter_map(|device| device.ids).collect()
}

/// Another way, by a rule of udev.
fn in_force(what: &str, rule: &str) -> [String; 2] {
    [format!("    or, {what}, then plug it in again:"), format!("    {}", verdict::put_in_force(rule))]
}

fn summary(scene: &Scene, answers: &[Answer]) -> Value {
    let modems = scene.devices.iter().filter(|device| device.at().is_some() && device.handset.is_none());
    json!({
        "type": "summary",
        "devices": scene.devices.len(),
        "ports": scene.devices.iter().map(|device| device.ports.len()).sum::<usize>(),
        "at_ports": modems.count(),
        "probed": answers.len(),
        "modem_manager": scene.processes.modem_manager().is_some(),
        "hidden_processes": scene.processes.hidden(),
    })
}

/// One device among the others.
struct View<'a> {
    scene: &'a Scene,
    answers: &'a [Answer],
    device: &'a Device,
}

/// What stands between a port and its use.
struct State {
    holders: Vec<Holder>,
    access: Access,
}

impl View<'_> {
    fn lines(&self) -> Vec<String> {
        let device = self.device;
        let mut lines = vec![self.title()];
        lines.extend(Some(self.details()).filter(|details| !details.is_empty()).map(|details| format!("  {details}")));
        lines.extend(device.ports.iter().map(|port| self.port_line(port)));
        if let Some(port) = device.ports.first().filter(|port| !port.by_path.is_empty()) {
            lines.push(format!("  always there as {}", port.by_path));
        }
        lines.push(format!("  {}", device.means()));
        if let Some(handset) = device.handset {
            lines.push(format!("  how sure: {} (hw-notes/android.md)", handset.mark.words()));
        }
        if let Some(row) = device.row.filter(|row| !row.note.is_empty()) {
            lines.push(format!("  note: {}", row.note));
        }
        lines.extend(self.shut_out());
        lines.push(format!("  Next: {}", device.next()));
        lines
    }

    fn title(&self) -> String {
        match self.device.ids {
            Some(ids) => format!("{}  {ids}  {}", self.device.name(), self.device.place),
            None => self.device.name(),
        }
    }

    /// What it says and shows of itself.
    fn details(&self) -> String {
        let device = self.device;
        let says = format!("{} {}", device.maker.for_terminal(), device.product.for_terminal()).trim().to_owned();
        let says = Some(says).filter(|says| !says.is_empty() && *says != device.name());
        let serial = Some(device.serial.for_terminal()).filter(|serial| !serial.is_empty());
        let shows: Vec<&str> = self.functions().iter().map(|function| function.words()).collect();
        let charges = shows.is_empty() && device.handset.is_some() && device.ports.is_empty();
        let parts = [
            says.map(|says| format!("calls itself {says}")),
            serial.map(|serial| format!("serial {serial}")),
            (!shows.is_empty()).then(|| format!("shows {}", shows.join(", "))),
            charges.then(|| "only charges".to_owned()),
            self.seen().map(|seen| format!("adb sees it: {}", seen::state(seen))),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    fn functions(&self) -> Vec<Function> {
        let mut functions: Vec<Function> = self.device.interfaces.iter().filter_map(function::of).collect();
        functions.sort_unstable();
        functions.dedup();
        functions
    }

    fn seen(&self) -> Option<&Seen> {
        self.scene.adb.iter().find(|seen| seen::is(seen, self.device))
    }

    fn state(&self, port: &Port) -> State {
        State { holders: self.scene.processes.holding(&port.path), access: access::to(&self.scene.root, &port.path) }
    }

    fn answer(&self, port: &Port) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.path == port.path)
    }

    fn port_line(&self, port: &Port) -> String {
        let interface = port.interface.map(|number| format!("if {number:02x}")).unwrap_or_default();
        let state = self.answer(port).map_or_else(|| self.state(port).words(port), |answer| answer.found.words());
        format!("  {:<14} {:<15} {interface:<5}  {state}", port.path.display(), port.role.words())
    }

    /// How this user gets at the ports, if it may not.
    fn shut_out(&self) -> Vec<String> {
        let speaking = self.device.ports.iter().filter(|port| port.role.speaks() == Speaks::Perhaps);
        let closed = speaking.filter_map(|port| match self.state(port).access {
            Access::Closed(closed) => Some((port, closed)),
            _ => None,
        });
        let Some((port, closed)) = closed.take(1).next() else { return Vec::new() };
        let mut lines = vec![format!("  ! you may not open {}: {closed}. {}", port.path.display(), closed.help())];
        if let Some(ids) = self.device.ids {
            lines.extend(in_force("for this product alone", &verdict::rule_for_access(ids)));
        }
        lines
    }

    fn json(&self) -> Value {
        let device = self.device;
        json!({
            "type": "device",
            "name": device.name(),
            "place": device.place.to_string(),
            "ids": device.ids.map(|ids| ids.to_string()),
            "maker": device.maker.for_json(),
            "product": device.product.for_json(),
            "serial": device.serial.for_json(),
            "shows": self.functions().iter().map(|function| function.words()).collect::<Vec<_>>(),
            "table": device.row.map(|row| json!({
                "maker": row.maker, "family": row.family, "driver": row.driver, "source": row.source,
                "note": row.note,
            })),
            "verdict": device.verdict().code(),
            "means": device.means(),
            "next": device.next(),
            "port": device.at().map(|port| &port.path),
            "handset": device.handset.map(|handset| json!({
                "maker": handset.maker, "can": handset.can.code(), "mark": handset.mark.words(),
                "source": handset.source,
            })),
            "adb": self.seen().map(seen::json),
        })
    }

    fn port_json(&self, port: &Port) -> Value {
        let state = self.state(port);
        let holder = |holder: &Holder| json!({"pid": holder.pid, "name": holder.name.for_json()});
        json!({
            "type": "port",
            "path": port.path,
            "device": self.device.place.to_string(),
            "interface": port.interface,
            "role": port.role.words(),
            "by_path": port.by_path,
            "held_by": state.holders.iter().map(holder).collect::<Vec<_>>(),
            "access": match state.access {
                Access::Open => json!({"open": true}),
                Access::NoNode => json!({"open": false, "why": "there is no device node"}),
                Access::Closed(closed) => closed_json(&closed),
            },
            "probe": self.answer(port).map(|answer| answer.found.json()),
        })
    }
}

impl State {
    fn words(&self, port: &Port) -> String {
        match (self.holders.first(), &self.access) {
            (Some(holder), _) => format!("in use by {holder}"),
            (None, Access::NoNode) => "there is no device node".to_owned(),
            (None, _) if port.role.speaks() == Speaks::Never => "leave it alone".to_owned(),
            (None, Access::Closed(_)) => "you may not open it".to_owned(),
            (None, Access::Open) => "free".to_owned(),
        }
    }
}

fn closed_json(closed: &Closed) -> Value {
    json!({"open": false, "group": closed.group, "mode": format!("{:o}", closed.mode), "help": closed.help()})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::ports::Role;

    #[test]
    fn two_of_a_kind_need_one_rule() {
        let modem = |serial| Device::made_up(serial, &[("ttyUSB2", Role::At)]);
        let other = Ids { vendor: 0x1e0e, product: 0x9001 };
        let devices = [modem("1"), Device { ids: Some(other), ..modem("2") }, modem("3")];
        assert_eq!(Vec::from_iter(products(&devices)), [other, Ids { vendor: 0x2c7c, product: 0x0125 }]);
    }
}
