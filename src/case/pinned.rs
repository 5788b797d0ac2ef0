//! One person of an approved plan. There are thousands of them in memory, so what they have in common is kept once;
//! in an entry each stands whole, as `FORMAT.md` has it.

use std::sync::Arc;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::parts::Parts;
use crate::hex;
use crate::ids::{Msisdn, Sha256};
use crate::text::Untrusted;

/// What the salts of a plan come from: kept with its sheet, so that the code of the plan can be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub [u8; 32]);

impl Seed {
    /// The first 16 octets of the SHA-256 of the seed and the person's number in decimal.
    pub fn salt(&self, person: u32) -> [u8; 16] {
        let digest = Sha256::of(&[&self.0, person.to_string().as_bytes()].concat());
        let mut salt = [0; 16];
        salt.iter_mut().zip(digest.octets()).for_each(|(octet, of_digest)| *octet = *of_digest);
        salt
    }
}

/// One person, pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub struct Pinned {
    /// Number in the plan.
    pub person: u32,
    /// Phone number.
    pub to: Msisdn,
    /// Name in the list, as it came.
    pub name: Option<Untrusted>,
    /// The text.
    pub parts: Parts,
    /// Without it the number could be guessed from the code of the plan.
    pub salt: [u8; 16],
}

impl Pinned {
    /// SMS-SUBMIT of one part, from 1.
    pub fn tpdu(&self, part: u8) -> Option<Vec<u8>> {
        self.parts.tpdus(&self.to).nth(usize::from(part).checked_sub(1)?)
    }

    /// SHA-256 of the salt and `PERSON TO` and the hexadecimal TPDUs, each behind a space.
    pub(super) fn leaf(&self) -> Sha256 {
        let digits: Vec<String> = self.parts.tpdus(&self.to).map(|tpdu| hex::encode(&tpdu)).collect();
        let words = format!("{} {} {}", self.person, self.to, digits.join(" "));
        Sha256::of(&[&self.salt, words.as_bytes()].concat())
    }
}

/// As it stands in an entry.
#[derive(Serialize, Deserialize)]
struct Written {
    person: u32,
    to: Msisdn,
    name: Option<String>,
    parts: Vec<Digits>,
    salt: Digits,
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Digits(#[serde(with = "hex::text")] Vec<u8>);

/// A salt has 16 octets.
#[derive(Debug, thiserror::Error)]
#[error("a salt has 16 octets, this one has {0}")]
struct SaltError(usize);

impl From<Pinned> for Written {
    fn from(pinned: Pinned) -> Self {
        let Pinned { person, to, name, parts, salt } = pinned;
        let parts = parts.tpdus(&to).map(Digits).collect();
        let name = name.map(|name| name.for_record().to_owned());
        Self { person, to, name, parts, salt: Digits(salt.to_vec()) }
    }
}

impl TryFrom<Written> for Pinned {
    type Error = SaltError;

    fn try_from(written: Written) -> Result<Self, SaltError> {
        let Written { person, to, name, parts, salt } = written;
        let parts = Parts::of(&to, parts.into_iter().map(|part| part.0));
        let salt = salt.0.try_into().map_err(|salt: Vec<u8>| SaltError(salt.len()))?;
        Ok(Self { person, to, name: name.map(Untrusted::new), parts, salt })
    }
}

/// For serde: people one by one, so that what each has in common with others is dropped at once.
pub(super) fn people<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Arc<Pinned>>, D::Error> {
    struct People;
    impl<'de> Visitor<'de> for People {
        type Value = Vec<Arc<Pinned>>;

        fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            to.write_str("a list of people")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
            let (mut people, mut texts) = (Self::Value::new(), Vec::new());
            while let Some(mut pinned) = from.next_element::<Pinned>()? {
                pinned.parts = pinned.parts.shared_with(&mut texts);
                people.push(Arc::new(pinned));
            }
            Ok(people)
        }
    }
    from.deserialize_seq(People)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// A person as every version so far has written them.
    #[derive(Debug, Clone, Serialize)]
    struct Before {
        person: u32,
        to: String,
        name: Option<String>,
        parts: Vec<String>,
        salt: String,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct List(#[serde(deserialize_with = "people")] Vec<Arc<Pinned>>);

    /// Half of the texts are addressed to their person, as those of signpost are.
    fn before() -> impl Strategy<Value = Before> {
        let digits = |octets: Vec<u8>| hex::encode(&octets);
        let part = (any::<bool>(), vec(any::<u8>(), 0..20));
        let person =
            (any::<u32>(), "447700900[0-9]{3}", any::<Option<String>>(), vec(part, 0..4), vec(any::<u8>(), 16));
        person.prop_map(move |(person, to, name, parts, salt)| {
            let address: String =
                to.as_bytes().chunks(2).flat_map(|pair| pair.iter().rev()).map(|d| char::from(*d)).collect();
            let part = |(addressed, octets): (bool, Vec<u8>)| match addressed {
                true => format!("31000C91{address}{}", digits(octets)),
                false => digits(octets),
            };
            let parts = parts.into_iter().map(part).collect();
            Before { person, to: format!("+{to}"), name, parts, salt: digits(salt) }
        })
    }

    proptest! {
        #[test]
        fn what_was_written_before_is_written_alike(before in vec(before(), 0..6)) {
            let text = serde_json::to_string(&before).unwrap();
            let List(people) = serde_json::from_str(&text).unwrap();
            for (before, pinned) in before.iter().zip(&people) {
                for (number, part) in (1..).zip(&before.parts) {
                    prop_assert_eq!(&hex::encode(&pinned.tpdu(number).unwrap()), part);
                }
                prop_assert_eq!(pinned.tpdu(0), None);
                prop_assert_eq!(pinned.tpdu(before.parts.len() as u8 + 1), None);
                let leaf = [hex::decode(&before.salt).unwrap(), format!("{} {} {}", before.person, before.to, before.parts.join(" ")).into_bytes()].concat();
                prop_assert_eq!(pinned.leaf(), Sha256::of(&leaf));
            }
            prop_assert_eq!(serde_json::to_string(&List(people)).unwrap(), text);
        }
    }

    #[test]
    fn a_salt_of_another_length_is_none() {
        let pinned = |salt| {
            serde_json::from_value::<Pinned>(serde_json::json!({
                "person": 1, "to": "+447700900001", "name": null, "parts": [], "salt": salt,
            }))
        };
        assert!(pinned("00".repeat(16)).is_ok());
        assert!(pinned("00".repeat(15)).is_err());
        assert!(pinned("zz".repeat(16)).is_err());
    }
}
