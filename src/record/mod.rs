//! Floor 4: the evidence. One append-only, hash-chained SQLite file a case; `FORMAT.md` beside this
//! file describes it for a stranger with stock tools.
//!
//! | file | what |
//! |---|---|
//! | [`entry`] · [`body`] · [`traffic`] · [`keeping`] | what can be recorded |
//! | [`chain`] | what is hashed, and how; shared by writer and verifier |
//! | [`store`] | the open record: the one way to write |
//! | `opening` | its file, also where nothing can be written |
//! | `journal` | when the write-ahead log is folded into the file |
//! | [`pen`] | rows of `entry`, written and read |
//! | [`token`] | the rights that only the record can make |
//! | [`rules`] | law 1 inside the transaction |
//! | [`fold`] | the state: a pure fold over the entries |
//! | [`traces`] · [`erase`] | where a person stands in it, and how that goes |
//! | [`glance`] · [`news`] | where a case stands, without folding it; and what came since |
//! | [`tables`] | projections for stock tools |
//! | [`seal`] | the station's signature, and the code for the notebook |
//! | [`verify`] | anyone, any time, read-only |
//! | [`bundle`] · [`lines`] | a folder for others and its signature; the entries as JSON Lines |
//! | [`suppression`] | who opted out on this station, in whatever case |
//! | [`texted`] | whom the station's cases have texted |
//! | [`lock`] | the line is one process's at a time |
//!
//! It knows no modem, no AT command and no TPDU but as octets.

pub mod body;
pub mod bundle;
pub mod chain;
pub mod compare;
pub mod entry;
pub mod erase;
pub mod fold;
pub mod glance;
mod journal;
pub mod keeping;
pub mod lines;
pub mod lock;
pub mod loose;
pub mod news;
mod opening;
mod outside;
pub mod pen;
pub mod rules;
pub mod seal;
mod small;
pub mod store;
pub mod suppression;
pub mod tables;
pub mod texted;
pub mod token;
pub mod traces;
pub mod traffic;
pub mod verify;

#[cfg(test)]
mod tests;

pub use opening::room;
pub use store::{IntendError, Record, RecordError};

/// The version of the format that this writes: `user_version` of the file.
pub const FORMAT: u32 = 1;
