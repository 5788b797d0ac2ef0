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
    "not answered",
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

/// So many digits make a telephone number; 116 123 has six, short codes have five.
const SHORTEST: usize = 5;

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

fn emergency(words: &Untrusted, terms: &Terms) -> Option<String> {
    let none = terms.emergency.found_in(words).is_empty();
    none.then(|| format!("no emergency number ({})", short(&terms.emergency.to_string())))
}

fn stop(words: &Untrusted, terms: &Terms) -> Option<String> {
    let none = terms.stop_words.found_in(words).is_empty();
    none.then(|| format!("no way to stop ({})", short(&terms.stop_words.to_string())))
}

fn unread(words: &Untrusted, terms: &Terms) -> Option<String> {
    let text = format!(" {} ", words.for_match());
    let ours = UNREAD.iter().any(|phrase| text.contains(&format!(" {phrase} ")));
    let none = !ours && terms.unread_words.found_in(words).is_empty();
    none.then(|| "no word that replies are not read at once".to_owned())
}

fn contact(words: &Untrusted, terms: &Terms) -> Option<String> {
    let text = words.for_record();
    let numbers = text.split(|c: char| !(c.is_ascii_digit() || " -()+".contains(c)));
    let long = |number: &str| number.chars().filter(char::is_ascii_digit).count() >= SHORTEST;
    let helpline = |word: &str| HELPLINES.contains(&word) && terms.emergency.found_in(&word.into()).is_empty();
    let any = numbers.into_iter().any(long)
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
