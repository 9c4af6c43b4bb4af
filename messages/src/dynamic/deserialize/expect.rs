//! A visitor that refuses everything but what is expected, with an error that says where.

use std::fmt;

use serde::{
    Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

/// What is expected at some place. Every form of input that is not overwritten is refused.
pub(super) trait Expect<'de>: Sized {
    type Value;

    /// Where in the message it is.
    fn path(&self) -> String;

    /// In words.
    fn expected(&self) -> String;

    fn refuse<T, E: Error>(&self, found: &str) -> Result<T, E> {
        Err(E::custom(format_args!("{}: expected {}, found {found}", self.path(), self.expected())))
    }

    fn boolean<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        self.refuse(&value.to_string())
    }

    fn integer<E: Error>(self, value: i128) -> Result<Self::Value, E> {
        self.refuse(&value.to_string())
    }

    fn float<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        self.refuse(&format!("{value:?}"))
    }

    fn text<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        self.refuse(&string(value))
    }

    fn bytes<E: Error>(self, value: &[u8]) -> Result<Self::Value, E> {
        self.refuse(&format!("{} bytes", value.len()))
    }

    fn null<E: Error>(self) -> Result<Self::Value, E> {
        self.refuse("nothing")
    }

    fn list<A: SeqAccess<'de>>(self, _list: A) -> Result<Self::Value, A::Error> {
        self.refuse("a list")
    }

    fn map<A: MapAccess<'de>>(self, _map: A) -> Result<Self::Value, A::Error> {
        self.refuse("a map")
    }
}

/// A string as it is shown in a mistake.
pub(super) fn string(value: &str) -> String {
    const SHOWN: usize = 40;
    let dots = if value.chars().nth(SHOWN).is_some() { "..." } else { "" };
    let start: String = value.chars().take(SHOWN).collect();
    format!("a string {start:?}{dots}")
}

/// The visitor.
pub(super) struct Only<T>(pub(super) T);

impl<'de, T: Expect<'de>> Visitor<'de> for Only<T> {
    type Value = T::Value;

    /// Formats that find something else by themselves put this behind "expected".
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at {}", self.0.expected(), self.0.path())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T::Value, E> {
        self.0.boolean(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T::Value, E> {
        self.0.integer(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T::Value, E> {
        self.0.integer(value.into())
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<T::Value, E> {
        self.0.integer(value)
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<T::Value, E> {
        match i128::try_from(value) {
            Ok(value) => self.0.integer(value),
            Err(_) => self.0.refuse(&value.to_string()),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T::Value, E> {
        self.0.float(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<T::Value, E> {
        self.0.text(value)
    }

    fn visit_bytes<E: Error>(self, value: &[u8]) -> Result<T::Value, E> {
        self.0.bytes(value)
    }

    fn visit_unit<E: Error>(self) -> Result<T::Value, E> {
        self.0.null()
    }

    fn visit_none<E: Error>(self) -> Result<T::Value, E> {
        self.0.null()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T::Value, A::Error> {
        self.0.list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T::Value, A::Error> {
        self.0.map(map)
    }
}
