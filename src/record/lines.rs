//! The entries as JSON Lines, one a line, with all that their hashes are made of: whoever has that file alone can check the
//! chain (`FORMAT.md`, "The bundle"). Written and compared row by row. Called by `cli::export` and `cli::verify`.

use std::io::{self, BufRead, Write};
use std::path::Path;

use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};

use super::chain::Head;
use super::verify::Copy;
use super::{Record, RecordError};
use crate::hex;
use crate::ids::Sha256;
use crate::text::json;

/// One entry, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seq: i64,
    at: String,
    mono: i64,
    boot: String,
    kind: String,
    who: String,
    /// Hexadecimal digits; null once it is erased.
    salt: Option<String>,
    /// The exact octets, which are UTF-8; null once it is erased.
    body: Option<String>,
    body_hash: Sha256,
    hash: Sha256,
}

const ROWS: &str =
    "SELECT seq, at, mono, boot, kind, who, salt, body, body_hash, hash FROM entry WHERE seq <= ?1 ORDER BY seq";

/// Why there are no lines.
#[derive(Debug, thiserror::Error)]
pub enum LinesError {
    /// They cannot be written.
    #[error("the entries cannot be written: {0}")]
    Io(#[from] io::Error),
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl Record {
    /// Writes every entry, up to the one that this knows as the last.
    pub fn write_lines(&self, to: &mut dyn Write) -> Result<(), LinesError> {
        let Head { seq: last, .. } = self.head();
        let mut statement = self.connection().prepare(ROWS).map_err(RecordError::from)?;
        let mut rows = statement.query([last as i64]).map_err(RecordError::from)?;
        while let Some(row) = rows.next().map_err(RecordError::from)? {
            json::write(&mut *to, &line(row)?).map_err(io::Error::from)?;
            to.write_all(b"\n")?;
        }
        Ok(())
    }
}

fn line(row: &Row<'_>) -> Result<Line, RecordError> {
    let (seq, body): (i64, Option<Vec<u8>>) = (row.get(0)?, row.get(7)?);
    let salt: Option<[u8; 32]> = row.get(6)?;
    Ok(Line {
        seq,
        at: row.get(1)?,
        mono: row.get(2)?,
        boot: row.get(3)?,
        kind: row.get(4)?,
        who: row.get(5)?,
        salt: salt.map(|salt| hex::encode(&salt).to_lowercase()),
        body: body.map(String::from_utf8).transpose().map_err(|_| RecordError::Broken(seq as u64))?,
        body_hash: Sha256(row.get(8)?),
        hash: Sha256(row.get(9)?),
    })
}

/// The first line that is not the record's entry of that number; nothing if they say the same to the end. The record is
/// looked at in a copy, as `verify` does.
pub fn first_difference(mut lines: impl BufRead, record: &Path) -> Result<Option<u64>, LinesError> {
    let copy = Copy::of(record)?;
    let connection = copy.open()?;
    let mut statement = prepared(&connection)?;
    let mut rows = statement.query([i64::MAX]).map_err(RecordError::from)?;
    for number in 1.. {
        let mut text = Vec::new();
        let length = lines.read_until(b'\n', &mut text)?;
        match rows.next().map_err(RecordError::from)? {
            None => return Ok((length > 0).then_some(number)),
            Some(row) if serde_json::from_slice(&text).ok() == Some(line(row)?) => {}
            Some(_) => return Ok(Some(number)),
        }
    }
    Ok(None)
}

fn prepared(connection: &Connection) -> Result<rusqlite::Statement<'_>, RecordError> {
    Ok(connection.prepare(ROWS)?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::SystemClock;
    use crate::record::body::{Nature, Opened};
    use crate::record::entry::Entry;
    use crate::record::keeping::Note;

    const WORDS: &str = "\u{1b}]0;x\u{7} \"\\ \u{202e}é😀\n";

    fn made() -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        let (path, clock) = (folder.path().join("record.db"), Arc::new(SystemClock::new()));
        let mut record = Record::create(&path, Opened::new(Nature::Training, "x"), "PC Ÿ", clock).unwrap();
        record.append(Entry::Note(Note { text: WORDS.into(), file: None })).unwrap();
        let mut lines = Vec::new();
        record.write_lines(&mut lines).unwrap();
        (folder, String::from_utf8(lines).unwrap())
    }

    fn difference(folder: &Path, lines: &str) -> Option<u64> {
        first_difference(lines.as_bytes(), &folder.join("record.db")).unwrap()
    }

    #[test]
    fn they_are_the_record_and_act_on_no_terminal() {
        let (folder, lines) = made();
        assert_eq!(difference(folder.path(), &lines), None);
        assert!(lines.bytes().all(|octet| octet == b'\n' || (b' '..0x7f).contains(&octet)), "{lines}");
        let second: Line = serde_json::from_str(lines.lines().nth(1).unwrap()).unwrap();
        let body: serde_json::Value = serde_json::from_str(&second.body.unwrap()).unwrap();
        assert_eq!(body["text"], WORDS);
        // As another program might write it.
        assert_eq!(difference(folder.path(), &lines.replace("{\"seq\":", "{ \"seq\" : ")), None);
    }

    #[test]
    fn whatever_is_not_so_is_named_by_its_line() {
        let (folder, lines) = made();
        let (first, second) = lines.split_once('\n').unwrap();
        assert_eq!(difference(folder.path(), &format!("{first}\n")), Some(2));
        assert_eq!(difference(folder.path(), &format!("{second}{first}\n")), Some(1));
        assert_eq!(difference(folder.path(), &format!("{lines}{second}")), Some(3));
        assert_eq!(difference(folder.path(), &format!("{lines}\n")), Some(3));
        for (whole, other) in
            [("\"note\"", "\"stop\""), ("\"seq\":2", "\"seq\":3"), ("{\"seq\":2", "{\"x\":1,\"seq\":2")]
        {
            assert_ne!(lines, lines.replace(whole, other));
            assert_eq!(difference(folder.path(), &lines.replace(whole, other)), Some(2), "{whole}");
        }
    }
}
