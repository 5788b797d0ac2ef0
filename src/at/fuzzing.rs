//! What must hold of any octets whatever: the entry functions of `fuzz/`, which the property tests of this
//! module call too. They panic where it does not hold.

use std::time::Duration;

use super::answer::Final;
use super::codes;
use super::command::{Command, Domain, ReadForm, Submit};
use super::family::IccidForm;
use super::rig::Rig;
use super::sim_read::{SimFile, SimRead};
use super::token::{Await, LONGEST_LINE, Token, Tokens};
use super::urc::{self, Said, Urc};
use super::value::{Offer, Value, Values};
use crate::text::Untrusted;

/// What a device may say, whole, in pieces, in any order (`hw-notes/at_oddities.md`).
const SAYINGS: &[&[u8]] = &[
    b"\r\nOK\r\n",
    b"\r\nERROR\r\n",
    b"\r\n> ",
    b">",
    b"\r\n+CMGS: 7\r\n\r\nOK\r\n",
    b"+CMGS: 9,\"0001\"\r\n",
    b"\r\n+CMS ERROR: 38\r\n",
    b"\r\n+CMS ERROR: 500\r\n",
    b"\r\n+CMGF: 0\r\n\r\nOK\r\n",
    b"\r\n+CMGF: 1\r\n\r\nOK\r\n",
    b"000100\x1a\r\n",
    b"AT\r\r\n",
    b"AT+CMGF?\r\r\n",
    b"\r\nRDY\r\n",
    b"\r\n+CPIN: READY\r\n",
    b"+CREG: 1\r\n",
    b"\r\n+CREG: 0,1\r\n\r\nOK\r\n",
    b"+CMT: ,10\r\n00040C9144770090\r\n540600\r\n",
    b"+CMT: \"+447700900456\",,\"26/12/01,10:00:00+00\"\r\nOK\r\n",
    b"+CDS: ,26\r\n",
    b"+CUSD: 0,\"Your balance\r\nis 5.00\",15\r\n",
    b"\r\n+CMGR: 0,,24\r\n07914477581006500406\r\n\r\nOK\r\n",
    b"07914477581006500406\r\n",
    b"RING\r\n",
    b"NO CARRIER\r\n",
    b"+CMTI: \"SM\",3\r\n",
    b"^RSSI:17\r\n",
    b"\0\xff\x7e",
    b"COMMAND NOT SUPPORT\r\n",
    b"350000000000006\r\n\r\nOK\r\n",
    b"\r",
    b"\n",
];

/// How long to wait, in ms.
const WAITS: [u64; 16] =
    [0, 1, 20, 99, 100, 299, 301, 500, 1_999, 2_001, 5_001, 9_999, 10_001, 31_000, 61_000, 301_000];

/// The octets as a play: device, link, time and driver do what they say, three bits for what and five for how.
/// The witness of the rig holds the dialogue to its promises; at last all that was begun must have its end.
pub fn dialogue(octets: &[u8]) {
    let (first, mut rest) = octets.split_first().map_or((0, octets), |(first, rest)| (*first, rest));
    let mut rig = match first % 4 {
        0 => Rig::opened(),
        1 => Rig::in_step(),
        2 => Rig::proved(),
        _ => Rig::submitting(),
    };
    while let Some((act, left)) = rest.split_first() {
        rest = play(&mut rig, act >> 5, act & 0x1f, left);
    }
    rig.finish();
}

/// One act; gives back what is left of the play.
fn play<'a>(rig: &mut Rig, what: u8, how: u8, left: &'a [u8]) -> &'a [u8] {
    let how = usize::from(how);
    let wait = WAITS.get(how / 2).copied().map(Duration::from_millis).unwrap_or_default();
    match what {
        0 => rig.octets(saying(how)),
        1 => {
            let (said, left) = left.split_at(how.min(left.len()));
            rig.octets(said);
            return left;
        }
        2 if how % 2 == 0 => rig.wait(wait),
        2 => rig.stall(wait),
        3 => _ = command(how).map(|command| rig.start(&command)),
        4 => _ = rig.submit(Submit::new(vec![0x01; how % 4 + 1])),
        5 if how == 31 => rig.flush(),
        5 => rig.write(how),
        6 => _ = rig.call_off("STOP"),
        _ => {
            for octet in saying(how) {
                rig.octets(&[*octet]);
                rig.flush();
            }
        }
    }
    left
}

fn saying(how: usize) -> &'static [u8] {
    SAYINGS.get(how).copied().unwrap_or_default()
}

fn command(how: usize) -> Option<Command> {
    Some(match how {
        0 => Command::Attention,
        1 => Command::MessageFormat,
        2 => Command::PduMode,
        3 => Command::Imei,
        4 => Command::Signal,
        5 => Command::PinState,
        6 => Command::Registration(Domain::Circuit),
        7 => Command::Read { index: 3, form: ReadForm::Plain },
        8 => Command::Storages,
        9 => Command::Iccid(IccidForm::Ccid),
        10 => Command::SimRead(SimRead::Describe { file: SimFile::anywhere(0x6f3c), length: 15 }),
        11 => Command::Function,
        _ => return None,
    })
}

/// The octets as what a device says, and each of its lines as an answer, as said unasked and as parameters.
pub fn answers(octets: &[u8]) {
    for awaited in [Await::Lines, Await::Prompt] {
        let whole = tokens(&[octets], awaited);
        let pieces: Vec<&[u8]> = octets.chunks(1).collect();
        let said: Vec<u8> = whole.iter().flat_map(|token| token.octets().to_vec()).collect();
        assert_eq!(said, octets, "octets out are octets in");
        if octets.len() <= LONGEST_LINE {
            assert_eq!(words(&whole), words(&tokens(&pieces, awaited)), "where it is cut changes what is read");
        }
        words(&whole).iter().for_each(|words| line(words));
    }
}

fn tokens(pieces: &[&[u8]], awaited: Await) -> Vec<Token> {
    let mut tokens = Tokens::default();
    let mut all = Vec::new();
    for piece in pieces {
        tokens.push(piece);
        all.extend(std::iter::from_fn(|| tokens.next(awaited)));
    }
    all.extend(tokens.rest());
    all
}

fn words(tokens: &[Token]) -> Vec<String> {
    tokens.iter().map(Token::words).filter(|words| !words.is_empty()).collect()
}

fn line(words: &str) {
    let end = Final::read(words);
    assert_eq!(end == Some(Final::Ok), words == "OK", "only a whole line ends a command: {words:?}");
    if let Some(end) = end {
        assert!(!end.explain().contains(char::is_control), "{words:?}");
    }
    if let Some(Said::Whole(Urc::Stored(slot) | Urc::StoredReport(slot))) = urc::read(words) {
        assert!(slot.storage.name().bytes().all(|b| b.is_ascii_uppercase()), "{words:?} would be written back");
    }
    let _ = (urc::looks_like_one(words), codes::cms_by_name(words), codes::cme_by_name(words));
    let behind = words.split_once(':').map_or(words, |(_, behind)| behind);
    [words, behind].into_iter().for_each(parameters);
}

fn parameters(text: &str) {
    let values = Values::parse(text);
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let read: String = values.0.iter().map(shown).collect();
    assert_eq!(letters(&read), letters(text), "something of {text:?} is lost");
    for at in 0..values.len() {
        let told = values.text(at).and_then(|text| text.for_record().trim().parse().ok());
        assert_eq!(values.number(at), told, "{text:?}");
        let offered = values.numbers(at);
        assert!(offered.iter().all(|number| values.offers(at, *number) == Offer::Offered), "{text:?}");
    }
    assert_eq!(values.offers(values.len(), 1), Offer::Unsaid);
}

fn shown(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) | Value::Word(text) => Untrusted::for_record(text).to_owned(),
        Value::List(inner) => inner.iter().map(shown).collect(),
        Value::Range(low, high) => format!("{low}-{high}"),
    }
}
