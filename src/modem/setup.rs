//! Settings: ask what is offered, set, read back. What could not be had is said, not assumed.
//!
//! Texts are received into the device's own store (`ME`) where it has one, and announced by `+CMTI`
//! (`hw-notes/quirks.md` section 2); a direct push cannot keep law 2 while a text is being handed over.

use super::dialect::{Acknowledges, Dialect, Mode};
use super::inbox::Pushes;
use super::settings::Change;
use super::submit::Kept;
use super::{Modem, ModemError, Prepared};
use crate::at::answer::Final;
use crate::at::command::{Command, Storage};
use crate::at::setting::{Setting, listed};
use crate::at::value::{Offer, Values};

/// A storage and how full it is (27.005 clause 3.2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    /// Its name.
    pub storage: Storage,
    /// Slots in use.
    pub used: u32,
    /// Slots.
    pub total: u32,
    /// Which slots are in use, where the device can tell without reading them.
    pub slots: Option<Vec<u32>>,
}

/// What set-up achieved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Setup {
    /// Every setting that was asked for.
    pub changes: Vec<Change>,
    /// The storages as found.
    pub census: Vec<Fill>,
    /// What a person should know.
    pub remarks: Vec<String>,
}

/// `+CNMI` values in the order to try (`hw-notes/quirks.md` section 2): store and announce; reports
/// stored, else pushed, else none.
const INDICATIONS: [[u8; 5]; 5] = [[2, 1, 0, 2, 0], [1, 1, 0, 2, 0], [1, 1, 0, 1, 0], [2, 1, 0, 0, 0], [1, 1, 0, 0, 0]];

/// Where nothing is stored and announced: pushed straight to us, texts and reports, else texts alone.
const PUSHES: [[u8; 5]; 4] = [[2, 2, 0, 1, 0], [1, 2, 0, 1, 0], [2, 2, 0, 0, 0], [1, 2, 0, 0, 0]];

/// `+CMEE` (27.007 clause 9.1).
const NUMERIC: [u8; 1] = [1];

const PUSHED: &str = "the device stores no texts but passes them straight on; each is acknowledged when it is safe";
const PUSHED_BLINDLY: &str = "the device stores no texts but passes them straight on, and acknowledges them itself: what arrives while this computer fails is lost";

impl Modem {
    /// Echo off, errors numeric, and the dialect of whoever answers. Changes nothing that lasts.
    pub async fn prepare(&mut self) -> Result<(), ModemError> {
        self.pump.forget_starts();
        self.silence_echo().await?;
        self.ask_for_numeric_errors().await?;
        let maker = self.maker().await?;
        let model = self.model().await?;
        self.dialect = Dialect::of(maker.for_record(), model.for_record());
        self.pump.set_timing(self.dialect.timing);
        for setting in self.dialect.quieting.clone() {
            let _its_chatter_is_borne = self.change(setting, &setting.off()).await?;
        }
        Ok(())
    }

    /// What is read back is what shows a start from then on; a device that tells another value all the same is borne.
    async fn ask_for_numeric_errors(&mut self) -> Result<(), ModemError> {
        self.prepared = Prepared::Yes;
        for _ in 0..2 {
            self.errors = self.must_change("asking for numeric errors", Setting::Errors, &NUMERIC).await?;
            if self.errors.as_deref() == Some(&NUMERIC) {
                break;
            }
        }
        Ok(())
    }

    /// Whether that was begun on this link.
    pub fn is_prepared(&self) -> bool {
        self.prepared == Prepared::Yes
    }

    /// Whether the device started anew since it was prepared: it said so, or it has forgotten how errors are told.
    pub async fn has_started_anew(&mut self) -> bool {
        let errors = match self.small(Setting::Errors).await {
            // A start may have come over this very question.
            Err(_) => self.small(Setting::Errors).await,
            told => told,
        };
        let errors = errors.unwrap_or_default();
        // Beside what was read back then: some devices say that they took it and tell another value.
        self.pump.heard_a_start() || errors.is_some() && errors != self.errors
    }

    /// Sets the line up for texts: PDU mode, storages, announcements, callers.
    pub async fn set_up(&mut self) -> Result<Setup, ModemError> {
        let mut setup = Setup::default();
        if self.must_change("setting PDU mode", Setting::Format, &[0]).await?.is_some_and(|after| after != [0]) {
            let answer = "it is in text mode all the same".to_owned();
            return Err(ModemError::Refused { doing: "setting PDU mode", answer });
        }
        self.choose_storages(&mut setup).await?;
        self.choose_indications(&mut setup).await?;
        self.tell_callers().await;
        if self.change(Setting::Registration, &[1]).await? == Took::No {
            setup.remarks.push("the device refuses +CREG".into());
        }
        setup.changes = std::mem::take(&mut self.found.untold);
        Ok(setup)
    }

    pub(super) async fn accepts(&mut self, command: &Command) -> bool {
        self.pump.ask(command).await.is_ok_and(|answer| answer.end == Final::Ok)
    }

    /// `ME` for receiving where it is offered; the storage that is read is the one that receives.
    async fn choose_storages(&mut self, setup: &mut Setup) -> Result<(), ModemError> {
        let offered = self.pump.must("asking for the storages", &Command::StoragesOffered).await?;
        let offered = offered.after("+CPMS").map(Values::parse).unwrap_or_default();
        let receive: Vec<Storage> = names(&offered, 2).into_iter().collect();
        let before = self.storages().await?;
        let me = receive.iter().find(|storage| storage.name() == "ME");
        let Some(wanted) = me.or_else(|| receive.iter().find(|storage| storage.name() == "SM")).cloned() else {
            setup.remarks.push("the device offers no storage for receiving".into());
            setup.census = before;
            return Ok(());
        };
        // From here on it is selected among.
        self.found.storages.get_or_insert_with(|| before.iter().map(|fill| fill.storage.clone()).collect());
        for storage in census_order(&names(&offered, 0), &wanted) {
            self.select(&storage).await?;
            let mut fill = self.storages().await?.into_iter().next();
            if let Some(fill) = &mut fill {
                fill.slots = Some(self.slots_named().await?).filter(|slots| slots.len() == fill.used as usize);
            }
            setup.census.extend(fill);
        }
        let others = setup.census.iter().map(|fill| fill.storage.clone()).filter(|storage| *storage != wanted);
        self.inbox.counted(others.collect());
        let three = vec![wanted.clone(), wanted.clone(), wanted];
        let since = self.clock.monotonic();
        let asked = format!("{0},{0},{0}", three.first().map(Storage::name).unwrap_or_default());
        self.select_all(three).await?;
        let after = self.storages().await?;
        self.found.untold.push(Change { what: "+CPMS", asked, before: shown(&before), after: shown(&after) });
        self.inbox.selected(after.first().map(|fill| fill.storage.clone()), since);
        Ok(())
    }

    /// For reading, sending and receiving; some devices take one name alone (`hw-notes/quirks.md` section 3).
    async fn select_all(&mut self, three: Vec<Storage>) -> Result<(), ModemError> {
        let first = three.first().cloned();
        let asked = self.pump.must("choosing the storages", &Command::SetStorages(three)).await;
        match (asked, first) {
            (Err(ModemError::Refused { .. }), Some(first)) => self.select(&first).await,
            (asked, _) => asked.map(drop),
        }
    }

    /// Selects the storage that is read.
    pub(super) async fn select(&mut self, storage: &Storage) -> Result<(), ModemError> {
        self.pump.must("choosing a storage", &Command::SetStorages(vec![storage.clone()])).await.map(|_| ())
    }

    /// `+CPMS?`: up to three storages with their fill.
    pub(super) async fn storages(&mut self) -> Result<Vec<Fill>, ModemError> {
        let answer = self.pump.must("asking how full the storages are", &Command::Storages).await?;
        Ok(answer.after("+CPMS").map(fills).unwrap_or_default())
    }

    /// `+CMGD=?` of the selected storage: the slots in use. To be believed only if they are as many as are in use:
    /// some devices answer with every slot there is, or with nothing.
    pub(super) async fn slots_named(&mut self) -> Result<Vec<u32>, ModemError> {
        let doing = "asking which slots are in use";
        let answer = self.pump.ask(&Command::UsedSlots).await.map_err(|why| ModemError::Broken { doing, why })?;
        Ok(answer.after("+CMGD").map(Values::parse).map(|values| values.numbers(0)).unwrap_or_default())
    }

    /// Tries the tables in order and reads back which row the device took.
    pub(super) async fn choose_indications(&mut self, setup: &mut Setup) -> Result<(), ModemError> {
        let offered = self.values_of("asking for +CNMI", &Command::IndicationsOffered, "+CNMI").await?;
        let mut rows = INDICATIONS;
        if self.dialect.indications == Mode::One {
            rows.sort_by_key(|[mode, ..]| *mode);
        }
        if self.took_one_of(&rows, &offered, setup).await? == Took::Yes {
            return Ok(());
        }
        // 27.005 clause 3.2.1: with service 1 a pushed text waits for +CNMA.
        let acknowledges = self.dialect.acknowledges == Acknowledges::ByCnma
            && self.change(Setting::Service, &[1]).await? == Took::Yes;
        if self.took_one_of(&PUSHES, &offered, setup).await? == Took::Yes {
            self.inbox.pushes_wait(if acknowledges { Pushes::Wait } else { Pushes::DoNotWait });
            setup.remarks.push(if acknowledges { PUSHED } else { PUSHED_BLINDLY }.into());
            return Ok(());
        }
        setup.remarks.push("the device announces no texts; they are found by asking every 30 s".into());
        Ok(())
    }

    async fn took_one_of(&mut self, rows: &[[u8; 5]], offered: &Values, setup: &mut Setup) -> Result<Took, ModemError> {
        let before = self.values_of("reading +CNMI", &Command::Indications, "+CNMI").await?;
        self.found.indications.get_or_insert_with(|| numbers(&before));
        for wanted in rows.iter().map(|wanted| fit(*wanted, offered)) {
            if !is_offered(wanted, offered) || !self.accepts(&Command::SetIndications(wanted)).await {
                continue;
            }
            let after = self.values_of("reading +CNMI", &Command::Indications, "+CNMI").await?;
            let took = (0..4).all(|at| after.number(at) == wanted.get(at).map(|v| u32::from(*v)));
            if took {
                self.found.set = Some(wanted);
                let change =
                    Change { what: "+CNMI", asked: listed(&wanted), before: said(&before), after: said(&after) };
                self.found.untold.push(change);
                if wanted.get(3) == Some(&2) {
                    self.inbox.reports_are_stored();
                }
                if wanted.get(3) == Some(&0) {
                    setup.remarks.push("the device passes no delivery reports on".into());
                }
                return Ok(Took::Yes);
            }
        }
        Ok(Took::No)
    }

    /// Whether PDU mode and the announcements are as set-up left them.
    pub(super) async fn is_set_up(&mut self) -> Kept {
        let Some(wanted) = self.found.set else { return self.format().await };
        let now = self.values_of("reading +CNMI", &Command::Indications, "+CNMI").await.unwrap_or_default();
        let kept = (0..4).all(|at| now.number(at) == wanted.get(at).map(|value| u32::from(*value)));
        if kept { self.format().await } else { Kept::Lost }
    }

    pub(super) async fn values_of(
        &mut self,
        doing: &'static str,
        command: &Command,
        prefix: &str,
    ) -> Result<Values, ModemError> {
        let answer = self.pump.must(doing, command).await?;
        Ok(answer.after(prefix).map(Values::parse).unwrap_or_default())
    }
}

/// Whether the device took a row.
#[derive(PartialEq)]
pub(super) enum Took {
    Yes,
    No,
}

/// The fifth value must be 1 where 0 is not offered (Cinterion, MC75i).
fn fit(wanted: [u8; 5], offered: &Values) -> [u8; 5] {
    let [mode, text, cell, report, flush] = wanted;
    let flush = if offered.offers(4, 0) == Offer::NotOffered { 1 } else { flush };
    [mode, text, cell, report, flush]
}

fn is_offered(wanted: [u8; 5], offered: &Values) -> bool {
    wanted.iter().enumerate().all(|(at, value)| offered.offers(at, u32::from(*value)) != Offer::NotOffered)
}

pub(super) fn said(values: &Values) -> String {
    (0..values.len()).filter_map(|at| values.number(at)).map(|v| v.to_string()).collect::<Vec<_>>().join(",")
}

pub(super) fn numbers(values: &Values) -> Vec<u8> {
    (0..values.len()).filter_map(|at| u8::try_from(values.number(at)?).ok()).collect()
}

pub(super) fn shown(fills: &[Fill]) -> String {
    fills.iter().map(|fill| fill.storage.name()).collect::<Vec<_>>().join(",")
}

fn names(offered: &Values, at: usize) -> Vec<Storage> {
    offered.texts(at).iter().filter_map(|name| Storage::parse(name.for_record())).collect()
}

/// The SIM, the device's own store and that for reports, whichever is offered; the one that receives last, so that it
/// stays selected.
fn census_order(readable: &[Storage], receive: &Storage) -> Vec<Storage> {
    let own = |storage: &&Storage| matches!(storage.name(), "SM" | "ME" | "SR") && *storage != receive;
    readable.iter().filter(own).chain([receive]).cloned().collect()
}

/// `"ME",1,23,"ME",1,23,"ME",1,23`. Without names (an answer to a set) nothing can be told.
pub(super) fn fills(text: &str) -> Vec<Fill> {
    let values = Values::parse(text);
    let triple = |at: usize| {
        let storage = Storage::parse(values.text(at)?.for_record())?;
        Some(Fill { storage, used: values.number(at + 1)?, total: values.number(at + 2)?, slots: None })
    };
    (0..values.len()).step_by(3).filter_map(triple).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cinterion_wants_a_fifth_value_of_one_and_has_no_reports() {
        let offered = Values::parse("(0,1,2),(0,1),(0,2),(0),(1)");
        let tried: Vec<[u8; 5]> = INDICATIONS.map(|wanted| fit(wanted, &offered)).to_vec();
        let took: Vec<&[u8; 5]> = tried.iter().filter(|wanted| is_offered(**wanted, &offered)).collect();
        assert_eq!(took, [&[2, 1, 0, 0, 1], &[1, 1, 0, 0, 1]]);
    }

    #[test]
    fn storages_in_their_forms() {
        let three = fills("\"ME\",1,23,\"ME\",1,23,\"SM\",0,10");
        assert_eq!(three.iter().map(|fill| (fill.used, fill.total)).collect::<Vec<_>>(), [(1, 23), (1, 23), (0, 10)]);
        assert!(fills("1,23,1,23").is_empty());
    }

    #[test]
    fn the_storage_that_receives_is_counted_last() {
        let of = |name: &str| Storage::parse(name).unwrap();
        assert_eq!(census_order(&[of("SM"), of("ME"), of("MT"), of("SR")], &of("ME")), [of("SM"), of("SR"), of("ME")]);
    }
}
