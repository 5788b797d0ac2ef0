//! Settings: what stands there is read first, what is wanted is set and read back, and what stood there first is put back
//! at the end. Which settings a line needs, [`setup`](super::setup) knows.

use super::dialect::LinkKeeping;
use super::pump::Echoing;
use super::setup::{Took, fills, numbers, said, shown};
use super::{Event, Modem, ModemError};
use crate::at::answer::Final;
use crate::at::command::{Callers, Command, KeepLink, Storage};
use crate::at::dialog::Broken;
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

/// Whether what is written comes back (V.250 clause 6.2.4).
#[derive(Debug, Default, PartialEq)]
enum Echo {
    #[default]
    WasOff,
    WasOn,
}

/// What stood there before the first set-up, to be set back at the end.
#[derive(Debug, Default)]
pub struct Found {
    pub(super) indications: Option<Vec<u8>>,
    /// What the first four were set to.
    pub(super) set: Option<[u8; 5]>,
    pub(super) storages: Option<Vec<Storage>>,
    pub(super) link: Option<KeepLink>,
    /// Small settings, in the order in which they were changed first, with what stood there; what a device did not tell
    /// is put to what the standard has after a start.
    small: Vec<(Setting, Vec<u8>)>,
    pub(super) callers: Option<Callers>,
    /// Whether the echo was on.
    echo: Echo,
    /// `+CFUN`.
    function: Option<u32>,
    /// Changes that no set-up has told of.
    pub(super) untold: Vec<Change>,
}

impl Modem {
    /// Sets what set-up changed back to what it was, read back: first that nothing is announced any more, then where
    /// texts are received.
    pub async fn restore(&mut self) {
        let Found { indications, storages, link, small, callers, function, echo, untold, .. } =
            std::mem::take(&mut self.found);
        let mut changes = untold;
        if let Some(values) = indications.map(five) {
            let command = Command::SetIndications(values);
            changes.push(self.set_and_read("+CNMI", listed(&values), &command, &Command::Indications).await);
        }
        if let Some(storages) = storages.filter(|storages| !storages.is_empty()) {
            let asked = storages.iter().map(Storage::name).collect::<Vec<_>>().join(",");
            changes.push(self.set_and_read("+CPMS", asked, &Command::SetStorages(storages), &Command::Storages).await);
        }
        if let Some(kept) = link {
            let command = Command::KeepLink(kept);
            changes.push(self.set_and_read("+CMMS", kept.value().to_string(), &command, &Command::LinkKept).await);
        }
        if callers.is_some() {
            changes.extend(self.set_callers(Callers::NotTold).await);
        }
        changes.extend(self.put_function_back(function).await);
        for (setting, values) in small.into_iter().rev() {
            changes.push(self.put_back(setting, values).await);
        }
        if echo == Echo::WasOn {
            changes.push(self.put_echo_back().await);
        }
        changes.into_iter().for_each(|change| self.events.push_back(Event::Set(change)));
    }

    /// That it was on shows in the command that turns it off.
    pub(super) async fn silence_echo(&mut self) -> Result<(), ModemError> {
        self.pump.must("turning the echo off", &Command::EchoOff).await?;
        if self.pump.echoing() == Echoing::Yes && self.found.echo == Echo::WasOff {
            self.found.echo = Echo::WasOn;
            let change = self.echo_changed("0", "1").await;
            self.found.untold.push(change);
        }
        Ok(())
    }

    async fn put_echo_back(&mut self) -> Change {
        if !self.accepts(&Command::EchoOn).await {
            self.remark("the device refuses ATE1".into());
        }
        self.echo_changed("1", "0").await
    }

    /// What it is now shows in the next command.
    async fn echo_changed(&mut self, asked: &str, before: &str) -> Change {
        let _only_to_hear_it = self.pump.ask(&Command::Attention).await;
        let after = if self.pump.echoing() == Echoing::Yes { "1" } else { "0" };
        Change { what: "E", asked: asked.into(), before: before.into(), after: after.into() }
    }

    async fn put_back(&mut self, setting: Setting, values: Vec<u8>) -> Change {
        let (what, asked) = (setting.name(), listed(&values));
        let before = told(&self.small(setting).await.unwrap_or_default());
        if !self.accepts(&Command::Set(setting, values)).await {
            self.remark(format!("the device refuses {what}={asked}"));
        }
        Change { what, asked, before, after: told(&self.small(setting).await.unwrap_or_default()) }
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
        match self.set(setting, wanted).await? {
            (Final::Ok, now) => Ok(now),
            (other, _) => Err(ModemError::Refused { doing, answer: other.explain() }),
        }
    }

    /// Sets a small setting if the device takes it.
    pub(super) async fn change(&mut self, setting: Setting, wanted: &[u8]) -> Result<Took, ModemError> {
        let (end, _) = self.set(setting, wanted).await?;
        Ok(if end == Final::Ok { Took::Yes } else { Took::No })
    }

    /// How that ended, and what stands there now. What stood there first is noted also where the device gave no answer:
    /// it may have taken it.
    async fn set(&mut self, setting: Setting, wanted: &[u8]) -> Result<(Final, Option<Vec<u8>>), ModemError> {
        let before = self.small(setting).await?;
        let asked = self.pump.ask(&Command::Set(setting, wanted.to_vec())).await;
        if asked.as_ref().is_ok_and(|answer| answer.end != Final::Ok) {
            return Ok((asked.map_err(unanswered)?.end, before));
        }
        if !self.found.small.iter().any(|(known, _)| *known == setting) {
            self.found.small.push((setting, before.clone().unwrap_or_else(|| setting.off())));
        }
        let end = asked.map_err(unanswered)?.end;
        let after = self.small(setting).await?;
        if before.as_deref() != Some(wanted) {
            let (what, asked) = (setting.name(), listed(wanted));
            self.found.untold.push(Change { what, asked, before: told(&before), after: told(&after) });
        }
        Ok((end, after))
    }

    /// What stands there, where the device tells.
    pub(super) async fn small(&mut self, setting: Setting) -> Result<Option<Vec<u8>>, ModemError> {
        let answer = self.pump.ask(&Command::Setting(setting)).await.map_err(unanswered)?;
        let told = answer.after(setting.name()).map(Values::parse).map(|values| numbers(&values));
        Ok(told.and_then(|told| told.get(..setting.numbers()).map(<[u8]>::to_vec)))
    }

    /// `+CFUN` is to be changed: what stood there is noted before.
    pub(super) fn function_changes(&mut self, before: Option<u32>) {
        if let Some(before) = before {
            self.found.function.get_or_insert(before);
        }
    }

    /// `+CFUN` was changed: what it is now.
    pub(super) async fn function_changed(&mut self, before: Option<u32>) -> Result<Option<u32>, ModemError> {
        let after = self.function().await?;
        if before == after {
            return Ok(after);
        }
        let shown = |value: Option<u32>| value.map_or_else(|| "not told".to_owned(), |value| value.to_string());
        let asked = shown(after);
        self.found.untold.push(Change { what: "+CFUN", asked: asked.clone(), before: shown(before), after: asked });
        Ok(after)
    }

    /// What stood there, for the next modem on the same device.
    pub fn take_found(mut self) -> Found {
        std::mem::take(&mut self.found)
    }

    /// What another modem on the same device found is put back by this one.
    pub fn take_over(&mut self, found: Found) {
        let untold = std::mem::replace(&mut self.found, found).untold;
        self.found.untold.extend(untold);
    }

    /// Texts follow each other closely: keeps the radio link between them, where the family is known to take it. A hint:
    /// what the device makes of it changes nothing but the time.
    pub async fn keep_link(&mut self) {
        if self.dialect.link == LinkKeeping::NotKnown {
            return;
        }
        let command = Command::KeepLink(KeepLink::On);
        let change = self.set_and_read("+CMMS", KeepLink::On.value().to_string(), &command, &Command::LinkKept).await;
        // What a device does not tell is put to what the standard has after a start.
        self.found.link.get_or_insert(KeepLink::of(&change.before).unwrap_or(KeepLink::Off));
        self.events.push_back(Event::Set(change));
    }

    /// Calls tell who calls.
    pub(super) async fn tell_callers(&mut self) {
        if let Some(change) = self.set_callers(Callers::Told).await {
            self.found.callers = Some(Callers::Told);
            self.found.untold.push(change);
        }
    }

    /// It is not read: `+CLIP?` asks the network (27.007 clause 7.6), and its answer looks like the words of a call that
    /// comes just then. It is put back to what the standard has after a start. Nothing where the device refuses: then it is
    /// as it was.
    async fn set_callers(&mut self, callers: Callers) -> Option<Change> {
        let asked = callers.value().to_string();
        let after = match self.pump.ask(&Command::TellCaller(callers)).await {
            Ok(answer) if answer.end == Final::Ok => asked.clone(),
            Ok(_) => {
                self.remark(format!("the device refuses +CLIP={asked}"));
                return None;
            }
            Err(_) => "not told".into(),
        };
        Some(Change { what: "+CLIP", asked, before: "not asked".into(), after })
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

/// Some devices tell four of them; the fifth then is what the standard has after a start.
fn five(mut told: Vec<u8>) -> [u8; 5] {
    told.resize(5, 0);
    <[u8; 5]>::try_from(told).unwrap_or_default()
}

fn unanswered(why: Broken) -> ModemError {
    ModemError::Broken { doing: "reading and changing a setting", why }
}

fn told(values: &Option<Vec<u8>>) -> String {
    values.as_deref().map_or_else(|| "not told".to_owned(), listed)
}
