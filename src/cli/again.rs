//! Finds a device again that was unplugged or came back under another name: at its path, else by what USB says of it.
//! Whether it is the same device with the same SIM, the session asks it.

use super::line::open_link;
use crate::link::ports::{self, Port};
use crate::link::{Address, BoxLink};
use crate::session::away::{Opener, Opening};

/// Where the device was, and what it was.
pub struct Again {
    address: Address,
    port: Option<Port>,
}

impl Again {
    /// The device that is at this address now.
    pub fn at(address: Address) -> Self {
        let Address::Serial(path) = &address else { return Self { address, port: None } };
        let path = path.canonicalize().unwrap_or_else(|_| path.clone());
        let port = ports::list().into_iter().find(|port| port.path == path);
        Self { address, port }
    }

    /// Its address now.
    fn address(&self) -> Address {
        let there = |path: &std::path::Path| path.exists();
        match (&self.address, &self.port) {
            (Address::Serial(path), Some(was)) if !there(path) => {
                let same = |port: &Port| port.ids == was.ids && port.serial == was.serial && port.role == was.role;
                let found = ports::list().into_iter().find(same);
                found.map_or_else(|| self.address.clone(), |port| Address::Serial(port.path))
            }
            _ => self.address.clone(),
        }
    }
}

impl Opener for Again {
    fn open(&self) -> Opening {
        let address = self.address();
        Box::pin(async move { open_link(&address).await.map_err(|error| error.message).map(|link| link as BoxLink) })
    }
}
