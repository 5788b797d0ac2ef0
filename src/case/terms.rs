//! What a filled-in case file means: times as moments, numbers as numbers, words as lists.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::authority::{Authority, Window};
use super::file::CaseFile;
use super::hours::{self, Hours};
use super::number::{self, Country, Realm};
use super::optout::WordList;
use super::tempo::Tempo;
use crate::ids::Msisdn;

/// Everything a run needs to know of the case file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// On whose word, and when.
    pub authority: Authority,
    /// The exhibit's number.
    pub exhibit: String,
    /// At least the last ten digits printed on the SIM.
    pub sim_number: String,
    /// Who is speaking.
    pub sender: String,
    /// Who approves.
    pub approver: String,
    /// The team's own mobile.
    pub test_phone: Option<Msisdn>,
    /// The most people.
    pub at_most: u32,
    /// Whose numbers may be texted besides those of the United Kingdom.
    pub countries: Vec<Country>,
    /// Parts a minute; 0: as fast as the modem.
    pub pace: u32,
    /// Each wait is up to so many per cent longer or shorter; 0 to 50.
    pub jitter: u32,
    /// When texts may go.
    pub hours: Hours,
    /// Opt-outs.
    pub stop_words: WordList,
    /// Emergency numbers; the words should have one.
    pub emergency: WordList,
    /// How words say that replies are not read at once, besides those that [`super::advice`] knows.
    pub unread_words: WordList,
    /// What must reach a person first.
    pub urgent_words: WordList,
    /// Program and arguments to be told.
    pub alert: Vec<String>,
    /// Whether slots may be freed.
    pub slots: Slots,
    /// When to decide: keep or erase.
    pub review_on: Date,
}

impl Terms {
    /// From one part to the next, on average: as the pace says, but never less than the device needs.
    pub fn each(&self, device: SignedDuration) -> SignedDuration {
        let pace = SignedDuration::from_secs(60).checked_div(i32::try_from(self.pace).unwrap_or(i32::MAX));
        pace.unwrap_or_default().max(device)
    }

    /// When the last of `left` parts will have gone, if the device goes on as fast as it did and the pace allows it.
    pub fn ends(&self, now: Timestamp, left: usize, tempo: &Tempo) -> Option<Timestamp> {
        let each = self.each(tempo.each());
        (left > 0 && each.is_positive()).then(|| self.hours.forecast(now, left + 1, each).ends)
    }
}

/// Whether a slot may be freed once its text is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slots {
    /// It stays.
    Kept,
    /// It may be freed.
    Freed,
}

/// A key that is not filled in, or not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// `authority.reference`.
    pub key: &'static str,
    /// What is wrong.
    pub why: String,
}

/// Collects what is wrong while it reads on.
struct Reader {
    zone: TimeZone,
    missing: Vec<Missing>,
}

impl Terms {
    pub(super) fn read(file: &CaseFile) -> Result<Self, Vec<Missing>> {
        let limits = &file.limits;
        let mut reader = Reader { zone: TimeZone::UTC, missing: Vec::new() };
        let hours = Hours::parse(&limits.hours, &limits.timezone);
        match &hours {
            Ok(hours) => reader.zone = hours.zone().clone(),
            Err(error) => reader.wrong("limits.hours", error),
        }
        let authority = reader.authority(file);
        let review_on = reader.date("after.review_on", &file.after.review_on);
        let terms = Self {
            exhibit: reader.text("line.exhibit", &file.line.exhibit),
            sim_number: reader.sim_number(&file.line.sim_number),
            sender: reader.text("message.sender", &file.message.sender),
            approver: reader.text("people.approver", &file.people.approver),
            test_phone: reader.test_phone(&file.people.test_phone),
            at_most: reader.at_most(limits.at_most),
            countries: reader.countries(file),
            pace: limits.pace,
            jitter: reader.jitter(limits.jitter),
            stop_words: reader.stop_words(&file.replies.stop_words),
            emergency: WordList::new(&file.message.emergency),
            unread_words: WordList::new(&file.message.unread_words),
            urgent_words: WordList::new(&file.replies.urgent_words),
            alert: file.replies.alert.clone(),
            slots: if file.replies.free_captured { Slots::Freed } else { Slots::Kept },
            authority,
            hours: hours.unwrap_or_else(|_| Hours::never()),
            review_on,
        };
        reader.languages(file);
        if reader.missing.is_empty() { Ok(terms) } else { Err(reader.missing) }
    }
}

impl Reader {
    fn wrong(&mut self, key: &'static str, why: impl ToString) {
        self.missing.push(Missing { key, why: why.to_string() });
    }

    fn text(&mut self, key: &'static str, text: &str) -> String {
        if text.trim().is_empty() {
            self.wrong(key, "must be filled in");
        }
        text.trim().to_owned()
    }

    fn authority(&mut self, file: &CaseFile) -> Authority {
        let keys = &file.authority;
        let listen = Window {
            from: self.moment("authority.listen_from", &keys.listen_from),
            until: self.moment("authority.listen_until", &keys.listen_until),
        };
        let send = Window {
            from: self.moment("authority.send_from", &keys.send_from),
            until: self.moment("authority.send_until", &keys.send_until),
        };
        let told =
            ![&keys.listen_from, &keys.listen_until, &keys.send_from, &keys.send_until].iter().any(|t| t.is_empty());
        if told && !(listen.from <= send.from && send.from < send.until && send.until <= listen.until) {
            self.wrong("authority.send_from", "the order must be listen_from, send_from, send_until, listen_until");
        }
        Authority {
            reference: self.text("authority.reference", &keys.reference),
            granted_by: self.text("authority.granted_by", &keys.granted_by),
            purpose: self.text("authority.purpose", &keys.purpose),
            listen,
            send,
        }
    }

    /// In the line's time zone.
    fn moment(&mut self, key: &'static str, text: &str) -> Timestamp {
        if text.trim().is_empty() {
            self.wrong(key, "must be filled in");
            return Timestamp::UNIX_EPOCH;
        }
        hours::moment(text, &self.zone).unwrap_or_else(|| {
            self.wrong(key, "must be a date and a time such as \"2026-12-01 09:00\", that the clocks show once");
            Timestamp::UNIX_EPOCH
        })
    }

    fn date(&mut self, key: &'static str, text: &str) -> Date {
        text.trim().parse().unwrap_or_else(|_| {
            self.wrong(key, "must be a date such as \"2027-06-01\"");
            Date::ZERO
        })
    }

    fn sim_number(&mut self, text: &str) -> String {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() < 10 || digits.len() > 20 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            self.wrong("line.sim_number", "must be at least the last 10 digits printed on the SIM card");
        }
        digits
    }

    fn test_phone(&mut self, text: &str) -> Option<Msisdn> {
        if text.trim().is_empty() {
            return None;
        }
        let read = number::read(text, Realm::Training);
        if let Err(problem) = &read {
            self.wrong("people.test_phone", problem);
        }
        read.ok()
    }

    fn at_most(&mut self, at_most: u32) -> u32 {
        if at_most == 0 {
            self.wrong("limits.at_most", "must be at least 1");
        }
        at_most
    }

    fn countries(&mut self, file: &CaseFile) -> Vec<Country> {
        file.countries().unwrap_or_else(|error| {
            self.wrong("limits.countries", error);
            Vec::new()
        })
    }

    fn languages(&mut self, file: &CaseFile) {
        if let Err(error) = file.languages() {
            self.wrong("message.languages", error);
        }
    }

    fn jitter(&mut self, jitter: u32) -> u32 {
        if jitter > 50 {
            self.wrong("limits.jitter", "must be at most 50 (per cent)");
        }
        jitter
    }

    /// Law 5: an opt-out must be possible.
    fn stop_words(&mut self, words: &[String]) -> WordList {
        let list = WordList::new(words);
        if list == WordList::default() {
            self.wrong("replies.stop_words", "must name at least one word by which people can opt out");
        }
        list
    }
}
