use proptest::prelude::*;

use super::*;

fn all(pieces: &[&[u8]]) -> Vec<Event> {
    let mut decoder = Decoder::default();
    pieces.iter().flat_map(|piece| decoder.take(piece)).collect()
}

fn plain(code: KeyCode) -> Event {
    key(code, KeyModifiers::NONE)
}

fn words(events: &[Event]) -> String {
    let word = |event: &Event| match event {
        Event::Key(KeyEvent { code: KeyCode::Char(c), .. }) => c.to_string(),
        Event::Paste(text) => text.clone(),
        other => format!("<{other:?}>"),
    };
    events.iter().map(word).collect()
}

#[test]
fn keys_are_what_terminals_send_for_them() {
    let table: &[(&[u8], KeyCode, KeyModifiers)] = &[
        (b"a", KeyCode::Char('a'), KeyModifiers::NONE),
        (b"A", KeyCode::Char('A'), KeyModifiers::SHIFT),
        ("é".as_bytes(), KeyCode::Char('é'), KeyModifiers::NONE),
        ("😀".as_bytes(), KeyCode::Char('😀'), KeyModifiers::NONE),
        (b"\r", KeyCode::Enter, KeyModifiers::NONE),
        (b"\t", KeyCode::Tab, KeyModifiers::NONE),
        (b"\x7f", KeyCode::Backspace, KeyModifiers::NONE),
        (b"\x03", KeyCode::Char('c'), KeyModifiers::CONTROL),
        (b"\x0c", KeyCode::Char('l'), KeyModifiers::CONTROL),
        (b"\x1b[A", KeyCode::Up, KeyModifiers::NONE),
        (b"\x1bOB", KeyCode::Down, KeyModifiers::NONE),
        (b"\x1b[1;5D", KeyCode::Left, KeyModifiers::CONTROL),
        (b"\x1b[1;2C", KeyCode::Right, KeyModifiers::SHIFT),
        (b"\x1b[H", KeyCode::Home, KeyModifiers::NONE),
        (b"\x1b[4~", KeyCode::End, KeyModifiers::NONE),
        (b"\x1b[3~", KeyCode::Delete, KeyModifiers::NONE),
        (b"\x1b[5~", KeyCode::PageUp, KeyModifiers::NONE),
        (b"\x1b[6~", KeyCode::PageDown, KeyModifiers::NONE),
        (b"\x1bb", KeyCode::Char('b'), KeyModifiers::ALT),
    ];
    for (octets, code, held) in table {
        assert_eq!(all(&[octets]), [key(*code, *held)], "{octets:02x?}");
        let alone: Vec<&[u8]> = octets.chunks(1).collect();
        assert_eq!(all(&alone), [key(*code, *held)], "{octets:02x?}, one by one");
    }
}

#[test]
fn what_is_no_key_of_ours_is_passed_over_and_what_follows_is_read() {
    for nothing in [&b"\x1b[15~"[..], b"\x1b[[A", b"\x1bOP", b"\x1b[?1;2c", b"\x1b[<0;1;1M", b"\x1b[201~"] {
        let mut octets = nothing.to_vec();
        octets.push(b'x');
        let events = all(&[&octets]);
        assert_eq!(events.last(), Some(&plain(KeyCode::Char('x'))), "{nothing:02x?}: {events:?}");
    }
    let endless = [b"\x1b[".as_slice(), &[b'0'; 100]].concat();
    assert_eq!(all(&[&endless, b"x"]), [plain(KeyCode::Char('x'))]);
}

#[test]
fn half_a_key_holds_nothing_up() {
    let mut decoder = Decoder::default();
    for half in [&b"\x1b["[..], b"\x1bO", b"\x1b[1;"] {
        assert_eq!(decoder.take(half), []);
        assert_eq!(decoder.settle(), [], "{half:02x?}");
        assert_eq!(decoder.take(b"x"), [plain(KeyCode::Char('x'))], "{half:02x?}");
    }
    assert_eq!(decoder.take(b"\x1b"), []);
    assert_eq!(decoder.settle(), [plain(KeyCode::Esc)]);
    assert_eq!(words(&decoder.take(b"\xc3x")), "\u{fffd}x", "half a character is seen to be one");
}

#[test]
fn nothing_of_what_was_typed_or_pasted_is_lost() {
    let text = "rang 07700 900123 é 😀 ".repeat(500);
    let pasted = format!("\x1b[200~{text}\x1b[201~x");
    for size in [1, 3, 7, 1_024, 1_000_000] {
        let unbracketed: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
        assert_eq!(words(&all(&unbracketed)), text, "{size}");
        let pieces: Vec<&[u8]> = pasted.as_bytes().chunks(size).collect();
        assert_eq!(words(&all(&pieces)), format!("{text}x"), "{size}");
    }
}

#[test]
fn what_is_pasted_presses_no_key() {
    let events = all(&[b"\x1b[200~s\rtold \x1b[A to\x1b[201~"]);
    assert!(events.iter().all(|event| matches!(event, Event::Paste(_))), "{events:?}");
    assert_eq!(words(&events), "s\rtold \x1b[A to");
}

#[test]
fn escape_is_the_way_out_of_a_paste_whose_end_was_lost() {
    let mut decoder = Decoder::default();
    assert_eq!(words(&decoder.take(b"\x1b[200~hello")), "hello");
    assert_eq!(decoder.settle(), [], "a paste may take its time");
    assert_eq!(words(&decoder.take(b" you")), " you");
    assert_eq!(decoder.take(b"\x1b"), []);
    assert_eq!(decoder.settle(), []);
    assert_eq!(decoder.take(b"\r"), [plain(KeyCode::Enter)]);
}

/// What is typed in one go: words, keys, pastes.
fn typing() -> impl Strategy<Value = Vec<u8>> {
    let keys =
        prop::sample::select(vec![&b"\x1b[A"[..], b"\x1b[5~", b"\x1bOH", b"\x1b[1;5C", b"\r", b"\x7f", b"\x1bn"]);
    let paste = "[^\u{1b}]{0,40}".prop_map(|text| [PASTE.0, text.as_bytes(), PASTE.1].concat());
    let one = prop_oneof!["\\PC{0,20}".prop_map(String::into_bytes), keys.prop_map(<[u8]>::to_vec), paste];
    prop::collection::vec(one, 0..8).prop_map(|all| all.concat())
}

proptest! {
    /// However a slow line cuts it.
    #[test]
    fn it_means_the_same_in_pieces(octets in typing(), size in 1usize..9) {
        let pieces: Vec<&[u8]> = octets.chunks(size).collect();
        prop_assert_eq!(words(&all(&pieces)), words(&all(&[octets.as_slice()])));
    }

    /// What comes from a line that loses and invents octets: after what was begun has been settled, a key is that key.
    #[test]
    fn after_anything_a_key_is_read(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut decoder = Decoder::default();
        decoder.take(&octets);
        decoder.take(PASTE.1);
        decoder.settle();
        let read = decoder.take(b"nn");
        prop_assert_eq!(read.last(), Some(&plain(KeyCode::Char('n'))));
    }
}
