//! `signpost pdu decode`: a TPDU, field by field.

use super::args::{Pdu, PduDecode, PduVerb};
use super::error::CommandError;
use super::exit::Exit;
use super::print::Out;
use crate::hex;
use crate::pdu::{Direction, Frame, Tpdu, tree};

/// Decodes.
pub fn run(args: &Pdu, out: &Out) -> Result<Exit, CommandError> {
    let PduVerb::Decode(args) = &args.verb;
    let text = match &args.hex {
        Some(text) => text.clone(),
        None => std::io::read_to_string(std::io::stdin())
            .map_err(|error| CommandError::usage("hex", error.to_string(), "give the digits as an argument"))?,
    };
    let digits: String = text.split_whitespace().collect();
    let octets = hex::decode(&digits)
        .map_err(|error| CommandError::usage("hex", error.to_string(), "give pairs of hexadecimal digits"))?;
    let frame = frame(args, &octets).map_err(|error| {
        let help = "is the direction right (--mt, --mo), and is there an SMSC before the TPDU (else --no-smsc)?";
        CommandError::usage("pdu", error.to_string(), help)
    })?;
    for field in tree::fields(&frame) {
        out.say(format!("{:<8} {}", field.name, field.value.for_terminal()));
    }
    out.json(&tree::model(&frame));
    out.json(&serde_json::json!({"type": "summary", "octets": octets.len()}));
    Ok(Exit::Done)
}

fn frame(args: &PduDecode, octets: &[u8]) -> Result<Frame, crate::pdu::Error> {
    let direction = if args.mo { Direction::Mo } else { Direction::Mt };
    if args.no_smsc {
        return Tpdu::decode(octets, direction).map(|tpdu| Frame { smsc: None, tpdu });
    }
    Frame::decode(octets, direction)
}
