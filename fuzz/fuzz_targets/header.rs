//! User data headers.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| signpost::pdu::fuzzing::header(octets));
