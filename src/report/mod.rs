//! Floor 7: pages from the record, read-only. Everything from outside passes the door of its sink.
//!
//! | file | what |
//! |---|---|
//! | [`html`] | one page, no script, prints well |
//! | [`csv`] | people and replies, for spreadsheets |

pub mod csv;
pub mod html;
