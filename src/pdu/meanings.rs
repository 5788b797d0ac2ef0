//! What one octet means, in words: TP-PID (23.040 clause 9.2.3.9) and TP-FCS (9.2.3.22).

use std::ops::RangeInclusive;

type Row = (RangeInclusive<u8>, &'static str);

const PID: &[Row] = &[
    (0x00..=0x00, "a plain text"),
    (0x01..=0x1f, "no telematic interworking, protocol of the service centre"),
    (0x20..=0x20, "telematic device, type by the address"),
    (0x21..=0x21, "telex"),
    (0x22..=0x23, "fax"),
    (0x24..=0x24, "voice"),
    (0x25..=0x29, "paging or teletex"),
    (0x2d..=0x2d, "X.400"),
    (0x32..=0x32, "internet e-mail"),
    (0x38..=0x3e, "specific to the service centre"),
    (0x3f..=0x3f, "a mobile"),
    (0x20..=0x3f, "telematic interworking"),
    (0x40..=0x40, "short message type 0: acknowledged and not shown"),
    (0x41..=0x47, "replaces an earlier text of this type"),
    (0x48..=0x48, "device triggering"),
    (0x5e..=0x5e, "enhanced message service (obsolete)"),
    (0x5f..=0x5f, "return call message"),
    (0x7c..=0x7c, "ANSI-136 R-DATA"),
    (0x7d..=0x7d, "data download to the handset"),
    (0x7e..=0x7e, "depersonalisation of the handset"),
    (0x7f..=0x7f, "data download to the (U)SIM"),
    (0x40..=0xbf, "reserved"),
    (0xc0..=0xff, "specific to the service centre"),
];

const FCS: &[Row] = &[
    (0x80..=0x80, "telematic interworking not supported"),
    (0x81..=0x81, "short message type 0 not supported"),
    (0x82..=0x82, "cannot replace the short message"),
    (0x8f..=0x8f, "unspecified TP-PID error"),
    (0x90..=0x90, "alphabet not supported"),
    (0x91..=0x91, "message class not supported"),
    (0x9f..=0x9f, "unspecified TP-DCS error"),
    (0xa0..=0xa0, "command cannot be carried out"),
    (0xa1..=0xa1, "command not supported"),
    (0xaf..=0xaf, "unspecified command error"),
    (0xb0..=0xb0, "TPDU not supported"),
    (0xc0..=0xc0, "service centre busy"),
    (0xc1..=0xc1, "no subscription at the service centre"),
    (0xc2..=0xc2, "service centre system failure"),
    (0xc3..=0xc3, "invalid address"),
    (0xc4..=0xc4, "destination barred"),
    (0xc5..=0xc5, "rejected as a duplicate"),
    (0xc6..=0xc6, "TP-VPF not supported"),
    (0xc7..=0xc7, "TP-VP not supported"),
    (0xd0..=0xd0, "(U)SIM storage full"),
    (0xd1..=0xd1, "no storage on the (U)SIM"),
    (0xd2..=0xd2, "error in the handset"),
    (0xd3..=0xd3, "memory capacity exceeded"),
    (0xd4..=0xd4, "(U)SIM application toolkit busy"),
    (0xd5..=0xd5, "(U)SIM data download error"),
    (0xe0..=0xfe, "specific to an application"),
    (0xff..=0xff, "unspecified error"),
];

/// TP-PID in words.
pub fn pid(octet: u8) -> &'static str {
    find(PID, octet)
}

/// TP-FCS in words.
pub fn fcs(octet: u8) -> &'static str {
    find(FCS, octet)
}

fn find(rows: &[Row], octet: u8) -> &'static str {
    rows.iter().find(|(range, _)| range.contains(&octet)).map_or("reserved", |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrow_row_counts_before_the_wide_one() {
        assert_eq!((pid(0x32), pid(0x33), pid(0x49)), ("internet e-mail", "telematic interworking", "reserved"));
        assert_eq!((fcs(0xd3), fcs(0x00)), ("memory capacity exceeded", "reserved"));
    }
}
