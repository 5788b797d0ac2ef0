//! Was the exhibit changed? The SIM before and after, record by record, and the device's settings.

use std::collections::BTreeMap;

use super::{Answer, Draft, Ground, Standing, erased};
use crate::record::compare::{Difference, Why, compare};
use crate::record::fold::State;
use crate::report::facts::{Facts, Kept};
use crate::report::words::{count, length};
use crate::text::Untrusted;

const LIMITS: &[&str] = &[
    "Files that were not copied: keys and other files that a card keeps to itself, and the inside of the device.",
    "What happened to the card before it was first copied, and after the last copy.",
    "That a card always tells the truth of itself.",
    "Whether the device told who calls (+CLIP) before: to ask it asks the network (3GPP TS 27.007 clause 7.6), so it is never asked.",
];

/// Was the exhibit changed?
pub fn changed(ground: &Ground) -> Answer {
    let mut draft = Draft::new();
    let compared = compare(ground.state);
    match &compared {
        Some(differences) => sim(&mut draft, ground.state, differences),
        None => {
            draft.note(Standing::InPart, not_compared(ground), ground.facts.closing.iter().map(|closing| closing.seq))
        }
    }
    settings(&mut draft, ground.facts);
    if let Some(entry) = ground.state.may_mark {
        let words = "A person decided that texts of the exhibit may be marked as read.".to_owned();
        draft.note(Standing::InPart, words, [entry]);
    }
    erased(&mut draft, ground, &["image", "setting"]);
    let explained = compared.as_ref().map_or(0, Vec::len);
    let short = match (draft.standing, compared.is_some(), explained) {
        (Standing::Against, ..) => "Yes: the SIM differs in a way that nothing explains.".to_owned(),
        (_, false, _) => "The SIM was not compared with its first copy.".to_owned(),
        (Standing::InPart, ..) => {
            "The SIM has no change that nothing explains; what is left open stands below.".to_owned()
        }
        (_, _, 0) => "No: every file that was copied twice is the same in every record.".to_owned(),
        _ => "Only as any use of the line changes it: every difference is explained below.".to_owned(),
    };
    draft.answer("exhibit", "Was the exhibit changed?", short, LIMITS)
}

fn sim(draft: &mut Draft, state: &State, differences: &[Difference]) {
    let pairs = || state.images.values().filter_map(|copies| Some((copies.before.as_ref()?, copies.after.as_ref()?)));
    let both = || pairs().filter(|(before, after)| !before.records.is_empty() || !after.records.is_empty());
    let records: usize = both().map(|(before, _)| before.records.len()).sum();
    draft.show(
        format!(
            "{} of the SIM copied before and after, {} compared octet by octet; {} the same.",
            count(both().count(), "file"),
            count(records, "record"),
            super::grouped(both().count().saturating_sub(differences.len()))
        ),
        [],
    );
    let unread = pairs().count() - both().count();
    if unread > 0 {
        draft.show(
            format!(
                "{} that the card does not have or does not give: its answers stand in the table.",
                count(unread, "file")
            ),
            [],
        );
    }
    for difference in differences {
        let name = format!("{} ({}), {}", difference.name, difference.file, records_of(difference));
        match &difference.why {
            Why::ByItself(words) => draft.show(format!("{name}: {words}."), []),
            Why::Received => {
                draft.show(format!("{name}: only texts that arrived in this case, which are in the record."), [])
            }
            Why::ReadOnce(_) => draft.note(Standing::InPart, format!("{name}: could be read only once."), []),
            Why::Unexplained => draft.note(Standing::Against, format!("{name}: NOTHING EXPLAINS THIS DIFFERENCE."), []),
        }
    }
}

fn records_of(difference: &Difference) -> String {
    let numbers: Vec<String> = difference.records.iter().map(usize::to_string).collect();
    match numbers.as_slice() {
        [] => "another number of records".to_owned(),
        [one] => format!("record {one}"),
        several => format!("records {}", several.join(", ")),
    }
}

fn not_compared(ground: &Ground) -> String {
    let state = ground.state;
    let copied = state.images.values().any(|copies| copies.before.is_some());
    match &ground.facts.closing {
        _ if !copied => "The SIM was never copied in this case: nothing can be compared.".to_owned(),
        None => "The case is not closed: the second copy is made at closing.".to_owned(),
        Some(_) => "The case was closed without a second copy of the SIM; the reason stands in the entry.".to_owned(),
    }
}

/// A setting of the device: as it was first, and as it is last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// `+CNMI`, …
    pub what: String,
    /// As it was.
    pub first: Untrusted,
    /// As it is.
    pub last: Untrusted,
    /// The entries that changed it.
    pub entries: Vec<u64>,
}

/// How a setting was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// As it was first found.
    AsFound,
    /// Off, as the standard has it after a start: what it was is never asked, because that asks the network.
    Off,
    /// In another way.
    Otherwise,
}

impl Left {
    /// For the table of settings.
    pub fn words(self) -> &'static str {
        match self {
            Self::AsFound => "yes",
            Self::Off => "off, the standard's default",
            Self::Otherwise => "NO",
        }
    }
}

impl Changed {
    /// Whether it is again as it was.
    pub fn left(&self) -> Left {
        if self.first == self.last {
            Left::AsFound
        } else if self.first == NOT_ASKED.into() && self.last == "0".into() {
            Left::Off
        } else {
            Left::Otherwise
        }
    }
}

/// What stood before in a setting that may not be asked for, in the record's words: `+CLIP`, and no other.
const NOT_ASKED: &str = "not asked";

/// Every setting that was touched, by the device's IMEI and its name.
pub fn touched(facts: &Facts) -> Vec<Changed> {
    let mut all: BTreeMap<(Untrusted, String), Changed> = BTreeMap::new();
    for Kept { seq, what: setting, .. } in &facts.settings {
        let device = facts.devices.iter().rfind(|device| device.seq < *seq);
        let imei = device.and_then(|device| device.what.imei.clone()).unwrap_or_default();
        let (before, after) = (setting.before.clone().unwrap_or_default(), setting.after.clone().unwrap_or_default());
        let changed = all.entry((imei, setting.what.clone())).or_insert_with(|| Changed {
            what: setting.what.clone(),
            first: before,
            last: Untrusted::default(),
            entries: Vec::new(),
        });
        changed.last = after;
        changed.entries.push(*seq);
    }
    all.into_values().collect()
}

fn settings(draft: &mut Draft, facts: &Facts) {
    let touched = touched(facts);
    let left = |how: Left| touched.iter().filter(move |changed| changed.left() == how).collect::<Vec<_>>();
    let entries = |all: &[&Changed]| all.iter().flat_map(|changed| changed.entries.clone()).collect::<Vec<_>>();
    let (back, off, otherwise) = (left(Left::AsFound), left(Left::Off), left(Left::Otherwise));
    if !back.is_empty() {
        let settings = count(back.len(), "setting");
        draft.show(
            format!("{settings} of the device changed for the work and put back, read back each time."),
            entries(&back),
        );
    }
    if !off.is_empty() {
        let words = "The device told who calls (+CLIP) during the work; it was put back to off, as the standard has it after \
                     a start. What stood there before was not asked.";
        draft.show(words.to_owned(), entries(&off));
    }
    draft.leave(Standing::InPart, entries(&otherwise), |_| {
        let settings = count(otherwise.len(), "setting");
        format!("{settings} of the device not as first found, as far as the device tells: the old values stand in the table of settings.")
    });
}

/// For the table of clocks: `ahead by 3 s`.
pub fn ahead(seconds: Option<i64>) -> String {
    let size = |seconds: i64| length(seconds.unsigned_abs());
    match seconds {
        None => "the device does not know the time".to_owned(),
        Some(0) => "the same to the second".to_owned(),
        Some(ahead @ 1..) => format!("computer ahead by {}", size(ahead)),
        Some(behind) => format!("computer behind by {}", size(behind)),
    }
}
