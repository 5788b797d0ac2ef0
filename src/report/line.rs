//! The line itself: the device, the SIM before and after, settings, clocks, and when it was listened to. Called by
//! [`super::court`].

use minijinja::{Value, context};

use super::answers::exhibit::{ahead, touched};
use super::door::{inside, inside_or};
use super::facts::{Facts, Kept};
use super::mask::Mask;
use super::words::{Entries, Times, length};
use crate::case::sim;
use crate::case::sim_text::SimText;
use crate::clock::ClockStep;
use crate::record::body::{Device, Image};
use crate::record::compare::{Difference, Why, compare};
use crate::record::fold::{Copies, State};

/// Every device, as it was told first and whenever it differed.
pub fn devices(facts: &Facts, times: &Times) -> Vec<Value> {
    let mut shown: Vec<&Kept<Device>> = Vec::new();
    for device in &facts.devices {
        let same = |other: &&Kept<Device>| identity(&other.what) == identity(&device.what);
        if !shown.last().is_some_and(same) {
            shown.push(device);
        }
    }
    let row = |device: &Kept<Device>| {
        let told = |text| inside_or(text, "not told");
        let Device { maker, model, firmware, imei, iccid, imsi, smsc, operator, .. } = &device.what;
        context! {
            seq => device.seq, at => times.full(device.at), port => &device.what.port,
            maker => told(maker.as_ref()), model => told(model.as_ref()), firmware => told(firmware.as_ref()),
            imei => told(imei.as_ref()), iccid => told(iccid.as_ref()), imsi => told(imsi.as_ref()),
            smsc => told(smsc.as_ref()), operator => told(operator.as_ref()),
        }
    };
    shown.into_iter().map(row).collect()
}

fn identity(device: &Device) -> [Option<&str>; 4] {
    [&device.imei, &device.iccid, &device.imsi, &device.firmware]
        .map(|text| text.as_ref().map(|text| text.for_record()))
}

/// What lay in each store when the case first looked.
pub fn stores(state: &State) -> Vec<Value> {
    let row = |census: &crate::record::body::Census| {
        context! { storage => &census.storage, used => census.used, total => census.total, whose => census.whose() }
    };
    state.first_census.values().map(row).collect()
}

/// Each copied file, with what differs.
pub fn files(state: &State, mask: &Mask) -> Vec<Value> {
    let differences = compare(state).unwrap_or_default();
    let row = |(id, copies): (&String, &Copies)| {
        let difference = differences.iter().find(|difference| difference.file == *id);
        let known = u16::from_str_radix(id, 16).ok().and_then(sim::by_id);
        let name = copies.before.as_ref().or(copies.after.as_ref()).map(|image| image.name.clone()).unwrap_or_default();
        let (verdict, why) = verdict(copies, difference);
        context! {
            id, name, holds => known.map(|known| known.holds).unwrap_or_default(),
            before => told(copies.before.as_ref()), after => told(copies.after.as_ref()),
            verdict, why, is_against => difference.is_some_and(|difference| difference.why == Why::Unexplained),
            records => difference.map(|difference| records(copies, difference, mask)).unwrap_or_default(),
        }
    };
    state.images.iter().map(row).collect()
}

fn told(image: Option<&Image>) -> Value {
    match image {
        None => Value::from("not copied"),
        Some(image) if image.records.is_empty() => Value::from(format!("not given ({})", image.status.for_record())),
        Some(image) if image.records.len() == 1 => Value::from("1 record"),
        Some(image) => Value::from(format!("{} records", image.records.len())),
    }
}

fn verdict(copies: &Copies, difference: Option<&Difference>) -> (&'static str, String) {
    match (&copies.before, &copies.after, difference.map(|difference| &difference.why)) {
        (None, ..) | (_, None, _) => ("not compared", String::new()),
        (Some(one), Some(other), _) if one.records.is_empty() && other.records.is_empty() => {
            ("nothing to compare", String::new())
        }
        (.., None) => ("the same", String::new()),
        (.., Some(Why::ByItself(words))) => ("differs", words.clone()),
        (.., Some(Why::Received)) => ("differs", "texts of this case, which are in the record".to_owned()),
        (.., Some(Why::ReadOnce(words))) => ("read once", words.clone()),
        (.., Some(Why::Unexplained)) => ("DIFFERS", "nothing explains this".to_owned()),
    }
}

/// The records that differ, octet for octet, with what changed set apart.
fn records(copies: &Copies, difference: &Difference, mask: &Mask) -> Vec<Value> {
    let of = |image: Option<&Image>, record: usize| {
        image.and_then(|image| image.records.get(record.checked_sub(1)?)).cloned().unwrap_or_default()
    };
    let row = |record: &usize| {
        let (before, after) = (of(copies.before.as_ref(), *record), of(copies.after.as_ref(), *record));
        let (head, middle, tail) = apart(&before, &after);
        let ends = |whole: &str, middle: (usize, usize)| whole.get(middle.0..middle.1).unwrap_or_default().to_owned();
        match mask {
            Mask::Nothing => context! {
                record,
                before => ends(&before, (middle, before.len() - tail.len())),
                after => ends(&after, (middle, after.len() - tail.len())),
                head, tail,
            },
            Mask::People(_) => {
                context! { record, head => mask.octets(""), tail => "", before => "", after => "" }
            }
        }
    };
    difference.records.iter().map(row).collect()
}

/// What two records have in common at their beginning and at their end, in whole octets.
fn apart(before: &str, after: &str) -> (String, usize, String) {
    let alike = before.bytes().zip(after.bytes()).take_while(|(one, other)| one == other).count() / 2 * 2;
    let rest = before.len().min(after.len()) - alike;
    let backwards = before.bytes().rev().zip(after.bytes().rev());
    let alike_behind = backwards.take_while(|(one, other)| one == other).count().min(rest) / 2 * 2;
    let head = before.get(..alike).unwrap_or_default().to_owned();
    let tail = before.get(before.len() - alike_behind..).unwrap_or_default().to_owned();
    (head, alike, tail)
}

/// The texts that lay on the SIM.
pub fn sim_texts(state: &State, mask: &Mask) -> Vec<Value> {
    let row = |text: &SimText| {
        context! {
            record => text.record, lies => text.lies.word(), stamp => text.stamp.clone().unwrap_or_default(),
            who => if text.who.is_empty() { "not to be read".to_owned() } else { mask.sender(&text.who) },
            text => inside(&text.text),
        }
    };
    super::sim_texts(state).iter().map(row).collect()
}

/// Settings of the device, as first found and as last left.
pub fn settings(facts: &Facts) -> Vec<Value> {
    let row = |changed: super::answers::exhibit::Changed| {
        context! {
            what => &changed.what, first => inside(&changed.first), last => inside(&changed.last),
            left => changed.left().words(), entries => Entries::of(changed.entries.iter().copied()),
        }
    };
    touched(facts).into_iter().map(row).collect()
}

/// When nobody listened.
pub fn gaps(facts: &Facts, times: &Times) -> Vec<Value> {
    let row = |began: &Kept<crate::record::body::Listening>| {
        let gap = began.what.gap_s.filter(|gap| *gap > 0)?;
        let from = began.what.last.map(|last| times.full(last)).unwrap_or_default();
        Some(
            context! { seq => began.seq, from, until => times.full(began.at), long => length(gap), why => &began.what.why },
        )
    };
    facts.listening.iter().filter_map(row).collect()
}

/// The computer's clock against the device's.
pub fn clocks(facts: &Facts, times: &Times) -> Vec<Value> {
    let row = |clock: &Kept<crate::record::body::ClockChecked>| {
        let ahead = ahead(clock.what.ahead_s);
        context! { seq => clock.seq, at => times.full(clock.at), device => inside(&clock.what.device), ahead }
    };
    facts.clocks.iter().map(row).collect()
}

/// Where the computer's clock was set.
pub fn steps(facts: &Facts, times: &Times) -> Vec<Value> {
    let row =
        |step: &Kept<ClockStep>| context! { seq => step.seq, at => times.full(step.at), what => step.what.words() };
    facts.steps.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_set_apart_in_whole_octets() {
        let told = |before, after| {
            let (head, from, tail) = apart(before, after);
            (head, from, tail)
        };
        assert_eq!(told("00FFAA", "01FFAA"), (String::new(), 0, "FFAA".into()));
        assert_eq!(told("0011AA", "0012AA"), ("00".into(), 2, "AA".into()));
        assert_eq!(told("0011", "001111"), ("0011".into(), 4, String::new()));
        assert_eq!(told("AAAA", "AA"), ("AA".into(), 2, String::new()));
        assert_eq!(told("", "FF"), (String::new(), 0, String::new()));
    }
}
