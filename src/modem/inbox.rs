//! What arrived: announced slots are fetched one by one; a slot is freed and a push acknowledged only
//! with the proof that it is in the record (law 2). What lay there before is never read (law 3).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use super::{Event, Modem, ModemError};
use crate::at::answer::{Answer, Final};
use crate::at::command::{Command, Storage};
use crate::at::urc::{Push, Slot};
use crate::at::value::Values;
use crate::record::token::{Captured, Durable, Way};
use crate::text::Untrusted;

/// Slots: which are to be fetched, which are known.
#[derive(Default)]
pub(super) struct Inbox {
    waiting: VecDeque<Slot>,
    /// Slots of the exhibit: never read.
    old: BTreeSet<(Storage, u32)>,
    /// Slots that were read since the device last started: they hold what was read.
    read: BTreeSet<(Storage, u32)>,
    selected: Option<Storage>,
    /// Storages that were counted beside the one that receives: a device that started anew receives into one of
    /// them until it is set up.
    others: Vec<Storage>,
    look: Look,
    /// Slots in use at the last poll.
    used: BTreeMap<Storage, u32>,
    trust: Trust,
    reports: Reports,
    pushes: Pushes,
}

/// Where the next poll looks.
#[derive(Default, PartialEq)]
enum Look {
    /// Into the storage that receives.
    #[default]
    Here,
    /// Into all of them.
    Everywhere,
}

/// Whether a pushed text waits for our acknowledgement (`+CSMS` service 1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Pushes {
    Wait,
    #[default]
    DoNotWait,
}

/// What acknowledging led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledging {
    /// The network knows that the text is safe.
    Done,
    /// The device waits for none.
    NotNeeded,
    /// It came too late: pushing was switched on again, and the network will deliver the text again.
    TooLate,
}

/// 27.005 clause 3.4.1 gives an acknowledgement some 15 s; later it could be taken for that of the next text.
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_secs(10);

/// What freeing a slot led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freeing {
    /// It is free.
    Freed,
    /// There is nothing of that text to free.
    Nothing,
    /// The device must be set up first: ask again.
    Later,
}

/// Whether status reports are stored (`+CNMI` ds=2) rather than pushed.
#[derive(Default, PartialEq)]
enum Reports {
    #[default]
    Pushed,
    Stored,
}

/// Whether a slot's text is known.
#[derive(PartialEq)]
enum Known {
    Yes,
    No,
}

/// Whether it is known which slots were in use when the session began. If not, only announced slots
/// are read, since a guess might flip "unread" on the exhibit.
#[derive(Default, PartialEq)]
enum Trust {
    #[default]
    Unknown,
    Known,
}

impl Inbox {
    /// What is not to be read: what lay there before the case; `None` if that cannot be known, and then only
    /// announced slots are read. Everything else is read once a session and after each start of the device,
    /// also what is in the record already: nobody knows who freed a slot meanwhile, and what lies in it now.
    pub(super) fn begin(&mut self, old: Option<Vec<(String, u32)>>) {
        self.look_again();
        self.trust = if old.is_some() { Trust::Known } else { Trust::Unknown };
        let slots = old.into_iter().flatten();
        self.old = slots.filter_map(|(name, index)| Some((Storage::parse(&name)?, index))).collect();
    }

    /// The storages that were counted beside the one that receives.
    pub(super) fn counted(&mut self, others: Vec<Storage>) {
        self.others = others;
    }

    /// The storage that is selected now.
    pub(super) fn selected(&mut self, storage: Option<Storage>) {
        self.selected = storage;
    }

    /// The device started anew: what was selected is not, and a slot may hold another text than the one that
    /// was read from it. The next poll looks at all but the exhibit's; what is there still, the session knows.
    pub(super) fn distrust(&mut self) {
        self.selected = None;
        self.look_again();
    }

    fn look_again(&mut self) {
        self.used.clear();
        self.read.clear();
        self.look = Look::Everywhere;
    }

    fn knows(&self, slot: &(Storage, u32)) -> Known {
        let known = [&self.old, &self.read].iter().any(|slots| slots.contains(slot));
        if known { Known::Yes } else { Known::No }
    }

    fn known_in(&self, storage: &Storage) -> u32 {
        self.old.union(&self.read).filter(|(of, _)| of == storage).count() as u32
    }

    /// Slots that are not in use any more are not known any more.
    fn forget_all_but(&mut self, storage: &Storage, slots: &[u32]) {
        self.read.retain(|(of, index)| of != storage || slots.contains(index));
    }

    pub(super) fn pushes_wait(&mut self, pushes: Pushes) {
        self.pushes = pushes;
    }

    /// Status reports are stored from now on.
    pub(super) fn reports_are_stored(&mut self) {
        self.reports = Reports::Stored;
    }

    /// A slot was announced: it is new, even if one of the same number was known.
    pub(super) fn notice(&mut self, slot: Slot) {
        if !self.waiting.contains(&slot) {
            self.waiting.push_back(slot);
        }
    }

    pub(super) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Slots in use now; those that nobody knows are new.
    fn found(&mut self, storage: &Storage, slots: Vec<u32>) {
        self.forget_all_but(storage, &slots);
        for index in slots {
            if self.knows(&(storage.clone(), index)) == Known::No {
                self.notice(Slot { storage: storage.clone(), index });
            }
        }
    }
}

impl Modem {
    /// Reads one announced slot.
    pub(super) async fn fetch_one(&mut self) -> bool {
        let Some(slot) = self.inbox.waiting.pop_front() else { return false };
        match self.fetch(&slot).await {
            Ok(Some(captured)) => {
                self.inbox.read.insert((slot.storage.clone(), slot.index));
                self.events.push_back(Event::Captured(captured));
            }
            Ok(None) => {
                self.remark(format!("slot {} of {} was announced but holds nothing", slot.index, slot.storage.name()))
            }
            Err(error) => {
                self.remark(format!("slot {} of {} could not be read: {error}", slot.index, slot.storage.name()))
            }
        }
        true
    }

    async fn fetch(&mut self, slot: &Slot) -> Result<Option<Captured>, ModemError> {
        let doing = "reading a text";
        self.open_storage(&slot.storage).await?;
        let command = Command::Read { index: slot.index, form: self.dialect.read };
        let answer = self.pump.ask(&command).await.map_err(|why| ModemError::Broken { doing, why })?;
        match &answer.end {
            Final::Ok => Ok(captured(slot, &answer)),
            Final::Cms(321) => Ok(None),
            other => Err(ModemError::Refused { doing, answer: other.explain() }),
        }
    }

    /// Tells the network that a pushed text is safe. Only with the proof in hand; `arrived` is when it came.
    pub async fn acknowledge(
        &mut self,
        _proof: &Durable<Captured>,
        arrived: Duration,
    ) -> Result<Acknowledging, ModemError> {
        if self.inbox.pushes == Pushes::DoNotWait {
            return Ok(Acknowledging::NotNeeded);
        }
        if self.clock.monotonic().saturating_sub(arrived) < ACKNOWLEDGED_WITHIN {
            let answer = self.pump.must("acknowledging a text", &Command::Acknowledge).await;
            if answer.is_ok() {
                return Ok(Acknowledging::Done);
            }
        }
        self.choose_indications(&mut super::setup::Setup::default()).await?;
        Ok(Acknowledging::TooLate)
    }

    /// Frees the slot of a text that is safe. Only with the proof in hand, and only the slot that the
    /// proof names; a push has none. What was read before the device last started, or by an earlier session,
    /// is read again first: the slot must still hold that very text. Never between a start of the device
    /// and its setting up, when another storage may be selected than the one that was.
    pub async fn free(&mut self, proof: &Durable<Captured>) -> Result<Freeing, ModemError> {
        let Way::Stored { storage, index } = &proof.what().way else { return Ok(Freeing::Nothing) };
        let Some(storage) = Storage::parse(storage) else { return Ok(Freeing::Nothing) };
        let slot = Slot { storage, index: *index };
        if self.is_unsettled() {
            return Ok(Freeing::Later);
        }
        if !self.inbox.read.contains(&(slot.storage.clone(), slot.index)) {
            let there = self.fetch(&slot).await?;
            if there.is_none_or(|there| there.pdu != proof.what().pdu) {
                return Ok(Freeing::Nothing);
            }
        }
        self.open_storage(&slot.storage).await?;
        if self.is_unsettled() {
            return Ok(Freeing::Later);
        }
        self.pump.must("freeing a slot", &Command::Free { index: slot.index }).await?;
        self.inbox.read.remove(&(slot.storage.clone(), slot.index));
        Ok(Freeing::Freed)
    }

    /// Whether the device started anew and is not set up yet, by everything that it said so far.
    fn is_unsettled(&mut self) -> bool {
        self.sort_urcs();
        self.watch.must_set_up()
    }

    /// Asks how full the storages are that receive, and the one for reports; looks for new slots only where
    /// other than those that are known are in use.
    pub(super) async fn poll(&mut self) -> Result<(), ModemError> {
        if std::mem::take(&mut self.inbox.look) == Look::Everywhere {
            for storage in self.inbox.others.clone() {
                self.open_storage(&storage).await?;
                let used = self.storages().await?.first().map(|fill| fill.used).unwrap_or_default();
                self.look_into(&storage, used).await?;
            }
        }
        let fills = self.storages().await?;
        if let Some(fill) = fills.last() {
            self.events.push_back(Event::Fill(fill.clone()));
            self.look_into(&fill.storage, fill.used).await?;
        }
        if self.inbox.reports == Reports::Stored {
            let storage = Storage::reports();
            self.open_storage(&storage).await?;
            let used = self.storages().await?.first().map(|fill| fill.used).unwrap_or_default();
            self.look_into(&storage, used).await?;
        }
        Ok(())
    }

    async fn look_into(&mut self, storage: &Storage, used: u32) -> Result<(), ModemError> {
        let before = self.inbox.used.insert(storage.clone(), used);
        if self.inbox.trust == Trust::Unknown {
            if before.is_some_and(|before| used > before) && used > self.inbox.known_in(storage) {
                self.remark(
                    "a text may have arrived unannounced; to look for it might mark the exhibit's own texts as read"
                        .into(),
                );
            }
            return Ok(());
        }
        if used == self.inbox.known_in(storage) && before.is_some() {
            return Ok(());
        }
        self.open_storage(storage).await?;
        if let Some(slots) = self.used_slots(used).await {
            self.inbox.found(storage, slots);
        }
        Ok(())
    }

    async fn open_storage(&mut self, storage: &Storage) -> Result<(), ModemError> {
        if self.inbox.selected.as_ref() != Some(storage) {
            self.select(storage).await?;
            self.inbox.selected = Some(storage.clone());
        }
        Ok(())
    }

    pub(super) fn remark(&mut self, words: String) {
        self.events.push_back(Event::Remark(words));
    }
}

/// `+CMGR: 0,,24` and its PDU line, which some devices break in two.
fn captured(slot: &Slot, answer: &Answer) -> Option<Captured> {
    let header = answer.lines.first()?.for_record().to_owned();
    let pdu: String = answer.lines.iter().skip(1).map(|line| line.for_record()).collect();
    let status = answer.after("+CMGR").map(Values::parse).and_then(|values| values.number(0));
    Some(Captured {
        way: Way::Stored { storage: slot.storage.name().to_owned(), index: slot.index },
        header,
        pdu,
        status: status.and_then(|status| u8::try_from(status).ok()),
    })
}

/// Words of the network, as they came.
pub(super) fn ussd(said: &Untrusted) -> Captured {
    Captured { way: Way::Ussd, header: said.for_record().to_owned(), pdu: String::new(), status: None }
}

/// A pushed text; our copy is the only one.
pub(super) fn pushed(push: Push) -> Captured {
    Captured {
        way: Way::Pushed,
        header: push.header.for_record().to_owned(),
        pdu: push.pdu.for_record().to_owned(),
        status: None,
    }
}
