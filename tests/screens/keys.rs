//! What keys do: a wish is made when it is typed, and nothing goes into the record by a slip.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use signpost::record::Record;
use signpost::record::body::Notice;
use signpost::record::entry::Entry;
use signpost::record::erase::Erasing;
use signpost::record::keeping::Handover;
use signpost::record::seal::StationKey;
use signpost::record::traces::Forms;
use signpost::record::traffic::{Mark, Reply};
use signpost::session::confirmation::Confirmed;
use signpost::tui::desk::{Content, Deed, Desk, Page, Seat, Wish};

use crate::Bench;
use crate::made::{empty, number};

fn bench() -> (Bench, u64, u64) {
    let mut bench = Bench::new(3);
    let plain = bench.made.text(&number(1), "who is this");
    let urgent = Reply { from: Some(number(2).as_str().into()), urgent: vec!["scared".into()], ..empty() };
    let urgent = bench.made.reply(Reply { text: "I am scared".into(), ..urgent });
    bench.look();
    (bench, plain, urgent)
}

fn by_y(deed: Deed) -> Option<Wish> {
    Some(Wish::Do(deed, Some("PC Y".into())))
}

fn taken(reply: u64, words: &str) -> Option<Wish> {
    by_y(Deed::Take { reply, words: words.into() })
}

impl Bench {
    /// A key is pressed.
    pub fn press(&mut self, code: KeyCode) -> Option<Wish> {
        self.desk.key(KeyEvent::new(code, KeyModifiers::NONE), &self.picture)
    }

    fn typed(&mut self, words: &str) -> Option<Wish> {
        words.chars().for_each(|c| assert_eq!(self.press(KeyCode::Char(c)), None, "while it is typed nothing happens"));
        self.press(KeyCode::Enter)
    }

    fn ctrl_c(&mut self) -> Option<Wish> {
        self.desk.key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL), &self.picture)
    }
}

#[test]
fn the_urgent_reply_that_waits_is_taken_first() {
    let (mut bench, _, urgent) = bench();
    assert_eq!(bench.press(KeyCode::Char('t')), None);
    assert_eq!(bench.press(KeyCode::Enter), None, "what was done is said by the person, in evidence");
    assert_eq!(bench.typed("rang her"), taken(urgent, "rang her"));
}

#[test]
fn another_can_be_chosen_and_said_in_other_words() {
    let (mut bench, plain, _) = bench();
    bench.press(KeyCode::Down);
    bench.press(KeyCode::Down);
    bench.press(KeyCode::Char('t'));
    assert_eq!(bench.typed("not for us"), taken(plain, "not for us"));
}

/// A reply that comes while one is chosen moves the list, not the choice.
#[test]
fn what_comes_meanwhile_does_not_change_what_was_chosen() {
    let (mut bench, plain, _) = bench();
    bench.press(KeyCode::Down);
    bench.press(KeyCode::Down);
    bench.made.text(&number(3), "and another");
    bench.look();
    bench.press(KeyCode::Char('t'));
    bench.made.reply(Reply { urgent: vec!["scared".into()], text: "help".into(), ..empty() });
    bench.look();
    bench.desk.choose_first();
    assert_eq!(bench.typed("seen"), taken(plain, "seen"));
}

/// An urgent reply is seen and taken first, whatever was chosen before it came.
#[test]
fn a_new_urgent_reply_drops_an_old_choice() {
    let (mut bench, _, urgent) = bench();
    (0..3).for_each(|_| drop(bench.press(KeyCode::Down)));
    bench.desk.choose_first();
    bench.press(KeyCode::Char('t'));
    assert_eq!(bench.typed("mine"), taken(urgent, "mine"));
}

#[test]
fn a_dialogue_takes_every_key_and_escape_leaves_it() {
    let (mut bench, ..) = bench();
    bench.press(KeyCode::Char('n'));
    assert_eq!(bench.typed("stop, halt, notes"), by_y(Deed::Note("stop, halt, notes".into())));
    bench.press(KeyCode::Char('s'));
    assert_eq!(bench.press(KeyCode::Enter), None, "a stop needs a reason");
    assert_eq!(bench.press(KeyCode::Esc), None);
    assert!(bench.desk.dialog.is_none());
    bench.press(KeyCode::Char('s'));
    assert_eq!(bench.typed("told to"), by_y(Deed::Stop("told to".into())));
    bench.press(KeyCode::Char('o'));
    assert_eq!(bench.typed("PC Z"), by_y(Deed::HandOver("PC Z".into())));
}

#[test]
fn what_is_pasted_goes_into_a_dialogue_only() {
    let (mut bench, ..) = bench();
    bench.desk.paste("s\rtold to\r");
    assert!(bench.desk.dialog.is_none(), "a paste presses no key");
    bench.press(KeyCode::Char('n'));
    bench.desk.paste("rang 07700900123\r\n");
    bench.desk.paste("4 times\u{1b}[2J");
    assert_eq!(bench.press(KeyCode::Enter), by_y(Deed::Note("rang 07700900123 4 times [2J".into())));
}

/// The session may end under somebody's fingers: what they typed is told them, and is no key press of the terminal.
#[test]
fn what_is_half_typed_at_the_end_is_not_lost() {
    let (mut bench, plain, urgent) = bench();
    let mut left = |key, words: &str| {
        bench.press(KeyCode::Esc);
        bench.press(KeyCode::Char(key));
        words.chars().for_each(|c| drop(bench.press(KeyCode::Char(c))));
        bench.desk.dialog.as_ref().and_then(|dialog| dialog.half_typed())
    };
    let note = "typed without Enter, so not in the record: rang her\n  help: signpost note WORDS";
    assert_eq!(left('n', "rang her \u{202e}\u{1b}").map(|words| words.contains('\u{202e}')), Some(false));
    assert_eq!(left('n', "rang her").as_deref(), Some(note));
    let about = left('t', "seen").unwrap_or_default();
    assert!(about.contains(&format!("signpost replies --mark {urgent} ")), "{about}; not {plain}");
    assert_eq!([left('n', " "), left('s', "told to"), left('o', "PC Z")], [None, None, None]);
}

/// A note is kept as it was typed, or the person is told that it was not.
#[test]
fn what_is_too_long_says_so() {
    let (mut bench, ..) = bench();
    bench.press(KeyCode::Char('n'));
    bench.desk.paste(&"x".repeat(150_000));
    assert!(bench.seen(80, 24).contains("not all of it was taken"));
    bench.press(KeyCode::Char('y'));
    assert!(bench.seen(80, 24).contains("not all of it was taken"));
    assert_eq!(bench.press(KeyCode::Enter), by_y(Deed::Note("x".repeat(4_000))));
}

/// Nobody writes in the name of whoever was on shift before.
#[test]
fn at_another_screen_the_one_who_is_named_types_and_is_shown() {
    let (mut bench, ..) = bench();
    bench.desk = Desk::new(Seat::Elsewhere, Some("DC W".into()));
    assert!(bench.seen(80, 24).contains("You DC W"));
    bench.press(KeyCode::Char('n'));
    assert!(bench.seen(80, 24).contains(" DC W: note: "));
    assert_eq!(bench.typed("x"), Some(Wish::Do(Deed::Note("x".into()), Some("DC W".into()))));
    bench.desk.hear(Ok("Noted".into()));
    bench.press(KeyCode::Char('o'));
    assert!(bench.typed("PC Z").is_some());
    bench.desk.hear(Ok("PC Z is at work from now on".into()));
    bench.press(KeyCode::Char('n'));
    assert!(bench.seen(80, 24).contains(" PC Z: note: "), "whoever took over here types here");
}

/// Whoever is on shift already says at another screen that it is they who sit there now.
#[test]
fn whoever_is_on_shift_sits_down_at_another_screen() {
    let (mut bench, ..) = bench();
    bench.desk = Desk::new(Seat::Elsewhere, Some("PC V".into()));
    bench.press(KeyCode::Char('o'));
    assert_eq!(bench.typed("PC Y"), None, "nothing is handed over");
    assert!(!bench.seen(80, 24).contains("You PC V"));
    bench.press(KeyCode::Char('n'));
    assert_eq!(bench.typed("x"), by_y(Deed::Note("x".into())));
}

/// The reply that is read is the one that is taken, whatever others do meanwhile.
#[test]
fn the_reply_on_the_page_stays_there() {
    let (mut bench, plain, urgent) = bench();
    bench.press(KeyCode::Char('r'));
    bench.made.add(Entry::Mark(Mark { reply: urgent, mark: "rang her".into() }));
    bench.made.reply(Reply { urgent: vec!["scared".into()], text: "help".into(), ..empty() });
    assert!(bench.seen(80, 24).contains(&format!("REPLY {urgent} ")));
    bench.press(KeyCode::Char('t'));
    assert!(bench.seen(80, 24).contains("(PC Y has it)"));
    assert_eq!(bench.typed("rang again"), taken(urgent, "rang again"));
    assert_ne!(plain, urgent);
}

/// A long reply that becomes whole while somebody types about its part.
#[test]
fn a_part_that_is_being_taken_becomes_whole() {
    let mut bench = Bench::new(1);
    let urgent = Reply { from: Some(number(1).as_str().into()), urgent: vec!["scared".into()], ..empty() };
    let first = bench.made.capture("0791447700090000040C");
    bench.made.later(Entry::Reply(Reply {
        captures: vec![first],
        missing: vec![2],
        text: "I am".into(),
        ..urgent.clone()
    }));
    bench.look();
    bench.made.clock.wait(90);
    bench.press(KeyCode::Char('t'));
    let rest = bench.made.capture("0791447700090000040C");
    let whole =
        bench.made.later(Entry::Reply(Reply { captures: vec![first, rest], text: "I am scared".into(), ..urgent }));
    let seen = bench.seen(80, 24);
    assert!(seen.contains("from ...0001. What did you do?"), "{seen}");
    assert_eq!(bench.typed("no action needed"), None, "what was typed about a part is not said about the whole");
    assert!(bench.seen(80, 24).contains("more of it came: read it"), "{}", bench.seen(80, 24));
    assert_eq!(bench.desk.page, Page::Replies);
    assert_eq!(bench.press(KeyCode::Enter), taken(whole, "no action needed"));
    assert!(seen.contains("not taken for 1 min 30 s"), "it has waited since its first part: {seen}");
    bench.made.add(Entry::Mark(Mark { reply: whole, mark: "rang her".into() }));
    bench.look();
    assert_eq!(bench.picture.untaken().count(), 0);
}

/// After one long reply the next is read from its beginning.
#[test]
fn scrolling_is_of_one_reply() {
    let mut bench = Bench::new(1);
    let long = |from: u32| Reply {
        from: Some(number(from).as_str().into()),
        text: "x ".repeat(3_000).as_str().into(),
        ..empty()
    };
    bench.made.reply(long(1));
    bench.made.reply(long(2));
    bench.look();
    bench.press(KeyCode::Char('r'));
    assert!(bench.seen(80, 24).contains("MORE BELOW"));
    (0..500).for_each(|_| drop(bench.press(KeyCode::PageDown)));
    assert!(bench.seen(80, 24).contains("MORE ABOVE"));
    bench.press(KeyCode::Down);
    assert!(bench.seen(80, 24).contains("MORE BELOW"), "another begins at its beginning");
    bench.press(KeyCode::Up);
    (0..500).for_each(|_| drop(bench.press(KeyCode::PageDown)));
    (0..60).for_each(|_| drop(bench.press(KeyCode::PageUp)));
    assert!(bench.seen(80, 24).contains("MORE BELOW"), "there is an end to how far it goes");
}

/// What was erased is not shown by a screen that was open before.
#[test]
fn what_is_erased_goes_from_the_screen() {
    let (mut bench, ..) = bench();
    assert!(bench.seen(80, 24).contains("I am scared"));
    let key = StationKey::load_or_create(&bench.path().with_extension("station")).unwrap();
    let forms = Forms::of(&[number(2)].into()).unwrap();
    let traces = bench.made.record.traces(&forms).unwrap();
    let (authority, why, files) = ("order 12/27".into(), "not convicted".into(), Vec::new());
    let (path, clock) = (bench.path(), bench.made.clock.clone());
    bench.made.record.erase(Erasing { forms: &forms, traces, files, authority, why }, &key).unwrap();
    bench.made.record = Record::open(&path, "PC Y", clock).unwrap();
    assert!(!bench.seen(80, 24).contains("I am scared"));
}

#[test]
fn ctrl_c_is_for_the_session_at_its_own_screen_and_leaves_any_other() {
    let (mut bench, ..) = bench();
    bench.press(KeyCode::Char('n'));
    assert_eq!(bench.ctrl_c(), None, "it is counted where keys are read");
    assert_eq!(bench.press(KeyCode::Char('q')), None, "and q is a letter of the note");
    bench.desk = Desk::new(Seat::Elsewhere, Some("PC Y".into()));
    assert_eq!(bench.ctrl_c(), Some(Wish::Leave));
    assert_eq!(bench.press(KeyCode::Char('q')), Some(Wish::Leave));
}

#[test]
fn whoever_is_not_named_is_told_before_they_type() {
    let (mut bench, ..) = bench();
    bench.desk = Desk::new(Seat::Unnamed, None);
    for key in ['t', 'n', 's', 'o'] {
        assert_eq!(bench.press(KeyCode::Char(key)), None);
        assert!(bench.desk.dialog.is_none() && bench.seen(80, 24).contains("name yourself"), "{key}");
    }
    assert_eq!(bench.press(KeyCode::Char('q')), Some(Wish::Leave));
}

#[test]
fn the_number_of_people_is_typed_or_nobody_is_texted() {
    let (mut bench, ..) = bench();
    let what = "a person is asked how many people are to be texted".into();
    bench.made.add(Entry::Notice(Notice { code: "asks-number".into(), what, said: None }));
    bench.desk.ask_people(3);
    assert_eq!(bench.press(KeyCode::Enter), None, "Enter alone says nothing");
    assert_eq!(bench.typed("30"), None, "a wrong number starts nothing and ends nothing");
    assert!(bench.seen(80, 24).contains("nobody is texted yet"));
    assert_eq!(bench.typed("3"), Some(Wish::Start(Confirmed::Yes)));
    bench.desk.ask_people(3);
    assert_eq!(bench.press(KeyCode::Esc), None, "what came in goes first: the question is put aside");
    assert!(bench.seen(80, 24).contains("Nobody is texted before the number of people is typed (3): [Enter]"));
    bench.press(KeyCode::Char('h'));
    assert_eq!(bench.press(KeyCode::Enter), None);
    assert_eq!(bench.typed("no"), Some(Wish::Start(Confirmed::No)));
    assert!(bench.seen(80, 24).contains("Nobody is texted"));
}

/// The Enter of a note is not the answer to a question that came up while it was typed.
#[test]
fn the_number_is_asked_for_when_nothing_else_is_typed() {
    let (mut bench, ..) = bench();
    bench.press(KeyCode::Char('n'));
    bench.press(KeyCode::Char('x'));
    bench.desk.ask_people(3);
    assert_eq!(bench.typed("3"), by_y(Deed::Note("x3".into())));
    assert!(bench.desk.dialog.is_none(), "not before the note is written");
    bench.desk.hear(Ok("Noted".into()));
    assert_eq!(bench.typed("3"), Some(Wish::Start(Confirmed::Yes)));
}

/// A note is by whoever was on shift when they began to type it.
#[test]
fn what_is_typed_keeps_the_name_of_who_began_it() {
    let (mut bench, ..) = bench();
    bench.press(KeyCode::Char('n'));
    bench.made.record = Record::open(&bench.path(), "PC Z", bench.made.clock.clone()).unwrap();
    bench.made.add(Entry::Handover(Handover { from: "PC Y".into(), words: String::new() }));
    assert!(bench.seen(80, 24).contains("On shift PC Z"));
    assert_eq!(bench.typed("mine"), by_y(Deed::Note("mine".into())));
}

#[test]
fn what_failed_is_there_again() {
    let (mut bench, ..) = bench();
    bench.press(KeyCode::Char('n'));
    assert!(bench.typed("long words").is_some());
    bench.desk.hear(Err("the record is in use".into()));
    assert!(bench.seen(80, 24).contains("the record is in use"));
    assert_eq!(bench.press(KeyCode::Enter), by_y(Deed::Note("long words".into())));
}

#[test]
fn only_plain_letters_are_keys_in_either_case() {
    let (mut bench, ..) = bench();
    for modifiers in [KeyModifiers::CONTROL, KeyModifiers::ALT] {
        bench.desk.key(KeyEvent::new(KeyCode::Char('s'), modifiers), &bench.picture);
        assert!(bench.desk.dialog.is_none());
    }
    bench.press(KeyCode::Char('S'));
    assert!(bench.desk.dialog.is_some(), "Caps Lock is no reason to do nothing");
}

#[test]
fn pages_and_hiding() {
    let (mut bench, ..) = bench();
    assert_eq!(bench.press(KeyCode::Char('r')), by_y(Deed::Look), "that somebody looked is recorded");
    assert_eq!(bench.desk.page, Page::Replies);
    assert_eq!(bench.press(KeyCode::Esc), None);
    assert_eq!(bench.desk.page, Page::Overview);
    bench.press(KeyCode::Char('h'));
    assert_eq!(bench.desk.content, Content::Hidden);
    assert!(!bench.seen(80, 24).contains("scared"), "what people wrote is hidden");
}
