//! People who answer: which recipient sends what back, decided by the seed alone.

use std::time::Duration;

use super::dice::Dice;

/// What one person sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    /// One text, in as many parts as it needs; the parts arrive in this order (from 0), all others behind.
    Text { words: &'static str, order: &'static [usize] },
    /// A call.
    Call,
}

/// Something that will arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) from: String,
    pub(super) after: Duration,
    pub(super) reply: Reply,
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answers {
    /// Nobody.
    None,
    /// The mix of the demonstration. `early_stop` is someone who sends STOP before being texted; let it
    /// be one of the last.
    Demo {
        /// The same seed gives the same answers.
        seed: u64,
        /// Someone not yet texted.
        early_stop: Option<String>,
        /// The team's own phone, which answers nothing.
        silent: Option<String>,
    },
}

/// Whether a number answers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Silent {
    Yes,
    No,
}

const fn text(words: &'static str) -> Reply {
    Reply::Text { words, order: &[] }
}

const THANKS: [&str; 4] = ["Thanks, I will call them", "ok thank you", "Thank you x", "cheers"];

/// Each comes once among the first eight who are texted.
const MIX: [Reply; 8] = [
    text("Thank you. I have been trying to get away from this for months."),
    text("who is this? is it really the police?"),
    Reply::Text {
        words: "I dont know if anyone reads this but I will write it anyway. I am 17 and they have made me hold \
things for them since last year. My mum does not know. I owe them for the phone they gave me and the train \
tickets and they say it is more each week. If I call that number will they tell my school or my mum? I want \
to get out but I am not going to say names. Please only text, do not ring me, he looks at my calls. Thank you \
for reading it if you did.",
        order: &[2, 0, 1],
    },
    text("\u{1F64F}\u{1F64F} thank u \u{2764}\u{FE0F}"),
    text("STOP pls"),
    text("he says he will hurt me if i talk to you, i am scared"),
    text(
        "\u{1b}]0;owned\u{7}\u{1b}[2J<script>alert('x')</script><img src=x onerror=alert(1)>\u{202e}=HYPERLINK(\"x\")",
    ),
    Reply::Call,
];

/// Sent by somebody who is in no list, after the first text.
const UNKNOWN_SENDER: &str = "+447700900999";

impl Answers {
    /// Whether this number is one that answers nothing.
    pub(super) fn is_silent(&self, to: &str) -> Silent {
        match self {
            Answers::Demo { silent: Some(silent), .. } if silent == to => Silent::Yes,
            _ => Silent::No,
        }
    }

    /// What follows when the n-th new recipient (from 1) has taken the first part.
    pub(super) fn to(&self, nth: u64, to: &str) -> Vec<Answer> {
        let Answers::Demo { seed, early_stop, .. } = self else { return Vec::new() };
        let mut dice = Dice::new(*seed, nth);
        let after = Duration::from_millis(900 + dice.below(1200));
        let mut answers: Vec<Answer> = Self::reply(*seed, nth, &mut dice)
            .map(|reply| Answer { from: to.to_owned(), after, reply })
            .into_iter()
            .collect();
        if nth == 1 {
            let words = "yo is this still on? need 2";
            answers.push(Answer { from: UNKNOWN_SENDER.into(), after, reply: text(words) });
            answers.extend(early_stop.iter().map(|from| Answer { from: from.clone(), after, reply: text("STOP") }));
        }
        answers
    }

    fn reply(seed: u64, nth: u64, dice: &mut Dice) -> Option<Reply> {
        let mut mix = MIX.to_vec();
        Dice::new(seed, 0).shuffle(&mut mix);
        match mix.into_iter().nth(nth.saturating_sub(1) as usize) {
            Some(reply) => Some(reply),
            None if dice.below(4) == 0 => THANKS.get(dice.below(4) as usize).map(|words| text(words)),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_eight_bring_every_kind_and_a_seed_repeats_itself() {
        for seed in 0..20 {
            let answers = Answers::Demo { seed, early_stop: None, silent: None };
            let replies: Vec<Answer> = (1..=8).flat_map(|nth| answers.to(nth, "+447700900001")).collect();
            assert_eq!(replies.len(), 9, "eight and the unknown sender");
            assert!(MIX.iter().all(|kind| replies.iter().any(|answer| answer.reply == *kind)));
            assert_eq!(replies, (1..=8).flat_map(|nth| answers.to(nth, "+447700900001")).collect::<Vec<_>>());
        }
    }
}
