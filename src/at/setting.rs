//! Settings that are one or two small numbers, as a table: read, set, put back. The list is closed, as the commands are;
//! what families are told to be quiet about is in it too. Nothing that tells of a start or of another card is silenced
//! (`^SCKS`, `#QSS`, `+CIURC`), and nothing is written that stays after the power is off.

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// `+CMEE`: how errors are told (27.007 clause 9.1).
    Errors,
    /// `+CMGF`: PDU or text mode (27.005 clause 3.2.3).
    Format,
    /// `+CREG`: whether the network's coming and going is told (27.007 clause 7.2).
    Registration,
    /// `+CSMS`: who acknowledges a pushed text (27.005 clause 3.2.1).
    Service,
    /// `^CURC`: what Huawei devices say unasked; a second port that nobody reads fills up (`hw-notes/quirks.md` section 8).
    Unasked,
    /// `+CNSMOD`: SIMCom's network mode.
    NetworkMode,
    /// `+AUTOCSQ`: SIMCom's signal.
    SignalReports,
}

/// Setting, name, and how many of the numbers of its answer are its own: what follows tells how things stand.
const SETTINGS: [(Setting, &str, usize); 7] = [
    (Setting::Errors, "+CMEE", 1),
    (Setting::Format, "+CMGF", 1),
    (Setting::Registration, "+CREG", 1),
    (Setting::Service, "+CSMS", 1),
    (Setting::Unasked, "^CURC", 1),
    (Setting::NetworkMode, "+CNSMOD", 1),
    (Setting::SignalReports, "+AUTOCSQ", 2),
];

/// Those that only make a device quieter.
const QUIETING: [Setting; 3] = [Setting::Unasked, Setting::NetworkMode, Setting::SignalReports];

impl Setting {
    /// A way to make a device quieter, by its name.
    pub fn quieting(name: &str) -> Option<Self> {
        QUIETING.into_iter().find(|setting| setting.name() == name)
    }

    fn row(self) -> (&'static str, usize) {
        let row = SETTINGS.iter().find(|(setting, ..)| *setting == self);
        row.map_or(("+CMEE", 1), |(_, name, numbers)| (name, *numbers))
    }

    /// `+CMEE`.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// How many numbers it is.
    pub fn numbers(self) -> usize {
        self.row().1
    }

    /// Silence: as many noughts as it has numbers.
    pub fn off(self) -> Vec<u8> {
        vec![0; self.numbers()]
    }
}

/// `1,0`.
pub fn listed(values: &[u8]) -> String {
    values.iter().map(u8::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_its_row_and_only_some_are_for_quiet() {
        for (setting, name, numbers) in SETTINGS {
            assert_eq!((setting.name(), setting.numbers(), setting.off().len()), (name, numbers, numbers));
        }
        assert_eq!(Setting::quieting("+AUTOCSQ"), Some(Setting::SignalReports));
        assert_eq!(Setting::quieting("+CMGF"), None, "a dialect cannot make more of it");
    }
}
