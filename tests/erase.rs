//! Erasing, from outside: the real binary, the emulator in its own process. After it no file of the case folder holds the
//! number or what its owner wrote, in any of the forms in which either can stand there; the record holds all the same, by
//! both verifiers, and says what was erased.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

#[path = "support/case.rs"]
#[allow(dead_code)] // its cases are worked by the demonstration
mod case;

use std::path::{Path, PathBuf};
use std::process::Command;

use case::{ended, verb};

/// Whoever writes the longest reply of the demonstration, and how it begins and ends.
const NUMBER: &str = "447700900141";
const THEIRS: [&str; 2] = ["I dont know if anyone reads this", "he looks at my calls. Thank you for reading it"];

/// A case worked to its end and closed, and somebody's note behind it.
fn worked(folder: &Path) -> PathBuf {
    let case = folder.join("case");
    ended(0, case::signpost(&["demo".into(), "--seed".into(), "7".into(), case.display().to_string()]));
    ended(0, verb(folder, &["note", "she rang: 07700 900141, wants no more texts"]).output().unwrap());
    case
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// In every form that this test knows: written from the standards, not from what erases.
fn forms(number: &str, texts: &[&str]) -> Vec<(String, Vec<u8>)> {
    let national = format!("0{}", &number[2..]);
    let swapped = |digits: &str| {
        let filled = format!("{digits}{}", if digits.len() % 2 == 1 { "F" } else { "" });
        let pairs: Vec<char> = filled.chars().collect();
        pairs.chunks(2).flat_map(|pair| [pair[1], pair[0]]).collect::<String>()
    };
    let octets = |digits: &str| {
        let nibbles: Vec<u8> = digits.chars().map(|digit| digit.to_digit(16).unwrap() as u8).collect();
        nibbles.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect::<Vec<u8>>()
    };
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let mut all = Vec::new();
    for (name, digits) in [("E.164", number.to_owned()), ("national", national)] {
        all.push((format!("{name} UTF-8"), digits.clone().into_bytes()));
        all.push((format!("{name} UTF-16BE"), utf16(&digits)));
        all.push((format!("{name} semi-octets"), octets(&swapped(&digits))));
        all.extend((0..7).map(|shift| (format!("{name} septets {shift}"), packed(&digits, shift))));
    }
    for text in texts {
        all.push((format!("{text} UTF-8"), text.as_bytes().to_vec()));
        all.push((format!("{text} UTF-16BE"), utf16(text)));
        all.extend((0..7).map(|shift| (format!("{text} septets {shift}"), packed(text, shift))));
    }
    let hex = |octets: &[u8]| octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
    let written: Vec<_> =
        all.iter().map(|(name, octets)| (format!("{name} in hex"), hex(octets).into_bytes())).collect();
    let twice: Vec<_> = written.iter().map(|(name, text)| (format!("{name} twice"), hex(text).into_bytes())).collect();
    let upper = written.iter().map(|(name, text)| (format!("{name}, capitals"), text.to_ascii_uppercase()));
    let twice_upper = upper.clone().map(|(name, text)| (format!("{name} twice"), hex(&text).into_bytes()));
    all.iter().cloned().chain(upper.clone()).chain(twice_upper).chain(written.clone()).chain(twice).collect()
}

/// Behind so many other septets; only octets that are wholly of the text.
fn packed(text: &str, before: usize) -> Vec<u8> {
    let bits: String = text.bytes().map(|letter| format!("{letter:07b}").chars().rev().collect::<String>()).collect();
    let bits = format!("{}{bits}", "x".repeat(7 * before));
    let whole = bits.as_bytes().chunks_exact(8).filter(|octet| !octet.contains(&b'x'));
    let octet = |bits: &[u8]| bits.iter().rev().fold(0u8, |octet, bit| octet << 1 | (bit - b'0'));
    whole.map(octet).collect()
}

/// Where any of them stands: the file and the form.
fn found(case: &Path, forms: &[(String, Vec<u8>)]) -> Vec<String> {
    let mut all = Vec::new();
    for path in files(case).iter().filter(|path| !path.starts_with(case.join("station"))) {
        let octets = std::fs::read(path).unwrap();
        let stands = |form: &&(String, Vec<u8>)| octets.windows(form.1.len()).any(|window| window == form.1);
        let shown = |form: &(String, Vec<u8>)| format!("{}: {}", path.display(), form.0);
        all.extend(forms.iter().filter(stands).map(shown));
    }
    all
}

/// What `erase` said of these numbers.
fn erase(folder: &Path, code: i32, more: &[&str]) -> String {
    let arguments = ["erase", "--authority", "order 12/27", "--why", "not convicted"];
    ended(code, verb(folder, &[&arguments, more].concat()).output().unwrap())
}

#[test]
fn nothing_of_a_person_is_left_and_the_record_holds() {
    let folder = tempfile::tempdir().unwrap();
    let case = worked(folder.path());
    let say = |arguments: &[&str]| ended(0, verb(folder.path(), arguments).output().unwrap());
    let (theirs, others) = (forms(NUMBER, &THEIRS), forms("447700900155", &["he says he will hurt me"]));
    let before = found(&case, &theirs);
    for place in
        ["record.db: E.164 semi-octets in hex", "record.db", "c", "out/replies.csv", "people-", "emulator.state"]
    {
        assert!(before.iter().any(|found| found.contains(place)), "{place}: {before:?}");
    }
    assert!(before.iter().any(|found| found.contains("septets")), "{before:?}");

    let told = erase(folder.path(), 2, &["--recipients", "07700 900141"]);
    assert!(told.contains("--confirm 1"), "{told}");
    erase(folder.path(), 4, &["--recipients", "07700 900141", "--confirm", "2"]);
    erase(folder.path(), 2, &["--recipients", "12345", "--confirm", "1"]);
    assert_eq!(found(&case, &theirs), before, "nothing goes unconfirmed");
    let told = erase(folder.path(), 0, &["--recipients", "07700 900141", "--confirm", "1"]);
    assert!(told.contains("contacts/contacts.csv") && told.contains("Notebook"), "{told}");

    assert_eq!(found(&case, &theirs), [""; 0]);
    assert!(!found(&case, &others).is_empty(), "what others wrote stays");
    let told = say(&["verify"]);
    assert!(told.contains("erased") && told.contains("order 12/27"), "{told}");
    assert!(told.contains("papers of the approval: 1 of 2 as the record says, 1 erased"), "{told}");
    second_verifier_agrees(&case);
    let status = say(&["status", "--json"]);
    assert!(status.contains("\"people\":23"), "{status}");
    let told = erase(folder.path(), 0, &["--recipients", "07700 900141", "--confirm", "1"]);
    assert!(told.contains("nothing was erased"), "{told}");

    say(&["report"]);
    assert_eq!(found(&case, &theirs), [""; 0], "pages made again hold nothing of them");
    assert!(!found(&case.join("out"), &others).is_empty());
    erase(folder.path(), 0, &["--recipients", "07700900155", "--confirm", "1"]);
    assert_eq!(found(&case, &others), [""; 0], "also what was written again of those who stayed");
    say(&["verify"]);
    second_verifier_agrees(&case);
}

fn second_verifier_agrees(case: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/verify_record.py");
    let second = Command::new("python3").arg(script).arg(case).output().unwrap();
    assert!(second.status.success(), "{}", String::from_utf8_lossy(&second.stdout));
}

/// Whoever knows a body to the last letter, and has every digest and every salt that is left, finds it in none.
#[test]
fn what_was_erased_cannot_be_guessed_from_what_is_left() {
    use sha2::Digest;
    let folder = tempfile::tempdir().unwrap();
    let case = worked(folder.path());
    let octets = |sql: &str| -> Vec<Vec<u8>> {
        let database = rusqlite::Connection::open(case.join("record.db")).unwrap();
        let mut statement = database.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    // The team's own phone stays.
    let known = octets(
        "SELECT body FROM entry WHERE kind IN ('intent', 'reply', 'opt-out') AND instr(CAST(body AS TEXT), '+44') > 0
         AND instr(CAST(body AS TEXT), '\"part\":\"0.') = 0",
    );
    let digests = octets("SELECT body_hash FROM entry");
    let fits = |salt: &[u8], body: &[u8]| {
        digests.contains(&sha2::Sha256::new().chain_update(salt).chain_update(body).finalize().to_vec())
    };
    let guessed = |salts: &[Vec<u8>]| known.iter().filter(|body| salts.iter().any(|salt| fits(salt, body))).count();
    let salts = octets("SELECT salt FROM entry");
    assert_eq!(guessed(&salts), known.len(), "with the salts the very bodies are found");
    let count = known.iter().filter(|body| body.windows(6).any(|window| window == b"+44770")).count();
    assert!(count > 30, "{count}");
    let told = erase(folder.path(), 2, &["--everyone"]);
    let wanted = told.split("give --confirm ").nth(1).unwrap().split(':').next().unwrap().to_owned();
    erase(folder.path(), 0, &["--everyone", "--confirm", &wanted]);
    let left = octets("SELECT salt FROM entry WHERE salt IS NOT NULL");
    assert!(!left.is_empty() && left.len() < salts.len());
    assert_eq!(guessed(&left), 0);
    assert_eq!(guessed(&[Vec::new(), vec![0; 32]]), 0);
    ended(0, verb(folder.path(), &["verify"]).output().unwrap());
}
