//! Seeded ways of tampering with a record, by somebody who knows the format as well as we do. Of each, both verifiers must
//! say the same; and what neither can see without a code kept elsewhere, both must see with it.

use std::path::Path;

use fastrand::Rng;
use rusqlite::Connection;
use signpost::case::code::Code;
use signpost::ids::Sha256;
use signpost::record::chain::{self, Header};
use signpost::record::keeping::Seal;
use signpost::record::seal::{self, NAMESPACE};
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, SshSig};

/// What a verifier can say of a harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It is named.
    Found,
    /// Only against a code kept elsewhere.
    WithCode,
    /// The record holds, and the place is named where the clock was set.
    ClockNamed,
}

/// A way of tampering; it may change what it likes. `last` is the last entry, `sealed` the last that a seal is over.
pub struct Harm {
    pub name: &'static str,
    pub seen: Seen,
    pub act: fn(&Connection, &mut Rng, Place),
}

/// Where the record ends, and its last seal.
#[derive(Clone, Copy)]
pub struct Place {
    pub last: i64,
    pub sealed: i64,
}

pub const HARMS: [Harm; 19] = [
    Harm { name: "one octet of a header", seen: Seen::Found, act: |db, rng, place| flip(db, rng, place, &HEADER) },
    Harm { name: "one octet of salt or body", seen: Seen::Found, act: |db, rng, place| flip(db, rng, place, &BODY) },
    Harm { name: "one octet of a hash", seen: Seen::Found, act: |db, rng, place| flip(db, rng, place, &HASHES) },
    Harm { name: "an entry removed", seen: Seen::Found, act: |db, rng, place| remove(db, rng.i64(2..place.last)) },
    Harm { name: "an entry removed, the rest renumbered and chained anew", seen: Seen::Found, act: removed_neatly },
    Harm { name: "two bodies exchanged", seen: Seen::Found, act: exchanged },
    Harm { name: "two entries reordered and chained anew", seen: Seen::Found, act: reordered },
    Harm { name: "an entry inserted and chained anew", seen: Seen::Found, act: inserted },
    Harm { name: "a body replaced with its digest", seen: Seen::Found, act: replaced },
    Harm { name: "a body replaced, chained anew", seen: Seen::Found, act: rewritten },
    Harm { name: "rewritten and sealed by another key", seen: Seen::WithCode, act: rewritten_and_sealed },
    Harm { name: "a clock put back, sealed by another key", seen: Seen::ClockNamed, act: clock_put_back },
    Harm { name: "cut back to behind an earlier seal", seen: Seen::WithCode, act: cut_back },
    Harm { name: "a row of a projection changed", seen: Seen::Found, act: projection_changed },
    Harm { name: "a row of a projection removed", seen: Seen::Found, act: projection_removed },
    Harm { name: "a seal's signature changed", seen: Seen::Found, act: seal_changed },
    Harm { name: "a body gone without an erasure", seen: Seen::Found, act: gone },
    Harm { name: "a trigger taken out", seen: Seen::Found, act: |db, _, _| run(db, "DROP TRIGGER entry_keeps") },
    Harm { name: "another table", seen: Seen::Found, act: |db, _, _| run(db, "CREATE TABLE more (a)") },
];

const HEADER: [&str; 5] = ["at", "mono", "boot", "kind", "who"];
const BODY: [&str; 2] = ["salt", "body"];
const HASHES: [&str; 2] = ["body_hash", "hash"];

fn run(db: &Connection, sql: &str) {
    db.execute_batch(sql).unwrap();
}

fn any(rng: &mut Rng, place: Place) -> i64 {
    rng.i64(1..=place.last)
}

/// One that a seal is over, and that no table rests on.
fn sealed_note(db: &Connection, rng: &mut Rng, place: Place) -> i64 {
    let sql = "SELECT seq FROM entry WHERE kind = 'note' AND seq < ?1 ORDER BY seq";
    let mut statement = db.prepare(sql).unwrap();
    let notes: Vec<i64> = statement.query_map([place.sealed], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    notes[rng.usize(..notes.len())]
}

fn flip(db: &Connection, rng: &mut Rng, place: Place, columns: &[&str]) {
    let seq = any(rng, place);
    let column = columns[rng.usize(..columns.len())];
    let sql = format!("SELECT CAST({column} AS BLOB) FROM entry WHERE seq = {seq}");
    let mut octets: Vec<u8> = db.query_row(&sql, [], |row| row.get(0)).unwrap();
    let at = rng.usize(..octets.len());
    let to = if column == "mono" {
        "CAST(CAST(?1 AS TEXT) AS INTEGER)"
    } else if HEADER.contains(&column) {
        "CAST(?1 AS TEXT)"
    } else {
        "?1"
    };
    // A digit stays a digit: a number or a time that cannot be read would be too easy.
    octets[at] = match octets[at] {
        digit @ b'0'..=b'9' => b'0' + (digit - b'0' + rng.u8(1..10)) % 10,
        other => other ^ (1 << rng.u8(..4)),
    };
    db.execute(&format!("UPDATE entry SET {column} = {to} WHERE seq = {seq}"), [octets]).unwrap();
}

fn remove(db: &Connection, seq: i64) {
    run(db, &format!("DELETE FROM entry WHERE seq = {seq}"));
}

/// Everything from there on moves by so many.
fn renumber(db: &Connection, from: i64, by: i64) {
    run(
        db,
        &format!("UPDATE entry SET seq = -(seq + {by}) WHERE seq >= {from}; UPDATE entry SET seq = -seq WHERE seq < 0"),
    );
}

fn removed_neatly(db: &Connection, rng: &mut Rng, place: Place) {
    let seq = sealed_note(db, rng, place);
    remove(db, seq);
    renumber(db, seq, -1);
    chain_anew(db, Seals::Kept);
}

fn exchanged(db: &Connection, rng: &mut Rng, place: Place) {
    let a = rng.i64(1..place.last);
    let b = rng.i64(a + 1..=place.last);
    run(
        db,
        &format!(
            "CREATE TEMP TABLE two AS SELECT seq, salt, body FROM entry WHERE seq IN ({a}, {b});
         UPDATE entry SET salt = (SELECT salt FROM two WHERE two.seq = {a} + {b} - entry.seq),
             body = (SELECT body FROM two WHERE two.seq = {a} + {b} - entry.seq) WHERE seq IN ({a}, {b})"
        ),
    );
}

fn reordered(db: &Connection, rng: &mut Rng, place: Place) {
    let a = rng.i64(2..place.sealed - 1);
    run(
        db,
        &format!(
            "UPDATE entry SET seq = -({a} * 2 + 1 - seq) WHERE seq IN ({a}, {a} + 1); UPDATE entry SET seq = -seq WHERE seq < 0"
        ),
    );
    chain_anew(db, Seals::Kept);
}

fn inserted(db: &Connection, rng: &mut Rng, place: Place) {
    let at = rng.i64(2..place.sealed);
    renumber(db, at, 1);
    let sql = format!(
        "INSERT INTO entry SELECT {at}, at, mono, boot, 'note', who, salt, CAST('{{\"text\":\"forged\"}}' AS BLOB), body_hash, hash FROM entry WHERE seq = {at} - 1"
    );
    run(db, &sql);
    chain_anew(db, Seals::Kept);
}

fn note(db: &Connection, seq: i64, rng: &mut Rng) {
    let body = format!("{{\"text\":\"forged {}\"}}", rng.u32(..));
    db.execute("UPDATE entry SET body = ?2 WHERE seq = ?1", (seq, body.into_bytes())).unwrap();
}

fn replaced(db: &Connection, rng: &mut Rng, place: Place) {
    let seq = sealed_note(db, rng, place);
    note(db, seq, rng);
    let (salt, body): ([u8; 32], Vec<u8>) = db
        .query_row("SELECT salt, body FROM entry WHERE seq = ?1", [seq], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let digest = chain::body_hash(&salt, &body);
    db.execute("UPDATE entry SET body_hash = ?2 WHERE seq = ?1", (seq, &digest.octets()[..])).unwrap();
}

fn rewritten(db: &Connection, rng: &mut Rng, place: Place) {
    let seq = sealed_note(db, rng, place);
    note(db, seq, rng);
    chain_anew(db, Seals::Kept);
}

fn rewritten_and_sealed(db: &Connection, rng: &mut Rng, place: Place) {
    let seq = sealed_note(db, rng, place);
    note(db, seq, rng);
    chain_anew(db, Seals::ByAnother);
}

fn clock_put_back(db: &Connection, rng: &mut Rng, place: Place) {
    let seq = sealed_note(db, rng, place);
    run(db, &format!("UPDATE entry SET at = '19' || substr(at, 3) WHERE seq = {seq}"));
    chain_anew(db, Seals::ByAnother);
}

/// Behind the first seal there are notes and seals only, so that the tables can be made to fit.
fn cut_back(db: &Connection, _: &mut Rng, _: Place) {
    run(
        db,
        "DELETE FROM entry WHERE seq > (SELECT min(seq) FROM entry WHERE kind = 'seal');
        UPDATE last SET seq = (SELECT max(seq) FROM entry WHERE kind = last.kind)",
    );
}

const TABLES: [(&str, &str); 6] = [
    ("recipient", "number = number || '0'"),
    ("message", "state = state || 'x'"),
    ("part", "attempts = attempts + 1"),
    ("reply", "stop = 1 - stop"),
    ("opt_out", "seq = seq + 1"),
    ("standing", "seq = seq - 1"),
];

fn projection_changed(db: &Connection, rng: &mut Rng, _: Place) {
    let (table, change) = TABLES[rng.usize(..TABLES.len())];
    run(
        db,
        &format!("UPDATE {table} SET {change} WHERE rowid = (SELECT rowid FROM {table} ORDER BY random() LIMIT 1)"),
    );
}

fn projection_removed(db: &Connection, rng: &mut Rng, _: Place) {
    let (table, _) = TABLES[rng.usize(..TABLES.len())];
    run(db, &format!("DELETE FROM {table} WHERE rowid = (SELECT rowid FROM {table} ORDER BY random() LIMIT 1)"));
}

/// In the middle of the armour, with digest and chain made to fit.
fn seal_changed(db: &Connection, rng: &mut Rng, _: Place) {
    let sql = "SELECT seq, CAST(body AS TEXT) FROM entry WHERE kind = 'seal' ORDER BY seq DESC LIMIT 1";
    let (seq, body): (i64, String) = db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let mut octets = body.into_bytes();
    let begin = octets.windows(15).position(|window| window == b"BEGIN SSH SIGNA").unwrap();
    let at = begin + rng.usize(180..220);
    octets[at] = if octets[at] == b'A' { b'B' } else { b'A' };
    db.execute("UPDATE entry SET body = ?2 WHERE seq = ?1", (seq, octets)).unwrap();
    chain_anew(db, Seals::Kept);
}

fn gone(db: &Connection, rng: &mut Rng, place: Place) {
    run(db, &format!("UPDATE entry SET salt = NULL, body = NULL WHERE seq = {}", any(rng, place)));
}

/// What becomes of the seals when the chain is made anew.
#[derive(Clone, Copy, PartialEq)]
pub enum Seals {
    /// They stay as they are, over what stood there before.
    Kept,
    /// A key of somebody else signs afresh.
    ByAnother,
}

/// Makes every digest and every link fit what stands there now.
pub fn chain_anew(db: &Connection, seals: Seals) {
    let key = PrivateKey::random(&mut ssh_key::rand_core::OsRng, Algorithm::Ed25519).unwrap();
    let count: i64 = db.query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).unwrap();
    let mut previous = chain::GENESIS;
    for seq in 1..=count {
        let (header, salt, mut body) = stored(db, seq);
        if header.kind == "seal" && seals == Seals::ByAnother {
            body = sealed(&key, seq as u64 - 1, previous);
        }
        let digest = chain::body_hash(&salt, &body);
        previous = header.hash(&previous, &digest);
        db.execute(
            "UPDATE entry SET body = ?2, body_hash = ?3, hash = ?4 WHERE seq = ?1",
            (seq, body, &digest.octets()[..], &previous.octets()[..]),
        )
        .unwrap();
    }
}

fn stored(db: &Connection, seq: i64) -> (Header, [u8; 32], Vec<u8>) {
    db.query_row("SELECT at, mono, boot, kind, who, salt, body FROM entry WHERE seq = ?1", [seq], |row| {
        let (mono, salt, body): (i64, [u8; 32], Vec<u8>) = (row.get(1)?, row.get(5)?, row.get(6)?);
        let (at, boot, kind, who) = (row.get(0)?, row.get(2)?, row.get(3)?, row.get(4)?);
        Ok((Header { seq: seq as u64, at, mono: mono as u64, boot, kind, who }, salt, body))
    })
    .unwrap()
}

fn sealed(key: &PrivateKey, upto: u64, head: Sha256) -> Vec<u8> {
    let message = seal::message(chain::Head { seq: upto, hash: head });
    let signature = SshSig::sign(key, NAMESPACE, HashAlg::Sha512, &message).unwrap();
    let seal = Seal {
        upto,
        head,
        code: Code::of(&head).to_string(),
        key: key.public_key().to_openssh().unwrap(),
        signature: signature.to_pem(LineEnding::LF).unwrap(),
    };
    serde_json::to_vec(&seal).unwrap()
}

/// What a record says of its own end.
pub fn place(path: &Path) -> Place {
    let db = Connection::open(path).unwrap();
    let one = |sql: &str| db.query_row(sql, [], |row| row.get(0)).unwrap();
    Place { last: one("SELECT max(seq) FROM entry"), sealed: one("SELECT max(seq) FROM entry WHERE kind = 'seal'") }
}
