//! What the line is doing, and what a person should look at first. Pure: the picture, the time and the case's terms.

use jiff::Timestamp;

use super::desk::Content;
use super::picture::{Picture, Sending, Trouble};
use super::said::Weight;
use crate::case::hours::Open;
use crate::case::terms::Terms;
use crate::record::body::Forbids;
use crate::record::fold::{DEVICE_GONE, Summary};
use crate::record::glance::Glance;
use crate::text::Untrusted;

/// Whether the process that works the line is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alive {
    /// It is, or cannot be looked for.
    Yes,
    /// It is not: it was killed.
    No,
}

/// What the line is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The case is closed.
    Closed,
    /// No session, or one that ended or was killed.
    Nobody,
    /// The device is not there.
    Gone,
    /// There is no network.
    NoNetwork,
    /// Sending waits for a person.
    Paused,
    /// Somebody said stop.
    Stopped,
    /// The run sends no more, for another reason.
    Over,
    /// A person ended the run; the text on its way is waited for.
    Ending,
    /// A person is asked how many people are to be texted.
    Asks,
    /// The hours are closed until then.
    Shut(Timestamp),
    /// Texts go.
    Sending,
    /// Nothing more is to be sent, or was to be.
    Listening,
    /// Another verb is at the line.
    Busy(String),
}

impl Phase {
    /// Now.
    pub fn of(picture: &Picture, terms: &Terms, now: Timestamp, alive: Alive) -> Self {
        let Some(work) = picture.work.as_ref().filter(|work| work.ended.is_none() && alive == Alive::Yes) else {
            return if picture.closed.is_some() { Self::Closed } else { Self::Nobody };
        };
        let is_in_trouble = |code| picture.troubles.contains_key(code);
        match work.verb.as_str() {
            _ if is_in_trouble(DEVICE_GONE) => Self::Gone,
            _ if is_in_trouble("line-lost") => Self::NoNetwork,
            _ if picture.sending == Sending::Ending => Self::Ending,
            "capture" => Self::Listening,
            "send" if picture.stop.is_some() => Self::Stopped,
            "send" if picture.holds.values().any(|(forbids, _)| *forbids == Forbids::Sending) => Self::Paused,
            "send" => match (&picture.sending, terms.hours.at(now)) {
                (Sending::Done, _) => Self::Listening,
                (Sending::Over(_), _) => Self::Over,
                (Sending::Asks, _) => Self::Asks,
                (Sending::Ending, _) => Self::Ending,
                (Sending::Goes, Open::Now) => Self::Sending,
                (Sending::Goes, Open::At(until)) => Self::Shut(until),
            },
            other => Self::Busy(other.to_owned()),
        }
    }

    /// In a few words.
    pub fn words(&self, terms: &Terms) -> String {
        match self {
            Self::Closed => "CASE CLOSED".to_owned(),
            Self::Nobody => "NOBODY LISTENS".to_owned(),
            Self::Gone => "DEVICE GONE".to_owned(),
            Self::NoNetwork => "NO NETWORK".to_owned(),
            Self::Paused => "PAUSED, listening".to_owned(),
            Self::Stopped => "STOPPED, listening".to_owned(),
            Self::Over => "NOT SENDING, listening".to_owned(),
            Self::Ending => "ENDING, waits for the text on its way".to_owned(),
            Self::Asks => "WAITS FOR THE NUMBER OF PEOPLE".to_owned(),
            Self::Shut(until) => format!("CLOSED HOURS until {}", terms.hours.shown(*until)),
            Self::Sending => "SENDING".to_owned(),
            Self::Listening => "LISTENING".to_owned(),
            Self::Busy(verb) => Untrusted::from(verb.to_uppercase()).for_terminal(),
        }
    }

    /// Whether a person should look.
    pub fn weight(&self) -> Weight {
        match self {
            Self::Nobody | Self::Gone | Self::NoNetwork | Self::Paused | Self::Over | Self::Ending => Weight::Heavy,
            _ => Weight::Plain,
        }
    }
}

/// The counts: what a living session has just handed over is on its way, and not NOT KNOWN.
pub fn glance(picture: &Picture, phase: &Phase) -> Option<Glance> {
    let glance = picture.counts.as_ref()?.glance.clone();
    Some(if matches!(phase, Phase::Nobody | Phase::Closed) { glance } else { glance.while_worked() })
}

/// What a person should know or do, the most pressing first: one line each.
pub fn advice(picture: &Picture, phase: &Phase, content: Content) -> Vec<String> {
    let shown = |words: &str| Untrusted::from(words).for_terminal();
    let mut lines: Vec<String> = nobody(picture, phase).into_iter().collect();
    if let (Phase::Over, Sending::Over(why)) = (phase, &picture.sending) {
        lines.push(format!("No text goes any more: {}", shown(why)));
    }
    let stop =
        picture.stop.as_ref().map(|(_, why)| if content == Content::Shown { shown(why) } else { "(hidden)".into() });
    lines.extend(stop.map(|why| stopped(&why, phase)));
    let holds = picture.holds.iter();
    lines.extend(holds.map(|(code, (forbids, why))| {
        let does = if *forbids == Forbids::Sending { "lets it go on" } else { "allows that; sending goes on" };
        format!("signpost resolve {} --why \"...\" {does}: {}", shown(code), shown(why))
    }));
    lines.extend(not_known(picture, phase));
    let mut troubles: Vec<&Trouble> = picture.troubles.values().collect();
    troubles.sort_by_key(|trouble| std::cmp::Reverse(trouble.since));
    lines.extend(troubles.into_iter().map(|trouble| trouble.words.clone()));
    lines
}

/// A stop stands until a session goes on after it, whatever works the line meanwhile.
fn stopped(why: &str, phase: &Phase) -> String {
    let first = if matches!(phase, Phase::Nobody | Phase::Closed) { "" } else { "Ctrl-C here, then " };
    format!("Sending is stopped. Again: {first}signpost send --after-stop. Why: {why}")
}

fn nobody(picture: &Picture, phase: &Phase) -> Option<String> {
    let work = picture.work.as_ref().filter(|_| *phase == Phase::Nobody);
    let why = work.map(|work| work.ended.clone().unwrap_or_else(|| "it was killed".to_owned()));
    let why = why.map(|why| format!(" ({})", Untrusted::from(why).for_terminal())).unwrap_or_default();
    (*phase == Phase::Nobody)
        .then(|| format!("Nobody listens to the line{why}. Next: signpost send, or signpost capture"))
}

fn not_known(picture: &Picture, phase: &Phase) -> Option<String> {
    let glance = glance(picture, phase)?;
    let people = glance.people.get(&Summary::NotKnown).copied().unwrap_or_default();
    let first = glance.unknown.first()?;
    Some(format!("{people} NOT KNOWN; never sent again. If you know: signpost resolve {first} --help"))
}
