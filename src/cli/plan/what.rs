//! WHAT of `signpost plan`: each text, for whom, what it costs and why, and what it lacks.

use super::super::columns::labelled;
use super::super::print::Out;
use crate::case::advice::{self, Advice};
use crate::case::cost::{Cost, Dear};
use crate::case::plan::{Plan, people, several};
use crate::case::sheet::folded_text;
use crate::case::terms::Terms;
use crate::case::texts::{Spoken, Text, Texts, Which};
use crate::pdu::alphabet::Coding;
use crate::text::Untrusted;

/// So many places of a character, or languages without a text, are shown.
const SHOWN: usize = 5;

/// The texts of a plan, weighed.
pub(super) struct What {
    texts: Vec<Weighed>,
}

/// One text.
struct Weighed {
    text: Text,
    people: usize,
    cost: Cost,
    lacks: Vec<Advice>,
    /// What it is called; nothing where there is no other.
    name: Option<String>,
}

impl What {
    pub(super) fn of(texts: &Texts, plan: &Plan, terms: &Terms) -> Self {
        let alone = texts.iter().count() == 1;
        let weighed = |(which, text): (Which, &Text)| Weighed {
            text: text.clone(),
            people: plan.people_of(which),
            cost: Cost::of(&text.message),
            lacks: advice::of(text.message.text(), terms),
            name: (!alone).then(|| name(text)),
        };
        Self { texts: texts.iter().map(weighed).collect() }
    }

    /// A few lines for each text.
    pub(super) fn say(&self, out: &Out) {
        self.texts.iter().flat_map(Weighed::lines).for_each(|line| out.say(line));
    }

    /// Every text with its words, and every character that costs extra.
    pub(super) fn say_words(&self, out: &Out) {
        self.texts.iter().flat_map(Weighed::words).for_each(|line| out.say(line));
    }

    pub(super) fn json(&self) -> Vec<serde_json::Value> {
        self.texts.iter().map(Weighed::json).collect()
    }
}

impl Weighed {
    fn lines(&self) -> Vec<String> {
        let count = &self.cost.count;
        let whose = self.name.as_ref().map(|name| format!("{}, {name}: ", people(self.people))).unwrap_or_default();
        let what =
            format!("{whose}{} characters, {} each; {}", count.characters, several(count.parts, "part"), self.dear());
        let mut lines = labelled("WHAT", &what);
        if let Some(mended) = &self.cost.mended {
            let fix = format!("the same words in {}: signpost plan --fix-text", several(mended.parts, "part"));
            lines.extend(labelled("", &fix));
        }
        let lacks: Vec<&str> = self.lacks.iter().map(|advice| advice.words.as_str()).collect();
        if !lacks.is_empty() {
            let name = self.name.as_deref().unwrap_or("the text");
            lines.extend(labelled("MIND", &format!("{name}: {}", lacks.join("; "))));
        }
        lines
    }

    /// Which characters cost extra, and what that comes to.
    fn dear(&self) -> String {
        if self.cost.dear.is_empty() {
            return "no character costs extra".to_owned();
        }
        let dear: Vec<String> = self.cost.dear.iter().map(shown).collect();
        let (dear, cost) = (dear.join(" "), self.cost.words());
        match self.cost.extra() {
            0 => format!("{dear}: {cost}; no part more"),
            extra => format!("{dear}: {cost}; {} more", several(extra, "part")),
        }
    }

    fn words(&self) -> Vec<String> {
        let mut lines = labelled("TEXT", self.name.as_deref().unwrap_or("what everyone gets"));
        lines.extend(folded_text(self.text.message.text()).lines().map(str::to_owned));
        lines.extend(self.cost.dear.iter().flat_map(|dear| labelled("DEAR", &places(dear))));
        lines
    }

    fn json(&self) -> serde_json::Value {
        let count = &self.cost.count;
        let dear = |dear: &Dear| {
            serde_json::json!({
                "character": dear.character, "name": dear.name(), "places": dear.places,
                "instead": dear.plain.map(|plain| plain.instead),
            })
        };
        let alphabet = match count.coding {
            Coding::Gsm7 => "gsm7",
            Coding::National(_) => "national",
            Coding::Ucs2 => "ucs2",
        };
        serde_json::json!({
            "languages": self.text.languages.iter().map(|language| language.as_str()).collect::<Vec<_>>(),
            "people": self.people, "characters": count.characters, "alphabet": alphabet, "units": count.units,
            "parts_each": count.parts, "extra_parts": self.cost.extra(),
            "dear": self.cost.dear.iter().map(dear).collect::<Vec<_>>(),
            "parts_if_fixed": self.cost.mended.as_ref().map(|count| count.parts),
            "lacks": self.lacks.iter().map(|a| serde_json::json!({"code": a.code, "text": a.words})).collect::<Vec<_>>(),
        })
    }
}

/// A character that can be seen, or its number.
fn shown(dear: &Dear) -> String {
    match dear.character.is_whitespace() {
        true => format!("U+{:04X}", u32::from(dear.character)),
        false => Untrusted::from(dear.character.to_string()).for_terminal(),
    }
}

fn places(dear: &Dear) -> String {
    let place = |(line, column): &(usize, usize)| format!("line {line} column {column}");
    let mut places: Vec<String> = dear.places.iter().take(SHOWN).map(place).collect();
    if dear.places.len() > SHOWN {
        places.push("…".to_owned());
    }
    let instead = match dear.plain.map(|plain| plain.instead) {
        None => "nothing else says the same".to_owned(),
        Some("") => "it can go: nobody sees it".to_owned(),
        Some(" ") => "a plain space says the same".to_owned(),
        Some("\n") => "a plain line break says the same".to_owned(),
        Some(instead) => format!("{instead} says the same"),
    };
    let (shown, times) = (shown(dear), dear.places.len());
    format!("{shown} ({}), {}: {}; {instead}", dear.name(), several(times, "time"), places.join(", "))
}

/// What a text is called.
fn name(text: &Text) -> String {
    let names: Vec<String> = text.languages.iter().map(|language| language.to_string()).collect();
    if names.is_empty() { "main text".to_owned() } else { format!("language {}", names.join(", ")) }
}

/// What a person must know of the languages in the lists.
pub(super) fn say_languages(spoken: &Spoken, out: &Out) {
    let mind = |words: &str| labelled("MIND", words).into_iter().for_each(|line| out.say(line));
    for (language, count) in spoken.without_text.iter().take(SHOWN) {
        mind(&format!("language {language} has no text; the main one goes to {}", people(*count)));
    }
    if let Some(more @ 1..) = spoken.without_text.len().checked_sub(SHOWN) {
        mind(&format!("{more} more languages have no text"));
    }
    if spoken.several > 0 {
        mind(&format!("{} with several languages: the first that has a text counts", people(spoken.several)));
    }
}
