//! What families call by names of their own, as tables: the ICCID and the tries of the PIN (`hw-notes/quirks.md`
//! section 10). `modem::dialect` names them; [`command`](super::command) writes them.

/// The ways in which families tell the ICCID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IccidForm {
    /// `AT+CCID`.
    Ccid,
    /// `AT+QCCID` (Quectel).
    Qccid,
    /// `AT+CICCID` (SIMCom).
    Ciccid,
    /// `AT^ICCID?` (Huawei).
    HuaweiIccid,
    /// `AT#CCID` (Telit).
    TelitCcid,
    /// `AT^SCID` (Cinterion).
    Scid,
    /// `AT!ICCID?` (Sierra).
    SierraIccid,
    /// `AT+ZGETICCID` (ZTE).
    ZteIccid,
}

/// Form, name in `dialects.toml`, command, what stands before the answer.
const ICCID: [(IccidForm, &str, &str, &str); 8] = [
    (IccidForm::Ccid, "+CCID", "AT+CCID", "+CCID"),
    (IccidForm::Qccid, "+QCCID", "AT+QCCID", "+QCCID"),
    (IccidForm::Ciccid, "+CICCID", "AT+CICCID", "+ICCID"),
    (IccidForm::HuaweiIccid, "^ICCID?", "AT^ICCID?", "^ICCID"),
    (IccidForm::TelitCcid, "#CCID", "AT#CCID", "#CCID"),
    (IccidForm::Scid, "^SCID", "AT^SCID", "^SCID"),
    (IccidForm::SierraIccid, "!ICCID?", "AT!ICCID?", "!ICCID"),
    (IccidForm::ZteIccid, "+ZGETICCID", "AT+ZGETICCID", "+ZGETICCID"),
];

impl IccidForm {
    /// By its name in `dialects.toml`.
    pub fn named(name: &str) -> Option<Self> {
        ICCID.iter().find(|(_, known, ..)| *known == name).map(|(form, ..)| *form)
    }

    fn row(self) -> (&'static str, &'static str) {
        let row = ICCID.iter().find(|(form, ..)| *form == self);
        row.map_or(("AT+CCID", "+CCID"), |(_, _, command, prefix)| (command, prefix))
    }

    pub(super) fn words(self) -> &'static str {
        self.row().0
    }

    pub(super) fn prefix(self) -> &'static str {
        self.row().1
    }
}

/// The ways in which families tell how many tries of the PIN are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinCounter {
    /// `AT+CPINR="SIM PIN"` (27.007 clause 8.65).
    Standard,
    /// `AT+QPINC="SC"` (Quectel).
    Quectel,
    /// `AT+SPIC` (SIMCom).
    Simcom,
    /// `AT^CPIN?` (Huawei).
    Huawei,
    /// `AT+UPINCNT` (u-blox).
    Ublox,
    /// `AT#PCT` (Telit).
    Telit,
    /// `AT^SPIC="SC"` (Cinterion): without a name it counts the second PIN once the first is in.
    Cinterion,
    /// `AT+EPINC?` (MediaTek).
    Mediatek,
    /// `AT+ZPINPUK=?` (ZTE).
    Zte,
    /// `AT*EPIN?` (Ericsson).
    Ericsson,
    /// `AT+CPINC?` (Sierra).
    Sierra,
}

/// When a counter counts the tries of the PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// At any time.
    Always,
    /// Only while the PIN is asked for: else it counts something else, such as the tries of the PUK (Telit UC864 guide
    /// 3.5.7.1.14).
    WhileAsked,
}

/// Form, command (without `AT` its name in `dialects.toml`), what stands before the answer, and which of its values counts
/// the PIN, from 0.
const COUNTERS: [(PinCounter, &str, &str, usize); 11] = [
    (PinCounter::Standard, "AT+CPINR=\"SIM PIN\"", "+CPINR", 1),
    (PinCounter::Quectel, "AT+QPINC=\"SC\"", "+QPINC", 1),
    (PinCounter::Simcom, "AT+SPIC", "+SPIC", 0),
    (PinCounter::Huawei, "AT^CPIN?", "^CPIN", 3),
    (PinCounter::Ublox, "AT+UPINCNT", "+UPINCNT", 0),
    (PinCounter::Telit, "AT#PCT", "#PCT", 0),
    (PinCounter::Cinterion, "AT^SPIC=\"SC\"", "^SPIC", 0),
    (PinCounter::Mediatek, "AT+EPINC?", "+EPINC", 0),
    (PinCounter::Zte, "AT+ZPINPUK=?", "+ZPINPUK", 0),
    (PinCounter::Ericsson, "AT*EPIN?", "*EPIN", 0),
    (PinCounter::Sierra, "AT+CPINC?", "+CPINC", 0),
];

impl PinCounter {
    /// By its name in `dialects.toml`: what stands before its answer.
    pub fn named(name: &str) -> Option<Self> {
        COUNTERS.iter().find(|(_, _, prefix, _)| *prefix == name).map(|(counter, ..)| *counter)
    }

    fn row(self) -> (&'static str, &'static str, usize) {
        let row = COUNTERS.iter().find(|(counter, ..)| *counter == self);
        row.map_or(("AT", "", 0), |(_, words, prefix, position)| (words, prefix, *position))
    }

    pub(super) fn words(self) -> &'static str {
        self.row().0
    }

    /// What stands before the answer.
    pub fn prefix(self) -> &'static str {
        self.row().1
    }

    /// When it counts the tries of the PIN.
    pub fn counts(self) -> Counts {
        if self == PinCounter::Telit { Counts::WhileAsked } else { Counts::Always }
    }

    /// Which value of the answer counts, from 0.
    pub fn position(self) -> usize {
        self.row().2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_its_row_and_no_name_stands_twice() {
        for (form, name, command, prefix) in ICCID {
            assert_eq!(IccidForm::named(name), Some(form));
            assert_eq!((form.words(), form.prefix()), (command, prefix));
        }
        for (counter, words, prefix, position) in COUNTERS {
            assert_eq!(PinCounter::named(prefix), Some(counter));
            assert_eq!((counter.words(), counter.position()), (words, position));
        }
    }
}
