//! What came since one looked last, for a screen that is open for days: read-only, without folding or keeping anything.
//! Octets of the wire, copies of the SIM and long lists are passed over. Called by `tui`.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::RecordError;
use super::entry::EntryView;
use super::glance::Glance;
use super::opening::connect;
use super::pen;
use super::store::Changed;
use crate::ids::Msisdn;

/// Kinds that no screen shows, or whose bodies are long: of the approval only a name is asked for.
const PASSED_OVER: &str = "'wire', 'image', 'setting', 'decoded', 'contacts', 'sheet', 'approval', 'remains', 'intent'";

/// An eye on a record.
pub struct News {
    connection: Connection,
    seen: u64,
    version: i64,
}

impl News {
    /// On the record in a file, from its first entry.
    pub fn of(path: &Path) -> Result<Self, RecordError> {
        let connection = connect(path)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(Self { connection, seen: 0, version: -1 })
    }

    /// Hands on what came since the last time.
    pub fn each(&mut self, tell: &mut dyn FnMut(EntryView)) -> Result<Changed, RecordError> {
        let version: i64 = self.connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        if version == self.version {
            return Ok(Changed::No);
        }
        let sql =
            format!("SELECT {} FROM entry WHERE seq > ?1 AND kind NOT IN ({PASSED_OVER}) ORDER BY seq", pen::COLUMNS);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([self.seen as i64])?;
        while let Some(row) = rows.next()? {
            let (view, _) = pen::view(row)?;
            self.seen = view.seq;
            tell(view);
        }
        self.version = version;
        Ok(Changed::Yes)
    }

    /// Hands all on anew, as it is by now.
    pub fn again(&mut self, tell: &mut dyn FnMut(EntryView)) -> Result<Changed, RecordError> {
        (self.seen, self.version) = (0, -1);
        self.each(tell)
    }

    /// The counts as they are now.
    pub fn glance(&self) -> Result<Glance, RecordError> {
        Glance::through(&self.connection)
    }

    /// Who approved the last plan.
    pub fn approver(&self) -> Result<Option<String>, RecordError> {
        let sql = "SELECT json_extract(CAST(body AS TEXT), '$.by') FROM entry JOIN last USING (seq) WHERE last.kind = 'approval'";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?.flatten())
    }

    /// Parts that were not tried yet, of people who may still be texted.
    pub fn planned(&self) -> Result<usize, RecordError> {
        let sql =
            "SELECT count(*) FROM part JOIN recipient USING (person) WHERE state = 'planned' AND opted_out IS NULL";
        let count: i64 = self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// The number of a person of the plan.
    pub fn number(&self, person: u32) -> Option<Msisdn> {
        let sql = "SELECT number FROM recipient WHERE person = ?1";
        let number = self.connection.prepare_cached(sql).ok()?.query_row([person], |row| row.get::<_, String>(0));
        number.ok()?.parse().ok()
    }
}
