//! Sequences and arrays.

use std::marker::PhantomData;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, SeqAccess},
};

use super::{
    context::{Context, Step},
    expect::{Expect, Only},
    scalar::{OfBool, OfNumber, OfText},
    structure::OfMessage,
};
use crate::dynamic::{
    Arity, Field, Kind, Value,
    number::{Number, with_number},
};

/// The elements of a field.
pub(super) struct OfList<'c, 't> {
    pub(super) context: &'c Context<'t>,
    pub(super) field: &'t Field,
}

impl<'de> DeserializeSeed<'de> for OfList<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let is_octets = matches!(self.field.kind(), Kind::Byte | Kind::Uint8 | Kind::Int8);
        match (is_octets, deserializer.is_human_readable()) {
            (false, _) => deserializer.deserialize_any(Only(self)),
            // By this YAML's `!!binary` comes as its bytes, and not as a string.
            (true, true) => deserializer.deserialize_seq(Only(self)),
            (true, false) => deserializer.deserialize_byte_buf(Only(self)),
        }
    }
}

impl<'de> Expect<'de> for OfList<'_, '_> {
    type Value = Value;

    fn path(&self) -> String {
        self.context.path()
    }

    fn expected(&self) -> String {
        let (kind, arity) = (self.field.kind(), self.field.arity());
        match arity {
            Arity::Array(count) => format!("a list of {count} elements for {kind}{arity}"),
            Arity::Bounded(bound) => format!("a list of at most {bound} elements for {kind}{arity}"),
            Arity::One | Arity::Sequence => format!("a list for {kind}{arity}"),
        }
    }

    fn bytes<E: Error>(self, bytes: &[u8]) -> Result<Value, E> {
        self.check_length(bytes.len())?;
        match self.field.kind() {
            Kind::Byte | Kind::Uint8 => Ok(u8::many(bytes.to_vec())),
            Kind::Int8 => Ok(i8::many(bytes.iter().map(|byte| byte.cast_signed()).collect())),
            _ => self.refuse(&format!("{} bytes", bytes.len())),
        }
    }

    fn list<A: SeqAccess<'de>>(self, list: A) -> Result<Value, A::Error> {
        let (context, kind) = (self.context, self.field.kind());
        with_number!(kind, T => {
            self.elements(list, || OfNumber::<T> { context, kind, number: PhantomData }).map(T::many)
        }, match kind {
            Kind::Message(ty) => self.elements(list, || OfMessage { context, ty }).map(Value::Messages),
            Kind::String { .. } | Kind::WString { .. } => {
                self.elements(list, || OfText { context, kind }).map(Value::Strings)
            }
            _ => self.elements(list, || OfBool(context)).map(Value::Bools),
        })
    }
}

impl OfList<'_, '_> {
    fn elements<'de, A: SeqAccess<'de>, S: DeserializeSeed<'de>>(
        &self,
        mut list: A,
        seed: impl Fn() -> S,
    ) -> Result<Vec<S::Value>, A::Error> {
        let mut elements = Vec::new();
        loop {
            let index = elements.len();
            match self.context.within(Step::Element(index), || list.next_element_seed(seed()))? {
                Some(element) => elements.push(element),
                None => break,
            }
            // Counted on the way, so that no more is read than can be kept.
            if let Arity::Array(most) | Arity::Bounded(most) = self.field.arity()
                && elements.len() > most
            {
                return self.refuse("more");
            }
        }
        self.check_length(elements.len())?;
        Ok(elements)
    }

    fn check_length<E: Error>(&self, length: usize) -> Result<(), E> {
        match self.field.arity() {
            Arity::Array(count) if length != count => self.refuse(&length.to_string()),
            Arity::Bounded(bound) if length > bound => self.refuse(&length.to_string()),
            _ => Ok(()),
        }
    }
}
