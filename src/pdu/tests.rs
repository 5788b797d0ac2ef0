//! No octets whatever make the decoders panic; what decodes encodes to the same octets, from its fields and
//! from its JSON; and one field changed changes its own octets and no others.

use proptest::prelude::*;

use super::address::Address;
use super::command::CommandData;
use super::dcs::Dcs;
use super::dump::Dump;
use super::first::{Flag, Flags};
use super::parameters::{Parameters, Pi};
use super::reading::Reading;
use super::septets::Septets;
use super::stamp::Stamp;
use super::status::Status;
use super::udh::{Element, Udh};
use super::user_data::{Body, UserData};
use super::validity::{Enhanced, Validity};
use super::{Command, Deliver, DeliverReport, Direction, Frame, StatusReport, Submit, SubmitReport, Tpdu};

const DIRECTIONS: [Direction; 4] = [Direction::Mt, Direction::Mo, Direction::MtError, Direction::MoError];

fn vectors() -> Vec<Vec<u8>> {
    let lines = include_str!("../../tests/vectors/pdu_vectors.jsonl").lines();
    let hex =
        |line: &str| line.split("\"pdu_hex\": \"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    lines.filter_map(hex).filter_map(|digits| crate::hex::decode(&digits).ok()).collect()
}

fn both_ways(octets: &[u8]) {
    for direction in DIRECTIONS {
        super::fuzzing::tpdu(octets, direction);
        super::fuzzing::frame(octets, direction);
    }
}

proptest! {
    #[test]
    fn any_octets(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
        both_ways(&octets);
        super::fuzzing::header(&octets);
        super::fuzzing::reassembly(&octets);
    }

    #[test]
    fn mutated_vectors(which in 0usize..239, at in any::<prop::sample::Index>(), octet: u8, cut in any::<prop::sample::Index>()) {
        let vectors = vectors();
        let mut octets = vectors.get(which).cloned().unwrap_or_default();
        let place = at.index(octets.len().max(1));
        if let Some(old) = octets.get_mut(place) {
            *old = octet;
        }
        both_ways(&octets);
        octets.truncate(cut.index(octets.len() + 1));
        both_ways(&octets);
    }

    #[test]
    fn every_type_there_and_back(tpdu in tpdus()) {
        let octets = tpdu.encode();
        let direction = direction(&tpdu);
        prop_assert_eq!(Tpdu::decode(&octets, direction), Ok(tpdu.clone()));
        let model = Reading::of_tpdu(&octets, direction).model;
        prop_assert_eq!(model.compose().map(|frame| frame.tpdu.encode()), Ok(octets));
    }

    #[test]
    fn frames_there_and_back(tpdu in tpdus(), smsc in proptest::option::of(addresses())) {
        // What is longer than ten octets is no SMSC.
        let smsc = smsc.filter(|smsc| smsc.value().len() <= 10 && !smsc.value().is_empty());
        let frame = Frame { smsc, tpdu };
        let direction = direction(&frame.tpdu);
        let octets = frame.encode();
        let back = Frame::decode(&octets, direction);
        prop_assert_eq!(back.map(|frame| frame.encode()), Ok(octets.clone()));
        prop_assert_eq!(frame.tpdu_length() + 1 + usize::from(octets[0]), octets.len());
        let reading = Reading::of_frame(&octets, direction);
        prop_assert_eq!(reading.model.compose().map(|frame| frame.encode()), Ok(octets));
    }

    /// What was read before the damage is what the whole TPDU has there.
    #[test]
    fn a_cut_tpdu_shows_what_came_before(tpdu in tpdus(), cut in any::<prop::sample::Index>()) {
        let octets = tpdu.encode();
        let direction = direction(&tpdu);
        let whole = Dump::of_tpdu(&octets, direction);
        let cut_at = cut.index(octets.len());
        let cut = Dump::of_tpdu(octets.get(..cut_at).unwrap(), direction);
        if let Some(error) = &cut.error {
            prop_assert!(error.octet() <= octets.len());
        }
        // The last line may be of a field that has octets of all lengths, such as TP-PI.
        let shown = cut.lines.iter().take_while(|line| line.name != "unknown" && line.at.end < cut_at);
        for (ours, theirs) in shown.zip(&whole.lines) {
            prop_assert_eq!(ours, theirs);
        }
    }
}

fn direction(tpdu: &Tpdu) -> Direction {
    match tpdu {
        Tpdu::Deliver(_) | Tpdu::StatusReport(_) | Tpdu::ReservedMt(_) => Direction::Mt,
        Tpdu::Submit(_) | Tpdu::Command(_) | Tpdu::ReservedMo(..) => Direction::Mo,
        Tpdu::SubmitReport(report) if report.cause.is_some() => Direction::MtError,
        Tpdu::SubmitReport(_) => Direction::Mt,
        Tpdu::DeliverReport(report) if report.cause.is_some() => Direction::MoError,
        Tpdu::DeliverReport(_) => Direction::Mo,
    }
}

fn addresses() -> impl Strategy<Value = Address> {
    let raw = (0u8..30, any::<u8>()).prop_flat_map(|(digits, kind)| {
        proptest::collection::vec(any::<u8>(), usize::from(digits).div_ceil(2))
            .prop_map(move |value| Address::raw(digits, kind, &value).unwrap())
    });
    prop_oneof![
        "[0-9*#abc]{1,20}".prop_map(|digits| Address::international(&digits).unwrap()),
        "[A-Za-z@£]{1,11}".prop_map(|letters| Address::alphanumeric(&letters).unwrap()),
        raw,
    ]
}

fn headers() -> impl Strategy<Value = Udh> {
    let element = (any::<u8>(), proptest::collection::vec(any::<u8>(), 0..9))
        .prop_map(|(id, data)| Element::any(id, &data).unwrap());
    (proptest::collection::vec(element, 0..5), proptest::option::of(any::<u8>()))
        .prop_map(|(elements, rest)| Udh::any(elements, rest.as_slice()).unwrap())
}

/// User data that fit the coding scheme.
fn user_data() -> impl Strategy<Value = (Dcs, UserData)> {
    let codes = proptest::collection::vec(0u8..128, 0..90);
    let octets = proptest::collection::vec(any::<u8>(), 0..80);
    (any::<u8>(), proptest::option::of(headers()), codes, octets).prop_map(|(dcs, header, codes, octets)| {
        let dcs = Dcs(dcs);
        let body = match dcs.unit() {
            super::dcs::Unit::Septets => Body::Septets(Septets::new(codes)),
            super::dcs::Unit::Octets => Body::Octets(octets.into()),
        };
        (dcs, UserData::any(header, body).unwrap())
    })
}

fn parameters() -> impl Strategy<Value = Parameters> {
    let pi = (any::<u8>(), proptest::collection::vec(any::<u8>(), 0..3)).prop_map(|(bits, more)| Pi::new(bits, &more));
    let data = proptest::option::of((user_data(), any::<bool>()));
    let later = proptest::collection::vec(any::<u8>(), 0..3);
    (pi, proptest::option::of(any::<u8>()), data, later).prop_map(|(pi, pid, data, later)| {
        // Without TP-DCS, user data are septets.
        let (dcs, user_data) = match data {
            None => (None, None),
            Some(((dcs, data), told)) => {
                let told = told || dcs.unit() != Dcs::GSM7.unit();
                (told.then_some(dcs), Some(data))
            }
        };
        Parameters { pi, pid, dcs, user_data, later }
    })
}

fn stamps() -> impl Strategy<Value = Stamp> {
    prop_oneof![
        any::<[u8; 7]>().prop_map(Stamp::from_octets),
        (0u8..100, 1u8..13, 1u8..29, 0u8..24, 0u8..60, 0u8..60, -79i8..80)
            .prop_map(|(y, mo, d, h, mi, s, zone)| Stamp::from_fields([y, mo, d, h, mi, s], zone)),
    ]
}

fn validities() -> impl Strategy<Value = Option<Validity>> {
    proptest::option::of(prop_oneof![
        any::<u8>().prop_map(Validity::Relative),
        stamps().prop_map(Validity::Absolute),
        any::<[u8; 7]>().prop_map(|raw| Validity::Enhanced(Enhanced(raw))),
    ])
}

/// All bits that are not told by another field of that type.
fn flags(mask: u8) -> impl Strategy<Value = Flags> {
    any::<u8>().prop_map(move |bits| Flags::NONE.with_spare(bits & mask))
}

fn delivers() -> impl Strategy<Value = Deliver> {
    (flags(0xbc), addresses(), any::<u8>(), user_data(), stamps()).prop_map(
        |(flags, originator, pid, (dcs, user_data), timestamp)| Deliver {
            flags,
            originator,
            pid,
            dcs,
            timestamp,
            user_data,
        },
    )
}

fn tpdus() -> impl Strategy<Value = Tpdu> {
    let submit = (flags(0xa4), any::<u8>(), addresses(), any::<u8>(), validities(), user_data()).prop_map(
        |(flags, reference, destination, pid, validity, (dcs, user_data))| {
            Tpdu::Submit(Submit { flags, reference, destination, pid, dcs, validity, user_data })
        },
    );
    let status =
        (flags(0xfc), any::<u8>(), addresses(), stamps(), stamps(), any::<u8>(), proptest::option::of(parameters()))
            .prop_map(|(flags, reference, recipient, timestamp, discharge, status, parameters)| {
                let flags = parameters.as_ref().map_or(flags, |parameters| super::reports::own(flags, parameters));
                let status = Status(status);
                Tpdu::StatusReport(StatusReport {
                    flags,
                    reference,
                    recipient,
                    timestamp,
                    discharge,
                    status,
                    parameters,
                })
            });
    let deliver_report =
        (flags(0xfc), proptest::option::of(any::<u8>()), parameters()).prop_map(|(flags, cause, parameters)| {
            let flags = super::reports::own(flags, &parameters);
            Tpdu::DeliverReport(DeliverReport { flags, cause, parameters })
        });
    let submit_report = (flags(0xfc), proptest::option::of(any::<u8>()), stamps(), parameters()).prop_map(
        |(flags, cause, timestamp, parameters)| {
            let flags = super::reports::own(flags, &parameters);
            Tpdu::SubmitReport(SubmitReport { flags, cause, timestamp, parameters })
        },
    );
    let command = (flags(0xfc), any::<[u8; 4]>(), addresses(), proptest::collection::vec(any::<u8>(), 0..256))
        .prop_map(|(flags, [reference, pid, kind, number], destination, data)| {
            let data = CommandData::new(&data).unwrap();
            Tpdu::Command(Command { flags, reference, pid, kind, number, destination, data })
        });
    prop_oneof![
        delivers().prop_map(Tpdu::Deliver),
        delivers().prop_map(Tpdu::ReservedMt),
        submit,
        status,
        deliver_report,
        submit_report,
        command,
        (flags(0xfc), proptest::collection::vec(any::<u8>(), 0..40))
            .prop_map(|(flags, rest)| Tpdu::ReservedMo(flags, rest)),
    ]
}

/// Which octets differ.
fn changed(before: &Tpdu, after: &Tpdu) -> Vec<usize> {
    let (before, after) = (before.encode(), after.encode());
    assert_eq!(before.len(), after.len());
    (0..before.len()).filter(|at| before[*at] != after[*at]).collect()
}

fn septets(text: &str) -> UserData {
    UserData::gsm7(&super::gsm7::Tables::DEFAULT.codes(text).unwrap(), None).unwrap()
}

/// Every field of SMS-DELIVER and SMS-SUBMIT: changed alone, it changes its own octets alone.
#[test]
fn one_field_changed_changes_its_own_octets() {
    let to = Address::international("447700900123").unwrap();
    let other = Address::international("447700900124").unwrap();
    let [stamp, later] = [10, 11].map(|second| Stamp::from_fields([24, 2, 29, 23, 59, second], 4));
    let deliver = Deliver::plain(to.clone(), Dcs::GSM7, stamp, septets("hello"));
    let base = Tpdu::Deliver(deliver.clone());
    for (after, octets) in [
        (Deliver { flags: deliver.flags.with(Flag::RP), ..deliver.clone() }, vec![0]),
        (Deliver { flags: deliver.flags.without(Flag::MMS), ..deliver.clone() }, vec![0]),
        (Deliver { originator: other.clone(), ..deliver.clone() }, vec![8]),
        (Deliver { pid: 0x41, ..deliver.clone() }, vec![9]),
        (Deliver { dcs: Dcs(0x10), ..deliver.clone() }, vec![10]),
        (Deliver { timestamp: later, ..deliver.clone() }, vec![16]),
        (Deliver { user_data: septets("hellp"), ..deliver.clone() }, vec![22, 23]),
    ] {
        assert_eq!(changed(&base, &Tpdu::Deliver(after)), octets);
    }
    let submit = Submit::text(to, Dcs::GSM7, septets("hello"), Validity::Relative(167));
    let base = Tpdu::Submit(submit.clone());
    for (after, octets) in [
        (Submit { flags: submit.flags.with(Flag::RD), ..submit.clone() }, vec![0]),
        (Submit { reference: 9, ..submit.clone() }, vec![1]),
        (Submit { destination: other.clone(), ..submit.clone() }, vec![9]),
        (Submit { pid: 1, ..submit.clone() }, vec![10]),
        (Submit { dcs: Dcs(0x01), ..submit.clone() }, vec![11]),
        (Submit { validity: Some(Validity::Relative(168)), ..submit.clone() }, vec![12]),
        (Submit { user_data: septets("iello"), ..submit.clone() }, vec![14]),
    ] {
        assert_eq!(changed(&base, &Tpdu::Submit(after)), octets);
    }
    let report = StatusReport::plain(7, other, stamp, later, Status(0));
    let base = Tpdu::StatusReport(report.clone());
    for (after, octets) in [
        (StatusReport { flags: report.flags.with(Flag::SRQ), ..report.clone() }, vec![0]),
        (StatusReport { reference: 8, ..report.clone() }, vec![1]),
        (StatusReport { timestamp: later, ..report.clone() }, vec![15]),
        (StatusReport { discharge: stamp, ..report.clone() }, vec![22]),
        (StatusReport { status: Status(0x41), ..report.clone() }, vec![24]),
    ] {
        assert_eq!(changed(&base, &Tpdu::StatusReport(after)), octets);
    }
}

/// What fuzzing found.
#[test]
fn findings() {
    // A report without TP-DCS whose text is in a national table: its JSON was written in UCS-2.
    let octets = "41A70C914477103200001B06240101250101C03940EC16D70C914477000910320000650832953434343434343825";
    let octets = crate::hex::decode(octets).unwrap();
    assert!(Tpdu::decode(&octets, Direction::MtError).is_ok());
    both_ways(&octets);
}

#[test]
fn an_error_names_its_place_and_shows_what_came_before() {
    let cut = crate::hex::decode("040C9144770009103200004220").unwrap();
    let reading = Reading::of_tpdu(&cut, Direction::Mt);
    let error = reading.frame.clone().unwrap_err();
    assert_eq!((error.octet(), error.field()), (11, "SMS-DELIVER.TP-SCTS".to_owned()));
    let shown = reading.json();
    assert_eq!(shown["error"]["reason"], "the octets end too soon");
    assert_eq!(shown["partial"]["address"]["number"], "+447700900123");
    assert_eq!(shown["partial"]["pid"], 0);
    let cut = crate::hex::decode("440C914477000910320000422092329585401B050003C30301866F").unwrap();
    let shown = Reading::of_tpdu(&cut, Direction::Mt).json();
    assert_eq!(shown["partial"]["concat"]["sequence"], 1);
    assert_eq!((shown["partial"]["udl"].as_u64(), shown["partial"]["text"].as_str()), (Some(27), Some("Co")));
    // Cut right behind the header; and a TP-UDL too small for it, with octets behind.
    for octets in ["4402812100004220923295854014050003070201", "440281210000422092329585400504700201014142434445"] {
        let octets = crate::hex::decode(octets).unwrap();
        let shown = Reading::of_tpdu(&octets, Direction::Mt).json();
        assert_eq!(shown["partial"]["udh"].as_array().map(Vec::len), Some(1), "{shown}");
        assert_eq!(shown["partial"]["text"], "", "{shown}");
        assert_eq!(shown["error"]["offset"], 14);
    }
    let no_smsc = Reading::of_frame(&[0x44, 0x0c, 0x91], Direction::Mt).frame.unwrap_err();
    assert_eq!((no_smsc.octet(), no_smsc.field()), (1, "SMSC".to_owned()));
    let cut = Reading::of_frame(&[0x07, 0x91, 0x44], Direction::Mt).frame.unwrap_err();
    assert_eq!((cut.octet(), cut.field()), (2, "SMSC.value".to_owned()));
    assert_eq!(Reading::of_tpdu(&[], Direction::Mo).frame.unwrap_err().field(), "TPDU.first octet");
}
