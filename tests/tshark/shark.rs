//! Wireshark's dissector of TPDUs, through `tshark` and a capture of RP messages in user DLT 0.

use std::collections::BTreeMap;
use std::process::Command;

use crate::made::{Carrier, Made};

/// What the dissector says of one TPDU: field, and its values in order.
pub type Seen = BTreeMap<&'static str, Vec<String>>;

pub const FIELDS: &[&str] = &[
    "gsm_sms.tp-mti",
    "gsm_sms.tp-mms",
    "gsm_sms.tp-lp",
    "gsm_sms.tp-rp",
    "gsm_sms.tp-rd",
    "gsm_sms.tp-srr",
    "gsm_sms.tp-sri",
    "gsm_sms.tp-srq",
    "gsm_sms.tp-udhi",
    "gsm_sms.tp-vpf",
    "gsm_sms.tp-oa",
    "gsm_sms.tp-da",
    "gsm_sms.tp-ra",
    "gsm_sms.dis_field_addr.num_type",
    "gsm_sms.dis_field_addr.num_plan",
    "gsm_sms.tp-pid",
    "gsm_sms.tp-dcs",
    "gsm_sms.tp-mr",
    "gsm_sms.scts.year",
    "gsm_sms.scts.month",
    "gsm_sms.scts.day",
    "gsm_sms.scts.hour",
    "gsm_sms.scts.minutes",
    "gsm_sms.scts.seconds",
    "gsm_sms.scts.timezone",
    "gsm_sms.dis_field.definition",
    "gsm_sms.dis_field.st_error",
    "gsm_sms.dis.field_st_reason",
    "gsm_sms.tp-fcs",
    "gsm_sms.tp.parameter_indicator",
    "gsm_sms.tp.user_data_length",
    "gsm_sms.ie_identifier",
    "gsm_sms.dis_field_ud_iei.length",
    "gsm_sms.tp.command_type",
    "gsm_sms.tp.message_number",
    "gsm_sms.tp.command_data_length",
    "gsm_sms.vp.validity_period",
    "gsm_sms.sms_text",
    "gsm_sms.sms_body",
    "gsm_sms.compressed_data",
    "gsm_sms.udh.mm.msg_id",
    "gsm_sms.udh.mm.msg_parts",
    "gsm_sms.udh.mm.msg_part",
    "gsm_sms.fragments",
    "gsm_sms.reassembled.in",
    "_ws.malformed",
];

/// Separates values: a character that no generated text has.
const BETWEEN: char = '\u{2}';

/// Lets the dissector read all of them.
pub fn dissect(made: &[Made]) -> Vec<Seen> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tpdus.pcap");
    std::fs::write(&path, capture(made)).unwrap();
    let mut command = Command::new("tshark");
    command.arg("-r").arg(&path).args(["-o", DLT]);
    // Each TPDU alone: parts of long texts are not to be joined.
    command.args(["-o", "gsm_sms.reassemble:FALSE", "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a"]);
    command.args(["-E", &format!("aggregator={BETWEEN}")]);
    for field in FIELDS {
        command.args(["-e", field]);
    }
    let text = answer(&mut command);
    let mut all: Vec<Seen> = text.lines().map(seen).collect();
    let mut zones = Command::new("tshark");
    zones.arg("-r").arg(&path).args(["-o", DLT, "-V", "-O", "gsm_sms"]);
    add_signs(&mut all, &answer(&mut zones));
    all
}

fn answer(command: &mut Command) -> String {
    let output = command.output().expect("tshark is needed: scripts/test installs it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The field of a time zone has no sign: it stands in the words alone.
fn add_signs(all: &mut [Seen], words: &str) {
    let mut frame = 0;
    for line in words.lines() {
        if let Some(number) = line.strip_prefix("Frame ").and_then(|rest| rest.split(':').next()) {
            frame = number.parse().unwrap();
        } else if let Some(zone) = line.trim().strip_prefix("Timezone: GMT ") {
            let seen: &mut Seen = &mut all[frame - 1];
            seen.entry(SIGNS).or_default().push(zone.chars().take(1).collect());
        }
    }
}

/// Signs of time zones, in order; not a field of the dissector.
pub const SIGNS: &str = "signs of time zones";
const DLT: &str = r#"uat:user_dlts:"User 0 (DLT=147)","gsm_a_rp","0","","0","""#;

fn seen(line: &str) -> Seen {
    let values = line.split('\t').map(|cell| cell.split(BETWEEN).map(str::to_owned).collect::<Vec<_>>());
    let filled = |(_, values): &(_, Vec<String>)| values.iter().any(|value| !value.is_empty());
    FIELDS.iter().copied().zip(values).filter(filled).collect()
}

/// A pcap file, one record a TPDU.
fn capture(made: &[Made]) -> Vec<u8> {
    let mut file = Vec::new();
    file.extend(0xa1b2_c3d4_u32.to_le_bytes());
    file.extend([2, 0, 4, 0]);
    file.extend([0; 8]);
    file.extend(65_535_u32.to_le_bytes());
    file.extend(147_u32.to_le_bytes());
    for made in made {
        let message = relayed(made);
        file.extend([0; 8]);
        file.extend((message.len() as u32).to_le_bytes());
        file.extend((message.len() as u32).to_le_bytes());
        file.extend(message);
    }
    file
}

/// The RP message that carries a TPDU (24.011 clause 7.3).
fn relayed(made: &Made) -> Vec<u8> {
    const CENTRE: [u8; 8] = [7, 0x91, 0x44, 0x77, 0x58, 0x10, 0x06, 0x50];
    let length = made.octets.len() as u8;
    let head = match made.carrier {
        Carrier::MtData => [&[1, 7][..], &CENTRE, &[0, length]].concat(),
        Carrier::MoData => [&[0, 7, 0][..], &CENTRE, &[length]].concat(),
        Carrier::MtAck => vec![3, 7, 0x41, length],
        Carrier::MoAck => vec![2, 7, 0x41, length],
        Carrier::MtError => vec![5, 7, 1, 0x29, 0x41, length],
        Carrier::MoError => vec![4, 7, 1, 0x29, 0x41, length],
    };
    [head, made.octets.clone()].concat()
}
