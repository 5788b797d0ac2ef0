//! What an approver reads: one or two pages of plain text, complete, in 80 columns, and the list of people beside it.
//! The sheet never prints the line that approves it, so that a refusal which quotes it does not pass for an approval.
//!
//! Pure; `cli::approve` writes the files.

use std::fmt::Write;

use jiff::Timestamp;

use super::advice;
use super::approval::Draft;
use super::contacts::Sorted;
use super::plan::{Plan, people, several};
use super::signers::Signer;
use super::terms::Terms;
use super::texts::Texts;
use crate::ids::Sha256;
use crate::text::Untrusted;

/// So many characters of words stand on one line of the sheet.
const FOLD: usize = 76;

/// So many of a name; the name is not pinned, the number is.
const NAME_WIDTH: usize = 55;

/// What stands on a sheet.
pub struct Sheet<'a> {
    /// What is pinned.
    pub draft: &'a Draft,
    /// What the case file means.
    pub terms: &'a Terms,
    /// The words.
    pub texts: &'a Texts,
    /// Who gets which of them.
    pub plan: &'a Plan,
    /// Who is in, who is out.
    pub sorted: &'a Sorted,
    /// Who may sign it.
    pub signers: &'a [Signer],
    /// When it is made.
    pub now: Timestamp,
}

/// The name of the sheet of a plan, in `approval/`: under its code, so that another plan has another.
pub fn sheet_name(code: &str) -> String {
    format!("sheet-{code}.txt")
}

/// The name of its list of people.
pub fn list_name(code: &str) -> String {
    format!("people-{code}.txt")
}

const WORTH: &str = "
To approve it, answer by mail, or in a text file. The first line of your answer
must be the word APPROVED in capitals, a space, and the plan code, and nothing
else; only a greeting may stand above it. If you do not approve it, or only on
conditions, do not write that line. Or sign this very file with your SSH key
(signpost approve --key). The code stands for everything here, for every text
that would be sent, and for the list of people: if any of it is changed, the
code is another. A name typed at the computer is the weakest kind of approval:
it proves that the name was typed, not by whom.
";

impl Sheet<'_> {
    /// The sheet; `list` is the digest of the list of people.
    pub fn text(&self, list: &Sha256) -> String {
        let mut sheet = String::from("SIGNPOST - PLAN FOR APPROVAL\n\n");
        self.head(&mut sheet);
        self.who(&mut sheet, list);
        self.what(&mut sheet);
        self.when(&mut sheet);
        self.replies(&mut sheet);
        self.keys(&mut sheet);
        sheet.push_str(WORTH);
        sheet
    }

    /// Everyone, one a line; before the name whose text it is, if not the main one.
    pub fn list(&self) -> String {
        let mut list = format!("People of plan {}\n\n", self.draft.plan_code);
        for (pinned, planned) in self.draft.people.iter().zip(&self.plan.people) {
            let languages = &self.texts.get(planned.text).languages;
            let language = languages.first().map(|language| format!("[{language}] ")).unwrap_or_default();
            let name = pinned.name.as_ref().map(Untrusted::for_terminal).unwrap_or_default();
            let name: String = language.chars().chain(name.chars()).take(NAME_WIDTH).collect();
            let _ = writeln!(list, "{:>5}  {:<16} {}", pinned.person, pinned.to.as_str(), name);
        }
        list
    }

    fn head(&self, sheet: &mut String) {
        let authority = &self.terms.authority;
        let _ = writeln!(sheet, "Plan code  {}", self.draft.plan_code);
        let _ = writeln!(sheet, "Made       {}\n\nON WHOSE WORD", self.terms.hours.shown(self.now));
        for (name, words) in [
            ("authority", &authority.reference),
            ("granted by", &authority.granted_by),
            ("purpose", &authority.purpose),
            ("exhibit", &self.terms.exhibit),
            ("approver", &self.terms.approver),
        ] {
            let _ = writeln!(sheet, "  {name}:");
            folded(sheet, &one_line(words));
        }
        let _ = writeln!(sheet, "  SIM {}, IMSI {}", self.draft.line.iccid, self.draft.line.imsi);
    }

    fn who(&self, sheet: &mut String, list: &Sha256) {
        let test = self.draft.test.as_ref().map_or("nobody", |test| test.to.as_str());
        let _ = write!(
            sheet,
            "\nWHO\n  {} people (at most {}). They stand in\n  {} beside this sheet,\n  SHA-256 {list}\n  \
             The team's own phone, which gets the first text: {test}\n  Left out: {} rows of {}\n",
            self.draft.people.len(),
            self.terms.at_most,
            list_name(self.draft.plan_code.as_str()),
            self.sorted.left_out.len(),
            self.sorted.rows(),
        );
        for (why, count) in self.sorted.reasons() {
            let _ = writeln!(sheet, "    {count:>5}  {why}");
        }
    }

    fn what(&self, sheet: &mut String) {
        sheet.push_str("\nWHAT\n");
        for (which, text) in self.texts.iter() {
            let (whose, count) = (people(self.plan.people_of(which)), text.message.count());
            let _ =
                writeln!(sheet, "  {whose}: {} characters, {} each", count.characters, several(count.parts, "part"));
            for language in &text.languages {
                let _ = writeln!(sheet, "  for the language {language}");
            }
            sheet.push_str(&folded_text(text.message.text()));
            for advice in advice::of(text.message.text(), self.terms) {
                let _ = writeln!(sheet, "  Mind: {}", advice.words);
            }
        }
    }

    fn when(&self, sheet: &mut String) {
        let (authority, shown) = (&self.terms.authority, |moment| self.terms.hours.shown(moment));
        let pace = match self.terms.pace {
            0 => "as fast as the modem".to_owned(),
            pace => format!("{pace} parts a minute"),
        };
        let _ = write!(
            sheet,
            "\nWHEN\n  texts       {} to {}\n  hours       {} ({}), {pace}\n  listening   {} to {}\n",
            shown(authority.send.from),
            shown(authority.send.until),
            self.pinned("limits.hours"),
            self.pinned("limits.timezone"),
            shown(authority.listen.from),
            shown(authority.listen.until),
        );
    }

    fn replies(&self, sheet: &mut String) {
        let freed = self.pinned("replies.free_captured") == "true";
        let keeps = if freed { "a slot may be freed once its text is safe" } else { "nothing is removed from the SIM" };
        let _ = writeln!(sheet, "\nREPLIES\n  {keeps}");
        for (name, key) in [
            ("who is told of them", "replies.alert"),
            ("words that opt out", "replies.stop_words"),
            ("words that are urgent", "replies.urgent_words"),
        ] {
            let _ = writeln!(sheet, "  {name}:");
            folded(sheet, &one_line(self.pinned(key)));
        }
    }

    /// Whoever keeps the folder writes that list: the approver must see whether their own key stands there.
    fn keys(&self, sheet: &mut String) {
        sheet.push_str("\nWHOSE KEY MAY SIGN\n");
        if self.signers.is_empty() {
            sheet.push_str("  nobody's; an answer approves\n");
        }
        for signer in self.signers {
            folded(sheet, &signer.who.for_terminal());
            let _ = writeln!(sheet, "    {}", signer.fingerprint.as_deref().unwrap_or("no key can be read there"));
        }
    }

    fn pinned(&self, key: &str) -> &str {
        self.draft.pins.get(key).map(String::as_str).unwrap_or_default()
    }
}

/// All lines of a text, as they stand on a sheet.
pub fn folded_text(text: &str) -> String {
    let mut folded_lines = String::new();
    text.split('\n').for_each(|line| folded(&mut folded_lines, &one_line(line)));
    folded_lines
}

/// Writes one line of words in 80 columns. Behind `|` it begins, behind `+` it goes on, so that no
/// piece of it can pass for a line of the sheet or of a mail, and none of it is lost.
fn folded(sheet: &mut String, line: &str) {
    let characters: Vec<char> = line.chars().collect();
    let pieces = characters.chunks(FOLD).map(|piece| piece.iter().collect::<String>());
    for (index, piece) in pieces.enumerate() {
        let _ = writeln!(sheet, "  {} {piece}", if index == 0 { '|' } else { '+' });
    }
    if line.is_empty() {
        sheet.push_str("  |\n");
    }
}

fn one_line(text: &str) -> String {
    Untrusted::from(text).for_terminal()
}
