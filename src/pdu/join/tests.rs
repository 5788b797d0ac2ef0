//! Parts in every order and confusion.

use proptest::prelude::*;

use super::*;

const DAY: i64 = 86_400;

fn part(id: u64, total: u8, sequence: u8, sent: i64, words: &str) -> Piece {
    let concat = Concat { reference: 9, total, sequence, width: Width::Bits8 };
    Piece { id, concat, sent: Some(sent), words: Words::Text(words.into()) }
}

fn whole(joined: &Joined) -> Vec<(Vec<u64>, String)> {
    let text = |words: &Words| match words {
        Words::Text(text) => text.for_record().to_owned(),
        words => crate::hex::encode(octets(words)),
    };
    joined.whole.iter().map(|whole| (whole.ids.clone(), text(&whole.words))).collect()
}

fn waiting(missing: &[u8], total: u8) -> Place {
    Place::Waiting { missing: missing.to_vec(), total, other_totals: Vec::new() }
}

#[test]
fn out_of_order_repeated_and_whole() {
    let mut joiner = Joiner::new();
    assert_eq!(joiner.push("a", part(30, 3, 3, 2, "c")).place, waiting(&[1, 2], 3));
    assert_eq!(joiner.push("a", part(31, 3, 1, 0, "a")).place, waiting(&[2], 3));
    assert_eq!(joiner.push("a", part(32, 3, 1, 0, "a")).place, Place::Repeated { of: 31 });
    assert_eq!(joiner.push("b", part(33, 3, 2, 1, "x")).place, waiting(&[1, 3], 3));
    let joined = joiner.push("a", part(34, 3, 2, 1, "b"));
    assert_eq!(whole(&joined), [(vec![31, 34, 30], "abc".into())]);
    assert!(joined.whole.iter().all(|whole| whole.doubts.is_empty()));
}

#[test]
fn over_days_and_marked_so() {
    let mut joiner = Joiner::new();
    joiner.push("a", part(1, 2, 1, 0, "mon "));
    let joined = joiner.push("a", part(2, 2, 2, 3 * DAY, "thu"));
    assert_eq!(whole(&joined), [(vec![1, 2], "mon thu".into())]);
    assert_eq!(joined.whole[0].doubts, [Doubt::FarApart(3 * DAY)]);
}

#[test]
fn a_part_repeated_after_the_text_was_whole_falls_into_no_later_text() {
    let mut joiner = Joiner::new();
    for (id, words) in [(1, "OLD1 "), (2, "OLD2 "), (3, "OLD3")] {
        joiner.push("a", part(id, 3, id as u8, id as i64, words));
    }
    assert_eq!(joiner.push("a", part(9, 3, 1, 1, "OLD1 ")).place, Place::Repeated { of: 1 });
    joiner.push("a", part(12, 3, 2, DAY, "NEW2 "));
    joiner.push("a", part(13, 3, 3, DAY, "NEW3"));
    let joined = joiner.push("a", part(14, 3, 1, DAY, "NEW1 "));
    assert_eq!(whole(&joined), [(vec![14, 12, 13], "NEW1 NEW2 NEW3".into())]);
}

#[test]
fn the_same_first_words_again_under_a_used_reference() {
    let mut joiner = Joiner::new();
    joiner.push("a", part(1, 2, 1, 0, "Hi. "));
    assert_eq!(whole(&joiner.push("a", part(2, 2, 2, 1, "one"))), [(vec![1, 2], "Hi. one".into())]);
    assert_eq!(joiner.push("a", part(3, 2, 1, 60, "Hi. ")).place, waiting(&[2], 2));
    assert_eq!(whole(&joiner.push("a", part(4, 2, 2, 61, "two"))), [(vec![3, 4], "Hi. two".into())]);
}

#[test]
fn two_texts_under_one_reference_do_not_swap_halves() {
    let mut joiner = Joiner::new();
    joiner.push("a", part(1, 2, 1, 0, "A1"));
    let joined = joiner.push("a", part(2, 2, 1, 60, "B1"));
    assert_eq!(joined.place, waiting(&[2], 2));
    assert_eq!(whole(&joiner.push("a", part(3, 2, 2, 65, "B2"))), [(vec![2, 3], "B1B2".into())]);
    let joined = joiner.push("a", part(4, 2, 2, 5, "A2"));
    assert_eq!(whole(&joined), [(vec![1, 4], "A1A2".into())]);
}

#[test]
fn an_old_half_taken_for_a_new_one_is_corrected() {
    let mut joiner = Joiner::new();
    joiner.push("a", part(1, 2, 1, 0, "old1"));
    let joined = joiner.push("a", part(2, 2, 2, 4 * DAY, "new2"));
    assert_eq!(joined.whole[0].doubts, [Doubt::FarApart(4 * DAY)]);
    let joined = joiner.push("a", part(3, 2, 1, 4 * DAY - 1, "new1"));
    assert_eq!(whole(&joined), [(vec![3, 2], "new1new2".into())]);
    assert_eq!(joined.whole[0].doubts, [Doubt::Instead(vec![1, 2])]);
    let late = joiner.push("a", part(4, 2, 2, 1, "old2"));
    assert_eq!(whole(&late), [(vec![1, 4], "old1old2".into())]);
}

#[test]
fn texts_in_order_keep_their_halves_although_others_lie_nearer() {
    let mut joiner = Joiner::new();
    joiner.push("a", part(1, 2, 1, 0, "A1"));
    assert_eq!(whole(&joiner.push("a", part(2, 2, 2, 100, "A2"))), [(vec![1, 2], "A1A2".into())]);
    joiner.push("a", part(3, 2, 1, 101, "B1"));
    let joined = joiner.push("a", part(4, 2, 2, 102, "B2"));
    let last = joined.whole.last().unwrap();
    assert_eq!(last.ids, [3, 4]);
    assert!(last.doubts.contains(&Doubt::Reused(vec![1, 2])), "{:?}", last.doubts);
}

#[test]
fn at_the_same_second_or_without_a_time_the_first_goes_with_the_first() {
    for sent in [Some(7), None] {
        let mut joiner = Joiner::new();
        let at = |id, sequence, words: &str| Piece { sent, ..part(id, 2, sequence, 0, words) };
        joiner.push("a", at(1, 1, "A1"));
        joiner.push("a", at(2, 1, "B1"));
        let joined = joiner.push("a", at(3, 2, "A2"));
        assert_eq!(whole(&joined), [(vec![1, 3], "A1A2".into())]);
        assert_eq!(joined.whole[0].doubts, [Doubt::Reused(vec![2])]);
        assert_eq!(whole(&joiner.push("a", at(4, 2, "B2"))), [(vec![2, 4], "B1B2".into())]);
    }
}

#[test]
fn two_texts_with_the_same_first_words_within_seconds() {
    for order in [[1, 2, 3, 4], [1, 2, 4, 3], [4, 3, 2, 1], [2, 4, 1, 3]] {
        let mut joiner = Joiner::new();
        let mut last = BTreeMap::new();
        for (id, which) in (0..).zip(order) {
            let piece = match which {
                1 => part(id, 2, 1, 0, "Dear, "),
                2 => part(id, 2, 1, 5, "Dear, "),
                3 => part(id, 2, 2, 0, "A"),
                _ => part(id, 2, 2, 5, "B"),
            };
            for (ids, text) in whole(&joiner.push("a", piece)) {
                last.retain(|old: &Vec<u64>, _| !old.iter().any(|id| ids.contains(id)));
                last.insert(ids, text);
            }
        }
        let mut texts: Vec<String> = last.into_values().collect();
        texts.sort();
        assert_eq!(texts, ["Dear, A", "Dear, B"], "{order:?}");
    }
}

#[test]
fn a_sender_who_repeats_a_part_does_not_keep_the_text_from_being_whole() {
    let mut joiner = Joiner::new();
    joiner.push("a", part(1, 2, 1, 0, "x"));
    joiner.push("a", part(2, 2, 1, 30, "x"));
    assert_eq!(whole(&joiner.push("a", part(3, 2, 2, 31, "y"))), [(vec![2, 3], "xy".into())]);
}

#[test]
fn what_a_correction_set_free_waits_on_and_is_never_forgotten() {
    let mut joiner = Joiner::new();
    joiner.push("a", part(1, 2, 1, 0, "A1"));
    joiner.push("a", part(2, 2, 2, 30 * DAY, "B2"));
    assert_eq!(whole(&joiner.push("a", part(3, 2, 1, 30 * DAY, "B1"))), [(vec![3, 2], "B1B2".into())]);
    for round in 1..20u64 {
        let at = (30 + round as i64) * DAY;
        joiner.push("a", part(round * 2 + 10, 2, 1, at, &format!("{round}")));
        joiner.push("a", part(round * 2 + 11, 2, 2, at, "."));
    }
    assert_eq!(whole(&joiner.push("a", part(99, 2, 2, 1, "A2"))), [(vec![1, 99], "A1A2".into())]);
}

#[test]
fn a_flood_is_bounded() {
    let mut joiner = Joiner::new();
    for id in 0..3_000u64 {
        joiner.push("a", part(id, 3, (id % 2) as u8 + 1, id as i64, &id.to_string()));
    }
    assert!(joiner.keys.values().next().unwrap().all.len() <= COMPARED);
}

#[test]
fn other_totals_are_told_and_kept_apart() {
    let mut joiner = Joiner::new();
    joiner.push("a", part(1, 3, 1, 0, "x"));
    let joined = joiner.push("a", part(2, 2, 2, 1, "y"));
    assert_eq!(joined.place, Place::Waiting { missing: vec![1], total: 2, other_totals: vec![3] });
    assert_eq!(whole(&joiner.push("a", part(3, 2, 1, 1, "z"))), [(vec![3, 2], "zy".into())]);
}

#[test]
fn a_surrogate_pair_cut_between_parts_is_one_character() {
    let mut joiner = Joiner::new();
    let half =
        |id, sequence, octets: &[u8]| Piece { words: Words::Utf16(octets.to_vec()), ..part(id, 2, sequence, 0, "") };
    joiner.push("a", half(1, 1, &[0, 0x61, 0xd8, 0x3d]));
    assert_eq!(whole(&joiner.push("a", half(2, 2, &[0xde, 0x00]))), [(vec![1, 2], "a😀".into())]);
}

#[test]
fn octets_are_joined_as_octets() {
    let mut joiner = Joiner::new();
    let half =
        |id, sequence, octets: &[u8]| Piece { words: Words::Octets(octets.to_vec()), ..part(id, 2, sequence, 0, "") };
    joiner.push("a", half(1, 2, &[3]));
    let joined = joiner.push("a", half(2, 1, &[1, 2]));
    assert_eq!(joined.whole[0].words, Words::Octets(vec![1, 2, 3]));
}

#[test]
fn whole_texts_do_not_pile_up_and_what_waits_stays() {
    let mut joiner = Joiner::new();
    joiner.push("a", part(0, 2, 1, 0, "never whole"));
    for round in 1..100u64 {
        let at = round as i64 * DAY;
        joiner.push("a", part(round * 2, 2, 1, at, &format!("{round}")));
        let joined = joiner.push("a", part(round * 2 + 1, 2, 2, at + 1, "."));
        assert_eq!(joined.whole.len(), 1, "{round}");
    }
    let pieces = joiner.keys.values().next().unwrap();
    assert!(pieces.all.len() <= REMEMBERED * 2 + 1);
    assert!(pieces.all.iter().any(|piece| piece.id == 0));
}

proptest! {
    /// Several texts of several senders, all parts shuffled: each comes out whole, once, unmixed.
    #[test]
    fn every_order(
        texts in proptest::collection::vec((0u8..3, 1u8..6), 1..6),
        order in proptest::collection::vec(any::<u32>(), 40),
        repeat in any::<prop::sample::Index>(),
    ) {
        let mut pieces = Vec::new();
        for (number, (from, total)) in texts.iter().enumerate() {
            for sequence in 1..=*total {
                let mut piece = part(0, *total, sequence, number as i64 * DAY + i64::from(sequence), &format!("{number}:{sequence} "));
                piece.concat.reference = 7;
                pieces.push((format!("sender {from}"), piece));
            }
        }
        pieces.push(pieces[repeat.index(pieces.len())].clone());
        let mut shuffled: Vec<_> = order.iter().cycle().zip(pieces).collect();
        shuffled.sort_by_key(|(key, _)| **key);
        let mut joiner = Joiner::new();
        let mut whole_texts: BTreeMap<Vec<u64>, String> = BTreeMap::new();
        for (id, (_, (from, piece))) in (0..).zip(shuffled) {
            for (ids, text) in whole(&joiner.push(&from, Piece { id, ..piece })) {
                whole_texts.retain(|old, _| !old.iter().any(|id| ids.contains(id)));
                whole_texts.insert(ids, text);
            }
        }
        let mut got: Vec<String> = whole_texts.into_values().collect();
        let mut expected: Vec<String> = texts.iter().enumerate()
            .map(|(number, (_, total))| (1..=*total).map(|s| format!("{number}:{s} ")).collect()).collect();
        got.sort();
        expected.sort();
        prop_assert_eq!(got, expected);
    }
}
