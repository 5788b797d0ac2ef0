//! What a handset says unasked (unsolicited result codes), by table.

use super::answer::strip;
use super::command::Storage;
use super::value::Values;
use crate::text::Untrusted;

/// One unsolicited result code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Urc {
    /// `+CMTI: <mem>,<index>`: a text was stored.
    Stored(Slot),
    /// `+CDSI: <mem>,<index>`: a status report was stored.
    StoredReport(Slot),
    /// `+CMT:` and its PDU line: a text, pushed.
    Pushed(Push),
    /// `+CDS:` and its PDU line: a status report, pushed.
    PushedReport(Push),
    /// `RING` or `+CRING:`.
    Ring,
    /// `+CLIP:`: who calls; nothing if withheld.
    Caller(Option<Untrusted>),
    /// `+CREG:`, `+CGREG:` or `+CEREG:` with its `<stat>`.
    Registration(u32),
    /// The handset started anew: `RDY`, `^SYSSTART`, …
    Boot,
    /// The SIM's state changed: `+CPIN:`, `+QUSIM:`, …
    Sim,
    /// `^SMMEMFULL:` and the like: no text can be stored.
    MemoryFull,
    /// The card asks the handset for something (SIM toolkit); never answered. The line as it came.
    Toolkit(Untrusted),
    /// `+CUSD:`: the network sent words of its own (USSD). The line as it came.
    Ussd(Untrusted),
    /// Anything else that a handset is known to say: signal, mode, clock.
    Noise,
}

/// Where a text was stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// `SM`, `ME`, …
    pub storage: Storage,
    /// The index, from 0 or 1.
    pub index: u32,
}

/// A pushed text: header and PDU lines as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// `+CMT: ,29`.
    pub header: Untrusted,
    /// The PDU line.
    pub pdu: Untrusted,
}

/// What a line is, before its PDU line (if it has one) has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Complete in one line.
    Whole(Urc),
    /// `+CMT:`: a PDU line follows.
    PushHeader,
    /// `+CDS:`: a PDU line follows.
    PushReportHeader,
}

#[derive(Clone, Copy)]
enum Kind {
    Stored,
    StoredReport,
    Push,
    PushReport,
    Ring,
    Caller,
    Registration,
    Boot,
    Sim,
    Full,
    Toolkit,
    Ussd,
    Noise,
}

/// Prefixes that end at a colon. Sources: `hw-notes/quirks.md` sections 6-10.
const WITH_COLON: &[(&str, Kind)] = &[
    ("+CMTI", Kind::Stored),
    ("+CDSI", Kind::StoredReport),
    ("+CMT", Kind::Push),
    ("+CDS", Kind::PushReport),
    ("+CRING", Kind::Ring),
    ("+CLIP", Kind::Caller),
    ("+CREG", Kind::Registration),
    ("+CGREG", Kind::Registration),
    ("+CEREG", Kind::Registration),
    ("+CFUN", Kind::Boot),
    ("*ATREADY", Kind::Boot),
    ("^BOOT", Kind::Boot),
    ("+CPIN", Kind::Sim),
    ("+QUSIM", Kind::Sim),
    ("+QSIMSTAT", Kind::Sim),
    ("^SIMST", Kind::Sim),
    ("^SCKS", Kind::Sim),
    ("#QSS", Kind::Sim),
    ("^SMMEMFULL", Kind::Full),
    ("+STIN", Kind::Toolkit),
    ("^STIN", Kind::Toolkit),
    ("+CUSATP", Kind::Toolkit),
    ("*ESTKSMENU", Kind::Toolkit),
    ("+CUSD", Kind::Ussd),
    ("+QIND", Kind::Noise),
    ("+NITZ", Kind::Noise),
    ("+CTZV", Kind::Noise),
    ("+CTZE", Kind::Noise),
    ("+CNSMOD", Kind::Noise),
    ("+CIEV", Kind::Noise),
    ("^RSSI", Kind::Noise),
    ("^HCSQ", Kind::Noise),
    ("^MODE", Kind::Noise),
    ("^SRVST", Kind::Noise),
    ("^DSFLOWRPT", Kind::Noise),
    ("+ZUSIMR", Kind::Noise),
    ("^DSCI", Kind::Noise),
    ("^CEND", Kind::Noise),
    ("^ORIG", Kind::Noise),
    ("^CONN", Kind::Noise),
];

/// Whole lines.
const BARE: &[(&str, Kind)] = &[
    ("RING", Kind::Ring),
    ("RDY", Kind::Boot),
    ("^SYSSTART", Kind::Boot),
    ("Call Ready", Kind::Noise),
    ("SMS Ready", Kind::Noise),
    ("SMS DONE", Kind::Noise),
    ("PB DONE", Kind::Noise),
    ("POWERED DOWN", Kind::Boot),
    ("NORMAL POWER DOWN", Kind::Boot),
];

/// Reads a line as a URC; `None` if no table knows it.
pub fn read(words: &str) -> Option<Said> {
    let bare = BARE.iter().find(|(name, _)| *name == words).map(|(_, kind)| (*kind, ""));
    let (kind, rest) =
        bare.or_else(|| WITH_COLON.iter().find_map(|(name, kind)| Some((*kind, strip(words, name)?))))?;
    let values = Values::parse(rest);
    Some(match kind {
        Kind::Push => Said::PushHeader,
        Kind::PushReport => Said::PushReportHeader,
        Kind::Stored => Said::Whole(slot(&values).map_or(Urc::Noise, Urc::Stored)),
        Kind::StoredReport => Said::Whole(slot(&values).map_or(Urc::Noise, Urc::StoredReport)),
        Kind::Ring => Said::Whole(Urc::Ring),
        Kind::Caller => Said::Whole(Urc::Caller(values.text(0).filter(|number| !number.is_empty()))),
        Kind::Registration => Said::Whole(values.number(0).map_or(Urc::Noise, Urc::Registration)),
        Kind::Boot => Said::Whole(Urc::Boot),
        Kind::Sim => Said::Whole(Urc::Sim),
        Kind::Full => Said::Whole(Urc::MemoryFull),
        Kind::Toolkit => Said::Whole(Urc::Toolkit(words.into())),
        Kind::Ussd => Said::Whole(Urc::Ussd(words.into())),
        Kind::Noise => Said::Whole(Urc::Noise),
    })
}

/// `"SM",3`, `ME,0`: quotes or none, index 0 or 1 first. A storage name that is not letters is not
/// taken over, since it would be written back to the handset.
fn slot(values: &Values) -> Option<Slot> {
    Some(Slot { storage: Storage::parse(values.text(0)?.for_record())?, index: values.number(1)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot_of(storage: &str, index: u32) -> Slot {
        Slot { storage: Storage::parse(storage).unwrap(), index }
    }

    #[test]
    fn urcs_in_the_forms_that_handsets_use() {
        let table = [
            ("+CMTI: \"SM\",3", Said::Whole(Urc::Stored(slot_of("SM", 3)))),
            ("+CMTI: ME,0", Said::Whole(Urc::Stored(slot_of("ME", 0)))),
            ("+CDSI:\"SR\",8", Said::Whole(Urc::StoredReport(slot_of("SR", 8)))),
            ("+CMT: ,29", Said::PushHeader),
            ("+CMT: 29", Said::PushHeader),
            ("+CDS: ,26", Said::PushReportHeader),
            ("RING", Said::Whole(Urc::Ring)),
            ("+CRING: VOICE", Said::Whole(Urc::Ring)),
            ("+CLIP: \"+447700900456\",145,\"\",0,\"\",0", Said::Whole(Urc::Caller(Some("+447700900456".into())))),
            ("+CLIP: \"\",128", Said::Whole(Urc::Caller(None))),
            ("+CREG: 1", Said::Whole(Urc::Registration(1))),
            ("+CREG: 5,\"00A1\",\"1B2C\"", Said::Whole(Urc::Registration(5))),
            ("*ATREADY: 1", Said::Whole(Urc::Boot)),
            ("^RSSI:17", Said::Whole(Urc::Noise)),
            ("+CUSD: 0,\"Top up\",15", Said::Whole(Urc::Ussd("+CUSD: 0,\"Top up\",15".into()))),
            ("+STIN: 1", Said::Whole(Urc::Toolkit("+STIN: 1".into()))),
        ];
        for (line, expected) in table {
            assert_eq!(read(line), Some(expected), "{line}");
        }
        assert_eq!(read("+CMGS: 7"), None);
        assert_eq!(read("0791447758100650040C914477"), None);
    }

    #[test]
    fn a_storage_name_is_never_taken_over_as_a_command() {
        assert_eq!(read("+CMTI: \"SM\\\";+CMGD=1,4\",3"), Some(Said::Whole(Urc::Noise)));
    }
}
