//! Who is out, whatever the lists of contacts say: one rule for the plan, for a run that begins, for the team's own phone,
//! and for whoever wants to include somebody.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::error::CommandError;
use super::folder::{self, Folder};
use super::lists;
use crate::case::contacts::{Keyed, LeaveOut, Sorted, Why};
use crate::case::file::CaseFile;
use crate::ids::{Msisdn, Sha256};
use crate::record::body::{Lifts, Nature};
use crate::record::fold::Roster;
use crate::record::glance;
use crate::record::suppression::Suppression;
use crate::record::texted::Texted;

/// The team's own phone, and where it stands in the lists of the case.
pub struct Phone {
    phone: Msisdn,
    in_lists: Option<String>,
}

impl Phone {
    /// If there is one. The lists are not needed for it any longer: of thousands they take room.
    pub fn of(phone: Option<&Msisdn>, sorted: &Sorted) -> Option<Self> {
        let phone = phone?.clone();
        let person = sorted.people.iter().find(|person| person.to == phone);
        let in_lists = person.map(|person| person.row.from.to_string());
        Some(Self { phone, in_lists })
    }
}

/// Everything that bars a number, as it stands now.
pub struct Bars {
    leave_out: LeaveOut,
    keyed: Option<Keyed>,
    station: Suppression,
    texted: Texted,
    case: Sha256,
    /// Another case's text counts from this day on; nothing: none counts.
    since: Option<Date>,
}

impl Bars {
    /// Of a case.
    pub fn of(folder: &Folder, file: &CaseFile, nature: Nature, roster: &Roster) -> Result<Self, CommandError> {
        let station = folder.suppression(nature)?;
        Ok(Self {
            leave_out: lists::leave_out(folder, roster, nature)?,
            keyed: lists::keyed(folder, roster, &station)?,
            texted: station.texted()?,
            case: glance::origin(&folder.at("record.db"))?,
            since: since(file.limits.days_since_other_case),
            station,
        })
    }

    /// Why a number is out: first what nobody can lift.
    pub fn why(&self, roster: &Roster, to: &Msisdn) -> Option<Why> {
        let last_nine = to.last_nine();
        let own = roster.is_own(last_nine).then_some(Why::OwnNumber);
        let opted_out = || self.station.holds(last_nine).then_some(Why::OptedOut);
        let excluded = || roster.excluded(last_nine).map(|(_, why)| Why::Excluded { why: why.to_owned() });
        let other_case = || self.elsewhere(roster, to).map(|on| Why::OtherCase { on });
        own.or_else(|| self.listed(to)).or_else(opted_out).or_else(excluded).or_else(other_case)
    }

    /// The team's own phone gets the first text, so it must be nobody's of the case, nor anybody's who must not be texted.
    pub fn spare(&self, roster: &Roster, phone: Option<&Phone>, tried: &BTreeSet<Msisdn>) -> Result<(), CommandError> {
        let Some(Phone { phone, in_lists }) = phone else { return Ok(()) };
        let why = match (in_lists, tried.contains(phone)) {
            (Some(place), _) => format!("it is to be texted itself ({place})"),
            (None, true) => "it was texted in this case already".to_owned(),
            (None, false) => match self.why(roster, phone) {
                Some(why) => why.words(),
                None => return Ok(()),
            },
        };
        let message = format!("[people] test_phone {}: {why}", phone.masked());
        Err(CommandError::rule("test-phone", message, "name another phone of your team's"))
    }

    /// When another case of the station texted a number, if that is not long ago and no person lifted it.
    pub fn elsewhere(&self, roster: &Roster, to: &Msisdn) -> Option<Date> {
        let on = self.texted.elsewhere(to.last_nine(), &self.case);
        on.filter(|on| self.since.is_some_and(|since| *on >= since) && !roster.lifted(to.last_nine(), Lifts::OtherCase))
    }

    fn listed(&self, to: &Msisdn) -> Option<Why> {
        let keyed = || self.keyed.as_ref()?.reason(&self.station.sought(to.last_nine()).ok()?);
        let reason = self.leave_out.get(to).map(String::as_str).or_else(keyed)?;
        Some(Why::Listed { reason: reason.to_owned() })
    }
}

fn since(days: u32) -> Option<Date> {
    let span = SignedDuration::from_hours(24 * i64::from(days));
    let since = folder::clock().now().saturating_sub(span).unwrap_or_default();
    (days > 0).then(|| since.to_zoned_datetime(TimeZone::UTC).date())
}
