use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt, join, sink};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

/// A server that answers its connections in turn, each with these octets, and what it was asked on each.
async fn server_that_says(answers: Vec<Vec<u8>>) -> (SocketAddr, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let socket = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let mut connections = Vec::new();
        for answer in answers {
            let (stream, _) = listener.accept().await.unwrap();
            connections.push(tokio::spawn(say(stream, answer)));
        }
        let mut asked = Vec::new();
        for connection in connections {
            asked.push(connection.await.unwrap());
        }
        asked
    });
    (socket, serving)
}

async fn say(mut stream: TcpStream, answer: Vec<u8>) -> String {
    stream.write_all(&answer).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut heard = String::new();
    stream.read_to_string(&mut heard).await.unwrap();
    heard
}

fn said(words: &str) -> Vec<u8> {
    format!("{:04x}{words}", words.len()).into_bytes()
}

fn list(lines: &str) -> Vec<u8> {
    [b"OKAY".to_vec(), said(lines)].concat()
}

fn node() -> Node {
    "R58:/dev/smd7".parse().unwrap()
}

/// What opening ends in, when the list has this line and the other connections are answered like this.
async fn opened(line: &str, answers: &[&[u8]]) -> Result<TcpStream, AdbError> {
    let answers = std::iter::once(list(line)).chain(answers.iter().map(|answer| answer.to_vec())).collect();
    let (server, _serving) = server_that_says(answers).await;
    open(server, &node()).await
}

#[test]
fn a_list_is_read_with_states_and_places() {
    let seen = list::read(
        &"1234                   device usb:1-2 product:oriole model:Pixel_6 device:oriole transport_id:3\n\
          ABCD\tunauthorized usb:3-1.4 transport_id:4\n\
          x no permissions (user in plugdev group; are your udev rules wrong?); see [http://x] usb:1-9 transport_id:5\n\
          emulator-5554          offline transport_id:6\n\
          (no serial number)     recovery usb:1-3 transport_id:7\n\
          nonsense\n\n usb:1-1\n"
            .into(),
    );
    let rows: Vec<_> =
        seen.iter().map(|s| (s.serial.for_record(), &s.state, s.usb.as_deref(), s.model.for_record())).collect();
    let expected = [
        ("1234", &State::Ready, Some("1-2"), "Pixel_6"),
        ("ABCD", &State::Unauthorised, Some("3-1.4"), ""),
        ("x", &State::NoAccess, Some("1-9"), ""),
        ("emulator-5554", &State::Offline, None, ""),
        ("", &State::Other("recovery".into()), Some("1-3"), ""),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn a_node_is_one_of_the_known_names_and_nothing_else_is_ever_opened() {
    for name in ["smd7", "smd11", "at_mdm0", "radio/atci1", "ttyC0", "ttyMT1", "pts/12", "umts_router", "umts_atc0"] {
        assert_eq!(format!("R58:/dev/{name}").parse::<Node>().unwrap().path(), format!("/dev/{name}"));
    }
    for name in ["", "block/sda", "mem", "smd7/../mem", "smd7 x", "smdcntl0", "tty", "../data/x", "smd7\u{a}", "diag"] {
        assert_eq!(format!("R58:/dev/{name}").parse::<Node>(), Err(crate::link::AddressError::Node), "{name:?}");
    }
    for text in ["R58:/data/x", "R58:smd7", ":/dev/smd7", "R\u{1b}:/dev/smd7", "R;ls:/dev/smd7"] {
        assert_eq!(text.parse::<Node>(), Err(crate::link::AddressError::Form), "{text:?}");
    }
}

#[test]
fn a_handset_behind_a_network_is_told_from_one_on_a_cable() {
    let remote = |serial: &str| format!("{serial}:/dev/smd7").parse::<Node>().unwrap().is_remote();
    for serial in ["R58M12ABCDE", "emulator-5554", "127.0.0.1:5555", "localhost:5555", "[::1]:5555", "AB:CD"] {
        assert!(!remote(serial), "{serial}");
    }
    for serial in ["192.0.2.7:5555", "phone.local:5555", "[2001:db8::1]:5555", "adb-R58-x._adb-tls-connect._tcp"] {
        assert!(remote(serial), "{serial}");
    }
}

#[test]
fn the_server_is_where_adb_looks_for_it_and_on_this_computer() {
    let at = |socket: &str, host: &str, port: &str| {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        address(given(socket), given(host), given(port)).map(|address| address.to_string()).map_err(|e| e.to_string())
    };
    assert_eq!(at("", "", "").unwrap(), "127.0.0.1:5037");
    assert_eq!(at("", "", "5100").unwrap(), "127.0.0.1:5100");
    assert_eq!(at("", "127.0.0.2", "").unwrap(), "127.0.0.2:5037");
    assert_eq!(at("tcp:5200", "", "5100").unwrap(), "127.0.0.1:5200");
    assert_eq!(at("tcp:localhost:5200", "192.0.2.1", "").unwrap(), "127.0.0.1:5200");
    assert_eq!(at("tcp:[::1]:5200", "", "").unwrap(), "[::1]:5200");
    for socket in ["tcp:192.0.2.1:5037", "tcp:host:5037", "localfilesystem:/tmp/adb", "tcp:", "tcp:99999", "x\u{1b}"] {
        let error = at(socket, "", "").unwrap_err();
        assert!(error.contains("no port of this computer") && !error.contains('\u{1b}'), "{error}");
    }
    assert!(at("", "192.0.2.1", "").is_err() && at("", "", "nonsense").is_err());
}

#[tokio::test]
async fn a_node_is_opened_and_its_first_octets_are_not_lost() {
    let (server, serving) = server_that_says(vec![list("R58 device usb:1-2\n"), b"OKAYOKAY\r\nRDY\r\n".to_vec()]).await;
    let mut stream = open(server, &node()).await.unwrap();
    stream.write_all(b"AT\r").await.unwrap();
    let mut early = String::new();
    stream.read_to_string(&mut early).await.unwrap();
    assert_eq!(early, "\r\nRDY\r\n");
    drop(stream);
    assert_eq!(serving.await.unwrap(), ["000ehost:devices-l", "0012host:transport:R58000ddev:/dev/smd7AT\r"]);
}

#[tokio::test]
async fn each_reason_has_its_error_and_its_next_step() {
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
    let no_server = open(nobody, &node()).await.unwrap_err();
    let stat = |errno: u8| [b"OKAYOKAYSTA2".to_vec(), vec![errno, 0, 0, 0], vec![0; 64]].concat();
    let closed = b"OKAYFAIL0006closed".as_slice();
    let missing = opened("R58 device\n", &[closed, &stat(2)]).await.unwrap_err();
    let denied = opened("R58 device\n", &[closed, &stat(13)]).await.unwrap_err();
    let held = opened("R58 device\n", &[closed, &stat(0)]).await.unwrap_err();
    let old = opened("R58 device\n", &[closed, b"OKAYOKAYFAIL"]).await.unwrap_err();
    let refused = opened("R58 device\n", &[b"FAIL0004\x1b[2J"]).await.unwrap_err();
    let other = opened("A1 device\nA2 offline\n", &[]).await.unwrap_err();
    let none = opened("", &[]).await.unwrap_err();
    let locked = opened("R58 unauthorized usb:1-2\n", &[]).await.unwrap_err();
    let offline = opened("R58 offline usb:1-2\n", &[]).await.unwrap_err();
    let udev = opened("R58 no permissions; see [http://x] usb:1-2\n", &[]).await.unwrap_err();
    let shown = [
        (&no_server, "no adb server runs at 127.0.0.1", "adb start-server"),
        (&missing, "the handset R58 has no /dev/smd7", "shell ls /dev"),
        (&denied, "does not let adb open /dev/smd7", "adb -s R58 root"),
        (&held, "does not let adb open /dev/smd7", "adb -s R58 root"),
        (&old, "did not open /dev/smd7, and does not say why", "adb -s R58 root"),
        (&refused, "refuses: \\u{1b}[2J", "adb devices -l"),
        (&other, "sees no handset R58; it sees A1, A2", "USB debugging"),
        (&none, "sees no handset R58; it sees none", "USB debugging"),
        (&locked, "has not accepted this computer's adb key", "accept the key on its screen"),
        (&offline, "R58 is not ready: adb calls it offline", "unplug it"),
        (&udev, "may not open the USB device of the handset R58", "plugdev"),
    ];
    for (error, words, help) in shown {
        assert!(error.to_string().contains(words), "{error}");
        assert!(error.help().contains(help), "{error}: {}", error.help());
    }
}

#[tokio::test]
async fn what_is_no_adb_server_is_called_so() {
    for answer in [b"HTTP/1.1 400 Bad Request\r\n".as_slice(), b"OKAYzzzz", b"OKAY0010short", b"", b"FAIL"] {
        let (server, _serving) = server_that_says(vec![answer.to_vec()]).await;
        let error = devices(server).await.unwrap_err();
        assert!(matches!(error, AdbError::Broken(_)), "{answer:?}: {error}");
        assert!(error.help().contains("adb kill-server"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_not_waited_for_longer_than_five_seconds() {
    let (mut near, _far) = tokio::io::duplex(64);
    assert_eq!(patiently(ask(&mut near, "host:devices-l")).await, Err(AdbError::Silent));
}

proptest! {
    /// Whatever a server says, the answer is read or refused; nothing panics, nothing waits.
    #[test]
    fn any_answer_is_read_or_refused(
        verdict in prop_oneof![Just(b"OKAY".to_vec()), Just(b"FAIL".to_vec()), any::<[u8; 4]>().prop_map(Vec::from)],
        rest in prop_oneof![proptest::collection::vec(any::<u8>(), 0..64), ".{0,40}".prop_map(|words| said(&words))],
    ) {
        let octets = [verdict.clone(), rest.clone()].concat();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut stream = join(octets.as_slice(), sink());
        match runtime.block_on(ask(&mut stream, "host:devices-l")) {
            Ok(()) => {
                prop_assert_eq!(verdict, b"OKAY");
                prop_assert_eq!(*stream.reader(), rest.as_slice(), "what follows is left to the service");
                if let Ok(text) = runtime.block_on(counted(&mut stream)) {
                    list::read(&text);
                }
            }
            Err(AdbError::Said(_)) => prop_assert_eq!(verdict, b"FAIL"),
            Err(error) => prop_assert!(matches!(error, AdbError::Broken(_)), "{}", error),
        }
    }

    /// A list of any handsets reads back.
    #[test]
    fn a_list_reads_back(rows in proptest::collection::vec(("[!-~]{1,20}", "device|offline|unauthorized|recovery", "[0-9]-[0-9.]{1,5}", "[A-Za-z0-9_]{1,12}"), 0..6)) {
        let rows: Vec<_> = rows.into_iter().filter(|(serial, ..)| !serial.starts_with("(no")).collect();
        let line = |(serial, state, usb, model): &(String, String, String, String)| {
            format!("{serial:<22} {state} usb:{usb} product:p model:{model} device:d transport_id:1\n")
        };
        let seen = list::read(&rows.iter().map(line).collect::<String>().into());
        prop_assert_eq!(seen.len(), rows.len());
        for (seen, (serial, state, usb, model)) in seen.iter().zip(&rows) {
            prop_assert_eq!(seen.serial.for_record(), serial);
            prop_assert_eq!(seen.state == State::Ready, state == "device");
            prop_assert_eq!(seen.usb.as_deref(), Some(usb.as_str()));
            prop_assert_eq!(seen.model.for_record(), model);
        }
    }

    /// Any text is a list.
    #[test]
    fn any_text_is_a_list(text in any::<String>()) {
        list::read(&text.into());
    }

    /// An address reads back as it was written, and one that is read is written as it was.
    #[test]
    fn an_address_reads_back(text in prop_oneof!["adb:[!-~]{1,12}:/dev/(smd|ttyMT|pts/|radio/atci)[0-9]{1,2}", "adb:.{0,20}", ".{0,20}"]) {
        if let Ok(address) = text.parse::<crate::link::Address>() {
            let shown = address.to_string();
            prop_assert_eq!(shown.parse::<crate::link::Address>().unwrap(), address);
            prop_assert!(!text.starts_with("adb:") || shown == text);
        }
    }
}
