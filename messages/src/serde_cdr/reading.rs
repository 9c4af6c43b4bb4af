//! A CDR reader as a serde deserializer.

use std::fmt;

use serde::de::{self, DeserializeSeed, IntoDeserializer, SeqAccess, Visitor, value::U32Deserializer};

use crate::{
    DecodeError,
    cdr::{Cdr, Reader},
};

impl de::Error for DecodeError {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self::Serde { reason: reason.to_string() }
    }
}

/// What CDR cannot carry or a reader cannot guess.
fn unsupported<T>(what: &str) -> Result<T, DecodeError> {
    Err(DecodeError::Serde {
        reason: format!("CDR has no {what}; use numbers, strings, sequences, arrays and structs of them"),
    })
}

/// Methods that read one value and show it to the visitor.
macro_rules! plain {
    ($($method:ident => $visit:ident: $kind:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            visitor.$visit(<$kind>::read(self)?)
        }
    )*};
}

/// Methods for what CDR does not have.
macro_rules! refused {
    ($($method:ident: $what:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, DecodeError> {
            unsupported($what)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for &mut Reader<'_> {
    type Error = DecodeError;

    plain! {
        deserialize_bool => visit_bool: bool;
        deserialize_u8 => visit_u8: u8;
        deserialize_u16 => visit_u16: u16;
        deserialize_u32 => visit_u32: u32;
        deserialize_u64 => visit_u64: u64;
        deserialize_i8 => visit_i8: i8;
        deserialize_i16 => visit_i16: i16;
        deserialize_i32 => visit_i32: i32;
        deserialize_i64 => visit_i64: i64;
        deserialize_f32 => visit_f32: f32;
        deserialize_f64 => visit_f64: f64;
        deserialize_string => visit_string: String;
        deserialize_str => visit_string: String;
        deserialize_byte_buf => visit_byte_buf: Vec<u8>;
        deserialize_bytes => visit_byte_buf: Vec<u8>;
    }

    refused! {
        deserialize_any: "type names, which this type asks for";
        deserialize_ignored_any: "type names, which this type asks for";
        deserialize_identifier: "field names, which this type asks for";
        deserialize_option: "options";
        deserialize_map: "maps";
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_char(char::from(u8::read(self)?))
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let left = self.length()?;
        // Whatever an element is, it takes a byte; so a length alone makes neither work nor memory.
        self.expect_room(left, 1)?;
        self.deeper(|reader| visitor.visit_seq(Elements { reader, left }))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_seq(Elements { reader: self, left })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_seq(Elements { reader: self, left })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_seq(Elements { reader: self, left: fields.len() })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deeper(|reader| visitor.visit_enum(reader))
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// Elements or fields that follow each other.
struct Elements<'r, 'b> {
    reader: &'r mut Reader<'b>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Elements<'_, '_> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, DecodeError> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    // No hint at the size: serde would set memory aside for that many elements, each of which may be hundreds of times larger
    // in memory than the byte of which it is certain that the payload has it.
}

/// An enum is the number of its variant as 32 bits, then what the variant holds.
impl<'de> de::EnumAccess<'de> for &mut Reader<'_> {
    type Error = DecodeError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), DecodeError> {
        let number = u32::read(self)?;
        let number: U32Deserializer<DecodeError> = number.into_deserializer();
        Ok((seed.deserialize(number)?, self))
    }
}

impl<'de> de::VariantAccess<'de> for &mut Reader<'_> {
    type Error = DecodeError;

    fn unit_variant(self) -> Result<(), DecodeError> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, DecodeError> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_seq(Elements { reader: self, left })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_seq(Elements { reader: self, left: fields.len() })
    }
}
