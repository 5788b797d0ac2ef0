//! The dialogue with a device, a link and a driver that do anything in any order.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| signpost::at::fuzzing::dialogue(octets));
