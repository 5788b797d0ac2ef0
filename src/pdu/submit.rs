//! SMS-SUBMIT (23.040 clause 9.2.2.2).

use super::Kind;
use super::address::Address;
use super::dcs::Dcs;
use super::first::{Flag, Flags, UDHI, VPF};
use super::parse::Error;
use super::reader::{Name, Reader, Value, Watch};
use super::user_data::UserData;
use super::validity::Validity;

/// A text to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submit {
    /// TP-RD, TP-SRR, TP-RP.
    pub flags: Flags,
    /// TP-MR; 0: the modem numbers it.
    pub reference: u8,
    /// TP-DA.
    pub destination: Address,
    /// TP-PID.
    pub pid: u8,
    /// TP-DCS.
    pub dcs: Dcs,
    /// TP-VP.
    pub validity: Option<Validity>,
    /// TP-UD.
    pub user_data: UserData,
}

impl Submit {
    /// Our own kind: a report is asked for, duplicates are not rejected (a modem that numbers all
    /// texts alike would have later ones rejected), no reply path, no class.
    pub fn text(destination: Address, dcs: Dcs, user_data: UserData, validity: Validity) -> Self {
        let flags = Flags::NONE.with(Flag::SRR);
        Self { flags, reference: 0, destination, pid: 0, dcs, validity: Some(validity), user_data }
    }

    #[inline(always)]
    pub(super) fn read<W: Watch>(flags: Flags, reader: &mut Reader<'_, '_, W>) -> Result<Self, Error> {
        let reference = reader.octet(Name::Mr)?;
        let destination = reader.address(Name::Da)?;
        let pid = reader.octet(Name::Pid)?;
        let dcs = reader.dcs()?;
        let validity = match flags.bits() & VPF {
            0 => None,
            format => {
                Some(reader.field(Name::Vp, |input| Validity::parse(format, input), |vp| Value::Validity(*vp))?)
            }
        };
        let user_data = reader.user_data(dcs, flags)?;
        Ok(Self { flags: flags.less(UDHI | VPF), reference, destination, pid, dcs, validity, user_data })
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        let first = self.flags.less(VPF).octet(Kind::Submit.mti(), Some(&self.user_data));
        to.extend([first | Validity::format(self.validity), self.reference]);
        self.destination.write(to);
        to.extend([self.pid, self.dcs.0]);
        if let Some(validity) = self.validity {
            validity.write(to);
        }
        self.user_data.write(to);
    }
}
