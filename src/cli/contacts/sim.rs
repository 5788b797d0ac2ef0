//! `signpost contacts add --sim`: the numbers of the SIM as one more list, out of the copies in the record.

use super::super::args::SimFile;
use super::super::error::CommandError;
use super::super::folder;
use super::add::Received;
use crate::case::sim_numbers::{self, Shelf, SimNumber};
use crate::record::fold::State;

/// The list's name in `contacts/`.
const NAME: &str = "sim.csv";

/// The numbers in the first copies of these files.
pub(super) fn list(state: &State, files: &[SimFile]) -> Result<Received, CommandError> {
    if state.images.is_empty() {
        let help = "signpost check copies it, if the device lets it be read";
        return Err(CommandError::rule("no-sim-copy", "the SIM was not copied yet", help));
    }
    let mut shelves: Vec<Shelf> = files.iter().map(|file| shelf(*file)).collect();
    shelves.sort_unstable();
    shelves.dedup();
    let numbers: Vec<SimNumber> = shelves.into_iter().flat_map(|shelf| of(state, shelf)).collect();
    if numbers.is_empty() {
        let help = "signpost report writes out/sim.csv with what was copied";
        return Err(CommandError::usage("no-numbers", "no number stands in those files of the SIM", help));
    }
    Received::of(NAME, sim_numbers::list(&numbers).into_bytes(), &[], folder::nature(state))
}

fn of(state: &State, shelf: Shelf) -> Vec<SimNumber> {
    let copy = state.images.get(&shelf.id()).and_then(|copies| copies.before.as_ref());
    copy.map(|image| shelf.numbers(&image.records)).unwrap_or_default()
}

fn shelf(file: SimFile) -> Shelf {
    match file {
        SimFile::Adn => Shelf::Contacts,
        SimFile::Sms => Shelf::Texts,
        SimFile::Lnd => Shelf::Dialled,
    }
}
