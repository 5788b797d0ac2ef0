//! Floor 7: pages from the record, read-only. Everything from outside passes the door of its sink.
//!
//! | file | what |
//! |---|---|
//! | [`html`] | one page, no script, prints well |
//! | [`csv`] | people, replies and the texts of the SIM, for spreadsheets |

pub mod csv;
pub mod html;

use crate::case::sim::TEXTS;
use crate::case::sim_text::{SimText, texts};
use crate::record::fold::State;

/// The texts that lay on the SIM when it was first copied, the deleted ones too.
fn sim_texts(state: &State) -> Vec<SimText> {
    let copy = state.images.get(&format!("{TEXTS:04X}")).and_then(|copies| copies.before.as_ref());
    copy.map(|image| texts(&image.records)).unwrap_or_default()
}
