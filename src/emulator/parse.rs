//! The emulator's own reader of command lines (V.250 clause 5.2, 27.007 clause 4).
//!
//! It shares nothing with the driver's side of the conversation, so that one misreading of the
//! standard cannot hide behind another.

/// One command of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    /// In capitals, with its prefix: `+CMGF`, `&F`, `E`, `S0`.
    pub(super) name: String,
    /// What is asked of it.
    pub(super) form: Form,
}

/// The ways in which a command can be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// `+CMD`
    Run,
    /// `+CMD?`
    Read,
    /// `+CMD=?`
    Test,
    /// `+CMD=…`, and the number after a basic command
    Set(Args),
}

/// The values after the equals sign.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Args(Vec<Arg>);

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Arg {
    /// Left out: `1,,2`
    Empty,
    /// Digits
    Number(u32),
    /// In quotes
    Text(String),
    /// Anything else, as typed
    Word(String),
}

/// A line that breaks the syntax; a modem says ERROR to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

impl Args {
    /// The value at `place`, if it is a number.
    pub(super) fn number(&self, place: usize) -> Option<u32> {
        match self.0.get(place) {
            Some(Arg::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The value at `place` as text: quoted or not.
    pub(super) fn text(&self, place: usize) -> Option<String> {
        match self.0.get(place)? {
            Arg::Empty => None,
            Arg::Number(number) => Some(number.to_string()),
            Arg::Text(text) | Arg::Word(text) => Some(text.clone()),
        }
    }
}

/// Reads a line. What stands before `AT` is noise; a line without `AT` is none (`Ok(None)`).
pub(super) fn line(text: &str) -> Result<Option<Vec<Command>>, Malformed> {
    let Some(start) = text.to_ascii_uppercase().find("AT") else { return Ok(None) };
    let mut rest = text.get(start + 2..).unwrap_or_default().trim_start();
    let mut commands = Vec::new();
    while !rest.is_empty() {
        let (command, after) = one(rest)?;
        commands.push(command);
        rest = after.trim_start_matches([' ', ';']);
    }
    Ok(Some(commands))
}

fn one(text: &str) -> Result<(Command, &str), Malformed> {
    match text.chars().next() {
        Some('+' | '^' | '$' | '*' | '#' | '!' | '%') => extended(text),
        Some('&') => basic(text, 2),
        Some('D' | 'd') => Ok((dial(text), "")),
        Some('S' | 's') => register(text),
        Some(letter) if letter.is_ascii_alphabetic() => basic(text, 1),
        _ => Err(Malformed),
    }
}

fn dial(text: &str) -> Command {
    let number = text.get(1..).unwrap_or_default().to_owned();
    Command { name: "D".to_owned(), form: Form::Set(Args(vec![Arg::Word(number)])) }
}

/// `S0?`, `S0=1`
fn register(text: &str) -> Result<(Command, &str), Malformed> {
    let (digits, rest) = split_digits(text.get(1..).unwrap_or_default());
    let name = format!("S{digits}");
    if let Some(rest) = rest.strip_prefix('?') {
        return Ok((Command { name, form: Form::Read }, rest));
    }
    let (value, rest) = split_digits(rest.strip_prefix('=').ok_or(Malformed)?);
    let value = value.parse().map_err(|_| Malformed)?;
    Ok((Command { name, form: Form::Set(Args(vec![Arg::Number(value)])) }, rest))
}

/// `E0`, `&F`, `I`
fn basic(text: &str, letters: usize) -> Result<(Command, &str), Malformed> {
    let name = text.get(..letters).ok_or(Malformed)?.to_ascii_uppercase();
    let (digits, rest) = split_digits(text.get(letters..).unwrap_or_default());
    if digits.is_empty() {
        return Ok((Command { name, form: Form::Run }, rest));
    }
    let value = digits.parse().map_err(|_| Malformed)?;
    Ok((Command { name, form: Form::Set(Args(vec![Arg::Number(value)])) }, rest))
}

fn extended(text: &str) -> Result<(Command, &str), Malformed> {
    let end = semicolon(text)?;
    let whole = text.get(..end).unwrap_or(text).trim_end();
    let rest = text.get(end..).unwrap_or_default();
    let name_end = whole.find(['=', '?']).unwrap_or(whole.len());
    let name = whole.get(..name_end).unwrap_or_default().trim_end().to_ascii_uppercase();
    let well_named = name.len() > 1 && name.bytes().skip(1).all(|b| b.is_ascii_alphanumeric());
    if !well_named {
        return Err(Malformed);
    }
    let form = match whole.get(name_end..).unwrap_or_default() {
        "" => Form::Run,
        "?" => Form::Read,
        "=?" => Form::Test,
        values => Form::Set(values_of(values.strip_prefix('=').ok_or(Malformed)?)?),
    };
    Ok((Command { name, form }, rest))
}

/// Where the command ends: at a semicolon outside quotes, or with the line.
fn semicolon(text: &str) -> Result<usize, Malformed> {
    let mut quoted = false;
    for (place, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => return Ok(place),
            _ => {}
        }
    }
    if quoted { Err(Malformed) } else { Ok(text.len()) }
}

fn values_of(text: &str) -> Result<Args, Malformed> {
    let mut values = Vec::new();
    let mut quoted = false;
    let mut start = 0;
    for (place, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                values.push(value_of(text.get(start..place).unwrap_or_default()));
                start = place + 1;
            }
            _ => {}
        }
    }
    values.push(value_of(text.get(start..).unwrap_or_default()));
    if quoted { Err(Malformed) } else { Ok(Args(values)) }
}

fn value_of(text: &str) -> Arg {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        return Arg::Text(inner.to_owned());
    }
    match text.parse() {
        Ok(number) if text.bytes().all(|b| b.is_ascii_digit()) => Arg::Number(number),
        _ if text.is_empty() => Arg::Empty,
        _ => Arg::Word(text.to_owned()),
    }
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        let Ok(commands) = line(text) else { return "malformed".to_owned() };
        let Some(commands) = commands else { return "noise".to_owned() };
        let one = |command: &Command| match &command.form {
            Form::Run => command.name.clone(),
            Form::Read => format!("{}?", command.name),
            Form::Test => format!("{}=?", command.name),
            Form::Set(args) => {
                let values = args.0.iter().map(|arg| match arg {
                    Arg::Empty => "_".to_owned(),
                    Arg::Number(number) => number.to_string(),
                    Arg::Text(text) => format!("{text:?}"),
                    Arg::Word(word) => word.clone(),
                });
                format!("{}={}", command.name, values.collect::<Vec<_>>().join(","))
            }
        };
        commands.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn lines() {
        for (typed, read) in [
            ("AT", ""),
            ("at+cmgf=0", "+CMGF=0"),
            ("ATE0V1Q0", "E=0 V=1 Q=0"),
            ("ATE0;+CMEE=1;+CMGF=0", "E=0 +CMEE=1 +CMGF=0"),
            ("AT&F&D2", "&F &D=2"),
            ("ATS0?", "S0?"),
            ("ATS0=1", "S0=1"),
            ("ATI", "I"),
            ("AT+CNMI=2,1,,2,0", "+CNMI=2,1,_,2,0"),
            ("AT+CPMS=\"ME\",\"SM\"", "+CPMS=\"ME\",\"SM\""),
            ("AT+CPBF=\"a;b,c\";+CSQ", "+CPBF=\"a;b,c\" +CSQ"),
            ("AT+CNMI=?", "+CNMI=?"),
            ("AT^ICCID?", "^ICCID?"),
            ("ATD+447700900123;", "D=+447700900123;"),
            ("\u{1b}xxAT+CSQ", "+CSQ"),
            ("hello", "noise"),
            ("AT+", "malformed"),
            ("AT+CPBF=\"open", "malformed"),
            ("AT=", "malformed"),
            ("AT+CMGS=99999999999", "+CMGS=99999999999"),
        ] {
            assert_eq!(shown(typed), read, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_read_or_refused(text in any::<String>()) {
            let _ = line(&text);
            let _ = line(&format!("AT+{text}"));
        }
    }
}
