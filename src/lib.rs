//! signpost: texts a seized line's contacts where to find help, under authority, and keeps every reply.
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
