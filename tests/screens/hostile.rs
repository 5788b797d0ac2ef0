//! Replies that act on terminals are inert in every state of the screen.

use proptest::prelude::*;
use signpost::record::traffic::Reply;
use signpost::tui::desk::Page;

use crate::Bench;
use crate::big::hostile;
use crate::made::{empty, number};

/// What a terminal may be sent: no control, bidirectional, zero-width or tag character.
fn is_inert(c: char) -> bool {
    let acts = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}');
    c == '\n' || !c.is_control() && !acts
}

fn urgent(text: &str, from: &str) -> Reply {
    Reply { from: Some(from.into()), text: text.into(), urgent: vec!["scared".into()], ..empty() }
}

#[test]
fn hostile_replies_are_inert_on_every_page() {
    let mut bench = Bench::new(3);
    for text in hostile() {
        bench.made.reply(urgent(&text, &number(2)));
        bench.made.reply(urgent("x", &text));
    }
    for page in [Page::Overview, Page::Replies] {
        bench.desk.page = page;
        bench.look();
        for received in bench.picture.replies.clone() {
            bench.desk.chosen = Some(received.seq);
            for (width, height) in [(80, 24), (132, 43)] {
                let seen = bench.seen(width, height);
                assert!(seen.chars().all(is_inert), "{seen:?}");
                assert_eq!(seen.lines().count(), usize::from(height), "a text never adds a line");
                assert!(seen.contains("REPLIES"), "a text never pushes the rest away: {seen}");
            }
        }
    }
    insta::assert_snapshot!(bench.seen(80, 24));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_is_written_is_inert(text in any::<String>(), from in any::<String>()) {
        let mut bench = Bench::new(0);
        bench.made.reply(urgent(&text, &from));
        bench.desk.page = Page::Replies;
        prop_assert!(bench.seen(80, 24).chars().all(is_inert));
    }
}
