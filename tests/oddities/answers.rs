//! Answers that are not as the standard says.

use signpost::at::answer::{Answer, Final};
use signpost::at::command::{Command, Domain, ReadForm};
use signpost::at::dialog::{Event, Heard};
use signpost::at::family::IccidForm;
use signpost::at::rig::Rig;
use signpost::at::urc::Urc;
use signpost::at::value::{Offer, Values};

/// What a command gives when the device says this.
pub fn answer(command: &Command, said: &str) -> Answer {
    let mut rig = Rig::in_step();
    rig.ask(command);
    rig.hear(said);
    rig.answer().unwrap_or_else(|| panic!("{said:?} ends nothing")).clone().unwrap()
}

fn lines(command: &Command, said: &str) -> Vec<String> {
    answer(command, said).lines.iter().map(|line| line.for_record().to_owned()).collect()
}

/// The parameters of an answer that consists of `line`.
pub fn values(command: &Command, prefix: &str, line: &str) -> Values {
    let answer = answer(command, &format!("\r\n{line}\r\n\r\nOK\r\n"));
    Values::parse(answer.after(prefix).unwrap_or_else(|| panic!("{line:?} is no answer")))
}

pub fn echo_stays_on_or_stands_before_the_first_command_alone() {
    let mut rig = Rig::in_step();
    for (command, said, expected) in [
        (Command::EchoOff, "ATE0\r\r\nOK\r\n", vec![]),
        (Command::Signal, "\r\n+CSQ: 20,99\r\n\r\nOK\r\n", vec!["+CSQ: 20,99"]),
        (Command::Signal, "AT+CSQ\r\r\n+CSQ: 20,99\r\n\r\nOK\r\n", vec!["+CSQ: 20,99"]),
        (Command::Imei, "AT+CGSN\r350000000000006\r\nOK\r\n", vec!["350000000000006"]),
    ] {
        rig.forget();
        rig.ask(&command);
        rig.hear(said);
        assert_eq!(rig.answer_lines(), expected, "{said:?}");
        let echoes = rig.events().iter().filter(|event| matches!(event, Event::Heard(Heard::Echo, _))).count();
        assert_eq!(echoes, usize::from(said.starts_with("AT")), "{said:?}");
    }
}

pub fn lines_end_in_other_ways() {
    for said in [
        "\r\r\n+CSQ: 20,99  \r\r\nOK\r\n",
        "+CSQ: 20,99\r\nOK\r\n",
        "+CSQ: 20,99\nOK\n",
        "\r+CSQ: 20,99\r\r\n\r\nOK\r\n",
        "\n\n  +CSQ: 20,99\r\n\n\nOK  \r\n",
    ] {
        assert_eq!(lines(&Command::Signal, said), ["+CSQ: 20,99"], "{said:?}");
    }
}

pub fn spaces_round_the_colon() {
    for line in ["+CSQ:20,99", "+CSQ:  20,99", "+CSQ :20,99", "+CSQ : 20 , 99"] {
        let signal = values(&Command::Signal, "+CSQ", line);
        assert_eq!((signal.number(0), signal.number(1)), (Some(20), Some(99)), "{line:?}");
    }
    let pin = answer(&Command::PinState, "+CPIN :READY\r\nOK\r\n");
    assert_eq!(pin.after("+CPIN"), Some("READY"));
    assert_eq!(answer(&Command::Signal, "+CME ERROR :14\r\n").end, Final::Cme(14));
}

pub fn quotes_are_missing_doubled_or_round_numbers() {
    for line in ["+COPS: 0,0,EE", "+COPS: 0,0,\"EE\"", "+COPS: 0,0,\"\"EE\"\"", "+COPS: \"0\",\"0\",\"EE"] {
        let operator = values(&Command::Operator, "+COPS", line);
        assert_eq!((operator.number(0), operator.text(2)), (Some(0), Some("EE".into())), "{line:?}");
    }
    let circuit = Command::Registration(Domain::Circuit);
    assert_eq!(values(&circuit, "+CREG", "+CREG: 2,\"1\",\"00A1\",\"1B2C\"").number(1), Some(1));
    let area = values(&circuit, "+CREG", "+CREG: 2,1,0012,00345678").text(2);
    assert_eq!(area, Some("0012".into()), "zeros in front are not lost with the quotes");
}

pub fn fewer_or_more_fields() {
    let mut rig = Rig::in_step();
    rig.hear("+CREG: 1,0x00A1,0x01B2C3D4,7,,\r\n");
    assert_eq!(rig.urcs(), [Urc::Registration(1)]);
    let centre = values(&Command::ServiceCentre, "+CSCA", "+CSCA: \"+447700900005\"");
    assert_eq!((centre.text(0), centre.number(1)), (Some("+447700900005".into()), None));
    assert_eq!(values(&Command::Operator, "+COPS", "+COPS: 0").text(2), None, "no operator");
}

pub fn an_answer_and_news_of_registration() {
    for (domain, name) in [(Domain::Circuit, "+CREG"), (Domain::Packet, "+CGREG"), (Domain::Lte, "+CEREG")] {
        let mut rig = Rig::in_step();
        rig.hear(&format!("{name}: 1\r\n"));
        rig.ask(&Command::Registration(domain));
        rig.hear(&format!("{name}: 2\r\n{name}: 5, E006B, ABE0016\r\n{name}: 0,1\r\n{name}: 3\r\nOK\r\n"));
        assert_eq!(rig.answer_lines(), [format!("{name}: 0,1")]);
        assert_eq!(rig.urcs(), [1, 2, 5, 3].map(Urc::Registration));
    }
}

pub fn something_unasked_in_the_middle() {
    let read = Command::Read { index: 3, form: ReadForm::Plain };
    let said = ["AT+CMGR=3\r\r\n", "+CMGR: 0,,24\r\n", "07914477581006500406\r\n", "\r\n", "OK\r\n"];
    let between = ["+CREG: 1\r\n", "^LTERSRP:-90,-8\r\n", "+NEVER: \"heard of\"\r\n", "Call Ready\r\n", "\r\n"];
    for (at, news) in (0..said.len()).flat_map(|at| between.map(|news| (at, news))) {
        let (before, after) = said.split_at(at);
        let got = lines(&read, &[&before.concat(), news, &after.concat()].concat());
        assert_eq!(got, ["+CMGR: 0,,24", "07914477581006500406"], "{news:?} at {at}");
    }
    let maker = lines(&Command::Maker, "AT+CGMI\r\r\n+NEVER: 1\r\nQuectel\r\nOK\r\n");
    assert_eq!(maker, ["Quectel"], "what nobody knows is not the maker's name either");
}

pub fn errors_in_words() {
    let table = [
        ("+CMS ERROR: 302", Final::Cms(302)),
        ("ERROR: 302", Final::Cms(302)),
        ("+CMS ERROR: operation not allowed", Final::Cms(302)),
        ("+CME ERROR: SIM busy", Final::Cme(14)),
        ("+CME ERROR: SIM PIN required", Final::Cme(11)),
        ("+CMS ERROR: no words of the standard", Final::Other("+CMS ERROR: no words of the standard".into())),
        ("COMMAND NOT SUPPORT", Final::Other("COMMAND NOT SUPPORT".into())),
        ("NO CARRIER", Final::Other("NO CARRIER".into())),
        ("TOO MANY PARAMETERS", Final::Other("TOO MANY PARAMETERS".into())),
    ];
    for (said, end) in table {
        assert_eq!(answer(&Command::Operator, &format!("\r\n{said}\r\n")).end, end, "{said}");
    }
}

pub fn an_error_of_the_other_kind() {
    assert_eq!(answer(&Command::Operator, "\r\n+CMS ERROR: 302\r\n").end, Final::Cms(302));
    let read = Command::Read { index: 1, form: ReadForm::Plain };
    assert_eq!(answer(&read, "\r\n+CME ERROR: 22\r\n").end, Final::Cme(22));
}

pub fn lists_of_what_is_offered() {
    let offered = |line: &str| values(&Command::IndicationsOffered, "+CNMI", line);
    for line in [
        "+CNMI: (0-2),(0,1,3),(0,2),(0-2),(0,1)",
        "+CNMI: (0 - 2), (0-3), (0,2-3), (0, 2), (0-1)",
        "+CNMI: ((0-2),(0,1,3),(0,2),(0-2),(0,1))",
        "+CNMI: (0-2),(0-3),(0,2),(0-2),(0,1",
    ] {
        let offered = offered(line);
        for (at, wanted) in [2, 1, 0, 2, 0].into_iter().enumerate() {
            assert_eq!(offered.offers(at, wanted), Offer::Offered, "{line} at {at}");
        }
    }
    let cinterion = offered("+CNMI: (0,1,2),(0,1),(0,2),(0),(1)");
    assert_eq!((cinterion.offers(3, 2), cinterion.offers(4, 0)), (Offer::NotOffered, Offer::NotOffered));
    let bare = offered("+CNMI: 2,(0-3),0,(0,1),0");
    assert_eq!(
        (bare.offers(0, 2), bare.offers(0, 1), bare.offers(5, 0)),
        (Offer::Offered, Offer::NotOffered, Offer::Unsaid)
    );
}

/// signpost asks for the own number nowhere; where an answer has several lines, each is kept and read by itself.
pub fn two_values_for_one_question() {
    let said = "+CCID: \"0041\",\"8944100000000000012\",145\r\n+CCID: \"\",\"+447700900012\",145\r\n\r\nOK\r\n";
    let told = lines(&Command::Iccid(IccidForm::Ccid), said);
    let second: Vec<_> = told.iter().map(|line| Values::parse(line.split_once(':').unwrap().1).text(1)).collect();
    assert_eq!(second, [Some("8944100000000000012".into()), Some("+447700900012".into())]);
    assert_eq!(Values::parse("\"0041\",\"+447700900012\",145").text(0), Some("0041".into()), "hexadecimal stays text");
}

pub fn the_name_of_the_operator() {
    let name = |line: &[u8]| {
        let mut rig = Rig::in_step();
        rig.ask(&Command::Operator);
        rig.octets(&[line, b"\r\nOK\r\n"].concat());
        let answer = rig.answer().unwrap().clone().unwrap();
        Values::parse(answer.after("+COPS").unwrap()).text(2).unwrap()
    };
    assert_eq!(name(b"+COPS: 0,0,\"00450045\",7"), "00450045".into());
    assert_eq!(name(b"+COPS: 0,0,\"Caf\xe9\",7"), "Caf\u{fffd}".into());
    assert_eq!(name(b"+COPS: 0,0,\"EE\0\",7"), "EE".into());
    assert_eq!(name(b"+COPS: 0,0,\"\",7"), "".into());
}
