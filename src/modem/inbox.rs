//! What arrived: slots are fetched one by one; a slot is freed and a push acknowledged only with the proof that it is
//! in the record (law 2). Which slots, [`slots`](super::slots) knows.

use std::time::Duration;

use super::marking::Marking;
use super::setup::Fill;
use super::slots::{Known, Next, Slots, Why};
use super::watch::IN_TEXT_MODE;
use super::{Event, Modem, ModemError, Trouble};
use crate::at::answer::{Answer, Final};
use crate::at::command::{Command, ReadForm, Storage};
use crate::at::urc::{Push, Slot};
use crate::at::value::Values;
use crate::record::token::{Captured, Durable, Way};
use crate::text::Untrusted;

/// What is set and known for receiving.
#[derive(Default)]
pub(super) struct Inbox {
    pub(super) slots: Slots,
    selected: Option<Selected>,
    /// Storages that were counted beside the one that receives: a device that started anew receives into one of
    /// them until it is set up.
    others: Vec<Storage>,
    look: Look,
    reports: Reports,
    pushes: Pushes,
    pub(super) marking: Marking,
}

/// The storage that is read and freed.
struct Selected {
    storage: Storage,
    /// When it was chosen. A device that started anew since then may have chosen another, and not have said so.
    since: Duration,
    proof: Proof,
}

/// Whether the device showed that it chose what it was told to.
#[derive(PartialEq)]
enum Proof {
    ReadBack,
    None,
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

/// A slot that cannot be read is tried again so soon, so often.
const AGAIN: Duration = Duration::from_secs(2);
const QUICK_TRIES: u32 = 5;

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

impl Inbox {
    /// What is not to be read, and what is in the record already ([`Slots::begin`]).
    pub(super) fn begin(&mut self, known: Known) {
        self.slots.begin(known);
        self.look = Look::Everywhere;
    }

    /// The storages that were counted beside the one that receives.
    pub(super) fn counted(&mut self, others: Vec<Storage>) {
        self.others = others;
    }

    /// The storage that is selected now, as the device showed.
    pub(super) fn selected(&mut self, storage: Option<Storage>, since: Duration) {
        self.selected = storage.map(|storage| Selected { storage, since, proof: Proof::ReadBack });
    }

    /// Whether the device forgot what it had chosen: it started anew without a word.
    fn has_forgotten(&mut self, chosen: &Storage) -> bool {
        let Some(selected) = &mut self.selected else { return false };
        if selected.storage == *chosen {
            selected.proof = Proof::ReadBack;
        }
        selected.storage != *chosen && selected.proof == Proof::ReadBack
    }

    /// The device started anew: what was selected is not, and a slot may hold another text than the one that
    /// was read from it. The next poll looks at all but the exhibit's; what is there still, the session knows.
    pub(super) fn distrust(&mut self) {
        self.selected = None;
        self.slots.look_again();
        self.look = Look::Everywhere;
    }

    /// Whether pushed texts wait for us.
    pub(super) fn pushes(&self) -> Pushes {
        self.pushes
    }

    pub(super) fn pushes_wait(&mut self, pushes: Pushes) {
        self.pushes = pushes;
    }

    /// Status reports are stored from now on.
    pub(super) fn reports_are_stored(&mut self) {
        self.reports = Reports::Stored;
    }
}

impl Modem {
    /// Reads one slot.
    pub(super) async fn fetch_one(&mut self) -> bool {
        let card = self.watch.card();
        let Some((slot, why)) = self.inbox.slots.next_of(|slot| card.lets_read(slot)) else { return false };
        if self.would_mark(&slot) {
            self.hold_back(slot);
            return true;
        }
        if self.open_storage(&slot.storage).await.is_ok() && self.is_unsettled() {
            self.inbox.slots.wait(slot, why);
            return true;
        }
        match (self.fetch(&slot).await, why) {
            (Ok(Some(captured)), _) => {
                self.inbox.slots.was_read(&slot, self.clock.monotonic());
                self.tell_if_old(&slot);
                self.captured(captured);
            }
            (Ok(None), Why::Searched) | (Err(ModemError::Refused { .. }), Why::Searched) => {
                self.inbox.slots.was_empty(&slot);
            }
            (Ok(None), Why::Named) => {
                self.inbox.slots.was_empty(&slot);
                self.remark(format!("{} was announced but holds nothing", named(&slot)));
            }
            (Err(_), why) if self.is_unsettled() => self.inbox.slots.wait(slot, why),
            (Err(error), _) => self.could_not_read(&slot, &error),
        }
        true
    }

    /// It stays where it is and is tried again: soon at first, then with each poll.
    fn could_not_read(&mut self, slot: &Slot, error: &ModemError) {
        let tries = self.inbox.slots.could_not_be_read(slot);
        if tries == 1 {
            let slot = named(slot);
            let words = format!("a text lies in {slot} and cannot be read: {error}. It is tried again all the time");
            self.trouble(Trouble::Unreadable, words);
        }
        if tries <= QUICK_TRIES {
            self.poll_within(AGAIN);
        }
    }

    async fn fetch(&mut self, slot: &Slot) -> Result<Option<Captured>, ModemError> {
        let doing = "reading a text";
        self.open_storage(&slot.storage).await?;
        let command = Command::Read { index: slot.index, form: self.dialect.read };
        let answer = self.pump.ask(&command).await.map_err(|why| ModemError::Broken { doing, why })?;
        match &answer.end {
            Final::Ok if is_of_text_mode(self.dialect.read, &answer) => {
                self.started_silently(IN_TEXT_MODE);
                Err(ModemError::Refused { doing, answer: "it is in text mode".into() })
            }
            Final::Ok => Ok(captured(slot, self.dialect.read, &answer)),
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
        let changes = std::mem::take(&mut self.found.untold);
        changes.into_iter().for_each(|change| self.events.push_back(Event::Set(change)));
        Ok(Acknowledging::TooLate)
    }

    /// Frees the slot of a text that is safe. Only with the proof in hand, and only the slot that the
    /// proof names; a push has none. What was read before the device may have started, or by an earlier session,
    /// is read again first: the slot must still hold that very text. Never between a start of the device
    /// and its setting up, when another storage may be selected than the one that was.
    pub async fn free(&mut self, proof: &Durable<Captured>) -> Result<Freeing, ModemError> {
        let Way::Stored { storage, index } = &proof.what().way else { return Ok(Freeing::Nothing) };
        let Some(storage) = Storage::parse(storage) else { return Ok(Freeing::Nothing) };
        let slot = Slot { storage, index: *index };
        if self.is_unsettled() || !self.watch.card().lets_read(&slot) {
            return Ok(Freeing::Later);
        }
        if self.inbox.slots.is_old(&slot) {
            return Ok(Freeing::Nothing);
        }
        let read = self.inbox.slots.read_at(&slot);
        if !read.is_some_and(|read| self.pump.is_steady_since(read)) {
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
        self.inbox.slots.was_freed(&slot);
        Ok(Freeing::Freed)
    }

    /// Whether the device started anew and is not set up yet, by everything that it said so far.
    fn is_unsettled(&mut self) -> bool {
        self.sort_urcs();
        self.watch.is_unsettled()
    }

    /// Asks how full the storages are that receive, and the one for reports; looks for new slots only where
    /// other than those that are known are in use.
    pub(super) async fn poll(&mut self) -> Result<(), ModemError> {
        self.inbox.slots.try_again();
        if self.inbox.look == Look::Everywhere {
            for storage in self.inbox.others.clone() {
                self.count_and_look(&storage).await?;
            }
            self.inbox.look = Look::Here;
        }
        let fills = self.fills().await?;
        if let Some(fill) = fills.last() {
            self.events.push_back(Event::Fill(fill.clone()));
            self.look_into(fill).await?;
        }
        if self.inbox.reports == Reports::Stored {
            self.count_and_look(&Storage::reports()).await?;
        }
        Ok(())
    }

    /// How full the storages are. A device that reads another than it was told to has started anew: what else it forgot
    /// is set again.
    async fn fills(&mut self) -> Result<Vec<Fill>, ModemError> {
        let fills = self.storages().await?;
        if fills.first().is_some_and(|fill| self.inbox.has_forgotten(&fill.storage)) {
            self.started_silently("reads another storage than the one that was chosen");
        }
        Ok(fills)
    }

    async fn count_and_look(&mut self, storage: &Storage) -> Result<(), ModemError> {
        self.open_storage(storage).await?;
        match self.fills().await?.into_iter().next() {
            Some(fill) => self.look_into(&fill).await,
            None => Ok(()),
        }
    }

    async fn look_into(&mut self, fill: &Fill) -> Result<(), ModemError> {
        let next = match self.inbox.slots.counted(&fill.storage, fill.used) {
            Next::List => self.list(fill).await?,
            next => next,
        };
        if let Next::Tell(left) = next {
            self.trouble(
                Trouble::Unannounced,
                format!(
                    "{left} in {} may be replies that nobody announced and that signpost cannot read: the device does \
                     not tell which slots they are in, and to try all could mark the exhibit's own texts as read. Look \
                     with a copy of the card, or with a modem that tells",
                    fill.storage.name()
                ),
            );
        }
        Ok(())
    }

    /// Asks which slots are in use.
    async fn list(&mut self, fill: &Fill) -> Result<Next, ModemError> {
        let named = match self.open_storage(&fill.storage).await {
            Ok(()) => self.slots_named().await,
            Err(error) => Err(error),
        };
        let slots = &mut self.inbox.slots;
        match named {
            Err(error) => {
                slots.was_not_listed(&fill.storage);
                Err(error)
            }
            Ok(named) if named.len() == fill.used as usize => {
                slots.listed(&fill.storage, &named);
                Ok(Next::Nothing)
            }
            // Some begin to count at 0, some at 1.
            Ok(named) if named.is_empty() => {
                let all: Vec<u32> = (0..=fill.total).collect();
                Ok(slots.not_listed(&fill.storage, fill.used, &all))
            }
            Ok(named) => Ok(slots.not_listed(&fill.storage, fill.used, &named)),
        }
    }

    /// Looked at again if the device may have started anew meanwhile: in the storage that it starts with, the same
    /// number may be the exhibit's (found by simulation, seed 51670).
    async fn open_storage(&mut self, storage: &Storage) -> Result<(), ModemError> {
        let since = self.clock.monotonic();
        let proof = match self.inbox.selected.as_ref().filter(|selected| selected.storage == *storage) {
            Some(selected) if self.pump.is_steady_since(selected.since) => return Ok(()),
            Some(Selected { proof: Proof::ReadBack, .. }) => {
                let fills = self.fills().await?;
                if fills.first().is_some_and(|fill| fill.storage == *storage) { Proof::ReadBack } else { Proof::None }
            }
            _ => Proof::None,
        };
        if proof == Proof::None {
            self.select(storage).await?;
        }
        self.inbox.selected = Some(Selected { storage: storage.clone(), since, proof });
        Ok(())
    }

    pub(super) fn remark(&mut self, words: String) {
        self.events.push_back(Event::Remark(words));
    }

    pub(super) fn trouble(&mut self, trouble: Trouble, words: String) {
        self.events.push_back(Event::Trouble(trouble, words));
    }

    fn captured(&mut self, captured: Captured) {
        self.events.push_back(Event::Captured(captured, self.clock.monotonic()));
    }
}

/// `slot 3 of ME`.
pub(super) fn named(slot: &Slot) -> String {
    format!("slot {} of {}", slot.index, slot.storage.name())
}

/// `+CMGR: "REC UNREAD",…`: words and no PDU, which nothing may take for one (27.005 clause 3.4.3).
fn is_of_text_mode(form: ReadForm, answer: &Answer) -> bool {
    let values = answer.after(form.prefix()).map(Values::parse);
    values.is_some_and(|values| values.number(0).is_none() && values.text(0).is_some_and(|text| !text.is_empty()))
}

/// `+CMGR: 0,,24` and its PDU line, which some devices break in two. Some have a header for an empty slot too
/// (`hw-notes/at_oddities.md` 19).
fn captured(slot: &Slot, form: ReadForm, answer: &Answer) -> Option<Captured> {
    let header = answer.lines.first()?.for_record().to_owned();
    let pdu: String = answer.lines.iter().skip(1).map(|line| line.for_record()).collect();
    if pdu.is_empty() {
        return None;
    }
    let status = answer.after(form.prefix()).map(Values::parse).and_then(|values| values.number(0));
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
