//! Numbers, truth values and texts.

use std::marker::PhantomData;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error},
};

use super::{
    context::Context,
    expect::{Expect, Only, string},
};
use crate::dynamic::{Kind, fit::over_bound, number::Number};

/// A number for a field of a kind.
pub(super) struct OfNumber<'c, 't, T> {
    pub(super) context: &'c Context<'t>,
    pub(super) kind: &'t Kind,
    pub(super) number: PhantomData<T>,
}

impl<'de, T: Number> DeserializeSeed<'de> for OfNumber<'_, '_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(Only(self))
    }
}

impl<'de, T: Number> Expect<'de> for OfNumber<'_, '_, T> {
    type Value = T;

    fn path(&self) -> String {
        self.context.path()
    }

    fn expected(&self) -> String {
        format!("{} for {}", T::range(), self.kind)
    }

    fn integer<E: Error>(self, value: i128) -> Result<T, E> {
        T::from_integer(value).map_or_else(|| self.refuse(&value.to_string()), Ok)
    }

    fn float<E: Error>(self, value: f64) -> Result<T, E> {
        T::from_float(value).map_or_else(|| self.refuse(&format!("{value:?}")), Ok)
    }

    fn text<E: Error>(self, value: &str) -> Result<T, E> {
        let mut chars = value.chars();
        let number = match (self.kind, chars.next(), chars.next()) {
            (Kind::Byte, Some(c), None) => u8::try_from(c).ok().and_then(|byte| T::from_integer(byte.into())),
            _ => word(value).and_then(T::from_float),
        };
        number.map_or_else(|| self.refuse(&string(value)), Ok)
    }

    fn null<E: Error>(self) -> Result<T, E> {
        T::from_float(f64::NAN).map_or_else(|| self.refuse("nothing"), Ok)
    }
}

/// A float that is a word in YAML, JSON, Python or C.
fn word(text: &str) -> Option<f64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    match rest.strip_prefix('.').unwrap_or(rest).to_ascii_lowercase().as_str() {
        "nan" => Some(f64::NAN),
        "inf" | "infinity" => Some(sign * f64::INFINITY),
        _ => None,
    }
}

/// A truth value.
pub(super) struct OfBool<'c, 't>(pub(super) &'c Context<'t>);

impl<'de> DeserializeSeed<'de> for OfBool<'_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(Only(self))
    }
}

impl<'de> Expect<'de> for OfBool<'_, '_> {
    type Value = bool;

    fn path(&self) -> String {
        self.0.path()
    }

    fn expected(&self) -> String {
        "true or false for bool".to_owned()
    }

    fn boolean<E: Error>(self, value: bool) -> Result<bool, E> {
        Ok(value)
    }

    fn integer<E: Error>(self, value: i128) -> Result<bool, E> {
        match value {
            0 => Ok(false),
            1 => Ok(true),
            _ => self.refuse(&value.to_string()),
        }
    }

    fn text<E: Error>(self, value: &str) -> Result<bool, E> {
        // YAML 1.1, which ROS reads, has these words; to a reader of YAML 1.2 they are strings.
        match value.to_ascii_lowercase().as_str() {
            "yes" | "on" | "true" => Ok(true),
            "no" | "off" | "false" => Ok(false),
            _ => self.refuse(&string(value)),
        }
    }
}

/// A text.
pub(super) struct OfText<'c, 't> {
    pub(super) context: &'c Context<'t>,
    pub(super) kind: &'t Kind,
}

impl<'de> DeserializeSeed<'de> for OfText<'_, '_> {
    type Value = String;

    /// Asks for a string, so that `1.10` without quotes stays what it is in YAML.
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(Only(self))
    }
}

impl<'de> Expect<'de> for OfText<'_, '_> {
    type Value = String;

    fn path(&self) -> String {
        self.context.path()
    }

    fn expected(&self) -> String {
        format!("a string for {}", self.kind)
    }

    fn text<E: Error>(self, value: &str) -> Result<String, E> {
        over_bound(self.kind, value).map_or_else(|| Ok(value.to_owned()), |found| self.refuse(&found))
    }
}
