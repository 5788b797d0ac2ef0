#!/usr/bin/env python3
"""Checks a record of signpost: verify_record.py CASE_OR_RECORD [--head CODE]

Written from src/record/FORMAT.md alone. Needs Python 3 and the program ssh-keygen.
Works on a copy; writes nothing beside the original.
Exit: 0 it holds, 6 it does not, 1 it cannot be read, 2 wrong use.
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from datetime import datetime

APPLICATION_ID = 0x7369676E
FORMAT = 1
GENESIS = bytes(32)
NAMESPACE = "signpost-seal@v1"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SEAL_TEXTS = ("head", "code", "key", "signature")
LAST = ("approval", "closing", "device", "seal")
TOLERANCE = 2 * 10**9
AFTER_CLOSING = ("erasure", "remains", "note", "mark", "access", "seal")
SCHEMA = """
CREATE TABLE entry (
  seq       INTEGER PRIMARY KEY,
  at        TEXT    NOT NULL,
  mono      INTEGER NOT NULL,
  boot      TEXT    NOT NULL,
  kind      TEXT    NOT NULL,
  who       TEXT    NOT NULL,
  salt      BLOB,
  body      BLOB,
  body_hash BLOB    NOT NULL,
  hash      BLOB    NOT NULL,
  CHECK (length(body_hash) = 32 AND length(hash) = 32),
  CHECK ((salt IS NULL) = (body IS NULL)),
  CHECK (salt IS NULL OR length(salt) = 32)
) STRICT;

CREATE TRIGGER entry_grows BEFORE INSERT ON entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry)
BEGIN SELECT raise(ABORT, 'the record only grows: seq must be the last one plus 1'); END;

CREATE TRIGGER entry_stays BEFORE DELETE ON entry
BEGIN SELECT raise(ABORT, 'the record only grows: no entry is deleted'); END;

CREATE TRIGGER entry_keeps BEFORE UPDATE ON entry
WHEN NEW.salt IS NOT NULL OR NEW.body IS NOT NULL OR OLD.body IS NULL
  OR NEW.seq IS NOT OLD.seq OR NEW.at IS NOT OLD.at OR NEW.mono IS NOT OLD.mono OR NEW.boot IS NOT OLD.boot
  OR NEW.kind IS NOT OLD.kind OR NEW.who IS NOT OLD.who OR NEW.body_hash IS NOT OLD.body_hash OR NEW.hash IS NOT OLD.hash
BEGIN SELECT raise(ABORT, 'the record only grows: an entry is not changed, only erased'); END;

CREATE TABLE recipient (
  person    INTEGER PRIMARY KEY,
  number    TEXT    NOT NULL,
  name      TEXT,
  approval  INTEGER NOT NULL,
  opted_out INTEGER
) STRICT;

CREATE TABLE message (
  person INTEGER PRIMARY KEY,
  parts  INTEGER NOT NULL,
  state  TEXT    NOT NULL
) STRICT;

CREATE TABLE part (
  person   INTEGER NOT NULL,
  part     INTEGER NOT NULL,
  state    TEXT    NOT NULL,
  attempts INTEGER NOT NULL,
  intent   INTEGER,
  mr       INTEGER,
  PRIMARY KEY (person, part)
) STRICT;

CREATE TABLE reply (
  seq    INTEGER PRIMARY KEY,
  number TEXT,
  person INTEGER,
  form   TEXT    NOT NULL,
  text   TEXT    NOT NULL,
  urgent INTEGER NOT NULL,
  stop   INTEGER NOT NULL,
  mark   TEXT
) STRICT;

CREATE TABLE opt_out (
  number TEXT PRIMARY KEY,
  seq    INTEGER NOT NULL
) STRICT;

CREATE TABLE last (
  kind TEXT PRIMARY KEY,
  seq  INTEGER NOT NULL
) STRICT;

CREATE TABLE standing (
  what TEXT PRIMARY KEY,
  seq  INTEGER NOT NULL
) STRICT;
"""

# The fields that a body of each kind must have.
FIELDS = {
    "opened": "nature format case signpost",
    "session-started": "verb version host pid",
    "session-ended": "why",
    "device": "",
    "census": "storage used total",
    "image": "round file name status records",
    "setting": "what asked",
    "contacts": "file sha256 rows people left_out",
    "sheet": "plan_code seed pins people sha256",
    "approval": "plan_code by strength line pins people",
    "refused": "verb reasons",
    "excluded": "number why",
    "included": "number why",
    "wire": "chunks",
    "intent": "part to tpdu attempt authority plan_code",
    "outcome": "intent part judged reached ending quiet",
    "capture": "way header pdu",
    "decoded": "capture",
    "status-report": "capture status class meaning matched",
    "reply": "captures from form text",
    "opt-out": "number why",
    "freed": "capture storage index",
    "acknowledged": "capture",
    "alert": "about attempt outcome",
    "mark": "reply mark",
    "hold": "code why forbids",
    "resolved": "what by why",
    "stop": "why ends",
    "paused": "why",
    "note": "text",
    "handover": "from",
    "fault": "code what",
    "notice": "code what",
    "listening": "why",
    "clock": "device",
    "seal": "upto head code key signature",
    "closing": "why",
    "erasure": "seqs authority why",
    "remains": "of approval leaves",
    "access": "what",
}

REFUSED = {
    "before-transmission": "refused-before-transmission",
    "final": "refused-final",
    "retry": "refused-for-now",
    "stop": "refused-line",
}
REPORTED = {
    "delivered": "delivered",
    "forwarded": "forwarded",
    "replaced": "replaced",
    "expired": "expired",
    "failed": "failed",
    "failed-temporary": "failed",
    "pending": "accepted",
}
SETTLED = {"sent": "settled-sent", "not-sent": "settled-not-sent"}


def code_of(digest):
    bits = int.from_bytes(digest[:10], "big")
    symbols = "".join(ALPHABET[bits >> (75 - 5 * group) & 31] for group in range(16))
    return "-".join(symbols[start : start + 4] for start in range(0, 16, 4))


def read_code(text):
    plain = re.sub("[- ]", "", text).upper().replace("O", "0").replace("I", "1").replace("L", "1")
    if len(plain) != 16 or any(symbol not in ALPHABET for symbol in plain):
        return None
    return "-".join(plain[start : start + 4] for start in range(0, 16, 4))


def once(pairs):
    """A JSON object in which no name stands twice."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def last_nine(number):
    """What opt-outs are compared by; None if it bars nobody."""
    if any(letter.isalpha() for letter in number):
        return None
    return re.sub("[^0-9]", "", number)[-9:]


def shown(text):
    return ascii(text)[1:-1]


class Row:
    """One entry as stored; nothing is trusted."""

    def __init__(self, row):
        self.seq, self.at, self.mono, self.boot, self.kind, self.who = row[:6]
        self.salt, self.body, self.body_hash, self.hash = row[6:]
        self.name = self.kind.decode("utf-8", "replace")
        self.json = None

    def is_plain(self):
        texts = (self.at, self.boot, self.kind, self.who)
        return all(text and plain(text) for text in texts)

    def expected(self, previous):
        lines = (
            b"signpost entry 1",
            b"previous " + previous.hex().encode(),
            b"seq %d" % self.seq,
            b"at " + self.at,
            b"mono %d" % self.mono,
            b"boot " + self.boot,
            b"kind " + self.kind,
            b"who " + self.who,
            b"body " + self.body_hash.hex().encode(),
        )
        return hashlib.sha256(b"".join(line + b"\n" for line in lines)).digest()


def nanoseconds(octets):
    """Since 1970; None if it is not UTC with nine digits of a second."""
    found = re.fullmatch(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{9})Z", octets)
    try:
        whole = datetime.fromisoformat(found[1].decode() + "+00:00") if found else None
    except ValueError:
        whole = None
    return whole and int(whole.timestamp()) * 10**9 + int(found[2])


def plain(octets):
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(ord(c) < 0x20 or 0x7F <= ord(c) <= 0x9F for c in text)


class Check:
    def __init__(self, connection, folder):
        self.connection = connection
        self.folder = folder
        self.problems = []
        self.rows = []
        self.boots = {}
        self.before = None
        self.clocks = []
        self.last_seal = None

    def wrong(self, seq, what):
        self.problems.append((seq, what))

    def file(self):
        if self.pragma("application_id") != APPLICATION_ID:
            self.wrong(0, "the file does not bear signpost's mark")
        if self.pragma("user_version") != FORMAT:
            self.wrong(0, "the file is not of format %d" % FORMAT)
        clean = sqlite3.connect(":memory:")
        clean.text_factory = bytes
        clean.executescript(SCHEMA)
        found, expected = schema(self.connection), schema(clean)
        for name in sorted(set(found) | set(expected)):
            words = shown(name.decode("utf-8", "replace"))
            if name not in found:
                self.wrong(0, "%s is missing from the file" % words)
            elif name not in expected:
                self.wrong(0, "%s does not belong in the file" % words)
            elif found[name] != expected[name]:
                self.wrong(0, "%s is not as signpost makes it" % words)

    def pragma(self, name):
        return self.connection.execute("PRAGMA " + name).fetchone()[0]

    def chain(self):
        columns = "seq, at, mono, boot, kind, who, salt, body, body_hash, hash"
        previous = GENESIS
        for stored in self.connection.execute("SELECT %s FROM entry ORDER BY seq" % columns):
            row = Row(stored)
            if row.seq != len(self.rows) + 1:
                self.wrong(row.seq, "entry %d is missing" % (len(self.rows) + 1))
                return
            self.link(row, previous)
            self.times(row)
            previous = row.hash
            self.rows.append(row)

    def link(self, row, previous):
        if len(row.body_hash) != 32 or len(row.hash) != 32:
            self.wrong(row.seq, "a hash is not 32 octets")
        if not row.is_plain():
            self.wrong(row.seq, "the header holds control characters, or a text is empty or not UTF-8")
        if row.mono < 0:
            self.wrong(row.seq, "mono is negative")
        if row.expected(previous) != row.hash:
            self.wrong(row.seq, "the header or the entry before it was changed: the hash does not fit")
        if (row.salt is None) != (row.body is None):
            self.wrong(row.seq, "only one of salt and body was erased")
        elif row.body is not None:
            self.body(row)

    def times(self, row):
        """What the wall clock did beside the monotonic one, in nanoseconds (section 2)."""
        at = nanoseconds(row.at)
        if at is None:
            self.wrong(row.seq, "the time cannot be read")
            return
        last = self.boots.get(row.boot)
        if last:
            by = (at - last[0]) - (row.mono - last[1])
        else:
            by = min(0, at - self.before) if self.before is not None else 0
        self.boots[row.boot], self.before = (at, row.mono), at
        if abs(by) > TOLERANCE:
            seconds = abs(by) // 10**9
            self.clocks.append((row.seq, seconds if by > 0 else -seconds))

    def body(self, row):
        if len(row.salt) != 32 or hashlib.sha256(row.salt + row.body).digest() != row.body_hash:
            self.wrong(row.seq, "the body or its salt was changed: the digest does not fit")
        if row.name not in FIELDS:
            return
        try:
            found = json.loads(row.body.decode("utf-8"), object_pairs_hook=once)
            missing = [field for field in FIELDS[row.name].split() if field not in found]
        except (ValueError, TypeError, RecursionError):
            found, missing = None, ["JSON"]
        if missing or not isinstance(found, dict):
            self.wrong(row.seq, "the body is not of its kind (%s)" % ", ".join(missing))
        else:
            row.json = found

    def structure(self):
        if not self.rows or self.rows[0].name != "opened":
            self.wrong(1, "the first entry does not say what the record is")
        self.order()
        erased = {row.seq: row for row in self.rows if row.body is None}
        for row in self.of("erasure"):
            for seq in row.json["seqs"] if isinstance(row.json["seqs"], list) else []:
                if isinstance(seq, int) and seq < row.seq:
                    erased.pop(seq, None)
        for seq in erased:
            self.wrong(seq, "the body is gone, and no later erasure names it")

    def order(self):
        intents, closed = set(), None
        for row in self.rows:
            if closed and row.name not in AFTER_CLOSING:
                self.wrong(row.seq, "an entry of this kind cannot follow the closing entry %d" % closed)
            if row.name == "closing":
                closed = closed or row.seq
            if row.name == "intent":
                intents.add(row.seq)
            if row.name == "outcome" and row.json:
                intent = row.json["intent"]
                if not isinstance(intent, int) or intent not in intents:
                    self.wrong(row.seq, "it settles entry %s, which is no open intent" % ascii(intent))
                else:
                    intents.discard(intent)

    def of(self, kind):
        return [row for row in self.rows if row.name == kind and row.json is not None]

    def seals(self):
        for row in self.of("seal"):
            seal = row.json
            if not isinstance(seal["upto"], int) or not all(isinstance(seal[f], str) for f in SEAL_TEXTS):
                self.wrong(row.seq, "the body is not of its kind")
                continue
            before = self.rows[row.seq - 2].hash if row.seq > 1 else None
            if seal["upto"] != row.seq - 1 or before is None or seal["head"] != before.hex():
                self.wrong(row.seq, "the seal is not over the entry before it")
            if not re.fullmatch("[0-9a-f]{64}", seal["head"]) or seal["code"] != code_of(bytes.fromhex(seal["head"])):
                self.wrong(row.seq, "the seal's code is not that of its head")
            if not self.signed(seal):
                self.wrong(row.seq, "the seal's signature does not hold")
            self.last_seal = row

    def signed(self, seal):
        if not re.fullmatch("(ssh-ed25519|sk-ssh-ed25519@openssh\\.com) [A-Za-z0-9+/=]+( [^\r\n]*)?", seal["key"]):
            return False
        signature, signers = os.path.join(self.folder, "sig"), os.path.join(self.folder, "signers")
        with open(signature, "w", encoding="utf-8") as file:
            file.write(seal["signature"])
        with open(signers, "w", encoding="utf-8") as file:
            file.write("seal %s\n" % " ".join(seal["key"].split(" ")[:2]))
        message = ("seq %d\nhead %s\n" % (seal["upto"], seal["head"])).encode()
        common = ["-n", NAMESPACE, "-s", signature]
        checks = (["check-novalidate"], ["verify", "-f", signers, "-I", "seal"])
        return all(keygen(["-Y"] + check + common, message) for check in checks)

    def head(self, wanted):
        if not any(code_of(row.hash) == wanted for row in self.rows):
            self.wrong(0, "no entry has the code %s: this is another record, or not all of it" % wanted)

    def projections(self):
        if any(row.body is None for row in self.rows):
            return
        fold = Fold()
        for row in self.rows:
            try:
                fold.apply(row)
            except (KeyError, TypeError, ValueError, AttributeError):
                self.wrong(row.seq, "the body is not of its kind")
        for table, made in fold.tables().items():
            keys = 2 if table == "part" else 1
            stored = self.stored(table)
            if stored is not None and stored != sorted(made, key=lambda line: line[:keys]):
                self.wrong(0, "the table %s is not what the entries say" % table)


    def stored(self, table):
        try:
            rows = self.connection.execute("SELECT * FROM %s ORDER BY 1, 2" % table).fetchall()
        except sqlite3.OperationalError:
            return None  # the table is missing, and that has been said
        return [tuple(map(as_text, line)) for line in rows]


class Fold:
    """The projections, made from the entries."""

    def __init__(self):
        self.people, self.parts, self.replies, self.last = {}, {}, {}, {}
        self.opted_out, self.excluded, self.standing = {}, {}, {}

    def apply(self, row):
        if row.name in LAST:
            self.last[row.name] = row.seq
        step = getattr(self, "on_" + row.name.replace("-", "_"), None)
        if row.json is not None and step:
            step(row.seq, row.json)

    def on_approval(self, seq, body):
        self.people.pop(0, None)
        self.parts = {key: part for key, part in self.parts.items() if key[0] != 0}
        for one in body["people"] + ([body["test"]] if body.get("test") else []):
            count = min(len(one["parts"]), 255)
            self.people[one["person"]] = (one["to"], one.get("name"), count, seq)
            for number in range(1, count + 1):
                self.part((one["person"], number))

    def part(self, key):
        return self.parts.setdefault(key, {"state": "planned", "attempts": 0, "intent": None, "mr": None})

    def on_intent(self, seq, body):
        self.part(part_id(body["part"])).update(state="unknown", attempts=body["attempt"], intent=seq, mr=None)

    def on_outcome(self, _, body):
        part = self.parts.get(part_id(body["part"]))
        if part is None or part["intent"] != body["intent"]:
            return
        judged = body["judged"]
        verdict = judged["verdict"]
        part["mr"] = body["reference"]["mr"] if body.get("reference") else None
        if part["state"].startswith("settled-") and verdict != "accepted":
            return
        part["state"] = REFUSED[judged["refusal"]] if verdict == "refused" else verdict

    def on_status_report(self, _, body):
        part = self.parts.get(part_id(body["part"])) if body.get("part") else None
        if part and part["state"] != "delivered":
            part["state"] = REPORTED[body["class"]]

    def on_stop(self, seq, body):
        self.standing["stop"] = seq
        if body["ends"] == "all":
            self.standing["stop-all"] = seq

    def on_session_started(self, _, body):
        if self.standing.get("stop", 0) <= (body.get("after_stop") or 0):
            self.standing.pop("stop", None)
            self.standing.pop("stop-all", None)

    def on_hold(self, seq, body):
        self.standing["hold " + body["code"]] = seq

    def on_resolved(self, _, body):
        if body["what"] == "hold":
            self.standing.pop("hold " + body["code"], None)
        part = self.parts.get(part_id(body["part"])) if body["what"] == "part" else None
        if part and part["state"] == "unknown":
            part["state"] = SETTLED[body["how"]]

    def on_opt_out(self, seq, body):
        self.opted_out.setdefault(last_nine(body["number"]), seq)

    def on_excluded(self, seq, body):
        self.excluded.setdefault(last_nine(body["number"]), seq)

    def on_included(self, _, body):
        self.excluded.pop(last_nine(body["number"]), None)

    def barred(self, number):
        entries = [kind[number] for kind in (self.opted_out, self.excluded) if number in kind]
        return min(entries, default=None)

    def on_reply(self, seq, body):
        urgent, stop = int(bool(body.get("urgent"))), int(body.get("stop") is not None)
        self.replies[seq] = [seq, body["from"], body.get("person"), body["form"], body["text"], urgent, stop, None]

    def on_mark(self, _, body):
        if body["reply"] in self.replies:
            self.replies[body["reply"]][7] = body["mark"]

    def tables(self):
        recipient, message, part = [], [], []
        for person, (to, name, count, seq) in self.people.items():
            barred = self.barred(last_nine(to))
            parts = {key: found for key, found in self.parts.items() if key[0] == person}
            recipient.append((person, to, name, seq, barred))
            message.append((person, count, summary([found["state"] for found in parts.values()], barred)))
            part += [key + (p["state"], p["attempts"], p["intent"], p["mr"]) for key, p in parts.items()]
        replies = [tuple(line) for line in self.replies.values()]
        numbers = set(self.opted_out) | set(self.excluded)
        barred = sorted((number, self.barred(number)) for number in numbers if number)
        return {"recipient": recipient, "message": message, "part": part, "reply": replies, "opt_out": barred,
                "last": list(self.last.items()), "standing": list(self.standing.items())}


def summary(states, barred):
    if "unknown" in states:
        return "not-known"
    if "failed" in states or "expired" in states:
        return "failed"
    if any(state.startswith("refused-") or state == "settled-not-sent" for state in states):
        return "not-sent"
    if states and all(state == "delivered" for state in states):
        return "delivered"
    if "withdrawn" in states or ("planned" in states and barred is not None):
        return "held-back"
    return "waiting" if "planned" in states else "taken"


def part_id(text):
    person, part = text.split(".")
    return int(person), int(part)


def as_text(value):
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def schema(connection):
    rows = connection.execute("SELECT CAST(type || ' ' || name AS TEXT), coalesce(sql, '') FROM sqlite_schema")
    return {bytes_of(name): bytes_of(sql) for name, sql in rows}


def bytes_of(value):
    return value if isinstance(value, bytes) else str(value).encode()


def keygen(arguments, message):
    done = subprocess.run(["ssh-keygen"] + arguments, input=message, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0


def copied(path, folder):
    copy = os.path.join(folder, "record.db")
    shutil.copyfile(path, copy)
    if os.path.exists(path + "-wal"):
        shutil.copyfile(path + "-wal", copy + "-wal")
    return copy


def verify(path, wanted, folder):
    connection = sqlite3.connect(copied(path, folder))
    connection.text_factory = bytes
    try:
        check = Check(connection, folder)
        check.file()
        check.chain()
        check.structure()
        check.seals()
        if wanted:
            check.head(wanted)
        check.projections()
        return check
    finally:
        connection.close()


def named(row):
    """The papers of the approval that an entry names, and what they were (section 7)."""
    if row.name == "sheet":
        yield "sheet-%s.txt" % row.json["plan_code"], row.json["sha256"]
        if row.json.get("list"):
            yield "people-%s.txt" % row.json["plan_code"], row.json["list"]
    approval = row.json["approval"] if row.name == "remains" else row.json
    if row.name in ("approval", "remains") and approval.get("signed"):
        yield approval["signed"]["file"], approval["signed"]["sha256"]


def papers(check, folder):
    """The papers in a case folder beside their digests."""
    known, erased = {}, set()
    for row in check.rows:
        try:
            for name, digest in named(row) if row.json else ():
                known.setdefault(name, {})[digest] = row.seq
            if row.name == "erasure" and row.json:
                erased.update(gone["sha256"] for gone in row.json.get("files", []))
        except (KeyError, TypeError, AttributeError):
            check.wrong(row.seq, "the body is not of its kind")
    for name, digests in sorted(known.items()):
        path, words = os.path.join(folder, "approval", name), shown("approval/" + name)
        if os.path.basename(name) != name or not os.path.lexists(path):
            if not erased & set(digests):
                print("%s is not there" % words)
        elif os.path.islink(path) or not os.path.isfile(path) or digest_of(path) not in digests:
            check.wrong(max(digests.values()), "%s is not what this entry says" % words)


def digest_of(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def report(check, wanted):
    for seq, what in check.problems:
        print("entry %d: %s" % (seq, what) if seq else "the file: %s" % what)
    for seq, seconds in check.clocks:
        print("clock: just before entry %d it was set by %d s, or the computer slept" % (seq, seconds))
    print("%d entries, %d erased" % (len(check.rows), sum(row.body is None for row in check.rows)))
    if check.problems:
        return 6
    codes = [code_of(check.rows[-1].hash)]
    if check.last_seal:
        code = check.last_seal.json["code"]
        codes.append(code)
        print("complete to seal at entry %d (code %s)" % (check.last_seal.seq, code))
    else:
        print("there is no seal")
    if wanted not in codes:
        print("cannot prove that nothing followed")
    return 0


def arguments(given):
    if len(given) == 1 and not given[0].startswith("-"):
        return given[0], None
    if len(given) == 3 and given[1] == "--head" and read_code(given[2]):
        return given[0], read_code(given[2])
    return None


def main():
    given = arguments(sys.argv[1:])
    if given is None:
        print(__doc__, file=sys.stderr)
        return 2
    path, wanted = given
    case = path if os.path.isdir(path) else None
    if case:
        path = os.path.join(path, "record.db")
    try:
        with tempfile.TemporaryDirectory(prefix="signpost-verify-") as folder:
            check = verify(path, wanted, folder)
            if case and not check.problems:
                papers(check, case)
            return report(check, wanted)
    except (OSError, sqlite3.Error) as error:
        print("the record cannot be read: %s" % error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
