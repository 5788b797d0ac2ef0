//! The embedded handset: a phone and its network as a state machine over octets, with its own
//! command reader, so that a misreading shared with the driver cannot hide itself.
//!
//! | file | what |
//! |---|---|
//! | [`handset`] | the machine: octets and time in, octets out |
//! | `commands` · `shelves` · `texting` | what it answers |
//! | `config` | what commands set |
//! | `network` · `answers` | the air: service centre, reports, people who answer |
//! | `sim` · `store` | the card and the storages |
//! | [`persona`] | families as data |
//! | [`trouble`] · `acts` · `ailing` | scripted faults, what the script brings, what does not work for a while |
//! | [`truth`] | what really happened |
//! | [`serve`] | in memory, on a pseudo-terminal, on TCP |
//! | `parse` · `reader` · `dice` | command lines, typing, chance |
//!
//! It knows nothing of `modem`, `session`, `record` or `at`. It calls itself `signpost`, so that a real
//! case refuses it over whatever link.

mod acts;
mod ailing;
mod answers;
mod commands;
mod config;
mod dice;
pub mod handset;
mod network;
mod parse;
pub mod persona;
mod reader;
pub mod serve;
mod shelves;
mod sim;
mod store;
mod texting;
pub mod trouble;
pub mod truth;

#[cfg(test)]
mod tests;

pub use answers::Answers;
pub use handset::{Handset, Settings};
