//! What passed between computer and device, as text: a line a chunk, the octets in hexadecimal digits and as far as they
//! can be shown. Called by `cli::export`.

use std::io::Write;

use super::{PageError, each};
use crate::hex;
use crate::record::Record;
use crate::record::entry::Entry;
use crate::record::traffic::Dir;
use crate::text::Untrusted;

/// Writes all of it, in order: when (UTC), the entry, `>` to the device or `<` from it.
pub fn write(record: &Record, to: &mut dyn Write) -> Result<(), PageError> {
    each(record, &mut |view| {
        let Some(Entry::Wire(wire)) = &view.entry else { return Ok(()) };
        for chunk in &wire.chunks {
            let way = if chunk.dir == Dir::Out { '>' } else { '<' };
            let shown = Untrusted::from(String::from_utf8_lossy(&chunk.octets).trim()).for_terminal();
            writeln!(to, "{:.9} entry {} {way} {}  {shown}", chunk.at, view.seq, hex::encode(&chunk.octets))?;
        }
        Ok(())
    })
}
