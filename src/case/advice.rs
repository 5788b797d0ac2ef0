//! What words lack that people who get them may need. Advice, never a refusal: the approver sees it on the sheet and
//! decides.

use super::terms::Terms;
use crate::text::Untrusted;

/// One thing to mind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// A stable word.
    pub code: &'static str,
    /// In plain words, on one line of a sheet.
    pub words: String,
}

/// A thing to look for: its stable word, and what to say if the words want it.
type Rule = (&'static str, fn(&Untrusted, &Terms) -> Option<String>);

const RULES: [Rule; 4] = [
    ("no-emergency-number", emergency),
    ("no-way-to-stop", stop),
    ("replies-seem-read", unread),
    ("no-help-contact", contact),
];

/// How English words say that nobody reads replies at once, as [`Untrusted::for_match`] has them.
const UNREAD: &[&str] = &[
    "not read at once",
    "not read replies",
    "not read your reply",
    "cannot read replies",
    "not be read at once",
    "not read immediately",
    "not be read immediately",
    "not read straight away",
    "not be read straight away",
    "not be read right away",
    "may not be read",
    "might not be read",
    "not be seen straight away",
    "not be seen at once",
    "are not answered",
    "is not answered",
    "not be answered",
    "cannot reply",
    "can t reply",
    "not reply to",
    "do not reply",
    "not monitored",
    "not be monitored",
    "not checked all the time",
    "not always read",
];

/// Numbers of three digits that are help and no emergency: NHS 111 and the police's 101 (Ofcom, National Telephone
/// Numbering Plan, type A access codes).
const HELPLINES: [&str; 2] = ["101", "111"];

/// So many digits make a telephone number; Childline's 0800 1111 has eight.
const SHORTEST: usize = 8;

/// Shorteners: nobody sees where they lead (NCSC, "Business communications: SMS and telephone best practice", 2022).
const SHORTENERS: &[&str] = &[
    "bit.ly",
    "bl.ink",
    "buff.ly",
    "cutt.ly",
    "goo.gl",
    "is.gd",
    "lnkd.in",
    "ow.ly",
    "rb.gy",
    "rebrand.ly",
    "shorturl.at",
    "t.co",
    "t.ly",
    "tiny.cc",
    "tinyurl.com",
    "v.gd",
];

/// How the name of a host ends that stands there without `http`; few, so that "help.Call" is none.
const ENDS: [&str; 6] = ["uk", "org", "com", "net", "info", "wales"];

/// Everything to mind about these words.
pub fn of(text: &str, terms: &Terms) -> Vec<Advice> {
    let words = Untrusted::from(text);
    let lacks = RULES.iter().filter_map(|(code, rule)| Some(Advice { code, words: rule(&words, terms)? }));
    lacks.chain(links(text).filter_map(of_link)).collect()
}

/// A number stands for itself: the 999 in 0800 999 111 is none. Where the list has words, they count anywhere.
fn emergency(words: &Untrusted, terms: &Terms) -> Option<String> {
    let is_number = |word: &str| word.chars().all(|c| c.is_ascii_digit());
    let found = terms.emergency.found_in(words);
    let alone = |word: &String| !is_number(word) || numbers(words.for_record()).any(|number| number == *word);
    let none = !found.iter().any(alone);
    none.then(|| format!("no emergency number ({})", short(&terms.emergency.to_string())))
}

/// "We want this to stop" tells nobody how: the word stands in capitals, or behind what one does with it.
fn stop(words: &Untrusted, terms: &Terms) -> Option<String> {
    let (shown, plain) = (format!(" {} ", in_words(words.for_record())), format!(" {} ", words.for_match()));
    let told = |word: &str| {
        let capitals = word.to_uppercase();
        shown.contains(&format!(" {capitals} ")) || HOW.iter().any(|how| plain.contains(&format!(" {how} {word} ")))
    };
    let none = !terms.stop_words.iter().any(told);
    none.then(|| format!("no way to stop ({})", short(&terms.stop_words.to_string())))
}

fn unread(words: &Untrusted, terms: &Terms) -> Option<String> {
    let text = format!(" {} ", words.for_match());
    let ours = UNREAD.iter().any(|phrase| text.contains(&format!(" {phrase} ")));
    let none = !ours && terms.unread_words.found_in(words).is_empty();
    none.then(|| "no word that replies are not read at once".to_owned())
}

/// What one does with a stop word.
const HOW: &[&str] = &["text", "send", "reply", "reply with", "text back", "answer"];

/// With one space between words and the case kept.
fn in_words(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The numbers of a text, without spaces and signs between their digits; a plus sign stays.
fn numbers(text: &str) -> impl Iterator<Item = String> + '_ {
    let pieces =
        text.split(|c: char| !(c.is_ascii_digit() || " -()+".contains(c))).flat_map(|piece| piece.split(" - "));
    let pieces = pieces.map(|piece| piece.trim_matches([' ', '-'])).filter(|piece| !is_date(piece));
    pieces.map(|piece| piece.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect())
}

/// `01-12-2026` is a day and no number.
fn is_date(piece: &str) -> bool {
    let lengths: Vec<usize> = piece.split('-').map(str::len).collect();
    matches!(lengths[..], [1 | 2, 1 | 2, 2 | 4] | [4, 1 | 2, 1 | 2])
}

/// Whether help could be reached by it: numbers of the United Kingdom begin with 0, others with +, helplines with 116; short
/// codes have five digits.
fn is_help(number: &str) -> bool {
    let digits = number.trim_start_matches('+').len();
    match number.as_bytes().first() {
        Some(b'0' | b'+') => digits >= SHORTEST,
        _ => digits == 6 && number.starts_with("116") || digits == 5,
    }
}

fn contact(words: &Untrusted, terms: &Terms) -> Option<String> {
    let text = words.for_record();
    let helpline = |word: &str| HELPLINES.contains(&word) && terms.emergency.found_in(&word.into()).is_empty();
    let any = numbers(text).any(|number| is_help(&number))
        || words.for_match().split(' ').any(helpline)
        || text.split_whitespace().any(|word| word.split_once('@').is_some_and(|(_, host)| host.contains('.')))
        || links(text).next().is_some();
    (!any).then(|| "no help: no telephone number, address or link".to_owned())
}

/// A link in a text.
struct Link<'a> {
    shown: &'a str,
    scheme: Option<String>,
    host: String,
}

fn links(text: &str) -> impl Iterator<Item = Link<'_>> {
    text.split_whitespace().filter_map(link)
}

fn link(word: &str) -> Option<Link<'_>> {
    let shown = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
    let (scheme, rest) = match shown.split_once("://") {
        Some((scheme, rest)) => (Some(scheme.to_lowercase()), rest),
        None => (None, shown),
    };
    let host = rest.split(['/', '?', '#', ':']).next()?.to_lowercase();
    let end = host.rsplit_once('.')?.1;
    let plain = !host.contains('@') && (ENDS.contains(&end) || SHORTENERS.contains(&host.as_str()));
    (scheme.is_some() || plain).then_some(Link { shown, scheme, host })
}

fn of_link(link: Link) -> Option<Advice> {
    let shown = short(&Untrusted::from(link.shown).for_terminal());
    if SHORTENERS.contains(&link.host.trim_start_matches("www.")) {
        let words = format!("nobody sees where the short link {shown} leads");
        return Some(Advice { code: "link-shortened", words });
    }
    let safe = link.scheme.as_deref() == Some("https");
    (!safe).then(|| Advice { code: "link-not-https", words: format!("the link {shown} does not begin with https://") })
}

/// As much as fits a line of a sheet.
fn short(text: &str) -> String {
    const MOST: usize = 28;
    match text.char_indices().nth(MOST) {
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::file::{CaseFile, TEMPLATE};
    use crate::case::tests::filled_in;

    const WHOLE: &str =
        "Police: in danger call 999. Help: 0800 000000. Text STOP to opt out. Replies are not read at once.";

    fn codes(text: &str) -> Vec<&'static str> {
        of(text, &CaseFile::parse(&filled_in(TEMPLATE)).unwrap().terms().unwrap()).iter().map(|a| a.code).collect()
    }

    #[test]
    fn words_that_have_all_of_it() {
        assert_eq!(codes(WHOLE), Vec::<&str>::new());
        assert_eq!(codes(&WHOLE.replace("0800 000000", "https://help.example.org/x")), Vec::<&str>::new());
        assert_eq!(codes(&WHOLE.replace("0800 000000", "call 111")), Vec::<&str>::new());
        assert_eq!(codes(&WHOLE.replace("0800 000000", "us@help.example")), Vec::<&str>::new());
    }

    #[test]
    fn each_thing_that_they_lack_is_named() {
        for (piece, code) in [
            ("999", "no-emergency-number"),
            ("STOP", "no-way-to-stop"),
            ("not read at once", "replies-seem-read"),
            ("0800 000000", "no-help-contact"),
        ] {
            assert_eq!(codes(&WHOLE.replace(piece, "9999")), [code]);
        }
        assert_eq!(codes("Police").len(), 4);
    }

    #[test]
    fn what_only_looks_like_it_does_not_count() {
        for (piece, other, code) in [
            ("Text STOP to opt out", "We want this to stop", Some("no-way-to-stop")),
            ("Text STOP to opt out", "reply stop if you like", None),
            ("Text STOP to opt out", "unstoppable", Some("no-way-to-stop")),
            ("999", "0800 999 111 now", Some("no-emergency-number")),
            ("999", "999 - 24 hours -", None),
            ("0800 000000", "01-12-2026", Some("no-help-contact")),
            ("0800 000000", "12 - 24", Some("no-help-contact")),
            ("0800 000000", "ref 20261201", Some("no-help-contact")),
            ("0800 000000", "116 123", None),
            ("0800 000000", "0800 1111", None),
            ("0800 000000", "text 85258", None),
            ("0800 000000", "+353 1 234 5678", None),
            ("Replies are not read at once", "Nobody has not answered yet", Some("replies-seem-read")),
            ("Replies are not read at once", "Texts are not answered here", None),
        ] {
            assert_eq!(codes(&WHOLE.replace(piece, other)).first().copied(), code, "{other}");
        }
    }

    #[test]
    fn links_that_look_like_fraud() {
        for (link, found) in [
            ("http://help.example", Some("link-not-https")),
            ("(www.help.org)", Some("link-not-https")),
            ("help.police.uk/x.", Some("link-not-https")),
            ("https://bit.ly/3xY", Some("link-shortened")),
            ("tinyurl.com/abc", Some("link-shortened")),
            ("HTTPS://help.example", None),
            ("closed.Call", None),
            ("12.30", None),
            ("us@help.org", None),
        ] {
            assert_eq!(codes(&format!("{WHOLE} See {link} now")).first().copied(), found, "{link}");
        }
    }

    #[test]
    fn another_language_has_its_own_words() {
        let text = filled_in(TEMPLATE).replace("unread_words = []", "unread_words = [\"nie czytamy od razu\"]");
        let terms = CaseFile::parse(&text).unwrap().terms().unwrap();
        let words = "Policja: 112, pomoc 0800 000000. Napisz STOP. Odpowiedzi nie czytamy od razu.";
        assert_eq!(of(words, &terms), []);
    }

    #[test]
    fn every_advice_fits_the_sheet() {
        let long = format!("http://{}.example", "a".repeat(90));
        let terms = CaseFile::parse(&filled_in(TEMPLATE)).unwrap().terms().unwrap();
        assert!(of(&long, &terms).iter().all(|advice| advice.words.chars().count() <= 72));
    }
}
