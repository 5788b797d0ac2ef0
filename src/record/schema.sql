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
