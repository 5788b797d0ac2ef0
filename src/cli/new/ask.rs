//! What `signpost new` asks at a terminal: the keys that must be filled in and were not given by a flag, one after the
//! other, in the words of the template. Each answer is read as `case.toml` is; nothing is guessed.

use std::io;

use super::super::columns::labelled;
use crate::case::edit::{self, Question};
use crate::case::file::CaseFile;
use crate::case::terms::Missing;

/// Who answers: a terminal, or a test.
pub(super) trait Person {
    /// Shows a question, gives the line that was typed.
    fn ask(&mut self, question: &str) -> io::Result<String>;

    /// Tells what is wrong with an answer.
    fn tell(&mut self, words: &str);
}

const HOW: &str = "What case.toml must say. Enter alone leaves a question for later.";

/// The text of the case file with the answers in it.
pub(super) fn filled_in(case: String, person: &mut impl Person) -> io::Result<String> {
    let missing = missing(&case);
    let open = |question: &Question| missing.iter().any(|missing| missing.key == question.key);
    let questions: Vec<Question> = edit::questions(&case).into_iter().filter(open).collect();
    if !questions.is_empty() {
        person.tell(HOW);
    }
    let all = questions.len();
    (1..).zip(questions).try_fold(case, |case, (nth, question)| {
        let words = format!("\n{nth} of {all}: {}\n{} = ", question.words, question.key);
        answered(case, &question.key, &words, person)
    })
}

/// Asked until the answer can be written there, or is empty.
fn answered(case: String, key: &str, words: &str, person: &mut impl Person) -> io::Result<String> {
    loop {
        let answer = person.ask(words)?;
        if answer.is_empty() {
            return Ok(case);
        }
        match tried(&case, key, &answer) {
            Ok(case) => return Ok(case),
            Err(why) => why.iter().flat_map(|why| labelled("!", why)).for_each(|line| person.tell(&line)),
        }
    }
}

/// The case with the answer in it, unless something is wrong that was not wrong before.
fn tried(case: &str, key: &str, answer: &str) -> Result<String, Vec<String>> {
    let answered = edit::set(case, key, answer).map_err(|_| vec![format!("{key}: must be a number, such as 118")])?;
    let before = missing(case);
    let new = missing(&answered).into_iter().filter(|found| found.key == key || !before.contains(found));
    let why: Vec<String> = new.map(|found| format!("{}: {}", found.key, found.why)).collect();
    if why.is_empty() { Ok(answered) } else { Err(why) }
}

fn missing(case: &str) -> Vec<Missing> {
    CaseFile::parse(case).ok().and_then(|file| file.terms().err()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::edit::set;
    use crate::case::file::TEMPLATE;

    /// Types these lines, and then nothing more.
    #[derive(Default)]
    struct Typist {
        types: Vec<&'static str>,
        asked: Vec<String>,
        told: Vec<String>,
    }

    impl Typist {
        fn of(types: &[&'static str]) -> Self {
            Self { types: types.iter().rev().copied().collect(), ..Self::default() }
        }
    }

    impl Person for Typist {
        fn ask(&mut self, question: &str) -> io::Result<String> {
            self.asked.push(question.to_owned());
            Ok(self.types.pop().unwrap_or_default().to_owned())
        }

        fn tell(&mut self, words: &str) {
            self.told.push(words.to_owned());
        }
    }

    const ALL: [&str; 13] = [
        "17/24",
        "DI A. Example",
        "To tell people where help is",
        "2026-12-01 08:00",
        "2026-12-01 09:00",
        "2026-12-02 20:00",
        "2026-12-15 12:00",
        "ABC/1",
        "8944100000000000012",
        "Nottinghamshire Police",
        "DCI B. Example",
        "118",
        "2027-06-01",
    ];

    #[test]
    fn all_answers_fill_the_file_in() {
        let mut typist = Typist::of(&ALL);
        let case = filled_in(TEMPLATE.to_owned(), &mut typist).unwrap();
        assert!(CaseFile::parse(&case).unwrap().terms().is_ok(), "{case}");
        assert_eq!((typist.asked.len(), typist.told.len()), (13, 1));
        assert_eq!(typist.asked[0], "\n1 of 13: policy log or authority number\nauthority.reference = ");
        assert!(typist.asked.iter().flat_map(|question| question.lines()).all(|line| line.chars().count() <= 80));
    }

    #[test]
    fn nothing_typed_changes_nothing_and_what_a_flag_gave_is_not_asked() {
        let mut typist = Typist::default();
        let given = set(TEMPLATE, "line.exhibit", "ABC/1").unwrap();
        assert_eq!(filled_in(given.clone(), &mut typist).unwrap(), given);
        assert_eq!(typist.asked.len(), 12);
        assert!(typist.asked.iter().all(|question| !question.contains("line.exhibit")));
    }

    #[test]
    fn a_bad_answer_is_asked_again_with_what_is_accepted() {
        let wrong = ["soon", "2026-12-01 08:00"];
        let mut typist = Typist::of(&[&ALL[..3], &wrong, &ALL[4..]].concat());
        let case = filled_in(TEMPLATE.to_owned(), &mut typist).unwrap();
        assert!(CaseFile::parse(&case).unwrap().terms().is_ok());
        assert!(typist.told[1].contains("authority.listen_from: must be a date and a time"), "{:?}", typist.told);
        let mut typist = Typist::of(&[&ALL[..11], &["many", "0", "118"], &ALL[12..]].concat());
        filled_in(TEMPLATE.to_owned(), &mut typist).unwrap();
        assert_eq!(
            typist.told[1..],
            ["!       limits.at_most: must be a number, such as 118", "!       limits.at_most: must be at least 1"]
        );
    }

    #[test]
    fn times_in_a_wrong_order_are_noticed_at_the_last_of_them() {
        let mut typist = Typist::of(&[&ALL[..6], &["2026-11-15 12:00", ""]].concat());
        let case = filled_in(TEMPLATE.to_owned(), &mut typist).unwrap();
        assert!(typist.told[1].contains("the order must be"), "{:?}", typist.told);
        assert_eq!(CaseFile::parse(&case).unwrap().authority.listen_until, "");
    }
}
