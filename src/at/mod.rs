//! Floor 1: the AT text protocol of 27.005 and 27.007, without I/O and without a clock.
//!
//! | file | what |
//! |---|---|
//! | [`token`] | octets -> lines, prompts, junk (nom) |
//! | [`value`] | `2,1,"x",(0-3)` -> values (nom) |
//! | [`command`] | the closed set of what may be written to a handset: the allow-list is the type |
//! | [`family`] | what families call by names of their own |
//! | [`sim_read`] | reading files of the card |
//! | [`setting`] | settings that are one or two small numbers |
//! | [`secret`] | a PIN, which nothing can print |
//! | [`answer`] | final result codes and information lines |
//! | [`codes`] | names of `+CMS ERROR` and `+CME ERROR` numbers |
//! | [`urc`] | what a handset says unasked |
//! | [`dialog`] | the dialogue: octets and "now" in, octets and events out |
//! | [`rig`] | a dialogue with a hand on its clock and a witness beside it: for tests |
//! | [`fuzzing`] | what must hold of any octets whatever |
//!
//! The driver (`modem`) owns a [`dialog::Dialog`] and pumps octets between it and a link. Text that
//! a handset sends is [`crate::text::Untrusted`] as soon as it is a string. Nothing here knows
//! TPDUs: they pass as hexadecimal digits.

pub mod answer;
pub mod codes;
pub mod command;
pub mod dialog;
pub mod family;
pub mod fuzzing;
pub mod rig;
pub mod secret;
pub mod setting;
pub mod sim_read;
pub mod token;
pub mod urc;
pub mod value;

#[cfg(test)]
mod tests;
