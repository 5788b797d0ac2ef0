//! One TPDU: what was put in, what we read, what the dissector reads.

use serde_json::{Value, json};
use signpost::pdu::reading::Reading;
use signpost::pdu::{Direction, fuzzing};

use crate::made::{Carrier, Damage, Made};
use crate::shark::{SIGNS, Seen};

/// How a field came out.
pub enum Verdict {
    /// All agree.
    Same,
    /// The dissector differs, for a reason that is known.
    Explained(&'static str),
    /// It differs, and nobody knows why; or ours is not what was put in.
    Wrong(String),
}

/// Where the dissector (4.0) is known to differ: why, and when.
type Gap = (&'static str, fn(&Made, &str, &Value, &Value) -> bool);

const GAPS: &[Gap] = &[
    (
        "reserved coding groups 1000 to 1011 are shown as octets, not as GSM 7-bit (23.038 clause 4)",
        |made, field, _, _| is_text(field) && (0x80..0xc0).contains(&made.number("dcs")),
    ),
    ("the reserved character set 11 is shown as octets, not as GSM 7-bit (23.038 clause 4)", |made, field, _, _| {
        is_text(field) && made.number("dcs") < 0x80 && made.number("dcs") & 0x0c == 0x0c
    }),
    ("without TP-DCS no user data are shown (23.040 clause 9.2.3.27: the default alphabet)", |made, field, _, _| {
        is_text(field) && made.value("pi").is_some() && made.number("pi") & 0x02 == 0
    }),
    ("there are no national language tables (23.038 clause A)", |made, field, _, _| {
        let udh = made.value("udh").and_then(Value::as_array).into_iter().flatten();
        is_text(field) && udh.into_iter().any(|element| matches!(element["iei"].as_u64(), Some(0x24 | 0x25)))
    }),
    ("an enhanced TP-VP is taken to be shorter than seven octets (23.040 clause 9.2.3.12.3)", |made, field, _, _| {
        made.value("enhanced").is_some() && (is_text(field) || BEHIND_VP.contains(&field))
    }),
    ("octets behind the user data are taken into them", |made, field, put_in, theirs| {
        let [put_in, theirs] = [put_in, theirs].map(|value| value.as_str().unwrap_or_default());
        made.damage == Damage::Longer && is_text(field) && theirs.starts_with(put_in)
    }),
];

/// Fields that stand behind TP-VP, text aside.
const BEHIND_VP: [&str; 2] = ["gsm_sms.tp.user_data_length", "gsm_sms.ie_identifier"];

fn is_text(field: &str) -> bool {
    matches!(field, "gsm_sms.sms_text" | "gsm_sms.sms_body")
}

/// Every field of a TPDU.
pub fn compare(made: &Made, seen: &Seen) -> Vec<(String, Verdict)> {
    let reading = Reading::of_tpdu(&made.octets, direction(made.carrier));
    let mut verdicts = Vec::new();
    fuzzing::tpdu(&made.octets, direction(made.carrier));
    let whole = made.damage == Damage::None;
    if reading.frame.is_ok() != whole && !may_be_read(made) {
        let ours = reading.frame.as_ref().err().map_or("was read".to_owned(), ToString::to_string);
        verdicts.push(("whole".to_owned(), Verdict::Wrong(ours)));
    }
    let model = serde_json::to_value(&reading.model).unwrap();
    for (key, (_, put_in)) in &made.put_in {
        let ours = ours(key, &model);
        if ours != *put_in {
            verdicts.push((key.to_string(), Verdict::Wrong(format!("ours {ours}, put in {put_in}"))));
            continue;
        }
        for (field, theirs) in theirs(key, seen, made) {
            verdicts.push((field.to_owned(), judge(made, field, key, put_in, &theirs)));
        }
    }
    verdicts
}

/// Damage that leaves something whole: TP-PI and what follows may be cut off a status report before TP-PI;
/// octets behind all fields may be those of a later release.
fn may_be_read(made: &Made) -> bool {
    let has_pi = matches!(made.kind(), "status-report" | "deliver-report" | "submit-report");
    has_pi && matches!(made.damage, Damage::Cut(_) | Damage::Longer)
}

fn direction(carrier: Carrier) -> Direction {
    match carrier {
        Carrier::MtData | Carrier::MtAck => Direction::Mt,
        Carrier::MoData | Carrier::MoAck => Direction::Mo,
        Carrier::MtError => Direction::MtError,
        Carrier::MoError => Direction::MoError,
    }
}

/// Our value for what was put in.
fn ours(key: &str, model: &Value) -> Value {
    match key {
        "relative" => model["validity"]["octet"].clone(),
        "until" => model["validity"]["until"].clone(),
        "enhanced" => model["validity"]["raw"].clone(),
        "ct" => model["command"]["type"].clone(),
        "mn" => model["command"]["number"].clone(),
        "status" => model["status"]["code"].clone(),
        "address" => {
            let address = &model["address"];
            json!({"number": address["number"], "ton": address["ton"], "npi": address["npi"]})
        }
        "udh" => match model["udh"].as_array() {
            Some(udh) => udh.iter().map(|e| json!({"iei": e["iei"], "data": e["data"]})).collect(),
            None => Value::Null,
        },
        key => model[key].clone(),
    }
}

/// The dissector's fields for it, each with its value in our terms. A field that it does not show is an
/// empty value, unless the damage hides it.
fn theirs(key: &str, seen: &Seen, made: &Made) -> Vec<(&'static str, Value)> {
    let at = |field: &'static str, at: usize| seen.get(field).and_then(|values| values.get(at)).cloned();
    let number =
        |field: &'static str, place: usize| (field, at(field, place).map_or(Value::Null, |text| numeral(&text)));
    let text = |field: &'static str| (field, at(field, 0).map_or(Value::Null, Value::from));
    match key {
        "type" => vec![number("gsm_sms.tp-mti", 0)],
        "mms" => vec![number("gsm_sms.tp-mms", 0)],
        "lp" => vec![number("gsm_sms.tp-lp", 0)],
        "rp" => vec![number("gsm_sms.tp-rp", 0)],
        "rd" => vec![number("gsm_sms.tp-rd", 0)],
        "srr" => vec![number("gsm_sms.tp-srr", 0)],
        "sri" => vec![number("gsm_sms.tp-sri", 0)],
        "srq" => vec![number("gsm_sms.tp-srq", 0)],
        "udhi" => vec![number("gsm_sms.tp-udhi", 0)],
        "mr" => vec![number("gsm_sms.tp-mr", 0)],
        "pid" => vec![number("gsm_sms.tp-pid", 0)],
        "dcs" => vec![number("gsm_sms.tp-dcs", 0)],
        "fcs" => vec![number("gsm_sms.tp-fcs", 0)],
        "pi" => vec![number("gsm_sms.tp.parameter_indicator", 0)],
        "ct" => vec![number("gsm_sms.tp.command_type", 0)],
        "mn" => vec![number("gsm_sms.tp.message_number", 0)],
        "udl" if made.kind() == "command" => vec![number("gsm_sms.tp.command_data_length", 0)],
        "udl" => vec![number("gsm_sms.tp.user_data_length", 0)],
        "relative" => vec![number("gsm_sms.vp.validity_period", 0)],
        "address" => {
            let digits = match made.kind() {
                "deliver" => "gsm_sms.tp-oa",
                "status-report" => "gsm_sms.tp-ra",
                _ => "gsm_sms.tp-da",
            };
            vec![
                text(digits),
                number("gsm_sms.dis_field_addr.num_type", 0),
                number("gsm_sms.dis_field_addr.num_plan", 0),
            ]
        }
        "status" => {
            let bits = ["gsm_sms.dis_field.definition", "gsm_sms.dis_field.st_error", "gsm_sms.dis.field_st_reason"];
            let [high, middle, low] = bits.map(|field| number(field, 0).1.as_u64().unwrap_or(0xff));
            vec![("gsm_sms.dis.field_st_reason", json!(high << 7 | middle << 5 | low))]
        }
        "timestamp" | "until" => vec![("gsm_sms.scts", moment(seen, 0))],
        "discharge" => vec![("gsm_sms.scts", moment(seen, 1))],
        "udh" => {
            let ids = seen.get("gsm_sms.ie_identifier").into_iter().flatten().map(|id| numeral(id)).collect();
            vec![("gsm_sms.ie_identifier", ids)]
        }
        "text" => vec![("gsm_sms.sms_text", at("gsm_sms.sms_text", 0).unwrap_or_default().into())],
        // The dissector does not show command data.
        "data" if made.kind() == "command" => Vec::new(),
        "data" => {
            let body = at("gsm_sms.sms_body", 0).or_else(|| at("gsm_sms.compressed_data", 0));
            let body = body.filter(|body| body != "<MISSING>").unwrap_or_default();
            vec![("gsm_sms.sms_body", body.to_uppercase().into())]
        }
        _ => Vec::new(),
    }
}

/// `True`, `12`, `0x0c`.
fn numeral(text: &str) -> Value {
    match text {
        "True" => json!(1),
        "False" => json!(0),
        text => match text.strip_prefix("0x").map_or_else(|| text.parse(), |digits| u64::from_str_radix(digits, 16)) {
            Ok(number) => json!(number),
            Err(_) => json!(text),
        },
    }
}

/// The n-th moment, as RFC 3339.
fn moment(seen: &Seen, at: usize) -> Value {
    let part = |name: &str| {
        let values = seen.iter().find(|(field, _)| field.strip_prefix("gsm_sms.scts.") == Some(name));
        values.and_then(|(_, values)| values.get(at)).and_then(|text| text.parse::<i32>().ok())
    };
    let fields = ["year", "month", "day", "hour", "minutes", "seconds", "timezone"].map(part);
    let [Some(year), Some(month), Some(day), Some(hour), Some(minute), Some(second), Some(zone)] = fields else {
        return Value::Null;
    };
    let sign = seen.get(SIGNS).and_then(|signs| signs.get(at)).cloned().unwrap_or_default();
    let quarters = zone.abs();
    let (hours, minutes) = (quarters / 4, quarters % 4 * 15);
    json!(format!("20{year:02}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{sign}{hours:02}:{minutes:02}"))
}

/// What was put in, in the terms of the dissector's field.
fn expected(field: &str, key: &str, put_in: &Value) -> Value {
    match (field, key) {
        (_, "type") => json!(match put_in.as_str() {
            Some("deliver" | "deliver-report") => 0,
            Some("submit" | "submit-report") => 1,
            _ => 2,
        }),
        ("gsm_sms.dis_field_addr.num_type", _) => put_in["ton"].clone(),
        ("gsm_sms.dis_field_addr.num_plan", _) => put_in["npi"].clone(),
        (_, "address") => json!(put_in["number"].as_str().unwrap_or_default().trim_start_matches('+')),
        // The dissector's text is printed with these escaped.
        (_, "text") => {
            json!(put_in.as_str().unwrap_or_default().replace('\n', "\\n").replace('\r', "\\r"))
        }
        (_, "udh") => put_in.as_array().into_iter().flatten().map(|element| element["iei"].clone()).collect(),
        _ => put_in.clone(),
    }
}

fn judge(made: &Made, field: &str, key: &str, put_in: &Value, theirs: &Value) -> Verdict {
    let expected = expected(field, key, put_in);
    if expected == *theirs {
        return Verdict::Same;
    }
    match GAPS.iter().find(|(_, applies)| applies(made, field, &expected, theirs)) {
        Some((gap, _)) => Verdict::Explained(gap),
        None => Verdict::Wrong(format!("put in {expected}, the dissector says {theirs} in {field}")),
    }
}
