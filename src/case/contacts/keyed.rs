//! `leave-out.keyed`: numbers that must not be texted, without the numbers. The first line names the key, so that another
//! station's list is known for one; then a line a number: what stands for it under that key, and the reason.
//!
//! What stands for a number is made by the station (`record::suppression`); nothing here knows a key.

use std::collections::BTreeMap;

use super::ContactsError;

/// The list, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keyed {
    /// What stands for no number under the list's key.
    key: String,
    reasons: BTreeMap<String, String>,
}

/// How the first line begins.
const KEY: &str = "key";

impl Keyed {
    /// A list under a key, which is named by what stands for no number.
    pub fn under(key: String) -> Self {
        Self { key, reasons: BTreeMap::new() }
    }

    /// One more number, by what stands for it.
    pub fn insert(&mut self, stands_for_it: String, reason: &str) {
        self.reasons.insert(stands_for_it, reason.split_whitespace().collect::<Vec<_>>().join(" "));
    }

    /// The list as its file has it; in order of what stands for a number, so that the order tells nothing.
    pub fn text(&self) -> String {
        let lines: String = self.reasons.iter().map(|(digest, reason)| format!("{digest} {reason}\n")).collect();
        format!("{KEY} {}\n{lines}", self.key)
    }

    /// Reads it. A line that stands for no number would bar nobody, so it is an error.
    pub fn read(file: &str, text: &str) -> Result<Self, ContactsError> {
        let wrong = |line, why: &str| ContactsError::at(&file.into(), line, why);
        let mut lines = (1..).zip(text.lines());
        let key =
            lines.next().and_then(|(_, line)| line.strip_prefix(KEY)?.strip_prefix(' ')).filter(|key| is_digest(key));
        let key = key.ok_or_else(|| wrong(1, "it does not name its key; take the list in again"))?;
        let mut list = Self::under(key.to_owned());
        for (number, line) in lines {
            let (digest, reason) = line.split_once(' ').unwrap_or((line, ""));
            if !is_digest(digest) {
                return Err(wrong(number, "64 hexadecimal digits are expected; take the list in again"));
            }
            list.insert(digest.to_owned(), reason);
        }
        Ok(list)
    }

    /// Whether it was made under this key.
    pub fn is_under(&self, key: &str) -> bool {
        self.key == key
    }

    /// Why what stands so is left out.
    pub fn reason(&self, stands_for_it: &str) -> Option<&str> {
        self.reasons.get(stands_for_it).map(String::as_str)
    }
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|octet| octet.is_ascii_digit() || (b'A'..=b'F').contains(&octet))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read_back() {
        let [key, one, other] = ["0", "A", "B"].map(|digit| digit.repeat(64));
        let mut list = Keyed::under(key.clone());
        list.insert(other.clone(), "");
        list.insert(one.clone(), "an  informant\nof ours");
        assert_eq!(list.text(), format!("key {key}\n{one} an informant of ours\n{other} \n"));
        assert_eq!(Keyed::read("l", &list.text()), Ok(list.clone()));
        assert!(list.is_under(&key) && !list.is_under(&one));
        assert_eq!((list.reason(&one), list.reason(&key)), (Some("an informant of ours"), None));
    }

    #[test]
    fn a_line_that_bars_nobody_is_an_error_with_its_place() {
        let digest = "A".repeat(64);
        let good = format!("key {digest}\n{digest} x\n");
        for (text, place) in [
            (String::new(), "l, line 1: "),
            (format!("{digest} x\n"), "l, line 1: "),
            ("key zz\n".into(), "l, line 1: "),
            (format!("{good}zzzz informant\n"), "l, line 3: "),
            (format!("{good}\n"), "l, line 3: "),
            (format!("{good}{} x\n", digest.to_lowercase()), "l, line 3: "),
        ] {
            let error = Keyed::read("l", &text).unwrap_err().to_string();
            assert!(error.starts_with(place), "{error}");
        }
    }
}
