//! What keys do: a wish is made when it is typed, and nothing goes into the record by a slip.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use signpost::record::traffic::Reply;
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

impl Bench {
    fn press(&mut self, code: KeyCode) -> Option<Wish> {
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
    let taken = Deed::Take { reply: urgent, words: "contacted".into() };
    assert_eq!(bench.press(KeyCode::Enter), Some(Wish::Do(taken)));
}

#[test]
fn another_can_be_chosen_and_said_in_other_words() {
    let (mut bench, plain, _) = bench();
    bench.press(KeyCode::Down);
    bench.press(KeyCode::Char('t'));
    (0..9).for_each(|_| drop(bench.press(KeyCode::Backspace)));
    let taken = Deed::Take { reply: plain, words: "not for us".into() };
    assert_eq!(bench.typed("not for us"), Some(Wish::Do(taken)));
}

/// A reply that comes while one is chosen moves the list, not the choice.
#[test]
fn what_comes_meanwhile_does_not_change_what_was_chosen() {
    let (mut bench, plain, _) = bench();
    bench.press(KeyCode::Down);
    bench.made.text(&number(3), "and another");
    bench.look();
    bench.press(KeyCode::Char('t'));
    let taken = Deed::Take { reply: plain, words: "contacted".into() };
    assert_eq!(bench.press(KeyCode::Enter), Some(Wish::Do(taken)));
}

#[test]
fn a_dialogue_takes_every_key_and_escape_leaves_it() {
    let (mut bench, ..) = bench();
    bench.press(KeyCode::Char('n'));
    assert_eq!(bench.typed("stop, halt, notes"), Some(Wish::Do(Deed::Note("stop, halt, notes".into()))));
    bench.press(KeyCode::Char('s'));
    assert_eq!(bench.press(KeyCode::Enter), None, "a stop needs a reason");
    assert_eq!(bench.press(KeyCode::Esc), None);
    assert!(bench.desk.dialog.is_none());
    bench.press(KeyCode::Char('s'));
    assert_eq!(bench.typed("told to"), Some(Wish::Do(Deed::Stop("told to".into()))));
    bench.press(KeyCode::Char('o'));
    assert_eq!(bench.typed("PC Z"), Some(Wish::Do(Deed::HandOver("PC Z".into()))));
}

#[test]
fn what_is_pasted_goes_into_a_dialogue_only() {
    let (mut bench, ..) = bench();
    bench.desk.paste("s\rtold to\r");
    assert!(bench.desk.dialog.is_none(), "a paste presses no key");
    bench.press(KeyCode::Char('n'));
    bench.desk.paste("one\rtwo\u{1b}[2J");
    assert_eq!(bench.press(KeyCode::Enter), Some(Wish::Do(Deed::Note("onetwo[2J".into()))));
}

#[test]
fn ctrl_c_is_for_the_session_at_its_own_screen_and_leaves_any_other() {
    let (mut bench, ..) = bench();
    bench.press(KeyCode::Char('n'));
    assert_eq!((bench.ctrl_c(), bench.ctrl_c()), (Some(Wish::Interrupt), Some(Wish::Interrupt)));
    assert_eq!(bench.desk.interrupts, 2);
    assert_eq!(bench.press(KeyCode::Char('q')), None, "and q is a letter of the note");
    bench.desk = Desk::new(Seat::Elsewhere);
    assert_eq!(bench.ctrl_c(), Some(Wish::Leave));
    assert_eq!(bench.press(KeyCode::Char('q')), Some(Wish::Leave));
}

#[test]
fn whoever_is_not_named_is_told_before_they_type() {
    let (mut bench, ..) = bench();
    bench.desk = Desk::new(Seat::Unnamed);
    for key in ['t', 'n', 's', 'o'] {
        assert_eq!(bench.press(KeyCode::Char(key)), None);
        assert!(bench.desk.dialog.is_none() && bench.seen(80, 24).contains("name yourself"), "{key}");
    }
    assert_eq!(bench.press(KeyCode::Char('q')), Some(Wish::Leave));
}

#[test]
fn the_number_of_people_is_typed_or_nobody_is_texted() {
    let (mut bench, ..) = bench();
    bench.desk.ask_people(3);
    assert_eq!(bench.press(KeyCode::Enter), None, "Enter alone says nothing");
    assert_eq!(bench.typed("3"), Some(Wish::Start(Some(3))));
    bench.desk.ask_people(3);
    assert_eq!(bench.typed("three"), Some(Wish::Start(Some(0))));
    bench.desk.ask_people(3);
    assert_eq!(bench.press(KeyCode::Esc), Some(Wish::Start(None)));
}

#[test]
fn pages_and_hiding() {
    let (mut bench, ..) = bench();
    assert_eq!(bench.press(KeyCode::Char('r')), Some(Wish::Do(Deed::Look)), "that somebody looked is recorded");
    assert_eq!(bench.desk.page, Page::Replies);
    assert_eq!(bench.press(KeyCode::Esc), None);
    assert_eq!(bench.desk.page, Page::Overview);
    bench.press(KeyCode::Char('h'));
    assert_eq!(bench.desk.content, Content::Hidden);
    assert!(!bench.seen(80, 24).contains("scared"), "what people wrote is hidden");
}
