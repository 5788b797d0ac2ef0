//! The codec against the crates `sms-pdu` and `huawei-modem`: the same octets and the same words, in one
//! process, in ten rounds that take turns. Prints the median nanoseconds a call, allocations a call, and
//! the ratio. `scripts/bench` runs it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use signpost::hex;
use signpost::pdu::alphabet::National;
use signpost::pdu::split::split;
use signpost::pdu::validity::Validity;
use signpost::pdu::{Address, Direction, Frame, Submit, Tpdu};

/// Counts what the system's allocator is asked for.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const ROUNDS: usize = 10;
const CALLS: u32 = 20_000;

type Work<'a> = (&'static str, Box<dyn Fn() -> usize + 'a>);

/// Runs competitors in turns; each returns a length, which must be the same for all.
fn compare(what: &str, works: &[Work<'_>]) {
    let lengths: Vec<usize> = works.iter().map(|(_, work)| work()).collect();
    assert!(lengths.windows(2).all(|pair| pair[0] == pair[1]), "{what}: not the same work: {lengths:?}");
    let mut nanoseconds = vec![Vec::new(); works.len()];
    for _ in 0..ROUNDS {
        for (at, (_, work)) in works.iter().enumerate() {
            let start = Instant::now();
            for _ in 0..CALLS {
                black_box(work());
            }
            nanoseconds[at].push(start.elapsed().as_nanos() as f64 / f64::from(CALLS));
        }
    }
    println!("\n{what}");
    let mut ours = None;
    for ((name, work), times) in works.iter().zip(&mut nanoseconds) {
        times.sort_by(f64::total_cmp);
        let median = (times[ROUNDS / 2 - 1] + times[ROUNDS / 2]) / 2.0;
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        black_box(work());
        let allocations = ALLOCATIONS.load(Ordering::Relaxed) - before;
        let ratio = median / *ours.get_or_insert(median);
        println!("  {name:<13} {median:>8.0} ns  {allocations:>4} allocations  {ratio:>6.1} times ours");
    }
}

const SEPTETS: &str = "07911326040000F0040C9144770009103200004220923295854\
0A054741914AFA7C76B9058FEBEBB41E6371E048BC966B49AED86CB854054741914AFA7C76B9058FEBEBB41E6371E048BC966\
B49AED86CB854054741914AFA7C76B9058FEBEBB41E6371E048BC966B49AED86CB854054741914AFA7C76B9058FEBEBB41E637\
1E048BC966B49AED86CB854054741914AFA7C76B9058FEBEBB41E6371E048BC966B49AED86CB8540";

/// A part of a long UCS-2 text, 67 units.
fn ucs2_part() -> Vec<u8> {
    let head = hex::decode("07911326040000F0440C9144770009103200084220923295854 08C0500032A0301".replace(' ', "").as_str());
    let text: Vec<u8> = "Привет, 世界. ".chars().cycle().take(67).flat_map(|c| (c as u16).to_be_bytes()).collect();
    [head.expect("digits"), text].concat()
}

fn ours(octets: &[u8]) -> usize {
    let Ok(Frame { tpdu: Tpdu::Deliver(deliver), .. }) = Frame::decode(octets, Direction::Mt) else { return 0 };
    deliver.user_data.text(deliver.dcs).map_or(0, |text| text.for_record().len())
}

fn sms_pdu(octets: &[u8]) -> usize {
    let deliver = sms_pdu::pdu::DeliverPdu::try_from(octets).expect("a text");
    deliver.get_message_data().decode_message().expect("a text").text.len()
}

fn huawei(octets: &[u8]) -> usize {

    let deliver = huawei_modem::pdu::DeliverPdu::try_from(octets).expect("a text");
    deliver.get_message_data().decode_message().expect("a text").text.len()
}

fn ours_split(text: &str) -> usize {
    let to = Address::international("447700900123").expect("a number");
    let split = split(text, 7, National::Forbidden).expect("parts");
    let submit = |data| Tpdu::Submit(Submit::text(to.clone(), split.dcs, data, Validity::Relative(167)));
    split.parts.into_iter().map(|data| Frame { smsc: None, tpdu: submit(data) }.encode()).map(|o| o.len().min(1)).sum()
}

fn sms_pdu_split(text: &str) -> usize {
    use sms_pdu::gsm_encoding::GsmMessageData;
    let to: sms_pdu::pdu::PduAddress = "+447700900123".parse().expect("a number");
    let parts = GsmMessageData::encode_message(text);
    let submit = |data| sms_pdu::pdu::SubmitPdu::make_simple_message(to.clone(), data).as_bytes().0.len().min(1);
    parts.into_iter().map(submit).sum()
}

fn huawei_split(text: &str) -> usize {
    use huawei_modem::gsm_encoding::GsmMessageData;
    let to: huawei_modem::pdu::PduAddress = "+447700900123".parse().expect("a number");
    let parts = GsmMessageData::encode_message(text);
    let submit = |data| huawei_modem::pdu::Pdu::make_simple_message(to.clone(), data).as_bytes().0.len().min(1);
    parts.into_iter().map(submit).sum()
}

fn main() {
    let septets = hex::decode(SEPTETS).expect("digits");
    let ucs2 = ucs2_part();
    for (what, octets) in [("decode an SMS-DELIVER of 160 septets, with its text", &septets), ("decode a UCS-2 part with its header and text", &ucs2)] {
        compare(what, &[
            ("signpost", Box::new(|| ours(black_box(octets)))),
            ("sms-pdu", Box::new(|| sms_pdu(black_box(octets)))),
            ("huawei-modem", Box::new(|| huawei(black_box(octets)))),
        ]);
    }
    let latin = "The quick brown fox jumps over the lazy dog. ".repeat(14);
    let cyrillic = "Съешь же ещё этих мягких французских булок. ".repeat(14);
    for (what, text) in [("split and encode 600 characters, GSM 7-bit", &latin), ("split and encode 600 characters, UCS-2", &cyrillic)] {
        let text: String = text.chars().take(600).collect();
        compare(what, &[
            ("signpost", Box::new(|| ours_split(black_box(&text)))),
            ("sms-pdu", Box::new(|| sms_pdu_split(black_box(&text)))),
            ("huawei-modem", Box::new(|| huawei_split(black_box(&text)))),
        ]);
    }
}
