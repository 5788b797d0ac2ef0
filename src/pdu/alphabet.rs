//! Which alphabet a text needs, how long it is in it, and which characters make it dear.

use super::gsm7;

/// Which alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// GSM 7-bit: 160 septets in one part, 153 in each of several.
    Gsm7,
    /// UCS-2: 70 units in one part, 67 in each of several.
    Ucs2,
}

/// How long a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The alphabet it needs.
    pub coding: Coding,
    /// Characters as people count them (Unicode scalar values).
    pub characters: usize,
    /// Septets or UCS-2 units.
    pub units: usize,
    /// How many parts.
    pub parts: usize,
    /// Characters that cost extra: two septets, or that force UCS-2. In order, each once.
    pub costly: Vec<char>,
}

/// Counts a text.
pub fn count(text: &str) -> Count {
    let coding = coding(text);
    let parts = super::split::split(text, 0).map_or(usize::MAX, |parts| parts.len());
    let units = match coding {
        Coding::Gsm7 => gsm7::septets(text).map(|septets| septets.len()).unwrap_or_default(),
        Coding::Ucs2 => text.encode_utf16().count(),
    };
    Count { coding, characters: text.chars().count(), units, parts, costly: costly(text, coding) }
}

/// GSM 7-bit if it holds every character.
pub fn coding(text: &str) -> Coding {
    if gsm7::septets(text).is_some() { Coding::Gsm7 } else { Coding::Ucs2 }
}

fn costly(text: &str, coding: Coding) -> Vec<char> {
    let dear = |c: &char| match (coding, gsm7::encode(*c)) {
        (Coding::Gsm7, Some(septets)) => septets.len() > 1,
        (Coding::Ucs2, septets) => septets.is_none(),
        _ => false,
    };
    let mut seen = Vec::new();
    for c in text.chars().filter(dear) {
        if !seen.contains(&c) {
            seen.push(c);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_at_the_edges() {
        for (text, coding, parts) in [
            ("", Coding::Gsm7, 1),
            (&"a".repeat(160), Coding::Gsm7, 1),
            (&"a".repeat(161), Coding::Gsm7, 2),
            (&"a".repeat(306), Coding::Gsm7, 2),
            (&"a".repeat(307), Coding::Gsm7, 3),
            (&"€".repeat(80), Coding::Gsm7, 1),
            (&"é’".repeat(35), Coding::Ucs2, 1),
            (&"’".repeat(71), Coding::Ucs2, 2),
            (&"😀".repeat(35), Coding::Ucs2, 1),
        ] {
            let count = count(text);
            assert_eq!((count.coding, count.parts), (coding, parts), "{} characters", count.characters);
        }
        assert_eq!(count("it’s 5€").costly, ['’']);
        assert_eq!(count("5€ {a}").costly, ['€', '{', '}']);
    }
}
