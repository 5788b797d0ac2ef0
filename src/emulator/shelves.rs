//! The storages as commands see them: chosen, counted, read, freed.

use super::commands::{Reply, line, ok};
use super::config::Place;
use super::handset::Handset;
use super::parse::Args;
use super::persona::{Reads, Tells};
use super::store::{Slot, tpdu_length};
use super::truth::Happened;
use crate::pdu::{Direction, Frame, Tpdu};

impl Handset {
    pub(super) fn told_storages(&mut self) -> Reply {
        line(format!("+CPMS: {}", self.storages(Named::Yes)))
    }

    fn storages(&mut self, named: Named) -> String {
        let each = self.config.storages.map(|place| {
            let (used, total) = (self.store(place).used(), self.store(place).total());
            match named {
                Named::Yes => format!("\"{}\",{used},{total}", place.name()),
                Named::No => format!("{used},{total}"),
            }
        });
        each.join(",")
    }

    pub(super) fn set_storages(&mut self, args: &Args) -> Reply {
        let mut storages = self.config.storages;
        for (at, storage) in storages.iter_mut().enumerate() {
            let Some(name) = args.text(at) else { continue };
            let known = Place::named(&name)
                .filter(|_| self.settings.persona.storages.contains(&format!("\"{}\"", name.to_uppercase())));
            // Reports have a storage of their own that nothing is received into.
            match known.filter(|place| at == 0 || *place != Place::Sr) {
                Some(place) => *storage = place,
                None => return Reply::Cms(302),
            }
        }
        self.config.storages = storages;
        line(format!("+CPMS: {}", self.storages(Named::No)))
    }

    /// `+CMGR`: marks the text as read, unless the family leaves it unread when a second value of 1 is given.
    pub(super) fn read(&mut self, args: &Args) -> Reply {
        let quiet = args.number(1) == Some(1) && self.settings.persona.reads == Reads::BySecondValue;
        self.read_slot("+CMGR", args, if quiet { Marking::Left } else { Marking::Marked })
    }

    /// `^SMGR`: as `+CMGR`, and marks nothing (Siemens manual A30880-A10-A001).
    pub(super) fn read_by_smgr(&mut self, args: &Args) -> Reply {
        self.read_slot("^SMGR", args, Marking::Left)
    }

    fn read_slot(&mut self, name: &str, args: &Args, marking: Marking) -> Reply {
        let Some(index) = args.number(0) else { return Reply::Error };
        if self.now < self.ailing.reading {
            return Reply::Cms(500);
        }
        let [place, ..] = self.config.storages;
        let Some(slot) = self.store(place).get_mut(index) else { return Reply::Cms(321) };
        let (status, hex) = (slot.status, slot.hex.clone());
        let marked = if marking == Marking::Marked { slot.mark() } else { None };
        let happened = Happened::Read { storage: place.name().to_owned(), index, hex: hex.clone() };
        self.settings.truth.tell(self.now, happened);
        marked.into_iter().for_each(|hex| self.tell_marked(place, index, hex));
        line(match self.config.format {
            1 => format!("{name}: {}\r\n{}", in_words(status), words(&hex)),
            _ => format!("{name}: {status},,{}\r\n{hex}", tpdu_length(&hex)),
        })
    }

    fn tell_marked(&self, place: Place, index: u32, hex: String) {
        let happened = Happened::Marked { storage: place.name().to_owned(), index, hex };
        self.settings.truth.tell(self.now, happened);
    }

    pub(super) fn list(&mut self, wanted: u32) -> Reply {
        let [place, ..] = self.config.storages;
        let store = self.store(place);
        let (mut lines, mut told) = (Vec::new(), Vec::new());
        for index in store.indexes() {
            let Some(slot) = store.get_mut(index) else { continue };
            if wanted != 4 && u32::from(slot.status) != wanted {
                continue;
            }
            lines.push(format!("+CMGL: {index},{},,{}\r\n{}", slot.status, tpdu_length(&slot.hex), slot.hex));
            let (hex, marked) = (slot.hex.clone(), slot.mark());
            told.push((index, hex, marked));
        }
        for (index, hex, marked) in told {
            self.settings.truth.tell(self.now, Happened::Read { storage: place.name().to_owned(), index, hex });
            marked.into_iter().for_each(|hex| self.tell_marked(place, index, hex));
        }
        Reply::Lines(lines)
    }

    pub(super) fn used(&mut self) -> Reply {
        let [place, ..] = self.config.storages;
        let tells = self.settings.persona.tells;
        let store = self.store(place);
        match tells {
            Tells::Nothing => line(format!("+CMGD: (1-{}),(0-4)", store.total())),
            Tells::All => {
                let indexes: Vec<String> = store.indexes().iter().map(u32::to_string).collect();
                line(format!("+CMGD: ({}),(0-4)", indexes.join(",")))
            }
        }
    }

    pub(super) fn delete(&mut self, args: &Args) -> Reply {
        let [place, ..] = self.config.storages;
        let (index, flag) = (args.number(0), args.number(1).unwrap_or(0));
        match (index, flag) {
            (Some(index), 0) if !self.store(place).indexes().contains(&index) => Reply::Cms(321),
            (Some(index), 0) => self.delete_each(place, &[index]),
            (Some(_), 1..=4) => {
                let indexes = self.flagged(place, flag);
                self.delete_each(place, &indexes)
            }
            _ => Reply::Cms(303),
        }
    }

    /// `<delflag>` (27.005 clause 3.5.4): 1 what was read, 2 also what was sent, 3 also what was not sent, 4 all.
    fn flagged(&mut self, place: Place, flag: u32) -> Vec<u32> {
        let meant = |status: u8| match status {
            1 => true,
            3 => flag >= 2,
            2 => flag >= 3,
            _ => flag == 4,
        };
        let store = self.store(place);
        let mut indexes = store.indexes();
        indexes.retain(|index| store.get_mut(*index).is_some_and(|slot| meant(slot.status)));
        indexes
    }

    fn delete_each(&mut self, place: Place, indexes: &[u32]) -> Reply {
        for index in indexes {
            let Some(Slot { hex, .. }) = self.store(place).delete(*index) else { continue };
            let happened = Happened::Deleted { storage: place.name().to_owned(), index: *index, hex };
            self.settings.truth.tell(self.now, happened);
        }
        ok()
    }
}

/// Whether a command marks what it reads.
#[derive(PartialEq)]
enum Marking {
    Marked,
    Left,
}

#[derive(Clone, Copy)]
enum Named {
    Yes,
    No,
}

/// Text mode (27.005 clause 3.4.3): the status in words, then what a client of PDU mode would take for a PDU line.
fn in_words(status: u8) -> String {
    format!("\"{}\",\"+447700900001\",,\"26/12/01,10:00:00+00\"", if status == 0 { "REC UNREAD" } else { "REC READ" })
}

fn words(hex: &str) -> String {
    let octets = crate::hex::decode(hex).unwrap_or_default();
    match Frame::decode(&octets, Direction::Mt).map(|frame| frame.tpdu) {
        Ok(Tpdu::Deliver(text)) => {
            text.user_data.text(text.dcs).map(|text| text.for_record().to_owned()).unwrap_or_default()
        }
        _ => String::new(),
    }
}
