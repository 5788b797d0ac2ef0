//! The rules together: a whole case, and everything that must stop it.

mod drift;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::approval::{Approval, Difference, Draft, Now, Strength, Whole};
use super::clearance::{Answer, Ask, Tried, before_the_run, clear, same_name, too_many};
use super::contacts::{self, Rules, Sorted};
use super::edit::set;
use super::file::{CaseFile, TEMPLATE};
use super::language::Language;
use super::message::Message;
use super::number::Realm;
use super::pinned::{Pinned, Seed};
use super::plan::{History, Plan};
use super::sheet::Sheet;
use super::terms::Terms;
use super::texts::{Listed, Spoken, Texts, Which};
use super::{LineIdentity, PartId};
use crate::ids::{Msisdn, Sha256};
use crate::pdu::alphabet::National;

const WORDS: &str = "Nottinghamshire Police: this line is closed. For help call 0800 000000.";
const POLISH: &str = "Nottinghamshire Police: ta linia jest zamknieta. Pomoc: 0800 000000.";
const ROMANIAN: &str = "Nottinghamshire Police: linia este inchisa. Ajutor: 0800 000000.";

struct Case {
    text: String,
    words: String,
    variants: Vec<(&'static str, String)>,
    contacts: String,
    signers: Option<Sha256>,
}

impl Case {
    fn whole() -> Self {
        let text = filled_in(TEMPLATE);
        Self {
            text,
            words: WORDS.into(),
            variants: Vec::new(),
            contacts: "07700900001\n07700900002\n".into(),
            signers: None,
        }
    }

    fn set(mut self, key: &str, value: &str) -> Self {
        self.text = set(&self.text, key, value).unwrap();
        self
    }

    fn file(&self) -> CaseFile {
        CaseFile::parse(&self.text).unwrap()
    }

    fn terms(&self) -> Terms {
        self.file().terms().unwrap()
    }

    /// As [`Self::whole`], with a text in Polish and one in Romanian, and people who have those languages.
    fn of_languages() -> Self {
        let contacts = "number,language\n07700900001,Polish\n07700900002,\n".into();
        Self { variants: vec![("polish", POLISH.into()), ("romanian", ROMANIAN.into())], contacts, ..Self::whole() }
    }

    fn texts(&self) -> Texts {
        let message = |words: &str| Message::parse(words, "", National::Forbidden).unwrap();
        let variants = self.variants.iter().map(|(name, words)| (Language::read(name).unwrap(), message(words)));
        Texts::new(message(&self.words), variants).unwrap()
    }

    fn listed(&self) -> Listed {
        Listed::of(&self.sorted(), &self.texts())
    }

    fn sorted(&self) -> Sorted {
        let rows = contacts::read("c.csv", self.contacts.as_bytes(), &[]).unwrap().rows;
        let languages: Vec<Language> = self.variants.iter().filter_map(|(name, _)| Language::read(name)).collect();
        contacts::sort(rows, &Rules { languages: &languages, ..Rules::plain(Realm::Real) })
    }

    fn plan(&self) -> Plan {
        Plan::make(&self.terms(), &self.texts(), &self.sorted(), &History::default())
    }

    fn draft(&self) -> Draft {
        let (file, texts) = (self.file(), self.texts());
        let now = Now::of(&file, &texts, self.signers.as_ref()).unwrap();
        Draft::pin(&self.plan(), &now, line(), &Seed([7; 32]))
    }

    fn approval(&self) -> Approval {
        self.draft().approved("DI A. Example", Strength::NameOnly, None)
    }

    fn sheet(&self) -> String {
        self.sheet_and_list().0
    }

    fn sheet_and_list(&self) -> (String, String) {
        let (draft, terms, texts, sorted) = (self.draft(), self.terms(), self.texts(), self.sorted());
        let plan = self.plan();
        let sheet = Sheet {
            draft: &draft,
            terms: &terms,
            texts: &texts,
            plan: &plan,
            sorted: &sorted,
            signers: &[],
            now: noon(),
        };
        let list = sheet.list();
        (sheet.text(&Sha256::of(list.as_bytes())), list)
    }

    fn differs(&self, approved: &Approval, excused: &BTreeSet<Msisdn>) -> Vec<Difference> {
        let (file, texts) = (self.file(), self.texts());
        let now = Now::of(&file, &texts, self.signers.as_ref()).unwrap();
        approved.differs(&self.listed(), &now, excused)
    }

    fn codes_against(&self, approved: &Approval) -> Vec<&'static str> {
        let differences = self.differs(approved, &BTreeSet::new());
        let refusals = before_the_run(noon(), &self.terms(), Some(approved), differences, "PC Y", &BTreeSet::new());
        refusals.iter().map(|refusal| refusal.code()).collect()
    }
}

/// Every key that must be.
pub(super) fn filled_in(template: &str) -> String {
    let keys = [
        ("authority.reference", "17/24"),
        ("authority.granted_by", "DI A. Example"),
        ("authority.purpose", "To tell people where help is"),
        ("authority.listen_from", "2026-12-01 08:00"),
        ("authority.send_from", "2026-12-01 09:00"),
        ("authority.send_until", "2026-12-02 20:00"),
        ("authority.listen_until", "2026-12-15 12:00"),
        ("line.exhibit", "ABC/1"),
        ("line.sim_number", "8944100000000000012"),
        ("message.sender", "Nottinghamshire Police"),
        ("people.approver", "DI A. Example"),
        ("limits.at_most", "3"),
        ("after.review_on", "2027-06-01"),
    ];
    keys.iter().fold(template.to_owned(), |text, (key, value)| set(&text, key, value).unwrap())
}

fn line() -> LineIdentity {
    LineIdentity { iccid: "8944100000000000012".parse().unwrap(), imsi: "001010123456789".parse().unwrap() }
}

fn noon() -> Timestamp {
    "2026-12-01T12:00:00Z".parse().unwrap()
}

fn ask(now: &str, case: &Case, line: &LineIdentity, tried: u32) -> Result<Clear, Vec<&'static str>> {
    let (terms, approval) = (case.terms(), case.approval());
    let part = PartId { person: 1, part: 1 };
    let now = now.parse().unwrap();
    let person = Tried::NotYet;
    let ask = Ask { now, terms: &terms, approval: &approval, line, part, people_tried: tried, person };
    match clear(&ask) {
        Answer::Clear(_) => Ok(Clear::Now),
        Answer::Wait(until) => Ok(Clear::At(until.to_string())),
        Answer::Refused(refusals) => Err(refusals.iter().map(|refusal| refusal.code()).collect()),
    }
}

#[derive(Debug, PartialEq)]
enum Clear {
    Now,
    At(String),
}

#[test]
fn one_change_of_anything_pinned_is_named() {
    let approved = Case::whole().approval();
    assert_eq!(Case::whole().codes_against(&approved), Vec::<&str>::new());
    let text = |words: &str| Case { words: words.into(), ..Case::whole() };
    let people = |contacts: &str| Case { contacts: contacts.into(), ..Case::whole() };
    let table: Vec<(Case, &[&str])> = vec![
        (text(&WORDS.replace("closed.", "closed!")), &["message-changed"]),
        (people("07700900001\n07700900002\n07700900003\n"), &["recipient-added"]),
        (people("07700900001\n"), &["recipient-removed"]),
        (people("07700900001\n07700900003\n"), &["recipient-added", "recipient-removed"]),
        (Case::whole().set("limits.at_most", "4"), &["limit-changed"]),
        (Case::whole().set("limits.pace", "3"), &["limit-changed"]),
        (Case::whole().set("limits.hours", "09:00-20:01"), &["hours-changed"]),
        (Case::whole().set("authority.send_until", "2026-12-02 20:01"), &["authority-changed"]),
        (Case::whole().set("authority.reference", "17/25"), &["authority-changed"]),
        (Case::whole().set("line.sim_number", "894410000000000002"), &["line-changed"]),
        (Case::whole().set("replies.free_captured", "true"), &["replies-changed"]),
        (Case::whole().set("limits.at_most", "1"), &["limit-too-low", "limit-changed"]),
    ];
    for (case, codes) in table {
        let found = case.codes_against(&approved);
        assert!(codes.iter().all(|code| found.contains(code)), "{codes:?} in {found:?}");
        assert!(found.iter().all(|code| codes.contains(code)), "only {codes:?} in {found:?}");
    }
}

#[test]
fn a_part_goes_only_while_every_rule_holds() {
    let case = Case::whole();
    let other = LineIdentity { iccid: "8944100000000000020".parse().unwrap(), ..line() };
    assert_eq!(ask("2026-12-01T12:00:00Z", &case, &line(), 0), Ok(Clear::Now));
    assert_eq!(ask("2026-12-01T21:00:00Z", &case, &line(), 0), Ok(Clear::At("2026-12-02T09:00:00Z".into())));
    let refused: [(&str, &LineIdentity, u32, &[&str]); 6] = [
        ("2026-11-30T12:00:00Z", &line(), 0, &["authority-not-yet", "authority-not-yet"]),
        ("2026-12-02T20:00:00Z", &line(), 0, &["authority-expired"]),
        ("2026-12-01T12:00:00Z", &other, 0, &["sim-not-as-printed", "sim-differs"]),
        ("2026-12-01T12:00:00Z", &line(), 3, &["limit-reached"]),
        ("2026-12-14T12:00:00Z", &line(), 3, &["authority-expired", "too-close-to-end-of-listening", "limit-reached"]),
        ("2026-12-02T21:00:00Z", &line(), 0, &["authority-expired"]),
    ];
    for (now, line, tried, codes) in refused {
        assert_eq!(ask(now, &case, line, tried), Err(codes.to_vec()), "{now}");
    }
}

#[test]
fn hours_that_open_only_after_the_authority_ended_are_a_refusal() {
    let case = Case::whole().set("authority.send_until", "2026-12-01 23:00");
    assert_eq!(ask("2026-12-01T21:00:00Z", &case, &line(), 0), Err(vec!["authority-expired"]));
}

#[test]
fn narrowing_never_voids_an_approval() {
    let approved = Case::whole().approval();
    let narrowed = Case { contacts: "07700900001\n".into(), ..Case::whole() };
    let excused = BTreeSet::from(["+447700900002".parse().unwrap()]);
    assert_eq!(narrowed.differs(&approved, &excused), []);
}

#[test]
fn the_approver_does_not_send() {
    let case = Case::whole();
    let codes = |operator: &str| -> Vec<&str> {
        let refusals =
            before_the_run(noon(), &case.terms(), Some(&case.approval()), Vec::new(), operator, &BTreeSet::new());
        refusals.iter().map(|refusal| refusal.code()).collect()
    };
    for operator in [
        " di a. example",
        "DI A Example",
        "DI  A. Example",
        "A. EXAMPLE",
        "DCI Example, DI A. Example",
        "D.I. A. Example",
        "DCI A. Example",
        "DI A. Example 4711",
        "DI A. Example (on call)",
        "Detective Inspector A Example",
    ] {
        assert_eq!(codes(operator), ["operator-is-approver"], "{operator}");
    }
    for operator in
        ["PC Y", "DI B. Example", "I A. Example-Smith", "DIA B. Example", "DI A. Example-Smith", "DI A. Exampl\u{e9}"]
    {
        assert_eq!(codes(operator), [""; 0], "{operator}");
    }
    assert!(same_name("DI \u{c9}. Cox", "di \u{e9}. cox"), "in capitals and not");
}

#[test]
fn who_was_tried_counts_too() {
    let case = Case::whole();
    let most = case.terms().at_most;
    let code = |people, tried| too_many(people, tried, most).map(|refusal| refusal.to_string());
    let most = most as usize;
    assert_eq!((code(most, 0), code(1, most - 1), code(0, most)), (None, None, None));
    assert!(code(1, most).unwrap().contains("were tried in this case before") && code(most + 1, 0).is_some());
    let tried: BTreeSet<Msisdn> = (0..most).map(|n| format!("+4477009005{n:02}").parse().unwrap()).collect();
    let refusals = before_the_run(noon(), &case.terms(), Some(&case.approval()), Vec::new(), "PC Y", &tried);
    assert_eq!(refusals.iter().map(|refusal| refusal.code()).collect::<Vec<_>>(), ["limit-too-low"]);
    let own = case.approval().people.iter().map(|person| person.to.clone()).collect();
    assert_eq!(before_the_run(noon(), &case.terms(), Some(&case.approval()), Vec::new(), "PC Y", &own), []);
}

#[test]
fn an_altered_approval_does_not_fit_its_code() {
    let mut approval = Case::whole().approval();
    assert_eq!(approval.is_whole(), Whole::Yes);
    Arc::make_mut(&mut approval.people[0]).to = "+447700900009".parse().unwrap();
    assert_eq!(approval.is_whole(), Whole::No);
    let mut approval = Case::whole().approval();
    approval.line.imsi = "001010123456780".parse().unwrap();
    assert_eq!(approval.is_whole(), Whole::No, "another line");
}

#[test]
fn the_sheet_is_whole_and_never_approves_itself() {
    let case = Case::whole();
    let sheet = case.sheet();
    for piece in ["17/24", "ABC/1", "2 people", "people-", WORDS, "weakest", case.draft().plan_code.as_str()] {
        assert!(sheet.contains(piece), "{piece} in\n{sheet}");
    }
    assert!(!sheet.lines().any(|line| line.trim_start().starts_with("APPROVED")));
    assert!(sheet.lines().all(|line| line.chars().count() <= 80), "{sheet}");
}

#[test]
fn a_long_text_keeps_the_sheet_in_80_columns_and_is_whole() {
    let words = format!("{WORDS} {}", "APPROVED by nobody; ".repeat(12));
    let case = Case { words: words.clone(), ..Case::whole() }.set("authority.purpose", &"to help ".repeat(20));
    let case = case.set("people.test_phone", "07700900009");
    let sheet = case.sheet();
    assert!(sheet.lines().all(|line| line.chars().count() <= 80), "{sheet}");
    assert!(!sheet.lines().any(|line| line.trim_start().starts_with("APPROVED")), "{sheet}");
    assert!(sheet.contains("+447700900009"), "the test phone\n{sheet}");
    assert!(sheet.replace("\n  + ", "").contains(&words), "{sheet}");
}

#[test]
fn people_keep_their_number_and_the_tried_are_skipped() {
    let case = Case::whole();
    let rows = contacts::read("c.csv", b"07700900003\n07700900002\n07700900001\n", &[]).unwrap().rows;
    let sorted = contacts::sort(rows, &Rules::plain(Realm::Real));
    let history = History {
        numbers: [("+447700900001".parse().unwrap(), 1), ("+447700900002".parse().unwrap(), 2)].into(),
        tried: BTreeSet::from(["+447700900001".parse().unwrap()]),
        barred: BTreeSet::new(),
    };
    let plan = Plan::make(&case.terms(), &case.texts(), &sorted, &history);
    assert_eq!(plan.people.iter().map(|p| p.person).collect::<Vec<_>>(), [3, 2]);
}

#[test]
fn each_person_gets_the_text_of_their_language() {
    let case = Case::of_languages();
    let contacts = "number,language\n07700900001,ROMANIAN\n07700900002,\n07700900003,French\n07700900004,French\n\
                    07700900004,Polish\n07700900003,Greek\n07700900001,Polish\n"
        .to_owned();
    let case = Case { contacts, ..case };
    let words = |pinned: &Arc<Pinned>| case.texts().iter().find(|(_, text)| text.parts == pinned.parts).unwrap().0;
    let which: Vec<Which> = case.draft().people.iter().map(words).collect();
    let (texts, of) = (case.texts(), |name| case.texts().of(Language::read(name).as_ref()));
    assert_eq!(which, [of("Romanian"), Which::MAIN, Which::MAIN, of("Polish")]);
    assert_eq!(texts.get(of("polish")).message.text(), POLISH);
    assert_eq!(case.plan().people_of(of("polish")), 1);
    let spoken = Spoken::of(&case.sorted(), &texts);
    assert_eq!(spoken.without_text, [(Language::read("French").unwrap(), 1)].into());
    assert_eq!(spoken.several, 3, "also of languages that have no text");
}

#[test]
fn languages_with_the_same_words_have_one_text() {
    let case =
        Case { variants: vec![("a", POLISH.into()), ("b", POLISH.into()), ("en", WORDS.into())], ..Case::whole() };
    let languages: Vec<usize> = case.texts().iter().map(|(_, text)| text.languages.len()).collect();
    assert_eq!(languages, [1, 2]);
}

#[test]
fn the_sheet_has_the_words_of_each_language_and_how_many_get_them() {
    let (sheet, list) = Case::of_languages().sheet_and_list();
    assert!(list.contains("+447700900001    [polish] \n") && list.contains("+447700900002    \n"), "{list}");
    for piece in [WORDS, POLISH, ROMANIAN, "1 person", "0 people", "for the language romanian"] {
        assert!(sheet.contains(piece), "{piece} in\n{sheet}");
    }
    assert!(sheet.lines().all(|line| line.chars().count() <= 80), "{sheet}");
}

#[test]
fn a_limit_at_an_hour_that_is_skipped_or_comes_twice_is_refused() {
    for moment in ["2026-10-25 01:30", "2027-03-28 01:30"] {
        let missing = Case::whole().set("authority.send_until", moment).file().terms().unwrap_err();
        assert!(missing.iter().any(|missing| missing.key == "authority.send_until"), "{moment}: {missing:?}");
    }
}

#[test]
fn a_part_that_is_not_in_the_plan_is_refused() {
    let case = Case::whole();
    let (terms, approval, line) = (case.terms(), case.approval(), line());
    let part = PartId { person: 9, part: 1 };
    let (now, person) = ("2026-12-01T21:00:00Z".parse().unwrap(), Tried::NotYet);
    let ask = Ask { now, terms: &terms, approval: &approval, line: &line, part, people_tried: 0, person };
    let Answer::Refused(found) = clear(&ask) else { panic!("must be refused") };
    assert_eq!(found.iter().map(|refusal| refusal.code()).collect::<Vec<_>>(), ["not-in-plan"]);
}

#[test]
fn the_same_seed_makes_the_same_code_and_another_another() {
    let case = Case::whole();
    let (file, texts) = (case.file(), case.texts());
    let now = Now::of(&file, &texts, None).unwrap();
    let code = |seed| Draft::pin(&case.plan(), &now, line(), &Seed([seed; 32])).plan_code;
    assert_eq!(code(1), code(1));
    assert_ne!(code(1), code(2));
}
