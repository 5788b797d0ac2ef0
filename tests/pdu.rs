//! `signpost pdu` from outside: what people see, what scripts read, and what a bad line does.

#![allow(clippy::unwrap_used)] // a test may stop the moment an assumption fails

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const PART: &str = "07917477581006F0440C9144770009103200004220923295854012050003\
2A0301906536FB0D4A16413018";

fn signpost(arguments: &[&str], input: impl AsRef<[u8]>) -> Output {
    let mut process = Command::new(env!("CARGO_BIN_EXE_signpost"))
        .arg("pdu")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(input.as_ref()).unwrap();
    process.wait_with_output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn objects_of(output: &Output) -> Vec<Value> {
    text(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_dump_teaches_the_format() {
    let shown = |name: &str, arguments: &[&str]| {
        let output = signpost(&[&["decode"], arguments].concat(), "");
        assert!(text(&output).lines().all(|line| line.chars().count() <= 80), "{}", text(&output));
        insta::assert_snapshot!(name, text(&output));
    };
    shown("part", &[PART]);
    shown("submit", &["--mo", "--no-smsc", "39070C9144770009103200085221133295954008003A0029D83DDE00"]);
    let report =
        "46000C9144770009103242209232958540422092329585403006001A050003050201EA6434E86D06D1D165D05B9E3EA7DD6136";
    shown("status-report", &["--no-smsc", report]);
    shown("submit-report-error", &["--no-smsc", "--rp", "error", "01D50642209232958540080C04370430043D044F0442043E"]);
    shown("command", &["--mo", "--no-smsc", "42000000030C9144770009103204030601C0"]);
    // Escape sequences and bidirectional controls in a text are shown, not done.
    shown("hostile", &["--no-smsc", "040C914477000910320008422092329585400E001B005D0030003B202E20660007"]);
}

#[test]
fn damage_is_named_and_what_came_before_is_shown() {
    let cut = &PART[..PART.len() - 8];
    let output = signpost(&["decode", cut], "");
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!("cut", text(&output));
    insta::assert_snapshot!("cut-error", String::from_utf8(output.stderr).unwrap());
}

#[test]
fn a_bad_line_is_told_in_its_place_and_the_others_go_on() {
    let input = [format!("{PART}\n\n").as_bytes(), b"\xff\n", format!("0004\n{PART}\n").as_bytes()].concat();
    let output = signpost(&["decode", "--json", "-"], input);
    assert_eq!(output.status.code(), Some(2));
    let objects = objects_of(&output);
    assert_eq!(objects.len(), 5);
    assert_eq!((&objects[0]["type"], &objects[0]["smsc"]), (&Value::from("deliver"), &Value::from("+47778501600")));
    assert_eq!(objects[0]["concat"], serde_json::json!({"bits": 8, "reference": 42, "total": 3, "sequence": 1}));
    assert_eq!(objects[1]["error"]["field"], "input");
    assert_eq!(
        objects[2]["error"],
        serde_json::json!({
            "offset": 2, "field": "SMS-DELIVER.TP-OA.length", "reason": "the octets end too soon",
        })
    );
    assert_eq!(objects[2]["partial"]["mms"], 1);
    assert_eq!(objects[3], objects[0]);
    assert_eq!(objects[4], serde_json::json!({"type": "summary", "good": 2, "bad": 2}));
    assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 2);
    // Half a pair at the end: the octets before it are read.
    let output = signpost(&["decode", "--json", &PART[..41]], "");
    let error = &objects_of(&output)[0];
    assert_eq!((error["error"]["offset"].as_u64(), error["partial"]["pid"].as_u64()), (Some(20), Some(0)));
}

#[test]
fn what_decode_writes_encode_reads() {
    let decoded = text(&signpost(&["decode", "--json", PART], ""));
    let object = decoded.lines().next().unwrap();
    let output = signpost(&["encode", object], "");
    assert_eq!((output.status.code(), text(&output).trim()), (Some(0), PART));
    // The whole of what decode writes, its summary included.
    assert_eq!(text(&signpost(&["encode"], &decoded)).trim(), PART);
    let changed = object.replace("Hello IE 00", "Hello you {}");
    let hex = text(&signpost(&["encode", "-"], &changed)).trim().to_owned();
    let again = &objects_of(&signpost(&["decode", "--json", &hex], ""))[0];
    assert_eq!((again["text"].as_str(), again["concat"]["sequence"].as_u64()), (Some("Hello you {}"), Some(1)));
}

#[test]
fn what_no_tpdu_can_hold_is_refused_by_its_key() {
    let base = r#""type":"submit","address":{"number":"+447700900123","ton":1,"npi":1}"#;
    for (object, key) in [
        ("{".to_owned(), "EOF"),
        (format!("{{{base},\"txt\":\"x\"}}"), "unknown field `txt`"),
        (
            format!("{{{base},\"dcs\":0,\"text\":\"日\"}}"),
            "text: the GSM 7-bit alphabet of this coding scheme lacks U+65E5",
        ),
        (format!("{{{base},\"srr\":2}}"), "TP-SRR: 2 is neither 0 nor 1"),
        (r#"{"type":"reserved","udhi":4}"#.to_owned(), "udhi: 4 is neither 0 nor 1"),
        (format!("{{{base},\"dcs\":0,\"data\":\"0102\"}}"), "data: this coding scheme carries septets"),
        (format!("{{{base},\"spare\":24}}"), "spare: has bits"),
        (format!("{{{base},\"septets\":\"FF\"}}"), "septets: a septet is 00 to 7F"),
        (format!("{{{base},\"smsc\":\"+447700000000000000000000\"}}"), "smsc: "),
        (r#"{"type":"deliver-report","text":"日"}"#.to_owned(), "text: the GSM 7-bit alphabet"),
        (format!("{{{base},\"validity\":{{\"format\":\"relative\"}}}}"), "validity: "),
        (r#"{"type":"submit"}"#.to_owned(), "address: is missing"),
        (
            r#"{"type":"deliver","address":{"number":"1","ton":0,"npi":1},"timestamp":"2024-02-30T00:00:00+00:00"}"#
                .to_owned(),
            "timestamp: ",
        ),
    ] {
        let output = signpost(&["encode", &object], "");
        let error = String::from_utf8(output.stderr.clone()).unwrap();
        assert_eq!((output.status.code(), text(&output).as_str()), (Some(2), ""), "{object}");
        assert!(error.contains(key), "{object}: {error}");
    }
    let output = signpost(&["encode", "--no-smsc", &format!("{{{base},\"text\":\"hi\"}}")], "");
    assert_eq!(text(&output).trim(), "01000C91447700091032000002E834");
}
