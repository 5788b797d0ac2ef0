//! An SMSC and a TPDU.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| signpost::pdu::fuzzing::frame(octets, signpost::pdu::Direction::Mt));
