//! The first octet of a TPDU (23.040 clause 9.2.3): TP-MTI, TP-UDHI and the flags that stand beside them.
//! TP-MTI follows from the type, TP-UDHI from the user data and TP-VPF from the validity period; what
//! is left is [`Flags`].

use super::Kind;
use super::user_data::{Udhi, UserData};

/// TP-MTI.
pub(super) const MTI: u8 = 0x03;
/// TP-UDHI.
pub(super) const UDHI: u8 = 0x40;
/// TP-VPF.
pub(super) const VPF: u8 = 0x18;

/// One flag of a first octet. Which bit means what differs by type of TPDU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag {
    name: &'static str,
    mask: u8,
    says: [&'static str; 2],
}

impl Flag {
    /// TP-MMS of what comes from the service centre: **set** if no more messages wait.
    pub const MMS: Self = Self { name: "TP-MMS", mask: 0x04, says: ["more messages wait", "no more messages wait"] };
    /// TP-RD of SMS-SUBMIT: a duplicate is to be rejected.
    pub const RD: Self =
        Self { name: "TP-RD", mask: 0x04, says: ["duplicates are accepted", "duplicates are rejected"] };
    /// TP-LP: the message was forwarded or spawned, against loops.
    pub const LP: Self = Self { name: "TP-LP", mask: 0x08, says: ["not forwarded", "forwarded or spawned"] };
    /// TP-SRI of SMS-DELIVER: a status report goes back to the sender.
    pub const SRI: Self = Self {
        name: "TP-SRI",
        mask: 0x20,
        says: ["no status report goes to the sender", "a status report goes to the sender"],
    };
    /// TP-SRR of SMS-SUBMIT and SMS-COMMAND: a status report is asked for.
    pub const SRR: Self =
        Self { name: "TP-SRR", mask: 0x20, says: ["no status report is asked for", "a status report is asked for"] };
    /// TP-SRQ of SMS-STATUS-REPORT: the report is the result of an SMS-COMMAND.
    pub const SRQ: Self =
        Self { name: "TP-SRQ", mask: 0x20, says: ["the result of an SMS-SUBMIT", "the result of an SMS-COMMAND"] };
    /// TP-RP: a reply path is set.
    pub const RP: Self = Self { name: "TP-RP", mask: 0x80, says: ["no reply path", "a reply path is set"] };

    /// The standard's name.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Its bit.
    pub fn mask(self) -> u8 {
        self.mask
    }

    /// What it says, by its value, 0 or 1.
    pub fn says(self, set: u8) -> &'static str {
        let [no, yes] = self.says;
        if set == 0 { no } else { yes }
    }

    /// Those of a type of TPDU.
    pub fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Deliver | Kind::ReservedMt => &[Self::MMS, Self::LP, Self::SRI, Self::RP],
            Kind::Submit => &[Self::RD, Self::SRR, Self::RP],
            Kind::StatusReport => &[Self::MMS, Self::LP, Self::SRQ],
            Kind::Command => &[Self::SRR],
            Kind::DeliverReport | Kind::SubmitReport | Kind::ReservedMo => &[],
        }
    }
}

/// The bits of a first octet that no other field determines, reserved ones included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags(u8);

impl Flags {
    /// None set.
    pub const NONE: Self = Self(0);

    /// As they came, TP-MTI aside.
    pub(super) fn of(first: u8) -> Self {
        Self(first & !MTI)
    }

    /// Whether a flag is set.
    pub fn has(self, flag: Flag) -> bool {
        self.0 & flag.mask != 0
    }

    /// With a flag set.
    pub const fn with(self, flag: Flag) -> Self {
        Self(self.0 | flag.mask)
    }

    /// Without a flag.
    pub const fn without(self, flag: Flag) -> Self {
        Self(self.0 & !flag.mask)
    }

    /// The bits, where they stand in the octet.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Bits that no field of this type of TPDU is: reserved, and kept.
    pub fn spare(self, kind: Kind) -> u8 {
        let format = if kind == Kind::Submit { VPF } else { 0 };
        let named = Flag::of(kind).iter().fold(MTI | UDHI | format, |mask, flag| mask | flag.mask);
        self.0 & !named
    }

    /// With such bits.
    pub(super) fn with_spare(self, bits: u8) -> Self {
        Self(self.0 | bits & !MTI)
    }

    /// Without bits that another field determines.
    pub(super) fn less(self, mask: u8) -> Self {
        Self(self.0 & !mask)
    }

    /// TP-UDHI where there are no user data to say so.
    pub(super) fn udhi(self) -> Udhi {
        udhi(self.0)
    }

    /// The first octet of a TPDU whose user data are these.
    pub(super) fn octet(self, mti: u8, user_data: Option<&UserData>) -> u8 {
        let header = match user_data.map(UserData::udhi) {
            Some(Udhi::Header) => UDHI,
            Some(Udhi::Plain) => 0,
            None => self.0 & UDHI,
        };
        self.0 & !(MTI | UDHI) | mti | header
    }
}

/// TP-UDHI of a first octet.
pub(super) fn udhi(first: u8) -> Udhi {
    if first & UDHI != 0 { Udhi::Header } else { Udhi::Plain }
}
