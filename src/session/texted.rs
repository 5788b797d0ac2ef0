//! The station's list of whom its cases have texted: so that nobody is texted twice because two cases have the same
//! contact. Other cases read it when they begin, so it is written when the line rests: at full pace a part costs two
//! commits of the record and no third write to the disk. What a kill takes away the next session writes.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Session, SessionError};
use crate::case::PartId;
use crate::ids::Msisdn;
use crate::record::fold::{Part, PartState};

/// At full pace the line never rests.
const AT_THE_LATEST: usize = 64;

impl Session {
    /// A person's first part left, or may have left.
    pub(super) fn note_texted(&mut self, part: PartId, to: &Msisdn) -> Result<(), SessionError> {
        let is_first = {
            let record = self.record();
            let others = record.state().parts_of(part.person).filter(|(id, _)| **id != part);
            part.person != 0 && others.into_iter().all(|(_, part)| !has_left(part))
        };
        if is_first {
            self.texted.push((to.last_nine().to_owned(), day(self.clock.now())));
        }
        if self.texted.len() >= AT_THE_LATEST { self.tell_station() } else { Ok(()) }
    }

    /// The list gets whom this session has texted since.
    pub(super) fn tell_station(&mut self) -> Result<(), SessionError> {
        let people = std::mem::take(&mut self.texted);
        self.add_texted(people)
    }

    /// What a session before this recorded and was killed before it told the station.
    pub(super) fn keep_texted(&mut self) -> Result<(), SessionError> {
        // A list that cannot be read is told of when it is to be written.
        let Some(listed) = self.suppression.as_ref().ok().and_then(|list| list.texted().ok()) else { return Ok(()) };
        let missing = {
            let record = self.record();
            let (state, case) = (record.state(), record.origin()?);
            let left = |person| state.parts_of(person).map(|(_, part)| part).find(|part| has_left(part));
            let people = state.people.iter().filter(|(person, _)| *person != 0);
            let texted = people.filter_map(|(person, pinned)| Some((pinned.to.last_nine().to_owned(), left(person)?)));
            let missing = texted.filter(|(number, _)| !listed.here(number, &case));
            missing.map(|(number, part)| (number, day(part.began.unwrap_or_default()))).collect()
        };
        self.add_texted(missing)
    }

    /// The record has it already: a station whose list cannot be written does not stop the run, but a person must know.
    fn add_texted(&mut self, people: Vec<(String, Date)>) -> Result<(), SessionError> {
        if people.is_empty() {
            return Ok(());
        }
        let case = self.record().origin()?;
        let added = match &mut self.suppression {
            Ok(list) => list.note_texted(&people, &case).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match added {
            Ok(()) => Ok(()),
            Err(why) => self.fault_once("station-list", format!("the station's list of whom it texted: {why}")),
        }
    }
}

fn has_left(part: &Part) -> bool {
    part.attempts > 0 && !matches!(part.state, PartState::Planned | PartState::Withdrawn | PartState::Refused(_))
}

fn day(at: Timestamp) -> Date {
    at.to_zoned_datetime(TimeZone::UTC).date()
}
