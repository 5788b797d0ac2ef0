//! `README.txt` of a bundle: what each file is, how to check it with stock programs, and what that does not prove. Called by
//! `cli::export`.

use super::Audience;
use crate::record::body::Nature;
use crate::record::bundle::{MANIFEST, NAMESPACE, SIGNATURE, SIGNERS};
use crate::text::Untrusted;

/// Checks `entries.jsonl` alone.
pub const CHECK_ENTRIES: &str = include_str!("templates/check_entries.py");

/// What it speaks of.
pub struct Bundle<'a> {
    /// For whom.
    pub audience: Audience,
    /// The case's name.
    pub case: &'a str,
    /// Real or training.
    pub nature: Nature,
    /// The entry that was sealed before it was made.
    pub entry: u64,
    /// The code of that.
    pub code: &'a str,
    /// Of the key that signs, as `ssh-keygen -lf` shows it.
    pub fingerprint: &'a str,
    /// The other files.
    pub files: &'a [String],
}

const FILES: [(&str, &str); 17] = [
    ("record.db", "the record itself (SQLite), which is the evidence; all other files are made from it"),
    ("entries.jsonl", "its entries, one a line (JSON), with all that their hashes are made of"),
    ("report.html", "the report: open it in any browser"),
    ("support.html", "replies by urgency, and what became of each: open it in any browser"),
    ("disclosure.html", "the report, numbers and names of third parties masked: open it in any browser"),
    ("people.csv", "everyone of the approved plan, and what became of their text"),
    ("replies.csv", "what came in, a line each"),
    ("sim.csv", "the texts that lay on the SIM when it was first copied, the deleted ones too"),
    (
        "attempts.csv",
        "every attempt to hand a part to the device: intent, outcome, delivery reports (of several, the last)",
    ),
    ("pdus.csv", "the raw PDUs, as they left and as they came"),
    ("wire.log", "all that passed between computer and device (> to it, < from it), UTC"),
    ("sms.pcapng", "the texts of both directions for Wireshark; no preference must be set"),
    ("statement.txt", "the statement of whoever closed the case"),
    (
        "exhibit-label.txt",
        "the label of the exhibit; its digest is that of record.db as it was closed, before this bundle was an entry",
    ),
    (SIGNERS, "the key that signs, in the form of ssh-keygen's ALLOWED SIGNERS"),
    (MANIFEST, "the SHA-256 of every file but itself and its signature"),
    (SIGNATURE, "the signature of the station's key over that"),
];

/// The whole text.
pub fn readme(bundle: &Bundle) -> String {
    let training = if bundle.nature == Nature::Training { "TRAINING: no real line, no real people.\n\n" } else { "" };
    let case = Untrusted::from(bundle.case).for_terminal();
    let (words, code, entry) = (bundle.audience.words(), bundle.code, bundle.entry);
    let head = format!(
        "signpost: a bundle {words} of the case {case}\n\n{training}Made by signpost {} behind entry {entry} of the record, sealed \
         with the code\n\n    {code}\n\nwhich also stands in the operator's notebook.\n\n",
        env!("CARGO_PKG_VERSION")
    );
    let parts = match bundle.audience {
        Audience::Court => [whole(bundle), PROOF_OF_RECORD.to_owned()],
        Audience::Support => [part(bundle), format!("{SUPPORT}{NO_RECORD}")],
        Audience::Disclosure => [part(bundle), format!("{DISCLOSURE}{NO_RECORD}")],
    };
    format!(
        "{head}THE FILES\n\n{}\nHOW TO CHECK\n\n{}\nWHAT THE CHECK DOES NOT PROVE\n\n{}",
        files(bundle),
        parts[0],
        parts[1]
    )
}

fn files(bundle: &Bundle) -> String {
    let there =
        |name: &str| bundle.files.iter().any(|file| file == name) || [SIGNERS, MANIFEST, SIGNATURE].contains(&name);
    let known = FILES.iter().filter(|(name, _)| there(name)).map(|(name, what)| format!("{name}\n    {what}\n"));
    known.collect()
}

/// The checks of every bundle.
fn part(bundle: &Bundle) -> String {
    format!(
        "In this folder, with stock programs. No file was changed or is missing:\n\n    sha256sum -c {MANIFEST}\n\nThe station's key \
         signed that list; it must say Good:\n\n    ssh-keygen -Y verify -f {SIGNERS} -I station -n {NAMESPACE} \\\n      -s {SIGNATURE} < \
         {MANIFEST}\n\nThe key is the station's if its fingerprint, as the station shows it (ssh-keygen -lf seal_ed25519.pub), is\n\n    \
         {}\n\nAll of this, and that nothing was added, with signpost:\n\n    signpost verify .\n\n",
        bundle.fingerprint
    )
}

/// Those of the record besides.
fn whole(bundle: &Bundle) -> String {
    format!(
        "{}signpost verify also checks the record inside. With the code of the notebook it says that nothing before it was\ntaken \
         away:\n\n    signpost verify . --head {}\n\nWithout signpost: scripts/verify_record.py of its source does the same, and \
         src/record/FORMAT.md says what a\nrecord is, for sqlite3, sha256sum and ssh-keygen. The entries, to read:\n\n    sqlite3 -readonly \
         record.db \\\n      \"SELECT seq, at, kind, who, CAST(body AS TEXT) FROM entry ORDER BY seq\"\n\nThe texts, as Wireshark reads \
         them:\n\n    tshark -r sms.pcapng\n\nThat each entry follows from the one before it, from {} alone:\n\n\
         python3 - <<'END'\n{CHECK_ENTRIES}END\n\n",
        part(bundle),
        bundle.code,
        "entries.jsonl"
    )
}

const PROOF_OF_RECORD: &str = "\
That nothing followed: a record that was cut off is a whole, shorter one. Only a code that was kept elsewhere, such as
the one above in the notebook, shows that it was not.

That the station was honest: who holds both the record and the station's key can write both again. Codes and copies
that were kept elsewhere show that.

That the times are right: they are what the computer's clock said; the report says how it was compared.

What was erased under authority: only that it was there, when, and of which kind.
";

const SUPPORT: &str = "\
This bundle holds what a support worker needs and no more: replies and calls, their numbers and names. Give it to
those who are to answer them, and to nobody else.

";

const DISCLOSURE: &str = "\
In this bundle \"person 17\" stands in place of a number, the same each time; names of the lists and octets are left
out. What cannot be found so (digits written as words, first names within a text) must be looked for by a person.

";

const NO_RECORD: &str = "\
The record is not in this bundle: that these lists say what the record says cannot be checked from them. The whole
bundle, with the record, is made from the case by: signpost export --for court
It carries a later code. Both codes stand in the record, which shows that this bundle was made, when, and by whom.
";
