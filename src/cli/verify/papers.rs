//! The papers in `approval/` of a case folder, held against the digests that the record has of them. It says nothing of the
//! record, which holds or does not by itself.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use serde_json::{Value, json};

use crate::cli::folder::digest;
use crate::cli::print::Out;
use crate::ids::Sha256;
use crate::record::verify::{Findings, Paper};
use crate::text::Untrusted;

/// How a paper stands beside its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stand {
    /// It is what the record says.
    AsRecorded,
    /// It was erased, and the record says on whose word.
    Erased,
    /// It is not there.
    Missing,
    /// It cannot be looked at, and why.
    Unread(String),
    /// It is something else.
    Changed,
}

/// A name, the entries that know it, and how it stands.
pub struct Held<'a> {
    papers: Vec<&'a Paper>,
    stand: Stand,
}

/// All of them, by their names.
pub fn hold<'a>(folder: &Path, found: &'a Findings) -> Vec<Held<'a>> {
    let mut names: BTreeMap<&str, Vec<&Paper>> = BTreeMap::new();
    found.papers.iter().for_each(|paper| names.entry(&paper.name).or_default().push(paper));
    let held = |(name, papers): (&str, Vec<&'a Paper>)| {
        let stand = stand(folder, name, &papers, found);
        Held { papers, stand }
    };
    names.into_iter().map(held).collect()
}

/// A sheet that was lost may have been made once more on another day: then more than one digest is known of it.
fn stand(folder: &Path, name: &str, papers: &[&Paper], found: &Findings) -> Stand {
    let known = |sha256: &Sha256| papers.iter().any(|paper| paper.sha256 == *sha256);
    let path = folder.join("approval").join(name);
    // What the record says is one name, and no way out of the folder.
    let is_name = Path::new(name).file_name().is_some_and(|own| own == name);
    match path.symlink_metadata() {
        _ if !is_name => Stand::Missing,
        Ok(about) if !about.is_file() => Stand::Changed,
        Ok(_) => match digest(&path) {
            Ok(sha256) if known(&sha256) => Stand::AsRecorded,
            Ok(_) => Stand::Changed,
            Err(error) => Stand::Unread(error.message),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let mut gone = found.erasures.iter().flat_map(|(_, erasure)| &erasure.files);
            if gone.any(|gone| known(&gone.sha256)) { Stand::Erased } else { Stand::Missing }
        }
        Err(error) => Stand::Unread(error.to_string()),
    }
}

impl Held<'_> {
    /// Whether it is something else than what the record says.
    pub fn is_changed(&self) -> bool {
        self.stand == Stand::Changed
    }

    /// On the screen, and for scripts; what is as it should be needs no line.
    fn say(&self, out: &Out) {
        let Some(paper) = self.papers.last() else { return };
        let name = Untrusted::from(format!("approval/{}", paper.name));
        let (entry, shown) = (paper.entry, name.for_terminal());
        let what = match &self.stand {
            Stand::AsRecorded | Stand::Erased => return,
            Stand::Missing => "it is not there: what stood in it cannot be shown from this folder".to_owned(),
            Stand::Unread(why) => format!("it cannot be looked at: {}", Untrusted::from(why.as_str()).for_terminal()),
            Stand::Changed => {
                format!("it is not what entry {entry} says: a true copy has the SHA-256 {}", paper.sha256)
            }
        };
        let (mark, kind) = if self.is_changed() { ("DOES NOT HOLD  ", "problem") } else { ("! ", "paper") };
        out.say(format!("{mark}{shown}: {what}"));
        out.json(&json!({"type": kind, "file": name.for_json(), "entry": entry, "what": what}));
    }
}

/// What was found, behind what was found of the record.
pub fn say(held: &[Held], out: &Out) {
    held.iter().for_each(|held| held.say(out));
    if !held.is_empty() {
        let number = |stand: &Stand| held.iter().filter(|held| held.stand == *stand).count();
        let erased = match number(&Stand::Erased) {
            0 => String::new(),
            erased => format!(", {erased} erased"),
        };
        let verdict = if held.iter().any(Held::is_changed) { ": THE PAPERS DO NOT HOLD" } else { "" };
        let (all, as_recorded) = (held.len(), number(&Stand::AsRecorded));
        out.say(format!("papers of the approval: {as_recorded} of {all} as the record says{erased}{verdict}"));
    }
}

/// For the summary.
pub fn counted(held: &[Held]) -> Value {
    let number = |stand: fn(&Stand) -> bool| held.iter().filter(|held| stand(&held.stand)).count();
    json!({
        "as_recorded": number(|stand| *stand == Stand::AsRecorded),
        "changed": number(|stand| *stand == Stand::Changed),
        "missing": number(|stand| matches!(stand, Stand::Missing | Stand::Unread(_))),
        "erased": number(|stand| *stand == Stand::Erased),
    })
}
