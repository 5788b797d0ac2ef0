//! Phone numbers as people write them, read strictly: a tool that must never text the wrong person
//! takes digits, spaces and `+ ( ) - .`, and asks about the rest. Nothing is guessed
//! (`hw-notes/crates.md`: what the libraries guess wrongly).

use crate::ids::Msisdn;

/// Why a text is no mobile number that may be texted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum NumberProblem {
    /// Nothing there.
    #[error("there is no number")]
    Empty,
    /// A character that no number has.
    #[error("it holds letters or signs that no number has")]
    Unreadable,
    /// A number, but not of a possible length.
    #[error("it has too few or too many digits")]
    Length,
    /// Too short for a subscriber.
    #[error("it is a short code")]
    ShortCode,
    /// 999 and its like.
    #[error("it is an emergency or service number")]
    Service,
    /// 01, 02, 03.
    #[error("it is a landline")]
    Landline,
    /// 08, 09.
    #[error("it is a service or premium-rate number")]
    Premium,
    /// 070, 076: personal numbers and pagers.
    #[error("it is a personal number or a pager")]
    Personal,
    /// 05, 056: corporate and internet telephony.
    #[error("it is an internet telephone")]
    Internet,
    /// Another country's.
    #[error("it is a foreign number")]
    Foreign,
    /// No range of the UK plan.
    #[error("no UK number begins so")]
    NoRange,
    /// A UK mobile number without its first digit: a spreadsheet took it for a quantity.
    #[error("the 0 at its beginning is lost, as in a spreadsheet that takes it for a quantity")]
    LostNought,
}

impl NumberProblem {
    /// A stable word for files and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Unreadable => "unreadable",
            Self::Length => "length",
            Self::ShortCode => "short-code",
            Self::Service => "service",
            Self::Landline => "landline",
            Self::Premium => "premium",
            Self::Personal => "personal-number",
            Self::Internet => "internet-telephone",
            Self::Foreign => "foreign",
            Self::NoRange => "no-range",
            Self::LostNought => "lost-nought",
        }
    }
}

/// Whether the numbers beyond Ofcom's drama range that only the emulator knows (+999…) count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Realm {
    /// Real cases: they do not.
    Real,
    /// Training cases.
    Training,
}

/// UK ranges by their first digits behind +44; the first that fits counts. Source: Ofcom's National
/// Telephone Numbering Plan.
const RANGES: &[(&str, Option<NumberProblem>)] = &[
    ("7624", None),
    ("70", Some(NumberProblem::Personal)),
    ("76", Some(NumberProblem::Personal)),
    ("7", None),
    ("1", Some(NumberProblem::Landline)),
    ("2", Some(NumberProblem::Landline)),
    ("3", Some(NumberProblem::Landline)),
    ("5", Some(NumberProblem::Internet)),
    ("8", Some(NumberProblem::Premium)),
    ("9", Some(NumberProblem::Premium)),
];

/// Emergency and service numbers; `x` is any digit. Source: Ofcom's National Telephone Numbering Plan, part A, and its
/// designations for 101, 105, 111, 116xxx, 118xxx and 159; 18000 and 1800x are Relay UK's.
const SERVICES: &[&str] = &[
    "999", "112", "100", "101", "105", "111", "119", "123", "155", "159", "195", "116xxx", "118xxx", "18000", "18001",
    "18002",
];

/// Codes of countries, areas and groups of them with numbers of their own. Source: ITU-T, "List of ITU-T Recommendation E.164
/// assigned country codes" (annex to Operational Bulletin 1114, 15.XII.2016); 970 is reserved there, and in use.
const ASSIGNED: &[&str] = &[
    "1", "20", "211", "212", "213", "216", "218", "220", "221", "222", "223", "224", "225", "226", "227", "228", "229",
    "230", "231", "232", "233", "234", "235", "236", "237", "238", "239", "240", "241", "242", "243", "244", "245",
    "246", "247", "248", "249", "250", "251", "252", "253", "254", "255", "256", "257", "258", "260", "261", "262",
    "263", "264", "265", "266", "267", "268", "269", "27", "290", "291", "297", "298", "299", "30", "31", "32", "33",
    "34", "350", "351", "352", "353", "354", "355", "356", "357", "358", "359", "36", "370", "371", "372", "373",
    "374", "375", "376", "377", "378", "379", "380", "381", "382", "383", "385", "386", "387", "389", "39", "40", "41",
    "420", "421", "423", "43", "44", "45", "46", "47", "48", "49", "500", "501", "502", "503", "504", "505", "506",
    "507", "508", "509", "51", "52", "53", "54", "55", "56", "57", "58", "590", "591", "592", "593", "594", "595",
    "596", "597", "598", "599", "60", "61", "62", "63", "64", "65", "66", "670", "672", "673", "674", "675", "676",
    "677", "678", "679", "680", "681", "682", "683", "685", "686", "687", "688", "689", "690", "691", "692", "7", "81",
    "82", "84", "850", "852", "853", "855", "856", "86", "880", "886", "90", "91", "92", "93", "94", "95", "960",
    "961", "962", "963", "964", "965", "966", "967", "968", "970", "971", "972", "973", "974", "975", "976", "977",
    "98", "992", "993", "994", "995", "996", "998",
];

/// A country whose numbers may be texted: its code, without the plus sign. No code begins with another, so that none lets
/// another country's numbers in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country(String);

/// A country is written as `+353`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("[limits] countries: {0} must be another country's code as the ITU has assigned it, such as \"+353\"")]
pub struct CountryError(String);

impl std::str::FromStr for Country {
    type Err = CountryError;

    /// The United Kingdom's own numbers are read anyway.
    fn from_str(text: &str) -> Result<Self, CountryError> {
        let digits = text.strip_prefix('+').unwrap_or_default();
        if ASSIGNED.contains(&digits) && digits != "44" {
            Ok(Self(digits.to_owned()))
        } else {
            Err(CountryError(text.to_owned()))
        }
    }
}

/// Reads a number of the United Kingdom, or one in international form of one of these countries: of those nobody here
/// knows which are mobiles.
pub fn read_of(text: &str, realm: Realm, countries: &[Country]) -> Result<Msisdn, NumberProblem> {
    foreign(text, realm, |digits| countries.iter().any(|country| digits.starts_with(&country.0)))
}

/// As [`read_of`], of whatever country: for whoever is to be left out.
pub fn read_of_any(text: &str, realm: Realm) -> Result<Msisdn, NumberProblem> {
    foreign(text, realm, |_| true)
}

/// A foreign number only if its digits are allowed.
fn foreign(text: &str, realm: Realm, allowed: impl Fn(&str) -> bool) -> Result<Msisdn, NumberProblem> {
    read(text, realm).or_else(|problem| {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let digits = if text.trim().starts_with('+') { &digits } else { digits.strip_prefix("00").unwrap_or_default() };
        if problem == NumberProblem::Foreign && allowed(digits) { msisdn(digits) } else { Err(problem) }
    })
}

/// Reads a mobile number.
pub fn read(text: &str, realm: Realm) -> Result<Msisdn, NumberProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NumberProblem::Empty);
    }
    let plain = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}' | '(' | ')' | '-' | '.');
    let body = text.strip_prefix('+').unwrap_or(text);
    if !body.chars().all(plain) || is_quantity(text) {
        return Err(NumberProblem::Unreadable);
    }
    // "+44 (0)7700 900123" is how many write it.
    // Anywhere else the nought in brackets is no habit, and to drop it would be a guess.
    let trunk = text.strip_prefix("+44").and_then(|rest| rest.trim_start().strip_prefix("(0)"));
    let body = trunk.map_or_else(|| body.to_owned(), |rest| format!("44{rest}"));
    let digits: String = body.chars().filter(char::is_ascii_digit).collect();
    national(text, &digits, realm).map_err(|problem| match problem {
        // Of another country nobody here knows whether the nought belongs to the number: to keep it is as much a guess.
        NumberProblem::Foreign if has_a_nought_in_brackets(&body) => NumberProblem::Unreadable,
        problem => problem,
    })
}

/// `447700900123.0` or `-7700900123`, as a program writes what it took for a quantity: without the point or the sign it would be
/// another number, or one that nobody wrote.
fn is_quantity(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let decimal =
        unsigned.split_once('.').is_some_and(|(whole, rest)| digits(whole) && digits(rest) && rest.len() <= 2);
    decimal || text.strip_prefix('-').is_some_and(digits)
}

fn has_a_nought_in_brackets(text: &str) -> bool {
    let dense: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    dense.contains("(0)")
}

/// What a number was that lost the nought at its beginning, if it did. Only a person can say that it is so.
pub fn with_nought(text: &str, realm: Realm) -> Option<Msisdn> {
    let lost = read(text, realm) == Err(NumberProblem::LostNought);
    lost.then(|| read(&format!("0{}", text.trim()), realm).ok()).flatten()
}

/// Sorts by the way the country is written.
fn national(text: &str, digits: &str, realm: Realm) -> Result<Msisdn, NumberProblem> {
    let international = if text.starts_with('+') { Some(digits) } else { digits.strip_prefix("00") };
    match international {
        Some(digits) => match digits.strip_prefix("44") {
            Some(national) => uk(national),
            None if digits.starts_with("999") && realm == Realm::Training => msisdn(digits),
            None if digits.len() < 8 => Err(NumberProblem::Length),
            None => Err(NumberProblem::Foreign),
        },
        None if is_service(digits) => Err(NumberProblem::Service),
        None if digits.len() < 7 => Err(NumberProblem::ShortCode),
        None => match (digits.strip_prefix('0'), digits.strip_prefix("447")) {
            (Some(national), _) => uk(national),
            (_, Some(rest)) if rest.len() == 9 => uk(&format!("7{rest}")),
            _ if digits.len() == 10 && uk(digits).is_ok() => Err(NumberProblem::LostNought),
            _ => Err(NumberProblem::NoRange),
        },
    }
}

fn is_service(digits: &str) -> bool {
    let fits = |pattern: &&&str| {
        pattern.len() == digits.len() && pattern.chars().zip(digits.chars()).all(|(p, digit)| p == 'x' || p == digit)
    };
    SERVICES.iter().find(fits).is_some()
}

fn uk(national: &str) -> Result<Msisdn, NumberProblem> {
    match RANGES.iter().find(|(range, _)| national.starts_with(range)) {
        Some((_, Some(problem))) => Err(*problem),
        Some((_, None)) if national.len() == 10 => msisdn(&format!("44{national}")),
        Some((_, None)) => Err(NumberProblem::Length),
        None => Err(NumberProblem::NoRange),
    }
}

fn msisdn(digits: &str) -> Result<Msisdn, NumberProblem> {
    Msisdn::parse(&format!("+{digits}")).map_err(|_| NumberProblem::Length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ways_of_writing_one_number() {
        for text in [
            "07700900123",
            "07700 900123",
            "+447700900123",
            "00447700900123",
            "447700900123",
            "+44 (0)7700 900-123",
            " 07700.900.123 ",
        ] {
            assert_eq!(read(text, Realm::Real).map(|n| n.to_string()), Ok("+447700900123".into()), "{text}");
        }
    }

    #[test]
    fn what_must_not_be_texted() {
        use NumberProblem::*;
        let table = [
            ("", Empty),
            ("O7700900123", Unreadable),
            ("07700900123 ext 4", Unreadable),
            ("07700900123/07700900124", Unreadable),
            ("60777", ShortCode),
            ("999", Service),
            ("112", Service),
            ("116 123", Service),
            ("118500", Service),
            ("18000", Service),
            ("1161234", NoRange),
            ("0115 496 0123", Landline),
            ("02079460123", Landline),
            ("0870 1234567", Premium),
            ("09098790123", Premium),
            ("07012345678", Personal),
            ("0770090012", Length),
            ("077009001234", Length),
            ("+33612345678", Foreign),
            ("+9990000001", Foreign),
            ("+353 (0)85 123 4567", Unreadable),
            ("00353 ( 0 )85 123 4567", Unreadable),
            ("0770090000.1", Unreadable),
            ("447700900123.0", Unreadable),
            ("-7700900123", Unreadable),
            ("7700900123", LostNought),
            ("7700 900123", LostNought),
            ("7012345678", NoRange),
            ("6700900123", NoRange),
            ("+44 7700 9(0)01234", Length),
            ("7.7009E+09", Unreadable),
        ];
        for (text, problem) in table {
            assert_eq!(read(text, Realm::Real), Err(problem), "{text}");
        }
        assert!(read("+9990000001", Realm::Training).is_ok());
        let proposed = with_nought("7700 900123", Realm::Real).map(|number| number.to_string());
        assert_eq!(proposed.as_deref(), Some("+447700900123"));
        assert_eq!(with_nought("07700900123", Realm::Real), None);
    }

    #[test]
    fn other_countries_only_if_they_are_named() {
        let countries: Vec<Country> = ["+353", "+1"].map(|code| code.parse().unwrap()).into();
        let read = |text: &str| read_of(text, Realm::Real, &countries).map(|number| number.to_string());
        assert_eq!(read("+353 85 123 4567"), Ok("+353851234567".into()));
        assert_eq!(read("00353851234567"), Ok("+353851234567".into()));
        assert_eq!(read("+12025550123"), Ok("+12025550123".into()));
        assert_eq!(read("07700900123"), Ok("+447700900123".into()));
        assert_eq!(read("+33612345678"), Err(NumberProblem::Foreign));
        assert_eq!(read("353851234567"), Err(NumberProblem::NoRange), "not in international form");
        assert_eq!(read("+9990000001"), Err(NumberProblem::Foreign));
        assert_eq!(read("+353 (0)85 123 4567"), Err(NumberProblem::Unreadable), "with or without the nought: a guess");
        let anywhere = |text: &str| read_of_any(text, Realm::Real).map(|number| number.to_string());
        assert_eq!(anywhere("+33 612 345 678"), Ok("+33612345678".into()));
        assert_eq!(anywhere("0115 496 0123"), Err(NumberProblem::Landline));
        for code in ["353", "+", "+44", "+999", "+0", "+3", "+9", "+35", "+210", "+800", "+3531", "+3a", ""] {
            assert!(code.parse::<Country>().is_err(), "{code}");
        }
    }

    #[test]
    fn no_code_begins_with_another() {
        for code in ASSIGNED {
            let others = ASSIGNED.iter().filter(|other| other.starts_with(code));
            assert_eq!(others.count(), 1, "{code}");
        }
    }

    proptest! {
        /// Signs may stand between the digits of a number, and change nothing; a letter makes it none.
        #[test]
        fn signs_change_nothing_and_letters_everything(
            form in "(0|\\+44|0044|44)7[1-57-9][0-9]{8}",
            signs in proptest::collection::vec((1_usize..15, "[ \u{a0}-]"), 0..6),
            letter in (1_usize..11, "[A-Za-z\u{e9}\u{660}O/]"),
        ) {
            let with = |text: &str, at: usize, sign: &str| {
                let at = text.char_indices().nth(at).map_or(text.len(), |(at, _)| at);
                format!("{}{sign}{}", &text[..at], &text[at..])
            };
            let written = signs.iter().fold(form.clone(), |text, (at, sign)| with(&text, *at, sign));
            let expected = format!("+44{}", &form[form.len() - 10..]);
            prop_assert_eq!(read(&written, Realm::Real).map(|number| number.to_string()), Ok(expected), "{}", written);
            let (at, letter) = &letter;
            prop_assert_eq!(read(&with(&written, *at, letter), Realm::Real), Err(NumberProblem::Unreadable));
        }
    }
}
