//! Settings: ask what is offered, set, read back. What could not be had is said, not assumed.
//!
//! Texts are received into the device's own store (`ME`) where it has one, and announced by `+CMTI`
//! (`hw-notes/quirks.md` section 2); a direct push cannot keep law 2 while a text is being handed over.

use super::dialect::{Dialect, LinkKeeping, Mode};
use super::inbox::Pushes;
use super::{Event, Modem, ModemError};
use crate::at::answer::Final;
use crate::at::command::{Command, Domain, KeepLink, Service, Storage};
use crate::at::value::{Offer, Values};

/// One setting that the session changed, or tried to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it is, in the standard's name.
    pub what: &'static str,
    /// What was asked for.
    pub asked: String,
    /// What stood there before.
    pub before: String,
    /// What stands there now, read back.
    pub after: String,
}

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

/// What stood there before the first set-up, to be set back at the end.
#[derive(Debug, Default)]
pub(super) struct Found {
    indications: Option<Vec<u8>>,
    storages: Option<Vec<Storage>>,
    link: Option<KeepLink>,
}

/// `+CNMI` values in the order to try (`hw-notes/quirks.md` section 2): store and announce; reports
/// stored, else pushed, else none.
const INDICATIONS: [[u8; 5]; 5] = [[2, 1, 0, 2, 0], [1, 1, 0, 2, 0], [1, 1, 0, 1, 0], [2, 1, 0, 0, 0], [1, 1, 0, 0, 0]];

/// Where nothing is stored and announced: pushed straight to us, texts and reports, else texts alone.
const PUSHES: [[u8; 5]; 4] = [[2, 2, 0, 1, 0], [1, 2, 0, 1, 0], [2, 2, 0, 0, 0], [1, 2, 0, 0, 0]];

const PUSHED: &str = "the device stores no texts but passes them straight on; each is acknowledged when it is safe";
const PUSHED_BLINDLY: &str = "the device stores no texts but passes them straight on, and acknowledges them itself: what arrives while this computer fails is lost";

impl Modem {
    /// Echo off, errors numeric, and the dialect of whoever answers. Changes nothing that lasts.
    pub(super) async fn prepare(&mut self) -> Result<(), ModemError> {
        self.pump.must("turning the echo off", &Command::EchoOff).await?;
        self.pump.must("asking for numeric errors", &Command::NumericErrors).await?;
        let maker = self.maker().await?;
        let model = self.model().await?;
        self.dialect = Dialect::of(maker.for_record(), model.for_record());
        self.pump.set_timing(self.dialect.timing);
        Ok(())
    }

    /// Sets the line up for texts: PDU mode, storages, announcements, callers.
    pub async fn set_up(&mut self) -> Result<Setup, ModemError> {
        let mut setup = Setup::default();
        self.pump.must("setting PDU mode", &Command::PduMode).await?;
        self.choose_storages(&mut setup).await?;
        self.choose_indications(&mut setup).await?;
        for (what, command) in [("+CLIP", Command::TellCaller), ("+CREG", Command::TellRegistration(Domain::Circuit))] {
            if !self.accepts(&command).await {
                setup.remarks.push(format!("the device refuses {what}"));
            }
        }
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
        self.pump.must("choosing the storages", &Command::SetStorages(three)).await?;
        let after = self.storages().await?;
        self.found.storages.get_or_insert_with(|| before.iter().map(|fill| fill.storage.clone()).collect());
        setup.changes.push(Change { what: "+CPMS", asked, before: shown(&before), after: shown(&after) });
        self.inbox.selected(after.first().map(|fill| fill.storage.clone()), since);
        Ok(())
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
        let acknowledges = self.accepts(&Command::SetService(Service::Phase2Plus)).await;
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
                let change =
                    Change { what: "+CNMI", asked: listed(&wanted), before: said(&before), after: said(&after) };
                setup.changes.push(change);
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

    /// Sets what set-up changed back to what it was, read back: first that nothing is announced any more, then where
    /// texts are received.
    pub async fn restore(&mut self) {
        let Found { indications, storages, link } = std::mem::take(&mut self.found);
        let mut changes = Vec::new();
        if let Some(Ok(values)) = indications.map(<[u8; 5]>::try_from) {
            let command = Command::SetIndications(values);
            changes.push(self.set_and_read("+CNMI", listed(&values), &command, &Command::Indications).await);
        }
        if let Some(storages) = storages.filter(|storages| !storages.is_empty()) {
            let asked = storages.iter().map(Storage::name).collect::<Vec<_>>().join(",");
            changes.push(self.set_and_read("+CPMS", asked, &Command::SetStorages(storages), &Command::Storages).await);
        }
        if link.is_some() {
            let command = Command::KeepLink(KeepLink::Off);
            changes.push(self.set_and_read("+CMMS", "0".into(), &command, &Command::LinkKept).await);
        }
        changes.into_iter().for_each(|change| self.events.push_back(Event::Set(change)));
    }

    /// Texts follow each other closely: keeps the radio link between them, where the family is known to take it. A hint:
    /// what the device makes of it changes nothing but the time.
    pub async fn keep_link(&mut self) {
        if self.dialect.link == LinkKeeping::NotKnown {
            return;
        }
        let command = Command::KeepLink(KeepLink::On);
        let change = self.set_and_read("+CMMS", "2".into(), &command, &Command::LinkKept).await;
        self.found.link = Some(KeepLink::On);
        self.events.push_back(Event::Set(change));
    }

    /// After a start of the device.
    pub(super) async fn keep_link_again(&mut self) {
        if self.found.link.is_some() {
            self.keep_link().await;
        }
    }

    async fn set_and_read(&mut self, what: &'static str, asked: String, set: &Command, read: &Command) -> Change {
        let before = self.read_setting(what, read).await;
        if !self.accepts(set).await {
            self.remark(format!("the device refuses {what}={asked}"));
        }
        let after = self.read_setting(what, read).await;
        Change { what, asked, before, after }
    }

    async fn read_setting(&mut self, what: &'static str, read: &Command) -> String {
        let answer = self.pump.ask(read).await.ok();
        let text = answer.as_ref().and_then(|answer| answer.after(what)).unwrap_or_default();
        if matches!(read, Command::Storages) { shown(&fills(text)) } else { said(&Values::parse(text)) }
    }

    async fn values_of(&mut self, doing: &'static str, command: &Command, prefix: &str) -> Result<Values, ModemError> {
        let answer = self.pump.must(doing, command).await?;
        Ok(answer.after(prefix).map(Values::parse).unwrap_or_default())
    }
}

/// Whether the device took a row.
#[derive(PartialEq)]
enum Took {
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

fn listed(values: &[u8]) -> String {
    values.iter().map(u8::to_string).collect::<Vec<_>>().join(",")
}

fn said(values: &Values) -> String {
    (0..values.len()).filter_map(|at| values.number(at)).map(|v| v.to_string()).collect::<Vec<_>>().join(",")
}

fn numbers(values: &Values) -> Vec<u8> {
    (0..values.len()).filter_map(|at| u8::try_from(values.number(at)?).ok()).collect()
}

fn shown(fills: &[Fill]) -> String {
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
fn fills(text: &str) -> Vec<Fill> {
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
