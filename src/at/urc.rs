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

/// What a line is, before the lines that belong to it (if there are any) have come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Complete in one line.
    Whole(Urc),
    /// More lines belong to it.
    Begun(Begun),
}

/// What goes on in further lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// `+CMT:`: a PDU follows.
    Push,
    /// `+CMT:` with the fields of text mode: a line of words follows.
    TextPush,
    /// `+CDS:`: a PDU follows.
    PushReport,
    /// `+CUSD:` with an open quote: words go on to its end.
    Ussd,
}

impl Begun {
    /// The whole of it, once it is known what followed the first line.
    pub fn whole(self, first: &str, rest: &str) -> Urc {
        let push = || Push { header: first.into(), pdu: rest.into() };
        match self {
            Begun::Push | Begun::TextPush => Urc::Pushed(push()),
            Begun::PushReport => Urc::PushedReport(push()),
            Begun::Ussd => Urc::Ussd(format!("{first}\n{rest}").trim_end().into()),
        }
    }
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

/// Prefixes that end at a colon. Sources: `hw-notes/quirks.md` sections 6-10; `^SMMEMFULL` Huawei MU509
/// manual 6.21; `^SMGO` Siemens manual A30880-A10-A001.
const WITH_COLON: &[(Kind, &[&str])] = &[
    (Kind::Stored, &["+CMTI"]),
    (Kind::StoredReport, &["+CDSI"]),
    (Kind::Push, &["+CMT"]),
    (Kind::PushReport, &["+CDS"]),
    (Kind::Ring, &["+CRING"]),
    (Kind::Caller, &["+CLIP"]),
    (Kind::Registration, &["+CREG", "+CGREG", "+CEREG"]),
    // `+AT: READY` of u-blox modules (ModemManager's plugin waits for it after a start).
    (Kind::Boot, &["+CFUN", "*ATREADY", "+AT"]),
    (Kind::Sim, &["+CPIN", "+QUSIM", "+QSIMSTAT", "^SIMST", "^SCKS", "#QSS", "*EMRDY"]),
    (Kind::Full, &["^SMMEMFULL", "^SMGO"]),
    (Kind::Toolkit, &["+STIN", "^STIN", "+CUSATP", "*ESTKSMENU"]),
    (Kind::Ussd, &["+CUSD"]),
    // Signal, mode, clock, network.
    (Kind::Noise, &["+QIND", "+NITZ", "+CTZV", "+CTZE", "+CNSMOD", "+CIEV", "+CGEV", "+QLWURC", "+QGPSURC", "+EIND"]),
    (Kind::Noise, &["^RSSI", "^HCSQ", "^MODE", "^SRVST", "^DSFLOWRPT", "^RSSILVL", "^HRSSILVL", "^CSNR", "^LTERSRP"]),
    (Kind::Noise, &["^EONS", "^LWURC", "^NDISSTAT", "^NDISEND", "^ECCLIST", "^SIND", "_OSSYSI", "_OSIGQ", "*E2NAP"]),
    (Kind::Noise, &["+ZUSIMR", "+ZDONR", "+ZPASR", "+ZPSTM", "+ZEND"]),
    // Said by a running Huawei stick every while, not at its start: chan_dongle at_response.c takes it
    // for a routine line, logs show it amid dialling (mybroadband.co.za thread 301961).
    (Kind::Noise, &["^BOOT"]),
    // Calls, which are not answered.
    (Kind::Noise, &["^DSCI", "^CEND", "^ORIG", "^CONN", "^CONF", "+CLCC", "^CLCC", "+CCWA", "+QTONEDET"]),
];

/// Whole lines.
const BARE: &[(Kind, &[&str])] = &[
    (Kind::Ring, &["RING"]),
    (Kind::Boot, &["RDY", "^SYSSTART", "^SHUTDOWN", "POWERED DOWN", "NORMAL POWER DOWN", "UNDER-VOLTAGE POWER DOWN"]),
    (Kind::Noise, &["Call Ready", "SMS Ready", "SMS DONE", "PB DONE", "+PBREADY", "+PACSP0", "+PACSP1"]),
    // Spelt so by the maker (SIM800 AT manual).
    (Kind::Noise, &["UNDER-VOLTAGE WARNNING", "OVER-VOLTAGE WARNNING"]),
    (Kind::Noise, &["NETWORK SERVICE CHANGE"]),
];

/// Whether a line has the shape of one, known or not: a sign, capital letters, a colon. No PDU has.
pub fn looks_like_one(words: &str) -> bool {
    let name = words.split_once(':').map(|(name, _)| name.trim_end()).unwrap_or_default();
    let letters = name.strip_prefix(['+', '^', '*', '#', '$', '%', '_', '!']).unwrap_or_default();
    letters.starts_with(|c: char| c.is_ascii_uppercase())
        && letters.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// Reads a line as a URC; `None` if no table knows it.
pub fn read(words: &str) -> Option<Said> {
    let (kind, rest) = bare(words).or_else(|| with_colon(words))?;
    let values = Values::parse(rest);
    Some(match kind {
        Kind::Push if is_text_mode(&values) => Said::Begun(Begun::TextPush),
        Kind::Push => Said::Begun(Begun::Push),
        // In text mode a report is complete in its line.
        Kind::PushReport if is_text_mode(&values) => Said::Whole(Begun::PushReport.whole(words, "")),
        Kind::PushReport => Said::Begun(Begun::PushReport),
        Kind::Stored => Said::Whole(slot(&values).map_or(Urc::Noise, Urc::Stored)),
        Kind::StoredReport => Said::Whole(slot(&values).map_or(Urc::Noise, Urc::StoredReport)),
        Kind::Ring => Said::Whole(Urc::Ring),
        Kind::Caller => Said::Whole(Urc::Caller(values.text(0).filter(|number| !number.is_empty()))),
        Kind::Registration => Said::Whole(values.number(0).map_or(Urc::Noise, Urc::Registration)),
        Kind::Boot => Said::Whole(Urc::Boot),
        Kind::Sim => Said::Whole(Urc::Sim),
        Kind::Full => Said::Whole(Urc::MemoryFull),
        Kind::Toolkit => Said::Whole(Urc::Toolkit(words.into())),
        Kind::Ussd if words.matches('"').count() % 2 == 1 => Said::Begun(Begun::Ussd),
        Kind::Ussd => Said::Whole(Urc::Ussd(words.into())),
        Kind::Noise => Said::Whole(Urc::Noise),
    })
}

fn bare(words: &str) -> Option<(Kind, &str)> {
    BARE.iter().find(|(_, names)| names.contains(&words)).map(|(kind, _)| (*kind, ""))
}

fn with_colon(words: &str) -> Option<(Kind, &str)> {
    WITH_COLON.iter().find_map(|(kind, names)| Some((*kind, names.iter().find_map(|name| strip(words, name))?)))
}

/// `"+447700900456",,"26/12/01,10:00:00+00"` has a date in it; `,29` has none.
fn is_text_mode(values: &Values) -> bool {
    let is_date = |text: &str| text.get(2..3) == Some("/") && text.get(5..6) == Some("/");
    (0..values.len()).filter_map(|at| values.text(at)).any(|text| is_date(text.for_record()))
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
            ("+CMT: ,29", Said::Begun(Begun::Push)),
            ("+CMT: 29", Said::Begun(Begun::Push)),
            ("+CMT: \"+447700900456\",,\"26/12/01,10:00:00+00\"", Said::Begun(Begun::TextPush)),
            ("+CDS: ,26", Said::Begun(Begun::PushReport)),
            ("RING", Said::Whole(Urc::Ring)),
            ("+CRING: VOICE", Said::Whole(Urc::Ring)),
            ("+CLIP: \"+447700900456\",145,\"\",0,\"\",0", Said::Whole(Urc::Caller(Some("+447700900456".into())))),
            ("+CLIP: \"\",128", Said::Whole(Urc::Caller(None))),
            ("+CREG: 1", Said::Whole(Urc::Registration(1))),
            ("+CREG: 5,\"00A1\",\"1B2C\"", Said::Whole(Urc::Registration(5))),
            ("*ATREADY: 1", Said::Whole(Urc::Boot)),
            ("^RSSI:17", Said::Whole(Urc::Noise)),
            ("^BOOT:26417135,0,0,0,20", Said::Whole(Urc::Noise)),
            ("+CUSD: 0,\"Top up\",15", Said::Whole(Urc::Ussd("+CUSD: 0,\"Top up\",15".into()))),
            ("+CUSD: 0,\"Top up", Said::Begun(Begun::Ussd)),
            ("+STIN: 1", Said::Whole(Urc::Toolkit("+STIN: 1".into()))),
        ];
        for (line, expected) in table {
            assert_eq!(read(line), Some(expected), "{line}");
        }
        assert_eq!(read("+CMGS: 7"), None);
        assert_eq!(read("0791447758100650040C914477"), None);
    }

    #[test]
    fn the_shape_is_told_from_a_text() {
        for line in ["+CREG: 1", "^LTERSRP:-90,-8", "*EPEV : 1", "$GPGGA: 1", "+NEW2:x"] {
            assert!(looks_like_one(line), "{line}");
        }
        for line in ["", "07914477581006500406", "+44 7700: call me", "OK", "+cmti: 1", "see: +CREG", "+:", "RDY"] {
            assert!(!looks_like_one(line), "{line}");
        }
    }

    #[test]
    fn a_storage_name_is_never_taken_over_as_a_command() {
        assert_eq!(read("+CMTI: \"SM\\\";+CMGD=1,4\",3"), Some(Said::Whole(Urc::Noise)));
    }
}
