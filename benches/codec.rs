//! The codec and the record's hot path. Run by hand: `cargo bench`.

use divan::{Bencher, black_box};
use signpost::hex;
use signpost::pdu::{Direction, Tpdu, split};

fn main() {
    divan::main();
}

const DELIVER: &str = "040C914477000910320000422092329585400454741904";

#[divan::bench]
fn decode_deliver(bencher: Bencher) {
    let octets = hex::decode(DELIVER).unwrap_or_default();
    bencher.bench_local(|| Tpdu::decode(black_box(&octets), Direction::Mt));
}

#[divan::bench(args = [70, 300, 1000])]
fn split_text(bencher: Bencher, length: usize) {
    let text = "a".repeat(length);
    bencher.bench_local(|| split::split(black_box(&text), 7));
}
