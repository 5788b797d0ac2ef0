//! What each reader gets, and what none of them may: hostile texts stay texts, and nobody's number is on the page for
//! disclosure.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use signpost::record::entry::Entry;
use signpost::record::traffic::{Reply, ReplyForm};
use signpost::report::Audience;

use crate::big::{PEOPLE, big, hostile};
use crate::made::{Made, empty, name, number};

const ALL: [Audience; 3] = [Audience::Court, Audience::Support, Audience::Disclosure];

/// The three pages of the big case, made once.
fn pages() -> &'static [String; 3] {
    static PAGES: OnceLock<[String; 3]> = OnceLock::new();
    PAGES.get_or_init(|| {
        let place = tempfile::tempdir().unwrap();
        let mut made = big(&place.path().join("record.db"));
        let pages = ALL.map(|audience| made.page(audience));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
        std::fs::create_dir_all(&folder).unwrap();
        ALL.iter().zip(&pages).for_each(|(audience, page)| std::fs::write(folder.join(audience.file()), page).unwrap());
        let replies = made.record.state().replies.iter().filter(|received| !received.reply.text.is_empty());
        let texts: Vec<String> = replies.map(|received| received.reply.text.for_html()).collect();
        std::fs::write(folder.join("replies.json"), serde_json::to_vec(&texts).unwrap()).unwrap();
        pages
    })
}

/// Elements that a page may have; nothing else opens in it.
const ELEMENTS: &str = "html head meta title style body a p div aside header nav main footer section article h1 h2 h3 h4 ol ul li dl dt \
    dd blockquote table caption thead tbody tr th td span em strong code pre mark bdi br figure figcaption svg defs pattern \
    rect desc";

/// Every tag of a page: its name, and all of it.
fn tags(page: &str) -> Vec<(&str, &str)> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(begin) = rest.find('<') {
        rest = &rest[begin + 1..];
        let end = rest.find('>').unwrap();
        let whole = &rest[..end];
        let name = whole.trim_start_matches('/').split([' ', '\n']).next().unwrap();
        tags.push((name, whole));
        rest = &rest[end + 1..];
    }
    tags
}

/// What hostile text would need: an element that the templates have not, or an attribute that they do not give.
fn is_inert(page: &str) {
    let known: BTreeSet<&str> = ELEMENTS.split_whitespace().chain(["!doctype"]).collect();
    for (name, whole) in tags(page) {
        assert!(known.contains(name), "<{whole}>");
        for attribute in ["on", "style=", "src=", "srcdoc=", "action=", "xlink"] {
            let has = whole.split_whitespace().any(|word| word.contains('=') && word.starts_with(attribute));
            assert!(!has, "<{whole}>");
        }
        if let Some(link) = whole.split("href=\"").nth(1) {
            assert!(link.starts_with('#'), "<{whole}>");
        }
    }
    let hidden = |c: char| {
        (c.is_control() && c != '\n')
            || ('\u{200b}'..='\u{200f}').contains(&c)
            || ('\u{202a}'..='\u{202e}').contains(&c)
    };
    assert!(!page.contains(hidden) && !page.contains('\u{2066}') && !page.contains('\u{e0041}'));
}

#[test]
fn big_pages_are_written_and_inert() {
    pages().iter().for_each(|page| is_inert(page));
}

#[test]
fn every_hostile_text_is_shown_as_text_in_every_page() {
    for (page, audience) in pages().iter().zip(ALL) {
        for text in hostile().iter().filter(|text| audience != Audience::Disclosure || !text.contains("0900")) {
            let shown = signpost::text::Untrusted::from(text.as_str()).for_html();
            assert!(audience == Audience::Disclosure || page.contains(&shown), "{audience:?}: {shown}");
        }
    }
}

#[test]
fn hostile_names_senders_and_decisions_are_texts_too() {
    for text in hostile() {
        let mut made = Made::new(1);
        made.reply(Reply {
            from: Some(text.as_str().into()),
            text: text.as_str().into(),
            doubts: vec![text.clone()],
            ..empty()
        });
        made.reply(Reply { form: ReplyForm::Ussd, text: text.as_str().into(), ..empty() });
        made.add(Entry::Fault(signpost::record::body::Fault { code: "x".into(), what: text.clone() }));
        made.add(Entry::Note(signpost::record::keeping::Note { text: text.clone(), file: None }));
        made.terms.authority.reference = text.clone();
        made.terms.authority.purpose = text.clone();
        made.terms.exhibit = text;
        ALL.iter().for_each(|audience| is_inert(&made.page(*audience)));
    }
}

#[test]
fn links_lead_somewhere_and_no_place_is_there_twice() {
    for page in pages() {
        let values = |attribute: &str| {
            let found = page.split(attribute).skip(1);
            found.map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let ids = values(" id=\"");
        let places: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(places.len(), ids.len(), "an id stands twice");
        let links = values(" href=\"#");
        assert!(links.len() > 4 && links.iter().all(|link| places.contains(link)));
    }
}

/// Everybody's number in the forms in which people write it, without the labels that stand for it.
fn forms(number: &str) -> Vec<String> {
    let digits = number.trim_start_matches('+');
    let nine = &digits[digits.len() - 9..];
    let national = if number.starts_with("+44") { format!("0{}", &digits[2..]) } else { digits.to_owned() };
    let spaced = format!("{} {}", &national[..5], &national[5..]);
    let swapped: String =
        digits.as_bytes().chunks(2).flat_map(|pair| pair.iter().rev()).map(|digit| *digit as char).collect();
    let hex = |text: &str| text.bytes().map(|octet| format!("{octet:02x}")).collect::<String>();
    vec![digits.to_owned(), nine.to_owned(), national.clone(), spaced, swapped, hex(&national), hex(digits)]
}

#[test]
fn for_disclosure_nobodys_number_stands_anywhere() {
    let page = &pages()[2];
    let numbers = (1..=PEOPLE).map(number).chain(
        ["+447700900501", "+447700900502", "+447700900777", "+447700900778", "+447700900779", "+999112345678"]
            .map(str::to_owned),
    );
    for number in numbers {
        for form in forms(&number) {
            assert!(!page.contains(&form), "{number} as {form}");
        }
    }
    for digits in ["٠٧٧٠٠٩٠٠٧٧٩", "900777", "900 777"] {
        assert!(!page.contains(digits), "{digits}");
    }
    assert!(page.contains("<h3>person 3</h3>") && page.contains("other number 1"));
}

#[test]
fn for_disclosure_names_of_the_lists_are_not_shown() {
    let page = &pages()[2];
    for person in 1..=40 {
        let name = name(person);
        assert!(name.is_empty() || !page.contains(&signpost::text::Untrusted::from(name).for_html()));
    }
    assert!(page.contains("What is masked") && page.contains("signpost report --for court"));
}

#[test]
fn for_disclosure_a_name_within_a_reply_is_masked_like_its_number() {
    let mut made = Made::new(3);
    made.text(&number(1), &format!("tell {} or {} I am out, ends ...0131", name(2), number(3)));
    let page = made.page(Audience::Disclosure);
    assert!(page.contains("tell person 2 or person 3 I am out, ends ..."), "{page}");
    assert!(!page.contains("0131") && !page.contains("Nowak"));
    assert!(made.page(Audience::Court).contains(&format!("tell {} or {} I am out", name(2), number(3))));
}

#[test]
fn a_support_worker_sees_replies_and_nothing_else_of_the_case() {
    let page = &pages()[1];
    for words in [
        "8944100000000000012",
        "001010123456789",
        "001010000000016",
        "DCI B. Example",
        "ABC/1",
        "EF_SMS",
        "/dev/ttyUSB2",
        "SHA-256",
        "bag seal",
    ] {
        assert!(!page.contains(words), "{words}");
    }
    let writers: BTreeSet<u32> = (0..crate::big::REPLIES).map(|n| (n * 3) % 450 + 3).collect();
    for person in 1..=PEOPLE {
        assert!(writers.contains(&person) || !page.contains(&number(person)), "{person} wrote nothing");
    }
    assert!(
        page.contains("contacted, by PC Y") && page.contains("taken by Support Worker Z") && page.contains("17/24")
    );
}

#[test]
fn for_support_the_urgent_come_first_and_what_is_taken_last() {
    let mut made = Made::new(4);
    let urgent = |from: u32, text: &str| Reply {
        from: Some(number(from).as_str().into()),
        text: text.into(),
        urgent: vec!["scared".into()],
        ..empty()
    };
    made.text(&number(1), "plain, first");
    let taken = made.reply(urgent(2, "urgent, taken"));
    made.reply(urgent(3, "urgent, open"));
    let plain = made.text(&number(4), "plain, taken");
    for reply in [taken, plain] {
        made.add(Entry::Mark(signpost::record::traffic::Mark { reply, mark: "contacted".into() }));
    }
    let page = made.page(Audience::Support);
    let place = |words: &str| page.find(words).unwrap();
    let order = ["urgent, open", "plain, first", "urgent, taken", "plain, taken"].map(place);
    assert!(order.is_sorted(), "{order:?}");
}

#[test]
fn whoever_asked_not_to_be_texted_is_marked_so() {
    let mut made = Made::new(2);
    let reply = made.text(&number(1), "stop");
    made.text(&number(2), "hello");
    let why = "stop".into();
    made.add(Entry::OptOut(signpost::record::traffic::OptOut {
        number: number(1).as_str().into(),
        reply: Some(reply),
        why,
    }));
    let page = made.page(Audience::Support);
    assert_eq!(page.matches("STOP: do not text").count(), 1);
    let list = &page[page.find("Not to be texted again").unwrap()..];
    assert!(list.contains(&number(1)) && !list.contains(&number(2)));
}

#[test]
fn a_training_case_says_so_on_every_page() {
    pages().iter().for_each(|page| assert!(page.contains("TRAINING: no real line, no real person")));
}

#[test]
fn a_page_loads_nothing_and_names_its_own_style_by_digest() {
    use sha2::Digest;
    for page in pages() {
        let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        let digest = sha2::Sha256::digest(style.as_bytes());
        let policy = page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
        let expected = format!("style-src &#39;sha256-{}&#39;", base64(&digest));
        assert!(policy.starts_with("default-src &#39;none&#39;;") && policy.contains(&expected), "{policy}");
    }
}

/// By another way than the page's own.
fn base64(octets: &[u8]) -> String {
    let digits: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let bits: String = octets.iter().map(|octet| format!("{octet:08b}")).collect();
    let padded = format!("{bits:0<width$}", width = bits.len().div_ceil(6) * 6);
    let letters = (0..padded.len()).step_by(6).map(|at| digits[usize::from_str_radix(&padded[at..at + 6], 2).unwrap()]);
    let text: String = letters.collect();
    format!("{text:=<width$}", width = text.len().div_ceil(4) * 4)
}
