//! Settings: what stands there is read first, what is wanted is set and read back, and what stood there first is put back
//! at the end. Which settings a line needs, [`setup`](super::setup) knows.

use super::dialect::LinkKeeping;
use super::setup::{Took, fills, numbers, said, shown};
use super::{Event, Modem, ModemError};
use crate::at::answer::Final;
use crate::at::command::{Callers, Command, KeepLink, Storage};
use crate::at::setting::{Setting, listed};
use crate::at::value::Values;

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

/// What stood there before the first set-up, to be set back at the end.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) indications: Option<Vec<u8>>,
    /// What the first four were set to.
    pub(super) set: Option<[u8; 5]>,
    pub(super) storages: Option<Vec<Storage>>,
    pub(super) link: Option<KeepLink>,
    /// Small settings, in the order in which they were changed first, with what stood there; what a device did not tell
    /// is put to what the standard has after a start.
    small: Vec<(Setting, Vec<u8>)>,
    pub(super) callers: Option<Callers>,
    /// `+CFUN`.
    function: Option<u32>,
    /// Changes that no set-up has told of.
    pub(super) untold: Vec<Change>,
}

impl Modem {
    /// Sets what set-up changed back to what it was, read back: first that nothing is announced any more, then where
    /// texts are received.
    pub async fn restore(&mut self) {
        let Found { indications, storages, link, small, callers, function, untold, .. } =
            std::mem::take(&mut self.found);
        let mut changes = untold;
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
        if callers.is_some() && !self.accepts(&Command::TellCaller(Callers::NotTold)).await {
            self.remark("the device refuses +CLIP=0".into());
        }
        changes.extend(self.put_function_back(function).await);
        for (setting, values) in small.into_iter().rev() {
            changes.push(self.put_back(setting, values).await);
        }
        changes.into_iter().for_each(|change| self.events.push_back(Event::Set(change)));
    }

    async fn put_back(&mut self, setting: Setting, values: Vec<u8>) -> Change {
        let (what, asked) = (setting.name(), listed(&values));
        let before = told(&self.small(setting).await);
        if !self.accepts(&Command::Set(setting, values)).await {
            self.remark(format!("the device refuses {what}={asked}"));
        }
        Change { what, asked, before, after: told(&self.small(setting).await) }
    }

    /// A radio that was off when the session began is off again.
    async fn put_function_back(&mut self, function: Option<u32>) -> Option<Change> {
        match function? {
            4 => Some(self.set_and_read("+CFUN", "4".into(), &Command::RadioOff, &Command::Function).await),
            1 => Some(self.set_and_read("+CFUN", "1".into(), &Command::RadioOn, &Command::Function).await),
            other => {
                self.remark(format!("the device was in +CFUN={other} before; signpost has no command to put it back"));
                None
            }
        }
    }

    /// Sets a small setting that cannot be done without, and says what stands there now, where that is told.
    pub(super) async fn must_change(
        &mut self,
        doing: &'static str,
        setting: Setting,
        wanted: &[u8],
    ) -> Result<Option<Vec<u8>>, ModemError> {
        let before = self.small(setting).await;
        self.pump.must(doing, &Command::Set(setting, wanted.to_vec())).await?;
        Ok(self.changed(setting, before, wanted).await)
    }

    /// Sets a small setting if the device takes it.
    pub(super) async fn change(&mut self, setting: Setting, wanted: &[u8]) -> Result<Took, ModemError> {
        let before = self.small(setting).await;
        let doing = "changing a setting";
        let asked = self.pump.ask(&Command::Set(setting, wanted.to_vec())).await;
        if asked.map_err(|why| ModemError::Broken { doing, why })?.end != Final::Ok {
            return Ok(Took::No);
        }
        self.changed(setting, before, wanted).await;
        Ok(Took::Yes)
    }

    /// Notes what stood there first, and what stands there now.
    async fn changed(&mut self, setting: Setting, before: Option<Vec<u8>>, wanted: &[u8]) -> Option<Vec<u8>> {
        let after = self.small(setting).await;
        if before.as_deref() != Some(wanted) {
            let (what, asked) = (setting.name(), listed(wanted));
            self.found.untold.push(Change { what, asked, before: told(&before), after: told(&after) });
        }
        if !self.found.small.iter().any(|(known, _)| *known == setting) {
            self.found.small.push((setting, before.unwrap_or_else(|| setting.off())));
        }
        after
    }

    /// What stands there, where the device tells.
    async fn small(&mut self, setting: Setting) -> Option<Vec<u8>> {
        let answer = self.pump.ask(&Command::Setting(setting)).await.ok()?;
        let told = numbers(&answer.after(setting.name()).map(Values::parse)?);
        told.get(..setting.numbers()).map(<[u8]>::to_vec)
    }

    /// `+CFUN` was changed.
    pub(super) async fn function_changed(&mut self, before: Option<u32>) {
        let after = self.function().await;
        if before == after {
            return;
        }
        if let Some(before) = before {
            self.found.function.get_or_insert(before);
        }
        let shown = |value: Option<u32>| value.map_or_else(|| "not told".to_owned(), |value| value.to_string());
        let asked = shown(after);
        self.found.untold.push(Change { what: "+CFUN", asked: asked.clone(), before: shown(before), after: asked });
    }

    /// What another modem on the same device found is put back by this one.
    pub fn take_over(&mut self, other: &mut Modem) {
        let untold = std::mem::take(&mut self.found.untold);
        self.found = std::mem::take(&mut other.found);
        self.found.untold.extend(untold);
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
}

fn told(values: &Option<Vec<u8>>) -> String {
    values.as_deref().map_or_else(|| "not told".to_owned(), listed)
}
