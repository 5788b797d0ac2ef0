//! Which port a verb works on, or why none.

use std::path::Path;

use super::error::CommandError;
use crate::link::Address;
use crate::link::ports::{self, Device, Speaks, choice};
use crate::link::root::Root;

/// The port that was named; else the one of the last session if it is there; else the AT port of the only modem.
pub fn found(named: &Address, last: Option<&str>) -> Result<Address, CommandError> {
    let devices = ports::look(&Root::this());
    match (named, last.and_then(|last| still_there(last, &devices))) {
        (Address::Auto, Some(last)) => Ok(last),
        (Address::Auto, None) => only(&devices),
        (Address::Serial(path), _) => speaking(&devices, path).map(|()| named.clone()),
        _ => Ok(named.clone()),
    }
}

/// The last port, unless it is a device node that is gone or is for something else now.
fn still_there(last: &str, devices: &[Device]) -> Option<Address> {
    let is_fit = |path: &Path| path.exists() && speaking(devices, path).is_ok();
    last.parse().ok().filter(|address| !matches!(address, Address::Serial(path) if !is_fit(path)))
}

fn only(devices: &[Device]) -> Result<Address, CommandError> {
    match choice::only(devices) {
        Ok(port) => Ok(Address::Serial(port.path.clone())),
        Err(why) => Err(CommandError::device("no-device", why.to_string(), why.help())),
    }
}

/// A port that the table knows to take no AT commands is not even opened.
pub fn speaking(devices: &[Device], path: &Path) -> Result<(), CommandError> {
    let Some((device, port)) = ports::owner(devices, path) else { return Ok(()) };
    if port.role.speaks() == Speaks::Perhaps {
        return Ok(());
    }
    let message = format!("{} of {} is for something else: {}", path.display(), device.name(), port.role.words());
    let help = match device.at() {
        Some(at) => format!("its AT port is {}", at.path.display()),
        None => "signpost ports shows what each port is for".to_owned(),
    };
    Err(CommandError::device("wrong-port", message, help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::ports::Role;

    #[test]
    fn the_last_port_is_used_again_unless_its_device_node_is_gone() {
        for last in ["/dev/null", "tcp://127.0.0.1:4000", "adb:R58:/dev/smd7"] {
            assert_eq!(found(&Address::Auto, Some(last)).unwrap().to_string(), last);
        }
        assert_eq!(still_there("/dev/ttyNONE9", &[]), None);
        let named: Address = "/dev/pts/7".parse().unwrap();
        assert_eq!(found(&named, Some("/dev/null")).unwrap(), named);
    }

    #[test]
    fn a_port_that_takes_no_at_commands_is_refused_and_the_one_that_does_is_named() {
        let ports = [("ttyUSB2", Role::At), ("ttyUSB3", Role::Modem), ("ttyUSB1", Role::Positions)];
        let devices = [Device::made_up("1", &ports)];
        for fine in ["/dev/ttyUSB2", "/dev/ttyUSB3", "/dev/pts/7"] {
            assert_eq!(speaking(&devices, Path::new(fine)), Ok(()), "{fine}");
        }
        let error = speaking(&devices, Path::new("/dev/ttyUSB1")).unwrap_err();
        assert_eq!((error.code, error.exit.code()), ("wrong-port", 3));
        assert!(error.message.contains("positions (GPS)") && error.help.contains("/dev/ttyUSB2"), "{error:?}");
    }
}
