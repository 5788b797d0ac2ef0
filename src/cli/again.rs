//! Finds a device again that was unplugged or came back under another name: at its path, else by what USB says of it.
//! Whether it is the same device with the same SIM, the session asks it.

use crate::link::ports::sysfs::{Ids, Place};
use crate::link::ports::{self, Device, Port, Role};
use crate::link::root::Root;
use crate::link::{self, Address, Reach};
use crate::session::away::{Opener, Opening};
use crate::text::Untrusted;

/// Where the device was, how far a port may lead, and what it was.
pub struct Again {
    address: Address,
    reach: Reach,
    port: Option<(Place, Said)>,
}

/// What USB says of a port, under whatever name it is.
#[derive(PartialEq)]
struct Said {
    ids: Option<Ids>,
    serial: Untrusted,
    interface: Option<u8>,
    role: Role,
}

impl Again {
    /// The device that is at this address now.
    pub fn at(address: Address, reach: Reach) -> Self {
        let Address::Serial(path) = &address else { return Self { address, reach, port: None } };
        let devices = ports::look(&Root::this());
        let port = ports::owner(&devices, path).map(|(device, port)| (device.place.clone(), said(device, port)));
        Self { address, reach, port }
    }

    /// Its address now.
    fn address(&self) -> Address {
        match (&self.address, &self.port) {
            (Address::Serial(path), Some(was)) if !path.exists() => {
                found(was, &ports::look(&Root::this())).unwrap_or_else(|| self.address.clone())
            }
            _ => self.address.clone(),
        }
    }
}

fn said(device: &Device, port: &Port) -> Said {
    Said { ids: device.ids, serial: device.serial.clone(), interface: port.interface, role: port.role }
}

/// Where a port that says the same is now.
fn found((place, was): &(Place, Said), devices: &[Device]) -> Option<Address> {
    let all = devices.iter().flat_map(|device| device.ports.iter().map(move |port| (device, port)));
    let mut alike: Vec<_> = all.filter(|(device, port)| said(device, port) == *was).collect();
    // Of two that say the same, the one in the same place goes first; whether it is ours, the session asks it.
    alike.sort_by_key(|(device, _)| device.place != *place);
    alike.first().map(|(_, port)| Address::Serial(port.path.clone()))
}

impl Opener for Again {
    fn open(&self) -> Opening {
        let (address, reach) = (self.address(), self.reach);
        Box::pin(async move { link::open(&address, reach).await.map_err(|error| error.to_string()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_came_back_under_another_name_is_found_among_others_of_its_kind() {
        let ports =
            |first: usize| [(format!("ttyUSB{first}"), Role::Diagnostics), (format!("ttyUSB{}", first + 2), Role::At)];
        let device = |serial: &str, first: usize| {
            let ports = ports(first);
            let named: Vec<(&str, Role)> = ports.iter().map(|(name, role)| (name.as_str(), *role)).collect();
            Device::made_up(serial, &named)
        };
        let before = device("A1", 0);
        let was = (before.place.clone(), said(&before, before.at().unwrap()));
        let now = [device("B2", 0), device("A1", 4)];
        assert_eq!(found(&was, &now), Some(Address::Serial("/dev/ttyUSB6".into())));
        assert_eq!(found(&was, &now[..1]), None, "another of its kind is not it");
    }
}
