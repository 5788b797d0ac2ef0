//! Lines, final codes, parameters and unsolicited result codes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| signpost::at::fuzzing::answers(octets));
