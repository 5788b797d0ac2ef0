//! The codec's hot paths, with allocations counted. Run by hand: `cargo bench`, or `scripts/bench`, which
//! also compares with other crates.

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher, black_box};
use signpost::hex;
use signpost::pdu::alphabet::National;
use signpost::pdu::split::split;
use signpost::pdu::{Address, Deliver, Direction, Submit, Tpdu};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// 160 septets.
const SEPTETS: &str = "040C9144770009103200004220923295854\
0A054741914AFA7C76B9058FEBEBB41E6371E048BC966B49AED86CB854054741914AFA7C76B9058FEBEBB41E6371E048BC966\
B49AED86CB854054741914AFA7C76B9058FEBEBB41E6371E048BC966B49AED86CB854054741914AFA7C76B9058FEBEBB41E637\
1E048BC966B49AED86CB854054741914AFA7C76B9058FEBEBB41E6371E048BC966B49AED86CB8540";
/// A part of a long UCS-2 text.
const UCS2: &str = "440C914477000910320008422092329585401205000\
32A0301043F04400438043204560442";

fn text(octets: &[u8]) -> Option<(Deliver, signpost::text::Untrusted)> {
    match Tpdu::decode(octets, Direction::Mt) {
        Ok(Tpdu::Deliver(deliver)) => {
            let text = deliver.user_data.text(deliver.dcs)?;
            Some((deliver, text))
        }
        _ => None,
    }
}

#[divan::bench(args = [SEPTETS, UCS2])]
fn decode_deliver_and_its_text(bencher: Bencher, digits: &str) {
    let octets = hex::decode(digits).unwrap_or_default();
    assert!(text(&octets).is_some(), "{digits}");
    bencher.counter(ItemsCount::new(1usize)).bench_local(|| text(black_box(&octets)));
}

#[divan::bench(args = ["a", "ż"])]
fn split_and_encode_600_characters(bencher: Bencher, character: &str) {
    let text = character.repeat(600);
    bencher.bench_local(|| submits(black_box(&text)));
}

fn submits(text: &str) -> Vec<Vec<u8>> {
    let Ok(to) = Address::international("447700900123") else { return Vec::new() };
    let Ok(split) = split(text, 7, National::Forbidden) else { return Vec::new() };
    let validity = signpost::pdu::validity::Validity::Relative(167);
    let submit = |data| Tpdu::Submit(Submit::text(to.clone(), split.dcs, data, validity)).encode();
    split.parts.into_iter().map(submit).collect()
}
