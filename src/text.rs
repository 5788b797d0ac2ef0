//! Floor 0: text that came from outside, and the one door to each place where it may be shown.
//!
//! A reply, an operator name, a phonebook entry or a USB product string may hold escape sequences,
//! HTML, spreadsheet formulas or invisible characters (law 7). [`Untrusted`] has no `Display`, no
//! `Deref` and no `Serialize`, so such text cannot reach a sink by accident: whoever shows it must
//! name the sink. Everything that `pdu` decodes, `at` reads as a string and `link::ports` reads from
//! sysfs is `Untrusted` from birth. This module knows no other of ours.

pub mod json;

use std::fmt;

/// Text from outside. Compare and hash it freely; to show it, choose the door of the sink.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Untrusted(String);

impl Untrusted {
    /// Wraps text as it came.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// For a terminal: control, bidirectional, zero-width and tag characters become visible
    /// escapes such as `\u{1b}`; a line break becomes ` / `, so that one text stays one line.
    pub fn for_terminal(&self) -> String {
        let mut shown = String::with_capacity(self.0.len());
        for line in self.0.lines() {
            if !shown.is_empty() {
                shown.push_str(" / ");
            }
            line.chars().for_each(|c| push_visible(&mut shown, c));
        }
        shown
    }

    /// For a log line: as for a terminal, in quotes, at most 200 characters.
    pub fn for_log(&self) -> String {
        let shown = self.for_terminal();
        match shown.char_indices().nth(200) {
            Some((cut, _)) => format!("\"{}…\"", shown.get(..cut).unwrap_or_default()),
            None => format!("\"{shown}\""),
        }
    }

    /// For HTML text or a quoted attribute: the five special characters become entities, what
    /// is not to be seen becomes a visible escape, line breaks stay.
    pub fn for_html(&self) -> String {
        let mut shown = String::with_capacity(self.0.len() + 16);
        for c in self.0.chars() {
            match c {
                '&' => shown.push_str("&amp;"),
                '<' => shown.push_str("&lt;"),
                '>' => shown.push_str("&gt;"),
                '"' => shown.push_str("&quot;"),
                '\'' => shown.push_str("&#39;"),
                '\n' => shown.push('\n'),
                c => push_visible(&mut shown, c),
            }
        }
        shown
    }

    /// For a CSV cell that a spreadsheet may open: as for a terminal, and an apostrophe before
    /// anything that a spreadsheet would read as a formula. (Quoting is the CSV writer's work.)
    pub fn for_csv(&self) -> String {
        let shown = self.for_terminal();
        if shown.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{shown}") } else { shown }
    }

    /// For a file name: letters, digits, `-` and `_`; everything else becomes `_`; at most 60.
    pub fn for_file_name(&self) -> String {
        let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
        self.0.chars().take(60).map(safe).collect()
    }

    /// For a JSON string: as it came. The JSON writer must escape it ([`json`] writes ASCII
    /// only, so that control and bidirectional characters cannot reach a terminal that way).
    pub fn for_json(&self) -> &str {
        &self.0
    }

    /// For the record and for hashing: as it came, lossless.
    pub fn for_record(&self) -> &str {
        &self.0
    }

    /// For comparing with words such as STOP: lower case, with everything that is not a letter
    /// or a digit turned into one space, trimmed. Invisible characters are dropped, so that
    /// "S\u{200b}TOP" is "stop".
    pub fn for_match(&self) -> String {
        let visible = self.0.chars().filter(|c| !is_invisible(*c) || c.is_whitespace());
        let spaced: String =
            visible.flat_map(char::to_lowercase).map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        spaced.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.for_log())
    }
}

impl From<&str> for Untrusted {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Untrusted {
    fn from(text: String) -> Self {
        Self(text)
    }
}

fn push_visible(shown: &mut String, c: char) {
    if is_invisible(c) {
        shown.extend(c.escape_unicode());
    } else {
        shown.push(c);
    }
}

/// Characters that act on a display or hide in it: C0, DEL, C1, bidirectional controls,
/// zero-width characters, line separators, tags and other format characters, private use.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0d}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}'
            | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ESC_TITLE: &str = "\u{1b}]0;owned\u{7}hello";

    #[test]
    fn terminal_strips_title_and_clipboard_escapes() {
        assert_eq!(Untrusted::from(ESC_TITLE).for_terminal(), "\\u{1b}]0;owned\\u{7}hello");
    }

    #[test]
    fn terminal_strips_c1_and_bidi() {
        let hostile = Untrusted::from("a\u{9b}2Jb\u{202e}c\u{2066}d");
        assert_eq!(hostile.for_terminal(), "a\\u{9b}2Jb\\u{202e}c\\u{2066}d");
    }

    #[test]
    fn terminal_keeps_one_text_on_one_line() {
        assert_eq!(Untrusted::from("one\r\ntwo\nthree\rforged").for_terminal(), "one / two / three\\u{d}forged");
    }

    #[test]
    fn html_is_text() {
        let hostile = Untrusted::from("<img src=x onerror='alert(1)'>&\"");
        assert_eq!(hostile.for_html(), "&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;&quot;");
    }

    #[test]
    fn csv_defuses_formulas_also_behind_spaces() {
        assert_eq!(Untrusted::from("=HYPERLINK(\"x\")").for_csv(), "'=HYPERLINK(\"x\")");
        assert_eq!(Untrusted::from("  +1").for_csv(), "'  +1");
        assert_eq!(Untrusted::from("ok").for_csv(), "ok");
    }

    #[test]
    fn file_name_cannot_climb() {
        assert_eq!(Untrusted::from("../../etc/passwd").for_file_name(), "______etc_passwd");
    }

    #[test]
    fn match_sees_through_case_punctuation_and_zero_width() {
        assert_eq!(Untrusted::from("  S\u{200b}TOP, pls!! ").for_match(), "stop pls");
    }

    proptest! {
        #[test]
        fn nothing_invisible_reaches_a_terminal_or_a_log(text in any::<String>()) {
            let text = Untrusted::from(text);
            prop_assert!(!text.for_terminal().chars().any(is_invisible));
            prop_assert!(!text.for_log().chars().any(is_invisible));
            prop_assert!(!text.for_csv().chars().any(is_invisible));
        }

        #[test]
        fn no_tag_opens_in_html(text in any::<String>()) {
            let shown = Untrusted::from(text).for_html();
            prop_assert!(!shown.contains(['<', '>', '"', '\'']));
        }
    }
}
