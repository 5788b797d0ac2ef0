//! What the line is doing, and what a person should look at first. Pure: the picture, the time and the case's terms.

use jiff::Timestamp;

use super::picture::{Picture, Weight};
use crate::case::hours::Open;
use crate::case::terms::Terms;
use crate::record::fold::{DEVICE_GONE, Summary};
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
        let planned = picture.counts.as_ref().map_or(0, |counts| counts.planned);
        let is_in_trouble = |code| picture.troubles.contains_key(code);
        match work.verb.as_str() {
            _ if is_in_trouble(DEVICE_GONE) => Self::Gone,
            _ if is_in_trouble("line-lost") => Self::NoNetwork,
            "capture" => Self::Listening,
            "send" if picture.stop.is_some() => Self::Stopped,
            "send" if !picture.holds.is_empty() => Self::Paused,
            "send" if planned == 0 => Self::Listening,
            "send" => match terms.hours.at(now) {
                Open::Now => Self::Sending,
                Open::At(until) => Self::Shut(until),
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
            Self::Shut(until) => format!("CLOSED HOURS until {}", terms.hours.shown(*until)),
            Self::Sending => "SENDING".to_owned(),
            Self::Listening => "LISTENING".to_owned(),
            Self::Busy(verb) => Untrusted::from(verb.to_uppercase()).for_terminal(),
        }
    }

    /// Whether a person should look.
    pub fn weight(&self) -> Weight {
        match self {
            Self::Nobody | Self::Gone | Self::NoNetwork | Self::Paused => Weight::Heavy,
            _ => Weight::Plain,
        }
    }
}

/// What a person should know or do, the most pressing first: one line each.
pub fn advice(picture: &Picture, phase: &Phase) -> Vec<String> {
    let mut lines: Vec<String> = nobody(picture, phase).into_iter().collect();
    lines.extend(picture.troubles.values().map(|trouble| trouble.words.clone()));
    lines.extend(picture.holds.iter().map(|(code, why)| {
        let (code, why) = (Untrusted::from(code.as_str()).for_terminal(), Untrusted::from(why.as_str()).for_terminal());
        format!("signpost resolve {code} --why \"...\" lets it go on: {why}")
    }));
    if let Some((_, why)) = picture.stop.as_ref().filter(|_| *phase == Phase::Stopped) {
        lines.push(format!(
            "Stopped: {}. Again: signpost send --after-stop",
            Untrusted::from(why.as_str()).for_terminal()
        ));
    }
    lines.extend(not_known(picture));
    lines
}

fn nobody(picture: &Picture, phase: &Phase) -> Option<String> {
    let work = picture.work.as_ref().filter(|_| *phase == Phase::Nobody);
    let why = work.map(|work| work.ended.clone().unwrap_or_else(|| "it was killed".to_owned()));
    let why = why.map(|why| format!(" ({})", Untrusted::from(why).for_terminal())).unwrap_or_default();
    (*phase == Phase::Nobody)
        .then(|| format!("Nobody listens to the line{why}. Next: signpost send, or signpost capture"))
}

fn not_known(picture: &Picture) -> Option<String> {
    let glance = &picture.counts.as_ref()?.glance;
    let people = glance.people.get(&Summary::NotKnown).copied().unwrap_or_default();
    let first = glance.unknown.first()?;
    Some(format!("{people} NOT KNOWN; never sent again. If you know: signpost resolve {first} --help"))
}
