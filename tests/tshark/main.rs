//! The codec against Wireshark's dissector, which neither of us wrote: TPDUs made from a seed over every type
//! and coding scheme, sound and damaged. Ours must always be what was put in; where the dissector says
//! something else, a known gap of it must explain that, with its clause.
//!
//! `SIGNPOST_TPDUS` and `SIGNPOST_SEED` say how many and which; `scripts/differential` does 20,000.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may stop the moment an assumption fails

mod compare;
mod made;
mod shark;

use std::collections::BTreeMap;

use compare::Verdict;
use made::{Damage, Made, hex};

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map(|text| text.parse().unwrap()).unwrap_or(default)
}

#[test]
fn ours_is_what_was_put_in_and_the_dissector_agrees_or_its_gap_is_known() {
    let (count, seed) = (setting("SIGNPOST_TPDUS", 2_000), setting("SIGNPOST_SEED", 2026));
    let mut random = fastrand::Rng::with_seed(seed);
    let made: Vec<Made> = (0..count).map(|_| made::make(&mut random)).collect();
    let seen = shark::dissect(&made);
    assert_eq!(seen.len(), made.len(), "a line of the dissector for each");
    let (mut sound, mut compared) = (0, 0);
    let mut hits: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (made, seen) in made.iter().zip(&seen) {
        let is_sound = made.damage == Damage::None;
        sound += usize::from(is_sound);
        let mut explained = false;
        for (key, verdict) in compare::compare(made, seen) {
            compared += 1;
            match verdict {
                Verdict::Same => {}
                Verdict::Explained(gap) => {
                    hits.entry(gap).or_default()[usize::from(is_sound)] += 1;
                    explained = true;
                }
                Verdict::Wrong(why) => {
                    wrong.push(format!("{key}: {why}\n  {:?} {:?} {}", made.carrier, made.damage, hex(&made.octets)));
                }
            }
        }
        hits.entry("TPDUs with an explained difference").or_default()[usize::from(is_sound)] += usize::from(explained);
    }
    let excused = hits.get("TPDUs with an explained difference").map_or(0, |hits| hits[1]);
    println!("{count} TPDUs, seed {seed}: {sound} sound, {} damaged; {compared} fields compared", made.len() - sound);
    for (gap, [damaged, sound]) in &hits {
        println!("{sound:>6} in sound, {damaged:>6} in damaged: {gap}");
    }
    assert!(
        wrong.is_empty(),
        "{} unexplained:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(setting("SIGNPOST_SHOWN", 12) as usize)].join("\n")
    );
    assert!(excused * 20 <= sound, "{excused} of {sound} sound ones had to be explained: more than 5 %");
}
