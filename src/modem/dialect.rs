//! What differs from family to family, as data: `dialects.toml`, each row with its source. A dialect
//! only chooses among what `at::command` can say; it cannot add a command.

use std::sync::LazyLock;
use std::time::Duration;

use serde::Deserialize;

use crate::at::command::ReadForm;
use crate::at::dialog::Timing;
use crate::at::family::{IccidForm, PinCounter};
use crate::at::setting::Setting;

/// One family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// Its name, such as `quectel`.
    pub name: String,
    /// Waits of the dialogue.
    pub timing: Timing,
    /// How it tells the ICCID, best first. If none works, EF_ICCID is read.
    pub iccid: Vec<IccidForm>,
    /// How it reads a slot.
    pub read: ReadForm,
    /// Whether it is known to take `+CMMS`.
    pub link: LinkKeeping,
    /// Which mode of `+CNMI` is tried first.
    pub indications: Mode,
    /// Whether it is known to take `+CFUN=4`.
    pub radio_off: RadioOff,
    /// Who acknowledges a pushed text.
    pub acknowledges: Acknowledges,
    /// What is switched off so that it says less unasked.
    pub quieting: Vec<Setting>,
    /// How it tells the tries of the PIN that are left, best first; the standard's way is always the last.
    pub pin_counters: Vec<PinCounter>,
}

/// Which mode of `+CNMI` is tried first (27.005 clause 3.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// 2: what cannot be told now is kept.
    #[default]
    Two,
    /// 1: for families that offer 2 and fail on it.
    One,
}

/// Who tells the network that a pushed text arrived (27.005 clause 3.4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Acknowledges {
    /// We do, by `+CNMA`, once, if the device takes service 1.
    #[default]
    ByCnma,
    /// The device does, whatever service it says that it is in.
    Itself,
}

/// Whether a family is known to stop its radio and keep the card (`+CFUN=4`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RadioOff {
    /// It is not; it is not asked to.
    #[default]
    NotKnown,
    /// It is.
    Yes,
}

/// Whether a family is known to keep the radio link between texts (`+CMMS`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKeeping {
    /// It is not; it is not asked to.
    #[default]
    NotKnown,
    /// It is.
    Yes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    dialect: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    /// Beginnings of `+CGMI` or `+CGMM`, letter case ignored.
    says: Vec<String>,
    iccid: Vec<String>,
    quiet_ms: u64,
    silence_s: u64,
    #[serde(default)]
    quiet_read: QuietRead,
    #[serde(default)]
    keep_link: LinkKeeping,
    #[serde(default)]
    indications: Mode,
    #[serde(default)]
    radio_off: RadioOff,
    #[serde(default)]
    acknowledges: Acknowledges,
    #[serde(default)]
    quieting: Vec<String>,
    #[serde(default)]
    pin_counter: Option<String>,
    #[serde(rename = "source")]
    _source: String,
}

/// How a text is read and left unread.
#[derive(Deserialize, Default, Clone, Copy)]
enum QuietRead {
    /// In no way that is known.
    #[default]
    None,
    #[serde(rename = "+CMGR=<i>,1")]
    SecondValue,
    #[serde(rename = "^SMGR=<i>")]
    Smgr,
}

impl QuietRead {
    fn form(self) -> ReadForm {
        match self {
            QuietRead::None => ReadForm::Plain,
            QuietRead::SecondValue => ReadForm::Quiet,
            QuietRead::Smgr => ReadForm::Smgr,
        }
    }
}

static TABLE: LazyLock<Vec<(Vec<String>, Dialect)>> = LazyLock::new(|| {
    let table: Result<Table, _> = toml::from_str(include_str!("dialects.toml"));
    table.map(|table| table.dialect.into_iter().map(dialect).collect()).unwrap_or_default()
});

/// How the emulator's models begin: their family follows.
const EMULATED: &str = "emulated handset (";

impl Dialect {
    /// What is safe before the family is known.
    pub fn unknown() -> Self {
        Self {
            name: "unknown".to_owned(),
            timing: Timing::default(),
            iccid: vec![IccidForm::Ccid, IccidForm::Qccid, IccidForm::Ciccid, IccidForm::HuaweiIccid],
            read: ReadForm::Plain,
            link: LinkKeeping::NotKnown,
            indications: Mode::Two,
            radio_off: RadioOff::NotKnown,
            acknowledges: Acknowledges::ByCnma,
            quieting: Vec::new(),
            pin_counters: vec![PinCounter::Standard],
        }
    }

    /// The family of a device that calls itself so.
    pub fn of(maker: &str, model: &str) -> Self {
        let (maker, model) = (maker.to_lowercase(), model.to_lowercase());
        let model = model.strip_prefix(EMULATED).unwrap_or(&model);
        let fits = |says: &String| maker.starts_with(says.as_str()) || model.starts_with(says.as_str());
        let row = TABLE.iter().find(|(says, _)| says.iter().any(fits));
        row.map_or_else(Self::unknown, |(_, dialect)| dialect.clone())
    }
}

fn dialect(row: Row) -> (Vec<String>, Dialect) {
    let timing = Timing {
        quiet: Duration::from_millis(row.quiet_ms),
        silence: Duration::from_secs(row.silence_s),
        ..Timing::default()
    };
    let read = row.quiet_read.form();
    let iccid = row.iccid.iter().filter_map(|name| IccidForm::named(name)).collect();
    let (link, radio_off, indications) = (row.keep_link, row.radio_off, row.indications);
    let acknowledges = row.acknowledges;
    let quieting = row.quieting.iter().filter_map(|name| Setting::quieting(name)).collect();
    let own = row.pin_counter.as_deref().and_then(PinCounter::named);
    let pin_counters = own.into_iter().chain([PinCounter::Standard]).collect();
    (
        row.says.iter().map(|says| says.to_lowercase()).collect(),
        Dialect {
            name: row.name,
            timing,
            iccid,
            read,
            link,
            indications,
            radio_off,
            acknowledges,
            quieting,
            pin_counters,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_whole() {
        let table: Table = toml::from_str(include_str!("dialects.toml")).unwrap();
        assert_eq!(TABLE.len(), table.dialect.len());
        for row in table.dialect {
            assert!(!row._source.is_empty() && !row.says.is_empty(), "{}", row.name);
            assert!(row.iccid.iter().all(|name| IccidForm::named(name).is_some()), "{}", row.name);
            assert!(row.quieting.iter().all(|name| Setting::quieting(name).is_some()), "{}", row.name);
            assert!(row.pin_counter.iter().all(|name| PinCounter::named(name).is_some()), "{}", row.name);
        }
    }

    /// 24.011 clause 10.2: there TR1M alone is up to 405 s, and who waits less calls a text unknown that was taken.
    #[test]
    fn an_lte_m_modem_is_waited_for_longer_than_its_maker_s_others() {
        for (maker, lte_m, other) in
            [("Quectel", "BG96", "EC25"), ("Quectel", "BG95-M3", "EG25"), ("u-blox", "SARA-R410M-02B", "SARA-U201")]
        {
            let silence = |model| Dialect::of(maker, model).timing.silence;
            assert_eq!(silence(lte_m), Duration::from_secs(900), "{lte_m}");
            assert_eq!(silence(other), Duration::from_secs(300), "{other}");
        }
    }

    #[test]
    fn families_are_known_by_what_they_say() {
        assert_eq!(Dialect::of("Quectel", "EC25").name, "quectel");
        assert_eq!(Dialect::of("huawei", "E3372").name, "huawei");
        assert_eq!(Dialect::of("INCORPORATED", "SIM868").name, "simcom-2g");
        assert_eq!(Dialect::of("INCORPORATED", "A7670E-FASE").name, "simcom");
        assert_eq!(Dialect::of("Sony Ericsson", "K750").name, "unknown");
        assert_eq!(Dialect::of("signpost", "Emulated handset (generic)").timing.quiet, Duration::ZERO);
        assert_eq!(Dialect::of("signpost", "Emulated handset (quectel-ec25)").name, "quectel");
        assert_eq!(Dialect::of("Nobody", "X1").name, "unknown");
        assert_eq!(Dialect::of("SIMCOM_Ltd", "SIMCOM_SIM800L").read, ReadForm::Quiet);
        assert_eq!(Dialect::of("Cinterion", "PHS8-P").read, ReadForm::Smgr);
        assert_eq!(Dialect::of("SIMCOM INCORPORATED", "SIM7600E").read, ReadForm::Plain);
    }
}
