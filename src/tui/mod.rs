//! Floor 7: the live screen of `send`, `capture` and `status --follow`.
//!
//! | file | what |
//! |---|---|
//! | [`picture`] | what there is to show, out of the record alone |
//! | [`said`] | what happened, a line an entry |
//! | [`phase`] | what the line is doing, and what a person should look at first |
//! | [`draw`] | the picture in cells |
//! | [`desk`] · [`dialog`] | what keys do: what is looked at, what a person wishes; what is typed |
//! | [`keys`] | keys, read where nothing waits for them |
//! | [`interrupts`] | what counts as a wish to end |
//! | [`terminal`] | whose the terminal is, what was typed at it |
//! | [`stage`] | the terminal: taken, given back |
//! | [`screen`] | the loop of the screen's own thread |
//! | [`words`] | replies and outcomes in one line |
//!
//! The screen reads the record through a connection of its own and never speaks with the session, so that any terminal
//! shows the same, and a terminal that stands still holds nothing up. What its keys change goes into the record as
//! the verbs that they stand for would write it: `cli` does that, when [`desk`] says what a person wishes.

pub mod desk;
pub mod dialog;
pub mod draw;
pub mod interrupts;
pub mod keys;
pub mod phase;
pub mod picture;
pub mod said;
pub mod screen;
pub mod stage;
pub mod terminal;
pub mod words;
