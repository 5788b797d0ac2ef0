//! signpost: texts a seized line's contacts where to find help, under authority, from the line's own
//! number, and keeps every reply as evidence.
//!
//! # The laws
//!
//! Each is tested by trying to break it. Code that can break one is wrong, whatever it gains.
//!
//! 1. **At most once.** The intent to send a part is durable before its first octet; after Ctrl-Z only
//!    proof of refusal allows another try. All else is *not known*, and is never resent by itself.
//! 2. **No reply lost.** Nothing is acknowledged or freed before it is durable, raw first.
//! 3. **The exhibit is not altered.** What lay there is neither read nor deleted; only commands on an
//!    allow-list exist.
//! 4. **No authority, no line.** Every send names a live authority and an approved, pinned plan.
//! 5. **Overt and answerable.** The words say who sends; an opt-out counts at once; nothing is answered.
//! 6. **The record is the truth.** Every octet, decision and outcome is an entry in one hash-chained file.
//! 7. **Text from outside is hostile.** It leaves only by the door of its sink.
//! 8. **Secrets stay out.** A PIN is never recorded, logged or passed on a command line.
//!
//! # The floors
//!
//! A module uses those below it, never those above; `tests/floors.rs` holds that.
//!
//! | floor | module | what lives there |
//! |---|---|---|
//! | 8 | [`cli`] | a file a verb: arguments, exit codes, error codes, printing |
//! | 7 | [`report`] | HTML and CSV, from the record |
//! | 7 | [`tui`] | the live screen, from the record |
//! | 6 | [`session`] | one loop: send, capture, outcomes, replies, alerts |
//! | 5 | [`modem`] | the driver: a thin pump round the dialogue |
//! | 4 | [`record`] | SQLite, chain, fold, seals, verify; mints the tokens |
//! | 3 | [`case`] | the rules, pure: they end in a `Clearance` |
//! | 2 | [`link`] | byte streams, the tap, finding ports |
//! | 1 | [`at`], [`pdu`] | the AT text protocol; TPDUs. No I/O, no clock |
//! | 0 | [`text`], [`ids`], [`hex`], [`clock`] | untrusted text, identifiers, digits, time as a value |
//! | side | [`emulator`] | a handset and its network, with its own command reader |
//!
//! # Looking for …
//!
//! | concern | place |
//! |---|---|
//! | may this be sent? | [`case::clearance`], then [`record::rules`] inside the transaction |
//! | was it sent? | [`session::outcome`], one table |
//! | what may be written to a handset | [`at::command`]: the type is the allow-list |
//! | what survives a crash | [`record::token`], [`record::fold`] |
//! | a quirk of a modem | `modem/dialects.toml`; its page in `hw-notes/` |
//! | an answer that is not as the standard says | `tests/oddities`, by number |
//! | which tty is the AT port | [`link::ports`], `hw-notes/ports.tsv`, `hw-notes/handsets.tsv` |
//! | how far a port may lead | [`link::open`] |
//! | hostile text | [`text`] |
//! | the format on disk | `src/record/FORMAT.md`, `scripts/verify_record.py` |
//! | exit codes | [`cli::exit`] |
#![forbid(unsafe_code, unused_must_use)]

pub mod at;
pub mod case;
pub mod cli;
pub mod clock;
pub mod emulator;
pub mod hex;
pub mod ids;
pub mod link;
pub mod modem;
pub mod pdu;
pub mod record;
pub mod report;
pub mod session;
pub mod text;
pub mod tui;
