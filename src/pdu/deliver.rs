//! SMS-DELIVER (23.040 clause 9.2.2.1).

use super::Kind;
use super::address::Address;
use super::dcs::Dcs;
use super::first::{Flag, Flags, UDHI};
use super::parse::Error;
use super::reader::{Name, Reader, Watch};
use super::stamp::Stamp;
use super::user_data::UserData;

/// A text that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deliver {
    /// TP-MMS, TP-LP, TP-SRI, TP-RP.
    pub flags: Flags,
    /// TP-OA.
    pub originator: Address,
    /// TP-PID.
    pub pid: u8,
    /// TP-DCS.
    pub dcs: Dcs,
    /// TP-SCTS.
    pub timestamp: Stamp,
    /// TP-UD.
    pub user_data: UserData,
}

impl Deliver {
    /// A plain text: no more waiting, no report, no reply path.
    pub fn plain(originator: Address, dcs: Dcs, timestamp: Stamp, user_data: UserData) -> Self {
        Self { flags: Flags::NONE.with(Flag::MMS), originator, pid: 0, dcs, timestamp, user_data }
    }

    #[inline(always)]
    pub(super) fn read<W: Watch>(flags: Flags, reader: &mut Reader<'_, '_, W>) -> Result<Self, Error> {
        let originator = reader.address(Name::Oa)?;
        let pid = reader.octet(Name::Pid)?;
        let dcs = reader.dcs()?;
        let timestamp = reader.stamp(Name::Scts)?;
        let user_data = reader.user_data(dcs, flags)?;
        Ok(Self { flags: flags.less(UDHI), originator, pid, dcs, timestamp, user_data })
    }

    pub(super) fn write(&self, kind: Kind, to: &mut Vec<u8>) {
        to.push(self.flags.octet(kind.mti(), Some(&self.user_data)));
        self.originator.write(to);
        to.extend([self.pid, self.dcs.0]);
        to.extend_from_slice(self.timestamp.octets());
        self.user_data.write(to);
    }
}
