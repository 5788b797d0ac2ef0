//! Parts of long texts in any order and confusion.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| signpost::pdu::fuzzing::reassembly(octets));
