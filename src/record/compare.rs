//! The SIM before and after: which files differ, and whether that was to be expected. Called by `cli::close` and `report`.

use serde::Serialize;

use super::body::Image;
use super::fold::State;
use crate::case::sim::{self, Changes};
use crate::ids::Sha256;

/// A file that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Its identifier, four hexadecimal digits.
    pub file: String,
    /// Its name.
    pub name: String,
    /// Which of its records, from 1.
    pub records: Vec<usize>,
    /// Why.
    pub why: Why,
}

/// Why a file differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "because", content = "words")]
pub enum Why {
    /// A card or a device changes it without being told to.
    ByItself(String),
    /// A text of this case was received into it, or one of them was freed.
    Received,
    /// It could be read only once.
    ReadOnce(String),
    /// Nothing explains it: a person must look.
    Unexplained,
}

/// Compares the first copy of each file with the last; `None` if there are not two of them.
pub fn compare(state: &State) -> Option<Vec<Difference>> {
    if state.images.values().all(|pair| pair.before.is_none()) || state.images.values().all(|pair| pair.after.is_none())
    {
        return None;
    }
    Some(
        state
            .images
            .values()
            .filter_map(|pair| difference(pair.before.as_ref()?, pair.after.as_ref()?, state))
            .collect(),
    )
}

fn difference(before: &Image, after: &Image, state: &State) -> Option<Difference> {
    let records = differing(&before.records, &after.records);
    if records.is_empty() && before.records.len() == after.records.len() {
        return None;
    }
    let known = u16::from_str_radix(&before.file, 16).ok().and_then(sim::by_id);
    let why = match known.map(|known| known.changes) {
        _ if before.records.is_empty() || after.records.is_empty() => {
            Why::ReadOnce(format!("{} and {}", before.status.for_terminal(), after.status.for_terminal()))
        }
        Some(Changes::ByItself(words)) => Why::ByItself(words.to_owned()),
        Some(Changes::Receives) if records.iter().all(|record| is_ours(*record, before, after, state)) => Why::Received,
        _ => Why::Unexplained,
    };
    Some(Difference { file: before.file.clone(), name: before.name.clone(), records, why })
}

fn differing(before: &[String], after: &[String]) -> Vec<usize> {
    let most = before.len().max(after.len());
    (0..most).filter(|at| before.get(*at) != after.get(*at)).map(|at| at + 1).collect()
}

/// Whether what lies in this slot now is a text of the case, or was and is freed, and nothing of the exhibit lay there.
fn is_ours(record: usize, before: &Image, after: &Image, state: &State) -> bool {
    let of = |image: &Image| image.records.get(record - 1).cloned().unwrap_or_default();
    let (was, is) = (of(before), of(after));
    let holds_ours = is.get(2..).is_some_and(|rest| is_captured(rest, state));
    // 51.011 clause 10.5.3: the lowest bit of the status says whether the record is in use.
    let is_free =
        |text: &str| text.get(..2).and_then(|status| u8::from_str_radix(status, 16).ok()).is_some_and(|s| s & 1 == 0);
    is_free(&was) && (holds_ours || is_free(&is))
}

/// A record is filled up with FF behind its text, and a text may end in FF too: every end is tried.
fn is_captured(filled: &str, state: &State) -> bool {
    let shortest = filled.trim_end_matches('F').len().div_ceil(2) * 2;
    let ends = (shortest..=filled.len()).step_by(2);
    ends.filter_map(|end| filled.get(..end)).any(|pdu| state.captured.contains_key(&Sha256::of(pdu.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::body::Round;

    fn image(file: &str, round: Round, records: &[&str]) -> Image {
        let records = records.iter().map(|text| (*text).to_owned()).collect();
        Image { round, file: file.into(), name: "EF".into(), status: "9000".into(), records }
    }

    fn why(file: &str, before: &[&str], after: &[&str], state: &State) -> Option<Why> {
        let found = difference(&image(file, Round::Before, before), &image(file, Round::After, after), state);
        found.map(|difference| difference.why)
    }

    #[test]
    fn what_differs_is_explained_or_not() {
        let mut state = State::default();
        state.captured.insert(Sha256::of(b"0791AAFF"), 7);
        assert_eq!(why("6F3A", &["41"], &["41"], &state), None);
        assert_eq!(why("6F3A", &["41"], &["42"], &state), Some(Why::Unexplained));
        assert!(matches!(why("6F43", &["01FF"], &["07FF"], &state), Some(Why::ByItself(_))));
        // A text of the case, and a slot that was freed.
        assert_eq!(why("6F3C", &["00FFFFFFFFFFFF"], &["010791AAFFFFFF"], &state), Some(Why::Received));
        assert_eq!(why("6F3C", &["00FFFFFFFFFFFF"], &["000791AAFFFFFF"], &state), Some(Why::Received));
        // A text of the exhibit that is gone, or that is marked as read, or a text that nobody captured.
        assert_eq!(why("6F3C", &["030791BBFFFFFF"], &["010791BBFFFFFF"], &state), Some(Why::Unexplained));
        assert_eq!(why("6F3C", &["030791BBFFFFFF"], &["00FFFFFFFFFFFF"], &state), Some(Why::Unexplained));
        assert_eq!(why("6F3C", &["00FFFFFFFFFFFF"], &["010791BBFFFFFF"], &state), Some(Why::Unexplained));
        assert!(matches!(why("6F3A", &["41"], &[], &state), Some(Why::ReadOnce(_))));
    }
}
