//! TPDUs from the mobile.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    signpost::pdu::fuzzing::tpdu(octets, signpost::pdu::Direction::Mo);
    signpost::pdu::fuzzing::tpdu(octets, signpost::pdu::Direction::MoError);
});
