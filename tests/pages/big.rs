//! A case of 2,000 people and 600 replies over days, hostile ones among them.

use std::path::Path;

use signpost::case::PartId;
use signpost::record::body::{Excluded, Fault, Forbids, Hold, Resolved, Resolves, Settled};
use signpost::record::entry::Entry;
use signpost::record::keeping::Note;
use signpost::record::traffic::{Alert, Alerted, Mark, OptOut, Reply, ReplyForm, ReportClass};

use crate::made::{Made, accepted, empty, number, refused, unknown};

pub const PEOPLE: u32 = 2_000;
pub const REPLIES: u32 = 600;

/// Texts that have harmed other programs, or would.
pub fn hostile() -> Vec<String> {
    let mut all: Vec<String> = [
        "<script>window.owned = 1; alert('owned')</script>",
        "<img src=x onerror=\"window.owned = 1\">",
        "\"><svg onload='window.owned=1'>",
        "'); window.owned = 1; //",
        "</blockquote></li></article></main><h1>Case closed</h1>",
        "<style>* { display: none }</style>",
        "<meta http-equiv=\"refresh\" content=\"0; url=https://example.org/\">",
        "<a href=\"javascript:window.owned=1\">help</a>",
        "{{ 7 * 7 }} {% for x in range(9) %} ${7*7} #{7*7}",
        "]]> <!-- --> <![CDATA[ &lt;script&gt; &#60;b&#62; &amp;amp;",
        "left \u{202e}thgir\u{202c} \u{2066}isolate\u{2069} \u{200f}mark\u{200e}",
        "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{0}\u{8}\u{7f}\u{85}",
        "=HYPERLINK(\"https://example.org\",\"click\")",
        "+1+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(A1:A9)",
        "zero\u{200b}width\u{feff}\u{ad}\u{e0041}\u{fffc}",
        "line one\nline two\r\nline three\rforged",
        "Z\u{351}\u{36b}\u{343}a\u{314}\u{36e}l\u{30d}\u{321}g\u{30a}\u{316}o\u{34a}\u{323} \u{300}\u{301}\u{302}\u{303}",
        "مرحبا، أحتاج إلى مساعدة",
        "👩‍👩‍👧 🏳️‍🌈 \u{fe0f}",
        "call my sister 07700 900777 or +44 (0)7700-900778, ٠٧٧٠٠٩٠٠٧٧٩",
    ]
    .map(str::to_owned)
    .into();
    all.push("long".repeat(9_500));
    all.push("unbroken".repeat(300));
    all
}

/// What the nth reply says.
fn words(n: u32) -> String {
    const PLAIN: [&str; 7] = [
        "who is this",
        "thank you, I will ring them",
        "leave me alone",
        "is this real?",
        "can you ring me after 6pm please",
        "I want to get out but I dont know how, can somebody tell me what happens if I go to the police about it? I am \
         worried for my brother, he is 15 and they use him",
        "ok",
    ];
    let hostile = hostile();
    match n {
        n if (n as usize) < hostile.len() => hostile[n as usize].clone(),
        n => format!("{} (reply {n})", PLAIN[n as usize % 7]),
    }
}

/// The whole case, worked and ended, not closed.
pub fn big(path: &Path) -> Made {
    let mut made = Made::in_file(path, PEOPLE);
    for person in 1..=PEOPLE {
        one(&mut made, person);
        made.clock.wait(4);
        if person % 100 == 0 {
            made.flush();
        }
    }
    made.flush();
    made.unheard(5_400);
    (0..REPLIES).for_each(|n| answered(&mut made, n));
    decisions(&mut made);
    made.compare();
    made.end();
    made
}

fn one(made: &mut Made, person: u32) {
    match person % 97 {
        0 => {
            let first = made.intend(person, 1, 1);
            made.judge(first, person, 1, refused());
            let again = made.intend(person, 1, 2);
            made.judge(again, person, 1, accepted());
            let other = made.intend(person, 2, 1);
            made.judge(other, person, 2, accepted());
        }
        1 if person < 500 => {
            let intent = made.intend(person, 1, 1);
            made.judge(intent, person, 1, unknown());
        }
        2 => drop(made.later(Entry::Excluded(Excluded { number: number(person), why: "she telephoned".into() }))),
        _ => {
            made.send(person);
            match person % 9 {
                0 => {}
                1 => made.report(person, ReportClass::Failed),
                _ => made.report(person, ReportClass::Delivered),
            }
        }
    }
}

fn answered(made: &mut Made, n: u32) {
    made.clock.wait(if n % 50 == 49 { 7_200 } else { 95 });
    let person = (n * 3) % 450 + 3;
    let from = if n % 40 == 39 { "+999112345678".to_owned() } else { number(person) };
    let (urgent, stop) = (n % 23 == 5, n % 31 == 7);
    let form = match n % 29 {
        27 => ReplyForm::Call,
        28 => ReplyForm::Voicemail,
        _ => ReplyForm::Text,
    };
    let text = if form == ReplyForm::Text { words(n) } else { String::new() };
    let reply = Reply {
        from: Some(from.as_str().into()),
        person: (n % 40 != 39).then_some(person),
        form,
        text: text.into(),
        urgent: if urgent { vec!["scared".into()] } else { Vec::new() },
        stop: stop.then(|| "stop".into()),
        ..empty()
    };
    let seq = made.reply(reply);
    if stop {
        let why = "the word \"stop\" stands in it".into();
        made.later(Entry::OptOut(OptOut { number: from.as_str().into(), reply: Some(seq), why }));
    }
    if !n.is_multiple_of(3) {
        let outcome = Alerted::Taken { by: (n % 6 == 1).then(|| "Support Worker Z".into()) };
        made.later(Entry::Alert(Alert { about: seq, attempt: 1, outcome }));
    }
    if n % 4 == 1 {
        made.later(Entry::Mark(Mark { reply: seq, mark: "contacted".into() }));
    }
    made.flush();
}

fn decisions(made: &mut Made) {
    made.flush();
    let person = 1;
    let part = PartId { person, part: 1 };
    let resolves = Resolves::Part { part, how: Settled::NotSent };
    made.add(Entry::Resolved(Resolved { resolves, by: "DS Z".into(), why: "the handset's screen said so".into() }));
    made.add(Entry::Fault(Fault { code: "line-lost".into(), what: "the line has had no network for a minute".into() }));
    let hold = Hold {
        code: "clock-differs".into(),
        why: "the clocks differ by 90 s".into(),
        forbids: Forbids::Sending,
        slot: None,
    };
    made.add(Entry::Hold(hold));
    let resolves = Resolves::Hold { code: "clock-differs".into() };
    made.add(Entry::Resolved(Resolved { resolves, by: "DS Z".into(), why: "the computer's clock was set".into() }));
    made.add(Entry::Note(Note { text: "she rang from 07700 900777: bag seal B123456".into(), file: None }));
}
