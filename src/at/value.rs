//! Parameter lists: `2,1,"x",,(0-3)` and bare words, as answers and `=?` lists carry them.
//!
//! Handsets leave quotes out, double them, put spaces anywhere and forget brackets
//! (`hw-notes/at_oddities.md` 3, 4, 5, 20, 21); this reader takes all of that and never fails: a
//! parameter that it cannot read is a [`Value::Word`], and no parameter spoils the others.

use nom::branch::alt;
use nom::bytes::complete::{is_not, tag, take_while};
use nom::character::complete::{char, digit1, multispace0};
use nom::combinator::{all_consuming, map, map_opt, opt, value};
use nom::multi::separated_list0;
use nom::sequence::{delimited, separated_pair, terminated};
use nom::{IResult, Parser};

use crate::text::Untrusted;

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing between two commas.
    Empty,
    /// Digits alone, if the number gives them back: too many, or with a zero in front (`07700…`, `00A1`
    /// without its quotes), they are a [`Value::Word`].
    Number(u32),
    /// In quotes.
    Text(Untrusted),
    /// Anything else, without quotes.
    Word(Untrusted),
    /// `(0,1,3)` or `(0-2)`: ranges are kept as ranges.
    List(Vec<Value>),
    /// `0-2` inside a list.
    Range(u32, u32),
}

/// A parameter list with forgiving access.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values(pub Vec<Value>);

impl Values {
    /// Reads what stands after the colon of an answer. One pair of brackets round a list of lists is
    /// taken off.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let nested = text.starts_with("((") && text.ends_with("))");
        let inner = if nested { text.get(1..text.len() - 1).unwrap_or_default() } else { text };
        match all_consuming(list).parse(inner) {
            Ok((_, values)) => Self(values),
            Err(_) => Self(vec![Value::Word(text.into())]),
        }
    }

    /// The number at `index`, also where the handset put it in quotes or zeros before it.
    pub fn number(&self, index: usize) -> Option<u32> {
        number_of(self.0.get(index)?)
    }

    /// The text at `index`, with or without quotes, numbers included.
    pub fn text(&self, index: usize) -> Option<Untrusted> {
        match self.0.get(index)? {
            Value::Text(text) | Value::Word(text) => Some(text.clone()),
            Value::Number(number) => Some(Untrusted::new(number.to_string())),
            _ => None,
        }
    }

    /// Whether the `=?` list at `index` offers `wanted`; a bare number offers itself.
    pub fn offers(&self, index: usize, wanted: u32) -> Offer {
        match self.0.get(index) {
            Some(value) if holds(value, wanted) => Offer::Offered,
            Some(_) => Offer::NotOffered,
            None => Offer::Unsaid,
        }
    }

    /// Every single number that the list at `index` names.
    pub fn numbers(&self, index: usize) -> Vec<u32> {
        self.0.get(index).map(flatten).unwrap_or_default()
    }

    /// Every text that the list at `index` names.
    pub fn texts(&self, index: usize) -> Vec<Untrusted> {
        let inner = match self.0.get(index) {
            Some(Value::List(inner)) => inner.clone(),
            Some(other) => vec![other.clone()],
            None => Vec::new(),
        };
        let each = Values(inner);
        (0..each.0.len()).filter_map(|i| each.text(i)).collect()
    }

    /// How many parameters there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a `=?` list says of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// In the list.
    Offered,
    /// Not in the list.
    NotOffered,
    /// There is no such list.
    Unsaid,
}

/// The largest range that is spelled out; a handset that says `(0-4294967295)` means "anything".
const WIDEST_RANGE: u32 = 1024;

fn number_of(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) | Value::Word(text) => text.for_record().trim().parse().ok(),
        Value::Empty | Value::List(_) | Value::Range(..) => None,
    }
}

fn holds(value: &Value, wanted: u32) -> bool {
    match value {
        Value::Range(low, high) => (*low..=*high).contains(&wanted),
        Value::List(inner) => inner.iter().any(|v| holds(v, wanted)),
        other => number_of(other) == Some(wanted),
    }
}

fn flatten(value: &Value) -> Vec<u32> {
    match value {
        Value::Range(low, high) => (*low..=*high.min(&low.saturating_add(WIDEST_RANGE))).collect(),
        Value::List(inner) => inner.iter().flat_map(flatten).collect(),
        other => number_of(other).into_iter().collect(),
    }
}

fn list(input: &str) -> IResult<&str, Vec<Value>> {
    separated_list0(char(','), padded).parse(input)
}

fn padded(input: &str) -> IResult<&str, Value> {
    delimited(multispace0, one, multispace0).parse(input)
}

fn one(input: &str) -> IResult<&str, Value> {
    let empty = value(Value::Empty, tag(""));
    alt((whole(bracketed), whole(quoted), whole(range), whole(number), word(","), empty)).parse(input)
}

/// Accepts `inner` only where the parameter ends behind it: `12ab` is no number.
fn whole<'a>(
    inner: impl Parser<&'a str, Output = Value, Error = nom::error::Error<&'a str>>,
) -> impl Parser<&'a str, Output = Value, Error = nom::error::Error<&'a str>> {
    terminated(inner, nom::combinator::peek((multispace0, alt((tag(","), tag(")"), nom::combinator::eof)))))
}

fn bracketed(input: &str) -> IResult<&str, Value> {
    map(delimited(char('('), inner_list, opt(char(')'))), Value::List).parse(input)
}

fn inner_list(input: &str) -> IResult<&str, Vec<Value>> {
    let flat = alt((whole(quoted), whole(range), whole(number), word(",)"), value(Value::Empty, tag(""))));
    separated_list0(char(','), delimited(multispace0, flat, multispace0)).parse(input)
}

fn number(input: &str) -> IResult<&str, Value> {
    map(map_opt(digit1, exactly), Value::Number).parse(input)
}

/// The number that is written so, and not otherwise.
fn exactly(digits: &str) -> Option<u32> {
    digits.parse().ok().filter(|number: &u32| number.to_string() == digits)
}

fn range(input: &str) -> IResult<&str, Value> {
    let bound = || map_opt(digit1, exactly);
    let dash = (multispace0, char('-'), multispace0);
    map(separated_pair(bound(), dash, bound()), |(low, high)| Value::Range(low, high)).parse(input)
}

/// In quotes; doubled quotes (`""x""`), a missing last one and NULs at the end are forgiven.
fn quoted(input: &str) -> IResult<&str, Value> {
    let many = |least| nom::bytes::complete::take_while_m_n(least, 2, |c| c == '"');
    alt((
        map(terminated(tag("\"\""), nom::combinator::peek(alt((tag(","), tag(")"), nom::combinator::eof)))), |_| {
            Value::Text(Untrusted::default())
        }),
        map(delimited(many(1), take_while(|c| c != '"'), many(0)), |text: &str| {
            Value::Text(text.trim_end_matches('\0').into())
        }),
    ))
    .parse(input)
}

/// Anything up to one of `ends`.
fn word<'a>(ends: &'static str) -> impl Parser<&'a str, Output = Value, Error = nom::error::Error<&'a str>> {
    map(is_not(ends), |text: &str| Value::Word(text.trim().into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn answers_as_handsets_give_them() {
        let values = Values::parse("\"SM\", 3,50 ,\"ME\",,EE");
        assert_eq!(values.text(0), Some("SM".into()));
        assert_eq!((values.number(1), values.number(2)), (Some(3), Some(50)));
        assert_eq!(values.0.get(4), Some(&Value::Empty));
        assert_eq!(values.text(5), Some("EE".into()));
        assert_eq!(Values::parse("2,\"1\",\"00A1\",\"1B2C\"").number(1), Some(1));
        assert_eq!(Values::parse("\"\",29").text(0), Some("".into()));
        assert_eq!(Values::parse("\"\"x\"\",1").text(0), Some("x".into()));
    }

    #[test]
    fn offers_of_real_cnmi_lists() {
        for text in ["(0-2),(0,1,3),(0,2),(0-2),(0,1)", "(0,1,2),(0,1),(0,2),(0),(1)", "2,(0-3),0,(0,1),0"] {
            let values = Values::parse(text);
            assert_eq!(values.len(), 5, "{text}");
            assert_eq!((values.offers(0, 2), values.offers(1, 1)), (Offer::Offered, Offer::Offered), "{text}");
        }
        assert_eq!(Values::parse("(0,1),(0-2").offers(1, 2), Offer::Offered, "a forgotten bracket");
        assert_eq!(Values::parse("(0,1)").offers(3, 1), Offer::Unsaid);
        assert_eq!(Values::parse("((0,1),(0 - 2))").offers(1, 2), Offer::Offered, "brackets round all of it");
    }

    #[test]
    fn storages_offered() {
        let values = Values::parse("(\"SM\",\"ME\"),(\"SM\"),(\"SM\",\"ME\",\"MT\")");
        assert_eq!(values.texts(2), ["SM".into(), "ME".into(), "MT".into()]);
    }

    #[test]
    fn a_wide_range_does_not_fill_memory() {
        assert_eq!(Values::parse("(0-4294967295)").numbers(0).len(), WIDEST_RANGE as usize + 1);
    }

    #[test]
    fn phone_numbers_stay_text() {
        assert_eq!(Values::parse("\"+447700900456\",145").text(0), Some("+447700900456".into()));
        assert_eq!(Values::parse("99999999999").text(0), Some("99999999999".into()), "too large for a number");
        assert_eq!(Values::parse("0770090").text(0), Some("0770090".into()), "a zero in front");
        assert_eq!(Values::parse("007").number(0), Some(7));
    }

    #[test]
    fn a_parameter_that_cannot_be_read_leaves_the_others() {
        let values = Values::parse("1,\"Ann \"Bob\" Lee\",24,(1)2,(3)");
        assert_eq!((values.number(0), values.number(2), values.numbers(4)), (Some(1), Some(24), vec![3]));
        assert_eq!(values.text(3), Some("(1)2".into()));
    }

    proptest! {
        #[test]
        fn never_fails(text in "[ -~]{0,60}") {
            let values = Values::parse(&text);
            let _ = (values.number(0), values.text(1), values.numbers(0));
        }
    }
}
