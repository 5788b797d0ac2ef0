//! How text from outside goes into a body and comes back: lossless, and [`Untrusted`] again.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::Untrusted;

pub(super) fn serialize<S: Serializer>(text: &Untrusted, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(text.for_record())
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Untrusted, D::Error> {
    String::deserialize(from).map(Untrusted::from)
}

/// The same where there may be none.
pub(super) mod option {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Untrusted};

    pub(in crate::record) fn serialize<S: Serializer>(text: &Option<Untrusted>, to: S) -> Result<S::Ok, S::Error> {
        text.as_ref().map(Untrusted::for_record).serialize(to)
    }

    pub(in crate::record) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Untrusted>, D::Error> {
        Ok(Option::<String>::deserialize(from)?.map(Untrusted::from))
    }
}
