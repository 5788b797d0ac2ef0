//! What the entries say together: their order, the seals, and the projections, made again from the entries alone.

use std::collections::BTreeSet;

use rusqlite::types::Value;
use rusqlite::{Connection, Row};

use super::links::header;
use super::papers::named;
use super::{Check, schema};
use crate::case::code::Code;
use crate::record::entry::{Entry, EntryView, may_follow_closing};
use crate::record::fold::State;
use crate::record::keeping::Seal;
use crate::record::store::SCHEMA;
use crate::record::{RecordError, seal, tables};

/// What is known of the order so far.
#[derive(Default)]
struct Order {
    /// Without an outcome yet.
    intents: BTreeSet<u64>,
    /// Named by no later erasure yet.
    erased: BTreeSet<u64>,
}

impl Check {
    /// What must hold between entries, and between them and the tables.
    pub(super) fn meaning(&mut self, connection: &Connection) -> Result<(), RecordError> {
        let clean = Connection::open_in_memory()?;
        clean.execute_batch(SCHEMA)?;
        let transaction = clean.unchecked_transaction()?;
        let (mut order, mut state) = (Order::default(), State::default());
        let mut statement = connection
            .prepare("SELECT seq, at, mono, boot, kind, who, body FROM entry WHERE seq <= ?1 ORDER BY seq")?;
        let mut rows = statement.query([self.findings.entries as i64])?;
        while let Some(row) = rows.next()? {
            let view = view(row)?;
            self.order(&view, &mut order);
            self.findings.papers.extend(named(&view));
            if let Some(Entry::Seal(found)) = &view.entry {
                self.seal(view.seq, found);
            }
            state.apply(&view);
            tables::write(&clean, &state, &view)?;
        }
        transaction.commit()?;
        if self.findings.entries == 0 {
            self.wrong(1, "the first entry does not say what the record is");
        }
        for seq in order.erased {
            self.wrong(seq, "the body is gone, and no later erasure names it");
        }
        self.projections(connection, &clean)
    }

    fn order(&mut self, view: &EntryView, order: &mut Order) {
        if view.seq == 1 && view.kind != "opened" {
            self.wrong(1, "the first entry does not say what the record is");
        }
        self.after_closing(view);
        if view.kind == "intent" {
            order.intents.insert(view.seq);
        }
        match &view.entry {
            None => drop(order.erased.insert(view.seq)),
            Some(Entry::Unknown { kind, .. }) if Entry::KINDS.contains(&kind.as_str()) => {
                self.wrong(view.seq, "the body is not of its kind");
            }
            Some(Entry::Outcome(judged)) if !order.intents.remove(&judged.intent) => {
                self.wrong(view.seq, format!("it settles entry {}, which is no open intent", judged.intent));
            }
            Some(Entry::Erasure(erasure)) => {
                order.erased.retain(|seq| !erasure.seqs.contains(seq));
                self.findings.erasures.push((view.seq, erasure.clone()));
            }
            Some(_) => {}
        }
    }

    fn after_closing(&mut self, view: &EntryView) {
        match self.findings.closed {
            Some(closed) if !may_follow_closing(&view.kind) => {
                self.wrong(view.seq, format!("an entry of this kind cannot follow the closing entry {closed}"));
            }
            None if view.kind == "closing" => self.findings.closed = Some(view.seq),
            _ => {}
        }
    }

    fn seal(&mut self, seq: u64, found: &Seal) {
        let sealed = usize::try_from(found.upto).ok().and_then(|upto| self.hashes.get(upto.checked_sub(1)?));
        if found.upto + 1 != seq || sealed != Some(&found.head) {
            self.wrong(seq, "the seal is not over the entry before it");
        }
        if found.code != Code::of(&found.head).as_str() {
            self.wrong(seq, "the seal's code is not that of its head");
        }
        if seal::holds(found).is_err() {
            self.wrong(seq, "the seal's signature does not hold");
        }
        self.findings.last_seal = Some((found.upto, found.code.clone()));
        self.findings.sealed_by = Some(found.key.clone());
    }

    /// The tables, beside those made from the entries alone. What an erased body said is in neither.
    fn projections(&mut self, connection: &Connection, clean: &Connection) -> Result<(), RecordError> {
        let (complete, there) = (self.findings.erased == 0, schema(connection)?);
        // One that is missing has been named already.
        for table in tables::TABLES.iter().filter(|table| there.contains_key(&format!("table {table}"))) {
            if complete && contents(connection, table)? != contents(clean, table)? {
                self.wrong(0, format!("the table {table} is not what the entries say"));
            }
        }
        Ok(())
    }
}

fn view(row: &Row<'_>) -> Result<EntryView, RecordError> {
    let header = header(row)?;
    let body: Option<Vec<u8>> = row.get(6)?;
    Ok(EntryView {
        seq: header.seq,
        at: header.at.parse().unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        mono: header.mono,
        boot: header.boot,
        entry: body.map(|body| Entry::read(&header.kind, &body)),
        kind: header.kind,
        who: header.who,
    })
}

fn contents(connection: &Connection, table: &str) -> Result<Vec<Vec<Value>>, RecordError> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2"))?;
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect())?;
    rows.collect::<Result<_, _>>().map_err(RecordError::from)
}
