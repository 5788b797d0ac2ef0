//! Whatever is changed between an approval and its run is named.

use proptest::prelude::*;

use super::*;

/// What can be done to a case between its approval and its run.
fn change() -> impl Strategy<Value = Change> {
    let key = prop_oneof![
        Just(("authority.reference", "18/24")),
        Just(("authority.listen_from", "2026-12-01 07:00")),
        Just(("authority.send_from", "2026-12-01 08:30")),
        Just(("authority.send_until", "2026-12-02 21:00")),
        Just(("authority.listen_until", "2026-12-16 12:00")),
        Just(("line.sim_number", "44100000000000012")),
        Just(("message.sender", "Police")),
        Just(("people.test_phone", "07700900009")),
        Just(("limits.at_most", "4")),
        Just(("limits.pace", "3")),
        Just(("limits.hours", "09:00-21:00")),
        Just(("replies.alert", "[\"./tell\"]")),
        Just(("replies.free_captured", "true")),
        Just(("after.review_on", "2027-06-02")),
    ];
    prop_oneof![
        key.prop_map(|(key, value)| Change::Key(key, value)),
        any::<prop::sample::Index>().prop_map(Change::Word),
        (3u32..999).prop_map(Change::Added),
        Just(Change::Removed),
        any::<[u8; 4]>().prop_map(Change::Signers),
        prop_oneof![Just(""), Just("Romanian"), Just("Klingon")].prop_map(Change::Speaks),
        (0usize..2, any::<prop::sample::Index>()).prop_map(|(which, place)| Change::Translated(which, place)),
        (0usize..2).prop_map(Change::Untranslated),
        Just(Change::Swapped),
    ]
}

#[derive(Debug, Clone)]
enum Change {
    Key(&'static str, &'static str),
    /// One letter of the words, at that place.
    Word(prop::sample::Index),
    Added(u32),
    Removed,
    Signers([u8; 4]),
    /// Somebody's language in the lists.
    Speaks(&'static str),
    /// One letter of the words in that language, at that place.
    Translated(usize, prop::sample::Index),
    /// A language loses its text, or gets the words of another.
    Untranslated(usize),
    Swapped,
}

impl Change {
    fn done_to(&self, case: Case) -> (Case, &'static str) {
        match self {
            Self::Key(key, value) => (case.set(key, value), key),
            Self::Word(place) => (Case { words: with_another_letter(WORDS, *place), ..case }, "message"),
            Self::Added(n) => {
                let contacts = format!("{}07700900{n:03},Romanian\n", case.contacts);
                (Case { contacts, ..case }.set("limits.at_most", "3"), "was not approved")
            }
            Self::Removed => {
                (Case { contacts: case.contacts.replace("07700900002,\n", ""), ..case }, "not in the lists any more")
            }
            Self::Speaks(language) => {
                (Case { contacts: case.contacts.replace("Polish", language), ..case }, "...0001 would get other parts")
            }
            Self::Translated(which, place) => {
                let mut case = case;
                case.variants[*which].1 = with_another_letter(&case.variants[*which].1, *place);
                (case, "is not the one that was approved")
            }
            Self::Untranslated(which) => {
                let mut case = case;
                case.variants.remove(*which);
                (case, "is not there any more")
            }
            Self::Swapped => {
                let variants = vec![("polish", ROMANIAN.into()), ("romanian", POLISH.into())];
                (Case { variants, ..case }, "...0001 would get other parts")
            }
            Self::Signers(octets) => (Case { signers: Some(Sha256::of(octets)), ..case }, "allowed_signers"),
        }
    }
}

/// Behind the sender.
fn with_another_letter(words: &str, place: prop::sample::Index) -> String {
    let letters: Vec<usize> = words.char_indices().skip(25).map(|(at, _)| at).collect();
    let at = letters[place.index(letters.len())];
    let other = if words[at..].starts_with('x') { "y" } else { "x" };
    let mut words = words.to_owned();
    words.replace_range(at..=at, other);
    words
}

proptest! {
    #[test]
    fn whatever_changes_after_the_approval_is_named(change in change()) {
        let approved = Case::of_languages().approval();
        let (case, named) = change.done_to(Case::of_languages());
        let found = case.differs(&approved, &BTreeSet::new());
        prop_assert!(found.iter().any(|found| found.words.contains(named)), "{change:?}: {found:?}");
        prop_assert_ne!(case.draft().plan_code, Case::of_languages().draft().plan_code);
        let back = Case::of_languages().differs(&case.approval(), &BTreeSet::new());
        prop_assert!(!back.is_empty(), "{change:?}");
    }
}
